import { canonicalJson } from '../../shared/content-hash.js';
import type { Hashable } from '../../shared/content-hash.js';
import type { LocalizedText } from '../../shared/language.js';
import type { FormDefinition } from './form.js';

/** A thing that a form asks for, by what it is called. */
export interface FormThing {
  readonly kind: 'section' | 'question' | 'document' | 'consent';
  readonly id: string;
  readonly label: LocalizedText;
}

/** What of a form is another in a later version, by the ids that never change. */
export interface FormDifference {
  readonly added: readonly FormThing[];
  readonly removed: readonly FormThing[];
  /** Worded otherwise, or asked of others or in another way. */
  readonly changed: readonly FormThing[];
  /** Whether what is left stands in another order. */
  readonly moved: boolean;
}

export function formDifference(before: FormDefinition, after: FormDefinition): FormDifference {
  const [old, now] = [thingsOf(before), thingsOf(after)];
  const common = [...now.keys()].filter((key) => old.has(key));
  const order = [...old.keys()].filter((key) => now.has(key));
  return {
    added: pick(now, (key) => !old.has(key)),
    removed: pick(old, (key) => !now.has(key)),
    changed: pick(now, (key) => {
      const then = old.get(key);
      return then !== undefined && then.said !== now.get(key)?.said;
    }),
    moved: common.join(' ') !== order.join(' '),
  };
}

export function isSameForm({ added, removed, changed, moved }: FormDifference): boolean {
  return added.length + removed.length + changed.length === 0 && !moved;
}

interface Found {
  readonly thing: FormThing;
  /** All that it says, in one spelling. */
  readonly said: string;
}

/** Each by its kind and id, in the order in which they are asked; of a section only what it says itself. */
function thingsOf({ sections }: FormDefinition): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  // A form is plain data, kept as JSON.
  const add = (thing: FormThing, content: object) =>
    found.set(`${thing.kind} ${thing.id}`, { thing, said: canonicalJson(content as Hashable) });
  for (const { questions, documents, consents, ...section } of sections) {
    add({ kind: 'section', id: section.id, label: section.title }, section);
    for (const question of questions)
      add({ kind: 'question', id: question.id, label: question.label }, question);
    for (const document of documents)
      add({ kind: 'document', id: document.id, label: document.label }, document);
    for (const consent of consents)
      add({ kind: 'consent', id: consent.purpose, label: consent.text }, consent);
  }
  return found;
}

function pick(things: ReadonlyMap<string, Found>, wanted: (key: string) => boolean): readonly FormThing[] {
  return [...things].flatMap(([key, { thing }]) => (wanted(key) ? [thing] : []));
}

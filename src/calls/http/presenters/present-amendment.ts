import type { Message } from '../../../platform/http/page.js';
import type { LocalizedText } from '../../../shared/language.js';
import type { TextAmendment, TextChanges, WordsChange } from '../../domain/amendment.js';
import { formDifference } from '../../domain/form-difference.js';
import type { FormDifference, FormThing } from '../../domain/form-difference.js';
import type { FormDefinition } from '../../domain/form.js';
import { writtenTitle } from '../editor/editor-words.js';
import type { Reader } from './present-call-card.js';

/** What an amendment changes, as it is read. Drawn by `calls/_amendment.njk`. */
export interface ChangesView {
  readonly words: readonly {
    readonly field: Message;
    readonly from: WrittenText;
    readonly to: WrittenText;
  }[];
  readonly form: readonly { readonly what: Message; readonly things: readonly WrittenText[] }[];
  /** That what is left of the form stands in another order. */
  readonly moved: boolean;
}

interface WrittenText {
  readonly text: string;
  readonly lang: string;
}

/** One that took effect. */
export interface AmendmentView {
  readonly sentence: Message;
  readonly reason: string;
  readonly changes: ChangesView;
  readonly approved: Message;
}

/** Enough of a check sum for two people to compare by eye. */
const SHOWN_HASH = 12;
/** A consent is called by so much of its words, in characters. */
const LONGEST_LABEL = 90;

export function presentChanges(reader: Reader, { words, form }: TextChanges): ChangesView {
  const lines: readonly (readonly [string, readonly FormThing[]])[] = form
    ? [
        ['added', form.added],
        ['removed', form.removed],
        ['changed', form.changed],
      ]
    : [];
  return {
    words: words.map(({ field, from, to }) => presentWords(reader, field, from, to)),
    form: lines
      .filter(([, things]) => things.length > 0)
      .map(([what, things]) => ({
        what: { key: `calls.amendment.form.${what}` },
        things: things.map(({ label }) => shortened(writtenTitle(reader, label))),
      })),
    moved: form?.moved ?? false,
  };
}

function presentWords(
  reader: Reader,
  field: WordsChange['field'],
  from: LocalizedText,
  to: LocalizedText,
): ChangesView['words'][number] {
  return {
    field: { key: `calls.editor.fields.${field}` },
    from: writtenTitle(reader, from),
    to: writtenTitle(reader, to),
  };
}

function shortened({ text, lang }: WrittenText): WrittenText {
  return { text: text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL).trimEnd()}…` : text, lang };
}

/** What changed since the publication, the latest first. `forms`: every version. */
export function presentAmendments(
  reader: Reader,
  amendments: readonly TextAmendment[],
  forms: ReadonlyMap<number, FormDefinition>,
  timeZone: string,
): readonly AmendmentView[] {
  const { translator, language } = reader;
  return amendments.toReversed().map((amendment) => ({
    sentence: {
      key: 'calls.amendment.sentence',
      values: { on: translator.dateInSentence(language, amendment.at, timeZone) },
    },
    reason: translator.localized(language, amendment.reason),
    changes: presentChanges(reader, {
      words: amendment.words,
      form: formChange(amendment, forms),
    }),
    approved: { key: 'calls.page.approved', values: { hash: amendment.hash.slice(0, SHOWN_HASH) } },
  }));
}

function formChange(
  { form }: TextAmendment,
  forms: ReadonlyMap<number, FormDefinition>,
): FormDifference | null {
  const [from, to] = form ? [forms.get(form.from), forms.get(form.to)] : [];
  return from && to ? formDifference(from, to) : null;
}

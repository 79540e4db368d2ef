import type { Message } from '../../../platform/http/page.js';
import { textOf } from '../../../platform/http/form-fields.js';
import type { FormFields } from '../../../platform/http/session-data.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Reader } from '../presenters/present-call-card.js';
import type { Block, BlockGroup, FieldModel, WordsBlock } from './composer-views.js';
import type { ProblemLink } from './editor-words.js';
import { problemWords } from './editor-words.js';

const WRITTEN = ['sr', 'ru', 'en'] as const;

/** Builds the controls of a page of the composer from what is saved, or from what was typed. */
export class Blocks {
  constructor(
    private readonly fields: FormFields,
    private readonly problems: readonly FieldProblem[],
  ) {}

  one(name: string): string {
    return textOf(this.fields, name);
  }

  all(name: string): readonly string[] {
    const value = this.fields[name];
    if (value === undefined) return [];
    return typeof value === 'string' ? [value] : value;
  }

  error(name: string): Message | null {
    const problem = this.problems.find(({ field }) => field === name);
    return problem ? problemWords(problem) : null;
  }

  /** One text in three languages. */
  words(
    name: string,
    label: Message,
    options: { readonly hint?: Message; readonly rows?: number; readonly optional?: boolean } = {},
  ): WordsBlock {
    const errors: Partial<Record<(typeof WRITTEN)[number], Message>> = {};
    for (const language of WRITTEN) {
      const error = this.error(`${name}-${language}`);
      if (error) errors[language] = error;
    }
    return {
      kind: 'words',
      name,
      label,
      ...(options.hint ? { hint: options.hint } : {}),
      rows: options.rows ?? 1,
      optional: options.optional ?? false,
      values: this.wording(name),
      errors,
    };
  }

  wording(name: string): WordsBlock['values'] {
    return { sr: this.one(`${name}-sr`), ru: this.one(`${name}-ru`), en: this.one(`${name}-en`) };
  }

  field(
    kind: FieldModel['kind'],
    name: string,
    label: Message,
    more: Partial<Omit<FieldModel, 'kind' | 'name' | 'label' | 'error'>> = {},
  ): Block {
    const error = this.error(name);
    const values = kind === 'checkboxes' ? { values: this.all(name) } : { value: this.one(name) };
    return { kind: 'field', q: { kind, name, label, ...values, ...more, ...(error ? { error } : {}) } };
  }

  /** A count with its own small box. */
  number(name: string, label: Message, hint?: Message): Block {
    return this.field('number', name, label, { width: 5, optional: true, ...(hint ? { hint } : {}) });
  }

  /** A single yes. */
  tick(name: string, label: Message, text: Message): Block {
    return this.field('checkboxes', name, label, { options: [{ value: 'yes', label: text }] });
  }
}

/** Each problem as a link to its control, called by the control's label. */
export function problemLinks(
  { translator, language }: Reader,
  groups: readonly BlockGroup[],
  problems: readonly FieldProblem[],
): readonly ProblemLink[] {
  const labels = new Map<string, string>();
  const t = ({ key, values }: Message) => translator.t(language, key, values);
  for (const block of groups.flatMap(({ blocks }) => blocks)) {
    if (block.kind === 'words') {
      for (const each of WRITTEN) {
        const name = translator.t(language, `calls.editor.languages.${each}`);
        labels.set(`${block.name}-${each}`, `${t(block.label)} (${name})`);
      }
    } else if (block.kind === 'field') {
      labels.set(block.q.name, t(block.q.label));
    } else if (block.kind === 'institution') {
      labels.set(block.q.name, block.q.label);
    } else if (block.kind === 'anchors') {
      for (const { number } of block.rows) {
        labels.set(`anchor-${number}-value`, t({ key: 'calls.composer.blocks.anchors' }));
      }
    } else if (block.kind !== 'note') {
      labels.set(block.kind, translator.t(language, `calls.composer.blocks.${block.kind}`));
    }
  }
  return problems.map((problem) => {
    const { key, values } = problemWords(problem);
    const label = labels.get(problem.field);
    return {
      message: label
        ? {
            key: 'calls.editor.named_problem',
            values: { field: label, problem: translator.t(language, key, values) },
          }
        : { key, ...(values ? { values } : {}) },
      href: `#field-${problem.field}`,
    };
  });
}

/** Where two versions of the same page differ, control by control. */
export function differences(
  reader: Reader,
  mine: readonly BlockGroup[],
  saved: readonly BlockGroup[],
): readonly { readonly label: string; readonly mine: string; readonly saved: string }[] {
  const [own, kept] = [readings(reader, mine), readings(reader, saved)];
  return [...own.keys()].flatMap((label) => {
    const [one, other] = [own.get(label) ?? '', kept.get(label) ?? ''];
    return one === other ? [] : [{ label, mine: one, saved: other }];
  });
}

function readings(
  { translator, language }: Reader,
  groups: readonly BlockGroup[],
): ReadonlyMap<string, string> {
  const t = (words: string | Message) =>
    typeof words === 'string' ? words : translator.t(language, words.key, words.values);
  const found = new Map<string, string>();
  for (const block of groups.flatMap(({ blocks }) => blocks)) {
    switch (block.kind) {
      case 'words':
        for (const each of WRITTEN) {
          const name = translator.t(language, `calls.editor.languages.${each}`);
          found.set(`${t(block.label)} (${name})`, block.values[each]);
        }
        break;
      case 'field': {
        const { q } = block;
        const chosen = q.values ?? (typeof q.value === 'string' ? [q.value] : []);
        const read = chosen.map((value) => {
          const option = q.options?.find((each) => each.value === value);
          return option ? t(option.label) : value;
        });
        found.set(t(q.label), read.join(', '));
        break;
      }
      case 'visibleIf': {
        const candidate = block.candidates.find(({ id }) => id === block.chosen);
        const answers = candidate?.values.filter(({ ticked }) => ticked).map(({ label }) => label.text);
        found.set(
          t({ key: 'calls.composer.blocks.visibleIf' }),
          candidate ? `${candidate.label.text}: ${(answers ?? []).join(', ')}` : '',
        );
        break;
      }
      case 'options':
      case 'columns':
        found.set(
          t({ key: `calls.composer.blocks.${block.kind}` }),
          block.rows
            .map(({ label: { sr, ru, en } }) => [sr, ru, en].filter(Boolean).join(' / '))
            .filter(Boolean)
            .join('; '),
        );
        break;
      case 'anchors':
        found.set(
          t({ key: 'calls.composer.blocks.anchors' }),
          block.rows
            .filter(({ value }) => value !== '')
            .map(
              ({ value, label: { sr, ru, en } }) => `${value}: ${[sr, ru, en].filter(Boolean).join(' / ')}`,
            )
            .join('; '),
        );
        break;
      case 'institution':
      case 'note':
        break;
    }
  }
  return found;
}

import type { LocalizedText } from '../../../shared/language.js';
import type { TextAmendment, TextChanges, WordsChange } from '../../domain/amendment.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import { formDifference } from '../../domain/form-difference.js';
import type { FormDifference, FormThing } from '../../domain/form-difference.js';
import type { FormDefinition } from '../../domain/form.js';
import { writtenTitle } from '../editor/editor-words.js';
import type { AmendmentView, ChangesView, WrittenText } from '../views/call-views.js';
import type { Reader } from './present-call-card.js';

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

/** In the reader's language or, where it says there the same as before, in the first in which it does not. */
function presentWords(
  reader: Reader,
  field: WordsChange['field'],
  from: LocalizedText,
  to: LocalizedText,
): ChangesView['words'][number] {
  const label = { key: `calls.editor.fields.${field}` };
  const [before, after] = [writtenTitle(reader, from), writtenTitle(reader, to)];
  const other = WRITTEN_LANGUAGES.find((written) => from[written] !== to[written]);
  if (before.text !== after.text || !other) return { field: label, from: before, to: after };
  const lang = other === 'sr' ? 'sr-Cyrl' : other;
  return { field: label, from: { text: from[other], lang }, to: { text: to[other], lang } };
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

import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { LocalizedText } from '../../../shared/language.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import { STEPS_WITH_PAGES, stepOf } from '../../domain/editor-steps.js';
import type { Reader } from '../presenters/present-call-card.js';

/** A problem as a link to where it is mended. */
export interface ProblemLink {
  readonly message: string | Message;
  readonly href: string | null;
}

const LANG: Readonly<Record<keyof LocalizedText, string>> = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' };

/** A text that may be written in some languages only: in the reader's, or else in the first that there is. */
export function writtenTitle(
  { translator, language }: Pick<Reader, 'translator' | 'language'>,
  text: LocalizedText,
): { readonly text: string; readonly lang: string } {
  const own = translator.localized(language, text).trim();
  if (own) return { text: own, lang: language };
  const other = WRITTEN_LANGUAGES.find((written) => text[written].trim());
  return other
    ? { text: text[other], lang: LANG[other] }
    : { text: translator.t(language, 'calls.editor.untitled'), lang: language };
}

/** The same words for a problem wherever it is told. */
export function problemWords({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

/** The name of a field: `title.ru` is "Title, in Russian". */
export function fieldName(
  { translator, language }: Pick<Reader, 'translator' | 'language'>,
  field: string,
): string {
  const t = (key: string, values?: Message['values']) => translator.t(language, key, values);
  const parts = field.split('.');
  const last = parts.at(-1) ?? '';
  const written = WRITTEN_LANGUAGES.find((each) => each === last);
  if (written && parts.length === 2) {
    return t('calls.editor.field_in_language', {
      field: t(`calls.editor.fields.${parts[0] ?? ''}`),
      language: t(`calls.editor.languages.${written}`),
    });
  }
  const keys = [parts.join('_'), parts[0] ?? '', 'other'].map((name) => `calls.editor.fields.${name}`);
  return t(keys.find((key) => translator.has(language, key)) ?? 'calls.editor.fields.other');
}

/** The same, leading to the field on this page. */
export function problemHere(reader: Reader, problem: FieldProblem): ProblemLink {
  const { key, values } = problemWords(problem);
  return {
    message: {
      key: 'calls.editor.named_problem',
      values: {
        field: fieldName(reader, problem.field),
        problem: reader.translator.t(reader.language, key, values),
      },
    },
    href: `#field-${problem.field}`,
  };
}

/** "Title, in Russian: fill in this field", leading to the page of its step. */
export function problemOnPage(reader: Reader, callHref: string, problem: FieldProblem): ProblemLink {
  const { key, values } = problemWords(problem);
  const step = stepOf(problem.field);
  return {
    message: {
      key: 'calls.editor.named_problem',
      values: {
        field: fieldName(reader, problem.field),
        problem: reader.translator.t(reader.language, key, values),
      },
    },
    href: STEPS_WITH_PAGES.includes(step) ? `${callHref}/${step}#field-${problem.field}` : null,
  };
}

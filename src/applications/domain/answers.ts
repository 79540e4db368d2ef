import type { FormQuestion, FormSection } from '../../calls/public.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { countWords, parseDate, parsePhone } from '../../shared/parse-entry.js';

/** Answers of one section by the question's id. What is empty is not there. */
export type Answers = Readonly<Record<string, string>>;

/** The longest text that a question takes where it sets no limit of its own, in characters. */
const DEFAULT_MAX_LENGTH: Readonly<Record<string, number>> = { long_text: 8000 };
const SHORT_TEXT = 200;

const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;

/**
 * What a person typed, brought into the form in which it is kept (a date as ISO 8601, a telephone number as E.164), and
 * what cannot be understood. An answer that is missing is no problem here: a page may be saved half done, and what is
 * missing stops the submission (see blockers.ts).
 */
export function readAnswers(
  section: FormSection,
  typed: Readonly<Record<string, unknown>>,
  today: string,
): { readonly answers: Answers; readonly problems: readonly FieldProblem[] } {
  const answers: Record<string, string> = {};
  const problems: FieldProblem[] = [];
  for (const question of section.questions) {
    const text = typedText(question, typed);
    if (text === '') continue;
    const read = readAnswer(question, text, today);
    if ('problem' in read) problems.push({ field: question.id, ...read });
    else answers[question.id] = read.value;
  }
  return { answers, problems };
}

/** The entry as one text. A date may come in three controls (`birth_date-day`, `-month`, `-year`) or in one. */
function typedText(question: FormQuestion, typed: Readonly<Record<string, unknown>>): string {
  const entry = (name: string) => {
    const value = typed[name];
    return typeof value === 'string' ? value.normalize('NFC').replace(/\r\n?/g, '\n').trim() : '';
  };
  if (question.type === 'date') {
    const parts = ['day', 'month', 'year'].map((part) => entry(`${question.id}-${part}`));
    if (parts.some((part) => part !== '')) return parts.join(' ').trim();
  }
  return entry(question.id);
}

type Read = { readonly value: string } | Omit<FieldProblem, 'field'>;

function readAnswer(question: FormQuestion, text: string, today: string): Read {
  switch (question.type) {
    case 'text':
      return tooLong(question, text) ?? wrongScript(question, text) ?? { value: text };
    case 'long_text': {
      const words = countWords(text);
      if (question.maxWords && words > question.maxWords) {
        return { problem: 'too_many_words', values: { max: question.maxWords, count: words } };
      }
      return tooLong(question, text) ?? { value: text };
    }
    case 'date': {
      const read = parseDate(text);
      if (!read.ok) return { problem: read.problem };
      const date = read.value;
      if (date < '1900-01-01') return { problem: 'date_too_early' };
      // Only dates of the past are asked: of birth, of a passport's issue.
      return date > today ? { problem: 'date_in_future' } : { value: date };
    }
    case 'email':
      return EMAIL.test(text) && text.length <= 254 ? { value: text } : { problem: 'not_email' };
    case 'phone': {
      const phone = parsePhone(text);
      return phone.ok ? { value: phone.value } : { problem: phone.problem };
    }
    case 'number': {
      const number = Number(text.replace(',', '.'));
      if (!Number.isFinite(number)) return { problem: 'not_number' };
      const low = question.min ?? Number.NEGATIVE_INFINITY;
      const high = question.max ?? Number.POSITIVE_INFINITY;
      if (number < low || number > high) {
        return { problem: 'out_of_range', values: { min: question.min ?? '−∞', max: question.max ?? '∞' } };
      }
      return { value: String(number) };
    }
    case 'choice':
      return question.options?.some((option) => option.value === text)
        ? { value: text }
        : { problem: 'not_in_list' };
    case 'country':
      return /^[A-Z]{2}$/.test(text) ? { value: text } : { problem: 'not_in_list' };
    case 'institution':
      // Whether it exists, and in the right country, is asked of the register when it is saved.
      return { value: text };
  }
}

function tooLong(question: FormQuestion, text: string): Omit<FieldProblem, 'field'> | undefined {
  const max = question.maxLength ?? DEFAULT_MAX_LENGTH[question.type] ?? SHORT_TEXT;
  return text.length > max ? { problem: 'too_long', values: { max } } : undefined;
}

/** A passport is written in Latin letters of the machine-readable zone; diacritics belong to the other forms of the name. */
function wrongScript(question: FormQuestion, text: string): Omit<FieldProblem, 'field'> | undefined {
  if (question.script === 'passport' && !/^[A-Za-z][A-Za-z' -]*$/.test(text)) {
    return { problem: 'not_passport_spelling' };
  }
  if (question.script === 'latin' && !/^[\p{Script=Latin}' .-]+$/u.test(text)) {
    return { problem: 'wrong_script' };
  }
  if (question.script === 'native' && !/^[\p{L}\p{M}' ’.-]+$/u.test(text)) return { problem: 'not_name' };
  return undefined;
}

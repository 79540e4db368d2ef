import { describe, expect, it } from '@jest/globals';
import type { FormDefinition, FormQuestion } from '../../calls/public.js';
import { carriedAnswers } from './carried-answers.js';

const label = { sr: 'а', ru: 'а', en: 'a' };
const question = (id: string, more: Partial<FormQuestion> = {}): FormQuestion => ({
  id,
  type: 'text',
  label,
  required: false,
  ...more,
});
const section = (id: string, ...questions: FormQuestion[]): FormDefinition['sections'][number] => ({
  id,
  kind: 'questions',
  title: label,
  questions,
  documents: [],
  consents: [],
});
const CHOICE = { type: 'choice', options: [{ value: 'one', label }] } as const;

describe('answers to a form of before', () => {
  const before: FormDefinition = {
    sections: [
      section('a', question('name'), question('born', { type: 'date' }), question('gone')),
      section('b', question('kind', CHOICE), question('long', { maxLength: 100 })),
    ],
  };
  const answered = new Map<string, Readonly<Record<string, string>>>([
    ['a', { name: 'Ана', born: '2001-02-03', gone: 'да' }],
    ['b', { kind: 'one', long: 'x'.repeat(50) }],
  ]);
  const carry = (after: FormDefinition) => carriedAnswers(before, after, answered, '2027-01-01');
  const lost = (after: FormDefinition) => carry(after).lost.map(({ id }) => id);

  it('are all kept where nothing changed', () => {
    expect(Object.fromEntries(carry(before).sections)).toEqual(Object.fromEntries(answered));
    expect(lost(before)).toEqual([]);
  });

  it('follow their question to another page', () => {
    const after = {
      sections: [section('z', question('born', { type: 'date' })), ...before.sections.slice(1)],
    };
    expect(carry(after).sections.get('z')).toEqual({ born: '2001-02-03' });
    expect(lost(after)).toEqual(['name', 'gone']);
  });

  it.each<[string, FormQuestion]>([
    ['became a question of another type', question('kind')],
    ['no longer has the option', question('kind', { ...CHOICE, options: [{ value: 'two', label }] })],
    ['is now shorter than the answer', question('long', { maxLength: 10 })],
  ])('do not fit where the question %s', (_what, changed) => {
    const rest = before.sections[1]?.questions.filter(({ id }) => id !== changed.id) ?? [];
    const after = { sections: [before.sections[0] ?? section('a'), section('b', changed, ...rest)] };
    expect(lost(after)).toEqual([changed.id]);
    expect(carry(after).sections.get('b')).not.toHaveProperty(changed.id);
  });

  it('leave what was never asked alone', () => {
    const after = { sections: [...before.sections, section('new', question('more'))] };
    expect(carry(after).sections.has('new')).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { FormDefinition, FormSection } from '../../calls/public.js';
import type { SubmittedContent } from '../domain/submitted-content.js';
import { formForEyes, redacted, withheldFrom } from './field-sight.js';
import type { FieldSight } from './field-sight.js';

const label = { sr: 'т', ru: 'т', en: 't' };
const page = (id: string, over: Partial<FormSection>): FormSection => ({
  id,
  kind: 'questions',
  title: label,
  questions: [],
  documents: [],
  consents: [],
  ...over,
});
const asked = (id: string, sensitivity: 'open' | 'health', question?: string) => ({
  id,
  type: 'choice' as const,
  label,
  required: true,
  options: [{ value: 'yes', label }],
  sensitivity,
  ...(question ? { visibleIf: { question, is: ['yes'] } } : {}),
});

const FORM: FormDefinition = {
  sections: [
    page('first', {
      questions: [
        asked('ill', 'health'),
        asked('helper', 'open', 'ill'),
        asked('room', 'open', 'helper'),
        asked('sport', 'open'),
        asked('team', 'open', 'sport'),
      ],
    }),
    page('care', { questions: [asked('doctor', 'open')], visibleIf: { question: 'ill', is: ['yes'] } }),
    page('documents', {
      kind: 'documents',
      documents: [
        {
          id: 'attest',
          label,
          required: true,
          sensitivity: 'open',
          visibleIf: { question: 'ill', is: ['yes'] },
        },
        { id: 'photo', label, required: true, sensitivity: 'open' },
      ],
    }),
  ],
};

const answer = (question: string) => ({
  question,
  label: question,
  value: 'yes',
  shown: 'yes',
  table: { columns: ['a'], rows: [['b']] },
});
const document = (requirement: string) => ({
  requirement,
  label: requirement,
  uploadId: 'u',
  fileName: 'a.pdf',
  version: 1,
  sizeBytes: 1,
  pages: 1,
  sha256: 'x',
});
const CONTENT: SubmittedContent = {
  language: 'en',
  formVersion: 1,
  call: 'c',
  sections: [
    { section: 'first', title: 'f', answers: ['ill', 'helper', 'room', 'sport', 'team'].map(answer) },
    { section: 'care', title: 'c', answers: [answer('doctor')] },
  ],
  choices: [],
  documents: [document('attest'), document('photo')],
  consents: [],
};

const eyes = (...kinds: readonly string[]): FieldSight => ({
  sees: (kind) => kind === 'open' || kind === 'identity' || kinds.includes(kind),
});
const read = (sight: FieldSight) => {
  const seen = redacted(CONTENT, FORM, withheldFrom(sight, FORM, CONTENT), sight);
  return {
    answers: seen.sections.flatMap(({ section, answers }) =>
      answers.map(
        ({ question, value, table }) => `${section}.${question}=${value}${table ? ' in rows' : ''}`,
      ),
    ),
    sections: seen.sections.map(({ section }) => section),
    documents: seen.documents.map(({ requirement }) => requirement),
  };
};

describe('what hangs on an answer that is withheld', () => {
  it('is not there for whom it is withheld from: that it was asked would tell the answer', () => {
    expect(read(eyes())).toEqual({
      answers: ['first.ill=', 'first.sport=yes in rows', 'first.team=yes in rows'],
      sections: ['first'],
      documents: ['photo'],
    });
  });

  it('is there for whoever reads the answer', () => {
    expect(read(eyes('health')).documents).toEqual(['attest', 'photo']);
    expect(read(eyes('health')).answers).toHaveLength(6);
  });

  it('leaves the form as well', () => {
    const shown = formForEyes(FORM, withheldFrom(eyes(), FORM, null));
    expect(shown.sections.map(({ id }) => id)).toEqual(['first', 'documents']);
    expect(formForEyes(FORM, new Map())).toEqual(FORM);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DOCUMENT_STATES, documentStates } from './document-item.states.js';
import { clockTells, correctionsAwaited, documentState, whyNotSupplemented } from './document-items.js';

const NOW = new Date('2027-03-01T12:00:00Z');
const HOUR_MS = 3_600_000;
const after = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS);
const TEXT = { sr: 'а', ru: 'а', en: 'a' };

describe('one document of an application', () => {
  it('is there or is not, as long as nobody has looked at it', () => {
    expect(documentState(undefined, true)).toBe('uploaded');
    expect(documentState(undefined, false)).toBe('missing');
    expect(documentState({ state: 'waived', dueAt: null }, false)).toBe('waived');
  });

  it.each([
    ['to_be_corrected', after(1), null],
    ['to_be_corrected', NOW, null],
    ['to_be_corrected', after(-1), 'correction_deadline_passed'],
    ['missing', after(1), null],
    ['missing', after(-1), 'correction_deadline_passed'],
    ['missing', null, 'document_not_asked_for'],
    ['uploaded', after(1), 'document_not_asked_for'],
    ['accepted', after(1), 'document_not_asked_for'],
    ['waived', null, 'document_not_asked_for'],
  ] as const)('%s, due %p: %p', (state, dueAt, why) => {
    expect(whyNotSupplemented({ state, dueAt }, NOW)).toBe(why);
  });

  it('is looked at again after another version, whatever was found before', () => {
    for (const state of DOCUMENT_STATES) expect(documentStates.move(state, 'upload')).toBe('uploaded');
    expect(documentStates.allows('missing', 'accept')).toBe(false);
    expect(documentStates.allows('accepted', 'waive')).toBe(false);
  });
});

describe('what holds up a nomination', () => {
  const required = (id: string, isRequired: boolean) => ({ id, label: TEXT, required: isRequired });
  const form = {
    sections: [
      {
        id: 'papers',
        kind: 'documents' as const,
        title: TEXT,
        questions: [],
        documents: [required('a', true), required('b', false), required('c', true)],
        consents: [],
      },
    ],
  };

  it('is exactly the required documents that are to be corrected', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...DOCUMENT_STATES), { minLength: 3, maxLength: 3 }), (states) => {
        const found = new Map(
          ['a', 'b', 'c'].map((id, at) => [id, { state: states[at] ?? 'missing', dueAt: null }]),
        );
        const expected = ['a', 'c'].filter((id) => found.get(id)?.state === 'to_be_corrected');
        expect(correctionsAwaited(form, found).map(({ field }) => field)).toEqual(expected);
      }),
    );
  });
});

describe('what the clock tells', () => {
  const awaited = (dueIn: number, over: Partial<Parameters<typeof clockTells>[0]> = {}) => ({
    dueAt: after(dueIn),
    stateSince: after(-48),
    remindedAt: null,
    overdueToldAt: null,
    ...over,
  });

  it.each([
    ['long before', awaited(73), null],
    ['three days before', awaited(72), 'due_soon'],
    ['again', awaited(72, { remindedAt: after(-1) }), null],
    ['of what was asked today', awaited(72, { stateSince: after(-23) }), null],
    ['at the last instant', awaited(0), 'due_soon'],
    ['an instant after', awaited(-0.001), 'overdue'],
    ['and once only', awaited(-1, { overdueToldAt: after(-1) }), null],
    ['of what has no day', awaited(0, { dueAt: null }), null],
  ])('%s', (_when, each, told) => {
    expect(clockTells(each, NOW)).toBe(told);
  });
});

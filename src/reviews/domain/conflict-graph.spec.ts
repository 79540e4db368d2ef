import { describe, expect, it } from '@jest/globals';
import { conflictGraph } from './conflict-graph.js';
import type { FileTies } from './conflict-graph.js';

const file = (change: Partial<FileTies> = {}): FileTies => ({
  id: 'file',
  applicantId: 'applicant',
  homeInstitutionId: 'home',
  hostInstitutionId: 'host',
  independentAssessment: false,
  referees: [],
  ...change,
});

describe('what stands between a reviewer and a file', () => {
  it.each([
    ['nothing', 'other', [], [], {}, []],
    ['it is their own', 'applicant', [], [], {}, [['own_file', true, ['applicant']]]],
    ['a declared tie', 'other', ['applicant'], [], {}, [['declared', true, ['applicant']]]],
    ['a tie with somebody else', 'other', ['stranger'], [], {}, []],
    ['the home institution', 'other', [], ['home'], {}, [['home_institution', false, ['home']]]],
    [
      'the host institution, where the call keeps them apart',
      'other',
      [],
      ['host', 'elsewhere'],
      { independentAssessment: true },
      [['host_institution', true, ['host']]],
    ],
    ['no institution', 'other', [], ['home'], { homeInstitutionId: null }, []],
    [
      'a letter of reference',
      'other',
      [],
      [],
      { referees: [{ personId: 'other', requestId: 'letter' }] },
      [['referee', false, ['letter']]],
    ],
    [
      'somebody else’s letter',
      'other',
      [],
      [],
      { referees: [{ personId: 'third', requestId: 'letter' }] },
      [],
    ],
  ] as const)('%s', (_, id, persons, institutions, change, expected) => {
    expect(conflictGraph([{ id, persons, institutions }], [file(change)])).toEqual(
      expected.map(([kind, binding, evidence]) => ({
        reviewerId: id,
        applicationId: 'file',
        kind,
        binding,
        evidence,
      })),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { conflictGraph, isDismissible } from './conflict-graph.js';
import type { FileTies, ReviewerTies } from './conflict-graph.js';

const SINCE = new Date('2026-03-01T00:00:00Z');

const file = (change: Partial<FileTies> = {}): FileTies => ({
  id: 'file',
  authors: ['applicant', 'colleague'],
  homeInstitutionId: 'home',
  hostInstitutionId: 'host',
  units: ['laboratory'],
  independentAssessment: false,
  bindingKinds: [],
  emails: ['ana@example.org', 'ana@old.example.org'],
  works: ['10.1000/1', '10.1000/2'],
  named: [],
  referees: [],
  persons: [],
  ...change,
});
const reviewer = (change: Partial<ReviewerTies> = {}): ReviewerTies => ({
  id: 'reviewer',
  actsFor: [],
  persons: [],
  institutions: [],
  units: [],
  emails: ['vera@example.org'],
  works: [],
  named: [],
  ...change,
});
const tie = (kind: 'family' | 'supervision', email: string) => ({ id: 'tie', kind, email, since: SINCE });
const letter = { email: 'vera@example.org', requestId: 'letter', since: SINCE };
const NAMED = { email: 'vera@example.org', question: 'host.mentor' };

describe('what stands between a reviewer and a file', () => {
  it.each<
    readonly [
      string,
      Partial<ReviewerTies>,
      Partial<FileTies>,
      readonly (readonly [kind: string, binding: boolean, source: string, evidence: readonly string[]])[],
    ]
  >([
    ['nothing', {}, {}, []],
    [
      'it is their own, and nothing else is asked',
      { id: 'applicant', institutions: ['home'] },
      {},
      [['own_file', true, 'file', ['file']]],
    ],
    [
      'it is of somebody for whom they act',
      { actsFor: ['applicant'] },
      {},
      [['own_file', true, 'file', ['file']]],
    ],
    [
      'a declared tie',
      { persons: [{ aboutId: 'applicant', id: 'declaration', since: SINCE }] },
      {},
      [['declared', true, 'declaration', ['declaration']]],
    ],
    [
      'a tie with somebody else',
      { persons: [{ aboutId: 'stranger', id: 'declaration', since: SINCE }] },
      {},
      [],
    ],
    [
      'family, said by the reviewer, under an address that the applicant had before',
      { named: [tie('family', 'ana@old.example.org')] },
      {},
      [['family', true, 'reviewer', ['tie']]],
    ],
    [
      'supervision, said by the applicant',
      {},
      { named: [tie('supervision', 'vera@example.org')] },
      [['supervision', true, 'applicant', ['tie']]],
    ],
    ['family with somebody else', { named: [tie('family', 'eva@example.org')] }, {}, []],
    [
      'two works together, of which the call makes nothing',
      { works: ['10.1000/2', '10.1000/1', '10.1000/3'] },
      {},
      [['co_author', false, 'works', ['10.1000/2', '10.1000/1']]],
    ],
    [
      'a work together, where the call lets it bind',
      { works: ['10.1000/1'] },
      { bindingKinds: ['co_author'] },
      [['co_author', true, 'works', ['10.1000/1']]],
    ],
    ['works of which none is common', { works: ['10.1000/11'] }, {}, []],
    [
      'the unit that has it',
      { units: ['laboratory'] },
      {},
      [['same_unit', false, 'register', ['laboratory']]],
    ],
    [
      'the home institution',
      { institutions: ['home'] },
      {},
      [['home_institution', false, 'register', ['home']]],
    ],
    [
      'the host institution, where the call keeps them apart',
      { institutions: ['host', 'elsewhere'] },
      { independentAssessment: true },
      [['host_institution', true, 'register', ['host']]],
    ],
    ['no institution', { institutions: ['home'] }, { homeInstitutionId: null }, []],
    ['a letter of reference', {}, { referees: [letter] }, [['referee', false, 'letter', ['letter']]]],
    [
      'a letter of reference, where the call lets it bind',
      {},
      { referees: [letter], bindingKinds: ['referee'] },
      [['referee', true, 'letter', ['letter']]],
    ],
    ['somebody else’s letter', {}, { referees: [{ ...letter, email: 'third@example.org' }] }, []],
    ['being named in the form', {}, { persons: [NAMED] }, [['named', false, 'form', ['host.mentor']]]],
  ])('%s', (_, ofReviewer, ofFile, expected) => {
    const edges = conflictGraph([reviewer(ofReviewer)], [file(ofFile)]);
    expect(
      edges.map(({ kind, binding, evidence }) => [
        kind,
        binding,
        evidence[0]?.source,
        evidence.map((one) => one.evidence),
      ]),
    ).toEqual(expected);
  });
});

it('a person may dismiss what is a matter of judgement, and nothing else', () => {
  const dismissible = (
    kind: 'own_file' | 'declared' | 'co_author' | 'family' | 'home_institution',
    binding: boolean,
  ) => isDismissible({ kind, binding });
  expect(dismissible('own_file', true)).toBe(false);
  expect(dismissible('declared', true)).toBe(false);
  expect(dismissible('family', true)).toBe(true);
  expect(dismissible('co_author', true)).toBe(true);
  // What the approved text of the call forbids, nobody allows by a word of their own.
  expect(dismissible('home_institution', true)).toBe(false);
  expect(dismissible('home_institution', false)).toBe(true);
});

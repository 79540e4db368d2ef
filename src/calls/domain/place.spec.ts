import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EligibilityFacts } from './eligibility.js';
import {
  COST_ITEMS,
  FACILITY_KINDS,
  PAYERS,
  placeTermsContent,
  placeProblems,
  reservesFor,
} from './place.js';
import type { PlaceReserve, PlaceTerms } from './place.js';

const words = (text = 'reč') => ({ sr: text, ru: text, en: text });
const reserve = (changes: Partial<PlaceReserve> = {}): PlaceReserve => ({
  id: 'young',
  label: words('Young'),
  count: 1,
  condition: { kind: 'age', min: null, max: 25 },
  ...changes,
});
const ASKED = new Set(['birth_date', 'level', 'home_institution']);
const BASICS = {
  fieldCode: '0613',
  level: 7,
  language: 'en',
  languageLevel: 'B2',
  months: 5,
  services: null,
};
const problemsOf = (terms: PlaceTerms, capacity = 5) =>
  placeProblems({ ...BASICS, ...terms, capacity }, 'places.0', ASKED).map(
    ({ field, problem }) => `${field.replace('places.0.', '')} ${problem}`,
  );

describe('the terms of a place', () => {
  it.each<readonly [string, PlaceTerms, readonly string[]]>([
    ['nothing at all', {}, []],
    [
      'everything in order',
      {
        facilities: [{ kind: 'laboratory', words: words() }],
        cost: [
          {
            item: 'stipend',
            payer: 'host_institution',
            amount: { minor: 120_000, currency: 'EUR' },
            per: 'month',
          },
          { item: 'fees', payer: 'host_country', amount: null, per: 'once' },
        ],
        reserved: [
          reserve({ count: 2 }),
          reserve({ id: 'masters', count: 3, condition: { kind: 'level', levels: [7] } }),
        ],
      },
      [],
    ],
    [
      'words that are missing in one language',
      { facilities: [{ kind: 'data', words: { ...words(), ru: ' ' } }] },
      ['facilities.0.words required'],
    ],
    [
      'an amount that is none, in no currency',
      {
        cost: [{ item: 'travel', payer: 'programme', amount: { minor: 0.5, currency: 'XXQ' }, per: 'once' }],
      },
      ['cost.0.amount not_number', 'cost.0.currency not_in_list'],
    ],
    ['more kept than there is', { reserved: [reserve({ count: 6 })] }, ['reserved more_than_places']],
    [
      'more kept than there is, in sum',
      { reserved: [reserve({ count: 3 }), reserve({ id: 'other', count: 3 })] },
      ['reserved more_than_places'],
    ],
    ['two of one name', { reserved: [reserve(), reserve()] }, ['reserved repeated']],
    ['none kept', { reserved: [reserve({ count: 0 })] }, ['reserved.0.count not_number']],
    [
      'a condition that the form does not ask about',
      { reserved: [reserve({ condition: { kind: 'experience', min: 2 } })] },
      ['reserved.0.condition condition_not_asked'],
    ],
    [
      'a condition that nobody can read',
      { reserved: [reserve({ condition: { kind: 'all', of: [] } })] },
      ['reserved.0.condition required'],
    ],
  ])('%s', (_name, terms, expected) => {
    expect(problemsOf(terms)).toEqual(expected);
  });

  it('leave no trace in what is approved where there are none, so that earlier approvals hold', () => {
    expect(placeTermsContent({})).toEqual({});
    expect(placeTermsContent({ unitId: null, facilities: [], cost: null, reserved: [] })).toEqual({});
  });

  it('are approved in every word, whatever else is read with them', () => {
    const terms = {
      facilities: FACILITY_KINDS.map((kind) => ({ kind, words: words() })),
      cost: COST_ITEMS.map((item) => ({ item, payer: PAYERS[0], amount: null, per: 'once' as const })),
      reserved: [{ ...reserve(), taken: 1, free: 0 }],
    };
    expect(placeTermsContent(terms)).toEqual({ ...terms, reserved: [reserve()] });
  });
});

const FACTS: EligibilityFacts = {
  homeCountry: 'RS',
  citizenship: null,
  birthDate: null,
  stayFrom: '2027-09-01',
  level: null,
  year: null,
  gradeAverage: null,
  languageLevel: null,
  placeLanguageLevels: ['B1'],
  homeInstitutionId: null,
  experienceYears: null,
  otherAwards: 0,
};

describe('the reserves of somebody', () => {
  it('are those whose condition they meet for certain, in their order', () => {
    const reserved = [
      reserve({ id: 'masters', condition: { kind: 'level', levels: [7] } }),
      reserve({ id: 'young' }),
      reserve({ id: 'old', condition: { kind: 'age', min: 40, max: null } }),
    ];
    const met = (facts: Partial<EligibilityFacts>) =>
      reservesFor(reserved, { ...FACTS, ...facts }).map(({ id }) => id);
    expect(met({ level: 7, birthDate: '2005-01-01' })).toEqual(['masters', 'young']);
    expect(met({ level: 6, birthDate: '1980-01-01' })).toEqual(['old']);
    // What is not known opens nothing that is kept for others.
    expect(met({})).toEqual([]);
  });

  it('never hold one that is not of the place', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({ id: fc.stringMatching(/^[a-z]{1,5}$/), max: fc.integer({ min: 1, max: 90 }) }),
          {
            selector: ({ id }) => id,
          },
        ),
        fc.integer({ min: 1950, max: 2010 }),
        (kept, year) => {
          const reserved = kept.map(({ id, max }) =>
            reserve({ id, condition: { kind: 'age', min: null, max } }),
          );
          const met = reservesFor(reserved, { ...FACTS, birthDate: `${year}-01-01` });
          expect(met).toEqual(
            reserved.filter(({ id }) => kept.some((one) => one.id === id && one.max >= 2027 - year)),
          );
        },
      ),
    );
  });
});

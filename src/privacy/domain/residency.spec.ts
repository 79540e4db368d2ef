import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RESIDENCY_FACTS, ownerOf } from './residency.js';
import type { ResidencyFacts, ResidencyRule } from './residency.js';

const PROGRAMME = ['AA', 'BB'];
const RULES: readonly ResidencyRule[] = [
  { fact: 'citizenship', country: 'BB', law: 'localisation' },
  { fact: 'residence', country: null, law: 'territory' },
  { fact: 'citizenship', country: null, law: 'citizens' },
  { fact: 'provider', country: null, law: 'vouched' },
];

describe('the owner side of a record', () => {
  it.each<[string, ResidencyFacts, string, string]>([
    [
      'a country claims its citizens wherever they live',
      { citizenship: 'BB', residence: 'AA', provider: 'AA' },
      'BB',
      'localisation',
    ],
    [
      'whoever lives in a country is of that country',
      { citizenship: 'AA', residence: 'BB', provider: 'AA' },
      'BB',
      'territory',
    ],
    [
      'outside the programme the citizenship says so',
      { citizenship: 'AA', residence: 'ZZ', provider: 'BB' },
      'AA',
      'citizens',
    ],
    [
      'of a stranger whoever vouched',
      { citizenship: 'ZZ', residence: 'ZZ', provider: 'BB' },
      'BB',
      'vouched',
    ],
    ['nothing was said', { citizenship: null, residence: null, provider: 'AA' }, 'AA', 'vouched'],
  ])('%s', (_name, facts, country, law) => {
    expect(ownerOf(RULES, facts, PROGRAMME)).toMatchObject({ country, law });
  });

  it('is always a country of the programme that the person has to do with, by a rule that is in force', () => {
    const country = fc.constantFrom('AA', 'BB', 'ZZ', null);
    const rule = fc.record({
      fact: fc.constantFrom(...RESIDENCY_FACTS),
      country: fc.constantFrom('AA', 'BB', null),
      law: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 6 }),
        fc.record({ residence: country, citizenship: country, provider: country }),
        (rules, facts) => {
          const owner = ownerOf(rules, facts, PROGRAMME);
          if (owner) {
            expect(PROGRAMME).toContain(owner.country);
            expect(facts[owner.fact]).toBe(owner.country);
            expect(rules.map(({ law }) => law)).toContain(owner.law);
          } else {
            // Nobody is without an owner whose fact some rule for every country asks and the programme knows.
            expect(
              rules.some(
                ({ fact, country: claims }) => claims === null && PROGRAMME.includes(facts[fact] ?? ''),
              ),
            ).toBe(false);
          }
        },
      ),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Condition, EligibilityFacts, Outcome, Rule } from './eligibility.js';
import { ageOn, conditionsOf, judge, ruleProblems } from './eligibility.js';
import { STANDARD_FORM } from './standard-form.js';

const FACTS: EligibilityFacts = {
  homeCountry: 'AA',
  citizenship: 'AA',
  birthDate: '2004-02-29',
  stayFrom: '2027-03-01',
  level: 7,
  year: 2,
  gradeAverage: 8.5,
  languageLevel: 'B2',
  placeLanguageLevels: ['B1'],
  homeInstitutionId: '01a00000-0000-7000-8000-000000000001',
  experienceYears: 3,
  otherAwards: 0,
};
const institutions = [FACTS.homeInstitutionId ?? ''];

/** Each bound from both of its sides, and what is not answered yet. */
const CASES: readonly (readonly [Condition, Partial<EligibilityFacts>, Outcome])[] = [
  [{ kind: 'citizenship', countries: ['AA', 'BB'] }, {}, 'met'],
  [{ kind: 'citizenship', countries: ['BB'] }, {}, 'not_met'],
  [{ kind: 'citizenship', countries: ['AA'] }, { citizenship: null }, 'unknown'],
  [{ kind: 'age', min: 23, max: null }, {}, 'met'],
  [{ kind: 'age', min: 23, max: null }, { stayFrom: '2027-02-28' }, 'not_met'],
  [{ kind: 'age', min: null, max: 22 }, { stayFrom: '2027-02-28' }, 'met'],
  [{ kind: 'age', min: null, max: 22 }, {}, 'not_met'],
  [{ kind: 'age', min: 18, max: 35 }, { birthDate: null }, 'unknown'],
  [{ kind: 'level', levels: [7, 8] }, {}, 'met'],
  [{ kind: 'level', levels: [6] }, {}, 'not_met'],
  [{ kind: 'level', levels: [6] }, { level: null }, 'unknown'],
  [{ kind: 'year', min: 2 }, {}, 'met'],
  [{ kind: 'year', min: 3 }, {}, 'not_met'],
  [{ kind: 'year', min: 1 }, { year: null }, 'unknown'],
  [{ kind: 'grade_average', least: { AA: 8.5 } }, {}, 'met'],
  [{ kind: 'grade_average', least: { AA: 8.51 } }, {}, 'not_met'],
  [{ kind: 'grade_average', least: { AA: 8 } }, { gradeAverage: null }, 'unknown'],
  // Another country's bound is no business of this one, even where there is no answer.
  [{ kind: 'grade_average', least: { BB: 10 } }, { gradeAverage: null }, 'met'],
  [{ kind: 'language' }, { placeLanguageLevels: ['B1', 'B2'] }, 'met'],
  [{ kind: 'language' }, { placeLanguageLevels: ['B1', 'C1'] }, 'not_met'],
  [{ kind: 'language' }, { languageLevel: 'NS', placeLanguageLevels: ['C2'] }, 'met'],
  [{ kind: 'language' }, { placeLanguageLevels: ['NS'] }, 'not_met'],
  [{ kind: 'language' }, { placeLanguageLevels: [] }, 'unknown'],
  [{ kind: 'language' }, { languageLevel: null }, 'unknown'],
  [{ kind: 'home_institution', institutions }, {}, 'met'],
  [{ kind: 'home_institution', institutions }, { homeInstitutionId: 'another' }, 'not_met'],
  [{ kind: 'home_institution', institutions }, { homeInstitutionId: null }, 'unknown'],
  [{ kind: 'experience', min: 3 }, {}, 'met'],
  [{ kind: 'experience', min: 4 }, {}, 'not_met'],
  [{ kind: 'experience', min: 0 }, { experienceYears: null }, 'unknown'],
  [{ kind: 'no_other_award' }, {}, 'met'],
  [{ kind: 'no_other_award' }, { otherAwards: 1 }, 'not_met'],
];

it.each(CASES)('%j of %j is %s', (condition, changes, outcome) => {
  expect(judge(condition, { ...FACTS, ...changes }).outcome).toBe(outcome);
});

it.each([
  ['2004-02-29', '2027-02-28', 22],
  ['2004-02-29', '2027-03-01', 23],
  ['2004-02-29', '2028-02-29', 24],
  ['2009-03-01', '2027-03-01', 18],
  ['2009-03-02', '2027-03-01', 17],
])('who is born on %s is on %s %i years old', (birth, day, age) => {
  expect(ageOn(birth, day)).toBe(age);
});

const ASKED = new Set(
  STANDARD_FORM('student').sections.flatMap(({ questions }) => questions.map(({ id }) => id)),
);

const condition = fc.constantFrom<Condition>(...CASES.map(([each]) => each));
const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('rule'), { minLength: 1, maxLength: 4 }),
    }),
  ),
}));
const maybe = <T>(values: readonly T[]) => fc.constantFrom(null, ...values);
const facts: fc.Arbitrary<EligibilityFacts> = fc.record({
  homeCountry: fc.constantFrom('AA', 'BB'),
  citizenship: maybe(['AA', 'BB', 'CC']),
  birthDate: maybe(['2004-02-29', '1990-07-01', '2012-01-01']),
  stayFrom: fc.constantFrom('2027-02-28', '2027-03-01'),
  level: maybe([6, 7, 8]),
  year: maybe([1, 2, 3]),
  gradeAverage: maybe([7, 8.5, 10]),
  languageLevel: maybe(['A1', 'B2', 'NS']),
  placeLanguageLevels: fc.subarray(['A1', 'B1', 'C1']),
  homeInstitutionId: maybe([...institutions, 'another']),
  experienceYears: maybe([0, 3, 10]),
  otherAwards: fc.nat(1),
});

describe('any composition', () => {
  it('is met when what holds of it makes it so, by plain logic, once everything is known', () => {
    const plain = (part: Rule, of: EligibilityFacts): boolean =>
      part.kind === 'all'
        ? part.of.every((each) => plain(each, of))
        : part.kind === 'any'
          ? part.of.some((each) => plain(each, of))
          : judge(part, of).outcome === 'met';
    fc.assert(
      fc.property(rule, facts, (drawn, of) => {
        const verdict = judge(drawn, of);
        if (verdict.conditions.some(({ outcome }) => outcome === 'unknown')) return;
        expect(verdict.outcome).toBe(plain(drawn, of) ? 'met' : 'not_met');
      }),
    );
  });

  it('decides nothing that a later answer turns round', () => {
    const known: Partial<EligibilityFacts> = Object.fromEntries(
      Object.entries(FACTS).filter(([, value]) => value !== null),
    );
    fc.assert(
      fc.property(rule, facts, (drawn, of) => {
        const before = judge(drawn, of).outcome;
        const filled = Object.fromEntries(
          Object.entries(of).map(([name, value]) => [name, value ?? known[name as keyof EligibilityFacts]]),
        ) as unknown as EligibilityFacts;
        const places = filled.placeLanguageLevels.length > 0 ? filled.placeLanguageLevels : ['C2'];
        const after = judge(drawn, { ...filled, placeLanguageLevels: places }).outcome;
        if (before !== 'unknown') expect(after).toBe(before);
        expect(after).not.toBe('unknown');
      }),
    );
  });

  it('explains itself: names what is to blame, and to mend that is enough', () => {
    fc.assert(
      fc.property(rule, facts, (drawn, of) => {
        const verdict = judge(drawn, of);
        expect(verdict.conditions.map((each) => each.condition)).toEqual(conditionsOf(drawn));
        expect(verdict.because.length > 0).toBe(verdict.outcome !== 'met');
        for (const { outcome } of verdict.because) expect(outcome).toBe(verdict.outcome);
        const blamed = new Set(verdict.because.map((each) => JSON.stringify(each.condition)));
        const mended = (part: Rule): Rule =>
          part.kind === 'all' || part.kind === 'any'
            ? { ...part, of: part.of.map(mended) }
            : blamed.has(JSON.stringify(part))
              ? { kind: 'grade_average', least: { ZZ: 1 } }
              : part;
        const rest = judge(mended(drawn), of);
        // What was not known besides may still be asked for.
        if (verdict.outcome === 'unknown') expect(rest.outcome).toBe('met');
        else expect(rest.outcome).not.toBe('not_met');
      }),
    );
  });
});

it.each<readonly [string, Rule, readonly string[]]>([
  ['a sound one', { kind: 'all', of: [{ kind: 'year', min: 2 }, { kind: 'language' }] }, []],
  ['an empty group', { kind: 'any', of: [] }, ['required']],
  ['no country', { kind: 'citizenship', countries: [] }, ['condition_unsound']],
  [
    'something that is no country',
    { kind: 'citizenship', countries: ["AA' or true"] },
    ['condition_unsound'],
  ],
  ['an age turned round', { kind: 'age', min: 40, max: 30 }, ['condition_unsound']],
  ['an age without bounds', { kind: 'age', min: null, max: null }, ['condition_unsound']],
  ['what the form does not ask', { kind: 'experience', min: 1 }, ['condition_not_asked']],
  [
    'too many levels',
    {
      kind: 'all',
      of: [{ kind: 'any', of: [{ kind: 'all', of: [{ kind: 'any', of: [{ kind: 'language' }] }] }] }],
    },
    ['conditions_too_deep'],
  ],
])('a rule with %s', (_what, drawn, problems) => {
  expect(ruleProblems(drawn, ASKED).map(({ problem }) => problem)).toEqual(problems);
});

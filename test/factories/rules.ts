import fc from 'fast-check';
import type { Condition, Rule } from '../../src/calls/public.js';

const institutions = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002'];
const bound = fc.option(fc.integer({ min: 16, max: 40 }), { nil: null });

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('citizenship' as const), countries: fc.subarray(['AA', 'BB', 'CC']) }),
  fc.record({ kind: fc.constant('age' as const), min: bound, max: bound }),
  fc.record({ kind: fc.constant('level' as const), levels: fc.subarray([6, 7, 8]) }),
  fc.record({ kind: fc.constant('year' as const), min: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant('grade_average' as const),
    least: fc.constantFrom<Record<string, number>>({ AA: 8.5, BB: 4.5 }, { AA: 7 }, {}, { BB: 0.1 }),
  }),
  fc.constant<Condition>({ kind: 'language' }),
  fc.record({ kind: fc.constant('home_institution' as const), institutions: fc.subarray(institutions) }),
  fc.record({ kind: fc.constant('experience' as const), min: fc.integer({ min: 0, max: 10 }) }),
  fc.constant<Condition>({ kind: 'no_other_award' }),
);

/** Any rule at all, sound or not: groups in groups, groups of nothing, conditions that name nothing. */
export const { rule } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('rule'), { maxLength: 4 }),
    }),
  ),
}));

/** Answers of a student's form and all else that a rule is asked of, as an application holds them. */
export const applicant = fc.record({
  homeCountry: fc.constantFrom('AA', 'BB'),
  answers: fc.record(
    {
      citizenship: fc.constantFrom('AA', 'BB', 'DD'),
      birth_date: fc.constantFrom('2004-02-29', '1990-07-01', '2009-03-01', '2009-03-02'),
      level: fc.constantFrom('6', '7', '8'),
      year: fc.constantFrom('1', '3', '6'),
      grade_average: fc.constantFrom('7', '8.5', '4.5', '8.499999999999998', '1e-7'),
      language_level: fc.constantFrom('A1', 'B2', 'NS', 'Z9'),
      home_institution: fc.constantFrom(...institutions, '019a0000-0000-7000-8000-000000000009'),
      experience_years: fc.constantFrom('0', '3', '10'),
    },
    { requiredKeys: [] },
  ),
  homeInstitutionId: fc.constantFrom(null, ...institutions),
  placeLevels: fc.array(fc.constantFrom('A1', 'B1', 'C1', 'NS'), { maxLength: 3 }),
  stayFrom: fc.constantFrom('2027-02-28', '2027-03-01'),
  otherAwards: fc.nat(2),
});

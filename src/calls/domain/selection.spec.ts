import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentHash } from '../../shared/content-hash.js';
import {
  appealTermsOf,
  cross,
  selectionContent,
  selectionProblems,
  standardSelection,
  withAppealTerms,
} from './selection.js';
import type { CallConflict, Criterion, QuotaGroup, SelectionRules } from './selection.js';

const WAYS = [{ homeCountry: 'AA', hostCountry: 'BB' }] as const;
const RULES = standardSelection();
const [FIRST] = RULES.criteria as [Criterion];
const withFirst = (change: Partial<Criterion>): SelectionRules => ({
  ...RULES,
  criteria: [{ ...FIRST, ...change }, ...RULES.criteria.slice(1)],
});
const withGroups = (...groups: SelectionRules['seats']['groups']): SelectionRules => ({
  ...RULES,
  seats: { ...RULES.seats, groups },
});
const withAppeals = (appeals: SelectionRules['appeals'], appealDays = 10): SelectionRules => ({
  ...RULES,
  windows: { ...RULES.windows, appealDays },
  ...(appeals ? { appeals } : {}),
});
const USUAL = { admissibilityDays: 3, panelSize: 3, newEvidence: false };
const EVERYBODY = { hostInstitutionId: null, hostCountry: null, homeCountry: null, cap: 3 };
const toldOf = (rules: SelectionRules) =>
  selectionProblems(rules, WAYS).map(({ field, problem }) => `${field} ${problem}`);

describe('the rules of a selection', () => {
  it('are sound as an editor begins with them', () => {
    expect(toldOf(RULES)).toEqual([]);
  });

  it.each<[string, SelectionRules, string[]]>([
    ['no criterion', { ...RULES, criteria: [] }, ['selection.criteria no_criterion']],
    ['two of one id', { ...RULES, criteria: [FIRST, FIRST] }, ['selection.criteria repeated']],
    [
      'a label in two languages',
      withFirst({ label: { ...FIRST.label, ru: ' ' } }),
      ['selection.criteria.0.label.ru required'],
    ],
    ['a half weight', withFirst({ weight: 0.5 }), ['selection.criteria.0.weight not_number']],
    ['no weight', withFirst({ weight: 0 }), ['selection.criteria.0.weight out_of_range']],
    [
      'a scale that goes down',
      withFirst({ scale: { min: 10, max: 10 }, anchors: [] }),
      ['selection.criteria.0.scale.max scale_downwards'],
    ],
    [
      'an anchor off the scale',
      withFirst({ scale: { min: 0, max: 5 } }),
      ['selection.criteria.0.anchors.2.value out_of_range'],
    ],
    [
      'a trimmed mean of two',
      { ...RULES, combination: { method: 'trimmed_mean', minimum: null } },
      ['selection.combination.method too_few_reviews'],
    ],
    [
      'a group that no direction fills',
      withGroups({ ...EVERYBODY, hostCountry: 'AA' }),
      ['selection.seats.groups.0.hostCountry not_in_list'],
    ],
    ['a group twice', withGroups(EVERYBODY, { ...EVERYBODY, cap: 9 }), ['selection.seats.groups.1 repeated']],
    [
      'no window for objections',
      { ...RULES, windows: { ...RULES.windows, objectionDays: 0 } },
      ['selection.windows.objectionDays out_of_range'],
    ],
    [
      'an admission after the decision',
      withAppeals({ ...USUAL, admissibilityDays: 6 }, 5),
      ['selection.appeals.admissibilityDays out_of_range'],
    ],
    [
      'an appeal that is admitted before it is lodged',
      withAppeals({ ...USUAL, admissibilityDays: 0 }),
      ['selection.appeals.admissibilityDays out_of_range'],
    ],
    ...[1, 4, 11].map((panelSize): [string, SelectionRules, string[]] => [
      `a panel of appeal of ${panelSize}`,
      withAppeals({ ...USUAL, panelSize }),
      ['selection.appeals.panelSize not_in_list'],
    ]),
    [
      'a conflict that is none',
      { ...RULES, review: { ...RULES.review, binding: ['co_author', 'neighbour' as CallConflict] } },
      ['selection.review.binding not_in_list'],
    ],
  ])('tell of %s', (_what, rules, told) => {
    expect(toldOf(rules)).toEqual(told);
  });

  it('allow a trimmed mean where both sides together give three', () => {
    const rules: SelectionRules = {
      ...RULES,
      review: { ...RULES.review, perApplication: 2, bySide: true },
      combination: { method: 'trimmed_mean', minimum: 60 },
    };
    expect(toldOf(rules)).toEqual([]);
  });

  it('are approved to the last word and number', () => {
    const hashes = [
      RULES,
      withFirst({ weight: 51 }),
      withGroups(EVERYBODY),
      withAppeals({ ...USUAL, panelSize: 5 }),
      withAppeals({ ...USUAL, newEvidence: true }),
      withAppeals({ ...USUAL, admissibilityDays: 4 }),
      { ...RULES, review: { ...RULES.review, binding: ['referee'] as const } },
    ].map((rules) => contentHash(selectionContent(rules)));
    expect(new Set(hashes).size).toBe(7);
    expect(contentHash(selectionContent(structuredClone(RULES)))).toBe(hashes[0]);
  });

  it('keep the hash that both countries approved before a call could say how appeals are heard', () => {
    const approved = 'b2e1bd460fdc7af007de179d9c076d82282f28cbea9b7686980ee71202a36cc1';
    expect(contentHash(selectionContent(RULES))).toBe(approved);
    expect(contentHash(selectionContent(withAppealTerms(RULES, USUAL)))).toBe(approved);
    const once = withAppealTerms(RULES, { ...USUAL, panelSize: 5 });
    expect(contentHash(selectionContent(withAppealTerms(once, USUAL)))).toBe(approved);
  });

  it('hear appeals as usual where they do not say it', () => {
    expect(appealTermsOf(RULES)).toEqual(USUAL);
    // What decides in two days does not take three to admit.
    expect(appealTermsOf(withAppeals(undefined, 2))).toEqual({ ...USUAL, admissibilityDays: 2 });
    const own = { admissibilityDays: 5, panelSize: 7, newEvidence: true };
    expect(appealTermsOf(withAppealTerms(RULES, own))).toEqual(own);
    expect(toldOf(withAppealTerms(RULES, own))).toEqual([]);
  });
});

describe('groups of places that share a limit', () => {
  const BOTH = [
    { homeCountry: 'AA', hostCountry: 'BB' },
    { homeCountry: 'BB', hostCountry: 'AA' },
  ] as const;
  const HOSTS = new Map([
    ['a1', 'AA'],
    ['b1', 'BB'],
    ['b2', 'BB'],
  ]);
  const group = (host: string | null, home: string | null): QuotaGroup => ({
    hostInstitutionId: host && HOSTS.has(host) ? host : null,
    hostCountry: host && !HOSTS.has(host) ? host : null,
    homeCountry: home,
    cap: 2,
  });
  const told = (...groups: QuotaGroup[]) =>
    selectionProblems(withGroups(...groups), BOTH, HOSTS).map(({ field, problem, values }) => [
      field,
      problem,
      values,
    ]);

  it.each<[string, QuotaGroup[]]>([
    ['one inside the other', [group(null, null), group('BB', null), group('b1', null), group('b1', 'AA')]],
    ['apart by their hosts', [group('AA', null), group('BB', null), group('b1', 'AA'), group('b2', 'AA')]],
    ['apart by where people come from', [group(null, 'AA'), group(null, 'BB')]],
  ])('may lie %s', (_what, groups) => {
    expect(told(...groups)).toEqual([]);
  });

  it.each<[string, QuotaGroup[], { readonly one: number; readonly other: number }]>([
    ['a host and a home country', [group('BB', null), group(null, 'AA')], { one: 1, other: 2 }],
    ['one host of all, and a country of some', [group('b1', null), group('BB', 'AA')], { one: 1, other: 2 }],
    [
      'the second and the third',
      [group('AA', null), group('BB', null), group(null, 'AA')],
      { one: 2, other: 3 },
    ],
  ])('are refused where they cross: %s', (_what, groups, values) => {
    expect(told(...groups)).toContainEqual([
      `selection.seats.groups.${groups.length - 1}`,
      'groups_cross',
      values,
    ]);
  });

  it('name an institution that has places', () => {
    const stranger = { ...group('b1', null), hostInstitutionId: 'b3' };
    expect(told(stranger)).toEqual([
      ['selection.seats.groups.0.hostInstitutionId', 'group_without_place', undefined],
    ]);
  });

  it('cross exactly where the sets of whom they count do, of places and countries as there could be', () => {
    const anyGroup = fc
      .tuple(fc.constantFrom(null, 'AA', 'BB', 'a1', 'b1', 'b2'), fc.constantFrom(null, 'AA', 'BB'))
      .map(([host, home]) => group(host, home));
    // Another host of each country, and another country, may always come.
    const cells = ['a1', 'a2', 'b1', 'b2', 'b3', 'c1'].flatMap((host) =>
      ['AA', 'BB', 'CC'].map((home) => ({ host, home })),
    );
    const countryOf = (host: string) => host.charAt(0).toUpperCase().repeat(2);
    const counted = ({ hostInstitutionId, hostCountry, homeCountry }: QuotaGroup) =>
      cells.filter(
        ({ host, home }) =>
          (hostInstitutionId === null || hostInstitutionId === host) &&
          (hostCountry === null || hostCountry === countryOf(host)) &&
          (homeCountry === null || homeCountry === home),
      );
    fc.assert(
      fc.property(anyGroup, anyGroup, (one, other) => {
        const [these, those] = [counted(one), counted(other)];
        const common = these.filter((cell) => those.includes(cell)).length;
        const crossing = common > 0 && common < these.length && common < those.length;
        expect(cross(one, other, HOSTS)).toBe(crossing);
        expect(cross(other, one, HOSTS)).toBe(crossing);
      }),
    );
  });
});

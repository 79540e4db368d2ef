import { describe, expect, it } from '@jest/globals';
import { contentHash } from '../../shared/content-hash.js';
import { selectionContent, selectionProblems, standardSelection } from './selection.js';
import type { Criterion, SelectionRules } from './selection.js';

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
      ['selection.criteria.0.scale.max end_before_start'],
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
    const hashes = [RULES, withFirst({ weight: 51 }), withGroups(EVERYBODY)].map((rules) =>
      contentHash(selectionContent(rules)),
    );
    expect(new Set(hashes).size).toBe(3);
    expect(contentHash(selectionContent(structuredClone(RULES)))).toBe(hashes[0]);
  });
});

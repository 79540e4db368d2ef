import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../shared/domain-error.js';
import { standardSelection } from './selection.js';
import type { Criterion, QuotaGroup } from './selection.js';
import {
  addCriterion,
  changeCriterion,
  criterionOf,
  moveCriterion,
  putGroup,
  removeCriterion,
  removeGroup,
  shareOf,
} from './selection-editing.js';

const RULES = standardSelection();
const idsOf = ({ criteria }: typeof RULES) => criteria.map(({ id }) => id);
const { id: _id, ...WORDING } = RULES.criteria[0] as Criterion;
const GROUP: QuotaGroup = { hostInstitutionId: null, hostCountry: null, homeCountry: null, cap: 3 };

describe('the criteria of a selection', () => {
  it('get a name of their own from their label, and keep it whatever the label becomes', () => {
    const label = { sr: 'Постигнућа', ru: 'Достижения', en: 'Merit' };
    const { rules, id } = addCriterion(RULES, { ...WORDING, label });
    expect(id).toBe('merit_2');
    const renamed = changeCriterion(rules, id, { ...WORDING, label: { ...label, en: 'Another' } });
    expect(criterionOf(renamed, id).label.en).toBe('Another');
    expect(idsOf(renamed)).toEqual(['merit', 'plan', 'benefit', 'merit_2']);
  });

  it('move one by one, and not beyond the ends', () => {
    expect(idsOf(moveCriterion(RULES, 'plan', 'up'))).toEqual(['plan', 'merit', 'benefit']);
    expect(idsOf(moveCriterion(RULES, 'merit', 'up'))).toEqual(idsOf(RULES));
    expect(idsOf(moveCriterion(RULES, 'benefit', 'down'))).toEqual(idsOf(RULES));
  });

  it('are at most twelve', () => {
    const many = { ...RULES, criteria: Array.from({ length: 12 }, (_, n) => ({ ...WORDING, id: `c${n}` })) };
    expect(() => addCriterion(many, WORDING)).toThrow(DomainError);
  });

  it('have shares that are the whole together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 }), (weights) => {
        const criteria = weights.map((weight, n) => ({ ...WORDING, id: `c${n}`, weight }));
        const shares = criteria.map((criterion) => shareOf({ criteria }, criterion));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 8);
      }),
    );
  });

  it('that are not there cannot be changed', () => {
    for (const act of [
      () => removeCriterion(RULES, 'nothing'),
      () => moveCriterion(RULES, 'nothing', 'up'),
      () => changeCriterion(RULES, 'nothing', WORDING),
      () => putGroup(RULES, 0, GROUP),
      () => removeGroup(RULES, 0),
    ]) {
      expect(act).toThrow(DomainError);
    }
  });
});

it('groups are put, replaced and removed by their place', () => {
  const two = putGroup(putGroup(RULES, null, GROUP), null, { ...GROUP, cap: 5 });
  expect(putGroup(two, 0, { ...GROUP, cap: 9 }).seats.groups.map(({ cap }) => cap)).toEqual([9, 5]);
  expect(removeGroup(two, 0).seats.groups.map(({ cap }) => cap)).toEqual([5]);
  expect(two.criteria).toBe(RULES.criteria);
});

import { DomainError } from '../../shared/domain-error.js';
import type { Step } from './form-editing.js';
import { newNameAmong } from './form-ids.js';
import { MOST_CRITERIA } from './selection.js';
import type { Criterion, QuotaGroup, SelectionRules } from './selection.js';

/** A criterion as it is written; its id is made from its label and never changes. */
export type CriterionDraft = Omit<Criterion, 'id'>;

/** @throws DomainError `not_found` */
export function criterionOf({ criteria }: SelectionRules, id: string): Criterion {
  const found = criteria.find((criterion) => criterion.id === id);
  if (!found) throw new DomainError('not_found');
  return found;
}

/** @throws DomainError `not_found` */
export function groupAt({ seats }: SelectionRules, place: number): QuotaGroup {
  const group = seats.groups[place];
  if (!group) throw new DomainError('not_found');
  return group;
}

export function addCriterion(
  rules: SelectionRules,
  criterion: CriterionDraft,
): { readonly rules: SelectionRules; readonly id: string } {
  if (rules.criteria.length >= MOST_CRITERIA)
    throw new DomainError('conflict', { reason: 'criteria_too_many' });
  const taken = rules.criteria.map(({ id }) => id);
  const id = newNameAmong(taken, criterion.label);
  return { rules: { ...rules, criteria: [...rules.criteria, { id, ...criterion }] }, id };
}

export function changeCriterion(
  rules: SelectionRules,
  id: string,
  criterion: CriterionDraft,
): SelectionRules {
  criterionOf(rules, id);
  return {
    ...rules,
    criteria: rules.criteria.map((each) => (each.id === id ? { id, ...criterion } : each)),
  };
}

/** In the order in which they are read and scored. */
export function moveCriterion(rules: SelectionRules, id: string, step: Step): SelectionRules {
  const criterion = criterionOf(rules, id);
  const place = rules.criteria.indexOf(criterion);
  const to = place + (step === 'up' ? -1 : 1);
  const other = rules.criteria[to];
  if (!other) return rules;
  return { ...rules, criteria: rules.criteria.with(place, other).with(to, criterion) };
}

export function removeCriterion(rules: SelectionRules, id: string): SelectionRules {
  criterionOf(rules, id);
  return { ...rules, criteria: rules.criteria.filter((each) => each.id !== id) };
}

/** @param place of the group that it replaces; null: a new one */
export function putGroup(rules: SelectionRules, place: number | null, group: QuotaGroup): SelectionRules {
  if (place === null) return withGroups(rules, [...rules.seats.groups, group]);
  groupAt(rules, place);
  return withGroups(rules, rules.seats.groups.with(place, group));
}

export function removeGroup(rules: SelectionRules, place: number): SelectionRules {
  groupAt(rules, place);
  return withGroups(rules, rules.seats.groups.toSpliced(place, 1));
}

function withGroups(rules: SelectionRules, groups: readonly QuotaGroup[]): SelectionRules {
  return { ...rules, seats: { ...rules.seats, groups } };
}

/** The part of a criterion in the whole, in percent: what its weight means. Not rounded. */
export function shareOf(
  { criteria }: Pick<SelectionRules, 'criteria'>,
  { weight }: Pick<Criterion, 'weight'>,
): number {
  const sum = criteria.reduce((total, each) => total + each.weight, 0);
  return sum > 0 ? (weight / sum) * 100 : 0;
}

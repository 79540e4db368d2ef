import { DomainError } from '../../shared/domain-error.js';
import type { Condition, Rule } from './eligibility.js';

/** Where a part of a rule stands: the places of the groups on the way to it. Empty: the outermost group. */
export type RulePath = readonly number[];
export type RuleGroup = Extract<Rule, { readonly kind: 'all' | 'any' }>;
export type GroupKind = RuleGroup['kind'];

/** Groups inside one another, the outermost one counted. */
export const DEEPEST_GROUP = 3;
const MOST_PARTS = 30;

/** A rule as it is edited: always a group, so that there is a place for the next condition. */
export function asGroup(rule: Rule | undefined): RuleGroup {
  if (!rule) return { kind: 'all', of: [] };
  return isGroup(rule) ? rule : { kind: 'all', of: [rule] };
}

/** A rule as it is kept: none where nothing is left. */
export function asRule(group: RuleGroup): Rule | undefined {
  return group.of.length === 0 ? undefined : group;
}

export function isGroup(rule: Rule): rule is RuleGroup {
  return rule.kind === 'all' || rule.kind === 'any';
}

/** `0-2-1`; the outermost group is `root`. */
export function writePath(path: RulePath): string {
  return path.length === 0 ? 'root' : path.join('-');
}

/** @throws DomainError `not_found` */
export function readPath(text: string): RulePath {
  if (text === 'root') return [];
  if (!/^\d{1,3}(-\d{1,3}){0,3}$/.test(text)) throw new DomainError('not_found');
  return text.split('-').map(Number);
}

/** @throws DomainError `not_found` */
export function partAt(rule: Rule, path: RulePath): Rule {
  return path.reduce<Rule>((part, place) => {
    const next = isGroup(part) ? part.of[place] : undefined;
    if (!next) throw new DomainError('not_found');
    return next;
  }, rule);
}

/** With one more part at the end of the group that stands there. */
export function addPart(root: RuleGroup, path: RulePath, part: Condition | GroupKind): RuleGroup {
  const group = groupAt(root, path);
  const isNewGroup = typeof part === 'string';
  if (isNewGroup && path.length + 1 >= DEEPEST_GROUP) throw refused('conditions_too_deep');
  if (countParts(root) >= MOST_PARTS) throw refused('conditions_too_many');
  const added: Rule = isNewGroup ? { kind: part, of: [] } : part;
  return replaced(root, path, { ...group, of: [...group.of, added] });
}

export function changeCondition(root: RuleGroup, path: RulePath, condition: Condition): RuleGroup {
  const before = partAt(root, path);
  if (before.kind !== condition.kind) throw new DomainError('not_found');
  return replaced(root, path, condition);
}

/** Whether all or one of what stands in the group has to be met. */
export function changeGroup(root: RuleGroup, path: RulePath, kind: GroupKind): RuleGroup {
  return replaced(root, path, { ...groupAt(root, path), kind });
}

export function movePart(root: RuleGroup, path: RulePath, step: 'up' | 'down'): RuleGroup {
  const { parent, place } = placeOf(path);
  const group = groupAt(root, parent);
  const to = place + (step === 'up' ? -1 : 1);
  const [part, other] = [group.of[place], group.of[to]];
  if (!part) throw new DomainError('not_found');
  if (!other) return root;
  return replaced(root, parent, { ...group, of: group.of.with(place, other).with(to, part) });
}

/** Without what stands there; of a group, without all that is in it. */
export function removePart(root: RuleGroup, path: RulePath): RuleGroup {
  const { parent, place } = placeOf(path);
  partAt(root, path);
  const group = groupAt(root, parent);
  return replaced(root, parent, { ...group, of: group.of.toSpliced(place, 1) });
}

/** A rule without its empty groups, as it can be tried before it is whole. Undefined where nothing is left. */
export function withoutEmptyGroups(rule: Rule): Rule | undefined {
  if (!isGroup(rule)) return rule;
  const of = rule.of.flatMap((part) => withoutEmptyGroups(part) ?? []);
  return of.length === 0 ? undefined : { ...rule, of };
}

function groupAt(root: RuleGroup, path: RulePath): RuleGroup {
  const part = partAt(root, path);
  if (!isGroup(part)) throw new DomainError('not_found');
  return part;
}

function placeOf(path: RulePath): { readonly parent: RulePath; readonly place: number } {
  const place = path.at(-1);
  if (place === undefined) throw new DomainError('not_found');
  return { parent: path.slice(0, -1), place };
}

function replaced(root: RuleGroup, path: RulePath, part: Rule): RuleGroup {
  const [place, ...rest] = path;
  if (place === undefined) return asGroup(part);
  const inside = root.of[place];
  if (!inside) throw new DomainError('not_found');
  const changed = rest.length === 0 ? part : isGroup(inside) ? replaced(inside, rest, part) : null;
  if (!changed) throw new DomainError('not_found');
  return { ...root, of: root.of.with(place, changed) };
}

function countParts(rule: Rule): number {
  return isGroup(rule) ? 1 + rule.of.reduce((sum, part) => sum + countParts(part), 0) : 1;
}

function refused(reason: string): DomainError {
  return new DomainError('conflict', { reason });
}

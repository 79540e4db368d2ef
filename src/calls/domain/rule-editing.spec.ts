import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../shared/domain-error.js';
import type { Condition, Rule } from './eligibility.js';
import { conditionsOf, ruleProblems } from './eligibility.js';
import {
  addPart,
  asGroup,
  asRule,
  changeCondition,
  changeGroup,
  isGroup,
  movePart,
  partAt,
  readPath,
  removePart,
  withoutEmptyGroups,
  writePath,
} from './rule-editing.js';
import type { RuleGroup, RulePath } from './rule-editing.js';

const year = (min: number): Condition => ({ kind: 'year', min });
const experience = (min: number): Condition => ({ kind: 'experience', min });

describe('a rule', () => {
  it('is edited as a group and kept as nothing where nothing is left', () => {
    expect(asGroup(undefined)).toEqual({ kind: 'all', of: [] });
    expect(asGroup(year(2))).toEqual({ kind: 'all', of: [year(2)] });
    expect(asRule(removePart(asGroup(year(2)), [0]))).toBeUndefined();
  });

  it('is composed of conditions and groups', () => {
    let root = addPart(asGroup(undefined), [], year(2));
    root = addPart(root, [], 'any');
    root = addPart(root, [1], experience(1));
    root = addPart(root, [1], 'all');
    root = addPart(root, [1, 1], year(3));
    root = changeCondition(root, [1, 1, 0], year(4));
    root = movePart(root, [1, 1], 'up');
    root = changeGroup(root, [], 'any');
    expect(root).toEqual({
      kind: 'any',
      of: [year(2), { kind: 'any', of: [{ kind: 'all', of: [year(4)] }, experience(1)] }],
    });
    expect(ruleProblems(root, new Set(['year', 'experience_years']))).toEqual([]);
  });

  it('takes no group deeper than rules may be', () => {
    const root = addPart(addPart(asGroup(undefined), [], 'any'), [0], 'all');
    expect(() => addPart(root, [0, 0], 'any')).toThrow(
      new DomainError('conflict', { reason: 'conditions_too_deep' }),
    );
  });

  it.each(['', '-1', '0-', 'a', '0-0-0-0-0', '1000', 'root-0'])('has no part at %j', (path) => {
    expect(() => readPath(path)).toThrow('not_found');
  });

  it('changes a condition into one of its own kind only, and never the outermost group into nothing', () => {
    expect(() => changeCondition(asGroup(year(2)), [0], experience(1))).toThrow('not_found');
    expect(() => removePart(asGroup(year(2)), [])).toThrow('not_found');
    expect(() => removePart(asGroup(year(2)), [1])).toThrow('not_found');
  });

  it('can be tried without the groups that are still empty', () => {
    const root: Rule = { kind: 'all', of: [year(2), { kind: 'any', of: [{ kind: 'all', of: [] }] }] };
    expect(withoutEmptyGroups(root)).toEqual({ kind: 'all', of: [year(2)] });
    expect(withoutEmptyGroups({ kind: 'any', of: [] })).toBeUndefined();
  });
});

/** Paths to every part, the outermost group first. */
function pathsOf(rule: Rule, at: RulePath = []): readonly RulePath[] {
  return [at, ...(isGroup(rule) ? rule.of.flatMap((part, place) => pathsOf(part, [...at, place])) : [])];
}

const depthOf = (rule: Rule): number => (isGroup(rule) ? 1 + Math.max(0, ...rule.of.map(depthOf)) : 0);
const counted = (rule: Rule) =>
  conditionsOf(rule)
    .map((condition) => JSON.stringify(condition))
    .toSorted();

const step = fc.record({
  act: fc.constantFrom('add', 'group', 'change', 'kind', 'up', 'down', 'remove'),
  at: fc.nat(),
  value: fc.integer({ min: 1, max: 6 }),
});

describe('any sequence of edits', () => {
  it('gives a rule that is never too deep, and loses no condition but the one that was removed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let root: RuleGroup = asGroup(undefined);
        for (const { act, at, value } of steps) {
          const paths = pathsOf(root);
          const path = paths[at % paths.length] ?? [];
          expect(readPath(writePath(path))).toEqual(path);
          const before = counted(root);
          const part = partAt(root, path);
          let expected = before;
          try {
            if (act === 'add') {
              root = addPart(root, path, year(value));
              expected = [...before, JSON.stringify(year(value))].toSorted();
            } else if (act === 'group') root = addPart(root, path, 'any');
            else if (act === 'kind') root = changeGroup(root, path, value > 3 ? 'any' : 'all');
            else if (act === 'up' || act === 'down') root = movePart(root, path, act);
            else if (act === 'change') {
              root = changeCondition(root, path, year(value));
              expected = before
                .toSpliced(before.indexOf(JSON.stringify(part)), 1, JSON.stringify(year(value)))
                .toSorted();
            } else {
              root = removePart(root, path);
              const gone = counted(part);
              expected = gone.reduce((left, each) => left.toSpliced(left.indexOf(each), 1), before);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
            continue;
          }
          expect(counted(root)).toEqual(expected);
          expect(depthOf(root)).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

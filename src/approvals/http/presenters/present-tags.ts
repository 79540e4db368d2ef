import type { SideState } from '../../domain/decision-side.states.js';
import type { Outcome } from '../../domain/outcome.js';
import type { Tag, TagKind } from '../views/approval-views.js';

const STATES: Readonly<Record<SideState, TagKind>> = {
  pending: 'brass',
  in_review: 'sky',
  approved: 'leaf',
  approved_with_conditions: 'leaf',
  returned: 'brass',
  rejected: 'brick',
};

const OUTCOMES: Readonly<Record<Outcome, TagKind>> = {
  open: 'brass',
  agreed_yes: 'leaf',
  agreed_no: 'brick',
  divergent: 'plum',
};

export function sideTag(state: SideState): Tag {
  return { kind: STATES[state], text: { key: `approvals.states.${state}` } };
}

export function outcomeTag(outcome: Outcome): Tag {
  return { kind: OUTCOMES[outcome], text: { key: `approvals.outcomes.${outcome}.name` } };
}

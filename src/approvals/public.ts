export { ApprovalsModule } from './approvals.module.js';
export { Decisions, NO_INTERESTS } from './operations/decisions.js';
export { SettleDivergence } from './operations/settle-divergence.js';
export type { DecisionView, SideView } from './operations/decisions.js';
export { ForgetWords } from './operations/forget-words.js';
export { DecideSide } from './operations/decide-side.js';
export type { VerdictInput } from './operations/decide-side.js';
export { KeepDecisions } from './operations/keep-decisions.js';
export { Conditions } from './operations/conditions.js';
export type { ConditionInput, ConditionView } from './operations/conditions.js';
export { SettleCondition } from './operations/settle-condition.js';
export { DecisionSubjects } from './operations/decision-subjects.js';
export type { DecisionSubjectPort } from './operations/subject-port.js';
export type { SubjectName, SubjectRef, SubjectSummary } from './domain/subject.js';
export type { Outcome, SettledOutcome } from './domain/outcome.js';
export type { SideState } from './domain/decision-side.states.js';
export type { ConditionAct, ConditionState } from './domain/condition.states.js';
export type { Standing } from './domain/conditions.js';
export {
  CONDITION_SETTLED,
  DECISION_CONCLUDED,
  DECISION_SETTLED,
  DECISION_WITHDRAWN,
  SIDE_DECIDED,
  SIDE_SILENT,
} from './domain/decisions.events.js';
export { approvalsInvariants } from './data/approvals.invariants.js';
export { presentPair } from './http/presenters/present-pair.js';
export type { PairView } from './http/views/approval-views.js';

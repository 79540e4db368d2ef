export { ApprovalsModule } from './approvals.module.js';
export { Decisions } from './operations/decisions.js';
export type { DecisionView, SideView } from './operations/decisions.js';
export { DecideSide } from './operations/decide-side.js';
export type { VerdictInput } from './operations/decide-side.js';
export { DecisionSubjects } from './operations/decision-subjects.js';
export type { DecisionSubjectPort } from './operations/subject-port.js';
export type { SubjectRef, SubjectSummary } from './domain/subject.js';
export type { Outcome } from './domain/outcome.js';
export type { SideState } from './domain/decision-side.states.js';
export {
  DECISION_CONCLUDED,
  DECISION_OPENED,
  DECISION_PUT_AGAIN,
  SIDE_DECIDED,
} from './domain/decisions.events.js';
export { approvalsInvariants } from './data/approvals.invariants.js';
export { presentPair } from './http/presenters/present-pair.js';
export type { PairView } from './http/views/approval-views.js';

export { CallsModule } from './calls.module.js';
export { Calls } from './data/calls.js';
export type { CallSearch } from './data/calls.js';
export { PlaceCounters } from './data/place-counters.js';
export { GiveAccess } from './operations/give-access.js';
export type { GivenAccess } from './operations/give-access.js';
export { CALL_ACCESS_REVOKED } from './domain/calls.events.js';
export { acceptsDrafts, acceptsSubmissions, submitsUntil } from './domain/call-phase.js';
export { CALL_CATEGORIES } from './domain/call.js';
export type {
  CallCategory,
  CallDirection,
  CallHead,
  CallPhase,
  CallRound,
  CallRoute,
  CallView,
  PlaceReserveView,
  PlaceStudy,
  PlaceView,
  Promises,
} from './domain/call.js';
export type { CallAct, CallState } from './domain/call.states.js';
export type {
  CoApplicantRule,
  ConsentText,
  DocumentRequirement,
  FormDefinition,
  FormQuestion,
  FormSection,
  QuestionOption,
  QuestionType,
  ReferenceRequirement,
  Sensitivity,
  TableColumn,
  VisibleIf,
} from './domain/form.js';
export { APPLYING_AS, FREEMOVER, NO_INSTITUTION } from './domain/freemover.js';
export type { FreemoverRule } from './domain/freemover.js';
export { askedForm, questionsOnPage } from './domain/asked-form.js';
export type { GivenSoFar } from './domain/asked-form.js';
export { ANSWERED_BY, conditionsOf, judge } from './domain/eligibility.js';
export { ruleSql } from './domain/eligibility-sql.js';
export type { SqlValue } from './domain/eligibility-sql.js';
export type {
  Condition,
  ConditionKind,
  EligibilityFacts,
  Outcome,
  Rule,
  Verdict,
} from './domain/eligibility.js';
export { conditionWords, institutionsIn } from './http/presenters/present-conditions.js';
export { institutionsInPlaces, presentPlaceTerms } from './http/presenters/present-place-terms.js';
export type { PlaceTermsView } from './http/presenters/present-place-terms.js';
export { CO_APPLICANTS_SECTION, SENSITIVITIES } from './domain/form.js';
export { coApplicantsOf } from './domain/co-applicants.js';
export { presentCoApplicantRules } from './http/presenters/present-co-applicant-rules.js';
export { documentDueAt, referencesDueAt, referencesOf } from './domain/reference-deadline.js';
export { GENDER, GENDER_QUESTION, asksGender, genderOf } from './domain/gender.js';
export type { Gender } from './domain/gender.js';
export { sensitivityOf } from './domain/form-sensitivity.js';
export { reservesFor } from './domain/place.js';
export { freeSeats, seatsField } from './domain/round.js';
export type { RoundPlan, Seats } from './domain/round.js';
export type { CostLine, Facility, PlaceReserve } from './domain/place.js';
export { appealTermsOf, standardSelection } from './domain/selection.js';
export type {
  AnonymousPart,
  AppealTerms,
  CallConflict,
  Combination,
  Criterion,
  QuotaGroup,
  SelectionRules,
  TieRule,
} from './domain/selection.js';
export { STANDARD_FORM } from './domain/standard-form.js';
export { Amendments } from './data/amendments.js';
export { CallPorts } from './call-ports.js';
export type { ApplicationRegister, Begun } from './call-ports.js';
export { Watches } from './data/watches.js';
export type { Follower } from './data/watches.js';
export { PlaceOffers } from './data/place-offers.js';
export type { PlaceOfferView } from './data/place-offers.js';
export { KeepWatches } from './operations/keep-watches.js';
export { CALL_CANCELLED, CALL_DEADLINE_MOVED, CALL_MOVED, CALL_PUBLISHED } from './domain/calls.events.js';
export { formDifference } from './domain/form-difference.js';
export type { FormThing } from './domain/form-difference.js';
export { AmendCall } from './operations/amend-call.js';
export { ApplyAmendment } from './operations/apply-amendment.js';

export { MoveDeadline } from './operations/move-deadline.js';
export { EditCall } from './operations/edit-call.js';
export { PrepareRound } from './operations/prepare-round.js';
export { PrepareCall } from './operations/prepare-call.js';
export { ProposeCall } from './operations/propose-call.js';
export { PublishCall } from './operations/publish-call.js';
export { MoveCall } from './operations/move-call.js';
export { callsPolicy } from './domain/calls.policy.js';
export type { CallMove } from './domain/calls.policy.js';
export type { CallDraft, PlaceDraft } from './domain/call-draft.js';
export { presentReferenceRules } from './http/presenters/present-reference-rules.js';
export { Entries, typedDay, typedFromForm, typedInstant } from './http/editor/editor-entries.js';
export type { Typed } from './http/editor/editor-entries.js';
export { EditorShell } from './http/editor/editor-shell.js';
export type { Editor } from './http/editor/editor-shell.js';
export { ReadCalls } from './http/read-calls.js';
export type { OpenCallsModel } from './http/views/call-views.js';
export { fieldOfStudy, fieldsOfStudy } from './data/fields-of-study.js';
export type { FieldOfStudy } from './data/fields-of-study.js';
export { callsInvariants } from './data/calls.invariants.js';

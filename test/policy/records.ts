import type { SelectionFacts } from '../../src/allocation/domain/selections.policy.js';
import { APPEAL_STATES } from '../../src/appeals/domain/appeal.states.js';
import type { AppealState } from '../../src/appeals/domain/appeal.states.js';
import type { AppealFacts } from '../../src/appeals/domain/appeals.policy.js';
import { AGREEMENT_STATES } from '../../src/agreements/domain/agreement.states.js';
import type { AgreementFacts } from '../../src/agreements/domain/agreements.policy.js';
import {
  ITEM_STATES,
  PROTOCOL_STATES,
  SESSION_STATES,
} from '../../src/commission/domain/commission.states.js';
import type {
  ItemState,
  ProtocolState,
  SessionState,
} from '../../src/commission/domain/commission.states.js';
import type {
  ItemFacts,
  ProtocolFacts,
  SessionFacts,
} from '../../src/commission/domain/commission.policy.js';
import { APPLICATION_STATES } from '../../src/applications/domain/application.states.js';
import type { ApplicationState } from '../../src/applications/domain/application.states.js';
import type { ApplicationFacts } from '../../src/applications/domain/applications.policy.js';
import { SIDE_STATES } from '../../src/approvals/domain/decision-side.states.js';
import type { SideState } from '../../src/approvals/domain/decision-side.states.js';
import type { SideFacts } from '../../src/approvals/domain/decisions.policy.js';
import type { LedgerFacts } from '../../src/ledger/domain/ledger.policy.js';
import { CORRECTION_STATES } from '../../src/privacy/domain/correction.js';
import type { CorrectionState } from '../../src/privacy/domain/correction.js';
import type { CorrectionFacts } from '../../src/privacy/domain/corrections.policy.js';
import { ERASURE_STATES } from '../../src/privacy/domain/erasure.states.js';
import type { ErasureState } from '../../src/privacy/domain/erasure.states.js';
import type { ErasureFacts } from '../../src/privacy/domain/erasures.policy.js';
import { MOBILITY_STATES } from '../../src/mobilities/domain/mobility.states.js';
import type { MobilityState } from '../../src/mobilities/domain/mobility.states.js';
import type { MobilityFacts } from '../../src/mobilities/domain/mobilities.policy.js';
import { GATE_RULE_STATES } from '../../src/gates/domain/gate-rules.policy.js';
import type { GateRuleFacts, GateRuleState } from '../../src/gates/domain/gate-rules.policy.js';
import { GATE_STATES } from '../../src/gates/domain/gate.states.js';
import type { GateState } from '../../src/gates/domain/gate.states.js';
import type { GateFacts } from '../../src/gates/domain/gates.policy.js';
import { CALL_STATES } from '../../src/calls/domain/call.states.js';
import type { CallState } from '../../src/calls/domain/call.states.js';
import type { CallFacts } from '../../src/calls/domain/calls.policy.js';
import { PLACE_OFFER_STATES } from '../../src/calls/domain/place-offer.states.js';
import type { PlaceOfferState } from '../../src/calls/domain/place-offer.states.js';
import type { PlaceOfferFacts } from '../../src/calls/domain/place-offers.policy.js';
import type { AgreementState } from '../../src/agreements/domain/agreement.states.js';
import type { AccountFacts } from '../../src/access/domain/account.policy.js';
import type { ClientFacts } from '../../src/access/domain/clients.policy.js';
import { GRANT_STATES, INVITATION_STATES } from '../../src/access/domain/roles.policy.js';
import type {
  GrantState,
  InvitationFacts,
  InvitationState,
  PersonFacts,
  RoleFacts,
} from '../../src/access/domain/roles.policy.js';
import { PROVIDER_STATES } from '../../src/access/domain/providers.policy.js';
import type { ProviderFacts, ProviderState } from '../../src/access/domain/providers.policy.js';
import type { AskedGrant } from '../../src/access/domain/delegation.js';
import { UNIT_STATES } from '../../src/universities/domain/units.policy.js';
import type { UnitFacts, UnitState } from '../../src/universities/domain/units.policy.js';
import { CO_APPLICANT_STATES } from '../../src/coapplicants/domain/co-applicant.states.js';
import type { CoApplicantState } from '../../src/coapplicants/domain/co-applicant.states.js';
import type { CoApplicantFacts } from '../../src/coapplicants/domain/co-applicants.policy.js';
import { REFERENCE_STATES } from '../../src/referees/domain/reference.states.js';
import type { ReferenceState } from '../../src/referees/domain/reference.states.js';
import type { ReferenceFacts } from '../../src/referees/domain/references.policy.js';
import { ASSIGNMENT_STATES } from '../../src/reviews/domain/assignment.states.js';
import type { AssignmentState } from '../../src/reviews/domain/assignment.states.js';
import { INTERVIEW_STATES } from '../../src/reviews/domain/interview.states.js';
import type { InterviewState } from '../../src/reviews/domain/interview.states.js';
import type { InterviewFacts } from '../../src/reviews/domain/interviews.policy.js';
import { PANEL_PHASES } from '../../src/reviews/domain/panel.states.js';
import type { PanelPhase } from '../../src/reviews/domain/panel.states.js';
import type { PanelFacts } from '../../src/reviews/domain/panels.policy.js';
import type { DiscussionFacts } from '../../src/reviews/domain/discussions.policy.js';
import type { ReviewFacts } from '../../src/reviews/domain/reviews.policy.js';
import type { Decision } from '../../src/shared/policy.js';
import type { Actor } from '../../src/shared/actor.js';
import type { Persona, Scene } from '../personas/personas.js';
import { actorOf } from '../personas/personas.js';

/** A policy as it can be asked whatever its records look like. */
export interface AskedPolicy {
  readonly subject: string;
  actions(): readonly string[];
  decide(actor: Actor, action: string, facts: { readonly state: string }): Decision;
}

/** The record about which a policy is asked: one for each state, with the parties of the scene. */
export interface CanonicalRecord {
  readonly subject: string;
  /** Tells the records of one subject apart. */
  readonly name: string;
  /** What the record is, in the words of the table. */
  readonly about: string;
  readonly states: readonly string[];
  /** Where an action is about fewer states than the record has. */
  readonly statesOf?: Readonly<Record<string, readonly string[]>>;
  /** Who may do this may know that the record exists: others are told that there is none. */
  readonly readAction: string;
  /** Actions that are asked about a record of their own: who may not do it is not told of it. */
  readonly ownRead?: readonly string[];
  facts(scene: Scene, who: Persona, state: string, action: string): { readonly state: string };
}

/** States in which an application has no number yet. */
const UNNUMBERED: readonly string[] = ['draft', 'never_submitted'];
/** States in which it has one, and is its home's business alone. */
const AT_HOME: readonly string[] = ['submitted', 'screening', 'returned', 'ineligible', 'lapsed'];
const SINCE = new Date(0);

/** Whether the canonical application has crossed the border in this state. */
export const hasCrossed = (state: string): boolean => !UNNUMBERED.includes(state) && !AT_HOME.includes(state);
export const isNumbered = (state: string): boolean => !UNNUMBERED.includes(state);

/** Who applies together with the applicant of the canonical application. */
export const CO_APPLYING: readonly string[] = ['co_applicant', 'co_applying_officer'];
/** Whether a co-applicant in this state ever said yes. */
export const hasAccepted = (state: string): boolean =>
  ['accepted', 'confirmed', 'removed', 'left'].includes(state);

/** A coordinator's role at the home institution. */
const coordinatorRole = (scene: Scene): AskedGrant => ({
  role: 'coordinator',
  institutionId: scene.homeInstitution,
  institutionCountry: scene.homeCountry,
  country: null,
  callCountries: [],
});
/** An officer's role of the home country. */
const officerRole = (scene: Scene): AskedGrant => ({
  role: 'ministry_officer',
  institutionId: null,
  institutionCountry: null,
  country: scene.homeCountry,
  callCountries: [],
});
/** A panel of the home side, in which every reviewer of the call sits. */
const SEATED: readonly string[] = ['reviewer', 'tied_reviewer', 'found_reviewer', 'reviewer_of_institution'];
const panelOf = (scene: Scene) => ({
  panelId: scene.homeUnit,
  callId: scene.calls[0] ?? scene.otherCall,
  countries: [scene.homeCountry],
  members: SEATED.map((key) => scene.person(key)),
  leadId: scene.person('reviewer'),
});
/** What is about to be given has no past. */
const NEW_ROLE = { 'role.grant': ['in_force'], 'role.invite': ['in_force'] };

const RECORDS: readonly CanonicalRecord[] = [
  {
    subject: 'application',
    name: 'application',
    about:
      'An application from the home to the host institution, with two co-applicants, in the care of a unit at home, for a call that keeps whoever belongs to one of them from assessing and deciding. It has a number from its submission on, and the host side sees it from its nomination on (from `eligible` on).',
    states: APPLICATION_STATES,
    statesOf: { 'application.create': ['draft'] },
    readAction: 'application.read',
    ownRead: ['application.read_shared'],
    facts: (scene, who, state, action): ApplicationFacts => {
      const crossed = hasCrossed(state);
      // What somebody begins is theirs from the first moment.
      const own = who.applies || (action === 'application.create' && who.kind === 'person');
      return {
        id: scene.application,
        state: state as ApplicationState,
        applicantId: scene.person(own ? who.key : 'applicant'),
        number: isNumbered(state) ? `${scene.homeCountry}-2027-000001` : null,
        homeInstitutionId: scene.homeInstitution,
        homeCountry: scene.homeCountry,
        freemover: false,
        homeUnitId: scene.homeUnit,
        hostInstitutionId: crossed ? scene.hostInstitution : null,
        hostUnitId: null,
        hostCountry: crossed ? scene.hostCountry : null,
        transferredAt: crossed ? SINCE : null,
        callId: scene.calls[0] ?? scene.otherCall,
        panelId: null,
        independentAssessment: true,
        anonymousReading: false,
        coApplicants: CO_APPLYING.map((key) => scene.person(key)),
        coAuthors: CO_APPLYING.map((key) => scene.person(key)),
      };
    },
  },
  {
    subject: 'reference',
    name: 'letter of reference',
    about:
      'A letter of reference for an application that was submitted and is at home. Its referee has a link and no account, and is none of these people; who reads letters is said by the table about applications.',
    states: REFERENCE_STATES,
    statesOf: { 'reference.invite': ['invited'] },
    readAction: 'reference.read',
    facts: (scene, who, state): ReferenceFacts => ({
      id: scene.homeUnit,
      state: state as ReferenceState,
      applicantId: scene.person(who.applies ? who.key : 'applicant'),
      applicationState: 'submitted',
    }),
  },
  {
    subject: 'co_applicant',
    name: 'co-applicant',
    about:
      'The co-applicant of an application that is being written. Before they have accepted, nobody of these people is it; an invitation is answered by whoever holds its link.',
    states: CO_APPLICANT_STATES,
    statesOf: { 'co_applicant.invite': ['invited'] },
    ownRead: ['co_applicant.accept'],
    readAction: 'co_applicant.read',
    facts: (scene, who, state): CoApplicantFacts => ({
      id: scene.homeUnit,
      state: state as CoApplicantState,
      personId: hasAccepted(state) ? scene.person('co_applicant') : null,
      applicantId: scene.person(who.applies ? who.key : 'applicant'),
      applicationState: 'draft',
    }),
  },
  {
    subject: 'panel',
    name: 'panel',
    about: 'The home side’s panel of a call; the reviewer of the call leads it.',
    states: PANEL_PHASES,
    statesOf: { 'panel.make': ['bidding'] },
    readAction: 'panel.read',
    facts: (scene, _who, state): PanelFacts => ({ ...panelOf(scene), state: state as PanelPhase }),
  },
  {
    subject: 'review',
    name: 'review',
    about:
      'What a reviewer has to assess in that panel, while it reviews: such an application. The reviewer who asks is the one whose review it is; for all others it is somebody else’s.',
    states: ASSIGNMENT_STATES,
    readAction: 'review.read',
    facts: (scene, who, state): ReviewFacts => {
      const reviewerId = scene.person(SEATED.includes(who.key) ? who.key : 'reviewer');
      const awaited = state === 'assigned' || state === 'accepted';
      return {
        ...panelOf(scene),
        state: state as AssignmentState,
        reviewerId,
        phase: 'reviewing',
        callCountries: [scene.homeCountry, scene.hostCountry],
        gave: state === 'submitted' ? [reviewerId] : [],
        owe: awaited ? [reviewerId] : [],
        applicationId: scene.application,
        applicantId: scene.person(who.applies ? who.key : 'applicant'),
        coAuthors: [],
        homeInstitutionId: scene.homeInstitution,
        hostInstitutionId: scene.hostInstitution,
        independentAssessment: true,
        applicationState: 'in_review',
      };
    },
  },
  {
    subject: 'appeal',
    name: 'appeal',
    about:
      'An appeal against the result of such an application. The home side’s commission member leads its panel and declared to be free of conflicts; the reviewers of the call and the member who belongs to the home institution sit there and did not. Nobody has voted.',
    states: APPEAL_STATES,
    readAction: 'appeal.read',
    facts: (scene, who, state): AppealFacts => ({
      state: state as AppealState,
      applicationId: scene.homeUnit,
      coAuthors: [],
      applicantId: scene.person(who.applies ? who.key : 'applicant'),
      callId: scene.calls[0] ?? scene.otherCall,
      homeCountry: scene.homeCountry,
      countries: [scene.homeCountry, scene.hostCountry],
      members: ['commission_member', 'commission_of_institution', ...SEATED].map((key) => scene.person(key)),
      declared: [scene.person('commission_member')],
      voted: [],
      headId: scene.person('commission_member'),
      homeInstitutionId: scene.homeInstitution,
      hostInstitutionId: scene.hostInstitution,
      independentAssessment: true,
    }),
  },
  {
    subject: 'mobility',
    name: 'stay',
    about:
      'The stay that follows from such an application, at the host institution and in the care of a unit at home.',
    states: MOBILITY_STATES,
    readAction: 'mobility.read',
    facts: (scene, who, state): MobilityFacts => ({
      state: state as MobilityState,
      participantId: scene.person(who.applies ? who.key : 'applicant'),
      homeCountry: scene.homeCountry,
      hostCountry: scene.hostCountry,
      homeInstitutionId: scene.homeInstitution,
      homeUnitId: scene.homeUnit,
      hostInstitutionId: scene.hostInstitution,
      hostUnitId: null,
      freemover: false,
      hostSees: true,
    }),
  },
  {
    subject: 'ledger',
    name: 'account of the ledger',
    about: 'What the ledger says of stays from the home to the host institution; it names nobody.',
    states: ['open'],
    readAction: 'ledger.read',
    facts: (scene): LedgerFacts => ({
      state: 'open',
      homeInstitutionId: scene.homeInstitution,
      hostInstitutionId: scene.hostInstitution,
    }),
  },
  {
    subject: 'discussion',
    name: 'discussion',
    about:
      'What that panel says of such an application, in the phase of the panel; the reviewer of the call leads it, and nobody owes a review. Whoever asks about an entry asks about their own.',
    states: PANEL_PHASES,
    readAction: 'discussion.read',
    facts: (scene, who, state): DiscussionFacts => ({
      ...panelOf(scene),
      state: state as PanelPhase,
      applicationId: scene.application,
      summariserId: scene.person('reviewer'),
      owe: [],
      authorId: scene.person(who.key),
      applicantId: scene.person(who.applies ? who.key : 'applicant'),
      coAuthors: [],
      homeInstitutionId: scene.homeInstitution,
      hostInstitutionId: scene.hostInstitution,
      independentAssessment: true,
    }),
  },
  {
    subject: 'interview',
    name: 'interview',
    about:
      'An interview of that panel about such an application, while the panel reviews; every member has handed in a review.',
    states: INTERVIEW_STATES,
    readAction: 'interview.read',
    facts: (scene, who, state): InterviewFacts => ({
      panelId: scene.homeUnit,
      callId: scene.calls[0] ?? scene.otherCall,
      countries: [scene.homeCountry],
      members: SEATED.map((key) => scene.person(key)),
      state: state as InterviewState,
      applicationId: scene.application,
      phase: 'reviewing',
      owe: [],
      gave: SEATED.map((key) => scene.person(key)),
      applicantId: scene.person(who.applies ? who.key : 'applicant'),
      coAuthors: [],
      homeInstitutionId: scene.homeInstitution,
      hostInstitutionId: scene.hostInstitution,
      independentAssessment: true,
    }),
  },
  {
    subject: 'decision',
    name: 'decision',
    about:
      'The home country’s side of a decision on such an application; the host country has not spoken yet.',
    states: SIDE_STATES,
    readAction: 'decision.read',
    facts: (scene, _who, state): SideFacts => ({
      state: state as SideState,
      country: scene.homeCountry,
      otherCountry: scene.hostCountry,
      preparers: ['preparing_officer', ...CO_APPLYING].map((key) => scene.person(key)),
      otherDecidedBy: null,
      aboutPersons: ['applicant', ...CO_APPLYING].map((key) => scene.person(key)),
      barredInstitutions: [scene.homeInstitution, scene.hostInstitution],
      recused: [],
      delegateId: null,
    }),
  },
  {
    subject: 'correction',
    name: 'request for correction',
    about:
      'What such an applicant asks to have put right; the home country owns the record, and the host country is told.',
    states: CORRECTION_STATES,
    readAction: 'correction.read',
    facts: (scene, _who, state): CorrectionFacts => ({
      state: state as CorrectionState,
      personId: scene.person('applicant'),
      ownerCountry: scene.homeCountry,
      ownerInstitutionId: null,
      overdueAt: null,
      told: state === 'done' ? [scene.hostCountry] : [],
      toldInstitutions: state === 'done' ? [scene.hostInstitution] : [],
    }),
  },
  {
    subject: 'erasure',
    name: 'request to be erased',
    about: 'What such an applicant asks; the home country owns the record, and nobody else answers.',
    states: ERASURE_STATES,
    readAction: 'erasure.read',
    facts: (scene, _who, state): ErasureFacts => ({
      state: state as ErasureState,
      personId: scene.person('applicant'),
      ownerCountry: scene.homeCountry,
      proposedBy: state === 'proposed' ? scene.person('preparing_officer') : null,
      proposedFor: null,
    }),
  },
  {
    subject: 'gate',
    name: 'gate',
    about: 'A gate of the home country before such an application.',
    states: GATE_STATES,
    readAction: 'gate.read',
    facts: (scene, _who, state): GateFacts => ({
      state: state as GateState,
      country: scene.homeCountry,
      preparers: ['preparing_officer', ...CO_APPLYING].map((key) => scene.person(key)),
      aboutPersons: ['applicant', ...CO_APPLYING].map((key) => scene.person(key)),
      barredInstitutions: [scene.homeInstitution, scene.hostInstitution],
    }),
  },
  {
    subject: 'gate_rule',
    name: 'rule of the gates',
    about: 'What the home country asks before somebody may come or go.',
    states: GATE_RULE_STATES,
    readAction: 'gate_rule.read',
    facts: (scene, _who, state): GateRuleFacts => ({
      state: state as GateRuleState,
      country: scene.homeCountry,
    }),
  },
  {
    subject: 'commission_item',
    name: 'item of the joint commission',
    about:
      'A matter that is before the commission of both countries, is no decision of theirs, and binds nobody of these people.',
    states: ITEM_STATES,
    statesOf: { 'commission_item.table': ['tabled'] },
    readAction: 'commission_item.read',
    facts: (scene, _who, state): ItemFacts => ({
      state: state as ItemState,
      countries: [scene.homeCountry, scene.hostCountry],
      bound: false,
      ofDecision: false,
    }),
  },
  {
    subject: 'commission_session',
    name: 'session of the joint commission',
    about:
      'A session of the commission of both countries. Its members are invited, and the secretary; who is invited is there, but for the member who belongs to the home institution. Nothing that is dealt with binds the secretary.',
    states: SESSION_STATES,
    readAction: 'commission_session.read',
    facts: (scene, _who, state): SessionFacts => ({
      state: state as SessionState,
      countries: [scene.homeCountry, scene.hostCountry],
      seated: ['commission_member', 'commission_secretary', 'commission_of_institution'].map((key) =>
        scene.person(key),
      ),
      present: ['commission_member', 'commission_secretary'].map((key) => scene.person(key)),
      standsIn: false,
    }),
  },
  {
    subject: 'commission_protocol',
    name: 'protocol of the joint commission',
    about:
      'The protocol of such a session, to which nobody has agreed yet in this state, and which nobody has signed. No section of it is withheld from these people.',
    states: PROTOCOL_STATES,
    readAction: 'commission_protocol.read',
    facts: (scene, _who, state): ProtocolFacts => ({
      state: state as ProtocolState,
      countries: [scene.homeCountry, scene.hostCountry],
      agreed: [],
      signed: [],
      withheld: false,
    }),
  },
  {
    subject: 'call',
    name: 'call',
    about: 'A call that sends from the home to the host country.',
    states: CALL_STATES,
    statesOf: { 'call.prepare': ['draft'] },
    readAction: 'call.read',
    facts: (scene, _who, state): CallFacts => ({
      state: state as CallState,
      countries: [scene.homeCountry, scene.hostCountry],
    }),
  },
  {
    subject: 'selection',
    name: 'selection',
    about:
      'The selection of a ranked call that sends from the home to the host country, in the state of the call.',
    states: CALL_STATES,
    readAction: 'selection.read',
    facts: (scene, _who, state): SelectionFacts => ({
      state: state as CallState,
      countries: [scene.homeCountry, scene.hostCountry],
    }),
  },
  {
    subject: 'offer',
    name: 'offer of places',
    about: 'An offer of places at the home institution, for a call in preparation that leads there as well.',
    states: PLACE_OFFER_STATES,
    statesOf: { 'offer.prepare': ['draft'] },
    readAction: 'offer.read',
    ownRead: ['offer.prepare'],
    facts: (scene, _who, state): PlaceOfferFacts => ({
      state: state as PlaceOfferState,
      institutionId: scene.homeInstitution,
      preparedBy: scene.person('outsider'),
    }),
  },
  {
    subject: 'agreement',
    name: 'agreement',
    about: 'An agreement between both countries.',
    states: AGREEMENT_STATES,
    statesOf: { 'agreement.prepare': ['draft'], 'agreement.import': ['draft'] },
    readAction: 'agreement.read',
    facts: (scene, _who, state): AgreementFacts => ({
      state: state as AgreementState,
      countries: [scene.homeCountry, scene.hostCountry],
      institutions: [scene.homeInstitution, scene.hostInstitution],
      preparers: [],
    }),
  },
  {
    subject: 'account',
    name: 'account',
    about: 'One’s own account.',
    states: ['open'],
    readAction: 'account.read',
    facts: (scene, who): AccountFacts => ({
      state: 'open',
      personId: scene.person(who.kind === 'person' ? who.key : 'applicant'),
    }),
  },
  {
    subject: 'privacy_register',
    name: 'register of transfers',
    about: 'What crossed the border and what the clock took away, of the whole programme.',
    states: ['kept'],
    readAction: 'privacy_register.read',
    facts: () => ({ state: 'kept' }),
  },
  {
    subject: 'audit',
    name: 'audit',
    about: 'The record of all acts.',
    states: ['kept'],
    readAction: 'audit.read',
    facts: () => ({ state: 'kept' }),
  },
  {
    subject: 'report',
    name: 'figures',
    about: 'The overview of a ministry: sums of the exchange, and no file.',
    states: ['kept'],
    readAction: 'report.read',
    facts: () => ({ state: 'kept' }),
  },
  {
    subject: 'role',
    name: 'role of a coordinator',
    about:
      'The role of the coordinator at the home institution, given by the institution’s administrator; to be given to another where it is to be given.',
    states: GRANT_STATES,
    statesOf: { ...NEW_ROLE, 'role.settle_proposal': ['pending'] },
    ownRead: ['role.settle_proposal', 'role.accept_invitation'],
    readAction: 'role.read',
    facts: (scene, who, state, action): RoleFacts => ({
      ...coordinatorRole(scene),
      state: state as GrantState,
      personId: scene.person(action in NEW_ROLE ? 'other_applicant' : 'home_coordinator'),
      grantedBy: scene.person(
        action in NEW_ROLE && who.kind === 'person' ? who.key : 'institution_administrator',
      ),
      actingFor: null,
    }),
  },
  {
    subject: 'role',
    name: 'role of a ministry officer',
    about:
      'The role of the home country’s officer, given by a programme administrator; another programme administrator confirms it.',
    states: GRANT_STATES,
    // A second administrator confirms it before it is in force; no provider proposes it.
    statesOf: { 'role.grant': ['pending'], 'role.invite': ['pending'], 'role.settle_proposal': [] },
    ownRead: ['role.accept_invitation'],
    readAction: 'role.read',
    facts: (scene, who, state, action): RoleFacts => ({
      ...officerRole(scene),
      state: state as GrantState,
      personId: scene.person(action in NEW_ROLE ? 'other_applicant' : 'home_officer'),
      grantedBy: scene.person(
        action in NEW_ROLE && who.kind === 'person' ? who.key : 'programme_administrator',
      ),
      actingFor: null,
    }),
  },
  {
    subject: 'role_invitation',
    name: 'invitation',
    about: 'An invitation to coordinate the home institution, sent by its administrator.',
    states: INVITATION_STATES,
    readAction: 'role.read_invitation',
    facts: (scene, _who, state): InvitationFacts => ({
      ...coordinatorRole(scene),
      state: state as InvitationState,
      invitedBy: scene.person('institution_administrator'),
    }),
  },
  {
    subject: 'person',
    name: 'coordinator',
    about: 'The person who coordinates the home institution.',
    states: ['known'],
    readAction: 'person.read_roles',
    facts: (scene): PersonFacts => ({
      state: 'known',
      personId: scene.person('home_coordinator'),
      grants: [coordinatorRole(scene)],
      offices: [coordinatorRole(scene)],
    }),
  },
  {
    subject: 'provider',
    name: 'identity provider',
    about: 'A version of an identity provider’s entry, proposed by a programme administrator.',
    states: PROVIDER_STATES,
    statesOf: { 'provider.propose': ['proposed'] },
    readAction: 'provider.read',
    facts: (scene, _who, state): ProviderFacts => ({
      state: state as ProviderState,
      proposedBy: scene.person('programme_administrator'),
    }),
  },
  {
    subject: 'unit',
    name: 'unit',
    about: 'A unit of the home institution.',
    states: UNIT_STATES,
    readAction: 'unit.read',
    facts: (scene, _who, state): UnitFacts => ({
      state: state as UnitState,
      institutionId: scene.homeInstitution,
    }),
  },
  {
    subject: 'client',
    name: 'system',
    about: 'The system that the home institution registered.',
    states: ['in_force', 'revoked'],
    statesOf: { 'client.register': ['in_force'] },
    readAction: 'client.read',
    facts: (scene, _who, state): ClientFacts => ({
      state: state as ClientFacts['state'],
      institutionId: scene.homeInstitution,
      country: scene.homeCountry,
    }),
  },
];

/** One cell of the table. `hidden`: whoever is refused is not even told that the record exists. */
export type Cell =
  { readonly allowed: true } | { readonly allowed: false; readonly reason: string; readonly hidden: boolean };

/** @throws Error for a policy that has none. */
export function recordsOf(policy: Pick<AskedPolicy, 'subject'>): readonly CanonicalRecord[] {
  const records = RECORDS.filter(({ subject }) => subject === policy.subject);
  if (records.length === 0) {
    throw new Error(`test/policy/records.ts has no record for the policy of "${policy.subject}"`);
  }
  return records;
}

/** Refusals that tell nothing of the record: they hold for every one. */
const TOLD: readonly string[] = ['not_signed_in', 'no_role', 'second_factor_needed', 'token_scope'];

export function statesFor(record: CanonicalRecord, action: string): readonly string[] {
  return record.statesOf?.[action] ?? record.states;
}

export function cellOf(
  policy: AskedPolicy,
  record: CanonicalRecord,
  scene: Scene,
  who: Persona,
  state: string,
  action: string,
): Cell {
  const actor = actorOf(who, scene);
  const facts = record.facts(scene, who, state, action);
  const decision = policy.decide(actor, action, facts);
  if (decision.allowed) return { allowed: true };
  const { reason } = decision;
  const telling = action === record.readAction || record.ownRead?.includes(action) === true;
  const hidden =
    !TOLD.includes(reason) && (telling || !policy.decide(actor, record.readAction, facts).allowed);
  return { allowed: false, reason, hidden };
}

/** Whom a fact concerns. A side's people are found by the application's institutions and countries. */
export const AUDIENCES = [
  'applicant',
  'home_coordinators',
  'host_coordinators',
  /** The home coordinator who proposed the nomination. */
  'proposer',
  'home_ministry',
  'host_ministry',
  'home_commission',
  'host_commission',
  /** The person whose account it happened to. */
  'person',
  /** Of a grant: the person whose role it is, and whoever gave it. */
  'bearer',
  'grantor',
  /** Every programme administrator. */
  'administrators',
  /** Of an invitation: the address, and whoever sent it there. */
  'invited',
  'inviter',
  /** Of a letter of reference: whoever is asked to write it, without an account. */
  'referee',
  /** Of an invitation to apply together: the address; of an act, whoever it is about; of an application, all who stand in it. */
  'asked_co_applicant',
  'co_applicant',
  'co_applicants',
  /** Of a call: whoever began an application and has not left it. */
  'applicants',
  /** Of a call: whoever wants to hear of it, with an account or by an address. */
  'followers',
  /** Of an offer of places: whoever prepared it at the host. */
  'offerer',
  /** Of a review: whoever assesses, and the secretaries of the commission for whose countries the panel does. */
  'assessor',
  'panel_keepers',
  /** Of an appeal: secretaries of the commission for the countries of its call, whoever was given a seat, and its panel. */
  'appeal_secretaries',
  'appeal_member',
  'appeal_members',
  'appeal_head',
  /** Of a discussion: whoever of the panel may read it, and whoever sums it up. */
  'panel_members',
  'panel_lead',
  /** Of an interview: whoever applied, and those of the panel who are there. */
  'interviewee',
  'interviewers',
  /** Of a session of the commission: whoever is invited, and of them the members. */
  'session_people',
  'session_members',
] as const;
export type Audience = (typeof AUDIENCES)[number];

export const MAIL_TEMPLATES = [
  'receipt',
  'receipt_again',
  'to_check',
  'to_check_again',
  'returned',
  'ineligible',
  'document_to_correct',
  'document_given',
  'document_accepted',
  'document_added',
  'document_waived',
  'document_due_soon',
  'document_overdue',
  'document_not_given',
  'nomination_to_confirm',
  'nomination_to_answer',
  'nominated',
  'nomination_accepted',
  'nomination_waitlisted',
  'nomination_returned',
  'nomination_rejected',
  'host_rejected',
  'nomination_acknowledged',
  'nomination_due_soon',
  'nomination_substituted',
  'nomination_overdue',
  'nomination_overdue_ministry',
  'nomination_unanswered',
  'decision_waits',
  'decision_waits_again',
  'decision_settled',
  'session_planned',
  'session_moved',
  'session_cancelled',
  'protocol_drafted',
  'protocol_to_sign',
  'protocol_signed',
  'decision_returned',
  'decision_divergent',
  'divergent_notice',
  'offered',
  'place_offered',
  'provisional_list',
  'list_recalled',
  'waiting_ended',
  'round_invites',
  'carried_over',
  'reserve',
  'not_selected',
  'accepted',
  'place_accepted',
  'declined',
  'place_declined',
  'offer_expired',
  'place_offer_expired',
  'draft_due_soon',
  'return_due_soon',
  'lapsed',
  'application_lapsed',
  'never_submitted',
  'withdrawn',
  'revived',
  'application_revived',
  'application_withdrawn',
  'passkey_enrolled',
  'passkey_removed',
  'passkey_reset',
  'identity_linked',
  'identity_unlinked',
  'account_join_asked',
  'account_joined',
  'role_given',
  'role_lent',
  'role_revoked',
  'role_to_confirm',
  'role_refused',
  'role_invitation',
  'invitation_accepted',
  'reference_invited',
  'reference_reminded',
  'reference_due_soon',
  'reference_received',
  'reference_called_off',
  'reference_call_cancelled',
  'co_applicant_invited',
  'co_applicant_reminded',
  'co_applicant_called_off',
  'co_applicant_accepted',
  'co_applicant_declined',
  'co_applicant_confirmed',
  'co_applicant_voided',
  'co_applicant_removed',
  'co_applicant_left',
  'co_applicant_left_file',
  'co_application_state',
  'message_to_applicant',
  'message_to_office',
  'letter_received',
  'letter_declined',
  'letter_expired',
  'deadline_moved',
  'call_amended',
  'call_cancelled',
  'letter_not_given',
  'watch_confirm',
  'watched_opened',
  'watched_moved',
  'watched_cancelled',
  'offer_submitted',
  'offer_answered',
  'review_assigned',
  'review_due_soon',
  'review_due',
  'review_withdrawn',
  'review_declined',
  'appeal_received',
  'appeal_to_admit',
  'appeal_inadmissible',
  'appeal_admitted',
  'appeal_seat',
  'appeal_member_left',
  'appeal_votes_in',
  'appeal_upheld',
  'appeal_upheld_office',
  'appeal_rejected',
  'appeal_withdrawn',
  'appeal_due_soon',
  'appeal_overdue',
  'discussion_news',
  'discussion_summed_up',
  'discussion_change_asked',
  'interview_invited',
  'interview_scheduled',
  'interview_cancelled',
  'interview_released',
  'interview_change_asked',
  'interview_due_soon',
] as const;
/** Words under `notifications.<template>`. */
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

/** One mail to one audience. */
export interface Notice {
  readonly template: MailTemplate;
  readonly audience: Audience;
  /** Goes to whoever acted too: it is their proof. Nobody is told otherwise of what they just did themselves. */
  readonly receipt: boolean;
}

interface Rule {
  readonly on: string;
  /** Values that the event's payload must have. */
  readonly when?: Readonly<Record<string, string>>;
  readonly template: MailTemplate;
  readonly to: readonly Audience[];
  readonly receipt?: true;
}

const ABOUT_APPLICATION = { subjectKind: 'application' } as const;
const BOTH_COORDINATORS = ['home_coordinators', 'host_coordinators'] as const;

/** What becomes of an application is told to whoever applies together with its applicant, in one and the same words. */
const STATES_TOLD = [
  'application.submitted',
  'application.resubmitted',
  'application.returned',
  'application.ineligible',
  'application.lapsed',
  'application.never_submitted',
  'application.withdrawn',
  'application.revived',
  'application.offered',
  'application.reserve',
  'application.not_selected',
  'application.accepted',
  'application.declined',
  'application.offer_expired',
];

/** The whole of who is told what. An event that is not here is told to nobody by mail. */
const RULES: readonly Rule[] = [
  { on: 'application.submitted', template: 'receipt', to: ['applicant'], receipt: true },
  { on: 'application.submitted', template: 'to_check', to: ['home_coordinators'] },
  { on: 'application.resubmitted', template: 'receipt_again', to: ['applicant'], receipt: true },
  { on: 'application.resubmitted', template: 'to_check_again', to: ['home_coordinators'] },
  { on: 'application.returned', template: 'returned', to: ['applicant'] },
  { on: 'application.ineligible', template: 'ineligible', to: ['applicant'] },
  { on: 'application.draft_due_soon', template: 'draft_due_soon', to: ['applicant'] },
  { on: 'application.return_due_soon', template: 'return_due_soon', to: ['applicant'] },
  { on: 'application.lapsed', template: 'lapsed', to: ['applicant'] },
  { on: 'application.lapsed', template: 'application_lapsed', to: ['home_coordinators'] },
  { on: 'application.never_submitted', template: 'never_submitted', to: ['applicant'] },
  { on: 'application.withdrawn', template: 'withdrawn', to: ['applicant'], receipt: true },
  { on: 'application.withdrawn', template: 'application_withdrawn', to: BOTH_COORDINATORS },
  { on: 'application.revived', template: 'revived', to: ['applicant'], receipt: true },
  {
    on: 'application.revived',
    when: { state: 'submitted' },
    template: 'application_revived',
    to: ['home_coordinators'],
  },

  { on: 'application.document_to_correct', template: 'document_to_correct', to: ['applicant'] },
  { on: 'application.document_supplemented', template: 'document_given', to: ['home_coordinators'] },
  { on: 'application.supplement_accepted', template: 'document_accepted', to: ['applicant'] },
  { on: 'application.supplement_accepted', template: 'document_added', to: ['host_coordinators'] },
  { on: 'application.document_due_soon', template: 'document_due_soon', to: ['applicant'] },
  { on: 'application.document_overdue', template: 'document_overdue', to: ['applicant'] },
  { on: 'application.document_overdue', template: 'document_not_given', to: ['home_coordinators'] },
  { on: 'application.document_waived', template: 'document_waived', to: ['applicant'] },

  // Without its text: a mail is read by whoever looks over a shoulder.
  {
    on: 'application.message_written',
    when: { by: 'office' },
    template: 'message_to_applicant',
    to: ['applicant'],
  },
  {
    on: 'application.message_written',
    when: { by: 'applicant', office: 'home' },
    template: 'message_to_office',
    to: ['home_coordinators'],
  },
  {
    on: 'application.message_written',
    when: { by: 'applicant', office: 'host' },
    template: 'message_to_office',
    to: ['host_coordinators'],
  },

  { on: 'nomination.needs_confirmation', template: 'nomination_to_confirm', to: ['home_ministry'] },
  { on: 'nomination.sent', template: 'nomination_to_answer', to: ['host_coordinators'] },
  { on: 'nomination.sent', template: 'nominated', to: ['applicant'] },
  {
    on: 'nomination.answered',
    when: { state: 'host_accepted' },
    template: 'nomination_accepted',
    to: ['proposer', 'applicant'],
  },
  {
    on: 'nomination.answered',
    when: { state: 'waitlisted' },
    template: 'nomination_waitlisted',
    to: ['proposer', 'applicant'],
  },
  {
    // What was returned goes between the institutions: the applicant has nothing to do, and is not alarmed.
    on: 'nomination.answered',
    when: { state: 'returned' },
    template: 'nomination_returned',
    to: ['proposer'],
  },
  {
    on: 'nomination.answered',
    when: { state: 'rejected' },
    template: 'nomination_rejected',
    to: ['proposer'],
  },
  { on: 'nomination.answered', when: { state: 'rejected' }, template: 'host_rejected', to: ['applicant'] },
  { on: 'nomination.acknowledged', template: 'nomination_acknowledged', to: ['proposer', 'applicant'] },
  { on: 'nomination.substituted', template: 'nomination_substituted', to: ['applicant'] },
  { on: 'nomination.due_soon', template: 'nomination_due_soon', to: ['host_coordinators'] },
  { on: 'nomination.unanswered', template: 'nomination_overdue', to: ['host_coordinators'] },
  { on: 'nomination.unanswered', template: 'nomination_unanswered', to: ['proposer'] },
  { on: 'nomination.unanswered', template: 'nomination_overdue_ministry', to: ['host_ministry'] },

  { on: 'decision.opened', template: 'decision_waits', to: ['home_ministry', 'host_ministry'] },
  {
    on: 'decision.put_again',
    when: { side: 'home' },
    template: 'decision_waits_again',
    to: ['home_ministry'],
  },
  {
    on: 'decision.put_again',
    when: { side: 'host' },
    template: 'decision_waits_again',
    to: ['host_ministry'],
  },
  {
    // The one verdict of a single side that moves the file: back to the home institution, which must learn of it.
    on: 'decision.side_decided',
    when: { ...ABOUT_APPLICATION, state: 'returned' },
    template: 'decision_returned',
    to: ['home_coordinators'],
  },
  {
    on: 'decision.concluded',
    when: { outcome: 'divergent' },
    template: 'decision_divergent',
    to: ['home_commission', 'host_commission'],
  },
  {
    on: 'decision.concluded',
    when: { ...ABOUT_APPLICATION, outcome: 'divergent' },
    template: 'divergent_notice',
    to: ['home_coordinators'],
  },

  { on: 'application.offered', template: 'offered', to: ['applicant'] },
  { on: 'application.offered', template: 'place_offered', to: BOTH_COORDINATORS },
  { on: 'application.announced', template: 'provisional_list', to: ['applicant'] },
  { on: 'application.recalled', template: 'list_recalled', to: ['applicant'] },
  {
    on: 'application.round_opened',
    when: { waited: 'yes' },
    template: 'waiting_ended',
    to: ['applicant'],
  },
  { on: 'application.round_opened', when: { waited: 'no' }, template: 'round_invites', to: ['applicant'] },
  { on: 'application.carried_over', template: 'carried_over', to: ['applicant'], receipt: true },
  { on: 'application.reserve', template: 'reserve', to: ['applicant'] },
  { on: 'application.not_selected', template: 'not_selected', to: ['applicant'] },
  { on: 'application.accepted', template: 'accepted', to: ['applicant'], receipt: true },
  { on: 'application.accepted', template: 'place_accepted', to: BOTH_COORDINATORS },
  { on: 'application.declined', template: 'declined', to: ['applicant'], receipt: true },
  { on: 'application.declined', template: 'place_declined', to: BOTH_COORDINATORS },
  { on: 'application.offer_expired', template: 'offer_expired', to: ['applicant'] },
  { on: 'application.offer_expired', template: 'place_offer_expired', to: BOTH_COORDINATORS },

  // Told to the person even of what they did themselves: perhaps it was not them.
  { on: 'passkey.enrolled', template: 'passkey_enrolled', to: ['person'], receipt: true },
  { on: 'passkey.removed', template: 'passkey_removed', to: ['person'], receipt: true },
  { on: 'passkey.reset', template: 'passkey_reset', to: ['person'] },
  { on: 'identity.linked', template: 'identity_linked', to: ['person'], receipt: true },
  { on: 'account.join_asked', template: 'account_join_asked', to: ['person'], receipt: true },
  { on: 'account.joined', template: 'account_joined', to: ['person'], receipt: true },
  { on: 'identity.unlinked', template: 'identity_unlinked', to: ['person'], receipt: true },

  { on: 'role.granted', when: { as: 'own' }, template: 'role_given', to: ['bearer'] },
  { on: 'role.granted', when: { as: 'deputy' }, template: 'role_lent', to: ['bearer'] },
  { on: 'role.awaits_confirmation', template: 'role_to_confirm', to: ['administrators'] },
  { on: 'role.confirmed', template: 'role_given', to: ['bearer'] },
  { on: 'role.refused', template: 'role_refused', to: ['grantor'] },
  { on: 'role.revoked', template: 'role_revoked', to: ['bearer'] },
  { on: 'role.invited', template: 'role_invitation', to: ['invited'], receipt: true },
  { on: 'reference.invited', template: 'reference_invited', to: ['referee'] },
  { on: 'reference.reminded', template: 'reference_reminded', to: ['referee'] },
  { on: 'reference.due_soon', template: 'reference_due_soon', to: ['referee'] },
  { on: 'reference.called_off', template: 'reference_called_off', to: ['referee'] },
  { on: 'reference.call_cancelled', template: 'reference_call_cancelled', to: ['referee'] },
  { on: 'reference.received', template: 'reference_received', to: ['referee'] },
  { on: 'reference.received', template: 'letter_received', to: ['applicant'] },
  { on: 'reference.declined', template: 'letter_declined', to: ['applicant'] },
  { on: 'reference.expired', template: 'letter_expired', to: ['applicant'] },
  { on: 'co_applicant.invited', template: 'co_applicant_invited', to: ['asked_co_applicant'] },
  { on: 'co_applicant.reminded', template: 'co_applicant_reminded', to: ['asked_co_applicant'] },
  { on: 'co_applicant.called_off', template: 'co_applicant_called_off', to: ['asked_co_applicant'] },
  { on: 'co_applicant.accepted', template: 'co_applicant_accepted', to: ['applicant'] },
  { on: 'co_applicant.declined', template: 'co_applicant_declined', to: ['applicant'] },
  { on: 'co_applicant.confirmed', template: 'co_applicant_confirmed', to: ['applicant'] },
  { on: 'co_applicant.voided', template: 'co_applicant_voided', to: ['co_applicant'] },
  { on: 'co_applicant.removed', template: 'co_applicant_removed', to: ['co_applicant'] },
  { on: 'co_applicant.left', template: 'co_applicant_left', to: ['applicant'] },
  {
    on: 'co_applicant.left',
    when: { submitted: 'yes' },
    template: 'co_applicant_left_file',
    to: BOTH_COORDINATORS,
  },
  ...STATES_TOLD.map((on): Rule => ({ on, template: 'co_application_state', to: ['co_applicants'] })),
  { on: 'call.deadline_moved', template: 'deadline_moved', to: ['applicants'] },
  { on: 'call.amended', template: 'call_amended', to: ['applicants'] },
  { on: 'call.cancelled', template: 'call_cancelled', to: ['applicants'] },
  { on: 'reference.expired', template: 'letter_not_given', to: ['home_coordinators'] },
  { on: 'watch.asked', template: 'watch_confirm', to: ['followers'] },
  { on: 'call.opened', template: 'watched_opened', to: ['followers'] },
  { on: 'call.deadline_moved', template: 'watched_moved', to: ['followers'] },
  { on: 'call.cancelled', template: 'watched_cancelled', to: ['followers'] },
  { on: 'offer.submitted', template: 'offer_submitted', to: ['administrators'] },
  { on: 'offer.answered', template: 'offer_answered', to: ['offerer'] },
  { on: 'review.assigned', template: 'review_assigned', to: ['assessor'] },
  { on: 'review.due_soon', template: 'review_due_soon', to: ['assessor'] },
  { on: 'review.due', template: 'review_due', to: ['assessor'] },
  { on: 'review.withdrawn', template: 'review_withdrawn', to: ['assessor'] },
  { on: 'review.declined', template: 'review_declined', to: ['panel_keepers'] },
  { on: 'appeal.lodged', template: 'appeal_received', to: ['applicant'], receipt: true },
  { on: 'appeal.lodged', template: 'appeal_to_admit', to: ['appeal_secretaries'] },
  { on: 'appeal.found_inadmissible', template: 'appeal_inadmissible', to: ['applicant'] },
  { on: 'appeal.found_admissible', template: 'appeal_admitted', to: ['applicant'] },
  { on: 'appeal.member_seated', template: 'appeal_seat', to: ['appeal_member'] },
  { on: 'appeal.member_recused', template: 'appeal_member_left', to: ['appeal_secretaries'] },
  { on: 'appeal.voted', template: 'appeal_votes_in', to: ['appeal_head'] },
  { on: 'appeal.upheld', template: 'appeal_upheld', to: ['applicant'] },
  { on: 'appeal.upheld', template: 'appeal_upheld_office', to: ['appeal_secretaries', 'administrators'] },
  { on: 'appeal.rejected', template: 'appeal_rejected', to: ['applicant'] },
  { on: 'appeal.withdrawn', template: 'appeal_withdrawn', to: ['appeal_secretaries', 'appeal_members'] },
  { on: 'appeal.due_soon', template: 'appeal_due_soon', to: ['appeal_secretaries', 'appeal_members'] },
  // Nothing is decided by silence: those above are told.
  {
    on: 'appeal.overdue',
    template: 'appeal_overdue',
    to: ['appeal_secretaries', 'appeal_members', 'administrators', 'home_ministry'],
  },
  { on: 'discussion.news', template: 'discussion_news', to: ['panel_members'] },
  { on: 'discussion.summed_up', template: 'discussion_summed_up', to: ['panel_members'] },
  { on: 'discussion.change_asked', template: 'discussion_change_asked', to: ['panel_lead'] },
  { on: 'interview.invited', template: 'interview_invited', to: ['interviewee'] },
  // Whoever chose the time gets it into their calendar as well.
  {
    on: 'interview.scheduled',
    template: 'interview_scheduled',
    to: ['interviewee', 'interviewers'],
    receipt: true,
  },
  {
    on: 'interview.called_off',
    when: { how: 'cancelled' },
    template: 'interview_cancelled',
    to: ['interviewee', 'interviewers'],
    receipt: true,
  },
  {
    on: 'interview.called_off',
    when: { how: 'released' },
    template: 'interview_released',
    to: ['interviewee'],
  },
  ...(['released', 'moved', 'left'] as const).map((how): Rule => ({
    on: 'interview.called_off',
    when: { how },
    template: 'interview_cancelled',
    to: ['interviewers'],
    receipt: true,
  })),
  { on: 'interview.change_asked', template: 'interview_change_asked', to: ['panel_keepers'] },
  { on: 'interview.due_soon', template: 'interview_due_soon', to: ['interviewee', 'interviewers'] },
  // Whoever plans has it in their calendar as well.
  { on: 'commission.session_planned', template: 'session_planned', to: ['session_people'], receipt: true },
  { on: 'commission.session_moved', template: 'session_moved', to: ['session_people'], receipt: true },
  {
    on: 'commission.session_cancelled',
    template: 'session_cancelled',
    to: ['session_people'],
    receipt: true,
  },
  { on: 'commission.protocol_drafted', template: 'protocol_drafted', to: ['session_people'] },
  { on: 'commission.protocol_agreed', template: 'protocol_to_sign', to: ['session_members'] },
  { on: 'commission.protocol_signed', template: 'protocol_signed', to: ['session_people'] },
  { on: 'decision.settled', template: 'decision_settled', to: ['home_ministry', 'host_ministry'] },
  { on: 'role.invitation_accepted', template: 'invitation_accepted', to: ['inviter'] },
];

/** Who is told of an event, and with which mail; of each pair of template and audience at most one. */
export function noticesOf(event: {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}): readonly Notice[] {
  return RULES.filter(
    ({ on, when = {} }) =>
      on === event.type && Object.entries(when).every(([key, value]) => event.payload[key] === value),
  ).flatMap(({ template, to, receipt = false }) => to.map((audience) => ({ template, audience, receipt })));
}

/** Whether this person gets this mail, given who caused the event. */
export function isTold(notice: Notice, personId: string, actorId: string | null): boolean {
  return notice.receipt || personId !== actorId;
}

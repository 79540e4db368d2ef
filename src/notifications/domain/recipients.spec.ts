import { describe, expect, it } from '@jest/globals';
import { isTold, MAIL_TEMPLATES, noticesOf } from './recipients.js';

const told = (type: string, payload: Record<string, string> = {}) =>
  noticesOf({ type, payload })
    .map(({ template, audience, receipt }) => `${audience}: ${template}${receipt ? ' (receipt)' : ''}`)
    .toSorted();

const OF_AGREEMENT = [
  'administrators',
  'agreement_coordinators',
  'agreement_ministries',
  'agreement_signatories',
];
const APPLICATION = { subjectKind: 'application', subjectId: 'one' };

/** Every event with everybody who is written to, and nobody else. */
const WHO: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
  ['call.amended', {}, ['applicants: call_amended']],
  [
    'application.submitted',
    {},
    ['applicant: receipt (receipt)', 'co_applicants: co_application_state', 'home_coordinators: to_check'],
  ],
  [
    'application.resubmitted',
    {},
    [
      'applicant: receipt_again (receipt)',
      'co_applicants: co_application_state',
      'home_coordinators: to_check_again',
    ],
  ],
  ['passkey.enrolled', {}, ['person: passkey_enrolled (receipt)']],
  ['passkey.removed', {}, ['person: passkey_removed (receipt)']],
  ['passkey.reset', {}, ['person: passkey_reset']],
  ['identity.linked', {}, ['person: identity_linked (receipt)']],
  ['account.join_asked', {}, ['person: account_join_asked (receipt)']],
  ['account.joined', {}, ['person: account_joined (receipt)']],
  ['correction.asked', { by: 'ministry' }, ['home_ministry: correction_to_answer']],
  ['correction.asked', { by: 'institution' }, ['home_coordinators: correction_to_answer']],
  ['correction.answered', { answer: 'done' }, ['person: correction_done']],
  ['correction.answered', { answer: 'refused' }, ['person: correction_refused']],
  ['correction.told', { to: 'ministry' }, ['home_ministry: correction_told']],
  ['correction.told', { to: 'institution' }, ['host_coordinators: correction_told']],
  ['correction.due_soon', { by: 'ministry' }, ['home_ministry: correction_due_soon']],
  ['correction.due_soon', { by: 'institution' }, ['home_coordinators: correction_due_soon']],
  [
    'correction.overdue',
    {},
    ['home_coordinators: correction_overdue', 'home_ministry: correction_overdue', 'person: correction_late'],
  ],
  ['erasure.asked', {}, ['home_ministry: erasure_to_answer', 'person: erasure_received (receipt)']],
  ['erasure.proposed', {}, ['home_ministry: erasure_to_confirm']],
  ['erasure.returned', {}, ['home_ministry: erasure_to_answer']],
  ['erasure.granted', {}, ['person: erasure_granted']],
  ['erasure.refused', {}, ['person: erasure_refused']],
  ['erasure.extended', {}, ['person: erasure_extended']],
  ['erasure.due_soon', {}, ['home_ministry: erasure_due_soon']],
  ['erasure.overdue', {}, ['home_ministry: erasure_overdue']],
  ['erasure.held', {}, ['home_ministry: erasure_held', 'person: erasure_held_own']],
  ['erasure.done', {}, ['erased: erasure_receipt']],
  ['identity.unlinked', {}, ['person: identity_unlinked (receipt)']],
  ['application.returned', {}, ['applicant: returned', 'co_applicants: co_application_state']],
  ['application.ineligible', {}, ['applicant: ineligible', 'co_applicants: co_application_state']],
  [
    'application.lapsed',
    {},
    ['applicant: lapsed', 'co_applicants: co_application_state', 'home_coordinators: application_lapsed'],
  ],
  ['application.draft_due_soon', {}, ['applicant: draft_due_soon']],
  ['application.return_due_soon', {}, ['applicant: return_due_soon']],
  ['application.never_submitted', {}, ['applicant: never_submitted', 'co_applicants: co_application_state']],
  [
    'application.withdrawn',
    {},
    [
      'applicant: withdrawn (receipt)',
      'co_applicants: co_application_state',
      'home_coordinators: application_withdrawn',
      'host_coordinators: application_withdrawn',
    ],
  ],
  ['nomination.needs_confirmation', {}, ['home_ministry: nomination_to_confirm']],
  ['nomination.sent', {}, ['applicant: nominated', 'host_coordinators: nomination_to_answer']],
  [
    'nomination.answered',
    { state: 'host_accepted' },
    ['applicant: nomination_accepted', 'proposer: nomination_accepted'],
  ],
  [
    'nomination.answered',
    { state: 'waitlisted' },
    ['applicant: nomination_waitlisted', 'proposer: nomination_waitlisted'],
  ],
  ['nomination.answered', { state: 'returned' }, ['proposer: nomination_returned']],
  [
    'nomination.answered',
    { state: 'rejected' },
    ['applicant: host_rejected', 'proposer: nomination_rejected'],
  ],
  [
    'nomination.unanswered',
    {},
    [
      'host_coordinators: nomination_overdue',
      'host_ministry: nomination_overdue_ministry',
      'proposer: nomination_unanswered',
    ],
  ],
  [
    'nomination.acknowledged',
    {},
    ['applicant: nomination_acknowledged', 'proposer: nomination_acknowledged'],
  ],
  ['application.message_written', { by: 'office', office: 'host' }, ['applicant: message_to_applicant']],
  [
    'application.message_written',
    { by: 'applicant', office: 'home' },
    ['home_coordinators: message_to_office'],
  ],
  [
    'application.message_written',
    { by: 'applicant', office: 'host' },
    ['host_coordinators: message_to_office'],
  ],
  ['application.document_to_correct', {}, ['applicant: document_to_correct']],
  ['application.document_supplemented', {}, ['home_coordinators: document_given']],
  [
    'application.supplement_accepted',
    {},
    ['applicant: document_accepted', 'host_coordinators: document_added'],
  ],
  ['application.document_waived', {}, ['applicant: document_waived']],
  ['application.document_due_soon', {}, ['applicant: document_due_soon']],
  [
    'application.document_overdue',
    {},
    ['applicant: document_overdue', 'home_coordinators: document_not_given'],
  ],
  [
    'application.revived',
    { state: 'draft' },
    ['applicant: revived (receipt)', 'co_applicants: co_application_state'],
  ],
  [
    'application.revived',
    { state: 'submitted' },
    [
      'applicant: revived (receipt)',
      'co_applicants: co_application_state',
      'home_coordinators: application_revived',
    ],
  ],
  ['nomination.declined_by_silence', {}, ['applicant: host_silent', 'proposer: nomination_silent']],
  [
    'decision.silent',
    { ...APPLICATION, side: 'host' },
    [
      'home_secretaries: decision_tabled',
      'host_ministry: decision_tabled',
      'host_secretaries: decision_tabled',
    ],
  ],
  ['nomination.substituted', {}, ['applicant: nomination_substituted']],
  ['nomination.due_soon', {}, ['host_coordinators: nomination_due_soon']],
  ['decision.opened', APPLICATION, ['home_ministry: decision_waits', 'host_ministry: decision_waits']],
  [
    'decision.opened',
    { subjectKind: 'call' },
    ['home_ministry: decision_waits', 'host_ministry: decision_waits'],
  ],
  ['decision.put_again', { ...APPLICATION, side: 'home' }, ['home_ministry: decision_waits_again']],
  ['decision.put_again', { subjectKind: 'call', side: 'host' }, ['host_ministry: decision_waits_again']],
  ['decision.side_decided', { ...APPLICATION, state: 'approved' }, []],
  ['decision.side_decided', { ...APPLICATION, state: 'rejected' }, []],
  ['decision.side_decided', { ...APPLICATION, state: 'returned' }, ['home_coordinators: decision_returned']],
  ['decision.side_decided', { subjectKind: 'agreement', state: 'returned' }, []],
  ['decision.due_soon', { ...APPLICATION, side: 'host' }, ['host_ministry: decision_due_soon']],
  [
    'decision.overdue',
    { subjectKind: 'agreement', side: 'home' },
    [
      'home_ministry: decision_overdue',
      'home_secretaries: decision_overdue',
      'host_secretaries: decision_overdue',
    ],
  ],
  [
    'decision.nobody_free',
    { ...APPLICATION, side: 'host' },
    [
      'home_secretaries: decision_blocked',
      'host_ministry: decision_blocked',
      'host_secretaries: decision_blocked',
    ],
  ],
  ['decision.delegate_named', { ...APPLICATION, side: 'host' }, ['delegate: decision_named']],
  ['decision.condition_answered', { ...APPLICATION, side: 'home' }, ['home_ministry: condition_answered']],
  ['decision.condition_due_soon', { ...APPLICATION, side: 'home' }, ['applicant: condition_due_soon']],
  [
    'decision.condition_overdue',
    { ...APPLICATION, side: 'host' },
    ['applicant: condition_overdue', 'host_ministry: condition_overdue_side'],
  ],
  ['decision.condition_overdue', { subjectKind: 'call', side: 'host' }, []],
  ['application.conditions_pending', {}, ['applicant: conditions_set (receipt)']],
  [
    'application.accepted',
    { certain: 'no' },
    [
      'co_applicants: co_application_state',
      'home_coordinators: place_accepted',
      'host_coordinators: place_accepted',
    ],
  ],
  [
    'application.confirmed',
    {},
    [
      'applicant: conditions_met',
      'home_coordinators: conditions_met_office',
      'host_coordinators: conditions_met_office',
    ],
  ],
  [
    'application.conditions_not_met',
    {},
    [
      'applicant: conditions_not_met',
      'home_coordinators: conditions_not_met_office',
      'host_coordinators: conditions_not_met_office',
    ],
  ],
  [
    'application.offer_withdrawn',
    {},
    [
      'applicant: offer_withdrawn',
      'home_coordinators: conditions_not_met_office',
      'host_coordinators: conditions_not_met_office',
    ],
  ],
  ['decision.concluded', { ...APPLICATION, outcome: 'agreed_yes' }, []],
  ['decision.concluded', { ...APPLICATION, outcome: 'agreed_no' }, []],
  [
    'decision.concluded',
    { ...APPLICATION, outcome: 'divergent' },
    [
      'home_commission: decision_divergent',
      'home_coordinators: divergent_notice',
      'host_commission: decision_divergent',
    ],
  ],
  [
    'decision.concluded',
    { subjectKind: 'agreement', outcome: 'divergent' },
    ['home_commission: decision_divergent', 'host_commission: decision_divergent'],
  ],
  [
    'application.offered',
    {},
    [
      'applicant: offered',
      'co_applicants: co_application_state',
      'home_coordinators: place_offered',
      'host_coordinators: place_offered',
    ],
  ],
  ['application.announced', { result: 'reserve' }, ['applicant: provisional_list']],
  ['application.recalled', {}, ['applicant: list_recalled']],
  ['application.round_opened', { waited: 'yes' }, ['applicant: waiting_ended']],
  ['application.round_opened', { waited: 'no' }, ['applicant: round_invites']],
  ['application.carried_over', {}, ['applicant: carried_over (receipt)']],
  ['mobility.arrived', {}, ['applicant: stay_arrived', 'home_coordinators: stay_arrived']],
  ['mobility.departed', {}, ['applicant: stay_departed', 'home_coordinators: stay_departed']],
  ['mobility.corrected', {}, ['applicant: stay_corrected', 'home_coordinators: stay_corrected']],
  [
    'mobility.cancelled',
    { withdrawn: 'no' },
    ['applicant: stay_cancelled', 'home_coordinators: stay_cancelled', 'host_coordinators: stay_cancelled'],
  ],
  ['mobility.cancelled', { withdrawn: 'yes' }, []],
  [
    'mobility.no_show',
    {},
    [
      'applicant: stay_no_show',
      'home_coordinators: stay_no_show',
      'home_ministry: stay_no_show',
      'host_coordinators: stay_no_show',
      'host_ministry: stay_no_show',
    ],
  ],
  ['mobility.certificate_owed', { kind: 'arrival' }, ['host_coordinators: stay_arrival_owed']],
  ['mobility.certificate_owed', { kind: 'departure' }, ['host_coordinators: stay_departure_owed']],
  [
    'mobility.certificate_overdue',
    { kind: 'arrival' },
    [
      'home_coordinators: stay_arrival_overdue',
      'host_coordinators: stay_arrival_overdue',
      'host_ministry: stay_arrival_overdue',
    ],
  ],
  [
    'mobility.certificate_overdue',
    { kind: 'departure' },
    [
      'home_coordinators: stay_departure_overdue',
      'host_coordinators: stay_departure_overdue',
      'host_ministry: stay_departure_overdue',
    ],
  ],
  ['mobility.paid', {}, ['applicant: stay_paid']],
  ['mobility.payment_corrected', {}, ['applicant: stay_payment_corrected']],
  ['application.reserve', {}, ['applicant: reserve', 'co_applicants: co_application_state']],
  ['application.not_selected', {}, ['applicant: not_selected', 'co_applicants: co_application_state']],
  [
    'application.accepted',
    { certain: 'yes' },
    [
      'applicant: accepted (receipt)',
      'co_applicants: co_application_state',
      'home_coordinators: place_accepted',
      'host_coordinators: place_accepted',
    ],
  ],
  [
    'application.declined',
    {},
    [
      'applicant: declined (receipt)',
      'co_applicants: co_application_state',
      'home_coordinators: place_declined',
      'host_coordinators: place_declined',
    ],
  ],
  [
    'application.offer_expired',
    {},
    [
      'applicant: offer_expired',
      'co_applicants: co_application_state',
      'home_coordinators: place_offer_expired',
      'host_coordinators: place_offer_expired',
    ],
  ],
  ...(['home', 'host'] as const).flatMap((side) => [
    ['gate.opened', { side }, [`${side}_ministry: gate_waits`]] as const,
    ['gate.reopened', { side }, [`${side}_ministry: gate_waits`]] as const,
    ['gate.expires_soon', { side }, [`${side}_ministry: gate_ends`]] as const,
    ['gate.expired', { side }, [`${side}_ministry: gate_ends`]] as const,
  ]),
  ['application.held', {}, ['applicant: place_held', 'co_applicants: co_application_state']],
  [
    'application.not_cleared',
    {},
    [
      'applicant: not_cleared',
      'co_applicants: co_application_state',
      'home_coordinators: exchange_not_cleared',
      'host_coordinators: exchange_not_cleared',
    ],
  ],
  ['role.granted', { as: 'own' }, ['bearer: role_given']],
  ['role.granted', { as: 'deputy' }, ['bearer: role_lent']],
  ['role.awaits_confirmation', {}, ['administrators: role_to_confirm']],
  ['role.confirmed', {}, ['bearer: role_given']],
  ['role.refused', {}, ['grantor: role_refused']],
  ['role.revoked', {}, ['bearer: role_revoked']],
  ['role.invited', {}, ['invited: role_invitation (receipt)']],
  ['role.invitation_accepted', {}, ['inviter: invitation_accepted']],
  ['reference.invited', {}, ['referee: reference_invited']],
  ['reference.due_soon', {}, ['referee: reference_due_soon']],
  ['reference.call_cancelled', {}, ['referee: reference_call_cancelled']],
  ['reference.called_off', {}, ['referee: reference_called_off']],
  ['reference.received', {}, ['applicant: letter_received', 'referee: reference_received']],
  ['reference.declined', {}, ['applicant: letter_declined']],
  ['reference.expired', {}, ['applicant: letter_expired', 'home_coordinators: letter_not_given']],
  ['reference.reminded', {}, ['referee: reference_reminded']],
  ['co_applicant.invited', {}, ['asked_co_applicant: co_applicant_invited']],
  ['co_applicant.reminded', {}, ['asked_co_applicant: co_applicant_reminded']],
  ['co_applicant.called_off', {}, ['asked_co_applicant: co_applicant_called_off']],
  ['co_applicant.accepted', {}, ['applicant: co_applicant_accepted']],
  ['co_applicant.declined', {}, ['applicant: co_applicant_declined']],
  ['co_applicant.confirmed', {}, ['applicant: co_applicant_confirmed']],
  ['co_applicant.voided', {}, ['co_applicant: co_applicant_voided']],
  ['co_applicant.removed', {}, ['co_applicant: co_applicant_removed']],
  ['co_applicant.left', { submitted: 'no' }, ['applicant: co_applicant_left']],
  [
    'co_applicant.left',
    { submitted: 'yes' },
    [
      'applicant: co_applicant_left',
      'home_coordinators: co_applicant_left_file',
      'host_coordinators: co_applicant_left_file',
    ],
  ],
  ['watch.asked', {}, ['followers: watch_confirm']],
  ['call.deadline_moved', {}, ['applicants: deadline_moved', 'followers: watched_moved']],
  ['call.cancelled', {}, ['applicants: call_cancelled', 'followers: watched_cancelled']],
  ['call.opened', {}, ['followers: watched_opened']],
  ['offer.submitted', {}, ['administrators: offer_submitted']],
  ['offer.answered', { state: 'returned' }, ['offerer: offer_answered']],
  ['review.assigned', {}, ['assessor: review_assigned']],
  ['review.due_soon', {}, ['assessor: review_due_soon']],
  ['review.due', {}, ['assessor: review_due']],
  ['review.withdrawn', {}, ['assessor: review_withdrawn']],
  ['review.declined', {}, ['panel_keepers: review_declined']],
  ['appeal.lodged', {}, ['appeal_secretaries: appeal_to_admit', 'applicant: appeal_received (receipt)']],
  ['appeal.found_inadmissible', {}, ['applicant: appeal_inadmissible']],
  ['appeal.found_admissible', {}, ['applicant: appeal_admitted']],
  ['appeal.member_seated', {}, ['appeal_member: appeal_seat']],
  ['appeal.member_recused', {}, ['appeal_secretaries: appeal_member_left']],
  ['appeal.voted', {}, ['appeal_head: appeal_votes_in']],
  [
    'appeal.upheld',
    {},
    [
      'administrators: appeal_upheld_office',
      'appeal_secretaries: appeal_upheld_office',
      'applicant: appeal_upheld',
    ],
  ],
  ['appeal.rejected', {}, ['applicant: appeal_rejected']],
  ['appeal.withdrawn', {}, ['appeal_members: appeal_withdrawn', 'appeal_secretaries: appeal_withdrawn']],
  ['appeal.due_soon', {}, ['appeal_members: appeal_due_soon', 'appeal_secretaries: appeal_due_soon']],
  [
    'appeal.overdue',
    {},
    [
      'administrators: appeal_overdue',
      'appeal_members: appeal_overdue',
      'appeal_secretaries: appeal_overdue',
      'home_ministry: appeal_overdue',
    ],
  ],
  ['discussion.written', {}, []],
  ['discussion.news', {}, ['panel_members: discussion_news']],
  ['discussion.summed_up', {}, ['panel_members: discussion_summed_up']],
  ['discussion.change_asked', {}, ['panel_lead: discussion_change_asked']],
  ['interview.invited', {}, ['interviewee: interview_invited']],
  [
    'interview.scheduled',
    {},
    ['interviewee: interview_scheduled (receipt)', 'interviewers: interview_scheduled (receipt)'],
  ],
  [
    'interview.called_off',
    { how: 'cancelled' },
    ['interviewee: interview_cancelled (receipt)', 'interviewers: interview_cancelled (receipt)'],
  ],
  [
    'interview.called_off',
    { how: 'released' },
    ['interviewee: interview_released', 'interviewers: interview_cancelled (receipt)'],
  ],
  ['interview.called_off', { how: 'moved' }, ['interviewers: interview_cancelled (receipt)']],
  ['interview.called_off', { how: 'left' }, ['interviewers: interview_cancelled (receipt)']],
  ['interview.change_asked', {}, ['panel_keepers: interview_change_asked']],
  ['commission.session_planned', {}, ['session_people: session_planned (receipt)']],
  ['commission.session_moved', {}, ['session_people: session_moved (receipt)']],
  ['commission.session_cancelled', {}, ['session_people: session_cancelled (receipt)']],
  ['commission.protocol_drafted', {}, ['session_people: protocol_drafted']],
  ['commission.protocol_agreed', {}, ['protocol_signers: protocol_to_sign']],
  ['commission.protocol_signed', {}, ['session_people: protocol_signed']],
  [
    'decision.settled',
    { ...APPLICATION, outcome: 'agreed_yes' },
    ['home_ministry: decision_settled', 'host_ministry: decision_settled'],
  ],
  ['interview.due_soon', {}, ['interviewee: interview_due_soon', 'interviewers: interview_due_soon']],
  [
    'agreement.proposed',
    {},
    ['agreement_coordinators: agreement_proposed', 'agreement_signatories: agreement_to_sign'],
  ],
  ['agreement.answered', { verdict: 'approved' }, []],
  ...['returned', 'declined', 'withdrawn'].map(
    (state) =>
      [
        'agreement.closed',
        { state },
        ['administrators', 'agreement_coordinators', 'agreement_signatories'].map(
          (audience) => `${audience}: agreement_${state}`,
        ),
      ] as const,
  ),
  [
    'agreement.held_up',
    {},
    ['administrators: agreement_held_up', 'agreement_coordinators: agreement_held_up'],
  ],
  ...[
    ['agreement.in_force', 'agreement_in_force'],
    ['agreement.expiring', 'agreement_expiring'],
    ['agreement.expired', 'agreement_expired'],
    ['agreement.notice_given', 'agreement_notice'],
    ['agreement.terminated', 'agreement_terminated'],
  ].map(
    ([type = '', template = '']) =>
      [type, {}, OF_AGREEMENT.map((audience) => `${audience}: ${template}`)] as const,
  ),
  ['call.published', {}, []],
  ['letter.issued', {}, []],
];

describe('who is told by mail', () => {
  it.each(WHO.map(([type, payload, who]) => [type, JSON.stringify(payload), payload, who] as const))(
    '%s %s',
    (type, _shown, payload, who) => {
      expect(told(type, payload)).toEqual(who);
    },
  );

  it('uses every template that there is', () => {
    const used = new Set(
      WHO.flatMap(([type, payload]) => noticesOf({ type, payload }).map(({ template }) => template)),
    );
    expect([...used].toSorted()).toEqual([...MAIL_TEMPLATES].toSorted());
  });

  it('tells nobody what they just did themselves, but gives them their receipt', () => {
    const [receipt, toCheck] = noticesOf({ type: 'application.submitted', payload: {} });
    expect(receipt && isTold(receipt, 'ana', 'ana')).toBe(true);
    expect(toCheck && isTold(toCheck, 'ana', 'ana')).toBe(false);
    expect(toCheck && isTold(toCheck, 'milan', 'ana')).toBe(true);
    expect(toCheck && isTold(toCheck, 'milan', null)).toBe(true);
  });
});

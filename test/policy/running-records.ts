import type pg from 'pg';
import { AGREEMENT_STATES } from '../../src/agreements/domain/agreement.states.js';
import type { AgreementState } from '../../src/agreements/domain/agreement.states.js';
import { APPLICATION_STATES, HOLDS_PLACE } from '../../src/applications/domain/application.states.js';
import type { ApplicationState } from '../../src/applications/domain/application.states.js';
import { GATE_RULE_STATES } from '../../src/gates/domain/gate-rules.policy.js';
import { GATE_STATES } from '../../src/gates/domain/gate.states.js';
import { SIDE_STATES } from '../../src/approvals/domain/decision-side.states.js';
import { CALL_STATES } from '../../src/calls/domain/call.states.js';
import { standardSelection } from '../../src/calls/domain/selection.js';
import { PLACE_OFFER_STATES } from '../../src/calls/domain/place-offer.states.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { GRANT_STATES, INVITATION_STATES } from '../../src/access/domain/roles.policy.js';
import type { GrantState } from '../../src/access/domain/roles.policy.js';
import { CO_APPLICANT_STATES } from '../../src/coapplicants/domain/co-applicant.states.js';
import type { CoApplicantState } from '../../src/coapplicants/domain/co-applicant.states.js';
import { REFERENCE_STATES } from '../../src/referees/domain/reference.states.js';
import type { ReferenceState } from '../../src/referees/domain/reference.states.js';
import { PROVIDER_STATES } from '../../src/access/domain/providers.policy.js';
import { UNIT_STATES } from '../../src/universities/domain/units.policy.js';
import { LONG_AGO, grantRow, insertRows } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import type { Persona, Scene } from '../personas/personas.js';
import { PERSONAS } from '../personas/personas.js';
import { CO_APPLYING, hasAccepted, hasCrossed, isNumbered } from './records.js';

const WORDS = { sr: 'Проба', ru: 'Проба', en: 'Test' };

/** What an address is made of: ids and names of one record and of what belongs to it. */
export type Address = Readonly<Record<string, string>>;

export interface RecordAddresses {
  /** Of the canonical record of a subject in a state; an act may need one on which it was not done yet. */
  of(record: string, state: string, who: Persona, action: string): Address;
}

const SOON = '2099-01-01T00:00:00Z';
/** What the home institution gave back for correction. */
const RETURNED_FIELDS = ['motivation.motivation', 'motivation.plan', 'documents.transcript'];
/** Acts for which the home and host have gone one step less, or one more, in the same state. */
const STEPS: Readonly<Record<string, 'home_endorsed' | 'answered'>> = {
  'application.confirm_nomination': 'home_endorsed',
  'application.answer_ministry': 'answered',
};

/**
 * Writes a record for each state beside one that was made by the acts themselves. They are copies of it as they would stand
 * in their state; how somebody gets there is told by other tests.
 */
export async function writeRecords(
  owner: pg.Client,
  scene: Omit<Scene, 'calls'>,
  made: {
    readonly callId: Id;
    readonly approvedCall: Id;
    readonly applicationId: Id;
    readonly issuer: string;
  },
): Promise<{ readonly calls: readonly Id[]; readonly addresses: RecordAddresses }> {
  const copies = new Copies(owner);
  const found = new Map<string, Address>();
  const calls: Id[] = [];
  let number = 0;

  const copyCall = async (state: string): Promise<{ callId: Id; slug: string; placeId: Id }> => {
    const [callId, placeId] = [newId(), newId()];
    const slug = `matrix-${callId}`;
    await owner.query('begin');
    await copies.write('calls', { id: made.callId }, () => ({
      id: callId,
      slug,
      state,
      cancelled_reason: state === 'cancelled' ? 'test' : null,
      independent_assessment: true,
    }));
    await copies.write('call_forms', { call_id: made.callId }, () => ({ call_id: callId }));
    await copies.write('call_directions', { call_id: made.callId }, () => ({ call_id: callId }));
    await copies.write('call_places', { call_id: made.callId }, () => ({
      id: placeId,
      call_id: callId,
      taken: 1,
    }));
    await owner.query('commit');
    return { callId, slug, placeId };
  };

  const copyApplication = async (
    state: ApplicationState,
    applicantId: Id,
    step: 'sent' | 'home_endorsed' | 'answered' = 'sent',
    letter: ReferenceState = 'received',
    together: CoApplicantState | null = null,
  ): Promise<Address> => {
    const { callId, slug, placeId } = await copyCall('published');
    calls.push(callId);
    const id = newId();
    number += 1;
    const numbered = isNumbered(state);
    const crossed = hasCrossed(state);
    const subject = { subject_kind: 'application', subject_id: made.applicationId };
    await copies.write('applications', { id: made.applicationId }, () => ({
      id,
      call_id: callId,
      applicant_id: applicantId,
      state,
      number: numbered ? `${scene.homeCountry}-2098-${String(number).padStart(6, '0')}` : null,
      submitted_at: numbered ? LONG_AGO : null,
      submissions: numbered ? 1 : 0,
      home_unit_id: scene.homeUnit,
      independent_assessment: true,
      host_country: crossed ? scene.hostCountry : null,
      host_institution_id: crossed ? scene.hostInstitution : null,
      transferred_at: crossed ? LONG_AGO : null,
      result: ['provisional', 'final', ...HOLDS_PLACE].includes(state) ? 'selected' : null,
      place_id: HOLDS_PLACE.includes(state) ? placeId : null,
      returned_fields: state === 'returned' ? RETURNED_FIELDS : null,
      return_reason: state === 'returned' ? 'test' : null,
      closing_reason: state === 'ineligible' ? 'test' : null,
      due_at: SOON,
    }));
    await copies.write('application_sections', { application_id: made.applicationId }, () => ({
      application_id: id,
    }));
    await copies.write('application_choices', { application_id: made.applicationId }, () => ({
      application_id: id,
      place_id: placeId,
    }));
    if (numbered) {
      await copies.write('application_submissions', { application_id: made.applicationId }, () => ({
        id: newId(),
        application_id: id,
      }));
    }
    await copies.write('consents', subject, () => ({ id: newId(), person_id: applicantId, subject_id: id }));
    let uploadId = '';
    await copies.write('uploads', subject, ({ requirement }) => {
      const copy = newId();
      if (requirement === 'transcript') uploadId = copy;
      return { id: copy, owner_id: applicantId, subject_id: id };
    });
    const address = {
      id,
      reference: await askReferee(id, letter),
      coApplicant: await askTogether(id, together),
      state,
      callId,
      slug,
      placeId,
      uploadId,
      home: scene.homeCountry,
      host: scene.hostCountry,
    };
    if (!crossed) return address;
    const nominationState =
      state === 'eligible' && step !== 'answered'
        ? step
        : state === 'withdrawn'
          ? 'cancelled'
          : 'host_accepted';
    await insertRows(owner, 'nominations', [
      {
        id: newId(),
        application_id: id,
        place_id: placeId,
        person_id: applicantId,
        home_institution_id: scene.homeInstitution,
        host_institution_id: scene.hostInstitution,
        state: nominationState,
        state_since: LONG_AGO,
        due_at: SOON,
        // Whoever asks about it did not propose it: whose own work it is, is asked by other tests.
        proposed_by: scene.person('outsider'),
        answered_by: nominationState === 'host_accepted' ? scene.person('outsider') : null,
        created_at: LONG_AGO,
      },
    ]);
    const decisionId =
      step === 'answered'
        ? await putBeforeBoth(id, 'returned')
        : state === 'offered'
          ? await putBeforeBoth(id, 'approved', 'approved')
          : '';
    return { ...address, decisionId };
  };

  /** Both who apply together with the applicant; or one of them alone, so far as the state says. */
  const askTogether = async (applicationId: Id, state: CoApplicantState | null): Promise<Id> => {
    const people = state === null ? CO_APPLYING : ['co_applicant'];
    const rows = people.map((key) => {
      const [id, link] = [newId(), newId()];
      const of = state ?? 'confirmed';
      const accepted = hasAccepted(of) && {
        person_id: scene.person(key),
        country: scene.hostCountry,
        native_family: 'Анић',
        native_given: 'Ана',
        latin_family: 'Anić',
        latin_given: 'Ana',
        accepted_at: LONG_AGO,
      };
      const confirmed = of === 'confirmed' && { confirmed_hash: 'a'.repeat(64), confirmed_at: LONG_AGO };
      return { id, key, link, row: { ...accepted, ...confirmed, state: of } };
    });
    await insertRows(
      owner,
      'signed_links',
      rows.map(({ id, link }) => ({
        id: link,
        purpose: 'co_applicant',
        subject_kind: 'co_applicant',
        subject_id: id,
        created_at: LONG_AGO,
        expires_at: SOON,
      })),
    );
    for (const { id, key, link, row } of rows) {
      await insertRows(owner, 'co_applicants', [
        {
          id,
          application_id: applicationId,
          state_since: LONG_AGO,
          name: 'Ана',
          email: `${id}@example.org`,
          email_key: `${id}@example.org`,
          part: 'test',
          language: 'en',
          link_id: link,
          link_until: SOON,
          created_at: LONG_AGO,
          ...row,
        },
      ]);
      if (!hasAccepted(row.state)) continue;
      const given = { subject_kind: 'application', subject_id: made.applicationId };
      await copies.write('consents', given, () => ({
        id: newId(),
        person_id: scene.person(key),
        subject_kind: 'co_applicant',
        subject_id: id,
      }));
    }
    return rows[0]?.id ?? '';
  };

  /** A confidential letter, so far as its state says. */
  const askReferee = async (applicationId: Id, state: ReferenceState): Promise<Id> => {
    const [reference, link] = [newId(), newId()];
    await insertRows(owner, 'signed_links', [
      {
        id: link,
        purpose: 'letter_of_reference',
        subject_kind: 'reference',
        subject_id: reference,
        created_at: LONG_AGO,
        expires_at: SOON,
      },
    ]);
    const request = (id: Id, linkId: Id, of: string, replacedBy: Id | null): Row => ({
      id,
      application_id: applicationId,
      state: of,
      state_since: LONG_AGO,
      name: 'Милена',
      email: `${id}@example.org`,
      email_key: `${id}@example.org`,
      relation: 'teacher',
      language: 'en',
      confidential: true,
      due_at: SOON,
      link_id: linkId,
      created_at: LONG_AGO,
      replaced_by: replacedBy,
    });
    if (state === 'replaced') {
      const [successor, itsLink] = [newId(), newId()];
      await insertRows(owner, 'signed_links', [
        {
          id: itsLink,
          purpose: 'letter_of_reference',
          subject_kind: 'reference',
          subject_id: successor,
          created_at: LONG_AGO,
          expires_at: SOON,
        },
      ]);
      await insertRows(owner, 'reference_requests', [request(successor, itsLink, 'invited', null)]);
      await insertRows(owner, 'reference_requests', [request(reference, link, state, successor)]);
    } else {
      await insertRows(owner, 'reference_requests', [request(reference, link, state, null)]);
    }
    if (state === 'received') {
      await insertRows(owner, 'reference_letters', [
        {
          reference_id: reference,
          body: 'Препорука',
          capacity: 'teacher',
          known_for: 'over_5',
          revision: 1,
          saved_at: LONG_AGO,
          language: 'en',
          submitted_at: LONG_AGO,
          content_hash: 'a'.repeat(64),
        },
      ]);
    }
    return reference;
  };

  const putBeforeBoth = async (applicationId: Id, home: string, host = 'pending'): Promise<Id> => {
    const decisionId = newId();
    await insertRows(owner, 'decisions', [
      {
        id: decisionId,
        subject_kind: 'application',
        subject_id: applicationId,
        subject_hash: decisionId,
        home_country: scene.homeCountry,
        host_country: scene.hostCountry,
        preparers: ['preparing_officer', ...CO_APPLYING].map((key) => scene.person(key)),
        about_persons: ['applicant', ...CO_APPLYING].map((key) => scene.person(key)),
        barred_institutions: [scene.homeInstitution, scene.hostInstitution],
        opened_at: LONG_AGO,
      },
    ]);
    const spoken = (state: string) => !['pending', 'in_review'].includes(state);
    const refused = (state: string) => ['returned', 'rejected'].includes(state);
    await insertRows(
      owner,
      'decision_sides',
      [
        { country: scene.homeCountry, side: 'home', state: home, by: 'outsider' },
        { country: scene.hostCountry, side: 'host', state: host, by: 'other_applicant' },
      ].map(({ by, ...side }) => ({
        ...side,
        decision_id: decisionId,
        state_since: LONG_AGO,
        due_at: SOON,
        decided_by: spoken(side.state) ? scene.person(by) : null,
        reason_code: refused(side.state) ? 'other' : null,
        reason_text: refused(side.state) ? 'test' : null,
        conditions: side.state === 'approved_with_conditions' ? ['test'] : [],
      })),
    );
    await insertRows(owner, 'decision_conditions', [
      {
        // By the id of its decision: its address names both.
        id: decisionId,
        decision_id: decisionId,
        country: scene.homeCountry,
        ordinal: 1,
        text: 'test',
        due_at: SOON,
        set_at: LONG_AGO,
        state: 'open',
        state_since: LONG_AGO,
      },
    ]);
    return decisionId;
  };

  const applicants = PERSONAS.filter(({ applies }) => applies);
  for (const state of APPLICATION_STATES) {
    for (const { key } of applicants) {
      found.set(`application ${state} ${key}`, await copyApplication(state, scene.person(key)));
    }
  }
  for (const { key } of applicants) {
    for (const step of ['home_endorsed', 'answered'] as const) {
      found.set(
        `application eligible ${key} ${step}`,
        await copyApplication('eligible', scene.person(key), step),
      );
    }
  }
  for (const state of REFERENCE_STATES) {
    for (const { key } of applicants) {
      const address = await copyApplication('submitted', scene.person(key), 'sent', state);
      found.set(`letter of reference ${state} ${key}`, { ...address, letterState: state });
    }
  }
  for (const state of CO_APPLICANT_STATES) {
    for (const { key } of applicants) {
      const address = await copyApplication('draft', scene.person(key), 'sent', 'received', state);
      found.set(`co-applicant ${state} ${key}`, address);
    }
  }
  for (const state of SIDE_STATES) {
    const subject = await copyApplication('eligible', scene.person('applicant'), 'sent');
    await owner.query(
      "update nominations set state = 'host_accepted', answered_by = $2 where application_id = $1",
      [subject.id, scene.person('outsider')],
    );
    found.set(`decision ${state}`, { ...subject, state, id: await putBeforeBoth(subject.id ?? '', state) });
  }
  const ruleId = newId();
  const gateRule = (id: Id, ended: boolean) => ({
    id,
    kind: 'export_control',
    country: scene.homeCountry,
    sides: ['home'],
    forward_days: 1,
    decide_days: 1,
    office: { sr: 'test', ru: 'test', en: 'test' },
    source: 'test',
    valid_from: '2001-01-01',
    valid_until: '2001-01-02',
    created_at: LONG_AGO,
    ended_at: ended ? LONG_AGO : null,
  });
  await insertRows(owner, 'gate_rules', [gateRule(ruleId, true)]);
  const listId = newId();
  await insertRows(owner, 'restricted_lists', [
    { id: listId, country: scene.homeCountry, name: 'test', issuer_country: 'XX', created_at: LONG_AGO },
  ]);
  await insertRows(owner, 'restricted_list_versions', [
    {
      id: listId,
      list_id: listId,
      country: scene.homeCountry,
      version: 'test',
      dated: '2001-01-01',
      source: 'test',
      entries: 0,
      added: 0,
      changed: 0,
      removed: 0,
      imported_at: LONG_AGO,
    },
  ]);
  for (const state of GATE_STATES) {
    const subject = await copyApplication('eligible', scene.person('applicant'), 'sent');
    const id = newId();
    const settled = state !== 'pending';
    await insertRows(owner, 'gates', [
      {
        id,
        subject_kind: 'application',
        subject_id: subject.id,
        rule_id: ruleId,
        kind: 'export_control',
        country: scene.homeCountry,
        side: 'home',
        state,
        state_since: LONG_AGO,
        opened_at: LONG_AGO,
        due_at: SOON,
        needed_until: '2030-01-01',
        expires_on: state === 'expired' ? '2001-01-01' : null,
        decided_by: settled ? scene.person('outsider') : null,
        decided_at: settled ? LONG_AGO : null,
        reason_code: settled ? 'other' : null,
        reason_text: settled ? 'test' : null,
        told_text: state === 'refused' ? 'test' : null,
        conditions: state === 'conditional' ? ['test'] : [],
        preparers: ['preparing_officer', ...CO_APPLYING].map((key) => scene.person(key)),
        about_persons: ['applicant', ...CO_APPLYING].map((key) => scene.person(key)),
        barred_institutions: [scene.homeInstitution, scene.hostInstitution],
      },
    ]);
    const hit = newId();
    await insertRows(owner, 'screening_hits', [
      {
        id: hit,
        gate_id: id,
        country: scene.homeCountry,
        party_kind: 'person',
        party_id: scene.person('applicant'),
        list_id: listId,
        version_id: listId,
        entry_key: 'test',
        entry_hash: 'test',
        entry: { list: 'test', version: 'test', names: ['test'], birthYears: [], note: null },
        own_name: 'test',
        listed_name: 'test',
        score: 1,
        birth_year: 'unknown',
        state: 'true_positive',
        state_since: LONG_AGO,
        found_at: LONG_AGO,
        decided_by: scene.person('outsider'),
        reason: 'test',
      },
    ]);
    found.set(`gate ${state}`, { ...subject, state, id, hit });
  }
  for (const state of GATE_RULE_STATES) {
    const id = newId();
    await insertRows(owner, 'gate_rules', [gateRule(id, state === 'ended')]);
    found.set(`rule of the gates ${state}`, { id, state });
  }
  for (const state of CALL_STATES) {
    const { callId, slug } = await copyCall(state);
    const { rows } = await owner.query<{ agreement: Id }>(
      'select agreement_id as agreement from calls where id = $1',
      [made.callId],
    );
    found.set(`call ${state}`, { id: callId, slug, agreementId: rows[0]?.agreement ?? '' });
  }
  for (const state of CALL_STATES) {
    const { callId, slug } = await copyCall(state);
    await owner.query("update calls set route = 'ranked', selection = $2 where id = $1", [
      callId,
      JSON.stringify(standardSelection()),
    ]);
    found.set(`selection ${state}`, { id: callId, slug });
    // Only what ranks has a second round.
    found.set(`call ${state} call.open_round`, { id: callId, slug });
  }
  found.set('call draft call.publish', { id: made.approvedCall, slug: 'matrix-approved' });
  for (const state of PLACE_OFFER_STATES) {
    const { callId } = await copyCall('draft');
    const id = newId();
    await insertRows(owner, 'call_directions', [
      { call_id: callId, home_country: scene.hostCountry, host_country: scene.homeCountry },
    ]);
    await insertRows(owner, 'call_offer_frames', [
      { call_id: callId, until: SOON, min_months: 1, max_months: 12, opened_at: LONG_AGO },
    ]);
    const decided = ['returned', 'accepted', 'declined'].includes(state);
    await insertRows(owner, 'place_offers', [
      {
        id,
        call_id: callId,
        institution_id: scene.homeInstitution,
        state,
        state_since: LONG_AGO,
        content: {
          fieldCode: '0613',
          level: 7,
          language: 'en',
          languageLevel: 'B2',
          months: 5,
          services: null,
          capacity: 1,
        },
        prepared_by: scene.person('outsider'),
        submitted_at: state === 'draft' ? null : LONG_AGO,
        decided_by: decided ? scene.person('outsider') : null,
        reason: state === 'returned' || state === 'declined' ? 'test' : null,
        created_at: LONG_AGO,
      },
    ]);
    found.set(`offer of places ${state}`, { id, callId, institution: scene.homeInstitution });
  }
  const { rows: drawn } = await owner.query<{ agreement: Id }>(
    'select agreement_id as agreement from calls where id = $1',
    [made.callId],
  );
  const writeAgreement = async (name: string, state: AgreementState, version: string = state) => {
    const id = newId();
    const reference = `MATRIX-${name.toUpperCase().replaceAll('_', '-')}`;
    const bound = state !== 'draft' && state !== 'proposed';
    const parties = [
      { country: scene.homeCountry, institutionId: scene.homeInstitution, name: WORDS },
      { country: scene.hostCountry, institutionId: scene.hostInstitution, name: WORDS },
    ];
    await copies.write('agreements', { id: drawn[0]?.agreement ?? '' }, () => ({
      id,
      kind: 'inter_institutional',
      reference,
      parties,
      state,
      ...(bound ? {} : { signed_on: null, in_force_from: null, in_force_until: null }),
    }));
    const direction = { homeCountry: scene.homeCountry, hostCountry: scene.hostCountry };
    await insertRows(owner, 'agreement_versions', [
      {
        id: newId(),
        agreement_id: id,
        number: 1,
        state: version,
        content: {
          kind: 'inter_institutional',
          reference,
          title: WORDS,
          parties,
          themes: [],
          text: { articles: [{ title: WORDS, body: WORDS }] },
          quotas: [{ ...direction, category: 'student', academicYear: '2027/28', persons: 1, months: 0 }],
          validFrom: '2027-01-01',
        },
        content_hash: 'test',
        created_at: LONG_AGO,
        ...(version === 'draft' ? {} : { proposed_at: LONG_AGO, ministries: true }),
        ...(version === 'returned'
          ? { closing: { country: null, institutionId: null, reason: 'test' }, closed_at: LONG_AGO }
          : {}),
        ...(bound ? { signed_on: '2026-01-01', in_force_from: '2026-01-01' } : {}),
        ...(state === 'expired' || state === 'terminated' ? { ended_on: '2026-06-01' } : {}),
      },
    ]);
    return {
      id,
      reference,
      institution: scene.homeInstitution,
      other: scene.hostInstitution,
      home: scene.homeCountry,
      host: scene.hostCountry,
    };
  };
  for (const state of AGREEMENT_STATES) {
    found.set(`agreement ${state}`, await writeAgreement(state, state));
  }
  // What came back is written anew as the next version.
  found.set('agreement draft agreement.revise', await writeAgreement('returned', 'draft', 'returned'));

  await writeRoles(owner, scene, made.issuer, found);
  await writeConflicts(owner, scene, made.applicationId, found);

  return {
    calls,
    addresses: {
      of(record, state, who, action) {
        const owner = who.applies ? who.key : 'applicant';
        const step = state === 'eligible' ? STEPS[action] : undefined;
        const address =
          found.get(`${record} ${state} ${action}`) ??
          found.get(`${record} ${state}`) ??
          found.get([record, state, owner, step].filter(Boolean).join(' '));
        return address ?? {};
      },
    },
  };
}

/** What the personas declared, of the kind that nobody declares while they ask; and what a coordinator did about somebody else. */
async function writeConflicts(
  owner: pg.Client,
  scene: Omit<Scene, 'calls'>,
  applicationId: Id,
  found: Map<string, Address>,
): Promise<void> {
  const declared = (personId: Id, aboutId: Id): Row & { readonly id: Id } => ({
    id: newId(),
    person_id: personId,
    about_id: aboutId,
    kind: 'supervision',
    application_id: applicationId,
    declared_at: LONG_AGO,
  });
  const applicant = scene.person('applicant');
  // A deputy is bound by what those declared for whom they act.
  const tied = PERSONAS.filter(({ key, tied }) => tied && !key.startsWith('deputy'));
  const coordinator = scene.person('home_coordinator');
  const others = declared(coordinator, scene.person('other_applicant'));
  await insertRows(owner, 'conflict_declarations', [
    ...tied.map(({ key }) => declared(scene.person(key), applicant)),
    others,
  ]);
  found.set('coordinator known', { ...found.get('coordinator known'), conflict: others.id });
  for (const { key } of PERSONAS.filter((who) => who.found)) {
    await owner.query(
      `insert into review_conflicts (id, reviewer_id, application_id, kind, source, evidence, binding, found_at)
       select gen_random_uuid(), $1, id, 'co_author', 'works', '10.1000/1', true, $2 from applications`,
      [scene.person(key), LONG_AGO],
    );
  }
}

/** Roles, what leads to them, systems, units, identity providers: one for each state, by the hands that the table names. */
async function writeRoles(
  owner: pg.Client,
  scene: Omit<Scene, 'calls'>,
  issuer: string,
  found: Map<string, Address>,
): Promise<void> {
  const [institution, country] = [scene.homeInstitution, scene.homeCountry];
  const administrator = scene.person('institution_administrator');
  const common = { institution, country, newcomer: scene.person('other_applicant') };
  const subjects = [
    {
      name: 'role of a coordinator',
      role: 'coordinator',
      bearer: scene.person('home_coordinator'),
      by: administrator,
      scope: { institution_id: institution },
    },
    {
      name: 'role of a ministry officer',
      role: 'ministry_officer',
      bearer: scene.person('home_officer'),
      by: scene.person('programme_administrator'),
      scope: { country },
    },
  ];
  for (const { name, role, bearer, by, scope } of subjects) {
    const inState: Readonly<Record<GrantState, Row>> = {
      // Of one side alone, so that it is not what they hold already.
      pending: { needs_confirmation: true, ...(role === 'coordinator' ? { side: 'home' } : {}) },
      upcoming: { valid_from: '2098-01-01T00:00:00Z' },
      in_force: {},
      ended: { revoked_at: '2001-01-01T00:00:00Z', revoked_by: by, revoke_reason: 'test' },
    };
    for (const state of GRANT_STATES) {
      const row = grantRow(bearer, role, { ...scope, granted_by: by, ...inState[state] });
      await insertRows(owner, 'role_grants', [row]);
      found.set(`${name} ${state}`, { ...common, id: String(row.id), state, role });
    }
  }
  const proposal = newId();
  await insertRows(owner, 'role_proposals', [
    {
      id: proposal,
      person_id: scene.person('home_coordinator'),
      role: 'coordinator',
      institution_id: institution,
      provider_key: 'rs',
      claim: 'staff@example.org',
      proposed_at: LONG_AGO,
    },
  ]);
  found.set('role of a coordinator pending', {
    ...found.get('role of a coordinator pending'),
    proposal,
  });

  for (const state of INVITATION_STATES) {
    const id = newId();
    await insertRows(owner, 'role_invitations', [
      {
        id,
        email: `${id}@example.org`,
        language: 'en',
        role: 'coordinator',
        institution_id: institution,
        reason: 'test',
        valid_from: LONG_AGO,
        invited_by: administrator,
        created_at: LONG_AGO,
        expires_at: state === 'expired' ? '2001-01-01T00:00:00Z' : SOON,
        accepted_at: state === 'accepted' ? LONG_AGO : null,
        accepted_by: state === 'accepted' ? scene.person('outsider') : null,
        withdrawn_at: state === 'withdrawn' ? LONG_AGO : null,
        withdrawn_by: state === 'withdrawn' ? administrator : null,
      },
    ]);
    found.set(`invitation ${state}`, { id, state });
  }

  const official = scene.person('home_coordinator');
  await insertRows(owner, 'passkeys', [
    {
      id: newId(),
      person_id: official,
      credential_id: 'matrix',
      public_key: '\\x00',
      counter: 0,
      transports: [],
      synced: false,
      label: 'test',
      created_at: LONG_AGO,
    },
  ]);
  found.set('coordinator known', { id: official });

  for (const state of ['in_force', 'revoked']) {
    const id = newId();
    await owner.query(
      `insert into integration_clients (id, institution_id, name, issuer, subject, scopes, reason, granted_by, created_at,
         revoked_at, revoked_by, revoke_reason)
       values ($1, $2, 'test', 'https://issuer.example.org', $3, '{applications:read}', 'test', $4, $5, $6, $7, $8)`,
      [
        id,
        institution,
        id,
        administrator,
        LONG_AGO,
        ...(state === 'revoked' ? [SOON, administrator, 'test'] : [null, null, null]),
      ],
    );
    found.set(`system ${state}`, { id, institution, issuer });
  }
  for (const state of UNIT_STATES) {
    const id = newId();
    await insertRows(owner, 'institution_units', [
      {
        id,
        institution_id: institution,
        name: { sr: state, ru: state, en: state },
        created_at: LONG_AGO,
        closed_at: state === 'closed' ? LONG_AGO : null,
      },
    ]);
    found.set(`unit ${state}`, { id });
  }
  for (const state of PROVIDER_STATES) {
    const [id, key] = [newId(), `matrix-${state.replace('_', '-')}`];
    const confirmed = state === 'proposed' ? null : scene.person('second_administrator');
    await insertRows(owner, 'identity_providers', [
      {
        id,
        key,
        country,
        entry: {
          key,
          country,
          issuer: `https://${key}.example.org`,
          clientId: 'most',
          institutions: ['bg.ac.rs'],
          buttonText: { sr: 'Пријава', ru: 'Вход', en: 'Sign in' },
        },
        reason: 'test',
        proposed_by: scene.person('programme_administrator'),
        proposed_at: LONG_AGO,
        confirmed_by: confirmed,
        confirmed_at: confirmed && LONG_AGO,
        ended_at: state === 'ended' ? LONG_AGO : null,
        ended_by: state === 'ended' ? confirmed : null,
      },
    ]);
    found.set(`identity provider ${state}`, { id, key, country });
  }
}

/** Copies of rows with some columns changed. */
class Copies {
  constructor(private readonly owner: pg.Client) {}

  async write(table: string, where: Row, change: (row: Row) => Row): Promise<void> {
    const conditions = Object.keys(where).map((column, index) => `${column}::text = $${index + 1}`);
    const { rows } = await this.owner.query<{ row: Row }>(
      // What the database derives from the rest it derives again.
      `select to_jsonb(t) - (select coalesce(array_agg(attname::text), '{}') from pg_attribute
         where attrelid = '${table}'::regclass and attgenerated <> '') as row
       from ${table} t where ${conditions.join(' and ')}`,
      Object.values(where),
    );
    await insertRows(
      this.owner,
      table,
      rows.map(({ row }) => ({ ...row, ...change(row) })),
    );
  }
}

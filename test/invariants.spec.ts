import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { APPLICATION_STATES } from '../src/applications/public.js';
import { INVARIANTS } from '../src/cli/invariants.js';
import { seed } from '../src/cli/seed/seed.js';
import { expectInvariants, violationsIn } from './database/expect-invariants.js';
import { programmeToSeed } from './factories/seeded-programme.js';
import type { ProgrammeToSeed } from './factories/seeded-programme.js';

const APPLICATIONS = 120;
const NOBODY = '00000000-0000-7000-8000-000000000000';

let programme: ProgrammeToSeed;
let owner: pg.Client;

beforeAll(async () => {
  programme = await programmeToSeed();
  ({ owner } = programme);
  await seed(programme.app, owner, {
    applications: APPLICATIONS,
    drafts: 3,
    seed: 7,
    progress: () => undefined,
  });
}, 120_000);

afterAll(() => programme.stop());

const event = (kind: string) =>
  `insert into outbox_events (at, type, subject_kind, subject_id, payload, request_id)
   values (now(), 'planted', '${kind}', '${NOBODY}', '{}', 'test')`;

/** The constraints would not let some faults in; a backup that was mended by hand would. */
const unchecked = (table: string) =>
  `do $$ declare name text; begin
     for name in select conname from pg_constraint where conrelid = '${table}'::regclass and contype = 'c' loop
       execute format('alter table ${table} drop constraint %I', name);
     end loop;
   end $$`;

/** An appeal against the only place on a list; the seeded world has none. */
const appeal = (state: string) =>
  `${list('provisional', 'provisional')}; ${unchecked('appeals')};
   insert into appeals (id, application_id, call_id, applicant_id, home_country, subject, list_id, result_at, taken_until,
     state, state_since, ground, created_at, lodged_at, admit_until, decide_until, panel_size, admitted_at)
   select gen_random_uuid(), a.id, a.call_id, a.applicant_id, a.home_country, 'list', e.list_id, now(),
     now() + interval '1 day', '${state}', now(), 'procedure', now(), now(), now(), now(), 3, now()
     from allocation_entries e join applications a on a.id = e.application_id`;

/** A stay that somebody planned; the seeded world has none. */
const stay = `${unchecked('mobilities')};
   insert into mobilities (id, application_id, call_id, participant_id, agreement_id, category, academic_year, home_country,
     host_country, home_institution_id, host_institution_id, freemover, state, state_since, planned_from, planned_until, months,
     funding, created_at)
   select gen_random_uuid(), a.id, a.call_id, a.applicant_id, c.agreement_id, c.category, c.academic_year, a.home_country,
     a.host_country, a.home_institution_id, a.host_institution_id, false, 'planned', now(), '2027-09-01', '2028-01-31', 5,
     '[]', now()
     from applications a join calls c on c.id = a.call_id where a.state = 'accepted' limit 1`;
const posting = (amount: number, unit = 'person', basis = 'planned', book = 'received') =>
  `with a as (insert into ledger_accounts (book, basis, home_country, host_country, agreement_id, academic_year, category)
       select '${book}', '${basis}', 'RS', 'RU', id, '2027/28', 'planted' from agreements limit 1 returning id),
     e as (insert into ledger_entries (act, basis, stay_id, occurred_on, recorded_at)
       select 'opening', '${basis}', (select id from mobilities limit 1), '2026-01-01', now() returning id)
   insert into ledger_postings (entry_id, line, account_id, unit, amount) select e.id, 1, a.id, '${unit}', ${amount} from a, e`;
const seat = (person: string) =>
  `insert into appeal_members (appeal_id, person_id, country, seated_at)
   select p.id, ${person}, p.home_country, now() from appeals p`;

/** A session of the commission that dealt with something on which two countries differ; the seeded world has no session. */
const meeting = `with someone as (select id from persons order by id limit 1),
     of as (select * from commission_items where state = 'tabled' order by id limit 1),
     met as (insert into commission_sessions (id, number, country_a, country_b, state, state_since, starts_at, minutes, time_zone,
         place, rules_version, chair_country, planned_by, planned_at, opened_at, closed_at)
       select gen_random_uuid(), 'JC-planted', of.country_a, of.country_b, 'closed', now(), now(), 60, 'UTC', 'x', 1,
         of.country_a, someone.id, now(), now(), now() from of, someone returning *),
     seat as (insert into commission_seats (session_id, person_id, country, part, invited_at)
       select met.id, someone.id, met.country_a, 'member', now() from met, someone)
   insert into commission_agenda (session_id, item_id, position, taken_up_at) select met.id, of.id, 1, now() from met, of;
   update commission_items i set state = 'decided' from commission_agenda a where a.item_id = i.id`;
const ballots = (ballot: string, quorum: number, tally = '[]') =>
  `insert into commission_votes (id, session_id, item_id, ballot, opened_by, opened_at, entitled, quorum, closed_at, tally, result)
   select gen_random_uuid(), a.session_id, a.item_id, '${ballot}', m.person_id, now(), '{}', ${quorum}, now(), '${tally}', 'none'
     from commission_agenda a join commission_seats m on m.session_id = a.session_id`;
const ballot = `insert into commission_ballots (vote_id, person_id, country, voted_at, choice, secret)
   select v.id, m.person_id, m.country, now(), 'yes', false from commission_votes v
     join commission_seats m on m.session_id = v.session_id`;
const protocol = (state: string, amends = 'null') =>
  `insert into commission_protocols (id, session_id, number, state, state_since, content_hash, drafted_by, drafted_at, signed_at,
     amends_id)
   select gen_random_uuid(), a.session_id, gen_random_uuid()::text, '${state}', now(), repeat('0', 64), m.person_id, now(),
     ${state === 'signed_both' ? 'now()' : 'null'}, ${amends}
     from commission_agenda a join commission_seats m on m.session_id = a.session_id`;
const decidedBy = (outcome: string) => `${unchecked('commission_decisions')};
   insert into commission_decisions (session_id, item_id, outcome, words, entered_by, decided_at)
   select a.session_id, a.item_id, '${outcome}', '{}', m.person_id, now() from commission_agenda a
     join commission_seats m on m.session_id = a.session_id`;

/** What a panel gave to somebody to assess; the seeded world has no panel. */
const assignment = (state: string) =>
  `with panel as (insert into review_panels (id, call_id, name, created_at)
       select gen_random_uuid(), call_id, '{}', now() from applications where submitted_at is not null order by id limit 1
       returning id, call_id)
   insert into review_assignments (id, panel_id, application_id, reviewer_id, state, state_since, assigned_at, due_at)
   select gen_random_uuid(), panel.id, a.id, p.id, '${state}', now(), now(), now()
     from panel, lateral (select * from applications a where a.call_id = panel.call_id order by id limit 1) a,
       lateral (select id from persons p where p.id <> a.applicant_id limit 1) p`;
const version = (number: number) =>
  `insert into reviews (assignment_id, version, content, points, recommendation, language, submitted_at, reason)
   select id, ${number}, '{}', 0, 'support', 'en', now(), ${number === 1 ? 'null' : "'planted'"} from review_assignments`;

/** What somebody who sits in that panel says of it. */
const said = (what: 'entry' | 'summary') =>
  `insert into review_members (panel_id, person_id, added_at) select panel_id, reviewer_id, now() from review_assignments;
   ${
     what === 'entry'
       ? `insert into review_discussion_entries (id, panel_id, application_id, author_id, text, language, written_at)
          select gen_random_uuid(), panel_id, application_id, reviewer_id, 'x', 'en', now() from review_assignments`
       : `insert into review_summaries (panel_id, application_id, version, author_id, text, language, submitted_at)
          select panel_id, application_id, 1, reviewer_id, 'x', 'en', now() from review_assignments`
   }`;

/** Somebody of that panel meets whoever applied, in a call that has no interviews. */
const interview = `with slot as (insert into interview_slots (id, panel_id, starts_at, minutes, place, created_by, created_at)
     select gen_random_uuid(), panel_id, now(), 30, 'x', reviewer_id, now() from review_assignments returning *)
   insert into interviews (id, panel_id, application_id, applicant_id, state, state_since, slot_id, period, invited_by, invited_at)
   select gen_random_uuid(), r.panel_id, r.application_id, a.applicant_id, 'booked', now(), slot.id,
     tstzrange(slot.starts_at, slot.starts_at + interval '30 minutes'), r.reviewer_id, now()
     from slot, review_assignments r join applications a on a.id = r.application_id`;

/** A letter of reference in a state, with a link that was never used; the seeded world has none. */
const reference = (state: string, purpose = 'letter_of_reference') =>
  `with link as (insert into signed_links (id, purpose, subject_kind, subject_id, created_at, expires_at)
       values (gen_random_uuid(), '${purpose}', 'reference', gen_random_uuid(), now(), now() + interval '1 day')
       returning id, subject_id)
   insert into reference_requests (id, application_id, state, state_since, name, email, email_key, relation, language,
     confidential, due_at, link_id, created_at)
   select subject_id, (select min(a.id::text)::uuid from applications a), '${state}', now(), 'x', 'x@y',
     link.id::text, 'other', 'en', true, now(), link.id, now() from link`;

/** Somebody who applies together with an applicant, in a state, with a link that was never used; the seeded world has none. */
const coApplicant = (state: string, { whose = 'other', of = 'submitted', purpose = 'co_applicant' } = {}) =>
  `with link as (insert into signed_links (id, purpose, subject_kind, subject_id, created_at, expires_at)
       values (gen_random_uuid(), '${purpose}', 'co_applicant', gen_random_uuid(), now(), now() + interval '1 day')
       returning id, subject_id),
     file as (select a.id, a.applicant_id from applications a where a.state = '${of}' order by a.id limit 1),
     who as (select p.id, p.country from persons p, file where ('${state}' in ('accepted', 'left'))
       and (p.id = file.applicant_id) = ${String(whose === 'applicant')} order by p.id limit 1)
   insert into co_applicants (id, application_id, state, state_since, name, email, email_key, part, language, link_id,
     link_until, created_at, person_id, country, native_family, native_given, latin_family, latin_given, accepted_at)
   select link.subject_id, file.id, '${state}', now(), 'x', 'x@y', link.id::text, 'x', 'en', link.id, now(), now(), who.id,
     who.country, who.id::text, who.id::text, who.id::text, who.id::text, case when who.id is not null then now() end
   from link cross join file left join who on true`;

/** A message in the name of the applicant, that no entry tells of. */
const message = (by: 'applicant' | 'office') =>
  `insert into thread_messages (id, application_id, office, institution_id, author_id, written_by, text, written_at)
   select gen_random_uuid(), id, 'home', home_institution_id, applicant_id, '${by}', 'x', now() from applications
   where number is not null limit 1`;

/** What was submitted comes from no institution; the seeded calls admit nobody like that. */
const ofFreemovers = `update applications set freemover = true, home_institution_id = null, home_unit_id = null
  where number is not null`;

/** A list of one, of the call of an application in this state; the seeded world has none. `content`: of the list, in SQL. */
const list = (
  state: string,
  kind: 'provisional' | 'final',
  result: 'selected' | 'not_selected' = 'selected',
  content = `'{"entries": []}'`,
) =>
  `with a as (select a.id, a.call_id, a.number, p.id as place, p.capacity from applications a
       join call_places p on p.call_id = a.call_id where a.state = '${state}' limit 1),
     seed as (insert into selection_seeds (call_id, seed, seed_hash, committed_at, revealed_at)
       select call_id, repeat('0', 64), encode(sha256(convert_to(repeat('0', 64), 'UTF8')), 'hex'), now(), now() from a on conflict do nothing),
     run as (insert into allocation_runs (id, call_id, number, purpose, trial, rule, seed, input, input_hash, standings,
         output, output_hash, ran_at)
       select gen_random_uuid(), call_id, 1, '${kind}', false, 'x', repeat('0', 64), '{}', 'x', '[]', '[]',
         repeat('0', 64), now() from a returning id, call_id),
     list as (insert into allocation_lists (id, call_id, kind, number, run_id, content, content_hash, made_at,
         published_at, objections_until)
       select gen_random_uuid(), a.call_id, '${kind}', 1, run.id, ${content}, repeat('0', 64), now(), now(),
         ${kind === 'final' ? 'null' : "now() + interval '1 day'"} from run, a returning id)
   insert into allocation_entries (list_id, application_id, result, place_id, explanation, waits)
   select list.id, a.id, '${result}', ${result === 'selected' ? 'a.place' : 'null'}, '[]', '[]' from list, a`;
/** An amendment of words and form that no call was given. */
const amendment = (changes: string) =>
  `insert into call_amendments (id, call_id, number, kind, changes, reason, made_at)
   select gen_random_uuid(), id, 1, 'text', '${changes}', '{}', now() from calls where state <> 'draft' limit 1`;

/** One application that is like another one, but not the other way round. */
const match = (settled: string, one: 'asc' | 'desc' = 'asc', other: 'asc' | 'desc' = 'desc') =>
  `insert into application_matches (application_id, other_id, kinds, found_at, settled)
   select (select id from applications order by id ${one} limit 1), (select id from applications order by id ${other} limit 1),
     '{mail}', now(), ${settled}`;

/** How each invariant can be broken. */
const FAULTS: Readonly<Record<string, string>> = {
  'audit.chain_is_whole': `update audit_entries set action = 'planted' where id = (select min(id) from audit_entries)`,
  'access.session_is_of_somebody': `insert into web_sessions values ('s', '{"signedIn":{"personId":"${NOBODY}"}}', now())`,
  'access.joined_account_is_empty': `update persons p set joined_at = now(),
    joined_into = (select id from persons o where o.id <> p.id order by id limit 1)`,
  'access.official_is_no_stranger_to_their_scope': `update role_grants set country = 'XX' where country is not null`,
  'access.deputy_stands_on_a_grant': `insert into role_grants (id, person_id, role, country, reason, granted_by, valid_from,
      valid_until, deputy_of, acting_for)
    select gen_random_uuid(), (select id from persons p where p.id <> g.person_id limit 1), 'commission_member', g.country,
      'planted', g.person_id, g.valid_from, '2999-01-01', g.id, g.person_id
    from role_grants g where g.role = 'ministry_officer' limit 1`,
  'access.roles_go_together': `insert into role_grants (id, person_id, role, reason, valid_from)
    select gen_random_uuid(), person_id, 'auditor', 'planted', valid_from from role_grants
    where role = 'ministry_officer' limit 1`,
  'access.confirmed_by_two': `${unchecked('role_grants')};
    update role_grants set needs_confirmation = true, confirmed_by = person_id, confirmed_at = now()
    where role = 'ministry_officer'`,
  'access.granted_within_authority': `update role_grants set granted_by = (select id from persons p
      where not exists (select from role_grants g where g.person_id = p.id) limit 1) where role = 'coordinator'`,
  'person.of_events_exists': event('person'),
  'role_invitation.of_events_exists': event('role_invitation'),
  'agreement.of_events_exists': event('agreement'),
  'call.of_events_exists': event('call'),
  'decision.of_events_exists': event('decision'),
  'application.of_events_exists': event('application'),
  'document.number_tells_its_origin': `update issued_documents set number = 'MOST-1999-RS-000001'
    where id = (select id from issued_documents limit 1)`,
  'promise.sums_are_the_clocks': `update promise_clocks set counted = true where id = (
      select id from promise_clocks where ended_at is not null limit 1)`,
  'promise.steps_are_the_sums': `insert into promise_sums values ('RS', 'approval', 1, true, 1)`,
  'promise.queues_are_the_open_clocks': `insert into promise_queue_changes
    select office, country, institution_id, step, home_country, host_country, due_at::date + 1, 1
    from promise_clocks where ended_at is null limit 1`,
  'promise.clock_runs_while_it_is_owed': `update promise_clocks set ended_at = due_at where id = (
      select id from promise_clocks where ended_at is null and step in ('screening', 'endorsement', 'host', 'approval') limit 1)`,
  'document.file_has_its_hash': `${unchecked('issued_documents')}; update issued_documents set storage_key = 'x'`,
  'document.hash_is_on_record': `update issued_documents set storage_key = 'x', sha256 = repeat('0', 64)
    where id = (select id from issued_documents limit 1)`,
  'document.signed_in_turn': `insert into document_signatures (document_id, position, country, signer_id, name, office, language,
      acted_at) select d.id, 2, 'RS', d.holder_id, 'x', 'x', 'sr-Cyrl', now() from issued_documents d limit 1`,
  'upload.one_current_version': `insert into uploads select gen_random_uuid(), subject_kind, subject_id, requirement, 9,
    owner_id, file_name, media_type, size_bytes, pages, sha256, storage_key, scan, uploaded_at, now() from uploads limit 1`,
  'decision.divergent_are_found': `insert into divergences select id from decisions on conflict do nothing`,
  'decision.has_two_sides': `delete from decision_sides where side = 'host'`,
  'decision.side_spoken_by_its_officer': `update role_grants set revoked_at = '2001-01-01' where role = 'ministry_officer'`,
  'decision.duties_are_separate': `update decision_sides s set decided_by = d.preparers[1] from decisions d
    where d.id = s.decision_id and s.decided_by is not null and d.subject_kind = 'application'`,
  'decision.by_nobody_in_conflict': `insert into conflict_declarations (id, person_id, about_id, kind, application_id,
      declared_at)
    select gen_random_uuid(), s.decided_by, d.about_persons[1], 'family', d.subject_id, '2001-01-01'
    from decisions d join decision_sides s on s.decision_id = d.id
    where d.subject_kind = 'application' and s.decided_by is not null limit 1`,
  'gate.of_events_exists': event('gate'),
  'gate_rule.of_events_exists': event('gate_rule'),
  'gate.one_of_a_kind': `drop index gates_one_of_a_kind; insert into gates select (jsonb_populate_record(g,
      jsonb_build_object('id', gen_random_uuid()))).* from gates g limit 1`,
  'gate.as_its_rule': `update gates set kind = 'ethics'`,
  'gate.settled_by_its_officer': `update role_grants set country = case country when 'RS' then 'RU' else 'RS' end
    where role = 'ministry_officer'`,
  'gate.duties_are_separate': `update gates set decided_by = preparers[1] where decided_by is not null`,
  'gate.by_nobody_in_conflict': `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
    select gen_random_uuid(), g.decided_by, g.about_persons[1], 'family', g.subject_id, '2001-01-01'
    from gates g where g.decided_by is not null limit 1`,
  'gate.offer_after_every_gate': `${unchecked('applications')};
    update applications set state = 'offered' where state = 'awaiting_clearance'`,
  'gate.place_is_held_for_a_reason': `delete from gates where state = 'pending'`,
  'gate.word_is_on_record': `delete from audit_entries where action = 'gate.refuse'`,
  'application.judges_are_kept_apart': `update decisions set about_persons = '{}' where subject_kind = 'application'`,
  'decision.closed_with_its_outcome': `update decisions set closed_at = null`,
  'decision.word_is_on_record': `delete from audit_entries where action = 'decision.approved'`,
  'decision.by_nobody_recused': `update decision_sides set recused = array[decided_by] where decided_by is not null`,
  'decision.by_the_one_who_was_named': `update decision_sides s set delegate_id = (select o.decided_by from decision_sides o
      where o.decision_id = s.decision_id and o.country <> s.country) where s.decided_by is not null`,
  'decision.lateness_is_on_record': `update decision_sides set overdue_at = due_at + interval '1 hour' where state = 'pending'`,
  'decision.silence_is_before_the_commission': `update decision_sides set overdue_at = due_at + interval '1 hour',
    tabled_at = due_at + interval '2 hours' where state = 'pending'`,
  'condition.is_of_its_verdict': `update decision_conditions set text = 'planted' where ordinal = 1`,
  'condition.settled_by_its_side': `update decision_conditions c set settled_by = (select s.decided_by from decision_sides s
      where s.decision_id = c.decision_id and s.country <> c.country) where settled_by is not null`,
  'condition.word_is_on_record': `delete from audit_entries where action = 'decision.condition_met'`,
  'application.conditions_decide': `update decision_conditions set state = 'open', settled_at = null, settled_by = null
    where state = 'met'`,
  'agreement.in_force_was_agreed': `update agreements set text_hash = 'planted'`,
  'agreement.one_version_in_force': `drop index agreement_versions_one_in_force;
    insert into agreement_versions (id, agreement_id, number, state, content, content_hash, ministries, created_at, proposed_at,
      signed_on, in_force_from)
    select gen_random_uuid(), agreement_id, number + 1, state, content, content_hash, ministries, created_at, proposed_at,
      signed_on, in_force_from from agreement_versions where state = 'in_force'`,
  'agreement.annexes_are_there': `update agreement_versions set content = content || '{"annexes": [{"key": "planted", "sha256": "0"}]}'
    where state = 'in_force'`,
  'agreement.quota_never_overdrawn': `${unchecked('agreement_quotas')};
    update agreement_quotas set persons = committed - 1 where committed > 0`,
  'quota.committed_days_are_what_calls_promise': `update agreement_quotas set committed_days = committed_days - 1
    where committed_days > 0`,
  'call.drawn_while_its_agreement_bound': `update agreement_versions set state = 'expired', ended_on = '2001-01-01'
      where state = 'in_force';
    update agreements set state = 'expired'`,
  'call.published_was_agreed': `update calls set published_hash = 'planted'`,
  'call.closes_as_it_was_moved': `insert into call_amendments (id, call_id, number, kind, changes, reason, made_at)
    select gen_random_uuid(), id, 1, 'deadline', '{"from": "2001-01-01", "to": "2001-01-02"}', '{}', now()
    from calls where state <> 'draft' limit 1`,
  'call.was_amended_as_agreed': amendment('{"hash": "planted", "words": {}}'),
  'call.says_what_it_was_amended_to': amendment(
    '{"hash": "planted", "words": {"title": {"from": {"en": "a"}, "to": {"en": "planted"}}}}',
  ),
  'call.asks_what_it_was_amended_to': amendment(
    '{"hash": "planted", "words": {}, "form": {"from": 1, "to": 77}}',
  ),
  'call.place_is_where_it_leads': `update call_places p set institution_id = (select i.id from institutions i
    join call_directions d on d.call_id = p.call_id and d.home_country = i.country limit 1)`,
  'round.seats_are_handed_over': `update calls set round = jsonb_build_object('of', (select c.id from calls c
      where c.id <> calls.id limit 1), 'newApplicants', false)
    where id = (select id from calls where state <> 'draft' limit 1)`,
  'quota.committed_is_what_calls_promise': `update agreement_quotas set committed = committed - 1 where committed > 0`,
  'place.taken_is_who_holds_it': `update call_places set taken = taken + 1 where taken < capacity`,
  'place.reserved_is_who_holds_it': `update applications set place_reserve = 'planted'
    where id = (select id from applications where state = 'offered' limit 1)`,
  'application.number_tells_its_origin': `update applications set number = 'ZZ-2000-000001'
    where id = (select id from applications where number is not null limit 1)`,
  'application.counts_are_the_applications': `alter table applications disable trigger counted_anew;
    update applications set state = 'screening' where id = (select id from applications where state = 'submitted' limit 1)`,
  'application.came_by_a_code_of_its_call': `with code as (insert into call_access_codes (id, call_id, code_hash, max_uses,
      valid_until, reason, made_at)
      select gen_random_uuid(), call_id, repeat('0', 64), 1, now(), 'planted', now() from applications limit 1 returning id)
    update applications set access_code_id = code.id, access_until = now() from code`,
  'application.submissions_are_kept': `delete from application_submissions`,
  'submission.content_has_its_hash': `update application_submissions set content = content || '{"call":"another"}'
    where id = (select id from application_submissions limit 1)`,
  'application.state_is_on_record': `update applications set state = 'screening' where state = 'submitted'`,
  'duplicate.match_is_mutual': match('false'),
  'duplicate.settled_by_the_latest_word': `${match('true')}; ${match('true', 'desc', 'asc')}`,
  'duplicate.word_is_on_record': `insert into duplicate_verdicts (id, first_id, second_id, verdict, kinds, reason,
      first_application_id, second_application_id, settled_by, settled_at)
    select gen_random_uuid(), p.id, q.id, 'not_the_same', '{mail}', 'x', a.id, a.id, r.id, now()
    from persons p join persons q on q.id > p.id join persons r on r.id not in (p.id, q.id) cross join applications a limit 1`,
  'application.carried_over_as_it_was': `update applications set carried_from = (select max(id::text)::uuid from applications)
    where id = (select min(id::text)::uuid from applications)`,
  'application.returned_has_its_deadline': `${unchecked('applications')};
    update applications set due_at = null where state = 'returned'`,
  'application.place_was_chosen': `delete from application_choices`,
  'freemover.where_the_call_admits_them': ofFreemovers,
  'freemover.within_the_limit_of_the_call': `update calls set freemovers = '{"maximum": 0}'; ${ofFreemovers}`,
  'freemover.preparers_do_not_decide': `${ofFreemovers}; update nominations set home_institution_id = null`,
  'nomination.is_of_its_application': `update nominations set person_id = proposed_by`,
  'nomination.duties_are_separate': `update nominations set answered_by = proposed_by where answered_by is not null`,
  'nomination.accepted_is_before_both': `update decisions set subject_hash = id::text where subject_kind = 'application'`,
  'application.one_side_is_no_approval': `update decision_sides set state = 'pending', decided_by = null,
    conditions = '{}' where side = 'host'`,
  'decision.countries_are_the_applications': `update decisions set home_country = host_country, host_country = home_country
    where subject_kind = 'application'`,
  'application.transfer_is_registered': `delete from transfers`,
  'nomination.sent_is_visible_to_its_host': `update applications set transferred_at = null
    where state = 'eligible' and transferred_at is not null`,
  'transfer.end_is_one': `insert into transfer_ends (id, person_id, subject_kind, subject_id, label, to_country,
      recipient_institution_id, cause, seen_from, at, kept, kept_until)
    select gen_random_uuid(), applicant_id, 'application', id, number, host_country, host_institution_id, 'withdrawn',
      transferred_at, now(), '{}', now() from applications where transferred_at is not null limit 1`,
  'erasure.leaves_no_name': `update persons set erased_at = now() where id = (select applicant_id from applications limit 1)`,
  'erasure.leaves_no_words': `update persons set erased_at = now() where id = (
      select applicant_id from applications where number is not null limit 1)`,
  'erasure.is_reported': `insert into erasures (id, person_id, owner_country, state, asked_at)
    select gen_random_uuid(), id, country, 'running', now() from persons limit 1`,
  'gate.evidence_has_its_file': `update uploads set subject_kind = 'gate' where id = (select id from uploads limit 1)`,
  'erasure.answered_by_two': `insert into erasures (id, person_id, owner_country, state, asked_by, asked_at, proposal, proposed_by,
      proposed_at, decided_by, decided_at, due_at, withdraw_until)
    select gen_random_uuid(), p[1], 'RS', 'granted', p[1], now(), 'granted', p[2], now(), p[3], now(), now(), now()
    from (select array_agg(id) as p from (select id from persons where erased_at is null and not exists (
      select from role_grants g where g.person_id = persons.id and g.role = 'ministry_officer') limit 3) few) three`,
  'erasure.not_before_its_time': `insert into erasures (id, person_id, owner_country, state, asked_at, decided_by, ended_at, report,
      withdraw_until)
    select gen_random_uuid(), p[1], 'RS', 'done', now(), p[2], now(), '{}', now() + interval '1 day'
    from (select array_agg(id) as p from (select id from persons limit 2) few) two`,
  'erasure.receipt_keeps_no_address': `with erased as (insert into erasures (id, person_id, owner_country, state, asked_at, ended_at, report)
      select gen_random_uuid(), id, country, 'done', now(), now(), '{}' from persons limit 1 returning id)
    insert into mail_messages (id, event_id, erasure_id, address, language, template, data, message_id, state, queued_at, sent_at)
    select gen_random_uuid(), (select max(id) from outbox_events), id, 'ana@example.org', 'en', 'erasure_receipt', '{}',
      gen_random_uuid()::text, 'sent', now(), now() from erased`,
  'correction.answered_by_its_keeper': `insert into corrections (id, person_id, owner_country, field, wanted, because, state, asked_at,
      due_at, answered_by, answer, ended_at)
    select gen_random_uuid(), p[1], 'RS', 'record', 'x', 'x', 'done', now(), now(), p[2], 'x', now()
    from (select array_agg(id) as p from (select id from persons where not exists (
      select from role_grants g where g.person_id = persons.id) limit 2) few) two`,
  'transfer.has_consent': `update consents set withdrawn_at = given_at where purpose = 'cross_border_transfer'`,
  'nomination.order_is_whole': `with candidate as (select id, call_id, home_institution_id, applicant_id from applications
      where number is not null and home_institution_id is not null limit 1),
    ordered as (insert into nomination_orders select call_id, home_institution_id, 1, applicant_id, now() from candidate)
    insert into nomination_candidates (application_id, call_id, institution_id, list, position)
    select id, call_id, home_institution_id, 'nominees', 2 from candidate`,
  'nomination.substitute_follows_its_former': `update nominations set substitutes_id = (select f.id from nominations f
      where f.state = 'sent' limit 1) where id = (select n.id from nominations n where n.state = 'host_accepted' limit 1)`,
  'thread.author_is_of_their_side': message('office'),
  'thread.message_is_on_record': message('applicant'),
  'reserve.number_is_given_once': `update applications set reserve_number = 1,
    place_id = (select place_id from applications where result = 'reserve' limit 1) where result = 'reserve'`,
  'co_applicant.carried_on_application': `${coApplicant('accepted')}; update applications set co_authors = '{}'`,
  'co_applicant.not_the_applicant': coApplicant('accepted', { whose: 'applicant' }),
  'co_applicant.submitted_as_confirmed': `update application_submissions set
    content = content || '{"coApplicants": [{"id": "${NOBODY}", "confirmedAt": ""}]}'`,
  'co_applicant.none_is_awaited_after_submission': coApplicant('invited'),
  'co_applicant.link_is_its_own': coApplicant('invited', { of: 'draft', purpose: 'role_invitation' }),
  'co_applicant.settled_link_opens_nothing': coApplicant('declined'),
  'reference.received_has_its_letter': reference('received'),
  'reference.link_is_its_own': reference('invited', 'role_invitation'),
  'reference.settled_link_opens_nothing': reference('declined'),
  'reference.replaced_within_application': `${reference('invited')}; ${reference('invited')};
    update reference_requests set application_id = (select max(id::text)::uuid from applications)
      where id = (select max(id::text)::uuid from reference_requests);
    update reference_requests set state = 'replaced', replaced_by = (select max(id::text)::uuid from reference_requests)
      where id = (select min(id::text)::uuid from reference_requests)`,
  'review.submitted_has_its_words': assignment('submitted'),
  'review.versions_without_gap': `${assignment('submitted')}; ${version(1)}; ${version(3)}`,
  'review.of_panels_call': `${assignment('assigned')};
    update review_panels set call_id = (select id from calls c where c.id <> review_panels.call_id limit 1)`,
  'review.not_own': `${assignment('assigned')};
    update review_assignments r set reviewer_id = (select applicant_id from applications a where a.id = r.application_id)`,
  'review.not_bound': `${assignment('assigned')};
    insert into review_conflicts (id, reviewer_id, application_id, kind, source, evidence, binding, found_at)
      select gen_random_uuid(), reviewer_id, application_id, 'co_author', 'works', '10.1000/1', true, now() from review_assignments`,
  'review.bid_of_panels_call': `${assignment('assigned')};
    insert into review_bids (panel_id, application_id, reviewer_id, bid, said_at)
      select panel_id, application_id, reviewer_id, 'can', now() from review_assignments;
    update review_assignments set state = 'withdrawn';
    update review_panels set call_id = (select id from calls c where c.id <> review_panels.call_id limit 1)`,
  'review.replaced_within_application': `${assignment('assigned')};
    insert into review_assignments select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'state', 'replaced',
        'replaced_by', r.id, 'application_id', (select max(id::text) from applications a where a.id <> r.application_id)))).*
      from review_assignments r join review_panels p on p.id = r.panel_id`,
  'review.others_after_appeal': `${assignment('set_aside')};
    insert into review_assignments select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
        'state', 'assigned'))).* from review_assignments r`,
  'commission.settled_by_signed_protocol': `${meeting}; ${protocol('draft')};
    update decisions d set settled_as = 'agreed_yes', settled_at = now(), protocol_id = p.id
      from commission_protocols p, commission_agenda a join commission_items i on i.id = a.item_id where d.id = i.decision_id`,
  'commission.signed_takes_effect': `${meeting}; ${protocol('signed_both')}; ${decidedBy('agreed_yes')}`,
  'commission.vote_had_quorum': `${meeting}; ${ballots('open', 1)}`,
  'commission.voters_were_there_and_free': `${meeting}; ${ballots('open', 1)}; ${ballot}`,
  'commission.secret_stays_secret': `${meeting}; ${ballots('secret', 1, '[{}]')}; ${ballot}`,
  'commission.tally_is_of_its_votes': `${meeting}; ${ballots('open', 1, '[{"yes": 5, "no": 0, "abstain": 0}]')}`,
  'commission.broken_off_counts_nowhere': `${meeting}; ${ballots('open', 1)};
    update commission_votes set broken_off = 'quorum_lost', tally = null, result = null; ${decidedBy('agreed_yes')};
    update commission_decisions d set vote_id = v.id from commission_votes v where v.session_id = d.session_id`,
  'commission.one_protocol_of_a_session': `${meeting}; drop index commission_protocols_once; ${protocol('draft')};
    ${protocol('draft')}`,
  'commission.agreed_and_signed_as_it_stands': `${meeting}; ${protocol('draft')};
    insert into commission_protocol_acts (protocol_id, country, act, person_id, content_hash, at)
      select p.id, m.country, 'agree', m.person_id, repeat('1', 64), now() from commission_protocols p
        join commission_seats m on m.session_id = p.session_id`,
  'commission.protocol_is_what_was_signed': `${meeting}; ${protocol('draft')}`,
  'commission.nothing_moot_waits': `update decisions set withdrawn_at = now()
    where id in (select decision_id from commission_items where state = 'tabled')`,
  'commission.divergence_is_tabled': `delete from commission_items`,
  'commission_session.of_events_exists': event('commission_session'),
  'commission_item.of_events_exists': event('commission_item'),
  'commission_protocol.of_events_exists': event('commission_protocol'),
  'appeal.members_had_no_part': `${appeal('panel')}; ${seat('p.applicant_id')}`,
  'appeal.members_declared_before_they_voted': `${appeal('panel')};
    ${seat('(select id from persons o where o.id <> p.applicant_id limit 1)')};
    insert into appeal_votes (appeal_id, person_id, vote, reasons, language, given_at)
      select appeal_id, person_id, 'reject', 'planted', 'en', now() from appeal_members`,
  'appeal.decided_by_its_panel': `${appeal('rejected')}; update appeals set votes_for = 0, votes_against = 3, decided_at = now()`,
  'appeal.upheld_reopened': `${appeal('upheld')}; update appeals set stage = 'ranking'`,
  'appeal.one_open_per_result': `${appeal('panel')}; drop index appeals_one_open; drop index appeals_once_on_list;
    insert into appeals select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).* from appeals p`,
  'appeal.final_list_waited': `${appeal('panel')}; ${unchecked('allocation_lists')};
    update allocation_lists set kind = 'final', published_at = now() + interval '1 hour'`,
  'appeal.of_its_application': `${appeal('lodged')};
    update appeals set call_id = (select id from calls c where c.id <> appeals.call_id limit 1)`,
  'appeal.lodged_in_time': `${appeal('lodged')}; update appeals set lodged_at = taken_until + interval '1 hour'`,
  'ledger.entry_balances': posting(1),
  'ledger.days_are_the_postings': `${posting(1)};
    insert into ledger_days select account_id, unit, '2026-01-01', current_date, amount + 1 from ledger_postings`,
  'ledger.totals_are_the_days': `insert into ledger_totals values
    ('month', '2026-01-01', 'RS', 'RU', '2027/28', 'received', 'planned', 'person', 1)`,
  'ledger.reversal_is_exact': `${posting(1)}; insert into ledger_entries (act, basis, stay_id, occurred_on, recorded_at, reverses,
      reason) select act, basis, stay_id, occurred_on - 1, recorded_at, id, 'mistyped' from ledger_entries`,
  'mobility.plan_is_booked': stay,
  'mobility.happened_as_certified': `${stay}; ${posting(1, 'person', 'happened')}`,
  'mobility.days_are_certified': `${stay}; update mobilities set arrived_on = current_date, state = 'ongoing'`,
  'mobility.payments_are_booked': `${stay}; insert into mobility_payments (id, mobility_id, kind, purpose, payer, minor,
      currency, paid_on, evidence, entry_id, recorded_at)
    select gen_random_uuid(), id, 'claim', 'travel', 'programme', 100, 'RSD', current_date, 'planted', 0, now()
      from mobilities`,
  'mobility.of_its_application': `${stay}; update mobilities set home_country = 'XX'`,
  'mobility.sight_follows_its_file': `${stay}; update mobilities set state = 'cancelled',
    application_id = (select id from applications where transferred_at is null limit 1)`,
  'discussion.of_panels_call': `${assignment('submitted')}; ${said('entry')};
    update review_panels set call_id = (select id from calls c where c.id <> review_panels.call_id limit 1)`,
  'discussion.of_members': `${assignment('submitted')}; ${said('entry')}; delete from review_members`,
  'summary.versions_without_gap': `${assignment('submitted')}; ${said('summary')};
    insert into review_summaries select panel_id, application_id, 3, author_id, text, language, now(), 'planted'
      from review_summaries`,
  'summary.tells_by_the_rule': `${assignment('submitted')}; ${said('summary')};
    insert into review_feedback select panel_id, application_id, version, text, language from review_summaries`,
  'interview.where_the_call_has_them': `${assignment('assigned')}; ${interview}`,
  'interview.at_its_time': `${assignment('assigned')}; ${interview};
    update interview_slots set starts_at = starts_at + interval '1 hour'`,
  'interview.none_to_come_of_closed': `${assignment('withdrawn')}; ${interview};
    update review_panels set phase = 'closed'`,
  'panel.closed_awaits_nothing': `${assignment('assigned')}; update review_panels set phase = 'closed'`,
  'panel.side_is_of_call': `${assignment('assigned')}; update review_panels set country = 'XX'`,
  'application.anonymous_as_its_call': `update applications set anonymous_reading = true
    where id = (select min(id::text)::uuid from applications)`,
  'letter.one_for_each_award': `delete from issued_documents`,
  'document.accepted_was_given_for_it': `insert into application_documents (application_id, requirement, state,
      state_since, upload_id, decided_by)
    select a.id, 'planted', 'accepted', now(), u.id, u.owner_id from applications a
      join uploads u on u.subject_kind = 'application' and u.subject_id = a.id limit 1`,
  'supplement.is_what_was_given': `insert into application_supplements (id, application_id, requirement, upload_id, sha256,
      given_by, given_at)
    select gen_random_uuid(), a.id, u.requirement, u.id, repeat('0', 64), a.applicant_id, now() from applications a
      join uploads u on u.subject_kind = 'application' and u.subject_id = a.id where a.submitted_at is not null limit 1`,
  'supplement.crossed_on_record': `insert into application_supplements (id, application_id, requirement, upload_id, sha256,
      given_by, given_at, accepted_at, accepted_by)
    select gen_random_uuid(), a.id, u.requirement, u.id, u.sha256, a.applicant_id, now(), now() + interval '1 hour',
      (select id from persons p where p.id <> a.applicant_id limit 1) from applications a
      join uploads u on u.subject_kind = 'application' and u.subject_id = a.id where a.transferred_at is not null limit 1`,
  'list.is_its_run': list('provisional', 'provisional'),
  'list.of_its_call': `${list('provisional', 'provisional')}; update allocation_runs set seed = 'planted'`,
  'list.within_capacity': list(
    'provisional',
    'provisional',
    'selected',
    `(select jsonb_build_object('entries', jsonb_agg(jsonb_build_object('number', 'x' || n, 'result', 'selected',
       'placeId', place))) from a, generate_series(0, a.capacity) n)`,
  ),
  'list.entries_are_its_own': list('provisional', 'provisional'),
  'list.provisional_is_what_is_told': `${list('provisional', 'provisional')};
    update applications set result = 'not_selected', reserve_number = null where state = 'provisional'`,
  'list.holders_are_on_it': list('offered', 'final', 'not_selected'),
  'list.final_was_agreed': list('provisional', 'final'),
  'nomination.silence_is_no_where_the_call_says_so': `update nominations set state = 'rejected', answered_by = null,
    reason_code = 'silence' where state = 'rejected'`,
  'nomination.one_alive': `update applications set state = 'ineligible', closing_reason = 'planted'
    where state = 'eligible' and transferred_at is not null`,
};

describe('the invariants', () => {
  it('hold in a seeded world that has applications in every state', async () => {
    const { rows } = await owner.query<{ state: string }>('select distinct state from applications');
    expect(rows.map(({ state }) => state).sort()).toEqual([...APPLICATION_STATES].sort());
    await expectInvariants(owner);
  });

  it('are each broken by a fault of this list', () => {
    expect(Object.keys(FAULTS).sort()).toEqual(INVARIANTS.map(({ name }) => name).sort());
  });

  it.each(Object.entries(FAULTS))('finds a fault against %s', async (name, fault) => {
    await owner.query('begin');
    try {
      await owner.query("set local session_replication_role = 'replica'");
      await owner.query(fault);
      const found = (await violationsIn(owner)).map(({ invariant }) => invariant);
      expect(found).toContain(name);
    } finally {
      await owner.query('rollback');
    }
  });
});

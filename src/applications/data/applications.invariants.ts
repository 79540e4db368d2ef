import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant, Select } from '../../platform/database/invariant.js';
import { contentHash } from '../../shared/content-hash.js';
import type { Id } from '../../shared/ids.js';
import { HOLDS_PLACE } from '../domain/application.states.js';
import { SIGHT_ENDS } from '../domain/sight-ends.js';
import type { SubmittedContent } from '../domain/submitted-content.js';

const BATCH = 500;
const HOLDING = HOLDS_PLACE.map((state) => `'${state}'`).join(', ');
const ALIVE = `n.state not in ('rejected', 'returned', 'cancelled')`;

/** An account that its person joined to another one: what it did stays as it was. */
const JOINED = (person: string) =>
  `exists (select from persons joined where joined.id = ${person} and joined.joined_into is not null)`;

/** What the pair decides on, as `contentHash({ content, nomination, place })` writes it. */
const NOMINATED_HASH = `encode(sha256(convert_to('{"content":"' || s.content_hash || '","nomination":"' || n.id
  || '","place":"' || n.place_id || '"}', 'UTF8')), 'hex')`;

/** States whose end may have taken the file from the other side. */
const SIGHT_ENDED = Object.keys(SIGHT_ENDS)
  .map((state) => `'${state}'`)
  .join(', ');

export const applicationsInvariants: readonly Invariant[] = [
  invariant(
    'application.came_by_a_code_of_its_call',
    'Who came by a code of access came by one of the call that they apply to, and it counted them.',
    `select c.id, c.uses, count(*) as came from applications a join call_access_codes c on c.id = a.access_code_id
     group by c.id having count(*) > c.uses or count(*) filter (where a.call_id <> c.call_id) > 0`,
  ),
  invariant(
    'application.counts_are_the_applications',
    'The sums by state and side, with what has changed since they were gathered, are the applications that have a number.',
    ['institutions', 'countries']
      .map((grain) => {
        const own = (column: string) => (grain === 'countries' ? 'null::uuid' : column);
        const key = `state, home_country, ${own('home_institution_id')} as home, ${own('home_unit_id')} as home_unit,
          host_country, ${own('host_institution_id')} as host, ${own('host_unit_id')} as host_unit`;
        return `select state as id, '${grain}' as grain, home_country, home, home_unit, host_country, host, host_unit, transferred,
            sum(count) as missing from (
            select ${key}, transferred_at is not null as transferred, 1 as count from applications where number is not null
            union all select ${key}, transferred, -count from application_counts where grain = '${grain}'
            union all select ${key}, transferred, -count from application_count_changes) each
          group by state, home_country, home, home_unit, host_country, host, host_unit, transferred having sum(count) <> 0`;
      })
      .join(' union all '),
  ),
  invariant(
    'place.taken_is_who_holds_it',
    'The counter of a place is the number of applications that hold it, and of seats that its next round has.',
    `select p.id, p.taken, count(a.id)::integer as holding from call_places p
     left join applications a on a.place_id = p.id and a.state in (${HOLDING})
     group by p.id having p.taken <> count(a.id) + (select coalesce(sum(h.seats), 0) from place_handovers h
       where h.from_place_id = p.id and h.returned_at is null)`,
  ),
  invariant(
    'place.reserved_is_who_holds_it',
    'Of each reserve of a place so many are taken as there are applications that hold one of it, and seats of it that its next round has.',
    `select p.id, p.reserve_taken, coalesce(h.holding, '{}') as holding from call_places p
     left join (select place_id, jsonb_object_agg(reserve, held) as holding from (
         select place_id, reserve, sum(held)::integer as held from (
           select place_id, place_reserve as reserve, count(*) as held from applications
           where place_reserve is not null and state in (${HOLDING}) group by place_id, place_reserve
           union all
           select from_place_id, reserve, sum(seats) from place_handovers
           where reserve is not null and returned_at is null group by from_place_id, reserve) seat
         group by place_id, reserve) each
       group by place_id) h on h.place_id = p.id
     where coalesce(h.holding, '{}') <> (select coalesce(jsonb_object_agg(key, value::integer), '{}')
       from jsonb_each_text(p.reserve_taken) where value::integer > 0)`,
  ),
  invariant(
    'application.number_tells_its_origin',
    'The number of an application names its home country and the year of its first submission in the call’s own zone.',
    `select a.id, a.number from applications a join calls c on c.id = a.call_id
     where a.number is not null and a.number !~ ('^' || a.home_country || '-'
       || extract(year from a.submitted_at at time zone c.time_zone) || '-[0-9]{6,}$')`,
  ),
  invariant(
    'application.submissions_are_kept',
    'A numbered application has every submission that it counts, from the first on, and no other has any.',
    `select a.id, a.submissions, count(s.id)::integer as kept from applications a
     left join application_submissions s on s.application_id = a.id
     group by a.id having a.submissions <> count(s.id) or coalesce(max(s.ordinal), 0) <> count(s.id)
       or (a.number is not null) <> (count(s.id) > 0) or a.submitted_at is distinct from min(s.at)`,
  ),
  {
    name: 'submission.content_has_its_hash',
    meaning:
      'What was submitted still has the hash that it was given when it was frozen, unless its person was erased.',
    offences: changedSubmissions,
  },
  invariant(
    'application.state_is_on_record',
    'The newest move of an application in the audit record leads to the state that it is in.',
    `with newest as materialized (
       select max(id) as id from audit_entries
       where subject_kind = 'application' and action like 'application.%' and data ? 'to' group by subject_id)
     select a.id, a.state, e.data->>'to' as recorded from applications a
     left join (newest join audit_entries e using (id)) on e.subject_id = a.id::text
     where a.state <> coalesce(e.data->>'to', 'draft')`,
  ),
  invariant(
    'application.judges_are_kept_apart',
    'An application keeps its judges apart as its call does, and a decision on it knows whom it is about.',
    `select a.id, d.id as decision from applications a join calls c on c.id = a.call_id
     left join decisions d on d.subject_kind = 'application' and d.subject_id = a.id
     where a.independent_assessment <> c.independent_assessment
       or not coalesce(d.about_persons @> array[a.applicant_id], true)`,
  ),
  invariant(
    'application.anonymous_as_its_call',
    'An application is read without names exactly where its call says so.',
    `select a.id from applications a join calls c on c.id = a.call_id
     where a.anonymous_reading <> coalesce(jsonb_array_length(c.selection -> 'review' -> 'anonymous') > 0, false)`,
  ),
  invariant(
    'duplicate.match_is_mutual',
    'What is like another application is found from either side, is of two persons, and is settled for both or for none.',
    `select m.application_id, m.other_id from application_matches m
     join applications a on a.id = m.application_id join applications o on o.id = m.other_id
     left join application_matches r on r.application_id = m.other_id and r.other_id = m.application_id
     where r.application_id is null or r.kinds <> m.kinds or r.settled <> m.settled or a.applicant_id = o.applicant_id`,
  ),
  invariant(
    'duplicate.settled_by_the_latest_word',
    'It is settled whether two applications are one person’s where the latest word on the two knew all that makes them alike.',
    `select m.application_id, m.other_id from application_matches m
     join applications a on a.id = m.application_id join applications o on o.id = m.other_id
     left join lateral (select v.kinds from duplicate_verdicts v
       where v.first_id = least(a.applicant_id, o.applicant_id) and v.second_id = greatest(a.applicant_id, o.applicant_id)
       order by v.settled_at desc, v.id desc limit 1) latest on true
     where m.settled <> coalesce(m.kinds <@ latest.kinds, false)`,
  ),
  invariant(
    'duplicate.word_is_on_record',
    'Whoever settled whether two persons are one compared an application of each, and it is on record.',
    `select v.id from duplicate_verdicts v
     join applications a on a.id = v.first_application_id join applications o on o.id = v.second_application_id
     where (a.applicant_id <> v.first_id and not ${JOINED('v.first_id')})
       or (o.applicant_id <> v.second_id and not ${JOINED('v.second_id')})
       or not exists (select from audit_entries e where e.subject_kind = 'duplicate' and e.subject_id = v.id::text
         and e.action = 'duplicate.' || v.verdict and e.actor_id = v.settled_by)`,
  ),
  invariant(
    'application.carried_over_as_it_was',
    'What was carried over is of the same person, from the round before, and says what was submitted there.',
    `select a.id, a.carried_from from applications a join applications f on f.id = a.carried_from
       join calls c on c.id = a.call_id
     where a.applicant_id <> f.applicant_id or c.round_of is distinct from f.call_id or not exists (
       select from application_submissions s join application_submissions o on o.application_id = f.id
       where s.application_id = a.id and s.ordinal = 1 and s.content->'sections' = o.content->'sections')`,
  ),
  invariant(
    'application.returned_has_its_deadline',
    'An application that was returned says which fields, why, and until when.',
    `select id from applications where state = 'returned'
       and (due_at is null or return_reason is null or coalesce(cardinality(returned_fields), 0) = 0)`,
  ),
  invariant(
    'application.place_was_chosen',
    'A place that an application holds or waits for is of its call, was chosen by the applicant, and lies in its host country as long as that has it.',
    `select a.id, a.place_id from applications a join call_places p on p.id = a.place_id
       join institutions i on i.id = p.institution_id
     where p.call_id <> a.call_id
       or ((a.host_institution_id is distinct from p.institution_id or a.host_country is distinct from i.country)
         and not (a.host_institution_id is null and a.state in (${SIGHT_ENDED})))
       or not exists (select from application_choices c where c.application_id = a.id and c.place_id = a.place_id)`,
  ),
  invariant(
    'nomination.is_of_its_application',
    'A nomination is of the applicant, from their home institution, to the institution of a place of the same call.',
    `select n.id, n.application_id from nominations n join applications a on a.id = n.application_id
       join call_places p on p.id = n.place_id
     where n.person_id <> a.applicant_id or n.home_institution_id is distinct from a.home_institution_id
       or p.call_id <> a.call_id or n.host_institution_id <> p.institution_id`,
  ),
  invariant(
    'freemover.where_the_call_admits_them',
    'Who applied as a freemover did so to a call that admits them, and said so in what was submitted last.',
    `select a.id, a.call_id from applications a join calls c on c.id = a.call_id
       left join application_submissions s on s.application_id = a.id and s.ordinal = a.submissions
     where a.freemover and (c.freemovers is null or (a.state not in ('returned', 'lapsed', 'withdrawn')
       and s.id is not null and not jsonb_path_exists(s.content,
         '$.sections[*].answers[*] ? (@.question == "applying_as" && @.value == "freemover")')))`,
  ),
  invariant(
    'freemover.within_the_limit_of_the_call',
    'Freemovers hold no more places of a call than it says.',
    `select c.id, count(*)::integer as held from applications a join calls c on c.id = a.call_id
     where a.freemover and a.state in (${HOLDING}) and c.freemovers ->> 'maximum' is not null
     group by c.id having count(*) > (c.freemovers ->> 'maximum')::integer`,
  ),
  invariant(
    'freemover.preparers_do_not_decide',
    'Whoever took the part of a home institution for a freemover is named in what is decided of it, and sent it where it was sent.',
    `select a.id, d.id as decision from applications a
       join decisions d on d.subject_kind = 'application' and d.subject_id = a.id and d.withdrawn_at is null
     where a.freemover and d.closed_at is null and not d.preparers @> a.prepared_by
     union all
     select a.id, n.id from applications a join nominations n on n.application_id = a.id
     where a.freemover and n.home_institution_id is null and not n.proposed_by = any (a.prepared_by)`,
  ),
  invariant(
    'nomination.duties_are_separate',
    'Who proposed a candidate does not answer for the host, and nobody handles their own.',
    `select n.id, n.application_id from nominations n
     where n.answered_by = n.proposed_by or n.person_id in (n.proposed_by, n.answered_by)`,
  ),
  invariant(
    'nomination.accepted_is_before_both',
    'What a host accepted was put before both countries: exactly this content, at this place, by this nomination.',
    `select n.id, n.application_id from nominations n join applications a on a.id = n.application_id
     where n.state = 'host_accepted' and not exists (
       select from application_submissions s join decisions d on d.subject_kind = 'application'
         and d.subject_id = n.application_id and d.subject_hash = ${NOMINATED_HASH}
         and d.home_country = a.home_country and d.host_country = (
           select i.country from institutions i where i.id = n.host_institution_id)
       where s.application_id = n.application_id)`,
  ),
  invariant(
    'application.one_side_is_no_approval',
    'On the direct route a place, or a number of the reserve, follows only from the yes of both countries, and a refusal from the no of both or from a gate that one refused.',
    // What was agreed first, by joins over all rows, and then who is not among it: looked for from each application, it is
    // planned as if there were one, and takes the square of the time.
    `with agreed as materialized (
       select n.application_id, n.place_id, d.id as decision_id from nominations n
         join application_submissions s on s.application_id = n.application_id
         join decisions d on d.subject_kind = 'application' and d.subject_id = n.application_id
           and d.subject_hash = ${NOMINATED_HASH})
     select a.id, a.state, a.result from applications a join calls c on c.id = a.call_id
     where c.route = 'direct' and a.result is not null and a.state <> 'not_cleared' and a.id not in (
       select b.id from agreed g join decision_outcomes o on o.decision_id = g.decision_id
         join applications b on b.id = g.application_id
       where o.counts = case b.result when 'not_selected' then 'agreed_no' else 'agreed_yes' end
         and (b.place_id is null or g.place_id = b.place_id))`,
  ),
  invariant(
    'decision.countries_are_the_applications',
    'The two countries that decide on an application are its home and a host that it was nominated to.',
    `select d.id, d.subject_id from decisions d left join applications a on a.id = d.subject_id
     where d.subject_kind = 'application' and (a.id is null or d.home_country <> a.home_country
       or not exists (select from nominations n join institutions i on i.id = n.host_institution_id
         where n.application_id = a.id and i.country = d.host_country))`,
  ),
  invariant(
    'application.transfer_is_registered',
    'The host side sees an application only after its transfer across the border was entered in the register.',
    `select a.id, a.host_institution_id from applications a
     where a.transferred_at is not null and not exists (
       select from transfers t where t.subject_kind = 'application' and t.subject_id = a.id
         and t.person_id = a.applicant_id and t.from_country = a.home_country and t.to_country = a.host_country
         and t.recipient_institution_id = a.host_institution_id and t.at <= a.transferred_at)`,
  ),
  invariant(
    'transfer.end_is_one',
    'Whoever was told that a file is seen no more does not see it, unless it was sent there again.',
    `select e.id, e.subject_id from transfer_ends e join applications a on a.id = e.subject_id
     where e.subject_kind = 'application' and a.transferred_at is not null and a.transferred_at <= e.at
       and a.host_institution_id = e.recipient_institution_id`,
  ),
  invariant(
    'nomination.sent_is_visible_to_its_host',
    'What waits for a host’s answer, or has its yes, is visible to exactly that host, until it has come to an end.',
    `select n.id, a.id as application_id from nominations n join applications a on a.id = n.application_id
     where n.state in ('sent', 'waitlisted', 'no_answer', 'host_accepted')
       and not (a.transferred_at is null and a.state in (${SIGHT_ENDED}))
       and (a.transferred_at is null or a.host_institution_id is distinct from n.host_institution_id)`,
  ),
  invariant(
    'transfer.has_consent',
    'When an application crossed the border, the consent to exactly that of each whose data it was was in force.',
    `select t.id, t.subject_id from transfers t
     where t.subject_kind = 'application' and t.legal_basis = 'consent' and not exists (
       select from consents c where c.person_id = t.person_id
         and ((c.subject_kind = t.subject_kind and c.subject_id = t.subject_id) or (c.subject_kind = 'co_applicant'
           and exists (select from co_applicants k where k.id = c.subject_id and k.application_id = t.subject_id)))
         and c.purpose = 'cross_border_transfer' and c.given_at <= t.at
         and (c.withdrawn_at is null or c.withdrawn_at >= t.at))`,
  ),
  invariant(
    'reserve.number_is_given_once',
    'Two who wait for the same place never have the same number of the reserve list.',
    `select place_id, reserve_number, count(*)::integer as waiting from applications
     where reserve_number is not null and place_id is not null
     group by place_id, reserve_number having count(*) > 1`,
  ),
  invariant(
    'letter.one_for_each_award',
    'Whoever accepted an offer has one valid letter of award, and nobody else has one.',
    `select a.id, a.state, count(l.id)::integer as letters from applications a
     left join issued_documents l on l.subject_kind = 'application' and l.subject_id = a.id and l.kind = 'award_letter'
       and l.revoked_at is null
     group by a.id
     having count(l.id) <> case when a.state in ('accepted', 'conditions_pending', 'confirmed', 'deferred') then 1 else 0 end
       or bool_or(l.holder_id <> a.applicant_id)`,
  ),
  invariant(
    'application.conditions_decide',
    'A place that was accepted waits while a condition of either country is open, is certain once none is, and is lost with one that is not met.',
    `select a.id, a.state from applications a
     left join lateral (select count(*) as conditions, count(*) filter (where c.state = 'open') as open,
         count(*) filter (where c.state = 'not_met') as failed
       from decision_conditions c where c.decision_id = (select d.id from decisions d where d.subject_kind = 'application'
         and d.subject_id = a.id and d.withdrawn_at is null order by d.opened_at desc limit 1)) c on true
     where (a.state in ('offered', 'accepted') and c.failed > 0) or (a.state = 'accepted' and c.open > 0)
       or (a.state = 'conditions_pending' and (c.open = 0 or c.failed > 0))
       or (a.state in ('confirmed', 'deferred') and (c.conditions = 0 or c.open + c.failed > 0))
       or (a.state = 'conditions_not_met' and c.failed = 0)`,
  ),
  invariant(
    'nomination.silence_is_no_where_the_call_says_so',
    'Nobody’s answer counts as the no of a host only under a call that says so, and somebody’s no has somebody who said it.',
    `select n.id, n.reason_code from nominations n join applications a on a.id = n.application_id
       join calls c on c.id = a.call_id
     where n.state = 'rejected' and ((n.answered_by is null) <> (n.reason_code = 'silence')
       or (n.answered_by is null and (c.promises->>'declinedAfterDays') is null))`,
  ),
  invariant(
    'nomination.one_alive',
    'An application is nominated to one place at a time, and only after it was found eligible.',
    `select a.id, a.state, count(n.id)::integer as alive from applications a
       join nominations n on n.application_id = a.id and ${ALIVE}
     group by a.id having count(n.id) > 1
       or a.state in ('draft', 'never_submitted', 'submitted', 'screening', 'ineligible', 'returned', 'lapsed')`,
  ),
  invariant(
    'nomination.order_is_whole',
    'Each list of an institution’s order counts from 1 without a gap, and holds its own applications for the call.',
    `select c.call_id as id, c.institution_id, c.list from nomination_candidates c
       join applications a on a.id = c.application_id
     group by c.call_id, c.institution_id, c.list
     having max(c.position) <> count(*)
       or bool_or(a.call_id <> c.call_id or a.home_institution_id is distinct from c.institution_id)`,
  ),
  invariant(
    'nomination.substitute_follows_its_former',
    'Whoever was sent in the place of somebody else goes from the same institution to the same place, and the former one is out.',
    `select n.id, n.substitutes_id from nominations n join nominations f on f.id = n.substitutes_id
       join applications a on a.id = f.application_id
     where n.application_id = f.application_id or n.place_id <> f.place_id or n.created_at < f.created_at
       or n.home_institution_id <> f.home_institution_id
       or (a.state = 'eligible' and f.state in ('proposed', 'home_endorsed', 'home_confirmed', 'sent', 'waitlisted',
         'no_answer', 'host_accepted'))`,
  ),
  invariant(
    'document.accepted_was_given_for_it',
    'A document that was accepted is a file that was given for exactly this document of this application.',
    `select d.application_id, d.requirement from application_documents d left join uploads u on u.id = d.upload_id
     where d.state = 'accepted' and (u.id is null or u.subject_kind <> 'application'
       or u.subject_id <> d.application_id or u.requirement <> d.requirement)`,
  ),
  invariant(
    'supplement.is_what_was_given',
    'What came after a submission is a file of its applicant, with the hash that is on record, and was not there before.',
    `select s.id, s.application_id from application_supplements s join applications a on a.id = s.application_id
       left join uploads u on u.id = s.upload_id
     where u.id is null or u.subject_id <> s.application_id or u.requirement <> s.requirement or u.sha256 <> s.sha256
       or (s.given_by <> a.applicant_id and not ${JOINED('s.given_by')}) or a.submitted_at is null or s.given_at < a.submitted_at`,
  ),
  invariant(
    'supplement.crossed_on_record',
    'A supplement that was accepted while the application was with the other side crossed the border on record.',
    `select s.id, s.application_id from application_supplements s join applications a on a.id = s.application_id
     where s.accepted_at >= a.transferred_at and not exists (select from transfers t
       where t.subject_kind = 'application' and t.subject_id = a.id and abs(extract(epoch from t.at - s.accepted_at)) < 60
         and t.act = 'application.document_accepted')`,
  ),
  invariant(
    'thread.author_is_of_their_side',
    'A message of an applicant is their own, and one of an office is of somebody else; the home office is the application’s.',
    `select m.id, m.application_id from thread_messages m join applications a on a.id = m.application_id
     where (m.written_by = 'applicant') <> (m.author_id = a.applicant_id or ${JOINED('m.author_id')}) or a.number is null
       or (m.office = 'home' and m.institution_id is distinct from a.home_institution_id)`,
  ),
  invariant(
    'thread.message_is_on_record',
    'That a message was written is in the audit record of its application.',
    `select m.id, m.application_id from thread_messages m where not exists (
       select from audit_entries e where e.subject_kind = 'application' and e.subject_id = m.application_id::text
         and e.action = 'application.message_written' and e.data->>'message' = m.id::text)`,
  ),
  subjectsExist('application', 'applications'),
];

/** Computes the hash again, in batches: no SQL writes JSON as `contentHash` does. */
async function changedSubmissions(select: Select, limit: number) {
  const changed: { id: Id; applicationId: Id }[] = [];
  const batchAfter = (id: string) =>
    select<{ id: Id; applicationId: Id; content: SubmittedContent; hash: string }>(
      `select id, application_id as "applicationId", content, content_hash as hash from application_submissions
       where id > $1 and erased_at is null order by id limit ${BATCH}`,
      [id],
    );
  let rows = await batchAfter('00000000-0000-0000-0000-000000000000');
  for (;;) {
    const last = rows.at(-1);
    const further = last && rows.length === BATCH && changed.length < limit ? batchAfter(last.id) : null;
    // The database reads the next ones while these are hashed. What it cannot read is told when it is waited for.
    further?.catch(() => undefined);
    for (const { id, applicationId, content, hash } of rows) {
      if (contentHash(content) !== hash) changed.push({ id, applicationId });
    }
    if (!further) return changed.slice(0, limit);
    rows = await further;
  }
}

import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const appealsInvariants: readonly Invariant[] = [
  invariant(
    'appeal.members_had_no_part',
    'Nobody decides an appeal who assessed the application, did anything to it in an office, or made the list.',
    `select m.appeal_id as id, m.person_id from appeal_members m join appeals p on p.id = m.appeal_id
       join applications a on a.id = p.application_id
     where m.removed_at is null and p.state in ('panel', 'upheld', 'rejected') and (
       a.applicant_id = m.person_id
       or exists (select from review_assignments r where r.application_id = a.id and r.reviewer_id = m.person_id
         and r.assigned_at <= m.seated_at and r.state not in ('declined', 'replaced'))
       or exists (select from allocation_lists l where l.id = p.list_id and m.person_id in (l.made_by, l.published_by)))`,
  ),
  invariant(
    'appeal.members_declared_before_they_voted',
    'Whoever voted on an appeal had declared that nothing binds them, and sits in its panel.',
    `select v.appeal_id as id, v.person_id from appeal_votes v
       join appeal_members m on m.appeal_id = v.appeal_id and m.person_id = v.person_id
     where m.removed_at is not null or m.declared_at is null or m.declared_at > v.given_at`,
  ),
  invariant(
    'appeal.decided_by_its_panel',
    'A decided appeal has as many votes as it says, of a panel that is large enough, and its reasons in words.',
    `select p.id, p.state from appeals p where p.state in ('upheld', 'rejected') and (
       (select count(*) from appeal_votes v where v.appeal_id = p.id) <> p.votes_for + p.votes_against
       or (select count(*) from appeal_votes v where v.appeal_id = p.id and v.vote = 'uphold') <> p.votes_for
       or p.votes_for + p.votes_against < p.panel_size
       or not exists (select from appeal_words w where w.appeal_id = p.id and w.kind = 'reasoning' and w.text <> ''))`,
  ),
  invariant(
    'appeal.upheld_reopened',
    'What an upheld appeal takes back was kept, its list counts no more, and its stage was reopened in the same act.',
    `select p.id, p.stage from appeals p where p.state = 'upheld' and (
       not exists (select from appeal_snapshots s where s.appeal_id = p.id)
       or exists (select from allocation_lists l where l.id = p.list_id and l.set_aside_at is null)
       or (p.stage in ('review', 'screening') and not exists (select from audit_entries e
         where e.subject_kind = 'application' and e.subject_id = p.application_id::text
           and e.action = 'application.reopen_' || p.stage and e.data->>'appeal' = p.id::text)))`,
  ),
  invariant(
    'appeal.one_open_per_result',
    'Of an application one appeal at most is open, and against one result one is lodged at most.',
    `select min(p.id::text) as id, p.application_id, count(*)::integer as count from appeals p
     where p.state in ('lodged', 'panel') group by p.application_id having count(*) > 1
     union all
     select min(p.id::text), p.application_id, count(*)::integer from appeals p where p.lodged_at is not null
     group by p.application_id, p.subject, p.list_id, p.result_at having count(*) > 1`,
  ),
  invariant(
    'appeal.final_list_waited',
    'No final list was published while an appeal against a result of its call was open.',
    `select l.id, p.id as appeal from allocation_lists l join appeals p on p.call_id = l.call_id
     where l.kind = 'final' and l.published_at is not null and p.lodged_at < l.published_at
       and (p.state in ('lodged', 'panel')
         or (p.state in ('upheld', 'rejected') and p.decided_at > l.published_at)
         or (p.state = 'inadmissible' and p.admitted_at > l.published_at))`,
  ),
  invariant(
    'appeal.of_its_application',
    'An appeal is its applicant’s, about an application of its call, against a list that the application is on.',
    `select p.id, p.application_id from appeals p join applications a on a.id = p.application_id
     where a.applicant_id <> p.applicant_id or a.call_id <> p.call_id or a.home_country <> p.home_country
       or (p.list_id is not null and not exists (select from allocation_entries e
         where e.list_id = p.list_id and e.application_id = a.id))`,
  ),
  invariant(
    'appeal.lodged_in_time',
    'An appeal was lodged while its window was open.',
    `select p.id, p.lodged_at from appeals p where p.lodged_at > p.taken_until or p.lodged_at < p.result_at`,
  ),
];

import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const approvalsInvariants: readonly Invariant[] = [
  invariant(
    'decision.divergent_are_found',
    'The decisions that are found as divergent are those whose outcome is, and that no later one took the place of.',
    `select coalesce(o.decision_id, found.id) as id from (
       select o.decision_id from decision_outcomes o join decisions d on d.id = o.decision_id
       where o.counts = 'divergent' and d.successor_id is null) o
     full join divergent_decisions() as found (id) on found.id = o.decision_id
     where o.decision_id is null or found.id is null`,
  ),
  invariant(
    'decision.has_two_sides',
    'A decision has exactly two sides, one of its home and one of its host country.',
    `select d.id, count(s.decision_id)::integer as sides from decisions d left join decision_sides s on s.decision_id = d.id
     group by d.id having count(*) filter (where s.side = 'home' and s.country = d.home_country) <> 1
       or count(*) filter (where s.side = 'host' and s.country = d.host_country) <> 1 or count(*) <> 2`,
  ),
  invariant(
    'decision.side_spoken_by_its_officer',
    'Who decided for a country was an officer of that country’s ministry at that moment.',
    `select s.decision_id, s.country, s.decided_by from decision_sides s
     where s.decided_by is not null and not exists (
       select from role_grants g where g.person_id = s.decided_by and g.role = 'ministry_officer' and g.country = s.country
         and g.valid_from <= s.state_since and (g.valid_until is null or g.valid_until > s.state_since)
         and (g.revoked_at is null or g.revoked_at >= s.state_since))`,
  ),
  invariant(
    'decision.duties_are_separate',
    'Nobody decides on what they prepared, and nobody speaks for both countries.',
    `select s.decision_id, s.country, s.decided_by from decision_sides s join decisions d on d.id = s.decision_id
     where s.decided_by = any (d.preparers)
       or exists (select from decision_sides o where o.decision_id = s.decision_id and o.side <> s.side
         and o.decided_by = s.decided_by)`,
  ),
  invariant(
    'decision.by_nobody_in_conflict',
    'Whoever decided had not declared that they are bound to somebody whom it is about.',
    `select s.decision_id, s.country, s.decided_by, c.id as conflict from decision_sides s
     join decisions d on d.id = s.decision_id
     join conflict_declarations c on c.person_id = s.decided_by and c.about_id = any (d.about_persons)
       and c.declared_at < s.state_since and (c.lifted_at is null or c.lifted_at > s.state_since)`,
  ),
  invariant(
    'decision.closed_with_its_outcome',
    'A decision is closed when, and only when, both sides together have an outcome, or their commission settled it.',
    `select d.id, d.closed_at, o.counts from decisions d join decision_outcomes o on o.decision_id = d.id
     where (d.closed_at is not null) <> (o.counts <> 'open')`,
  ),
  invariant(
    'decision.word_is_on_record',
    'Every word that a side has given has its entry in the audit record, by who gave it.',
    `select s.decision_id, s.country, s.state from decision_sides s
     where s.decided_by is not null and not exists (
       select from audit_entries e where e.subject_kind = 'decision' and e.subject_id = s.decision_id::text
         and e.action = 'decision.' || s.state and e.data->>'country' = s.country and e.actor_id = s.decided_by)`,
  ),
  invariant(
    'decision.by_nobody_recused',
    'Whoever declared themselves bound to a decision has said why, and has no hand in it.',
    `select s.decision_id, s.country, s.recused from decision_sides s
     where s.decided_by = any (s.recused) or s.held_by = any (s.recused) or s.delegate_id = any (s.recused)
       or (select coalesce(array_agg(r.person_id order by r.person_id), '{}') from decision_recusals r
         where r.decision_id = s.decision_id and r.country = s.country)
         <> (select coalesce(array_agg(p order by p), '{}') from unnest(s.recused) p)`,
  ),
  invariant(
    'decision.by_the_one_who_was_named',
    'Where somebody was named to decide for a side, nobody else did.',
    `select s.decision_id, s.country, s.decided_by from decision_sides s
     where s.decided_by is not null and s.delegate_id is not null and s.decided_by <> s.delegate_id and not exists (
       select from role_grants g where g.person_id = s.decided_by and g.acting_for = s.delegate_id)`,
  ),
  invariant(
    'decision.lateness_is_on_record',
    'That a side broke its promise was told once, after its day, and is on record.',
    `select s.decision_id, s.country, s.overdue_at from decision_sides s
     where s.overdue_at is not null and (s.overdue_at <= s.due_at or 1 <> (select count(*) from audit_entries e
       where e.subject_kind = 'decision' and e.subject_id = s.decision_id::text and e.action = 'decision.overdue'
         and e.data->>'country' = s.country and (e.data->>'until')::timestamptz = s.due_at))`,
  ),
  invariant(
    'decision.silence_is_before_the_commission',
    'The silence of a side comes before the joint commission only as it was said when the decision was opened, and then it does.',
    `select s.decision_id, s.country, s.tabled_at from decision_sides s join decisions d on d.id = s.decision_id
     where s.tabled_at is not null and (d.tabled_after_days is null
       or s.tabled_at <= s.due_at + d.tabled_after_days * interval '1 day'
       or not exists (select from commission_items i where i.decision_id = d.id))`,
  ),
  invariant(
    'condition.is_of_its_verdict',
    'Whoever approved with conditions set exactly those that are followed, in the same words, and nobody else has any.',
    `select s.decision_id, s.country from decision_sides s
     left join decision_conditions c on c.decision_id = s.decision_id and c.country = s.country
     group by s.decision_id, s.country, s.conditions
     having s.conditions <> coalesce(array_agg(c.text order by c.ordinal) filter (where c.id is not null), '{}')`,
  ),
  invariant(
    'condition.settled_by_its_side',
    'Whoever settled a condition was an officer of the country that set it, had not prepared the matter, and did not decide for the other.',
    `select c.id, c.decision_id, c.settled_by from decision_conditions c join decisions d on d.id = c.decision_id
     where c.settled_by is not null and (c.settled_by = any (d.preparers)
       or exists (select from decision_sides o where o.decision_id = c.decision_id and o.country <> c.country
         and o.decided_by = c.settled_by)
       or not exists (select from role_grants g where g.person_id = c.settled_by and g.role = 'ministry_officer'
         and g.country = c.country and g.valid_from <= c.settled_at
         and (g.valid_until is null or g.valid_until > c.settled_at)
         and (g.revoked_at is null or g.revoked_at >= c.settled_at)))`,
  ),
  invariant(
    'condition.word_is_on_record',
    'What became of each condition is in the audit record, by who said it.',
    `select c.id, c.state from decision_conditions c where c.settled_by is not null and not exists (
       select from audit_entries e where e.subject_kind = 'decision' and e.subject_id = c.decision_id::text
         and e.action = 'decision.condition_' || c.state and e.data->>'condition' = c.id::text
         and e.actor_id = c.settled_by)`,
  ),
  subjectsExist('decision', 'decisions'),
];

import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

const OPEN = 'from promise_clocks c where c.ended_at is null';

export const promisesInvariants: readonly Invariant[] = [
  invariant(
    'promise.sums_are_the_clocks',
    'The sums of promises are those of all clocks that were counted, each once.',
    `select office, country, institution_id, step, call_id, kept, days, sum(clocks) as missing from (
       select office, country, institution_id, step, call_id, due_at >= ended_at as kept,
         greatest(0, ceil((extract(epoch from ended_at) - extract(epoch from began_at)) / 86400))::integer as days, 1 as clocks
       from promise_clocks where counted
       union all select office, country, institution_id, step, call_id, kept, taken_days, -count from promise_counts) each
     group by office, country, institution_id, step, call_id, kept, days having sum(clocks) <> 0`,
  ),
  invariant(
    'promise.steps_are_the_sums',
    'What is told of a step is the sum of what is told of its offices and calls.',
    `select country, step, taken_days, kept, sum(count) as missing from (
       select country, step, taken_days, kept, count from promise_counts
       union all select country, step, taken_days, kept, -count from promise_sums) each
     group by country, step, taken_days, kept having sum(count) <> 0`,
  ),
  invariant(
    'promise.queues_are_the_open_clocks',
    'The sums of what is open before each office, with what has changed since they were gathered, are the clocks that run.',
    `select office, country, institution_id, step, home_country, host_country, due_day, sum(clocks) as missing from (
       select office, country, institution_id, step, home_country, host_country, (due_at at time zone 'UTC')::date as due_day,
         1 as clocks ${OPEN}
       union all select office, country, institution_id, step, home_country, host_country, due_day, -count from promise_queues
       union all select office, country, institution_id, step, home_country, host_country, due_day, -count
         from promise_queue_changes) each
     group by office, country, institution_id, step, home_country, host_country, due_day having sum(clocks) <> 0`,
  ),
  invariant(
    'promise.clock_runs_while_it_is_owed',
    'A clock runs for exactly what an office owes by a day: an application to be screened, a nomination to be endorsed or answered, a side to be decided on.',
    `select 'not running' as fault, owed.* from (
       select 'screening' as step, id as subject_id, home_country as country, due_at from applications
         where state in ('submitted', 'screening')
       union all select 'endorsement', n.id, a.home_country, n.due_at from nominations n
         join applications a on a.id = n.application_id where n.state = 'home_endorsed'
       union all select 'host', n.id, i.country, n.due_at from nominations n
         join institutions i on i.id = n.host_institution_id where n.state = 'sent'
       union all select 'approval', s.decision_id, s.country, s.due_at from decision_sides s
         join decisions d on d.id = s.decision_id and d.withdrawn_at is null where s.state in ('pending', 'in_review')) owed
     where owed.due_at is not null and not exists (select ${OPEN} and c.step = owed.step and c.subject_id = owed.subject_id
       and c.country = owed.country and c.due_at = owed.due_at)
     union all
     select 'running', c.step, c.subject_id, c.country, c.due_at ${OPEN} and not case c.step
       when 'screening' then exists (select from applications a where a.id = c.subject_id
         and a.state in ('submitted', 'screening'))
       when 'endorsement' then exists (select from nominations n where n.id = c.subject_id and n.state = 'home_endorsed')
       when 'host' then exists (select from nominations n where n.id = c.subject_id and n.state in ('sent', 'no_answer'))
       when 'approval' then exists (select from decision_sides s where s.decision_id = c.subject_id
         and s.country = c.country and s.state in ('pending', 'in_review'))
       else true end`,
  ),
];

import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const callsInvariants: readonly Invariant[] = [
  invariant(
    'call.published_was_agreed',
    'A published call is one whose very text both countries approved.',
    `select c.id, c.slug from calls c
     where c.state <> 'draft' and not exists (
       select from decisions d join decision_outcomes o on o.decision_id = d.id
       where d.subject_kind = 'call' and d.subject_id = c.id and d.subject_hash = c.published_hash
         and o.outcome = 'agreed_yes')`,
  ),
  invariant(
    'call.closes_as_it_was_moved',
    'The deadline of a call is the one to which it was last moved, and each move began where the one before ended.',
    `select c.id, a.number from calls c
     join (select call_id, number, (changes->>'from')::timestamptz as moved_from, (changes->>'to')::timestamptz as moved_to,
         lead((changes->>'from')::timestamptz) over (partition by call_id order by number) as next_from
       from call_amendments where kind = 'deadline') a on a.call_id = c.id
     where coalesce(a.next_from, c.closes_at) <> a.moved_to`,
  ),
  invariant(
    'call.place_is_where_it_leads',
    'Every place of a call is at an institution of a country that the call leads to.',
    `select p.id, p.call_id from call_places p join institutions i on i.id = p.institution_id
     where not exists (select from call_directions d where d.call_id = p.call_id and d.host_country = i.country)`,
  ),
  invariant(
    'quota.committed_is_what_calls_promise',
    'What a quota has promised is the sum of the places of the published calls that draw from it. A cancelled call gave back what nobody held.',
    `select q.id, q.committed, coalesce(sum(p.capacity) filter (where c.state <> 'cancelled'), 0)::integer as promised
     from agreement_quotas q
     left join calls c on c.agreement_id = q.agreement_id and c.category = q.category
       and c.academic_year = q.academic_year and c.state <> 'draft'
       and exists (select from call_directions d where d.call_id = c.id and d.home_country = q.home_country
         and d.host_country = q.host_country)
     left join call_places p on p.call_id = c.id
       and exists (select from institutions i where i.id = p.institution_id and i.country = q.host_country)
     group by q.id
     having q.committed < coalesce(sum(p.capacity) filter (where c.state <> 'cancelled'), 0)
       or q.committed > coalesce(sum(p.capacity), 0)`,
  ),
  subjectsExist('call', 'calls'),
];

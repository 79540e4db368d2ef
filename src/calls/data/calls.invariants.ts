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
         and o.counts = 'agreed_yes')`,
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
    'call.was_amended_as_agreed',
    'Words and form of a published call were changed only by a text that both countries approved by its hash.',
    `select a.id, a.call_id from call_amendments a
     where a.kind = 'text' and not exists (
       select from decisions d join decision_outcomes o on o.decision_id = d.id
       where d.subject_kind = 'call_amendment' and d.subject_id = a.id
         and d.subject_hash = a.changes->>'hash' and o.counts = 'agreed_yes')`,
  ),
  invariant(
    'call.says_what_it_was_amended_to',
    'Words of a call are those to which they were last amended, and each amendment began with what the one before left.',
    `select c.id, a.number, a.field from calls c
     join (select call_id, number, w.key as field, w.value->'to' as amended_to,
         lead(w.value->'from') over (partition by call_id, w.key order by number) as next_from
       from call_amendments, jsonb_each(changes->'words') w where kind = 'text') a on a.call_id = c.id
     where a.amended_to <> coalesce(a.next_from, case a.field when 'title' then c.title when 'summary' then c.summary
       when 'whoMayApply' then c.who_may_apply when 'funding' then c.funding end)`,
  ),
  invariant(
    'call.asks_what_it_was_amended_to',
    'The form of an amended call is the version to which it was last amended, and each followed the one before.',
    `select c.id, a.number from calls c
     join (select call_id, number, (changes->'form'->>'from')::integer as amended_from,
         (changes->'form'->>'to')::integer as amended_to,
         lead((changes->'form'->>'from')::integer) over (partition by call_id order by number) as next_from
       from call_amendments where kind = 'text' and changes ? 'form') a on a.call_id = c.id
     where a.amended_to <> coalesce(a.next_from, c.form_version) or a.amended_to <= a.amended_from`,
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
     left join call_places p on p.call_id = c.id and p.from_place_id is null
       and exists (select from institutions i where i.id = p.institution_id and i.country = q.host_country)
     group by q.id
     having q.committed < coalesce(sum(p.capacity) filter (where c.state <> 'cancelled'), 0)
       or q.committed > coalesce(sum(p.capacity), 0)`,
  ),
  invariant(
    'quota.committed_days_are_what_calls_promise',
    'The days of stay that a quota has promised are those of the places of the published calls that draw from it, thirty to a month.',
    `select q.id, q.committed_days, coalesce(sum(p.stay) filter (where p.state <> 'cancelled'), 0)::integer as promised
     from agreement_quotas q
     left join (select c.agreement_id, c.category, c.academic_year, c.state, d.home_country, d.host_country,
         round(p.months * 30) * p.capacity as stay
       from calls c join call_directions d on d.call_id = c.id
         join call_places p on p.call_id = c.id and p.from_place_id is null
         join institutions i on i.id = p.institution_id and i.country = d.host_country
       where c.state <> 'draft') p on p.agreement_id = q.agreement_id and p.category = q.category
         and p.academic_year = q.academic_year and p.home_country = q.home_country and p.host_country = q.host_country
     group by q.id
     having q.committed_days < coalesce(sum(p.stay) filter (where p.state <> 'cancelled'), 0)
       or q.committed_days > coalesce(sum(p.stay), 0)`,
  ),
  invariant(
    'call.drawn_while_its_agreement_bound',
    'No call was published, and no place drawn, after the last day of its agreement.',
    `select c.id, c.slug, a.reference from calls c join agreements a on a.id = c.agreement_id
     where c.state <> 'draft' and a.state in ('expired', 'terminated')
       and exists (select from agreement_versions v where v.agreement_id = a.id and v.ended_on is not null)
       and c.published_at >= (select max(v.ended_on) from agreement_versions v where v.agreement_id = a.id) + interval '1 day'`,
  ),
  invariant(
    'round.seats_are_handed_over',
    'A second round has exactly the seats that the call before it handed over, and hands back all of them when it is cancelled.',
    `select p.id, p.call_id from call_places p join calls c on c.id = p.call_id
       left join calls f on f.id = c.round_of left join call_places former on former.id = p.from_place_id
     where c.state <> 'draft' and (c.round is not null or p.from_place_id is not null)
       and (former.call_id is distinct from c.round_of or former.institution_id is distinct from p.institution_id
         or f.state not in ('final_published', 'archived')
         or p.capacity <> (select coalesce(sum(h.seats), 0) from place_handovers h where h.place_id = p.id
           and h.round_id = p.call_id and h.from_place_id = p.from_place_id
           and (h.returned_at is null) = (c.state <> 'cancelled')))`,
  ),
  subjectsExist('call', 'calls'),
];

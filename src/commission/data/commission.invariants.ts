import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant, Select } from '../../platform/database/invariant.js';
import type { Id } from '../../shared/ids.js';
import { protocolHash } from '../domain/protocol.js';
import type { ProtocolSection } from '../domain/protocol.js';

export const commissionInvariants: readonly Invariant[] = [
  invariant(
    'commission.settled_by_signed_protocol',
    'What the commission settled or gave back stands so in the protocol of a session, which both sides signed.',
    `select d.id, d.settled_as, d.protocol_id from decisions d
     where d.protocol_id is not null and not exists (
       select from commission_protocols p
       join commission_decisions c on c.session_id = p.session_id
       join commission_items i on i.id = c.item_id and i.decision_id = d.id
       where p.id = d.protocol_id and p.state in ('signed_both', 'published')
         and c.outcome = coalesce(d.settled_as, 'remitted')
         and (select count(distinct a.country) from commission_protocol_acts a
           where a.protocol_id = p.id and a.act = 'sign' and a.content_hash = p.content_hash) = 2)`,
  ),
  invariant(
    'commission.signed_takes_effect',
    'What a signed protocol says of a decision was settled, unless nothing was left to settle.',
    `select c.session_id, c.item_id from commission_decisions c
     join commission_protocols p on p.session_id = c.session_id and p.amends_id is null
       and p.state in ('signed_both', 'published')
     join commission_items i on i.id = c.item_id
     join decisions d on d.id = i.decision_id
     join decision_outcomes o on o.decision_id = d.id
     where c.outcome <> 'postponed' and d.withdrawn_at is null and o.counts in ('divergent', 'open')`,
  ),
  invariant(
    'commission.vote_had_quorum',
    'Of each country as many were entitled to a vote as the rules ask, and as many gave theirs before it was counted.',
    `select v.id, c.country from commission_votes v join commission_sessions s on s.id = v.session_id
     cross join lateral (values (s.country_a), (s.country_b)) c (country)
     where (select count(*) from commission_ballots b where b.vote_id = v.id and b.country = c.country) < v.quorum
       or (v.tally is not null and (select count(*) from commission_ballots b
         where b.vote_id = v.id and b.country = c.country and b.voted_at is not null) < v.quorum)`,
  ),
  invariant(
    'commission.voters_were_there_and_free',
    'Whoever voted was there at that moment, and had not stood aside.',
    `select b.vote_id, b.person_id from commission_ballots b join commission_votes v on v.id = b.vote_id
     where b.voted_at is not null and (
       not exists (select from commission_presences p where p.session_id = v.session_id and p.person_id = b.person_id
         and p.came_at <= b.voted_at and (p.left_at is null or p.left_at >= b.voted_at))
       or exists (select from commission_recusals r where r.session_id = v.session_id and r.item_id = v.item_id
         and r.person_id = b.person_id and r.at <= b.voted_at))`,
  ),
  invariant(
    'commission.secret_stays_secret',
    'Of a secret vote no row says how somebody voted, and its box is gone once it is counted.',
    `select v.id from commission_votes v where v.ballot = 'secret' and (
       exists (select from commission_ballots b where b.vote_id = v.id and (b.choice is not null or not b.secret))
       or (v.closed_at is not null and v.urn is not null)
       or (v.tally is not null and jsonb_array_length(v.tally) <> 1))`,
  ),
  invariant(
    'commission.tally_is_of_its_votes',
    'A counted vote has as many votes as were given.',
    `select v.id from commission_votes v where v.tally is not null and
       (select sum((t->>'yes')::integer + (t->>'no')::integer + (t->>'abstain')::integer)
         from jsonb_array_elements(v.tally) t) is distinct from
       (select count(*) from commission_ballots b where b.vote_id = v.id and b.voted_at is not null)`,
  ),
  invariant(
    'commission.broken_off_counts_nowhere',
    'A vote that was broken off has no result and no box, and no decision rests on it.',
    `select v.id from commission_votes v where v.broken_off is not null and (
       v.tally is not null or v.result is not null or v.urn is not null
       or exists (select from commission_decisions d where d.vote_id = v.id))`,
  ),
  invariant(
    'commission.one_protocol_of_a_session',
    'A session has one protocol; whatever else is signed of it amends that one, and is later.',
    `select p.session_id as id, count(*)::integer as count from commission_protocols p where p.amends_id is null
     group by p.session_id having count(*) > 1
     union all
     select p.id, 0 from commission_protocols p join commission_protocols b on b.id = p.amends_id
     where b.session_id <> p.session_id or b.published_at is null or b.published_at > p.drafted_at
       or b.amends_id is not null`,
  ),
  invariant(
    'commission.agreed_and_signed_as_it_stands',
    'Whoever agreed to a protocol or signed it did so to the text that it has, one of each country, and never one for both.',
    `select p.id, a.act, a.country from commission_protocols p join commission_protocol_acts a on a.protocol_id = p.id
     where a.content_hash <> p.content_hash
     union all
     select p.id, w.act, null from commission_protocols p
     cross join lateral (values ('agree'), ('sign')) w (act)
     where (case w.act when 'agree' then p.state <> 'draft' else p.state in ('signed_both', 'published') end)
       and (select count(distinct a.country) filter (where a.person_id is not null) from commission_protocol_acts a
         where a.protocol_id = p.id and a.act = w.act) <> 2
     union all
     select p.id, a.act, null from commission_protocols p join commission_protocol_acts a on a.protocol_id = p.id
     group by p.id, a.act, a.person_id having count(*) > 1`,
  ),
  {
    name: 'commission.protocol_is_what_was_signed',
    meaning: 'The text of a protocol has the hash to which both sides agreed and which they signed.',
    offences: changedProtocols,
  },
  invariant(
    'commission.nothing_moot_waits',
    'Nothing waits for the commission on which both sides came to an answer, or that was withdrawn.',
    `select i.id, i.decision_id from commission_items i join decisions d on d.id = i.decision_id
     join decision_outcomes o on o.decision_id = d.id
     where i.state in ('tabled', 'postponed') and (d.withdrawn_at is not null or o.counts not in ('open', 'divergent'))`,
  ),
  invariant(
    'commission.divergence_is_tabled',
    'Where two countries differ and nobody took it back, the commission has it.',
    `select d.id from decisions d join decision_outcomes o on o.decision_id = d.id
     where o.outcome = 'divergent' and d.withdrawn_at is null
       and not exists (select from commission_items i where i.decision_id = d.id)`,
  ),
  subjectsExist('commission_session', 'commission_sessions'),
  subjectsExist('commission_item', 'commission_items'),
  subjectsExist('commission_protocol', 'commission_protocols'),
];

async function changedProtocols(select: Select, limit: number) {
  const offences: { id: Id }[] = [];
  for (let after = '00000000-0000-0000-0000-000000000000'; offences.length < limit;) {
    const rows = await select<{ id: Id; number: string; hash: string; sections: ProtocolSection[] }>(
      `select p.id, p.number, p.content_hash as hash, coalesce((select json_agg(json_build_object('position', s.position,
           'itemId', s.item_id, 'content', s.content) order by s.position)
         from commission_protocol_sections s where s.protocol_id = p.id), '[]') as sections
       from commission_protocols p where p.id > $1 order by p.id limit 100`,
      [after],
    );
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
    for (const { id, number, hash, sections } of rows) {
      if (protocolHash(number, sections) !== hash) offences.push({ id });
    }
  }
  return offences.slice(0, limit);
}

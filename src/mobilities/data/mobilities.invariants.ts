import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

const booked = (basis: string, unit: string) =>
  `(select coalesce(sum(p.amount), 0) from ledger_entries e join ledger_postings p on p.entry_id = e.id
    join ledger_accounts a on a.id = p.account_id
    where e.stay_id = m.id and e.basis = '${basis}' and a.book = 'received' and p.unit = '${unit}')`;

export const mobilitiesInvariants: readonly Invariant[] = [
  invariant(
    'mobility.plan_is_booked',
    'Every stay that was not cancelled stands in the plan of the ledger with its person and its days, and no cancelled one does.',
    `select m.id, m.state from mobilities m where
       ${booked('planned', 'person')} <> case when m.state = 'cancelled' then 0 else 1 end
       or ${booked('planned', 'person_day')}
         <> case when m.state = 'cancelled' then 0 else m.planned_until - m.planned_from + 1 end`,
  ),
  invariant(
    'mobility.happened_as_certified',
    'What the ledger says that happened is what was certified: one person from the arrival on, the days at the departure.',
    `select m.id, m.state from mobilities m where
       ${booked('happened', 'person')} <> case when m.arrived_on is null then 0 else 1 end
       or ${booked('happened', 'person_day')}
         <> case when m.departed_on is null then 0 else m.departed_on - m.arrived_on + 1 end`,
  ),
  invariant(
    'mobility.days_are_certified',
    'The days of a stay are those of its latest certificates.',
    `select m.id, m.state from mobilities m where
       m.arrived_on is distinct from (select c.certified_on from mobility_certificates c where c.mobility_id = m.id
         and c.kind = 'arrival' and not exists (select from mobility_certificates r where r.replaces = c.id))
       or m.departed_on is distinct from (select c.certified_on from mobility_certificates c where c.mobility_id = m.id
         and c.kind = 'departure' and not exists (select from mobility_certificates r where r.replaces = c.id))`,
  ),
  invariant(
    'mobility.payments_are_booked',
    'What was paid for a stay is what the ledger says that it cost, in each currency.',
    `select id, currency from (
       select p.mobility_id as id, p.currency, p.minor from mobility_payments p
         where p.minor is not null and not exists (select from mobility_payments r where r.replaces = p.id)
       union all
       select e.stay_id, l.unit, -l.amount from ledger_entries e join ledger_postings l on l.entry_id = e.id
         join ledger_accounts a on a.id = l.account_id
         where e.act = 'payment' and e.stay_id is not null and a.book = 'cost') both_ways
     group by id, currency having sum(minor) <> 0`,
  ),
  invariant(
    'mobility.of_its_application',
    'A stay is that of the applicant of its application, in the direction and at the institutions of that.',
    `select m.id, m.application_id from mobilities m join applications a on a.id = m.application_id
     where m.participant_id <> a.applicant_id or m.call_id <> a.call_id or m.home_country <> a.home_country
       or (m.state <> 'cancelled' and not (a.state = 'not_cleared' and m.state <> 'planned')
         and (m.host_institution_id is distinct from a.host_institution_id
           or a.state not in ('accepted', 'conditions_pending', 'confirmed', 'deferred')))`,
  ),
  invariant(
    'mobility.sight_follows_its_file',
    'The host has no stay in its sight that was cancelled and whose file it has no more.',
    `select m.id, m.application_id from mobilities m join applications a on a.id = m.application_id
     where m.state = 'cancelled' and m.host_sees and a.transferred_at is null`,
  ),
];

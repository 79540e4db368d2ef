import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const ledgerInvariants: readonly Invariant[] = [
  invariant(
    'ledger.entry_balances',
    'The lines of every entry of the ledger add up to nothing in each unit.',
    `select e.id::text as id, p.unit from ledger_entries e left join ledger_postings p on p.entry_id = e.id
     group by e.id, p.unit having coalesce(sum(p.amount), 1) <> 0`,
  ),
  invariant(
    'ledger.days_are_the_postings',
    'The sums of each day, from which balances are read, are the sums of the postings.',
    `select account_id::text as id, unit, occurred_on::text, recorded_on::text from (
       select p.account_id, p.unit, e.occurred_on, e.recorded_on, p.amount
         from ledger_postings p join ledger_entries e on e.id = p.entry_id
       union all
       select account_id, unit, occurred_on, recorded_on, -amount from ledger_days) both_ways
     group by account_id, unit, occurred_on, recorded_on having sum(amount) <> 0`,
  ),
  invariant(
    'ledger.totals_are_the_days',
    'The sums of directions and years, by month and by day, are those of the accounts.',
    `select grain, since::text, home_country, host_country, academic_year, book, basis, unit from (
       select g.grain, g.since, a.home_country, a.host_country, a.academic_year, a.book, a.basis, d.unit, d.amount
         from ledger_days d join ledger_accounts a on a.id = d.account_id cross join lateral (values
           ('day', d.occurred_on), ('month', date_trunc('month', d.occurred_on::timestamp)::date)) g (grain, since)
         where a.book in ('received', 'cost')
       union all
       select grain, since, home_country, host_country, academic_year, book, basis, unit, -amount from ledger_totals) both_ways
     group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(amount) <> 0`,
  ),
  invariant(
    'ledger.reversal_is_exact',
    'What takes an entry back is its exact reverse, on the day of which it told.',
    `select r.id::text as id, e.id::text as reversed from ledger_entries r join ledger_entries e on e.id = r.reverses
     where r.occurred_on <> e.occurred_on or r.basis <> e.basis or r.stay_id is distinct from e.stay_id
       or exists (select account_id, unit from ledger_postings where entry_id in (r.id, e.id)
         group by account_id, unit having sum(amount) <> 0)`,
  ),
];

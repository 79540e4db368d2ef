import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEY = 'grain, since, home_country, host_country, academic_year, book, basis, unit';
/** Of a posting `p` to an account `a` on a day: both grains that it counts in. Always in the same order: no two acts wait for one another. */
const totalsOf = (day: string, from: string) => `
          insert into ledger_totals as t (${KEY}, amount)
            select g.grain, g.since, a.home_country, a.host_country, a.academic_year, a.book, a.basis, p.unit, sum(p.amount)
            from ${from} cross join lateral (
              values ('day', ${day}), ('month', date_trunc('month', ${day}::timestamp)::date)) g (grain, since)
            where a.book in ('received', 'cost') group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8
            on conflict (${KEY}) do update set amount = t.amount + excluded.amount;`;
/** Writes what an entry means, as before; with `totals` also to the sums of directions and years. */
const balances = (totals: string) => `
      create or replace function ledger_entry_balances() returns trigger language plpgsql security definer
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        if (select count(*) from ledger_postings where entry_id = new.id) < 2
          or exists (select from ledger_postings where entry_id = new.id group by unit having sum(amount) <> 0) then
          raise exception 'entry % does not balance', new.id using errcode = '23514';
        end if;
        if (select count(distinct unit) from ledger_postings where entry_id = new.id and unit not in ('person', 'person_day'))
          > (case when new.act = 'conversion' then 2 else 1 end) then
          raise exception 'entry % mixes currencies', new.id using errcode = '23514';
        end if;
        if new.reverses is not null and (
          exists (select from ledger_entries e where e.id = new.reverses
            and (e.occurred_on <> new.occurred_on or e.basis <> new.basis or e.stay_id is distinct from new.stay_id))
          or exists (select from ledger_postings o where o.entry_id = new.reverses and not exists (
            select from ledger_postings n where n.entry_id = new.id and n.line = o.line and n.account_id = o.account_id
              and n.unit = o.unit and n.amount = -o.amount))
          or (select count(*) from ledger_postings where entry_id = new.id)
            <> (select count(*) from ledger_postings where entry_id = new.reverses)) then
          raise exception 'entry % is not the reverse of %', new.id, new.reverses using errcode = '23514';
        end if;
        insert into ledger_days as d (account_id, unit, occurred_on, recorded_on, amount)
          select p.account_id, p.unit, new.occurred_on, new.recorded_on, sum(p.amount) from ledger_postings p
          where p.entry_id = new.id group by p.account_id, p.unit order by p.account_id, p.unit
          on conflict (account_id, unit, occurred_on, recorded_on) do update set amount = d.amount + excluded.amount;
${totals}
        return null;
      end $$;`;

/**
 * What came and what it cost by direction and year alone, for every month that is over and for every day: what a balance that
 * is told apart by nothing else is read from. The sums by account grow with institutions, agreements and years.
 */
export class TotalsOfTheLedger1795400000143 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table ledger_totals (
        grain text not null check (grain in ('month', 'day')),
        -- The first day of the month, or the day.
        since date not null,
        home_country text not null,
        host_country text not null,
        academic_year text not null,
        book text not null check (book in ('received', 'cost')),
        basis text not null,
        unit text not null,
        amount bigint not null,
        primary key (${KEY})
      );
      comment on table ledger_totals is 'Sums of the postings by direction and year, of months and of days.';
      revoke insert, update, delete, truncate on ledger_totals from most_app;
      ${balances(totalsOf('new.occurred_on', 'ledger_postings p join ledger_accounts a on a.id = p.account_id and p.entry_id = new.id'))}
      ${totalsOf('e.occurred_on', 'ledger_postings p join ledger_accounts a on a.id = p.account_id join ledger_entries e on e.id = p.entry_id')}
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ${balances('')}
      drop table ledger_totals;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const BEHIND = "security definer set search_path = public, pg_temp set most.actor_kind = 'system'";
const APPEND_ONLY = ['ledger_entries', 'ledger_postings'];
const OF_STAYS = ['mobilities', 'mobility_certificates', 'mobility_payments'];

/**
 * The parity ledger, in double entry: what each country sent and received, in persons, person-days and money, by direction,
 * agreement, year and category, as planned and as it happened. And the stays that it books.
 */
export class ParityLedger1795400000056 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table mobilities (
        id uuid primary key,
        application_id uuid not null references applications,
        call_id uuid not null references calls,
        place_id uuid references call_places,
        participant_id uuid not null references persons,
        agreement_id uuid not null references agreements,
        category text not null,
        academic_year text not null check (academic_year ~ '^[0-9]{4}/[0-9]{2}$'),
        home_country text not null references countries,
        host_country text not null references countries,
        home_institution_id uuid references institutions,
        home_unit_id uuid references institution_units,
        host_institution_id uuid not null references institutions,
        host_unit_id uuid references institution_units,
        -- No institution sends them: the ministry of their country takes its part.
        freemover boolean not null,
        state text not null check (state in ('planned', 'ongoing', 'departed', 'cancelled', 'no_show')),
        state_since timestamptz not null,
        planned_from date not null,
        planned_until date not null,
        arrived_on date,
        departed_on date,
        -- As it was when the place was accepted: how many months, and who pays for what.
        months numeric(4,1) not null check (months > 0),
        funding jsonb not null check (jsonb_typeof(funding) = 'array'),
        version integer not null default 1 check (version > 0),
        created_at timestamptz not null,
        check (home_country <> host_country),
        check (planned_until >= planned_from),
        check ((state in ('ongoing', 'departed')) = (arrived_on is not null)),
        check ((state = 'departed') = (departed_on is not null)),
        check (departed_on >= arrived_on)
      );
      create unique index mobilities_one_of_application on mobilities (application_id) where state <> 'cancelled';
      create index mobilities_by_application on mobilities (application_id);
      create index mobilities_by_call on mobilities (call_id);
      create index mobilities_by_place on mobilities (place_id) where place_id is not null;
      create index mobilities_by_participant on mobilities (participant_id);
      create index mobilities_by_agreement on mobilities (agreement_id);
      create index mobilities_by_home on mobilities (home_institution_id, state) where home_institution_id is not null;
      create index mobilities_by_home_unit on mobilities (home_unit_id) where home_unit_id is not null;
      create index mobilities_by_host on mobilities (host_institution_id, state);
      create index mobilities_by_host_unit on mobilities (host_unit_id) where host_unit_id is not null;
      create index mobilities_by_home_country on mobilities (home_country, state);
      create index mobilities_by_host_country on mobilities (host_country, state);
      create index mobilities_in_order on mobilities (planned_from, id);

      create table ledger_accounts (
        id bigint generated always as identity primary key,
        -- What came to the host against what the home sent; what it cost against who paid; what was converted.
        book text not null check (book in ('received', 'sent', 'cost', 'paid', 'conversion')),
        basis text not null check (basis in ('planned', 'happened')),
        home_country text not null references countries,
        host_country text not null references countries,
        agreement_id uuid not null references agreements,
        academic_year text not null check (academic_year ~ '^[0-9]{4}/[0-9]{2}$'),
        category text not null,
        home_institution_id uuid references institutions,
        host_institution_id uuid references institutions,
        payer text check (payer in ('home_country', 'host_country', 'home_institution', 'host_institution', 'programme')),
        check (home_country <> host_country),
        check ((book = 'paid') = (payer is not null)),
        unique nulls not distinct (agreement_id, academic_year, category, home_country, host_country, home_institution_id,
          host_institution_id, book, basis, payer)
      );
      create index ledger_accounts_by_home_country on ledger_accounts (home_country);
      create index ledger_accounts_by_host_country on ledger_accounts (host_country);
      create index ledger_accounts_by_home on ledger_accounts (home_institution_id) where home_institution_id is not null;
      create index ledger_accounts_by_host on ledger_accounts (host_institution_id) where host_institution_id is not null;

      create table ledger_entries (
        id bigint generated always as identity primary key,
        act text not null check (act in ('opening', 'plan', 'arrival', 'departure', 'payment', 'conversion')),
        basis text not null check (basis in ('planned', 'happened')),
        stay_id uuid references mobilities,
        -- Of which day it tells, and when it came to be known.
        occurred_on date not null,
        recorded_at timestamptz not null,
        recorded_on date not null generated always as ((recorded_at at time zone 'UTC')::date) stored,
        reverses bigint references ledger_entries,
        replaces bigint references ledger_entries,
        reason text check (reason in ('mistyped', 'dates_changed', 'amount_changed', 'not_paid', 'cancelled', 'withdrawn')),
        rate numeric(24,12) check (rate > 0),
        rate_source text check (length(rate_source) between 1 and 300),
        rate_on date,
        -- The transaction that wrote it: nothing is added to what was closed.
        transaction_id xid8 not null default pg_current_xact_id(),
        check (reverses is null or replaces is null),
        check ((reverses is null and replaces is null) = (reason is null)),
        check (reverses < id and replaces < id),
        check (num_nonnulls(rate, rate_source, rate_on) in (0, 3)),
        check ((act = 'conversion') = (rate is not null)),
        -- What has happened lies in no future; the two countries lie less than a day from UTC.
        check (basis = 'planned' or occurred_on <= recorded_on + 1)
      );
      create unique index ledger_entries_reversed_once on ledger_entries (reverses) where reverses is not null;
      create unique index ledger_entries_replaced_once on ledger_entries (replaces) where replaces is not null;
      create index ledger_entries_by_stay on ledger_entries (stay_id, id) where stay_id is not null;

      create table ledger_postings (
        entry_id bigint not null references ledger_entries,
        line smallint not null check (line > 0),
        account_id bigint not null references ledger_accounts,
        unit text not null check (unit in ('person', 'person_day') or unit ~ '^[A-Z]{3}$'),
        amount bigint not null check (amount <> 0 and amount between -1000000000000000 and 1000000000000000),
        primary key (entry_id, line)
      );
      create index ledger_postings_by_account on ledger_postings (account_id);

      -- The sum of the postings, by account, unit and both days: what balances are read from. Kept by the database alone.
      create table ledger_days (
        account_id bigint not null references ledger_accounts,
        unit text not null,
        occurred_on date not null,
        recorded_on date not null,
        amount bigint not null,
        primary key (account_id, unit, occurred_on, recorded_on)
      );

      comment on table ledger_accounts is 'Accounts of the parity ledger: nobody is named.';
      comment on table ledger_entries is 'Append-only: entries of the parity ledger, by the ids of stays.';
      comment on table ledger_postings is 'Append-only: lines of the entries; each entry adds up to nothing in every unit.';
      comment on table ledger_days is 'Sums of the postings by day.';
      revoke update, delete, truncate on ledger_accounts, ledger_entries, ledger_postings from most_app;
      revoke insert, update, delete, truncate on ledger_days from most_app;

      -- How a stay came to its days, and how it ended before its time: what was corrected stays.
      create table mobility_certificates (
        id uuid primary key,
        mobility_id uuid not null references mobilities,
        kind text not null check (kind in ('arrival', 'departure', 'cancellation', 'no_show')),
        certified_on date,
        replaces uuid references mobility_certificates,
        reason text check (length(reason) between 1 and 1000),
        certified_by uuid references persons,
        certified_at timestamptz not null,
        check ((kind in ('arrival', 'departure')) = (certified_on is not null)),
        check (replaces is null or (reason is not null and kind in ('arrival', 'departure')))
      );
      create index mobility_certificates_by_mobility on mobility_certificates (mobility_id, certified_at);
      create index mobility_certificates_by_certifier on mobility_certificates (certified_by) where certified_by is not null;
      create unique index mobility_certificates_first on mobility_certificates (mobility_id, kind) where replaces is null;
      create unique index mobility_certificates_replaced_once on mobility_certificates (replaces) where replaces is not null;

      create table mobility_payments (
        id uuid primary key,
        mobility_id uuid not null references mobilities,
        -- What was paid to the participant in parts, or what somebody else asked back.
        kind text not null check (kind in ('instalment', 'claim')),
        purpose text not null check (purpose in ('travel', 'stipend', 'housing', 'insurance', 'fees')),
        payer text not null check (payer in ('home_country', 'host_country', 'home_institution', 'host_institution', 'programme')),
        -- Null: what it replaces was not paid.
        minor bigint check (minor between 1 and 10000000000),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        paid_on date not null,
        evidence text not null check (length(evidence) between 1 and 500),
        entry_id bigint references ledger_entries,
        replaces uuid references mobility_payments,
        reason text check (length(reason) between 1 and 1000),
        recorded_by uuid references persons,
        recorded_at timestamptz not null,
        check ((replaces is null) = (reason is null)),
        check (minor is not null or replaces is not null),
        check ((minor is null) = (entry_id is null))
      );
      create index mobility_payments_by_mobility on mobility_payments (mobility_id, recorded_at);
      create index mobility_payments_by_recorder on mobility_payments (recorded_by) where recorded_by is not null;
      create index mobility_payments_by_entry on mobility_payments (entry_id) where entry_id is not null;
      create unique index mobility_payments_replaced_once on mobility_payments (replaces) where replaces is not null;
      revoke delete, truncate on mobilities from most_app;
      revoke update, delete, truncate on mobility_certificates, mobility_payments from most_app;
    `);
    await db.query(`
      create function ledger_is_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'the ledger is append-only: a correction is an entry' using errcode = '42501';
      end $$;

      -- A posting goes into the books of its kind and basis, and only while its entry is being made.
      create function ledger_posting_fits() returns trigger language plpgsql ${BEHIND} as $$
      declare
        e ledger_entries;
        a ledger_accounts;
      begin
        select * into e from ledger_entries where id = new.entry_id;
        select * into a from ledger_accounts where id = new.account_id;
        if e.transaction_id <> pg_current_xact_id() then
          raise exception 'entry % is closed', e.id using errcode = '23514';
        end if;
        if a.basis <> e.basis or (new.unit in ('person', 'person_day')) <> (a.book in ('received', 'sent')) then
          raise exception 'entry %: % does not belong into the book %', e.id, new.unit, a.book using errcode = '23514';
        end if;
        return new;
      end $$;
      create trigger fits before insert on ledger_postings for each row execute function ledger_posting_fits();

      -- At the end of the transaction, so that the order of the lines does not matter and the day's sums are locked briefly.
      create function ledger_entry_balances() returns trigger language plpgsql ${BEHIND} as $$
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
        return null;
      end $$;
      create constraint trigger balances after insert on ledger_entries deferrable initially deferred
        for each row execute function ledger_entry_balances();
    `);
    for (const table of APPEND_ONLY) {
      await db.query(`
        create trigger append_only before update or delete on ${table}
          for each row execute function ledger_is_append_only();
        create trigger never_emptied before truncate on ${table}
          for each statement execute function ledger_is_append_only();
      `);
    }
    await db.query(`
      create function mobility_is_open(m mobilities) returns boolean language plpgsql stable as $$
      begin
        return m.participant_id = actor_person()
          or m.home_institution_id = any (actor_home_institutions()) or m.home_unit_id = any (actor_home_units())
          or m.host_institution_id = any (actor_host_institutions()) or m.host_unit_id = any (actor_host_units())
          or m.home_country = any (actor_officer_of()) or m.host_country = any (actor_officer_of());
      end $$;
      create policy read on mobilities for select using (${SYSTEM} or mobility_is_open(mobilities));
      create policy make on mobilities for insert with check (${SYSTEM});
      create policy lead on mobilities for update using (${SYSTEM});
      create policy read on mobility_certificates for select using (
        ${SYSTEM} or exists (select from mobilities m where m.id = mobility_id and mobility_is_open(m)));
      create policy make on mobility_certificates for insert with check (${SYSTEM});
      create policy read on mobility_payments for select using (
        ${SYSTEM} or exists (select from mobilities m where m.id = mobility_id and mobility_is_open(m)));
      create policy make on mobility_payments for insert with check (${SYSTEM});
    `);
    for (const table of OF_STAYS) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    // An append-only record has no way back.
    await db.query('do $$ begin raise exception $m$ the ledger is not taken down $m$; end $$');
  }
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared } from '../../platform/database/prepared.js';
import type { AsOf, BalanceFilter, BalanceRow, Dimension, PayerRow } from '../domain/balance.js';
import { ledgerPolicy } from '../domain/ledger.policy.js';

const COLUMNS: Readonly<Record<Dimension, string>> = {
  agreement: 'agreement_id',
  year: 'academic_year',
  category: 'category',
  home_institution: 'home_institution_id',
  host_institution: 'host_institution_id',
};

/** What came and what it cost, of any day, as far as the reader may see: from the sums of each day. */
@Injectable()
export class Balances {
  /** In both directions, told apart by the dimensions; by country and year, the latest first. */
  async of(
    ctx: Ctx,
    asOf: AsOf,
    by: readonly Dimension[],
    filter: BalanceFilter = {},
  ): Promise<readonly BalanceRow[]> {
    // An account of no institution is read by whoever reads all of them.
    const ofNobody = { state: 'open', homeInstitutionId: null, hostInstitutionId: null } as const;
    const readsAll = ledgerPolicy.decide(ctx.actor, 'ledger.read', ofNobody).allowed;
    if (readsAll && isOfYears(asOf, by, filter)) return this.totals(ctx, asOf.on);
    return this.sums(ctx, asOf, by, filter, ledgerPolicy.filter(ctx.actor, 'ledger.read', 'a'));
  }

  /** By year and direction for everybody: who shows it leaves out what is too small. */
  async published(ctx: Ctx, asOf: AsOf): Promise<readonly BalanceRow[]> {
    return isOfYears(asOf, ['year'], {})
      ? this.totals(ctx, asOf.on)
      : this.sums(ctx, asOf, ['year'], {}, 'true');
  }

  /** Who paid how much. */
  async payers(ctx: Ctx, asOf: AsOf, filter: BalanceFilter = {}): Promise<readonly PayerRow[]> {
    const { where, values } = conditions(asOf, filter);
    const rows = await ctx.tx.query<(PayerRow & { minor: string })[]>(
      `select a.home_country as "homeCountry", a.host_country as "hostCountry", a.payer, a.basis, d.unit as currency,
         (-sum(d.amount))::text as minor
       from ledger_accounts a join ledger_days d on d.account_id = a.id
       where a.book = 'paid' and ${ledgerPolicy.filter(ctx.actor, 'ledger.read', 'a')} and ${where}
       group by a.home_country, a.host_country, a.payer, a.basis, d.unit having sum(d.amount) <> 0
       order by a.home_country, a.payer, d.unit, a.basis`,
      values,
    );
    return rows.map((row) => ({ ...row, minor: Number(row.minor) }));
  }

  /** The same by direction and year alone: from the months that are over and the days of the last one. */
  private async totals(ctx: Ctx, on: string): Promise<readonly BalanceRow[]> {
    const rows = await readPrepared<BalanceRow & { readonly amount: string }>(
      ctx,
      `select home_country as "homeCountry", host_country as "hostCountry", null as "agreementId",
         academic_year as "academicYear", null as category, null as "homeInstitutionId", null as "hostInstitutionId",
         basis, unit, sum(amount)::text as amount
       from ledger_totals
       where (grain = 'month' and since < date_trunc('month', $1::date)::date)
         or (grain = 'day' and since >= date_trunc('month', $1::date)::date and since <= $1::date)
       group by home_country, host_country, basis, academic_year, unit having sum(amount) <> 0
       order by academic_year desc, home_country, host_country, unit, basis`,
      [on],
    );
    return rows.map((row) => ({ ...row, amount: Number(row.amount) }));
  }

  private async sums(
    ctx: Ctx,
    asOf: AsOf,
    by: readonly Dimension[],
    filter: BalanceFilter,
    visible: string,
  ): Promise<readonly BalanceRow[]> {
    const { where, values } = conditions(asOf, filter);
    const told = (dimension: Dimension, name: string) =>
      `${by.includes(dimension) ? `a.${COLUMNS[dimension]}` : 'null'} as "${name}"`;
    const grouped = ['home_country', 'host_country', 'basis', ...by.map((dimension) => COLUMNS[dimension])];
    const rows = await ctx.tx.query<(BalanceRow & { amount: string })[]>(
      `select a.home_country as "homeCountry", a.host_country as "hostCountry", ${told('agreement', 'agreementId')},
         ${told('year', 'academicYear')}, ${told('category', 'category')},
         ${told('home_institution', 'homeInstitutionId')}, ${told('host_institution', 'hostInstitutionId')},
         a.basis, d.unit, sum(d.amount)::text as amount
       from ledger_accounts a join ledger_days d on d.account_id = a.id
       where a.book in ('received', 'cost') and ${visible} and ${where}
       group by ${grouped.map((column) => `a.${column}`).join(', ')}, d.unit having sum(d.amount) <> 0
       order by ${by.includes('year') ? 'a.academic_year desc, ' : ''}a.home_country, a.host_country, d.unit, a.basis`,
      values,
    );
    return rows.map((row) => ({ ...row, amount: Number(row.amount) }));
  }
}

/** Whether it is told apart by years alone, and as it is known today. */
function isOfYears({ knownOn }: AsOf, by: readonly Dimension[], filter: BalanceFilter): boolean {
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  return knownOn === undefined && by.length === 1 && by[0] === 'year' && !narrowed;
}

function conditions({ on, knownOn }: AsOf, filter: BalanceFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [on];
  const parts = ['d.occurred_on <= $1'];
  const add = (value: unknown, condition: (place: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    parts.push(condition(`$${values.length}`));
  };
  add(knownOn, (place) => `d.recorded_on <= ${place}`);
  add(filter.agreementId, (place) => `a.agreement_id = ${place}`);
  add(filter.academicYear, (place) => `a.academic_year = ${place}`);
  add(filter.category, (place) => `a.category = ${place}`);
  add(filter.homeCountry, (place) => `a.home_country = ${place}`);
  add(filter.hostCountry, (place) => `a.host_country = ${place}`);
  return { where: parts.join(' and '), values };
}

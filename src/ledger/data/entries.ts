import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { BalanceFilter } from '../domain/balance.js';
import type { Basis, CorrectionReason, LedgerAct, LedgerLine } from '../domain/entry.js';
import { ledgerPolicy } from '../domain/ledger.policy.js';

/** An entry as it is read. */
export interface EntryView {
  readonly id: string;
  readonly act: LedgerAct;
  readonly basis: Basis;
  readonly stayId: Id | null;
  readonly occurredOn: string;
  readonly recordedAt: Date;
  readonly reverses: string | null;
  readonly replaces: string | null;
  readonly reason: CorrectionReason | null;
  readonly rate: string | null;
  readonly rateSource: string | null;
  readonly rateOn: string | null;
  readonly homeCountry: string;
  readonly hostCountry: string;
  readonly agreementId: Id;
  readonly academicYear: string;
  readonly category: string;
  readonly lines: readonly LedgerLine[];
}

/** The history, the latest first, as far as the reader may see it. */
@Injectable()
export class Entries {
  /** @param before the number of the entry after which the page goes on */
  async page(
    ctx: Ctx,
    filter: BalanceFilter,
    before: string | null,
    limit: number,
  ): Promise<readonly EntryView[]> {
    const values: unknown[] = [before, limit];
    const of = Object.entries({
      agreement_id: filter.agreementId,
      academic_year: filter.academicYear,
      category: filter.category,
      home_country: filter.homeCountry,
      host_country: filter.hostCountry,
    }).flatMap(([column, value]) => (value === undefined ? [] : [`a.${column} = $${values.push(value)}`]));
    const visible = [ledgerPolicy.filter(ctx.actor, 'ledger.read', 'a'), ...of].join(' and ');
    // The accounts of one entry differ in their book alone: the first tells of all.
    return ctx.tx.query<EntryView[]>(
      `select e.id::text, e.act, e.basis, e.stay_id as "stayId", e.occurred_on::text as "occurredOn",
         e.recorded_at as "recordedAt", e.reverses::text, e.replaces::text, e.reason, e.rate::text,
         e.rate_source as "rateSource", e.rate_on::text as "rateOn", a.home_country as "homeCountry",
         a.host_country as "hostCountry", a.agreement_id as "agreementId", a.academic_year as "academicYear", a.category,
         (select jsonb_agg(jsonb_build_object('book', b.book, 'payer', b.payer, 'unit', p.unit, 'amount', p.amount)
             order by p.line)
           from ledger_postings p join ledger_accounts b on b.id = p.account_id where p.entry_id = e.id) as lines
       from ledger_entries e join ledger_postings first on first.entry_id = e.id and first.line = 1
         join ledger_accounts a on a.id = first.account_id
       where ($1::bigint is null or e.id < $1) and ${visible}
       order by e.id desc limit $2`,
      values,
    );
  }

  /** What can be asked for: agreements, years and categories of which there is anything. */
  async known(ctx: Ctx): Promise<{
    readonly agreements: readonly Id[];
    readonly years: readonly string[];
    readonly categories: readonly string[];
  }> {
    const [row] = await ctx.tx.query<{ agreements: Id[]; years: string[]; categories: string[] }[]>(
      `select coalesce(array_agg(distinct a.agreement_id), '{}') as agreements,
         coalesce(array_agg(distinct a.academic_year), '{}') as years,
         coalesce(array_agg(distinct a.category), '{}') as categories
       from ledger_accounts a where ${ledgerPolicy.filter(ctx.actor, 'ledger.read', 'a')}`,
    );
    return row ?? { agreements: [], years: [], categories: [] };
  }
}

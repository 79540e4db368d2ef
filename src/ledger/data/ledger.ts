import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { entryFault, reversed } from '../domain/entry.js';
import type { CorrectionReason, LedgerEntry, LedgerKey, LedgerLine } from '../domain/entry.js';

/** The number of an entry, in the order in which they were made. */
export type EntryId = string;

interface StoredEntry extends Omit<LedgerEntry, 'key' | 'lines' | 'rate'> {
  readonly rate: string | null;
  readonly rateSource: string | null;
  readonly rateOn: string | null;
}
type StoredLine = LedgerLine & LedgerKey & { readonly amount: number };

const ACCOUNT = `(book, basis, payer, home_country, host_country, agreement_id, academic_year, category, home_institution_id,
  host_institution_id)`;

/**
 * The only way into the ledger. An entry is part of the act that it tells of; nothing is ever changed or taken out: what
 * was wrong is reversed, and what is right is a new entry.
 */
@Injectable()
export class Ledger {
  /** @throws RangeError for an entry that does not balance: whoever made it is wrong, and no person typed it. */
  post(ctx: Ctx, entry: LedgerEntry): Promise<EntryId> {
    return this.write(ctx, entry, null);
  }

  /**
   * Takes an entry back on the day of which it told, so that every day since is right, and what was believed before stays
   * to be read. @throws DomainError `conflict` where somebody else has reversed it
   */
  async reverse(ctx: Ctx, id: EntryId, reason: CorrectionReason): Promise<EntryId> {
    const entry = await this.entry(ctx, id);
    return this.write(ctx, { ...entry, lines: reversed(entry.lines) }, { reverses: id, reason });
  }

  /** Reverses an entry and posts what should have been in its place. */
  async correct(ctx: Ctx, id: EntryId, entry: LedgerEntry, reason: CorrectionReason): Promise<EntryId> {
    await this.reverse(ctx, id, reason);
    return this.write(ctx, entry, { replaces: id, reason });
  }

  /** What stands of a stay: neither a reversal nor reversed. */
  async standing(
    ctx: Ctx,
    stayId: Id,
  ): Promise<readonly { readonly id: EntryId; readonly act: string; readonly basis: string }[]> {
    return ctx.tx.query(
      `select id::text, act, basis from ledger_entries e where stay_id = $1 and reverses is null
         and not exists (select from ledger_entries r where r.reverses = e.id) order by e.id`,
      [stayId],
    );
  }

  private async write(
    ctx: Ctx,
    entry: LedgerEntry,
    correction: {
      readonly reverses?: EntryId;
      readonly replaces?: EntryId;
      readonly reason: CorrectionReason;
    } | null,
  ): Promise<EntryId> {
    const fault = entryFault(entry);
    if (fault) throw new RangeError(`not an entry of the ledger: ${fault}`);
    const { act, basis, stayId, occurredOn, rate, lines } = entry;
    const rows = await ctx.tx.query<{ id: EntryId }[]>(
      `insert into ledger_entries (act, basis, stay_id, occurred_on, recorded_at, reverses, replaces, reason, rate,
         rate_source, rate_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (reverses) where reverses is not null do nothing returning id::text`,
      [
        act,
        basis,
        stayId,
        occurredOn,
        ctx.clock.now(),
        correction?.reverses ?? null,
        correction?.replaces ?? null,
        correction?.reason ?? null,
        rate?.value ?? null,
        rate?.source ?? null,
        rate?.day ?? null,
      ],
    );
    const id = rows[0]?.id;
    if (!id) throw new DomainError('conflict', { reason: 'already_reversed' });
    const accounts = await this.accounts(ctx, entry);
    await ctx.tx.query(
      `insert into ledger_postings (entry_id, line, account_id, unit, amount)
       select $1, line, account_id, unit, amount
       from unnest($2::smallint[], $3::bigint[], $4::text[], $5::bigint[]) as l (line, account_id, unit, amount)`,
      [
        id,
        lines.map((_, index) => index + 1),
        accounts,
        lines.map(({ unit }) => unit),
        lines.map(({ amount }) => amount),
      ],
    );
    return id;
  }

  /** The account of each line, made where it is the first of its kind. */
  private async accounts(ctx: Ctx, { key, basis, lines }: LedgerEntry): Promise<readonly string[]> {
    const values = lines.map(({ book, payer }) => [
      book,
      basis,
      payer,
      key.homeCountry,
      key.hostCountry,
      key.agreementId,
      key.academicYear,
      key.category,
      key.homeInstitutionId,
      key.hostInstitutionId,
    ]);
    const wanted = JSON.stringify(values);
    // In one order, so that two entries that need the same accounts wait for one another and never in a circle.
    await ctx.tx.query(
      `insert into ledger_accounts ${ACCOUNT}
       select distinct l ->> 0, l ->> 1, l ->> 2, l ->> 3, l ->> 4, (l ->> 5)::uuid, l ->> 6, l ->> 7, (l ->> 8)::uuid,
         (l ->> 9)::uuid
       from jsonb_array_elements($1::jsonb) l
       where not exists (select from ledger_accounts a where ${matches('l')}) order by 1, 3
       on conflict do nothing`,
      [wanted],
    );
    const rows = await ctx.tx.query<{ id: string }[]>(
      `select a.id::text from jsonb_array_elements($1::jsonb) with ordinality as each (l, line)
         join ledger_accounts a on ${matches('each.l')} order by each.line`,
      [wanted],
    );
    return rows.map(({ id }) => id);
  }

  private async entry(ctx: Ctx, id: EntryId): Promise<LedgerEntry> {
    const [stored] = await ctx.tx.query<StoredEntry[]>(
      `select act, basis, stay_id as "stayId", occurred_on::text as "occurredOn", rate::text, rate_source as "rateSource",
         rate_on::text as "rateOn" from ledger_entries where id = $1`,
      [id],
    );
    const lines = await ctx.tx.query<(StoredLine & { amount: string })[]>(
      `select a.book, a.payer, p.unit, p.amount::text, a.home_country as "homeCountry", a.host_country as "hostCountry",
         a.agreement_id as "agreementId", a.academic_year as "academicYear", a.category,
         a.home_institution_id as "homeInstitutionId", a.host_institution_id as "hostInstitutionId"
       from ledger_postings p join ledger_accounts a on a.id = p.account_id where p.entry_id = $1 order by p.line`,
      [id],
    );
    const [first] = lines;
    if (!stored || !first) throw new DomainError('not_found');
    const {
      homeCountry,
      hostCountry,
      agreementId,
      academicYear,
      category,
      homeInstitutionId,
      hostInstitutionId,
    } = first;
    const { act, basis, stayId, occurredOn, rate, rateSource, rateOn } = stored;
    return {
      act,
      basis,
      stayId,
      occurredOn,
      key: {
        homeCountry,
        hostCountry,
        agreementId,
        academicYear,
        category,
        homeInstitutionId,
        hostInstitutionId,
      },
      lines: lines.map(({ book, payer, unit, amount }) => ({ book, payer, unit, amount: Number(amount) })),
      ...(rate && rateSource && rateOn ? { rate: { value: rate, source: rateSource, day: rateOn } } : {}),
    };
  }
}

/** Whether the account `a` is the one that is wanted: all of its terms, those too that are not there. */
function matches(wanted: string): string {
  const same = (column: string, index: number, type: 'text' | 'uuid' = 'text') =>
    `a.${column} is not distinct from (${wanted} ->> ${index})::${type}`;
  return [
    same('book', 0),
    same('basis', 1),
    same('payer', 2),
    same('home_country', 3),
    same('host_country', 4),
    `a.agreement_id = (${wanted} ->> 5)::uuid`,
    `a.academic_year = (${wanted} ->> 6)`,
    `a.category = (${wanted} ->> 7)`,
    same('home_institution_id', 8, 'uuid'),
    same('host_institution_id', 9, 'uuid'),
  ].join(' and ');
}

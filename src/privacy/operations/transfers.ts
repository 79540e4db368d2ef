import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';

/** Personal data that crossed the border: whose, from where to whom, which fields, why, on what basis, by which act, when. */
export interface Transfer {
  readonly personId: Id;
  readonly subject: { readonly kind: string; readonly id: Id };
  readonly fromCountry: CountryCode;
  readonly toCountry: CountryCode;
  readonly recipientInstitutionId: Id | null;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly fields: readonly string[];
  readonly act: string;
}

/** That the other side sees what crossed no more: since when, why, what of it is still told, and until when. */
export interface TransferEnd {
  readonly subject: { readonly kind: string; readonly id: Id };
  readonly personId: Id;
  /** What the record is called by without its person. */
  readonly label: string;
  readonly toCountry: CountryCode;
  readonly recipientInstitutionId: Id | null;
  /** Code of a rule of sight; words under `privacy.ends`. */
  readonly cause: string;
  readonly seenFrom: Date;
}

/** When the other side's sight ends, by what ended the matter. */
export interface SightRule {
  readonly cause: string;
  readonly days: number;
  readonly kept: readonly string[];
  readonly keptDays: number;
  readonly law: string;
}

const DAY_MS = 86_400_000;

/** The register of transfers across the border: append-only, written in the act that makes the data visible to the other side. */
@Injectable()
export class Transfers {
  constructor(@Inject(AuditTrail) private readonly audit: AuditTrail) {}

  register(ctx: Ctx, transfer: Transfer): Promise<void> {
    return this.registerAll(ctx, [transfer]);
  }

  /** What one act made visible of many records, by one statement. */
  async registerAll(ctx: Ctx, transfers: readonly Transfer[]): Promise<void> {
    if (transfers.length === 0) return;
    const now = ctx.clock.now();
    const lines = transfers.map(({ subject, recipientInstitutionId, ...transfer }) => ({
      ...transfer,
      id: newId(now),
      kind: subject.kind,
      subject: subject.id,
      recipient: recipientInstitutionId,
    }));
    await ctx.tx.query(
      `insert into transfers (id, person_id, subject_kind, subject_id, from_country, to_country, recipient_institution_id,
         purpose, legal_basis, fields, act, at, owner_country, legal_version)
       select l.id, l."personId", l.kind, l.subject, l."fromCountry", l."toCountry", l.recipient, l.purpose, l."legalBasis",
         l.fields, l.act, $2, owner, (select version from legal_bases
           where country = owner and code = l."legalBasis" and valid_from <= $2::timestamptz::date
           order by valid_from desc limit 1)
       from jsonb_to_recordset($1::jsonb) as l (id uuid, "personId" uuid, kind text, subject uuid, "fromCountry" text,
         "toCountry" text, recipient uuid, purpose text, "legalBasis" text, fields text[], act text)
       cross join lateral owner_of_record(l."personId") as owner`,
      [JSON.stringify(lines), now],
    );
    await this.audit.recordAll(
      ctx,
      transfers.map((transfer) => ({
        action: 'transfer.registered',
        subject: transfer.subject,
        data: {
          from: transfer.fromCountry,
          to: transfer.toCountry,
          recipient: transfer.recipientInstitutionId,
          purpose: transfer.purpose,
          legalBasis: transfer.legalBasis,
          fields: transfer.fields,
        },
      })),
    );
  }

  /** Of these records those that crossed for a purpose, each with every country that it went to. */
  async reached(
    ctx: Ctx,
    kind: string,
    ids: readonly Id[],
    purpose: string,
  ): Promise<readonly { readonly id: Id; readonly toCountry: CountryCode }[]> {
    return ctx.tx.query(
      `select distinct subject_id as id, to_country as "toCountry" from transfers
       where subject_kind = $1 and subject_id = any ($2) and purpose = $3`,
      [kind, ids, purpose],
    );
  }

  /** What of one record has crossed the border so far, oldest first. */
  of(ctx: Ctx, subject: { readonly kind: string; readonly id: Id }): Promise<(Transfer & { at: Date })[]> {
    return ctx.tx.query<(Transfer & { at: Date })[]>(
      `select person_id as "personId", json_build_object('kind', subject_kind, 'id', subject_id) as subject,
         from_country as "fromCountry", to_country as "toCountry", recipient_institution_id as "recipientInstitutionId",
         purpose, legal_basis as "legalBasis", fields, act, at
       from transfers where subject_kind = $1 and subject_id = $2 order by at`,
      [subject.kind, subject.id],
    );
  }

  /** The rule of the receiving country for what ended a matter, or the one for every country; valid at the instant of the act. */
  async sightRule(ctx: Ctx, cause: string, country: CountryCode): Promise<SightRule> {
    const [rule] = await ctx.tx.query<SightRule[]>(
      `select cause, days, kept, kept_days as "keptDays", law from sight_rules
       where cause = $1 and (country = $2 or country is null) and valid_from <= $3::timestamptz::date
       order by country nulls last, valid_from desc limit 1`,
      [cause, country, ctx.clock.now()],
    );
    if (!rule) throw new Error(`no rule says what the other side sees after ${cause}`);
    return rule;
  }

  /** On record that the other side sees it no more, in the act that ends it. Needs the rights of the system. */
  async end(ctx: Ctx, end: TransferEnd): Promise<void> {
    const now = ctx.clock.now();
    const { kept, keptDays } = await this.sightRule(ctx, end.cause, end.toCountry);
    await ctx.tx.query(
      `insert into transfer_ends (id, person_id, subject_kind, subject_id, label, to_country, recipient_institution_id,
         cause, seen_from, at, kept, kept_until) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        newId(now),
        end.personId,
        end.subject.kind,
        end.subject.id,
        end.label,
        end.toCountry,
        end.recipientInstitutionId,
        end.cause,
        end.seenFrom,
        now,
        kept,
        new Date(now.getTime() + keptDays * DAY_MS),
      ],
    );
    await this.audit.record(ctx, {
      action: 'transfer.ended',
      subject: end.subject,
      data: { to: end.toCountry, recipient: end.recipientInstitutionId, cause: end.cause },
    });
  }
}

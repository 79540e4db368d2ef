import { Inject, Injectable } from '@nestjs/common';
import { AccessPorts } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';

/** One line of the register, with how it ended if it did. */
export interface RegisterLine {
  readonly id: Id;
  readonly personId: Id;
  readonly subjectKind: string;
  readonly subjectId: Id;
  readonly fromCountry: CountryCode;
  readonly toCountry: CountryCode;
  /** Which side owned the record when it crossed; null in lines from before that was asked. */
  readonly ownerCountry: CountryCode | null;
  readonly recipientInstitutionId: Id | null;
  readonly recipient: string | null;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly legalVersion: string | null;
  /** What the law of the country says, in that version; null where it is not known any more. */
  readonly law: LocalizedText | null;
  readonly fields: readonly string[];
  readonly act: string;
  readonly at: Date;
  readonly endedAt: Date | null;
  readonly cause: string | null;
  readonly kept: readonly string[] | null;
  readonly keptUntil: Date | null;
}

/** For what data cross the border: words under `privacy.register.purposes`. */
const PURPOSES = ['nomination', 'offer', 'assessment', 'correction', 'stay'] as const;

/** What of the register is looked at; null: all of it. */
export interface RegisterFilter {
  readonly toCountry: CountryCode | null;
  readonly purpose: string | null;
  readonly year: number | null;
  /** Whether the other side still sees it. */
  readonly sight: 'seen' | 'ended' | null;
}

export interface RegisterKnown {
  readonly countries: readonly CountryCode[];
  readonly purposes: readonly string[];
  readonly years: readonly number[];
}

/** What the other side was told of somebody and no longer sees. */
export interface EndedSight {
  readonly label: string;
  readonly cause: string;
  readonly seenFrom: Date;
  readonly at: Date;
  readonly keptUntil: Date;
}

/** The register of transfers as it is read: by its person, and by the offices that once saw what is ended. */
@Injectable()
export class ReadTransfers {
  constructor(@Inject(AccessPorts) private readonly ports: AccessPorts) {}

  /** All of whoever acts, the youngest first. */
  own(ctx: Ctx): Promise<readonly RegisterLine[]> {
    return this.lines(ctx, 't.person_id = $1', [ctx.actor.personId], 't.at desc, t.id desc');
  }

  /** What the institutions and the country of whoever acts may still know of what they saw once. */
  ended(ctx: Ctx): Promise<EndedSight[]> {
    return ctx.tx.query<EndedSight[]>(
      `select label, cause, seen_from as "seenFrom", at, kept_until as "keptUntil" from transfer_ends e
       where e.kept_until > (select actor_instant()) and (e.to_country = any ((select actor_officer_of())::text[])
         or e.recipient_institution_id = any ((select actor_host_institutions())::uuid[]))
       order by at desc, id desc limit 200`,
    );
  }

  /** Of the whole programme, the youngest first, from one line on; people stand in it by their id. */
  ofProgramme(
    ctx: Ctx,
    filter: RegisterFilter,
    before: Id | null,
    limit: number,
  ): Promise<readonly RegisterLine[]> {
    return this.lines(
      ctx,
      `($1::text is null or t.to_country = $1) and ($2::text is null or t.purpose = $2)
         and ($3::int is null or extract(year from t.at at time zone 'UTC') = $3)
         and ($4::text is null or (e.at is null) = ($4 = 'seen')) and ($5::uuid is null or t.id < $5)`,
      [filter.toCountry, filter.purpose, filter.year, filter.sight, before, limit],
      't.id desc limit $6',
    );
  }

  /** By what the register can be narrowed. Asked of its ends, and not of each of its lines. */
  async known(ctx: Ctx): Promise<RegisterKnown> {
    const [ends] = await ctx.tx.query<{ first: Date | null; last: Date | null }[]>(
      `select (select at from transfers order by id limit 1) as first,
         (select at from transfers order by id desc limit 1) as last`,
    );
    const [first, last] = [ends?.first?.getUTCFullYear(), ends?.last?.getUTCFullYear()];
    return {
      countries: await this.ports.places.countries(ctx),
      purposes: PURPOSES,
      years:
        first === undefined || last === undefined
          ? []
          : Array.from({ length: last - first + 1 }, (_, index) => last - index),
    };
  }

  private async lines(
    ctx: Ctx,
    where: string,
    values: readonly unknown[],
    order: string,
  ): Promise<readonly RegisterLine[]> {
    const rows = await ctx.tx.query<Omit<RegisterLine, 'recipient'>[]>(
      `select t.id, t.person_id as "personId", t.subject_kind as "subjectKind", t.subject_id as "subjectId",
         t.from_country as "fromCountry", t.to_country as "toCountry", t.owner_country as "ownerCountry",
         t.recipient_institution_id as "recipientInstitutionId", t.purpose, t.legal_basis as "legalBasis",
         t.legal_version as "legalVersion", b.words as law, t.fields, t.act, t.at, e.at as "endedAt", e.cause, e.kept,
         e.kept_until as "keptUntil"
       from transfers t
       left join legal_bases b on b.country = coalesce(t.owner_country, t.from_country) and b.code = t.legal_basis
         and b.version = t.legal_version
       left join lateral (select x.at, x.cause, x.kept, x.kept_until from transfer_ends x
         where x.subject_kind = t.subject_kind and x.subject_id = t.subject_id and x.at >= t.at
           and x.recipient_institution_id is not distinct from t.recipient_institution_id
         order by x.at limit 1) e on true
       where ${where} order by ${order}`,
      [...values],
    );
    const names = await this.ports.places.institutionNames(ctx, [
      ...new Set(rows.flatMap(({ recipientInstitutionId }) => recipientInstitutionId ?? [])),
    ]);
    return rows.map((row) => ({ ...row, recipient: names.get(row.recipientInstitutionId ?? '') ?? null }));
  }
}

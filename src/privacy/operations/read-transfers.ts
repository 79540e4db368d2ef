import { Inject, Injectable } from '@nestjs/common';
import { AccessPorts } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';

/** One line of the register, with how it ended if it did. */
export interface RegisterLine {
  readonly id: Id;
  readonly subjectKind: string;
  readonly subjectId: Id;
  readonly fromCountry: CountryCode;
  readonly toCountry: CountryCode;
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
    return this.lines(ctx, ctx.actor.personId);
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

  private async lines(ctx: Ctx, personId: Id | null): Promise<readonly RegisterLine[]> {
    const rows = await ctx.tx.query<Omit<RegisterLine, 'recipient'>[]>(
      `select t.id, t.subject_kind as "subjectKind", t.subject_id as "subjectId",
         t.from_country as "fromCountry", t.to_country as "toCountry",
         t.recipient_institution_id as "recipientInstitutionId", t.purpose, t.legal_basis as "legalBasis",
         t.legal_version as "legalVersion", b.words as law, t.fields, t.act, t.at, e.at as "endedAt", e.cause, e.kept,
         e.kept_until as "keptUntil"
       from transfers t
       left join legal_bases b on b.country = t.from_country and b.code = t.legal_basis and b.version = t.legal_version
       left join lateral (select x.at, x.cause, x.kept, x.kept_until from transfer_ends x
         where x.subject_kind = t.subject_kind and x.subject_id = t.subject_id and x.at >= t.at
           and x.recipient_institution_id is not distinct from t.recipient_institution_id
         order by x.at limit 1) e on true
       where t.person_id = $1 order by t.at desc, t.id desc`,
      [personId],
    );
    const names = await this.ports.places.institutionNames(ctx, [
      ...new Set(rows.flatMap(({ recipientInstitutionId }) => recipientInstitutionId ?? [])),
    ]);
    return rows.map((row) => ({ ...row, recipient: names.get(row.recipientInstitutionId ?? '') ?? null }));
  }
}

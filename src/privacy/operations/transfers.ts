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

/** The register of transfers across the border: append-only, written in the act that makes the data visible to the other side. */
@Injectable()
export class Transfers {
  constructor(@Inject(AuditTrail) private readonly audit: AuditTrail) {}

  async register(ctx: Ctx, transfer: Transfer): Promise<void> {
    const now = ctx.clock.now();
    await ctx.tx.query(
      `insert into transfers (id, person_id, subject_kind, subject_id, from_country, to_country, recipient_institution_id,
         purpose, legal_basis, fields, act, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        newId(now),
        transfer.personId,
        transfer.subject.kind,
        transfer.subject.id,
        transfer.fromCountry,
        transfer.toCountry,
        transfer.recipientInstitutionId,
        transfer.purpose,
        transfer.legalBasis,
        transfer.fields,
        transfer.act,
        now,
      ],
    );
    await this.audit.record(ctx, {
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
    });
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
}

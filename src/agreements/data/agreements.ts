import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { searchKey } from '../../shared/transliteration.js';
import { PUBLISHED_STATES, isInForce } from '../domain/agreement.js';
import type { AgreementKind, AgreementView, QuotaView } from '../domain/agreement.js';
import type { AgreementState } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { AgreementQuotaEntity } from './agreement-quota.entity.js';
import { AgreementEntity } from './agreement.entity.js';

/** What is looked for; what is absent does not narrow. */
export interface AgreementSearch {
  readonly text?: string;
  readonly kind?: AgreementKind;
  readonly country?: CountryCode;
  readonly institutionId?: Id;
  readonly state?: AgreementState;
  /** With its last day no later than this, and not before `day`. */
  readonly endsBy?: string;
  readonly day?: string;
  /** With room in a quota. */
  readonly withQuotaLeft?: boolean;
  readonly limit: number;
  readonly offset?: number;
}

@Injectable()
export class Agreements {
  /** In any state. */
  async byId(ctx: Ctx, id: Id): Promise<AgreementView | null> {
    return this.one(ctx, { id });
  }

  /** In any state. */
  async byReference(ctx: Ctx, reference: string): Promise<AgreementView | null> {
    return this.one(ctx, { reference });
  }

  async byIds(ctx: Ctx, ids: readonly Id[]): Promise<readonly AgreementView[]> {
    return this.withQuotas(ctx, await ctx.tx.getRepository(AgreementEntity).findBy({ id: In([...ids]) }));
  }

  /** As it is, and stays so until the transaction ends: nobody ends or changes it meanwhile. */
  async held(ctx: Ctx, id: Id): Promise<AgreementView | null> {
    await ctx.tx.query('select id from agreements where id = $1 for share', [id]);
    return this.byId(ctx, id);
  }

  /** Everything that is or was in force: memoranda first, the latest first. */
  async published(ctx: Ctx): Promise<readonly AgreementView[]> {
    const rows = await ctx.tx.getRepository(AgreementEntity).find({
      where: { state: In(PUBLISHED_STATES) },
      order: { kind: 'DESC', signedOn: 'DESC', reference: 'ASC' },
    });
    return this.withQuotas(ctx, rows);
  }

  /** What binds today, by the given calendar day (YYYY-MM-DD). */
  async inForce(ctx: Ctx, day: string): Promise<readonly AgreementView[]> {
    return (await this.published(ctx)).filter((agreement) => isInForce(agreement, day));
  }

  /** What everybody may read, and what the actor may, one more than `limit` where there are more. */
  async search(ctx: Ctx, search: AgreementSearch): Promise<readonly AgreementView[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select a.id from agreements a
       where (a.state in ('in_force', 'expired', 'terminated') or ${agreementsPolicy.filter(ctx.actor, 'agreement.read', 'a')})
         and ($1::text is null or a.reference ilike $1 or a.title::text ilike $1 or a.parties::text ilike $1
           or exists (select from institutions i, jsonb_array_elements(a.parties) party
             where i.id = (party ->> 'institutionId')::uuid and i.search_key like $11))
         and ($2::text is null or a.kind = $2)
         and ($3::text is null or a.parties @> jsonb_build_array(jsonb_build_object('country', $3::text)))
         and ($4::text is null or a.parties @> jsonb_build_array(jsonb_build_object('institutionId', $4::text)))
         and ($5::text is null or a.state = $5)
         and ($6::date is null or (a.state = 'in_force' and least(a.in_force_until, a.terminates_on) between $7::date and $6::date))
         and (not $8::boolean or (a.state = 'in_force'
           and exists (select from agreement_quotas q where q.agreement_id = a.id and q.committed < q.persons)))
       order by a.state = 'in_force' desc, a.kind desc, a.signed_on desc nulls first, a.reference
       limit $9 offset $10`,
      [
        search.text ? `%${search.text.replaceAll(/[\\%_]/g, '\\$&')}%` : null,
        search.kind ?? null,
        search.country ?? null,
        search.institutionId ?? null,
        search.state ?? null,
        search.endsBy ?? null,
        search.day ?? null,
        search.withQuotaLeft ?? false,
        search.limit + 1,
        search.offset ?? 0,
        search.text ? `%${searchKey(search.text).replaceAll(/[\\%_]/g, '\\$&')}%` : null,
      ],
    );
    const found = new Map(
      (
        await this.byIds(
          ctx,
          rows.map(({ id }) => id),
        )
      ).map((each) => [each.id, each]),
    );
    return rows.flatMap(({ id }) => found.get(id) ?? []);
  }

  private async one(ctx: Ctx, by: { id: Id } | { reference: string }): Promise<AgreementView | null> {
    const row = await ctx.tx.getRepository(AgreementEntity).findOneBy(by);
    return row ? ((await this.withQuotas(ctx, [row]))[0] ?? null) : null;
  }

  private async withQuotas(ctx: Ctx, rows: readonly AgreementEntity[]): Promise<AgreementView[]> {
    if (rows.length === 0) return [];
    const quotas = await ctx.tx.getRepository(AgreementQuotaEntity).find({
      where: { agreementId: In(rows.map(({ id }) => id)) },
      order: { academicYear: 'ASC', category: 'ASC', homeCountry: 'ASC' },
    });
    return rows.map(({ ...row }) => ({
      ...row,
      quotas: quotas.filter(({ agreementId }) => agreementId === row.id).map(quotaOf),
    }));
  }
}

function quotaOf({ agreementId: _, ...quota }: AgreementQuotaEntity): QuotaView {
  return quota;
}

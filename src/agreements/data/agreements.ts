import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared } from '../../platform/database/prepared.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { searchKey } from '../../shared/transliteration.js';
import { PUBLISHED_STATES, isInForce } from '../domain/agreement.js';
import type { AgreementKind, AgreementView, QuotaView } from '../domain/agreement.js';
import type { AgreementState } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { AgreementQuotaEntity } from './agreement-quota.entity.js';
import { AgreementEntity } from './agreement.entity.js';

/** What waits for the actor: a text to sign for their institution, or one to write on that is theirs or came back. */
export const AGREEMENT_WAITS = ['sign', 'edit'] as const;
export type AgreementWait = (typeof AGREEMENT_WAITS)[number];

const ME = '((select actor_acts_for())::uuid[] || (select actor_person()))';
const speaksFor = (alias: string, settings: readonly string[], more = '') =>
  `exists (select from jsonb_array_elements(${alias}.parties) party
     where (${settings.map((name) => `(party ->> 'institutionId')::uuid = any ((select ${name}())::uuid[])`).join(' or ')}) ${more})`;

/** Beside the sight of the actor; `a` is the agreement. */
const WAITING: Readonly<Record<AgreementWait, string>> = {
  // As whoever answers is checked: who wrote it does not sign it, nobody signs for both, and an institution says one word.
  sign: `exists (select from agreement_versions v where v.agreement_id = a.id and v.state = 'proposed'
    and not (v.preparers && ${ME})
    and not exists (select from agreement_people signed where signed.version_id = v.id and signed.person_id = any (${ME}))
    and ${speaksFor(
      'a',
      ['actor_signs_for'],
      `and not exists (select from agreement_verdicts said
         where said.version_id = v.id and said.institution_id = (party ->> 'institutionId')::uuid)`,
    )})`,
  edit: `exists (select from agreement_versions v where v.agreement_id = a.id
    and v.number = (select max(number) from agreement_versions latest where latest.agreement_id = a.id)
    and (v.state = 'draft' and v.preparers && ${ME}
      or v.state = 'returned' and (v.preparers && ${ME}
        or ${speaksFor('a', ['actor_home_institutions', 'actor_host_institutions', 'actor_administers'])})))`,
};

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
  /** What waits for the actor alone. */
  readonly waits?: AgreementWait;
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

  /** What they are called, in one question. */
  titles(
    ctx: Ctx,
    ids: readonly Id[],
  ): Promise<readonly Pick<AgreementView, 'id' | 'reference' | 'title'>[]> {
    return readPrepared(ctx, 'select id, reference, title from agreements where id = any ($1::uuid[])', [
      ids,
    ]);
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
         ${search.waits ? `and ${this.waiting(ctx, search.waits)}` : ''}
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

  /** How many wait for the actor, counted no further than `limit`. */
  async countWaiting(ctx: Ctx, waits: AgreementWait, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (
         select from agreements a where ${this.waiting(ctx, waits)} limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }

  private waiting({ actor }: Ctx, waits: AgreementWait): string {
    const may = agreementsPolicy.filter(actor, waits === 'sign' ? 'agreement.read' : 'agreement.revise', 'a');
    return `(${may} and ${WAITING[waits]})`;
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

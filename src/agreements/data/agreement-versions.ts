import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { AgreementKind, VersionView } from '../domain/agreement.js';
import { AgreementPersonEntity } from './agreement-person.entity.js';
import { AgreementVerdictEntity } from './agreement-verdict.entity.js';
import { AgreementVersionEntity } from './agreement-version.entity.js';

/** What the programme demands of agreements of a kind. */
export interface AgreementRules {
  readonly ministries: boolean;
  readonly approvalDays: number;
  readonly remindDays: readonly number[];
}

/** Versions of agreements, what was said of them, and the people of the sides. */
@Injectable()
export class AgreementVersions {
  /** The latest first. */
  async of(ctx: Ctx, agreementId: Id): Promise<readonly VersionView[]> {
    return ctx.tx.find(AgreementVersionEntity, { where: { agreementId }, order: { number: 'DESC' } });
  }

  async number(ctx: Ctx, agreementId: Id, number: number): Promise<VersionView | null> {
    return ctx.tx.findOne(AgreementVersionEntity, { where: { agreementId, number } });
  }

  /** What is being prepared or decided; there is one at most. */
  async open(ctx: Ctx, agreementId: Id): Promise<VersionView | null> {
    return ctx.tx.findOne(AgreementVersionEntity, {
      where: { agreementId, state: In(['draft', 'proposed']) },
    });
  }

  async openOf(ctx: Ctx, agreementIds: readonly Id[]): Promise<ReadonlyMap<Id, VersionView>> {
    const rows = await ctx.tx.find(AgreementVersionEntity, {
      where: { agreementId: In([...agreementIds]), state: In(['draft', 'proposed']) },
    });
    return new Map(rows.map((row) => [row.agreementId, row]));
  }

  async verdicts(ctx: Ctx, versionIds: readonly Id[]): Promise<readonly AgreementVerdictEntity[]> {
    return ctx.tx.find(AgreementVerdictEntity, {
      where: { versionId: In([...versionIds]) },
      order: { givenAt: 'ASC' },
    });
  }

  /** Whom the actor may see of them: the wall of the database decides. */
  async people(ctx: Ctx, agreementId: Id): Promise<readonly AgreementPersonEntity[]> {
    return ctx.tx.find(AgreementPersonEntity, {
      where: { agreementId },
      order: { country: 'ASC', part: 'ASC', name: 'ASC' },
    });
  }

  async rules(ctx: Ctx, kind: AgreementKind): Promise<AgreementRules> {
    const [rules] = await ctx.tx.query<AgreementRules[]>(
      `select ministries, approval_days as "approvalDays", remind_days as "remindDays"
       from agreement_rules where kind = $1`,
      [kind],
    );
    if (!rules) throw new Error(`no rules for agreements of the kind ${kind}`);
    return rules;
  }

  /** Versions that wait for a signature of the actor's, counted no further than `limit`. */
  async countToSign(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (
         select from agreement_versions v join agreements a on a.id = v.agreement_id
           join jsonb_array_elements(a.parties) party on (party ->> 'institutionId')::uuid = any ((select actor_signs_for())::uuid[])
         where v.state = 'proposed' and not exists (select from agreement_verdicts w
           where w.version_id = v.id and w.institution_id = (party ->> 'institutionId')::uuid) limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }

  /** Drafts among the actor's own, and versions that came back, counted no further than `limit`. */
  async countInPreparation(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (
         select from agreement_versions v where v.state = 'draft'
           and v.preparers && ((select actor_acts_for())::uuid[] || (select actor_person())) limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }
}

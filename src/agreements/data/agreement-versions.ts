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
}

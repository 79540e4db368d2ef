import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Action } from '../../shared/policy.js';
import { DomainError } from '../../shared/domain-error.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { Agreements } from '../data/agreements.js';
import { isPublished } from '../domain/agreement.js';
import type { VersionView } from '../domain/agreement.js';
import { BOUND_STATES } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { factsOf } from '../operations/agreement-record.js';
import type { AgreementRecord } from '../operations/agreement-record.js';
import type { Reader } from './agreement-presenter.js';

/** An agreement as this reader may see it: a version that is prepared or decided only for those who may read it. */
export interface ReadableAgreement extends AgreementRecord {
  /** Whether the reader sees more than what is or was in force. */
  readonly inside: boolean;
}

/** Finds agreements for pages and for the API, and says what the reader may do with them. */
@Injectable()
export class ReadAgreement {
  constructor(
    private readonly agreements: Agreements,
    private readonly versions: AgreementVersions,
    private readonly translator: Translator,
  ) {}

  /** @throws DomainError `not_found` also for what the reader may not know of */
  async byReference(ctx: Ctx, reference: string): Promise<ReadableAgreement> {
    const agreement = await this.agreements.byReference(ctx, reference);
    if (!agreement) throw new DomainError('not_found');
    const open = await this.versions.open(ctx, agreement.id);
    const record = { agreement, open };
    const inside = agreementsPolicy.decide(ctx.actor, 'agreement.read', factsOf(record, 'agreement')).allowed;
    if (!inside && !isPublished(agreement.state)) throw new DomainError('not_found');
    return inside ? { ...record, inside } : { agreement, open: null, inside };
  }

  /** The latest first: all of them for those who see what is prepared, else what is or was in force. */
  async versionsOf(ctx: Ctx, { agreement, inside }: ReadableAgreement): Promise<readonly VersionView[]> {
    const all = await this.versions.of(ctx, agreement.id);
    return inside ? all : all.filter(({ state }) => BOUND_STATES.includes(state));
  }

  /** For those alone who may see what is being prepared. */
  async inside(ctx: Ctx, reference: string): Promise<ReadableAgreement> {
    const record = await this.byReference(ctx, reference);
    if (!record.inside) throw new DomainError('not_found');
    return record;
  }

  may(ctx: Ctx, action: Action, record: AgreementRecord, upon: 'version' | 'agreement'): boolean {
    return agreementsPolicy.decide(ctx.actor, action, factsOf(record, upon)).allowed;
  }

  reader(ctx: Ctx): Reader {
    return { translator: this.translator, language: ctx.language };
  }
}

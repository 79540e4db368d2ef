import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementQuotaEntity } from '../data/agreement-quota.entity.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { agreementContent } from '../domain/agreement.js';
import type { AgreementKind, AgreementParty, AgreementText, QuotaView } from '../domain/agreement.js';
import { agreementStates } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';

/** Everything that a new agreement says. */
export interface AgreementDraft {
  readonly kind: AgreementKind;
  readonly reference: string;
  readonly title: LocalizedText;
  readonly parties: readonly AgreementParty[];
  readonly themes: readonly string[];
  readonly text: AgreementText;
  readonly quotas: readonly Omit<QuotaView, 'id' | 'committed'>[];
}

/** Writes a new agreement as a draft, with its quotas. */
@Injectable()
export class PrepareAgreement {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  async prepareAgreement(request: RequestContext, draft: AgreementDraft): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const countries = [...new Set(draft.parties.map(({ country }) => country))];
      const facts = { state: agreementStates.initial, countries };
      authorise(ctx, agreementsPolicy, 'agreement.prepare', facts, 'agreement.prepare');
      if (countries.length < 2) {
        throw new DomainError('invalid', { fields: [{ field: 'parties', problem: 'required' }] });
      }
      const now = ctx.clock.now();
      const id = newId(now);
      const { quotas, ...texts } = draft;
      await ctx.tx.insert(AgreementEntity, {
        ...texts,
        id,
        parties: [...draft.parties],
        themes: [...draft.themes],
        state: agreementStates.initial,
        textHash: contentHash(agreementContent(draft)),
        signedOn: null,
        inForceFrom: null,
        inForceUntil: null,
      });
      await ctx.tx.insert(
        AgreementQuotaEntity,
        quotas.map((quota) => ({ ...quota, id: newId(now), agreementId: id, committed: 0 })),
      );
      await this.audit.record(ctx, {
        action: 'agreement.prepared',
        subject: { kind: 'agreement', id },
        data: { reference: draft.reference, quotas: quotas.length },
      });
      return id;
    });
  }
}

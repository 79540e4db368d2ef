import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AgreementContent } from '../domain/agreement.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { storageProblems } from '../domain/draft.js';
import { AgreementRecords, requireOpen, factsOf, partiesOf, preparing } from './agreement-record.js';
import { referenceTaken } from './prepare-agreement.js';

/** Changes a draft. What is not whole yet is kept all the same; between whom it is, and its kind, stay. */
@Injectable()
export class EditAgreement {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * @param edit the one that the change was made to
   * @returns the next one
   * @throws DomainError `stale` where somebody else was first, `invalid` for what cannot even be kept
   */
  async editAgreement(
    request: RequestContext,
    agreementId: Id,
    edit: number,
    patch: Partial<AgreementContent>,
  ): Promise<number> {
    return referenceTaken(() =>
      this.database.transaction(request, async (ctx) => {
        const found = await this.records.lock(ctx, agreementId);
        authorise(ctx, agreementsPolicy, 'agreement.edit', factsOf(found, 'version'), 'agreement.read');
        const record = requireOpen(found);
        const before = record.open.content;
        // A later version is of the same agreement, under the same reference.
        const fixed = {
          kind: before.kind,
          ...(record.open.number > 1 ? { reference: before.reference } : {}),
        };
        const content = without({ ...before, ...patch, ...fixed });
        if (JSON.stringify(partiesOf(content)) !== JSON.stringify(partiesOf(before))) {
          throw new DomainError('invalid', { fields: [{ field: 'parties', problem: 'parties_stay' }] });
        }
        const fields = storageProblems(content);
        if (fields.length > 0) throw new DomainError('invalid', { fields });
        const preparers = preparing(ctx, record.open.preparers);
        const next = await this.records.keepDraft(ctx, record, edit, content, preparers);
        await this.audit.record(ctx, {
          action: 'agreement.edited',
          subject: { kind: 'agreement', id: agreementId },
          data: { version: record.open.number, changed: Object.keys(patch).sort().join(' ') },
        });
        return next;
      }),
    );
  }
}

/** What was emptied is absent, so that it leaves no trace in the hash. */
function without(content: AgreementContent): AgreementContent {
  return Object.fromEntries(
    Object.entries(content).filter(([, value]) => value !== undefined),
  ) as unknown as AgreementContent;
}

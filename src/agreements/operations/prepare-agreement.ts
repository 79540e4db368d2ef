import { Injectable } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { agreementContent } from '../domain/agreement.js';
import type { AgreementContent } from '../domain/agreement.js';
import { agreementStates } from '../domain/agreement.states.js';
import { agreementsPolicy } from '../domain/agreements.policy.js';
import { storageProblems } from '../domain/draft.js';
import { beginVersion, insertQuota, partiesOf, termsOf } from './agreement-record.js';

/** Everything that a new agreement says. */
export type AgreementDraft = AgreementContent;

/** Writes a new agreement as a draft, with its quotas: its first version. */
@Injectable()
export class PrepareAgreement {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `invalid` for what cannot be kept, `conflict` (`reference_taken`) */
  async prepareAgreement(request: RequestContext, draft: AgreementDraft): Promise<Id> {
    return referenceTaken(() => this.database.transaction(request, (ctx) => this.within(ctx, draft)));
  }

  /** The same inside an act of the caller's. */
  async within(ctx: Ctx, draft: AgreementDraft): Promise<Id> {
    const facts = { ...partiesOf(draft), state: agreementStates.initial, preparers: [] };
    authorise(ctx, agreementsPolicy, 'agreement.prepare', facts, 'agreement.prepare');
    return this.write(ctx, draft);
  }

  /** The same by a caller who has authorised it. */
  async write(ctx: Ctx, draft: AgreementDraft): Promise<Id> {
    const parties = partiesOf(draft);
    const fields = [
      ...(parties.countries.length < 2 ? [{ field: 'parties', problem: 'required' }] : []),
      ...storageProblems(draft),
    ];
    if (fields.length > 0) throw new DomainError('invalid', { fields });
    const now = ctx.clock.now();
    const id = newId(now);
    const hash = contentHash(agreementContent(draft));
    await ctx.tx.insert(AgreementEntity, {
      id,
      kind: draft.kind,
      reference: draft.reference,
      externalReference: draft.paper?.externalReference ?? null,
      title: draft.title,
      parties: [...draft.parties],
      themes: [...draft.themes],
      state: agreementStates.initial,
      text: draft.text,
      textHash: hash,
      signedOn: null,
      inForceFrom: null,
      inForceUntil: null,
      version: 1,
      terms: termsOf(draft),
      terminatesOn: null,
      termination: null,
    });
    for (const quota of draft.quotas) await insertQuota(ctx, id, quota);
    await beginVersion(ctx, id, 1, draft);
    await this.audit.record(ctx, {
      action: 'agreement.prepared',
      subject: { kind: 'agreement', id },
      data: { reference: draft.reference, quotas: draft.quotas.length },
    });
    return id;
  }
}

/** Two who choose the same reference at once: the second is told, and nothing half-happens. */
export async function referenceTaken<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof QueryFailedError && error.message.includes('agreements_reference_key')) {
      throw new DomainError('invalid', { fields: [{ field: 'reference', problem: 'reference_taken' }] });
    }
    throw error;
  }
}

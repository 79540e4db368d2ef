import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database } from '../../platform/database/database.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { copiedDraft, copiedSlug } from '../domain/call-copy.js';
import { draftOf } from '../domain/call-draft.js';
import { callStates } from '../domain/call.states.js';
import { callsPolicy } from '../domain/calls.policy.js';
import { freeSlug } from '../domain/new-call.js';
import { CallRecords, factsOf } from './call-record.js';
import { DraftRegister, slugTaken } from './draft-register.js';
import { PrepareCall } from './prepare-call.js';

/** Begins a call for the next year from one that there is, whatever its state. */
@Injectable()
export class CopyCall {
  constructor(
    private readonly database: Database,
    private readonly records: CallRecords,
    private readonly register: DraftRegister,
    private readonly prepare: PrepareCall,
  ) {}

  /** Answers the id of the copy, a draft. */
  async copyCall(request: RequestContext, callId: Id): Promise<Id> {
    return slugTaken(() =>
      this.database.transaction(request, async (ctx) => {
        const { call, form, places } = await this.records.read(ctx, callId);
        const { countries } = factsOf(call);
        authorise(ctx, callsPolicy, 'call.prepare', { state: callStates.initial, countries }, 'call.read');
        const now = ctx.clock.now();
        const ids = new Map(places.map(({ id }) => [id, newId(now)]));
        const copy = copiedDraft(draftOf(call, form, places), call.slug, ids, now);
        const wanted = copiedSlug(call.slug, call.academicYear, copy.academicYear);
        const slug = freeSlug(wanted, await this.register.slugsLike(ctx, wanted));
        return this.prepare.write(ctx, { ...copy, slug }, { copiedFrom: callId });
      }),
    );
  }
}

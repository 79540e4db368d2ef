import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { Calls } from '../data/calls.js';
import { CallEntity } from '../data/call.entity.js';
import { callContent } from '../domain/call-content.js';
import type { CallView, PlaceView } from '../domain/call.js';
import type { FormDefinition } from '../domain/form.js';
import type { CallFacts } from '../domain/calls.policy.js';

/** A call as an act works on it: its row is locked, so that two acts on it follow one another. */
export interface CallRecord {
  readonly call: CallView;
  /** The version that a new application begins with. */
  readonly form: FormDefinition;
  readonly places: readonly PlaceView[];
  /** Of everything that both countries approve. */
  readonly hash: string;
}

@Injectable()
export class CallRecords {
  constructor(private readonly calls: Calls) {}

  /** @throws DomainError `not_found` */
  async lock(ctx: Ctx, callId: Id): Promise<CallRecord> {
    await ctx.tx
      .getRepository(CallEntity)
      .createQueryBuilder('c')
      .select('c.id')
      .where('c.id = :callId', { callId })
      .setLock('pessimistic_write')
      .getOne();
    return this.read(ctx, callId);
  }

  /** @throws DomainError `not_found` */
  async read(ctx: Ctx, callId: Id): Promise<CallRecord> {
    const call = await this.calls.byId(ctx, callId);
    const form = call && (await this.calls.form(ctx, callId, call.formVersion));
    if (!call || !form) throw new DomainError('not_found');
    const places = await this.calls.places(ctx, callId);
    return { call, form, places, hash: contentHash(callContent(call, form, places)) };
  }
}

export function factsOf({ state, directions }: Pick<CallView, 'state' | 'directions'>): CallFacts {
  return {
    state,
    countries: [...new Set(directions.flatMap(({ homeCountry, hostCountry }) => [homeCountry, hostCountry]))],
  };
}

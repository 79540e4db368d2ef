import { Inject, Injectable } from '@nestjs/common';
import type { KnownRecord, RecordKind, RecordName } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationsPolicy } from '../domain/applications.policy.js';

/** Applications, for the pages that tell who may do what to them. */
@Injectable()
export class ExplainApplication implements RecordKind {
  readonly subject = 'application';

  constructor(@Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository) {}

  async find(ctx: Ctx, reference: string): Promise<KnownRecord | null> {
    const number = reference.trim().toUpperCase();
    const application = await ctx.tx.findOne(ApplicationRow, { where: { number } });
    if (!application || !mayRead(ctx, application)) return null;
    return {
      ...nameOf(ctx, application),
      state: application.state,
      explain: (actor, action) => applicationsPolicy.explain(actor, action, application),
    };
  }

  async named(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, RecordName>> {
    const found = await this.applications.findMany(ctx, ids.filter(isId));
    return new Map(
      found
        .filter((application) => mayRead(ctx, application))
        .map((application) => [application.id, nameOf(ctx, application)]),
    );
  }
}

function mayRead(ctx: Ctx, application: ApplicationRow): boolean {
  return applicationsPolicy.decide(ctx.actor, 'application.read', application).allowed;
}

/** A draft has no number yet, and is its applicant's alone. */
function nameOf({ actor }: Ctx, { id, number, applicantId }: ApplicationRow): RecordName {
  const own = actor.personId === applicantId;
  return { name: number ?? '', href: own ? `/applications/${id}` : `/applications/${id}/review` };
}

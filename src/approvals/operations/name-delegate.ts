import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { DecisionsRepository } from '../data/decisions.repository.js';
import { DELEGATE_NAMED } from '../domain/decisions.events.js';
import { SideActs } from './side-acts.js';

/** An officer whom nothing binds names the one of their side who decides; the others leave it to them. */
@Injectable()
export class NameDelegate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DecisionsRepository) private readonly decisions: DecisionsRepository,
    @Inject(SideActs) private readonly sides: SideActs,
  ) {}

  run(
    request: RequestContext,
    decisionId: string,
    { country, delegate }: { readonly country: string; readonly delegate: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const open = await this.sides.begin(ctx, decisionId, country, 'decision.name_delegate');
      const { decision, side } = open;
      const free = await this.decisions.officersFree(ctx, decision.id, side.country);
      if (!free.includes(delegate)) {
        throw new DomainError('invalid', { fields: [{ field: 'delegate', problem: 'not_free' }] });
      }
      if (side.delegateId === delegate) return;
      side.delegateId = delegate;
      if (side.heldBy !== delegate) this.sides.release(ctx, side);
      await this.sides.save(ctx, open, {
        action: 'decision.delegate_named',
        event: DELEGATE_NAMED,
        data: { delegate },
      });
    });
  }
}

import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { TiesRepository } from '../data/ties.repository.js';

/**
 * Whoever keeps a panel does nothing with a file that they are bound to: who assesses it, who talks to its applicant, and
 * what binds others is for another keeper. The act asks, because the rows of the policy know panels and not whose a file is.
 * @throws DomainError `forbidden` (`separation_of_duties`)
 */
export async function requireUnboundKeeper(ctx: Ctx, ties: TiesRepository, applicationId: Id): Promise<void> {
  const { personId } = ctx.actor;
  if (personId === null || (await ties.isBound(ctx, personId, applicationId))) {
    throw new DomainError('forbidden', { reason: 'separation_of_duties' });
  }
}

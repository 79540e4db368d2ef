import type { Authority } from '../../shared/actor.js';
import type { Action, Policy } from '../../shared/policy.js';
import type { Ctx } from './context.js';

/**
 * Asks a policy about a loaded record and refuses by throwing (see `Policy.require`). The right by which the act was
 * allowed stays with the transaction, so that the record of acts tells in which role, and for whom, it was done.
 */
export function authorise<Facts extends { readonly state: string }>(
  ctx: Ctx,
  policy: Pick<Policy<Facts, string, string>, 'require'>,
  action: Action,
  facts: Facts,
  readAction: Action,
): Authority {
  const authority = policy.require(ctx.actor, action, facts, readAction);
  ctx.authority = authority;
  return authority;
}

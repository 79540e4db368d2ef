import type { EntityManager } from 'typeorm';
import type { Authority } from '../../shared/actor.js';
import type { RequestContext } from '../../shared/request-context.js';

/**
 * What every operation receives first. `tx` is the act's one transaction, in which the database already knows the actor
 * and row-level security holds. There is no ambient session and no other way to the database.
 */
export interface Ctx extends RequestContext {
  readonly tx: EntityManager;
  /** By which right the act is done, once it was authorised: the record of acts says so (see authorise.ts). */
  authority: Authority | null;
  /** What was written and not waited for (see `later`). It commits with the act, or the act fails. */
  readonly pending: Promise<unknown>[];
}

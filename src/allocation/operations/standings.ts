import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { Standing } from '../domain/standing.js';

/** Where the points of a call come from. */
export abstract class Standings {
  abstract of(ctx: Ctx, callId: Id): Promise<readonly Standing[]>;
}

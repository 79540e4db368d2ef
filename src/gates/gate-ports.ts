import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { Message } from '../platform/http/page.js';
import type { Id } from '../shared/ids.js';

/** What the room of calls tells of them to whoever says a rule. */
export interface CallsForRules {
  /** Calls of which a rule may be said, what is to come first. */
  calls(ctx: Ctx): Promise<readonly { readonly id: Id; readonly name: string }[]>;
  /** Whether there is such a call at all; what is no id is none. */
  exists(ctx: Ctx, callId: string): Promise<boolean>;
  readonly categories: readonly { readonly code: string; readonly name: Message }[];
}

/** What rooms to the right contribute. */
@Injectable()
export class GatePorts {
  calls: CallsForRules = {
    calls: () => Promise.resolve([]),
    exists: () => Promise.resolve(false),
    categories: [],
  };
}

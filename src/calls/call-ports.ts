import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { Id } from '../shared/ids.js';

/** How many have begun with a call: numbers alone, for whoever leads it and sees no application. */
export interface Begun {
  readonly drafts: number;
  /** Submitted and still going on. */
  readonly submitted: number;
}

/** What is known of the applications for a call, by whoever keeps them. */
export interface ApplicationRegister {
  begun(ctx: Ctx, callId: Id): Promise<Begun>;
  /** Whether the actor applies to it by a code. */
  appliesByCode(ctx: Ctx, callId: Id): Promise<boolean>;
}

/** What rooms to the right tell of a call. Each registers itself when it begins. */
@Injectable()
export class CallPorts {
  applications: ApplicationRegister = {
    begun: () => Promise.resolve({ drafts: 0, submitted: 0 }),
    appliesByCode: () => Promise.resolve(false),
  };
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { Id } from '../shared/ids.js';

/** What is still open against the results of a call. */
export interface OpenAppeals {
  readonly count: number;
  /** The last day on which one of them is to be decided. */
  readonly until: Date;
}

/** Appeals against results, by whoever hears them. */
export interface AppealRegister {
  /** Null where nothing is open. With the rights of the system. */
  open(ctx: Ctx, callId: Id): Promise<OpenAppeals | null>;
}

/** What rooms to the right tell of a selection. Each registers itself when it begins. */
@Injectable()
export class SelectionPorts {
  appeals: AppealRegister = { open: () => Promise.resolve(null) };
}

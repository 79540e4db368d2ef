import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';

/** Who has an interest in a gate, or had a hand in what it is about: none of them decides on it. */
export interface GateTies {
  readonly preparers: readonly Id[];
  readonly persons: readonly Id[];
  readonly barredInstitutions: readonly Id[];
}

/** A module before whose records gates stand answers for them here. How they are shown, they tell as subjects of decisions. */
export interface GateSubjectPort {
  readonly kind: string;
  /** Locks the record until the transaction ends: what is done to it and to its gates comes one after the other. */
  lock(ctx: Ctx, id: Id): Promise<void>;
  ties(ctx: Ctx, id: Id): Promise<GateTies>;
}

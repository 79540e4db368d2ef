import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { PartyKind } from '../domain/restricted-list.js';

/** Who has an interest in a gate, or had a hand in what it is about: none of them decides on it. */
export interface GateTies {
  readonly preparers: readonly Id[];
  readonly persons: readonly Id[];
  readonly barredInstitutions: readonly Id[];
}

/** Somebody or something that the gates of a subject are about, under every name that is known. */
export interface GateParty {
  /** Of the person or institution. */
  readonly id: Id;
  readonly kind: PartyKind;
  readonly names: readonly string[];
  readonly birthYear: number | null;
}

/** A module before whose records gates stand answers for them here. How they are shown, they tell as subjects of decisions. */
export interface GateSubjectPort {
  readonly kind: string;
  /** Locks the record until the transaction ends: what is done to it and to its gates comes one after the other. */
  lock(ctx: Ctx, id: Id): Promise<void>;
  ties(ctx: Ctx, id: Id): Promise<GateTies>;
  /** Asked with the rights of the system. */
  parties(ctx: Ctx, id: Id): Promise<readonly GateParty[]>;
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { Id } from '../shared/ids.js';

/** A letter of reference that was asked for, as it stands: what pages and papers of an application tell of it. */
export interface ReferenceView {
  readonly id: Id;
  /** Of the lifecycle of the room that keeps it; words under `record_states.reference`. */
  readonly state: string;
  readonly stateSince: Date;
  /** Whether a letter may still come, has come, or will not come. */
  readonly standing: 'outstanding' | 'received' | 'ended';
  readonly name: string;
  /** How the referee knows the applicant, by the applicant; words under `referees.relations`. */
  readonly relation: string;
  /** Kept from the applicant: so it was promised to the referee. */
  readonly confidential: boolean;
  readonly dueAt: Date;
  /** SHA-256 of the letter, once it is there. */
  readonly hash: string | null;
}

/** Letters of reference on applications, by whoever asks for them and keeps them. */
export interface ReferenceRegister {
  /** Those that the actor's transaction may see, in the order in which they were asked for. */
  of(ctx: Ctx, applicationId: Id): Promise<readonly ReferenceView[]>;
}

/** Who waits for places of ranked calls, by whoever keeps their lists. */
export interface WaitingRegister {
  /**
   * Offers what was given back to whoever is next, inside the act that gave it back. False: the call has no list, and
   * nothing was done.
   */
  promote(ctx: Ctx, placeId: Id): Promise<boolean>;
  /** Whether a list that was published says something of the application. */
  listed(ctx: Ctx, applicationId: Id): Promise<boolean>;
}

/** Appeals against what was found of an application, by whoever hears them. */
export interface AppealsRegister {
  /** Whether its applicant can appeal now, or has: there is a page about it. */
  concern(ctx: Ctx, applicationId: Id): Promise<boolean>;
}

/** What rooms to the right tell of an application. Each registers itself when it begins. */
@Injectable()
export class ApplicationPorts {
  references: ReferenceRegister = { of: () => Promise.resolve([]) };
  appeals: AppealsRegister = { concern: () => Promise.resolve(false) };
  waiting: WaitingRegister = {
    promote: () => Promise.resolve(false),
    listed: () => Promise.resolve(false),
  };
}

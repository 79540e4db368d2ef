import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { CountryCode } from '../shared/country.js';
import type { Id } from '../shared/ids.js';
import type { ApplicationRow } from './data/application.entity.js';

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

/** Somebody who applies together with the applicant, as pages and papers of an application tell of them. */
export interface CoApplicantView {
  readonly id: Id;
  /** Of the lifecycle of the room that keeps it; words under `record_states.co_applicant`. */
  readonly state: string;
  readonly stateSince: Date;
  /** Whether they have not answered, have not confirmed this text, stand behind it, or are out of it. */
  readonly standing: 'invited' | 'unconfirmed' | 'confirmed' | 'ended';
  /** As they write it themselves once they have accepted, and as the applicant wrote it before. */
  readonly name: string;
  readonly latinName: string | null;
  readonly passportName: string | null;
  /** Their part in the work, by the applicant. */
  readonly part: string;
  /** Null before they have accepted. */
  readonly personId: Id | null;
  readonly country: CountryCode | null;
  readonly confirmedAt: Date | null;
}

/** Co-applicants of applications, by whoever invites and keeps them. */
export interface CoApplicantRegister {
  /** Those whom the actor's transaction may see, in the order in which they were invited. */
  of(ctx: Ctx, applicationId: Id): Promise<readonly CoApplicantView[]>;
  /** The applicant changed the application, in this act: who confirmed another text has not confirmed this one. */
  changed(ctx: Ctx, application: ApplicationRow): Promise<void>;
  /** @throws DomainError `blocked` where one of them does not agree that their data cross the border. */
  requireConsent(ctx: Ctx, applicationId: Id, purpose: string): Promise<void>;
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

/** The stay that followed from an application, by whoever keeps stays. */
export interface StayView {
  /** Its page. */
  readonly href: string;
  /** Whether it can still be taken back with the application, goes on, or has ended one way or another. */
  readonly standing: 'open' | 'ongoing' | 'over';
}

/** What rooms to the right tell of an application. Each registers itself when it begins. */
@Injectable()
export class ApplicationPorts {
  references: ReferenceRegister = { of: () => Promise.resolve([]) };
  coApplicants: CoApplicantRegister = {
    of: () => Promise.resolve([]),
    changed: () => Promise.resolve(),
    requireConsent: () => Promise.resolve(),
  };
  /** The stay that followed, as far as the actor may see it; null where there is none. */
  stay: (ctx: Ctx, applicationId: Id) => Promise<StayView | null> = () => Promise.resolve(null);
  appeals: AppealsRegister = { concern: () => Promise.resolve(false) };
  waiting: WaitingRegister = {
    promote: () => Promise.resolve(false),
    listed: () => Promise.resolve(false),
  };
}

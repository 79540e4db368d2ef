import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { CountryCode } from '../shared/country.js';
import { DomainError } from '../shared/domain-error.js';
import type { Id } from '../shared/ids.js';
import type { ConsentKeeper } from './consent-keepers.js';
import type { ErasedPartName } from './domain/erasure.js';
import type { PersonPaper } from './domain/person-paper.js';
import type { PersonRecord } from './domain/person-record.js';

/** A file of the person, as it lies beside the record in their copy. */
export interface PersonFile {
  /** Below `files/`; the same path stands in the record. */
  readonly path: string;
  readonly content: () => Promise<Readable>;
}

/** What one room holds about a person. */
export interface PersonPart {
  /** Keys of the whole record: each belongs to one room. */
  readonly data: PersonRecord;
  readonly files: readonly PersonFile[];
}

/** A room that holds something about people. */
export interface PersonDataSource {
  /** Of the person who acts and of nobody else, by their own sight. */
  of(ctx: Ctx, personId: Id): Promise<PersonPart>;
}

/** Why somebody cannot be erased yet, as it is told to them and to whoever answers them. */
export interface ErasureHold {
  /** Translation key `blockers.erasure_<code>`. */
  readonly code: string;
  /** What it hangs on, as people call it: the number of an application. */
  readonly subject: string | null;
  /** When it ends by itself; null where an act ends it. */
  readonly until: Date | null;
}

/** What a law asks to be kept although its person is erased. */
export interface KeptRecord {
  /** Translation key `privacy.kept.<category>`; a category of the rules of retention. */
  readonly category: string;
  readonly count: number;
  /** When the last of them may go. */
  readonly until: Date;
  /** Which law, as the rule says: translation key `privacy.laws.<law>`. */
  readonly law: string;
}

export interface ErasedPart {
  /** How many records lost their values or went, by their table. */
  readonly erased: Readonly<Record<string, number>>;
  readonly kept: readonly KeptRecord[];
}

/**
 * A room that holds something about people, when one of them is to be erased. All of it is asked with the rights of the
 * system, in the one act of the erasure. `persons`: every account that was theirs, those that were joined to it too.
 */
export interface ErasureSource {
  /** What people call it; each belongs to one room. */
  readonly part: ErasedPartName;
  /** What stands against it now; empty where nothing does. */
  holds(ctx: Ctx, persons: readonly Id[]): Promise<readonly ErasureHold[]>;
  /**
   * Takes the person's values away wherever this room holds them, also in records of others; ids, codes and dates stay.
   * Tables that nobody changes are reached by `forgetValues`, and name their columns in `erasable_columns`.
   */
  erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart>;
  /** What a law would keep if it were done now, for whoever asks before. Absent: nothing of this room's. */
  keeps?(ctx: Ctx, persons: readonly Id[]): Promise<readonly KeptRecord[]>;
}

/** A record whose time is over by a rule. */
export interface DueRecord {
  readonly id: Id;
  readonly personId: Id | null;
  /** By what a hold would name it: the number of an application. */
  readonly label: string | null;
}

/** Records of one category that the clock takes away. All of it is asked with the rights of the system. */
export interface RetentionSource {
  /** A category of the rules of retention. */
  readonly category: string;
  /** By their ids from `after` on, at most `limit`; what was taken away before is not among them. */
  due(
    ctx: Ctx,
    within: {
      /** Of this country; null: of all but `except`. */
      readonly country: CountryCode | null;
      readonly except: readonly CountryCode[];
      readonly before: Date;
      readonly after: Id | null;
      readonly limit: number;
    },
  ): Promise<readonly DueRecord[]>;
  forget(ctx: Ctx, ids: readonly Id[]): Promise<void>;
}

/** Takes away what a room holds about these applications, as when their person is erased. Answers by table how many. */
export type ForgetApplications = (
  ctx: Ctx,
  applications: readonly Id[],
) => Promise<Readonly<Record<string, number>>>;

/** What rooms to the right contribute to the rights of a person over their data. Each registers itself when it begins. */
@Injectable()
export class PrivacyPorts {
  readonly personData: PersonDataSource[] = [];
  readonly erasure: ErasureSource[] = [];
  readonly retention: RetentionSource[] = [];
  /** Of every room to the right of applications that holds something about one. */
  readonly ofApplications: ForgetApplications[] = [];
  /** By the kind of record for which consents are given. */
  readonly consents = new Map<string, ConsentKeeper>();
  /** Sets the readable copy. */
  paper: (paper: PersonPaper) => Promise<Buffer> = () =>
    Promise.reject(new DomainError('unavailable', { reason: 'rendering_failed' }));
}

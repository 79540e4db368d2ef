import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { CountryCode } from '../shared/country.js';
import type { Actor } from '../shared/actor.js';
import type { Id } from '../shared/ids.js';
import type { Language, LocalizedText } from '../shared/language.js';
import type { Action, RowVerdict } from '../shared/policy.js';

/** An institution as somebody looks for it, in the reader's language. */
export interface FoundInstitution {
  readonly id: Id;
  readonly name: string;
  /** BCP 47 tag of the name, which may be known in another language only. */
  readonly language: string;
  readonly country: CountryCode;
  readonly domain: string | null;
}

/** The ministry that decides for a country. */
export interface Ministry {
  readonly name: LocalizedText;
  readonly language: Language;
}

/** What is known of the places that roles and people belong to, by whoever keeps their register. */
export interface PlaceRegister {
  /** Names of institutions in the reader's language. */
  institutionNames(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>>;
  /** The institution that a domain belongs to. */
  institutionByDomain(ctx: Ctx, domain: string): Promise<Id | null>;
  /** IANA name of the time zone in which a country's times are read. */
  timeZone(ctx: Ctx, country: CountryCode): Promise<string>;
  /** Who decides for a country, and in which language its papers are. */
  ministry(ctx: Ctx, country: CountryCode): Promise<Ministry>;
  /** Every country of the programme. */
  countries(ctx: Ctx): Promise<readonly CountryCode[]>;
  /** The institutions of a country in the reader's language and order. */
  institutionsOf(
    ctx: Ctx,
    country: CountryCode,
  ): Promise<readonly { readonly id: Id; readonly name: string }[]>;
  /** Institutions by name, abbreviation, city or domain, in any script; at most `limit`, in the reader's order. */
  findInstitutions(ctx: Ctx, text: string, limit: number): Promise<readonly FoundInstitution[]>;
  /** The units of an institution that are not closed. */
  unitsOf(ctx: Ctx, institutionId: Id): Promise<readonly { readonly id: Id; readonly name: LocalizedText }[]>;
}

/** A call for which reviewers are appointed, with its panels. */
export interface CallWithPanels {
  readonly id: Id;
  readonly title: LocalizedText;
  readonly panels: readonly { readonly id: Id; readonly name: LocalizedText }[];
}

/** What is known of the calls that roles belong to, by whoever keeps them. */
export interface CallRegister {
  /** Those that are going on, the youngest first. */
  withPanels(ctx: Ctx): Promise<readonly CallWithPanels[]>;
}

/** A part of the account page that another module shows there: data, consents. */
export interface AccountSection {
  readonly href: string;
  /** Translation keys. */
  readonly title: string;
  readonly text: string;
}

/** How a record is called on a page. */
export interface RecordName {
  readonly name: string;
  /** Its page, for whoever may open it. */
  readonly href: string;
}

/** A record that the asker may read, and what its policy says of somebody and it. */
export interface KnownRecord extends RecordName {
  readonly state: string;
  readonly explain: (actor: Actor, action: Action) => readonly RowVerdict[];
}

/** A kind of record of another module, for the pages that tell what may be done to it, and what was done. */
export interface RecordKind {
  /** Subject of its policy, and what the record of acts calls it. */
  readonly subject: string;
  /** By what people call it: a number, an address. Null where there is none, or none that the asker may read. */
  find(ctx: Ctx, reference: string): Promise<KnownRecord | null>;
  /** Names of those that the reader may open; the others are absent. */
  named(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, RecordName>>;
}

/** Two accounts of one person: the one that goes on, and the one that is joined to it. */
export interface JoinedAccounts {
  readonly keptId: Id;
  readonly joinedId: Id;
}

/** Of what there is once for a person both accounts have one: the person says which goes on. */
export interface JoinConflict {
  /** Names the choice: a name that a control of a form can have. */
  readonly key: string;
  readonly title: LocalizedText;
  readonly options: readonly {
    readonly value: Id;
    readonly name: string;
    /** Translation key of what it is. */
    readonly state: string;
  }[];
}

/** What a module keeps of a person, where two accounts become one. All of it is asked with the rights of the system. */
export interface AccountBelongings {
  /** Why they cannot become one: a translation key under `reasons`. */
  obstacle?(ctx: Ctx, accounts: JoinedAccounts): Promise<string | null>;
  conflicts?(ctx: Ctx, accounts: JoinedAccounts): Promise<readonly JoinConflict[]>;
  /** @param chosen of each conflict the value that goes on */
  move(ctx: Ctx, accounts: JoinedAccounts, chosen: ReadonlyMap<string, string>): Promise<void>;
}

/** What this module asks of those that may use it and that it may not import. */
@Injectable()
export class AccessPorts {
  places: PlaceRegister = {
    institutionNames: () => Promise.resolve(new Map()),
    institutionByDomain: () => Promise.resolve(null),
    timeZone: () => Promise.resolve('UTC'),
    ministry: () => Promise.resolve({ name: { sr: '', ru: '', en: '' }, language: 'en' }),
    countries: () => Promise.resolve([]),
    institutionsOf: () => Promise.resolve([]),
    findInstitutions: () => Promise.resolve([]),
    unitsOf: () => Promise.resolve([]),
  };
  calls: CallRegister = { withPanels: () => Promise.resolve([]) };
  readonly accountSections: AccountSection[] = [];
  readonly records: RecordKind[] = [];
  readonly belongings: AccountBelongings[] = [];
}

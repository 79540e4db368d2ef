import { Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/database/context.js';
import type { CountryCode } from '../shared/country.js';
import type { Id } from '../shared/ids.js';

/** What is known of the places that roles and people belong to, by whoever keeps their register. */
export interface PlaceRegister {
  /** Names of institutions in the reader's language. */
  institutionNames(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>>;
  /** The institution that a domain belongs to. */
  institutionByDomain(ctx: Ctx, domain: string): Promise<Id | null>;
  /** IANA name of the time zone in which a country's times are read. */
  timeZone(ctx: Ctx, country: CountryCode): Promise<string>;
}

/** A part of the account page that another module shows there: data, consents. */
export interface AccountSection {
  readonly href: string;
  /** Translation keys. */
  readonly title: string;
  readonly text: string;
}

/** What this module asks of those that may use it and that it may not import. */
@Injectable()
export class AccessPorts {
  places: PlaceRegister = {
    institutionNames: () => Promise.resolve(new Map()),
    institutionByDomain: () => Promise.resolve(null),
    timeZone: () => Promise.resolve('UTC'),
  };
  readonly accountSections: AccountSection[] = [];
}

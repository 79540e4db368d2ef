import { Injectable } from '@nestjs/common';
import type { PlaceRegister } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { institutionName } from '../domain/institution.js';
import { Countries } from './countries.js';
import { Institutions } from './institutions.js';

/** What the sign-in and the account page ask the register of institutions. */
@Injectable()
export class RegisteredPlaces implements PlaceRegister {
  constructor(
    private readonly institutions: Institutions,
    private readonly countries: Countries,
  ) {}

  async institutionNames(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>> {
    const found = await this.institutions.byIds(ctx, ids);
    return new Map([...found].map(([id, view]) => [id, institutionName(ctx.language, view).text]));
  }

  async institutionByDomain(ctx: Ctx, domain: string): Promise<Id | null> {
    return (await this.institutions.byDomain(ctx, domain))?.id ?? null;
  }

  async timeZone(ctx: Ctx, country: CountryCode): Promise<string> {
    return (await this.countries.byCode(ctx, country)).timeZone;
  }
}

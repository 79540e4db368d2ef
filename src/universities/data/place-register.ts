import { Injectable } from '@nestjs/common';
import type { FoundInstitution, Ministry, PlaceRegister } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { institutionName } from '../domain/institution.js';
import { Countries } from './countries.js';
import { Institutions } from './institutions.js';
import { Units } from './units.js';

/** A country of the register has some hundreds. */
const EVERY_INSTITUTION = 10_000;

/** What the sign-in and the account page ask the register of institutions. */
@Injectable()
export class RegisteredPlaces implements PlaceRegister {
  constructor(
    private readonly institutions: Institutions,
    private readonly register: Countries,
    private readonly units: Units,
  ) {}

  institutionNames(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string>> {
    return this.institutions.names(ctx, ids);
  }

  async institutionByDomain(ctx: Ctx, domain: string): Promise<Id | null> {
    return (await this.institutions.byDomain(ctx, domain))?.id ?? null;
  }

  async timeZone(ctx: Ctx, country: CountryCode): Promise<string> {
    return (await this.register.byCode(ctx, country)).timeZone;
  }

  async ministry(ctx: Ctx, country: CountryCode): Promise<Ministry> {
    const { ministry, language } = await this.register.byCode(ctx, country);
    return { name: ministry, language };
  }

  async countries(ctx: Ctx): Promise<readonly CountryCode[]> {
    return (await this.register.all(ctx)).map(({ code }) => code);
  }

  async institutionsOf(ctx: Ctx, country: CountryCode): Promise<readonly { id: Id; name: string }[]> {
    const { items } = await this.institutions.search(ctx, { country, limit: EVERY_INSTITUTION });
    return items.map((view) => ({ id: view.id, name: institutionName(ctx.language, view).text }));
  }

  async findInstitutions(ctx: Ctx, text: string, limit: number): Promise<readonly FoundInstitution[]> {
    const { items } = await this.institutions.search(ctx, { text, limit, likeliest: true });
    return items.map((view) => {
      const { text: name, lang: language } = institutionName(ctx.language, view);
      return { id: view.id, name, language, country: view.country, domain: view.domain };
    });
  }

  async unitsOf(ctx: Ctx, institutionId: Id): Promise<readonly { id: Id; name: LocalizedText }[]> {
    return this.units.of(ctx, institutionId);
  }
}

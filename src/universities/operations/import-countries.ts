import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { CountryEntity } from '../data/country.entity.js';
import { Countries } from '../data/countries.js';
import type { CountryView } from '../domain/institution.js';

/** Says which countries take part, with their zone, money, language and ministry (`data/countries.json` to begin with). */
@Injectable()
export class ImportCountries {
  constructor(
    private readonly countries: Countries,
    private readonly audit: AuditTrail,
  ) {}

  /** Adds what is new and changes what is known; no country is ever removed, since people belong to it. */
  async importCountries(ctx: Ctx, countries: readonly CountryView[]): Promise<void> {
    await ctx.tx.getRepository(CountryEntity).upsert([...countries], ['code']);
    this.countries.forget();
    await this.audit.record(ctx, {
      action: 'countries.imported',
      subject: { kind: 'register', id: 'countries' },
      data: { codes: countries.map(({ code }) => code) },
    });
  }
}

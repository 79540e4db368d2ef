import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CountryView } from '../domain/institution.js';
import { CountryEntity } from './country.entity.js';

/** A country joins once in years; a process that runs meanwhile learns of it within a minute. */
const REMEMBERED_MS = 60_000;

/** The countries that take part. Nearly every page asks for them, so they are remembered. */
@Injectable()
export class Countries {
  private remembered: readonly CountryView[] = [];
  private until = 0;

  /** In the order of their codes. */
  async all(ctx: Ctx): Promise<readonly CountryView[]> {
    const now = ctx.clock.now().getTime();
    // A clock that was set back (a demonstration's past) must not keep an old answer for ever.
    if (this.remembered.length > 0 && now < this.until && now > this.until - 2 * REMEMBERED_MS) {
      return this.remembered;
    }
    const rows = await ctx.tx.getRepository(CountryEntity).find({ order: { code: 'ASC' } });
    this.remembered = rows.map(({ code, timeZone, currency, language, ministry, leadTimes }) => ({
      code,
      timeZone,
      currency,
      language,
      ministry,
      leadTimes,
    }));
    this.until = now + REMEMBERED_MS;
    return this.remembered;
  }

  async find(ctx: Ctx, code: CountryCode): Promise<CountryView | null> {
    return (await this.all(ctx)).find((country) => country.code === code) ?? null;
  }

  /** @throws DomainError `not_found` for a country that does not take part. */
  async byCode(ctx: Ctx, code: CountryCode): Promise<CountryView> {
    const country = await this.find(ctx, code);
    if (!country)
      throw new DomainError('not_found', { reason: 'country_unknown', values: { country: code } });
    return country;
  }

  /** Forgets what is remembered: after a change of the table. */
  forget(): void {
    this.remembered = [];
  }
}

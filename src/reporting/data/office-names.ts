import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { PromisingOffice } from '../../promises/public.js';
import { Countries, Institutions } from '../../universities/public.js';

/** What offices are called, in the reader's language. */
@Injectable()
export class OfficeNames {
  constructor(
    @Inject(Countries) private readonly countries: Countries,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** A name for each office that is among these. */
  async of(ctx: Ctx, offices: readonly PromisingOffice[]): Promise<(office: PromisingOffice) => string> {
    const ids = [...new Set(offices.flatMap(({ institutionId }) => institutionId ?? []))];
    const [names, all] = await Promise.all([this.institutions.names(ctx, ids), this.countries.all(ctx)]);
    const countries = new Map(all.map((country) => [country.code, country]));
    return ({ office, country, institutionId }) => {
      if (institutionId) return names.get(institutionId) ?? '—';
      const ministry = countries.get(country)?.ministry;
      return office === 'ministry' && ministry
        ? this.translator.localized(ctx.language, ministry)
        : this.translator.t(ctx.language, 'reporting.offices.commission');
    };
  }
}

import { Injectable } from '@nestjs/common';
import { AccessPorts } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import { dayOf } from '../domain/gate-expiry.js';

/** What day it is in a country, YYYY-MM-DD. */
export type DaysOf = (country: CountryCode) => string;

/** Words on gates end by the clock of the country that said them. */
@Injectable()
export class GateClocks {
  constructor(private readonly ports: AccessPorts) {}

  /** The day of the act in every country of the programme; by UTC in any other. */
  async today(ctx: Ctx): Promise<DaysOf> {
    const now = ctx.clock.now();
    const days = new Map<CountryCode, string>();
    for (const country of await this.ports.places.countries(ctx)) {
      days.set(country, dayOf(now, await this.ports.places.timeZone(ctx, country)));
    }
    return (country) => days.get(country) ?? dayOf(now, 'UTC');
  }
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { StayFilter } from '../data/stay-filter.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { mobilitiesPolicy } from '../domain/mobilities.policy.js';

/** How many of one country are with another. */
export interface PresentCount {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly persons: number;
}

/** What others read of stays. */
@Injectable()
export class ReadStays {
  constructor(private readonly stays: MobilitiesRepository) {}

  /**
   * Who is there on a day, as far as the reader may list stays: arrived on or before it by certificate, and not departed
   * before it. A number for each direction; the list is at `/mobilities?when=here`.
   */
  presentOn(ctx: Ctx, day: string): Promise<readonly PresentCount[]> {
    return this.stays.presentOn(ctx, day);
  }

  /** Arrivals and departures that the host has not certified although their day has passed, counted no further than `limit`. */
  countOverdue(ctx: Ctx, day: string, limit: number): Promise<number> {
    return this.stays.countOverdue(ctx, day, limit);
  }

  /** Those in the country of the officer who asks whose host gave no certificate although it was asked for. */
  countEscalated(ctx: Ctx, limit: number): Promise<number> {
    return this.stays.countEscalated(ctx, limit);
  }

  list(ctx: Ctx, filter: StayFilter): Promise<readonly MobilityRow[]> {
    return this.stays.list(ctx, filter);
  }

  /** @throws DomainError `not_found` where there is none, or none for this reader */
  async load(ctx: Ctx, id: string): Promise<MobilityRow> {
    const stay = await this.stays.find(ctx, id);
    if (!mobilitiesPolicy.decide(ctx.actor, 'mobility.read', stay).allowed)
      throw new DomainError('not_found');
    return stay;
  }
}

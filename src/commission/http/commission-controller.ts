import { Injectable } from '@nestjs/common';
import { AccessPorts, People } from '../../access/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { instantOf, isTimeZone, wallTime } from '../../shared/zoned-time.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import type { Actor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import { textOf } from '../../platform/http/form-fields.js';
import type { FormFields } from '../../platform/http/session-data.js';
import type { SessionTerms } from '../operations/plan-session.js';
import type { CommissionReader } from './presenters/parts.js';

/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly ErrorCode[] = [
  'invalid',
  'conflict',
  'wrong_state',
  'stale',
  'too_large',
  'unsupported_type',
];

/** @throws again what the page cannot tell */
export function told(error: unknown): DomainError {
  if (error instanceof DomainError && TOLD.includes(error.code)) return error;
  throw error;
}

/** For whom a page is written, by the clocks of the country that vouched for them. */
@Injectable()
export class CommissionReaders {
  constructor(
    private readonly translator: Translator,
    private readonly people: People,
    private readonly ports: AccessPorts,
  ) {}

  /** @param country by whose clocks somebody reads who is not signed in */
  async of(ctx: Ctx, country: CountryCode | null = null): Promise<CommissionReader> {
    const { actor, language, clock } = ctx;
    const person = actor.personId === null ? null : await this.people.personById(ctx, actor.personId);
    const own = person?.country ?? country;
    return {
      translator: this.translator,
      language,
      now: clock.now(),
      actor,
      zone: own === null ? 'UTC' : await this.ports.places.timeZone(ctx, own),
    };
  }
}

/** For which country somebody keeps the commission's affairs. */
export function ownCountry(actor: Actor): CountryCode {
  const grant = actor.grants.find(({ role, country }) => role === 'commission_secretary' && country);
  if (!grant?.country) throw new DomainError('forbidden', { reason: 'no_role' });
  return grant.country;
}

/** "12 3 2027 10:00", "12.3.2027. 10:00" and "2027-03-12 10:00" are one. */
const DAY_FIRST = /^(\d{1,2})[. /]+(\d{1,2})[. /]+(\d{4})\.?,?\s+(\d{1,2}):(\d{2})$/;
const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{2})$/;

export function termsIn(fields: FormFields): SessionTerms {
  const typed = textOf(fields, 'startsAt').trim();
  const timeZone = textOf(fields, 'timeZone');
  const [, d, m, y, h, min] = DAY_FIRST.exec(typed) ?? [];
  const [, y2, m2, d2, h2, min2] = YEAR_FIRST.exec(typed) ?? [];
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0');
  const wall = {
    day: `${y ?? y2 ?? ''}-${two(m ?? m2)}-${two(d ?? d2)}`,
    time: `${two(h ?? h2)}:${min ?? min2 ?? ''}`,
  };
  // A wrong zone is told of as such, and not as a wrong time.
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const startsAt = instantOf(wall, zone);
  return {
    // 31 4 is no day, and not the next one.
    startsAt: startsAt && wallTime(startsAt, zone).day === wall.day ? startsAt : new Date(Number.NaN),
    timeZone,
    minutes: Number(textOf(fields, 'minutes')),
    place: textOf(fields, 'place'),
    link: textOf(fields, 'link'),
  };
}

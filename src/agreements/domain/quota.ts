import type { Blocker } from '../../shared/domain-error.js';
import type { QuotaDraft, QuotaView } from './agreement.js';

/** Stays are counted in days, thirty to a month, so that half a month is a whole number of them. */
const DAYS_OF_MONTH = 30;

export function daysOf(months: number): number {
  return Math.round(months * DAYS_OF_MONTH);
}

/** How many days of stay a quota allows in all; null where it counts persons alone. */
export function allowedDays({ months, days = 0 }: Pick<QuotaDraft, 'months' | 'days'>): number | null {
  return months === 0 && days === 0 ? null : daysOf(months) + days;
}

/** What of a quota is not promised yet. Never less than nothing. */
export function quotaLeft(quota: QuotaView): { readonly persons: number; readonly days: number | null } {
  const allowed = allowedDays(quota);
  return {
    persons: Math.max(0, quota.persons - quota.committed),
    days: allowed === null ? null : Math.max(0, allowed - quota.committedDays),
  };
}

export function quotaKey({
  homeCountry,
  hostCountry,
  category,
  academicYear,
}: Pick<QuotaDraft, 'homeCountry' | 'hostCountry' | 'category' | 'academicYear'>): string {
  return [academicYear, category, homeCountry, hostCountry].join(' ');
}

/** How the quotas of a new version take over what the version before it has promised; null where they cannot. */
export function carryOver(
  promised: readonly QuotaView[],
  next: readonly QuotaDraft[],
): readonly (QuotaDraft & Pick<QuotaView, 'committed' | 'committedDays'>)[] | null {
  if (overdrawn(promised, next).length > 0) return null;
  const before = new Map(promised.map((quota) => [quotaKey(quota), quota]));
  return next.map((quota) => {
    const { committed = 0, committedDays = 0 } = before.get(quotaKey(quota)) ?? {};
    return { ...quota, committed, committedDays };
  });
}

/** Where new quotas would allow less than is promised already, with the numbers. */
export function overdrawn(promised: readonly QuotaView[], next: readonly QuotaDraft[]): readonly Blocker[] {
  const after = new Map(next.map((quota) => [quotaKey(quota), quota]));
  return promised.flatMap((quota): Blocker[] => {
    const { homeCountry: home, hostCountry: host, category, academicYear: year } = quota;
    const wished = after.get(quotaKey(quota)) ?? { persons: 0, months: 0, days: 0 };
    const about = { section: 'agreement', field: 'quotas' };
    const values = { home, host, category, year };
    const days = allowedDays(wished);
    return [
      ...(wished.persons < quota.committed
        ? [
            {
              ...about,
              code: 'quota_promised_more',
              values: { ...values, promised: quota.committed, allowed: wished.persons },
            },
          ]
        : []),
      ...(days !== null && days < quota.committedDays
        ? [
            {
              ...about,
              code: 'quota_promised_more_days',
              values: { ...values, promised: quota.committedDays, allowed: days },
            },
          ]
        : []),
    ];
  });
}

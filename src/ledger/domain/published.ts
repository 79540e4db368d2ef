import type { AsOf } from './balance.js';

/**
 * What everybody may know of the exchange: years that are over, as they were known at the end of a half-year. Whoever reads daily
 * sees a figure change twice a year and never on the day on which somebody came or a single stay was corrected.
 * @param today YYYY-MM-DD
 */
export function publishedAsOf(today: string): AsOf & { readonly knownOn: string } {
  const year = Number(today.slice(0, 4));
  const knownOn = today.slice(5) < '07-01' ? `${year - 1}-12-31` : `${year}-06-30`;
  return { on: knownOn, knownOn };
}

/** When the next figures are published. */
export function nextPublished(today: string): string {
  const year = Number(today.slice(0, 4));
  return today.slice(5) < '07-01' ? `${year}-07-01` : `${year + 1}-01-01`;
}

/** Whether an academic year ("2027/28") was over on a day in both countries: the later one ends with September. */
export function isOverOn(academicYear: string, day: string): boolean {
  return `${Number(academicYear.slice(0, 4)) + 1}-09-30` <= day;
}

import type { BalanceRow } from '../../ledger/public.js';
import type { CountryCode } from '../../shared/country.js';

/** Planned and happened, of one unit. */
export interface Amounts {
  readonly planned: number;
  readonly happened: number;
}

/** A year of one direction: who went, for how long, and what it cost in each currency. */
export interface BalanceLine {
  readonly year: string;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly units: ReadonlyMap<string, Amounts>;
}

/** Rows of the ledger by year and direction, the latest year first; of these countries only, where they are named. */
export function balanceLines(
  rows: readonly BalanceRow[],
  countries: readonly CountryCode[] | null,
): readonly BalanceLine[] {
  const lines = new Map<string, BalanceLine & { readonly units: Map<string, Amounts> }>();
  for (const { homeCountry, hostCountry, academicYear, basis, unit, amount } of rows) {
    if (countries && !countries.includes(homeCountry) && !countries.includes(hostCountry)) continue;
    const year = academicYear ?? '';
    const key = [year, homeCountry, hostCountry].join(' ');
    const line = lines.get(key) ?? { year, homeCountry, hostCountry, units: new Map<string, Amounts>() };
    const known = line.units.get(unit) ?? { planned: 0, happened: 0 };
    line.units.set(unit, { ...known, [basis]: known[basis] + amount });
    lines.set(key, line);
  }
  return [...lines.values()].sort(
    (one, other) =>
      other.year.localeCompare(one.year) ||
      one.homeCountry.localeCompare(other.homeCountry) ||
      one.hostCountry.localeCompare(other.hostCountry),
  );
}

/** By how much more went one way than came the other, of a unit, in what has happened: 0 where the two are in balance. */
export function imbalance(lines: readonly BalanceLine[], line: BalanceLine, unit: string): number {
  const back = lines.find(
    ({ year, homeCountry, hostCountry }) =>
      year === line.year && homeCountry === line.hostCountry && hostCountry === line.homeCountry,
  );
  return (line.units.get(unit)?.happened ?? 0) - (back?.units.get(unit)?.happened ?? 0);
}

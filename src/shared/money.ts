/** An amount in minor units (paras, kopecks, cents) with its ISO 4217 currency. Never a floating point number. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

/** Throws on anything but a safe whole number and three capital letters. */
export function money(minor: number, currency: string): Money {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`not a whole number of minor units: ${minor}`);
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`not an ISO 4217 code: ${currency}`);
  return { minor, currency };
}

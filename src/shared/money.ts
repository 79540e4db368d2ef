/** An amount in minor units (paras, kopecks, cents) with its ISO 4217 currency. Never a floating point number. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

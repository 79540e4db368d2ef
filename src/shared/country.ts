/** ISO 3166-1 alpha-2, upper case. Which countries take part is data (table `countries`), never a condition in code. */
export type CountryCode = string;

/** Of an exchange: the home sends, the host receives. */
export type Side = 'home' | 'host';

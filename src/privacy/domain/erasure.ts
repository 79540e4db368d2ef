/** Rooms that hold something about people, by what a person calls it: words `privacy.erasure.parts.<part>`. */
export const ERASED_PARTS = [
  'account',
  'applications',
  'documents',
  'co_applicants',
  'references',
  'reviews',
  'gates',
  'commission',
  'appeals',
  'stays',
  'agreements',
  'watches',
] as const;
export type ErasedPartName = (typeof ERASED_PARTS)[number];

/** What a law keeps although its person is erased, as a report holds it. */
export interface KeptLine {
  readonly category: string;
  readonly count: number;
  /** ISO 8601 */
  readonly until: string;
  readonly law: string;
}

/** What an erasure did: numbers by table and by what people call it, and what a law keeps. It names nobody. */
export interface ErasureReport {
  readonly erased: Readonly<Record<string, number>>;
  readonly parts: Readonly<Partial<Record<ErasedPartName, number>>>;
  readonly kept: readonly KeptLine[];
}

/** Why a request to be erased is refused, besides the words for it: `privacy.erasure.reasons.<code>`. */
export const ERASURE_REASONS = ['law_requires', 'matter_runs', 'claims', 'not_the_person', 'other'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** How long words about a request may be. */
export const ERASURE_WORDS = 4000;

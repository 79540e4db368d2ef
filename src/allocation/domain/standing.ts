import type { Id } from '../../shared/ids.js';

/** What the assessment of an application came to. */
export interface Standing {
  readonly applicationId: Id;
  /** Thousandths of 0..100; null: nobody has assessed it yet. */
  readonly points: number | null;
  readonly complete: boolean;
}

/** The kinds of refusal that exist. Closed: `platform/http` maps each to a status, and a new one does not compile without it. */
export const ERROR_CODES = [
  'not_signed_in',
  'forbidden',
  'not_found',
  'invalid',
  'blocked',
  'wrong_state',
  'stale',
  'conflict',
  'too_late',
  'too_large',
  'unsupported_type',
  'too_many_requests',
  'unavailable',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What is wrong with one field, as a translation key `problems.<problem>` with its values. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/**
 * Why something cannot be done yet, with the place where it is mended: "not yet" is a list of these, never a boolean.
 * `code` is a translation key `blockers.<code>`; `section` and `field` lead to the page and its control.
 */
export interface Blocker {
  readonly code: string;
  readonly section: string;
  readonly field: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

export interface ErrorDetails {
  /** Finer than the code: the translation key `reasons.<reason>`, the same on the page, in the API and in the log. */
  readonly reason?: string;
  /** The action that a policy refused, for the record of refusals; never shown. */
  readonly action?: string;
  readonly fields?: readonly FieldProblem[];
  readonly blockers?: readonly Blocker[];
  readonly values?: Readonly<Record<string, string | number>>;
}

/** A refusal that a person can understand. Thrown inside a transaction it undoes everything, so that nothing half-happens. */
export class DomainError extends Error {
  readonly reason: string;
  readonly action: string | null;
  readonly fields: readonly FieldProblem[];
  readonly blockers: readonly Blocker[];
  readonly values: Readonly<Record<string, string | number>>;

  constructor(
    readonly code: ErrorCode,
    details: ErrorDetails = {},
  ) {
    // For the log: what a field is called and what is wrong with it, never what was typed.
    const where = details.fields?.map(({ field, problem }) => `${field} ${problem}`).join(', ');
    super([code, details.reason, where].filter(Boolean).join(': '));
    this.name = 'DomainError';
    this.reason = details.reason ?? code;
    this.action = details.action ?? null;
    this.fields = details.fields ?? [];
    this.blockers = details.blockers ?? [];
    this.values = details.values ?? {};
  }
}

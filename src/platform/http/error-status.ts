import type { ErrorCode } from '../../shared/domain-error.js';

/** The status of each refusal. A new code does not compile before it is here. */
export const STATUS = {
  not_signed_in: 401,
  forbidden: 403,
  not_found: 404,
  invalid: 422,
  blocked: 422,
  wrong_state: 409,
  stale: 412,
  conflict: 409,
  too_late: 409,
  too_large: 413,
  unsupported_type: 415,
  too_many_requests: 429,
  unavailable: 503,
} as const satisfies Record<ErrorCode, number>;

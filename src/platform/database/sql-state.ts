import { QueryFailedError } from 'typeorm';

/** SQLSTATEs after which the same work may succeed: serialization failure, deadlock. */
export const TRY_AGAIN: ReadonlySet<string> = new Set(['40001', '40P01']);

/** SQLSTATE of a refused statement, undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const driverError: unknown = error.driverError;
  return typeof driverError === 'object' && driverError !== null && 'code' in driverError
    ? String(driverError.code)
    : undefined;
}

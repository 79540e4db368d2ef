import { DomainError } from '../../shared/domain-error.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'XMinioStorageFull', 'InsufficientStorage']);

/** The code by which a file system or an object store names its failure; undefined where there is none. */
export function failureCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : undefined;
}

/** Whether a file system or an object store refused for want of space. */
export function isFull(error: unknown): boolean {
  const code = failureCode(error);
  return code !== undefined && FULL.has(code);
}

/** Whether a file system or an object store says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const code = failureCode(error);
  return code === 'ENOENT' || code === 'NoSuchKey' || code === 'NotFound';
}

/** The refusal that stands for a failure of the storage; the failure itself stays as its cause, for the log. */
export function storageRefusal(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const reason = isFull(error) ? 'storage_full' : isMissing(error) ? 'file_missing' : 'storage_unavailable';
  return withCause(new DomainError('unavailable', { reason }), error);
}

/** The refusal for a file whose bytes are not those that were stored. */
export function damagedFile(cause: unknown): DomainError {
  return withCause(new DomainError('unavailable', { reason: 'file_damaged' }), cause);
}

function withCause(refusal: DomainError, cause: unknown): DomainError {
  refusal.cause = cause;
  return refusal;
}

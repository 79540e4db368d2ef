import { DomainError } from '../../shared/domain-error.js';
import { LONGEST_REASON } from '../domain/draft.js';

/** Words that others will read: there, and not endless. */
export function requireReason(typed: string): string {
  const reason = typed.trim();
  if (reason === '') throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required' }] });
  if (reason.length > LONGEST_REASON) {
    throw new DomainError('invalid', {
      fields: [{ field: 'reason', problem: 'too_long', values: { max: LONGEST_REASON } }],
    });
  }
  return reason;
}

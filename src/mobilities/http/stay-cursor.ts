import { decodeCursor } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';

/** @throws DomainError `invalid` for a cursor that a list of stays never gave out */
export function stayCursor(after: string): readonly [string, string] {
  const [from, id] = decodeCursor(after, 2);
  const day = typeof from === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(from) ? from : '';
  if (Number.isNaN(Date.parse(day)) || !isId(id)) {
    throw new DomainError('invalid', { fields: [{ field: 'after', problem: 'cursor' }] });
  }
  return [day, id];
}

import { decodeCursor } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import { parseDate } from '../../shared/parse-entry.js';

/** @throws DomainError `invalid` for a cursor that a list of stays never gave out */
export function stayCursor(after: string): readonly [string, string] {
  const [from, id] = decodeCursor(after, 2);
  const day = parseDate(typeof from === 'string' ? from : '');
  if (!day.ok || day.value !== from || !isId(id)) {
    throw new DomainError('invalid', { fields: [{ field: 'after', problem: 'cursor' }] });
  }
  return [day.value, id];
}

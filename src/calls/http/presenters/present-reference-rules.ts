import type { Message } from '../../../platform/http/page.js';
import type { ReferenceRequirement } from '../../domain/form.js';

/** What a call asks for in letters of reference: how many, who reads them, until when. */
export function presentReferenceRules({
  min,
  max,
  confidential,
  daysAfterClose,
}: ReferenceRequirement): readonly Message[] {
  const number = min === 0 ? 'up_to' : min === max ? 'exact' : 'range';
  return [
    { key: `calls.references.${number}`, values: { min, count: max } },
    { key: confidential ? 'calls.references.confidential' : 'calls.references.open' },
    { key: daysAfterClose === null ? 'calls.references.before' : 'calls.references.later' },
  ];
}

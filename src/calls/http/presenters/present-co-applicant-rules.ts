import type { Message } from '../../../platform/http/page.js';
import type { CoApplicantRule } from '../../domain/form.js';

/** What a call says of co-applicants: how many, and what each of them does. */
export function presentCoApplicantRules({ min, max }: CoApplicantRule): readonly Message[] {
  const number = min === 0 ? 'up_to' : min === max ? 'exact' : 'range';
  return [
    { key: `calls.co_applicants.${number}`, values: { min, count: max } },
    { key: 'calls.co_applicants.confirm' },
  ];
}

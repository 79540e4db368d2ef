import { expect, it } from '@jest/globals';
import type { FormQuestion } from '../../calls/public.js';
import { isFrozen } from './frozen.js';

const label = { sr: 'т', ru: 'т', en: 't' };
const question = (frozenDaysBeforeClose?: number): FormQuestion => ({
  id: 'laboratory',
  type: 'text',
  label,
  required: true,
  ...(frozenDaysBeforeClose === undefined ? {} : { frozenDaysBeforeClose }),
});
const call = { closesAt: new Date('2027-03-31T21:59:59Z') };

it.each([
  ['a second before', 7, 'a', '2027-03-24T21:59:58Z', false],
  ['from that second on', 7, 'a', '2027-03-24T21:59:59Z', true],
  ['until the end', 7, 'a', '2027-03-31T21:59:59Z', true],
  ['an answer that was not given', 7, '', '2027-03-30T00:00:00Z', false],
  ['at the closing itself', 0, 'a', '2027-03-31T21:59:59Z', true],
  ['never', undefined, 'a', '2027-03-31T21:59:59Z', false],
])('%s', (_when, days, answer, now, frozen) => {
  expect(isFrozen(question(days), answer, call, new Date(now))).toBe(frozen);
});

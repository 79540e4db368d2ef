import type { FormQuestion } from '../../calls/public.js';

const DAY_MS = 86_400_000;

/** From when on an answer to a question cannot be changed any more. Null: until the call closes it can. */
export function frozenFrom(
  { frozenDaysBeforeClose: days }: FormQuestion,
  { closesAt }: { readonly closesAt: Date },
): Date | null {
  return days === undefined ? null : new Date(closesAt.getTime() - days * DAY_MS);
}

/**
 * Whether an answer is fixed by now. Who has given none yet may still give one: whoever begins late could otherwise never
 * submit.
 */
export function isFrozen(
  question: FormQuestion,
  answer: string | undefined,
  call: { readonly closesAt: Date },
  now: Date,
): boolean {
  const from = frozenFrom(question, call);
  return from !== null && now >= from && Boolean(answer);
}

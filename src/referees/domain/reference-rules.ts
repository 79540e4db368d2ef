import type { ReferenceRequirement } from '../../calls/public.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { KnownFor, Relation } from './reference.js';
import { OUTSTANDING } from './reference.states.js';
import type { ReferenceState } from './reference.states.js';

const DAY_MS = 86_400_000;
/** An applicant reminds a referee, or asks for the first time, not more often than this. */
export const REMIND_AFTER_DAYS = 3;
/** So long before the deadline the clock reminds, once. */
export const CLOCK_REMINDS_DAYS = 3;

interface Asked {
  readonly state: ReferenceState;
  readonly createdAt: Date;
  readonly remindedAt: Date | null;
  readonly clockRemindedAt: Date | null;
  readonly dueAt: Date;
}

/** From when on the applicant may remind: some days after whatever was sent last. */
export function remindableFrom({ createdAt, remindedAt, clockRemindedAt }: Asked): Date {
  const last = Math.max(createdAt.getTime(), remindedAt?.getTime() ?? 0, clockRemindedAt?.getTime() ?? 0);
  return new Date(last + REMIND_AFTER_DAYS * DAY_MS);
}

/** Whether the clock reminds now: once, near the deadline, and nobody who heard of it in the last day. */
export function clockReminds(asked: Asked, now: Date): boolean {
  const heard = Math.max(asked.createdAt.getTime(), asked.remindedAt?.getTime() ?? 0);
  return (
    OUTSTANDING.includes(asked.state) &&
    asked.clockRemindedAt === null &&
    now < asked.dueAt &&
    asked.dueAt.getTime() - now.getTime() <= CLOCK_REMINDS_DAYS * DAY_MS &&
    now.getTime() - heard >= DAY_MS
  );
}

/** Whether the deadline is over: the last instant still counts. */
export function isOverdue({ dueAt }: Pick<Asked, 'dueAt'>, now: Date): boolean {
  return now > dueAt;
}

/** How many more may be asked: those who were let go or were replaced leave their room, and those who declined keep it. */
export function roomFor(
  { max }: Pick<ReferenceRequirement, 'max'>,
  states: readonly ReferenceState[],
): number {
  const held = states.filter((state) => state !== 'withdrawn' && state !== 'replaced').length;
  return Math.max(0, max - held);
}

/** One address in whatever way it is typed. */
export function emailKey(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}

/** Why nobody can be asked at this address; undefined where somebody can. */
export function addressProblem(
  email: string,
  known: {
    /** The applicant's own. */
    readonly own: readonly string[];
    /** Of those who are asked already. */
    readonly asked: readonly string[];
    /** Of those who check or decide on this file. */
    readonly offices: readonly string[];
  },
): FieldProblem | undefined {
  const key = emailKey(email);
  const is = (addresses: readonly string[]) => addresses.some((address) => emailKey(address) === key);
  if (is(known.own)) return { field: 'email', problem: 'own_address' };
  if (is(known.asked)) return { field: 'email', problem: 'referee_asked' };
  return is(known.offices) ? { field: 'email', problem: 'office_address' } : undefined;
}

export interface LetterDraft {
  readonly body: string;
  readonly capacity: Relation | null;
  readonly knownFor: KnownFor | null;
  readonly hasFile: boolean;
}

/** What a letter still lacks before it can be handed in: words or a file, and who says them. */
export function letterProblems({ body, capacity, knownFor, hasFile }: LetterDraft): FieldProblem[] {
  return [
    ...(capacity ? [] : [{ field: 'capacity', problem: 'required_choice' }]),
    ...(knownFor ? [] : [{ field: 'knownFor', problem: 'required_choice' }]),
    ...(body.trim() === '' && !hasFile ? [{ field: 'body', problem: 'letter_empty' }] : []),
  ];
}

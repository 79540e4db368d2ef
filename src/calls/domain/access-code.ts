import { createHash, randomInt } from 'node:crypto';
import type { FieldProblem } from '../../shared/domain-error.js';

/** Without letters and digits that are taken for one another: sixty bits in twelve signs. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;
const GROUP = 4;
export const MOST_USES = 500;
export const CODE_REASON_MAX = 1000;
const DAY_MS = 86_400_000;
/** Whoever is let in later than this is let into another call. */
const LONGEST_DAYS = 120;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;

/** `7K3Q-9FWM-X2CD`. */
export function newAccessCode(): string {
  const signs = Array.from({ length: LENGTH }, () => SIGNS.charAt(randomInt(SIGNS.length))).join('');
  return signs.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? signs;
}

/** Of a code as it is typed: small letters, spaces, an O for a nought or an I for a one make no other code. */
export function accessCodeHash(typed: string): string {
  const signs = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
    .replace(/U/g, 'V');
  return sha256(signs);
}

/** By which the one is known for whom a code is. */
export function addressHash(email: string): string {
  return sha256(email.normalize('NFC').trim().toLowerCase());
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A code as it is asked for. */
export interface AccessGrant {
  /** Of the one for whom it is; empty: for whoever has it. */
  readonly email: string;
  readonly uses: number;
  readonly validUntil: Date;
  readonly reason: string;
}

export function grantProblems(grant: AccessGrant, now: Date): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { email, uses, validUntil, reason } = grant;
  if (email && !EMAIL.test(email)) problems.push({ field: 'email', problem: 'not_email' });
  if (!Number.isInteger(uses)) problems.push({ field: 'uses', problem: 'not_number' });
  else if (uses < 1 || uses > MOST_USES) {
    problems.push({ field: 'uses', problem: 'out_of_range', values: { min: 1, max: MOST_USES } });
  } else if (email && uses !== 1) problems.push({ field: 'uses', problem: 'code_for_one' });
  if (validUntil <= now) problems.push({ field: 'validUntil', problem: 'date_in_past' });
  else if (validUntil.getTime() > now.getTime() + LONGEST_DAYS * DAY_MS) {
    problems.push({ field: 'validUntil', problem: 'code_too_long', values: { days: LONGEST_DAYS } });
  }
  if (!reason.trim()) problems.push({ field: 'reason', problem: 'required' });
  else if (reason.length > CODE_REASON_MAX) {
    problems.push({ field: 'reason', problem: 'too_long', values: { max: CODE_REASON_MAX } });
  }
  return problems;
}

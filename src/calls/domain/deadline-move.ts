import type { FieldProblem } from '../../shared/domain-error.js';
import type { LocalizedText } from '../../shared/language.js';
import { wallTime } from '../../shared/zoned-time.js';
import { WRITTEN_LANGUAGES } from './call-draft.js';
import type { CallView } from './call.js';

/** A new deadline of a published call, and why it was moved, in the words that everybody reads. */
export interface DeadlineMove {
  readonly closesAt: Date;
  readonly reason: LocalizedText;
}

/** How the deadline of a published call was moved. */
export interface MovedDeadline {
  readonly at: Date;
  readonly from: Date;
  readonly to: Date;
  readonly reason: LocalizedText;
}

export const REASON_MAX = 1000;

/**
 * What is wrong with a move. It never reaches back: what was submitted by now was submitted before the new deadline too,
 * because that is still to come.
 */
export function moveProblems(
  call: CallView,
  { closesAt, reason }: DeadlineMove,
  now: Date,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (closesAt <= now) problems.push({ field: 'closesAt', problem: 'date_in_past' });
  else if (closesAt <= call.opensAt) problems.push({ field: 'closesAt', problem: 'end_before_start' });
  else if (wallTime(closesAt, call.timeZone).day >= call.stayFrom) {
    problems.push({ field: 'closesAt', problem: 'call_closes_in_stay' });
  } else if (closesAt.getTime() === call.closesAt.getTime()) {
    problems.push({ field: 'closesAt', problem: 'call_same_deadline' });
  }
  for (const language of WRITTEN_LANGUAGES) {
    const words = reason[language].trim();
    if (!words) problems.push({ field: `reason.${language}`, problem: 'required' });
    else if (words.length > REASON_MAX) {
      problems.push({ field: `reason.${language}`, problem: 'too_long', values: { max: REASON_MAX } });
    }
  }
  return problems;
}

/**
 * The deadline that both countries approved: the one before the first of the moves that followed their approval. With it
 * in place of the present one, a call says what they approved.
 */
export function approvedDeadline(closesAt: Date, movesSince: readonly MovedDeadline[]): Date {
  return movesSince[0]?.from ?? closesAt;
}

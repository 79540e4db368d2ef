import type { Ctx } from '../../platform/database/context.js';
import type { Language } from '../../shared/language.js';
import type { SubjectName, SubjectSummary } from '../domain/subject.js';

/** A module whose records are decided on by two countries answers for them here. */
export interface DecisionSubjectPort {
  readonly kind: string;
  /**
   * Whether a side may approve it under conditions. `followed`: the module hears what becomes of them and says what follows.
   * `refused`: nothing could follow, so none are set; why, and what to do in place of it, is `approvals.no_conditions.<kind>`.
   */
  readonly conditions: 'followed' | 'refused';
  describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>>;
  /** What they are called, asked in one message; the same as `describe` says. Absent: what whoever asks may not see. */
  name(ctx: Ctx, language: Language, ids: readonly string[]): Promise<ReadonlyMap<string, SubjectName>>;
  /** By whose clocks the days of a condition end: the zone of the call, where there is one. Absent: by those of the side. */
  timeZone?(ctx: Ctx, id: string): Promise<string | null>;
  /** The page on which a file is read that was given for a condition. */
  evidenceHref?(id: string, conditionId: string): string;
  /** Which of these still wait for their conditions: whoever withdrew is reminded of none. Absent: all of them. */
  awaiting?(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>>;
}

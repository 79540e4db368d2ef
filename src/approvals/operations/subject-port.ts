import type { Ctx } from '../../platform/database/context.js';
import type { Language } from '../../shared/language.js';
import type { SubjectSummary } from '../domain/subject.js';

/** A module whose records are decided on by two countries answers for them here. */
export interface DecisionSubjectPort {
  readonly kind: string;
  describe(
    ctx: Ctx,
    language: Language,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectSummary>>;
}

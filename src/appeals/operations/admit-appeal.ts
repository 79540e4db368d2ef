import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { RequestContext } from '../../shared/request-context.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import { INADMISSIBLE_CODES } from '../domain/appeal-rules.js';
import { APPEAL_ADMISSIBLE, APPEAL_INADMISSIBLE } from '../domain/appeals.events.js';
import { appealsPolicy } from '../domain/appeals.policy.js';
import { AppealRecord, wordsOf } from './appeal-record.js';

export const REASON_MAX = 4000;

/** As the form has it. */
export interface TypedAdmission {
  readonly admissible: string;
  readonly code: string;
  readonly reason: string;
}

/** Says whether an appeal is heard. Where it is not, its applicant reads why. */
@Injectable()
export class AdmitAppeal {
  constructor(
    private readonly database: Database,
    private readonly appeals: AppealsRepository,
    private readonly record: AppealRecord,
  ) {}

  async run(request: RequestContext, appealId: string, typed: TypedAdmission): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { appeal, facts } = await this.appeals.lock(ctx, appealId);
      authorise(ctx, appealsPolicy, 'appeal.admit', facts, 'appeal.read');
      const admitted = { admittedBy: ctx.actor.personId, admittedAt: ctx.clock.now() };
      if (typed.admissible === 'yes') {
        await this.record.move(ctx, appeal, 'find_admissible', admitted);
        await this.record.tell(ctx, appeal, APPEAL_ADMISSIBLE);
        return;
      }
      const code = INADMISSIBLE_CODES.find((each) => each === typed.code);
      const problems: FieldProblem[] = [];
      if (typed.admissible !== 'no') problems.push({ field: 'admissible', problem: 'required_choice' });
      else {
        if (!code) problems.push({ field: 'code', problem: 'required_choice' });
        if (!typed.reason.trim()) problems.push({ field: 'reason', problem: 'required' });
      }
      if (problems.length > 0 || !code) throw new DomainError('invalid', { fields: problems });
      const text = wordsOf(typed.reason, 'reason', REASON_MAX);
      await withSystemRights(ctx, () =>
        this.appeals.say(ctx, {
          appealId: appeal.id,
          kind: 'admissibility',
          text,
          language: ctx.language,
          writtenBy: ctx.actor.personId,
          writtenAt: ctx.clock.now(),
        }),
      );
      await this.record.move(
        ctx,
        appeal,
        'find_inadmissible',
        { ...admitted, inadmissibleCode: code },
        { code },
      );
      await this.record.tell(ctx, appeal, APPEAL_INADMISSIBLE);
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { ForgetWords } from '../../approvals/public.js';
import { ForgetFiles } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { ERASED, changeRows, forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationStates } from '../domain/application.states.js';
import type { ApplicationState } from '../domain/application.states.js';
import { withoutCoApplicants, withoutContent } from '../domain/erased-content.js';
import type { SubmittedContent } from '../domain/submitted-content.js';
import { ExportJobs } from './export-jobs.js';
import { WithdrawApplication } from './withdraw-application.js';

/** Somebody goes, or is there: what both sides and the host count on. */
const EXCHANGE: readonly ApplicationState[] = ['accepted', 'conditions_pending', 'confirmed', 'deferred'];
/** It goes on and can be withdrawn first; a draft is withdrawn with its person. */
const GOES_ON = applicationStates
  .from('withdraw')
  .filter((state) => state !== 'draft' && !EXCHANGE.includes(state));

interface Submission {
  readonly id: Id;
  readonly content: SubmittedContent;
}

/**
 * Applications of an erased person: number, states, dates, the places and who decided stay; answers, files, messages, notes
 * and every reason in words go, and with them what makes two applications alike.
 */
@Injectable()
export class EraseApplications implements ErasureSource {
  readonly part = 'applications';

  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(WithdrawApplication) private readonly withdrawing: WithdrawApplication,
    @Inject(ForgetWords) private readonly words: ForgetWords,
    @Inject(ForgetFiles) private readonly files: ForgetFiles,
    @Inject(ExportJobs) private readonly exports: ExportJobs,
  ) {}

  async holds(ctx: Ctx, persons: readonly Id[]): Promise<readonly ErasureHold[]> {
    const rows = await ctx.tx.query<
      { number: string; state: ApplicationState; result: string | null; until: Date | null }[]
    >(
      `select a.number, a.state, a.result,
         ((c.stay_until + 1)::timestamp at time zone c.time_zone) as until
       from applications a join calls c on c.id = a.call_id
       where (a.applicant_id = any ($1) or a.co_applicants && $1::uuid[]) and a.state = any ($2) order by a.number`,
      [persons, [...EXCHANGE, ...GOES_ON]],
    );
    const now = ctx.clock.now();
    return rows.flatMap(({ number, state, result, until }): ErasureHold[] => {
      if (EXCHANGE.includes(state)) {
        return until !== null && until > now ? [{ code: 'exchange_runs', subject: number, until }] : [];
      }
      // Whoever is on no list any more has nothing that goes on.
      if (state === 'final' && result === 'not_selected') return [];
      return [{ code: 'application_goes_on', subject: number, until: null }];
    });
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    await this.withdrawDrafts(ctx, persons);
    const own = await this.idsWhere(ctx, 'applicant_id = any ($1)', persons);
    const shared = await this.idsWhere(
      ctx,
      'co_authors && $1::uuid[] and applicant_id <> all ($1::uuid[])',
      persons,
    );
    const forget = (sql: string) => changeRows(ctx, sql, [persons]);
    const verdicts = (by: string) =>
      forgetValues(ctx, { table: 'duplicate_verdicts', by, column: 'reason' }, persons);
    const erased = await this.ofApplications(ctx, own);
    return {
      erased: {
        ...erased,
        application_submissions:
          (erased.application_submissions ?? 0) + (await this.sharedSubmissions(ctx, shared, persons)),
        duplicate_verdicts: (await verdicts('first_id')) + (await verdicts('second_id')),
        bulk_acts: await forget('delete from bulk_acts where person_id = any ($1)'),
        export_jobs: await this.exports.erase(ctx, persons),
        saved_filters: await forget('delete from saved_filters where person_id = any ($1)'),
      },
      kept: [],
    };
  }

  /** What these applications say of anybody; their frame stays. */
  async ofApplications(ctx: Ctx, own: readonly Id[]): Promise<Readonly<Record<string, number>>> {
    const change = (sql: string) => changeRows(ctx, sql, [own, ERASED]);
    const forget = (sql: string) => changeRows(ctx, sql, [own]);
    const values = (table: string, column: string) =>
      forgetValues(ctx, { table, by: 'application_id', column }, own);
    return {
      applications: await change(
        `update applications set search_key = '', return_reason = case when return_reason is not null then $2 end,
           closing_reason = case when closing_reason is not null then $2 end where id = any ($1)`,
      ),
      application_sections: await forget('delete from application_sections where application_id = any ($1)'),
      application_submissions: await this.submissions(ctx, own, withoutContent),
      application_documents: await change(
        `update application_documents set reason = $2 where application_id = any ($1) and reason is not null`,
      ),
      application_supplements: await values('application_supplements', 'asked_because'),
      application_likenesses: await forget(
        'delete from application_likenesses where application_id = any ($1)',
      ),
      nominations: await change(
        `update nominations set endorsement = case when endorsement is not null then $2 end,
           reason_text = case when reason_text is not null then $2 end
         where application_id = any ($1) and (endorsement is not null or reason_text is not null)`,
      ),
      nomination_candidates: await forget(
        `update nomination_candidates set endorsement = '' where application_id = any ($1) and endorsement <> ''`,
      ),
      officer_notes: await values('officer_notes', 'text'),
      thread_messages: await values('thread_messages', 'text'),
      decision_sides: await this.words.of(ctx, 'application', own),
      application_files: await this.files.ofSubjects(ctx, 'application', own),
    };
  }

  /** Nobody will go on with it. It has no number, and no office ever saw it. */
  private async withdrawDrafts(ctx: Ctx, persons: readonly Id[]): Promise<void> {
    for (const id of await this.idsWhere(ctx, `applicant_id = any ($1) and state = 'draft'`, persons)) {
      const application = await this.applications.lock(ctx, id);
      await this.withdrawing.withdraw(ctx, application, { reason: 'person_erased' });
    }
  }

  private async idsWhere(ctx: Ctx, condition: string, persons: readonly Id[]): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from applications where ${condition} order by id`,
      [persons],
    );
    return rows.map(({ id }) => id);
  }

  private async submissions(
    ctx: Ctx,
    applications: readonly Id[],
    without: (content: SubmittedContent) => SubmittedContent,
  ): Promise<number> {
    const rows = await ctx.tx.query<Submission[]>(
      'select id, content from application_submissions where application_id = any ($1) order by id',
      [applications],
    );
    const by = { table: 'application_submissions', by: 'id' };
    for (const { id, content } of rows) {
      await forgetValues(ctx, { ...by, column: 'content' }, [id], JSON.stringify(without(content)));
    }
    await forgetValues(
      ctx,
      { ...by, column: 'erased_at' },
      rows.map(({ id }) => id),
      ctx.clock.now().toISOString(),
    );
    return rows.length;
  }

  /** Where somebody else applied with them, only what is theirs goes: the text is the others' too. */
  private async sharedSubmissions(
    ctx: Ctx,
    applications: readonly Id[],
    persons: readonly Id[],
  ): Promise<number> {
    if (applications.length === 0) return 0;
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select id from co_applicants where application_id = any ($1) and person_id = any ($2)',
      [applications, persons],
    );
    const gone = new Set(rows.map(({ id }) => id));
    return this.submissions(ctx, applications, (content) => withoutCoApplicants(content, gone, ERASED));
  }
}

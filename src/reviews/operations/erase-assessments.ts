import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { ERASED, changeRows, forgetValues } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import type { ReviewContent } from '../domain/review-content.js';

/** Stands for words about somebody whose applications are erased: the points stay, the comments do not. */
function withoutWords(content: ReviewContent): ReviewContent {
  return {
    ...content,
    scores: Object.fromEntries(
      Object.entries(content.scores).map(([criterion, { value }]) => [criterion, { value, comment: ERASED }]),
    ),
    overall: ERASED,
  };
}

/** What was said of an erased person while they were assessed, and what they said of themselves for assessing others. */
@Injectable()
export class EraseAssessments implements ErasureSource {
  readonly part = 'reviews';

  async holds(ctx: Ctx, persons: readonly Id[]): Promise<readonly ErasureHold[]> {
    const [row] = await ctx.tx.query<{ open: boolean }[]>(
      `select exists (select from review_assignments where reviewer_id = any ($1) and state in ('assigned', 'accepted')) as open`,
      [persons],
    );
    return row?.open ? [{ code: 'review_open', subject: null, until: null }] : [];
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const applications = await this.ids(
      ctx,
      'select id from applications where applicant_id = any ($1)',
      persons,
    );
    const change = (sql: string) => changeRows(ctx, sql, [persons]);
    const assessed = await this.ofApplications(ctx, applications);
    const found = await this.conflicts(ctx, persons, []);
    return {
      erased: {
        ...assessed,
        review_conflicts: (assessed.review_conflicts ?? 0) + found,
        // Named by the person, and where others named them.
        person_ties: await change(
          `delete from person_ties where person_id = any ($1)
             or email_key in (select lower(email) from persons where id = any ($1))`,
        ),
        person_works: await change('delete from person_works where person_id = any ($1)'),
        reviewer_profiles: await change('delete from reviewer_profiles where person_id = any ($1)'),
      },
      kept: [],
    };
  }

  /** What was said of these applications; who said it, and the points, stay. */
  async ofApplications(ctx: Ctx, applications: readonly Id[]): Promise<Readonly<Record<string, number>>> {
    const talks = await this.ids(
      ctx,
      'select id from interviews where application_id = any ($1)',
      applications,
    );
    const words = (table: string, column: string, by = 'application_id', keys = applications) =>
      forgetValues(ctx, { table, by, column }, keys);
    const change = (sql: string) => changeRows(ctx, sql, [applications]);
    return {
      reviews: await this.reviews(ctx, applications),
      review_assignments: await words('review_assignments', 'reason'),
      review_drafts: await change(
        `delete from review_drafts where assignment_id in (
           select id from review_assignments where application_id = any ($1))`,
      ),
      review_summaries:
        (await words('review_summaries', 'text')) + (await words('review_summaries', 'reason')),
      review_summary_answers: await words('review_summary_answers', 'remark'),
      review_summary_drafts: await change(
        'delete from review_summary_drafts where application_id = any ($1)',
      ),
      review_feedback: await words('review_feedback', 'text'),
      review_discussion_entries: await words('review_discussion_entries', 'text'),
      review_conflicts: await this.conflicts(ctx, [], applications),
      interviews: await words('interviews', 'reason'),
      interview_notes: await words('interview_notes', 'text', 'interview_id', talks),
    };
  }

  private async reviews(ctx: Ctx, applications: readonly Id[]): Promise<number> {
    const rows = await ctx.tx.query<{ id: Id; version: number; content: ReviewContent }[]>(
      `select v.assignment_id as id, v.version, v.content from reviews v join review_assignments r on r.id = v.assignment_id
       where r.application_id = any ($1) order by v.assignment_id, v.version`,
      [applications],
    );
    const newest = new Map(rows.map(({ id, content }) => [id, content]));
    const of = { table: 'reviews', by: 'assignment_id' };
    for (const [id, content] of newest) {
      // What counts are the points of each version, which stand beside it.
      await forgetValues(ctx, { ...of, column: 'content' }, [id], JSON.stringify(withoutWords(content)));
      await forgetValues(ctx, { ...of, column: 'reason' }, [id]);
    }
    return rows.length;
  }

  private async conflicts(ctx: Ctx, persons: readonly Id[], applications: readonly Id[]): Promise<number> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select id from review_conflicts where reviewer_id = any ($1) or application_id = any ($2)',
      [persons, applications],
    );
    const of = { table: 'review_conflicts', by: 'id' };
    for (const { id } of rows) {
      // No two of one kind stand on the same evidence.
      await forgetValues(ctx, { ...of, column: 'evidence' }, [id], `${ERASED} ${id}`);
      await forgetValues(ctx, { ...of, column: 'dismissal' }, [id]);
    }
    return rows.length;
  }

  private async ids(ctx: Ctx, sql: string, keys: readonly Id[]): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(sql, [keys]);
    return rows.map(({ id }) => id);
  }
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { ReviewFacts } from '../domain/reviews.policy.js';
import { reviewsPolicy } from '../domain/reviews.policy.js';
import type { GivenPoints } from '../domain/combine.js';
import type { ReviewOfCall } from '../domain/standing.js';
import { ReviewAssignmentRow } from './review-assignment.entity.js';
import { ReviewDraftRow } from './review-draft.entity.js';
import { ReviewRow } from './review.entity.js';

/** An assignment with what the policy must know of it. */
export interface ReviewRecordRow {
  readonly assignment: ReviewAssignmentRow;
  readonly facts: ReviewFacts;
}

const FACTS = `select r.state, r.reviewer_id as "reviewerId", r.panel_id as "panelId", p.call_id as "callId", p.phase,
  case when p.country is null then joined.countries else array[p.country] end as countries,
  joined.countries as "callCountries",
  coalesce((select array_agg(m.person_id) from review_members m where m.panel_id = p.id and m.removed_at is null), '{}') as members,
  (select m.person_id from review_members m where m.panel_id = p.id and m.removed_at is null and m.lead) as "leadId",
  coalesce((select array_agg(o.reviewer_id) from review_assignments o where o.panel_id = r.panel_id
    and o.application_id = r.application_id and o.state = 'submitted'), '{}') as gave,
  coalesce((select array_agg(o.reviewer_id) from review_assignments o where o.panel_id = r.panel_id
    and o.application_id = r.application_id and o.state in ('assigned', 'accepted')), '{}') as owe,
  a.id as "applicationId", a.applicant_id as "applicantId", a.co_authors as "coAuthors", a.home_institution_id as "homeInstitutionId",
  a.host_institution_id as "hostInstitutionId", a.independent_assessment as "independentAssessment",
  a.state as "applicationState"
  from review_assignments r join review_panels p on p.id = r.panel_id join applications a on a.id = r.application_id
  cross join lateral (select coalesce(array_agg(distinct v.country order by v.country), '{}') as countries
    from call_directions d cross join lateral (values (d.home_country), (d.host_country)) v (country)
    where d.call_id = p.call_id) joined
  where r.id = $1`;

@Injectable()
export class ReviewsRepository {
  async find(ctx: Ctx, id: string): Promise<ReviewRecordRow> {
    const assignment = isId(id) ? await ctx.tx.findOneBy(ReviewAssignmentRow, { id }) : null;
    if (!assignment) throw new DomainError('not_found');
    return { assignment, facts: await this.factsOf(ctx, assignment.id) };
  }

  /** Locked until the transaction ends. Whoever may only look gets it as it stands, for the policy to refuse. */
  async lock(ctx: Ctx, id: string): Promise<ReviewRecordRow> {
    if (isId(id)) {
      await ctx.tx.query('select from review_assignments where id = $1 for update', [id]);
    }
    return this.find(ctx, id);
  }

  /** What the policy compares is the truth of the table, and not what the actor sees of it. */
  async factsOf(ctx: Ctx, id: Id): Promise<ReviewFacts> {
    const [facts] = await withSystemRights(ctx, () => ctx.tx.query<ReviewFacts[]>(FACTS, [id]));
    if (!facts) throw new DomainError('not_found');
    return facts;
  }

  /** What the actor assesses, the soonest due first. */
  mine(ctx: Ctx): Promise<ReviewAssignmentRow[]> {
    return ctx.tx
      .createQueryBuilder(ReviewAssignmentRow, 'r')
      .where('r.reviewer_id = :person', { person: ctx.actor.personId })
      .andWhere(reviewsPolicy.filter(ctx.actor, 'review.read', 'r'))
      .orderBy('r.due_at', 'ASC')
      .addOrderBy('r.id', 'ASC')
      .getMany();
  }

  /** How many the actor still has to answer or to write. */
  async countAwaited(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (select from review_assignments r
         where r.reviewer_id = $1 and r.state in ('assigned', 'accepted')
           and ${reviewsPolicy.filter(ctx.actor, 'review.answer', 'r')} limit $2) found`,
      [ctx.actor.personId, limit],
    );
    return row?.count ?? 0;
  }

  /** Of a panel, as far as the actor may know of them. */
  ofPanel(ctx: Ctx, panelId: Id): Promise<ReviewAssignmentRow[]> {
    return ctx.tx
      .createQueryBuilder(ReviewAssignmentRow, 'r')
      .where('r.panel_id = :panelId', { panelId })
      .andWhere(reviewsPolicy.filter(ctx.actor, 'review.read', 'r'))
      .orderBy('r.assigned_at', 'ASC')
      .addOrderBy('r.id', 'ASC')
      .getMany();
  }

  /** Of an application whose content the actor may read. */
  readableOf(ctx: Ctx, applicationId: Id): Promise<ReviewAssignmentRow[]> {
    return ctx.tx
      .createQueryBuilder(ReviewAssignmentRow, 'r')
      .where('r.application_id = :applicationId', { applicationId })
      .andWhere(reviewsPolicy.filter(ctx.actor, 'review.read_content', 'r'))
      .orderBy('r.assigned_at', 'ASC')
      .addOrderBy('r.id', 'ASC')
      .getMany();
  }

  /** Of a panel, what was given by each review that the actor may read, by its newest version. */
  readablePoints(ctx: Ctx, panelId: Id): Promise<GivenPoints[]> {
    return ctx.tx.query<GivenPoints[]>(
      `select r.application_id as "applicationId", r.reviewer_id as "reviewerId", given.points
       from review_assignments r cross join lateral (select v.points from reviews v where v.assignment_id = r.id
         order by v.version desc limit 1) given
       where r.panel_id = $1 and r.state = 'submitted'
         and ${reviewsPolicy.filter(ctx.actor, 'review.read_content', 'r')}
       order by r.application_id, r.assigned_at, r.id`,
      [panelId],
    );
  }

  async insert(ctx: Ctx, row: ReviewAssignmentRow): Promise<void> {
    await ctx.tx.insert(ReviewAssignmentRow, row);
  }

  async save(ctx: Ctx, id: Id, change: Partial<ReviewAssignmentRow>): Promise<void> {
    await ctx.tx.update(ReviewAssignmentRow, { id }, change);
  }

  draft(ctx: Ctx, assignmentId: Id): Promise<ReviewDraftRow | null> {
    return ctx.tx.findOneBy(ReviewDraftRow, { assignmentId });
  }

  async saveDraft(ctx: Ctx, draft: ReviewDraftRow): Promise<void> {
    await ctx.tx.save(ReviewDraftRow, draft);
  }

  /** Versions of what was handed in, the newest first. */
  versions(ctx: Ctx, assignmentId: Id): Promise<ReviewRow[]> {
    return ctx.tx.find(ReviewRow, { where: { assignmentId }, order: { version: 'DESC' } });
  }

  /** The newest version of each review that counts. Needs the rights of the system. */
  countedOf(ctx: Ctx, applicationId: Id): Promise<ReviewRow[]> {
    return ctx.tx
      .createQueryBuilder(ReviewRow, 'v')
      .innerJoin('review_assignments', 'r', 'r.id = v.assignment_id')
      .where("r.application_id = :applicationId and r.state = 'submitted'", { applicationId })
      .andWhere('v.version = (select max(o.version) from reviews o where o.assignment_id = v.assignment_id)')
      .orderBy('v.submitted_at', 'ASC')
      .addOrderBy('v.assignment_id', 'ASC')
      .getMany();
  }

  async handIn(ctx: Ctx, review: ReviewRow): Promise<void> {
    await ctx.tx.insert(ReviewRow, review);
  }

  /** Every review of a call that counts, by its newest version, and every one that is awaited. Needs the rights of the system. */
  ofCall(ctx: Ctx, callId: Id): Promise<ReviewOfCall[]> {
    return ctx.tx.query<ReviewOfCall[]>(
      `select r.application_id as "applicationId", r.reviewer_id as "reviewerId", p.country as side, given.points
       from review_assignments r join review_panels p on p.id = r.panel_id
       left join lateral (select v.points from reviews v where v.assignment_id = r.id
         order by v.version desc limit 1) given on r.state = 'submitted'
       where p.call_id = $1 and r.state in ('assigned', 'accepted', 'submitted')
       order by r.application_id, r.assigned_at, r.id`,
      [callId],
    );
  }

  /** Which applications of a call are before its panels, or were. Needs the rights of the system. */
  async assessed(ctx: Ctx, callId: Id): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from applications where call_id = $1
         and state in ('in_review', 'scored', 'provisional') order by id`,
      [callId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Each application of the call that is assessed, or each of these, gets its number, in an order that says nothing. Needs the
   * rights of the system.
   */
  async giveNumbers(ctx: Ctx, callId: Id, applicationIds: readonly Id[] | null = null): Promise<void> {
    // One act after the other, so that no number is given twice.
    await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `review_pseudonyms ${callId}`,
    ]);
    await ctx.tx.query(
      `insert into review_pseudonyms (application_id, call_id, number)
       select a.id, a.call_id, coalesce((select max(p.number) from review_pseudonyms p where p.call_id = $1), 0)
           + (row_number() over (order by md5(a.id::text)))::integer
       from applications a where a.call_id = $1 and case when $2::uuid[] is null then a.state = 'in_review' else a.id = any ($2) end
         and not exists (select from review_pseudonyms p where p.application_id = a.id)`,
      [callId, applicationIds],
    );
  }

  /** The number under which those who assess know each of these. Needs the rights of the system. */
  async pseudonyms(ctx: Ctx, applicationIds: readonly Id[]): Promise<ReadonlyMap<Id, number>> {
    if (applicationIds.length === 0) return new Map();
    const rows = await ctx.tx.query<{ id: Id; number: number }[]>(
      'select application_id as id, number from review_pseudonyms where application_id = any ($1)',
      [applicationIds],
    );
    return new Map(rows.map(({ id, number }) => [id, number]));
  }

  /** What the panel assesses: of one with a side all of its call, of the others what was given to it, or to none. */
  async applicationsOf(
    ctx: Ctx,
    panel: { readonly id: Id; readonly callId: Id; readonly country: CountryCode | null },
    states: readonly string[],
  ): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from applications where call_id = $1 and state = any ($4)
         and ($3::text is not null or panel_id is null or panel_id = $2) order by id`,
      [panel.callId, panel.id, panel.country, states],
    );
    return rows.map(({ id }) => id);
  }
}

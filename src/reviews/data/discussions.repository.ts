import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { discussionsPolicy } from '../domain/discussions.policy.js';
import type { DiscussionFacts } from '../domain/discussions.policy.js';
import { DiscussionEntryRow } from './discussion-entry.entity.js';
import { FeedbackRow } from './feedback.entity.js';
import { SummaryAnswerRow } from './summary-answer.entity.js';
import { SummaryDraftRow } from './summary-draft.entity.js';
import { SummaryRow } from './summary.entity.js';

/** Of which application in which panel. */
export interface Discussed {
  readonly panelId: Id;
  readonly applicationId: Id;
}

/** How much of one discussion the actor has not read. */
export interface UnreadDiscussion extends Discussed {
  readonly unread: number;
}

const FACTS = `select p.phase as state, p.id as "panelId", p.call_id as "callId", a.id as "applicationId",
  coalesce((select array_agg(m.person_id) from review_members m where m.panel_id = p.id and m.removed_at is null), '{}') as members,
  discussion_is_summed_up_by(p.id, a.id) as "summariserId",
  coalesce((select array_agg(o.reviewer_id) from review_assignments o where o.panel_id = p.id
    and o.application_id = a.id and o.state in ('assigned', 'accepted')), '{}') as owe,
  null as "authorId", a.applicant_id as "applicantId", a.co_authors as "coAuthors", a.home_institution_id as "homeInstitutionId",
  a.host_institution_id as "hostInstitutionId", a.independent_assessment as "independentAssessment"
  from review_panels p join applications a on a.call_id = p.call_id
  where p.id = $1 and a.id = $2 and exists (select from review_assignments r
    where r.panel_id = p.id and r.application_id = a.id and r.state = 'submitted')`;

/** Entries with the phase of their panel, as the policy filters them. */
const ENTRIES = `(select e.*, p.phase as state from review_discussion_entries e
  join review_panels p on p.id = e.panel_id)`;

@Injectable()
export class DiscussionsRepository {
  /**
   * What the policy compares is the truth of the table, and not what the actor sees of it.
   * @throws DomainError `not_found` where no review is in that could be discussed
   */
  async factsOf(ctx: Ctx, panelId: string, applicationId: string): Promise<DiscussionFacts> {
    if (!isId(panelId) || !isId(applicationId)) throw new DomainError('not_found');
    const [facts] = await withSystemRights(ctx, () =>
      ctx.tx.query<DiscussionFacts[]>(FACTS, [panelId, applicationId]),
    );
    if (!facts) throw new DomainError('not_found');
    return facts;
  }

  /** The same, locked until the transaction ends: what is said stands before the phase moves, or not at all. */
  async lock(ctx: Ctx, panelId: string, applicationId: string): Promise<DiscussionFacts> {
    if (isId(panelId)) {
      await withSystemRights(ctx, () =>
        ctx.tx.query('select from review_panels where id = $1 for share', [panelId]),
      );
    }
    return this.factsOf(ctx, panelId, applicationId);
  }

  /** Whoever writes a summary of it waits for whoever does so already: of two clicks the second finds what the first made. */
  async lockSummary(ctx: Ctx, { panelId, applicationId }: Discussed): Promise<void> {
    await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `review_summary ${panelId} ${applicationId}`,
    ]);
  }

  /** The oldest first. */
  entries(ctx: Ctx, { panelId, applicationId }: Discussed): Promise<DiscussionEntryRow[]> {
    return ctx.tx.find(DiscussionEntryRow, {
      where: { panelId, applicationId },
      order: { writtenAt: 'ASC', id: 'ASC' },
    });
  }

  /** Locked until the transaction ends. */
  async entry(ctx: Ctx, { panelId, applicationId }: Discussed, id: string): Promise<DiscussionEntryRow> {
    if (!isId(id)) throw new DomainError('not_found');
    const entry = await ctx.tx.findOneBy(DiscussionEntryRow, { id, panelId, applicationId });
    if (!entry) throw new DomainError('not_found');
    return entry;
  }

  async write(ctx: Ctx, entry: DiscussionEntryRow): Promise<void> {
    await ctx.tx.insert(DiscussionEntryRow, entry);
  }

  /** @returns whether it was not struck out before */
  async strike(ctx: Ctx, id: Id): Promise<boolean> {
    const struck = await ctx.tx.query<[unknown[], number]>(
      'update review_discussion_entries set struck_at = $2 where id = $1 and struck_at is null returning id',
      [id, ctx.clock.now()],
    );
    return struck[1] > 0;
  }

  async countSince(ctx: Ctx, authorId: Id, since: Date): Promise<number> {
    const [row] = await withSystemRights(ctx, () =>
      ctx.tx.query<{ count: number }[]>(
        'select count(*)::integer as count from review_discussion_entries where author_id = $1 and written_at > $2',
        [authorId, since],
      ),
    );
    return row?.count ?? 0;
  }

  async readUntil(ctx: Ctx, { panelId, applicationId }: Discussed): Promise<Date | null> {
    const [row] = await ctx.tx.query<{ until: Date }[]>(
      `select read_until as until from review_discussion_reads
       where panel_id = $1 and application_id = $2 and person_id = $3`,
      [panelId, applicationId, ctx.actor.personId],
    );
    return row?.until ?? null;
  }

  async markRead(ctx: Ctx, { panelId, applicationId }: Discussed, until: Date): Promise<void> {
    await ctx.tx.query(
      `insert into review_discussion_reads (panel_id, application_id, person_id, read_until) values ($1, $2, $3, $4)
       on conflict (panel_id, application_id, person_id)
         do update set read_until = greatest(review_discussion_reads.read_until, excluded.read_until)`,
      [panelId, applicationId, ctx.actor.personId, until],
    );
  }

  /** What others wrote that the actor may read and has not, by discussion. */
  unread(ctx: Ctx): Promise<UnreadDiscussion[]> {
    return ctx.tx.query<UnreadDiscussion[]>(
      `select e.panel_id as "panelId", e.application_id as "applicationId", count(*)::integer as unread
       from ${ENTRIES} e left join review_discussion_reads d on d.panel_id = e.panel_id
         and d.application_id = e.application_id and d.person_id = $1
       where e.author_id <> $1 and e.struck_at is null and (d.read_until is null or e.written_at > d.read_until)
         and ${discussionsPolicy.filter(ctx.actor, 'discussion.read', 'e')}
       group by e.panel_id, e.application_id order by e.panel_id, e.application_id`,
      [ctx.actor.personId],
    );
  }

  /** Who sits in a panel that discusses. Needs the rights of the system. */
  seats(ctx: Ctx): Promise<{ panelId: Id; personId: Id }[]> {
    return ctx.tx.query(
      `select m.panel_id as "panelId", m.person_id as "personId" from review_members m
       join review_panels p on p.id = m.panel_id
       where p.phase = 'discussion' and m.removed_at is null
         and exists (select from review_discussion_entries e where e.panel_id = p.id)
       order by m.panel_id, m.person_id`,
    );
  }

  /** By application, what others said since somebody was told last and has not read. Needs the rights of the system. */
  newFor(ctx: Ctx, panelId: Id, personId: Id): Promise<(Discussed & { entries: number })[]> {
    return ctx.tx.query(
      `select e.panel_id as "panelId", e.application_id as "applicationId", count(*)::integer as entries
       from review_discussion_entries e
       left join review_discussion_reads d on d.panel_id = e.panel_id and d.application_id = e.application_id
         and d.person_id = $2
       left join review_discussion_told t on t.panel_id = e.panel_id and t.person_id = $2
       where e.panel_id = $1 and e.author_id <> $2 and e.struck_at is null
         and (d.read_until is null or e.written_at > d.read_until)
         and (t.told_until is null or e.written_at > t.told_until)
         and exists (select from review_assignments r where r.panel_id = e.panel_id
           and r.application_id = e.application_id and r.state = 'submitted')
       group by e.panel_id, e.application_id order by e.application_id`,
      [panelId, personId],
    );
  }

  async markTold(ctx: Ctx, panelId: Id, personId: Id, until: Date): Promise<void> {
    await ctx.tx.query(
      `insert into review_discussion_told (panel_id, person_id, told_until) values ($1, $2, $3)
       on conflict (panel_id, person_id) do update set told_until = excluded.told_until`,
      [panelId, personId, until],
    );
  }

  /** Versions of the summary, the newest first. */
  summaries(ctx: Ctx, { panelId, applicationId }: Discussed): Promise<SummaryRow[]> {
    return ctx.tx.find(SummaryRow, { where: { panelId, applicationId }, order: { version: 'DESC' } });
  }

  feedback(ctx: Ctx, { panelId, applicationId }: Discussed, version: number): Promise<FeedbackRow | null> {
    return ctx.tx.findOneBy(FeedbackRow, { panelId, applicationId, version });
  }

  /** What panels wrote last to somebody, as far as it is published to them. */
  feedbackTo(ctx: Ctx, applicantId: Id): Promise<(FeedbackRow & { number: string | null })[]> {
    return ctx.tx.query(
      `select distinct on (f.application_id, f.panel_id) f.panel_id as "panelId", f.application_id as "applicationId",
         f.version, f.text, f.language, a.number
       from review_feedback f join applications a on a.id = f.application_id
       where a.applicant_id = $1 and feedback_is_published(a.id)
       order by f.application_id, f.panel_id, f.version desc`,
      [applicantId],
    );
  }

  /** What each member said last to a version. */
  async answers(
    ctx: Ctx,
    { panelId, applicationId }: Discussed,
    version: number,
  ): Promise<SummaryAnswerRow[]> {
    const rows = await ctx.tx.find(SummaryAnswerRow, {
      where: { panelId, applicationId, version },
      order: { answeredAt: 'ASC', id: 'ASC' },
    });
    return [...new Map(rows.map((row) => [row.memberId, row])).values()];
  }

  async answer(ctx: Ctx, row: SummaryAnswerRow): Promise<void> {
    await ctx.tx.insert(SummaryAnswerRow, row);
  }

  draft(ctx: Ctx, { panelId, applicationId }: Discussed, authorId: Id): Promise<SummaryDraftRow | null> {
    return ctx.tx.findOneBy(SummaryDraftRow, { panelId, applicationId, authorId });
  }

  async saveDraft(ctx: Ctx, draft: SummaryDraftRow): Promise<void> {
    await ctx.tx.save(SummaryDraftRow, draft);
  }

  async sumUp(ctx: Ctx, summary: SummaryRow, feedback: FeedbackRow | null): Promise<void> {
    await ctx.tx.insert(SummaryRow, summary);
    if (feedback) await ctx.tx.insert(FeedbackRow, feedback);
  }

  /** Whoever was named for the application, otherwise whoever leads the panel. */
  async summariserOf(ctx: Ctx, panelId: Id, applicationId: Id): Promise<Id | null> {
    const [row] = await ctx.tx.query<{ id: Id | null }[]>('select discussion_is_summed_up_by($1, $2) as id', [
      panelId,
      applicationId,
    ]);
    return row?.id ?? null;
  }

  async nameLead(ctx: Ctx, { panelId, applicationId }: Discussed, personId: Id): Promise<void> {
    await ctx.tx.query(
      `insert into review_leads (panel_id, application_id, person_id, named_by, named_at) values ($1, $2, $3, $4, $5)
       on conflict (panel_id, application_id) do update set person_id = excluded.person_id,
         named_by = excluded.named_by, named_at = excluded.named_at`,
      [panelId, applicationId, personId, ctx.actor.personId, ctx.clock.now()],
    );
  }
}

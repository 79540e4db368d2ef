import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Answers } from '../domain/answers.js';
import type { ApplicationState } from '../domain/application.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { ApplicationChoiceRow } from './application-choice.entity.js';
import { ApplicationSectionRow } from './application-section.entity.js';
import { ApplicationSubmissionRow } from './application-submission.entity.js';
import { ApplicationRow } from './application.entity.js';
import { NominationRow } from './nomination.entity.js';

/** What a worklist can be narrowed to. */
export interface ApplicationFilter {
  readonly states?: readonly ApplicationState[];
  readonly callId?: Id;
  /** Key of a name or number (see `searchKey`), matched anywhere. */
  readonly searchKey?: string;
  readonly after?: { readonly stateSince: Date; readonly id: Id };
  readonly limit: number;
}

@Injectable()
export class ApplicationsRepository {
  /** The application, locked until the transaction ends. What the actor may not see is not found. */
  async lock(ctx: Ctx, id: string): Promise<ApplicationRow> {
    const row = isId(id)
      ? await ctx.tx
          .createQueryBuilder(ApplicationRow, 'application')
          .setLock('pessimistic_write')
          .where('application.id = :id', { id })
          .getOne()
      : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  async find(ctx: Ctx, id: string): Promise<ApplicationRow> {
    const row = isId(id) ? await ctx.tx.findOne(ApplicationRow, { where: { id } }) : null;
    if (!row) throw new DomainError('not_found');
    return row;
  }

  findMany(ctx: Ctx, ids: readonly Id[]): Promise<ApplicationRow[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'application')
      .where('application.id in (:...ids)', { ids })
      .getMany();
  }

  /** The actor's own applications, the youngest first. */
  mine(ctx: Ctx): Promise<ApplicationRow[]> {
    return ctx.tx.find(ApplicationRow, {
      where: { applicantId: ctx.actor.personId ?? '' },
      order: { createdAt: 'DESC' },
    });
  }

  /** The actor's application for a call that was not withdrawn. */
  mineFor(ctx: Ctx, callId: Id): Promise<ApplicationRow | null> {
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'application')
      .where('application.callId = :callId and application.applicantId = :person', {
        callId,
        person: ctx.actor.personId,
      })
      .andWhere("application.state <> 'withdrawn'")
      .getOne();
  }

  /** A page of the worklist, longest waiting first, within what the policy lets the actor list. */
  list(ctx: Ctx, filter: ApplicationFilter): Promise<ApplicationRow[]> {
    const query = ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .where(applicationsPolicy.filter(ctx.actor, 'application.list', 'a'))
      .orderBy('a.state_since', 'ASC')
      .addOrderBy('a.id', 'ASC')
      .limit(filter.limit);
    if (filter.states) query.andWhere('a.state in (:...states)', { states: filter.states });
    if (filter.callId) query.andWhere('a.call_id = :callId', { callId: filter.callId });
    if (filter.searchKey) {
      query.andWhere('a.search_key like :key', { key: `%${filter.searchKey.replace(/[%_\\]/g, '\\$&')}%` });
    }
    if (filter.after) {
      query.andWhere('(a.state_since, a.id) > (:since, :afterId)', {
        since: filter.after.stateSince,
        afterId: filter.after.id,
      });
    }
    return query.getMany();
  }

  /** How many of each state the actor may list. */
  async countByState(ctx: Ctx): Promise<ReadonlyMap<ApplicationState, number>> {
    const rows = await ctx.tx.query<{ state: ApplicationState; count: number }[]>(
      `select state, count(*)::integer as count from applications a
       where ${applicationsPolicy.filter(ctx.actor, 'application.list', 'a')} group by state`,
    );
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  /**
   * What waits for a coordinator, each counted no further than `limit`: submissions to screen and candidates to nominate
   * at home, nominations to answer at the host.
   */
  async countWaiting(
    ctx: Ctx,
    limit: number,
  ): Promise<{ readonly screening: number; readonly nominate: number; readonly hostAnswer: number }> {
    const [row] = await ctx.tx.query<{ screening: number; nominate: number; hostAnswer: number }[]>(
      `select
         (select count(*)::integer from (select from applications
            where home_institution_id = any (actor_coordinates()) and state in ('submitted', 'screening')
            limit $1) s) as screening,
         (select count(*)::integer from (select from applications a
            where home_institution_id = any (actor_coordinates()) and state = 'eligible'
              and not exists (select from nominations n where n.application_id = a.id
                and n.state not in ('rejected', 'returned', 'cancelled'))
            limit $1) e) as nominate,
         (select count(*)::integer from (select from nominations
            where host_institution_id = any (actor_coordinates()) and state in ('sent', 'waitlisted', 'no_answer')
            limit $1) n) as "hostAnswer"`,
      [limit],
    );
    return row ?? { screening: 0, nominate: 0, hostAnswer: 0 };
  }

  /** Saves under the lock that the caller holds, as a new version. */
  async save(ctx: Ctx, application: ApplicationRow): Promise<void> {
    application.version = (application.version ?? 0) + 1;
    await ctx.tx.save(ApplicationRow, application);
  }

  async sections(ctx: Ctx, applicationId: Id): Promise<ReadonlyMap<string, ApplicationSectionRow>> {
    const rows = await ctx.tx.find(ApplicationSectionRow, { where: { applicationId } });
    return new Map(rows.map((row) => [row.section, row]));
  }

  async answers(ctx: Ctx, applicationId: Id): Promise<Readonly<Record<string, Answers>>> {
    const sections = await this.sections(ctx, applicationId);
    return Object.fromEntries([...sections].map(([section, row]) => [section, row.answers]));
  }

  /** Place ids in the applicant's order. */
  async choices(ctx: Ctx, applicationId: Id): Promise<Id[]> {
    const rows = await ctx.tx.find(ApplicationChoiceRow, {
      where: { applicationId },
      order: { rank: 'ASC' },
    });
    return rows.map((row) => row.placeId);
  }

  async replaceChoices(ctx: Ctx, applicationId: Id, places: readonly Id[]): Promise<void> {
    await ctx.tx.delete(ApplicationChoiceRow, { applicationId });
    if (places.length === 0) return;
    await ctx.tx.insert(
      ApplicationChoiceRow,
      places.map((placeId, index) => ({ applicationId, rank: index + 1, placeId })),
    );
  }

  latestSubmission(ctx: Ctx, applicationId: Id): Promise<ApplicationSubmissionRow | null> {
    return ctx.tx.findOne(ApplicationSubmissionRow, {
      where: { applicationId },
      order: { ordinal: 'DESC' },
    });
  }

  /** Nominations of an application, the newest first. */
  nominations(ctx: Ctx, applicationId: Id): Promise<NominationRow[]> {
    return ctx.tx.find(NominationRow, {
      where: { applicationId },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  /**
   * The next reserve for a place, locked. Whoever else holds its lock is waited for, or the next in the queue would be
   * passed over; promotions themselves come one after the other (see `Places`), and nobody who waits for a place's turn
   * holds a reserve, so the waiting has an end.
   */
  async nextReserve(ctx: Ctx, placeId: Id): Promise<ApplicationRow | null> {
    return ctx.tx
      .createQueryBuilder(ApplicationRow, 'a')
      .setLock('pessimistic_write')
      .where("a.place_id = :placeId and a.state = 'final' and a.result = 'reserve'", { placeId })
      .orderBy('a.reserve_number', 'ASC')
      .limit(1)
      .getOne();
  }

  async lastReserveNumber(ctx: Ctx, placeId: Id): Promise<number> {
    const [row] = await ctx.tx.query<{ last: number }[]>(
      'select coalesce(max(reserve_number), 0)::integer as last from applications where place_id = $1',
      [placeId],
    );
    return row?.last ?? 0;
  }
}

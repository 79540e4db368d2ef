import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { readPrepared } from '../../platform/database/prepared.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { mobilitiesPolicy } from '../domain/mobilities.policy.js';
import { ESCALATED, WHEN, overdueOn, presentOn } from './stay-filter.js';
import type { StayFilter } from './stay-filter.js';
import { MobilityCertificateRow } from './mobility-certificate.entity.js';
import { MobilityPaymentRow } from './mobility-payment.entity.js';
import { MobilityRow } from './mobility.entity.js';

/** Stays. What may be written is decided by the acts: the database lets nobody write here but the application itself. */
@Injectable()
export class MobilitiesRepository {
  async find(ctx: Ctx, id: string): Promise<MobilityRow> {
    const stay = isId(id) ? await ctx.tx.findOneBy(MobilityRow, { id }) : null;
    if (!stay) throw new DomainError('not_found');
    return stay;
  }

  /** Locked until the transaction ends. Who may not see it is told that there is none. */
  async lock(ctx: Ctx, id: string): Promise<MobilityRow> {
    if (isId(id)) {
      await withSystemRights(ctx, () =>
        ctx.tx.query('select from mobilities where id = $1 for update', [id]),
      );
    }
    return this.find(ctx, id);
  }

  /** The stay of an application that counts, locked; null where there is none. Needs the rights of the system. */
  async lockOfApplication(ctx: Ctx, applicationId: Id): Promise<MobilityRow | null> {
    return ctx.tx
      .createQueryBuilder(MobilityRow, 'm')
      .setLock('pessimistic_write')
      .where("m.application_id = :applicationId and m.state <> 'cancelled'", { applicationId })
      .getOne();
  }

  /** All stays of these applications that the reader may see, the newest first. */
  ofApplication(ctx: Ctx, applicationId: Id): Promise<MobilityRow[]> {
    return ctx.tx.find(MobilityRow, { where: { applicationId }, order: { createdAt: 'DESC', id: 'DESC' } });
  }

  /** What the participant may see of themselves. */
  mine(ctx: Ctx): Promise<MobilityRow[]> {
    if (ctx.actor.personId === null) return Promise.resolve([]);
    return ctx.tx.find(MobilityRow, {
      where: { participantId: ctx.actor.personId },
      order: { plannedFrom: 'DESC', id: 'DESC' },
    });
  }

  /** Which of these the reader may see. */
  async inSight(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlySet<Id>> {
    if (ids.length === 0) return new Set();
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select m.id from mobilities m
       where m.id = any ($1) and ${mobilitiesPolicy.filter(ctx.actor, 'mobility.read', 'm')}`,
      [[...new Set(ids)]],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async insert(ctx: Ctx, stay: MobilityRow): Promise<void> {
    await withSystemRights(ctx, () => ctx.tx.insert(MobilityRow, stay));
  }

  async save(ctx: Ctx, stay: MobilityRow, change: Partial<MobilityRow>): Promise<void> {
    const changed = { ...change, version: stay.version + 1 };
    await withSystemRights(ctx, () => ctx.tx.update(MobilityRow, { id: stay.id }, changed));
    Object.assign(stay, changed);
  }

  certificates(ctx: Ctx, mobilityId: Id): Promise<MobilityCertificateRow[]> {
    return ctx.tx.find(MobilityCertificateRow, {
      where: { mobilityId },
      order: { certifiedAt: 'ASC', id: 'ASC' },
    });
  }

  async certify(ctx: Ctx, row: MobilityCertificateRow): Promise<void> {
    await withSystemRights(ctx, () => ctx.tx.insert(MobilityCertificateRow, row));
  }

  payments(ctx: Ctx, mobilityId: Id): Promise<MobilityPaymentRow[]> {
    return ctx.tx.find(MobilityPaymentRow, {
      where: { mobilityId },
      order: { recordedAt: 'ASC', id: 'ASC' },
    });
  }

  async pay(ctx: Ctx, row: MobilityPaymentRow): Promise<void> {
    await withSystemRights(ctx, () => ctx.tx.insert(MobilityPaymentRow, row));
  }

  /** By when they are to begin, the latest first. */
  list(ctx: Ctx, filter: StayFilter): Promise<MobilityRow[]> {
    const { when, day, after, limit } = filter;
    const query = ctx.tx
      .createQueryBuilder(MobilityRow, 'm')
      .where(mobilitiesPolicy.filter(ctx.actor, 'mobility.list', 'm'))
      .andWhere(WHEN[when](':day::date'), { day });
    const { homeCountry, hostCountry, category, academicYear } = filter;
    for (const [name, value] of Object.entries({ homeCountry, hostCountry, category, academicYear })) {
      if (value !== undefined) query.andWhere(`m.${name} = :${name}`, { [name]: value });
    }
    if (after) query.andWhere('(m.planned_from, m.id) < (:from, :id)', { from: after[0], id: after[1] });
    return query.orderBy('m.plannedFrom', 'DESC').addOrderBy('m.id', 'DESC').limit(limit).getMany();
  }

  presentOn(
    ctx: Ctx,
    day: string,
  ): Promise<
    readonly { readonly homeCountry: string; readonly hostCountry: string; readonly persons: number }[]
  > {
    return readPrepared(
      ctx,
      `select m.home_country as "homeCountry", m.host_country as "hostCountry", count(*)::integer as persons
       from mobilities m where ${mobilitiesPolicy.filter(ctx.actor, 'mobility.list', 'm')} and ${presentOn('$1::date')}
       group by m.home_country, m.host_country order by m.home_country, m.host_country`,
      [day],
    );
  }

  async countOverdue(ctx: Ctx, day: string, limit: number): Promise<number> {
    const acts = ['mobility.certify_arrival', 'mobility.certify_departure'];
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (select from mobilities m where ${overdueOn('$1::date')}
         and (${acts.map((act) => mobilitiesPolicy.filter(ctx.actor, act, 'm')).join(' or ')}) limit $2) found`,
      [day, limit],
    );
    return row?.count ?? 0;
  }

  /** Those in the country of an officer of which those above were told. */
  async countEscalated(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (select from mobilities m where ${ESCALATED} and m.host_country = any ((select actor_officer_of())::text[])
         and ${mobilitiesPolicy.filter(ctx.actor, 'mobility.list', 'm')} limit $1) found`,
      [limit],
    );
    return row?.count ?? 0;
  }
}

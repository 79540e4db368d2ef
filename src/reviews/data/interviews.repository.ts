import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { sqlState } from '../../platform/database/sql-state.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { TO_COME } from '../domain/interview.states.js';
import { interviewsPolicy } from '../domain/interviews.policy.js';
import type { InterviewFacts } from '../domain/interviews.policy.js';
import { InterviewNoteRow } from './interview-note.entity.js';
import { InterviewSlotRow } from './interview-slot.entity.js';
import { InterviewRow } from './interview.entity.js';

export interface InterviewRecord {
  readonly interview: InterviewRow;
  readonly facts: InterviewFacts;
}

/** A time with who of the panel is there; `taken` by whoever is to come. */
export interface SlotView extends InterviewSlotRow {
  readonly members: readonly Id[];
  readonly taken: boolean;
}

const FACTS = `select i.state, i.panel_id as "panelId", p.call_id as "callId", i.application_id as "applicationId", p.phase,
  case when p.country is not null then array[p.country] else coalesce((select array_agg(distinct v.country order by v.country)
    from call_directions d cross join lateral (values (d.home_country), (d.host_country)) v (country)
    where d.call_id = p.call_id), '{}') end as countries,
  coalesce((select array_agg(m.person_id) from review_members m where m.panel_id = p.id and m.removed_at is null), '{}') as members,
  coalesce((select array_agg(o.reviewer_id) from review_assignments o where o.panel_id = p.id
    and o.application_id = i.application_id and o.state in ('assigned', 'accepted')), '{}') as owe,
  coalesce((select array_agg(o.reviewer_id) from review_assignments o where o.panel_id = p.id
    and o.application_id = i.application_id and o.state = 'submitted'), '{}') as gave,
  a.applicant_id as "applicantId", a.co_authors as "coAuthors", a.home_institution_id as "homeInstitutionId",
  a.host_institution_id as "hostInstitutionId", a.independent_assessment as "independentAssessment"
  from interviews i join review_panels p on p.id = i.panel_id join applications a on a.id = i.application_id
  where i.id = $1`;

/** Which constraint of the tables an act ran into, and what that means for whoever did it. */
const REFUSALS: Readonly<Record<string, string>> = {
  interview_member_in_one_place: 'member_elsewhere',
  interview_applicant_in_one_place: 'applicant_elsewhere',
  interviews_slot_once: 'slot_taken',
  interviews_once: 'already_invited',
};

@Injectable()
export class InterviewsRepository {
  async find(ctx: Ctx, id: string): Promise<InterviewRecord> {
    const interview = isId(id) ? await ctx.tx.findOneBy(InterviewRow, { id }) : null;
    if (!interview) throw new DomainError('not_found');
    return { interview, facts: await this.factsOf(ctx, interview.id) };
  }

  /** Locked until the transaction ends. */
  async lock(ctx: Ctx, id: string): Promise<InterviewRecord> {
    if (isId(id)) {
      await withSystemRights(ctx, () =>
        ctx.tx.query('select from interviews where id = $1 for update', [id]),
      );
    }
    return this.find(ctx, id);
  }

  async factsOf(ctx: Ctx, id: Id): Promise<InterviewFacts> {
    const [facts] = await withSystemRights(ctx, () => ctx.tx.query<InterviewFacts[]>(FACTS, [id]));
    if (!facts) throw new DomainError('not_found');
    return facts;
  }

  /** Of a panel, as far as the actor may know of them. */
  ofPanel(ctx: Ctx, panelId: Id): Promise<InterviewRow[]> {
    return ctx.tx
      .createQueryBuilder(InterviewRow, 'i')
      .where('i.panel_id = :panelId', { panelId })
      .andWhere(interviewsPolicy.filter(ctx.actor, 'interview.read', 'i'))
      .orderBy('i.invited_at', 'ASC')
      .addOrderBy('i.id', 'ASC')
      .getMany();
  }

  /** Of an application; none is left out that was cancelled, where another followed. */
  async ofApplication(ctx: Ctx, applicationId: Id): Promise<InterviewRow[]> {
    const rows = await ctx.tx
      .createQueryBuilder(InterviewRow, 'i')
      .where('i.application_id = :applicationId', { applicationId })
      .andWhere(interviewsPolicy.filter(ctx.actor, 'interview.read', 'i'))
      .orderBy('i.invited_at', 'ASC')
      .addOrderBy('i.id', 'ASC')
      .getMany();
    const last = new Map(rows.map((row) => [row.panelId, row]));
    return rows.filter((row) => row.state !== 'cancelled' || last.get(row.panelId) === row);
  }

  /** Those that are still to come, whoever asks. Needs the rights of the system. */
  async toCome(
    ctx: Ctx,
    of: { readonly applicationId: Id } | { readonly panelId: Id },
  ): Promise<readonly Id[]> {
    const [column, id] = 'panelId' in of ? ['panel_id', of.panelId] : ['application_id', of.applicationId];
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from interviews where ${column} = $1 and state = any ($2) order by id`,
      [id, TO_COME],
    );
    return rows.map(({ id }) => id);
  }

  /** Those that begin within a day and of which nobody was reminded yet. Needs the rights of the system. */
  async soon(ctx: Ctx, until: Date): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select i.id from interviews i join interview_slots s on s.id = i.slot_id
       where i.state in ('proposed', 'booked') and i.reminded_at is null
         and s.starts_at > $1 and s.starts_at <= $2 order by s.starts_at, i.id`,
      [ctx.clock.now(), until],
    );
    return rows.map(({ id }) => id);
  }

  async insert(ctx: Ctx, row: InterviewRow): Promise<void> {
    await refusing(() => ctx.tx.insert(InterviewRow, row));
  }

  async save(ctx: Ctx, id: Id, change: Partial<InterviewRow>): Promise<void> {
    await ctx.tx.update(InterviewRow, { id }, change);
  }

  /** Gives the interview a time, or takes it. @throws DomainError `conflict` where it is somebody's already. */
  async place(ctx: Ctx, id: Id, change: Partial<InterviewRow> & { slotId: Id | null }): Promise<void> {
    const { state, stateSince, slotId, sequence, reason = null } = change;
    await refusing(() =>
      ctx.tx.query(
        `update interviews set state = $2, state_since = $3, slot_id = $4, sequence = $5, reason = $6, reminded_at = null,
           period = (select tstzrange(s.starts_at, s.starts_at + make_interval(mins => s.minutes))
             from interview_slots s where s.id = $4)
         where id = $1`,
        [id, state, stateSince, slotId, sequence, reason],
      ),
    );
  }

  async slots(ctx: Ctx, panelId: Id): Promise<readonly SlotView[]> {
    const slots = await ctx.tx.find(InterviewSlotRow, {
      where: { panelId },
      order: { startsAt: 'ASC', id: 'ASC' },
    });
    const ids = slots.map(({ id }) => id);
    const present = await ctx.tx.query<{ slot: Id; person: Id }[]>(
      `select slot_id as slot, person_id as person from interview_slot_members where slot_id = any ($1) order by 1, 2`,
      [ids],
    );
    // Whether a time is free is for everybody who may choose it; by whom it is not is another question.
    const taken = await withSystemRights(ctx, () =>
      ctx.tx.query<{ slot: Id }[]>('select slot_id as slot from interviews where slot_id = any ($1)', [ids]),
    );
    return slots.map((slot) => ({
      ...slot,
      members: present.filter((each) => each.slot === slot.id).map(({ person }) => person),
      taken: taken.some((each) => each.slot === slot.id),
    }));
  }

  /** Locked until the transaction ends: it is given to one at a time. */
  async lockSlot(ctx: Ctx, panelId: Id, id: string): Promise<InterviewSlotRow> {
    if (isId(id)) {
      await withSystemRights(ctx, () =>
        ctx.tx.query('select from interview_slots where id = $1 for update', [id]),
      );
    }
    const slot = isId(id) ? await ctx.tx.findOneBy(InterviewSlotRow, { id, panelId }) : null;
    if (!slot) throw new DomainError('not_found');
    return slot;
  }

  slot(ctx: Ctx, id: Id): Promise<InterviewSlotRow | null> {
    return ctx.tx.findOneBy(InterviewSlotRow, { id });
  }

  /** Who of the panel is there. */
  async present(ctx: Ctx, slotId: Id): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ person: Id }[]>(
      'select person_id as person from interview_slot_members where slot_id = $1 and active order by 1',
      [slotId],
    );
    return rows.map(({ person }) => person);
  }

  /** The same, whoever asks: an applicant does not see who it is. */
  presentAt(ctx: Ctx, slotId: Id): Promise<readonly Id[]> {
    return withSystemRights(ctx, () => this.present(ctx, slotId));
  }

  /** @throws DomainError `conflict` where one of them is in another talk then. */
  async offer(ctx: Ctx, slot: InterviewSlotRow, members: readonly Id[]): Promise<void> {
    await ctx.tx.insert(InterviewSlotRow, slot);
    await this.seat(ctx, slot.id, members);
  }

  /** The same time with other words, or another time: those who are there, and who comes, go with it. */
  async changeSlot(
    ctx: Ctx,
    id: Id,
    change: Pick<InterviewSlotRow, 'startsAt' | 'minutes' | 'place' | 'link'>,
    members: readonly Id[],
  ): Promise<void> {
    await ctx.tx.update(InterviewSlotRow, { id }, change);
    await ctx.tx.query('delete from interview_slot_members where slot_id = $1', [id]);
    await this.seat(ctx, id, members);
  }

  async cancelSlot(ctx: Ctx, id: Id): Promise<void> {
    await ctx.tx.update(InterviewSlotRow, { id }, { cancelledAt: ctx.clock.now() });
    await ctx.tx.query('update interview_slot_members set active = false where slot_id = $1', [id]);
  }

  /** Who comes at that time; null where it is free. Needs the rights of the system. */
  async comesAt(ctx: Ctx, slotId: Id): Promise<Id | null> {
    const [row] = await ctx.tx.query<{ id: Id }[]>('select id from interviews where slot_id = $1', [slotId]);
    return row?.id ?? null;
  }

  notes(ctx: Ctx, interviewId: Id): Promise<InterviewNoteRow[]> {
    return ctx.tx.find(InterviewNoteRow, { where: { interviewId }, order: { writtenAt: 'ASC', id: 'ASC' } });
  }

  async note(ctx: Ctx, row: InterviewNoteRow): Promise<void> {
    await ctx.tx.insert(InterviewNoteRow, row);
  }

  private async seat(ctx: Ctx, slotId: Id, members: readonly Id[]): Promise<void> {
    await refusing(() =>
      ctx.tx.query(
        `insert into interview_slot_members (slot_id, person_id, period)
         select s.id, m.id, tstzrange(s.starts_at, s.starts_at + make_interval(mins => s.minutes))
         from interview_slots s cross join unnest($2::uuid[]) m (id) where s.id = $1`,
        [slotId, members],
      ),
    );
  }
}

/** What the tables refuse is refused in words. */
async function refusing(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const state = sqlState(error);
    const constraint = constraintOf(error);
    const reason = constraint === null ? undefined : REFUSALS[constraint];
    if ((state !== '23505' && state !== '23P01') || !reason) throw error;
    throw new DomainError('conflict', { reason });
  }
}

function constraintOf(error: unknown): string | null {
  const driver = (error as { readonly driverError?: { readonly constraint?: unknown } } | null)?.driverError;
  return typeof driver?.constraint === 'string' ? driver.constraint : null;
}

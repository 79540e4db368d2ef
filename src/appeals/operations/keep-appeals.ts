import { Injectable } from '@nestjs/common';
import type { AppealRegister, OpenAppeals } from '../../allocation/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import { remindsNow } from '../domain/appeal-rules.js';
import { APPEAL_DUE_SOON, APPEAL_OVERDUE } from '../domain/appeals.events.js';
import { AppealRecord } from './appeal-record.js';
import { JudgeAppeal } from './judge-appeal.js';
import { LodgeAppeal } from './lodge-appeal.js';

const BATCH = 500;

/** Until when whoever has it is to act. */
export function dueOf({ state, admitUntil, decideUntil }: AppealRow): Date | null {
  if (state === 'lodged') return admitUntil;
  return state === 'panel' ? decideUntil : null;
}

/**
 * What the clock does with appeals, and what follows from the end of an application or a declared conflict. The clock
 * reminds and tells those above; it decides nothing.
 */
@Injectable()
export class KeepAppeals implements AppealRegister {
  constructor(
    private readonly database: Database,
    private readonly appeals: AppealsRepository,
    private readonly lodging: LodgeAppeal,
    private readonly judging: JudgeAppeal,
    private readonly record: AppealRecord,
  ) {}

  async open(ctx: Ctx, callId: Id): Promise<OpenAppeals | null> {
    const open = await this.appeals.open(ctx, callId);
    const days = open.flatMap(({ decideUntil }) => decideUntil ?? []);
    const [until] = days.sort((one, other) => other.getTime() - one.getTime());
    return until ? { count: open.length, until } : null;
  }

  /** Each reminder in an act of its own. Returns how many went out. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    let reminded = 0;
    let after: Id | null = null;
    for (;;) {
      const from: Id | null = after;
      const page: readonly Id[] = await this.database.read(request, (ctx) => this.running(ctx, from));
      for (const id of page) {
        if (await this.database.transaction(request, (ctx) => this.remind(ctx, id))) reminded += 1;
      }
      if (page.length < BATCH) return reminded;
      after = page.at(-1) ?? null;
    }
  }

  /** Nobody decides on what its applicant took back: part of the act that ends the application. */
  async callOff(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const { id, state } of await this.appeals.ofApplication(ctx, subject.id)) {
        if (state !== 'draft' && state !== 'lodged' && state !== 'panel') continue;
        await this.lodging.end(ctx, (await this.appeals.lock(ctx, id)).appeal);
      }
    });
  }

  /** Whoever declares that they are bound decides on no appeal of the other. */
  async recuse(ctx: Ctx, { subject, payload }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      const rows = await ctx.tx.query<{ id: Id }[]>(
        `select p.id from appeals p join appeal_members m on m.appeal_id = p.id and m.removed_at is null
         where m.person_id = $1 and p.state = 'panel'
           and not exists (select from appeal_votes v where v.appeal_id = p.id and v.person_id = m.person_id)
           and p.applicant_id = (select applicant_id from applications where id = $2) order by p.id`,
        [subject.id, String(payload.application)],
      );
      for (const { id } of rows) {
        await this.judging.stepDown(ctx, (await this.appeals.lock(ctx, id)).appeal, subject.id);
      }
    });
  }

  private async running(ctx: Ctx, after: Id | null): Promise<readonly Id[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from appeals where state in ('lodged', 'panel') and overdue_at is null
         and ($1::uuid is null or id > $1) order by id limit $2`,
      [after, BATCH],
    );
    return rows.map(({ id }) => id);
  }

  private async remind(ctx: Ctx, id: Id): Promise<boolean> {
    const { appeal } = await this.appeals.lock(ctx, id);
    const dueAt = dueOf(appeal);
    const now = ctx.clock.now();
    const reminder = dueAt && remindsNow({ ...appeal, dueAt }, now);
    if (!reminder) return false;
    await this.appeals.save(ctx, appeal, reminder === 'overdue' ? { overdueAt: now } : { remindedAt: now });
    await this.record.note(ctx, appeal, reminder);
    await this.record.tell(ctx, appeal, reminder === 'overdue' ? APPEAL_OVERDUE : APPEAL_DUE_SOON);
    return true;
  }
}

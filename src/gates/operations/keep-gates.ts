import { Injectable } from '@nestjs/common';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Clock } from '../../shared/clock.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { daysLater } from '../../shared/zoned-time.js';
import { GateRow } from '../data/gate.entity.js';
import { GatesRepository } from '../data/gates.repository.js';
import { GATE_EXPIRED, GATE_EXPIRES_SOON } from '../domain/gates.events.js';
import { gateStates } from '../domain/gate.states.js';
import { GateClocks } from './gate-clocks.js';
import { GateRecord } from './gate-record.js';
import { GateSubjects } from './gate-subjects.js';

/** So long before a word ends that the stay needs, its officer is told. */
const WARNED_DAYS = 30;
const BATCH = 500;

/**
 * What the clock does: it tells of a word that ends before the stay does, and puts its end on record. It counts no more from
 * midnight on in its country, whenever the clock comes round (`stateOn`).
 */
@Injectable()
export class KeepGates {
  constructor(
    private readonly database: Database,
    private readonly gates: GatesRepository,
    private readonly subjects: GateSubjects,
    private readonly record: GateRecord,
    private readonly clocks: GateClocks,
  ) {}

  /** Each gate in an act of its own. Returns how many were told of or ended. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    const due = await this.database.read(request, async (ctx) => {
      const days = await this.clocks.today(ctx);
      const countries = await ctx.tx.query<{ country: CountryCode }[]>(
        `select distinct country from gates where withdrawn_at is null and state in ('cleared', 'conditional')`,
      );
      const found: { id: Id; today: string }[] = [];
      for (const { country } of countries) {
        const today = days(country);
        const rows = await ctx.tx.query<{ id: Id }[]>(
          `select id from gates where country = $1 and withdrawn_at is null and state in ('cleared', 'conditional')
             and expires_on < needed_until
             and (expires_on < $2 or (warned_at is null and expires_on <= $3))
           order by expires_on, id limit $4`,
          [country, today, daysLater(today, WARNED_DAYS), BATCH],
        );
        found.push(...rows.map(({ id }) => ({ id, today })));
      }
      return found;
    });
    for (const { id, today } of due) {
      await this.database.transaction(request, (ctx) => this.keep(ctx, id, today));
    }
    return due.length;
  }

  private async keep(ctx: Ctx, id: Id, today: string): Promise<void> {
    const { subjectKind, subjectId } = await this.gates.find(ctx, id);
    await this.subjects.of(subjectKind).lock(ctx, subjectId);
    const gate = await this.gates.lock(ctx, id);
    if (!gate.expiresOn || gate.withdrawnAt || !gateStates.allows(gate.state, 'expire')) return;
    if (gate.expiresOn < today) {
      await this.record.move(ctx, gate, 'expire', {});
      await this.record.tell(ctx, gate, GATE_EXPIRED);
      return;
    }
    gate.warnedAt = ctx.clock.now();
    await ctx.tx.save(GateRow, gate);
    await this.record.tell(ctx, gate, GATE_EXPIRES_SOON);
  }
}

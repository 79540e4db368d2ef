import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { GateRow } from '../data/gate.entity.js';
import { gateStates } from '../domain/gate.states.js';
import type { GateAct } from '../domain/gate.states.js';

/** What every act on a gate does with its record: moves it by the table, saves it, writes the entry, tells of it. */
@Injectable()
export class GateRecord {
  constructor(
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async move(
    ctx: Ctx,
    gate: GateRow,
    act: GateAct,
    change: Partial<GateRow>,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    const from = gate.state;
    const to = gateStates.move(from, act);
    Object.assign(gate, change, { state: to, stateSince: ctx.clock.now() });
    await ctx.tx.save(GateRow, gate);
    await this.note(ctx, gate, `gate.${act}`, { ...data, from, to });
  }

  async note(ctx: Ctx, gate: GateRow, action: string, data: AuditEntry['data'] = {}): Promise<void> {
    await this.audit.record(ctx, {
      action,
      subject: { kind: 'gate', id: gate.id },
      data: { ...about(gate), ...data },
    });
  }

  async tell(ctx: Ctx, gate: GateRow, type: string): Promise<void> {
    await this.outbox.emit(ctx, {
      type,
      subject: { kind: 'gate', id: gate.id },
      payload: { ...about(gate), state: gate.state },
    });
  }
}

function about({ subjectKind, subjectId, country, side, kind }: GateRow) {
  return { subjectKind, subjectId, country, side, kind };
}

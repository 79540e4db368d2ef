import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { CertificateRules } from '../data/certificate-rules.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import type { MobilityRow } from '../data/mobility.entity.js';
import { certificateOwed, certificateTells } from '../domain/certificate-clock.js';
import { CERTIFICATE_OVERDUE, CERTIFICATE_OWED } from '../domain/mobilities.events.js';
import type { DayKind } from '../domain/stay.js';
import { StayRecord } from './stay-record.js';

/** What the clock does with stays: it asks the host for a certificate that is owed, and tells those above when it is not given. */
@Injectable()
export class KeepCertificates {
  constructor(
    private readonly database: Database,
    private readonly stays: MobilitiesRepository,
    private readonly rules: CertificateRules,
    private readonly record: StayRecord,
  ) {}

  /** Each stay in an act of its own. Answers of how many was told. Nothing is certified by silence. */
  async run(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    let told = 0;
    for (let after: Id | null = null; ;) {
      const ids: readonly Id[] = await this.database.read(request, (ctx) => this.rules.due(ctx, after));
      const last = ids.at(-1);
      if (last === undefined) return told;
      for (const id of ids) {
        told += await this.database.transaction(request, (ctx) => this.keep(ctx, id));
      }
      after = last;
    }
  }

  private async keep(ctx: Ctx, id: Id): Promise<number> {
    const stay = await this.stays.lock(ctx, id);
    const kind = certificateOwed(stay.state);
    if (kind === null) return 0;
    const day = kind === 'arrival' ? stay.plannedFrom : stay.plannedUntil;
    const rule = await this.rules.of(ctx, kind, stay.hostCountry, day);
    const tells = certificateTells(stay, rule, await this.record.today(ctx, stay));
    if (tells === null) return 0;
    await this.stays.save(ctx, stay, told(stay, kind, tells, ctx.clock.now()));
    const [act, event] =
      tells === 'escalation'
        ? ['escalate_certificate', CERTIFICATE_OVERDUE]
        : ['ask_certificate', CERTIFICATE_OWED];
    await this.record.note(ctx, stay, act, { kind });
    await this.record.tell(ctx, stay, event, { kind, day });
    return 1;
  }
}

function told(
  stay: MobilityRow,
  kind: DayKind,
  tells: 'reminder' | 'escalation',
  now: Date,
): Partial<MobilityRow> {
  const escalated = tells === 'escalation' ? now : null;
  return kind === 'arrival'
    ? { arrivalRemindedAt: stay.arrivalRemindedAt ?? now, arrivalEscalatedAt: escalated }
    : { departureRemindedAt: stay.departureRemindedAt ?? now, departureEscalatedAt: escalated };
}

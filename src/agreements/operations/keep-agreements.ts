import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import { AgreementVersionEntity } from '../data/agreement-version.entity.js';
import { AgreementVersions } from '../data/agreement-versions.js';
import { AgreementEntity } from '../data/agreement.entity.js';
import { lastDay } from '../domain/agreement.js';
import { agreementStates, versionStates } from '../domain/agreement.states.js';
import { AGREEMENT_EXPIRED, AGREEMENT_EXPIRING, AGREEMENT_TERMINATED } from '../domain/agreements.events.js';
import { AgreedVersions } from './agreed-versions.js';
import { AgreementRecords } from './agreement-record.js';
import type { AgreementRecord } from './agreement-record.js';

const DAY_MS = 86_400_000;

/** What the clock does with agreements: brings in what was agreed for today, ends what is over, and reminds in time. */
@Injectable()
export class KeepAgreements {
  constructor(
    private readonly database: Database,
    private readonly records: AgreementRecords,
    private readonly versions: AgreementVersions,
    private readonly agreed: AgreedVersions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  async keep(clock: Clock): Promise<void> {
    const today = clock.now().toISOString().slice(0, 10);
    const request = systemContext(clock);
    const ids = await this.database.read(request, (ctx) =>
      ctx.tx.query<{ id: Id }[]>(
        `select a.id from agreements a
         where a.state = 'in_force' and least(a.in_force_until, a.terminates_on) is not null
           or exists (select from agreement_versions v where v.agreement_id = a.id and v.state = 'proposed')
         order by a.id`,
      ),
    );
    for (const { id } of ids) {
      await this.database.transaction(request, async (ctx) => {
        const record = await this.records.lock(ctx, id);
        const { open } = record;
        if (open?.state === 'proposed' && isDue(open.content.validFrom ?? open.inForceFrom, today)) {
          if (await this.agreed.enterWhenDue(ctx, { ...record, open })) return;
        }
        await this.end(ctx, record, today);
      });
    }
  }

  /** It binds on its last day: the clock ends it on the next, when that day is over everywhere. */
  private async end(ctx: Ctx, { agreement }: AgreementRecord, today: string): Promise<void> {
    const last = lastDay(agreement);
    if (agreement.state !== 'in_force' || last === null) return;
    if (last >= today) {
      await this.remind(ctx, { agreement, open: null }, last, today);
      return;
    }
    const act = last === agreement.terminatesOn ? 'terminate' : 'expire';
    await ctx.tx.update(AgreementEntity, agreement.id, {
      state: agreementStates.move(agreement.state, act),
    });
    await ctx.tx.update(
      AgreementVersionEntity,
      { agreementId: agreement.id, state: 'in_force' },
      { state: versionStates.move('in_force', act), endedOn: last },
    );
    const subject = { kind: 'agreement', id: agreement.id };
    const type = act === 'expire' ? AGREEMENT_EXPIRED : AGREEMENT_TERMINATED;
    await this.audit.record(ctx, { action: type, subject, data: { lastDay: last } });
    await this.outbox.emit(ctx, { type, subject, payload: { lastDay: last } });
  }

  /** Each reminder once, and of those that are due at once only the most urgent. */
  private async remind(ctx: Ctx, { agreement }: AgreementRecord, last: string, today: string): Promise<void> {
    const left = Math.round((Date.parse(last) - Date.parse(today)) / DAY_MS);
    const { remindDays } = await this.versions.rules(ctx, agreement.kind);
    const due = remindDays.filter((days) => left <= days).sort((a, b) => a - b);
    const [days] = due;
    if (days === undefined) return;
    const told = await ctx.tx.query<{ days: number }[]>(
      `insert into agreement_reminders (agreement_id, last_day, days, told_at)
       select $1, $2, days, $3 from unnest($4::integer[]) days on conflict do nothing returning days`,
      [agreement.id, last, ctx.clock.now(), due],
    );
    if (!told.some((reminder) => reminder.days === days)) return;
    await this.outbox.emit(ctx, {
      type: AGREEMENT_EXPIRING,
      subject: { kind: 'agreement', id: agreement.id },
      payload: { days: left, lastDay: last },
    });
  }
}

function isDue(from: string | null | undefined, today: string): boolean {
  return typeof from === 'string' && from <= today;
}

import { Inject, Injectable } from '@nestjs/common';
import { calendarDay } from '../../platform/i18n/formats.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { readPrepared } from '../../platform/database/prepared.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { applicationStates } from '../domain/application.states.js';
import { sightEndOf } from '../domain/sight-ends.js';
import { HostSight } from './host-sight.js';
import type { ApplicationAct } from '../domain/application.states.js';

const DAY_MS = 86_400_000;

/** What every act on an application does with its record: moves it by the table, saves it, writes the entry, tells of it. */
@Injectable()
export class ApplicationRecord {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(HostSight) private readonly sight: HostSight,
  ) {}

  /**
   * Moves the state by the table and saves, with one audit entry `application.<act>`. Columns that the new state implies
   * are set by the caller in `change`, so that they and the state are written together. A state in which it has come to an
   * end also ends what the other side sees of it, where the rule says at once.
   */
  async move(
    ctx: Ctx,
    application: ApplicationRow,
    act: ApplicationAct,
    change: Partial<ApplicationRow> = {},
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    const from = application.state;
    const to = applicationStates.move(from, act);
    const { transferredAt, hostCountry, hostInstitutionId } = application;
    const before = { transferredAt, hostCountry, hostInstitutionId };
    Object.assign(application, { dueAt: null }, change, { state: to, stateSince: ctx.clock.now() });
    const end = sightEndOf(to, application.result);
    const moved = before.transferredAt !== null && application.transferredAt === null;
    if (moved) await withSystemRights(ctx, () => this.sight.lost(ctx, application, before, 'place_changed'));
    if (moved || (end !== null && (await this.sight.endBy(ctx, application, end)))) {
      // The row leaves the sight of whoever acts, which the second wall would not let them do themselves.
      await withSystemRights(ctx, () => this.applications.save(ctx, application));
    } else {
      await this.applications.save(ctx, application);
    }
    await this.note(ctx, application, `application.${act}`, { ...data, from, to });
  }

  /**
   * Whoever takes the part of a home institution for a freemover has prepared the application, as has whom they act for:
   * neither decides on it for their country. The caller saves it.
   */
  prepare(ctx: Ctx, application: ApplicationRow): void {
    if (!application.freemover) return;
    const hands = [ctx.actor.personId, ctx.authority?.actingFor ?? null].filter((id) => id !== null);
    application.preparedBy = [...new Set([...application.preparedBy, ...hands])];
  }

  /** `RS-2027-000123`: home country, year in the call's own zone, running number. */
  async nextNumber(ctx: Ctx, country: string, timeZone: string): Promise<string> {
    const year = Number(calendarDay(ctx.clock.now(), timeZone).slice(0, 4));
    const [row] = await readPrepared<{ running: string }>(
      ctx,
      "select next_number('application', $1, $2)::text as running",
      [country, year],
      [],
    );
    return `${country}-${year}-${(row?.running ?? '').padStart(6, '0')}`;
  }

  async note(
    ctx: Ctx,
    application: Pick<ApplicationRow, 'id'>,
    action: string,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    await this.audit.record(ctx, { action, subject: { kind: 'application', id: application.id }, data });
  }

  async tell(
    ctx: Ctx,
    application: Pick<ApplicationRow, 'id' | 'callId'>,
    type: string,
    payload: DomainEvent['payload'] = {},
  ): Promise<void> {
    await this.outbox.emit(ctx, {
      type,
      subject: { kind: 'application', id: application.id },
      payload: { callId: application.callId, ...payload },
    });
  }
}

/** So many whole days after an instant: a promise or a duty of the call. */
export function daysAfter(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * DAY_MS);
}

import { Inject, Injectable } from '@nestjs/common';
import { People, SignedLinks } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import {
  CORRECTION_DUE_SOON,
  CORRECTION_OVERDUE,
  ERASURE_DONE,
  ERASURE_DUE_SOON,
  ERASURE_HELD,
  ERASURE_OVERDUE,
} from '../domain/privacy.events.js';
import { ErasePerson } from './erase-person.js';

/** What the link of a receipt opens; it is never used up. */
export const ERASURE_RECEIPT = 'erasure_receipt';
/** Long enough to complain, and to go to court. */
const RECEIPT_DAYS = 365;
const WARNED_BEFORE_MS = 5 * 86_400_000;

interface Due {
  readonly id: Id;
  readonly personId: Id;
  readonly side: CountryCode;
  readonly institution: Id | null;
  readonly dueAt: Date;
}

/** The clock of what people ask about their data: carries out what two granted, and watches over the times of answers. */
@Injectable()
export class KeepRequests {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(People) private readonly people: People,
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(ErasePerson) private readonly erasing: ErasePerson,
  ) {}

  async run(clock: Clock): Promise<void> {
    const request = systemContext(clock);
    const granted = await this.database.read(request, (ctx) =>
      ctx.tx.query<{ id: Id }[]>(
        `select id from erasures where state = 'granted' and withdraw_until <= $1 order by withdraw_until, id`,
        [ctx.clock.now()],
      ),
    );
    for (const { id } of granted) await this.carryOut(clock, id);
    for (const table of ['erasures', 'corrections'] as const) {
      await this.watch(clock, table);
    }
  }

  /** Whole or not at all; what stands against it meanwhile is told once, and it is tried again. */
  private async carryOut(clock: Clock, id: Id): Promise<void> {
    try {
      await this.database.transaction(systemContext(clock), async (ctx) => {
        const [erasure] = await ctx.tx.query<{ personId: Id }[]>(
          `select person_id as "personId" from erasures where id = $1 and state = 'granted' for update`,
          [id],
        );
        if (!erasure) return;
        const person = await this.people.personById(ctx, erasure.personId);
        if (!person) return;
        // Where the receipt goes is known only before.
        const link = await this.links.issue(ctx, {
          purpose: ERASURE_RECEIPT,
          subject: { kind: 'erasure', id },
          validDays: RECEIPT_DAYS,
        });
        await this.erasing.carryOut(ctx, id, erasure.personId);
        await ctx.tx.query(
          'insert into erasure_addressees (erasure_id, address, language, link_id) values ($1, $2, $3, $4)',
          [id, person.email, person.language, link.id],
        );
        await this.outbox.emit(ctx, {
          type: ERASURE_DONE,
          subject: { kind: 'erasure', id },
          payload: { erasure: id },
        });
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'blocked') throw error;
      await this.hold(clock, id);
    }
  }

  private async hold(clock: Clock, id: Id): Promise<void> {
    await this.database.transaction(systemContext(clock), async (ctx) => {
      const [rows] = await ctx.tx.query<[{ personId: Id; side: CountryCode }[], number]>(
        `update erasures set held_at = $2 where id = $1 and state = 'granted' and held_at is null
         returning person_id as "personId", owner_country as side`,
        [id, ctx.clock.now()],
      );
      const [held] = rows;
      if (!held) return;
      const subject = { kind: 'person', id: held.personId };
      await this.audit.record(ctx, { action: 'erasure.held', subject, data: { erasure: id } });
      await this.outbox.emit(ctx, {
        type: ERASURE_HELD,
        subject,
        payload: { erasure: id, side: held.side },
      });
    });
  }

  private async watch(clock: Clock, table: 'erasures' | 'corrections'): Promise<void> {
    await this.database.transaction(systemContext(clock), async (ctx) => {
      const now = ctx.clock.now();
      for (const each of await this.marked(ctx, table, 'overdue_at', now)) {
        await this.tell(ctx, table, each, true);
      }
      for (const each of await this.marked(
        ctx,
        table,
        'warned_at',
        new Date(now.getTime() + WARNED_BEFORE_MS),
      )) {
        await this.tell(ctx, table, each, false);
      }
    });
  }

  /** Marks what is due by then, each once, and answers it. */
  private async marked(
    ctx: Ctx,
    table: 'erasures' | 'corrections',
    mark: 'overdue_at' | 'warned_at',
    until: Date,
  ): Promise<readonly Due[]> {
    const institution = table === 'corrections' ? 'owner_institution_id' : 'null::uuid';
    const [rows] = await ctx.tx.query<[Due[], number]>(
      `update ${table} set ${mark} = $1 where state in ('asked', 'proposed') and due_at <= $2
         and overdue_at is null and ${mark} is null
       returning id, person_id as "personId", owner_country as side, ${institution} as institution, due_at as "dueAt"`,
      [ctx.clock.now(), until],
    );
    return rows;
  }

  private async tell(ctx: Ctx, table: 'erasures' | 'corrections', due: Due, overdue: boolean): Promise<void> {
    const subject = { kind: 'person', id: due.personId };
    const name = table === 'erasures' ? 'erasure' : 'correction';
    if (overdue) {
      await this.audit.record(ctx, {
        action: `${name}.overdue`,
        subject,
        data: { [name]: due.id, owner: due.side },
      });
    }
    const types =
      table === 'erasures' ? [ERASURE_DUE_SOON, ERASURE_OVERDUE] : [CORRECTION_DUE_SOON, CORRECTION_OVERDUE];
    await this.outbox.emit(ctx, {
      type: types[overdue ? 1 : 0] ?? '',
      subject,
      payload: {
        [name]: due.id,
        side: due.side,
        until: due.dueAt.toISOString(),
        ...(due.institution ? { institution: due.institution, by: 'institution' } : { by: 'ministry' }),
      },
    });
  }
}

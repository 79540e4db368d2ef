import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { Addressee } from '../../access/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { isTimeZone } from '../../shared/zoned-time.js';
import { CommissionRepository } from '../data/commission.repository.js';
import type { SessionRecord } from '../data/commission.repository.js';
import { SESSION_CANCELLED, SESSION_MOVED, SESSION_PLANNED } from '../domain/commission.events.js';
import { commissionSessionsPolicy } from '../domain/commission.policy.js';
import { OPEN_ITEMS } from '../domain/commission.states.js';
import { chairOf, pairOf } from '../domain/procedure.js';
import type { Part } from '../domain/procedure.js';
import { CommissionRecord, together } from './commission-record.js';

const LEAST_MINUTES = 15;
const MOST_MINUTES = 1440;
const PLACE_MAX = 300;
const LINK_MAX = 500;

export interface SessionTerms {
  /** Not a time where what was typed is none. */
  readonly startsAt: Date;
  readonly minutes: number;
  readonly timeZone: string;
  readonly place: string;
  readonly link: string;
}

export interface Candidate extends Addressee {
  readonly country: CountryCode;
  readonly part: Part;
}

/** A session before it begins: when and where, who is invited, what is on its agenda. */
@Injectable()
export class PlanSession {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly people: People,
    private readonly record: CommissionRecord,
  ) {}

  /** Everybody who sits for either country is invited; whoever is not to come is taken off the list. */
  plan(request: RequestContext, own: CountryCode, other: string, terms: SessionTerms): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const pair = pairOf(own, other);
      authorise(
        ctx,
        commissionSessionsPolicy,
        'commission_session.plan',
        { state: 'planned', countries: [own], seated: [], present: [], standsIn: false },
        'commission_session.read',
      );
      const known = await this.commission.countries(ctx, [other]);
      const [, checked] = together(
        () => {
          if (other === own || known.length === 0) throw problemAt('other', 'required_choice');
        },
        () => checkedTerms(ctx, terms),
      );
      const now = ctx.clock.now();
      const id = newId(now);
      const { version, rules } = await this.commission.newestRules(ctx);
      await withSystemRights(ctx, async () => {
        const [row] = await ctx.tx.query<{ running: string }[]>(
          "select next_number('commission', $1, $2)::text as running",
          [pair[0], now.getUTCFullYear()],
        );
        const number = `JC-${pair[0]}-${pair[1]}-${now.getUTCFullYear()}-${String(row?.running).padStart(3, '0')}`;
        const chair = chairOf(rules, pair, own, await this.commission.heldBefore(ctx, pair));
        await ctx.tx.query(
          `insert into commission_sessions (id, number, country_a, country_b, state, state_since, starts_at, minutes, time_zone,
             place, link, rules_version, chair_country, planned_by, planned_at)
           values ($1, $2, $3, $4, 'planned', $5, $6, $7, $8, $9, $10, $11, $12, $13, $5)`,
          [
            id,
            number,
            pair[0],
            pair[1],
            now,
            checked.startsAt,
            checked.minutes,
            checked.timeZone,
            checked.place,
            checked.link,
            version,
            chair,
            ctx.actor.personId,
          ],
        );
        for (const person of await this.candidates(ctx, pair)) await this.seat(ctx, id, person);
      });
      await this.record.note(ctx, id, 'plan');
      await this.record.tell(ctx, SESSION_PLANNED, 'commission_session', id);
      return id;
    });
  }

  /** Another time or place: whoever has the session in their calendar gets it anew. */
  async move(request: RequestContext, sessionId: string, terms: SessionTerms): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { session } = await this.begin(ctx, sessionId);
      const { startsAt, minutes, timeZone, place, link } = checkedTerms(ctx, terms);
      await withSystemRights(ctx, () =>
        ctx.tx.query(
          `update commission_sessions set starts_at = $2, minutes = $3, time_zone = $4, place = $5, link = $6,
             sequence = sequence + 1 where id = $1`,
          [session.id, startsAt, minutes, timeZone, place, link],
        ),
      );
      await this.record.note(ctx, session.id, 'move');
      await this.record.touch(ctx, session);
      await this.record.tell(ctx, SESSION_MOVED, 'commission_session', session.id);
    });
  }

  async cancel(request: RequestContext, sessionId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { session } = await this.begin(ctx, sessionId);
      await this.record.moveSession(ctx, session, 'cancel');
      await this.record.tell(ctx, SESSION_CANCELLED, 'commission_session', session.id);
    });
  }

  /** Who of those who may sit comes. */
  async invite(request: RequestContext, sessionId: string, personIds: readonly string[]): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { session, seats } = await this.begin(ctx, sessionId);
      const pair = [session.countryA, session.countryB] as const;
      await withSystemRights(ctx, async () => {
        for (const person of await this.candidates(ctx, pair)) {
          if (personIds.includes(person.id)) await this.seat(ctx, session.id, person);
        }
        const gone = seats.map(({ personId }) => personId).filter((id) => !personIds.includes(id));
        await ctx.tx.query(
          'update commission_presences set left_at = $3 where session_id = $1 and person_id = any ($2) and left_at is null',
          [session.id, gone, ctx.clock.now()],
        );
        await ctx.tx.query(
          'update commission_seats set removed_at = $3 where session_id = $1 and person_id = any ($2) and removed_at is null',
          [session.id, gone, ctx.clock.now()],
        );
      });
      await this.record.note(ctx, session.id, 'invite');
      await this.record.touch(ctx, session);
    });
  }

  /**
   * What is dealt with, in this order. What is not named comes off the agenda, of that which whoever sets it may see: who is
   * bound to an item neither puts it before the commission nor takes it from there.
   */
  async setAgenda(request: RequestContext, sessionId: string, itemIds: readonly string[]): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { session, items } = await this.begin(ctx, sessionId);
      const pair = [session.countryA, session.countryB] as const;
      const free = await this.commission.unplanned(ctx, pair);
      const known = new Map([...items, ...free].map((item) => [item.id, item]));
      for (const id of itemIds) {
        const { state } = known.get(id) ?? (await this.commission.item(ctx, id));
        if (state === 'moot') throw new DomainError('conflict', { reason: 'item_is_moot' });
        if (!known.has(id) || !OPEN_ITEMS.includes(state)) throw new DomainError('not_found');
      }
      await withSystemRights(ctx, async () => {
        // Whatever somebody stood aside from stays on the record of the session.
        await ctx.tx.query(
          `delete from commission_agenda a where a.session_id = $1 and a.item_id = any ($2::uuid[])
             and not exists (select from commission_recusals r where r.session_id = $1 and r.item_id = a.item_id)`,
          [session.id, items.map(({ id }) => id).filter((id) => !itemIds.includes(id))],
        );
        for (const [index, id] of itemIds.entries()) {
          await ctx.tx.query(
            `insert into commission_agenda (session_id, item_id, position) values ($1, $2, $3)
             on conflict (session_id, item_id) do update set position = excluded.position`,
            [session.id, id, index + 1],
          );
        }
      });
      await this.record.note(ctx, session.id, 'set_agenda', { items: itemIds.length });
      await this.record.touch(ctx, session);
    });
  }

  /** Everybody who sits for either country now. Needs the rights of the system. */
  async candidates(ctx: Ctx, pair: readonly CountryCode[]): Promise<readonly Candidate[]> {
    const found = new Map<Id, Candidate>();
    for (const country of pair) {
      for (const [role, part] of [
        ['commission_member', 'member'],
        ['commission_secretary', 'secretary'],
      ] as const) {
        for (const person of await this.people.peopleWithRole(ctx, role, { country })) {
          if (!found.has(person.id)) found.set(person.id, { ...person, country, part });
        }
      }
    }
    return [...found.values()];
  }

  private async seat(ctx: Ctx, sessionId: Id, { id, country, part }: Candidate): Promise<void> {
    await ctx.tx.query(
      `insert into commission_seats (session_id, person_id, country, part, invited_at) values ($1, $2, $3, $4, $5)
       on conflict (session_id, person_id) do update set removed_at = null`,
      [sessionId, id, country, part, ctx.clock.now()],
    );
  }

  private async begin(ctx: Ctx, sessionId: string): Promise<SessionRecord> {
    const record = await this.commission.lockSession(ctx, sessionId);
    authorise(
      ctx,
      commissionSessionsPolicy,
      'commission_session.plan',
      record.facts,
      'commission_session.read',
    );
    ctx.requireVersion?.(record.session.version);
    return record;
  }
}

const problemAt = (field: string, problem: string, values?: FieldProblem['values']) =>
  new DomainError('invalid', { fields: [{ field, problem, ...(values ? { values } : {}) }] });

/** @throws DomainError `invalid` naming everything that is wrong with them */
function checkedTerms(ctx: Ctx, { startsAt, minutes, timeZone, place, link }: SessionTerms) {
  const where = { place: place.normalize('NFC').trim(), link: link.trim() };
  together(
    () => {
      if (Number.isNaN(startsAt.getTime())) throw problemAt('startsAt', 'not_day_and_time');
      if (startsAt <= ctx.clock.now()) throw problemAt('startsAt', 'date_in_past');
    },
    () => {
      if (!isTimeZone(timeZone)) throw problemAt('timeZone', 'not_in_list');
    },
    () => {
      if (!Number.isInteger(minutes) || minutes < LEAST_MINUTES || minutes > MOST_MINUTES) {
        throw problemAt('minutes', 'out_of_range', { min: LEAST_MINUTES, max: MOST_MINUTES });
      }
    },
    () => {
      if (!where.place && !where.link) throw problemAt('place', 'required');
      if (where.place.length > PLACE_MAX) throw problemAt('place', 'too_long', { max: PLACE_MAX });
    },
    () => {
      if (where.link && (where.link.length > LINK_MAX || !isWebAddress(where.link))) {
        throw problemAt('link', 'not_url');
      }
    },
  );
  return { startsAt, minutes, timeZone, place: where.place || null, link: where.link || null };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}

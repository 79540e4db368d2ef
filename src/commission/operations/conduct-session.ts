import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { calendarDay } from '../../platform/i18n/formats.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CommissionRepository, voteOn } from '../data/commission.repository.js';
import type { ItemRow, SessionRecord } from '../data/commission.repository.js';
import { commissionItemsPolicy, commissionSessionsPolicy } from '../domain/commission.policy.js';
import { OPEN_ITEMS } from '../domain/commission.states.js';
import { countriesShort, mayVote } from '../domain/procedure.js';
import { CommissionRecord, WORDS_MAX, bothWords } from './commission-record.js';
import type { Typed } from './table-item.js';

/** What happens in a session: who comes and goes, what is taken up, who stands aside, what is said. */
@Injectable()
export class ConductSession {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly record: CommissionRecord,
  ) {}

  /** Each says for themselves that they are there. */
  attend(request: RequestContext, sessionId: string): Promise<void> {
    return this.act(request, sessionId, 'attend', async (ctx, { session, facts }) => {
      const me = ctx.actor.personId ?? '';
      if (facts.present.includes(me)) return;
      await withSystemRights(ctx, () =>
        ctx.tx.query(
          'insert into commission_presences (session_id, person_id, came_at) values ($1, $2, $3)',
          [session.id, me, ctx.clock.now()],
        ),
      );
      await this.record.note(ctx, session.id, 'arrive');
      await this.record.touch(ctx, session);
    });
  }

  leave(request: RequestContext, sessionId: string): Promise<void> {
    return this.act(request, sessionId, 'attend', async (ctx, { session }) => {
      await withSystemRights(ctx, () =>
        ctx.tx.query(
          'update commission_presences set left_at = $3 where session_id = $1 and person_id = $2 and left_at is null',
          [session.id, ctx.actor.personId, ctx.clock.now()],
        ),
      );
      await this.record.note(ctx, session.id, 'leave');
      await this.record.touch(ctx, session);
    });
  }

  /** Begins it, or goes on after an interruption where it was: with a quorum of each country. */
  open(request: RequestContext, sessionId: string): Promise<void> {
    return this.act(request, sessionId, 'conduct', async (ctx, record) => {
      const { session, seats, agenda } = record;
      requireItsDay(ctx, record);
      requireQuorum(record);
      await this.record.moveSession(ctx, session, session.state === 'planned' ? 'open' : 'resume');
      for (const { itemId } of agenda) {
        await this.findBound(
          ctx,
          session.id,
          itemId,
          seats.map(({ personId }) => personId),
        );
      }
    });
  }

  interrupt(request: RequestContext, sessionId: string): Promise<void> {
    return this.act(request, sessionId, 'conduct', (ctx, { session }) =>
      this.record.moveSession(ctx, session, 'interrupt'),
    );
  }

  close(request: RequestContext, sessionId: string): Promise<void> {
    return this.act(request, sessionId, 'conduct', async (ctx, { session }) => {
      await withSystemRights(ctx, async () => {
        const { votes, agenda, decided } = await this.commission.session(ctx, session.id);
        if (votes.some(({ closedAt }) => !closedAt))
          throw new DomainError('conflict', { reason: 'vote_is_open' });
        if (
          agenda.some(({ itemId, takenUpAt }) => takenUpAt && !decided.some((each) => each.itemId === itemId))
        ) {
          throw new DomainError('conflict', { reason: 'item_undecided' });
        }
        await ctx.tx.query(
          'update commission_presences set left_at = $2 where session_id = $1 and left_at is null',
          [session.id, ctx.clock.now()],
        );
      });
      await this.record.moveSession(ctx, session, 'close');
    });
  }

  /** The next thing to talk about. */
  takeUp(request: RequestContext, sessionId: string, itemId: string): Promise<void> {
    return this.act(request, sessionId, 'conduct', async (ctx, record) => {
      const { session, agenda, seats } = record;
      requireOpen(record);
      const entry = agenda.find((each) => each.itemId === itemId);
      // What was dealt with already is called again by whoever conducts, though they be bound to it now.
      const whole = await withSystemRights(ctx, () => this.commission.session(ctx, session.id));
      const item = itemOn(entry?.takenUpAt ? whole : record, itemId);
      if (whole.votes.some(({ closedAt }) => !closedAt))
        throw new DomainError('conflict', { reason: 'vote_is_open' });
      if (whole.decided.some((each) => each.itemId === item.id)) {
        throw new DomainError('conflict', { reason: 'already_decided' });
      }
      await this.findBound(
        ctx,
        session.id,
        item.id,
        seats.map(({ personId }) => personId),
      );
      if (!entry?.takenUpAt) {
        if (item.state === 'moot') throw new DomainError('conflict', { reason: 'item_is_moot' });
        if (!OPEN_ITEMS.includes(item.state)) throw new DomainError('wrong_state');
        if (item.state !== 'discussed')
          await this.record.moveItem(ctx, item, 'take_up', { session: session.id });
      }
      await withSystemRights(ctx, async () => {
        await ctx.tx.query(
          'update commission_agenda set taken_up_at = coalesce(taken_up_at, $3) where session_id = $1 and item_id = $2',
          [session.id, item.id, ctx.clock.now()],
        );
        await ctx.tx.query('update commission_sessions set current_item = $2 where id = $1', [
          session.id,
          item.id,
        ]);
      });
      await this.record.note(ctx, session.id, 'take_up', { item: item.id });
      await this.record.touch(ctx, session);
    });
  }

  /** That something binds them: from then on they neither see nor vote on it. */
  standAside(request: RequestContext, sessionId: string, itemId: string): Promise<void> {
    return this.act(request, sessionId, 'stand_aside', async (ctx, record) => {
      const { session, ballots, votes } = record;
      const item = itemOn(record, itemId);
      const me = ctx.actor.personId ?? '';
      const voted = ballots.some(
        ({ personId, votedAt, voteId }) =>
          personId === me && votedAt && voteId === voteOn(votes, item.id)?.id,
      );
      if (voted) throw new DomainError('conflict', { reason: 'already_voted' });
      await withSystemRights(ctx, () => this.recuse(ctx, session.id, item.id, me, 'declared'));
      await this.record.touch(ctx, session);
    });
  }

  /** What was said: by a secretary for the record, in both languages; by a member in one. */
  note(request: RequestContext, sessionId: string, itemId: string, typed: Typed): Promise<void> {
    return this.act(request, sessionId, 'note', async (ctx, record) => {
      const { session, facts, seats } = record;
      const item = itemOn(record, itemId);
      authorise(
        ctx,
        commissionItemsPolicy,
        'commission_item.read',
        await this.commission.itemFacts(ctx, item),
        'commission_item.read',
      );
      const official = seats.find(({ personId }) => personId === ctx.actor.personId)?.part === 'secretary';
      const words = official
        ? bothWords(typed, 'note', await this.commission.languages(ctx, facts.countries))
        : { [ctx.language]: oneText(typed['note-0'] ?? '') };
      await withSystemRights(ctx, () =>
        ctx.tx.query(
          `insert into commission_notes (id, session_id, item_id, author_id, official, words, written_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            newId(ctx.clock.now()),
            session.id,
            item.id,
            ctx.actor.personId,
            official,
            JSON.stringify(words),
            ctx.clock.now(),
          ],
        ),
      );
      await this.record.note(ctx, session.id, 'note', { item: item.id });
      await this.record.touch(ctx, session);
    });
  }

  /** Whoever of these is bound by what is on record stands aside, said or not. */
  async findBound(ctx: Ctx, sessionId: Id, itemId: Id, people: readonly Id[]): Promise<ReadonlySet<Id>> {
    return withSystemRights(ctx, async () => {
      const bound = await this.commission.boundTo(ctx, itemId, people);
      for (const person of bound) await this.recuse(ctx, sessionId, itemId, person, 'found');
      return bound;
    });
  }

  private async recuse(
    ctx: Ctx,
    sessionId: Id,
    itemId: Id,
    personId: Id,
    how: 'declared' | 'found',
  ): Promise<void> {
    const rows = await ctx.tx.query<unknown[]>(
      `insert into commission_recusals (session_id, item_id, person_id, how, at) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning person_id`,
      [sessionId, itemId, personId, how, ctx.clock.now()],
    );
    if (rows.length === 0) return;
    await this.record.note(ctx, sessionId, 'stand_aside', { item: itemId, person: personId, how });
  }

  private async act(
    request: RequestContext,
    sessionId: string,
    action: 'attend' | 'conduct' | 'stand_aside' | 'note',
    run: (ctx: Ctx, record: SessionRecord) => Promise<void>,
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.commission.lockSession(ctx, sessionId);
      authorise(
        ctx,
        commissionSessionsPolicy,
        `commission_session.${action}`,
        record.facts,
        'commission_session.read',
      );
      ctx.requireVersion?.(record.session.version);
      await run(ctx, record);
    });
  }
}

export function requireOpen({ session }: SessionRecord): void {
  if (session.state !== 'open') throw new DomainError('wrong_state', { reason: 'session_not_open' });
}

/** An item of the session that whoever asks may see. */
export function itemOn({ items }: SessionRecord, itemId: string): ItemRow {
  const item = items.find(({ id }) => id === itemId);
  if (!item) throw new DomainError('not_found');
  return item;
}

/** Nobody comes to a session before its day, which is that of the zone in which it was planned. */
function requireItsDay({ clock }: Ctx, { session: { state, startsAt, timeZone } }: SessionRecord): void {
  if (state === 'planned' && calendarDay(clock.now(), timeZone) < calendarDay(startsAt, timeZone)) {
    throw new DomainError('conflict', { reason: 'session_day_not_come' });
  }
}

function requireQuorum({ session, seats, facts }: SessionRecord): void {
  const voters = seats.filter(({ present, part }) => present && mayVote(part, session.rules));
  if (countriesShort(session.rules.quorum, facts.countries, voters).length > 0) {
    throw new DomainError('conflict', { reason: 'quorum_not_met', values: { quorum: session.rules.quorum } });
  }
}

function oneText(typed: string): string {
  const text = typed.normalize('NFC').trim();
  if (text === '') throw new DomainError('invalid', { fields: [{ field: 'note-0', problem: 'required' }] });
  if (text.length > WORDS_MAX) {
    throw new DomainError('invalid', {
      fields: [{ field: 'note-0', problem: 'too_long', values: { max: WORDS_MAX } }],
    });
  }
  return text;
}

import { Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CommissionRepository, reachableIn, voteOn } from '../data/commission.repository.js';
import type { SessionRecord, VoteRow } from '../data/commission.repository.js';
import { SealedUrn } from '../data/sealed-urn.js';
import { VOTE_BROKEN_OFF } from '../domain/commission.events.js';
import { commissionSessionsPolicy } from '../domain/commission.policy.js';
import {
  BALLOTS,
  BREAK_REASONS,
  CHOICES,
  OUTCOMES,
  added,
  countByCountry,
  countriesShort,
  EMPTY_TALLY,
  lostIn,
  mayVote,
  outcomesOf,
  resultOf,
} from '../domain/procedure.js';
import type { Choice, ItemOutcome, Tally } from '../domain/procedure.js';
import { CommissionRecord, bothWords } from './commission-record.js';
import { ConductSession, itemOn, requireOpen } from './conduct-session.js';
import type { Typed } from './table-item.js';

/** The vote of the commission, and what it decided by it. */
@Injectable()
export class VoteOnItem {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly urns: SealedUrn,
    private readonly conduct: ConductSession,
    private readonly record: CommissionRecord,
  ) {}

  /** Puts what is being dealt with to the vote. Who is there and not bound to it may vote, with a quorum of each country. */
  open(request: RequestContext, sessionId: string, itemId: string, ballotTyped: string): Promise<Id> {
    return this.act(request, sessionId, 'lead_item', async (ctx, record) => {
      const { session, seats, facts, votes } = record;
      requireOpen(record);
      const item = itemOn(record, itemId);
      if (session.currentItem !== item.id) throw new DomainError('conflict', { reason: 'not_taken_up' });
      if (item.decisionId && !(await this.isUnsettled(ctx, item.decisionId))) {
        throw new DomainError('conflict', { reason: 'item_is_moot' });
      }
      if (voteOn(votes, item.id)) throw new DomainError('conflict', { reason: 'already_voted_on' });
      const ballot = BALLOTS.find((each) => each === ballotTyped) ?? session.rules.ballot;
      const bound = await this.conduct.findBound(
        ctx,
        session.id,
        item.id,
        seats.map(({ personId }) => personId),
      );
      const entitled = seats.filter(
        ({ personId, part, present }) => present && mayVote(part, session.rules) && !bound.has(personId),
      );
      const { quorum, secretFrom } = session.rules;
      if (countriesShort(quorum, facts.countries, entitled).length > 0) {
        throw new DomainError('conflict', { reason: 'quorum_not_met', values: { quorum } });
      }
      if (ballot === 'secret' && entitled.length < secretFrom) {
        throw new DomainError('conflict', { reason: 'too_few_for_secrecy', values: { count: secretFrom } });
      }
      const id = newId(ctx.clock.now());
      await withSystemRights(ctx, async () => {
        await ctx.tx.query(
          `insert into commission_votes (id, session_id, item_id, ballot, opened_by, opened_at, entitled, quorum, urn)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            id,
            session.id,
            item.id,
            ballot,
            ctx.actor.personId,
            ctx.clock.now(),
            JSON.stringify(countByCountry(facts.countries, entitled)),
            quorum,
            ballot === 'secret' ? this.urns.empty(id) : null,
          ],
        );
        for (const { personId, country } of entitled) {
          await ctx.tx.query(
            'insert into commission_ballots (vote_id, person_id, country, secret) values ($1, $2, $3, $4)',
            [id, personId, country, ballot === 'secret'],
          );
        }
      });
      await this.record.note(ctx, session.id, 'open_vote', { item: item.id, vote: id, ballot });
      await this.record.touch(ctx, session);
      return id;
    });
  }

  /** One vote, once. That it was given is on record; of a secret one nowhere what it says. The last one ends the vote. */
  async cast(request: RequestContext, sessionId: string, voteId: string, choiceTyped: string): Promise<void> {
    await this.act(request, sessionId, 'vote', async (ctx, { session }) => {
      const choice = CHOICES.find((each) => each === choiceTyped);
      if (!choice)
        throw new DomainError('invalid', { fields: [{ field: 'ballot', problem: 'required_choice' }] });
      await withSystemRights(ctx, async () => {
        const record = await this.commission.session(ctx, session.id);
        const vote = openVote(record, voteId);
        const mine = record.ballots.find(
          (each) => each.voteId === vote.id && each.personId === ctx.actor.personId,
        );
        const aside = record.recusals.some(
          ({ itemId, personId }) => itemId === vote.itemId && personId === ctx.actor.personId,
        );
        if (!mine || aside) throw new DomainError('forbidden', { reason: 'not_entitled_to_vote' });
        if (mine.votedAt) throw new DomainError('conflict', { reason: 'already_voted' });
        // Whoever was found to be bound since the vote began has none.
        const bound = await this.conduct.findBound(ctx, session.id, vote.itemId, [mine.personId]);
        if (bound.size > 0) throw new DomainError('forbidden', { reason: 'not_entitled_to_vote' });
        await this.put(ctx, vote, mine.personId, choice);
        await this.record.note(ctx, session.id, 'vote', { item: vote.itemId, vote: vote.id });
        const after = await this.commission.session(ctx, session.id);
        const waits = after.ballots.some((each) => each.voteId === vote.id && !each.votedAt);
        if (!waits) await this.count(ctx, after, vote);
      });
      await this.record.touch(ctx, session);
    });
  }

  /** Ends it before everybody voted: somebody left, or does not vote. Those who voted are a quorum of each country. */
  async close(request: RequestContext, sessionId: string, voteId: string): Promise<void> {
    await this.act(request, sessionId, 'lead_item', async (ctx, open) => {
      const { session, facts } = open;
      requireOpen(open);
      // As far as whoever ends it sees: nobody does who is bound to what it is on.
      const vote = openVote(open, voteId);
      await withSystemRights(ctx, async () => {
        const record = await this.commission.session(ctx, session.id);
        const given = record.ballots.filter((each) => each.voteId === vote.id && each.votedAt);
        if (countriesShort(vote.quorum, facts.countries, given).length > 0) {
          throw new DomainError('conflict', { reason: 'quorum_not_met', values: { quorum: vote.quorum } });
        }
        if (vote.ballot === 'secret' && given.length < session.rules.secretFrom) {
          throw new DomainError('conflict', {
            reason: 'too_few_for_secrecy',
            values: { count: session.rules.secretFrom },
          });
        }
        await this.count(ctx, record, vote);
      });
      await this.record.touch(ctx, session);
    });
  }

  /**
   * Ends a vote that can no longer have a result: its votes count nowhere, a secret box is destroyed unopened, and the item is talked
   * about as before. Why is on record; of a quorum and of secrecy it has to be so.
   */
  async breakOff(
    request: RequestContext,
    sessionId: string,
    voteId: string,
    reasonTyped: string,
    typed: Typed,
  ): Promise<void> {
    await this.act(request, sessionId, 'lead_item', async (ctx, open) => {
      const { session, facts } = open;
      requireOpen(open);
      // As far as whoever breaks it off sees: nobody does who is bound to what it is on.
      const vote = openVote(open, voteId);
      const reason = BREAK_REASONS.find((each) => each === reasonTyped);
      if (!reason)
        throw new DomainError('invalid', { fields: [{ field: 'reason', problem: 'required_choice' }] });
      const words =
        reason === 'other'
          ? bothWords(typed, 'why', await this.commission.languages(ctx, facts.countries))
          : null;
      await withSystemRights(ctx, async () => {
        const before = await this.commission.session(ctx, session.id);
        const awaited = before.ballots.filter((each) => each.voteId === vote.id && !each.votedAt);
        // Whoever was found to be bound since the vote began gives none any more.
        await this.conduct.findBound(
          ctx,
          session.id,
          vote.itemId,
          awaited.map(({ personId }) => personId),
        );
        const record = await this.commission.session(ctx, session.id);
        const lost = lostIn(vote, session.rules, facts.countries, reachableIn(record, vote));
        if (reason !== 'other' && !lost.includes(reason)) {
          throw new DomainError('conflict', { reason: STILL_REACHED[reason] });
        }
        await ctx.tx.query(
          'update commission_votes set closed_at = $2, broken_off = $3, broken_off_words = $4, urn = null where id = $1',
          [vote.id, ctx.clock.now(), reason, words && JSON.stringify(words)],
        );
      });
      await this.record.note(ctx, session.id, 'break_off_vote', { item: vote.itemId, vote: vote.id, reason });
      await this.record.tell(ctx, VOTE_BROKEN_OFF, 'commission_session', session.id, {
        vote: vote.id,
        reason,
      });
      await this.record.touch(ctx, session);
    });
  }

  /** What the commission decided, in both languages: only what the vote came to, or that it is put off without one. */
  async decide(
    request: RequestContext,
    sessionId: string,
    itemId: string,
    outcomeTyped: string,
    typed: Typed,
  ): Promise<void> {
    await this.act(request, sessionId, 'lead_item', async (ctx, record) => {
      const { session, votes, decided, facts, agenda } = record;
      requireOpen(record);
      const item = itemOn(record, itemId);
      requireLead(ctx, record, item.id);
      if (!agenda.some((each) => each.itemId === item.id && each.takenUpAt)) {
        throw new DomainError('conflict', { reason: 'not_taken_up' });
      }
      if (decided.some((each) => each.itemId === item.id))
        throw new DomainError('conflict', { reason: 'already_decided' });
      const vote = voteOn(votes, item.id);
      if (vote && !vote.closedAt) throw new DomainError('conflict', { reason: 'vote_is_open' });
      const outcome = OUTCOMES.find((each) => each === outcomeTyped);
      if (!outcome)
        throw new DomainError('invalid', { fields: [{ field: 'outcome', problem: 'required_choice' }] });
      if (!outcomesOf(vote?.result ?? null, session.rules).includes(outcome)) {
        throw new DomainError('conflict', { reason: 'not_what_was_voted' });
      }
      const words = bothWords(typed, 'decision', await this.commission.languages(ctx, facts.countries));
      await this.record.moveItem(ctx, item, ACT_OF[outcome], { session: session.id, outcome });
      // The two sides came to it themselves while it was talked about: it waits for no other session.
      if (outcome === 'postponed' && item.decisionId && !(await this.isUnsettled(ctx, item.decisionId))) {
        await this.record.moveItem(ctx, { ...item, state: 'postponed' }, 'fall_away');
      }
      await withSystemRights(ctx, async () => {
        await ctx.tx.query(
          `insert into commission_decisions (session_id, item_id, outcome, words, vote_id, entered_by, decided_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            session.id,
            item.id,
            outcome,
            JSON.stringify(words),
            vote?.id ?? null,
            ctx.actor.personId,
            ctx.clock.now(),
          ],
        );
        await ctx.tx.query(
          'update commission_sessions set current_item = null where id = $1 and current_item = $2',
          [session.id, item.id],
        );
      });
      await this.record.note(ctx, session.id, 'decide', { item: item.id, outcome });
      await this.record.touch(ctx, session);
    });
  }

  private isUnsettled(ctx: Ctx, decisionId: Id): Promise<boolean> {
    return withSystemRights(ctx, () => this.commission.isUnsettled(ctx, decisionId));
  }

  private async put(ctx: Ctx, vote: VoteRow, personId: Id, choice: Choice): Promise<void> {
    const secret = vote.ballot === 'secret';
    await ctx.tx.query(
      'update commission_ballots set voted_at = $3, choice = $4 where vote_id = $1 and person_id = $2',
      [vote.id, personId, ctx.clock.now(), secret ? null : choice],
    );
    if (!secret) return;
    const [row] = await ctx.tx.query<{ urn: Buffer }[]>('select urn from commission_votes where id = $1', [
      vote.id,
    ]);
    if (!row) throw new DomainError('not_found');
    await ctx.tx.query('update commission_votes set urn = $2 where id = $1', [
      vote.id,
      this.urns.cast(vote.id, row.urn, choice),
    ]);
  }

  private async count(ctx: Ctx, { session, facts, ballots }: SessionRecord, vote: VoteRow): Promise<void> {
    const tally = await this.talliesOf(ctx, vote, facts.countries, ballots);
    const result = resultOf(session.rules, tally, vote.entitled);
    await ctx.tx.query(
      'update commission_votes set closed_at = $2, tally = $3, result = $4, urn = null where id = $1',
      [vote.id, ctx.clock.now(), JSON.stringify(tally), result],
    );
    await this.record.note(ctx, session.id, 'close_vote', { item: vote.itemId, vote: vote.id, result });
  }

  private async talliesOf(
    ctx: Ctx,
    vote: VoteRow,
    countries: readonly string[],
    ballots: SessionRecord['ballots'],
  ): Promise<readonly Tally[]> {
    if (vote.ballot === 'secret') {
      const [row] = await ctx.tx.query<{ urn: Buffer }[]>('select urn from commission_votes where id = $1', [
        vote.id,
      ]);
      return row ? [this.urns.count(vote.id, row.urn)] : [];
    }
    return countries.map((country) =>
      ballots
        .filter((each) => each.voteId === vote.id && each.country === country)
        .reduce((tally, { choice }) => (choice ? added(tally, choice) : tally), EMPTY_TALLY),
    );
  }

  private act<T>(
    request: RequestContext,
    sessionId: string,
    action: 'lead_item' | 'vote',
    run: (ctx: Ctx, record: SessionRecord) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.commission.lockSession(ctx, sessionId);
      authorise(
        ctx,
        commissionSessionsPolicy,
        `commission_session.${action}`,
        record.facts,
        'commission_session.read',
      );
      ctx.requireVersion?.(record.session.version);
      return run(ctx, record);
    });
  }
}

const ACT_OF: Readonly<Record<ItemOutcome, 'decide' | 'remit' | 'postpone'>> = {
  agreed_yes: 'decide',
  agreed_no: 'decide',
  remitted: 'remit',
  postponed: 'postpone',
};

/** Whoever stands in for the secretaries does so on what is being dealt with, and on nothing else. */
function requireLead({ actor }: Ctx, { session, facts }: SessionRecord, itemId: Id): void {
  const conducts = commissionSessionsPolicy.decide(actor, 'commission_session.conduct', facts).allowed;
  if (!conducts && session.currentItem !== itemId) {
    throw new DomainError('forbidden', { reason: 'secretary_is_free' });
  }
}

const STILL_REACHED = { quorum_lost: 'quorum_not_lost', secrecy_lost: 'secrecy_not_lost' } as const;

function openVote({ votes }: SessionRecord, voteId: string): VoteRow {
  const vote = votes.find(({ id }) => id === voteId);
  if (!vote) throw new DomainError('not_found');
  if (vote.closedAt) throw new DomainError('conflict', { reason: 'vote_is_closed' });
  return vote;
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { readPrepared } from '../../platform/database/prepared.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import type { ItemState, ProtocolState, SessionState } from '../domain/commission.states.js';
import { commissionItemsPolicy, commissionSessionsPolicy } from '../domain/commission.policy.js';
import type { ItemFacts, ProtocolFacts, SessionFacts } from '../domain/commission.policy.js';
import type {
  Ballot,
  BreakReason,
  Choice,
  ItemOutcome,
  Part,
  PerCountry,
  Rules,
  Tally,
  VoteResult,
} from '../domain/procedure.js';
import type { ProtocolSection, PublicProtocol } from '../domain/protocol.js';

/** Words in the language of each country of the pair. */
export type BothWords = Readonly<Partial<Record<Language, string>>>;

export interface ItemRow {
  readonly id: Id;
  readonly countryA: CountryCode;
  readonly countryB: CountryCode;
  readonly kind: 'decision' | 'matter' | 'rules';
  readonly origin: 'divergence' | 'overdue' | 'tabled';
  readonly decisionId: Id | null;
  /** Of the decision. */
  readonly subjectKind: string | null;
  readonly subjectId: Id | null;
  readonly state: ItemState;
  readonly stateSince: Date;
  readonly tabledAt: Date;
  readonly words: Readonly<Record<string, { readonly title: string; readonly text: string }>>;
  readonly rules: Rules | null;
}

export interface SessionRow {
  readonly id: Id;
  readonly number: string;
  readonly countryA: CountryCode;
  readonly countryB: CountryCode;
  readonly state: SessionState;
  readonly stateSince: Date;
  readonly startsAt: Date;
  readonly minutes: number;
  readonly timeZone: string;
  readonly place: string | null;
  readonly link: string | null;
  readonly rulesVersion: number;
  readonly rules: Rules;
  readonly chairCountry: CountryCode;
  readonly currentItem: Id | null;
  readonly sequence: number;
  readonly version: number;
  readonly openedAt: Date | null;
  readonly closedAt: Date | null;
}

export interface SeatRow {
  readonly personId: Id;
  readonly country: CountryCode;
  readonly part: Part;
  readonly present: boolean;
  /** Whether they were there at any time. */
  readonly came: boolean;
}

export interface AgendaRow {
  readonly itemId: Id;
  readonly position: number;
  readonly takenUpAt: Date | null;
}

export interface RecusalRow {
  readonly itemId: Id;
  readonly personId: Id;
  readonly how: 'declared' | 'found';
  readonly at: Date;
}

export interface NoteRow {
  readonly id: Id;
  readonly itemId: Id;
  readonly authorId: Id;
  readonly official: boolean;
  readonly words: BothWords;
  readonly writtenAt: Date;
}

export interface VoteRow {
  readonly id: Id;
  readonly itemId: Id;
  readonly ballot: Ballot;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly entitled: PerCountry;
  readonly quorum: number;
  readonly tally: readonly Tally[] | null;
  /** Null as well of a vote that was broken off. */
  readonly result: VoteResult | null;
  readonly brokenOff: BreakReason | null;
  /** Where it is another reason. */
  readonly brokenOffWords: BothWords | null;
}

export interface BallotRow {
  readonly voteId: Id;
  readonly personId: Id;
  readonly country: CountryCode;
  readonly votedAt: Date | null;
  readonly choice: Choice | null;
}

export interface DecidedRow {
  readonly itemId: Id;
  readonly outcome: ItemOutcome;
  readonly words: BothWords;
  readonly voteId: Id | null;
  readonly decidedAt: Date;
}

export interface ProtocolRow {
  readonly id: Id;
  readonly sessionId: Id;
  readonly number: string;
  readonly amendsId: Id | null;
  readonly state: ProtocolState;
  readonly version: number;
  readonly contentHash: string;
  readonly draftedAt: Date;
  readonly signedAt: Date | null;
  readonly publishedAt: Date | null;
  readonly publicContent: PublicProtocol | null;
}

export interface ProtocolActRow {
  readonly country: CountryCode;
  readonly act: 'agree' | 'sign';
  readonly personId: Id;
  readonly at: Date;
}

/** A line of an agenda with what came of it. */
export interface AgendaLine {
  readonly sessionId: Id;
  readonly number: string;
  readonly state: SessionState;
  readonly timeZone: string;
  /** When it was opened, or is to begin. */
  readonly heldAt: Date;
  readonly itemId: Id | null;
  /** Whether the reader may see the item; the rest of it is null otherwise. */
  readonly visible: boolean;
  readonly words: ItemRow['words'] | null;
  readonly subjectKind: string | null;
  readonly subjectId: Id | null;
  readonly outcome: ItemOutcome | null;
  /** Who stood aside, with the country for which they sit; null where nobody did. */
  readonly aside: readonly { readonly personId: Id; readonly country: CountryCode | null }[] | null;
}

/** Everything about a session that whoever asks may see. */
export interface SessionRecord {
  readonly session: SessionRow;
  readonly facts: SessionFacts;
  readonly seats: readonly SeatRow[];
  readonly agenda: readonly AgendaRow[];
  readonly items: readonly ItemRow[];
  readonly recusals: readonly RecusalRow[];
  readonly notes: readonly NoteRow[];
  readonly votes: readonly VoteRow[];
  readonly ballots: readonly BallotRow[];
  readonly decided: readonly DecidedRow[];
}

const ITEM = `i.id, i.country_a as "countryA", i.country_b as "countryB", i.kind, i.origin, i.decision_id as "decisionId",
  i.state, i.state_since as "stateSince", i.tabled_at as "tabledAt", i.words, i.rules,
  d.subject_kind as "subjectKind", d.subject_id as "subjectId"`;
const ITEMS = `commission_items i left join decisions d on d.id = i.decision_id`;
/** Looked for by its id: PostgreSQL is kept from asking all decisions, each through its wall. */
const OF_DECISION = `left join lateral (select subject_kind, subject_id from decisions
  where decisions.id = i.decision_id offset 0) d on true`;
const SESSION = `s.id, s.number, s.country_a as "countryA", s.country_b as "countryB", s.state, s.state_since as "stateSince",
  s.starts_at as "startsAt", s.minutes, s.time_zone as "timeZone", s.place, s.link, s.rules_version as "rulesVersion",
  r.content as rules, s.chair_country as "chairCountry", s.current_item as "currentItem", s.sequence, s.version,
  s.opened_at as "openedAt", s.closed_at as "closedAt"`;
const SESSIONS = 'commission_sessions s join commission_rules r on r.version = s.rules_version';
const PROTOCOL = `p.id, p.session_id as "sessionId", p.number, p.amends_id as "amendsId", p.state, p.version,
  p.content_hash as "contentHash", p.drafted_at as "draftedAt", p.signed_at as "signedAt", p.published_at as "publishedAt",
  p.public_content as "publicContent"`;

export interface SessionFilter {
  /** Calendar days, in the zone of each session: those on which it was held, or for which it is planned. */
  readonly from: string | null;
  readonly until: string | null;
  readonly text: string;
}

@Injectable()
export class CommissionRepository {
  /** Locked until the transaction ends: whatever happens in a session happens one after the other. */
  async lockSession(ctx: Ctx, id: string): Promise<SessionRecord> {
    if (!isId(id)) throw new DomainError('not_found');
    await withSystemRights(ctx, () =>
      ctx.tx.query('select from commission_sessions where id = $1 for update', [id]),
    );
    return this.session(ctx, id);
  }

  async session(ctx: Ctx, id: string): Promise<SessionRecord> {
    const [session] = isId(id)
      ? await ctx.tx.query<SessionRow[]>(`select ${SESSION} from ${SESSIONS} where s.id = $1`, [id])
      : [];
    if (!session) throw new DomainError('not_found');
    // Nothing of it hangs on an answer: it goes in one message.
    const [seats, standsIn, agenda, items, recusals, notes, votes, ballots, decided] = await Promise.all([
      this.seats(ctx, session.id),
      this.standsIn(ctx, session.id),
      ctx.tx.query<AgendaRow[]>(
        `select item_id as "itemId", position, taken_up_at as "takenUpAt" from commission_agenda
         where session_id = $1 order by position, item_id`,
        [session.id],
      ),
      ctx.tx.query<ItemRow[]>(
        `select ${ITEM} from ${ITEMS} join commission_agenda a on a.item_id = i.id
         where a.session_id = $1 order by a.position, i.id`,
        [session.id],
      ),
      ctx.tx.query<RecusalRow[]>(
        `select item_id as "itemId", person_id as "personId", how, at from commission_recusals
         where session_id = $1 order by at, person_id`,
        [session.id],
      ),
      ctx.tx.query<NoteRow[]>(
        `select id, item_id as "itemId", author_id as "authorId", official, words, written_at as "writtenAt"
         from commission_notes where session_id = $1 order by written_at, id`,
        [session.id],
      ),
      ctx.tx.query<VoteRow[]>(
        `select id, item_id as "itemId", ballot, opened_at as "openedAt", closed_at as "closedAt", entitled, quorum, tally,
           result, broken_off as "brokenOff", broken_off_words as "brokenOffWords" from commission_votes where session_id = $1 order by opened_at, id`,
        [session.id],
      ),
      ctx.tx.query<BallotRow[]>(
        `select b.vote_id as "voteId", b.person_id as "personId", b.country, b.voted_at as "votedAt", b.choice
         from commission_ballots b join commission_votes v on v.id = b.vote_id
         where v.session_id = $1 order by b.country, b.person_id`,
        [session.id],
      ),
      ctx.tx.query<DecidedRow[]>(
        `select item_id as "itemId", outcome, words, vote_id as "voteId", decided_at as "decidedAt"
         from commission_decisions where session_id = $1 order by decided_at`,
        [session.id],
      ),
    ]);
    const facts: SessionFacts = {
      state: session.state,
      countries: [session.countryA, session.countryB],
      seated: seats.map(({ personId }) => personId),
      present: seats.filter(({ present }) => present).map(({ personId }) => personId),
      standsIn,
    };
    return { session, seats, facts, agenda, items, recusals, notes, votes, ballots, decided };
  }

  private async standsIn(ctx: Ctx, sessionId: Id): Promise<boolean> {
    const [row] = await ctx.tx.query<{ standsIn: boolean }[]>(
      'select commission_actor_stands_in($1) as "standsIn"',
      [sessionId],
    );
    return row?.standsIn ?? false;
  }

  seats(ctx: Ctx, sessionId: Id): Promise<SeatRow[]> {
    return ctx.tx.query<SeatRow[]>(
      `select m.person_id as "personId", m.country, m.part,
         exists (select from commission_presences p where p.session_id = m.session_id and p.person_id = m.person_id
           and p.left_at is null) as present,
         exists (select from commission_presences p where p.session_id = m.session_id and p.person_id = m.person_id) as came
       from commission_seats m where m.session_id = $1 and m.removed_at is null order by m.country, m.part, m.person_id`,
      [sessionId],
    );
  }

  /** The newest first; of a text those that have an item, a decision or a number of it. */
  async sessions(ctx: Ctx, { from, until, text }: SessionFilter, limit: number): Promise<SessionRow[]> {
    return ctx.tx.query<SessionRow[]>(
      `select ${SESSION} from ${SESSIONS}
       where ${commissionSessionsPolicy.filter(ctx.actor, 'commission_session.read', 's')}
         and ($1::date is null or (coalesce(s.closed_at, case when s.opened_at is null then s.starts_at else $6 end)
           at time zone s.time_zone)::date >= $1::date)
         and ($2::date is null or (coalesce(s.opened_at, s.starts_at) at time zone s.time_zone)::date <= $2::date)
         and ($3 = '' or s.number ilike $4
           or exists (select from commission_agenda a join commission_items i on i.id = a.item_id
             left join applications n on i.decision_id is not null
               and n.id = (select d.subject_id from decisions d where d.id = i.decision_id and d.subject_kind = 'application')
             where a.session_id = s.id and (i.words::text ilike $4 or n.number ilike $4))
           or exists (select from commission_decisions c where c.session_id = s.id and c.words::text ilike $4))
       order by coalesce(s.opened_at, s.starts_at) desc, s.id limit $5`,
      [from, until, text, `%${text.replace(/[\\%_]/g, '\\$&')}%`, limit, ctx.clock.now()],
    );
  }

  /** The agendas of the last sessions, the newest first, line by line; of a session without an agenda one without an item. */
  lastAgendas(ctx: Ctx, limit: number): Promise<AgendaLine[]> {
    return readPrepared<AgendaLine>(
      ctx,
      `select s.id as "sessionId", s.number, s.state, s.time_zone as "timeZone", s.held_at as "heldAt", a.item_id as "itemId",
         i.words, i.subject_kind as "subjectKind", i.subject_id as "subjectId", i.visible is true as visible,
         (select c.outcome from commission_decisions c where c.session_id = s.id and c.item_id = a.item_id) as outcome,
         (select jsonb_agg(jsonb_build_object('personId', r.person_id, 'country',
            (select m.country from commission_seats m
             where m.session_id = r.session_id and m.person_id = r.person_id and m.removed_at is null))
            order by r.at, r.person_id)
          from commission_recusals r where r.session_id = s.id and r.item_id = a.item_id) as aside
       from (select s.id, s.number, s.state, s.time_zone, coalesce(s.opened_at, s.starts_at) as held_at from commission_sessions s
         where ${commissionSessionsPolicy.filter(ctx.actor, 'commission_session.read', 's')}
         order by coalesce(s.opened_at, s.starts_at) desc, s.id limit ${limit}) s
       left join commission_agenda a on a.session_id = s.id
       left join lateral (select true as visible, i.words, d.subject_kind, d.subject_id
         from commission_items i ${OF_DECISION} where i.id = a.item_id offset 0) i on true
       order by s.held_at desc, s.id, a.position, a.item_id`,
    );
  }

  /** Until the transaction ends. Needs the rights of the system. */
  async lockItem(ctx: Ctx, id: Id): Promise<void> {
    await ctx.tx.query('select from commission_items where id = $1 for update', [id]);
  }

  async item(ctx: Ctx, id: string): Promise<ItemRow> {
    const [item] = isId(id)
      ? await ctx.tx.query<ItemRow[]>(`select ${ITEM} from ${ITEMS} where i.id = $1`, [id])
      : [];
    if (!item) throw new DomainError('not_found');
    return item;
  }

  /** What waits for a session, the oldest first. */
  waiting(ctx: Ctx, limit: number): Promise<ItemRow[]> {
    return readPrepared<ItemRow>(
      ctx,
      `select ${ITEM} from (select i.id, i.country_a, i.country_b, i.kind, i.origin, i.decision_id, i.state, i.state_since, i.tabled_at, i.words,
           i.rules from commission_items i
         where ${commissionItemsPolicy.filter(ctx.actor, 'commission_item.read', 'i')}
           and i.state in ('tabled', 'postponed', 'discussed')
         order by i.tabled_at, i.id limit ${limit}) i
       ${OF_DECISION} order by i.tabled_at, i.id`,
    );
  }

  /** Decisions of the actor's commission for which a side is late, and which are not before it yet. */
  late(ctx: Ctx, limit: number): Promise<{ decisionId: Id; subjectKind: string; subjectId: Id }[]> {
    return ctx.tx.query(
      `select d.id as "decisionId", d.subject_kind as "subjectKind", d.subject_id as "subjectId" from decisions d
       where array[d.home_country, d.host_country] && (select actor_commission_of())::text[]
         and d.closed_at is null and d.withdrawn_at is null
         and exists (select from decision_sides s where s.decision_id = d.id and s.state in ('pending', 'in_review')
           and s.due_at < $1)
         and not exists (select from commission_items i where i.decision_id = d.id)
       order by d.opened_at, d.id limit $2`,
      [ctx.clock.now(), limit],
    );
  }

  /** Those of a pair that no session is going to deal with yet. */
  async unplanned(ctx: Ctx, [a, b]: readonly [CountryCode, CountryCode]): Promise<ItemRow[]> {
    return ctx.tx.query<ItemRow[]>(
      `select ${ITEM} from ${ITEMS}
       where i.country_a = $1 and i.country_b = $2 and i.state in ('tabled', 'postponed')
         and ${commissionItemsPolicy.filter(ctx.actor, 'commission_item.read', 'i')}
         and not exists (select from commission_agenda g join commission_sessions s on s.id = g.session_id
           where g.item_id = i.id and s.state in ('planned', 'open', 'interrupted'))
       order by i.tabled_at, i.id`,
      [a, b],
    );
  }

  /** The item of a decision that still waits for a session, for the act that leaves nothing of it to settle. */
  async waitingOf(ctx: Ctx, decisionId: Id): Promise<ItemRow | null> {
    const [item] = await ctx.tx.query<ItemRow[]>(
      `select ${ITEM} from ${ITEMS} where i.decision_id = $1 and i.state in ('tabled', 'postponed') for update of i`,
      [decisionId],
    );
    return item ?? null;
  }

  /** Whether anything of a decision is left to settle. Needs the rights of the system. */
  async isUnsettled(ctx: Ctx, decisionId: Id): Promise<boolean> {
    const [row] = await ctx.tx.query<unknown[]>(
      `select from decisions d join decision_outcomes o on o.decision_id = d.id
       where d.id = $1 and d.withdrawn_at is null and o.counts in ('open', 'divergent')`,
      [decisionId],
    );
    return row !== undefined;
  }

  /** Off every agenda that has not come to it; what somebody stood aside from stays on the record of its session. */
  async takeOffAgendas(ctx: Ctx, itemId: Id): Promise<readonly Id[]> {
    const [rows] = await ctx.tx.query<[{ id: Id }[], number]>(
      `delete from commission_agenda a using commission_sessions s
       where s.id = a.session_id and a.item_id = $1 and a.taken_up_at is null
         and s.state in ('planned', 'open', 'interrupted')
         and not exists (select from commission_recusals r where r.session_id = a.session_id and r.item_id = a.item_id)
       returning a.session_id as id`,
      [itemId],
    );
    return rows.map(({ id }) => id);
  }

  async itemFacts(ctx: Ctx, item: ItemRow): Promise<ItemFacts> {
    const [row] = await ctx.tx.query<{ bound: boolean }[]>(
      'select commission_item_binds_actor($1) as bound',
      [item.id],
    );
    return {
      state: item.state,
      countries: [item.countryA, item.countryB],
      bound: row?.bound ?? true,
      ofDecision: item.kind === 'decision',
    };
  }

  /** Who of these people is bound to an item, by a tie that is on record or because they stood aside. */
  async boundTo(ctx: Ctx, itemId: Id, people: readonly Id[]): Promise<ReadonlySet<Id>> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      'select p.id from unnest($2::uuid[]) p (id) where person_is_bound_to_item(p.id, $1, $3)',
      [itemId, people, ctx.clock.now()],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async newestRules(
    ctx: Ctx,
  ): Promise<{ readonly version: number; readonly rules: Rules; readonly adoptedAt: Date }> {
    const [row] = await ctx.tx.query<{ version: number; rules: Rules; adoptedAt: Date }[]>(
      'select version, content as rules, adopted_at as "adoptedAt" from commission_rules order by version desc limit 1',
    );
    if (!row) throw new Error('the commission has no rules of procedure');
    return row;
  }

  rulesVersions(ctx: Ctx): Promise<{ version: number; rules: Rules; adoptedAt: Date }[]> {
    return ctx.tx.query(
      'select version, content as rules, adopted_at as "adoptedAt" from commission_rules order by version desc',
    );
  }

  /** What a document says of a country. */
  countries(
    ctx: Ctx,
    codes: readonly CountryCode[],
  ): Promise<{ code: CountryCode; language: Language; timeZone: string; ministry: LocalizedText }[]> {
    return ctx.tx.query(
      'select code, language, time_zone as "timeZone", ministry from countries where code = any ($1)',
      [codes],
    );
  }

  /** The language of a country's letters. */
  async languages(ctx: Ctx, countries: readonly CountryCode[]): Promise<readonly Language[]> {
    const rows = await ctx.tx.query<{ code: CountryCode; language: Language }[]>(
      'select code, language from countries where code = any ($1)',
      [countries],
    );
    return countries.map((code) => rows.find((row) => row.code === code)?.language ?? 'en');
  }

  /** The sessions on whose agenda an item stood, the newest first. */
  sessionsOf(ctx: Ctx, itemId: Id): Promise<SessionRow[]> {
    return ctx.tx.query<SessionRow[]>(
      `select ${SESSION} from ${SESSIONS} join commission_agenda a on a.session_id = s.id
       where a.item_id = $1 order by s.starts_at desc`,
      [itemId],
    );
  }

  async heldBefore(ctx: Ctx, [a, b]: readonly [CountryCode, CountryCode]): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from commission_sessions
       where country_a = $1 and country_b = $2 and state <> 'cancelled'`,
      [a, b],
    );
    return row?.count ?? 0;
  }

  async lockProtocol(
    ctx: Ctx,
    id: string,
  ): Promise<{ readonly protocol: ProtocolRow; readonly facts: ProtocolFacts }> {
    if (!isId(id)) throw new DomainError('not_found');
    await withSystemRights(ctx, () =>
      ctx.tx.query('select from commission_protocols where id = $1 for update', [id]),
    );
    return this.protocol(ctx, id);
  }

  async protocol(
    ctx: Ctx,
    id: string,
  ): Promise<{ readonly protocol: ProtocolRow; readonly facts: ProtocolFacts }> {
    const [protocol] = isId(id)
      ? await ctx.tx.query<ProtocolRow[]>(`select ${PROTOCOL} from commission_protocols p where p.id = $1`, [
          id,
        ])
      : [];
    if (!protocol) throw new DomainError('not_found');
    return { protocol, facts: await this.protocolFacts(ctx, protocol) };
  }

  async protocolFacts(ctx: Ctx, protocol: ProtocolRow): Promise<ProtocolFacts> {
    const [withheld] = await ctx.tx.query<{ withheld: boolean }[]>(
      'select commission_protocol_withholds($1) as withheld',
      [protocol.id],
    );
    return withSystemRights(ctx, async () => {
      const [session] = await ctx.tx.query<{ a: CountryCode; b: CountryCode }[]>(
        'select country_a as a, country_b as b from commission_sessions where id = $1',
        [protocol.sessionId],
      );
      if (!session) throw new DomainError('not_found');
      const acts = await this.protocolActs(ctx, protocol.id);
      const of = (act: string) => acts.filter((each) => each.act === act);
      return {
        state: protocol.state,
        countries: [session.a, session.b],
        agreed: of('agree'),
        signed: of('sign'),
        withheld: withheld?.withheld ?? true,
      };
    });
  }

  protocolActs(ctx: Ctx, id: Id): Promise<ProtocolActRow[]> {
    return ctx.tx.query<ProtocolActRow[]>(
      `select country, act, person_id as "personId", at from commission_protocol_acts where protocol_id = $1
       order by act, country`,
      [id],
    );
  }

  /** As far as the actor sees them: a section on an item that binds them is absent. */
  sections(ctx: Ctx, protocolId: Id): Promise<ProtocolSection[]> {
    return ctx.tx.query<ProtocolSection[]>(
      `select position, item_id as "itemId", content from commission_protocol_sections where protocol_id = $1
       order by position`,
      [protocolId],
    );
  }

  /** Of these people those who do not read all of a protocol, because something binds them. Needs the rights of the system. */
  async withheldFrom(ctx: Ctx, protocolId: Id, people: readonly Id[]): Promise<ReadonlySet<Id>> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select p.id from unnest($2::uuid[]) p (id) where exists (select from commission_protocol_sections s
         where s.protocol_id = $1 and s.item_id is not null and person_is_bound_to_item(p.id, s.item_id, $3))`,
      [protocolId, people, ctx.clock.now()],
    );
    return new Set(rows.map(({ id }) => id));
  }

  protocolsOf(ctx: Ctx, sessionId: Id): Promise<ProtocolRow[]> {
    return ctx.tx.query<ProtocolRow[]>(
      `select ${PROTOCOL} from commission_protocols p where p.session_id = $1 order by p.drafted_at, p.id`,
      [sessionId],
    );
  }

  /** Published ones, for everybody. Needs the rights of the system. */
  published(ctx: Ctx, limit: number): Promise<ProtocolRow[]> {
    return readPrepared<ProtocolRow>(
      ctx,
      `select ${PROTOCOL} from commission_protocols p where p.state = 'published'
       order by p.published_at desc, p.id limit ${limit}`,
    );
  }

  async publishedByNumber(ctx: Ctx, number: string): Promise<ProtocolRow | null> {
    const [row] = await ctx.tx.query<ProtocolRow[]>(
      `select ${PROTOCOL} from commission_protocols p where p.state = 'published' and p.number = $1`,
      [number],
    );
    return row ?? null;
  }

  /** What waits for the actor to do, counted no further than `limit`. */
  async countWaiting(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from (select from ${ITEMS}
         where ${commissionItemsPolicy.filter(ctx.actor, 'commission_item.read', 'i')}
           and i.state in ('tabled', 'postponed')
           and array[i.country_a, i.country_b] && (select actor_commission_of())::text[] limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }
}

/** The vote on an item that goes on or was counted: one that was broken off counts nowhere. */
export function voteOn(votes: readonly VoteRow[], itemId: Id): VoteRow | null {
  return votes.find((vote) => vote.itemId === itemId && vote.brokenOff === null) ?? null;
}

/** Who voted, or still can: is there and has not stood aside. */
export function reachableIn(
  { seats, ballots, recusals }: SessionRecord,
  { id, itemId }: VoteRow,
): readonly BallotRow[] {
  const here = new Set(seats.filter(({ present }) => present).map(({ personId }) => personId));
  const aside = new Set(recusals.filter((each) => each.itemId === itemId).map(({ personId }) => personId));
  return ballots.filter(
    ({ voteId, personId, votedAt }) =>
      voteId === id && (votedAt || (here.has(personId) && !aside.has(personId))),
  );
}

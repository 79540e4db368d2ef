import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import type { IssuedDocument, UploadView } from '../../documents/public.js';
import { Decisions, DecisionSubjects } from '../../approvals/public.js';
import type { DecisionView, SubjectName, SubjectSummary } from '../../approvals/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { askWithSystemRights, withSystemRights } from '../../platform/database/database.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { CommissionRepository } from '../data/commission.repository.js';
import type {
  AgendaLine,
  AgendaRow,
  ItemRow,
  ProtocolActRow,
  ProtocolRow,
  RecusalRow,
  SeatRow,
  SessionFilter,
  SessionRecord,
  SessionRow,
} from '../data/commission.repository.js';
import {
  commissionItemsPolicy,
  commissionProtocolsPolicy,
  commissionSessionsPolicy,
} from '../domain/commission.policy.js';
import type { ItemFacts, ProtocolFacts } from '../domain/commission.policy.js';
import type { ProtocolSection } from '../domain/protocol.js';
import { AttachToItem } from './attach-to-item.js';
import { PlanSession } from './plan-session.js';
import type { Candidate } from './plan-session.js';

/** An item with what it is called for whoever reads. */
export interface NamedItem {
  readonly item: ItemRow;
  /** Of a decision that the reader may see. */
  readonly summary: SubjectName | null;
}

export interface OpenSession {
  readonly record: SessionRecord;
  readonly items: readonly NamedItem[];
  /** Positions on the agenda that are not for the reader, who is bound to them or stood aside. */
  readonly withheld: readonly Id[];
  /** Of these what was taken up and has no decision: whoever conducts calls it again, without seeing it. */
  readonly undecided: readonly Id[];
  /** Documents on matters, by the item. */
  readonly files: ReadonlyMap<Id, readonly UploadView[]>;
  readonly names: ReadonlyMap<Id, DisplayName>;
  readonly protocols: readonly ProtocolRow[];
  readonly languages: readonly Language[];
  /** For a secretary, before it begins. */
  readonly candidates: readonly Candidate[];
  readonly free: readonly NamedItem[];
}

export interface OpenItem {
  readonly item: ItemRow;
  /** Of a decision that the reader may see. */
  readonly summary: SubjectSummary | null;
  readonly decision: DecisionView | null;
  readonly sessions: readonly SessionRow[];
  readonly files: readonly UploadView[];
  readonly facts: ItemFacts;
}

/** Who may agree to a protocol, or sign it, for a side that has not done so. */
export interface AwaitedSide {
  readonly country: CountryCode;
  readonly people: readonly Id[];
}

export interface OpenProtocol {
  readonly protocol: ProtocolRow;
  readonly facts: ProtocolFacts;
  readonly sections: readonly ProtocolSection[];
  readonly withheld: number;
  readonly awaited: readonly AwaitedSide[];
  readonly acts: readonly ProtocolActRow[];
  readonly names: ReadonlyMap<Id, DisplayName>;
  readonly session: SessionRow;
  readonly amendments: readonly ProtocolRow[];
  readonly amends: ProtocolRow | null;
  readonly document: IssuedDocument | null;
  readonly languages: readonly Language[];
}

/** What a mail about a session, or about a protocol of it, tells. */
export interface SessionForMail extends Pick<
  SessionRow,
  'id' | 'number' | 'startsAt' | 'minutes' | 'timeZone' | 'place' | 'link' | 'sequence'
> {
  readonly seats: readonly SeatRow[];
  readonly protocol: Pick<ProtocolRow, 'id' | 'number'> | null;
}

/** A session of the list, with what was decided and who stood aside. */
export interface ListedSession {
  readonly session: SessionRow;
  readonly record: SessionRecord;
  readonly items: readonly NamedItem[];
  readonly names: ReadonlyMap<Id, DisplayName>;
  readonly protocol: ProtocolRow | null;
}

@Injectable()
export class ReadCommission {
  constructor(
    private readonly commission: CommissionRepository,
    private readonly subjects: DecisionSubjects,
    private readonly decisions: Decisions,
    private readonly people: People,
    private readonly planning: PlanSession,
    private readonly documents: IssuedDocuments,
    private readonly attaching: AttachToItem,
  ) {}

  async list(ctx: Ctx, filter: SessionFilter, limit: number): Promise<readonly ListedSession[]> {
    const listed: ListedSession[] = [];
    for (const session of await this.commission.sessions(ctx, filter, limit)) {
      const record = await this.commission.session(ctx, session.id);
      const protocols = await this.commission.protocolsOf(ctx, session.id);
      listed.push({
        session,
        record,
        items: await this.named(ctx, record.items),
        names: await this.namesOf(ctx, record),
        protocol: protocols.find(({ amendsId }) => amendsId === null) ?? null,
      });
    }
    return listed;
  }

  async waiting(ctx: Ctx, limit: number): Promise<readonly NamedItem[]> {
    return this.named(ctx, await this.waitingItems(ctx, limit));
  }

  /** What waits for a session, the oldest first; what each decision is on has to be asked for its name. */
  waitingItems(ctx: Ctx, limit: number): Promise<readonly ItemRow[]> {
    return this.commission.waiting(ctx, limit);
  }

  /** The agendas of the last sessions with what came of them, line by line, the newest session first. */
  lastAgendas(ctx: Ctx, limit: number): Promise<readonly AgendaLine[]> {
    return this.commission.lastAgendas(ctx, limit);
  }

  /** Who sits in the commission is known to both sides, though officials are otherwise not in each other's sight. */
  namesOfMembers(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, DisplayName>> {
    return this.shown(ctx, ids);
  }

  /** What a secretary can table because a side is late. */
  async late(
    ctx: Ctx,
    limit: number,
  ): Promise<readonly { readonly decisionId: Id; readonly summary: SubjectName }[]> {
    const late = await this.commission.late(ctx, limit);
    const names = await this.subjects.names(
      ctx,
      late.map(({ subjectKind: kind, subjectId: id }) => ({ kind, id })),
    );
    return late.flatMap(({ decisionId, subjectId }) => {
      const summary = names.get(subjectId);
      return summary ? [{ decisionId, summary }] : [];
    });
  }

  async session(ctx: Ctx, id: string): Promise<OpenSession> {
    const record = await this.commission.session(ctx, id);
    authorise(
      ctx,
      commissionSessionsPolicy,
      'commission_session.read',
      record.facts,
      'commission_session.read',
    );
    const plans = commissionSessionsPolicy.decide(ctx.actor, 'commission_session.plan', record.facts).allowed;
    const pair = [record.session.countryA, record.session.countryB] as const;
    const withheld = record.agenda.filter(({ itemId }) => !record.items.some(({ id }) => id === itemId));
    const files = new Map<Id, readonly UploadView[]>();
    for (const item of record.items) files.set(item.id, await this.attaching.files(ctx, item));
    return {
      record,
      items: await this.named(ctx, record.items),
      withheld: withheld.map(({ itemId }) => itemId),
      undecided: await this.undecided(ctx, record.session.id, withheld),
      files,
      names: await this.namesOf(ctx, record),
      protocols: await this.commission.protocolsOf(ctx, record.session.id),
      languages: await this.commission.languages(ctx, pair),
      candidates: plans ? await withSystemRights(ctx, () => this.planning.candidates(ctx, pair)) : [],
      free: plans ? await this.named(ctx, await this.commission.unplanned(ctx, pair)) : [],
    };
  }

  async item(ctx: Ctx, id: string): Promise<OpenItem> {
    const item = await this.commission.item(ctx, id);
    const facts = await this.commission.itemFacts(ctx, item);
    authorise(ctx, commissionItemsPolicy, 'commission_item.read', facts, 'commission_item.read');
    const summary = await this.summaryOf(ctx, item);
    return {
      item,
      summary,
      decision: item.decisionId && summary ? await this.decisions.byId(ctx, item.decisionId) : null,
      sessions: await this.commission.sessionsOf(ctx, item.id),
      files: await this.attaching.files(ctx, item),
      facts,
    };
  }

  async protocol(ctx: Ctx, id: string): Promise<OpenProtocol> {
    const { protocol, facts } = await this.commission.protocol(ctx, id);
    authorise(ctx, commissionProtocolsPolicy, 'commission_protocol.read', facts, 'commission_protocol.read');
    const { session } = await this.commission.session(ctx, protocol.sessionId);
    const all = await this.commission.protocolsOf(ctx, session.id);
    const sections = await this.commission.sections(ctx, protocol.id);
    const whole = await withSystemRights(ctx, () => this.commission.sections(ctx, protocol.id));
    const acts = await this.commission.protocolActs(ctx, protocol.id);
    const awaited = await withSystemRights(ctx, () => this.awaited(ctx, protocol, facts));
    return {
      protocol,
      facts,
      sections,
      withheld: whole.length - sections.length,
      awaited,
      acts,
      names: await this.shown(ctx, [
        ...acts.map(({ personId }) => personId),
        ...awaited.flatMap(({ people }) => people),
      ]),
      session,
      amendments: all.filter(({ amendsId }) => amendsId === protocol.id),
      amends: all.find((each) => each.id === protocol.amendsId) ?? null,
      document: await this.documents.of(ctx, 'protocol', { kind: 'commission_protocol', id: protocol.id }),
      languages: await this.commission.languages(ctx, facts.countries),
    };
  }

  private async undecided(ctx: Ctx, sessionId: Id, withheld: readonly AgendaRow[]): Promise<readonly Id[]> {
    const taken = withheld.filter(({ takenUpAt }) => takenUpAt).map(({ itemId }) => itemId);
    if (taken.length === 0) return [];
    const { decided } = await withSystemRights(ctx, () => this.commission.session(ctx, sessionId));
    return taken.filter((itemId) => !decided.some((each) => each.itemId === itemId));
  }

  /**
   * To whom it is written that a protocol waits for their signature: of each side that has not signed those who sat there and
   * may, or, where they are all bound, whoever else of that side may. Needs the rights of the system.
   */
  async signers(ctx: Ctx, protocolId: Id): Promise<readonly Id[]> {
    const { protocol, facts } = await this.commission.protocol(ctx, protocolId);
    if (protocol.state !== 'agreed') return [];
    const seats = await this.commission.seats(ctx, protocol.sessionId);
    const sides = await this.awaited(ctx, protocol, facts);
    return sides.flatMap(({ people }) => {
      const there = people.filter((id) => seats.some(({ personId }) => personId === id));
      return there.length > 0 ? there : people;
    });
  }

  /** Whoever is bound leaves it to others of their side: that there are some is not left to chance. */
  private async awaited(
    ctx: Ctx,
    { id, state }: ProtocolRow,
    { countries, agreed, signed }: ProtocolFacts,
  ): Promise<readonly AwaitedSide[]> {
    if (state !== 'draft' && state !== 'agreed') return [];
    const given = state === 'draft' ? agreed : signed;
    const roles =
      state === 'draft'
        ? (['commission_member', 'commission_secretary'] as const)
        : (['commission_member'] as const);
    const sides: AwaitedSide[] = [];
    for (const country of countries) {
      if (given.some((each) => each.country === country)) continue;
      const people = new Set<Id>();
      for (const role of roles) {
        for (const person of await this.people.peopleWithRole(ctx, role, { country })) people.add(person.id);
      }
      const bound = await this.commission.withheldFrom(ctx, id, [...people]);
      sides.push({
        country,
        people: [...people].filter(
          (person) => !bound.has(person) && !given.some(({ personId }) => personId === person),
        ),
      });
    }
    return sides;
  }

  /** The signed file, for those from whom no section is withheld. */
  async file(
    ctx: Ctx,
    id: string,
  ): Promise<{ readonly fileName: string; readonly content: () => Promise<Readable> }> {
    const { protocol, withheld } = await this.protocol(ctx, id);
    if (withheld > 0) throw new DomainError('forbidden', { reason: 'bound_to_item' });
    const { number, content } = await this.documents.open(ctx, 'protocol', {
      kind: 'commission_protocol',
      id: protocol.id,
    });
    return { fileName: `${number}.pdf`, content };
  }

  /** For everybody: what may be public of a published protocol, and what amended it later. */
  async published(
    ctx: Ctx,
    number: string,
  ): Promise<{ readonly protocol: ProtocolRow; readonly amendments: readonly ProtocolRow[] }> {
    return withSystemRights(ctx, async () => {
      const protocol = await this.commission.publishedByNumber(ctx, number);
      if (!protocol) throw new DomainError('not_found');
      const all = await this.commission.protocolsOf(ctx, protocol.sessionId);
      return {
        protocol,
        amendments: all.filter(({ amendsId, state }) => amendsId === protocol.id && state === 'published'),
      };
    });
  }

  allPublished(ctx: Ctx, limit: number): Promise<readonly ProtocolRow[]> {
    return askWithSystemRights(ctx, () => this.commission.published(ctx, limit));
  }

  /** For the mails. Null where it is no more. Needs the rights of the system. */
  async forMail(
    ctx: Ctx,
    { kind, id }: { readonly kind: string; readonly id: string },
  ): Promise<SessionForMail | null> {
    const protocol =
      kind === 'commission_protocol' ? (await this.commission.protocol(ctx, id)).protocol : null;
    const { session, seats } = await this.commission.session(ctx, protocol?.sessionId ?? id);
    return { ...session, seats, protocol };
  }

  countWaiting(ctx: Ctx, limit: number): Promise<number> {
    return this.commission.countWaiting(ctx, limit);
  }

  /** With the reader's own rights: what they may not see of a file they do not see here. */
  async named(ctx: Ctx, items: readonly ItemRow[]): Promise<readonly NamedItem[]> {
    const names = await this.subjects.names(
      ctx,
      items.flatMap(({ subjectKind: kind, subjectId: id }) => (kind && id ? [{ kind, id }] : [])),
    );
    return items.map((item) => ({ item, summary: names.get(item.subjectId ?? '') ?? null }));
  }

  private async summaryOf(
    ctx: Ctx,
    { subjectKind, subjectId }: Pick<ItemRow, 'subjectKind' | 'subjectId'>,
  ): Promise<SubjectSummary | null> {
    if (!subjectKind || !subjectId) return null;
    const described = await this.subjects.of(subjectKind).describe(ctx, ctx.language, [subjectId]);
    return described.get(subjectId) ?? null;
  }

  private namesOf(ctx: Ctx, { seats, recusals, notes }: SessionRecord) {
    return this.shown(ctx, [
      ...seats.map(({ personId }) => personId),
      ...recusals.map(({ personId }: RecusalRow) => personId),
      ...notes.map(({ authorId }) => authorId),
    ]);
  }

  /** Who sits in the commission is known to both sides, though officials are otherwise not in each other's sight. */
  private shown(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, DisplayName>> {
    if (ids.length === 0) return Promise.resolve(new Map());
    return askWithSystemRights(ctx, () => this.people.displayNames(ctx, ids));
  }
}

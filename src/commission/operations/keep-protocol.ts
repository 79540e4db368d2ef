import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { DecisionSubjects, SettleDivergence } from '../../approvals/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { calendarDay } from '../../platform/i18n/formats.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CommissionRepository, voteOn } from '../data/commission.repository.js';
import type { ItemRow, ProtocolRow, SessionRecord } from '../data/commission.repository.js';
import { PROTOCOL_AGREED, PROTOCOL_DRAFTED, PROTOCOL_SIGNED } from '../domain/commission.events.js';
import { commissionProtocolsPolicy } from '../domain/commission.policy.js';
import type { ProtocolFacts } from '../domain/commission.policy.js';
import { protocolStates } from '../domain/commission.states.js';
import type { ProtocolAct } from '../domain/commission.states.js';
import { total } from '../domain/procedure.js';
import { protocolHash, publicPart } from '../domain/protocol.js';
import type { ItemSection, ProtocolSection, SectionContent } from '../domain/protocol.js';
import { ComposeProtocol } from './compose-protocol.js';
import { CommissionRecord, bothWords, together } from './commission-record.js';
import type { Typed } from './table-item.js';

interface Open {
  readonly protocol: ProtocolRow;
  readonly facts: ProtocolFacts;
}

/**
 * The protocol of a session, drafted from what happened, agreed to by each side by its hash, signed by one of each. What was
 * decided takes effect when both have signed, in that act; afterwards only a later protocol changes the words.
 */
@Injectable()
export class KeepProtocol {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly subjects: DecisionSubjects,
    private readonly settling: SettleDivergence,
    private readonly people: People,
    private readonly documents: IssuedDocuments,
    private readonly paper: ComposeProtocol,
    private readonly record: CommissionRecord,
    private readonly audit: AuditTrail,
  ) {}

  /** Drafts it from the record of a session that has ended: once. */
  draft(request: RequestContext, sessionId: string): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const { session, facts } = await this.commission.lockSession(ctx, sessionId);
      authorise(
        ctx,
        commissionProtocolsPolicy,
        'commission_protocol.draft',
        { state: 'draft', countries: facts.countries, agreed: [], signed: [], withheld: false },
        'commission_protocol.read',
      );
      ctx.requireVersion?.(session.version);
      if (session.state !== 'closed') throw new DomainError('wrong_state', { reason: 'session_not_closed' });
      const id = await withSystemRights(ctx, async () => {
        if ((await this.commission.protocolsOf(ctx, session.id)).length > 0) {
          throw new DomainError('conflict', { reason: 'protocol_exists' });
        }
        const record = await this.commission.session(ctx, session.id);
        return this.insert(ctx, `${session.number}-P1`, session.id, null, await this.sectionsOf(ctx, record));
      });
      await this.told(ctx, session.id, id);
      return id;
    });
  }

  /** Other words in a section. Whatever was agreed to is no longer agreed to. */
  async revise(request: RequestContext, protocolId: string, position: number, typed: Typed): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { protocol, facts } = await this.begin(ctx, protocolId, 'draft');
      const sections = await this.commission.sections(ctx, protocol.id);
      const section = sections.find((each) => each.position === position);
      if (!section || section.content.kind === 'head') throw new DomainError('not_found');
      const languages = await this.commission.languages(ctx, facts.countries);
      const words = bothWords(typed, 'words', languages);
      const content: SectionContent =
        section.content.kind === 'item'
          ? { ...section.content, decision: words }
          : { ...section.content, words };
      await withSystemRights(ctx, async () => {
        await ctx.tx.query(
          'update commission_protocol_sections set content = $3 where protocol_id = $1 and position = $2',
          [protocol.id, position, JSON.stringify(content)],
        );
        await ctx.tx.query('delete from commission_protocol_acts where protocol_id = $1', [protocol.id]);
        const hash = protocolHash(protocol.number, await this.commission.sections(ctx, protocol.id));
        await ctx.tx.query(
          'update commission_protocols set content_hash = $2, version = version + 1 where id = $1',
          [protocol.id, hash],
        );
      });
      await this.move(ctx, protocol, 'revise', { position });
      await this.record.touch(ctx, { id: protocol.sessionId });
    });
  }

  /** One side agrees to exactly this text. The second of both makes it agreed. */
  async agree(request: RequestContext, protocolId: string, hash: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const open = await this.begin(ctx, protocolId, 'agree');
      const { protocol, facts } = open;
      if (protocol.contentHash !== hash) throw new DomainError('stale', { reason: 'protocol_changed' });
      await this.speak(ctx, open, 'agree');
      if (facts.agreed.length + 1 === facts.countries.length) {
        await this.move(ctx, protocol, 'agree');
        await this.record.tell(ctx, PROTOCOL_AGREED, 'commission_protocol', protocol.id);
      }
      await this.record.touch(ctx, { id: protocol.sessionId });
    });
  }

  /** One of each side signs it. With the second signature what was decided takes effect. */
  async sign(request: RequestContext, protocolId: string, hash: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const open = await this.begin(ctx, protocolId, 'sign');
      const { protocol, facts } = open;
      if (protocol.contentHash !== hash) throw new DomainError('stale', { reason: 'protocol_changed' });
      await this.speak(ctx, open, 'sign');
      if (facts.signed.length + 1 === facts.countries.length) {
        await this.move(ctx, protocol, 'sign');
        if (protocol.amendsId === null) await this.takeEffect(ctx, protocol);
        await withSystemRights(ctx, () => this.issue(ctx, open));
        await this.record.tell(ctx, PROTOCOL_SIGNED, 'commission_protocol', protocol.id);
      }
      await this.record.touch(ctx, { id: protocol.sessionId });
    });
  }

  /** From then on everybody reads what it says in numbers. */
  async publish(request: RequestContext, protocolId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { protocol } = await this.begin(ctx, protocolId, 'publish');
      await this.move(ctx, protocol, 'publish');
      await this.record.touch(ctx, { id: protocol.sessionId });
    });
  }

  /** A later protocol of the same session that changes words of a published one, and says why. */
  amend(request: RequestContext, protocolId: string, position: number, typed: Typed): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const { protocol, facts } = await this.begin(ctx, protocolId, 'amend');
      if (protocol.amendsId !== null) throw new DomainError('conflict', { reason: 'amend_the_first' });
      const section = (await this.commission.sections(ctx, protocol.id)).find(
        (each) => each.position === position && each.content.kind === 'item',
      );
      if (!section)
        throw new DomainError('invalid', { fields: [{ field: 'section', problem: 'required_choice' }] });
      const languages = await this.commission.languages(ctx, facts.countries);
      const [words, reason] = together(
        () => bothWords(typed, 'words', languages),
        () => bothWords(typed, 'reason', languages),
      );
      const id = await withSystemRights(ctx, async () => {
        const all = await this.commission.protocolsOf(ctx, protocol.sessionId);
        if (
          all.some(
            ({ amendsId, state }) => amendsId === protocol.id && (state === 'draft' || state === 'agreed'),
          )
        ) {
          throw new DomainError('conflict', { reason: 'amendment_in_hand' });
        }
        const number = `${protocol.number.slice(0, protocol.number.lastIndexOf('-P'))}-P${all.length + 1}`;
        return this.insert(ctx, number, protocol.sessionId, protocol.id, [
          {
            position: 0,
            itemId: section.itemId,
            content: { kind: 'amendment', amends: protocol.number, section: position, words, reason },
          },
        ]);
      });
      await this.told(ctx, protocol.sessionId, id);
      return id;
    });
  }

  private async told(ctx: Ctx, sessionId: Id, id: Id): Promise<void> {
    await this.noteOn(ctx, id, 'draft');
    await this.record.tell(ctx, PROTOCOL_DRAFTED, 'commission_protocol', id);
    await this.record.touch(ctx, { id: sessionId });
  }

  private async insert(
    ctx: Ctx,
    number: string,
    sessionId: Id,
    amendsId: Id | null,
    sections: readonly ProtocolSection[],
  ): Promise<Id> {
    const now = ctx.clock.now();
    const id = newId(now);
    await ctx.tx.query(
      `insert into commission_protocols (id, session_id, number, amends_id, state, state_since, content_hash, drafted_by, drafted_at)
       values ($1, $2, $3, $4, 'draft', $5, $6, $7, $5)`,
      [id, sessionId, number, amendsId, now, protocolHash(number, sections), ctx.actor.personId],
    );
    for (const { position, itemId, content } of sections) {
      await ctx.tx.query(
        'insert into commission_protocol_sections (protocol_id, position, item_id, content) values ($1, $2, $3, $4)',
        [id, position, itemId, JSON.stringify(content)],
      );
    }
    return id;
  }

  /** What was decided is done: once, in the act of the second signature. */
  private async takeEffect(ctx: Ctx, protocol: ProtocolRow): Promise<void> {
    await withSystemRights(ctx, async () => {
      const { decided, items } = await this.commission.session(ctx, protocol.sessionId);
      for (const { itemId, outcome } of decided) {
        const item = items.find(({ id }) => id === itemId);
        if (!item) continue;
        if (item.kind === 'decision' && item.decisionId !== null) {
          if (outcome === 'agreed_yes' || outcome === 'agreed_no') {
            await this.settling.settle(ctx, item.decisionId, outcome, protocol.id);
          }
          if (outcome === 'remitted') await this.settling.remit(ctx, item.decisionId, protocol.id);
        }
        if (item.rules && outcome === 'agreed_yes') {
          await ctx.tx.query(
            `insert into commission_rules (version, content, adopted_at)
             select max(version) + 1, $1::jsonb, $2 from commission_rules`,
            [JSON.stringify(item.rules), ctx.clock.now()],
          );
        }
      }
    });
  }

  /** The signed protocol as a document with its number and check code. Needs the rights of the system. */
  private async issue(ctx: Ctx, { protocol, facts }: Open): Promise<void> {
    const countries = await this.commission.countries(ctx, facts.countries);
    const [a, b] = facts.countries.map((code) => countries.find((each) => each.code === code));
    if (!a || !b) throw new DomainError('not_found');
    const acts = (await this.commission.protocolActs(ctx, protocol.id)).filter(({ act }) => act === 'sign');
    const names = await this.people.displayNames(
      ctx,
      acts.map(({ personId }) => personId),
    );
    const sections = await this.commission.sections(ctx, protocol.id);
    const signed = acts.map(({ country, personId, at }) => ({
      country,
      personId,
      at,
      name: names.get(personId)?.name ?? '',
    }));
    await this.documents.issue(ctx, {
      kind: 'protocol',
      subject: { kind: 'commission_protocol', id: protocol.id },
      holderId: null,
      verification: { homeCountry: a.code, hostCountry: b.code },
      signatures: {
        wanted: signed.length,
        given: signed.map(({ country, personId, at, name }) => {
          const { language } = country === a.code ? a : b;
          return {
            country,
            signerId: personId,
            name,
            office: this.paper.officeOf(language),
            language,
            actedAt: at,
          };
        }),
      },
      compose: (number, checkCode) =>
        Promise.resolve(
          this.paper.of(
            { number: protocol.number, hash: protocol.contentHash, at: ctx.clock.now() },
            [a, b],
            sections,
            signed,
            number,
            checkCode,
          ),
        ),
    });
  }

  private async sectionsOf(ctx: Ctx, record: SessionRecord): Promise<readonly ProtocolSection[]> {
    const { session, seats, agenda, facts, recusals, notes, votes, decided } = record;
    const languages = await this.commission.languages(ctx, facts.countries);
    const names = await this.people.displayNames(
      ctx,
      seats.map(({ personId }) => personId),
    );
    const person = (id: Id) => {
      const { name, language }: DisplayName = names.get(id) ?? { name: id, language: 'en', latin: null };
      return { name, language, country: seats.find(({ personId }) => personId === id)?.country ?? '' };
    };
    const there = (came: boolean) =>
      seats.filter((seat) => seat.came === came).map(({ personId, part }) => ({ ...person(personId), part }));
    const head: SectionContent = {
      kind: 'head',
      session: session.number,
      startsAt: session.startsAt.toISOString(),
      openedAt: session.openedAt?.toISOString() ?? '',
      closedAt: session.closedAt?.toISOString() ?? '',
      timeZone: session.timeZone,
      place: session.place,
      link: session.link,
      countries: facts.countries,
      chairCountry: session.chairCountry,
      rulesVersion: session.rulesVersion,
      rules: session.rules,
      present: there(true),
      absent: there(false),
    };
    const dealt = agenda.filter(({ takenUpAt }) => takenUpAt);
    const sections: ProtocolSection[] = [{ position: 0, itemId: null, content: head }];
    for (const [index, { itemId }] of dealt.entries()) {
      const item = record.items.find(({ id }) => id === itemId);
      if (!item) continue;
      const vote = voteOn(votes, itemId);
      const decision = decided.find((each) => each.itemId === itemId);
      const content: ItemSection = {
        kind: 'item',
        item: item.kind,
        subjectKind: item.subjectKind,
        ...(await this.named(ctx, item, languages)),
        recused: recusals
          .filter((each) => each.itemId === itemId)
          .map(({ personId, how }) => ({ ...person(personId), how })),
        notes: notes.filter((each) => each.itemId === itemId && each.official).map(({ words }) => words),
        vote:
          vote?.tally && vote.result
            ? {
                ballot: vote.ballot,
                entitled: vote.entitled,
                quorum: vote.quorum,
                tally: total(vote.tally),
                result: vote.result,
              }
            : null,
        brokenOff: votes.flatMap(({ itemId: of, ballot, entitled, quorum, brokenOff, brokenOffWords }) =>
          of === itemId && brokenOff
            ? [{ ballot, entitled, quorum, reason: brokenOff, words: brokenOffWords ?? {} }]
            : [],
        ),
        outcome: decision?.outcome ?? null,
        decision: decision?.words ?? {},
      };
      sections.push({ position: index + 1, itemId, content });
    }
    return sections;
  }

  /** How an item is called, in the language of each country. Needs the rights of the system. */
  private async named(
    ctx: Ctx,
    item: ItemRow,
    languages: readonly Language[],
  ): Promise<Pick<ItemSection, 'reference' | 'title'>> {
    if (!item.subjectKind || !item.subjectId) {
      return {
        reference: '',
        title: Object.fromEntries(languages.map((language) => [language, item.words[language]?.title ?? ''])),
      };
    }
    const title: Record<string, string> = {};
    let reference = '';
    for (const language of languages) {
      const described = await this.subjects
        .of(item.subjectKind)
        .describe({ ...ctx, language }, language, [item.subjectId]);
      const summary = described.get(item.subjectId);
      reference = summary?.reference ?? reference;
      title[language] = summary?.title ?? '';
    }
    return { reference, title };
  }

  private async speak(ctx: Ctx, { protocol, facts }: Open, act: 'agree' | 'sign'): Promise<void> {
    const country = this.ownCountry(ctx, facts, act);
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `insert into commission_protocol_acts (protocol_id, country, act, person_id, content_hash, at)
         values ($1, $2, $3, $4, $5, $6)`,
        [protocol.id, country, act, ctx.actor.personId, protocol.contentHash, ctx.clock.now()],
      ),
    );
    await this.noteOn(ctx, protocol.id, act, { country, hash: protocol.contentHash });
  }

  /** For which side somebody speaks: one that has not spoken yet. */
  private ownCountry(ctx: Ctx, facts: ProtocolFacts, act: 'agree' | 'sign'): CountryCode {
    const given = act === 'agree' ? facts.agreed : facts.signed;
    const roles = act === 'agree' ? ['commission_member', 'commission_secretary'] : ['commission_member'];
    const own = facts.countries.find(
      (country) =>
        !given.some((each) => each.country === country) &&
        ctx.actor.grants.some((grant) => grant.country === country && roles.includes(grant.role)),
    );
    if (!own) throw new DomainError('forbidden', { reason: 'out_of_scope' });
    return own;
  }

  private async move(
    ctx: Ctx,
    protocol: ProtocolRow,
    act: ProtocolAct,
    data: AuditEntry['data'] = {},
  ): Promise<void> {
    const to = protocolStates.move(protocol.state, act);
    const now = ctx.clock.now();
    await withSystemRights(ctx, async () => {
      const published = act === 'publish' ? await this.publicContent(ctx, protocol) : null;
      await ctx.tx.query(
        `update commission_protocols set state = $2, state_since = $3,
           signed_at = case when $2 = 'signed_both' then $3 else signed_at end,
           published_at = case when $2 = 'published' then $3 else published_at end,
           public_content = coalesce($4::jsonb, public_content) where id = $1`,
        [protocol.id, to, now, published && JSON.stringify(published)],
      );
    });
    await this.noteOn(ctx, protocol.id, act === 'sign' || act === 'agree' ? to : act, {
      ...data,
      from: protocol.state,
      to,
    });
  }

  private async publicContent(ctx: Ctx, protocol: ProtocolRow) {
    const { session, facts } = await this.commission.session(ctx, protocol.sessionId);
    const day = (at: Date | null) => calendarDay(at ?? session.startsAt, session.timeZone);
    const sections = await this.commission.sections(ctx, protocol.id);
    return publicPart(
      protocol.number,
      protocol.contentHash,
      { first: day(session.openedAt), last: day(session.closedAt) },
      facts.countries,
      sections,
    );
  }

  private noteOn(ctx: Ctx, id: Id, act: string, data: AuditEntry['data'] = {}): Promise<void> {
    return this.audit.record(ctx, {
      action: `commission_protocol.${act}`,
      subject: { kind: 'commission_protocol', id },
      data,
    });
  }

  private async begin(
    ctx: Ctx,
    protocolId: string,
    action: 'draft' | 'agree' | 'sign' | 'publish' | 'amend',
  ): Promise<Open> {
    const open = await this.commission.lockProtocol(ctx, protocolId);
    authorise(
      ctx,
      commissionProtocolsPolicy,
      `commission_protocol.${action}`,
      open.facts,
      'commission_protocol.read',
    );
    ctx.requireVersion?.(open.protocol.version);
    return open;
  }
}

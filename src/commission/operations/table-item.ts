import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DECISION_CONCLUDED, DECISION_WITHDRAWN, Decisions, SIDE_SILENT } from '../../approvals/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { CommissionRepository } from '../data/commission.repository.js';
import type { ItemRow } from '../data/commission.repository.js';
import { commissionItemsPolicy } from '../domain/commission.policy.js';
import { BALLOTS, CHAIRS, MAJORITIES, TIES, VOTERS, pairOf } from '../domain/procedure.js';
import type { Rules } from '../domain/procedure.js';
import { CommissionRecord, bothWords, together } from './commission-record.js';

/** As the form has it. */
export type Typed = Readonly<Record<string, string>>;

const TITLE_MAX = 300;
const MOST_OF_A_COUNTRY = 50;

/**
 * What comes before the commission: by itself where two countries differ, in the act of the second word, and where a side
 * is silent for as long as the rules of its call say; by a secretary otherwise.
 */
@Injectable()
export class TableItem implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly commission: CommissionRepository,
    private readonly decisions: Decisions,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
    private readonly record: CommissionRecord,
  ) {}

  onModuleInit(): void {
    this.outbox.reactWithin(DECISION_CONCLUDED, (ctx, event) => this.onConcluded(ctx, event));
    this.outbox.reactWithin(DECISION_WITHDRAWN, (ctx, { subject }) => this.fallAway(ctx, subject.id));
    this.outbox.reactWithin(SIDE_SILENT, (ctx, event) => this.onSilent(ctx, event));
  }

  private async onConcluded(ctx: Ctx, { subject, payload }: DomainEvent): Promise<void> {
    if (payload.outcome !== 'divergent') return this.fallAway(ctx, subject.id);
    await withSystemRights(ctx, () => this.insertDecision(ctx, subject.id, 'divergence', null));
  }

  /** Nothing of it is left to settle: it leaves what waits, and every agenda that has not come to it. */
  private async fallAway(ctx: Ctx, decisionId: Id): Promise<void> {
    await withSystemRights(ctx, async () => {
      const item = await this.commission.waitingOf(ctx, decisionId);
      if (!item) return;
      await this.record.moveItem(ctx, item, 'fall_away');
      for (const id of await this.commission.takeOffAgendas(ctx, item.id)) {
        await this.record.touch(ctx, { id });
      }
    });
  }

  /** Where a secretary was quicker, it is before the commission already. */
  private async onSilent(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, () => this.insertDecision(ctx, subject.id, 'overdue', null));
  }

  /** A decision for which a side is late, or that the sides could not agree on. */
  tableDecision(request: RequestContext, decisionId: string): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const decision = isId(decisionId)
        ? await withSystemRights(ctx, () => this.decisions.byId(ctx, decisionId))
        : null;
      if (!decision) throw new DomainError('not_found');
      const countries = [decision.home.country, decision.host.country];
      authorise(
        ctx,
        commissionItemsPolicy,
        'commission_item.table',
        newFacts(countries),
        'commission_item.read',
      );
      const late = [decision.home, decision.host].some(
        ({ state, dueAt }) => (state === 'pending' || state === 'in_review') && dueAt < ctx.clock.now(),
      );
      const open = decision.counts === 'open' && !decision.withdrawnAt;
      if (decision.counts !== 'divergent' && !(open && late)) {
        throw new DomainError('conflict', { reason: 'not_for_the_commission' });
      }
      const id = await withSystemRights(ctx, () =>
        this.insertDecision(
          ctx,
          decisionId,
          decision.counts === 'divergent' ? 'divergence' : 'overdue',
          ctx.actor.personId,
        ),
      );
      if (id === null) throw new DomainError('conflict', { reason: 'already_tabled' });
      return id;
    });
  }

  /** Any other matter, or new rules of procedure: title and text in the language of each country. */
  tableMatter(request: RequestContext, own: CountryCode, other: string, typed: Typed): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const [a, b] = pairOf(own, other);
      const languages = await this.commission.languages(ctx, [a, b]);
      authorise(ctx, commissionItemsPolicy, 'commission_item.table', newFacts([own]), 'commission_item.read');
      const known = await this.commission.countries(ctx, [other]);
      if (a === b || known.length === 0) {
        throw new DomainError('invalid', { fields: [{ field: 'other', problem: 'required_choice' }] });
      }
      const [titles, texts, rules] = together(
        () => bothWords(typed, 'title', languages, TITLE_MAX),
        () => bothWords(typed, 'text', languages),
        () => (typed.kind === 'rules' ? rulesIn(typed) : null),
      );
      const id = newId(ctx.clock.now());
      const words = Object.fromEntries(
        languages.map((language) => [language, { title: titles[language], text: texts[language] }]),
      );
      await withSystemRights(ctx, () =>
        ctx.tx.query(
          `insert into commission_items (id, country_a, country_b, kind, origin, state, state_since, tabled_by, tabled_at,
             words, rules) values ($1, $2, $3, $4, 'tabled', 'tabled', $5, $6, $5, $7, $8)`,
          [
            id,
            a,
            b,
            rules ? 'rules' : 'matter',
            ctx.clock.now(),
            ctx.actor.personId,
            JSON.stringify(words),
            rules && JSON.stringify(rules),
          ],
        ),
      );
      await this.noteTabled(ctx, id, { kind: rules ? 'rules' : 'matter' });
      return id;
    });
  }

  /** Null where it is before the commission already. */
  private async insertDecision(
    ctx: Ctx,
    decisionId: Id,
    origin: ItemRow['origin'],
    tabledBy: Id | null,
  ): Promise<Id | null> {
    const id = newId(ctx.clock.now());
    const inserted = await ctx.tx.query<unknown[]>(
      `insert into commission_items (id, country_a, country_b, kind, origin, decision_id, state, state_since, tabled_by, tabled_at)
       select $1, least(d.home_country, d.host_country), greatest(d.home_country, d.host_country), 'decision', $3, d.id,
         'tabled', $4, $5, $4 from decisions d where d.id = $2
       on conflict (decision_id) where decision_id is not null do nothing returning id`,
      [id, decisionId, origin, ctx.clock.now(), tabledBy],
    );
    if (inserted.length === 0) return null;
    await this.noteTabled(ctx, id, { kind: 'decision', origin, decision: decisionId });
    return id;
  }

  private noteTabled(ctx: Ctx, id: Id, data: Readonly<Record<string, string>>): Promise<void> {
    return this.audit.record(ctx, {
      action: 'commission_item.table',
      subject: { kind: 'commission_item', id },
      data,
    });
  }
}

const newFacts = (countries: readonly CountryCode[]) => ({
  state: 'tabled' as const,
  countries,
  bound: false,
  ofDecision: false,
});

function rulesIn(typed: Typed): Rules {
  const number = (name: string) => {
    const value = Number(typed[name]);
    if (!Number.isInteger(value) || value < 1 || value > MOST_OF_A_COUNTRY) {
      throw new DomainError('invalid', {
        fields: [{ field: name, problem: 'out_of_range', values: { min: 1, max: MOST_OF_A_COUNTRY } }],
      });
    }
    return value;
  };
  const choice = <Value extends string>(name: string, values: readonly Value[]): Value => {
    const found = values.find((value) => value === typed[name]);
    if (!found) throw new DomainError('invalid', { fields: [{ field: name, problem: 'required_choice' }] });
    return found;
  };
  const [quorum, secretFrom, majority, ballot, tie, voters, chair] = together(
    () => number('quorum'),
    () => number('secretFrom'),
    () => choice('majority', MAJORITIES),
    () => choice('ballot', BALLOTS),
    () => choice('tie', TIES),
    () => choice('voters', VOTERS),
    () => choice('chair', CHAIRS),
  );
  return { quorum, secretFrom, majority, ballot, tie, voters, chair };
}

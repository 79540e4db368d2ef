import { Inject, Injectable } from '@nestjs/common';
import { People, ownAccount } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { CountryCode } from '../../shared/country.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ERASURE_REASONS, ERASURE_WORDS } from '../domain/erasure.js';
import type { ErasureReason, ErasureReport } from '../domain/erasure.js';
import { OPEN_ERASURES, erasureStates } from '../domain/erasure.states.js';
import type { ErasureState } from '../domain/erasure.states.js';
import { erasuresPolicy } from '../domain/erasures.policy.js';
import {
  ERASURE_ASKED,
  ERASURE_EXTENDED,
  ERASURE_GRANTED,
  ERASURE_PROPOSED,
  ERASURE_REFUSED,
  ERASURE_RETURNED,
} from '../domain/privacy.events.js';
import type { ErasureHold, KeptRecord } from '../privacy-ports.js';
import { AnswerTerms } from './answer-terms.js';
import type { AnswerTerm, Authority } from './answer-terms.js';
import { ErasePerson } from './erase-person.js';

/** A request to be erased. */
export interface ErasureRequest {
  readonly id: Id;
  readonly personId: Id;
  readonly ownerCountry: CountryCode;
  readonly state: ErasureState;
  readonly askedAt: Date;
  /** Null where it was asked by letter. */
  readonly dueAt: Date | null;
  /** Before this nothing is carried out. */
  readonly withdrawUntil: Date | null;
  readonly extendedAt: Date | null;
  readonly extensionReason: string | null;
  readonly proposal: 'granted' | 'refused' | null;
  readonly proposedBy: Id | null;
  readonly proposedFor: Id | null;
  readonly proposedAt: Date | null;
  readonly decidedBy: Id | null;
  readonly decidedAt: Date | null;
  readonly reasonCode: ErasureReason | null;
  readonly reason: string | null;
  readonly returnedReason: string | null;
  readonly overdueAt: Date | null;
  readonly heldAt: Date | null;
  readonly endedAt: Date | null;
  readonly report: ErasureReport | null;
}

/** What a person is told before they ask, and while their request waits. */
export interface ErasureOutlook {
  /** What stands against it now. */
  readonly holds: readonly ErasureHold[];
  /** What a law keeps all the same. */
  readonly keeps: readonly KeptRecord[];
  readonly owner: CountryCode;
  readonly term: AnswerTerm;
  readonly authority: Authority | null;
  /** The youngest first. */
  readonly requests: readonly ErasureRequest[];
}

/** A request as the officers who answer it read it. */
export interface ErasureFile {
  readonly request: ErasureRequest;
  readonly person: string;
  readonly holds: readonly ErasureHold[];
  readonly keeps: readonly KeptRecord[];
  readonly term: AnswerTerm;
  readonly officers: ReadonlyMap<Id, string>;
  readonly mayPropose: boolean;
  readonly mayDecide: boolean;
  readonly mayExtend: boolean;
  /** Why the reader is not the second, where somebody has to be; translation key `reasons.<whyNot>`. */
  readonly whyNot: string | null;
}

const COLUMNS = `e.id, e.person_id as "personId", e.owner_country as "ownerCountry", e.state, e.asked_at as "askedAt",
  e.due_at as "dueAt", e.withdraw_until as "withdrawUntil", e.extended_at as "extendedAt",
  e.extension_reason as "extensionReason", e.proposal, e.proposed_by as "proposedBy", e.proposed_for as "proposedFor",
  e.proposed_at as "proposedAt", e.decided_by as "decidedBy", e.decided_at as "decidedAt", e.reason_code as "reasonCode",
  e.reason, e.returned_reason as "returnedReason", e.overdue_at as "overdueAt", e.held_at as "heldAt",
  e.ended_at as "endedAt", e.report`;
const DAY_MS = 86_400_000;
const LISTED = 200;

/**
 * Requests to be erased (GDPR art. 12, 17; ZZPL art. 21, 30; 152-FZ art. 20, 21): asked on the account, answered by two officers
 * of the side that owns the record, carried out by the clock after the time in which the person may think it over.
 */
@Injectable()
export class ErasureRequests {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(People) private readonly people: People,
    @Inject(AnswerTerms) private readonly terms: AnswerTerms,
    @Inject(ErasePerson) private readonly erasing: ErasePerson,
  ) {}

  /** Of whoever acts. */
  async outlook(ctx: Ctx): Promise<ErasureOutlook> {
    const personId = ownAccount(ctx, 'account.read');
    const requests = await ctx.tx.query<ErasureRequest[]>(
      `select ${COLUMNS} from erasures e where e.person_id = $1 order by e.asked_at desc, e.id desc limit 20`,
      [personId],
    );
    const open = requests.find(({ state }) => OPEN_ERASURES.includes(state));
    const owner = open?.ownerCountry ?? (await this.ownerOf(ctx, personId));
    return {
      holds: await this.erasing.holds(ctx, personId),
      keeps: await this.erasing.keeps(ctx, personId),
      owner,
      term: await this.terms.of(ctx, 'erasure', owner),
      authority: await this.terms.authority(ctx, owner),
      requests,
    };
  }

  /**
   * Asks for it. Somebody who asks twice has the request that waits.
   * @param confirmed whether they confirm that they read what is erased, what is kept and what follows
   */
  ask(request: RequestContext, confirmed: boolean): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      if (!confirmed) {
        throw new DomainError('invalid', { fields: [{ field: 'confirm', problem: 'confirm_read' }] });
      }
      await ctx.tx.query("select pg_advisory_xact_lock(hashtextextended('erasure ' || $1, 0))", [personId]);
      const [open] = await ctx.tx.query<{ id: Id }[]>(
        'select id from erasures where person_id = $1 and state = any ($2)',
        [personId, OPEN_ERASURES],
      );
      if (open) return open.id;
      const owner = await this.ownerOf(ctx, personId);
      const { answerDays, withdrawDays } = await this.terms.of(ctx, 'erasure', owner);
      const now = ctx.clock.now();
      const id = newId(now);
      const dueAt = new Date(now.getTime() + answerDays * DAY_MS);
      await ctx.tx.query(
        `insert into erasures (id, person_id, owner_country, state, asked_by, asked_at, due_at, withdraw_until)
         values ($1, $2, $3, 'asked', $2, $4, $5, $6)`,
        [id, personId, owner, now, dueAt, new Date(now.getTime() + withdrawDays * DAY_MS)],
      );
      await this.record(ctx, 'asked', personId, { erasure: id, owner });
      await this.tell(ctx, ERASURE_ASKED, personId, id, owner, { until: dueAt.toISOString() });
      return id;
    });
  }

  takeBack(request: RequestContext, id: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const personId = ownAccount(ctx, 'account.change');
      const erasure = await this.locked(ctx, id);
      if (erasure.personId !== personId) throw new DomainError('not_found');
      const state = this.moved(erasure, 'take_back');
      await ctx.tx.query('update erasures set state = $2, ended_at = $3 where id = $1', [
        erasure.id,
        state,
        ctx.clock.now(),
      ]);
      await this.record(ctx, 'withdrawn', personId, { erasure: erasure.id });
    });
  }

  /** Those that the offices of whoever acts answer: what waits first, by its time. */
  list(ctx: Ctx): Promise<ErasureRequest[]> {
    return ctx.tx.query<ErasureRequest[]>(
      `select ${COLUMNS} from erasures e where ${erasuresPolicy.filter(ctx.actor, 'erasure.list', 'e')}
       order by (e.state in ('asked', 'proposed')) desc, case when e.state in ('asked', 'proposed') then e.due_at end nulls last,
         e.asked_at desc, e.id limit ${LISTED}`,
    );
  }

  /** How many wait for a word of whoever acts, as the first or as the second. */
  async countWaiting(ctx: Ctx, limit: number): Promise<number> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::int as count from (select from erasures e
         where ${erasuresPolicy.filter(ctx.actor, 'erasure.propose', 'e')}
           or ${erasuresPolicy.filter(ctx.actor, 'erasure.decide', 'e')} limit $1) waiting`,
      [limit],
    );
    return row?.count ?? 0;
  }

  async namesOf(ctx: Ctx, persons: readonly (Id | null)[]): Promise<ReadonlyMap<Id, string>> {
    return withSystemRights(ctx, async () => {
      const names = new Map<Id, string>();
      for (const id of new Set(persons)) {
        const person = id === null ? null : await this.people.personById(ctx, id);
        if (person) names.set(person.id, `${person.nativeGiven} ${person.nativeFamily}`);
      }
      return names;
    });
  }

  /** @throws DomainError `not_found` where the actor may not read it */
  async file(ctx: Ctx, id: string): Promise<ErasureFile> {
    const request = await this.find(ctx, id);
    authorise(ctx, erasuresPolicy, 'erasure.read', request, 'erasure.read');
    const may = (action: string) => erasuresPolicy.decide(ctx.actor, action, request);
    const propose = may('erasure.propose');
    const decide = may('erasure.decide');
    const asks = request.state === 'asked' ? propose : decide;
    const waits = request.state === 'asked' || request.state === 'proposed';
    const names = await this.namesOf(ctx, [request.personId, request.proposedBy, request.decidedBy]);
    const term = await this.terms.of(ctx, 'erasure', request.ownerCountry);
    return {
      request,
      person: names.get(request.personId) ?? '',
      holds: waits || request.state === 'granted' ? await this.erasing.holds(ctx, request.personId) : [],
      keeps: waits || request.state === 'granted' ? await this.erasing.keeps(ctx, request.personId) : [],
      term,
      officers: names,
      mayPropose: propose.allowed,
      mayDecide: decide.allowed,
      mayExtend:
        may('erasure.extend').allowed &&
        term.extensionDays > 0 &&
        request.extendedAt === null &&
        request.dueAt !== null &&
        request.dueAt > ctx.clock.now(),
      whyNot: waits && !asks.allowed ? asks.reason : null,
    };
  }

  /** The first word. What stands against it lets nobody grant it. */
  propose(
    request: RequestContext,
    id: string,
    said: { readonly verdict: string; readonly reasonCode: string; readonly reason: string },
  ): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const erasure = await this.locked(ctx, id);
      authorise(ctx, erasuresPolicy, 'erasure.propose', erasure, 'erasure.read');
      const proposal = (['granted', 'refused'] as const).find((each) => each === said.verdict);
      const reasonCode = ERASURE_REASONS.find((each) => each === said.reasonCode) ?? null;
      const reason = said.reason.normalize('NFC').trim();
      const fields: FieldProblem[] = [];
      if (!proposal) fields.push({ field: 'verdict', problem: 'required_choice' });
      if (proposal === 'refused') {
        if (!reasonCode) fields.push({ field: 'reasonCode', problem: 'required_choice' });
        fields.push(...wordsProblem('reason', reason));
      }
      if (proposal === 'granted' && (await this.erasing.holds(ctx, erasure.personId)).length > 0) {
        fields.push({ field: 'verdict', problem: 'erasure_held' });
      }
      if (!proposal || fields.length > 0) throw new DomainError('invalid', { fields });
      const refuses = proposal === 'refused';
      await ctx.tx.query(
        `update erasures set state = $2, proposal = $3, proposed_by = $4, proposed_for = $5, proposed_at = $6,
           reason_code = $7, reason = $8, returned_reason = null where id = $1`,
        [
          erasure.id,
          this.moved(erasure, 'propose'),
          proposal,
          ctx.actor.personId,
          ctx.authority?.actingFor ?? null,
          ctx.clock.now(),
          refuses ? reasonCode : null,
          refuses ? reason : null,
        ],
      );
      const { personId, ownerCountry } = erasure;
      await this.record(ctx, 'proposed', personId, { erasure: erasure.id, proposal, owner: ownerCountry });
      await this.tell(ctx, ERASURE_PROPOSED, personId, erasure.id, ownerCountry);
    });
  }

  /** The second word, by somebody else: the same, or back to be thought over. */
  decide(
    request: RequestContext,
    id: string,
    said: { readonly verdict: string; readonly reason: string },
  ): Promise<ErasureState> {
    return this.database.transaction(request, async (ctx) => {
      const erasure = await this.locked(ctx, id);
      authorise(ctx, erasuresPolicy, 'erasure.decide', erasure, 'erasure.read');
      const verdict = (['confirm', 'send_back'] as const).find((each) => each === said.verdict);
      const reason = said.reason.normalize('NFC').trim();
      const fields: FieldProblem[] = [];
      if (!verdict) fields.push({ field: 'verdict', problem: 'required_choice' });
      if (verdict === 'send_back') fields.push(...wordsProblem('reason', reason));
      const grants = verdict === 'confirm' && erasure.proposal === 'granted';
      if (grants && (await this.erasing.holds(ctx, erasure.personId)).length > 0) {
        fields.push({ field: 'verdict', problem: 'erasure_held' });
      }
      if (!verdict || fields.length > 0) throw new DomainError('invalid', { fields });
      return verdict === 'confirm' ? this.confirm(ctx, erasure) : this.sendBack(ctx, erasure, reason);
    });
  }

  /** The answer takes longer, once, and the person is told why. */
  extend(request: RequestContext, id: string, said: { readonly reason: string }): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const erasure = await this.locked(ctx, id);
      authorise(ctx, erasuresPolicy, 'erasure.extend', erasure, 'erasure.read');
      const { extensionDays } = await this.terms.of(ctx, 'erasure', erasure.ownerCountry);
      const { dueAt, personId, ownerCountry } = erasure;
      if (dueAt === null || extensionDays === 0 || erasure.extendedAt !== null) {
        throw new DomainError('conflict', { reason: 'erasure_not_extended' });
      }
      if (dueAt <= ctx.clock.now()) throw new DomainError('too_late', { reason: 'erasure_overdue' });
      const reason = said.reason.normalize('NFC').trim();
      const fields = wordsProblem('extensionReason', reason);
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      const until = new Date(dueAt.getTime() + extensionDays * DAY_MS);
      await ctx.tx.query(
        `update erasures set due_at = $2, extended_at = $3, extension_reason = $4, warned_at = null where id = $1`,
        [erasure.id, until, ctx.clock.now(), reason],
      );
      await this.record(ctx, 'extended', personId, { erasure: erasure.id, until: until.toISOString() });
      await this.tell(ctx, ERASURE_EXTENDED, personId, erasure.id, ownerCountry, {
        until: until.toISOString(),
      });
    });
  }

  private async confirm(ctx: Ctx, erasure: ErasureRequest): Promise<ErasureState> {
    const { personId, ownerCountry, withdrawUntil } = erasure;
    const state = this.moved(erasure, erasure.proposal === 'granted' ? 'grant' : 'refuse');
    const now = ctx.clock.now();
    await ctx.tx.query(
      `update erasures set state = $2, decided_by = $3, decided_for = $4, decided_at = $5, ended_at = $6 where id = $1`,
      [
        erasure.id,
        state,
        ctx.actor.personId,
        ctx.authority?.actingFor ?? null,
        now,
        state === 'refused' ? now : null,
      ],
    );
    await this.record(ctx, state, personId, {
      erasure: erasure.id,
      owner: ownerCountry,
      ...(erasure.reasonCode ? { reason: erasure.reasonCode } : {}),
    });
    if (state === 'refused') {
      await this.tell(ctx, ERASURE_REFUSED, personId, erasure.id, ownerCountry);
    } else {
      const from = withdrawUntil && withdrawUntil > now ? withdrawUntil : now;
      await this.tell(ctx, ERASURE_GRANTED, personId, erasure.id, ownerCountry, {
        until: from.toISOString(),
      });
    }
    return state;
  }

  private async sendBack(ctx: Ctx, erasure: ErasureRequest, reason: string): Promise<ErasureState> {
    const state = this.moved(erasure, 'send_back');
    const { personId, ownerCountry } = erasure;
    // By whom it was sent back stands in the record of acts: the next proposal may be theirs.
    await withSystemRights(ctx, () =>
      ctx.tx.query(
        `update erasures set state = $2, proposal = null, proposed_by = null, proposed_for = null, proposed_at = null,
           reason_code = null, reason = null, returned_reason = $3 where id = $1`,
        [erasure.id, state, reason],
      ),
    );
    await this.record(ctx, 'sent_back', personId, { erasure: erasure.id, owner: ownerCountry });
    await this.tell(ctx, ERASURE_RETURNED, personId, erasure.id, ownerCountry);
    return state;
  }

  private async ownerOf(ctx: Ctx, personId: Id): Promise<CountryCode> {
    const [row] = await ctx.tx.query<{ owner: CountryCode }[]>('select owner_of_record($1) as owner', [
      personId,
    ]);
    return row?.owner ?? '';
  }

  private async find(ctx: Ctx, id: string): Promise<ErasureRequest> {
    const [row] = isId(id)
      ? await ctx.tx.query<ErasureRequest[]>(`select ${COLUMNS} from erasures e where e.id = $1`, [id])
      : [];
    if (!row) throw new DomainError('not_found');
    return row;
  }

  /** Of two who act on it at once the second sees what the first did. */
  private async locked(ctx: Ctx, id: string): Promise<ErasureRequest> {
    const { id: known } = await this.find(ctx, id);
    // Whoever only reads it under the second wall may not lock it by themselves.
    await withSystemRights(ctx, () => ctx.tx.query('select from erasures where id = $1 for update', [known]));
    return this.find(ctx, known);
  }

  private moved(
    { state }: ErasureRequest,
    act: 'propose' | 'send_back' | 'grant' | 'refuse' | 'take_back',
  ): ErasureState {
    if (!erasureStates.allows(state, act)) {
      throw new DomainError('wrong_state', { reason: 'erasure_answered_already' });
    }
    return erasureStates.move(state, act);
  }

  private record(ctx: Ctx, act: string, personId: Id, data: AuditEntry['data']): Promise<void> {
    return this.audit.record(ctx, {
      action: `erasure.${act}`,
      subject: { kind: 'person', id: personId },
      data,
    });
  }

  private tell(
    ctx: Ctx,
    type: string,
    personId: Id,
    erasure: Id,
    side: CountryCode,
    more: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    return this.outbox.emit(ctx, {
      type,
      subject: { kind: 'person', id: personId },
      payload: { erasure, side, ...more },
    });
  }
}

function wordsProblem(field: string, words: string): FieldProblem[] {
  if (words === '') return [{ field, problem: 'required' }];
  return words.length > ERASURE_WORDS ? [{ field, problem: 'too_long', values: { max: ERASURE_WORDS } }] : [];
}

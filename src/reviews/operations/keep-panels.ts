import { Injectable } from '@nestjs/common';
import { AssessApplications } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, SelectionRules } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewMemberRow } from '../data/review-member.entity.js';
import { ReviewPanelRow } from '../data/review-panel.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { panelStates } from '../domain/panel.states.js';
import type { PanelAct } from '../domain/panel.states.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { PANEL_MOVED } from '../domain/reviews.events.js';
import { FindConflicts } from './find-conflicts.js';

const NAME_MAX = 120;
const MOST_LOAD = 1000;

export interface PanelToBe {
  readonly callId: string;
  readonly name: LocalizedText;
  /** Whose side it assesses for; empty where the call's sides are not apart. */
  readonly country: string;
}

/** Makes panels, says who sits in them, and leads them through their phases. */
@Injectable()
export class KeepPanels {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly applications: AssessApplications,
    private readonly calls: Calls,
    private readonly finding: FindConflicts,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  make(request: RequestContext, { callId, name, country }: PanelToBe): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const call = isId(callId) ? await this.calls.byId(ctx, callId) : null;
      if (!call) throw new DomainError('not_found');
      const joined = await this.panels.countriesOf(ctx, call.id);
      const side = joined.find((code) => code === country) ?? null;
      const now = ctx.clock.now();
      const id = newId(now);
      authorise(
        ctx,
        panelsPolicy,
        'panel.make',
        {
          state: 'bidding',
          panelId: id,
          callId: call.id,
          countries: side ? [side] : joined,
          members: [],
          leadId: null,
        },
        'panel.read',
      );
      const { review } = rulesOf(call);
      requireRunning(call);
      const named = nameOf(name);
      const problems: FieldProblem[] = [...named.problems];
      if (review.bySide && !side) problems.push({ field: 'country', problem: 'required_choice' });
      if (!review.bySide && country) problems.push({ field: 'country', problem: 'not_in_list' });
      if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
      // Of two at once the second finds the panel of the first.
      await ctx.tx.query('select from calls where id = $1 for share', [call.id]);
      const others = await this.panels.ofCall(ctx, call.id);
      if (side && others.some((other) => other.country === side)) {
        throw new DomainError('conflict', { reason: 'panel_of_side' });
      }
      const panel: ReviewPanelRow = {
        id,
        callId: call.id,
        name: named.name,
        country: side,
        phase: 'bidding',
        phaseSince: now,
        dueAt: null,
        createdAt: now,
      };
      await ctx.tx.insert(ReviewPanelRow, panel);
      await this.note(ctx, id, 'make', { call: call.id, ...(side ? { country: side } : {}) });
      return { id };
    });
  }

  /** Until when reviews are due that are given from now on. */
  async setDueDay(request: RequestContext, panelId: string, dueAt: Date): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { panel } = await this.begin(ctx, panelId, 'panel.keep');
      if (dueAt <= ctx.clock.now()) {
        throw new DomainError('invalid', { fields: [{ field: 'due', problem: 'not_future' }] });
      }
      await ctx.tx.update(ReviewPanelRow, { id: panel.id }, { dueAt });
      await this.note(ctx, panel.id, 'due_day', { due: dueAt.toISOString() });
    });
  }

  /** Gives somebody a seat who holds the role of a reviewer there, or changes what they have. */
  async seat(
    request: RequestContext,
    panelId: string,
    seat: { readonly personId: string; readonly lead: boolean; readonly loadLimit: string },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { panel } = await this.begin(ctx, panelId, 'panel.keep');
      const limit = seat.loadLimit.trim();
      const loadLimit = limit === '' ? null : Number(limit);
      if (loadLimit !== null && !(Number.isInteger(loadLimit) && loadLimit >= 1 && loadLimit <= MOST_LOAD)) {
        throw new DomainError('invalid', {
          fields: [{ field: 'loadLimit', problem: 'out_of_range', values: { min: 1, max: MOST_LOAD } }],
        });
      }
      const candidates = await this.reviewersOf(ctx, panel);
      const person = candidates.find((id) => id === seat.personId);
      if (!person) {
        throw new DomainError('invalid', { fields: [{ field: 'person', problem: 'not_reviewer' }] });
      }
      const now = ctx.clock.now();
      const seated = await ctx.tx.findOneBy(ReviewMemberRow, { panelId: panel.id, personId: person });
      if (seat.lead) {
        await ctx.tx.update(ReviewMemberRow, { panelId: panel.id, lead: true }, { lead: false });
      }
      await ctx.tx.save(ReviewMemberRow, {
        panelId: panel.id,
        personId: person,
        lead: seat.lead,
        loadLimit,
        addedAt: seated && seated.removedAt === null ? seated.addedAt : now,
        removedAt: null,
      });
      await this.note(ctx, panel.id, 'seat', { person, lead: seat.lead });
      await this.finding.ofCall(ctx, panel.callId, { reviewerId: person });
      // What reviewers are to say of them they say by a number.
      if (panel.phase === 'bidding') await this.number(ctx, panel);
    });
  }

  /** What is awaited of them is to be given to somebody else first. */
  async unseat(request: RequestContext, panelId: string, personId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { panel, facts } = await this.begin(ctx, panelId, 'panel.keep');
      const person = facts.members.find((id) => id === personId);
      if (!person) throw new DomainError('not_found');
      const awaited = await this.countAwaited(ctx, panel.id, person);
      if (awaited > 0) {
        throw new DomainError('conflict', { reason: 'member_has_work', values: { count: awaited } });
      }
      await ctx.tx.update(
        ReviewMemberRow,
        { panelId: panel.id, personId: person },
        { removedAt: ctx.clock.now(), lead: false },
      );
      await this.note(ctx, panel.id, 'unseat', { person });
    });
  }

  /**
   * Leads a panel to its next phase. What is eligible comes before it when it begins to review; when the last panel of an
   * application closes, that application is scored: both in this act.
   */
  async lead(request: RequestContext, panelId: string, act: PanelAct): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { panel } = await this.begin(ctx, panelId, 'panel.lead');
      const from = panel.phase;
      const to = panelStates.move(from, act);
      const call = await this.calls.byId(ctx, panel.callId);
      if (!call) throw new DomainError('not_found');
      rulesOf(call);
      if (call.state !== 'in_selection')
        throw new DomainError('wrong_state', { reason: 'call_not_in_selection' });
      if (act === 'close') await this.requireWhole(ctx, panel);
      const change = { phase: to, phaseSince: ctx.clock.now() };
      await ctx.tx.update(ReviewPanelRow, { id: panel.id }, change);
      await this.note(ctx, panel.id, act, { from, to });
      await this.outbox.emit(ctx, {
        type: PANEL_MOVED,
        subject: { kind: 'panel', id: panel.id },
        payload: { act, phase: to, callId: call.id },
      });
      if (act === 'open_reviewing') await this.takeIn(ctx, panel);
      if (act === 'close') await this.score(ctx, panel);
    });
  }

  /** What was found eligible after the panel had begun. Returns how many. */
  takeInLater(request: RequestContext, panelId: string): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const { panel } = await this.begin(ctx, panelId, 'panel.assign');
      if (panel.phase === 'bidding') throw new DomainError('wrong_state', { reason: 'panel_not_reviewing' });
      return this.takeIn(ctx, panel);
    });
  }

  /** Those who may sit in the panel: the role is theirs, for the call or for this panel. */
  async reviewersOf(ctx: Ctx, panel: Pick<ReviewPanelRow, 'id' | 'callId'>): Promise<readonly Id[]> {
    const rows = await withSystemRights(ctx, () =>
      ctx.tx.query<{ id: Id }[]>(
        `select distinct g.person_id as id from role_grants g
         where g.role = 'reviewer' and g.call_id = $1 and (g.panel_id is null or g.panel_id = $2)
           and exists (select from grants_in_force(g.person_id, $3) held where held.id = g.id)`,
        [panel.callId, panel.id, ctx.clock.now()],
      ),
    );
    return rows.map(({ id }) => id);
  }

  private async number(ctx: Ctx, panel: ReviewPanelRow): Promise<void> {
    await withSystemRights(ctx, async () => {
      const eligible = await this.reviews.applicationsOf(ctx, panel, ['eligible']);
      if (eligible.length > 0) await this.reviews.giveNumbers(ctx, panel.callId, eligible);
    });
  }

  private async takeIn(ctx: Ctx, panel: ReviewPanelRow): Promise<number> {
    // From here on reviewers read: nobody what binds them.
    await this.finding.ofCall(ctx, panel.callId);
    return withSystemRights(ctx, async () => {
      let begun = 0;
      for (const id of await this.reviews.applicationsOf(ctx, panel, ['eligible'])) {
        if (await this.applications.begin(ctx, id)) begun += 1;
      }
      await this.reviews.giveNumbers(ctx, panel.callId);
      return begun;
    });
  }

  /** No review is awaited, and each application has one. */
  private async requireWhole(ctx: Ctx, panel: ReviewPanelRow): Promise<void> {
    await withSystemRights(ctx, async () => {
      const awaited = await this.countAwaited(ctx, panel.id, null);
      if (awaited > 0) {
        throw new DomainError('conflict', { reason: 'reviews_awaited', values: { count: awaited } });
      }
      const before = await this.reviews.applicationsOf(ctx, panel, ['in_review']);
      const [row] = await ctx.tx.query<{ count: number }[]>(
        `select count(*)::integer as count from unnest($2::uuid[]) of_panel (id) where not exists (
           select from review_assignments r where r.panel_id = $1 and r.application_id = of_panel.id
             and r.state = 'submitted')`,
        [panel.id, before],
      );
      if (row && row.count > 0) {
        throw new DomainError('conflict', {
          reason: 'applications_unreviewed',
          values: { count: row.count },
        });
      }
    });
  }

  /** What has no open panel any more is scored. */
  private async score(ctx: Ctx, panel: ReviewPanelRow): Promise<void> {
    await withSystemRights(ctx, async () => {
      const open = (await this.panels.ofCall(ctx, panel.callId)).filter(({ phase }) => phase !== 'closed');
      const stillOpen = new Set<Id>();
      for (const other of open) {
        for (const id of await this.reviews.applicationsOf(ctx, other, ['in_review'])) stillOpen.add(id);
      }
      for (const id of await this.reviews.applicationsOf(ctx, panel, ['in_review'])) {
        if (!stillOpen.has(id)) await this.applications.score(ctx, id);
      }
    });
  }

  private async countAwaited(ctx: Ctx, panelId: Id, personId: Id | null): Promise<number> {
    const [row] = await withSystemRights(ctx, () =>
      ctx.tx.query<{ count: number }[]>(
        `select count(*)::integer as count from review_assignments
         where panel_id = $1 and state in ('assigned', 'accepted') and ($2::uuid is null or reviewer_id = $2)`,
        [panelId, personId],
      ),
    );
    return row?.count ?? 0;
  }

  private async begin(ctx: Ctx, panelId: string, action: string): Promise<PanelRecord> {
    const record = await this.panels.lock(ctx, panelId);
    authorise(ctx, panelsPolicy, action, record.facts, 'panel.read');
    return record;
  }

  private async note(ctx: Ctx, id: Id, act: string, data: AuditEntry['data']): Promise<void> {
    await this.audit.record(ctx, { action: `panel.${act}`, subject: { kind: 'panel', id }, data });
  }
}

/** @throws DomainError where the call is from before there were rules, or ranks nothing. */
export function rulesOf({ selection }: Pick<CallView, 'selection'>): SelectionRules {
  if (!selection) throw new DomainError('conflict', { reason: 'call_not_ranked' });
  return selection;
}

/** A panel is made from the publication of its call to the end of its selection. */
function requireRunning({ state }: CallView): void {
  if (state !== 'published' && state !== 'in_selection') {
    throw new DomainError('wrong_state', { reason: 'wrong_state' });
  }
}

function nameOf(typed: LocalizedText): { name: LocalizedText; problems: readonly FieldProblem[] } {
  const tidy = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim();
  const name = { sr: tidy(typed.sr), ru: tidy(typed.ru), en: tidy(typed.en) };
  const problems = (['sr', 'ru', 'en'] as const).flatMap((language): FieldProblem[] => {
    const field = `name.${language}`;
    if (name[language] === '') return [{ field, problem: 'required' }];
    return name[language].length > NAME_MAX
      ? [{ field, problem: 'too_long', values: { max: NAME_MAX } }]
      : [];
  });
  return { name, problems };
}

import { Injectable } from '@nestjs/common';
import { ApplicationsRepository } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { parseDate } from '../../shared/parse-entry.js';
import type { RequestContext } from '../../shared/request-context.js';
import { instantOf } from '../../shared/zoned-time.js';
import type { InterviewSlotRow } from '../data/interview-slot.entity.js';
import type { InterviewRow } from '../data/interview.entity.js';
import { InterviewsRepository } from '../data/interviews.repository.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import { REMARK_MAX, neededWords, wordsIfAny } from '../domain/discussion.js';
import { interviewsPolicy } from '../domain/interviews.policy.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { INTERVIEW_CALLED_OFF, INTERVIEW_INVITED, INTERVIEW_SCHEDULED } from '../domain/reviews.events.js';
import { InterviewRecordKeeper } from './interview-record.js';
import { rulesOf } from './keep-panels.js';
import { requireUnboundKeeper } from './unbound-keeper.js';

const PLACE_MAX = 300;
const LINK_MAX = 500;
const LEAST_MINUTES = 5;
const MOST_MINUTES = 480;
/** Before the panel has closed. */
const ASSESSABLE: readonly string[] = ['eligible', 'in_review'];

/** As a form or a program sends it; the date and the time by the clocks of the call. */
export interface TypedSlot {
  readonly date: string;
  readonly time: string;
  readonly minutes: string;
  readonly place: string;
  readonly link: string;
  readonly members: readonly string[];
}

/** The panel's side: times that are offered, who is invited to them, and whether they came. */
@Injectable()
export class ArrangeInterviews {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly interviews: InterviewsRepository,
    private readonly ties: TiesRepository,
    private readonly applications: ApplicationsRepository,
    private readonly calls: Calls,
    private readonly record: InterviewRecordKeeper,
    private readonly audit: AuditTrail,
  ) {}

  offer(request: RequestContext, panelId: string, typed: TypedSlot): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, panelId);
      const call = await this.call(ctx, record);
      const read = this.read(ctx, record, call, typed);
      const slot: InterviewSlotRow = {
        id: newId(ctx.clock.now()),
        panelId: record.panel.id,
        ...read.slot,
        createdBy: this.actor(ctx),
        createdAt: ctx.clock.now(),
        cancelledAt: null,
      };
      await this.interviews.offer(ctx, slot, read.members);
      await this.note(ctx, record.panel.id, 'offer_time', { slot: slot.id, at: slot.startsAt.toISOString() });
      return { id: slot.id };
    });
  }

  /** The same time with another hour, place or company: whoever comes gets the change into their calendar. */
  async change(request: RequestContext, panelId: string, slotId: string, typed: TypedSlot): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, panelId);
      const call = await this.call(ctx, record);
      const slot = await this.standing(ctx, record, slotId);
      const { slot: wanted, members } = this.read(ctx, record, call, typed);
      const left = (await this.interviews.present(ctx, slot.id)).filter((id) => !members.includes(id));
      await this.interviews.changeSlot(ctx, slot.id, wanted, members);
      await this.note(ctx, record.panel.id, 'change_time', {
        slot: slot.id,
        at: wanted.startsAt.toISOString(),
      });
      const id = await withSystemRights(ctx, () => this.interviews.comesAt(ctx, slot.id));
      if (id === null) return;
      const { interview } = await this.interviews.lock(ctx, id);
      // Of its own hours the interview knows from the time that it has.
      const sequence = interview.sequence + 1;
      const { state, stateSince, reason } = interview;
      await this.interviews.place(ctx, id, { state, stateSince, slotId: slot.id, sequence, reason });
      await this.requireUnbound(ctx, slot.id, { id: interview.applicationId });
      const changed = { ...interview, sequence };
      await this.record.tell(ctx, changed, INTERVIEW_SCHEDULED, { slot: slot.id });
      for (const person of left) {
        await this.record.tell(ctx, changed, INTERVIEW_CALLED_OFF, { slot: slot.id, how: 'left', person });
      }
    });
  }

  /** One that nobody comes to; whoever does is given another time first, or called off. */
  async withdraw(request: RequestContext, panelId: string, slotId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, panelId);
      const slot = await this.standing(ctx, record, slotId);
      const comes = await withSystemRights(ctx, () => this.interviews.comesAt(ctx, slot.id));
      if (comes !== null) throw new DomainError('conflict', { reason: 'slot_taken' });
      await this.interviews.cancelSlot(ctx, slot.id);
      await this.note(ctx, record.panel.id, 'withdraw_time', { slot: slot.id });
    });
  }

  /** @param slotId empty: they choose among the free times */
  invite(
    request: RequestContext,
    panelId: string,
    wanted: { readonly applicationId: string; readonly slotId: string },
  ): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.begin(ctx, panelId);
      await this.call(ctx, record);
      const { panel } = record;
      const application = await this.application(ctx, record, wanted.applicationId);
      await requireUnboundKeeper(ctx, this.ties, application.id);
      const now = ctx.clock.now();
      const interview: InterviewRow = {
        id: newId(now),
        panelId: panel.id,
        applicationId: application.id,
        applicantId: application.applicantId,
        state: 'invited',
        stateSince: now,
        slotId: null,
        sequence: 0,
        reason: null,
        invitedBy: this.actor(ctx),
        invitedAt: now,
        remindedAt: null,
      };
      await this.interviews.insert(ctx, interview);
      await this.record.note(ctx, interview, 'invite');
      if (wanted.slotId) {
        const slot = await this.standing(ctx, record, wanted.slotId);
        await this.requireUnbound(ctx, slot.id, application);
        await this.record.move(ctx, interview, 'propose', slot.id);
      } else {
        await this.record.tell(ctx, interview, INTERVIEW_INVITED);
      }
      return { id: interview.id };
    });
  }

  /** Another time, or none: then they choose among those that are free. */
  async move(request: RequestContext, interviewId: string, slotId: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { interview, facts } = await this.interviews.lock(ctx, interviewId);
      authorise(ctx, interviewsPolicy, 'interview.arrange', facts, 'interview.read');
      await requireUnboundKeeper(ctx, this.ties, interview.applicationId);
      if (!slotId) {
        const had = interview.slotId;
        await this.record.move(ctx, interview, 'let_choose', null);
        // Who had a time is told that it holds no more, and with that to choose another.
        if (had === null) await this.record.tell(ctx, interview, INTERVIEW_INVITED);
        return;
      }
      const record = await this.panels.find(ctx, interview.panelId);
      const slot = await this.standing(ctx, record, slotId);
      await this.requireUnbound(ctx, slot.id, await this.application(ctx, record, interview.applicationId));
      await this.record.move(ctx, interview, 'propose', slot.id);
    });
  }

  async cancel(request: RequestContext, interviewId: string, reason: string): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { interview, facts } = await this.interviews.lock(ctx, interviewId);
      authorise(ctx, interviewsPolicy, 'interview.arrange', facts, 'interview.read');
      await requireUnboundKeeper(ctx, this.ties, interview.applicationId);
      await this.record.move(ctx, interview, 'cancel', null, neededWords(reason, 'reason', REMARK_MAX));
    });
  }

  /** Whether they came: once the time has begun. */
  async attend(request: RequestContext, interviewId: string, came: boolean): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { interview, facts } = await this.interviews.lock(ctx, interviewId);
      authorise(ctx, interviewsPolicy, 'interview.attend', facts, 'interview.read');
      await requireUnboundKeeper(ctx, this.ties, interview.applicationId);
      const slot = interview.slotId === null ? null : await this.interviews.slot(ctx, interview.slotId);
      if (!slot || slot.startsAt > ctx.clock.now()) {
        throw new DomainError('wrong_state', { reason: 'interview_not_begun' });
      }
      await this.record.move(ctx, interview, came ? 'hold' : 'miss', interview.slotId);
    });
  }

  /** Nobody meets who has left, and no panel that has closed: part of the act that ends an application or closes it. */
  async callOff(ctx: Ctx, of: { readonly applicationId: Id } | { readonly panelId: Id }): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const id of await this.interviews.toCome(ctx, of)) {
        const { interview } = await this.interviews.lock(ctx, id);
        await this.record.move(ctx, interview, 'cancel', null);
      }
    });
  }

  private async begin(ctx: Ctx, panelId: string): Promise<PanelRecord> {
    const record = await this.panels.lock(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.assign', record.facts, 'panel.read');
    return record;
  }

  /** @throws DomainError where the call has no interviews */
  private async call(ctx: Ctx, { panel }: PanelRecord): Promise<CallView> {
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call) throw new DomainError('not_found');
    const { review } = rulesOf(call);
    if (!review.interview) throw new DomainError('conflict', { reason: 'call_without_interviews' });
    // Of calls from before this was refused in the editor.
    if (review.anonymous.length > 0) throw new DomainError('conflict', { reason: 'interview_not_anonymous' });
    return call;
  }

  private read(
    ctx: Ctx,
    { facts }: PanelRecord,
    call: CallView,
    typed: TypedSlot,
  ): {
    readonly slot: Pick<InterviewSlotRow, 'startsAt' | 'minutes' | 'place' | 'link'>;
    readonly members: readonly Id[];
  } {
    const problems: FieldProblem[] = [];
    const day = parseDate(typed.date);
    if (!day.ok) problems.push({ field: 'date', problem: day.problem });
    const time = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(typed.time.trim());
    if (!time) problems.push({ field: 'time', problem: 'not_time' });
    const minutes = Number(typed.minutes.trim());
    if (!Number.isInteger(minutes) || minutes < LEAST_MINUTES || minutes > MOST_MINUTES) {
      problems.push({
        field: 'minutes',
        problem: 'out_of_range',
        values: { min: LEAST_MINUTES, max: MOST_MINUTES },
      });
    }
    const place = wordsIfAny(typed.place, 'place', PLACE_MAX) || null;
    const link = wordsIfAny(typed.link, 'link', LINK_MAX) || null;
    if (link !== null && !isWebAddress(link)) problems.push({ field: 'link', problem: 'not_url' });
    if (place === null && link === null) problems.push({ field: 'place', problem: 'required' });
    const members = facts.members.filter((id) => typed.members.includes(id));
    if (members.length === 0) problems.push({ field: 'members', problem: 'required_choice' });
    const startsAt =
      day.ok && time
        ? instantOf(
            { day: day.value, time: `${(time[1] ?? '').padStart(2, '0')}:${time[2] ?? ''}` },
            call.timeZone,
          )
        : null;
    if (day.ok && time && startsAt === null) problems.push({ field: 'time', problem: 'not_time' });
    if (startsAt !== null && startsAt <= ctx.clock.now())
      problems.push({ field: 'date', problem: 'not_future' });
    if (problems.length > 0 || startsAt === null) throw new DomainError('invalid', { fields: problems });
    return { slot: { startsAt, minutes, place, link }, members };
  }

  /** One that is still offered and still to come. */
  private async standing(ctx: Ctx, { panel }: PanelRecord, slotId: string): Promise<InterviewSlotRow> {
    const slot = await this.interviews.lockSlot(ctx, panel.id, slotId);
    if (slot.cancelledAt !== null || slot.startsAt <= ctx.clock.now()) {
      throw new DomainError('conflict', { reason: 'slot_over' });
    }
    return slot;
  }

  private async application(ctx: Ctx, { panel }: PanelRecord, applicationId: string) {
    return withSystemRights(ctx, async () => {
      const ids = await this.reviews.applicationsOf(ctx, panel, ASSESSABLE);
      const id = ids.find((each) => each === applicationId);
      if (id === undefined) throw new DomainError('conflict', { reason: 'application_not_of_panel' });
      return this.applications.find(ctx, id);
    });
  }

  /** Whoever is bound to the applicant does not talk to them for the panel. */
  private async requireUnbound(ctx: Ctx, slotId: Id, application: { readonly id: Id }): Promise<void> {
    for (const person of await this.interviews.present(ctx, slotId)) {
      const bound = await this.ties.isBound(ctx, person, application.id);
      if (bound) throw new DomainError('conflict', { reason: 'reviewer_bound' });
    }
  }

  private actor({ actor }: Ctx): Id {
    if (actor.personId === null) throw new DomainError('forbidden');
    return actor.personId;
  }

  private async note(
    ctx: Ctx,
    panelId: Id,
    act: string,
    data: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.audit.record(ctx, {
      action: `interview.${act}`,
      subject: { kind: 'panel', id: panelId },
      data,
    });
  }
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

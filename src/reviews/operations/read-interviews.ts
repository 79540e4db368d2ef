import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { Countries } from '../../universities/public.js';
import type { InterviewNoteRow } from '../data/interview-note.entity.js';
import type { InterviewSlotRow } from '../data/interview-slot.entity.js';
import type { InterviewRow } from '../data/interview.entity.js';
import { InterviewsRepository } from '../data/interviews.repository.js';
import type { SlotView } from '../data/interviews.repository.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import type { InterviewFacts } from '../domain/interviews.policy.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { rulesOf } from './keep-panels.js';

export interface OpenInterview {
  readonly interview: InterviewRow;
  readonly facts: InterviewFacts;
  readonly number: string | null;
  /** Whoever may not read what others noted reads their own. */
  readonly notes: readonly InterviewNoteRow[];
}

/** Interviews of a panel, for whoever keeps it or sits in it. */
export interface PanelInterviews extends PanelRecord {
  readonly call: CallView;
  readonly slots: readonly SlotView[];
  readonly interviews: readonly OpenInterview[];
  /** Whom it could still invite. */
  readonly uninvited: readonly { readonly id: Id; readonly number: string | null }[];
  readonly names: ReadonlyMap<Id, DisplayName>;
  /** By whose clocks the reader lives. */
  readonly zone: string;
}

/** What an applicant is invited to. */
export interface OwnInterviews {
  readonly applicationId: Id;
  readonly number: string | null;
  readonly call: CallView;
  readonly zone: string;
  readonly interviews: readonly {
    readonly interview: InterviewRow;
    readonly facts: InterviewFacts;
    readonly slot: InterviewSlotRow | null;
    /** To choose from; empty where it is not theirs to choose. */
    readonly free: readonly SlotView[];
  }[];
}

/** What a mail about an interview may need to know; never what is noted of it. */
export interface InterviewForMail {
  readonly interview: InterviewRow;
  readonly slot: InterviewSlotRow | null;
  readonly present: readonly Id[];
  readonly call: CallView;
  readonly number: string | null;
  readonly panelId: Id;
  /** For which the panel assesses. */
  readonly countries: InterviewFacts['countries'];
}

@Injectable()
export class ReadInterviews {
  constructor(
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly interviews: InterviewsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly calls: Calls,
    private readonly people: People,
    private readonly countries: Countries,
  ) {}

  /** @throws DomainError `not_found` where there is no panel for the actor, or its call has no interviews */
  async ofPanel(ctx: Ctx, panelId: string): Promise<PanelInterviews> {
    const record = await this.panels.find(ctx, panelId);
    const { panel, facts } = record;
    authorise(ctx, panelsPolicy, 'panel.read', facts, 'panel.read');
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call || !rulesOf(call).review.interview) throw new DomainError('not_found');
    const rows = await this.interviews.ofPanel(ctx, panel.id);
    const keeps = panelsPolicy.decide(ctx.actor, 'panel.assign', facts).allowed;
    const open = keeps
      ? await withSystemRights(ctx, () => this.reviews.applicationsOf(ctx, panel, ['eligible', 'in_review']))
      : [];
    const numbers = await this.numbersOf(ctx, [...open, ...rows.map(({ applicationId }) => applicationId)]);
    const interviews: OpenInterview[] = [];
    for (const interview of rows) {
      interviews.push({
        interview,
        facts: await this.interviews.factsOf(ctx, interview.id),
        number: numbers.get(interview.applicationId) ?? null,
        notes: await this.interviews.notes(ctx, interview.id),
      });
    }
    const invited = rows.filter(({ state }) => state !== 'cancelled').map((row) => row.applicationId);
    return {
      ...record,
      call,
      slots: await this.interviews.slots(ctx, panel.id),
      interviews,
      uninvited: open
        .filter((id) => !invited.includes(id))
        .map((id) => ({ id, number: numbers.get(id) ?? null }))
        .sort((one, other) => ((one.number ?? '') < (other.number ?? '') ? -1 : 1)),
      names: await withSystemRights(ctx, () =>
        this.people.displayNames(ctx, [
          ...new Set([
            ...facts.members,
            ...interviews.flatMap(({ notes }) => notes.map(({ authorId }) => authorId)),
          ]),
        ]),
      ),
      zone: await this.zoneOf(ctx, ctx.actor.personId, call),
    };
  }

  /** The actor's own. @throws DomainError `not_found` where the application is somebody else's */
  async own(ctx: Ctx, applicationId: string): Promise<OwnInterviews> {
    const application = isId(applicationId) ? await this.applications.find(ctx, applicationId) : null;
    if (!application || application.applicantId !== ctx.actor.personId) throw new DomainError('not_found');
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const interviews = [];
    for (const interview of await this.interviews.ofApplication(ctx, application.id)) {
      const facts = await this.interviews.factsOf(ctx, interview.id);
      const slots = interview.state === 'invited' ? await this.interviews.slots(ctx, interview.panelId) : [];
      const free: SlotView[] = [];
      for (const slot of slots) {
        if (slot.cancelledAt === null && !slot.taken && slot.startsAt > ctx.clock.now()) free.push(slot);
      }
      const slot = interview.slotId === null ? null : await this.interviews.slot(ctx, interview.slotId);
      interviews.push({ interview, facts, slot, free });
    }
    return {
      applicationId: application.id,
      number: application.number,
      call,
      zone: await this.zoneOf(ctx, application.applicantId, call),
      interviews,
    };
  }

  /** For whoever writes mails, with the rights of the system. */
  async forMail(ctx: Ctx, interviewId: Id, slotId: Id | null): Promise<InterviewForMail | null> {
    const { interview, facts } = await this.interviews.find(ctx, interviewId);
    const call = await this.calls.byId(ctx, facts.callId);
    if (!call) return null;
    const { number } = await this.applications.find(ctx, interview.applicationId);
    return {
      interview,
      slot: slotId === null ? null : await this.interviews.slot(ctx, slotId),
      present: slotId === null ? [] : await this.interviews.present(ctx, slotId),
      call,
      number,
      panelId: facts.panelId,
      countries: facts.countries,
    };
  }

  /** By whose clocks somebody lives: those of their country. */
  async zoneOf(ctx: Ctx, personId: Id | null, call: CallView): Promise<string> {
    const person =
      personId === null ? null : await withSystemRights(ctx, () => this.people.personById(ctx, personId));
    return person ? (await this.countries.byCode(ctx, person.country)).timeZone : call.timeZone;
  }

  private numbersOf(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, string | null>> {
    return withSystemRights(
      ctx,
      async () =>
        new Map(
          (await this.applications.findMany(ctx, [...new Set(ids)])).map(({ id, number }) => [id, number]),
        ),
    );
  }
}

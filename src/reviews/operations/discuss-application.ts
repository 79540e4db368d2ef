import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, SelectionRules } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { DiscussionEntryRow } from '../data/discussion-entry.entity.js';
import { DiscussionsRepository } from '../data/discussions.repository.js';
import type { Discussed } from '../data/discussions.repository.js';
import type { FeedbackRow } from '../data/feedback.entity.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { ReviewPanelRow } from '../data/review-panel.entity.js';
import type { SummaryAnswerRow } from '../data/summary-answer.entity.js';
import type { SummaryDraftRow } from '../data/summary-draft.entity.js';
import type { SummaryRow } from '../data/summary.entity.js';
import { TiesRepository } from '../data/ties.repository.js';
import { ENTRIES_AN_HOUR, ENTRY_MAX, neededWords } from '../domain/discussion.js';
import { discussionsPolicy } from '../domain/discussions.policy.js';
import type { DiscussionFacts } from '../domain/discussions.policy.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { DISCUSSION_WRITTEN } from '../domain/reviews.events.js';
import { rulesOf } from './keep-panels.js';
import { ReadReviews } from './read-reviews.js';
import { requireUnboundKeeper } from './unbound-keeper.js';
import type { AssessedName, GivenReview } from './read-reviews.js';

const HOUR_MS = 3_600_000;

/** An entry with whether its reader has met it before. */
export interface ReadEntry extends DiscussionEntryRow {
  readonly fresh: boolean;
}

/** A discussion as one of its members reads it. */
export interface OpenDiscussion {
  readonly facts: DiscussionFacts;
  readonly panel: ReviewPanelRow;
  readonly call: CallView;
  readonly rules: SelectionRules;
  readonly name: AssessedName;
  /** The reviews that it is about. */
  readonly given: readonly GivenReview[];
  /** The oldest first. */
  readonly entries: readonly ReadEntry[];
  /** The newest first. */
  readonly summaries: readonly SummaryRow[];
  /** What the newest one says to the applicant. */
  readonly feedback: FeedbackRow | null;
  /** What was said to the newest one. */
  readonly answers: readonly SummaryAnswerRow[];
  /** Of the actor. */
  readonly draft: SummaryDraftRow | null;
  readonly names: ReadonlyMap<Id, DisplayName>;
}

/** What a mail about a discussion may need to know; never what is said in it. */
export interface DiscussionForMail {
  readonly panelId: Id;
  readonly panel: LocalizedText;
  readonly call: CallView;
  /** Null where it is about all that a panel discusses. */
  readonly applicationId: Id | null;
  readonly name: AssessedName | null;
  /** Who may read it, and who sums it up. */
  readonly readers: readonly Id[];
  readonly summariserId: Id | null;
  /** Whether it still goes on. */
  readonly open: boolean;
}

/** How much of one discussion somebody has not read. */
export interface NewsOfDiscussion extends Discussed {
  readonly unread: number;
  readonly name: AssessedName;
  readonly call: CallView;
}

/**
 * What the members of a panel say to one another of an application, once their own reviews are in. Entries are struck out
 * by their authors and never changed. They stand on record with the panel: its applicant reads the record of theirs.
 */
@Injectable()
export class DiscussApplication {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly discussions: DiscussionsRepository,
    private readonly reading: ReadReviews,
    private readonly calls: Calls,
    private readonly people: People,
    private readonly ties: TiesRepository,
    private readonly audit: AuditTrail,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DomainError `not_found` where there is none, or none for the actor */
  async open(ctx: Ctx, panelId: string, applicationId: string): Promise<OpenDiscussion> {
    const facts = await this.discussions.factsOf(ctx, panelId, applicationId);
    authorise(ctx, discussionsPolicy, 'discussion.read', facts, 'discussion.read');
    const { panel } = await this.panels.find(ctx, facts.panelId);
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call) throw new DomainError('not_found');
    const { personId } = ctx.actor;
    const entries = await this.discussions.entries(ctx, facts);
    const readUntil = await this.discussions.readUntil(ctx, facts);
    const summaries = await this.discussions.summaries(ctx, facts);
    const version = summaries[0]?.version ?? 0;
    const answers = await this.discussions.answers(ctx, facts, version);
    const names = await this.reading.namesOf(ctx, [facts.applicationId]);
    return {
      facts,
      panel,
      call,
      rules: rulesOf(call),
      name: names.get(facts.applicationId) ?? { number: null, pseudonym: null },
      given: (await this.reading.given(ctx, facts.applicationId)).filter(
        ({ assignment }) => assignment.panelId === panel.id,
      ),
      entries: entries.map((entry) => ({
        ...entry,
        fresh: entry.authorId !== personId && (readUntil === null || entry.writtenAt > readUntil),
      })),
      summaries,
      feedback: await this.discussions.feedback(ctx, facts, version),
      answers,
      draft: personId === null ? null : await this.discussions.draft(ctx, facts, personId),
      // Members know one another by what they say; other people of the programme are no sight of theirs.
      names: await withSystemRights(ctx, () =>
        this.people.displayNames(ctx, [
          ...new Set([
            ...entries.map(({ authorId }) => authorId),
            ...summaries.map(({ authorId }) => authorId),
            ...answers.map(({ memberId }) => memberId),
            ...facts.members,
          ]),
        ]),
      ),
    };
  }

  /** Whether the actor reads it; without a refusal, for pages that lead there. */
  async isOpen(ctx: Ctx, panelId: Id, applicationId: Id): Promise<boolean> {
    try {
      const facts = await this.discussions.factsOf(ctx, panelId, applicationId);
      return discussionsPolicy.decide(ctx.actor, 'discussion.read', facts).allowed;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') return false;
      throw error;
    }
  }

  /** What the actor has not read, by discussion. */
  async news(ctx: Ctx): Promise<readonly NewsOfDiscussion[]> {
    const unread = await this.discussions.unread(ctx);
    const names = await this.reading.namesOf(
      ctx,
      unread.map(({ applicationId }) => applicationId),
    );
    const news: NewsOfDiscussion[] = [];
    for (const each of unread) {
      const { panel } = await this.panels.find(ctx, each.panelId);
      const call = await this.calls.byId(ctx, panel.callId);
      const name = names.get(each.applicationId);
      if (call && name) news.push({ ...each, name, call });
    }
    return news;
  }

  /** For whoever writes mails, with the rights of the system. */
  async forMail(ctx: Ctx, panelId: Id, applicationId: Id | null): Promise<DiscussionForMail | null> {
    const { panel, facts: ofPanel } = await this.panels.find(ctx, panelId);
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call) return null;
    const about = {
      panelId,
      panel: panel.name,
      call,
      applicationId,
      open: panel.phase === 'discussion',
    };
    if (applicationId === null) {
      return { ...about, name: null, readers: ofPanel.members, summariserId: null };
    }
    const facts = await this.discussions.factsOf(ctx, panelId, applicationId);
    const readers: Id[] = [];
    for (const member of facts.members) {
      const withheld = facts.owe.includes(member) || (await this.ties.isBound(ctx, member, applicationId));
      if (!withheld) readers.push(member);
    }
    const names = await this.reading.namesOf(ctx, [applicationId]);
    return { ...about, name: names.get(applicationId) ?? null, readers, summariserId: facts.summariserId };
  }

  write(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    typed: { readonly text: string; readonly language: string },
  ): Promise<DiscussionEntryRow> {
    return this.database.transaction(request, async (ctx) => {
      const facts = await this.begin(ctx, panelId, applicationId, 'discussion.write');
      const authorId = personOf(ctx);
      const text = neededWords(typed.text, 'text', ENTRY_MAX);
      const language = languageIn(typed.language);
      const now = ctx.clock.now();
      const since = new Date(now.getTime() - HOUR_MS);
      if ((await this.discussions.countSince(ctx, authorId, since)) >= ENTRIES_AN_HOUR) {
        throw new DomainError('too_many_requests', { reason: 'too_many_entries' });
      }
      const entry: DiscussionEntryRow = {
        id: newId(now),
        panelId: facts.panelId,
        applicationId: facts.applicationId,
        authorId,
        text,
        language,
        writtenAt: now,
        struckAt: null,
      };
      await this.discussions.write(ctx, entry);
      await this.note(ctx, facts, 'write', { entry: entry.id });
      await this.outbox.emit(ctx, {
        type: DISCUSSION_WRITTEN,
        subject: { kind: 'panel', id: facts.panelId },
        payload: { application: facts.applicationId, entry: entry.id },
      });
      return entry;
    });
  }

  /** Its author says that it holds no more; the words stay where they were read. */
  async strike(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    entryId: string,
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const whole = await this.discussions.lock(ctx, panelId, applicationId);
      authorise(ctx, discussionsPolicy, 'discussion.read', whole, 'discussion.read');
      const entry = await this.discussions.entry(ctx, whole, entryId);
      const facts = { ...whole, authorId: entry.authorId };
      authorise(ctx, discussionsPolicy, 'discussion.strike', facts, 'discussion.read');
      if (!(await this.discussions.strike(ctx, entry.id))) {
        throw new DomainError('wrong_state', { reason: 'entry_struck' });
      }
      await this.note(ctx, facts, 'strike', { entry: entry.id });
    });
  }

  /** The actor has met these: marked by what was shown, so that what came in between stays new. */
  async markRead(request: RequestContext, { facts, entries }: OpenDiscussion): Promise<void> {
    const fresh = entries.filter((entry) => entry.fresh);
    const last = fresh.at(-1);
    if (!last) return;
    await this.database.transaction(request, (ctx) => this.discussions.markRead(ctx, facts, last.writtenAt));
  }

  /** Who sums up one application, where it is not to be whoever leads the panel. */
  async nameLead(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    personId: string,
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const { facts } = await this.panels.lock(ctx, panelId);
      authorise(ctx, panelsPolicy, 'panel.assign', facts, 'panel.read');
      const discussed = await this.discussions.factsOf(ctx, panelId, applicationId);
      await requireUnboundKeeper(ctx, this.ties, applicationId);
      const person = facts.members.find((id) => id === personId);
      if (!person) throw new DomainError('invalid', { fields: [{ field: 'lead', problem: 'not_in_list' }] });
      // Whoever is bound to the file could not even read what they were to sum up.
      if (await this.ties.isBound(ctx, person, applicationId)) {
        throw new DomainError('conflict', { reason: 'reviewer_bound' });
      }
      await this.discussions.nameLead(ctx, discussed, person);
      await this.note(ctx, discussed, 'name_lead', { person });
    });
  }

  private async begin(
    ctx: Ctx,
    panelId: string,
    applicationId: string,
    action: string,
  ): Promise<DiscussionFacts> {
    const facts = await this.discussions.lock(ctx, panelId, applicationId);
    authorise(ctx, discussionsPolicy, action, facts, 'discussion.read');
    return facts;
  }

  private async note(
    ctx: Ctx,
    { panelId, applicationId }: Discussed,
    act: string,
    data: AuditEntry['data'],
  ): Promise<void> {
    await this.audit.record(ctx, {
      action: `discussion.${act}`,
      subject: { kind: 'panel', id: panelId },
      data: { application: applicationId, ...data },
    });
  }
}

/** @throws DomainError `forbidden` where nobody acts who could be named as the author. */
export function personOf({ actor }: Ctx): Id {
  if (actor.personId === null) throw new DomainError('forbidden');
  return actor.personId;
}

/** In which language something was said. @throws DomainError `invalid` where none of ours was chosen. */
export function languageIn(typed: string): Language {
  const language = LANGUAGES.find((each) => each === typed);
  if (!language)
    throw new DomainError('invalid', { fields: [{ field: 'language', problem: 'required_choice' }] });
  return language;
}

import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, SelectionRules } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { ReviewAssignmentRow } from '../data/review-assignment.entity.js';
import type { ReviewDraftRow } from '../data/review-draft.entity.js';
import type { ReviewPanelRow } from '../data/review-panel.entity.js';
import type { ReviewRow } from '../data/review.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import type { ReviewRecordRow } from '../data/reviews.repository.js';
import { AWAITED } from '../domain/assignment.states.js';
import type { AnonymousContent } from '../domain/anonymous-file.js';
import { grouped } from '../domain/combine.js';
import type { GivenPoints } from '../domain/combine.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { reviewsPolicy } from '../domain/reviews.policy.js';
import { AssessedFiles } from './assessed-files.js';
import { rulesOf } from './keep-panels.js';

/** Under what those who assess know an application: its number, or one that says nothing of where it comes from. */
export interface AssessedName {
  readonly number: string | null;
  readonly pseudonym: number | null;
}

/** A review that was handed in, by whom, with all its versions. */
export interface GivenReview {
  readonly assignment: ReviewAssignmentRow;
  readonly reviewer: DisplayName | null;
  /** The newest first. */
  readonly versions: readonly ReviewRow[];
}

export interface OpenReview extends ReviewRecordRow {
  readonly panel: ReviewPanelRow;
  readonly call: CallView;
  readonly rules: SelectionRules;
  readonly name: AssessedName;
  readonly anonymous: boolean;
  readonly draft: ReviewDraftRow | null;
  readonly versions: readonly ReviewRow[];
  /** Those of others that the actor may read. */
  readonly others: readonly GivenReview[];
  /** Why others' are not shown; null where they are. */
  readonly othersWithheld: string | null;
}

export interface AssignedReview {
  readonly assignment: ReviewAssignmentRow;
  readonly panel: ReviewPanelRow;
  readonly call: CallView;
  readonly name: AssessedName;
}

/** Reviews of one application that somebody may read. */
export interface ReadableReviews {
  readonly panel: ReviewPanelRow;
  readonly call: CallView;
  readonly rules: SelectionRules;
  readonly name: AssessedName;
  readonly given: readonly GivenReview[];
}

/** The same in figures. */
export interface ReadablePoints {
  readonly applicationId: Id;
  readonly name: AssessedName;
  readonly reviews: readonly GivenPoints[];
}

/** What a mail about a review may need to know; never what it says. */
export interface ReviewForMail {
  readonly reviewerId: Id;
  readonly reviewer: DisplayName | null;
  readonly panelId: Id;
  readonly call: CallView;
  /** For which the panel assesses. */
  readonly countries: readonly CountryCode[];
  readonly awaited: boolean;
  readonly dueAt: Date;
  readonly reason: string | null;
  /** As those who assess know it, and as those who keep the panel do. */
  readonly name: AssessedName;
  readonly number: string | null;
}

/** Reviews as somebody may read them: their own with its draft, others' once that is theirs to read. */
@Injectable()
export class ReadReviews {
  constructor(
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly assessed: AssessedFiles,
    private readonly calls: Calls,
    private readonly people: People,
  ) {}

  /** What the actor assesses, the soonest due first. */
  async mine(ctx: Ctx): Promise<readonly AssignedReview[]> {
    const assignments = await this.reviews.mine(ctx);
    const names = await this.namesOf(
      ctx,
      assignments.map(({ applicationId }) => applicationId),
    );
    const found: AssignedReview[] = [];
    for (const assignment of assignments) {
      const { panel } = await this.panels.find(ctx, assignment.panelId);
      const call = await this.calls.byId(ctx, panel.callId);
      if (call) found.push({ assignment, panel, call, name: nameIn(names, assignment.applicationId) });
    }
    return found;
  }

  /** How many the actor still has to answer or to write, counted no further than `limit`. */
  countAwaited(ctx: Ctx, limit: number): Promise<number> {
    return this.reviews.countAwaited(ctx, limit);
  }

  /** One's own, for its page. @throws DomainError `not_found` where it is somebody else's or one is bound. */
  async own(ctx: Ctx, reviewId: string): Promise<OpenReview> {
    const record = await this.reviews.find(ctx, reviewId);
    const { assignment, facts } = record;
    authorise(ctx, reviewsPolicy, 'review.read', facts, 'review.read');
    if (assignment.reviewerId !== ctx.actor.personId) throw new DomainError('not_found');
    const { panel } = await this.panels.find(ctx, assignment.panelId);
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call) throw new DomainError('not_found');
    const application = await this.application(ctx, assignment.applicationId);
    const others = (await this.given(ctx, assignment.applicationId)).filter(
      (each) => each.assignment.id !== assignment.id,
    );
    // Asked of a colleague's that is in: the reason is the same for all of them.
    const asked = reviewsPolicy.decide(ctx.actor, 'review.read_content', {
      ...facts,
      reviewerId: application.applicantId,
      state: 'submitted',
    });
    return {
      ...record,
      panel,
      call,
      rules: rulesOf(call),
      name: nameIn(await this.namesOf(ctx, [application.id]), application.id),
      anonymous: application.anonymousReading,
      draft: await this.reviews.draft(ctx, assignment.id),
      versions: await this.reviews.versions(ctx, assignment.id),
      others,
      othersWithheld: asked.allowed ? null : asked.reason,
    };
  }

  /** For whoever writes mails, with the rights of the system. */
  async forMail(ctx: Ctx, reviewId: Id): Promise<ReviewForMail | null> {
    const { assignment, facts } = await this.reviews.find(ctx, reviewId);
    const call = await this.calls.byId(ctx, facts.callId);
    if (!call) return null;
    const { reviewerId, applicationId, panelId, dueAt, reason, state } = assignment;
    const names = await this.people.displayNames(ctx, [reviewerId]);
    const application = await this.applications.find(ctx, applicationId);
    return {
      reviewerId,
      reviewer: names.get(reviewerId) ?? null,
      panelId,
      call,
      countries: facts.countries,
      awaited: AWAITED.includes(state) && facts.phase !== 'closed',
      dueAt,
      reason,
      name: nameIn(await this.namesOf(ctx, [applicationId]), applicationId),
      number: application.number,
    };
  }

  /** Reviews of an application that the actor may read, with who gave them. */
  async given(ctx: Ctx, applicationId: Id): Promise<readonly GivenReview[]> {
    const assignments = (await this.reviews.readableOf(ctx, applicationId)).filter(
      ({ state }) => state === 'submitted',
    );
    // Members know one another by what they say of a file; other people of the programme are no sight of theirs.
    const names = await withSystemRights(ctx, () =>
      this.people.displayNames(
        ctx,
        assignments.map(({ reviewerId }) => reviewerId),
      ),
    );
    const found: GivenReview[] = [];
    for (const assignment of assignments) {
      found.push({
        assignment,
        reviewer: names.get(assignment.reviewerId) ?? null,
        versions: await this.reviews.versions(ctx, assignment.id),
      });
    }
    return found;
  }

  /**
   * The reviews of one application in one panel, for whoever may read them: the commission of the panel's countries, and its
   * members once their own is in or the panel discusses.
   * @throws DomainError `not_found` where there is none, or none for the actor
   */
  async ofApplication(ctx: Ctx, panelId: string, applicationId: string): Promise<ReadableReviews> {
    const { panel, facts } = await this.panels.find(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.read', facts, 'panel.read');
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call || !isId(applicationId)) throw new DomainError('not_found');
    const given = (await this.given(ctx, applicationId)).filter(
      ({ assignment }) => assignment.panelId === panel.id,
    );
    if (given.length === 0) throw new DomainError('not_found');
    return {
      panel,
      call,
      rules: rulesOf(call),
      name: nameIn(await this.namesOf(ctx, [applicationId]), applicationId),
      given,
    };
  }

  /** Of a panel, by application: what the actor may read of it, the highest points first. */
  async ofPanel(ctx: Ctx, panelId: Id): Promise<readonly ReadablePoints[]> {
    const readable = await this.reviews.readablePoints(ctx, panelId);
    const names = await this.namesOf(
      ctx,
      readable.map(({ applicationId }) => applicationId),
    );
    return [...grouped(readable, ({ applicationId }) => applicationId)].map(([applicationId, reviews]) => ({
      applicationId,
      name: nameIn(names, applicationId),
      reviews,
    }));
  }

  /** What was submitted, as the call lets it be assessed where nobody is to know whose it is. */
  async file(
    ctx: Ctx,
    reviewId: string,
  ): Promise<{ readonly review: OpenReview; readonly content: AnonymousContent }> {
    const review = await this.own(ctx, reviewId);
    authorise(ctx, reviewsPolicy, 'review.read_file', review.facts, 'review.read');
    if (!review.anonymous) throw new DomainError('not_found');
    const { assignment, rules, name } = review;
    return {
      review,
      content: await this.assessed.content(ctx, assignment.applicationId, rules, name.pseudonym),
    };
  }

  /** A document of it, under a name that is nobody's and without what says who made it. */
  async document(
    ctx: Ctx,
    reviewId: string,
    requirement: string,
  ): Promise<{ readonly fileName: string; readonly content: Buffer; readonly mediaType: string }> {
    const { review, content } = await this.file(ctx, reviewId);
    return this.assessed.document(ctx, review.assignment.applicationId, content, requirement);
  }

  /**
   * What counts of an application, in the order in which it was given and without who gave it, for a caller that has asked
   * a policy of its own.
   */
  counted(ctx: Ctx, applicationId: Id): Promise<ReviewRow[]> {
    return withSystemRights(ctx, () => this.reviews.countedOf(ctx, applicationId));
  }

  /** Under what each application is known to those who assess. */
  async namesOf(ctx: Ctx, applicationIds: readonly Id[]): Promise<ReadonlyMap<Id, AssessedName>> {
    return withSystemRights(ctx, async () => {
      const rows = await this.applications.findMany(ctx, [...new Set(applicationIds)]);
      const pseudonyms = await this.reviews.pseudonyms(
        ctx,
        rows.map(({ id }) => id),
      );
      return new Map(
        rows.map(({ id, number, anonymousReading }) => [
          id,
          { number: anonymousReading ? null : number, pseudonym: pseudonyms.get(id) ?? null },
        ]),
      );
    });
  }

  private application(ctx: Ctx, id: Id): Promise<ApplicationRow> {
    return withSystemRights(ctx, () => this.applications.find(ctx, id));
  }
}

function nameIn(names: ReadonlyMap<Id, AssessedName>, id: Id): AssessedName {
  return names.get(id) ?? { number: null, pseudonym: null };
}

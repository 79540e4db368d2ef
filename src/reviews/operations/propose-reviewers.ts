import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { Calls } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { BidsRepository } from '../data/bids.repository.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import type { FileFacts, ReviewerFacts } from '../data/ties.repository.js';
import { proposeAssignment } from '../domain/assignment.js';
import type { AssignmentProposal } from '../domain/assignment.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { costOf, fieldFit } from '../domain/reviewer-fit.js';
import type { Bid, FitReasons } from '../domain/reviewer-fit.js';
import { AssignReviewers } from './assign-reviewers.js';
import { FindConflicts } from './find-conflicts.js';
import type { JudgedConflict } from './find-conflicts.js';
import { KeepPanels, rulesOf } from './keep-panels.js';

export interface ReviewProposal extends AssignmentProposal {
  /** Between whom something stands, of those who sit in the panel and what is before it. */
  readonly conflicts: readonly JudgedConflict[];
  /** Why each who is proposed suits what they are proposed for, by `pairOf`. */
  readonly reasons: ReadonlyMap<string, FitReasons>;
  /** The same as long as the same is proposed. */
  readonly fingerprint: string;
}

/** Proposes who assesses what of a panel still lacks reviews, and gives it out in one act as it was shown. */
@Injectable()
export class ProposeReviewers {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly ties: TiesRepository,
    private readonly keep: KeepPanels,
    private readonly assigning: AssignReviewers,
    private readonly finding: FindConflicts,
    private readonly bids: BidsRepository,
    private readonly calls: Calls,
    private readonly audit: AuditTrail,
  ) {}

  async propose(ctx: Ctx, panelId: string): Promise<ReviewProposal> {
    const record = await this.panels.find(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.assign', record.facts, 'panel.read');
    return this.compute(ctx, record);
  }

  /**
   * @param fingerprint of the proposal that was shown
   * @returns how many were given out
   * @throws DomainError `conflict` where something has changed since (`proposal_changed`), or nothing is proposed
   */
  accept(request: RequestContext, panelId: string, fingerprint: string): Promise<number> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.panels.lock(ctx, panelId);
      authorise(ctx, panelsPolicy, 'panel.assign', record.facts, 'panel.read');
      await this.finding.ofCall(ctx, record.panel.callId);
      const proposal = await this.compute(ctx, record);
      if (proposal.fingerprint !== fingerprint) {
        throw new DomainError('conflict', { reason: 'proposal_changed' });
      }
      const { reviews } = proposal;
      if (reviews.length === 0) throw new DomainError('conflict', { reason: 'nothing_proposed' });
      for (const pair of reviews) await this.assigning.enter(ctx, record, pair, null);
      await this.audit.record(ctx, {
        action: 'panel.assign_proposed',
        subject: { kind: 'panel', id: record.panel.id },
        data: { reviews: reviews.length, proposal: fingerprint },
      });
      return reviews.length;
    });
  }

  private async compute(ctx: Ctx, { panel }: PanelRecord): Promise<ReviewProposal> {
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call) throw new DomainError('not_found');
    const { perApplication } = rulesOf(call).review;
    const joined = panel.country === null ? await this.panels.countriesOf(ctx, panel.callId) : [];
    return withSystemRights(ctx, async () => {
      const states = panel.phase === 'bidding' ? ['eligible', 'in_review'] : ['in_review'];
      const files = await this.ties.files(ctx, await this.reviews.applicationsOf(ctx, panel, states));
      const held = new Set(await this.keep.reviewersOf(ctx, panel));
      const limits = new Map(
        (await this.panels.members(ctx, panel.id))
          .filter(({ personId }) => held.has(personId))
          .map(({ personId, loadLimit }) => [personId, loadLimit]),
      );
      const members = await this.ties.reviewers(ctx, [...limits.keys()]);
      const given = await this.ties.assignments(ctx, panel.id);
      const standing = given.filter((one) => one.standing);
      const conflicts = await this.finding.look(
        ctx,
        members.map(({ id }) => id),
        files.map(({ id }) => id),
      );
      const apart = new Set(
        [...conflicts.filter(({ dismissed }) => dismissed === null), ...given].map(pairOf),
      );
      const bids = new Map((await this.bids.ofPanel(ctx, panel.id)).map((row) => [pairOf(row), row.bid]));
      const memberOf = new Map(members.map((member) => [member.id, member]));
      const fileOf = new Map(files.map((file) => [file.id, file]));
      const reasonsOf = (pair: Pair) =>
        fitOf(memberOf.get(pair.reviewerId), fileOf.get(pair.applicationId), bids.get(pairOf(pair)) ?? null);
      const proposal = proposeAssignment(
        members.map(({ id, country }) => {
          const loadLimit = limits.get(id) ?? null;
          const load = standing.filter(({ reviewerId }) => reviewerId === id).length;
          return {
            id,
            country,
            given: load,
            room: loadLimit === null ? null : Math.max(0, loadLimit - load),
          };
        }),
        files.map(({ id }) => {
          const own = standing.filter(({ applicationId }) => applicationId === id);
          const seen = own.map(({ reviewerId }) => memberOf.get(reviewerId)?.country);
          const lacks = Math.max(0, perApplication - own.length);
          return {
            id,
            lacks,
            // One review has one country, and nobody asks it to have two.
            countries: perApplication < joined.length ? [] : joined.filter((code) => !seen.includes(code)),
          };
        }),
        (reviewer, file) => {
          const pair = { reviewerId: reviewer.id, applicationId: file.id };
          return apart.has(pairOf(pair)) ? null : costOf(reasonsOf(pair));
        },
      );
      return {
        ...proposal,
        conflicts,
        reasons: new Map(proposal.reviews.map((pair) => [pairOf(pair), reasonsOf(pair)])),
        fingerprint: contentHash({ panel: panel.id, reviews: proposal.reviews.map((one) => ({ ...one })) }),
      };
    });
  }
}

interface Pair {
  readonly reviewerId: string;
  readonly applicationId: string;
}

export function pairOf({ reviewerId, applicationId }: Pair): string {
  return `${reviewerId} ${applicationId}`;
}

function fitOf(
  reviewer: ReviewerFacts | undefined,
  file: FileFacts | undefined,
  bid: Bid | null,
): FitReasons {
  if (!reviewer || !file) return { bid, field: 'none', language: false };
  const read = reviewer.languages.length > 0 ? reviewer.languages : [spoken(reviewer.language)];
  return {
    bid,
    field: fieldFit(reviewer.fields, file.fields),
    language: read.includes(spoken(file.language)),
  };
}

/** In whatever script. */
function spoken(language: Language): string {
  return language.replace(/-.*/, '');
}

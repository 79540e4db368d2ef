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
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import type { FileFacts, MemberFacts } from '../data/ties.repository.js';
import { WORST_FIT, proposeAssignment } from '../domain/assignment.js';
import type { AssignmentProposal } from '../domain/assignment.js';
import { conflictGraph } from '../domain/conflict-graph.js';
import type { ConflictEdge } from '../domain/conflict-graph.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { AssignReviewers } from './assign-reviewers.js';
import { KeepPanels, rulesOf } from './keep-panels.js';

/** Whoever reads another language than their own. */
const FOREIGN_FIT = WORST_FIT / 2;

export interface ReviewProposal extends AssignmentProposal {
  /** Between whom something stands, of those who sit in the panel and what is before it. */
  readonly conflicts: readonly ConflictEdge[];
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
      const members = (await this.ties.members(ctx, panel.id)).filter(({ id }) => held.has(id));
      const given = await this.ties.assignments(ctx, panel.id);
      const standing = given.filter((one) => one.standing);
      const conflicts = conflictGraph(members, files);
      const apart = new Set(
        [...conflicts, ...given].map(({ reviewerId, applicationId }) => `${reviewerId} ${applicationId}`),
      );
      const memberOf = new Map(members.map((member) => [member.id, member]));
      const fileOf = new Map(files.map((file) => [file.id, file]));
      const proposal = proposeAssignment(
        members.map(({ id, country, loadLimit }) => {
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
        (reviewer, file) =>
          apart.has(`${reviewer.id} ${file.id}`)
            ? null
            : fitOf(memberOf.get(reviewer.id), fileOf.get(file.id)),
      );
      return {
        ...proposal,
        conflicts,
        fingerprint: contentHash({ panel: panel.id, reviews: proposal.reviews.map((one) => ({ ...one })) }),
      };
    });
  }
}

function fitOf(member: MemberFacts | undefined, file: FileFacts | undefined): number | null {
  if (!member || !file) return null;
  return spoken(member.language) === spoken(file.language) ? 0 : FOREIGN_FIT;
}

/** In whatever script. */
function spoken(language: Language): string {
  return language.replace(/-.*/, '');
}

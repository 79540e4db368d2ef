import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { ConflictsRepository } from '../data/conflicts.repository.js';
import type { ReviewConflictRow } from '../data/review-conflict.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { TiesRepository } from '../data/ties.repository.js';
import { STANDING } from '../domain/assignment.states.js';
import { conflictGraph } from '../domain/conflict-graph.js';
import type { ConflictEdge, ConflictKind, ConflictSource, Evidence } from '../domain/conflict-graph.js';
import { ReviewRecord } from './review-record.js';

/** One reason with all its evidence, and how it was dismissed. Evidence that came later opens it again. */
export interface JudgedConflict extends ConflictEdge {
  /** Null: nobody has dismissed all of it. */
  readonly dismissed: {
    readonly by: Id | null;
    readonly at: Date;
    readonly reason: string;
  } | null;
  /** When the first of it was found and kept; null where it has not been kept yet. */
  readonly foundAt: Date | null;
}

const BATCH = 200;

/**
 * Finds what stands between those who may assess and what they would assess, and keeps it: what is new is opened, what is gone
 * is ended, and what binds takes back what was given, in the same act.
 */
@Injectable()
export class FindConflicts {
  constructor(
    private readonly database: Database,
    private readonly conflicts: ConflictsRepository,
    private readonly ties: TiesRepository,
    private readonly reviews: ReviewsRepository,
    private readonly record: ReviewRecord,
    private readonly audit: AuditTrail,
  ) {}

  /** As it is at this moment, with what was dismissed; nothing is kept. Needs the rights of the system. */
  async look(
    ctx: Ctx,
    reviewerIds: readonly Id[],
    applicationIds: readonly Id[],
  ): Promise<readonly JudgedConflict[]> {
    const standing = await this.conflicts.standing(ctx, reviewerIds, applicationIds);
    const kept = new Map(standing.map((row) => [keyOf(row, row), row]));
    return withSaid(await this.graph(ctx, reviewerIds, applicationIds), standing).map((edge) => {
      const rows = edge.evidence.map((evidence) => kept.get(keyOf(edge, evidence)) ?? null);
      const [first] = rows;
      const dismissal = rows.every((row) => row?.dismissedAt) ? rows.at(-1) : null;
      return {
        ...edge,
        foundAt: first?.foundAt ?? null,
        dismissed: dismissal?.dismissedAt
          ? { by: dismissal.dismissedBy, at: dismissal.dismissedAt, reason: dismissal.dismissal ?? '' }
          : null,
      };
    });
  }

  /** Of one call, or of as much of it as a reviewer or an applicant has a part in. */
  async ofCall(ctx: Ctx, callId: Id, only: { readonly reviewerId?: Id } = {}): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const call of await this.conflicts.reviewed(ctx, { callId, ...only })) await this.keep(ctx, call);
    });
  }

  /** Wherever somebody may assess, and whoever may assess them. */
  async ofPerson(ctx: Ctx, personId: Id): Promise<void> {
    await withSystemRights(ctx, async () => {
      for (const only of [{ reviewerId: personId }, { applicantId: personId }]) {
        for (const call of await this.conflicts.reviewed(ctx, only)) await this.keep(ctx, call);
      }
    });
  }

  /** Whoever becomes a reviewer while a panel is at work meets nothing that binds them. Part of the act that gives the role. */
  async ofGrant(ctx: Ctx, { subject, payload }: DomainEvent): Promise<void> {
    if (payload.role === 'reviewer') await this.ofPerson(ctx, subject.id);
  }

  /** Between these alone, in an act that is about them. */
  async between(ctx: Ctx, callId: Id, reviewers: readonly Id[], applications: readonly Id[]): Promise<void> {
    await withSystemRights(ctx, () => this.keep(ctx, { callId, reviewers, applications }));
  }

  /** Everywhere, by the clock: for what no act tells of, as a letter that somebody was asked for. */
  async run(clock: Clock): Promise<void> {
    const request = systemContext(clock);
    const calls = await this.database.read(request, (ctx) => this.conflicts.reviewed(ctx));
    for (const { callId, reviewers, applications } of calls) {
      for (let from = 0; from < applications.length; from += BATCH) {
        const some = applications.slice(from, from + BATCH);
        await this.database.transaction(request, async (ctx) => {
          await this.keep(ctx, { callId, reviewers, applications: some });
          // Also what came since the panel was made is spoken of by a number.
          await this.reviews.giveNumbers(ctx, callId, some);
        });
      }
    }
  }

  private async graph(
    ctx: Ctx,
    reviewerIds: readonly Id[],
    applicationIds: readonly Id[],
  ): Promise<readonly ConflictEdge[]> {
    if (reviewerIds.length === 0 || applicationIds.length === 0) return [];
    return conflictGraph(
      await this.ties.reviewers(ctx, reviewerIds),
      await this.ties.files(ctx, applicationIds),
    );
  }

  private async keep(
    ctx: Ctx,
    {
      callId,
      reviewers,
      applications,
    }: { readonly callId: Id; readonly reviewers: readonly Id[]; readonly applications: readonly Id[] },
  ): Promise<void> {
    // Of two that look at the same the second finds what the first has kept.
    await ctx.tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `review_conflicts ${callId}`,
    ]);
    const standing = await this.conflicts.standing(ctx, reviewers, applications);
    const edges = withSaid(await this.graph(ctx, reviewers, applications), standing);
    const now = ctx.clock.now();
    const kept = new Map(standing.map((row) => [keyOf(row, row), row]));
    const found: ReviewConflictRow[] = [];
    const rebound: ReviewConflictRow[] = [];
    for (const edge of edges) {
      const { reviewerId, applicationId, kind, binding } = edge;
      for (const evidence of edge.evidence) {
        const key = keyOf(edge, evidence);
        const row = kept.get(key);
        kept.delete(key);
        if (row && row.binding !== binding) rebound.push(row);
        if (row) continue;
        found.push({
          id: newId(now),
          reviewerId,
          applicationId,
          kind,
          ...evidence,
          binding,
          foundAt: now,
          endedAt: null,
          dismissedAt: null,
          dismissedBy: null,
          dismissal: null,
        });
      }
    }
    const gone = [...kept.values()];
    if (found.length + gone.length + rebound.length === 0) return;
    await this.conflicts.insert(ctx, found);
    await this.conflicts.end(
      ctx,
      gone.map(({ id }) => id),
    );
    for (const binding of [true, false]) {
      const ids = rebound.filter((row) => row.binding !== binding).map(({ id }) => id);
      await this.conflicts.rebind(ctx, ids, binding);
    }
    await this.audit.record(ctx, {
      action: 'conflict.found',
      subject: { kind: 'call', id: callId },
      data: {
        found: found.length,
        binding: found.filter((row) => row.binding).length,
        ended: gone.length,
      },
    });
    await this.takeBack(ctx, reviewers, applications);
  }

  /** Whoever is bound is out of it, also where they have spoken already. */
  private async takeBack(ctx: Ctx, reviewers: readonly Id[], applications: readonly Id[]): Promise<void> {
    for (const id of await this.conflicts.assigned(ctx, reviewers, applications)) {
      const { assignment } = await this.reviews.lock(ctx, id);
      if (STANDING.includes(assignment.state)) await this.record.takeBack(ctx, assignment, null);
    }
  }
}

/**
 * Nobody opens a file to themselves by taking back what they said: what rests on somebody's own word stands, once it was
 * found, until a person dismisses it.
 */
function withSaid(
  edges: readonly ConflictEdge[],
  standing: readonly ReviewConflictRow[],
): readonly ConflictEdge[] {
  const pair = ({
    reviewerId,
    applicationId,
    kind,
  }: Pick<ConflictEdge, 'reviewerId' | 'applicationId' | 'kind'>) =>
    [reviewerId, applicationId, kind].join(' ');
  const live = new Map(edges.map((edge) => [pair(edge), edge]));
  const known = new Set(edges.flatMap((edge) => edge.evidence.map((one) => keyOf(edge, one))));
  for (const row of standing) {
    if (!SAID.includes(row.source) || known.has(keyOf(row, row))) continue;
    const { reviewerId, applicationId, kind, binding, source, evidence, since } = row;
    const edge = live.get(pair(row)) ?? { reviewerId, applicationId, kind, binding, evidence: [] };
    live.set(pair(row), { ...edge, evidence: [...edge.evidence, { source, evidence, since }] });
  }
  return [...live.values()];
}

const SAID: readonly ConflictSource[] = ['reviewer', 'applicant', 'works'];

function keyOf(
  edge: { readonly reviewerId: Id; readonly applicationId: Id; readonly kind: ConflictKind },
  { source, evidence }: Pick<Evidence, 'source' | 'evidence'>,
): string {
  return [edge.reviewerId, edge.applicationId, edge.kind, source, evidence].join(' ');
}

import { Injectable } from '@nestjs/common';
import { InviteToRole, People } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import type { DomainEvent } from '../../platform/outbox/outbox.js';
import { isOrActsFor } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { isLanguage } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewMemberRow } from '../data/review-member.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import type { ConflictKind } from '../domain/conflict-graph.js';
import { FindConflicts } from './find-conflicts.js';

export interface TypedInvitation {
  readonly email: string;
  readonly language: string;
  readonly reason: string;
  /** That what stands between them and some of the applications was looked at. */
  readonly seen: string;
}

/** What is known to stand between whoever has an address and what is before a panel. */
export interface KnownConflicts {
  readonly counts: readonly {
    readonly kind: ConflictKind;
    readonly binding: boolean;
    readonly number: number;
  }[];
  /** Of how many applications something keeps them for good. */
  readonly shut: number;
  readonly of: number;
}

/**
 * Whoever keeps a panel invites somebody by mail to sit in it. As far as the address is known, what stands between them and
 * the applications is looked at before; whoever takes the invitation up has the seat.
 */
@Injectable()
export class InviteReviewer {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly finding: FindConflicts,
    private readonly people: People,
    private readonly inviting: InviteToRole,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `not_found`, `forbidden` */
  async open(ctx: Ctx, panelId: string): Promise<PanelRecord> {
    const record = await this.panels.find(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.invite', record.facts, 'panel.read');
    return record;
  }

  /** Null where nothing is known of them, and where it would be oneself. */
  async known(ctx: Ctx, { panel }: PanelRecord, email: string): Promise<KnownConflicts | null> {
    return withSystemRights(ctx, async () => {
      const ids = (await this.people.byEmail(ctx, email.trim()))
        .map(({ id }) => id)
        .filter((id) => !isOrActsFor(ctx.actor, id));
      const applications = await this.reviews.applicationsOf(ctx, panel, ['eligible', 'in_review', 'scored']);
      const found = (await this.finding.look(ctx, ids, applications)).filter(({ dismissed }) => !dismissed);
      if (found.length === 0) return null;
      const kinds = [...new Set(found.map(({ kind, binding }) => `${kind} ${binding}`))].sort();
      return {
        counts: kinds.flatMap((key) => {
          const same = found.filter(({ kind, binding }) => `${kind} ${binding}` === key);
          const [first] = same;
          return first ? [{ kind: first.kind, binding: first.binding, number: same.length }] : [];
        }),
        shut: new Set(found.filter(({ binding }) => binding).map(({ applicationId }) => applicationId)).size,
        of: applications.length,
      };
    });
  }

  /**
   * @throws DomainError `invalid`; `conflict` (`conflicts_unseen`) where something is known that was not looked at, and
   * whatever refuses the role
   */
  async run(request: RequestContext, panelId: string, typed: TypedInvitation): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const record = await this.panels.lock(ctx, panelId);
      authorise(ctx, panelsPolicy, 'panel.invite', record.facts, 'panel.read');
      const { panel } = record;
      if (typed.seen !== 'yes' && (await this.known(ctx, record, typed.email))) {
        throw new DomainError('conflict', { reason: 'conflicts_unseen' });
      }
      const invitation = await this.inviting.within(ctx, {
        email: typed.email,
        language: isLanguage(typed.language) ? typed.language : undefined,
        role: 'reviewer',
        scope: { callId: panel.callId, panelId: panel.id },
        reason: typed.reason,
      });
      await this.audit.record(ctx, {
        action: 'panel.invite',
        subject: { kind: 'panel', id: panel.id },
        data: { invitation: invitation.id },
      });
      return invitation;
    });
  }

  /** Whoever takes the invitation to a panel up sits in it. Part of that act. */
  async seat(ctx: Ctx, { subject }: DomainEvent): Promise<void> {
    await withSystemRights(ctx, async () => {
      const [invited] = await ctx.tx.query<{ panelId: Id; personId: Id }[]>(
        `select i.panel_id as "panelId", i.accepted_by as "personId"
         from role_invitations i join review_panels p on p.id = i.panel_id
         where i.id = $1 and i.role = 'reviewer' and i.accepted_by is not null and p.phase <> 'closed'
           and not exists (select from review_members m where m.panel_id = i.panel_id
             and m.person_id = i.accepted_by and m.removed_at is null)`,
        [subject.id],
      );
      if (!invited) return;
      const { panelId, personId } = invited;
      await ctx.tx.save(ReviewMemberRow, {
        panelId,
        personId,
        lead: false,
        loadLimit: null,
        addedAt: ctx.clock.now(),
        removedAt: null,
      });
      await this.audit.record(ctx, {
        action: 'panel.seat',
        subject: { kind: 'panel', id: panelId },
        data: { person: personId, lead: false, invitation: subject.id },
      });
    });
  }
}

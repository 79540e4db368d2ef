import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { Gates } from '../../gates/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { NominationOrders } from '../data/nomination-orders.js';
import { NominationRow } from '../data/nomination.entity.js';
import { NOMINATION_SUBSTITUTED } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { substituted } from '../domain/nomination-order.js';
import { nominationStates } from '../domain/nomination.states.js';
import { requiredText } from '../domain/plain-text.js';
import { ApplicationRecord } from './application-record.js';
import { HostSight } from './host-sight.js';
import { NominateCandidate } from './nominate-candidate.js';
import { orderOf } from './rank-candidates.js';

const REASON_MAX = 4000;
/** In place of a host's reason: the institution that nominated took it back for somebody else. */
const SUBSTITUTED = 'substituted';

/** Somebody of the reserve, and why they cannot take the place (translation key `reasons.<reason>`); null where they can. */
export interface Successor {
  readonly applicationId: Id;
  readonly reason: string | null;
}

/** What a substitution is about. */
interface Substitution {
  readonly former: NominationRow;
  /** The reserve in its order, as far as somebody who can follow. */
  readonly reserve: readonly Successor[];
  readonly successor: Id | null;
}

/**
 * The next of the reserve in the place of a nominee. The person and the institutions of a nomination never change: the
 * former one stays, ended with a reason, and the new one names it.
 */
@Injectable()
export class SubstituteNominee {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(NominationOrders) private readonly orders: NominationOrders,
    @Inject(NominateCandidate) private readonly nomination: NominateCandidate,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(HostSight) private readonly sight: HostSight,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  /** Answers who was sent in their place. `seen`: who the page said it would be. */
  run(
    request: RequestContext,
    applicationId: string,
    input: { readonly reason: string; readonly seen?: string | undefined },
  ): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.lock(ctx, applicationId);
      const key = this.authorised(ctx, application);
      const row = await this.orders.lock(ctx, key);
      const { former, successor } = await this.check(ctx, application);
      if (!successor) throw new DomainError('conflict', { reason: 'no_reserve' });
      if (input.seen !== undefined && input.seen !== successor) {
        throw new DomainError('stale', { reason: 'order_changed' });
      }
      const reason = requiredText(input.reason, 'reason', REASON_MAX);
      // Of whoever withdrew or let an offer go, the nomination has done what it could, and stays as it is.
      if (application.state === 'eligible' && nominationStates.allows(former.state, 'cancel')) {
        await this.end(ctx, application, former, reason);
      }
      const order = orderOf(await withSystemRights(ctx, () => this.orders.candidates(ctx, key)));
      await withSystemRights(ctx, () =>
        this.orders.save(ctx, row, substituted(order, application.id, successor)),
      );
      await this.nomination.nominate(ctx, successor, {
        placeId: former.placeId,
        endorsement: null,
        substitutes: former.id,
      });
      return successor;
    });
  }

  /** Who would take the place, and why those before them would not. Changes nothing. */
  async check(ctx: Ctx, application: ApplicationRow): Promise<Substitution> {
    const key = this.authorised(ctx, application);
    const [former] = await this.applications.nominations(ctx, application.id);
    if (!former) throw new DomainError('conflict', { reason: 'not_nominated' });
    if ((await this.applications.substituted(ctx, [former.id])).has(former.id)) {
      throw new DomainError('conflict', { reason: 'already_substituted' });
    }
    const reserve: Successor[] = [];
    for (const { applicationId, list } of await this.orders.candidates(ctx, key)) {
      if (list !== 'reserve') continue;
      const reason = await this.wouldFail(ctx, applicationId, former.placeId);
      reserve.push({ applicationId, reason });
      if (reason === null) return { former, reserve, successor: applicationId };
    }
    return { former, reserve, successor: null };
  }

  private authorised(ctx: Ctx, application: ApplicationRow) {
    authorise(ctx, applicationsPolicy, 'application.substitute', application, 'application.read');
    const { callId, homeInstitutionId } = application;
    if (!homeInstitutionId) throw new DomainError('forbidden');
    return { callId, institutionId: homeInstitutionId };
  }

  private async wouldFail(ctx: Ctx, applicationId: Id, placeId: Id): Promise<string | null> {
    try {
      const application = await this.applications.find(ctx, applicationId);
      await this.nomination.check(ctx, application, { placeId, endorsement: null });
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error.reason;
    }
  }

  /** The nomination ends, and with it what the host and its country see of the applicant and decide on. */
  private async end(
    ctx: Ctx,
    application: ApplicationRow,
    nomination: NominationRow,
    reason: string,
  ): Promise<void> {
    const now = ctx.clock.now();
    nomination.state = nominationStates.move(nomination.state, 'cancel');
    nomination.stateSince = now;
    nomination.dueAt = null;
    nomination.reasonCode = SUBSTITUTED;
    nomination.reasonText = reason;
    await ctx.tx.save(NominationRow, nomination);
    await this.record.note(ctx, application, 'nomination.substituted', { nomination: nomination.id });
    await this.decisions.withdraw(ctx, { kind: 'application', id: application.id });
    // What an office said of this place says nothing of another to which they may be nominated later.
    await this.gates.withdraw(ctx, { kind: 'application', id: application.id });
    await this.sight.takeBack(ctx, application, 'substituted');
    await this.record.tell(ctx, application, NOMINATION_SUBSTITUTED, { nomination: nomination.id });
  }
}

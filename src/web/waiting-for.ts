import { Inject, Injectable } from '@nestjs/common';
import { ProviderVersions, RoleDirectory } from '../access/public.js';
import { AGREEMENT_WAITS, Agreements } from '../agreements/public.js';
import { ApplicationLists } from '../applications/public.js';
import { Decisions } from '../approvals/public.js';
import { Gates } from '../gates/public.js';
import { ReadCommission } from '../commission/public.js';
import { ReadShared } from '../coapplicants/public.js';
import { ReadAppeals } from '../appeals/public.js';
import { ReadStays } from '../mobilities/public.js';
import { Corrections, ErasureRequests, Residencies } from '../privacy/public.js';
import { ReadReviews } from '../reviews/public.js';
import type { Ctx } from '../platform/database/context.js';
import type { Role } from '../shared/actor.js';
import { hasRole } from '../shared/policy.js';

/** One kind of work that waits for the person, with the page that shows it. */
export interface Waiting {
  /** Translation key `web.home.waits.<key>` with `count`. */
  readonly key: string;
  readonly count: number;
  /** Whether there are more than could be counted cheaply. */
  readonly more: boolean;
  readonly href: string;
}

/** Counting stops here: whoever has more than this needs the list, not the number. */
const COUNT_LIMIT = 1000;

/** Who may have an appeal to admit, or to decide. */
const HEARERS: readonly Role[] = ['commission_secretary', 'commission_member', 'reviewer'];

/** Who writes agreements, and who signs them. */
const OF_AGREEMENTS: readonly Role[] = [
  'signatory',
  'coordinator',
  'institution_administrator',
  'programme_administrator',
];

const KEEPERS_OF_ROLES: readonly Role[] = [
  'programme_administrator',
  'institution_administrator',
  'ministry_officer',
];

/** What waits for an official: counts that are links. */
@Injectable()
export class WaitingFor {
  constructor(
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
    @Inject(RoleDirectory) private readonly roles: RoleDirectory,
    @Inject(ReadReviews) private readonly reviews: ReadReviews,
    @Inject(ReadAppeals) private readonly appeals: ReadAppeals,
    @Inject(ReadStays) private readonly stays: ReadStays,
    @Inject(ProviderVersions) private readonly providers: ProviderVersions,
    @Inject(ReadCommission) private readonly commission: ReadCommission,
    @Inject(ReadShared) private readonly shared: ReadShared,
    @Inject(Residencies) private readonly residencies: Residencies,
    @Inject(Corrections) private readonly corrections: Corrections,
    @Inject(ErasureRequests) private readonly erasures: ErasureRequests,
    @Inject(Agreements) private readonly agreements: Agreements,
  ) {}

  async of(ctx: Ctx): Promise<Waiting[]> {
    const waiting: Waiting[] = [];
    const add = (key: string, count: number, href: string) =>
      waiting.push({ key, count: Math.min(count, COUNT_LIMIT), more: count > COUNT_LIMIT, href });
    if (await this.residencies.isAwaited(ctx)) add('residency', 1, '/account/residency');
    const together = (await this.shared.mine(ctx)).filter(({ waits }) => waits);
    if (together.length > 0) add('co_application', together.length, '/co-applications');
    if (hasRole(ctx.actor, 'coordinator')) {
      const counts = await this.lists.countWaiting(ctx, COUNT_LIMIT + 1);
      add('screening', counts.home, '/applications?waits=home');
      add('nomination', counts.nominate, '/applications?waits=nominate');
      add('host_answer', counts.host, '/applications?waits=host');
      add('ministry', counts.ministry, '/applications?waits=ministry');
      const day = ctx.clock.now().toISOString().slice(0, 10);
      const overdue = await this.stays.countOverdue(ctx, day, COUNT_LIMIT + 1);
      if (overdue > 0) add('stay', overdue, '/mobilities?when=overdue');
    }
    if (OF_AGREEMENTS.some((role) => hasRole(ctx.actor, role))) {
      for (const waits of AGREEMENT_WAITS) {
        const count = await this.agreements.countWaiting(ctx, waits, COUNT_LIMIT + 1);
        // Agreements are rare: nobody is told each day that there is none.
        if (count > 0) add(`agreement_${waits}`, count, `/agreements?waits=${waits}`);
      }
    }
    if (hasRole(ctx.actor, 'ministry_officer')) {
      const counts = await this.lists.countWaiting(ctx, COUNT_LIMIT + 1);
      // Of freemovers the ministry has what a home institution has; whoever works for both has counted it above.
      if (!hasRole(ctx.actor, 'coordinator')) {
        add('screening', counts.home, '/applications?waits=home');
        add('nomination', counts.nominate, '/applications?waits=nominate');
        add('ministry', counts.ministry, '/applications?waits=ministry');
      }
      add('confirmation', counts.confirm, '/applications?waits=confirm');
      add('decision', await this.decisions.countWaiting(ctx, COUNT_LIMIT + 1), '/approvals');
      const gates = await this.gates.countWaiting(ctx, COUNT_LIMIT + 1);
      // Most exchanges pass none: nobody is told each day that none waits.
      if (gates > 0) add('gate', gates, '/gates');
      const uncertified = await this.stays.countEscalated(ctx, COUNT_LIMIT + 1);
      if (uncertified > 0) add('stay_escalated', uncertified, '/mobilities?when=escalated');
      const erasures = await this.erasures.countWaiting(ctx, COUNT_LIMIT + 1);
      if (erasures > 0) add('erasure', erasures, '/erasures');
    }
    if (hasRole(ctx.actor, 'ministry_officer') || hasRole(ctx.actor, 'coordinator')) {
      const corrections = await this.corrections.countWaiting(ctx, COUNT_LIMIT + 1);
      if (corrections > 0) add('correction', corrections, '/corrections');
    }
    if (hasRole(ctx.actor, 'commission_member') || hasRole(ctx.actor, 'commission_secretary')) {
      add(
        'divergent',
        await this.decisions.countDivergent(ctx, COUNT_LIMIT + 1),
        '/approvals?outcome=divergent',
      );
    }
    if (hasRole(ctx.actor, 'commission_member') || hasRole(ctx.actor, 'commission_secretary')) {
      const tabled = await this.commission.countWaiting(ctx, COUNT_LIMIT + 1);
      if (tabled > 0) add('commission', tabled, '/commission');
    }
    if (hasRole(ctx.actor, 'reviewer')) {
      add('review', await this.reviews.countAwaited(ctx, COUNT_LIMIT + 1), '/reviews');
    }
    if (HEARERS.some((role) => hasRole(ctx.actor, role))) {
      const appeals = await this.appeals.countWaiting(ctx, COUNT_LIMIT + 1);
      // Appeals are rare: nobody is told each day that there is none.
      if (appeals > 0) add('appeal', appeals, '/appeals');
    }
    if (KEEPERS_OF_ROLES.some((role) => hasRole(ctx.actor, role))) {
      add('role_confirmation', (await this.roles.toConfirm(ctx)).length, '/admin/confirmations');
      add('proposal', (await this.roles.proposals(ctx)).length, '/admin/proposals');
    }
    if (hasRole(ctx.actor, 'programme_administrator')) {
      add('provider_confirmation', await this.providers.countToConfirm(ctx), '/admin/providers');
    }
    return waiting;
  }
}

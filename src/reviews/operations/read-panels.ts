import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { DisplayName } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Institutions, institutionName } from '../../universities/public.js';
import { DiscussionsRepository } from '../data/discussions.repository.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import type { ReviewAssignmentRow } from '../data/review-assignment.entity.js';
import type { ReviewMemberRow } from '../data/review-member.entity.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { AWAITED, STANDING } from '../domain/assignment.states.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import { AssignReviewers } from './assign-reviewers.js';
import type { Unfit } from './assign-reviewers.js';
import { KeepPanels } from './keep-panels.js';
import { ReadReviews } from './read-reviews.js';
import type { AssessedName, ReadablePoints } from './read-reviews.js';

/** An application before a panel, for whoever keeps it: by its number and its way, never by a name. */
export interface PanelApplication {
  readonly id: Id;
  readonly name: AssessedName;
  /** From which institution to which; empty for whoever only leads the panel. */
  readonly route: string;
  readonly state: ApplicationRow['state'];
  readonly assignments: readonly ReviewAssignmentRow[];
}

export interface OpenPanel extends PanelRecord {
  readonly call: CallView;
  readonly members: readonly (ReviewMemberRow & { readonly given: number; readonly awaited: number })[];
  /** Who could sit in it. */
  readonly candidates: readonly Id[];
  readonly names: ReadonlyMap<Id, DisplayName>;
  readonly applications: readonly PanelApplication[];
  /** What the actor may read of what was said, in figures. */
  readonly readable: readonly ReadablePoints[];
  /** How many are eligible and not before it. */
  readonly eligible: number;
}

export interface OpenAssignment {
  readonly panel: OpenPanel;
  readonly application: PanelApplication;
  readonly candidates: readonly { readonly id: Id; readonly given: number; readonly unfit: Unfit | null }[];
  /** Who sums it up, once there is something to sum up. */
  readonly summariserId: Id | null;
  readonly discussed: boolean;
}

/** Panels as whoever keeps, leads or sits in them may see them. */
@Injectable()
export class ReadPanels {
  constructor(
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly discussions: DiscussionsRepository,
    private readonly reading: ReadReviews,
    private readonly keep: KeepPanels,
    private readonly assigning: AssignReviewers,
    private readonly applications: ApplicationsRepository,
    private readonly calls: Calls,
    private readonly people: People,
    private readonly institutions: Institutions,
  ) {}

  /** Calls for which the actor may make a panel. */
  async callsToAssess(ctx: Ctx): Promise<readonly CallView[]> {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select id from calls where selection is not null and state in ('published', 'in_selection') order by closes_at, id`,
    );
    const calls: CallView[] = [];
    for (const { id } of rows) {
      const countries = await this.panels.countriesOf(ctx, id);
      const facts = {
        state: 'bidding',
        panelId: id,
        callId: id,
        countries,
        members: [],
        leadId: null,
      } as const;
      const call = panelsPolicy.decide(ctx.actor, 'panel.make', facts).allowed
        ? await this.calls.byId(ctx, id)
        : null;
      if (call) calls.push(call);
    }
    return calls;
  }

  async one(ctx: Ctx, panelId: string): Promise<OpenPanel> {
    const record = await this.panels.find(ctx, panelId);
    const { panel, facts } = record;
    authorise(ctx, panelsPolicy, 'panel.read', facts, 'panel.read');
    const call = await this.calls.byId(ctx, panel.callId);
    if (!call) throw new DomainError('not_found');
    const may = (action: string) => panelsPolicy.decide(ctx.actor, action, facts).allowed;
    const assignments = may('panel.read_progress') ? await this.reviews.ofPanel(ctx, panel.id) : [];
    const members = await withSystemRights(ctx, () => this.panels.members(ctx, panel.id));
    const candidates = may('panel.keep')
      ? (await this.keep.reviewersOf(ctx, panel)).filter((id) => !facts.members.includes(id))
      : [];
    const names = await withSystemRights(ctx, () =>
      this.people.displayNames(ctx, [
        ...facts.members,
        ...candidates,
        ...assignments.map(({ reviewerId }) => reviewerId),
      ]),
    );
    const keeps =
      KEEPS.some((action) => may(action)) || ctx.actor.grants.some(({ role }) => OFFICES.includes(role));
    const count = (personId: Id, states: readonly string[]) =>
      assignments.filter((each) => each.reviewerId === personId && states.includes(each.state)).length;
    return {
      ...record,
      call,
      members: members.map((member) => ({
        ...member,
        given: count(member.personId, STANDING),
        awaited: count(member.personId, AWAITED),
      })),
      candidates,
      names,
      applications: may('panel.read_progress') ? await this.before(ctx, record, assignments, keeps) : [],
      readable: await this.reading.ofPanel(ctx, panel.id),
      eligible: may('panel.assign') && panel.phase !== 'bidding' ? await this.countEligible(ctx, record) : 0,
    };
  }

  /** One application with who could assess it. */
  async assignment(ctx: Ctx, panelId: string, applicationId: string): Promise<OpenAssignment> {
    const open = await this.one(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.assign', open.facts, 'panel.read');
    const application = open.applications.find(({ id }) => id === applicationId);
    if (!application) throw new DomainError('not_found');
    const row = await withSystemRights(ctx, () => this.applications.find(ctx, application.id));
    const candidates = [];
    for (const { personId, given } of open.members) {
      candidates.push({
        id: personId,
        given,
        unfit: await this.assigning.unfit(ctx, open, row, personId),
      });
    }
    return {
      panel: open,
      application,
      candidates,
      summariserId: await this.discussions.summariserOf(ctx, open.panel.id, application.id),
      discussed: application.assignments.some(({ state }) => state === 'submitted'),
    };
  }

  private async countEligible(ctx: Ctx, { panel }: PanelRecord): Promise<number> {
    return withSystemRights(
      ctx,
      async () => (await this.reviews.applicationsOf(ctx, panel, ['eligible'])).length,
    );
  }

  /** Whoever only leads the panel sees those of which they may know who assesses them. */
  private async before(
    ctx: Ctx,
    { panel }: PanelRecord,
    assignments: readonly ReviewAssignmentRow[],
    keeps: boolean,
  ): Promise<readonly PanelApplication[]> {
    const known = new Set(assignments.map(({ applicationId }) => applicationId));
    return withSystemRights(ctx, async () => {
      const states =
        panel.phase === 'bidding' ? ['eligible', 'in_review'] : ['in_review', 'scored', 'provisional'];
      const ids = await this.reviews.applicationsOf(ctx, panel, states);
      const rows = (await this.applications.findMany(ctx, ids)).filter(({ id }) => keeps || known.has(id));
      const names = await this.reading.namesOf(ctx, ids);
      const institutions = await this.institutions.byIds(
        ctx,
        rows.flatMap(({ homeInstitutionId, hostInstitutionId }) =>
          [homeInstitutionId, hostInstitutionId].filter((id) => id !== null),
        ),
      );
      const named = (id: Id | null, language: Language) => {
        const institution = id ? institutions.get(id) : undefined;
        return institution ? [institutionName(language, institution).text] : [];
      };
      return rows
        .map(({ id, number, state, homeInstitutionId, hostInstitutionId }): PanelApplication => ({
          id,
          // Whoever keeps the panel works with the number that all offices use.
          name: {
            number: keeps ? number : (names.get(id)?.number ?? null),
            pseudonym: names.get(id)?.pseudonym ?? null,
          },
          route: keeps
            ? [...named(homeInstitutionId, ctx.language), ...named(hostInstitutionId, ctx.language)].join(
                ' – ',
              )
            : '',
          state,
          assignments: assignments.filter(({ applicationId }) => applicationId === id),
        }))
        .sort(
          (one, other) =>
            (one.name.pseudonym ?? 0) - (other.name.pseudonym ?? 0) || (one.id < other.id ? -1 : 1),
        );
    });
  }
}

const KEEPS = ['panel.assign', 'panel.keep'];
const OFFICES: readonly string[] = ['programme_administrator', 'commission_secretary', 'commission_member'];

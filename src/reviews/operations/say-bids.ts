import { Injectable } from '@nestjs/common';
import { CONFLICT_KINDS, Conflicts } from '../../access/public.js';
import { ApplicationsRepository } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Institutions, institutionName } from '../../universities/public.js';
import { BidsRepository } from '../data/bids.repository.js';
import { PanelsRepository } from '../data/panels.repository.js';
import type { PanelRecord } from '../data/panels.repository.js';
import { ReviewsRepository } from '../data/reviews.repository.js';
import { panelsPolicy } from '../domain/panels.policy.js';
import type { Bid } from '../domain/reviewer-fit.js';
import { rulesOf } from './keep-panels.js';
import { ReadReviews } from './read-reviews.js';
import type { AssessedName } from './read-reviews.js';

/** An application as somebody may know it who is to say whether they would assess it: facts, and nobody’s words. */
export interface BidApplication {
  readonly id: Id;
  readonly name: AssessedName;
  readonly language: string;
  /** Codes of the fields of its places. */
  readonly fields: readonly string[];
  /** From which institution to which; empty where the call hides them. */
  readonly route: string;
  readonly bid: Bid | null;
}

export interface OpenBids extends PanelRecord {
  readonly call: CallView;
  readonly applications: readonly BidApplication[];
}

/** What reviewers say before anything is given out: which they would rather assess, and which something keeps them from. */
@Injectable()
export class SayBids {
  constructor(
    private readonly database: Database,
    private readonly panels: PanelsRepository,
    private readonly reviews: ReviewsRepository,
    private readonly bids: BidsRepository,
    private readonly reading: ReadReviews,
    private readonly applications: ApplicationsRepository,
    private readonly institutions: Institutions,
    private readonly conflicts: Conflicts,
    private readonly calls: Calls,
  ) {}

  async read(ctx: Ctx, panelId: string): Promise<OpenBids> {
    const record = await this.panels.find(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.bid', record.facts, 'panel.read');
    const call = await this.calls.byId(ctx, record.panel.callId);
    if (!call) throw new DomainError('not_found');
    const ids = await this.open(ctx, record);
    const said = new Map(
      (await this.bids.ofPanel(ctx, record.panel.id))
        .filter(({ reviewerId }) => reviewerId === ctx.actor.personId)
        .map(({ applicationId, bid }) => [applicationId, bid]),
    );
    const applications = await this.facts(ctx, ids, rulesOf(call).review.anonymous.includes('institutions'));
    return {
      ...record,
      call,
      applications: applications.map((application) => ({
        ...application,
        bid: said.get(application.id) ?? null,
      })),
    };
  }

  /** Says of each what is told of it; of the others nothing changes. */
  async say(request: RequestContext, panelId: string, told: ReadonlyMap<string, Bid>): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const record = await this.panels.lock(ctx, panelId);
      authorise(ctx, panelsPolicy, 'panel.bid', record.facts, 'panel.read');
      const { personId } = ctx.actor;
      if (personId === null) throw new DomainError('not_signed_in');
      const open = new Set(await this.open(ctx, record));
      // What is not there for them is not there, whoever names it.
      if ([...told.keys()].some((id) => !open.has(id))) throw new DomainError('not_found');
      await this.bids.save(
        ctx,
        [...told].map(([applicationId, bid]) => ({
          panelId: record.panel.id,
          applicationId,
          reviewerId: personId,
          bid,
          saidAt: ctx.clock.now(),
        })),
      );
    });
  }

  /** One that somebody may say to be bound to: it is before their panel, and not shut to them already. */
  async toDeclare(
    ctx: Ctx,
    panelId: string,
    applicationId: string,
  ): Promise<{ readonly record: PanelRecord; readonly application: Omit<BidApplication, 'bid'> }> {
    const record = await this.panels.find(ctx, panelId);
    authorise(ctx, panelsPolicy, 'panel.declare_conflict', record.facts, 'panel.read');
    const call = await this.calls.byId(ctx, record.panel.callId);
    const id = (await this.open(ctx, record)).find((each) => each === applicationId);
    if (!call || !id) throw new DomainError('not_found');
    const hides = rulesOf(call).review.anonymous.includes('institutions');
    const [application] = await this.facts(ctx, [id], hides);
    if (!application) throw new DomainError('not_found');
    return { record, application };
  }

  /** Whoever recognises an applicant, though nothing names them, says so, and is out of every file of theirs. */
  async declare(
    request: RequestContext,
    panelId: string,
    applicationId: string,
    typed: string,
  ): Promise<void> {
    const kind = CONFLICT_KINDS.find((each) => each === typed);
    await this.database.transaction(request, async (ctx) => {
      const { application } = await this.toDeclare(ctx, panelId, applicationId);
      if (!kind) {
        throw new DomainError('invalid', { fields: [{ field: 'kind', problem: 'required_choice' }] });
      }
      // Whose file it is stays behind the wall.
      await withSystemRights(ctx, async () => {
        const { applicantId } = await this.applications.find(ctx, application.id);
        await this.conflicts.declare(ctx, { aboutId: applicantId, kind, applicationId: application.id });
      });
    });
  }

  /** What is before the panel, or about to be, and has nothing to do with the actor. */
  private async open(ctx: Ctx, { panel }: PanelRecord): Promise<readonly Id[]> {
    const states = panel.phase === 'bidding' ? ['eligible', 'in_review'] : ['in_review', 'scored'];
    const ids = await withSystemRights(ctx, () => this.reviews.applicationsOf(ctx, panel, states));
    return this.bids.unbound(ctx, ids);
  }

  private async facts(
    ctx: Ctx,
    ids: readonly Id[],
    hidesInstitutions: boolean,
  ): Promise<readonly Omit<BidApplication, 'bid'>[]> {
    const names = await this.reading.namesOf(ctx, ids);
    return withSystemRights(ctx, async () => {
      const rows = await this.applications.findMany(ctx, ids);
      const fields = await this.bids.fieldsOf(ctx, ids);
      const institutions = await this.institutions.byIds(
        ctx,
        hidesInstitutions
          ? []
          : rows.flatMap(({ homeInstitutionId, hostInstitutionId }) =>
              [homeInstitutionId, hostInstitutionId].filter((id) => id !== null),
            ),
      );
      const called = (id: Id | null) => {
        const institution = id ? institutions.get(id) : undefined;
        return institution ? [institutionName(ctx.language, institution).text] : [];
      };
      return (
        rows
          .map(({ id, language, homeInstitutionId, hostInstitutionId }): Omit<BidApplication, 'bid'> => ({
            id,
            name: names.get(id) ?? { number: null, pseudonym: null },
            language,
            fields: fields.get(id) ?? [],
            route: [...called(homeInstitutionId), ...called(hostInstitutionId)].join(' – '),
          }))
          // Without a number there is nothing to call it by yet.
          .filter(({ name }) => name.number !== null || name.pseudonym !== null)
          .sort(
            (one, other) =>
              (one.name.pseudonym ?? 0) - (other.name.pseudonym ?? 0) || (one.id < other.id ? -1 : 1),
          )
      );
    });
  }
}

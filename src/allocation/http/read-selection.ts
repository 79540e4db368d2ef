import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { ApplicationsRepository, CarryOver } from '../../applications/public.js';
import { Decisions } from '../../approvals/public.js';
import { Calls, ReadCalls, asksGender, genderOf } from '../../calls/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { ReadFeedback } from '../../reviews/public.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { Institutions, institutionName } from '../../universities/public.js';
import type { AllocationListRow } from '../data/allocation-list.entity.js';
import type { AllocationRunRow } from '../data/allocation-run.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { SelectionInputs } from '../data/selection-inputs.js';
import { LIST_SUBJECT } from '../domain/allocation.events.js';
import { fairnessOf } from '../domain/fairness.js';
import { selectionsPolicy } from '../domain/selections.policy.js';
import { AllocationJobs } from '../operations/allocation-jobs.js';
import { DrawUpList } from '../operations/draw-up-list.js';
import type { RankedCall } from '../operations/draw-up-list.js';
import { ProposeFinal } from '../operations/propose-final.js';
import { factsOf } from '../operations/selection-facts.js';
import { presentFairness } from './presenters/present-fairness.js';
import { presentPublicList, presentRun, presentRunLine } from './presenters/present-lists.js';
import { presentOwnRanking } from './presenters/present-own.js';
import { presentSelection } from './presenters/present-selection.js';
import type { RefusedAct } from './presenters/present-selection.js';
import type { Reader } from './presenters/reader.js';
import type {
  AwaitedListView,
  FairnessView,
  OwnRankingView,
  PublicListView,
  RunView,
  SelectionView,
} from './views/allocation-views.js';

const MOST_RUNS = 50;

/** A published list with everything that its page and its resource show. */
export interface PublishedList {
  readonly call: CallView;
  readonly places: readonly PlaceView[];
  readonly list: AllocationListRow;
  readonly run: AllocationRunRow;
}

/** Reads selections for their pages and for the API. */
@Injectable()
export class ReadSelection {
  constructor(
    private readonly drawUp: DrawUpList,
    private readonly lists: ListsRepository,
    private readonly inputs: SelectionInputs,
    private readonly proposal: ProposeFinal,
    private readonly jobs: AllocationJobs,
    private readonly calls: Calls,
    private readonly readCalls: ReadCalls,
    private readonly applications: ApplicationsRepository,
    private readonly carryOver: CarryOver,
    private readonly decisions: Decisions,
    private readonly people: People,
    private readonly feedback: ReadFeedback,
    private readonly institutions: Institutions,
    private readonly translator: Translator,
  ) {}

  /** The selection of a call, for those who may look into it. */
  async call(ctx: Ctx, callId: string): Promise<RankedCall> {
    if (!isId(callId)) throw new DomainError('not_found');
    const call = await this.drawUp.call(ctx, callId);
    authorise(ctx, selectionsPolicy, 'selection.read', factsOf(call), 'selection.read');
    return call;
  }

  async selection(ctx: Ctx, callId: string, refused: RefusedAct | null): Promise<SelectionView> {
    const call = await this.call(ctx, callId);
    const reader = this.reader(ctx);
    const heads = await this.lists.runs(ctx, call.id, MOST_RUNS);
    const names = await this.namesOf(ctx, heads);
    const [newest] = heads;
    const final = await this.lists.inForce(ctx, call.id, 'final');
    const decision = final && (await this.decisions.ofSubject(ctx, { kind: LIST_SUBJECT, id: final.id }));
    return presentSelection(reader, {
      actor: ctx.actor,
      call,
      facts: factsOf(call),
      counts: await withSystemRights(ctx, () => this.inputs.counts(ctx, call.id)),
      seed: await withSystemRights(ctx, () => this.lists.seedView(ctx, call.id)),
      provisional: await this.lists.inForce(ctx, call.id, 'provisional'),
      final,
      outcome: decision && !decision.withdrawnAt ? decision.counts : null,
      decisionId: decision?.id ?? null,
      unsettled: await this.proposal.blockers(ctx, call),
      runs: heads.map((head) => presentRunLine(reader, call, head, names)),
      job: await this.jobs.newest(ctx, call.id),
      last: newest ? await this.run(ctx, call, newest.id) : null,
      refused,
    });
  }

  async run(ctx: Ctx, call: RankedCall, runId: string): Promise<RunView> {
    const run = await this.lists.run(ctx, call.id, runId);
    const before = await this.lists.runBefore(ctx, run);
    const places = await this.calls.places(ctx, call.id);
    return presentRun(this.reader(ctx), call, places, run, before, await this.namesOf(ctx, [run]));
  }

  kept(ctx: Ctx, call: RankedCall, runId: string): Promise<AllocationRunRow> {
    return this.lists.run(ctx, call.id, runId);
  }

  /** The final list where it is out, otherwise the newest provisional one, also while it is made anew. */
  async published(ctx: Ctx, slug: string): Promise<PublishedList> {
    const call = await this.readCalls.readable(ctx, slug);
    const final = await this.lists.inForce(ctx, call.id, 'final');
    const list = final?.publishedAt ? final : await this.lists.lastProvisional(ctx, call.id);
    if (!list) throw new DomainError('not_found');
    // Of the run only what is on the list is shown.
    const run = await withSystemRights(ctx, () => this.lists.run(ctx, call.id, list.runId));
    return { call, places: await this.calls.places(ctx, call.id), list, run };
  }

  /** Where no list is out yet: what its lot is bound to already. Null where one is, or where there will be none. */
  async awaited(ctx: Ctx, slug: string): Promise<AwaitedListView | null> {
    const call = await this.readCalls.readable(ctx, slug);
    const published = await this.lists.lists(ctx, call.id);
    if (published.some(({ publishedAt }) => publishedAt)) return null;
    const seed = await withSystemRights(ctx, () => this.lists.seedView(ctx, call.id));
    return (
      seed && {
        call: { title: this.translator.localized(ctx.language, call.title), href: `/calls/${call.slug}` },
        seedHash: seed.hash,
      }
    );
  }

  async publicPage(ctx: Ctx, slug: string): Promise<PublicListView> {
    const { call, places, list, run } = await this.published(ctx, slug);
    const seed = await withSystemRights(ctx, () => this.lists.seedView(ctx, call.id));
    const former = await this.formerOf(ctx, call);
    return presentPublicList(this.reader(ctx), call, places, list, run, seed, former);
  }

  /** How the list that counts treats those who are on it, for officers. */
  async fairness(ctx: Ctx, callId: string): Promise<FairnessView> {
    const call = await this.call(ctx, callId);
    const { places, list, run } = await this.published(ctx, call.slug);
    const entries = new Map(list.content.entries.map((entry) => [entry.number, entry]));
    const forms = await this.calls.forms(ctx, call.id);
    const asking = forms.filter(({ definition }) => asksGender(definition)).map(({ version }) => version);
    const people = await withSystemRights(ctx, () => this.lists.homesOn(ctx, list.id, asking));
    const names = await this.institutions.byIds(
      ctx,
      people.flatMap(({ homeInstitutionId }) => homeInstitutionId ?? []),
    );
    return presentFairness(
      this.reader(ctx),
      call,
      list.kind,
      fairnessOf(
        people.map(({ number, homeCountry, homeInstitutionId, gender }) => {
          const entry = entries.get(number);
          const home = homeInstitutionId === null ? null : names.get(homeInstitutionId);
          const at = run.input.applicants[number]?.indexOf(entry?.placeId ?? '') ?? -1;
          return {
            homeCountry,
            homeInstitution: home
              ? institutionName(ctx.language, home).text
              : (homeInstitutionId ?? this.translator.t(ctx.language, 'applications.freemover.short')),
            gender: genderOf(gender),
            got: entry?.result === 'selected' ? at + 1 : null,
          };
        }),
        places.map(({ id, fieldCode, capacity }) => ({
          field: fieldCode,
          seats: capacity,
          given: list.content.entries.filter(({ result, placeId }) => result === 'selected' && placeId === id)
            .length,
        })),
        asking.length > 0,
      ),
      await this.formerOf(ctx, call),
    );
  }

  /** What the newest published list says of an application, to its applicant. */
  async ownEntry(ctx: Ctx, applicationId: string) {
    const application = await this.applications.find(ctx, applicationId);
    // To whoever else may read the file the list is the public one.
    if (application.applicantId !== ctx.actor.personId) throw new DomainError('not_found');
    const [entry] = await this.lists.entriesOf(ctx, application.id);
    if (!entry) throw new DomainError('not_found');
    return { application, entry };
  }

  async own(ctx: Ctx, applicationId: string): Promise<OwnRankingView> {
    const { application, entry } = await this.ownEntry(ctx, applicationId);
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const places = await this.calls.places(ctx, call.id);
    const round = await this.carryOver.round(ctx, application);
    return presentOwnRanking(
      this.reader(ctx),
      call,
      new Map(places.map((place) => [place.id, place])),
      application,
      entry,
      round && !round.mine ? round.call : null,
      await this.inputs.handedOver(
        ctx,
        places.map(({ id }) => id),
      ),
      await this.feedback.ofApplication(ctx, application.id),
    );
  }

  /** The round before, of a second round. */
  private async formerOf(ctx: Ctx, { round }: CallView): Promise<CallView | null> {
    return round && this.calls.byId(ctx, round.of);
  }

  private reader(ctx: Ctx): Reader {
    return { translator: this.translator, language: ctx.language, now: ctx.clock.now() };
  }

  private async namesOf(
    ctx: Ctx,
    runs: readonly { readonly ranBy: Id | null }[],
  ): Promise<ReadonlyMap<Id, string>> {
    const names = await this.people.displayNames(
      ctx,
      runs.flatMap(({ ranBy }) => ranBy ?? []),
    );
    return new Map([...names].map(([id, { name }]) => [id, name]));
  }
}

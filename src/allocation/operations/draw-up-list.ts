import { Injectable } from '@nestjs/common';
import { Agreements } from '../../agreements/public.js';
import { ReservesMet } from '../../applications/public.js';
import type { ApplicationRow, ApplicationState } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, PlaceView, SelectionRules } from '../../calls/public.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { Assessments } from '../../reviews/public.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { AllocationRunRow, RunStanding } from '../data/allocation-run.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { SelectionInputs } from '../data/selection-inputs.js';
import type { RankableRow } from '../data/selection-inputs.js';
import type { Candidate, Selection } from '../domain/build-instance.js';
import type { Reckoned } from '../domain/reckoning.js';
import { ReckonBeside } from './reckon-beside.js';

/** In these somebody was found eligible and may still get a place. */
const RANKABLE: readonly ApplicationState[] = ['eligible', 'in_review', 'scored'];

const LISTED: readonly ApplicationState[] = ['provisional'];

/** A call that selects by rules of its own. */
export interface RankedCall extends CallView {
  readonly selection: SelectionRules;
}

/** A run that was kept, with the applications that it is about. */
export interface Drawn {
  readonly run: AllocationRunRow;
  readonly applications: readonly ApplicationRow[];
  readonly points: ReadonlyMap<string, number | null>;
  readonly explanations: Reckoned['explanations'];
}

/** What a run is reckoned from, with the applications that it is about. */
export interface Gathered {
  /** Of the run. */
  readonly id: Id;
  readonly trial: boolean;
  readonly rows: readonly RankableRow[];
  readonly points: ReadonlyMap<string, number | null>;
  readonly selection: Selection;
}

function statesOf({ state }: CallView): readonly ApplicationState[] {
  return state === 'provisional_published' ? LISTED : RANKABLE;
}

/** Makes an instance of a call as it stands, reckons it, and keeps the run with all that it takes to do it again. */
@Injectable()
export class DrawUpList {
  constructor(
    private readonly calls: Calls,
    private readonly agreements: Agreements,
    private readonly inputs: SelectionInputs,
    private readonly reserves: ReservesMet,
    private readonly assessments: Assessments,
    private readonly lists: ListsRepository,
    private readonly beside: ReckonBeside,
    private readonly database: Database,
  ) {}

  /** @throws DomainError `not_found` where the call is none that ranks */
  async call(ctx: Ctx, callId: Id): Promise<RankedCall> {
    const call = await this.calls.byId(ctx, callId);
    if (!call || call.route !== 'ranked' || !call.selection) throw new DomainError('not_found');
    return { ...call, selection: call.selection };
  }

  /**
   * With the rights of the system, which whoever may reckon does not have: points and numbers are all that comes of it.
   * @param ahead what was reckoned before the act began, so that a large call holds up nobody while it is published
   * @throws DomainError `conflict` where the call is not any more what that was reckoned from
   */
  draw(
    ctx: Ctx,
    call: RankedCall,
    purpose: AllocationRunRow['purpose'],
    ahead: Reckoned | null = null,
  ): Promise<Drawn> {
    return withSystemRights(ctx, async () => {
      const gathered = await this.gather(ctx, call, purpose, purpose !== 'dry');
      if (ahead && (await this.beside.inputHash(gathered.selection)) !== ahead.inputHash) {
        throw new DomainError('conflict', { reason: 'selection_changed' });
      }
      const reckoned =
        ahead ?? (await this.beside.reckon(gathered.selection, purpose === 'dry' ? 'run' : 'list'));
      return this.keepRun(ctx, call, purpose, gathered, reckoned, ctx.actor.personId);
    });
  }

  /** Reckons a list of a large call before its act begins; null: it is small enough to be reckoned within. */
  async ahead(
    request: RequestContext,
    callId: Id,
    purpose: 'provisional' | 'final',
    mayDo: (ctx: Ctx, call: RankedCall) => void,
  ): Promise<Reckoned | null> {
    const selection = await this.database.transaction(request, async (ctx) => {
      const call = await this.call(ctx, callId);
      mayDo(ctx, call);
      if (!(await this.isLarge(ctx, call))) return null;
      return (await withSystemRights(ctx, () => this.gather(ctx, call, purpose, false))).selection;
    });
    return selection && this.beside.reckon(selection, 'list');
  }

  /** Whether a list of the call as it stands takes long. */
  isLarge(ctx: Ctx, call: RankedCall): Promise<boolean> {
    return withSystemRights(ctx, async () => {
      const counts = await this.inputs.counts(ctx, call.id);
      return this.beside.isLarge(statesOf(call).reduce((sum, state) => sum + (counts.get(state) ?? 0), 0));
    });
  }

  /**
   * All that a list is made of, as it stands. A dry run takes everybody who is eligible; while somebody is still to be
   * assessed it draws a lot of its own, so that nobody knows whom the committed one helps before the last score is in.
   */
  async gather(
    ctx: Ctx,
    call: RankedCall,
    purpose: AllocationRunRow['purpose'],
    lock: boolean,
  ): Promise<Gathered> {
    const listed = call.state === 'provisional_published';
    const rows = await this.inputs.rankable(ctx, call.id, statesOf(call), lock);
    const points = listed ? await this.published(ctx, call.id) : await this.assessed(ctx, call.id, rows);
    await this.lists.commitSeed(ctx, call.id);
    const id = newId(ctx.clock.now());
    const trial =
      purpose === 'dry' &&
      rows.some(({ application: { state } }) => state === 'eligible' || state === 'in_review');
    const seed = trial ? `trial ${id}` : await this.lists.seed(ctx, call.id);
    const places = await this.calls.places(ctx, call.id);
    const selection: Selection = {
      rules: call.selection,
      candidates: await this.candidates(ctx, rows, places, points),
      places: places.map(({ id: placeId, institution, free, reserved }) => ({
        id: placeId,
        hostCountry: institution.country,
        hostInstitutionId: institution.id,
        free,
        reserved,
      })),
      quotas: await this.quotas(ctx, call),
      seed,
      held: await this.inputs.heldElsewhere(ctx, call.id),
    };
    return { id, trial, rows, points, selection };
  }

  /** With the rights of the system. */
  async keepRun(
    ctx: Ctx,
    call: RankedCall,
    purpose: AllocationRunRow['purpose'],
    { id, trial, rows, points, selection }: Gathered,
    { input, inputHash, result, output, outputHash, explanations }: Reckoned,
    ranBy: Id | null,
  ): Promise<Drawn> {
    const standings: readonly RunStanding[] = rows.map(({ application: { number } }) => ({
      number: number ?? '',
      points: points.get(number ?? '') ?? null,
    }));
    const run = await this.lists.saveRun(ctx, {
      id,
      callId: call.id,
      purpose,
      trial,
      rule: result.rule,
      seed: selection.seed,
      input,
      inputHash,
      standings,
      output,
      outputHash,
      ranBy,
      ranAt: ctx.clock.now(),
    });
    return { run, applications: rows.map(({ application }) => application), points, explanations };
  }

  /** What the reviews came to; null where one is still missing. */
  private async assessed(ctx: Ctx, callId: Id, rows: readonly RankableRow[]) {
    const carried = await this.inputs.carriedPoints(ctx, callId);
    const standings = new Map(
      (await this.assessments.standings(ctx, callId)).map((each) => [each.applicationId, each]),
    );
    return new Map(
      rows.map(({ application: { id, number } }) => {
        // What was assessed in the round before is not assessed again.
        const before = carried.get(number ?? '');
        if (before !== undefined) return [number ?? '', before] as const;
        const standing = standings.get(id);
        return [number ?? '', standing?.complete ? standing.points : null] as const;
      }),
    );
  }

  /** What the provisional list was made of: after it no score changes anything but by an appeal that reopens. */
  private async published(ctx: Ctx, callId: Id): Promise<ReadonlyMap<string, number | null>> {
    const list = await this.lists.inForce(ctx, callId, 'provisional');
    if (!list) throw new DomainError('wrong_state');
    const { standings } = await this.lists.run(ctx, callId, list.runId);
    return new Map(standings.map(({ number, points }) => [number, points]));
  }

  private async candidates(
    ctx: Ctx,
    rows: readonly RankableRow[],
    places: readonly PlaceView[],
    points: ReadonlyMap<string, number | null>,
  ): Promise<readonly Candidate[]> {
    const byId = new Map(places.map((place) => [place.id, place]));
    const candidates: Candidate[] = [];
    for (const { application, choices } of rows) {
      const chosen = choices.flatMap((choice) => byId.get(choice) ?? []);
      const met = await this.reserves.of(ctx, application, chosen);
      candidates.push({
        number: application.number ?? '',
        points: points.get(application.number ?? '') ?? null,
        homeCountry: application.homeCountry,
        homeInstitutionId: application.homeInstitutionId,
        choices,
        reserves: new Map([...met].map(([placeId, reserves]) => [placeId, reserves.map(({ id }) => id)])),
      });
    }
    return candidates;
  }

  private async quotas(ctx: Ctx, { agreementId, category, academicYear }: CallView) {
    const agreement = await this.agreements.byId(ctx, agreementId);
    return (agreement?.quotas ?? []).filter(
      (quota) => quota.category === category && quota.academicYear === academicYear,
    );
  }
}

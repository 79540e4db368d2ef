import { Injectable } from '@nestjs/common';
import { Agreements } from '../../agreements/public.js';
import { ReservesMet } from '../../applications/public.js';
import type { ApplicationRow, ApplicationState } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, PlaceView, SelectionRules } from '../../calls/public.js';
import { withSystemRights } from '../../platform/database/database.js';
import type { Ctx } from '../../platform/database/context.js';
import { Assessments } from '../../reviews/public.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { AllocationRunRow, RunStanding } from '../data/allocation-run.entity.js';
import { ListsRepository } from '../data/lists.repository.js';
import { SelectionInputs } from '../data/selection-inputs.js';
import type { RankableRow } from '../data/selection-inputs.js';
import { allocate } from '../domain/allocate.js';
import type { AllocationResult } from '../domain/result.js';
import { buildInstance } from '../domain/build-instance.js';
import type { Candidate } from '../domain/build-instance.js';
import { parseInstance } from '../domain/instance.js';
import { entriesOf } from '../domain/list-content.js';

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
  readonly result: AllocationResult;
  readonly applications: readonly ApplicationRow[];
  readonly points: ReadonlyMap<string, number | null>;
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
  ) {}

  /** @throws DomainError `not_found` where the call is none that ranks */
  async call(ctx: Ctx, callId: Id): Promise<RankedCall> {
    const call = await this.calls.byId(ctx, callId);
    if (!call || call.route !== 'ranked' || !call.selection) throw new DomainError('not_found');
    return { ...call, selection: call.selection };
  }

  /**
   * With the rights of the system, which whoever may reckon does not have: points and numbers are all that comes of it.
   * A dry run takes everybody who is eligible as they stand; while somebody is still to be assessed it draws a lot of its
   * own, so that nobody knows whom the committed one helps before the last score is in.
   */
  draw(ctx: Ctx, call: RankedCall, purpose: AllocationRunRow['purpose']): Promise<Drawn> {
    return withSystemRights(ctx, async () => {
      const listed = call.state === 'provisional_published';
      const rows = await this.inputs.rankable(ctx, call.id, listed ? LISTED : RANKABLE, purpose !== 'dry');
      const points = listed ? await this.published(ctx, call.id) : await this.assessed(ctx, call.id, rows);
      await this.lists.commitSeed(ctx, call.id);
      const id = newId(ctx.clock.now());
      const trial = rows.some(({ application: { state } }) => state === 'eligible' || state === 'in_review');
      const seed = trial ? `trial ${id}` : await this.lists.seed(ctx, call.id);
      const places = await this.calls.places(ctx, call.id);
      const input = buildInstance({
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
      });
      const result = allocate(parseInstance(input));
      const output = entriesOf(input, result.assignment);
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
        seed,
        input,
        inputHash: result.inputHash,
        standings,
        output,
        outputHash: contentHash(output),
        ranBy: ctx.actor.personId,
        ranAt: ctx.clock.now(),
      });
      return { run, result, applications: rows.map(({ application }) => application), points };
    });
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

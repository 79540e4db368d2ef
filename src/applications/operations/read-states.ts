import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import { Gates } from '../../gates/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationFilter } from '../data/application-lists.js';
import { ApplicationLists } from '../data/application-lists.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { ApplicationRow } from '../data/application.entity.js';
import type { ApplicationState } from '../domain/application.states.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { custodyOf } from '../domain/custody.js';
import type { Custody } from '../domain/custody.js';

/** Where an application stands, for whoever helps people and has no business with whose it is or what it says. */
export interface ApplicationStanding {
  readonly id: Id;
  readonly number: string;
  readonly call: CallView;
  readonly state: ApplicationState;
  readonly result: ApplicationRow['result'];
  readonly since: Date;
  readonly homeCountry: CountryCode;
  readonly homeInstitutionId: Id | null;
  readonly hostCountry: CountryCode | null;
  readonly hostInstitutionId: Id | null;
  readonly custody: readonly Custody[];
}

/** Reads states without files. */
@Injectable()
export class ReadStates {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  async list(
    ctx: Ctx,
    filter: ApplicationFilter,
  ): Promise<readonly { readonly row: ApplicationRow; readonly standing: ApplicationStanding }[]> {
    const rows = await this.lists.list(ctx, filter, 'application.read_state');
    const standings = new Map((await this.standings(ctx, rows)).map((standing) => [standing.id, standing]));
    return rows.flatMap((row) => {
      const standing = standings.get(row.id);
      return standing ? [{ row, standing }] : [];
    });
  }

  /** @throws DomainError `not_found` where the actor may not know of it. */
  async one(ctx: Ctx, id: string): Promise<ApplicationStanding> {
    const row = await this.applications.find(ctx, id);
    authorise(ctx, applicationsPolicy, 'application.read_state', row, 'application.read_state');
    const [standing] = await this.standings(ctx, [row]);
    if (!standing) throw new DomainError('not_found');
    return standing;
  }

  private async standings(ctx: Ctx, rows: readonly ApplicationRow[]): Promise<ApplicationStanding[]> {
    const ids = rows.map(({ id }) => id);
    // Who has it follows from the nomination and the decision, which the reader does not see: only the office comes out.
    const { nominations, decisions, gates } = await withSystemRights(ctx, async () => ({
      nominations: await this.applications.latestNominations(ctx, ids),
      decisions: await this.decisions.ofSubjects(ctx, 'application', ids),
      gates: await this.gates.statesOf(ctx, 'application', ids),
    }));
    const calls = await this.calls.byIds(
      ctx,
      rows.map(({ callId }) => callId),
    );
    return rows.flatMap((row) => {
      const call = calls.get(row.callId);
      if (!call || row.number === null) return [];
      const { id, number, state, result, homeCountry, homeInstitutionId, hostCountry, hostInstitutionId } =
        row;
      const nomination = nominations.get(id) ?? null;
      return [
        {
          id,
          number,
          call,
          state,
          result,
          since: row.stateSince,
          homeCountry,
          homeInstitutionId,
          hostCountry,
          hostInstitutionId,
          custody: custodyOf({
            ...row,
            nomination,
            decision: decisions.get(id) ?? null,
            gates: gates.get(id) ?? [],
            promises: call.promises,
          }),
        },
      ];
    });
  }
}

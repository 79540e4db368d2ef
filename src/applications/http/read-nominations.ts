import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { Institutions } from '../../universities/public.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { NominationOrders } from '../data/nomination-orders.js';
import { SubstituteNominee } from '../operations/substitute-nominee.js';
import type {
  NominationsReading,
  OrderReading,
  SubstitutionReading,
} from './presenters/present-nominations.js';
import { ReadOffice } from './read-office.js';

const MOST = 500;

/** Reads what the pages of an institution's nominations show. */
@Injectable()
export class ReadNominations {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(NominationOrders) private readonly orders: NominationOrders,
    @Inject(SubstituteNominee) private readonly substitution: SubstituteNominee,
    @Inject(ReadOffice) private readonly office: ReadOffice,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(People) private readonly people: People,
  ) {}

  /** Calls for which the actor's institutions have candidates. */
  async callsOf(ctx: Ctx) {
    const counts = await this.applications.callsWithCandidates(ctx);
    const calls = await this.calls.byIds(
      ctx,
      counts.map(({ callId }) => callId),
    );
    return { counts, calls };
  }

  /** @throws DomainError `not_found` where there is no such call. */
  async of(ctx: Ctx, slug: string): Promise<NominationsReading> {
    const call = await this.calls.bySlug(ctx, slug);
    if (!call) throw new DomainError('not_found');
    const found = await this.applications.candidates(ctx, call.id, MOST + 1);
    const rows = found.slice(0, MOST);
    const homes = [...new Set(rows.flatMap(({ homeInstitutionId }) => homeInstitutionId ?? []))];
    const orders: OrderReading[] = [];
    for (const home of homes) {
      orders.push(
        await this.order(
          ctx,
          call,
          home,
          rows.filter(({ homeInstitutionId }) => homeInstitutionId === home),
        ),
      );
    }
    return { call, orders, most: MOST, more: found.length > MOST };
  }

  private async order(
    ctx: Ctx,
    call: CallView,
    institutionId: Id,
    rows: readonly ApplicationRow[],
  ): Promise<OrderReading> {
    const key = { callId: call.id, institutionId };
    const row = await this.orders.find(ctx, key);
    const standing = await this.orders.candidates(ctx, key);
    const nominations = await this.applications.latestNominations(
      ctx,
      rows.map(({ id }) => id),
    );
    const institutions = await this.institutions.byIds(ctx, [institutionId]);
    // Who changed the order signs it, though they may not be in the reader's sight.
    const names = row && (await withSystemRights(ctx, () => this.people.displayNames(ctx, [row.changedBy])));
    return {
      institution: institutions.get(institutionId) ?? null,
      row,
      changedBy: (row && names?.get(row.changedBy)) ?? null,
      entries: await this.office.entries(ctx, rows, true),
      standing: new Map(standing.map((each) => [each.applicationId, each])),
      listed: await withSystemRights(ctx, async () => (await this.orders.candidates(ctx, key)).length),
      nominations,
      substituted: await this.applications.substituted(
        ctx,
        [...nominations.values()].map(({ id }) => id),
      ),
    };
  }

  /** @throws DomainError as the substitution itself would, except that there is nobody to follow. */
  async substitutionOf(ctx: Ctx, applicationId: string): Promise<SubstitutionReading> {
    const application = await this.applications.find(ctx, applicationId);
    const { former: nomination, reserve, successor } = await this.substitution.check(ctx, application);
    const call = await this.calls.byId(ctx, application.callId);
    const others = await this.applications.findMany(
      ctx,
      reserve.map((each) => each.applicationId),
    );
    const entries = await this.office.entries(ctx, [application, ...others], false);
    const [former] = entries;
    if (!call || !former) throw new DomainError('not_found');
    return {
      call,
      former,
      nomination,
      place: await this.calls.place(ctx, nomination.placeId),
      reserve,
      entries: new Map(entries.map((entry) => [entry.application.id, entry])),
      endorsement: successor ? ((await this.orders.of(ctx, successor))?.endorsement ?? '') : '',
    };
  }
}

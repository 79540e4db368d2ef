import { Injectable } from '@nestjs/common';
import { Agreements } from '../../agreements/public.js';
import { ApplicationsRepository, HOLDS_PLACE, RankedRoute, ReservesMet } from '../../applications/public.js';
import type { ApplicationRow, WaitingRegister } from '../../applications/public.js';
import { Calls } from '../../calls/public.js';
import type { PlaceView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { ListsRepository } from '../data/lists.repository.js';
import { SelectionInputs } from '../data/selection-inputs.js';
import { limitsAt } from '../domain/limits.js';
import { DrawUpList } from './draw-up-list.js';
import type { RankedCall } from './draw-up-list.js';

/**
 * Offers a seat that was given back to the next who waits for the place: first to whoever is selected and has no offer yet,
 * then by the numbers of the final list. Nobody who holds a place is moved by it.
 */
@Injectable()
export class PromoteWaiting implements WaitingRegister {
  constructor(
    private readonly lists: ListsRepository,
    private readonly inputs: SelectionInputs,
    private readonly calls: Calls,
    private readonly agreements: Agreements,
    private readonly drawUp: DrawUpList,
    private readonly applications: ApplicationsRepository,
    private readonly reserves: ReservesMet,
    private readonly route: RankedRoute,
  ) {}

  async listed(ctx: Ctx, applicationId: Id): Promise<boolean> {
    return (await this.lists.entriesOf(ctx, applicationId)).length > 0;
  }

  /** With the rights of the system: whoever gave it back may not see who comes next. */
  async promote(ctx: Ctx, placeId: Id): Promise<boolean> {
    const found = await this.calls.place(ctx, placeId);
    const list = found && (await this.lists.inForce(ctx, found.callId, 'final'));
    if (!found || !list?.publishedAt) return false;
    // What falls free of a place whose seats went to a second round is for a round of its own.
    if ((await this.inputs.handedOver(ctx, [placeId])).size > 0) return true;
    const call = await this.drawUp.call(ctx, found.callId);
    const queue = await this.lists.waitingFor(ctx, list.id, placeId);
    // First whoever may have what is free by right, then whoever comes next where unclaimed seats are opened to all.
    const passes = call.selection.seats.unclaimed === 'opened' ? [false, true] : [false];
    for (const anySeat of passes) {
      for (const id of queue) {
        const application = await this.applications.lock(ctx, id);
        if (application.state !== 'final' || (await this.lists.isElsewhere(ctx, id))) continue;
        if (await this.offer(ctx, call, application, found, anySeat)) return true;
      }
    }
    return true;
  }

  private async offer(
    ctx: Ctx,
    call: RankedCall,
    application: ApplicationRow,
    place: PlaceView,
    anySeat: boolean,
  ): Promise<boolean> {
    if (!(await this.within(ctx, call, application, place))) return false;
    const met = anySeat
      ? place.reserved
      : ((await this.reserves.of(ctx, application, [place])).get(place.id) ?? []);
    for (const seat of [...met.map(({ id }) => id), ...(anySeat ? [] : [null])]) {
      if ((await this.route.offer(ctx, application, place, seat)) === null) return true;
    }
    return false;
  }

  /** Whether the limits of the call and of the agreement leave room for one more of where they come from. */
  private async within(
    ctx: Ctx,
    call: RankedCall,
    { homeCountry, homeInstitutionId }: ApplicationRow,
    place: PlaceView,
  ): Promise<boolean> {
    const agreement = await this.agreements.byId(ctx, call.agreementId);
    const quotas = (agreement?.quotas ?? []).filter(
      ({ category, academicYear }) => category === call.category && academicYear === call.academicYear,
    );
    const limits = limitsAt(call.selection.seats, quotas, {
      placeId: place.id,
      hostInstitutionId: place.institution.id,
      hostCountry: place.institution.country,
      homeCountry,
      homeInstitutionId,
    });
    // Seats of two places that fall free at once count towards the same limits: one after the other.
    if (limits.length > 0) await this.lists.lockCall(ctx, call.id);
    for (const limit of limits) {
      const [row] = await ctx.tx.query<{ held: number }[]>(
        `select count(*)::integer as held from applications a join call_places p on p.id = a.place_id
           join institutions i on i.id = p.institution_id
         where a.call_id = any (rounds_of($1)) and a.state = any ($2)
           and ($3::uuid is null or place_root(p.id) = place_root($3))
           and ($4::uuid is null or p.institution_id = $4) and ($5::text is null or i.country = $5)
           and ($6::text is null or a.home_country = $6) and ($7::uuid is null or a.home_institution_id = $7)`,
        [
          call.id,
          HOLDS_PLACE,
          limit.placeId,
          limit.hostInstitutionId,
          limit.hostCountry,
          limit.homeCountry,
          limit.homeInstitutionId,
        ],
      );
      if ((row?.held ?? 0) >= limit.cap) return false;
    }
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import { Calls, callsPolicy, freeSeats } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { Id } from '../../shared/ids.js';
import { ListsRepository } from '../data/lists.repository.js';
import { SelectionInputs } from '../data/selection-inputs.js';
import { factsOf } from '../operations/selection-facts.js';
import { presentRounds } from './presenters/present-rounds.js';
import type { RefusedRound } from './presenters/present-rounds.js';
import { ReadSelection } from './read-selection.js';
import type { RoundsView } from './views/allocation-views.js';

/** Reads which places a final list left unfilled, and what became of them. */
@Injectable()
export class ReadRounds {
  constructor(
    private readonly reading: ReadSelection,
    private readonly calls: Calls,
    private readonly lists: ListsRepository,
    private readonly inputs: SelectionInputs,
    private readonly translator: Translator,
  ) {}

  async page(ctx: Ctx, callId: string, refused: RefusedRound | null): Promise<RoundsView> {
    const call = await this.reading.call(ctx, callId);
    const places = await this.calls.places(ctx, call.id);
    const { waiting, given } = await withSystemRights(ctx, async () => ({
      waiting: await this.waiting(
        ctx,
        call.id,
        places.map(({ id }) => id),
      ),
      given: await this.inputs.seatsGiven(ctx, call.id),
    }));
    return presentRounds(
      { translator: this.translator, language: ctx.language, now: ctx.clock.now() },
      {
        call,
        places: places
          .map((place) => ({
            place,
            seats: freeSeats(place),
            waiting: waiting.get(place.id) ?? 0,
            given: given.get(place.id) ?? 0,
          }))
          .filter(({ seats, given: handed }) => seats.length > 0 || handed > 0),
        after: await this.calls.roundAfter(ctx, call.id),
        mayOpen: callsPolicy.decide(ctx.actor, 'call.open_round', factsOf(call)),
        refused,
      },
    );
  }

  /** How many wait for each place, as long as anybody does. */
  private async waiting(ctx: Ctx, callId: Id, placeIds: readonly Id[]): Promise<ReadonlyMap<Id, number>> {
    const list = await this.lists.inForce(ctx, callId, 'final');
    if (!list?.publishedAt) return new Map();
    const over = await this.inputs.handedOver(ctx, placeIds);
    const counts = new Map<Id, number>();
    for (const id of placeIds.filter((each) => !over.has(each))) {
      counts.set(id, (await this.lists.waitingFor(ctx, list.id, id)).length);
    }
    return counts;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { Calls, PlaceCounters } from '../../calls/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Consents, Transfers } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import {
  NOT_SELECTED,
  PLACED_IN_RESERVE,
  PLACE_HELD,
  PLACE_OFFERED,
  RESULT_ANNOUNCED,
  RESULT_RECALLED,
  ROUND_OPENED,
} from '../domain/applications.events.js';
import { ApplicationGates, latestDue } from './application-gates.js';
import { ApplicationRecord, daysAfter } from './application-record.js';
import { EditApplication } from './edit-application.js';
import { CROSS_BORDER, TRANSFERRED } from '../domain/crossing.js';

/** What a list says of an application: the place that it gets, or for which it waits first. */
export interface ListedResult {
  readonly result: 'selected' | 'reserve' | 'not_selected';
  readonly place: PlaceView | null;
  readonly reserveNumber: number | null;
}

/** Why a place is not offered to whoever is selected for it; null: it was. */
export type OfferObstacle = 'no_consent' | 'no_seat' | null;

/**
 * The ranked route, as far as an application goes it: what a list says of it is announced, made final and offered, inside
 * the act that publishes the list. Whoever publishes sees no file: the caller has the rights of the system for this.
 */
@Injectable()
export class RankedRoute {
  constructor(
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(PlaceCounters) private readonly counters: PlaceCounters,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(ApplicationGates) private readonly gates: ApplicationGates,
  ) {}

  /** The provisional list. */
  async announce(ctx: Ctx, application: ApplicationRow, listed: ListedResult): Promise<void> {
    await this.record.move(ctx, application, 'announce', columnsOf(application, listed), told(listed));
    await this.record.tell(ctx, application, RESULT_ANNOUNCED, { result: listed.result });
  }

  /** The list was set aside: what it said counts no more. */
  async recall(ctx: Ctx, application: ApplicationRow): Promise<void> {
    await this.record.move(ctx, application, 'recall', {
      result: null,
      reserveNumber: null,
      placeId: null,
      placeReserve: null,
    });
    await this.record.tell(ctx, application, RESULT_RECALLED);
  }

  /** The final list; who is selected is offered the place by `offer`. */
  async finalise(ctx: Ctx, application: ApplicationRow, listed: ListedResult): Promise<void> {
    await this.record.move(ctx, application, 'finalise', columnsOf(application, listed), told(listed));
    if (listed.result === 'reserve') {
      await this.record.tell(ctx, application, PLACED_IN_RESERVE, { reserveNumber: listed.reserveNumber });
    }
    if (listed.result === 'not_selected') await this.record.tell(ctx, application, NOT_SELECTED);
  }

  /**
   * Offers a place where a seat of it is free and the applicant lets their file go there; whoever waited is selected by it.
   * Where a gate of either country waits, the seat is held for them until the last is passed.
   * @param seat of which reserve of the place; null: of those that are kept for nobody
   */
  async offer(
    ctx: Ctx,
    application: ApplicationRow,
    place: PlaceView,
    seat: string | null,
  ): Promise<OfferObstacle> {
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    if (!(await this.mayCross(ctx, application, place))) return 'no_consent';
    if (!(await this.counters.take(ctx, place.id, seat))) return 'no_seat';
    await this.cross(ctx, application, place);
    const data = { placeId: place.id, reserve: seat };
    const selected = {
      result: 'selected',
      reserveNumber: null,
      placeId: place.id,
      placeReserve: seat,
    } as const;
    await this.gates.open(ctx, application, call, place);
    const waiting = await this.gates.waiting(ctx, application);
    if (waiting.length > 0) {
      await this.record.move(ctx, application, 'hold', { ...selected, dueAt: latestDue(waiting) }, data);
      await this.record.tell(ctx, application, PLACE_HELD);
      return null;
    }
    const dueAt = daysAfter(ctx.clock.now(), call.promises.offerDays);
    await this.record.move(ctx, application, 'offer', { ...selected, dueAt }, data);
    await this.record.tell(ctx, application, PLACE_OFFERED);
    return null;
  }

  /** The next round of the call is open to whoever has no place; whoever waited for one of its places waits no longer. */
  async tellOfRound(ctx: Ctx, application: ApplicationRow, round: CallView, waited: boolean): Promise<void> {
    await this.record.note(ctx, application, 'application.round_opened', { round: round.id, waited });
    await this.record.tell(ctx, application, ROUND_OPENED, {
      roundId: round.id,
      until: round.closesAt.toISOString(),
      waited: waited ? 'yes' : 'no',
    });
  }

  private async mayCross(ctx: Ctx, application: ApplicationRow, place: PlaceView): Promise<boolean> {
    if (isThere(application, place.institution.id)) return true;
    const consents = await this.consents.of(ctx, { kind: 'application', id: application.id });
    return consents.some(({ purpose }) => purpose === CROSS_BORDER);
  }

  /** First the register, then the sight: the host prepares for whom it gets. */
  private async cross(ctx: Ctx, application: ApplicationRow, { institution }: PlaceView): Promise<void> {
    if (isThere(application, institution.id)) return;
    const { sections } = await this.edit.form(ctx, application);
    await this.transfers.register(ctx, {
      personId: application.applicantId,
      subject: { kind: 'application', id: application.id },
      fromCountry: application.homeCountry,
      toCountry: institution.country,
      recipientInstitutionId: institution.id,
      purpose: 'offer',
      legalBasis: 'consent',
      fields: sections.filter(({ kind }) => TRANSFERRED.includes(kind)).map(({ id }) => id),
      act: 'application.offer',
    });
    application.hostCountry = institution.country;
    application.hostInstitutionId = institution.id;
    application.hostUnitId = null;
    application.transferredAt = ctx.clock.now();
  }
}

/** Whether the host has the file already. */
function isThere({ transferredAt, hostInstitutionId }: ApplicationRow, institutionId: Id): boolean {
  return transferredAt !== null && hostInstitutionId === institutionId;
}

/** The host is named with the place; that it sees the file is another matter. */
function columnsOf(
  application: ApplicationRow,
  { result, place, reserveNumber }: ListedResult,
): Partial<ApplicationRow> {
  const stays = place === null || isThere(application, place.institution.id);
  return {
    result,
    reserveNumber,
    placeId: place?.id ?? null,
    placeReserve: null,
    ...(stays
      ? {}
      : {
          hostCountry: place.institution.country,
          hostInstitutionId: place.institution.id,
          hostUnitId: null,
          transferredAt: null,
        }),
  };
}

function told({ result, place, reserveNumber }: ListedResult) {
  return { result, placeId: place?.id ?? null, reserveNumber };
}

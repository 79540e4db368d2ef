import { Inject, Injectable } from '@nestjs/common';
import type { CallView, PlaceView } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import type { GateSubjectPort, GateTies, GateView } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { handsOf } from '../domain/nomination-hands.js';

/** Answers for applications before which gates stand, and opens them. */
@Injectable()
export class ApplicationGates implements GateSubjectPort {
  readonly kind = 'application';

  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Gates) private readonly gates: Gates,
  ) {}

  /** What the two countries ask before somebody may go to this place, inside an act that has locked the application. */
  async open(ctx: Ctx, { id, homeCountry }: ApplicationRow, call: CallView, place: PlaceView): Promise<void> {
    await this.gates.openFor(
      ctx,
      { kind: this.kind, id },
      {
        callId: call.id,
        category: call.category,
        fieldCode: place.fieldCode,
        homeCountry,
        hostCountry: place.institution.country,
        neededUntil: call.stayUntil,
      },
    );
  }

  /** What still stands in the way of an offer. */
  waiting(ctx: Ctx, { id }: Pick<ApplicationRow, 'id'>): Promise<readonly GateView[]> {
    return this.gates.blockersOf(ctx, { kind: this.kind, id });
  }

  async lock(ctx: Ctx, id: Id): Promise<void> {
    await this.applications.lock(ctx, id);
  }

  async ties(ctx: Ctx, id: Id): Promise<GateTies> {
    const application = await this.applications.find(ctx, id);
    const nominations = await this.applications.nominations(ctx, id);
    const { applicantId, coAuthors, preparedBy, independentAssessment } = application;
    return {
      preparers: [
        ...new Set([...nominations.flatMap(handsOf), ...preparedBy, applicantId, ...coAuthors]),
      ],
      persons: [applicantId, ...coAuthors],
      barredInstitutions: independentAssessment
        ? [application.homeInstitutionId, application.hostInstitutionId].filter((each) => each !== null)
        : [],
    };
  }
}

/** When the last of what waits was promised. */
export function latestDue(gates: readonly GateView[]): Date | null {
  return gates.reduce<Date | null>((last, { dueAt }) => (last && last > dueAt ? last : dueAt), null);
}

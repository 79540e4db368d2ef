import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import type { GateParty, GateSubjectPort, GateTies, GateView } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { Id } from '../../shared/ids.js';
import { Institutions } from '../../universities/public.js';
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
    @Inject(People) private readonly people: People,
    @Inject(Institutions) private readonly institutions: Institutions,
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
      preparers: [...new Set([...nominations.flatMap(handsOf), ...preparedBy, applicantId, ...coAuthors])],
      persons: [applicantId, ...coAuthors],
      barredInstitutions: independentAssessment
        ? [application.homeInstitutionId, application.hostInstitutionId].filter((each) => each !== null)
        : [],
    };
  }

  /** The applicant and whoever applies with them, the institutions that send and receive, under every name that is known. */
  async parties(ctx: Ctx, id: Id): Promise<readonly GateParty[]> {
    const { applicantId, coAuthors, homeInstitutionId, hostInstitutionId } = await this.applications.find(
      ctx,
      id,
    );
    const submission = await this.applications.latestSubmission(ctx, id);
    const given = new Map(
      (submission?.content.sections ?? []).flatMap(({ answers }) =>
        answers.map(({ question, value }) => [question, value] as const),
      ),
    );
    const parties: GateParty[] = [];
    for (const personId of new Set([applicantId, ...coAuthors])) {
      const person = await this.people.personById(ctx, personId);
      if (!person) continue;
      const own = personId === applicantId;
      const typed = (family: string, name: string) =>
        own ? [`${given.get(name) ?? ''} ${given.get(family) ?? ''}`] : [];
      const names = [
        `${person.nativeGiven} ${person.nativeFamily}`,
        `${person.latinGiven ?? ''} ${person.latinFamily ?? ''}`,
        `${person.passportGiven ?? ''} ${person.passportFamily ?? ''}`,
        ...typed('native_family', 'native_given'),
        ...typed('passport_family', 'passport_given'),
      ];
      const born = own ? Number(given.get('birth_date')?.slice(0, 4)) : Number.NaN;
      parties.push({
        id: personId,
        kind: 'person',
        names: names.map((name) => name.trim()).filter(Boolean),
        birthYear: born > 0 ? born : null,
      });
    }
    const institutions = await this.institutions.byIds(
      ctx,
      [homeInstitutionId, hostInstitutionId].filter((each) => each !== null),
    );
    for (const { id: institution, names } of institutions.values()) {
      const known = [names.native, names.srCyrl, names.srLatn, names.ru, names.en];
      parties.push({
        id: institution,
        kind: 'organisation',
        names: known.filter((name) => name !== null),
        birthYear: null,
      });
    }
    return parties;
  }
}

/** When the last of what waits was promised. */
export function latestDue(gates: readonly GateView[]): Date | null {
  return gates.reduce<Date | null>((last, { dueAt }) => (last && last > dueAt ? last : dueAt), null);
}

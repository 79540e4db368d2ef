import { Inject, Injectable } from '@nestjs/common';
import { Conflicts, People } from '../../access/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import { Decisions } from '../../approvals/public.js';
import { IssuedDocuments } from '../../documents/public.js';
import { Gates } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { withSystemRights } from '../../platform/database/database.js';
import { Transfers } from '../../privacy/public.js';
import type { DisplayName } from '../../access/public.js';
import type { ExchangeSide } from '../../shared/actor.js';
import { pageOf } from '../../shared/cursor.js';
import type { Page } from '../../shared/cursor.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { CountryView, InstitutionView } from '../../universities/public.js';
import { ApplicationLists } from '../data/application-lists.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { UnitOfInstitution } from '../data/applications.repository.js';
import type { ApplicationRow } from '../data/application.entity.js';
import type { WantedRows } from '../data/listed-rows.js';
import type { NominationRow } from '../data/nomination.entity.js';
import { redacted, sightOf, tells, withheldFrom } from '../operations/field-sight.js';
import { applicationsPolicy, concerns, isHomeSide } from '../domain/applications.policy.js';
import { custodyOf } from '../domain/custody.js';
import type { Custody } from '../domain/custody.js';
import { ApplicationThread } from '../operations/application-thread.js';
import { OfficerNotes } from '../operations/officer-notes.js';
import { SettleDuplicate } from '../operations/settle-duplicate.js';
import { WorklistFilters } from '../operations/worklist-filter.js';
import type { WorklistWish } from '../operations/worklist-filter.js';
import { positionOf } from './application-filter.js';
import { OpenApplications } from './own-application.js';
import type { OfficeReading } from './presenters/present-review.js';
import { ReadLines } from './read-lines.js';
import type { WorklistLine } from './read-lines.js';

/** What is told of an application among others, with its whole record. */
export interface WorklistEntry {
  readonly application: ApplicationRow;
  readonly call: CallView;
  /** Null where nobody knows it; some read files without knowing whose they are. */
  readonly name: DisplayName | 'withheld' | null;
  readonly home: InstitutionView | null;
  /** Of the nomination; null before there is one. */
  readonly host: InstitutionView | null;
  readonly homeCountry: CountryView | null;
  readonly hostCountry: CountryView | null;
  /** Where they go, are nominated for, or else want to go first; read only where it is shown. */
  readonly place: PlaceView | null;
  readonly custody: readonly Custody[];
}

/** Reads what the pages of the offices show. */
@Injectable()
export class ReadOffice {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationLists) private readonly lists: ApplicationLists,
    @Inject(WorklistFilters) private readonly filters: WorklistFilters,
    @Inject(ReadLines) private readonly lines: ReadLines,
    @Inject(OfficerNotes) private readonly notes: OfficerNotes,
    @Inject(ApplicationThread) private readonly thread: ApplicationThread,
    @Inject(SettleDuplicate) private readonly duplicates: SettleDuplicate,
    @Inject(OpenApplications) private readonly opened: OpenApplications,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(People) private readonly people: People,
    @Inject(Conflicts) private readonly conflicts: Conflicts,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(IssuedDocuments) private readonly documents: IssuedDocuments,
  ) {}

  /** A page of the worklist; its rows in one message, and what they name in the next. */
  async page(
    ctx: Ctx,
    query: {
      readonly wish: WorklistWish;
      readonly after: string | null;
      readonly limit: number;
      readonly wanted: WantedRows;
    },
  ): Promise<Page<WorklistLine>> {
    const { wish, after, limit, wanted } = query;
    const filter = await this.filters.resolve(ctx, wish);
    if (!filter) return { items: [], next: null };
    const rows = await this.lists.page(
      ctx,
      { ...filter, limit: limit + 1, ...(after ? { after: positionOf(after) } : {}) },
      wanted,
    );
    const { items, next } = pageOf(
      rows,
      limit,
      (row) => [row.stateSince.toISOString(), row.id],
      (row) => row,
    );
    return { items: await this.lines.of(wanted)(ctx, items), next };
  }

  /** @throws DomainError `not_found` where the actor may not read it. */
  async review(ctx: Ctx, id: string): Promise<OfficeReading> {
    const open = await this.opened.open(ctx, id);
    const { application, submission, nominations, decision } = open.file;
    const subject = { kind: 'application', id: application.id };
    const { sight, wholeForm, withheld } = open.file;
    const recorded = (sight.sees('history') ? await this.audit.of(ctx, subject) : []).filter(
      ({ at, action }) => concerns(ctx.actor, application, at) && tells(sight, action),
    );
    if (decision) recorded.push(...(await this.audit.of(ctx, { kind: 'decision', id: decision.id })));
    recorded.sort((a, b) => Number(a.id) - Number(b.id));
    const transfers = (sight.sees('history') ? await this.transfers.of(ctx, subject) : []).filter(
      ({ recipientInstitutionId }) =>
        isHomeSide(ctx.actor, application) || recipientInstitutionId === application.hostInstitutionId,
    );
    const messages = sight.sees('messages') ? await this.thread.of(ctx, application) : [];
    const notes = sight.sees('notes') ? await this.notes.of(ctx, application) : [];
    const officials = [
      ...notes.flatMap(({ authorId, actingFor }) => [authorId, actingFor]),
      ...recorded.map(({ actorId }) => actorId),
      ...nominations.flatMap(({ proposedBy, answeredBy }) => [proposedBy, answeredBy]),
    ].filter((person) => person !== null && person !== application.applicantId);
    const letter = await this.documents.of(ctx, 'award_letter', subject);
    const zoneOf = async (country: string | null) =>
      (country ? await this.countries.find(ctx, country) : null)?.timeZone ?? open.file.call.timeZone;
    const previous =
      submission && submission.ordinal > 1
        ? await this.applications.submission(ctx, application.id, submission.ordinal - 1)
        : null;
    return {
      open,
      previous: previous && {
        ...previous,
        content: redacted(
          previous.content,
          wholeForm,
          new Map([...withheldFrom(sight, wholeForm, previous.content), ...withheld]),
          sight,
        ),
      },
      recorded,
      declared: await this.conflicts.declaredAbout(ctx, application.applicantId),
      transfers,
      officials: await this.namesOfOfficials(
        ctx,
        officials.filter((person) => person !== null),
      ),
      institutions: await this.institutions.byIds(ctx, [
        ...nominations.map(({ hostInstitutionId }) => hostInstitutionId),
        ...transfers.flatMap(({ recipientInstitutionId }) => recipientInstitutionId ?? []),
      ]),
      zones: [
        await zoneOf(application.homeCountry),
        await zoneOf(decision?.host.country ?? application.hostCountry),
      ],
      letterReady: letter?.ready === true,
      // Whoever took the place is with the same host, which knew the number.
      substituted: await withSystemRights(ctx, () =>
        this.applications.numbersOfNominations(
          ctx,
          nominations.flatMap(({ substitutesId }) => substitutesId ?? []),
        ),
      ),
      notes,
      duplicates: applicationsPolicy.decide(ctx.actor, 'application.read_duplicates', application).allowed
        ? await this.duplicates.of(ctx, application)
        : null,
      messages,
      units: {
        home: await this.units(ctx, application, 'home'),
        host: await this.units(ctx, application, 'host'),
      },
    };
  }

  /** Units to which the actor may give the application on this side. */
  private async units(
    ctx: Ctx,
    application: ApplicationRow,
    side: ExchangeSide,
  ): Promise<readonly UnitOfInstitution[]> {
    const institution = side === 'home' ? application.homeInstitutionId : application.hostInstitutionId;
    const { allowed } = applicationsPolicy.decide(ctx.actor, `application.assign_${side}_unit`, application);
    return allowed && institution ? this.applications.units(ctx, institution) : [];
  }

  /**
   * The nomination by which the actor's institution gave an application back, with the name of who did it: all that it
   * still sees of it. Null where there is none.
   */
  async ended(
    ctx: Ctx,
    id: string,
  ): Promise<{
    readonly nomination: NominationRow;
    readonly by: DisplayName | null;
    readonly zone: string;
  } | null> {
    if (!ctx.actor.secondFactor) return null;
    const hosts = ctx.actor.grants.flatMap(({ role, institutionId }) =>
      role === 'coordinator' && institutionId ? [institutionId] : [],
    );
    const nomination = await withSystemRights(ctx, () => this.applications.endedNomination(ctx, id, hosts));
    if (!nomination) return null;
    const names = await this.namesOfOfficials(ctx, nomination.answeredBy ? [nomination.answeredBy] : []);
    const host = await this.institutions.byId(ctx, nomination.hostInstitutionId);
    return {
      nomination,
      by: (nomination.answeredBy && names.get(nomination.answeredBy)) || null,
      zone: (host && (await this.countries.find(ctx, host.country)))?.timeZone ?? 'UTC',
    };
  }

  /** Officials sign what they do: whoever reads the file sees by whom, though they are not in each other's sight. */
  private namesOfOfficials(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, DisplayName>> {
    return withSystemRights(ctx, () => this.people.displayNames(ctx, ids));
  }

  /**
   * The lines of a list, in a fixed number of queries: what hangs on the rows alone is asked in one message, then what hangs
   * on the answers, and by itself what is read with the rights of the system.
   */
  async entries(ctx: Ctx, rows: readonly ApplicationRow[], withPlaces: boolean): Promise<WorklistEntry[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const [nominations, decisions, calls, names, first, countryList] = await Promise.all([
      this.applications.latestNominations(ctx, ids),
      this.decisions.ofSubjects(ctx, 'application', ids),
      this.calls.byIds(
        ctx,
        rows.map(({ callId }) => callId),
      ),
      this.people.displayNames(
        ctx,
        rows.map(({ applicantId }) => applicantId),
      ),
      withPlaces ? this.applications.firstChoices(ctx, ids) : new Map<Id, Id>(),
      this.countries.all(ctx),
    ]);
    const placeOf = (row: ApplicationRow) =>
      row.placeId ?? nominations.get(row.id)?.placeId ?? first.get(row.id) ?? '';
    const [institutions, places] = await Promise.all([
      this.institutions.byIds(
        ctx,
        rows.flatMap((row) => [
          ...(row.homeInstitutionId ? [row.homeInstitutionId] : []),
          ...(row.hostInstitutionId ? [row.hostInstitutionId] : []),
          ...(nominations.get(row.id) ? [nominations.get(row.id)?.hostInstitutionId ?? ''] : []),
        ]),
      ),
      withPlaces ? this.calls.placesByIds(ctx, rows.map(placeOf).filter(isId)) : new Map<Id, PlaceView>(),
    ]);
    const gates = await this.gates.statesOf(ctx, 'application', ids);
    const countries = new Map(countryList.map((country) => [country.code, country]));
    return rows.flatMap((application) => {
      const call = calls.get(application.callId);
      if (!call) return [];
      const nomination = nominations.get(application.id) ?? null;
      const hostId = application.hostInstitutionId ?? nomination?.hostInstitutionId;
      const host = hostId ? (institutions.get(hostId) ?? null) : null;
      return [
        {
          application,
          call,
          name: sightOf(ctx.actor, application).sees('identity')
            ? (names.get(application.applicantId) ?? null)
            : 'withheld',
          home: (application.homeInstitutionId && institutions.get(application.homeInstitutionId)) || null,
          host,
          homeCountry: countries.get(application.homeCountry) ?? null,
          hostCountry: (host && countries.get(host.country)) ?? null,
          place: places.get(placeOf(application)) ?? null,
          custody: custodyOf({
            ...application,
            nomination,
            decision: decisions.get(application.id) ?? null,
            gates: gates.get(application.id) ?? [],
            promises: call.promises,
          }),
        },
      ];
    });
  }
}

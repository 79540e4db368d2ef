import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { ApplicationsRepository, DocumentFindings, HOST_SAW, custodyOf } from '../../applications/public.js';
import type { ApplicationRow, Custody } from '../../applications/public.js';
import { Decisions, DecisionSubjects } from '../../approvals/public.js';
import type { DecisionView, SubjectSummary } from '../../approvals/public.js';
import { Calls } from '../../calls/public.js';
import type { CallView } from '../../calls/public.js';
import { Gates } from '../../gates/public.js';
import type { GateView } from '../../gates/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { DeliveredEvent } from '../../platform/outbox/outbox.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language, LocalizedText } from '../../shared/language.js';
import { Countries, Institutions } from '../../universities/public.js';
import type { CountryView, InstitutionView } from '../../universities/public.js';

export interface MatterSide {
  readonly country: CountryView;
  /** Null where a decision is not about one institution of the side. */
  readonly institution: InstitutionView | null;
}

/** An event on an application, with all that mails about it need. */
export interface ApplicationMatter {
  readonly kind: 'application';
  readonly event: DeliveredEvent;
  readonly application: ApplicationRow;
  readonly call: CallView;
  readonly home: MatterSide;
  /** Of the nomination that the event is about; null before there is one. */
  readonly host: MatterSide | null;
  /** Whether the other side may know of the application at all. */
  readonly crossed: boolean;
  readonly nomination: {
    readonly proposedBy: Id;
    readonly state: string;
    readonly reasonText: string | null;
    readonly dueAt: Date | null;
  } | null;
  readonly decision: DecisionView | null;
  /** What both countries ask before it. */
  readonly gates: readonly GateView[];
  /** The document that the event is about. */
  readonly document: {
    readonly requirement: string;
    readonly label: LocalizedText;
    readonly reason: string | null;
  } | null;
  readonly custody: readonly Custody[];
}

/** An event on a decision about anything else: the text of a call, an agreement. */
export interface DecisionMatter {
  readonly kind: 'decision';
  readonly event: DeliveredEvent;
  readonly decision: DecisionView;
  readonly home: MatterSide;
  readonly host: MatterSide;
  describe(language: Language): Promise<SubjectSummary | null>;
}

/** An event on somebody's account. */
export interface PersonMatter {
  readonly kind: 'person';
  readonly event: DeliveredEvent;
  readonly personId: Id;
  /** Of the country that the event names, otherwise of whoever vouched for the person; with the institution that it names. */
  readonly home: MatterSide;
  /** Who is told of data that they hold; null where it is no institution. */
  readonly host: MatterSide | null;
}

export type Matter = ApplicationMatter | DecisionMatter | PersonMatter;

/** Finds what an event is about. */
@Injectable()
export class Matters {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
    @Inject(DecisionSubjects) private readonly subjects: DecisionSubjects,
    @Inject(Countries) private readonly countries: Countries,
    @Inject(People) private readonly people: People,
    @Inject(Institutions) private readonly institutions: Institutions,
    @Inject(DocumentFindings) private readonly documents: DocumentFindings,
  ) {}

  /** Null for an event that is about nothing that people are written to about. */
  async of(ctx: Ctx, event: DeliveredEvent): Promise<Matter | null> {
    if (event.subject.kind === 'application') return this.application(ctx, event, event.subject.id);
    if (event.subject.kind === 'mobility') {
      return this.application(ctx, event, String(event.payload.application));
    }
    if (event.subject.kind === 'person') return this.person(ctx, event, event.subject.id);
    if (event.subject.kind !== 'decision' && event.subject.kind !== 'gate') return null;
    const subject = { kind: String(event.payload.subjectKind), id: String(event.payload.subjectId) };
    if (subject.kind === 'application') return this.application(ctx, event, subject.id);
    const decision = await this.decisions.ofSubject(ctx, subject);
    if (!decision) return null;
    const port = this.subjects.of(subject.kind);
    return {
      kind: 'decision',
      event,
      decision,
      home: await this.side(ctx, decision.home.country, null),
      host: await this.side(ctx, decision.host.country, null),
      describe: async (language) =>
        (await port.describe({ ...ctx, language }, language, [subject.id])).get(subject.id) ?? null,
    };
  }

  private async application(ctx: Ctx, event: DeliveredEvent, id: Id): Promise<ApplicationMatter | null> {
    const application = await this.applications.find(ctx, id);
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) return null;
    const nominations = await this.applications.nominations(ctx, id);
    const named = nominations.find((each) => each.id === event.payload.nomination);
    const nomination = named ?? nominations[0] ?? null;
    const decision = await this.decisions.ofSubject(ctx, { kind: 'application', id });
    const gates = (await this.gates.statesOf(ctx, 'application', [id])).get(id) ?? [];
    const host = nomination && (await this.institutions.byId(ctx, nomination.hostInstitutionId));
    const home = application.homeInstitutionId
      ? await this.institutions.byId(ctx, application.homeInstitutionId)
      : null;
    return {
      kind: 'application',
      event,
      application,
      call,
      home: await this.side(ctx, application.homeCountry, home),
      host: host && (await this.side(ctx, host.country, host)),
      crossed: application.transferredAt !== null || event.payload.hostSaw === HOST_SAW.hostSaw,
      nomination,
      decision,
      document: await this.document(ctx, application, event.payload.requirement),
      gates,
      custody: custodyOf({
        ...application,
        nomination: nominations[0] ?? null,
        decision,
        gates,
        promises: call.promises,
      }),
    };
  }

  private async document(
    ctx: Ctx,
    { id, callId, formVersion }: ApplicationRow,
    requirement: DeliveredEvent['payload'][string] | undefined,
  ): Promise<ApplicationMatter['document']> {
    if (typeof requirement !== 'string') return null;
    const form = await this.calls.form(ctx, callId, formVersion);
    const asked = form?.sections
      .flatMap(({ documents }) => documents)
      .find((each) => each.id === requirement);
    if (!asked) return null;
    const found = await this.documents.found(ctx, id);
    return { requirement, label: asked.label, reason: found.get(requirement)?.reason ?? null };
  }

  private async person(ctx: Ctx, event: DeliveredEvent, personId: Id): Promise<PersonMatter | null> {
    const person = await this.people.personById(ctx, personId);
    if (!person) return null;
    // Where the event says whose office it is for, it is that one.
    const { side, institution: named, to } = event.payload;
    const country = typeof side === 'string' ? side : person.country;
    const institution =
      typeof named === 'string' ? ((await this.institutions.byIds(ctx, [named])).get(named) ?? null) : null;
    const of = await this.side(ctx, country, institution);
    return { kind: 'person', event, personId, home: of, host: to === 'institution' ? of : null };
  }

  private async side(
    ctx: Ctx,
    country: CountryCode,
    institution: InstitutionView | null,
  ): Promise<MatterSide> {
    return { country: await this.countries.byCode(ctx, country), institution };
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { CO_APPLICANTS_SECTION, Calls } from '../../calls/public.js';
import type { CallView, PlaceView } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Consents, Transfers } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationPorts } from '../application-ports.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { NominationOrders } from '../data/nomination-orders.js';
import { NominationRow } from '../data/nomination.entity.js';
import { NOMINATION_NEEDS_CONFIRMATION, NOMINATION_SENT } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { CROSS_BORDER, TRANSFERRED } from '../domain/crossing.js';
import { proposed } from '../domain/nomination-hands.js';
import { ENDED_NOMINATIONS, nominationStates } from '../domain/nomination.states.js';
import { correctionsAwaited } from '../domain/document-items.js';
import { ApplicationGates } from './application-gates.js';
import { ApplicationRecord, daysAfter } from './application-record.js';
import { DocumentFindings } from './document-findings.js';
import { EditApplication } from './edit-application.js';

const TEXT_MAX = 4000;

export interface NominationInput {
  /** One of the places that the applicant chose; null for the first of them. */
  readonly placeId: string | null;
  /** Null for what was written of them in the order of the institution. */
  readonly endorsement: string | null;
  /** The nomination of somebody else in whose place they are sent. */
  readonly substitutes?: Id;
}

/**
 * The home institution, or the ministry of a freemover's country in its part, finds an applicant eligible, endorses them for one of their chosen places and sends the nomination
 * to the host: only now, and on record, does the application cross the border. Where the call asks for the home
 * ministry's endorsement, it is sent when that is given.
 */
@Injectable()
export class NominateCandidate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(NominationOrders) private readonly orders: NominationOrders,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(People) private readonly people: People,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Transfers) private readonly transfers: Transfers,
    @Inject(DocumentFindings) private readonly findings: DocumentFindings,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
    @Inject(ApplicationGates) private readonly gates: ApplicationGates,
  ) {}

  run(
    request: RequestContext,
    applicationId: string,
    input: NominationInput & { readonly placeId: string },
  ): Promise<void> {
    return this.database.transaction(request, (ctx) => this.nominate(ctx, applicationId, input));
  }

  /** The same inside an act of the caller's. */
  async nominate(ctx: Ctx, applicationId: string, input: NominationInput): Promise<void> {
    const application = await this.applications.lock(ctx, applicationId);
    const { previous, place, call, homeInstitutionId, proposedBy, endorsement, confirms } = await this.check(
      ctx,
      application,
      input,
    );
    this.record.prepare(ctx, application);
    if (application.state === 'submitted') await this.record.move(ctx, application, 'begin_screening');
    if (application.state === 'screening') await this.record.move(ctx, application, 'find_eligible');
    // Somebody found eligible before moves nowhere, and yet another officer had a hand in it.
    if (application.freemover) await this.applications.save(ctx, application);
    const now = ctx.clock.now();
    const nomination = ctx.tx.create(NominationRow, {
      id: newId(now),
      applicationId: application.id,
      placeId: place.id,
      personId: application.applicantId,
      homeInstitutionId,
      hostInstitutionId: place.institution.id,
      state: nominationStates.move(nominationStates.initial, 'endorse'),
      stateSince: now,
      dueAt: confirms ? daysAfter(now, call.promises.approvalDays) : null,
      proposedBy,
      proposedFor: ctx.authority?.actingFor ?? null,
      answeredBy: null,
      answeredFor: null,
      endorsement: endorsement || null,
      replacesId: previous?.id ?? null,
      substitutesId: input.substitutes ?? null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      remindedAt: null,
      createdAt: now,
    });
    await ctx.tx.insert(NominationRow, nomination);
    await this.record.note(ctx, application, 'nomination.endorsed', {
      nomination: nomination.id,
      placeId: place.id,
      replaces: nomination.replacesId,
      substitutes: nomination.substitutesId,
    });
    if (confirms) {
      await this.record.tell(ctx, application, NOMINATION_NEEDS_CONFIRMATION, {
        nomination: nomination.id,
      });
      return;
    }
    await this.send(ctx, application, call, place, nomination);
  }

  /** Whether the nomination would go through, with what it would be made of. Changes nothing. */
  async check(ctx: Ctx, application: ApplicationRow, input: NominationInput) {
    authorise(ctx, applicationsPolicy, 'application.nominate', application, 'application.read');
    const { homeInstitutionId } = application;
    const proposedBy = ctx.actor.personId;
    if ((!homeInstitutionId && !application.freemover) || !proposedBy) throw new DomainError('forbidden');
    const [previous] = await this.applications.nominations(ctx, application.id);
    if (previous && !ENDED_NOMINATIONS.includes(previous.state)) {
      throw new DomainError('conflict', { reason: 'already_nominated' });
    }
    const place = await this.chosenPlace(ctx, application, input.placeId, homeInstitutionId);
    const written = input.endorsement ?? (await this.orders.of(ctx, application.id))?.endorsement ?? '';
    const endorsement = written.trim();
    if (endorsement.length > TEXT_MAX) {
      throw new DomainError('invalid', {
        fields: [{ field: 'endorsement', problem: 'too_long', values: { max: TEXT_MAX } }],
      });
    }
    await this.requireCorrected(ctx, application);
    const call = await this.callOf(ctx, application);
    // The ministry that sends a freemover endorses by that.
    const confirms = call.homeEndorsement && !application.freemover;
    if (application.freemover) await this.requireAnotherOfficer(ctx, application);
    // Where the ministry endorses, the consent is asked when it does: until then nothing crosses.
    if (!confirms) await this.requireConsent(ctx, application);
    return { previous, place, call, homeInstitutionId, proposedBy, endorsement, confirms };
  }

  /** Nobody approves what they prepared: a ministry that could not decide any more does not send. */
  private async requireAnotherOfficer(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const { homeCountry, applicantId, preparedBy } = application;
    const hands = [...preparedBy, ctx.actor.personId, ctx.authority?.actingFor ?? null];
    const others = await withSystemRights(ctx, () =>
      this.people.officersBesides(
        ctx,
        homeCountry,
        hands.filter((id) => id !== null),
        applicantId,
      ),
    );
    if (others === 0) throw new DomainError('blocked', { reason: 'no_other_officer' });
  }

  /** The home ministry's endorsement, where the call asks for it; the nomination goes on to the host by itself. */
  confirm(request: RequestContext, applicationId: string): Promise<void> {
    return this.database.transaction(request, (ctx) => this.confirmNomination(ctx, applicationId));
  }

  /** The same inside an act of the caller's. */
  async confirmNomination(ctx: Ctx, applicationId: string): Promise<void> {
    const application = await this.applications.lock(ctx, applicationId);
    const { nomination, call, place, confirmed } = await this.checkConfirmation(ctx, application);
    nomination.state = confirmed;
    await this.record.note(ctx, application, 'nomination.confirmed', { nomination: nomination.id });
    await this.send(ctx, application, call, place, nomination);
  }

  /** Whether the confirmation would go through, with what it is about. Changes nothing. */
  async checkConfirmation(ctx: Ctx, application: ApplicationRow) {
    authorise(ctx, applicationsPolicy, 'application.confirm_nomination', application, 'application.read');
    const [nomination] = await this.applications.nominations(ctx, application.id);
    if (!nomination) throw new DomainError('wrong_state');
    if (proposed(ctx.actor, nomination)) {
      throw new DomainError('forbidden', { reason: 'separation_of_duties' });
    }
    const confirmed = nominationStates.move(nomination.state, 'confirm');
    const call = await this.callOf(ctx, application);
    const place = await this.calls.place(ctx, nomination.placeId);
    if (!place) throw new DomainError('not_found');
    await this.requireCorrected(ctx, application);
    await this.requireConsent(ctx, application);
    return { nomination, call, place, confirmed };
  }

  private async send(
    ctx: Ctx,
    application: ApplicationRow,
    call: CallView,
    place: PlaceView,
    nomination: NominationRow,
  ): Promise<void> {
    const subject = { kind: 'application', id: application.id };
    const { sections } = await this.edit.form(ctx, application);
    // First the register, then the sight: at no instant does the other side see what no entry accounts for.
    await this.transfers.register(ctx, {
      personId: application.applicantId,
      subject,
      fromCountry: application.homeCountry,
      toCountry: place.institution.country,
      recipientInstitutionId: place.institution.id,
      purpose: 'nomination',
      legalBasis: 'consent',
      fields: sections.filter(({ kind }) => TRANSFERRED.includes(kind)).map(({ id }) => id),
      act: 'nomination.sent',
    });
    for (const each of await this.ports.coApplicants.of(ctx, application.id)) {
      const { personId, country, standing } = each;
      // Whose record resides with the host already crosses nothing.
      if (standing !== 'confirmed' || personId === null || country === null) continue;
      if (country === place.institution.country) continue;
      await this.transfers.register(ctx, {
        personId,
        subject,
        fromCountry: country,
        toCountry: place.institution.country,
        recipientInstitutionId: place.institution.id,
        purpose: 'nomination',
        legalBasis: 'consent',
        fields: [CO_APPLICANTS_SECTION],
        act: 'nomination.sent',
      });
    }
    const now = ctx.clock.now();
    nomination.state = nominationStates.move(nomination.state, 'send');
    nomination.stateSince = now;
    nomination.dueAt = daysAfter(now, call.promises.hostDecisionDays);
    await ctx.tx.save(NominationRow, nomination);
    application.hostCountry = place.institution.country;
    application.hostInstitutionId = place.institution.id;
    application.hostUnitId = null;
    application.transferredAt = now;
    application.dueAt = null;
    await this.applications.save(ctx, application);
    await this.record.note(ctx, application, 'nomination.sent', {
      nomination: nomination.id,
      host: place.institution.id,
    });
    await this.record.tell(ctx, application, NOMINATION_SENT, { nomination: nomination.id });
    // They take long: each begins when the other country may know, and not when everybody has agreed.
    await this.gates.open(ctx, application, call, place);
  }

  /** Whom a required document is still awaited from is not put forward with the one that was found wrong. */
  private async requireCorrected(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const form = await this.edit.form(ctx, application);
    const blockers = correctionsAwaited(form, await this.findings.found(ctx, application.id));
    if (blockers.length > 0) {
      throw new DomainError('blocked', {
        reason: 'documents_to_correct',
        values: { count: blockers.length },
        blockers,
      });
    }
  }

  private async requireConsent(ctx: Ctx, application: ApplicationRow): Promise<void> {
    const consents = await this.consents.of(ctx, { kind: 'application', id: application.id });
    if (!consents.some((consent) => consent.purpose === CROSS_BORDER)) {
      throw new DomainError('blocked', { reason: 'transfer_consent_missing' });
    }
    await this.ports.coApplicants.requireConsent(ctx, application.id, CROSS_BORDER);
  }

  private async chosenPlace(
    ctx: Ctx,
    application: ApplicationRow,
    wanted: string | null,
    homeInstitutionId: Id | null,
  ): Promise<PlaceView> {
    const chosen = await this.applications.choices(ctx, application.id);
    const placeId = wanted ?? chosen[0] ?? '';
    const place = chosen.includes(placeId) ? await this.calls.place(ctx, placeId) : null;
    if (!place || place.institution.id === homeInstitutionId) {
      throw new DomainError('invalid', {
        reason: 'place_not_chosen',
        fields: [{ field: 'placeId', problem: placeId ? 'not_in_list' : 'required' }],
      });
    }
    return place;
  }

  private async callOf(ctx: Ctx, application: ApplicationRow): Promise<CallView> {
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    return call;
  }
}

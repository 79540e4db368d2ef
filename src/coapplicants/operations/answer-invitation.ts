import { Injectable } from '@nestjs/common';
import { People, SignedLinks } from '../../access/public.js';
import type { DisplayName, LinkRefusal, PersonView } from '../../access/public.js';
import { ApplicationFiles, ApplicationsRepository } from '../../applications/public.js';
import type { ApplicationRow } from '../../applications/public.js';
import { Calls, coApplicantsOf } from '../../calls/public.js';
import type { CallView, FormDefinition, FormSection } from '../../calls/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Consents } from '../../privacy/public.js';
import { ANONYMOUS } from '../../shared/actor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Institutions } from '../../universities/public.js';
import type { InstitutionView } from '../../universities/public.js';
import type { CoApplicantRow } from '../data/co-applicant.entity.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';
import { CO_APPLICANT, CO_APPLICANT_PURPOSE, REASON_MAX } from '../domain/co-applicant.js';
import type { NameForms } from '../domain/co-applicant.js';
import { nameProblems, tidyNames } from '../domain/co-applicant-rules.js';
import { CO_APPLICANT_ACCEPTED, CO_APPLICANT_DECLINED } from '../domain/co-applicants.events.js';
import { CHANGEABLE, coApplicantsPolicy } from '../domain/co-applicants.policy.js';
import { CoApplicantRecord, factsOf } from './co-applicant-record.js';

/** What whoever holds the link sees: who invites them to what, and what became of it. Nothing of the application's text. */
export interface InvitationOnDesk {
  readonly row: CoApplicantRow;
  readonly applicant: DisplayName;
  readonly call: CallView;
  readonly homeInstitution: InstitutionView | null;
  /** Which parts there are, in the words of the call. */
  readonly roles: LocalizedText | null;
  /** What is to be agreed to, each by itself. */
  readonly consents: FormSection['consents'];
  /** Who is signed in; null where nobody is. */
  readonly person: PersonView | null;
  /** Whether they can still say yes: the application is being written. */
  readonly open: boolean;
  /** Why the link can do nothing now; null where it can. */
  readonly refusal: LinkRefusal | null;
}

/** What somebody says of themselves when they say yes. */
export interface Acceptance {
  readonly names: Partial<NameForms>;
  /** Purposes that were ticked. */
  readonly consents: readonly string[];
}

/** The answer of whoever is invited: yes as themselves, signed in; or no, by the link alone. */
@Injectable()
export class AnswerInvitation {
  constructor(
    private readonly database: Database,
    private readonly links: SignedLinks,
    private readonly coApplicants: CoApplicantsRepository,
    private readonly applications: ApplicationsRepository,
    private readonly files: ApplicationFiles,
    private readonly calls: Calls,
    private readonly people: People,
    private readonly institutions: Institutions,
    private readonly consents: Consents,
    private readonly translator: Translator,
    private readonly record: CoApplicantRecord,
  ) {}

  /** @throws DomainError `link_unknown`, `link_other_purpose`, or `own_co_application` for the applicant */
  async look(request: RequestContext, token: string): Promise<InvitationOnDesk> {
    const { link, refusal } = await this.links.recognise(request, token, CO_APPLICANT_PURPOSE);
    return this.database.read({ ...request, actor: link.actor }, async (ctx) => {
      const row = await this.coApplicants.find(ctx, link.subject.id);
      // Of the application whoever is invited sees no more than who asks, for which call, and what they would agree to.
      return withSystemRights(ctx, async () => {
        const application = await this.applications.find(ctx, row.applicationId);
        requireAnother(request, application);
        const call = await this.calls.byId(ctx, application.callId);
        const names = await this.people.displayNames(ctx, [application.applicantId]);
        const applicant = names.get(application.applicantId);
        if (!call || !applicant) throw new DomainError('not_found');
        const { form } = await this.files.of(ctx, application);
        const { personId } = request.actor;
        const { homeInstitutionId } = application;
        return {
          row,
          applicant,
          call,
          homeInstitution: homeInstitutionId ? await this.institutions.byId(ctx, homeInstitutionId) : null,
          roles: coApplicantsOf(form)?.roles ?? null,
          consents: consentsOf(form),
          person: personId === null ? null : await this.people.personById(ctx, personId),
          open: CHANGEABLE.includes(application.state),
          // A link that the database moved on from says what the record says.
          refusal,
        };
      });
    });
  }

  /**
   * Yes, by whoever holds the link and has signed in: the address was only the way there.
   * @throws DomainError a reason of `LinkRefusal`, `own_co_application`, `co_applicant_already`, or what is wrong in the form
   */
  accept(request: RequestContext, token: string, acceptance: Acceptance): Promise<{ applicationId: Id }> {
    const { actor } = request;
    if (actor.kind !== 'person' || actor.personId === null) throw new DomainError('not_signed_in');
    const personId = actor.personId;
    return this.links.redeem(request, token, CO_APPLICANT_PURPOSE, async (ctx, { subject }) => {
      const { row, application, form } = await this.locked(ctx, subject.id);
      requireAnother(request, application);
      authorise(
        ctx,
        coApplicantsPolicy,
        'co_applicant.accept',
        factsOf(row, application),
        'co_applicant.accept',
      );
      if (application.coApplicants.includes(personId)) {
        throw new DomainError('conflict', { reason: 'co_applicant_already' });
      }
      const person = await this.people.personById(ctx, personId);
      if (!person) throw new DomainError('not_found');
      const names = tidyNames(acceptance.names);
      const asked = consentsOf(form);
      const fields = [...nameProblems(names), ...consentProblems(asked, acceptance.consents)];
      if (fields.length > 0) throw new DomainError('invalid', { fields });
      for (const { purpose, version, text } of asked) {
        if (!acceptance.consents.includes(purpose)) continue;
        await this.consents.give(ctx, {
          purpose,
          subject: { kind: CO_APPLICANT, id: row.id },
          textVersion: version,
          text: this.translator.localized(ctx.language, text),
        });
      }
      // Whose invitation it is they are only by saying yes.
      await withSystemRights(ctx, () =>
        this.record.move(ctx, row, 'accept', {
          ...names,
          passportFamily: names.passportFamily || null,
          passportGiven: names.passportGiven || null,
          personId,
          country: person.country,
          acceptedAt: ctx.clock.now(),
        }),
      );
      await this.record.tell(ctx, row, CO_APPLICANT_ACCEPTED);
      return { applicationId: row.applicationId };
    });
  }

  /** No, with or without a reason: for that nobody has to sign in. */
  async decline(request: RequestContext, token: string, reason: string): Promise<void> {
    const why = reason.normalize('NFC').trim();
    if (why.length > REASON_MAX) {
      throw new DomainError('invalid', {
        fields: [{ field: 'reason', problem: 'too_long', values: { max: REASON_MAX } }],
      });
    }
    const asHolder = { ...request, actor: ANONYMOUS };
    await this.links.redeem(asHolder, token, CO_APPLICANT_PURPOSE, async (ctx, { subject }) => {
      const { row, application } = await this.locked(ctx, subject.id);
      requireAnother(request, application);
      authorise(
        ctx,
        coApplicantsPolicy,
        'co_applicant.decline',
        factsOf(row, application),
        'co_applicant.read',
      );
      await this.record.move(ctx, row, 'decline', { reason: why || null });
      await this.record.tell(ctx, row, CO_APPLICANT_DECLINED);
    });
  }

  /** The application is no sight of whoever is invited; what the policy asks of it is. */
  private locked(
    ctx: Ctx,
    id: Id,
  ): Promise<{ row: CoApplicantRow; application: ApplicationRow; form: FormDefinition }> {
    return withSystemRights(ctx, async () => {
      const { applicationId } = await this.coApplicants.find(ctx, id);
      const application = await this.applications.lock(ctx, applicationId);
      const row = await this.coApplicants.lock(ctx, id);
      const { form } = await this.files.of(ctx, application);
      return { row, application, form };
    });
  }
}

function consentsOf({ sections }: FormDefinition): FormSection['consents'] {
  return sections.flatMap(({ consents }) => consents);
}

function consentProblems(asked: FormSection['consents'], given: readonly string[]): readonly FieldProblem[] {
  return asked
    .filter(({ purpose, required }) => required && !given.includes(purpose))
    .map(({ purpose }) => ({ field: `consent-${purpose}`, problem: 'must_accept' }));
}

/** Nobody applies together with themselves, whoever's address the link was sent to. */
function requireAnother(
  { actor }: Pick<RequestContext, 'actor'>,
  { applicantId }: Pick<ApplicationRow, 'applicantId'>,
): void {
  if (actor.personId === applicantId) throw new DomainError('forbidden', { reason: 'own_co_application' });
}

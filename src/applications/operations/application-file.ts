import { Inject, Injectable } from '@nestjs/common';
import { Decisions } from '../../approvals/public.js';
import type { DecisionView } from '../../approvals/public.js';
import { Calls, askedForm, conditionsOf, judge } from '../../calls/public.js';
import type { CallView, FormDefinition, GivenSoFar, PlaceView, Verdict } from '../../calls/public.js';
import type { UploadView } from '../../documents/public.js';
import { Gates } from '../../gates/public.js';
import type { GateView } from '../../gates/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Consents } from '../../privacy/public.js';
import type { ConsentGiven } from '../../privacy/public.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Blocker } from '../../shared/domain-error.js';
import type { ApplicationSectionRow } from '../data/application-section.entity.js';
import type { ApplicationSubmissionRow } from '../data/application-submission.entity.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import type { NominationCandidateRow } from '../data/nomination-candidate.entity.js';
import { NominationOrders } from '../data/nomination-orders.js';
import type { NominationRow } from '../data/nomination.entity.js';
import { applicationsPolicy, isHomeSide } from '../domain/applications.policy.js';
import { blockersOf } from '../domain/blockers.js';
import type { ApplicationContents } from '../domain/blockers.js';
import { ApplicationPorts } from '../application-ports.js';
import type { CoApplicantView, ReferenceView } from '../application-ports.js';
import { conditionBlockers, eligibilityFacts } from './eligibility-facts.js';
import { custodyOf } from '../domain/custody.js';
import type { Custody } from '../domain/custody.js';
import { formForEyes, redacted, sightOf, withheldFrom } from './field-sight.js';
import type { FieldSight, Withheld } from './field-sight.js';
import { DocumentFindings, itemsForOffice } from './document-findings.js';
import type { DocumentItem, KeptDocuments } from './document-findings.js';
import type { SubmittedContent } from '../domain/submitted-content.js';

/** An application with all that belongs to it, as somebody who may read it sees it. */
export interface ApplicationFile {
  readonly application: ApplicationRow;
  readonly call: CallView;
  /** As it is asked of this applicant, by the answers so far; for the offices by what was submitted last. */
  readonly form: FormDefinition;
  /** With all that it asks of anybody. */
  readonly wholeForm: FormDefinition;
  readonly sections: ReadonlyMap<string, ApplicationSectionRow>;
  /** In the applicant's order. */
  readonly choices: readonly PlaceView[];
  readonly uploads: readonly UploadView[];
  /** Each document that the form asks for, with its versions and what was found of it. */
  readonly documents: readonly DocumentItem[];
  readonly consents: readonly ConsentGiven[];
  /** Letters of reference that were asked for. */
  readonly references: readonly ReferenceView[];
  /** Who applies together with the applicant, or was asked to. */
  readonly coApplicants: readonly CoApplicantView[];
  readonly submission: ApplicationSubmissionRow | null;
  /** The newest first. What another host said before is between it and the home side. */
  readonly nominations: readonly NominationRow[];
  /** Where its home institution puts it, and will say of it; null where it is in no order, or that is not for the reader. */
  readonly standing: NominationCandidateRow | null;
  readonly decision: DecisionView | null;
  /** What both countries ask before it: state and dates, which is all that anybody but the officers of one country sees. */
  readonly gates: readonly GateView[];
  readonly custody: readonly Custody[];
  readonly contents: ApplicationContents;
  /** What the conditions of the call say of what is written now; null where it sets none, and for others than the applicant. */
  readonly eligibility: Verdict | null;
  /** What still keeps it from being submitted. */
  readonly blockers: readonly Blocker[];
  /** What of it is for the actor's eyes. */
  readonly sight: FieldSight;
  /** What the file holds, but does not show the actor: their places in it are empty. */
  readonly withheld: Withheld;
}

/** What belongs to an application whatever became of it. */
export interface FileParts {
  readonly sections: ReadonlyMap<string, ApplicationSectionRow>;
  /** Place ids, in the applicant's order. */
  readonly chosen: readonly Id[];
  readonly consents: readonly ConsentGiven[];
  readonly references: readonly ReferenceView[];
  readonly coApplicants: readonly CoApplicantView[];
  readonly documents: KeptDocuments;
}

/** Loads the whole file of an application for a page, a document or an answer of the API. */
@Injectable()
export class ApplicationFiles {
  constructor(
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(NominationOrders) private readonly orders: NominationOrders,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(Decisions) private readonly decisions: Decisions,
    @Inject(Gates) private readonly gates: Gates,
    @Inject(ApplicationPorts) private readonly ports: ApplicationPorts,
    @Inject(DocumentFindings) private readonly findings: DocumentFindings,
  ) {}

  /** @throws DomainError `not_found` where the actor may not read it. */
  async load(ctx: Ctx, applicationId: string): Promise<ApplicationFile> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read', application, 'application.read');
    return forEyes(ctx, await this.of(ctx, application));
  }

  /** The whole file, for an act that the caller has authorised: nothing in it is withheld from whoever acts. */
  async of(ctx: Ctx, application: ApplicationRow): Promise<ApplicationFile> {
    const { callId, formVersion } = application;
    const [parts, call, wholeForm] = await Promise.all([
      this.parts(ctx, application.id),
      this.calls.byId(ctx, callId),
      this.calls.form(ctx, callId, formVersion),
    ]);
    if (!call) throw new DomainError('not_found');
    if (!wholeForm) throw new Error(`call ${callId} has no form ${formVersion}`);
    return this.assemble(ctx, application, parts, { call, wholeForm });
  }

  /** What its applicant wrote and gave, by the application's id alone: it can be asked for with the application itself. */
  async parts(ctx: Ctx, applicationId: Id): Promise<FileParts> {
    const [sections, chosen, consents, references, coApplicants, documents] = await Promise.all([
      this.applications.sections(ctx, applicationId),
      this.applications.choices(ctx, applicationId),
      this.consents.of(ctx, { kind: 'application', id: applicationId }),
      this.ports.references.of(ctx, applicationId),
      this.ports.coApplicants.of(ctx, applicationId),
      this.findings.kept(ctx, applicationId),
    ]);
    return { sections, chosen, consents, references, coApplicants, documents };
  }

  /** The whole file, of what was read already. */
  async assemble(
    ctx: Ctx,
    application: ApplicationRow,
    { sections, chosen, consents, references, coApplicants, documents }: FileParts,
    {
      call,
      wholeForm,
      places,
    }: {
      readonly call: CallView;
      readonly wholeForm: FormDefinition;
      /** Those that were chosen, where they were read already. */
      readonly places?: ReadonlyMap<Id, PlaceView>;
    },
  ): Promise<ApplicationFile> {
    // What was never submitted was put before nobody.
    const wasSubmitted = application.number !== null;
    const subject = { kind: 'application', id: application.id };
    const sight = sightOf(ctx.actor, application);
    const [submission, everyNomination, decision, standing] = await Promise.all([
      wasSubmitted ? this.applications.latestSubmission(ctx, application.id) : null,
      wasSubmitted ? this.applications.nominations(ctx, application.id) : [],
      wasSubmitted ? this.decisions.ofSubject(ctx, subject) : null,
      wasSubmitted && sight.sees('rank') ? this.orders.of(ctx, application.id) : null,
    ]);
    const nominations = everyNomination.filter(
      ({ hostInstitutionId }) =>
        isHomeSide(ctx.actor, application) || hostInstitutionId === application.hostInstitutionId,
    );
    // By itself: it is read with other rights.
    const gates = wasSubmitted
      ? ((await this.gates.statesOf(ctx, subject.kind, [subject.id])).get(subject.id) ?? [])
      : [];
    const uploads = documents.versions.filter(({ current }) => current);
    const contents: ApplicationContents = {
      answers: Object.fromEntries([...sections].map(([section, row]) => [section, row.answers])),
      choices: chosen,
      documents: uploads.map((upload) => upload.requirement),
      consents: Object.fromEntries(consents.map((consent) => [consent.purpose, consent.textVersion])),
      references: {
        asked: references.filter(({ standing }) => standing !== 'ended').length,
        received: references.filter(({ standing }) => standing === 'received').length,
        binding: application.number === null,
      },
      coApplicants: {
        invited: standingOf(coApplicants, 'invited'),
        unconfirmed: standingOf(coApplicants, 'unconfirmed'),
        confirmed: standingOf(coApplicants, 'confirmed'),
      },
    };
    const judged = await this.judged(ctx, { application, call, wholeForm, submission, contents }, places);
    return {
      application,
      call,
      wholeForm,
      sections,
      uploads,
      documents: this.findings.itemsOf(documents, call, judged.form, submission?.content ?? null),
      consents,
      references,
      coApplicants,
      submission,
      nominations,
      standing,
      decision,
      gates,
      custody: custodyOf({
        ...application,
        nomination: nominations[0] ?? null,
        decision,
        gates,
        promises: call.promises,
      }),
      ...judged,
      sight,
      withheld: withheldFrom(sight, wholeForm, submission?.content ?? null),
    };
  }

  /** The same file, if its applicant said this besides: by the same judgement, and nothing is saved. */
  async ifSaid(
    ctx: Ctx,
    file: ApplicationFile,
    said: Partial<Pick<ApplicationContents, 'answers' | 'choices'>>,
  ): Promise<ApplicationFile> {
    return { ...file, ...(await this.judged(ctx, { ...file, contents: { ...file.contents, ...said } })) };
  }

  /** What follows from the contents: what is asked, what the conditions of the call say, what is missing. */
  private async judged(
    ctx: Ctx,
    file: Pick<ApplicationFile, 'application' | 'call' | 'wholeForm' | 'submission' | 'contents'>,
    known?: ReadonlyMap<Id, PlaceView>,
  ): Promise<Pick<ApplicationFile, 'form' | 'contents' | 'choices' | 'eligibility' | 'blockers'>> {
    const { application, wholeForm, submission, contents } = file;
    const places = known ?? (await this.calls.placesByIds(ctx, contents.choices.filter(isId)));
    const own = ctx.actor.personId === application.applicantId;
    const form = askedForm(wholeForm, own || !submission ? contents : givenIn(submission.content));
    const eligibility = await this.eligibility(ctx, { ...file, form, places });
    const missing = blockersOf(form, contents);
    return {
      form,
      contents,
      choices: contents.choices.flatMap((id) => places.get(id) ?? []),
      eligibility,
      blockers: [...missing, ...conditionBlockers(form, eligibility, missing)],
    };
  }

  /** Only for the applicant, who can still do something about it; others read what was found at the submission. */
  private async eligibility(
    ctx: Ctx,
    {
      application,
      call,
      form,
      contents,
      places,
    }: Pick<ApplicationFile, 'application' | 'call' | 'form' | 'contents'> & {
      readonly places: ReadonlyMap<Id, PlaceView>;
    },
  ): Promise<Verdict | null> {
    const rule = form.eligibility;
    if (!rule || ctx.actor.personId !== application.applicantId) return null;
    const asksForAwards = conditionsOf(rule).some(({ kind }) => kind === 'no_other_award');
    return judge(
      rule,
      eligibilityFacts({
        application,
        call,
        form,
        answers: contents.answers,
        places: contents.choices.flatMap((id) => places.get(id) ?? []),
        otherAwards: asksForAwards ? await this.applications.countOtherAwards(ctx, application, call) : 0,
      }),
    );
  }
}

/** What decides in a submission which questions were asked. */
function givenIn({ sections, choices }: SubmittedContent): GivenSoFar {
  return {
    answers: Object.fromEntries(
      sections.map(({ section, answers }) => [
        section,
        Object.fromEntries(answers.map(({ question, value }) => [question, value])),
      ]),
    ),
    choices: choices.map(({ placeId }) => placeId),
  };
}

/**
 * A document of what was submitted last, or that came after it, under the name that the actor may read.
 * @throws DomainError `not_found` where it is none of them, `forbidden` where it is withheld from the actor.
 */
export function documentForOffice(
  { submission, documents, withheld }: ApplicationFile,
  uploadId: string,
): { readonly fileName: string } {
  const submitted = submission?.content.documents.find((each) => each.uploadId === uploadId);
  const kind = submitted && withheld.get(`documents.${submitted.requirement}`);
  if (kind) {
    throw new DomainError('forbidden', {
      reason: `withheld_${kind}`,
      action: `application.read_${kind}`,
    });
  }
  const document =
    submitted ?? documents.flatMap(({ versions }) => versions).find(({ id }) => id === uploadId);
  if (!document) throw new DomainError('not_found');
  return document;
}

/** What is being written of a candidate is its home's alone; what was sent stands in the nomination. */
function endorsementFor({ actor }: Ctx, { application, standing }: ApplicationFile): string {
  const { allowed } = applicationsPolicy.decide(actor, 'application.nominate', application);
  return allowed ? (standing?.endorsement ?? '') : '';
}

/** The file as the actor may see it. Of what the applicant is still writing the offices see nothing at all. */
function forEyes(ctx: Ctx, file: ApplicationFile): ApplicationFile {
  const { application, submission, sight, wholeForm, withheld } = file;
  if (ctx.actor.personId === application.applicantId) return file;
  const shown = formForEyes(file.form, withheld);
  const seen = requirementsOf(formForEyes(wholeForm, withheld));
  // Whether a document is asked for can tell what the answer was on which that hangs.
  const tells = (requirement: string) =>
    requirementsOf(wholeForm).includes(requirement) && !seen.includes(requirement);
  const documents = itemsForOffice(ctx, application, file.documents, withheld, sight).filter(
    ({ requirement }) => !tells(requirement.id),
  );
  return {
    ...file,
    form: shown,
    application: Object.assign(new ApplicationRow(), application, {
      searchKey: '',
      ...(sight.sees('notes') ? {} : { returnReason: null, closingReason: null }),
    }),
    sections: new Map([...file.sections].map(([id, row]) => [id, { ...row, answers: {} }])),
    uploads: documents.flatMap(({ versions }) => versions.slice(0, 1)),
    documents,
    consents: sight.sees('history') ? file.consents : [],
    references: sight.sees('references') ? file.references : [],
    coApplicants: sight.sees('identity')
      ? file.coApplicants.map((each) => ({
          ...each,
          passportName: sight.sees('passport') ? each.passportName : null,
        }))
      : [],
    nominations: (sight.sees('history') ? file.nominations : []).map((nomination) => ({
      ...nomination,
      ...(sight.sees('notes') ? {} : { endorsement: null, reasonText: null }),
    })),
    standing: file.standing && { ...file.standing, endorsement: endorsementFor(ctx, file) },
    decision: sight.sees('history') ? file.decision : null,
    submission: submission && {
      ...submission,
      content: redacted(submission.content, wholeForm, withheld, sight),
    },
    contents: { ...file.contents, answers: {} },
    eligibility: null,
    blockers: [],
  };
}

function standingOf(all: readonly CoApplicantView[], standing: CoApplicantView['standing']): number {
  return all.filter((each) => each.standing === standing).length;
}

function requirementsOf({ sections }: FormDefinition): readonly string[] {
  return sections.flatMap(({ documents }) => documents.map(({ id }) => id));
}

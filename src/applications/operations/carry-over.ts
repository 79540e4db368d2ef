import { Inject, Injectable } from '@nestjs/common';
import { Calls, acceptsSubmissions, judge } from '../../calls/public.js';
import type { CallView, FormDefinition, PlaceView } from '../../calls/public.js';
import { Uploads } from '../../documents/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, withSystemRights } from '../../platform/database/database.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Consents } from '../../privacy/public.js';
import { contentHash } from '../../shared/content-hash.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationDocumentRow } from '../data/application-document.entity.js';
import { ApplicationSectionRow } from '../data/application-section.entity.js';
import { ApplicationSubmissionRow } from '../data/application-submission.entity.js';
import { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { applicationStates } from '../domain/application.states.js';
import { APPLICATION_CARRIED_OVER } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { answersOf } from '../domain/submitted-content.js';
import type { SubmittedContent } from '../domain/submitted-content.js';
import { ApplicationRecord } from './application-record.js';
import { conditionBlockers, eligibilityFacts } from './eligibility-facts.js';
import { FindDuplicates } from './find-duplicates.js';
import { FreezeContent } from './freeze-content.js';
import { searchKeyOf } from './submit-application.js';

/** A second round as somebody who took part in the first finds it. */
export interface OpenRound {
  readonly call: CallView;
  /** Where they may go. */
  readonly places: readonly PlaceView[];
  /** Their own application in it; null: none yet. */
  readonly mine: ApplicationRow | null;
}

/** What somebody says who takes part again. */
export interface CarryingOver {
  /** Places of the round in the new order of their wishes, by the fields of the form: `choice_1` and so on. */
  readonly typed: Readonly<Record<string, unknown>>;
  readonly agreed: boolean;
}

/**
 * An applicant who got no place takes part in the second round, by their own word and with a new order of wishes. What they
 * submitted goes there as it was, with its documents, what was found of them, and its points: nobody assesses it anew. The
 * application of the first round stays what it is; it waits for nothing any more as long as the other one lives.
 */
@Injectable()
export class CarryOver {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Uploads) private readonly uploads: Uploads,
    @Inject(Consents) private readonly consents: Consents,
    @Inject(FreezeContent) private readonly freeze: FreezeContent,
    @Inject(FindDuplicates) private readonly duplicates: FindDuplicates,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  /** The round that follows the call of an application, once it is published; null: there is none. */
  async round(ctx: Ctx, application: ApplicationRow): Promise<OpenRound | null> {
    const call = await this.calls.roundAfter(ctx, application.callId);
    if (!call || call.state === 'draft' || call.state === 'standby') return null;
    const reachable = new Set(
      call.directions
        .filter(({ homeCountry }) => homeCountry === application.homeCountry)
        .map(({ hostCountry }) => hostCountry),
    );
    return {
      call,
      places: (await this.calls.places(ctx, call.id)).filter(
        ({ institution }) =>
          reachable.has(institution.country) && institution.id !== application.homeInstitutionId,
      ),
      mine: await this.applications.mineFor(ctx, call.id),
    };
  }

  /** Answers the application in the second round; a second click finds what the first made. */
  run(request: RequestContext, applicationId: string, said: CarryingOver): Promise<Id> {
    return this.database.transaction(request, async (ctx) => {
      const former = await this.applications.lock(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.carry_over', former, 'application.read');
      const round = await this.round(ctx, former);
      if (!round) throw new DomainError('conflict', { reason: 'no_round' });
      const { call, mine } = round;
      if (mine?.carriedFrom === former.id) return mine.id;
      if (mine) throw new DomainError('conflict', { reason: 'applied_already' });
      // Each of them agreed to the application of the first round, and to no other.
      if (former.coApplicants.length > 0) {
        throw new DomainError('conflict', { reason: 'carry_over_together' });
      }
      if (call.phase === 'upcoming') throw new DomainError('forbidden', { reason: 'not_yet_open' });
      if (!acceptsSubmissions(call, ctx.clock.now()))
        throw new DomainError('too_late', { reason: 'call_closed' });
      const chosen = chosenPlaces(round, said);
      const form = await this.calls.form(ctx, call.id, call.formVersion);
      const submitted = await this.applications.latestSubmission(ctx, former.id);
      if (!form || !submitted) throw new DomainError('not_found');
      await this.requireConditions(ctx, former, call, form, submitted.content, chosen);
      return withSystemRights(ctx, () => this.carry(ctx, former, call, form, submitted.content, chosen));
    });
  }

  /** What was met by what was submitted is asked once more where it hangs on the places. */
  private async requireConditions(
    ctx: Ctx,
    former: ApplicationRow,
    call: CallView,
    form: FormDefinition,
    content: SubmittedContent,
    places: readonly PlaceView[],
  ): Promise<void> {
    if (!form.eligibility) return;
    const otherAwards = await this.applications.countOtherAwards(ctx, former, call);
    const verdict = judge(
      form.eligibility,
      eligibilityFacts({ application: former, call, form, answers: answersOf(content), places, otherAwards }),
    );
    const blockers = conditionBlockers(form, verdict, []);
    if (blockers.length > 0) throw new DomainError('blocked', { reason: 'not_complete', blockers });
  }

  private async carry(
    ctx: Ctx,
    former: ApplicationRow,
    call: CallView,
    form: FormDefinition,
    content: SubmittedContent,
    places: readonly PlaceView[],
  ): Promise<Id> {
    const now = ctx.clock.now();
    const application = ctx.tx.create(ApplicationRow, {
      id: newId(now),
      callId: call.id,
      formVersion: call.formVersion,
      applicantId: former.applicantId,
      homeCountry: former.homeCountry,
      homeInstitutionId: former.homeInstitutionId,
      homeUnitId: former.homeUnitId,
      freemover: former.freemover,
      preparedBy: former.preparedBy,
      independentAssessment: call.independentAssessment,
      anonymousReading: (call.selection?.review.anonymous.length ?? 0) > 0,
      state: applicationStates.initial,
      stateSince: now,
      submissions: 0,
      language: ctx.language,
      searchKey: '',
      createdAt: now,
      carriedFrom: former.id,
    });
    await this.applications.save(ctx, application);
    const uploads = await this.copyContent(ctx, former, application, form, places);
    const consents = await this.giveConsents(ctx, former, application, form);
    const carried: SubmittedContent = {
      ...content,
      formVersion: call.formVersion,
      call: this.translator.localized(content.language, call.title),
      choices: this.freeze.choices(content.language, places),
      documents: content.documents.map((document) => ({
        ...document,
        uploadId: uploads.get(document.uploadId) ?? document.uploadId,
      })),
      consents,
    };
    const number = await this.record.nextNumber(ctx, former.homeCountry, call.timeZone);
    const submission = {
      id: newId(now),
      applicationId: application.id,
      ordinal: 1,
      at: now,
      language: content.language,
      formVersion: call.formVersion,
      content: carried,
      contentHash: contentHash(carried),
    };
    await ctx.tx.insert(ApplicationSubmissionRow, submission);
    await this.duplicates.keep(ctx, application, form, carried);
    await this.record.move(
      ctx,
      application,
      'carry_over',
      { number, submittedAt: now, submissions: 1, searchKey: searchKeyOf(number, carried) },
      { number, ordinal: 1, contentHash: submission.contentHash, from: former.id },
    );
    await this.record.tell(ctx, application, APPLICATION_CARRIED_OVER, { number });
    return application.id;
  }

  /** The pages as they stand, and the documents with what was found of them. Answers the new documents by the old. */
  private async copyContent(
    ctx: Ctx,
    former: ApplicationRow,
    application: ApplicationRow,
    form: FormDefinition,
    places: readonly PlaceView[],
  ): Promise<ReadonlyMap<Id, Id>> {
    const chosen = Object.fromEntries(places.map(({ id }, index) => [`choice_${index + 1}`, id]));
    const choices = form.sections.find(({ kind }) => kind === 'choices')?.id;
    for (const [section, { answers }] of await this.applications.sections(ctx, former.id)) {
      await ctx.tx.insert(ApplicationSectionRow, {
        applicationId: application.id,
        section,
        answers: section === choices ? chosen : answers,
        revision: 1,
        savedAt: ctx.clock.now(),
      });
    }
    await this.applications.replaceChoices(
      ctx,
      application.id,
      places.map(({ id }) => id),
    );
    const copies = await this.uploads.copy(
      ctx,
      { kind: 'application', id: former.id },
      { kind: 'application', id: application.id },
    );
    for (const found of await ctx.tx.findBy(ApplicationDocumentRow, { applicationId: former.id })) {
      const uploadId = found.uploadId === null ? null : (copies.get(found.uploadId) ?? null);
      // Of a version that was replaced nothing is found yet.
      if (found.uploadId !== null && uploadId === null) continue;
      await ctx.tx.insert(ApplicationDocumentRow, { ...found, applicationId: application.id, uploadId });
    }
    return copies;
  }

  /** To the same purposes as they agreed in the first round and did not take back, each with a receipt of its own. */
  private async giveConsents(
    ctx: Ctx,
    former: ApplicationRow,
    application: ApplicationRow,
    form: FormDefinition,
  ): Promise<SubmittedContent['consents']> {
    const inForce = await this.consents.of(ctx, { kind: 'application', id: former.id });
    const given: SubmittedContent['consents'][number][] = [];
    for (const { purpose, version, text } of form.sections.flatMap(({ consents }) => consents)) {
      if (!inForce.some((each) => each.purpose === purpose && each.textVersion === version)) continue;
      const wording = this.translator.localized(ctx.language, text);
      const subject = { kind: 'application', id: application.id };
      await this.consents.give(ctx, { purpose, subject, textVersion: version, text: wording });
      given.push({ purpose, textVersion: version, wording, givenAt: ctx.clock.now().toISOString() });
    }
    return given;
  }
}

/** @throws DomainError `invalid` by the fields of the form */
function chosenPlaces({ call, places }: OpenRound, { typed, agreed }: CarryingOver): readonly PlaceView[] {
  const byId = new Map(places.map((place) => [place.id, place]));
  const fields: FieldProblem[] = [];
  const chosen: PlaceView[] = [];
  for (let rank = 1; rank <= call.maxChoices; rank++) {
    const field = `choice_${rank}`;
    const id = typed[field];
    if (typeof id !== 'string' || id === '') continue;
    const place = byId.get(id);
    if (!place) fields.push({ field, problem: 'not_in_list' });
    else if (chosen.includes(place)) fields.push({ field, problem: 'duplicate_choice' });
    else chosen.push(place);
  }
  if (chosen.length === 0 && fields.length === 0) {
    fields.push({ field: 'choice_1', problem: 'required_choice' });
  }
  if (!agreed) fields.push({ field: 'agreed', problem: 'carry_over_not_agreed' });
  if (fields.length > 0) throw new DomainError('invalid', { fields });
  return chosen;
}

import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { APPLYING_AS, Calls, askedForm } from '../../calls/public.js';
import type { FormDefinition, FormQuestion, FormSection, GivenSoFar } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { Institutions } from '../../universities/public.js';
import { ApplicationSectionRow } from '../data/application-section.entity.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { readAnswers } from '../domain/answers.js';
import type { Answers } from '../domain/answers.js';
import { homeBy, movedHome } from './home-of-application.js';
import { EditApplication } from './edit-application.js';
import type { EditedSection } from './edit-application.js';

interface SectionAt extends EditedSection {
  readonly form: FormDefinition;
}

export interface SectionSaved {
  readonly section: string;
  readonly revision: number;
  readonly answers: Answers;
  readonly savedAt: Date;
  /** How many entries could not be understood and were left as they were: only where a page is kept so far. */
  readonly notTaken: number;
}

/** A page that its writer sends, all of which must be understood, or what stands in it while they still write. */
type Extent = 'whole' | 'so_far';

/** Pages whose answers are saved as such; documents, consents and letters are acts of their own. */
const WRITTEN: readonly FormSection['kind'][] = ['questions', 'choices'];

/**
 * Saves one page of the form. `revision` is what the page was opened with (0 where nothing was saved before): when another
 * tab or device has saved since, nothing is overwritten and the refusal is `stale`.
 */
@Injectable()
export class SaveSection {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(EditApplication) private readonly edit: EditApplication,
    @Inject(Calls) private readonly calls: Calls,
    @Inject(Institutions) private readonly institutions: Institutions,
  ) {}

  run(
    request: RequestContext,
    applicationId: string,
    sectionId: string,
    typed: Readonly<Record<string, unknown>>,
    revision: number,
  ): Promise<SectionSaved> {
    return this.save(request, applicationId, sectionId, typed, revision, 'whole');
  }

  /**
   * Keeps what somebody has typed so far, while they are still writing. What cannot be understood yet (half a date) is no
   * problem now: the answer stays as it was, and `notTaken` counts it.
   */
  keep(
    request: RequestContext,
    applicationId: string,
    sectionId: string,
    typed: Readonly<Record<string, unknown>>,
    revision: number,
  ): Promise<SectionSaved> {
    return this.save(request, applicationId, sectionId, typed, revision, 'so_far');
  }

  private save(
    request: RequestContext,
    applicationId: string,
    sectionId: string,
    typed: Readonly<Record<string, unknown>>,
    revision: number,
    extent: Extent,
  ): Promise<SectionSaved> {
    return this.database.transaction(request, async (ctx) => {
      const { application, call, form } = await this.edit.begin(ctx, applicationId);
      const section = form.sections.find((candidate) => candidate.id === sectionId);
      if (!section || !WRITTEN.includes(section.kind)) throw new DomainError('not_found');
      const stored = (await this.applications.sections(ctx, application.id)).get(sectionId);
      if ((stored?.revision ?? 0) !== revision) throw new DomainError('stale', { reason: 'stale' });

      const { answers, notTaken } =
        section.kind === 'choices'
          ? { answers: await this.saveChoices(ctx, application, section, typed), notTaken: 0 }
          : await this.readQuestions(
              ctx,
              { application, call, form, section },
              typed,
              stored?.answers ?? {},
              extent,
            );
      // A page that keeps itself and has nothing new to keep leaves the record alone.
      if (extent === 'so_far' && stored && isDeepStrictEqual(answers, stored.answers)) {
        return { section: sectionId, answers, revision, savedAt: stored.savedAt, notTaken };
      }
      const saved = {
        applicationId: application.id,
        section: sectionId,
        answers,
        revision: revision + 1,
        savedAt: ctx.clock.now(),
      };
      await ctx.tx.upsert(ApplicationSectionRow, saved, ['applicationId', 'section']);
      await this.edit.touch(ctx, application, sectionId);
      return { ...saved, notTaken };
    });
  }

  private async readQuestions(
    ctx: Ctx,
    at: SectionAt,
    typed: Readonly<Record<string, unknown>>,
    stored: Answers,
    extent: Extent,
  ): Promise<{ readonly answers: Answers; readonly notTaken: number }> {
    const { application, section } = at;
    const today = ctx.clock.now().toISOString().slice(0, 10);
    const { answers, problems } = readAnswers(section, typed, today);
    const may = new Map(
      section.questions.map((question) => [
        question.id,
        this.edit.mayAnswer(ctx, at, question, stored[question.id]),
      ]),
    );
    const said = section.questions.flatMap(({ id }) => {
      const answer = (may.get(id) === 'yes' ? answers : stored)[id];
      return answer === undefined ? [] : [[id, answer] as const];
    });
    const asked = await this.askedBy(ctx, at, Object.fromEntries(said));
    const found: FieldProblem[] = [];
    const result: Record<string, string> = {};
    for (const question of section.questions) {
      const { id } = question;
      const wrong = problems.filter(({ field }) => isAt(question, field));
      const fixed = may.get(id) === 'yes' ? null : (may.get(id) ?? null);
      // What another answer made fall away is kept as it was, and nothing that stands in it is held against anybody.
      const kept = !asked.has(id) && (wrong.length > 0 || !isTyped(question, typed));
      // A page sends only the controls that it shows open; what was not returned stays as it was.
      const answer = fixed || kept ? stored[id] : answers[id];
      const changes = fixed === 'frozen' ? isTyped(question, typed) : answers[id] !== undefined;
      if (fixed && !kept && changes && answers[id] !== stored[id]) {
        found.push({ field: id, problem: fixed });
      } else if (extent === 'so_far' && !kept && this.edit.wouldFix(ctx, at, question) && answers[id]) {
        // Half a word would stand for good: such an answer is given by its writer, with the button.
        found.push({ field: id, problem: 'frozen' });
      } else if (!kept) {
        found.push(...wrong);
      }
      if (answer === undefined) continue;
      const problem =
        fixed || kept ? undefined : await this.foreignProblem(ctx, application, question, answer);
      if (problem) found.push({ field: id, problem });
      result[id] = answer;
    }
    if (extent === 'whole' && found.length > 0) throw new DomainError('invalid', { fields: found });
    for (const { id } of section.questions.filter((each) => found.some(({ field }) => isAt(each, field)))) {
      const before = stored[id];
      if (before === undefined) delete result[id];
      else result[id] = before;
    }
    if (
      section.questions.some(
        ({ id, institutionCountry }) => id === APPLYING_AS || institutionCountry === 'home',
      )
    ) {
      const given = await this.givenWith(ctx, at, result);
      Object.assign(application, movedHome(application, homeBy(at.form, given, application)));
    }
    return { answers: result, notTaken: found.length };
  }

  /** The questions that are asked, if this page says what it says now. */
  private async askedBy(
    ctx: Ctx,
    { application, form, section }: SectionAt,
    answers: Answers,
  ): Promise<ReadonlySet<string>> {
    const given = await this.givenWith(ctx, { application, section }, answers);
    return new Set(askedForm(form, given).sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
  }

  /** All that was said so far, with what this page says now. */
  private async givenWith(
    ctx: Ctx,
    { application, section }: Pick<SectionAt, 'application' | 'section'>,
    answers: Answers,
  ): Promise<GivenSoFar> {
    const sections = await this.applications.sections(ctx, application.id);
    const others = [...sections].map(([id, row]) => [id, row.answers] as const);
    return {
      answers: { ...Object.fromEntries(others), [section.id]: answers },
      choices: await this.applications.choices(ctx, application.id),
    };
  }

  /** What only the register can tell: whether an institution exists, and whether it is of the applicant's country. */
  private async foreignProblem(
    ctx: Ctx,
    application: ApplicationRow,
    question: FormQuestion,
    answer: string,
  ): Promise<string | undefined> {
    if (question.type !== 'institution') return undefined;
    const institution = isId(answer) ? await this.institutions.byId(ctx, answer) : null;
    if (!institution) return 'not_in_register';
    const expected = question.institutionCountry === 'home' ? application.homeCountry : institution.country;
    return institution.country === expected ? undefined : 'institution_of_other_country';
  }

  private async saveChoices(
    ctx: Ctx,
    application: ApplicationRow,
    section: FormSection,
    typed: Readonly<Record<string, unknown>>,
  ): Promise<Answers> {
    if (!this.edit.isUnlocked(application, section.id, 'choice_1')) {
      throw new DomainError('forbidden', { reason: 'field_locked' });
    }
    const call = await this.calls.byId(ctx, application.callId);
    if (!call) throw new DomainError('not_found');
    const places = new Map((await this.calls.places(ctx, call.id)).map((place) => [place.id, place]));
    const problems: FieldProblem[] = [];
    const chosen: string[] = [];
    for (let rank = 1; rank <= call.maxChoices; rank++) {
      const field = `choice_${rank}`;
      const id = typed[field];
      if (typeof id !== 'string' || id === '') continue;
      const place = places.get(id);
      const possible =
        place !== undefined &&
        call.directions.some(
          (direction) =>
            direction.homeCountry === application.homeCountry &&
            direction.hostCountry === place.institution.country,
        );
      if (!possible) problems.push({ field, problem: 'not_in_list' });
      else if (chosen.includes(id)) problems.push({ field, problem: 'duplicate_choice' });
      else chosen.push(id);
    }
    if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
    await this.applications.replaceChoices(ctx, application.id, chosen);
    return Object.fromEntries(chosen.map((id, index) => [`choice_${index + 1}`, id]));
  }
}

/** A question's own control, or one of its parts (`<question>-<part>`; no id has a hyphen). */
function isAt({ id }: FormQuestion, control: string): boolean {
  return control === id || control.startsWith(`${id}-`);
}

/** Whether the page, or the request, had the question at all. */
function isTyped(question: FormQuestion, typed: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(typed).some((control) => isAt(question, control));
}

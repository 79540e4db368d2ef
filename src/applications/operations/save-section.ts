import { Inject, Injectable } from '@nestjs/common';
import { Calls, askedForm } from '../../calls/public.js';
import type { FormDefinition, FormQuestion, FormSection } from '../../calls/public.js';
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
import { EditApplication } from './edit-application.js';

interface SectionAt {
  readonly application: ApplicationRow;
  readonly form: FormDefinition;
  readonly section: FormSection;
}

export interface SectionSaved {
  readonly section: string;
  readonly revision: number;
  readonly answers: Answers;
}

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
    return this.database.transaction(request, async (ctx) => {
      const { application, form } = await this.edit.begin(ctx, applicationId);
      const section = form.sections.find((candidate) => candidate.id === sectionId);
      if (!section) throw new DomainError('not_found');
      const stored = (await this.applications.sections(ctx, application.id)).get(sectionId);
      if ((stored?.revision ?? 0) !== revision) throw new DomainError('stale', { reason: 'stale' });

      const answers =
        section.kind === 'choices'
          ? await this.saveChoices(ctx, application, section, typed)
          : await this.readQuestions(ctx, { application, form, section }, typed, stored?.answers ?? {});
      const saved = {
        applicationId: application.id,
        section: sectionId,
        answers,
        revision: revision + 1,
        savedAt: ctx.clock.now(),
      };
      await ctx.tx.upsert(ApplicationSectionRow, saved, ['applicationId', 'section']);
      await this.edit.touch(ctx, application, sectionId);
      return saved;
    });
  }

  private async readQuestions(
    ctx: Ctx,
    at: SectionAt,
    typed: Readonly<Record<string, unknown>>,
    stored: Answers,
  ): Promise<Answers> {
    const { application, section } = at;
    const today = ctx.clock.now().toISOString().slice(0, 10);
    const { answers, problems } = readAnswers(section, typed, today);
    const said = section.questions.flatMap(({ id }) => {
      const answer = (this.edit.isUnlocked(application, section.id, id) ? answers : stored)[id];
      return answer === undefined ? [] : [[id, answer] as const];
    });
    const asked = await this.askedBy(ctx, at, Object.fromEntries(said));
    const found: FieldProblem[] = [];
    const result: Record<string, string> = {};
    for (const question of section.questions) {
      const unlocked = this.edit.isUnlocked(application, section.id, question.id);
      const wrong = problems.filter(({ field }) => isAt(question, field));
      // What another answer made fall away is kept as it was, and nothing that stands in it is held against anybody.
      const kept = !asked.has(question.id) && (wrong.length > 0 || !isTyped(question, typed));
      // A page sends only the controls that it shows open; what was not returned stays as it was.
      const answer = unlocked && !kept ? answers[question.id] : stored[question.id];
      if (!kept) found.push(...wrong);
      if (!unlocked && answers[question.id] && answers[question.id] !== stored[question.id]) {
        found.push({ field: question.id, problem: 'locked' });
      }
      if (answer === undefined) continue;
      const problem =
        unlocked && !kept ? await this.foreignProblem(ctx, application, question, answer) : undefined;
      if (problem) found.push({ field: question.id, problem });
      result[question.id] = answer;
    }
    if (found.length > 0) throw new DomainError('invalid', { fields: found });
    const home = section.questions.find((question) => question.institutionCountry === 'home');
    if (home) application.homeInstitutionId = (asked.has(home.id) && result[home.id]) || null;
    return result;
  }

  /** The questions that are asked, if this page says what it says now. */
  private async askedBy(
    ctx: Ctx,
    { application, form, section }: SectionAt,
    answers: Answers,
  ): Promise<ReadonlySet<string>> {
    const sections = await this.applications.sections(ctx, application.id);
    const others = [...sections].map(([id, row]) => [id, row.answers] as const);
    const given = {
      answers: { ...Object.fromEntries(others), [section.id]: answers },
      choices: await this.applications.choices(ctx, application.id),
    };
    return new Set(askedForm(form, given).sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
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

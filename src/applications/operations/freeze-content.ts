import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { conditionWords, fieldOfStudy, institutionsIn, sensitivityOf } from '../../calls/public.js';
import type { FormDefinition, FormQuestion, PlaceView, TableColumn, Verdict } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import { PERSON_PARTS } from '../../shared/compound-entry.js';
import { shownIdentifier } from '../../shared/identifiers.js';
import { isId } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { Institutions, institutionName } from '../../universities/public.js';
import { personOf, tableRows } from '../domain/structured-answers.js';
import type {
  SubmittedAnswer,
  SubmittedCondition,
  SubmittedContent,
  SubmittedTable,
} from '../domain/submitted-content.js';
import type { ApplicationFile } from './application-file.js';

type Named = Awaited<ReturnType<Institutions['byIds']>>;

/** Writes down what is submitted in the words that the applicant saw, so that nothing changes it afterwards. */
@Injectable()
export class FreezeContent {
  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Institutions) private readonly institutions: Institutions,
  ) {}

  async of(ctx: Ctx, file: ApplicationFile): Promise<SubmittedContent> {
    const { language } = ctx;
    const say = (text: Parameters<Translator['localized']>[1]) => this.translator.localized(language, text);
    const institutions = await this.namedIn(ctx, file);
    const sections = [];
    for (const section of file.form.sections.filter((each) => each.kind === 'questions')) {
      const given = file.sections.get(section.id)?.answers ?? {};
      const answers: SubmittedAnswer[] = [];
      for (const question of section.questions) {
        const value = given[question.id] ?? '';
        answers.push({
          question: question.id,
          label: say(question.label),
          value,
          shown: value && this.inWords(language, question, value, institutions),
          ...(sensitivityOf(question) === 'statistics' ? { salt: randomUUID() } : {}),
          ...(value && question.type === 'table' ? { table: this.table(language, question, value) } : {}),
        });
      }
      sections.push({ section: section.id, title: say(section.title), answers });
    }
    // What fell away with an answer is kept in the draft and not submitted.
    const fell = fallenAway(file);
    const labels = new Map(
      file.form.sections.flatMap((section) => section.documents.map((each) => [each.id, say(each.label)])),
    );
    const wordings = new Map(
      file.form.sections.flatMap((section) => section.consents.map((each) => [each.purpose, say(each.text)])),
    );
    const applying = file.coApplicants
      .filter(({ standing }) => standing === 'confirmed')
      .map((each) => ({
        id: each.id,
        name: each.name,
        latinName: each.latinName ?? '',
        passportName: each.passportName ?? '',
        part: each.part,
        country: each.country ?? '',
        confirmedAt: each.confirmedAt?.toISOString() ?? '',
      }));
    return {
      language,
      formVersion: file.application.formVersion,
      call: say(file.call.title),
      sections,
      choices: this.choices(language, file.choices),
      documents: file.uploads
        .filter(({ requirement }) => !fell.has(requirement))
        .map((upload) => ({
          requirement: upload.requirement,
          label: labels.get(upload.requirement) ?? upload.requirement,
          uploadId: upload.id,
          fileName: upload.fileName,
          version: upload.version,
          sizeBytes: upload.sizeBytes,
          pages: upload.pages,
          sha256: upload.sha256,
        })),
      consents: file.consents
        .filter(({ purpose }) => !fell.has(purpose))
        .map((consent) => ({
          purpose: consent.purpose,
          textVersion: consent.textVersion,
          wording: wordings.get(consent.purpose) ?? consent.purpose,
          givenAt: consent.givenAt.toISOString(),
        })),
      ...(applying.length > 0 ? { coApplicants: applying } : {}),
      ...(file.eligibility ? { eligibility: this.conditions(ctx, file.eligibility, institutions) } : {}),
    };
  }

  choices(language: Language, places: readonly PlaceView[]): SubmittedContent['choices'] {
    return places.map((place, index) => ({
      rank: index + 1,
      placeId: place.id,
      institutionId: place.institution.id,
      institution: institutionName(language, place.institution).text,
      detail: [
        this.fieldOf(language, place.fieldCode),
        this.translator.languageName(language, place.language),
        this.translator.t(language, 'applications.place.months', { count: place.months }),
      ].join(' · '),
    }));
  }

  private conditions(ctx: Ctx, verdict: Verdict, institutions: Named): readonly SubmittedCondition[] {
    const names = new Map(
      [...institutions].map(([id, view]) => [id, institutionName(ctx.language, view).text]),
    );
    return verdict.conditions.map(({ condition, outcome }) => ({
      kind: condition.kind,
      label: conditionWords(this.translator, ctx.language, condition, names),
      outcome,
    }));
  }

  private fieldOf(language: Language, code: string): string {
    const field = fieldOfStudy(code);
    return field ? this.translator.localized(language, field) : code;
  }

  /** Every institution that the answers or the conditions name, at once. */
  private namedIn(ctx: Ctx, { form, sections }: ApplicationFile): Promise<Named> {
    const answered = form.sections.flatMap(({ id, questions }) =>
      questions
        .filter(({ type }) => type === 'institution')
        .map((question) => sections.get(id)?.answers[question.id] ?? '')
        .filter(isId),
    );
    return this.institutions.byIds(ctx, [...answered, ...institutionsIn(form.eligibility)]);
  }

  /** An answer as it is read: the name behind a code, a date in words. */
  async shown(ctx: Ctx, language: Language, question: FormQuestion, value: string): Promise<string> {
    const asked = question.type === 'institution' && isId(value) ? [value] : [];
    return this.inWords(language, question, value, await this.institutions.byIds(ctx, asked));
  }

  private inWords(language: Language, question: FormQuestion, value: string, institutions: Named): string {
    switch (question.type) {
      case 'choice': {
        const option = question.options?.find((each) => each.value === value);
        return option ? this.translator.localized(language, option.label) : value;
      }
      case 'country':
        return this.translator.countryName(language, value);
      case 'date':
        return this.translator.date(language, new Date(`${value}T12:00:00Z`), 'UTC');
      case 'institution': {
        const institution = institutions.get(value);
        return institution ? institutionName(language, institution).text : value;
      }
      case 'number':
        return this.translator.number(language, Number(value));
      case 'identifier':
        return question.identifier ? shownIdentifier(question.identifier, value) : value;
      case 'table':
        return this.tableInWords(language, question, value);
      case 'person': {
        const person = personOf(value);
        return PERSON_PARTS.flatMap((part) => person[part] ?? []).join('\n');
      }
      case 'text':
      case 'long_text':
      case 'email':
      case 'phone':
        return value;
    }
  }

  /** A table where there is only room for text: a line for each row. */
  private tableInWords(language: Language, question: FormQuestion, value: string): string {
    const { columns, rows } = this.table(language, question, value);
    return rows
      .map((cells) =>
        cells.flatMap((cell, place) => (cell === '' ? [] : `${columns[place]}: ${cell}`)).join('; '),
      )
      .join('\n');
  }

  /** A table in the words of its form: every row with a cell for every column, empty where nothing was entered. */
  table(language: Language, { columns = [] }: FormQuestion, value: string): SubmittedTable {
    return {
      columns: columns.map(({ label }) => this.translator.localized(language, label)),
      rows: tableRows(value).map((row) =>
        columns.map((column) => this.cell(language, column, row[column.id])),
      ),
    };
  }

  private cell(language: Language, { type, options }: TableColumn, value = ''): string {
    if (value === '') return '';
    switch (type) {
      case 'text':
        return value;
      case 'number':
        // A column of numbers is as often one of years, which nobody groups by thousands.
        return this.translator.number(language, 0.5).includes(',') ? value.replace('.', ',') : value;
      case 'date':
        return this.translator.date(language, new Date(`${value}T12:00:00Z`), 'UTC');
      case 'choice': {
        const option = options?.find((each) => each.value === value);
        return option ? this.translator.localized(language, option.label) : value;
      }
    }
  }
}

/** Documents and consents that the form asks of others, but by their answers not of this applicant. */
function fallenAway({ form, wholeForm }: ApplicationFile): ReadonlySet<string> {
  const idsOf = ({ sections }: FormDefinition) =>
    sections.flatMap(({ documents, consents }) => [
      ...documents.map(({ id }) => id),
      ...consents.map(({ purpose }) => purpose),
    ]);
  const asked = new Set(idsOf(form));
  return new Set(idsOf(wholeForm).filter((id) => !asked.has(id)));
}

import { askedForm } from '../../../calls/public.js';
import type { CallView, FormDefinition, FormSection, PlaceView } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { CountryCode } from '../../../shared/country.js';
import type { Id } from '../../../shared/ids.js';
import type { CountryView } from '../../../universities/public.js';
import { ApplicationRow } from '../../data/application.entity.js';
import { ApplicationSectionRow } from '../../data/application-section.entity.js';
import type { ApplicationContents } from '../../domain/blockers.js';
import { askedDocuments } from '../../domain/document-items.js';
import type { OpenApplication } from '../own-application.js';
import { readerOf } from './reader.js';

/** Answers on which something hangs, and chosen places, by the names of their controls: all that a preview goes by. */
export type DecidingAnswers = Readonly<Record<string, string>>;

/** What an application stands on that nobody has begun. */
export interface PreviewOf {
  readonly call: CallView;
  readonly form: FormDefinition;
  readonly places: readonly PlaceView[];
  readonly home: CountryView;
  readonly answers: DecidingAnswers;
  /** Names of the institutions that the conditions of the call name. */
  readonly conditionNames: ReadonlyMap<Id, string>;
}

const NOBODY = 'preview';

/**
 * An application as its applicant would have it on their screen, made up for those who prepare the call. It is in no
 * database, and no act knows it.
 */
export function previewApplication(
  translator: Translator,
  ctx: Parameters<typeof readerOf>[1],
  { call, form, places, home, answers, conditionNames }: PreviewOf,
): OpenApplication {
  const choices = placesOf(call, places, home.code).filter(({ id }) => choicesIn(answers).includes(id));
  const contents: ApplicationContents = {
    answers: Object.fromEntries(form.sections.map((section) => [section.id, answersOf(section, answers)])),
    choices: choices.map(({ id }) => id),
    documents: [],
    consents: {},
    references: { asked: 0, received: 0, binding: false },
    coApplicants: { invited: 0, unconfirmed: 0, confirmed: 0 },
  };
  const now = ctx.clock.now();
  const application = Object.assign(new ApplicationRow(), {
    id: NOBODY,
    callId: call.id,
    formVersion: call.formVersion,
    homeCountry: home.code,
    homeInstitutionId: null,
    coApplicants: [],
    coAuthors: [],
    state: 'draft' as const,
    stateSince: now,
    number: null,
    submissions: 0,
    returnedFields: null,
    returnReason: null,
    language: ctx.language,
  });
  return {
    file: {
      application,
      call,
      form: askedForm(form, contents),
      wholeForm: form,
      sections: new Map(
        form.sections.map((section) => [
          section.id,
          Object.assign(new ApplicationSectionRow(), {
            section: section.id,
            answers: answersOf(section, answers),
            revision: 0,
          }),
        ]),
      ),
      choices,
      uploads: [],
      documents: askedDocuments(form).map(({ section, requirement }) => ({
        requirement,
        section,
        state: 'missing' as const,
        since: null,
        reason: null,
        dueAt: null,
        versions: [],
      })),
      consents: [],
      references: [],
      coApplicants: [],
      submission: null,
      nominations: [],
      standing: null,
      decision: null,
      gates: [],
      custody: [],
      contents,
      eligibility: null,
      blockers: [],
      sight: { sees: () => true },
      withheld: new Map(),
    },
    names: { homeInstitution: null, hostInstitution: null, homeMinistry: null, hostMinistry: null },
    reader: readerOf(translator, ctx, call, home.timeZone),
    homeLanguage: home.language,
    conditionNames,
  };
}

/** Places that somebody of this country may choose. */
export function placesOf(
  { directions }: CallView,
  places: readonly PlaceView[],
  home: CountryCode,
): readonly PlaceView[] {
  const hosts = directions
    .filter(({ homeCountry }) => homeCountry === home)
    .map(({ hostCountry }) => hostCountry);
  return places.filter(({ institution }) => hosts.includes(institution.country));
}

/** Of what was typed, that on which something hangs. Nothing else goes along from page to page. */
export function decidingIn(form: FormDefinition, typed: Readonly<Record<string, string>>): DecidingAnswers {
  const hanging = form.sections.flatMap((section) => [section, ...section.questions, ...section.documents]);
  const deciding = new Set(hanging.flatMap(({ visibleIf }) => (visibleIf ? [visibleIf.question] : [])));
  return Object.fromEntries(
    Object.entries(typed).filter(
      ([name, value]) =>
        value !== '' && value.length <= 80 && (deciding.has(name) || /^choice_[1-9]$/.test(name)),
    ),
  );
}

function answersOf({ questions }: FormSection, answers: DecidingAnswers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    questions.flatMap(({ id }) => {
      const answer = Object.hasOwn(answers, id) ? answers[id] : undefined;
      return answer ? [[id, answer] as const] : [];
    }),
  );
}

function choicesIn(answers: DecidingAnswers): readonly string[] {
  return Object.entries(answers)
    .filter(([name]) => name.startsWith('choice_'))
    .map(([, place]) => place);
}

import { fieldOfStudy, presentPlaceTerms, questionsOnPage } from '../../../calls/public.js';
import type { FormQuestion, FormSection, PlaceView } from '../../../calls/public.js';
import { COUNTRY_CODES } from '../../../shared/countries-of-the-world.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { PERSON_PARTS } from '../../../shared/compound-entry.js';
import type { Id } from '../../../shared/ids.js';
import { shownIdentifier } from '../../../shared/identifiers.js';
import type { IdentifierKind } from '../../../shared/identifiers.js';
import { machineReadableName, proposePassportName } from '../../../shared/transliteration.js';
import type { InstitutionView } from '../../../universities/public.js';
import { institutionCity, institutionName } from '../../../universities/public.js';
import { typedRows } from '../../domain/answers.js';
import type { Answers } from '../../domain/answers.js';
import { frozenFrom } from '../../domain/frozen.js';
import type { OpenApplication } from '../own-application.js';
import type {
  ApplicableWhen,
  ChoicesView,
  ConsentsView,
  DateParts,
  DocumentView,
  DocumentsView,
  FieldView,
  OptionGroup,
  PlaceRow,
  ProblemView,
  QuestionsView,
  SectionPage,
  StaleView,
  SummaryRow,
  Words,
} from '../views/applicant-views.js';
import { asksOf, documentTag, fileFacts } from './document-facts.js';
import { presentUnmet } from './present-blocker.js';
import { presentHead, presentReturned } from './present-head.js';
import { numberAsTyped, partLabels, presentPerson, presentTable } from './present-parts.js';
import { atInstant, inSentence } from './reader.js';

/** More options than these are a list to open, not a row of buttons. */
const RADIOS_UP_TO = 7;

/** What somebody typed into a page that comes back, by the names of its controls. */
export type Typed = Readonly<Record<string, string>>;

/** How a page of the form is shown. */
export interface SectionState {
  /** Null: the page shows what is saved. */
  readonly typed: Typed | null;
  readonly problems: readonly FieldProblem[];
  readonly closed: SectionPage['closed'];
  /** Why nothing was taken, where no control is to blame. */
  readonly refusal: Words | null;
  /** Whether another tab or device has saved since the page was opened. */
  readonly stale: boolean;
  readonly fromCheck: boolean;
  isUnlocked(field: string): boolean;
}

/** A page of questions with those too that only another answer on it would ask for: they say themselves when they apply. */
export function pageSection({ file }: OpenApplication, section: FormSection): FormSection {
  const whole = file.wholeForm.sections.find(({ id }) => id === section.id) ?? section;
  return {
    ...section,
    questions: questionsOnPage(file.wholeForm, whole, file.contents).map(({ question }) => question),
  };
}

export function presentQuestions(
  open: OpenApplication,
  section: FormSection,
  state: SectionState,
  /** Institutions that a question of the section offers. */
  institutions: readonly InstitutionView[],
  /** An answer as it reads, by the question's id. */
  shown: Readonly<Record<string, string>>,
): QuestionsView {
  const stored = open.file.sections.get(section.id)?.answers ?? {};
  const free = section.questions.filter((question) => state.isUnlocked(question.id));
  const fields = free.map((question) => {
    const when = applicableWhen(open, section, question);
    return {
      ...presentField(open, question, stored, state, institutions),
      ...frozenNote(open, question),
      ...(when ? { when } : {}),
    };
  });
  return {
    ...sectionPage(open, section, state, labelsOf(open, section.questions)),
    stale: state.stale ? staleQuestions(open, free, stored, shown, state.typed ?? {}, institutions) : null,
    fields,
    fixed: section.questions
      .filter((question) => !state.isUnlocked(question.id))
      .map((question): SummaryRow => {
        const problem = state.problems.find(({ field }) => field === question.id);
        const words = shown[question.id] || { key: 'common.not_provided' };
        const note = frozenNote(open, question).note;
        return {
          label: say(open, question.label),
          ...(note ? { values: [words, note] } : { value: words }),
          ...(problem ? { problem: problemWords(problem) } : {}),
        };
      }),
  };
}

export function presentChoices(
  open: OpenApplication,
  section: FormSection,
  state: SectionState,
  places: readonly PlaceView[],
  institutions: ReadonlyMap<Id, string>,
): ChoicesView {
  const { file, reader } = open;
  const { maxChoices } = file.call;
  const names = Array.from({ length: maxChoices }, (_, index) => `choice_${index + 1}`);
  const stored: Answers = Object.fromEntries(
    file.choices.map((place, index) => [`choice_${index + 1}`, place.id]),
  );
  const label = (rank: number) =>
    reader.translator.t(reader.language, 'applications.form.choice', {
      rank: reader.translator.number(reader.language, rank),
    });
  const labels = new Map(names.map((name, index) => [name, label(index + 1)]));
  const options = places.map((place) => ({ value: place.id, label: placeLine(open, place) }));
  const lineOf = (id: string | undefined) => {
    const place = places.find((candidate) => candidate.id === id);
    return place ? placeLine(open, place) : reader.translator.t(reader.language, 'common.none');
  };
  const unlocked = state.isUnlocked('choice_1');
  const typed = state.typed;
  return {
    ...sectionPage(open, section, state, labels),
    stale:
      state.stale && typed
        ? {
            rows: names
              .filter((name) => (typed[name] ?? '') !== (stored[name] ?? ''))
              .map((name) => ({
                label: labels.get(name) ?? name,
                mine: lineOf(typed[name]),
                saved: lineOf(stored[name]),
              })),
          }
        : null,
    fields: unlocked
      ? names.map((name, index) => {
          const error = state.problems.find(({ field }) => field === name);
          return {
            kind: 'select' as const,
            name,
            label: labels.get(name) ?? name,
            value: (typed ? typed[name] : stored[name]) ?? '',
            optional: index > 0,
            options,
            ...(error ? { error: problemWords(error) } : {}),
          };
        })
      : [],
    fixed: unlocked
      ? []
      : file.choices.map((place, index) => ({ label: label(index + 1), value: placeLine(open, place) })),
    places: places.map((place) => placeRow(open, place, institutions)),
  };
}

export function presentDocuments(
  open: OpenApplication,
  section: FormSection,
  state: SectionState,
): DocumentsView {
  const { file, reader } = open;
  const href = `/applications/${file.application.id}`;
  const labels = new Map(section.documents.map((document) => [document.id, say(open, document.label)]));
  const following = file.form.sections[file.form.sections.findIndex(({ id }) => id === section.id) + 1];
  return {
    ...sectionPage(open, section, state, labels),
    nextHref: state.fromCheck || !following ? `${href}/check` : `${href}/${following.id}`,
    documents: section.documents.map((document): DocumentView => {
      const upload = file.uploads.find(({ requirement }) => requirement === document.id);
      const problem = state.problems.find(({ field }) => field === document.id);
      const item = file.documents.find(({ requirement }) => requirement.id === document.id);
      return {
        id: document.id,
        label: say(open, document.label),
        hint: document.hint ? say(open, document.hint) : null,
        asks: asksOf(reader, file, document),
        required: document.required,
        open: state.closed === null && (state.isUnlocked(document.id) || item?.state === 'to_be_corrected'),
        later: item?.state === 'missing' && item.dueAt ? inSentence(reader, item.dueAt) : null,
        found: item?.since ? { state: documentTag(item.state), reason: item.reason } : null,
        error: problem ? problemWords(problem) : null,
        action: `${href}/documents/${document.id}`,
        removeAction: `${href}/documents/${document.id}/remove`,
        present: upload
          ? {
              name: upload.fileName,
              href: `${href}/documents/${upload.id}`,
              previewHref: `${href}/documents/${upload.id}/preview`,
              facts: [...fileFacts(reader, upload), atInstant(reader, upload.uploadedAt)],
            }
          : null,
      };
    }),
  };
}

export function presentConsents(
  open: OpenApplication,
  section: FormSection,
  state: SectionState,
): ConsentsView {
  const { file, reader } = open;
  const draft = file.application.state === 'draft';
  const ticked = state.typed ? new Set(Object.keys(state.typed)) : null;
  const labels = new Map(section.consents.map((consent) => [consent.purpose, say(open, consent.text)]));
  return {
    ...sectionPage(open, section, state, labels),
    consents: section.consents.map(({ purpose, version, text, required }) => {
      const given = file.consents.find(
        (consent) => consent.purpose === purpose && consent.textVersion === version,
      );
      const problem = state.problems.find(({ field }) => field === purpose);
      return {
        purpose,
        version,
        required,
        text: say(open, text),
        given: given ? atInstant(reader, given.givenAt) : null,
        ticked: ticked ? ticked.has(`consent-${purpose}`) : given !== undefined,
        // One that was given with a submission is taken back by withdrawing the application, not by a missing tick.
        locked: !draft && given !== undefined,
        error: problem ? problemWords(problem) : null,
      };
    }),
  };
}

/** What the page of letters of reference has above its own content. */
export function presentReferencesPage(
  open: OpenApplication,
  section: FormSection,
  state: SectionState,
): SectionPage {
  return sectionPage(open, section, state, new Map());
}

export function problemWords({ problem, values }: FieldProblem): Words {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

function sectionPage(
  open: OpenApplication,
  section: FormSection,
  state: SectionState,
  labels: ReadonlyMap<string, string>,
): SectionPage {
  const { file, reader } = open;
  const head = presentHead(open);
  const { sections } = file.form;
  return {
    head,
    section: section.id,
    title: say(open, section.title),
    intro: section.intro ? say(open, section.intro) : null,
    action: `${head.href}/${section.id}`,
    problems: [
      ...(state.refusal ? [{ message: state.refusal }] : []),
      ...state.problems.map((problem): ProblemView => {
        const words = problemWords(problem);
        const text =
          typeof words === 'string' ? words : reader.translator.t(reader.language, words.key, words.values);
        const label = labels.get(problem.field);
        return {
          message: label ? { key: 'applications.form.problem_at', values: { label, problem: text } } : text,
          href: `#field-${problem.field}`,
        };
      }),
    ],
    closed: state.closed,
    stale: null,
    returned: presentReturned(open),
    unmet: presentUnmet(open, section.id),
    revision: revisionOf(open, section, state),
    fromCheck: state.fromCheck,
    number: Math.max(1, sections.findIndex(({ id }) => id === section.id) + 1),
    total: sections.length,
  };
}

/**
 * What the page says it was opened with. One that comes back with problems keeps what it said, so that a save of another
 * tab is not lost; only where both versions are shown does it go on from the newer one.
 */
function revisionOf({ file }: OpenApplication, section: FormSection, state: SectionState): number {
  const saved = file.sections.get(section.id)?.revision ?? 0;
  if (state.stale || state.typed === null) return saved;
  const said = Number(state.typed.revision);
  return Number.isInteger(said) ? said : saved;
}

function labelsOf(open: OpenApplication, questions: readonly FormQuestion[]): ReadonlyMap<string, string> {
  return new Map(
    questions.flatMap((question) => [
      [question.id, say(open, question.label)] as const,
      ...partLabels(open.reader, question),
    ]),
  );
}

/** Until when an answer can be changed, or since when not; a return for correction knows no such day. */
function frozenNote({ file, reader }: OpenApplication, question: FormQuestion): { note?: Words } {
  const from = file.application.state === 'draft' ? frozenFrom(question, file.call) : null;
  if (!from) return {};
  if (reader.now < from) {
    return { note: { key: 'applications.form.frozen_from', values: { when: inSentence(reader, from) } } };
  }
  const answered = Boolean(file.sections.get(sectionIdOf(file, question))?.answers[question.id]);
  return answered
    ? { note: { key: 'applications.form.frozen_since', values: { when: inSentence(reader, from) } } }
    : { note: { key: 'applications.form.frozen_once' } };
}

function sectionIdOf({ wholeForm }: OpenApplication['file'], { id }: FormQuestion): string {
  return wholeForm.sections.find(({ questions }) => questions.some((each) => each.id === id))?.id ?? '';
}

/** On which answer of this very page a question hangs. What hangs on another page is shown only where it is asked. */
function applicableWhen(
  open: OpenApplication,
  section: FormSection,
  { visibleIf }: FormQuestion,
): ApplicableWhen | undefined {
  const parent = section.questions.find(({ id }) => id === visibleIf?.question);
  if (!visibleIf || !parent) return undefined;
  const { translator, language } = open.reader;
  const answers = visibleIf.is.map((value) => {
    const option = parent.options?.find((each) => each.value === value);
    return option ? say(open, option.label) : translator.countryName(language, value);
  });
  return {
    question: visibleIf.question,
    is: visibleIf.is,
    words: {
      key: 'applications.form.applies_when',
      values: { question: say(open, parent.label), answer: answers.join(' / ') },
    },
  };
}

function say({ reader }: OpenApplication, text: FormQuestion['label']): string {
  return reader.translator.localized(reader.language, text);
}

function presentField(
  open: OpenApplication,
  question: FormQuestion,
  stored: Answers,
  state: SectionState,
  institutions: readonly InstitutionView[],
): FieldView {
  const problem = state.problems.find(({ field }) => field === question.id);
  const value = (state.typed ? state.typed[question.id] : stored[question.id]) ?? '';
  const filled = {
    typed: state.typed,
    stored: stored[question.id] ?? '',
    problemAt: (name: string) => state.problems.find(({ field }) => field === name),
  };
  const common = {
    name: question.id,
    label: say(open, question.label),
    optional: !question.required,
    value,
    ...(question.hint ? { hint: say(open, question.hint) } : {}),
    ...(problem ? { error: problemWords(problem) } : {}),
    ...(question.autocomplete ? { autocomplete: question.autocomplete } : {}),
  };
  switch (question.type) {
    case 'text': {
      const proposal = passportProposal(open, question, stored, state.typed);
      return {
        ...common,
        kind: 'text',
        ...(question.script === 'passport' ? { lang: 'und-Latn' } : {}),
        ...(question.script === 'passport' ? { proposal: proposal ?? '' } : {}),
      };
    }
    case 'long_text':
      return {
        ...common,
        kind: 'textarea',
        ...(question.maxWords ? { maxWords: question.maxWords } : {}),
      };
    case 'date':
      return { ...common, kind: 'date', value: dateParts(question.id, stored, state.typed) };
    case 'choice': {
      const options = (question.options ?? []).map((option) => ({
        value: option.value,
        label: say(open, option.label),
      }));
      return { ...common, kind: options.length > RADIOS_UP_TO ? 'select' : 'radios', options };
    }
    case 'country':
      return { ...common, kind: 'select', options: countryOptions(open) };
    case 'email':
      return { ...common, kind: 'email' };
    case 'phone':
      return { ...common, kind: 'tel', width: 20 };
    case 'number':
      return {
        ...common,
        kind: 'number',
        width: 5,
        value: state.typed ? value : numberAsTyped(open.reader, value),
      };
    case 'institution': {
      const { homeCountry } = open.file.application;
      const home = question.institutionCountry === 'home';
      return {
        ...common,
        kind: 'institution',
        groups: institutionGroups(
          open,
          institutions.filter(({ country }) => !home || country === homeCountry),
        ),
        ...(home ? { country: homeCountry } : {}),
      };
    }
    case 'identifier': {
      const kind = question.identifier;
      return {
        ...common,
        kind: 'text',
        value: state.typed || !kind ? value : shownIdentifier(kind, value),
        ...(kind === undefined || common.hint ? {} : { hint: identifierHint(open, kind) }),
        ...(kind === 'passport_mrz' ? {} : { width: 20 }),
      };
    }
    case 'table':
      return { ...common, kind: 'table', value: '', table: presentTable(open.reader, question, filled) };
    case 'person':
      return { ...common, kind: 'person', value: '', person: presentPerson(question, filled) };
  }
}

function identifierHint({ reader }: OpenApplication, kind: IdentifierKind): string {
  return reader.translator.t(reader.language, `applications.form.identifiers.${kind}`);
}

/** What is proposed for the passport's spelling of a name while it is typed; empty where there is nothing to propose. */
export function passportProposals(
  open: OpenApplication,
  sectionId: string,
  typed: Typed,
): Readonly<Record<string, string>> {
  const section = open.file.wholeForm.sections.find(({ id }) => id === sectionId);
  return Object.fromEntries(
    (section?.questions ?? [])
      .filter(({ script }) => script === 'passport')
      .map((question) => [question.id, passportProposal(open, question, {}, typed) ?? '']),
  );
}

/** Proposed from the name as it is written on this very page, where the passport's spelling still says something else. */
function passportProposal(
  { homeLanguage }: OpenApplication,
  { id, script }: FormQuestion,
  stored: Answers,
  typed: Typed | null,
): string | undefined {
  if (script !== 'passport') return undefined;
  const answers = typed ?? stored;
  const native = answers[id.replace(/^passport_/, 'native_')] ?? '';
  const proposal = machineReadableName(proposePassportName(native, homeLanguage));
  return proposal && proposal !== answers[id]?.toUpperCase() ? proposal : undefined;
}

function dateParts(id: string, stored: Answers, typed: Typed | null): DateParts {
  if (typed) {
    const part = (name: string) => typed[`${id}-${name}`] ?? '';
    return { day: part('day'), month: part('month'), year: part('year') };
  }
  const [year = '', month = '', day = ''] = (stored[id] ?? '').split('-');
  return { day: day.replace(/^0/, ''), month: month.replace(/^0/, ''), year };
}

/** The countries of the call first, for nearly everybody is a citizen of one; then the world by the reader's alphabet. */
function countryOptions({ file, reader }: OpenApplication): NonNullable<FieldView['options']> {
  const { translator, language } = reader;
  const own = file.application.homeCountry;
  const near = [
    ...new Set([
      own,
      ...file.call.directions.flatMap(({ homeCountry, hostCountry }) => [homeCountry, hostCountry]),
    ]),
  ];
  const option = (code: string) => ({ value: code, label: translator.countryName(language, code) });
  const compare = translator.compare(language);
  return [
    ...near.map(option),
    ...COUNTRY_CODES.filter((code) => !near.includes(code))
      .map(option)
      .sort((a, b) => compare(a.label, b.label)),
  ];
}

/** By city, so that one finds an institution in a long list without a search. */
function institutionGroups(
  { reader }: OpenApplication,
  institutions: readonly InstitutionView[],
): OptionGroup[] {
  const { translator, language } = reader;
  const compare = translator.compare(language);
  const groups = new Map<
    string,
    { label: string; lang?: string; options: OptionGroup['options'][number][] }
  >();
  for (const institution of institutions) {
    const city = institutionCity(language, institution);
    const label = city?.text ?? translator.countryName(language, institution.country);
    const group = groups.get(label) ?? { label, ...(city ? { lang: city.lang } : {}), options: [] };
    const name = institutionName(language, institution);
    group.options.push({ value: institution.id, label: name.text, lang: name.lang });
    groups.set(label, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, options: group.options.sort((a, b) => compare(a.label, b.label)) }))
    .sort((a, b) => compare(a.label, b.label));
}

export function placeLine({ reader }: Pick<OpenApplication, 'reader'>, place: PlaceView): string {
  const { translator, language } = reader;
  return [
    institutionName(language, place.institution).text,
    fieldName(reader, place),
    ...(place.level === null ? [] : [levelName(reader, place.level)]),
    languageNeeded(reader, place),
    translator.t(language, 'applications.place.months', { count: place.months }),
    translator.t(language, 'web.call.free', { count: place.free }),
  ].join(' · ');
}

function placeRow(
  { reader }: OpenApplication,
  place: PlaceView,
  institutions: ReadonlyMap<Id, string>,
): PlaceRow {
  const { translator, language } = reader;
  return {
    host: {
      ...institutionName(language, place.institution),
      href: `/institutions/${place.institution.slug}`,
    },
    city: institutionCity(language, place.institution),
    field: [fieldName(reader, place), ...(place.level === null ? [] : [levelName(reader, place.level)])].join(
      ' · ',
    ),
    language: { key: 'applications.form.plain', values: { text: languageNeeded(reader, place) } },
    months: { key: 'applications.place.months', values: { count: place.months } },
    services: place.services && translator.localized(language, place.services),
    free: { key: 'calls.free_of', values: { free: place.free, total: place.capacity } },
    terms: presentPlaceTerms(translator, language, place, institutions),
  };
}

function fieldName({ translator, language }: OpenApplication['reader'], { fieldCode }: PlaceView): string {
  const field = fieldOfStudy(fieldCode);
  return field ? translator.localized(language, field) : fieldCode;
}

function levelName({ translator, language }: OpenApplication['reader'], level: number): string {
  const key = `calls.levels.${level}`;
  return translator.has(language, key)
    ? translator.t(language, key)
    : translator.t(language, 'calls.levels.other', { level });
}

function languageNeeded({ translator, language }: OpenApplication['reader'], place: PlaceView): string {
  return translator.t(language, 'calls.language_needed', {
    language: translator.languageName(language, place.language),
    level:
      place.languageLevel === 'NS' ? translator.t(language, 'calls.native_speaker') : place.languageLevel,
  });
}

function staleQuestions(
  open: OpenApplication,
  questions: readonly FormQuestion[],
  stored: Answers,
  shown: Readonly<Record<string, string>>,
  typed: Typed,
  institutions: readonly InstitutionView[],
): StaleView {
  const { translator, language } = open.reader;
  const nothing = translator.t(language, 'common.not_provided');
  return {
    rows: questions.flatMap((question) => {
      const mine = asTyped(open, question, typed, institutions);
      const isSame =
        question.type === 'table' || question.type === 'person'
          ? isSameParts(open, question, stored, typed)
          : asSaved(open, question, stored) ===
            (question.type === 'date' ? mine : typedText(typed, question.id));
      if (isSame) return [];
      return [
        {
          label: say(open, question.label),
          mine: mine || nothing,
          saved: shown[question.id] || nothing,
        },
      ];
    }),
  };
}

/** What is saved, as somebody would type it: what is the same in both versions is not to be compared. */
function asSaved(open: OpenApplication, { id, type, identifier }: FormQuestion, stored: Answers): string {
  if (type === 'date')
    return Object.values(dateParts(id, stored, null))
      .join(' ')
      .trim();
  const value = stored[id] ?? '';
  if (type === 'identifier' && identifier) return shownIdentifier(identifier, value);
  return type === 'number' ? numberAsTyped(open.reader, value) : value;
}

/** Control by control: what the page would show of the kept answer against what it was sent with. */
function isSameParts(
  { reader }: OpenApplication,
  question: FormQuestion,
  stored: Answers,
  typed: Typed,
): boolean {
  const nothing = { stored: stored[question.id] ?? '', problemAt: () => undefined };
  const partsOf = (of: Typed | null) =>
    (question.type === 'person'
      ? presentPerson(question, { ...nothing, typed: of }).parts
      : presentTable(reader, question, { ...nothing, typed: of }).rows.flatMap(({ cells }) => cells)
    )
      .map(({ value }) => value.trim())
      .filter(Boolean)
      .join('\n');
  return partsOf(null) === partsOf(typed);
}

function typedText(typed: Typed, id: string): string {
  return typed[id]?.replace(/\r\n?/g, '\n').trim() ?? '';
}

function asTyped(
  open: OpenApplication,
  question: FormQuestion,
  typed: Typed,
  institutions: readonly InstitutionView[],
): string {
  const { translator, language } = open.reader;
  const value = typedText(typed, question.id);
  switch (question.type) {
    case 'date':
      return Object.values(dateParts(question.id, {}, typed))
        .join(' ')
        .trim();
    case 'choice': {
      const option = question.options?.find((each) => each.value === value);
      return option ? say(open, option.label) : value;
    }
    case 'country':
      return /^[A-Z]{2}$/.test(value) ? translator.countryName(language, value) : value;
    case 'institution': {
      const institution = institutions.find(({ id }) => id === value);
      return institution ? institutionName(language, institution).text : value;
    }
    case 'table':
      return (typedRows(question, typed) ?? [])
        .map(({ cells }) => Object.values(cells).filter(Boolean).join('; '))
        .filter(Boolean)
        .join('\n');
    case 'person':
      return PERSON_PARTS.map((part) => typedText(typed, `${question.id}-${part}`))
        .filter(Boolean)
        .join('\n');
    case 'text':
    case 'long_text':
    case 'email':
    case 'phone':
    case 'number':
    case 'identifier':
      return value;
  }
}

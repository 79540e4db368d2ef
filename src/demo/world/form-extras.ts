import type {
  DocumentRequirement,
  FormDefinition,
  FormQuestion,
  QuestionOption,
} from '../../calls/public.js';
import type { LocalizedText } from '../../shared/language.js';

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });

/** What a call asks beside the standard form of its category, by section. Places are called by their names. */
export interface FormExtras {
  readonly questions: readonly {
    readonly section: string;
    readonly question: FormQuestion;
    /** Asked only of whom chose one of these. */
    readonly ofPlaces?: readonly string[];
  }[];
  readonly documents: readonly DocumentRequirement[];
}

const YES_NO: readonly QuestionOption[] = [
  { value: 'yes', label: text('да', 'да', 'yes') },
  { value: 'no', label: text('не', 'нет', 'no') },
];

const EXAMS: FormQuestion = {
  id: 'exams',
  type: 'table',
  sensitivity: 'open',
  required: false,
  label: text(
    'Испити важни за место које бирате',
    'Экзамены, важные для выбранного места',
    'Examinations that matter for the place you choose',
  ),
  maxRows: 5,
  columns: [
    { id: 'subject', type: 'text', label: text('Предмет', 'Дисциплина', 'Subject') },
    { id: 'grade', type: 'number', label: text('Оцена', 'Оценка', 'Grade') },
    { id: 'passed_on', type: 'date', label: text('Датум', 'Дата', 'Date'), optional: true },
  ],
};

const NEEDS: FormQuestion = {
  id: 'needs',
  type: 'choice',
  sensitivity: 'health',
  required: false,
  options: YES_NO,
  label: text(
    'Да ли Вам је због здравља потребно нешто посебно?',
    'Нужны ли Вам особые условия по состоянию здоровья?',
    'Do you need anything special because of your health?',
  ),
};
const NEEDS_WHAT: FormQuestion = {
  id: 'needs_what',
  type: 'long_text',
  sensitivity: 'health',
  required: true,
  maxWords: 120,
  visibleIf: { question: 'needs', is: ['yes'] },
  label: text('Шта Вам је потребно', 'Что Вам нужно', 'What you need'),
  hint: text(
    'На пример соба приступачна колицима или додатно време на испиту. Читају само они који о томе брину.',
    'Например, комната, доступная для коляски, или дополнительное время на экзамене. Читают только те, кто этим занимается.',
    'A room that a wheelchair can enter, for example, or more time in examinations. Only those who see to it read this.',
  ),
};

const CITY_DATA: FormQuestion = {
  id: 'city_data',
  type: 'long_text',
  sensitivity: 'open',
  required: false,
  maxWords: 150,
  label: text(
    'С којим сте подацима о граду већ радили',
    'С какими городскими данными Вы уже работали',
    'Which city data you have worked with',
  ),
  hint: text(
    'Пита домаћин места које сте изабрали: мерења, карте, превоз.',
    'Спрашивает организация, место в которой Вы выбрали: измерения, карты, транспорт.',
    'Asked by the host of the place that you chose: measurements, maps, transport.',
  ),
};

const ORCID: FormQuestion = {
  id: 'orcid',
  type: 'identifier',
  identifier: 'orcid',
  sensitivity: 'open',
  required: false,
  label: text('Број ORCID', 'Номер ORCID', 'ORCID number'),
  hint: text(
    'Шеснаест цифара; последња се проверава.',
    'Шестнадцать цифр; последняя проверяется.',
    'Sixteen digits, the last of which is checked.',
  ),
};

const PUBLICATIONS: FormQuestion = {
  id: 'publications',
  type: 'table',
  sensitivity: 'open',
  required: false,
  maxRows: 10,
  label: text('Најважнији радови', 'Важнейшие публикации', 'Most important publications'),
  columns: [
    { id: 'work', type: 'text', label: text('Наслов', 'Название', 'Title') },
    { id: 'year', type: 'number', label: text('Година', 'Год', 'Year') },
    {
      id: 'kind',
      type: 'choice',
      label: text('Врста', 'Вид', 'Kind'),
      options: [
        { value: 'article', label: text('рад у часопису', 'статья в журнале', 'journal article') },
        { value: 'conference', label: text('рад на скупу', 'доклад на конференции', 'conference paper') },
        { value: 'software', label: text('софтвер или подаци', 'программа или данные', 'software or data') },
      ],
    },
    { id: 'link', type: 'text', label: text('Веза', 'Ссылка', 'Link'), optional: true },
  ],
};

const HOST_PERSON: FormQuestion = {
  id: 'host_person',
  type: 'person',
  sensitivity: 'contact',
  required: false,
  label: text(
    'Са ким сте код домаћина већ у вези',
    'С кем в принимающей организации Вы уже на связи',
    'Whom at the host you are in touch with',
  ),
};

const RESTRICTED: FormQuestion = {
  id: 'restricted',
  type: 'choice',
  sensitivity: 'open',
  required: false,
  options: YES_NO,
  label: text(
    'Да ли рад захтева приступ системима који нису јавни?',
    'Требует ли работа доступа к закрытым системам?',
    'Does the work need access to systems that are not public?',
  ),
};
const RESTRICTED_WHAT: FormQuestion = {
  id: 'restricted_what',
  type: 'text',
  sensitivity: 'open',
  required: true,
  maxLength: 200,
  visibleIf: { question: 'restricted', is: ['yes'] },
  label: text('Којим системима', 'К каким системам', 'Which systems'),
};
const PROTOTYPE: FormQuestion = {
  id: 'prototype',
  type: 'long_text',
  sensitivity: 'open',
  required: false,
  maxWords: 150,
  label: text(
    'Шта бисте израдили у радионици технопарка',
    'Что Вы изготовили бы в мастерской технопарка',
    'What you would build in the workshop of the technology park',
  ),
};

const ENROLMENT: DocumentRequirement = {
  id: 'enrolment_certificate',
  label: text('Потврда о упису', 'Справка об обучении', 'Certificate of enrolment'),
  hint: text(
    'Може и после пријаве: факултети је издају тек кад почне семестар.',
    'Можно и после подачи заявки: факультеты выдают её лишь с началом семестра.',
    'May come after you have applied: faculties issue it once the semester has begun.',
  ),
  required: false,
  sensitivity: 'open',
  waivable: true,
  dueDaysAfterClose: 14,
};
const EMPLOYER_CONSENT: DocumentRequirement = {
  id: 'employer_consent',
  label: text('Сагласност послодавца', 'Согласие работодателя', 'Employer’s consent'),
  hint: text(
    'Може да стигне и после рока за пријаву, до дана који је назначен.',
    'Может прийти и после срока подачи, до указанного дня.',
    'May come after the deadline of the call, until the day that is stated.',
  ),
  required: false,
  sensitivity: 'open',
  translation: 'plain',
  dueDaysAfterClose: 21,
};

/** By the keys of the calls. */
export const FORM_EXTRAS: Readonly<Record<string, FormExtras>> = {
  students: {
    questions: [
      { section: 'study', question: EXAMS },
      { section: 'motivation', question: CITY_DATA, ofPlaces: ['itmo-city', 'novi-sad-city'] },
      { section: 'motivation', question: NEEDS },
      { section: 'motivation', question: NEEDS_WHAT },
    ],
    documents: [ENROLMENT],
  },
  professors: {
    questions: [
      { section: 'work', question: ORCID },
      { section: 'motivation', question: HOST_PERSON },
    ],
    documents: [EMPLOYER_CONSENT],
  },
  researchers: {
    questions: [
      { section: 'work', question: ORCID },
      { section: 'work', question: PUBLICATIONS },
      { section: 'motivation', question: HOST_PERSON },
    ],
    documents: [EMPLOYER_CONSENT],
  },
  experts: {
    questions: [
      { section: 'motivation', question: RESTRICTED },
      { section: 'motivation', question: RESTRICTED_WHAT },
      { section: 'motivation', question: PROTOTYPE, ofPlaces: ['academpark-mission', 'ntpark-mission'] },
    ],
    documents: [EMPLOYER_CONSENT],
  },
};

/**
 * A form with what a call asks in addition.
 *
 * @param places ids by the names that the demonstration gives them
 */
export function withExtras(
  form: FormDefinition,
  extras: FormExtras | undefined,
  places: ReadonlyMap<string, string>,
): FormDefinition {
  if (!extras) return form;
  return {
    ...form,
    sections: form.sections.map((section) => ({
      ...section,
      questions: [
        ...section.questions,
        ...extras.questions
          .filter((extra) => extra.section === section.id)
          .map(({ question, ofPlaces }) => ({
            ...question,
            ...(ofPlaces ? { places: ofPlaces.flatMap((name) => places.get(name) ?? []) } : {}),
          })),
      ],
      documents:
        section.kind === 'documents' ? [...section.documents, ...extras.documents] : section.documents,
    })),
  };
}

import type { FieldProblem } from '../../shared/domain-error.js';
import type { LocalizedText } from '../../shared/language.js';
import type { DocumentRequirement, FormDefinition, FormQuestion, FormSection } from './form.js';

/**
 * A call that lets people apply whom no institution of the programme nominates: those of an institution that is not in the
 * register or has no agreement, or of none. The ministry of their country then does what a home institution does.
 */
export interface FreemoverRule {
  /** So many places of the whole call may be held by them at once; null: as many as there are. */
  readonly maximum: number | null;
}

const MOST_FREEMOVERS = 500;

/** The question by whose answer somebody is a freemover, and where they say in their own words where they belong. */
export const APPLYING_AS = 'applying_as';
export const FREEMOVER = 'freemover';
export const HOME_BODY = 'home_body';
export const HOST_LETTER = 'host_letter';
const APPLYING = 'applying';
/** What a condition on the institution is asked of where there is none: it is not met, and not merely unknown. */
export const NO_INSTITUTION = 'none';

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });
const OF_NOMINATED = { question: APPLYING_AS, is: ['nominated'] };
const OF_FREEMOVERS = { question: APPLYING_AS, is: [FREEMOVER] };

/** What only an institution of the register has: a part of it where somebody belongs. */
const PARTS_OF_INSTITUTION: readonly string[] = ['faculty', 'department'];

const QUESTIONS: readonly FormQuestion[] = [
  {
    id: APPLYING_AS,
    sensitivity: 'open',
    type: 'choice',
    label: text('Пријављујем се', 'Я подаю заявку', 'I apply'),
    required: true,
    options: [
      {
        value: 'nominated',
        label: text(
          'преко своје установе, која ме номинује',
          'через свою организацию, которая меня выдвигает',
          'through my institution, which nominates me',
        ),
      },
      {
        value: FREEMOVER,
        label: text(
          'као слободни кандидат (freemover)',
          'как самостоятельный участник (freemover)',
          'as a freemover',
        ),
      },
    ],
  },
  {
    id: HOME_BODY,
    sensitivity: 'open',
    type: 'text',
    label: text('Где студирате или радите', 'Где Вы учитесь или работаете', 'Where you study or work'),
    hint: text(
      'Својим речима: назив и место. Оставите празно ако нигде.',
      'Своими словами: название и город. Оставьте поле пустым, если нигде.',
      'In your own words: name and town. Leave it empty if nowhere.',
    ),
    required: false,
    maxLength: 200,
    visibleIf: OF_FREEMOVERS,
  },
];

const SECTION: FormSection = {
  id: APPLYING,
  kind: 'questions',
  title: text('Како се пријављујете', 'Как Вы подаёте заявку', 'How you apply'),
  intro: text(
    'Кандидата обично номинује његова установа. Ако студирате или радите у установи своје земље које нема у регистру или која нема споразум, или нигде, пријављујете се као слободни кандидат (freemover). Тада матичну установу замењује министарство Ваше земље: један његов службеник проверава пријаву и упућује је домаћину, а други о њој одлучује.',
    'Обычно участника выдвигает его организация. Если Вы учитесь или работаете в организации своей страны, которой нет в реестре или у которой нет соглашения, либо нигде, Вы подаёте заявку как самостоятельный участник (freemover). Тогда направляющую организацию заменяет министерство Вашей страны: один его сотрудник проверяет заявку и направляет её принимающей стороне, а решение по ней принимает другой.',
    'Applicants are usually nominated by their institution. If you study or work at an institution of your country that is not in the register or has no agreement, or at none, you apply as a freemover. The ministry of your country then takes the part of a home institution: one of its officers checks the application and sends it to the host, and another decides on it.',
  ),
  questions: QUESTIONS,
  documents: [],
  consents: [],
};

const LETTER_OF_HOST: DocumentRequirement = {
  id: HOST_LETTER,
  sensitivity: 'open',
  label: text(
    'Писмо домаћина о пријему',
    'Письмо принимающей организации о согласии принять Вас',
    'Letter of acceptance from the host',
  ),
  hint: text(
    'Домаћин потврђује да Вас прима: на папиру са заглављем и са потписом.',
    'Принимающая организация подтверждает, что примет Вас: на бланке и с подписью.',
    'The host confirms that it takes you: on its letterhead, signed.',
  ),
  required: true,
  waivable: true,
  visibleIf: OF_FREEMOVERS,
};

/** Whether a form asks how somebody applies. */
export function asksForRoute({ sections }: FormDefinition): boolean {
  return sections.some(({ questions }) => questions.some(({ id }) => id === APPLYING_AS));
}

/**
 * The form of a call that admits freemovers: first it asks how one applies, then of freemovers a letter of the host, and
 * not of which part of an institution they are. What it asks of them besides is composed like the rest of the form.
 */
export function admittingFreemovers(form: FormDefinition): FormDefinition {
  if (asksForRoute(form)) return form;
  const atDocuments = form.sections.findIndex(({ kind }) => kind === 'documents');
  const known = form.sections.flatMap(({ documents }) => documents.map(({ id }) => id));
  return {
    ...form,
    sections: [
      SECTION,
      ...form.sections.map((section, index) => ({
        ...section,
        questions: section.questions.map((question) =>
          PARTS_OF_INSTITUTION.includes(question.id) && !question.visibleIf && !question.places
            ? { ...question, visibleIf: OF_NOMINATED }
            : question,
        ),
        documents:
          index === atDocuments && !known.includes(HOST_LETTER)
            ? [...section.documents, LETTER_OF_HOST]
            : section.documents,
      })),
    ],
  };
}

/** The form without what it asked only of freemovers; what it asked of everybody else is asked of everybody. */
export function withoutFreemovers(form: FormDefinition): FormDefinition {
  if (!asksForRoute(form)) return form;
  const gone = new Set<string>();
  const stays = ({
    id,
    visibleIf,
  }: {
    readonly id: string;
    readonly visibleIf?: FormQuestion['visibleIf'];
  }) => {
    const hangs = visibleIf && (gone.has(visibleIf.question) || visibleIf.question === APPLYING_AS);
    const forOthers =
      visibleIf?.question === APPLYING_AS && visibleIf.is.some((value) => value !== FREEMOVER);
    const kept = id !== APPLYING_AS && (!hangs || forOthers);
    if (!kept) gone.add(id);
    return kept;
  };
  const free = <T extends { readonly visibleIf?: FormQuestion['visibleIf'] }>(part: T): T => {
    if (part.visibleIf?.question !== APPLYING_AS) return part;
    const { visibleIf: _gone, ...rest } = part;
    return rest as T;
  };
  const sections = form.sections.flatMap((section): FormSection[] => {
    if (!stays(section)) {
      for (const { id } of section.questions) gone.add(id);
      return [];
    }
    const questions = section.questions.filter(stays).map(free);
    const emptied = section.questions.length > 0 && questions.length === 0;
    if (emptied) return [];
    return [free({ ...section, questions, documents: section.documents.filter(stays).map(free) })];
  });
  return { ...form, sections };
}

/** The form that belongs to the rule of a call. */
export function formFor(rule: FreemoverRule | null, form: FormDefinition): FormDefinition {
  return rule ? admittingFreemovers(form) : withoutFreemovers(form);
}

/** Whether, by these answers, somebody applies without a home institution of the register. */
export function appliesAsFreemover(answers: ReadonlyMap<string, string>): boolean {
  return answers.get(APPLYING_AS) === FREEMOVER;
}

/** What cannot be kept of the rule, and what of it contradicts the way in which the call selects. */
export function freemoverProblems(
  rule: FreemoverRule | null,
  route: 'direct' | 'ranked',
): readonly FieldProblem[] {
  if (!rule || rule.maximum === null) return [];
  const field = 'freemovers.maximum';
  if (!Number.isInteger(rule.maximum)) return [{ field, problem: 'not_number' }];
  if (rule.maximum < 1 || rule.maximum > MOST_FREEMOVERS) {
    return [{ field, problem: 'out_of_range', values: { min: 1, max: MOST_FREEMOVERS } }];
  }
  // A list gives places by points and its own limits, which know no freemovers.
  return route === 'ranked' ? [{ field, problem: 'freemovers_ranked' }] : [];
}

import type { FormDefinition, FormQuestion } from './form.js';

/** The one question that is asked for statistics alone. */
export const GENDER = 'gender';

/** ISO/IEC 5218: 1 male, 2 female, 9 not applicable. 0 is not known: whoever says so, or nothing, has not said. */
const GENDERS = ['2', '1', '9'] as const;
const NOT_SAID = '0';
export type Gender = (typeof GENDERS)[number];

/** Always of one's own will, and for nobody's eyes but the applicant's. */
export const GENDER_QUESTION: FormQuestion = {
  id: GENDER,
  sensitivity: 'statistics',
  type: 'choice',
  label: { sr: 'Пол', ru: 'Пол', en: 'Gender' },
  hint: {
    sr: 'Питамо само да бисмо видели да ли избор једнако поступа према свима. Ваш одговор не види нико ко оцењује или одлучује; користи се само у збирним бројевима. Ако ово оставите празно, ништа се не мења.',
    ru: 'Спрашиваем только затем, чтобы увидеть, одинаково ли отбор относится ко всем. Ваш ответ не видит никто из тех, кто оценивает или принимает решения; он входит только в общие числа. Если оставить поле пустым, ничего не изменится.',
    en: 'We ask only to see whether the selection treats everybody alike. Nobody who assesses or decides sees your answer; it is used in totals only. If you leave this empty, nothing changes.',
  },
  required: false,
  options: [
    { value: '2', label: { sr: 'Женски', ru: 'Женский', en: 'Female' } },
    { value: '1', label: { sr: 'Мушки', ru: 'Мужской', en: 'Male' } },
    { value: '9', label: { sr: 'Ниједно од тога', ru: 'Ни то, ни другое', en: 'Neither' } },
    {
      value: NOT_SAID,
      label: { sr: 'Не желим да кажем', ru: 'Не хочу указывать', en: 'I would rather not say' },
    },
  ],
};

export function isStatistical({ sensitivity }: Pick<FormQuestion, 'sensitivity'>): boolean {
  return sensitivity === 'statistics';
}

/** Whether a form asks for it in the one way in which the answers may be counted. */
export function asksGender({ sections }: FormDefinition): boolean {
  return sections.some(({ questions }) =>
    questions.some((each) => each.id === GENDER && isStatistical(each)),
  );
}

/** What an answer says; null: they did not say. */
export function genderOf(answer: string | null): Gender | null {
  return GENDERS.find((gender) => gender === answer) ?? null;
}

/**
 * What is wrong with a question that is asked for statistics, or is named as if it were. By part of the question.
 */
export function statisticsProblems(
  question: FormQuestion,
): readonly { readonly part: string; readonly problem: string }[] {
  const statistical = isStatistical(question);
  if (question.id !== GENDER) return statistical ? [{ part: 'sensitivity', problem: 'form_statistics' }] : [];
  const values = (question.options ?? []).map(({ value }) => value);
  return [
    ...(statistical ? [] : [{ part: 'sensitivity', problem: 'form_statistics' }]),
    ...(question.required ? [{ part: 'required', problem: 'form_statistics_required' }] : []),
    ...(question.type === 'choice' && values.every((value) => value === NOT_SAID || genderOf(value))
      ? []
      : [{ part: 'options', problem: 'form_statistics_options' }]),
    ...(question.hint ? [] : [{ part: 'hint', problem: 'form_statistics_hint' }]),
  ];
}

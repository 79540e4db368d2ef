import { STANDARD_FORM } from '../../src/calls/public.js';
import type { FormDefinition, FormQuestion, FormSection } from '../../src/calls/public.js';

const words = (sr: string, ru: string, en: string) => ({ sr, ru, en });
const option = (value: string, sr: string, ru: string, en: string) => ({ value, label: words(sr, ru, en) });

/** A question that decides, one that hangs on it, a table, a person and an identifier. */
export const DEEP_QUESTIONS: readonly FormQuestion[] = [
  {
    id: 'laboratory',
    type: 'choice',
    label: words(
      'Да ли радите у лабораторији?',
      'Вы работаете в лаборатории?',
      'Do you work in a laboratory?',
    ),
    options: [option('yes', 'Да', 'Да', 'Yes'), option('no', 'Не', 'Нет', 'No')],
    required: true,
    sensitivity: 'health',
  },
  {
    id: 'equipment',
    type: 'text',
    label: words('Опрема', 'Оборудование', 'Equipment'),
    required: true,
    sensitivity: 'open',
    visibleIf: { question: 'laboratory', is: ['yes'] },
  },
  {
    id: 'works',
    type: 'table',
    label: words('Радови', 'Публикации', 'Publications'),
    required: false,
    sensitivity: 'open',
    maxRows: 4,
    columns: [
      { id: 'title', label: words('Наслов', 'Название', 'Title'), type: 'text' },
      { id: 'year', label: words('Година', 'Год', 'Year'), type: 'number' },
      {
        id: 'kind',
        label: words('Врста', 'Вид', 'Kind'),
        type: 'choice',
        options: [option('paper', 'рад', 'статья', 'paper'), option('book', 'књига', 'книга', 'book')],
        optional: true,
      },
    ],
  },
  {
    id: 'mentor',
    type: 'person',
    label: words('Ментор', 'Научный руководитель', 'Supervisor'),
    required: true,
    sensitivity: 'open',
  },
  {
    id: 'orcid',
    type: 'identifier',
    identifier: 'orcid',
    label: words('ORCID', 'ORCID', 'ORCID'),
    required: false,
    sensitivity: 'open',
  },
];

const WORK: FormSection = {
  id: 'depth',
  kind: 'questions',
  title: words('Рад', 'Работа', 'Your work'),
  questions: DEEP_QUESTIONS,
  documents: [],
  consents: [],
};

/** The standard form with a page of these questions, a page and a document that hang on them. */
export function deepForm(
  changes: Partial<FormSection> = {},
  more: readonly FormSection[] = [],
): FormDefinition {
  const sections = STANDARD_FORM('student').sections.flatMap((section): FormSection[] => {
    if (section.id === 'choices') return [{ ...WORK, ...changes }, section, ...more];
    if (section.kind !== 'documents') return [section];
    const permit = {
      id: 'permit',
      label: words('Дозвола', 'Допуск', 'Permit'),
      required: true,
      sensitivity: 'open' as const,
      visibleIf: { question: 'laboratory', is: ['yes'] },
    };
    return [{ ...section, documents: [...section.documents, permit] }];
  });
  return { sections };
}

/** A page that hangs on the first question. */
export const SAFETY: FormSection = {
  id: 'safety',
  kind: 'questions',
  title: words('Безбедност', 'Безопасность', 'Safety'),
  visibleIf: { question: 'laboratory', is: ['yes'] },
  questions: [
    {
      id: 'training',
      type: 'text',
      label: words('Обука', 'Обучение', 'Training'),
      required: true,
      sensitivity: 'open',
    },
  ],
  documents: [],
  consents: [],
};

import type { LocalizedText } from '../../shared/language.js';
import type { CallCategory } from './call.js';
import type {
  ConsentText,
  DocumentRequirement,
  FormDefinition,
  FormQuestion,
  FormSection,
  QuestionOption,
  ReferenceRequirement,
} from './form.js';
import { REFERENCES_SECTION } from './form.js';

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });

/**
 * The form that a new call of a category begins with. Both countries ask the same in the same order; whoever prepares a
 * call may change its copy until the text is approved.
 */
export function STANDARD_FORM(
  category: CallCategory,
  { references }: { readonly references?: ReferenceRequirement } = {},
): FormDefinition {
  const student = category === 'student';
  return {
    sections: [
      questions(
        'person',
        text('О Вама', 'О Вас', 'About you'),
        PERSON,
        text(
          'Име и презиме пишемо двапут: како их пишете Ви и како стоје у пасошу. По пасошу се издају позивно писмо и виза.',
          'Имя и фамилию мы спрашиваем дважды: как их пишете Вы и как они указаны в паспорте. По паспорту оформляют приглашение и визу.',
          'We ask for your name twice: as you write it, and as it stands in your passport. The invitation and the visa follow the passport.',
        ),
      ),
      student
        ? questions('study', text('Студије', 'Учёба', 'Your studies'), STUDY)
        : questions('work', text('Рад', 'Работа', 'Your work'), [...WORK, WORK_SUBJECT[category]]),
      {
        ...empty('choices', text('Избор места', 'Выбор мест', 'Choice of places')),
        kind: 'choices',
        intro: text(
          'Поређајте места редом којим их желите. Прво место је оно које највише желите.',
          'Расположите места в том порядке, в каком Вы их предпочитаете. Первое — самое желаемое.',
          'Put the places in the order in which you want them. The first is the one you want most.',
        ),
      },
      questions('motivation', text('Мотивација', 'Мотивация', 'Motivation'), [MOTIVATION, PLAN[category]]),
      {
        ...empty('documents', text('Документи', 'Документы', 'Documents')),
        kind: 'documents',
        intro: text(
          'Прилажете само PDF. Скениран лист је довољан ако се све јасно чита.',
          'Принимаем только PDF. Скан подходит, если весь текст хорошо читается.',
          'PDF only. A scan will do if everything on it can be read.',
        ),
        documents: [student ? TRANSCRIPT : CURRICULUM_VITAE, PASSPORT_COPY],
      },
      ...(references ? [referencesSection(references)] : []),
      {
        ...empty('consents', text('Сагласности', 'Согласия', 'Consents')),
        kind: 'consents',
        intro: text(
          'Сваку сагласност дајете засебно и сваку можете повући у свом налогу.',
          'Каждое согласие Вы даёте отдельно, и каждое можно отозвать в личном кабинете.',
          'You give each consent on its own, and you can withdraw each one in your account.',
        ),
        consents: CONSENTS,
      },
    ],
  };
}

function empty(id: string, title: LocalizedText): Omit<FormSection, 'kind'> {
  return { id, title, questions: [], documents: [], consents: [] };
}

function referencesSection(references: ReferenceRequirement): FormSection {
  return {
    ...empty(REFERENCES_SECTION, text('Препоруке', 'Рекомендации', 'References')),
    kind: 'references',
    references,
    intro: text(
      'Наведите ко Вас познаје из студија или рада. Тој особи шаљемо везу преко које пише писмо; налог јој није потребан.',
      'Укажите, кто знает Вас по учёбе или работе. Мы отправим этому человеку ссылку, по которой он напишет письмо; учётная запись ему не нужна.',
      'Name people who know you from your studies or work. We send each a link through which they write a letter; they need no account.',
    ),
  };
}

function questions(
  id: string,
  title: LocalizedText,
  asked: readonly FormQuestion[],
  intro?: LocalizedText,
): FormSection {
  return { ...empty(id, title), kind: 'questions', questions: asked, ...(intro ? { intro } : {}) };
}

const PERSON: readonly FormQuestion[] = [
  {
    id: 'native_family',
    sensitivity: 'identity',
    type: 'text',
    label: text('Презиме', 'Фамилия', 'Family name'),
    hint: text('Онако како га пишете.', 'Так, как Вы её пишете.', 'As you write it, in your own script.'),
    required: true,
    maxLength: 80,
    script: 'native',
    autocomplete: 'family-name',
  },
  {
    id: 'native_given',
    sensitivity: 'identity',
    type: 'text',
    label: text('Име', 'Имя и отчество', 'Given names'),
    hint: text(
      'Ако имате средње име или име по оцу, упишите и њега.',
      'Отчество — если оно у Вас есть.',
      'With your patronymic or middle name, if you have one.',
    ),
    required: true,
    maxLength: 80,
    script: 'native',
    autocomplete: 'given-name',
  },
  {
    id: 'passport_family',
    sensitivity: 'passport',
    type: 'text',
    label: text(
      'Презиме како стоји у пасошу',
      'Фамилия как в заграничном паспорте',
      'Family name as in your passport',
    ),
    hint: text(
      'Великим латиничним словима, као у два доња реда на страни са фотографијом. На пример PETROVIC.',
      'Заглавными латинскими буквами, как в двух нижних строках на странице с фотографией. Например, PETROVA.',
      'In Latin capitals, as in the two bottom lines of the page with your photograph. For example PETROVIC.',
    ),
    required: true,
    maxLength: 80,
    script: 'passport',
  },
  {
    id: 'passport_given',
    sensitivity: 'passport',
    type: 'text',
    label: text(
      'Име како стоји у пасошу',
      'Имя как в заграничном паспорте',
      'Given names as in your passport',
    ),
    hint: text(
      'Великим латиничним словима. Ако још немате пасош, упишите име како очекујете да ће стајати.',
      'Заглавными латинскими буквами. Если паспорта ещё нет, укажите написание, которое Вы ожидаете.',
      'In Latin capitals. If you have no passport yet, write what you expect it to say.',
    ),
    required: true,
    maxLength: 80,
    script: 'passport',
  },
  {
    id: 'birth_date',
    sensitivity: 'passport',
    type: 'date',
    label: text('Датум рођења', 'Дата рождения', 'Date of birth'),
    hint: text('На пример 27. 3. 2003.', 'Например, 27.03.2003', 'For example 27 3 2003'),
    required: true,
    autocomplete: 'bday',
  },
  {
    id: 'citizenship',
    sensitivity: 'passport',
    type: 'country',
    label: text('Држављанство', 'Гражданство', 'Citizenship'),
    hint: text(
      'Оно по којем имате пасош са којим путујете.',
      'То, по которому выдан паспорт, с которым Вы поедете.',
      'The one of the passport that you will travel with.',
    ),
    required: true,
  },
  {
    id: 'email',
    sensitivity: 'contact',
    type: 'email',
    label: text('Електронска пошта', 'Электронная почта', 'E-mail address'),
    hint: text(
      'На њу шаљемо потврде и рокове.',
      'На неё мы пришлём подтверждения и сроки.',
      'We send receipts and deadlines to it.',
    ),
    required: true,
    maxLength: 254,
    autocomplete: 'email',
  },
  {
    id: 'phone',
    sensitivity: 'contact',
    type: 'phone',
    label: text('Телефон', 'Телефон', 'Telephone'),
    hint: text(
      'Са позивним бројем земље, на пример +381 64 123 4567.',
      'С кодом страны, например +7 912 345-67-89.',
      'With the country code, for example +381 64 123 4567.',
    ),
    required: true,
    autocomplete: 'tel',
  },
];

const homeInstitution = (label: LocalizedText): FormQuestion => ({
  id: 'home_institution',
  sensitivity: 'open',
  type: 'institution',
  label,
  hint: text(
    'Њен координатор проверава пријаву и номинује Вас.',
    'Её координатор проверит заявку и выдвинет Вас.',
    'Its coordinator checks your application and nominates you.',
  ),
  required: true,
  institutionCountry: 'home',
});

/** Levels of the European qualifications framework, which both national frameworks are referred to. */
const LEVELS: readonly QuestionOption[] = [
  {
    value: '6',
    label: text(
      'Основне студије (први степен)',
      'Бакалавриат (первый цикл)',
      'Bachelor’s degree (first cycle)',
    ),
  },
  {
    value: '7',
    label: text(
      'Мастер или интегрисане студије (други степен)',
      'Магистратура или специалитет (второй цикл)',
      'Master’s or integrated degree (second cycle)',
    ),
  },
  {
    value: '8',
    label: text('Докторске студије (трећи степен)', 'Аспирантура (третий цикл)', 'Doctorate (third cycle)'),
  },
];

const LANGUAGE_LEVEL: FormQuestion = {
  id: 'language_level',
  sensitivity: 'open',
  type: 'choice',
  label: text(
    'Ниво знања језика на којем бисте радили',
    'Уровень языка, на котором Вы будете работать',
    'Your level in the language that you would work in',
  ),
  hint: text(
    'По Заједничком европском оквиру (CEFR). Језик сваког места видите у табели места.',
    'По общеевропейской шкале (CEFR). Язык каждого места указан в таблице мест.',
    'By the Common European Framework (CEFR). The table of places tells the language of each.',
  ),
  required: true,
  options: [
    { value: 'A1', label: text('A1 – почетни', 'A1 — начальный', 'A1 – beginner') },
    { value: 'A2', label: text('A2 – основни', 'A2 — элементарный', 'A2 – elementary') },
    { value: 'B1', label: text('B1 – средњи', 'B1 — средний', 'B1 – intermediate') },
    { value: 'B2', label: text('B2 – виши средњи', 'B2 — выше среднего', 'B2 – upper intermediate') },
    { value: 'C1', label: text('C1 – напредни', 'C1 — продвинутый', 'C1 – advanced') },
    { value: 'C2', label: text('C2 – потпуно владање', 'C2 — владение в совершенстве', 'C2 – proficient') },
    { value: 'NS', label: text('матерњи језик', 'родной язык', 'native language') },
  ],
};

const STUDY: readonly FormQuestion[] = [
  homeInstitution(text('Ваша установа', 'Ваше учебное заведение', 'Your institution')),
  {
    id: 'faculty',
    sensitivity: 'open',
    type: 'text',
    label: text('Факултет', 'Факультет', 'Faculty'),
    required: true,
    maxLength: 160,
  },
  {
    id: 'programme',
    sensitivity: 'open',
    type: 'text',
    label: text('Студијски програм', 'Образовательная программа', 'Programme of study'),
    required: true,
    maxLength: 160,
  },
  {
    id: 'level',
    sensitivity: 'open',
    type: 'choice',
    label: text('Степен студија', 'Уровень образования', 'Level of study'),
    required: true,
    options: LEVELS,
  },
  {
    id: 'year',
    sensitivity: 'open',
    type: 'number',
    label: text('Година студија', 'Курс', 'Year of study'),
    hint: text(
      'Она коју похађате данас, на овом степену.',
      'На котором Вы учитесь сейчас, на этом уровне.',
      'The one that you are in today, at this level.',
    ),
    required: true,
    min: 1,
    max: 6,
  },
  {
    id: 'grade_average',
    sensitivity: 'open',
    type: 'number',
    label: text('Просечна оцена', 'Средний балл', 'Average grade'),
    hint: text(
      'По скали Ваше установе, до две децимале.',
      'По шкале Вашего учебного заведения, до двух знаков после запятой.',
      'On the scale of your own institution, with up to two decimals.',
    ),
    required: false,
    min: 2,
    max: 10,
  },
  LANGUAGE_LEVEL,
];

const WORK: readonly FormQuestion[] = [
  homeInstitution(text('Установа у којој радите', 'Место работы', 'The institution where you work')),
  {
    id: 'department',
    sensitivity: 'open',
    type: 'text',
    label: text(
      'Факултет, одељење или лабораторија',
      'Факультет, отдел или лаборатория',
      'Faculty, department or laboratory',
    ),
    required: true,
    maxLength: 160,
  },
  {
    id: 'position',
    sensitivity: 'open',
    type: 'text',
    label: text('Звање и радно место', 'Должность и учёное звание', 'Position and academic title'),
    required: true,
    maxLength: 160,
    autocomplete: 'organization-title',
  },
  {
    id: 'degree',
    sensitivity: 'open',
    type: 'choice',
    label: text('Највиши степен образовања', 'Высшая полученная степень', 'Highest degree'),
    required: true,
    options: [
      { value: '6', label: text('основне студије', 'бакалавр', 'bachelor’s degree') },
      { value: '7', label: text('мастер, магистратура', 'магистр или специалист', 'master’s degree') },
      { value: '8', label: text('докторат', 'кандидат или доктор наук', 'doctorate') },
    ],
  },
  {
    id: 'experience_years',
    sensitivity: 'open',
    type: 'number',
    label: text('Године рада у струци', 'Стаж по специальности, лет', 'Years of work in the field'),
    required: false,
    min: 0,
    max: 70,
  },
  LANGUAGE_LEVEL,
];

const subject = (id: string, label: LocalizedText, hint: LocalizedText): FormQuestion => ({
  id,
  sensitivity: 'open',
  type: 'long_text',
  label,
  hint,
  required: true,
  maxWords: 150,
});

const RESEARCH_TOPIC = subject(
  'research_topic',
  text('Тема истраживања', 'Тема исследования', 'Topic of research'),
  text(
    'Шта истражујете и са ким бисте радили код домаћина.',
    'Что Вы исследуете и с кем хотели бы работать в принимающей организации.',
    'What you study and with whom you would work at the host.',
  ),
);

/** What only this category is asked about. */
const WORK_SUBJECT: Readonly<Record<Exclude<CallCategory, 'student'>, FormQuestion>> = {
  professor: subject(
    'courses',
    text(
      'Предмети које бисте предавали',
      'Дисциплины, которые Вы будете вести',
      'Subjects that you would teach',
    ),
    text(
      'Назив сваког предмета и број часова.',
      'Название каждой дисциплины и число часов.',
      'The title of each and the number of hours.',
    ),
  ),
  researcher: RESEARCH_TOPIC,
  joint_project: RESEARCH_TOPIC,
  expert: subject(
    'expertise',
    text('Ваша стручност', 'Ваша специализация', 'Your expertise'),
    text(
      'За шта Вас је домаћин звао или зашто би Вас позвао.',
      'Для чего Вас пригласила или могла бы пригласить принимающая сторона.',
      'What the host invites you for, or would.',
    ),
  ),
  staff: subject(
    'duties',
    text('Ваши послови', 'Ваши обязанности', 'Your duties'),
    text(
      'Шта радите код куће и шта бисте желели да видите код домаћина.',
      'Чем Вы занимаетесь дома и что хотели бы увидеть в принимающей организации.',
      'What you do at home and what you want to see at the host.',
    ),
  ),
};

const MOTIVATION: FormQuestion = {
  id: 'motivation',
  sensitivity: 'open',
  type: 'long_text',
  label: text(
    'Зашто желите на ову размену?',
    'Почему Вы хотите участвовать в этом обмене?',
    'Why do you want to go on this exchange?',
  ),
  hint: text(
    'Највише 500 речи. Читају је координатори обе установе.',
    'Не более 500 слов. Текст прочитают координаторы обеих организаций.',
    'At most 500 words. The coordinators of both institutions read it.',
  ),
  required: true,
  maxWords: 500,
};

const plan = (label: LocalizedText, hint: LocalizedText): FormQuestion => ({
  id: 'plan',
  sensitivity: 'open',
  type: 'long_text',
  label,
  hint,
  required: false,
  maxWords: 500,
});

const WORK_PLAN = plan(
  text('План рада', 'План работы', 'Work plan'),
  text(
    'Шта бисте урадили, по недељама или месецима.',
    'Что Вы сделаете, по неделям или месяцам.',
    'What you would do, by weeks or months.',
  ),
);

const PLAN: Readonly<Record<CallCategory, FormQuestion>> = {
  student: plan(
    text('План студија код домаћина', 'План учёбы в принимающем вузе', 'Study plan at the host'),
    text(
      'Предмети које бисте слушали, ако их већ знате. Коначно их уређује споразум о учењу.',
      'Дисциплины, которые Вы хотели бы изучать, если они уже известны. Окончательно их определит учебное соглашение.',
      'The courses that you would take, if you know them already. The learning agreement settles them later.',
    ),
  ),
  professor: plan(
    text('План наставе', 'План занятий', 'Teaching plan'),
    text(
      'Распоред предавања по недељама, ако је већ договорен.',
      'Расписание занятий по неделям, если оно уже согласовано.',
      'The lectures week by week, if they are agreed already.',
    ),
  ),
  researcher: WORK_PLAN,
  joint_project: WORK_PLAN,
  expert: WORK_PLAN,
  staff: WORK_PLAN,
};

const TRANSCRIPT: DocumentRequirement = {
  id: 'transcript',
  sensitivity: 'open',
  label: text('Препис оцена', 'Выписка об оценках', 'Transcript of records'),
  hint: text(
    'Уверење о положеним испитима које издаје студентска служба, не старије од шест месеци.',
    'Справка о сданных экзаменах из деканата, выданная не более шести месяцев назад.',
    'The list of passed examinations that your student office issues, not older than six months.',
  ),
  required: true,
  // An office that has the applicant's marks in its own register needs no paper of them.
  waivable: true,
};

const CURRICULUM_VITAE: DocumentRequirement = {
  id: 'cv',
  sensitivity: 'open',
  label: text('Радна биографија', 'Резюме', 'Curriculum vitae'),
  hint: text(
    'Највише пет страна, са списком најважнијих радова ако их имате.',
    'Не более пяти страниц, со списком основных публикаций, если они есть.',
    'At most five pages, with your main publications if you have any.',
  ),
  required: true,
};

const PASSPORT_COPY: DocumentRequirement = {
  id: 'passport_copy',
  sensitivity: 'passport',
  label: text('Копија пасоша', 'Копия заграничного паспорта', 'Copy of your passport'),
  hint: text(
    'Страна са фотографијом. Можете је приложити и касније, када место буде потврђено.',
    'Страница с фотографией. Её можно приложить и позже, когда место будет подтверждено.',
    'The page with your photograph. You may also add it later, once your place is confirmed.',
  ),
  required: false,
};

const CONSENTS: readonly ConsentText[] = [
  {
    purpose: 'processing',
    version: '2026-11',
    text: text(
      'Сагласан сам, односно сагласна сам, да моја установа и надлежно министарство моје земље обрађују податке из ове пријаве само да би о њој одлучили и спровели размену. Подаци се чувају колико закон моје земље налаже, а сагласност могу повући у свако доба; тиме се пријава повлачи.',
      'Я даю согласие на то, чтобы моя организация и уполномоченное министерство моей страны обрабатывали данные этой заявки только для принятия решения по ней и проведения обмена. Данные хранятся столько, сколько требует закон моей страны. Согласие можно отозвать в любое время; вместе с ним отзывается и заявка.',
      'I agree that my institution and the ministry responsible in my country process the data of this application only to decide on it and to carry out the exchange. The data are kept as long as the law of my country requires. I may withdraw this consent at any time; the application is then withdrawn with it.',
    ),
    required: true,
  },
  {
    purpose: 'cross_border_transfer',
    version: '2026-11',
    text: text(
      'Сагласан сам, односно сагласна сам, да се подаци из ове пријаве, када ме моја установа номинује, пренесу у земљу домаћина: установи домаћину коју сам изабрао, односно изабрала, и министарству те земље. Преносе се само подаци потребни за одлуку о пријему, а сваки пренос уписује се у регистар који видим у свом налогу.',
      'Я даю согласие на то, чтобы после моего выдвижения данные этой заявки были переданы в принимающую страну: выбранной мной принимающей организации и министерству этой страны. Передаются только данные, необходимые для решения о приёме, и каждая передача записывается в реестр, который виден мне в личном кабинете.',
      'I agree that, once my institution nominates me, the data of this application are transferred to the host country: to the host institution that I chose and to the ministry of that country. Only what is needed to decide on my admission is transferred, and each transfer is entered in a register that I can see in my account.',
    ),
    required: true,
  },
];

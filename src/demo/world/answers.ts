import type { CallCategory } from '../../calls/public.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import { SERBIAN_LATIN, transliterate } from '../../shared/transliteration.js';
import type { ExtraPerson } from './extra-people.js';

/** What somebody writes about themselves. */
export type Writer = Pick<
  ExtraPerson,
  'birthDate' | 'unit' | 'what' | 'level' | 'languageLevel' | 'language'
>;

type Written = Readonly<Record<'sr' | 'ru', readonly string[]>>;

const STUDY_MOTIVATION: Written = {
  sr: [
    'Завршни рад пишем о распоређивању послова у рачунарским облацима, а на овој групи се тиме баве већ десет година. Желим да положим два предмета којих код нас нема и да рад завршим са ментором који о теми предаје.',
    'На факултету радим у тиму који прикупља податке о квалитету ваздуха и саобраћају. Занима ме како се исти проблем решава у граду са дванаест милиона становника и шта од тога може да се примени код нас.',
    'Руски учим четири године и желим да га употребим у струци. Бирам предмете из анализе података и статистике, јер ми они недостају за мастер који планирам.',
    'Општинске услуге у нашем граду већ раде на апликацији коју је развила наша студентска група. Желим да видим како се такви системи граде у већем обиму и да упознам људе за сарадњу и после размене.',
    'Спремам тему из обраде природног језика за сродне језике. Српски и руски имају много заједничког, а скупова података готово да нема; код домаћина постоји лабораторија која их прави.',
  ],
  ru: [
    'Пишу выпускную работу о распределённых системах хранения. В принимающем университете есть группа, чьи статьи я читаю с третьего курса, и два предмета, которых нет в нашей программе.',
    'Участвую в проекте по анализу городского транспорта. Хочу поработать с данными другого города и сравнить, какие решения переносятся, а какие зависят от местных условий.',
    'Год изучаю сербский язык и хочу применять его в профессии. Планирую пройти курсы по машинному обучению и экономике платформ и подготовить совместную статью.',
    'Меня интересует защита информации в небольших организациях. В программе университета есть практикум, где студенты проверяют настоящие системы, у нас такого пока нет.',
    'Хочу продолжить исследование языковых моделей для славянских языков. Для сербского почти нет размеченных корпусов, и вместе мы можем их собрать.',
  ],
};

const WORK_MOTIVATION: Written = {
  sr: [
    'Моја група и група домаћина објавиле су прошле године заједнички рад. Боравак би нам омогућио да завршимо заједнички софтвер и припремимо пријаву пројекта.',
    'Водим предмет који код домаћина постоји у другом облику. Желим да одржим кратак курс, упознам њихов начин рада са студентима и договорим заједничке завршне радове.',
    'Уводимо систем који домаћин користи већ три године. Две недеље рада са њиховим тимом уштедело би нам месеце проба.',
  ],
  ru: [
    'С коллегами из принимающей организации мы ведём общий семинар уже второй год. Поездка позволит закончить совместный программный комплекс и подготовить заявку на проект.',
    'Читаю курс по компиляторам и хочу провести его часть для студентов другой страны, а также познакомиться с тем, как у коллег устроены практические занятия.',
    'Мы внедряем городскую платформу данных и хотим перенять опыт организации, которая прошла этот путь раньше. Со своей стороны поделимся тем, что у нас уже работает.',
  ],
};

const PLANS: Written = {
  sr: [
    'Први месец: увод и избор предмета. Други и трећи: предмети и рад у лабораторији. Последњи: испити и писање рада.',
    'Два предмета у семестру и рад на заједничком прототипу, са извештајем на крају.',
  ],
  ru: [
    'Первый месяц — знакомство и выбор дисциплин, затем занятия и работа в лаборатории, в конце — экзамены и отчёт.',
    'Две дисциплины в семестре, участие в семинаре группы и подготовка статьи.',
  ],
};

const SUBJECTS: Readonly<
  Record<Exclude<CallCategory, 'student'>, { readonly id: string } & Readonly<Record<'sr' | 'ru', string>>>
> = {
  professor: {
    id: 'courses',
    sr: 'Конкурентно програмирање, 20 часова; Увод у обраду великих података, 12 часова.',
    ru: 'Параллельное программирование, 20 часов; введение в обработку больших данных, 12 часов.',
  },
  researcher: {
    id: 'research_topic',
    sr: 'Учење са мало података у обради језика: поређење модела за српски и руски на истим задацима, са јавно доступним скупом.',
    ru: 'Обучение на малых данных в обработке языка: сравнение моделей для русского и сербского языков на одинаковых задачах с открытым корпусом.',
  },
  joint_project: {
    id: 'research_topic',
    sr: 'Заједнички пројекат: дигитални модел градског саобраћаја из података јавног превоза.',
    ru: 'Совместный проект: цифровая модель городского движения по данным общественного транспорта.',
  },
  expert: {
    id: 'expertise',
    sr: 'Отворени подаци и заштита мрежа градских служби; иза мене су увођења у три града.',
    ru: 'Открытые данные и защита сетей городских служб; опыт внедрения в трёх городах.',
  },
  staff: {
    id: 'duties',
    sr: 'Водим мрежу и налоге 9.000 корисника; желим да видим како домаћин решава пријаву једним налогом.',
    ru: 'Веду договоры об обмене и сопровождаю приезжающих; хочу увидеть, как у коллег устроены электронные документы.',
  },
};

/** Examinations and publications of nobody, as rows of the tables that ask for them. */
const EXAMS: Readonly<Record<'sr' | 'ru', readonly (readonly [subject: string, grade: string])[]>> = {
  sr: [
    ['Структуре података', '9'],
    ['Базе података', '10'],
    ['Вероватноћа и статистика', '8'],
  ],
  ru: [
    ['Алгоритмы и структуры данных', '5'],
    ['Базы данных', '5'],
    ['Теория вероятностей', '4'],
  ],
};
const PUBLICATIONS: Readonly<
  Record<'sr' | 'ru', readonly (readonly [work: string, year: string, kind: string])[]>
> = {
  sr: [
    ['Распоређивање послова у хетерогеним кластерима', '2025', 'article'],
    ['Отворени скуп података о градском превозу', '2026', 'software'],
  ],
  ru: [
    ['Планирование заданий в разнородных кластерах', '2025', 'article'],
    ['Открытый набор данных о городском транспорте', '2026', 'software'],
  ],
};
const CITY_DATA = {
  sr: 'Мерења ваздуха са десет станица и подаци о линијама превоза за једну годину; писао сам програм који их спаја.',
  ru: 'Измерения воздуха с десяти станций и данные о маршрутах транспорта за год; написал программу, которая их объединяет.',
} as const;
const PROTOTYPE = {
  sr: 'Склоп за мерење саобраћаја на раскрсници, са обрадом слике на месту и слањем само збирних бројева.',
  ru: 'Узел измерения движения на перекрёстке с обработкой изображения на месте и передачей только сводных чисел.',
} as const;

/** The scales on which grades are given where each language is taught. */
const BEST_GRADE = { sr: 10, ru: 5 } as const;

/** The answers of every page of questions of the standard form that the sign-in did not tell. */
export function answersOf(
  writer: Writer,
  category: CallCategory,
  homeInstitutionId: Id,
  country: string,
  /** Makes each application another one, and always the same. */
  variant: number,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const tongue = writer.language === 'ru' ? 'ru' : 'sr';
  const write = (text: string) => inScriptOf(writer.language, text);
  const pick = (texts: Written) => {
    const choices = texts[tongue];
    return write(choices[variant % choices.length] ?? '');
  };
  const common = { home_institution: homeInstitutionId, language_level: writer.languageLevel };
  const person = {
    birth_date: writer.birthDate,
    phone: phoneOf(country, variant),
  };
  const motivation = (texts: Written) => ({ motivation: pick(texts), plan: pick(PLANS) });
  if (category === 'student') {
    return {
      person,
      study: {
        ...common,
        faculty: write(writer.unit),
        programme: write(writer.what),
        level: writer.level,
        year: String(writer.level === '6' ? 3 : 1 + (variant % 2)),
        exams: JSON.stringify(EXAMS[tongue].map(([subject, grade]) => ({ subject: write(subject), grade }))),
        grade_average: (BEST_GRADE[tongue] * (0.86 + (variant % 14) / 100)).toFixed(2),
      },
      motivation: {
        ...motivation(STUDY_MOTIVATION),
        city_data: write(CITY_DATA[tongue]),
        needs: 'no',
      },
    };
  }
  const subject = SUBJECTS[category];
  return {
    person,
    work: {
      ...common,
      department: write(writer.unit),
      position: write(writer.what),
      degree: writer.level,
      experience_years: String(5 + (variant % 20)),
      [subject.id]: write(subject[tongue]),
      publications: JSON.stringify(
        PUBLICATIONS[tongue].map(([work, year, kind]) => ({ work: write(work), year, kind })),
      ),
    },
    motivation: {
      ...motivation(WORK_MOTIVATION),
      restricted: 'no',
      prototype: write(PROTOTYPE[tongue]),
    },
  };
}

/** Mobile numbers that belong to nobody, up to their last two digits, by country. */
const NOBODYS_NUMBERS: Readonly<Record<string, string>> = { RS: '+381 60 00000', RU: '+7 900 000-00-' };

function phoneOf(country: string, variant: number): string {
  return `${NOBODYS_NUMBERS[country] ?? '+388 000000'}${String(variant % 100).padStart(2, '0')}`;
}

function inScriptOf(language: Language, text: string): string {
  return language === 'sr-Latn' ? transliterate(text, SERBIAN_LATIN) : text;
}

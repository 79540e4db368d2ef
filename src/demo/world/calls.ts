import { STANDARD_FORM, standardSelection } from '../../calls/public.js';
import type {
  CallCategory,
  CallDirection,
  CallDraft,
  CallRoute,
  CostLine,
  Facility,
  FormDefinition,
  PlaceReserve,
  Promises,
  ReferenceRequirement,
  Rule,
} from '../../calls/public.js';
import type { LocalizedText } from '../../shared/language.js';
import type { DemoCalendar } from './calendar.js';

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });

const BOTH_WAYS: readonly CallDirection[] = [
  { homeCountry: 'RS', hostCountry: 'RU' },
  { homeCountry: 'RU', hostCountry: 'RS' },
];
const BELGRADE = 'Europe/Belgrade';
const MOSCOW = 'Europe/Moscow';

/** A place by the domain of its host; the name is how the stories refer to it. */
export interface DemoPlace {
  readonly name: string;
  readonly domain: string;
  readonly fieldCode: string;
  readonly level: number | null;
  readonly language: string;
  readonly languageLevel: string;
  readonly months: number;
  readonly capacity: number;
  readonly services: LocalizedText | null;
}

/** How far a call was led before the day of the first start, with the days on which it was. */
export interface CallLife {
  /** Null where the text is only before both countries. */
  readonly published: number | null;
  readonly inSelection?: number;
  readonly provisional?: number;
  readonly final?: number;
}

export interface DemoCall {
  /** How the stories refer to it. */
  readonly key: string;
  /** Account that prepares it. */
  readonly preparedBy: string;
  readonly proposed: number;
  /** Whether its places run out, so that it matters who comes first. */
  readonly scarce?: true;
  readonly life: CallLife;
  readonly draft: Omit<CallDraft, 'agreementId' | 'places'>;
  readonly places: readonly DemoPlace[];
}

const PROMISES: Promises = {
  screeningDays: 10,
  returnDays: 7,
  hostDecisionDays: 35,
  approvalDays: 20,
  offerDays: 10,
};

/** What is checked of everybody; the texts above the form say it in other words. */
const CONDITIONS: Readonly<Partial<Record<CallCategory, Rule>>> = {
  student: {
    kind: 'all',
    of: [
      { kind: 'age', min: 18, max: null },
      {
        kind: 'any',
        of: [
          { kind: 'year', min: 2 },
          { kind: 'level', levels: [7, 8] },
        ],
      },
    ],
  },
  researcher: { kind: 'level', levels: [7, 8] },
  professor: { kind: 'level', levels: [7, 8] },
};

const formOf = (category: CallCategory, references?: ReferenceRequirement): FormDefinition => {
  const eligibility = CONDITIONS[category];
  return {
    ...STANDARD_FORM(category, references ? { references } : {}),
    ...(eligibility ? { eligibility } : {}),
  };
};

const LAB = text(
  'Студентски дом, лабораторија са рачунарским кластером и ментор.',
  'Общежитие, лаборатория с вычислительным кластером и наставник.',
  'A room in the halls, a laboratory with a computing cluster, and a mentor.',
);
const CLOUD = text(
  'Студентски дом и кредити за рачунање у облаку у вредности од 300 сати на виртуелној машини.',
  'Общежитие и вычислительные ресурсы в облаке: 300 часов работы виртуальной машины.',
  'A room in the halls and cloud credits: 300 hours of a virtual machine.',
);
const CITY = text(
  'Приступ подацима градских сензора, радно место у лабораторији и ментор из градске управе.',
  'Доступ к данным городских датчиков, рабочее место в лаборатории и наставник из городской администрации.',
  'Access to the data of city sensors, a desk in the laboratory and a mentor from the city administration.',
);
const GUEST_HOUSE = text(
  'Смештај у гостинској кући универзитета и радни кабинет.',
  'Проживание в гостинице университета и рабочий кабинет.',
  'A flat in the university’s guest house and an office.',
);
const SUPERCOMPUTER = text(
  'Приступ суперрачунару, 20 000 језгро-сати, и радно место у истраживачкој групи.',
  'Доступ к суперкомпьютеру, 20 000 ядро-часов, и рабочее место в исследовательской группе.',
  'Access to the supercomputer, 20,000 core hours, and a desk in the research group.',
);
const TECHNOPARK = text(
  'Радно место у технопарку, опрема за израду прототипова и увод у мрежу предузећа.',
  'Рабочее место в технопарке, оборудование для прототипирования и знакомство с резидентами.',
  'A desk in the technology park, a prototyping workshop and an introduction to its companies.',
);

const place = (
  name: string,
  domain: string,
  fieldCode: string,
  level: number | null,
  [language, languageLevel]: readonly [string, string],
  months: number,
  capacity: number,
  services: LocalizedText | null,
): DemoPlace => ({ name, domain, fieldCode, level, language, languageLevel, months, capacity, services });

const RUSSIAN = ['ru', 'B1'] as const;
const SERBIAN = ['sr', 'B1'] as const;
const ENGLISH = ['en', 'B2'] as const;

const FUNDING_STUDENT = text(
  'Домаћин не наплаћује школарину и обезбеђује смештај у студентском дому. Земља која шаље плаћа повратну карту и месечну стипендију; износ стипендије објављује министарство. Здравствено осигурање уговарате сами пре пута.',
  'Принимающий вуз не взимает плату за обучение и предоставляет место в общежитии. Направляющая страна оплачивает проезд в обе стороны и ежемесячную стипендию; её размер объявляет министерство. Медицинскую страховку Вы оформляете самостоятельно до поездки.',
  'The host charges no tuition and gives you a room in its halls. The sending country pays the return journey and a monthly scholarship, whose amount its ministry announces. You arrange your own health insurance before you travel.',
);
const FUNDING_STAFF = text(
  'Домаћин сноси смештај и локални превоз, земља која шаље пут у оба правца и дневнице. Плата код послодавца не престаје.',
  'Принимающая сторона оплачивает проживание и местный транспорт, направляющая — проезд в обе стороны и суточные. Заработная плата по основному месту работы сохраняется.',
  'The host pays for accommodation and local transport, the sending country for the journey both ways and a daily allowance. Your employer continues to pay your salary.',
);
const FUNDING_RESEARCH = text(
  'Домаћин обезбеђује радно место, опрему и смештај; земља која шаље пут и месечни додатак. Трошкови рачунања иду на терет домаћина до износа наведеног уз место.',
  'Принимающая организация предоставляет рабочее место, оборудование и жильё; направляющая страна — проезд и ежемесячную надбавку. Вычисления оплачивает принимающая организация в объёме, указанном для места.',
  'The host provides a desk, equipment and accommodation, the sending country the journey and a monthly allowance. The host bears the cost of computing up to the amount stated with the place.',
);
const STUDENTS_MAY = text(
  'Студенти основних, мастер и докторских студија уписани на установу једне од две земље, од друге године студија. Потребно је знање језика рада на нивоу наведеном уз место и пасош који важи до краја боравка.',
  'Студенты бакалавриата, магистратуры и аспирантуры, зачисленные в вуз одной из двух стран, начиная со второго курса. Нужны владение языком работы на уровне, указанном для места, и заграничный паспорт, действующий до конца поездки.',
  'Students of all three cycles enrolled at an institution of either country, from their second year on. You need the language of the place at the level stated with it, and a passport that is valid until the end of the stay.',
);
const EMPLOYEES_MAY = text(
  'Запослени на универзитетима, институтима, у научно-технолошким центрима и предузећима две земље, са најмање две године рада у струци и сагласношћу послодавца.',
  'Сотрудники университетов, институтов, научно-технологических центров и предприятий двух стран со стажем по специальности не менее двух лет и с согласия работодателя.',
  'Employees of universities, institutes, science and technology centres and companies of either country, with at least two years of work in the field and their employer’s consent.',
);

/** What the host gives, by the words in which it says so. */
const FACILITIES: ReadonlyMap<LocalizedText | null, readonly Facility[]> = new Map([
  [
    SUPERCOMPUTER,
    [
      {
        kind: 'data',
        words: text(
          'Скупови података групе, без надокнаде.',
          'Наборы данных группы, без оплаты.',
          'The data sets of the group, free of charge.',
        ),
      },
    ],
  ],
  [
    CLOUD,
    [
      {
        kind: 'cloud_credits',
        words: text(
          '300 сати на виртуелној машини, без надокнаде.',
          '300 часов работы виртуальной машины, без оплаты.',
          '300 hours of a virtual machine, free of charge.',
        ),
      },
    ],
  ],
  [
    TECHNOPARK,
    [
      {
        kind: 'equipment',
        words: text(
          'Радионица за прототипове: 3D штампа, лемљење, мерење.',
          'Мастерская прототипов: 3D-печать, пайка, измерения.',
          'A prototyping workshop: 3D printing, soldering, measuring.',
        ),
      },
    ],
  ],
  [
    CITY,
    [
      {
        kind: 'data',
        words: text(
          'Мерења ваздуха и саобраћаја за последње три године.',
          'Измерения воздуха и движения за последние три года.',
          'Measurements of air and traffic of the last three years.',
        ),
      },
    ],
  ],
]);

const full = (item: CostLine['item'], payer: CostLine['payer']): CostLine => ({
  item,
  payer,
  amount: null,
  per: 'once',
});
const monthly = (item: CostLine['item'], payer: CostLine['payer'], minor: number): CostLine => ({
  item,
  payer,
  amount: { minor, currency: 'EUR' },
  per: 'month',
});
const STAFF_COST = [full('housing', 'host_institution'), full('travel', 'home_country')];
const RESEARCH_COST = [
  full('housing', 'host_institution'),
  full('travel', 'home_country'),
  monthly('stipend', 'home_country', 60_000),
];
const COST: Readonly<Record<CallCategory, readonly CostLine[]>> = {
  student: [
    full('fees', 'host_institution'),
    full('housing', 'host_institution'),
    full('travel', 'home_country'),
    monthly('stipend', 'home_country', 35_000),
  ],
  professor: STAFF_COST,
  expert: STAFF_COST,
  staff: STAFF_COST,
  researcher: RESEARCH_COST,
  joint_project: RESEARCH_COST,
};

const FINAL_YEARS: PlaceReserve = {
  id: 'final_years',
  label: text('завршне године основних студија', 'старшие курсы бакалавриата', 'final years of the bachelor'),
  count: 1,
  condition: {
    kind: 'all',
    of: [
      { kind: 'level', levels: [6] },
      { kind: 'year', min: 3 },
    ],
  },
};
/** Places of which some are kept, by their names. */
const RESERVED: Readonly<Record<string, readonly PlaceReserve[]>> = {
  'nsu-software': [FINAL_YEARS],
  'novi-sad-software': [FINAL_YEARS],
};

/** What a place says beside what every place does. */
export function termsOf(
  { draft: { category } }: DemoCall,
  { name, services }: DemoPlace,
): {
  readonly cost: readonly CostLine[];
  readonly facilities: readonly Facility[] | null;
  readonly reserved: readonly PlaceReserve[] | null;
} {
  return {
    cost: COST[category],
    facilities: FACILITIES.get(services) ?? null,
    reserved: RESERVED[name] ?? null,
  };
}

/** The calls of the demonstration. Days are counted from the day of the first start. */
export function demoCalls(calendar: DemoCalendar): readonly DemoCall[] {
  const next = calendar.nextYear;
  const nextYear = {
    academicYear: calendar.academicYear(next),
    stayFrom: `${next}-10-01`,
    stayUntil: `${next + 1}-06-30`,
  };
  const soon = (from: number, until: number) => {
    const { day, academicYear } = calendar.monthStart(from);
    const last = new Date(Date.parse(`${calendar.monthStart(until).day}T12:00:00Z`) - 86_400_000);
    return { academicYear, stayFrom: day, stayUntil: last.toISOString().slice(0, 10) };
  };
  const base = (
    slug: string,
    category: CallCategory,
    route: CallRoute,
    timeZone: string,
    [opens, closes]: readonly [number, number],
  ) => ({
    slug,
    category,
    route,
    timeZone,
    opensAt: calendar.at(opens, '09:00', timeZone),
    closesAt: calendar.at(closes, '23:59', timeZone),
    graceMinutes: 0,
    maxChoices: 3,
    homeEndorsement: false,
    // Whoever ranks must have no colleague among those who are ranked.
    independentAssessment: route === 'ranked',
    form: formOf(category),
    promises: PROMISES,
    selection: route === 'ranked' ? standardSelection() : null,
    directions: BOTH_WAYS,
  });

  return [
    {
      key: 'students',
      preparedBy: 'admin@rs.demo',
      proposed: -40,
      life: { published: -26 },
      draft: {
        ...base(`student-exchange-${next}`, 'student', 'direct', BELGRADE, [-21, 44]),
        form: formOf('student', { min: 0, max: 2, daysAfterClose: 14, confidential: true }),
        ...nextYear,
        graceMinutes: 15,
        themes: ['information_technology', 'digital_economy', 'smart_cities'],
        title: text(
          `Размена студената ${calendar.academicYear(next)}: информационе технологије и паметни градови`,
          `Студенческий обмен ${calendar.academicYear(next)}: информационные технологии и умные города`,
          `Student exchange ${calendar.academicYear(next)}: information technology and smart cities`,
        ),
        summary: text(
          'Семестар или година студија у другој земљи: програмирање, подаци, дигитална економија и развој паметних градова. Бирате до три места; Ваша установа Вас номинује, домаћин прихвата, а министарства обе земље одобравају.',
          'Семестр или год учёбы в другой стране: программирование, данные, цифровая экономика и развитие умных городов. Вы выбираете до трёх мест; Ваш вуз выдвигает Вас, принимающий вуз подтверждает, а министерства обеих стран одобряют.',
          'A semester or a year of study in the other country: software, data, the digital economy and smart cities. You choose up to three places; your institution nominates you, the host accepts, and the ministries of both countries approve.',
        ),
        whoMayApply: STUDENTS_MAY,
        funding: FUNDING_STUDENT,
      },
      places: [
        place('msu-software', 'msu.ru', '0613', 7, RUSSIAN, 5, 4, LAB),
        place('msu-data', 'msu.ru', '0612', 7, ENGLISH, 5, 2, CLOUD),
        place('msu-economy', 'msu.ru', '0311', 6, RUSSIAN, 5, 2, null),
        place('nsu-software', 'nsu.ru', '0613', 6, RUSSIAN, 5, 4, LAB),
        place('nsu-mathematics', 'nsu.ru', '0541', 7, ['ru', 'B2'], 9, 2, LAB),
        place('itmo-city', 'itmo.ru', '0731', 7, ENGLISH, 5, 3, CITY),
        place('kazan-cloud', 'kpfu.ru', '0612', 6, RUSSIAN, 5, 3, CLOUD),
        place('belgrade-software', 'bg.ac.rs', '0613', 7, SERBIAN, 5, 4, LAB),
        place('belgrade-economy', 'bg.ac.rs', '0311', 6, ENGLISH, 5, 2, null),
        place('novi-sad-software', 'uns.ac.rs', '0613', 6, ENGLISH, 5, 4, CLOUD),
        place('novi-sad-city', 'uns.ac.rs', '0731', 7, SERBIAN, 5, 2, CITY),
        place('nis-networks', 'ni.ac.rs', '0714', 7, ENGLISH, 5, 3, LAB),
      ],
    },
    {
      key: 'traineeships',
      preparedBy: 'admin@ru.demo',
      proposed: -52,
      life: { published: -40 },
      draft: {
        ...base(`summer-traineeships-${next}`, 'student', 'direct', BELGRADE, [-35, 0]),
        form: formOf('student', { min: 1, max: 2, daysAfterClose: 10, confidential: true }),
        ...nextYear,
        stayFrom: `${next}-06-01`,
        stayUntil: `${next}-09-30`,
        academicYear: calendar.academicYear(next - 1),
        homeEndorsement: true,
        freemovers: { maximum: 2 },
        maxChoices: 2,
        themes: ['information_technology', 'telecommunications', 'cloud_computing'],
        title: text(
          `Летња стручна пракса ${next}: рачунарски облаци и телекомуникације`,
          `Летняя практика ${next}: облачные технологии и телекоммуникации`,
          `Summer traineeships ${next}: cloud computing and telecommunications`,
        ),
        summary: text(
          'Два до три месеца праксе у институту, технопарку или универзитетској лабораторији. Номинацију потврђује и министарство Ваше земље.',
          'Два-три месяца практики в институте, технопарке или университетской лаборатории. Выдвижение подтверждает также министерство Вашей страны.',
          'Two to three months in an institute, a technology park or a university laboratory. The ministry of your country endorses the nomination as well.',
        ),
        whoMayApply: STUDENTS_MAY,
        funding: FUNDING_STUDENT,
      },
      places: [
        place('ispras-compilers', 'ispras.ru', '0613', 7, ENGLISH, 3, 3, LAB),
        place('nsu-cloud', 'nsu.ru', '0612', 6, RUSSIAN, 2, 3, CLOUD),
        place('pupin-networks', 'pupin.rs', '0714', 7, ENGLISH, 3, 3, LAB),
        place('belgrade-cloud', 'bg.ac.rs', '0612', 6, ENGLISH, 2, 3, CLOUD),
      ],
    },
    {
      key: 'professors',
      preparedBy: 'admin@ru.demo',
      proposed: -38,
      life: { published: -30 },
      draft: {
        ...base(`visiting-professors-${next}`, 'professor', 'direct', MOSCOW, [-25, 30]),
        form: formOf('professor', { min: 1, max: 2, daysAfterClose: null, confidential: false }),
        ...nextYear,
        themes: ['information_technology', 'digital_economy', 'training'],
        title: text(
          `Гостујући професори ${calendar.academicYear(next)}: рачунарство и дигитална економија`,
          `Приглашённые преподаватели ${calendar.academicYear(next)}: информатика и цифровая экономика`,
          `Visiting professors ${calendar.academicYear(next)}: computing and the digital economy`,
        ),
        summary: text(
          'Месец или два предавања на универзитету у другој земљи, на српском, руском или енглеском, уз консултације за мастер и докторске радове.',
          'Один-два месяца преподавания в университете другой страны на сербском, русском или английском языке и консультации для магистрантов и аспирантов.',
          'One or two months of teaching at a university of the other country, in Serbian, Russian or English, with advice to students who write their theses.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_STAFF,
      },
      places: [
        place('msu-teaching', 'msu.ru', '0613', null, ['ru', 'B2'], 2, 2, GUEST_HOUSE),
        place('nsu-teaching', 'nsu.ru', '0541', null, ENGLISH, 1, 2, GUEST_HOUSE),
        place('belgrade-teaching', 'bg.ac.rs', '0613', null, ENGLISH, 2, 2, GUEST_HOUSE),
        place('novi-sad-teaching', 'uns.ac.rs', '0311', null, ENGLISH, 1, 2, GUEST_HOUSE),
      ],
    },
    {
      key: 'researchers',
      preparedBy: 'admin@rs.demo',
      proposed: -34,
      life: { published: -22 },
      draft: {
        ...base(`cloud-and-data-research-${next}`, 'researcher', 'ranked', BELGRADE, [-18, 26]),
        form: formOf('researcher', { min: 2, max: 3, daysAfterClose: 7, confidential: true }),
        ...nextYear,
        themes: ['cloud_computing', 'science', 'artificial_intelligence'],
        title: text(
          `Истраживачки боравци ${calendar.academicYear(next)}: рачунање у облаку и велики подаци`,
          `Исследовательские стажировки ${calendar.academicYear(next)}: облачные вычисления и большие данные`,
          `Research stays ${calendar.academicYear(next)}: cloud computing and big data`,
        ),
        summary: text(
          'Три до шест месеци у истраживачкој групи друге земље, са приступом њеној рачунској опреми. Пријаве оцењује заједничка комисија и прави ранг-листу.',
          'От трёх до шести месяцев в исследовательской группе другой страны с доступом к её вычислительному оборудованию. Заявки оценивает совместная комиссия и составляет рейтинг.',
          'Three to six months in a research group of the other country, with access to its computing equipment. A joint panel assesses the applications and ranks them.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_RESEARCH,
      },
      places: [
        place('msu-supercomputer', 'msu.ru', '0613', 8, ENGLISH, 6, 2, SUPERCOMPUTER),
        place('ispras-research', 'ispras.ru', '0613', 8, ENGLISH, 4, 2, LAB),
        place('nsu-research', 'nsu.ru', '0541', 8, ['ru', 'B2'], 3, 1, SUPERCOMPUTER),
        place('pupin-research', 'pupin.rs', '0714', 8, ENGLISH, 4, 2, LAB),
        place('novi-sad-research', 'uns.ac.rs', '0613', 8, ENGLISH, 6, 2, SUPERCOMPUTER),
      ],
    },
    {
      key: 'experts',
      preparedBy: 'admin@rs.demo',
      proposed: -60,
      life: { published: -48 },
      draft: {
        ...base(`smart-and-safe-city-experts-${next}`, 'expert', 'direct', BELGRADE, [-45, 19]),
        ...soon(5, 9),
        themes: ['smart_cities', 'cyber_security', 'technology_transfer'],
        title: text(
          'Мисије стручњака: паметан и безбедан град',
          'Командировки экспертов: умный и безопасный город',
          'Expert missions: the smart and safe city',
        ),
        summary: text(
          'Две до шест недеља код домаћина који уводи градске информационе системе: саобраћај, енергетика, безбедност мреже, услуге грађанима.',
          'От двух до шести недель в организации, которая внедряет городские информационные системы: транспорт, энергетика, безопасность сетей, услуги для жителей.',
          'Two to six weeks with a host that introduces city information systems: transport, energy, network security, services to citizens.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_STAFF,
      },
      places: [
        place('academpark-mission', 'academpark.com', '0714', null, ENGLISH, 1, 2, TECHNOPARK),
        place('msu-mission', 'msu.ru', '0731', null, RUSSIAN, 0.5, 1, CITY),
        place('ntpark-mission', 'ntpark.rs', '0714', null, ENGLISH, 1.5, 2, TECHNOPARK),
        place('novi-sad-mission', 'uns.ac.rs', '0731', null, ENGLISH, 1, 1, CITY),
      ],
    },
    {
      key: 'staff',
      preparedBy: 'admin@ru.demo',
      proposed: -25,
      life: { published: -15 },
      draft: {
        ...base(`staff-training-technology-transfer-${next}`, 'staff', 'direct', MOSCOW, [-12, 52]),
        ...nextYear,
        themes: ['training', 'technology_transfer', 'digital_economy'],
        title: text(
          'Обука запослених: пренос технологије и дигиталне услуге универзитета',
          'Стажировки сотрудников: трансфер технологий и цифровые сервисы университета',
          'Staff training: technology transfer and a university’s digital services',
        ),
        summary: text(
          'Једна до две недеље код домаћина за запослене у међународним канцеларијама, рачунским центрима и центрима за пренос технологије.',
          'Одна-две недели в принимающей организации для сотрудников международных служб, вычислительных центров и центров трансфера технологий.',
          'One to two weeks at the host for employees of international offices, computing centres and centres of technology transfer.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_STAFF,
      },
      places: [
        place('msu-office', 'msu.ru', '0413', null, RUSSIAN, 0.5, 2, GUEST_HOUSE),
        place('academpark-transfer', 'academpark.com', '0413', null, ENGLISH, 0.5, 2, TECHNOPARK),
        place('belgrade-office', 'bg.ac.rs', '0413', null, ENGLISH, 0.5, 2, GUEST_HOUSE),
        place('ntpark-transfer', 'ntpark.rs', '0413', null, ENGLISH, 0.5, 2, TECHNOPARK),
      ],
    },
    {
      key: 'projects',
      preparedBy: 'admin@rs.demo',
      proposed: -30,
      life: { published: -20 },
      draft: {
        ...base(`joint-project-visits-${next}`, 'joint_project', 'ranked', BELGRADE, [-14, 61]),
        ...nextYear,
        maxChoices: 1,
        themes: ['science', 'artificial_intelligence', 'smart_cities'],
        title: text(
          `Посете заједничких пројеката ${calendar.academicYear(next)}`,
          `Поездки совместных проектов ${calendar.academicYear(next)}`,
          `Visits of joint projects ${calendar.academicYear(next)}`,
        ),
        summary: text(
          'Боравци чланова истраживачких група које раде на истом пројекту у обе земље: вештачка интелигенција, рачунарски вид, модели града.',
          'Поездки участников исследовательских групп, которые работают над одним проектом в обеих странах: искусственный интеллект, компьютерное зрение, модели города.',
          'Stays of members of research groups that work on the same project in both countries: artificial intelligence, computer vision, city models.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_RESEARCH,
      },
      places: [
        place('ispras-project', 'ispras.ru', '0613', 8, ENGLISH, 1, 3, LAB),
        place('nsu-project', 'nsu.ru', '0541', 8, ENGLISH, 1, 2, SUPERCOMPUTER),
        place('pupin-project', 'pupin.rs', '0714', 8, ENGLISH, 1, 3, LAB),
        place('belgrade-project', 'bg.ac.rs', '0541', 8, ENGLISH, 1, 2, LAB),
      ],
    },
    {
      key: 'economy',
      preparedBy: 'admin@ru.demo',
      proposed: -95,
      life: { published: -84 },
      draft: {
        ...base('digital-economy-semester', 'student', 'direct', MOSCOW, [-80, -9]),
        ...soon(4, 9),
        // Short, so that hosts and ministries are late in it, and it says what their silence means.
        promises: {
          ...PROMISES,
          hostDecisionDays: 14,
          approvalDays: 10,
          declinedAfterDays: 21,
          tabledAfterDays: 5,
        },
        themes: ['digital_economy', 'information_technology'],
        title: text(
          'Семестар дигиталне економије',
          'Семестр цифровой экономики',
          'A semester of the digital economy',
        ),
        summary: text(
          'Један семестар за студенте економије, информационих система и анализе података, са радом на подацима стварних предузећа.',
          'Один семестр для студентов экономики, информационных систем и анализа данных с работой на данных настоящих предприятий.',
          'One semester for students of economics, information systems and data analysis, with work on the data of real companies.',
        ),
        whoMayApply: STUDENTS_MAY,
        funding: FUNDING_STUDENT,
      },
      places: [
        place('msu-digital', 'msu.ru', '0311', 6, RUSSIAN, 5, 3, null),
        place('nsu-digital', 'nsu.ru', '0612', 7, RUSSIAN, 5, 3, CLOUD),
        place('belgrade-digital', 'bg.ac.rs', '0311', 7, ENGLISH, 5, 3, CLOUD),
        place('novi-sad-digital', 'uns.ac.rs', '0612', 6, ENGLISH, 5, 3, LAB),
      ],
    },
    {
      key: 'safety',
      preparedBy: 'admin@rs.demo',
      proposed: -90,
      life: { published: -78, inSelection: -17 },
      draft: {
        ...base('cyber-security-school', 'student', 'ranked', BELGRADE, [-75, -19]),
        ...soon(3, 6),
        themes: ['cyber_security', 'telecommunications'],
        title: text('Школа безбедности мрежа', 'Школа безопасности сетей', 'School of network security'),
        summary: text(
          'Тримесечни програм за мастер и докторске студенте: криптографија, одбрана мрежа, анализа злонамерног софтвера. Комисија оцењује пријаве и прави ранг-листу.',
          'Трёхмесячная программа для магистрантов и аспирантов: криптография, защита сетей, анализ вредоносных программ. Комиссия оценивает заявки и составляет рейтинг.',
          'A programme of three months for master’s and doctoral students: cryptography, defence of networks, analysis of malware. A panel assesses the applications and ranks them.',
        ),
        whoMayApply: STUDENTS_MAY,
        funding: FUNDING_STUDENT,
      },
      places: [
        place('msu-security', 'msu.ru', '0612', 7, ENGLISH, 3, 2, LAB),
        place('itmo-security', 'itmo.ru', '0612', 7, ENGLISH, 3, 2, LAB),
        place('nis-security', 'ni.ac.rs', '0612', 7, ENGLISH, 3, 2, LAB),
        place('belgrade-security', 'bg.ac.rs', '0612', 7, ENGLISH, 3, 2, LAB),
      ],
    },
    {
      key: 'intelligence',
      preparedBy: 'admin@ru.demo',
      proposed: -120,
      life: { published: -110, inSelection: -48, provisional: -4 },
      draft: {
        ...base('artificial-intelligence-fellowships', 'researcher', 'ranked', MOSCOW, [-105, -50]),
        ...soon(3, 9),
        themes: ['artificial_intelligence', 'science'],
        title: text(
          'Истраживачке стипендије за вештачку интелигенцију',
          'Исследовательские стипендии по искусственному интеллекту',
          'Fellowships in artificial intelligence',
        ),
        summary: text(
          'Шест месеци рада на језичким моделима за словенске језике, рачунарском виду и учењу са мало података. Објављена је прелазна ранг-листа.',
          'Шесть месяцев работы над языковыми моделями славянских языков, компьютерным зрением и обучением на малых данных. Опубликован предварительный рейтинг.',
          'Six months of work on language models for Slavic languages, computer vision and learning from little data. The provisional ranking is published.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_RESEARCH,
      },
      places: [
        place('ispras-fellow', 'ispras.ru', '0613', 8, ENGLISH, 6, 1, SUPERCOMPUTER),
        place('msu-fellow', 'msu.ru', '0613', 8, ENGLISH, 6, 1, SUPERCOMPUTER),
        place('pupin-fellow', 'pupin.rs', '0613', 8, ENGLISH, 6, 1, LAB),
        place('novi-sad-fellow', 'uns.ac.rs', '0613', 8, ENGLISH, 6, 1, LAB),
      ],
    },
    {
      key: 'spring',
      scarce: true,
      preparedBy: 'admin@rs.demo',
      proposed: -175,
      life: { published: -165, inSelection: -98, final: -12 },
      draft: {
        ...base('spring-semester-computing', 'student', 'direct', BELGRADE, [-160, -100]),
        ...soon(0, 5),
        themes: ['information_technology', 'cloud_computing', 'smart_cities'],
        title: text(
          'Пролећни семестар рачунарства',
          'Весенний семестр информатики',
          'Spring semester of computing',
        ),
        summary: text(
          'Семестар студија рачунарства и паметних градова у другој земљи. Места су додељена; коначна листа је објављена.',
          'Семестр учёбы по информатике и умным городам в другой стране. Места распределены, окончательный список опубликован.',
          'A semester of computing and smart cities in the other country. The places are awarded and the final list is published.',
        ),
        whoMayApply: STUDENTS_MAY,
        funding: FUNDING_STUDENT,
      },
      places: [
        place('msu-spring', 'msu.ru', '0613', 7, RUSSIAN, 5, 1, LAB),
        place('msu-spring-data', 'msu.ru', '0612', 6, RUSSIAN, 5, 2, CLOUD),
        place('nsu-spring', 'nsu.ru', '0613', 6, RUSSIAN, 5, 2, LAB),
        place('belgrade-spring', 'bg.ac.rs', '0613', 7, ENGLISH, 5, 2, LAB),
        place('novi-sad-spring', 'uns.ac.rs', '0731', 7, ENGLISH, 5, 3, CITY),
      ],
    },
    {
      key: 'protection',
      preparedBy: 'admin@ru.demo',
      proposed: -6,
      life: { published: null },
      draft: {
        ...base(`information-protection-experts-${next}`, 'expert', 'direct', MOSCOW, [14, 75]),
        ...nextYear,
        themes: ['cyber_security', 'telecommunications'],
        title: text(
          'Мисије стручњака: заштита података у јавним услугама',
          'Командировки экспертов: защита данных в государственных услугах',
          'Expert missions: protection of data in public services',
        ),
        summary: text(
          'Две до четири недеље саветовања и обуке у установама које воде регистре и електронске услуге.',
          'От двух до четырёх недель консультаций и обучения в организациях, которые ведут реестры и электронные услуги.',
          'Two to four weeks of advice and training at institutions that keep registers and run electronic services.',
        ),
        whoMayApply: EMPLOYEES_MAY,
        funding: FUNDING_STAFF,
      },
      places: [
        place('ispras-protection', 'ispras.ru', '0612', null, ENGLISH, 1, 2, LAB),
        place('pupin-protection', 'pupin.rs', '0612', null, ENGLISH, 1, 2, LAB),
      ],
    },
  ];
}

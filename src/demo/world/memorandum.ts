import type { AgreementDraft } from '../../agreements/public.js';
import { CALL_CATEGORIES } from '../../calls/public.js';
import type { CallCategory } from '../../calls/public.js';
import type { LocalizedText } from '../../shared/language.js';
import type { DemoCalendar } from './calendar.js';

export const MEMORANDUM_SIGNED_DAYS = -390;

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });

/** Persons a year in each direction, and months of stay in all. */
const QUOTAS: Readonly<Record<CallCategory, readonly [persons: number, months: number]>> = {
  student: [60, 360],
  professor: [15, 20],
  researcher: [20, 80],
  expert: [15, 20],
  staff: [15, 8],
  joint_project: [12, 24],
};

/** The memorandum that all calls of the demonstration rest on. Its parties and its number are invented. */
export function memorandum(calendar: DemoCalendar): AgreementDraft {
  const signed = calendar.day(MEMORANDUM_SIGNED_DAYS).slice(0, 4);
  const years = [-2, -1, 0, 1].map((since) => calendar.academicYear(calendar.nextYear + since));
  const directions = [
    { homeCountry: 'RS', hostCountry: 'RU' },
    { homeCountry: 'RU', hostCountry: 'RS' },
  ];
  return {
    kind: 'memorandum',
    reference: `MOST-M-${signed}-01`,
    title: text(
      'Меморандум о сарадњи у области информационих технологија, дигиталне економије и образовања кадрова',
      'Меморандум о сотрудничестве в области информационных технологий, цифровой экономики и подготовки кадров',
      'Memorandum of cooperation in information technology, the digital economy and the training of people',
    ),
    parties: [
      {
        country: 'RS',
        institutionId: null,
        name: text(
          'Министарство надлежно за иновације и технолошки развој',
          'Министерство, ответственное за инновации и технологическое развитие',
          'Ministry responsible for innovation and technological development',
        ),
      },
      {
        country: 'RU',
        institutionId: null,
        name: text(
          'Државна технолошка корпорација',
          'Государственная технологическая корпорация',
          'State technology corporation',
        ),
      },
    ],
    themes: [
      'information_technology',
      'telecommunications',
      'digital_economy',
      'cloud_computing',
      'smart_cities',
      'science',
      'training',
    ],
    text: { articles: ARTICLES },
    quotas: years.flatMap((academicYear) =>
      directions.flatMap((direction) =>
        CALL_CATEGORIES.map((category) => {
          const [persons, months] = QUOTAS[category];
          return { ...direction, category, academicYear, persons, months };
        }),
      ),
    ),
  };
}

const ARTICLES: AgreementDraft['text']['articles'] = [
  {
    title: text('Предмет сарадње', 'Предмет сотрудничества', 'Subject of the cooperation'),
    body: text(
      'Стране подстичу сарадњу у информационим технологијама и телекомуникацијама, дигитализацији привреде, паметним технологијама, науци и образовању кадрова, на основу узајамне користи и у складу са прописима својих земаља.',
      'Стороны содействуют сотрудничеству в области информационных технологий и телекоммуникаций, цифровизации экономики, умных технологий, науки и подготовки кадров на основе взаимной выгоды и в соответствии с законодательством своих стран.',
      'The parties promote cooperation in information technology and telecommunications, the digitalisation of the economy, smart technologies, science and the training of people, for mutual benefit and under the law of their countries.',
    ),
  },
  {
    title: text('Размена људи', 'Обмен людьми', 'Exchange of people'),
    body: text(
      'Стране организују размену студената, професора, истраживача, стручњака и запослених између универзитета, института, научно-технолошких центара и предузећа. Број места по правцу, категорији и школској години утврђен је прилогом.',
      'Стороны организуют обмен студентами, преподавателями, исследователями, экспертами и сотрудниками между университетами, институтами, научно-технологическими центрами и предприятиями. Число мест по направлениям, категориям и учебным годам установлено в приложении.',
      'The parties organise the exchange of students, professors, researchers, experts and staff among universities, institutes, science and technology centres and companies. The annex sets the number of places by direction, category and academic year.',
    ),
  },
  {
    title: text('Конкурси', 'Конкурсы', 'Calls'),
    body: text(
      'Места се додељују јавним конкурсом. Текст сваког конкурса одобравају обе стране пре објављивања; једна страна сама не може објавити конкурс.',
      'Места предоставляются по открытому конкурсу. Текст каждого конкурса до объявления одобряют обе Стороны; одна Сторона не может объявить конкурс самостоятельно.',
      'Places are awarded by public call. Both parties approve the text of each call before it is published; neither can publish a call alone.',
    ),
  },
  {
    title: text('Одлуке', 'Решения', 'Decisions'),
    body: text(
      'О сваком кандидату одлучују обе стране. Ако се одлуке разликују, случај решава заједничка комисија. Разлог сваког одбијања саопштава се кандидату.',
      'Решение по каждому кандидату принимают обе Стороны. Если решения расходятся, вопрос рассматривает совместная комиссия. Причину любого отказа сообщают кандидату.',
      'Both parties decide on each candidate. Where their decisions differ, a joint commission settles the case. The candidate is told the reason of any refusal.',
    ),
  },
  {
    title: text('Трошкови', 'Расходы', 'Costs'),
    body: text(
      'Ко сноси који трошак утврђује се конкурсом. Где конкурс не каже друкчије, установа домаћин не наплаћује школарину, а путни трошкови падају на терет стране која шаље.',
      'Кто несёт какие расходы, устанавливает конкурс. Если в конкурсе не указано иное, принимающая организация не взимает плату за обучение, а расходы на проезд несёт направляющая Сторона.',
      'The call says who bears which cost. Where it says nothing else, the host charges no tuition and the sending party bears the travel.',
    ),
  },
  {
    title: text('Подаци о личности', 'Персональные данные', 'Personal data'),
    body: text(
      'Подаци кандидата прелазе границу тек са номинацијом, на основу његове сагласности, у мери потребној за одлуку. Сваки пренос се евидентира.',
      'Данные кандидата передаются через границу только с момента выдвижения, с его согласия и в объёме, необходимом для решения. Каждая передача регистрируется.',
      'A candidate’s data cross the border only with the nomination, by their consent, and no further than the decision needs. Each transfer is registered.',
    ),
  },
  {
    title: text('Ступање на снагу', 'Вступление в силу', 'Entry into force'),
    body: text(
      'Меморандум ступа на снагу даном потписивања и важи пет година. Измене се закључују писмено и одобравају их обе стране.',
      'Меморандум вступает в силу со дня подписания и действует пять лет. Изменения оформляются письменно и одобряются обеими Сторонами.',
      'The memorandum enters into force on the day of its signature and holds for five years. Changes are made in writing and approved by both parties.',
    ),
  },
];

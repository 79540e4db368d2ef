import type {
  AwardLetterData,
  DossierData,
  OfficialRecordData,
  ReceiptData,
} from '../../src/documents/rendering/document-data.js';
import type { Language } from '../../src/shared/language.js';

/** A faculty's full name of the length that occurs. */
export const LONG_RUSSIAN_NAME =
  'Федеральное государственное бюджетное образовательное учреждение высшего образования «Московский государственный университет имени М.В. Ломоносова», факультет вычислительной математики и кибернетики';
export const LONG_PERSON =
  'Александра-Констанција Хаџи-Поповић Стојиљковић Мирослављевић де ла Роса и Фон Хоенцолерн-Карађорђевић';

/** A letter from Belgrade to Moscow, in Serbian Cyrillic and Russian. */
export function awardLetter(changes: Partial<AwardLetterData> = {}): AwardLetterData {
  return {
    number: 'MOST-2026-RS-000123',
    checkCode: '7K2QX-M94TB',
    verificationUrl: 'https://most.example.org/verify/MOST-2026-RS-000123',
    issuedAt: '2026-06-15T09:30:00.000Z',
    letterhead: [
      {
        language: 'sr-Cyrl',
        country: 'Република Србија',
        ministry: 'Министарство науке, технолошког развоја и иновација',
        institution: 'Универзитет у Београду',
      },
      {
        language: 'ru',
        country: 'Российская Федерация',
        ministry: 'Министерство науки и высшего образования Российской Федерации',
        institution: 'Московский государственный университет имени М.В. Ломоносова',
      },
    ],
    holder: [
      { name: 'Ђорђе Ђорђевић', language: 'sr-Cyrl' },
      { name: 'Đorđe Đorđević', language: 'sr-Latn' },
      { name: 'Джордже Джорджевич', language: 'ru' },
    ],
    versions: [
      {
        language: 'sr-Cyrl',
        title: 'Писмо о додели места за размену',
        number: { label: 'Број', text: 'MOST-2026-RS-000123' },
        date: { label: 'Датум', text: '15. јун 2026.' },
        opening: 'Обе стране сагласно потврђују да је место за академску размену додељено следећем лицу:',
        statement:
          'Место је додељено на основу конкурса и меморандума две земље. Носилац је место прихватио 14. јуна 2026.',
        facts: [
          { label: 'Конкурс', text: 'Семестралне размене студената 2026/27.' },
          { label: 'Врста размене', text: 'Студентска размена, један семестар' },
          {
            label: 'Место',
            text: 'Московски државни универзитет „М. В. Ломоносов“, Факултет рачунарске математике и кибернетике, Москва',
          },
          { label: 'Трајање', text: '1. септембар 2026. – 31. јануар 2027.' },
          {
            label: 'Финансирање',
            text: 'Ослобођено школарине; стипендија 30.000 RUB месечно; смештај у студентском дому',
          },
        ],
        agreedHeading: 'Сагласности',
        agreed: [
          {
            heading: 'Страна која упућује',
            acts: [
              {
                act: 'Номинација',
                body: 'Универзитет у Београду',
                person: 'Јелена Петровић, координатор',
                at: '20. мај 2026. у 10.12 (Београд)',
              },
              {
                act: 'Сагласност министарства',
                body: 'Министарство науке, технолошког развоја и иновација',
                person: 'Милан Јовановић, саветник',
                at: '2. јун 2026. у 14.05 (Београд)',
              },
            ],
          },
          {
            heading: 'Страна која прима',
            acts: [
              {
                act: 'Прихватање',
                body: 'Московски државни универзитет „М. В. Ломоносов“',
                person: 'Анна Сергејевна Волкова, координатор',
                at: '28. мај 2026. у 16.40 (Москва)',
              },
              {
                act: 'Сагласност министарства',
                body: 'Министарство науке и високог образовања Руске Федерације',
                person: 'Павел Игоревич Соколов, начелник одељења',
                at: '4. јун 2026. у 11.20 (Москва)',
              },
            ],
          },
        ],
        closing: ['Молимо надлежне органе да носиоцу помогну при издавању визе и пријави боравка.'],
        verification:
          'Потписано електронски. Скенирајте код или унесите број и контролни код на страници за проверу.',
        checkCodeLabel: 'Контролни код',
        pageOf: 'Страна %{page} од %{pages}',
      },
      {
        language: 'ru',
        title: 'Письмо о предоставлении места для обмена',
        number: { label: 'Номер', text: 'MOST-2026-RS-000123' },
        date: { label: 'Дата', text: '15 июня 2026 г.' },
        opening: 'Обе стороны согласованно подтверждают, что место для академического обмена предоставлено:',
        statement:
          'Место предоставлено на основании конкурса и меморандума двух стран. Участник принял его 14 июня 2026 года.',
        facts: [
          { label: 'Конкурс', text: 'Семестровые обмены студентов 2026/27 года' },
          { label: 'Вид обмена', text: 'Студенческий обмен, один семестр' },
          {
            label: 'Место',
            text: 'Московский государственный университет имени М.В. Ломоносова, факультет вычислительной математики и кибернетики, Москва',
          },
          { label: 'Период', text: '1 сентября 2026 г. – 31 января 2027 г.' },
          {
            label: 'Финансирование',
            text: 'Без оплаты обучения; стипендия 30 000 RUB в месяц; место в общежитии',
          },
        ],
        agreedHeading: 'Согласования',
        agreed: [
          {
            heading: 'Направляющая сторона',
            acts: [
              {
                act: 'Номинация',
                body: 'Белградский университет',
                person: 'Елена Петрович, координатор',
                at: '20 мая 2026 г. в 10:12 (Белград)',
              },
              {
                act: 'Согласие министерства',
                body: 'Министерство науки, технологического развития и инноваций Республики Сербии',
                person: 'Милан Йованович, советник',
                at: '2 июня 2026 г. в 14:05 (Белград)',
              },
            ],
          },
          {
            heading: 'Принимающая сторона',
            acts: [
              {
                act: 'Принятие',
                body: 'Московский государственный университет имени М.В. Ломоносова',
                person: 'Анна Сергеевна Волкова, координатор',
                at: '28 мая 2026 г. в 16:40 (Москва)',
              },
              {
                act: 'Согласие министерства',
                body: 'Министерство науки и высшего образования Российской Федерации',
                person: 'Павел Игоревич Соколов, начальник отдела',
                at: '4 июня 2026 г. в 11:20 (Москва)',
              },
            ],
          },
        ],
        closing: [
          'Просим компетентные органы содействовать участнику в получении визы и постановке на учёт.',
        ],
        verification:
          'Подписано электронно. Отсканируйте код или введите номер и контрольный код на странице проверки.',
        checkCodeLabel: 'Контрольный код',
        pageOf: 'Страница %{page} из %{pages}',
      },
    ],
    ...changes,
  };
}

/** The same letter in Serbian Latin and English, with the longest names that occur, as a demonstration. */
export function longAwardLetter(): AwardLetterData {
  const letter = awardLetter();
  const [home, host] = letter.versions;
  const act = {
    act: 'Ministry’s consent',
    body: LONG_RUSSIAN_NAME,
    person: `${LONG_PERSON}, head of the department for international cooperation`,
    at: '4 June 2026 at 11:20 (Moscow)',
  };
  const acts = [act, act];
  const facts = [
    { label: 'Konkurs', text: 'Semestralne razmene studenata 2026/27. u okviru Memoranduma o razumevanju' },
    { label: 'Mesto', text: LONG_RUSSIAN_NAME, language: 'ru' as const },
    { label: 'Adresa', text: `https://example.org/${'veoma-dugacka-adresa'.repeat(6)}` },
    { label: 'Napomena', text: 'Prvi red\nDrugi red, #strong[nije naredba] *ni ovo* @ni-ovo $x^2$' },
  ];
  return {
    ...letter,
    holder: [
      { name: LONG_PERSON, language: 'sr-Cyrl' },
      {
        name: 'Aleksandra-Konstancija Hadži-Popović Stojiljković Miroslavljević de la Rosa i Fon Hoencolern-Karađorđević',
        language: 'sr-Latn',
      },
      {
        name: 'Александра-Констанция Хаджи-Попович Стоильькович Мирославлевич де ла Роса и Фон Гогенцоллерн-Карагеоргиевич',
        language: 'ru',
      },
    ],
    letterhead: [letter.letterhead[0], { ...letter.letterhead[1], institution: LONG_RUSSIAN_NAME }],
    versions: [
      {
        ...home,
        language: 'sr-Latn',
        title: 'Pismo o dodeli mesta za razmenu',
        number: { label: 'Broj', text: letter.number },
        date: { label: 'Datum', text: '15. jun 2026.' },
        opening: 'Obe strane saglasno potvrđuju da je mesto za akademsku razmenu dodeljeno sledećem licu:',
        statement: 'Mesto je dodeljeno na osnovu konkursa i memoranduma dve zemlje.',
        facts,
        agreedHeading: 'Saglasnosti',
        agreed: [
          { heading: 'Strana koja upućuje', acts },
          { heading: 'Strana koja prima', acts },
        ],
        closing: ['Molimo nadležne organe da nosiocu pomognu pri izdavanju vize.', 'Čestitamo!'],
        verification: 'Potpisano elektronski. Skenirajte kod ili unesite broj i kontrolni kod.',
        checkCodeLabel: 'Kontrolni kod',
        pageOf: 'Strana %{page} od %{pages}',
        notice: 'Demonstracija: ovo pismo nema pravnu snagu',
      },
      {
        ...host,
        language: 'en',
        title: 'Letter of award of an exchange place',
        number: { label: 'Number', text: letter.number },
        date: { label: 'Date', text: '15 June 2026' },
        opening: 'Both sides jointly confirm that a place for academic exchange has been awarded to:',
        statement: 'The place is awarded under the call and the memorandum of the two countries.',
        facts: facts.map((fact, at) => ({ ...fact, label: ['Call', 'Place', 'Address', 'Note'][at] ?? '' })),
        agreedHeading: 'Agreements',
        agreed: [
          { heading: 'Home side', acts },
          { heading: 'Host side', acts },
        ],
        closing: ['We ask the competent authorities to assist the holder with the visa.', 'Congratulations!'],
        verification:
          'Signed electronically. Scan the code, or enter number and check code on the verification page.',
        checkCodeLabel: 'Check code',
        pageOf: 'Page %{page} of %{pages}',
        notice: 'Demonstration: this letter has no legal force',
      },
    ],
  };
}

/** A submitted application of a Serbian student, in Serbian Cyrillic. */
export function dossier(changes: Partial<DossierData> = {}): DossierData {
  return {
    language: 'sr-Cyrl',
    issuedAt: '2026-03-12T22:10:00.000Z',
    title: 'Пријава за размену',
    number: { label: 'Број пријаве', text: 'RS-2026-000123' },
    applicant: [
      { name: 'Ђорђе Ђорђевић', language: 'sr-Cyrl' },
      { name: 'Đorđe Đorđević', language: 'sr-Latn' },
    ],
    summary: [
      { label: 'Конкурс', text: 'Семестралне размене студената 2026/27.' },
      { label: 'Матична установа', text: 'Универзитет у Београду, Електротехнички факултет' },
      { label: 'Поднета', text: '12. март 2026. у 23.10 (Београд) · 13. март у 01.10 (Москва)' },
    ],
    pageOf: 'Страна %{page} од %{pages}',
    sections: [
      {
        heading: 'Подаци о лицу',
        answers: [
          { question: 'Датум рођења', answer: '27. март 2003.' },
          { question: 'Држављанство', answer: 'Република Србија' },
          { question: 'Електронска адреса', answer: 'djordje.djordjevic@student.example.rs' },
          {
            question: 'Име на руском, како треба да стоји у позиву',
            answer: 'Джордже Джорджевич',
            language: 'ru',
          },
        ],
      },
      {
        heading: 'Мотивација',
        answers: [
          {
            question: 'Зашто желите баш на овај универзитет и шта ћете тамо радити?',
            answer: `${'Желим да радим на нумеричким методама за парцијалне диференцијалне једначине у групи која их развија за климатске моделе. '.repeat(8)}\n\n${'По повратку ћу резултате представити на катедри. '.repeat(6)}`,
          },
          {
            question: 'Радови',
            answer: 'Наслов: Мостови; Година: 2021',
            table: {
              columns: ['Наслов', 'Година', 'Врста'],
              rows: [
                ['Мостови и њихови градитељи у доба великих путовања', '2021', 'рад'],
                ['Реке', '2023', ''],
              ],
            },
          },
        ],
      },
    ],
    choices: {
      heading: 'Жељена места',
      none: 'Нема изабраних места.',
      entries: [
        {
          rank: '1',
          place: 'Факултет рачунарске математике и кибернетике',
          detail: 'МГУ „Ломоносов“, Москва',
        },
        { rank: '2', place: LONG_RUSSIAN_NAME, detail: 'Санкт Петербург' },
      ],
    },
    documents: {
      heading: 'Документа',
      none: 'Нема приложених докумената.',
      entries: [
        {
          name: 'uverenje-o-polozenim-ispitima_KONAČNO_2026-03-10_potpisano-elektronski.pdf',
          detail: 'Уверење о положеним испитима · PDF · 2,4 MB · 6 страна · прегледано, чисто',
          sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        },
      ],
    },
    consents: {
      heading: 'Сагласности',
      none: 'Нема сагласности.',
      entries: [
        {
          wording:
            'Сагласан сам да се моји подаци из ове пријаве пренесу установи и министарству друге земље, ради одлучивања о размени.',
          given: 'Дата 12. марта 2026. у 23.08 (Београд) · верзија 2',
        },
      ],
    },
    timeline: {
      heading: 'Ток',
      none: 'Још се ништа није догодило.',
      entries: [
        { at: '1. март 2026. у 18.20', what: 'Пријава започета' },
        { at: '12. март 2026. у 23.10', what: 'Пријава поднета', detail: 'Ђорђе Ђорђевић' },
      ],
    },
    ...changes,
  };
}

export function receipt(): ReceiptData {
  const { language, issuedAt, number, applicant, summary, pageOf } = dossier();
  return {
    language,
    issuedAt,
    title: 'Потврда о пријему',
    number,
    applicant,
    summary,
    pageOf,
    statement: 'Ваша пријава је примљена. Сачувајте овај број: по њему је налазимо Ви и ми.',
    next: {
      heading: 'Шта следи',
      steps: [
        'Координатор Вашег универзитета проверава пријаву до 26. марта 2026.',
        'Ако нешто недостаје, добићете поруку и рок за исправку.',
        'О свакој одлуци јављамо Вам електронском поштом.',
      ],
    },
    fingerprint: {
      label: 'Отисак поднетих података (SHA-256)',
      text: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
    url: 'https://most.example.org/applications/RS-2026-000123',
  };
}

/** The record of a decision on an application from Belgrade, in Serbian Cyrillic and Russian. */
export function officialRecord(changes: Partial<OfficialRecordData> = {}): OfficialRecordData {
  const { letterhead, verificationUrl, issuedAt, versions } = awardLetter();
  const text = (language: Language, title: string, heading: string, paragraph: string) => ({
    language,
    title,
    number: { label: '№', text: 'MOST-2026-RS-D000012' },
    date: { label: '·', text: '15. 6. 2026' },
    opening: title,
    facts: [{ label: heading, text: 'MOST-2026-0001' }],
    sections: [{ heading, entries: [{ label: heading, text: title }], paragraphs: [paragraph] }],
    signaturesHeading: heading,
    signatures: versions[0].agreed.map(({ acts }) => acts[1] ?? acts[0]).filter((act) => act !== undefined),
    closing: [title],
    verification: versions[0].verification,
    checkCodeLabel: versions[0].checkCodeLabel,
    pageOf: versions[0].pageOf,
  });
  return {
    number: 'MOST-2026-RS-D000012',
    checkCode: '7K3QM-X9D2F',
    verificationUrl,
    issuedAt,
    letterhead,
    versions: [
      text('sr-Cyrl', 'Запис о одлуци', 'Матична страна', 'Сагласни смо. '.repeat(400)),
      text('ru', 'Запись о решении', 'Направляющая сторона', 'Мы согласны. '.repeat(400)),
    ],
    ...changes,
  };
}

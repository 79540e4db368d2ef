import { Story } from './story.js';

/** Where an applicant has got to: nominated, accepted by the host, and before both countries. */
function nominated(story: Story, submitted: number, nominatedOn: number): Story {
  return story.submits(submitted).isNominated(nominatedOn, ENDORSEMENTS[story.call] ?? '');
}

function beforeBoth(story: Story, submitted: number, nominatedOn: number, accepted: number): Story {
  return nominated(story, submitted, nominatedOn).hostAnswers(accepted, { answer: 'accept' });
}

const ENDORSEMENTS: Readonly<Record<string, string>> = {
  students: 'Предмети су усклађени са катедром; подржавамо номинацију. / Дисциплины согласованы с кафедрой.',
  spring: 'Предмети су усклађени са катедром; подржавамо номинацију. / Дисциплины согласованы с кафедрой.',
  economy: 'Просек и препоруке су врло добри. / Успеваемость и рекомендации очень хорошие.',
  traineeships: 'Пракса је предвиђена програмом студија. / Практика предусмотрена учебным планом.',
  professors: 'Настава је договорена са домаћином. / Занятия согласованы с принимающей стороной.',
  experts: 'Послодавац је дао сагласност. / Работодатель дал согласие.',
};

const SENT_BACK = {
  reasonCode: 'documents',
  reasonText:
    'Из документов не видно, какие дисциплины будут зачтены. Просим приложить согласованный перечень. / Из докумената се не види који ће предмети бити признати; молимо усаглашен списак.',
} as const;

const AGREEMENT_IS_THERE = {
  verdict: 'clear',
  reasonCode: 'nothing_found',
  reasonText: 'Соглашение подписано, возражений нет.',
} as const;

const NOBODY_IS_LISTED = {
  verdict: 'clear',
  reasonCode: 'nothing_found',
  reasonText: 'На листи нема ниједне од страна.',
} as const;

const NOT_CLEARED = {
  verdict: 'refuse',
  reasonCode: 'security',
  reasonText: 'Соглашение не согласовано: план работы требует доступа к закрытому контуру.',
  toldText:
    'Допуск к работам по этой программе не дан. Вы можете выбрать программу без доступа к закрытой инфраструктуре. / Дозвола за рад на овом програму није дата. Можете изабрати програм без приступа затвореној инфраструктури.',
} as const;

const QUOTA_OF_FIELD = {
  reasonCode: 'agreement',
  reasonText:
    'Програм није у областима из меморандума. / Программа не относится к областям, указанным в меморандуме.',
} as const;

/** What a country asks before a place is certain. */
const CERTIFICATE = 'Потврда о знању енглеског језика доставља се пре доласка.';
const INSURANCE = 'Полис медицинского страхования на весь срок пребывания представляется до приезда.';

/** Everybody's way. Each state of an application occurs, and each office has something that waits for it. */
export function stories(): readonly Story[] {
  const to = (person: string, call: string, ...places: string[]) => new Story(person, call, places);

  return [
    // The call of the last round, whose places are awarded.
    beforeBoth(to('petar-lukic', 'spring', 'msu-spring', 'nsu-spring'), -140, -136, -128)
      .isApprovedBy(-120, 'RS')
      .isApprovedBy(-116, 'RU')
      .accepts(-112),
    beforeBoth(to('nevena-djuric', 'spring', 'msu-spring'), -139, -135, -127)
      .isApprovedBy(-119, 'RS')
      .isApprovedBy(-115, 'RU'),
    beforeBoth(to('stefan-ilic', 'spring', 'msu-spring-data'), -141, -137, -129)
      .isApprovedBy(-121, 'RU')
      .isApprovedBy(-117, 'RS')
      .declines(-110),
    beforeBoth(to('andjela-stankovic', 'spring', 'msu-spring-data'), -138, -134, -126)
      .isApprovedBy(-120, 'RS')
      .isApprovedBy(-116, 'RU', [{ text: INSURANCE, due: -50 }])
      .accepts(-111)
      .answersCondition(-70, 'Полиса је уплаћена за цео боравак.')
      .settles(-60, 'RU', 'meet'),
    // What one country asked is met; the other still waits, and its day comes.
    beforeBoth(to('luka-dzodzo', 'spring', 'msu-spring-data'), -132, -129, -124)
      .isApprovedBy(-116, 'RU', [{ text: INSURANCE, due: -1 }])
      .isApprovedBy(-114, 'RS', [{ text: CERTIFICATE, due: 20 }])
      // The decline above made room.
      .accepts(-105)
      .answersCondition(-3, 'Полисе издао осигуравач 1. марта; шаљем је преводом до краја недеље.'),
    beforeBoth(to('dunja-pavlov', 'spring', 'nsu-spring'), -137, -133, -125)
      .isApprovedBy(-118, 'RS')
      .isApprovedBy(-116, 'RU'),
    beforeBoth(to('marko-vrbaski', 'spring', 'nsu-spring'), -136, -132, -126)
      .isApprovedBy(-119, 'RU', [{ text: INSURANCE, due: -50 }])
      .isApprovedBy(-117, 'RS')
      .accepts(-113)
      .settles(-40, 'RU', 'fail', 'Полис не представлен и после напоминания.'),
    to('teodora-nikcevic', 'spring', 'msu-spring-data')
      .submits(-130)
      .isIneligible(
        -124,
        'Конкурс је за студенте од друге године, а из уверења се види да сте уписани на прву. Пријавите се следеће године.',
      ),
    to('milena-zdravkovic', 'spring', 'nsu-spring')
      .submits(-128)
      .isReturned(
        -123,
        ['documents.transcript'],
        'Уверење о положеним испитима није читљиво. Приложите нови скен.',
      ),
    beforeBoth(to('alexei-zaytsev', 'spring', 'belgrade-spring'), -142, -138, -130)
      .isApprovedBy(-122, 'RU')
      .isApprovedBy(-118, 'RS', [{ text: CERTIFICATE, due: -60 }])
      .accepts(-114)
      .settles(-70, 'RS', 'waive', 'Настава је на руском језику, па потврда није потребна.')
      .isLed(-30, ['defer']),
    beforeBoth(to('ksenia-ermakova', 'spring', 'belgrade-spring'), -134, -131, -125)
      .isApprovedBy(-119, 'RU')
      .isApprovedBy(-110, 'RS')
      .isLed(-104, ['withdraw_offer']),
    beforeBoth(to('polina-yudina', 'spring', 'novi-sad-spring'), -135, -130, -124)
      .isApprovedBy(-118, 'RU')
      .isApprovedBy(-115, 'RS', [{ text: CERTIFICATE, due: -60 }])
      .accepts(-110)
      .settles(-65, 'RS', 'meet'),
    to('maxim-shestakov', 'spring', 'novi-sad-spring').begins(-112),
    beforeBoth(to('artyom-plushch', 'spring', 'novi-sad-spring'), -133, -129, -123)
      .isRejectedBy(-116, 'RU', QUOTA_OF_FIELD)
      .isRejectedBy(-113, 'RS', QUOTA_OF_FIELD),
    beforeBoth(to('elvira-safina', 'spring', 'novi-sad-spring'), -131, -127, -122)
      .isApprovedBy(-117, 'RU')
      .isApprovedBy(-114, 'RS')
      .accepts(-109)
      .withdraws(-90),
    to('timur-galiev', 'spring', 'belgrade-spring').submits(-126).withdraws(-122),

    // The call that closed some days ago: its applications are on their way through the offices.
    beforeBoth(to('teodora-nikcevic', 'economy', 'msu-digital', 'nsu-digital'), -31, -26, -12),
    beforeBoth(to('filip-canak', 'economy', 'msu-digital'), -33, -28, -14).isApprovedBy(-8, 'RS'),
    beforeBoth(to('sofija-bojanic', 'economy', 'nsu-digital'), -34, -29, -17)
      .isApprovedBy(-10, 'RS')
      .isRejectedBy(-6, 'RU', QUOTA_OF_FIELD),
    beforeBoth(to('stefan-ilic', 'economy', 'nsu-digital', 'msu-digital'), -36, -30, -18)
      .isApprovedBy(-11, 'RS')
      .isReturnedBy(-5, 'RU', SENT_BACK),
    beforeBoth(to('nevena-djuric', 'economy', 'msu-digital'), -38, -33, -21)
      .isApprovedBy(-9, 'RU')
      .isApprovedBy(-3, 'RS'),
    // Before a place at the Novosibirsk programme in data the host country asks for a security agreement.
    beforeBoth(to('petar-lukic', 'economy', 'nsu-digital'), -37, -32, -20)
      .isApprovedBy(-12, 'RS')
      .isApprovedBy(-7, 'RU'),
    beforeBoth(to('andjela-stankovic', 'economy', 'nsu-digital'), -38, -33, -22)
      .isApprovedBy(-13, 'RU')
      .isApprovedBy(-10, 'RS')
      .isSettledBy(-4, 'RU', AGREEMENT_IS_THERE),
    beforeBoth(to('dunja-pavlov', 'economy', 'nsu-digital'), -36, -31, -19)
      .isApprovedBy(-11, 'RS')
      .isSettledBy(-3, 'RU', NOT_CLEARED),
    nominated(to('jan-hruska', 'economy', 'nsu-digital'), -30, -25),
    nominated(to('milena-zdravkovic', 'economy', 'msu-digital'), -25, -20).hostAnswers(-11, {
      answer: 'waitlist',
    }),
    nominated(to('ognjen-miskovic', 'economy', 'nsu-digital', 'msu-digital'), -29, -24).hostAnswers(-15, {
      answer: 'reject',
      reasonCode: 'profile',
      reasonText:
        'Программа рассчитана на бакалавров и магистров; для аспиранта советуем исследовательскую стажировку.',
    }),
    // Whoever comes to Belgrade is looked for on a list: one bears the name of an entry there, the other does not.
    beforeBoth(to('timur-galiev', 'economy', 'belgrade-digital'), -32, -27, -13),
    beforeBoth(to('gleb-tsyganov', 'economy', 'belgrade-digital'), -35, -30, -17)
      .isApprovedBy(-9, 'RU')
      .isSettledBy(-8, 'RS', NOBODY_IS_LISTED),
    beforeBoth(to('ksenia-ermakova', 'economy', 'novi-sad-digital'), -37, -31, -18)
      .isApprovedBy(-10, 'RU')
      .isRejectedBy(-5, 'RS', {
        reasonCode: 'funding',
        reasonText: 'За ову школску годину стипендија за друго место на истој катедри није обезбеђена.',
      }),
    beforeBoth(to('yulia-zhuravleva', 'economy', 'novi-sad-digital'), -39, -34, -21)
      .isApprovedBy(-12, 'RU')
      .isApprovedBy(-2, 'RS', [{ text: CERTIFICATE, due: 45 }]),
    to('varvara-chizhova', 'economy', 'belgrade-digital').submits(-12).isLed(-7, ['begin_screening']),
    nominated(to('maxim-shestakov', 'economy', 'novi-sad-digital'), -27, -22).hostAnswers(-10, {
      answer: 'return',
      reasonCode: 'documents',
      reasonText: 'У пријави недостаје списак предмета. Молимо да га допуните и номинацију пошаљете поново.',
    }),

    // The call of the walk: open, with applications of others.
    to('filip-canak', 'students', 'msu-software').begins(-9),
    to('gleb-tsyganov', 'students', 'novi-sad-software').begins(-4),
    beforeBoth(to('jan-hruska', 'students', 'nsu-software', 'msu-software'), -18, -15, -7),
    beforeBoth(to('maxim-shestakov', 'students', 'belgrade-software'), -19, -16, -8),
    nominated(to('milena-zdravkovic', 'students', 'msu-software', 'nsu-software'), -13, -9),
    nominated(to('andjela-stankovic', 'students', 'nsu-software'), -12, -8),
    nominated(to('artyom-plushch', 'students', 'novi-sad-software', 'belgrade-software'), -11, -8),
    nominated(to('egor-obukhov', 'students', 'belgrade-software', 'nis-networks'), -10, -6),
    to('vuk-radojicic', 'students', 'msu-software', 'itmo-city')
      .submits(-9)
      .isReturned(
        -4,
        ['documents.transcript', 'motivation.plan'],
        'Уверење је старије од шест месеци. У плану наведите и предмете са докторских студија.',
      ),
    to('nina-khromova', 'students', 'belgrade-software')
      .submits(-8)
      .isReturned(
        -3,
        ['motivation.motivation'],
        'Напишите, пожалуйста, с кем из принимающей кафедры Вы хотите работать.',
      ),
    to('sofija-bojanic', 'students', 'itmo-city', 'kazan-cloud')
      .submits(-12)
      .isReturned(-9, ['documents.transcript'], 'Недостаје печат студентске службе на уверењу.')
      .resubmits(-6, 'transcript'),
    to('marko-vrbaski', 'students', 'nsu-software').submits(-5),
    to('stefan-ilic', 'students', 'msu-data', 'nsu-software').submits(-3),
    to('varvara-chizhova', 'students', 'belgrade-software', 'novi-sad-software').submits(-2),
    to('lev-aronov', 'students', 'nis-networks').submits(-6),
    to('dariima-badmaeva', 'students', 'novi-sad-city').submits(-4),
    to('dunja-pavlov', 'students', 'nsu-software', 'kazan-cloud').submits(-1),

    // The call that closes today, whose nominations the home ministry endorses.
    nominated(to('ognjen-miskovic', 'traineeships', 'ispras-compilers'), -20, -14),
    nominated(to('lev-aronov', 'traineeships', 'pupin-networks'), -19, -13),
    nominated(to('elvira-safina', 'traineeships', 'belgrade-cloud'), -22, -17).isConfirmed(-11),
    to('vuk-radojicic', 'traineeships', 'nsu-cloud').submits(-7),
    to('stefan-ilic-anew', 'traineeships', 'nsu-cloud').submits(-6),
    to('dunja-pavlov', 'traineeships', 'nsu-cloud').begins(-3),

    // Those who work.
    nominated(to('branka-tosic', 'professors', 'msu-teaching'), -14, -10),
    to('nikolai-rybakov', 'professors', 'belgrade-teaching').submits(-8),
    to('professor@rs.demo', 'professors', 'msu-teaching', 'nsu-teaching').begins(-2),
    to('svetlana-goncharova', 'researchers', 'pupin-research', 'novi-sad-research').submits(-5),
    to('katarina-lazin', 'researchers', 'msu-supercomputer').submits(-4),
    beforeBoth(to('expert@ru.demo', 'experts', 'ntpark-mission'), -36, -31, -24)
      .isApprovedBy(-15, 'RS')
      .isApprovedBy(-4, 'RU'),
    beforeBoth(to('maja-obradovic', 'experts', 'academpark-mission'), -24, -19, -10),
    nominated(to('konstantin-medvedkin', 'experts', 'novi-sad-mission'), -9, -5),
    to('irina-shapovalova', 'staff', 'belgrade-office').submits(-5),
    to('zoran-petkovic', 'staff', 'msu-office').begins(-3),
    to('goran-djukanovic', 'projects', 'ispras-project').submits(-4),
    to('ruslan-akhmetov', 'projects', 'pupin-project').begins(-2),

    // A ranked call that the panel is working on.
    to('nevena-djuric', 'safety', 'msu-security')
      .submits(-40)
      .isLed(-33, ['begin_screening', 'find_eligible'])
      .isLed(-16, ['begin_review']),
    to('luka-dzodzo', 'safety', 'itmo-security')
      .submits(-41)
      .isLed(-34, ['begin_screening', 'find_eligible'])
      .isLed(-16, ['begin_review'])
      .isLed(-6, ['score']),
    to('dariima-badmaeva', 'safety', 'nis-security')
      .submits(-38)
      .isLed(-32, ['begin_screening', 'find_eligible'])
      .isLed(-16, ['begin_review']),
    to('yulia-zhuravleva', 'safety', 'belgrade-security')
      .submits(-37)
      .isLed(-31, ['begin_screening', 'find_eligible'])
      .isLed(-16, ['begin_review'])
      .isLed(-5, ['score']),

    // A ranked call whose provisional list is out: the panels found what `Selections` says.
    ranked(to('goran-djukanovic', 'intelligence', 'ispras-fellow', 'msu-fellow'), -80),
    ranked(to('katarina-lazin', 'intelligence', 'ispras-fellow', 'msu-fellow'), -78),
    ranked(to('ruslan-akhmetov', 'intelligence', 'pupin-fellow', 'novi-sad-fellow'), -77),
    ranked(to('konstantin-medvedkin', 'intelligence', 'pupin-fellow'), -76),
    ranked(to('maja-obradovic', 'intelligence', 'msu-fellow'), -75),

    // Whom no institution nominates: the ministry has it.
    to('marko-vrbaski', 'traineeships', 'nsu-cloud')
      .asFreemover('Висока рачунарска школа, Ваљево')
      .submits(-5),
  ];
}

function ranked(story: Story, submitted: number): Story {
  return story.submits(submitted).isLed(submitted + 6, ['begin_screening', 'find_eligible']);
}

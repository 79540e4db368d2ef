import type { Referee } from '../../referees/public.js';

/** A referee of the demonstration, and what they write. */
export interface DemoReferee extends Referee {
  readonly knownFor: string;
  readonly letter: string;
}

const person = (
  name: string,
  mailbox: string,
  relation: string,
  language: string,
  knownFor: string,
  letter: string,
): DemoReferee => ({ name, email: `${mailbox}@letters.demo`, relation, language, knownFor, letter });

/** By the country of the applicant: their teachers and colleagues write in its language. */
const REFEREES: Readonly<Record<string, readonly DemoReferee[]>> = {
  RS: [
    person(
      'Проф. др Милена Јовановић',
      'milena.jovanovic',
      'teacher',
      'sr-Cyrl',
      '3_to_5',
      'Кандидат је код мене слушао два предмета и оба положио с највишом оценом. Пројекат који је водио у трећој години и данас користимо у настави.\n\nРади самостално, питања поставља на време и радо помаже другима. Размена му одговара јер се код домаћина бави темом за коју код нас нема лабораторије. Препоручујем га без резерве.',
    ),
    person(
      'Проф. др Драган Николић',
      'dragan.nikolic',
      'supervisor',
      'sr-Cyrl',
      '1_to_2',
      'Водим истраживање у којем кандидат учествује од прошле године. Резултате је изложио на конференцији и сам је написао највећи део рада.\n\nПотребна му је опрема коју домаћин има. Верујем да ће се брзо снаћи и да ће сарадња потрајати и после повратка.',
    ),
    person(
      'Доц. др Снежана Вуковић',
      'snezana.vukovic',
      'colleague',
      'sr-Latn',
      'over_5',
      'S kandidatom radim više od pet godina na zajedničkim projektima. Pouzdan je, rokove drži i kad je teško, a nastavu priprema s pažnjom koja se retko viđa.\n\nDomaćinu ga preporučujem i kao istraživača i kao predavača.',
    ),
  ],
  RU: [
    person(
      'Профессор Елена Викторовна Соколова',
      'elena.sokolova',
      'teacher',
      'ru',
      '3_to_5',
      'Я преподаю заявителю третий год. Это один из самых сильных слушателей потока: работы сданы в срок, решения продуманы, вопросы всегда по существу.\n\nТема, которой занимается принимающая группа, хорошо продолжает его курсовую работу. Рекомендую без оговорок.',
    ),
    person(
      'Доцент Андрей Павлович Громов',
      'andrei.gromov',
      'supervisor',
      'ru',
      '1_to_2',
      'Руковожу исследованием, в котором участвует заявитель. Экспериментальная часть выполнена им самостоятельно и описана так, что её легко повторить.\n\nДля следующего шага нужны данные, которые есть у принимающей стороны. Уверен, что поездка будет полезна обеим организациям.',
    ),
    person(
      'Dr Ingrid Hansen',
      'ingrid.hansen',
      'colleague',
      'en',
      'over_5',
      'We have written four papers together, and I have seen the applicant lead a team of three with patience and a clear head.\n\nThe stay would let both groups bring their software together. I recommend the applicant warmly.',
    ),
  ],
};

/** So many referees of somebody, each time the same for the same application. */
export function refereesOf(country: string, variant: number, count: number): readonly DemoReferee[] {
  const known = REFEREES[country] ?? [];
  return known
    .map((_referee, index) => known[(index + variant) % known.length])
    .flatMap((each) => each ?? [])
    .slice(0, count);
}

import type { CountryCode } from '../../shared/country.js';
import type { Language } from '../../shared/language.js';
import type { Dice } from './dice.js';

/** A person's name as they write it. */
export interface OwnName {
  readonly given: string;
  readonly family: string;
  readonly language: Language;
}

interface NameStock {
  readonly weight: number;
  readonly language: Language;
  /** Given names with the family names that go with them. */
  readonly women: { readonly given: readonly string[]; readonly family: readonly string[] };
  readonly men: { readonly given: readonly string[]; readonly family: readonly string[] };
}

const words = (text: string) => text.split(' ');

const SERBIAN = words(
  'Петровић Јовановић Ђорђевић Николић Марковић Стојановић Илић Павловић Живковић Ђурић Његован Шћепановић Џелетовић Љубичић Ћирић Хаџић Пешић Вукчевић Грујић Цветковић Филиповић Тодоровић Миљковић Жежељ Остојић',
);
const RUSSIAN = words(
  'Иванов Смирнов Кузнецов Попов Соколов Лебедев Козлов Новиков Морозов Волков Соловьёв Васильев Зайцев Павлов Семёнов Голубев Виноградов Богданов Воробьёв Фёдоров Щербаков Жуков Цветаев Юдин Хабаров',
);
const HUNGARIAN = words('Kovács Szabó Tóth Nagy Horváth Varga Kiss Molnár Hruška Kováč');

/** Each country's names in the scripts in which its people write. */
const STOCKS: Readonly<Record<string, readonly NameStock[]>> = {
  RS: [
    {
      weight: 80,
      language: 'sr-Cyrl',
      women: {
        given: words(
          'Јелена Милица Љиљана Снежана Ђурђина Наташа Теодора Невена Ивана Софија Жељка Ксенија Анђела Маја',
        ),
        family: SERBIAN,
      },
      men: {
        given: words(
          'Ђорђе Никола Милош Стефан Његош Душан Лука Вук Марко Александар Филип Живојин Огњен Страхиња',
        ),
        family: SERBIAN,
      },
    },
    {
      weight: 20,
      language: 'sr-Latn',
      women: { given: words('Eszter Katarina Zsófia Anna Ivana Réka Mária'), family: HUNGARIAN },
      men: { given: words('Ján István Zoltán Tomislav Gábor Márk Ištvan'), family: HUNGARIAN },
    },
  ],
  RU: [
    {
      weight: 100,
      language: 'ru',
      women: {
        given: words(
          'Анна Екатерина Юлия Ксения Варвара Дарья Полина Елизавета Татьяна Софья Алёна Вероника Надежда Яна',
        ),
        family: RUSSIAN.map((name) => `${name}а`),
      },
      men: {
        given: words(
          'Алексей Дмитрий Сергей Юрий Артём Фёдор Максим Михаил Илья Никита Евгений Тимур Пётр Глеб',
        ),
        family: RUSSIAN,
      },
    },
  ],
};

/** A name such as people of the country have. Where we know none of its own, any. */
export function ownName(dice: Dice, country: CountryCode): OwnName {
  const stock = dice.weighted(STOCKS[country] ?? Object.values(STOCKS).flat());
  const people = dice.pick([stock.women, stock.men]);
  return { given: dice.pick(people.given), family: dice.pick(people.family), language: stock.language };
}

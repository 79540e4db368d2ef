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

const words = (text: string) => text.split(/\s+/);

const SERBIAN = words(
  `Јовановић Петровић Николић Марковић Ђорђевић Стојановић Илић Станковић Павловић Милошевић Живковић Ђурић Томић
   Симић Костић Тодоровић Ристић Лазић Радовановић Стефановић Митровић Савић Вуковић Филиповић Цветковић Грујић Пешић
   Ивановић Васић Лукић Богдановић Благојевић Обрадовић Вучковић Младеновић Мартиновић Ковачевић Гајић Крстић Тасић
   Миловановић Мијатовић Маринковић Антић Бошковић Вукчевић Њежић Његован Шћепановић Љубичић Љубисављевић Ћирић Ћосић
   Хаџић Џелетовић Џаковић Жежељ Жарковић Зечевић Зорић Божић Бабић Бркић Велимировић Вељковић Видић Гавриловић Галић
   Глигорић Голубовић Даниловић Делић Димитријевић Драгић Дробњак Ерић Ераковић Живановић Игњатовић Јаковљевић Јанковић
   Јевтић Јелић Јокић Кнежевић Контић Кремић Лончар Мандић Матић Миленковић Милић Миљковић Мирковић Недељковић Нешић
   Новаковић Ољача Остојић Пантелић Перић Пејић Поповић Продановић Радић Радојичић Раичевић Ракић Рашковић Рељић
   Савковић Секулић Спасић Стаменковић Стевановић Сремац Танасковић Тешић Трајковић Тубић Угринић Ускоковић Филић
   Филиповски Хранић Цвијановић Црногорац Чолић Чубрило Шапоњић Шормаз Штрбац Шућур`,
);
const RUSSIAN = words(
  `Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев
   Семёнов Егоров Павлов Козлов Степанов Николаев Орлов Андреев Макаров Никитин Захаров Зайцев Соловьёв Борисов Яковлев
   Григорьев Романов Воробьёв Сергеев Кузьмин Фролов Александров Дмитриев Королёв Гусев Киселёв Ильин Максимов Поляков
   Сорокин Виноградов Ковалёв Белов Медведев Антонов Тарасов Жуков Баранов Филиппов Комаров Давыдов Беляев Герасимов
   Богданов Осипов Сидоров Матвеев Титов Марков Миронов Крылов Куликов Карпов Власов Мельников Денисов Гаврилов Тихонов
   Казаков Афанасьев Данилов Савельев Тимофеев Фомин Чернов Абрамов Мартынов Ефимов Федотов Щербаков Назаров Калинин
   Исаев Чернышёв Быков Маслов Родионов Коновалов Лазарев Воронин Климов Филатов Пономарёв Голубев Кудрявцев Прохоров
   Наумов Потапов Журавлёв Овчинников Трофимов Леонов Соболев Ермаков Колесников Гончаров Емельянов Никифоров Грачёв
   Котов Гришин Ефремов Архипов Громов Кириллов Малышев Панов Моисеев Румянцев Акимов Кондратьев Бирюков Горбунов
   Анисимов Ерёмин Цветаев Юдин Хабаров Шестаков Щукин Эрастов Юрьев Якушев Цыганков Харитонов Уваров Жданов`,
);
const HUNGARIAN = words(
  `Nagy Kovács Tóth Szabó Horváth Varga Kiss Molnár Németh Farkas Balogh Papp Takács Juhász Lakatos Mészáros Oláh Simon
   Rácz Fekete Hruška Kováč Polák Valent Zlatoš Čani Šimko Žolnaj Bíró Kelemen`,
);

/** Each country's names in the scripts in which its people write. */
const STOCKS: Readonly<Record<string, readonly NameStock[]>> = {
  RS: [
    {
      weight: 80,
      language: 'sr-Cyrl',
      women: {
        given: words(
          `Јелена Милица Ана Ивана Марија Јована Софија Теодора Тијана Катарина Сара Анђела Невена Наташа Маја Љиљана
           Снежана Драгана Весна Биљана Сања Тамара Исидора Дуња Хелена Уна Лена Миона Нађа Кристина Александра Горица
           Ђурђина Жељка Ксенија Оливера Зорица Цвијета Ружица Вања Андреа Емилија`,
        ),
        family: SERBIAN,
      },
      men: {
        given: words(
          `Никола Марко Лука Стефан Милош Александар Филип Душан Вук Огњен Лазар Немања Урош Матеја Петар Јован Ђорђе
           Димитрије Павле Андрија Страхиња Михајло Богдан Вељко Виктор Реља Новак Живојин Његош Растко Зоран Драган
           Горан Владимир Иван Бранислав Срђан Игор Небојша Ненад Љубомир Чедомир`,
        ),
        family: SERBIAN,
      },
    },
    {
      weight: 20,
      language: 'sr-Latn',
      women: {
        given: words('Anna Mária Eszter Zsófia Katarina Réka Ivana Lilla Ilona Zuzana Noémi Dóra'),
        family: HUNGARIAN,
      },
      men: {
        given: words('István Zoltán Gábor Márk Ján László Attila Tibor Ištvan Tomislav Csaba Péter'),
        family: HUNGARIAN,
      },
    },
  ],
  RU: [
    {
      weight: 100,
      language: 'ru',
      women: {
        given: words(
          `Анна Мария Екатерина Анастасия Дарья Елизавета Полина Софья Виктория Ксения Варвара Алиса Александра Ольга
           Татьяна Юлия Наталья Ирина Светлана Елена Вероника Валерия Маргарита Арина Милана Ульяна Василиса Кира
           Алёна Надежда Любовь Яна Жанна Эмилия Тамара Зоя Нина Галина Людмила Евгения`,
        ),
        family: RUSSIAN.map((name) => `${name}а`),
      },
      men: {
        given: words(
          `Александр Дмитрий Максим Иван Артём Михаил Никита Алексей Андрей Сергей Илья Егор Кирилл Даниил Матвей
           Тимофей Роман Владимир Ярослав Фёдор Георгий Константин Лев Николай Степан Марк Глеб Пётр Денис Евгений
           Владислав Арсений Тимур Павел Юрий Игорь Олег Виктор Антон Григорий Семён`,
        ),
        family: RUSSIAN,
      },
    },
  ],
};

/** So many people have two family names, which alone makes tens of thousands of different ones. */
const TWO_FAMILY_NAMES = 0.12;

/** A name such as people of the country have, the common ones often. Where we know none of its own, any. */
export function ownName(dice: Dice, country: CountryCode): OwnName {
  const stock = dice.weighted(STOCKS[country] ?? Object.values(STOCKS).flat());
  const people = dice.pick([stock.women, stock.men]);
  const { language } = stock;
  let family = common(dice, people.family);
  const other = common(dice, people.family);
  if (other !== family && dice.next() < TWO_FAMILY_NAMES)
    family += `${language === 'ru' ? '-' : ' '}${other}`;
  return { given: common(dice, people.given), family, language };
}

/** From a list that begins with the most common. */
function common(dice: Dice, names: readonly string[]): string {
  return names[Math.floor(names.length * dice.next() ** 2)] ?? dice.pick(names);
}

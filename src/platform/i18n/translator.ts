import { Injectable, Optional } from '@nestjs/common';
import { createInstance, type i18n } from 'i18next';
import { LANGUAGES, type Language, type LocalizedText } from '../../shared/language.js';
import type { Money } from '../../shared/money.js';
import * as formats from './formats.js';
import { stripProtection, toSerbianLatin } from './serbian-script.js';
import { mapLeaves, readTranslations, type TranslationTree } from './translation-files.js';

/** What a text is filled with. `count` chooses the plural form and is written by the language's rules for numbers. */
export type TextValues = Readonly<Record<string, string | number>>;

export interface TranslatorOptions {
  /** Whether a missing key or value throws. A reader in production rather sees another language than an error. */
  readonly strict?: boolean;
  /** Where the translations lie; by default beside the code that runs. */
  readonly root?: string;
}

/** A deadline as people read it. */
export interface DeadlineText {
  /** "12 days left", or that it has passed. */
  readonly relative: string;
  /** "15 March 2027, 23:59 Belgrade time · 16 March, 01:59 Moscow time". */
  readonly absolute: string;
}

/** What is longer is seldom said twice; what is kept is forgotten when there is this much of it. */
const LONGEST_KEPT = 120;
const MOST_KEPT = 5_000;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * All words, dates, numbers and names in the four languages. Serbian is written once, in Cyrillic; its Latin texts are
 * derived when they are loaded, so that what is filled in later (a name, an address, a code) keeps its script.
 */
@Injectable()
export class Translator {
  private readonly strict: boolean;
  private readonly texts: i18n;
  /** Texts that ask for nothing, by language and key: a page says the same few hundred again and again. */
  private readonly plain: Readonly<Record<Language, Map<string, string>>> = {
    'sr-Cyrl': new Map(),
    'sr-Latn': new Map(),
    ru: new Map(),
    en: new Map(),
  };
  /** Texts with numbers and short words in them: a list says the same days and the same days left in row after row. */
  private readonly filledTexts = new Map<string, string>();
  /** Which keys are written, and what instants are called: by the same measure. */
  private readonly written = new Map<string, boolean>();
  private readonly instants = new Map<string, string>();

  constructor(@Optional() options: TranslatorOptions = {}) {
    this.strict = options.strict ?? process.env['NODE_ENV'] !== 'production';
    const { sr, ru, en } = readTranslations(options.root);
    this.texts = this.load({
      'sr-Cyrl': mapLeaves(sr, stripProtection),
      'sr-Latn': mapLeaves(sr, toSerbianLatin),
      ru,
      en,
    });
  }

  /**
   * The text of a key, filled with values. Values are not escaped: templates do that, mails in plain text must not.
   * Throws on a key, or a value that the text asks for, that is not there (unless lenient: then Serbian, then English).
   */
  t(language: Language, key: string, values?: TextValues): string {
    if (values !== undefined) return this.filledOnce(language, key, values);
    const plain = this.plain[language];
    let text = plain.get(key);
    // One that is missing is no key of ours, and would fill the memory with what somebody asked for.
    if (text === undefined) {
      text = this.filled(language, key, {});
      if (this.texts.exists(key, { lng: language })) plain.set(key, text);
    }
    return text;
  }

  /** As `filled`, which takes ten times as long as to find what it said before. */
  private filledOnce(language: Language, key: string, values: TextValues): string {
    let place = `${language} ${key}`;
    // Numbers and texts are told apart: of the one the plural and the digits are the language's.
    for (const name in values) place += `\0${name}\0${typeof values[name]}\0${values[name]}`;
    if (place.length > LONGEST_KEPT) return this.filled(language, key, values);
    let text = this.filledTexts.get(place);
    if (text === undefined) {
      text = this.filled(language, key, values);
      remember(this.filledTexts, place, text);
    }
    return text;
  }

  private filled(language: Language, key: string, values: TextValues): string {
    const { count } = values;
    const filled =
      typeof count === 'number' ? { ...values, count: formats.formatNumber(language, count) } : values;
    const text = this.texts.t(key, {
      lng: language,
      // Under `replace`, or a value that is called like an option of the library would be taken for it.
      replace: filled,
      ...(typeof count === 'number' ? { count } : {}),
      // A value may hold anything, `$t(…)` too.
      nest: false,
    });
    return withoutDoubledStops(text, values);
  }

  /** Whether a text of this key is written in this language. */
  has(language: Language, key: string): boolean {
    const known = this.written.get(`${language} ${key}`);
    if (known !== undefined) return known;
    const exists = this.texts.exists(key, { lng: language, fallbackLng: [] });
    remember(this.written, `${language} ${key}`, exists);
    return exists;
  }

  /** A text of the programme itself, in the reader's language and script. */
  localized(language: Language, text: LocalizedText): string {
    switch (language) {
      case 'sr-Cyrl':
        return stripProtection(text.sr);
      case 'sr-Latn':
        return toSerbianLatin(text.sr);
      case 'ru':
        return text.ru;
      case 'en':
        return text.en;
    }
  }

  /** "15. март 2027.": the day as it stands alone, in a table or a heading. */
  date(language: Language, instant: Date, timeZone: string): string {
    return this.saidOf('date', language, instant, timeZone, () =>
      formats.formatDate(language, instant, timeZone),
    );
  }

  /** "15. марта 2027.": the same day inside a sentence ("до 15. марта 2027."), for which CLDR has no Serbian form. */
  dateInSentence(language: Language, instant: Date, timeZone: string): string {
    return this.saidOf('in_sentence', language, instant, timeZone, () => {
      const month = Number(formats.calendarDay(instant, timeZone).slice(5, 7));
      return formats.formatDate(
        language,
        instant,
        timeZone,
        this.t(language, `common.months_in_sentence.${month}`),
      );
    });
  }

  /** "15. март 2027. у 23:59 по београдском времену". */
  dateTime(language: Language, instant: Date, timeZone: string): string {
    return this.saidOf('date_time', language, instant, timeZone, () =>
      this.t(language, 'common.date_time', {
        date: this.date(language, instant, timeZone),
        time: formats.formatTime(language, instant, timeZone),
        zone: this.zone(language, instant, timeZone),
      }),
    );
  }

  /** "15. марта 2027. у 23:59 по београдском времену", inside a sentence. */
  dateTimeInSentence(language: Language, instant: Date, timeZone: string): string {
    return this.t(language, 'common.date_time', {
      date: this.dateInSentence(language, instant, timeZone),
      time: formats.formatTime(language, instant, timeZone),
      zone: this.zone(language, instant, timeZone),
    });
  }

  /**
   * A deadline: how long it is still open, and when it ends in each of the zones, the first with its full date, another
   * with its day only where that is a different one.
   */
  deadline(language: Language, instant: Date, zones: readonly string[], now: Date): DeadlineText {
    const different = [...new Set(zones)];
    const absolute = different.map((timeZone, place) => {
      const time = formats.formatTime(language, instant, timeZone);
      const zone = this.zone(language, instant, timeZone);
      const first = different[0] ?? timeZone;
      if (place === 0) {
        const date = this.date(language, instant, timeZone);
        return this.t(language, 'common.deadline.first', { date, time, zone });
      }
      if (formats.calendarDay(instant, timeZone) === formats.calendarDay(instant, first)) {
        return this.t(language, 'common.deadline.same_day', { time, zone });
      }
      const day = formats.formatDayAndMonth(language, instant, timeZone);
      return this.t(language, 'common.deadline.other_day', { day, time, zone });
    });
    return { relative: this.timeLeft(language, instant, now), absolute: absolute.join(' · ') };
  }

  number(language: Language, value: number): string {
    return formats.formatNumber(language, value);
  }

  money(language: Language, amount: Money): string {
    return formats.formatMoney(language, amount);
  }

  /** The name of a country (ISO 3166-1 alpha-2): ours where we have one, otherwise CLDR's. */
  countryName(language: Language, code: string): string {
    const key = `countries.${code}`;
    return this.has(language, key) ? this.t(language, key) : formats.formatCountry(language, code);
  }

  /** The name of a language (BCP 47) in the reader's language: "српски (латиница)". */
  languageName(language: Language, tag: string): string {
    return formats.formatLanguageName(language, tag);
  }

  /** "а, б и в". */
  list(language: Language, items: readonly string[]): string {
    return formats.formatList(language, items);
  }

  /** The alphabetical order of a language, with numbers by their size. */
  compare(language: Language): (a: string, b: string) => number {
    return formats.collator(language).compare;
  }

  /** The value of the attribute `lang`. */
  htmlLang(language: Language): string {
    return language;
  }

  /** What an instant is called takes as long to find out as to write the rest of its row, and lists tell of the same ones. */
  private saidOf(
    kind: string,
    language: Language,
    instant: Date,
    timeZone: string,
    say: () => string,
  ): string {
    const place = `${kind} ${language} ${timeZone} ${instant.getTime()}`;
    const known = this.instants.get(place);
    if (known !== undefined) return known;
    const text = say();
    remember(this.instants, place, text);
    return text;
  }

  private timeLeft(language: Language, instant: Date, now: Date): string {
    const left = instant.getTime() - now.getTime();
    if (left <= 0) return this.t(language, 'common.deadline.passed');
    if (left >= DAY) return this.t(language, 'common.deadline.days_left', { count: Math.floor(left / DAY) });
    if (left >= HOUR)
      return this.t(language, 'common.deadline.hours_left', { count: Math.floor(left / HOUR) });
    return this.t(language, 'common.deadline.minutes_left', {
      count: Math.max(1, Math.floor(left / MINUTE)),
    });
  }

  private zone(language: Language, instant: Date, timeZone: string): string {
    const key = `zones.${timeZone}`;
    if (this.has(language, key)) return this.t(language, key);
    return this.t(language, 'common.zone_by_name', { name: formats.formatZone(language, instant, timeZone) });
  }

  private load(trees: Readonly<Record<Language, TranslationTree>>): i18n {
    const { strict } = this;
    const texts = createInstance();
    void texts.init({
      initAsync: false,
      resources: Object.fromEntries(
        LANGUAGES.map((language) => [language, { translation: trees[language] }]),
      ),
      supportedLngs: [...LANGUAGES],
      load: 'currentOnly',
      fallbackLng: strict ? false : ['sr-Cyrl', 'en'],
      nsSeparator: false,
      returnNull: false,
      interpolation: { escapeValue: false },
      returnedObjectHandler: (key: string) =>
        refuse(`translation key ${key} is a group of texts`, key, strict),
      parseMissingKeyHandler: (key: string) => refuse(`translation key ${key} is missing`, key, strict),
      missingInterpolationHandler: (text: string, match: RegExpExecArray) =>
        refuse(`"${text}" is not given ${match[1] ?? ''}`, '', strict),
    });
    return texts;
  }
}

/** Forgets all of it rather than to grow: what is asked again is soon there again. */
function remember<Value>(kept: Map<string, Value>, place: string, value: Value): void {
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(place, value);
}

function refuse(message: string, instead: string, strict: boolean): string {
  if (strict) throw new Error(message);
  return instead;
}

/** A date that ends with a full stop ("2027.", "2027 г.") at the end of a sentence needs no second one. */
export function withoutDoubledStops(text: string, values: TextValues): string {
  return Object.values(values).reduce<string>(
    (sentence, value) =>
      typeof value === 'string' && value.endsWith('.') ? sentence.replaceAll(`${value}.`, value) : sentence,
    text,
  );
}

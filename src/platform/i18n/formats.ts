import type { Language } from '../../shared/language.js';
import type { Money } from '../../shared/money.js';

/** Which conventions of dates, numbers and order a language of the pages follows (CLDR). */
const LOCALES: Readonly<Record<Language, string>> = {
  'sr-Cyrl': 'sr-Cyrl-RS',
  'sr-Latn': 'sr-Latn-RS',
  ru: 'ru-RU',
  en: 'en-GB',
};

export function localeOf(language: Language): string {
  return LOCALES[language];
}

/** Making an Intl formatter costs a hundred times more than using it, and a page uses the same one in every row. */
function remembered<Formatter>(make: (locale: string, variant: string) => Formatter) {
  const made = new Map<string, Formatter>();
  return (language: Language, variant: string): Formatter => {
    const key = `${language} ${variant}`;
    const present = made.get(key);
    if (present !== undefined) return present;
    const fresh = make(localeOf(language), variant);
    made.set(key, fresh);
    return fresh;
  };
}

const longDate = remembered(
  (locale, timeZone) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }),
);
const dayAndMonth = remembered(
  (locale, timeZone) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone }),
);
const clockTime = remembered(
  (locale, timeZone) =>
    new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }),
);
const zoneName = remembered(
  (locale, timeZone) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' }),
);
const isoDay = remembered(
  (_locale, timeZone) =>
    new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }),
);
const decimal = remembered((locale) => new Intl.NumberFormat(locale));
const amount = remembered(
  (locale, currency) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' }),
);
const regions = remembered((locale) => new Intl.DisplayNames(locale, { type: 'region' }));
const languages = remembered((locale) => new Intl.DisplayNames(locale, { type: 'language' }));
const lists = remembered((locale) => new Intl.ListFormat(locale, { type: 'conjunction' }));
const collators = remembered((locale) => new Intl.Collator(locale, { numeric: true }));

/** "15. март 2027.", "15 марта 2027 г.", "15 March 2027"; with another form of the month's name where one is given. */
export function formatDate(language: Language, instant: Date, timeZone: string, monthName?: string): string {
  return longDate(language, timeZone)
    .formatToParts(instant)
    .map(({ type, value }) => (type === 'month' ? (monthName ?? value) : value))
    .join('');
}

/** "15. март", "15 марта", "15 March". */
export function formatDayAndMonth(language: Language, instant: Date, timeZone: string): string {
  return dayAndMonth(language, timeZone).format(instant);
}

/** "23:59": the whole programme writes 24 hours. */
export function formatTime(language: Language, instant: Date, timeZone: string): string {
  return clockTime(language, timeZone).format(instant);
}

/** CLDR's name of a zone, for those that have no wording of ours. */
export function formatZone(language: Language, instant: Date, timeZone: string): string {
  const part = zoneName(language, timeZone)
    .formatToParts(instant)
    .find(({ type }) => type === 'timeZoneName');
  return part?.value ?? timeZone;
}

/** The calendar day there, as YYYY-MM-DD: equal texts are the same day. */
export function calendarDay(instant: Date, timeZone: string): string {
  return isoDay('en', timeZone).format(instant);
}

export function formatNumber(language: Language, value: number): string {
  return decimal(language, '').format(value);
}

/** The amount with its currency; whole amounts without their zeros. */
export function formatMoney(language: Language, { minor, currency }: Money): string {
  const format = amount(language, currency);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  const written = Math.abs(minor)
    .toString()
    .padStart(digits + 1, '0');
  const whole = written.slice(0, written.length - digits);
  const fraction = written.slice(written.length - digits);
  // As a decimal text, which Intl reads exactly: no division, so no floating point.
  const text: Intl.StringNumericLiteral = `${minor < 0 ? '-' : ''}${whole}.${fraction || '0'}` as `${number}`;
  return format.format(text);
}

export function formatCountry(language: Language, code: string): string {
  return regions(language, '').of(code) ?? code;
}

/** The name of a language (BCP 47) in the reader's language. */
export function formatLanguageName(language: Language, tag: string): string {
  return languages(language, '').of(tag) ?? tag;
}

export function formatList(language: Language, items: readonly string[]): string {
  return lists(language, '').format(items);
}

export function collator(language: Language): Intl.Collator {
  return collators(language, '');
}

import { Translator, withoutDoubledStops } from '../../platform/i18n/translator.js';
import type { TextValues } from '../../platform/i18n/translator.js';
import type { Language, LocalizedText } from '../../shared/language.js';

const NOON = 43_200_000;
const DAY = 86_400_000;

/** Says what it has said before without looking again: the same few forms and calls are written down a million times. */
export class RememberingTranslator extends Translator {
  private readonly said = new Map<string, string>();
  private readonly localizedTexts = new WeakMap<LocalizedText, Map<Language, string>>();

  override t(language: Language, key: string, values: TextValues = {}): string {
    const names = Object.keys(values);
    if (names.length === 0 || (names.length === 1 && names[0] === 'count')) {
      return this.remembered(`${language} ${key} ${values['count'] ?? ''}`, () =>
        super.t(language, key, values),
      );
    }
    // A number is written by its language, and chooses the form: nothing that could be filled in afterwards.
    if (names.some((name) => typeof values[name] !== 'string')) return super.t(language, key, values);
    let text = this.remembered(`${language} ${key} ${names.join(' ')}`, () =>
      super.t(language, key, Object.fromEntries(names.map((name) => [name, gap(name)]))),
    );
    for (const name of names) text = text.replaceAll(gap(name), () => String(values[name]));
    return withoutDoubledStops(text, values);
  }

  override localized(language: Language, text: LocalizedText): string {
    let forms = this.localizedTexts.get(text);
    if (!forms) this.localizedTexts.set(text, (forms = new Map<Language, string>()));
    let words = forms.get(language);
    if (words === undefined) forms.set(language, (words = super.localized(language, text)));
    return words;
  }

  /** A day, which stands for itself at noon, comes again; an instant does not. */
  override date(language: Language, instant: Date, timeZone: string): string {
    const time = instant.getTime();
    return timeZone === 'UTC' && time % DAY === NOON
      ? this.remembered(`date ${language} ${time}`, () => super.date(language, instant, timeZone))
      : super.date(language, instant, timeZone);
  }

  override countryName(language: Language, code: string): string {
    return this.remembered(`country ${language} ${code}`, () => super.countryName(language, code));
  }

  override languageName(language: Language, tag: string): string {
    return this.remembered(`language ${language} ${tag}`, () => super.languageName(language, tag));
  }

  private remembered(key: string, say: () => string): string {
    let text = this.said.get(key);
    if (text === undefined) this.said.set(key, (text = say()));
    return text;
  }
}

/** What stands where a value is filled in later. */
function gap(name: string): string {
  return `\u0001${name}\u0001`;
}

import { Translator } from '../../platform/i18n/translator.js';
import type { TextValues } from '../../platform/i18n/translator.js';
import type { Language, LocalizedText } from '../../shared/language.js';

const NOON = 43_200_000;
const DAY = 86_400_000;

/** Says what it has said before without looking again: the same few forms and calls are written down a million times. */
export class RememberingTranslator extends Translator {
  private readonly said = new Map<string, string>();
  private readonly localizedTexts = new WeakMap<LocalizedText, Map<Language, string>>();

  override t(language: Language, key: string, values?: TextValues): string {
    // With values there is no end to what is said, save where one number is all.
    const names = values ? Object.keys(values) : [];
    if (names.length > 1 || (names.length === 1 && names[0] !== 'count'))
      return super.t(language, key, values);
    return this.remembered(`t ${language} ${key} ${values?.['count'] ?? ''}`, () =>
      super.t(language, key, values),
    );
  }

  override localized(language: Language, text: LocalizedText): string {
    let forms = this.localizedTexts.get(text);
    if (!forms) this.localizedTexts.set(text, (forms = new Map()));
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

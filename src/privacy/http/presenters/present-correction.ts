import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import type { CorrectionState } from '../../domain/correction.js';
import type { Correction } from '../../operations/corrections.js';

const KINDS: Readonly<Record<CorrectionState, string>> = {
  asked: 'brass',
  withdrawn: 'grey',
  refused: 'brick',
  done: 'leaf',
};

/** A request of correction in words. */
export function presentCorrection(translator: Translator, language: Language, correction: Correction) {
  const when = (instant: Date) => translator.dateTime(language, instant, 'UTC');
  const country = (code: string) => translator.countryName(language, code);
  return {
    id: correction.id,
    state: { kind: KINDS[correction.state], text: { key: `record_states.correction.${correction.state}` } },
    field: translator.t(language, `privacy.corrections.fields.${correction.field}`),
    wanted: correction.wanted,
    because: correction.because,
    answer: correction.answer,
    owner: country(correction.ownerCountry),
    told: correction.told.map(country).join(', '),
    asked: when(correction.askedAt),
    ended: correction.endedAt && when(correction.endedAt),
    open: correction.state === 'asked',
  };
}

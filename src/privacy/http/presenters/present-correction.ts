import type { Translator } from '../../../platform/i18n/translator.js';
import type { Id } from '../../../shared/ids.js';
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
export function presentCorrection(
  translator: Translator,
  language: Language,
  correction: Correction,
  institutions: ReadonlyMap<Id, string>,
  now: Date,
) {
  const when = (instant: Date) => translator.dateTime(language, instant, 'UTC');
  const open = correction.state === 'asked';
  const country = (code: string) => translator.countryName(language, code);
  return {
    id: correction.id,
    state: { kind: KINDS[correction.state], text: { key: `record_states.correction.${correction.state}` } },
    field: translator.t(language, `privacy.corrections.fields.${correction.field}`),
    wanted: correction.wanted,
    because: correction.because,
    answer: correction.answer,
    owner: country(correction.ownerCountry),
    institution: institutions.get(correction.ownerInstitutionId ?? '') ?? null,
    due: open && correction.dueAt ? when(correction.dueAt) : null,
    overdue: open && correction.dueAt !== null && correction.dueAt <= now,
    told: [
      ...correction.told.map(country),
      ...correction.toldInstitutions.flatMap((id) => institutions.get(id) ?? []),
    ].join(', '),
    asked: when(correction.askedAt),
    ended: correction.endedAt && when(correction.endedAt),
    open,
  };
}

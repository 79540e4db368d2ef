import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import type { EndedSight, RegisterLine } from '../../operations/read-transfers.js';

/** A line of the register in words. */
export function presentLine(translator: Translator, language: Language, line: RegisterLine) {
  const when = (instant: Date) => translator.dateTime(language, instant, 'UTC');
  const worded = (prefix: string, code: string): string =>
    translator.has(language, `${prefix}.${code}`) ? translator.t(language, `${prefix}.${code}`) : code;
  return {
    at: when(line.at),
    href: line.subjectKind === 'application' ? `/applications/${line.subjectId}` : null,
    way: `${translator.countryName(language, line.fromCountry)} → ${translator.countryName(language, line.toCountry)}`,
    recipient: line.recipient ?? translator.t(language, 'privacy.register.assessors'),
    purpose: worded('privacy.register.purposes', line.purpose),
    basis: line.law
      ? translator.localized(language, line.law)
      : worded('privacy.register.bases', line.legalBasis),
    version: line.legalVersion,
    fields: line.fields.map((field) => worded('privacy.register.fields', field)).join(', '),
    act: worded('audit', line.act),
    ended:
      line.endedAt && line.cause
        ? translator.t(language, 'privacy.register.ended', {
            date: when(line.endedAt),
            cause: worded('privacy.register.causes', line.cause),
          })
        : null,
    kept:
      line.kept && line.keptUntil
        ? translator.t(language, 'privacy.register.kept', {
            what: line.kept.map((field) => worded('privacy.register.kept_fields', field)).join(', '),
            date: when(line.keptUntil),
          })
        : null,
  };
}

/** That an office sees a file no more, in words. */
export function presentEnd(translator: Translator, language: Language, end: EndedSight) {
  const when = (instant: Date) => translator.dateTime(language, instant, 'UTC');
  return {
    label: end.label,
    seen: translator.t(language, 'privacy.register.seen', { from: when(end.seenFrom), until: when(end.at) }),
    cause: translator.t(language, `privacy.register.causes.${end.cause}`),
    until: translator.t(language, 'privacy.register.told_until', { date: when(end.keptUntil) }),
  };
}

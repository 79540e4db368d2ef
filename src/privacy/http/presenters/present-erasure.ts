import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import { ERASED_PARTS } from '../../domain/erasure.js';
import type { ErasureReport } from '../../domain/erasure.js';
import type { ErasureState } from '../../domain/erasure.states.js';
import type { Authority } from '../../operations/answer-terms.js';
import type { ErasureRequest } from '../../operations/erasure-requests.js';
import type { ErasureHold, KeptRecord } from '../../privacy-ports.js';
import { worded } from './present-register.js';

const KINDS: Readonly<Record<ErasureState, string>> = {
  asked: 'brass',
  proposed: 'brass',
  granted: 'sky',
  withdrawn: 'grey',
  refused: 'brick',
  done: 'leaf',
};

/** Instants in the reader's words, by the clocks of the country that answers. */
export interface ReaderOf {
  readonly translator: Translator;
  readonly language: Language;
  readonly zone: string;
}

/** A request to be erased in words. */
export function presentErasure({ translator, language, zone }: ReaderOf, request: ErasureRequest, now: Date) {
  const when = (instant: Date) => translator.dateTime(language, instant, zone);
  const waits = request.state === 'asked' || request.state === 'proposed';
  const carriedOut =
    request.state === 'granted' && request.withdrawUntil
      ? request.withdrawUntil > now
        ? request.withdrawUntil
        : now
      : null;
  return {
    id: request.id,
    state: { kind: KINDS[request.state], text: { key: `record_states.erasure.${request.state}` } },
    owner: translator.countryName(language, request.ownerCountry),
    asked: when(request.askedAt),
    due: waits && request.dueAt ? translator.deadline(language, request.dueAt, [zone], now).absolute : null,
    overdue: waits && request.dueAt !== null && request.dueAt <= now,
    extended: waits ? request.extensionReason : null,
    ended: request.endedAt && when(request.endedAt),
    carriedOut: carriedOut && when(carriedOut),
    held: request.heldAt !== null && request.state === 'granted',
    reasonCode: request.reasonCode ? { key: `privacy.erasure.reasons.${request.reasonCode}` } : null,
    reason: request.reason,
  };
}

/** What stands against it, in words. */
export function presentHolds({ translator, language, zone }: ReaderOf, holds: readonly ErasureHold[]) {
  return holds.map(({ code, subject, until }) =>
    translator.t(language, `blockers.erasure_${code}`, {
      subject: subject ?? '',
      until: until ? translator.dateInSentence(language, until, zone) : '',
    }),
  );
}

/** What a law keeps, as rows of words: what, how many, until when, by which law. */
export function presentKept(
  { translator, language, zone }: ReaderOf,
  kept: readonly (Omit<KeptRecord, 'until'> & { readonly until: Date | string })[],
) {
  return kept.map(({ category, count, until, law }) => ({
    category: worded(translator, language, 'privacy.retention.categories', category),
    count: translator.number(language, count),
    until: translator.date(language, new Date(until), zone),
    law: worded(translator, language, 'privacy.retention.laws', law),
  }));
}

/** What was taken away, by what people call it; a part of which nothing was there says nothing. */
export function presentErased(translator: Translator, language: Language, { parts }: ErasureReport) {
  return ERASED_PARTS.flatMap((part) => {
    const count = parts[part] ?? 0;
    return count > 0
      ? [
          {
            part: translator.t(language, `privacy.erasure.parts.${part}`),
            count: translator.t(language, 'privacy.erasure.records', { count }),
          },
        ]
      : [];
  });
}

/** To whom one complains of an answer. */
export function presentAuthority(translator: Translator, language: Language, authority: Authority | null) {
  return authority && { name: translator.localized(language, authority.name), url: authority.url };
}

import type { CallView } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import type { DeadlineView } from '../views/applicant-views.js';

/** For whom a page is written, and by which clocks. */
export interface Reader {
  readonly translator: Translator;
  readonly language: Language;
  readonly now: Date;
  /** The call's own zone first, then that of the applicant's country. */
  readonly zones: readonly [string, ...string[]];
}

const DAY_MS = 86_400_000;
const NEAR_MS = 3 * DAY_MS;

export function readerOf(
  translator: Translator,
  ctx: { readonly language: Language; readonly clock: { now(): Date } },
  call: CallView,
  homeZone: string,
): Reader {
  return {
    translator,
    language: ctx.language,
    now: ctx.clock.now(),
    zones: [...new Set([call.timeZone, homeZone])] as [string, ...string[]],
  };
}

/** An instant as it stands alone: in the call's zone, and in the applicant's where that is another. */
export function atInstant({ translator, language, now, zones }: Reader, instant: Date): string {
  return translator.deadline(language, instant, zones, now).absolute;
}

/** An instant inside a sentence, in the call's zone. */
export function inSentence({ translator, language, zones }: Reader, instant: Date): string {
  return translator.dateTimeInSentence(language, instant, zones[0]);
}

/** A day inside a sentence, in the call's zone. */
export function dayInSentence({ translator, language, zones }: Reader, instant: Date): string {
  return translator.dateInSentence(language, instant, zones[0]);
}

export function presentDeadline(reader: Reader, instant: Date): DeadlineView {
  const { relative, absolute } = reader.translator.deadline(
    reader.language,
    instant,
    reader.zones,
    reader.now,
  );
  const left = instant.getTime() - reader.now.getTime();
  return {
    iso: instant.toISOString(),
    left: relative,
    text: { key: 'applications.form.until', values: { when: absolute } },
    urgency: left <= 0 ? 'passed' : left < NEAR_MS ? 'near' : 'far',
  };
}

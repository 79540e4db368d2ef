import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import type { DeadlineView } from '../views/approval-views.js';

const NEAR_MS = 3 * 86_400_000;

/** A promise of a side, in the zones of those who read it. */
export function presentDue(
  translator: Translator,
  { language, clock }: { readonly language: Language; readonly clock: { now(): Date } },
  due: Date,
  zones: readonly string[],
): DeadlineView {
  const now = clock.now();
  const { relative, absolute } = translator.deadline(language, due, zones, now);
  const left = due.getTime() - now.getTime();
  return {
    iso: due.toISOString(),
    left: relative,
    text: { key: 'approvals.until', values: { when: absolute } },
    urgency: left <= 0 ? 'passed' : left < NEAR_MS ? 'near' : 'far',
  };
}

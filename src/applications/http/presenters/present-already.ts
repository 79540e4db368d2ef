import type { DisplayName } from '../../../access/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { NominationRow } from '../../data/nomination.entity.js';
import type { AlreadyView } from '../views/office-views.js';
import { wordsOf, whoDid } from './present-review.js';
import type { OfficeReading } from './present-review.js';
import { atInstant } from './reader.js';

/** Entries that other entries of the same act say better. */
const IN_PASSING = ['application.begin_screening', 'transfer.registered', 'decision.opened'];

/** Somebody was first: what they did, who it was, and when. */
export function presentAlready(reading: OfficeReading, typed: readonly string[]): AlreadyView {
  const { file, reader } = reading.open;
  const { application } = file;
  const told = reading.recorded.filter(
    (entry) => !IN_PASSING.includes(entry.action) && wordsOf(reading, entry) !== null,
  );
  const last = told.at(-1);
  return {
    title: { key: 'applications.office.already.title' },
    what: (last && wordsOf(reading, last)) ?? { key: `applications.states.${application.state}` },
    who: last ? whoDid(reading, last) : null,
    at: last ? atInstant(reader, last.at) : null,
    text: { key: 'applications.office.already.text' },
    href: `/applications/${application.id}/review`,
    number: application.number,
    typed,
  };
}

/** The reader's own institution gave the nomination back, or let its time go by, and with it the sight of the file. */
export function presentEnded(
  translator: Translator,
  ctx: Ctx,
  {
    nomination,
    by,
    zone,
  }: { readonly nomination: NominationRow; readonly by: DisplayName | null; readonly zone: string },
  typed: readonly string[],
): AlreadyView {
  return {
    title: { key: 'applications.office.already.ended' },
    what: { key: `applications.dossier.events.nomination.${nomination.state}` },
    who: by ? { text: by.name, lang: by.language } : null,
    at: translator.dateTime(ctx.language, nomination.stateSince, zone),
    text: {
      key: `applications.office.already.${endOf(nomination)}`,
    },
    href: null,
    number: null,
    typed,
  };
}

function endOf({ state, reasonCode }: NominationRow): string {
  if (state === 'cancelled') return 'ended_taken';
  return reasonCode === 'silence' ? 'ended_silence' : 'ended_text';
}

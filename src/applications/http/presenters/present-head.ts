import type { OpenApplication } from '../own-application.js';
import type { ApplicationHead, ReturnedView } from '../views/applicant-views.js';
import { homeOfficeName } from './present-custody.js';
import { inSentence } from './reader.js';

export function presentHead({ file, reader }: OpenApplication): ApplicationHead {
  const { application, call } = file;
  return {
    id: application.id,
    href: `/applications/${application.id}`,
    number: application.number,
    call: {
      title: reader.translator.localized(reader.language, call.title),
      href: `/calls/${call.slug}`,
    },
  };
}

/** Why it came back and until when it can be mended; null where it did not. */
export function presentReturned(open: OpenApplication): ReturnedView | null {
  const { file, reader } = open;
  const { state, returnReason, dueAt } = file.application;
  if (state !== 'returned' || returnReason === null) return null;
  return {
    reason: returnReason,
    by: homeOfficeName(open),
    until: dueAt && inSentence(reader, dueAt),
  };
}

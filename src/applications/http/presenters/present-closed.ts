import { acceptsSubmissions } from '../../../calls/public.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { OpenApplication } from '../own-application.js';
import type { SectionPage } from '../views/applicant-views.js';

type Closed = SectionPage['closed'];

/** Why something cannot be saved any more, as the refusal says it. */
export function closedBecause({ code, reason }: Pick<DomainError, 'code' | 'reason'>): Closed {
  return { title: { key: `errors.${code}.title` }, text: { key: `reasons.${reason}` } };
}

/** The same before anything was sent: a page that is opened after the deadline says so at once. */
export function closedByClock({ file, reader }: OpenApplication): Closed {
  const { application, call } = file;
  if (application.state === 'returned') {
    return application.dueAt && reader.now > application.dueAt
      ? closedBecause({ code: 'too_late', reason: 'return_deadline_passed' })
      : null;
  }
  return acceptsSubmissions(call, reader.now, application.accessUntil)
    ? null
    : closedBecause({ code: 'too_late', reason: 'call_closed' });
}

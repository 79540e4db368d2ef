import type { Id } from '../../../shared/ids.js';
import type { ThreadMessage } from '../../operations/application-thread.js';
import type { MessagesLink } from '../views/applicant-views.js';

/** Where the messages of an application are, with how many the reader has not met yet. */
export function presentMessagesLink(applicationId: Id, messages: readonly ThreadMessage[]): MessagesLink {
  const fresh = messages.filter((message) => message.fresh).length;
  return {
    href: `/applications/${applicationId}/messages`,
    text:
      messages.length > 0
        ? { key: 'applications.thread.count', values: { count: messages.length } }
        : { key: 'applications.thread.begin' },
    fresh: fresh > 0 ? { key: 'applications.thread.fresh', values: { count: fresh } } : null,
  };
}

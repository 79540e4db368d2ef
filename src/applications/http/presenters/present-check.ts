import type { SubmittedContent } from '../../domain/submitted-content.js';
import type { OpenApplication } from '../own-application.js';
import type { CheckView } from '../views/applicant-views.js';
import { homeOfficeName } from './present-custody.js';
import { presentBlocker } from './present-blocker.js';
import { presentContent } from './present-content.js';
import { presentHead } from './present-head.js';
import { presentDue } from './present-due.js';

/** All answers before they are submitted, with what is still missing. */
export function presentCheck(
  open: OpenApplication,
  content: SubmittedContent,
  state: Pick<CheckView, 'tried' | 'closed'>,
): CheckView {
  const { file } = open;
  return {
    head: presentHead(open),
    deadline: presentDue(open),
    groups: presentContent(open, content, true),
    blockers: file.blockers.map((blocker) => presentBlocker(open, blocker)),
    tried: state.tried,
    closed: state.closed,
    again: file.application.state === 'returned',
    receiver: homeOfficeName(open),
  };
}

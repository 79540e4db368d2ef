import type { Blocker } from '../../../shared/domain-error.js';
import type { SubmittedContent } from '../../domain/submitted-content.js';
import type { OpenApplication } from '../own-application.js';
import type { CheckView, ProblemView } from '../views/applicant-views.js';
import { presentContent } from './present-content.js';
import { presentHead } from './present-head.js';
import { presentDue } from './present-due.js';

/** All answers before they are submitted, with what is still missing. */
export function presentCheck(
  open: OpenApplication,
  content: SubmittedContent,
  state: Pick<CheckView, 'tried' | 'closed'>,
): CheckView {
  const { file, names } = open;
  return {
    head: presentHead(open),
    deadline: presentDue(open),
    groups: presentContent(open, content, true),
    blockers: file.blockers.map((blocker) => presentBlocker(open, blocker)),
    tried: state.tried,
    closed: state.closed,
    again: file.application.state === 'returned',
    receiver: names.homeInstitution,
  };
}

/** What is missing, in words that name it, with the way to its control. */
function presentBlocker({ file, reader }: OpenApplication, blocker: Blocker): ProblemView {
  const { translator, language } = reader;
  const section = file.form.sections.find(({ id }) => id === blocker.section);
  const asked =
    section?.questions.find(({ id }) => id === blocker.field)?.label ??
    section?.documents.find(({ id }) => id === blocker.field)?.label;
  const what = asked ?? section?.title;
  // A consent has no short name of its own in the form; the page of one's consents names the purposes.
  const purpose = `web.consents.purposes.${blocker.field}`;
  return {
    message: {
      key: 'applications.form.problem_at',
      values: {
        label: translator.has(language, purpose)
          ? translator.t(language, purpose)
          : what
            ? translator.localized(language, what)
            : blocker.section,
        problem: translator.t(language, `blockers.${blocker.code}`, blocker.values),
      },
    },
    href: `/applications/${file.application.id}/${blocker.section}?from=check#field-${blocker.field}`,
  };
}

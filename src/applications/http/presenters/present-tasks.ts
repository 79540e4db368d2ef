import { sectionState } from '../../domain/blockers.js';
import type { FormSection } from '../../../calls/public.js';
import type { ApplicationFile } from '../../operations/application-file.js';
import type { OpenApplication } from '../own-application.js';
import type { TaskListView, TaskRow } from '../views/applicant-views.js';
import { isUnmet, presentUnmet } from './present-blocker.js';
import { presentHead, presentReturned } from './present-head.js';
import { inSentence } from './reader.js';
import { presentDue } from './present-due.js';

/** The task list of an application that its applicant can change. */
export function presentTasks(open: OpenApplication, messages: TaskListView['messages']): TaskListView {
  const { file, reader } = open;
  const { application, form, blockers } = file;
  const href = `/applications/${application.id}`;
  const states = form.sections.map((section) => ({ section, state: taskState(file, section) }));
  const done = states.filter(({ state }) => state === 'done').length;
  const first = states.find(({ state }) => state !== 'done' && state !== 'blocked');
  const returned = application.state === 'returned';
  const ready = blockers.length === 0 && !states.some(({ state }) => state === 'problem');
  const say = (section: FormSection) => reader.translator.localized(reader.language, section.title);
  return {
    messages,
    head: presentHead(open),
    deadline: presentDue(open),
    returned: presentReturned(open),
    next:
      ready || !first
        ? {
            text: { key: returned ? 'applications.form.next.resubmit' : 'applications.form.next.submit' },
            href: `${href}/check`,
            button: { key: 'applications.form.check_and_submit' },
          }
        : {
            text: {
              key: returned ? 'applications.form.next.correct' : 'applications.form.next.fill',
              values: { section: say(first.section) },
            },
            href: `${href}/${first.section.id}`,
            button: { key: 'applications.form.continue' },
          },
    tasks: [
      ...states.map(({ section, state }): TaskRow => {
        const missing = blockers.filter(
          (blocker) => blocker.section === section.id && !isUnmet(blocker),
        ).length;
        return {
          title: say(section),
          href: `${href}/${section.id}`,
          state,
          ...(missing > 0 && state !== 'todo'
            ? { hint: { key: 'applications.form.missing', values: { count: missing } } }
            : laterHint(open, section)),
        };
      }),
      {
        title: { key: 'applications.form.check_and_submit' },
        href: `${href}/check`,
        state: ready ? 'todo' : 'blocked',
        ...(ready
          ? {}
          : {
              hint: {
                key: returned ? 'applications.form.check_hint_returned' : 'applications.form.check_hint',
              },
            }),
      },
    ],
    unmet: presentUnmet(open),
    progress: { done, total: form.sections.length },
    newFormHref: isOnOlderForm(open) ? `${href}/new-form` : null,
  };
}

/** Whether the form of the call was amended since a draft began. */
export function isOnOlderForm({ file: { application, call } }: OpenApplication): boolean {
  return application.state === 'draft' && application.formVersion < call.formVersion;
}

/** What of a page may still come after the submission, and until when by the clock of the call. */
function laterHint({ file, reader }: OpenApplication, section: FormSection): Pick<TaskRow, 'hint'> {
  const later = file.documents.filter(
    ({ section: id, state, dueAt }) => id === section.id && state === 'missing' && dueAt !== null,
  );
  const first = later.map(({ dueAt }) => dueAt).sort((a, b) => Number(a) - Number(b))[0];
  if (!first) return {};
  return {
    hint: {
      key: 'applications.form.later',
      values: {
        documents: reader.translator.list(
          reader.language,
          later.map(({ requirement }) => reader.translator.localized(reader.language, requirement.label)),
        ),
        until: inSentence(reader, first),
      },
    },
  };
}

function taskState(file: ApplicationFile, section: FormSection): TaskRow['state'] {
  if (file.application.state === 'returned') return returnedState(file, section);
  if (file.blockers.some((blocker) => isUnmet(blocker) && blocker.section === section.id)) return 'problem';
  const states = { not_started: 'todo', in_progress: 'started', complete: 'done' } as const;
  return states[sectionState(file.form, section.id, file.contents)];
}

/** After a return only what was named is to be done, and it is done when it was saved since. */
function returnedState(file: ApplicationFile, section: FormSection): TaskRow['state'] {
  const { application, blockers } = file;
  if (blockers.some((blocker) => blocker.section === section.id)) return 'problem';
  const named = (application.returnedFields ?? []).filter(
    (field) => field === section.id || field.startsWith(`${section.id}.`),
  );
  const since = application.stateSince;
  const isMended = (field: string) =>
    section.kind === 'documents' && field !== section.id
      ? file.uploads.some(
          (upload) => `${section.id}.${upload.requirement}` === field && upload.uploadedAt > since,
        )
      : (file.sections.get(section.id)?.savedAt ?? new Date(0)) > since ||
        file.uploads.some((upload) => section.kind === 'documents' && upload.uploadedAt > since);
  return named.every(isMended) ? 'done' : 'problem';
}

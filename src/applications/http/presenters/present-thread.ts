import type { DisplayName } from '../../../access/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Actor } from '../../../shared/actor.js';
import type { Id } from '../../../shared/ids.js';
import { institutionName } from '../../../universities/public.js';
import type { InstitutionView } from '../../../universities/public.js';
import { applicationsPolicy, isHomeSide } from '../../domain/applications.policy.js';
import { MESSAGE_MAX, THREAD_OFFICES, voiceOf } from '../../domain/thread.js';
import type { ThreadOffice } from '../../domain/thread.js';
import type { ThreadMessage } from '../../operations/application-thread.js';
import type { OpenApplication } from '../own-application.js';
import type { MessagesView, ThreadView } from '../views/thread-views.js';
import { homeOfficeName } from './present-custody.js';
import { presentHead } from './present-head.js';
import { atInstant } from './reader.js';

/** What the page of the messages is made of. */
export interface ThreadReading {
  readonly open: OpenApplication;
  readonly messages: readonly ThreadMessage[];
  readonly names: ReadonlyMap<Id, DisplayName>;
  readonly institutions: ReadonlyMap<Id, InstitutionView>;
}

/** What was typed, to whom, and what was wrong with it. */
export interface ThreadState {
  readonly office: ThreadOffice;
  readonly typed: string;
  readonly problem: FieldProblem | null;
  readonly refusal: Message | null;
}

export function presentThread(actor: Actor, reading: ThreadReading, state: ThreadState | null): MessagesView {
  const { file } = reading.open;
  const { application } = file;
  const { call, number } = presentHead(reading.open);
  const own = actor.personId === application.applicantId;
  const may = applicationsPolicy.decide(actor, 'application.write_message', application).allowed;
  const { offices } = voiceOf(actor, application);
  const fault = state && faultOf(state);
  return {
    caption: { title: call.title, href: call.href, number: number ?? '' },
    back: own ? `/applications/${application.id}` : `/applications/${application.id}/review`,
    action: `/applications/${application.id}/messages`,
    problems:
      state && fault
        ? [{ message: fault, ...(state.problem ? { href: `#field-text-${state.office}` } : {}) }]
        : [],
    threads: THREAD_OFFICES.filter(
      (office) =>
        reading.messages.some((message) => message.office === office) ||
        (may && offices.includes(office)) ||
        (office === 'home' && isHomeSide(actor, application)),
    ).map((office) => threadOf(actor, reading, office, may && offices.includes(office), state)),
  };
}

function faultOf({ problem, refusal }: ThreadState): Message | null {
  return problem ? { key: `problems.${problem.problem}`, values: problem.values ?? {} } : refusal;
}

function threadOf(
  actor: Actor,
  { open, messages, names, institutions }: ThreadReading,
  office: ThreadOffice,
  writes: boolean,
  state: ThreadState | null,
): ThreadView {
  const { file, reader } = open;
  const { application } = file;
  const own = actor.personId === application.applicantId;
  const { hostInstitution, homeMinistry, hostMinistry } = open.names;
  const values = {
    home: homeOfficeName(open)?.text ?? '',
    host: hostInstitution?.text ?? '',
    home_ministry: homeMinistry ?? '',
    host_ministry: hostMinistry ?? '',
  };
  const tried = state?.office === office ? state : null;
  const fault = tried?.problem ? faultOf(tried) : null;
  const who = own ? 'own' : 'office';
  const part = application.freemover && office === 'home' ? 'ministry' : office;
  const named = (person: Id | null) => {
    const name = person === null ? undefined : names.get(person);
    return name ? { text: name.name, lang: name.language } : null;
  };
  return {
    office,
    title: { key: `applications.thread.with.${part}`, values },
    readers: [
      { key: `applications.thread.readers.${who}` },
      { key: `applications.thread.readers.${part}`, values },
      {
        key: `applications.thread.readers.not_${office}${application.freemover && office === 'host' ? '_freemover' : ''}`,
        values,
      },
    ],
    items: messages
      .filter((message) => message.office === office)
      .map((message) => {
        const institution = message.institutionId ? institutions.get(message.institutionId) : undefined;
        return {
          id: message.id,
          own: message.authorId === actor.personId,
          fresh: message.fresh,
          by:
            message.writtenBy === 'applicant' &&
            message.authorId !== actor.personId &&
            !named(message.authorId)
              ? { text: { key: 'applications.custody.applicant' } }
              : named(message.authorId),
          for: named(message.actingFor),
          of:
            message.writtenBy === 'office' && institution
              ? institutionName(reader.language, institution)
              : null,
          iso: message.writtenAt.toISOString(),
          at: atInstant(reader, message.writtenAt),
          lines: message.text.split('\n'),
        };
      }),
    field: writes
      ? {
          kind: 'textarea',
          name: `text-${office}`,
          label: { key: `applications.thread.write.${own ? part : 'applicant'}`, values },
          hint: {
            key: 'applications.thread.hint',
            values: { max: reader.translator.number(reader.language, MESSAGE_MAX) },
          },
          value: tried?.typed ?? '',
          rows: 5,
          ...(fault ? { error: fault } : {}),
        }
      : null,
  };
}

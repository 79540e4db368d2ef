import { homeWords } from '../../domain/home-words.js';
import { acceptsSubmissions, submitsUntil } from '../../../calls/public.js';
import type { RecordedEntry } from '../../../audit/public.js';
import type { IssuedDocument } from '../../../documents/public.js';
import { applicationStates } from '../../domain/application.states.js';
import type { Message } from '../../../platform/http/page.js';
import type { OpenRound } from '../../operations/carry-over.js';
import type { StayView } from '../../application-ports.js';
import type { OpenApplication } from '../own-application.js';
import type { NextStep, StatusView, TimelineRow, Words } from '../views/applicant-views.js';
import { presentContent } from './present-content.js';
import { presentCustody } from './present-custody.js';
import { documentToMend, presentOwnDocuments } from './present-documents.js';
import { presentGates } from './present-gates.js';
import { presentHead } from './present-head.js';
import { presentRoute } from './present-route.js';
import { presentState, presentStateSentence } from './present-state.js';
import { atInstant, inSentence } from './reader.js';
import type { Reader } from './reader.js';

/** The page of an application that its applicant cannot change now. */
export function presentStatus(
  open: OpenApplication,
  recorded: readonly RecordedEntry[],
  letter: IssuedDocument | null,
  messages: StatusView['messages'],
  {
    listed,
    appealed,
    stay,
    round,
  }: {
    readonly listed: boolean;
    readonly appealed: boolean;
    readonly stay: StayView | null;
    readonly round: OpenRound | null;
  },
): StatusView {
  const { file, names, reader } = open;
  const { application, submission } = file;
  const head = presentHead(open);
  const valid = letter !== null && letter.revokedAt === null;
  return {
    head,
    messages,
    state: presentState(application),
    sentence: presentStateSentence(application),
    next: presentNext(open, head.href, valid, round),
    route: presentRoute(reader, names, file, valid && letter.ready),
    custody: presentCustody(reader, names, file.custody, true),
    gates: presentGates(reader, file.gates, null),
    documents: submission ? presentOwnDocuments(open) : [],
    timeline: presentTimeline(open, recorded),
    groups: submission ? presentContent(open, submission.content, false) : [],
    links: submission
      ? [
          ...(conditional(open)
            ? [{ href: `${head.href}/conditions`, text: { key: 'applications.status.links.conditions' } }]
            : []),
          ...(listed
            ? [{ href: `${head.href}/ranking`, text: { key: 'applications.status.links.ranking' } }]
            : []),
          ...(interviewed(open)
            ? [{ href: `${head.href}/interview`, text: { key: 'applications.status.links.interview' } }]
            : []),
          ...(appealed
            ? [{ href: `${head.href}/appeal`, text: { key: 'applications.status.links.appeal' } }]
            : []),
          ...(stay ? [{ href: stay.href, text: { key: 'applications.status.links.stay' } }] : []),
          ...roundLinks(open, head.href, round),
          { href: `${head.href}/receipt`, text: { key: 'applications.status.links.receipt' } },
          { href: `${head.href}/dossier.pdf`, text: { key: 'applications.status.links.dossier' } },
          ...(valid
            ? [{ href: `${head.href}/letter.pdf`, text: { key: 'applications.status.links.letter' } }]
            : []),
        ]
      : [],
    canWithdraw: applicationStates.allows(application.state, 'withdraw') && isOpen(stay),
  };
}

/** Whoever is there, was there or did not come has no place to give back any more. */
export function isOpen(stay: StayView | null): boolean {
  return stay === null || stay.standing === 'open';
}

/** Whether the call invites those whom it assesses to a talk. */
function interviewed({ file }: Pick<OpenApplication, 'file'>): boolean {
  const { application, call } = file;
  return (
    call.selection?.review.interview === true &&
    ['eligible', 'in_review', 'scored'].includes(application.state)
  );
}

/** To the second round of the call, and from an application in it to the one that it was carried over from. */
function roundLinks(
  { file: { application } }: OpenApplication,
  href: string,
  round: OpenRound | null,
): readonly { readonly href: string; readonly text: Message }[] {
  return [
    ...(round && (round.mine || application.state === 'final')
      ? [
          {
            href: round.mine ? `/applications/${round.mine.id}` : `${href}/second-round`,
            text: { key: 'applications.status.links.round' },
          },
        ]
      : []),
    ...(application.carriedFrom
      ? [
          {
            href: `/applications/${application.carriedFrom}`,
            text: { key: 'applications.status.links.carried_from' },
          },
        ]
      : []),
  ];
}

/** Whether a country approved with conditions, and the offer that they belong to was made. */
function conditional({ file: { decision, application } }: OpenApplication): boolean {
  const counts = decision !== null && decision.withdrawnAt === null && decision.counts === 'agreed_yes';
  const set = counts && decision.home.conditions.length + decision.host.conditions.length > 0;
  return set && application.state !== 'eligible';
}

/** Whether the applicant can take up again what they withdrew. */
export function isRevivable({ file, reader }: Pick<OpenApplication, 'file' | 'reader'>): boolean {
  const { application, call } = file;
  return (
    applicationStates.allows(application.state, 'revive') &&
    application.carriedFrom === null &&
    acceptsSubmissions(call, reader.now, application.accessUntil)
  );
}

/** What the applicant does next: one thing. Where somebody else is to act, it says who and until when. */
function presentNext(
  open: OpenApplication,
  href: string,
  letter: boolean,
  round: OpenRound | null,
): NextStep {
  const { file, names, reader } = open;
  const { application, custody } = file;
  const { state, dueAt } = application;
  const say = (words: Words) =>
    typeof words === 'string' ? words : reader.translator.t(reader.language, words.key, words.values);
  if (state === 'offered') {
    return {
      calm: false,
      text: {
        key: 'applications.status.next.offered',
        values: { until: dueAt ? inSentence(reader, dueAt) : '' },
      },
      reason: null,
      button: { href: `${href}/offer`, text: { key: 'applications.status.answer_offer' } },
    };
  }
  const mend = documentToMend(open);
  if (mend) {
    return {
      calm: false,
      text: {
        key:
          mend.state === 'missing'
            ? 'applications.status.next.document_later'
            : 'applications.status.next.document',
        values: {
          document: reader.translator.localized(reader.language, mend.requirement.label),
          until: mend.dueAt ? inSentence(reader, mend.dueAt) : '',
        },
      },
      reason: mend.reason,
      button: {
        href: `${href}/documents/${mend.requirement.id}`,
        text: {
          key:
            mend.state === 'missing'
              ? 'applications.status.give_document'
              : 'applications.status.mend_document',
        },
      },
    };
  }
  if (state === 'conditions_pending') {
    return {
      calm: false,
      text: {
        key: 'applications.status.next.conditions',
        values: { until: dueAt ? inSentence(reader, dueAt) : '' },
      },
      reason: null,
      button: { href: `${href}/conditions`, text: { key: 'applications.status.links.conditions' } },
    };
  }
  if (letter) {
    return {
      calm: true,
      text: { key: 'applications.status.next.letter' },
      reason: null,
      button: { href: `${href}/letter.pdf`, text: { key: 'applications.status.download_letter' } },
    };
  }
  if (state === 'final' && round && !round.mine && acceptsSubmissions(round.call, reader.now, null)) {
    return {
      calm: false,
      text: {
        key: 'applications.status.next.round',
        values: { until: inSentence(reader, round.call.closesAt) },
      },
      reason: null,
      button: { href: `${href}/second-round`, text: { key: 'applications.status.links.round' } },
    };
  }
  if (isRevivable({ file, reader })) {
    return {
      calm: true,
      text: {
        key: 'applications.status.next.revivable',
        values: { until: inSentence(reader, submitsUntil(file.call, file.application.accessUntil)) },
      },
      reason: null,
      button: { href: `${href}/revive`, text: { key: 'applications.status.revive.link' } },
    };
  }
  if (custody.length === 0) {
    return {
      calm: true,
      text: { key: 'applications.status.next.over' },
      reason: application.closingReason,
      button: { href: '/calls', text: { key: 'applications.status.see_calls' } },
    };
  }
  const holders = reader.translator.list(
    reader.language,
    presentCustody(reader, names, custody, true).map(({ name }) => say(name.text)),
  );
  const until = custody.map((each) => each.until).find((instant) => instant !== null);
  return {
    calm: true,
    text: until
      ? { key: 'applications.status.next.wait_until', values: { holders, until: inSentence(reader, until) } }
      : { key: 'applications.status.next.wait', values: { holders } },
    reason: null,
    button: { href: `${href}/receipt`, text: { key: 'applications.status.see_receipt' } },
  };
}

/** What happened, the newest first. Saved pages and uploads are in the record too, but tell a reader nothing. */
function presentTimeline(
  { file, names, reader }: OpenApplication,
  recorded: readonly RecordedEntry[],
): TimelineRow[] {
  return recorded
    .flatMap((entry): TimelineRow[] => {
      const what = wordsOf(reader, names, file.application, entry);
      if (!what) return [];
      return [
        {
          iso: entry.at.toISOString(),
          at: atInstant(reader, entry.at),
          what,
          // What followed from an act of theirs, as the letter from the acceptance, was not done by them.
          who:
            entry.action.startsWith('application.') && entry.actorId === file.application.applicantId
              ? { key: 'applications.custody.you' }
              : null,
        },
      ];
    })
    .reverse();
}

function wordsOf(
  { translator, language }: Reader,
  names: OpenApplication['names'],
  application: { readonly homeCountry: string; readonly freemover: boolean },
  { action, subject, data }: RecordedEntry,
): Words | null {
  if (subject.kind === 'decision') {
    const key = `applications.status.decision.${action.replace(/^decision\./, '')}`;
    if (!translator.has(language, key)) return null;
    const home = data?.country === application.homeCountry;
    const office = home ? 'home_ministry' : 'host_ministry';
    const ministry =
      (home ? names.homeMinistry : names.hostMinistry) ??
      translator.t(language, `applications.custody.${office}`);
    return { key, values: { ministry } };
  }
  const key = homeWords(application, `applications.dossier.events.${action}`);
  return translator.has(language, key) ? { key } : null;
}

import type { ApplicationFile } from '../../operations/application-file.js';
import { homeOfficeOf } from '../../domain/custody.js';
import type { Office } from '../../domain/custody.js';
import type { RouteStation, RouteView, Words } from '../views/applicant-views.js';
import { officeName } from './present-custody.js';
import type { OfficeNames } from './present-custody.js';
import { dayInSentence } from './reader.js';
import type { Reader } from './reader.js';

type StationKey =
  | 'submission'
  | 'screening'
  | 'endorsement'
  | 'host'
  | 'approval'
  | 'review'
  | 'selection'
  | 'gates'
  | 'offer'
  | 'letter';

const SIDES: Readonly<Record<StationKey, RouteStation['side']>> = {
  submission: 'home',
  screening: 'home',
  endorsement: 'home',
  host: 'host',
  approval: 'both',
  review: 'both',
  selection: 'both',
  gates: 'both',
  offer: 'both',
  letter: 'both',
};

/** Where an application stands on its way, and how. */
interface Standing {
  readonly at: StationKey;
  readonly how: 'waiting' | 'passed' | 'divergent' | 'refused';
}

/**
 * The way of one application from submission to the letter, for the picture of the bridge. `letterReady`: the award
 * letter can be downloaded.
 */
export function presentRoute(
  reader: Reader,
  names: OfficeNames,
  file: ApplicationFile,
  letterReady: boolean,
): RouteView {
  const { translator, language } = reader;
  const say = (words: Words) =>
    typeof words === 'string' ? words : translator.t(language, words.key, words.values);
  const keys = stationsOf(file);
  const standing = standingOf(file, letterReady);
  const here = keys.indexOf(standing.at);
  const nameOf = (office: Office) => say(officeName(names, office).text);
  return {
    label: translator.t(language, 'applications.status.route'),
    home: nameOf(homeOfficeOf(file.application)),
    host: nameOf('host_institution'),
    language,
    stations: keys.map((key, place) => {
      const station = {
        key,
        label: translator.t(language, `applications.status.stations.${key}`),
        side: SIDES[key],
      };
      if (place < here) return { ...station, state: 'passed' as const };
      if (place > here) return { ...station, state: 'ahead' as const };
      const holders = file.custody.filter(({ office }) => office !== 'programme' || key === 'offer');
      const since = holders[0]?.since;
      const until = holders
        .map((holder) => holder.until)
        .filter((instant) => instant !== null)
        .sort((a, b) => a.getTime() - b.getTime())[0];
      const waits = standing.how === 'waiting' || standing.how === 'divergent';
      return {
        ...station,
        state: standing.how,
        ...(waits && holders.length > 0
          ? {
              who: translator.list(
                language,
                holders.map(({ office }) => say(holderName(names, office))),
              ),
            }
          : {}),
        ...(waits && since ? { since: dayInSentence(reader, since) } : {}),
        ...(waits && until ? { until: dayInSentence(reader, until) } : {}),
      };
    }),
  };
}

function holderName(names: OfficeNames, office: Office): Words {
  return office === 'applicant' ? { key: 'applications.custody.you' } : officeName(names, office).text;
}

function stationsOf({ call: { route, homeEndorsement }, application, gates }: ApplicationFile): StationKey[] {
  const asked = gates.length > 0 ? (['gates'] as const) : [];
  return route === 'ranked'
    ? ['submission', 'screening', 'review', 'selection', ...asked, 'offer', 'letter']
    : [
        'submission',
        'screening',
        // The ministry that sends a freemover endorses by that.
        ...(homeEndorsement && !application.freemover ? (['endorsement'] as const) : []),
        'host',
        'approval',
        ...asked,
        'offer',
        'letter',
      ];
}

function standingOf(file: ApplicationFile, letterReady: boolean): Standing {
  const { application } = file;
  switch (application.state) {
    case 'draft':
    case 'returned':
      return { at: 'submission', how: 'waiting' };
    case 'submitted':
    case 'screening':
      return { at: 'screening', how: 'waiting' };
    case 'eligible':
      return standingOfEligible(file);
    case 'in_review':
    case 'scored':
      return { at: 'review', how: 'waiting' };
    case 'provisional':
      return { at: 'selection', how: 'waiting' };
    case 'final':
      if (application.result === 'not_selected') {
        return { at: file.call.route === 'ranked' ? 'selection' : 'approval', how: 'refused' };
      }
      return { at: 'offer', how: 'waiting' };
    case 'awaiting_clearance':
      return { at: 'gates', how: 'waiting' };
    case 'not_cleared':
      return { at: 'gates', how: 'refused' };
    case 'offered':
      return { at: 'offer', how: 'waiting' };
    case 'accepted':
    case 'conditions_pending':
    case 'confirmed':
    case 'deferred':
      return { at: 'letter', how: letterReady ? 'passed' : 'waiting' };
    case 'withdrawn':
      return { at: withdrawnAt(file), how: 'refused' };
    case 'never_submitted':
    case 'lapsed':
      return { at: 'submission', how: 'refused' };
    case 'ineligible':
      return { at: 'screening', how: 'refused' };
    case 'declined':
    case 'offer_expired':
    case 'offer_withdrawn':
      return { at: 'offer', how: 'refused' };
    case 'conditions_not_met':
      return { at: 'letter', how: 'refused' };
  }
}

function standingOfEligible({ call, nominations, decision }: ApplicationFile): Standing {
  if (call.route === 'ranked') return { at: 'review', how: 'waiting' };
  switch (nominations[0]?.state) {
    case 'home_endorsed':
      return { at: 'endorsement', how: 'waiting' };
    case 'sent':
    case 'waitlisted':
    case 'no_answer':
      return { at: 'host', how: 'waiting' };
    case 'host_accepted':
      return { at: 'approval', how: decision?.counts === 'divergent' ? 'divergent' : 'waiting' };
    case undefined:
    case 'proposed':
    case 'home_confirmed':
    case 'returned':
    case 'rejected':
    case 'cancelled':
      return { at: 'screening', how: 'waiting' };
  }
}

/** How far it had come: what it had is still there, though its state no longer says so. */
function withdrawnAt({ application, nominations, decision, call }: ApplicationFile): StationKey {
  if (application.number === null) return 'submission';
  if (call.route === 'ranked' || nominations.length === 0) return 'screening';
  return decision ? 'approval' : 'host';
}

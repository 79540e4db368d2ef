import { homeWords } from '../../domain/home-words.js';
import type { Message } from '../../../platform/http/page.js';
import type { ApplicationRow } from '../../data/application.entity.js';
import type { ApplicationState } from '../../domain/application.states.js';
import type { Tag } from '../views/applicant-views.js';

const KINDS: Readonly<Record<ApplicationState, Tag['kind']>> = {
  draft: 'brass',
  never_submitted: 'grey',
  submitted: 'sky',
  screening: 'sky',
  eligible: 'sky',
  ineligible: 'brick',
  returned: 'brass',
  lapsed: 'brick',
  in_review: 'sky',
  scored: 'sky',
  provisional: 'sky',
  final: 'sky',
  awaiting_clearance: 'sky',
  not_cleared: 'brick',
  offered: 'brass',
  accepted: 'leaf',
  declined: 'grey',
  offer_expired: 'brick',
  offer_withdrawn: 'brick',
  conditions_pending: 'sky',
  confirmed: 'leaf',
  conditions_not_met: 'brick',
  deferred: 'sky',
  withdrawn: 'grey',
};

/** The state of an application as a word, a shape and a colour. */
export function presentState({ state, result }: Pick<ApplicationRow, 'state' | 'result'>): Tag {
  const kind = state === 'final' && result === 'not_selected' ? 'brick' : KINDS[state];
  return { kind, text: { key: `applications.states.${state}` } };
}

/** The same as a sentence to its applicant. */
export function presentStateSentence({
  state,
  result,
  reserveNumber,
  freemover,
}: Pick<ApplicationRow, 'state' | 'result' | 'reserveNumber' | 'freemover'>): Message {
  if (state === 'final' && result === 'reserve') {
    return { key: 'applications.states.sentence.reserve', values: { number: reserveNumber ?? 0 } };
  }
  if (state === 'final' && result === 'not_selected') {
    return { key: 'applications.states.sentence.not_selected' };
  }
  return { key: homeWords({ freemover }, `applications.states.sentence.${state}`) };
}

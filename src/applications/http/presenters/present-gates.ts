import { isPassed } from '../../../gates/public.js';
import type { GateView } from '../../../gates/public.js';
import type { Actor } from '../../../shared/actor.js';
import { isOfficerOf } from '../../../shared/policy.js';
import type { GateLine, Tag } from '../views/applicant-views.js';
import { atInstant } from './reader.js';
import type { Reader } from './reader.js';

const KINDS: Readonly<Record<GateView['state'], Tag['kind']>> = {
  not_required: 'grey',
  pending: 'brass',
  cleared: 'leaf',
  conditional: 'leaf',
  refused: 'brick',
  expired: 'brick',
};

/** What both countries ask: state and dates, and for the officers of a country the way to its own. */
export function presentGates(reader: Reader, gates: readonly GateView[], officer: Actor | null): GateLine[] {
  return gates.map(({ id, kind, country, state, since, dueAt, toldText }) => ({
    kind: { key: `gates.kinds.${kind}` },
    country: reader.translator.countryName(reader.language, country),
    state: { kind: KINDS[state], text: { key: `gates.states.${state}` } },
    since: atInstant(reader, since),
    until: isPassed(state) || state === 'refused' ? null : atInstant(reader, dueAt),
    overdue: state === 'pending' && dueAt < reader.now,
    told: toldText,
    href: officer && isOfficerOf(officer, country) ? `/gates/${id}` : null,
  }));
}

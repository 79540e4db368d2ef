import type { Actor } from '../../../shared/actor.js';
import type { ApplicationFile } from '../../operations/application-file.js';
import { applicationsPolicy } from '../../domain/applications.policy.js';
import { proposed } from '../../domain/nomination-hands.js';
import { ENDED_NOMINATIONS, nominationStates } from '../../domain/nomination.states.js';
import type { NominationAct } from '../../domain/nomination.states.js';

export const OFFICE_ACTS = [
  'nominate',
  'return',
  'ineligible',
  'confirm',
  'accept',
  'waitlist',
  'send_back',
  'reject',
  'acknowledge',
  'answer_home',
  'answer_host',
] as const;
/** What an office can do with an application on its page. */
export type OfficeAct = (typeof OFFICE_ACTS)[number];

/** Acts of the host on a nomination, as the table of its states calls them. */
const HOST_ACTS: readonly (readonly [OfficeAct, NominationAct])[] = [
  ['accept', 'accept'],
  ['waitlist', 'waitlist'],
  ['send_back', 'return'],
  ['reject', 'reject'],
];

/** Refusals that an official is told of before they try. */
const TELLING: readonly string[] = [
  'separation_of_duties',
  'declared_conflict',
  'same_institution',
  'second_factor_needed',
];

/** What this actor can do with the file now, the likeliest first, and why nothing where that is worth saying. */
export function officeActs(
  actor: Actor,
  { application, nominations, decision }: ApplicationFile,
): { readonly acts: readonly OfficeAct[]; readonly whyNot: string | null } {
  const [nomination] = nominations;
  const may = (action: string) => applicationsPolicy.decide(actor, action, application);
  const refusals: string[] = [];
  const acts: OfficeAct[] = [];
  const offer = (action: string, offered: readonly OfficeAct[]) => {
    if (offered.length === 0) return;
    const permission = may(action);
    if (permission.allowed) acts.push(...offered);
    else refusals.push(permission.reason);
  };

  if (!nomination || ENDED_NOMINATIONS.includes(nomination.state))
    offer('application.nominate', ['nominate']);
  offer('application.screen', ['return', 'ineligible']);
  if (nomination) {
    const proposedByActor = proposed(actor, nomination);
    const forHost: OfficeAct[] = HOST_ACTS.filter(([, act]) =>
      nominationStates.allows(nomination.state, act),
    ).map(([act]) => act);
    if (forHost.length > 0 && !nomination.acknowledgedAt) forHost.push('acknowledge');
    const forMinistry: readonly OfficeAct[] = nominationStates.allows(nomination.state, 'confirm')
      ? ['confirm']
      : [];
    for (const [action, offered] of [
      ['application.answer_nomination', forHost],
      ['application.confirm_nomination', forMinistry],
    ] as const) {
      if (proposedByActor && offered.length > 0 && may(action).allowed) refusals.push('separation_of_duties');
      else offer(action, offered);
    }
  }
  if (nomination?.state === 'host_accepted' && decision) {
    offer('application.answer_ministry', [
      ...(decision.home.state === 'returned' ? (['answer_home'] as const) : []),
      ...(decision.host.state === 'returned' ? (['answer_host'] as const) : []),
    ]);
  }
  return {
    acts,
    whyNot: acts.length > 0 ? null : (refusals.find((reason) => TELLING.includes(reason)) ?? null),
  };
}

/** Changes with whatever an act looks at: of two who act at once the second is told. */
export function fileVersion({ application, nominations, decision }: ApplicationFile): string {
  const [nomination] = nominations;
  return [
    application.version,
    nomination
      ? `${nomination.id} ${nomination.state} ${nomination.acknowledgedAt?.toISOString() ?? ''}`
      : '',
    decision ? `${decision.home.state} ${decision.host.state}` : '',
  ].join('/');
}

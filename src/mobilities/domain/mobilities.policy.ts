import type { LedgerPayer } from '../../ledger/public.js';
import { isOrActsFor } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { Policy, coordinates, isOfficerOf } from '../../shared/policy.js';
import type { PolicyRow, Unless } from '../../shared/policy.js';
import { mobilityStates } from './mobility.states.js';
import type { MobilityState } from './mobility.states.js';

export interface MobilityFacts {
  readonly state: MobilityState;
  readonly participantId: Id;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly homeInstitutionId: Id | null;
  readonly homeUnitId: Id | null;
  readonly hostInstitutionId: Id;
  readonly hostUnitId: Id | null;
  /** No institution sends them: their ministry takes its part. */
  readonly freemover: boolean;
  /** Whether the host still has the file from which it follows. */
  readonly hostSees: boolean;
}

/** Nobody certifies their own stay, nor that of somebody to whom they are bound. */
const ownStay: Unless<MobilityFacts> = {
  reason: 'separation_of_duties',
  when: (actor, { participantId }) => isOrActsFor(actor, participantId),
  sql: (alias) =>
    `(${alias}.participant_id = (select actor_person())
      or ${alias}.participant_id = any ((select actor_acts_for())::uuid[]))`,
};
const declaredConflict: Unless<MobilityFacts> = {
  reason: 'declared_conflict',
  when: ({ ties }, { participantId }) => ties.persons.includes(participantId),
  sql: (alias) => `${alias}.participant_id = any ((select actor_tied_persons())::uuid[])`,
};

type Relations =
  'own' | 'home_institution' | 'host_institution' | 'home_country' | 'host_country' | 'country_of_freemover';
type Rows = readonly PolicyRow<MobilityFacts, Relations, MobilityState>[];

const HOME: Rows = [{ role: 'coordinator', relation: 'home_institution' }];
const HOST: Rows = [{ role: 'coordinator', relation: 'host_institution' }];
const INSTEAD_OF_HOME: Rows = [{ role: 'ministry_officer', relation: 'country_of_freemover' }];
const MINISTRIES: Rows = [
  { role: 'ministry_officer', relation: 'home_country' },
  { role: 'ministry_officer', relation: 'host_country' },
];
const acting = (rows: Rows, states?: readonly MobilityState[]): Rows =>
  rows.map((row) => ({ ...row, ...(states ? { states } : {}), unless: [ownStay, declaredConflict] }));

const CORRECTED: readonly MobilityState[] = ['ongoing', 'departed'];

/**
 * Whoever pays says so: what a country paid its ministry records, what an institution paid its coordinators, and what was
 * paid from the means of the programme either ministry. Nobody records the payment of another.
 */
const PAYING: Readonly<Record<LedgerPayer, Rows>> = {
  home_country: [{ role: 'ministry_officer', relation: 'home_country' }],
  host_country: [{ role: 'ministry_officer', relation: 'host_country' }],
  home_institution: HOME,
  host_institution: HOST,
  programme: MINISTRIES,
};
const payingAct = (payer: LedgerPayer) => `mobility.record_payment_of_${payer}`;
const PAYERS = Object.keys(PAYING) as readonly LedgerPayer[];

/** Whose payments for the stay somebody records and corrects. */
export function payersFor(actor: Actor, stay: MobilityFacts): readonly LedgerPayer[] {
  return PAYERS.filter((payer) => mobilitiesPolicy.decide(actor, payingAct(payer), stay).allowed);
}

/** What did not come about goes from the sight of the host with its file. */
const inHostSight = ({ state, hostSees }: MobilityFacts) => hostSees || state !== 'cancelled';
const inHostSightSql = (alias: string) => `(${alias}.host_sees or ${alias}.state <> 'cancelled')`;

const institution = (side: 'home' | 'host') => (alias: string) =>
  `(coalesce(${alias}.${side}_institution_id = any ((select actor_${side}_institutions())::uuid[]), false)
    or coalesce(${alias}.${side}_unit_id = any ((select actor_${side}_units())::uuid[]), false))`;
const country = (side: 'home' | 'host') => (alias: string) =>
  `${alias}.${side}_country = any ((select actor_officer_of())::text[])`;

export const mobilitiesPolicy = new Policy<MobilityFacts, Relations, MobilityState>(
  'mobility',
  {
    own: {
      holds: (actor, { participantId }) => actor.personId === participantId,
      sql: (alias) => `${alias}.participant_id = (select actor_person())`,
    },
    home_institution: {
      holds: (actor, { homeInstitutionId, homeUnitId }) =>
        coordinates(actor, homeInstitutionId, 'home', homeUnitId),
      sql: institution('home'),
    },
    host_institution: {
      holds: (actor, stay) =>
        inHostSight(stay) && coordinates(actor, stay.hostInstitutionId, 'host', stay.hostUnitId),
      sql: (alias) => `(${inHostSightSql(alias)} and ${institution('host')(alias)})`,
    },
    home_country: {
      holds: (actor, { homeCountry }) => isOfficerOf(actor, homeCountry),
      sql: country('home'),
    },
    host_country: {
      holds: (actor, stay) => inHostSight(stay) && isOfficerOf(actor, stay.hostCountry),
      sql: (alias) => `(${inHostSightSql(alias)} and ${country('host')(alias)})`,
    },
    country_of_freemover: {
      holds: (actor, { freemover, homeCountry }) => freemover && isOfficerOf(actor, homeCountry),
      sql: (alias) => `(${alias}.freemover and ${country('home')(alias)})`,
    },
  },
  {
    'mobility.read': [{ role: 'applicant', relation: 'own' }, ...HOME, ...HOST, ...MINISTRIES],
    // Lists of offices; one's own stay is on one's home page and with the application.
    'mobility.list': [...HOME, ...HOST, ...MINISTRIES],
    'mobility.certify_arrival': acting(HOST, mobilityStates.from('certify_arrival')),
    'mobility.certify_departure': acting(HOST, mobilityStates.from('certify_departure')),
    'mobility.correct': acting(HOST, CORRECTED),
    'mobility.cancel': acting([...HOME, ...HOST, ...INSTEAD_OF_HOME], mobilityStates.from('cancel')),
    'mobility.record_no_show': acting([...HOME, ...HOST, ...INSTEAD_OF_HOME], mobilityStates.from('no_show')),
    // Each of those that follow, by whoever pays: at all, and then for whom.
    'mobility.record_payment': acting([...HOME, ...HOST, ...MINISTRIES]),
    ...Object.fromEntries(PAYERS.map((payer) => [payingAct(payer), acting(PAYING[payer])])),
  },
);

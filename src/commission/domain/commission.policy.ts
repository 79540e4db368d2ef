import { Policy, isOfficerOf, sitsFor } from '../../shared/policy.js';
import type { PolicyRow, Relation, Unless } from '../../shared/policy.js';
import type { Actor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import { OPEN_ITEMS } from './commission.states.js';
import type { ItemState, ProtocolState, SessionState } from './commission.states.js';

interface OfPair {
  /** Both countries. */
  readonly countries: readonly CountryCode[];
}

export interface ItemFacts extends OfPair {
  readonly state: ItemState;
  /** Whether whoever asks is bound to what it is about, or stood aside. */
  readonly bound: boolean;
  /** Whether it is a decision of two countries, which has the file that it decides on. */
  readonly ofDecision: boolean;
}

export interface SessionFacts extends OfPair {
  readonly state: SessionState;
  /** Who is invited, and who of them is there. */
  readonly seated: readonly Id[];
  readonly present: readonly Id[];
  /** Whether whoever asks stands in for the secretaries, of whom none who is there may see what is being dealt with. */
  readonly standsIn: boolean;
}

export interface ProtocolFacts extends OfPair {
  readonly state: ProtocolState;
  /** By whom of which country it was agreed to and signed. */
  readonly agreed: readonly { readonly country: CountryCode; readonly personId: Id }[];
  readonly signed: readonly { readonly country: CountryCode; readonly personId: Id }[];
  /** Whether a section is withheld from whoever asks, who is bound to its matter. */
  readonly withheld: boolean;
}

/** Column by column: of arrays that overlap PostgreSQL has no notion how many there are, and reads a list from its end. */
const pairSql = (alias: string, countries: string) =>
  `(${alias}.country_a = any ((select ${countries}())::text[]) or ${alias}.country_b = any ((select ${countries}())::text[]))`;

const commission: Relation<OfPair> = {
  holds: (actor, { countries }) => countries.some((country) => sitsFor(actor, country)),
  sql: (alias) => pairSql(alias, 'actor_commission_of'),
};
const ministry: Relation<OfPair> = {
  holds: (actor, { countries }) => countries.some((country) => isOfficerOf(actor, country)),
  sql: (alias) => pairSql(alias, 'actor_officer_of'),
};

const bound: Unless<ItemFacts> = {
  reason: 'bound_to_item',
  when: (_actor, facts) => facts.bound,
  sql: (alias) => `commission_item_binds_actor(${alias}.id)`,
};

const ofDecision: Unless<ItemFacts> = {
  reason: 'item_has_its_file',
  when: (_actor, facts) => facts.ofDecision,
  sql: (alias) => `${alias}.kind = 'decision'`,
};

export const commissionItemsPolicy = new Policy<ItemFacts, 'commission' | 'ministry', ItemState>(
  'commission_item',
  { commission, ministry },
  {
    'commission_item.read': [
      { role: 'commission_member', relation: 'commission', unless: [bound] },
      { role: 'commission_secretary', relation: 'commission', unless: [bound] },
      { role: 'ministry_officer', relation: 'ministry', unless: [bound] },
    ],
    'commission_item.table': [{ role: 'commission_secretary', relation: 'commission', states: ['tabled'] }],
    'commission_item.attach': [
      {
        role: 'commission_secretary',
        relation: 'commission',
        states: OPEN_ITEMS,
        unless: [bound, ofDecision],
      },
    ],
  },
);

type Seats = 'commission' | 'ministry' | 'seated';
type SessionRows = readonly PolicyRow<SessionFacts, Seats, SessionState>[];

const absent: Unless<SessionFacts> = {
  reason: 'not_present',
  when: ({ personId }, { present }) => personId === null || !present.includes(personId),
  sql: (alias) => `not exists (select from commission_presences p where p.session_id = ${alias}.id
    and p.person_id = (select actor_person()) and p.left_at is null)`,
};

const secretaryIsFree: Unless<SessionFacts> = {
  reason: 'secretary_is_free',
  when: (_actor, { standsIn }) => !standsIn,
  sql: (alias) => `not commission_actor_stands_in(${alias}.id)`,
};

const seated = (states: readonly SessionState[], ...unless: Unless<SessionFacts>[]): SessionRows =>
  (['commission_member', 'commission_secretary'] as const).map((role) => ({
    role,
    relation: 'seated' as const,
    states,
    unless,
  }));

export const commissionSessionsPolicy = new Policy<SessionFacts, Seats, SessionState>(
  'commission_session',
  {
    commission,
    ministry,
    seated: {
      holds: (actor, facts) =>
        commission.holds(actor, facts) && actor.personId !== null && facts.seated.includes(actor.personId),
      sql: (alias) => `(${commission.sql(alias)} and exists (select from commission_seats m
        where m.session_id = ${alias}.id and m.person_id = (select actor_person()) and m.removed_at is null))`,
    },
  },
  {
    'commission_session.read': [
      { role: 'commission_member', relation: 'commission' },
      { role: 'commission_secretary', relation: 'commission' },
      { role: 'ministry_officer', relation: 'ministry' },
    ],
    'commission_session.plan': [
      { role: 'commission_secretary', relation: 'commission', states: ['planned'] },
    ],
    'commission_session.attend': seated(['planned', 'open', 'interrupted']),
    // Also before it begins: whoever knows of a tie says so when they see the agenda.
    'commission_session.stand_aside': seated(['planned', 'open', 'interrupted']),
    'commission_session.conduct': [
      {
        role: 'commission_secretary',
        relation: 'seated',
        states: ['planned', 'open', 'interrupted'],
        unless: [absent],
      },
    ],
    // What is being dealt with: its vote, and what came of it.
    'commission_session.lead_item': [
      { role: 'commission_secretary', relation: 'seated', states: ['open'], unless: [absent] },
      { role: 'commission_member', relation: 'seated', states: ['open'], unless: [absent, secretaryIsFree] },
    ],
    'commission_session.note': seated(['open'], absent),
    'commission_session.vote': seated(['open'], absent),
  },
);

function ownCountries({ grants }: Actor, countries: readonly CountryCode[]): readonly CountryCode[] {
  return countries.filter((country) =>
    grants.some(
      (grant) =>
        grant.country === country &&
        (grant.role === 'commission_member' || grant.role === 'commission_secretary'),
    ),
  );
}

const spoken = (
  reason: string,
  act: 'agree' | 'sign',
  given: (facts: ProtocolFacts) => ProtocolFacts['agreed'],
): Unless<ProtocolFacts> => ({
  reason,
  when: (actor, facts) =>
    ownCountries(actor, facts.countries).every((country) =>
      given(facts).some((each) => each.country === country),
    ) || given(facts).some(({ personId }) => personId === actor.personId),
  sql: (
    alias,
  ) => `exists (select from commission_protocol_acts a where a.protocol_id = ${alias}.id and a.act = '${act}'
    and (a.country = any ((select actor_commission_of())::text[]) or a.person_id = (select actor_person())))`,
});
const alreadyAgreed = spoken('side_has_agreed', 'agree', ({ agreed }) => agreed);
const alreadySigned = spoken('side_has_signed', 'sign', ({ signed }) => signed);

/** Nobody speaks for their side by a text that they do not read whole. */
const sectionWithheld: Unless<ProtocolFacts> = {
  reason: 'section_withheld',
  when: (_actor, { withheld }) => withheld,
  sql: (alias) => `commission_protocol_withholds(${alias}.id)`,
};

export const commissionProtocolsPolicy = new Policy<ProtocolFacts, 'commission' | 'ministry', ProtocolState>(
  'commission_protocol',
  { commission, ministry },
  {
    'commission_protocol.read': [
      { role: 'commission_member', relation: 'commission' },
      { role: 'commission_secretary', relation: 'commission' },
      { role: 'ministry_officer', relation: 'ministry' },
    ],
    'commission_protocol.draft': [
      { role: 'commission_secretary', relation: 'commission', states: ['draft', 'agreed'] },
    ],
    'commission_protocol.agree': (['commission_secretary', 'commission_member'] as const).map((role) => ({
      role,
      relation: 'commission' as const,
      states: ['draft'] as const,
      unless: [alreadyAgreed, sectionWithheld],
    })),
    'commission_protocol.sign': [
      {
        role: 'commission_member',
        relation: 'commission',
        states: ['agreed'],
        unless: [alreadySigned, sectionWithheld],
      },
    ],
    'commission_protocol.publish': [
      { role: 'commission_secretary', relation: 'commission', states: ['signed_both'] },
    ],
    'commission_protocol.amend': [
      { role: 'commission_secretary', relation: 'commission', states: ['published'] },
    ],
  },
);

import type { Actor, Role } from '../../shared/actor.js';
import { ROLES } from '../../shared/actor.js';
import type { Id } from '../../shared/ids.js';
import { Policy, administers, isOfficerOf, sitsFor } from '../../shared/policy.js';
import type { PolicyRow, Relation, Unless } from '../../shared/policy.js';
import { DELEGATION, isDeputisable, reaches, reachesInOwnRight } from './delegation.js';
import type { AskedGrant, Within } from './delegation.js';

/** `pending` waits for a second administrator, `upcoming` for its first day. */
export const GRANT_STATES = ['pending', 'upcoming', 'in_force', 'ended'] as const;
export type GrantState = (typeof GRANT_STATES)[number];

/** A grant, or one that is to be: then it is in the state that it would have. */
export interface RoleFacts extends AskedGrant {
  readonly state: GrantState;
  /** Null for an invitation, which nobody has taken up yet. */
  readonly personId: Id | null;
  readonly grantedBy: Id | null;
  readonly actingFor: Id | null;
}

const ME = '(select actor_person())';
const MY_GRANTS = `grants_in_force(${ME}, (select actor_instant()))`;
const OFFICER_OF = 'any ((select actor_officer_of())::text[])';
const SITS_FOR = 'any ((select actor_commission_of())::text[])';
const ADMINISTERS = 'any ((select actor_administers())::uuid[])';
const list = (roles: readonly Role[]) => roles.map((role) => `'${role}'`).join(', ');
const inOwnCountry = (a: string) =>
  `exists (select from institutions i where i.id = ${a}.institution_id and i.country = ${OFFICER_OF})`;
const onOwnCall = (a: string) =>
  `exists (select from call_directions d where d.call_id = ${a}.call_id
     and (d.home_country = ${SITS_FOR} or d.host_country = ${SITS_FOR}))`;

/** Reading: what somebody sees of the roles of others. The same statements stand in the database's own policies. */
const SIGHT = {
  everything: { holds: () => true, sql: () => 'true' },
  own_country: {
    holds: (actor, { country, institutionCountry }) =>
      isOfficerOf(actor, country) || isOfficerOf(actor, institutionCountry),
    sql: (a) => `(${a}.country = ${OFFICER_OF} or ${inOwnCountry(a)})`,
  },
  own_institution: {
    holds: (actor, { institutionId }) => administers(actor, institutionId),
    sql: (a) => `${a}.institution_id = ${ADMINISTERS}`,
  },
  own_calls: {
    holds: (actor, { callCountries }) => callCountries.some((country) => sitsFor(actor, country)),
    sql: onOwnCall,
  },
} as const satisfies Record<string, Relation<AskedGrant>>;

/** Who sees the roles of others, by an office of their own. */
const KEEPERS = [
  { role: 'programme_administrator', relation: 'everything' },
  { role: 'auditor', relation: 'everything' },
  { role: 'ministry_officer', relation: 'own_country' },
  { role: 'institution_administrator', relation: 'own_institution' },
  { role: 'commission_secretary', relation: 'own_calls' },
  { role: 'commission_member', relation: 'own_calls' },
] as const satisfies readonly { readonly role: Role; readonly relation: keyof typeof SIGHT }[];

const grantedWithin = (within: Within) =>
  list(DELEGATION.filter((rule) => rule.within === within).flatMap(({ grants }) => grants));
const delegated = (within: Within, sql: (alias: string) => string): Relation<AskedGrant> => ({
  holds: (actor, asked) => reaches(actor.grants, asked, within),
  sql: (a) => `(${a}.role in (${grantedWithin(within)}) and ${sql(a)})`,
});

/** Giving: a line of the delegation's table each. */
const REACH = {
  programme: delegated('programme', () => 'true'),
  calls_of_own_country: delegated('calls_of_own_country', onOwnCall),
  institutions_of_own_country: delegated('institutions_of_own_country', inOwnCountry),
  own_institution_roles: delegated('own_institution_roles', (a) => `${a}.institution_id = ${ADMINISTERS}`),
} as const satisfies Record<Within, Relation<AskedGrant>>;

/** What of a grant of the actor's own reaches the record, in the database; as `REACHES` of the delegation has it. */
const OWN_GRANT_REACHES: Readonly<Record<Within, (own: string, a: string) => string>> = {
  programme: () => 'true',
  calls_of_own_country: (own, a) =>
    `exists (select from call_directions d where d.call_id = ${a}.call_id
       and ${own}.country in (d.home_country, d.host_country))`,
  institutions_of_own_country: (own, a) =>
    `exists (select from institutions i where i.id = ${a}.institution_id and i.country = ${own}.country)`,
  own_institution_roles: (own, a) => `${own}.institution_id = ${a}.institution_id`,
};

/** Whether a grant of the actor's own gives the record's role, by the named lines of the delegation or by any; as `reaches`. */
const GIVES = (own: string, a: string, within?: Within) =>
  `(${DELEGATION.filter((rule) => within === undefined || rule.within === within)
    .map(
      ({ grantor, grants, within: line }) =>
        `(${own}.role = '${grantor}' and ${a}.role in (${list(grants)}) and ${OWN_GRANT_REACHES[line](own, a)})`,
    )
    .join(' or ')})`;

const DEPUTY_CANNOT_GRANT: Unless<AskedGrant> = {
  reason: 'deputy_cannot_grant',
  when: (actor, asked) => !reachesInOwnRight(actor, asked),
  sql: (a) => `not exists (select from ${MY_GRANTS} own where own.acting_for is null and ${GIVES('own', a)})`,
};

const TO_ONESELF: Unless<RoleFacts> = {
  reason: 'role_to_oneself',
  when: (actor, { personId }) => personId !== null && personId === actor.personId,
  sql: (a) => `${a}.person_id is not distinct from ${ME}`,
};

const CONFIRM_BY_ANOTHER: Unless<RoleFacts> = {
  reason: 'confirm_by_another',
  when: (actor, { grantedBy }) => grantedBy !== null && grantedBy === actor.personId,
  sql: (a) => `${a}.granted_by is not distinct from ${ME}`,
};

type RoleRelation =
  keyof typeof SIGHT | Within | 'own' | 'granted_by_oneself' | 'deputy_of_oneself' | 'own_office';
type RoleRow = PolicyRow<RoleFacts, RoleRelation, GrantState>;

const READ: readonly RoleRow[] = [
  { role: 'applicant', relation: 'own' },
  { role: 'applicant', relation: 'granted_by_oneself' },
  { role: 'applicant', relation: 'deputy_of_oneself' },
  ...KEEPERS,
];

const NOT_ENDED: readonly GrantState[] = ['pending', 'upcoming', 'in_force'];
const grantors = <Row>(row: Row) =>
  DELEGATION.map(({ grantor, within }) => ({ role: grantor, relation: within, ...row }));
const GIVE: readonly RoleRow[] = grantors({ unless: [TO_ONESELF, DEPUTY_CANNOT_GRANT] });

const ownGrant = (actor: Actor, { personId }: RoleFacts) => personId !== null && personId === actor.personId;
const OFFICES = ROLES.filter(isDeputisable);

/**
 * Who reads, gives, confirms and takes back roles. Who may give which is the delegation's table; here it becomes rows, so
 * that pages, lists and refusals ask for it as they ask for anything else.
 */
export const rolesPolicy = new Policy<RoleFacts, RoleRelation, GrantState>(
  'role',
  {
    ...SIGHT,
    ...REACH,
    own: { holds: ownGrant, sql: (a) => `${a}.person_id = ${ME}` },
    granted_by_oneself: {
      holds: (actor, { grantedBy }) => grantedBy !== null && grantedBy === actor.personId,
      sql: (a) => `${a}.granted_by = ${ME}`,
    },
    deputy_of_oneself: {
      holds: (actor, { actingFor }) => actingFor !== null && actingFor === actor.personId,
      sql: (a) => `${a}.acting_for = ${ME}`,
    },
    // What is lent to a deputy is not lent on, and whoever acts as a deputy lends nothing.
    own_office: {
      holds: (actor, facts) =>
        ownGrant(actor, facts) &&
        facts.actingFor === null &&
        isDeputisable(facts.role) &&
        !actor.grants.some(({ actingFor }) => actingFor),
      sql: (a) => `(${a}.person_id = ${ME} and ${a}.acting_for is null and ${a}.role in (${list(OFFICES)}))`,
    },
  },
  {
    'role.list': READ,
    'role.read': READ,
    'role.grant': GIVE,
    'role.invite': GIVE,
    'role.confirm': [
      {
        role: 'programme_administrator',
        relation: 'everything',
        states: ['pending'],
        unless: [CONFIRM_BY_ANOTHER, TO_ONESELF],
      },
    ],
    // One may always give up a role, and end what one's deputy does.
    'role.revoke': [
      { role: 'applicant', relation: 'own', states: NOT_ENDED },
      { role: 'applicant', relation: 'deputy_of_oneself', states: NOT_ENDED },
      ...grantors({ states: NOT_ENDED, unless: [DEPUTY_CANNOT_GRANT] }),
    ],
    'role.deputise': OFFICES.map((role) => ({ role, relation: 'own_office', states: ['in_force'] })),
    'role.settle_proposal': grantors({
      states: ['pending'] as const,
      unless: [TO_ONESELF, DEPUTY_CANNOT_GRANT],
    }),
    // Whoever holds the link: it is the link that is asked.
    'role.accept_invitation': [{ role: 'applicant', relation: 'everything' }],
  },
);

export const INVITATION_STATES = ['open', 'accepted', 'withdrawn', 'expired'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

export interface InvitationFacts extends AskedGrant {
  readonly state: InvitationState;
  readonly invitedBy: Id;
}

type InvitationRelation = keyof typeof SIGHT | Within | 'invited_by_oneself';
const STILL_OUT: readonly InvitationState[] = ['open', 'expired'];

/** Invitations to a role that nobody has taken up yet, or that somebody did. */
export const invitationsPolicy = new Policy<InvitationFacts, InvitationRelation, InvitationState>(
  'role_invitation',
  {
    ...SIGHT,
    ...REACH,
    invited_by_oneself: {
      holds: (actor, { invitedBy }) => invitedBy === actor.personId,
      sql: (a) => `${a}.invited_by = ${ME}`,
    },
  },
  {
    'role.read_invitation': [{ role: 'applicant', relation: 'invited_by_oneself' }, ...KEEPERS],
    'role.withdraw_invitation': [
      { role: 'applicant', relation: 'invited_by_oneself', states: STILL_OUT },
      ...grantors({ states: STILL_OUT, unless: [DEPUTY_CANNOT_GRANT] }),
    ],
  },
);

/** What the policy must know of a person to whom roles belong. */
export interface PersonFacts {
  readonly state: 'known';
  readonly personId: Id;
  /** Every grant there ever was. */
  readonly grants: readonly AskedGrant[];
  /** Those of them that need a second factor and have not ended. */
  readonly offices: readonly AskedGrant[];
}

const OF_PERSON = (sql: (alias: string) => string) => (a: string) =>
  `exists (select from role_grants g where g.person_id = ${a}.id and ${sql('g')})`;
const some = (relation: Relation<AskedGrant>): Relation<PersonFacts> => ({
  holds: (actor, { grants }) => grants.some((grant) => relation.holds(actor, grant)),
  sql: OF_PERSON(relation.sql),
});
/**
 * Whoever could give somebody each office that they hold answers for them; of somebody with a higher one nobody below does.
 * Everything by one right, one's own or that of one principal: what several of them reach together none of them answers for.
 */
const each = (within: Within): Relation<PersonFacts> => ({
  holds: (actor, { offices }) =>
    offices.length > 0 && offices.every((grant) => REACH[within].holds(actor, grant)),
  sql: (a) => `(exists (select from offices_of(${a}.id)) and exists (
    select from (select distinct acting_for from ${MY_GRANTS}) capacity where not exists (
      select from offices_of(${a}.id) g where not exists (
        select from ${MY_GRANTS} own where own.acting_for is not distinct from capacity.acting_for
          and ${GIVES('own', 'g', within)}))))`,
});
const DONE_BY_ANOTHER: Unless<PersonFacts> = {
  reason: 'done_by_another',
  when: (actor, { personId }) => personId === actor.personId,
  sql: (a) => `${a}.id = ${ME}`,
};

/** Who answers for somebody's offices. */
const BY_ANSWERABLE = [
  { role: 'programme_administrator', relation: 'everything' },
  { role: 'ministry_officer', relation: 'offices_of_own_country' },
  { role: 'institution_administrator', relation: 'offices_of_own_institution' },
] as const;

/** What is done with a person as a bearer of roles. */
export const peoplePolicy = new Policy<
  PersonFacts,
  | 'oneself'
  | 'everything'
  | 'own_country'
  | 'own_institution'
  | 'own_calls'
  | 'offices_of_own_country'
  | 'offices_of_own_institution',
  'known'
>(
  'person',
  {
    oneself: {
      holds: (actor, { personId }) => personId === actor.personId,
      sql: (a) => `${a}.id = ${ME}`,
    },
    everything: { holds: () => true, sql: () => 'true' },
    own_country: some(SIGHT.own_country),
    own_institution: some(SIGHT.own_institution),
    own_calls: some(SIGHT.own_calls),
    offices_of_own_country: each('institutions_of_own_country'),
    offices_of_own_institution: each('own_institution_roles'),
  },
  {
    // Everybody reads their own roles on their account; a list of people is for those who keep others.
    'person.list': KEEPERS,
    'person.read_roles': [{ role: 'applicant', relation: 'oneself' }, ...KEEPERS],
    // Whose passkeys are lost is let in again by those who answer for every office that they hold.
    'person.reset_passkeys': BY_ANSWERABLE.map((row) => ({ ...row, unless: [DONE_BY_ANOTHER] })),
    // What somebody declared of themselves and an applicant: nobody takes back their own.
    'person.read_conflicts': [{ role: 'applicant', relation: 'oneself' }, ...BY_ANSWERABLE],
    'person.lift_conflict': BY_ANSWERABLE.map((row) => ({ ...row, unless: [DONE_BY_ANOTHER] })),
  },
);

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { PROVIDER_VERSIONS } from '../../src/access/data/provider-versions.js';
import {
  GRANTS,
  GRANT_COLUMNS,
  INVITATIONS,
  INVITATION_COLUMNS,
  PROPOSALS,
  PROPOSAL_COLUMNS,
  RoleGrants,
} from '../../src/access/data/role-grants.js';
import type { GrantRecord, InvitationRecord, ProposalRecord } from '../../src/access/data/role-grants.js';
import { clientsPolicy } from '../../src/access/domain/clients.policy.js';
import type { ClientFacts } from '../../src/access/domain/clients.policy.js';
import { PROVIDER_STATES, providersPolicy } from '../../src/access/domain/providers.policy.js';
import type { ProviderFacts } from '../../src/access/domain/providers.policy.js';
import { invitationsPolicy, peoplePolicy, rolesPolicy } from '../../src/access/domain/roles.policy.js';
import type { InvitationFacts, PersonFacts, RoleFacts } from '../../src/access/domain/roles.policy.js';
import { People } from '../../src/access/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ANONYMOUS, GRANTED_ROLES, OFFICIAL_ROLES, ROLE_TABLE } from '../../src/shared/actor.js';
import type { Actor, GrantedRole } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { Policy } from '../../src/shared/policy.js';
import { UNIT_STATES, unitsPolicy } from '../../src/universities/domain/units.policy.js';
import type { UnitFacts } from '../../src/universities/domain/units.policy.js';
import {
  LONG_AGO,
  agreementRow,
  callRow,
  countryRow,
  grantRow,
  insertCalls,
  insertRows,
  institutionRow,
  personRow,
} from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { createTestDatabase } from './database-for-test.js';
import { holdInWorlds } from './worlds.js';

/**
 * Who sees, gives and takes back roles, and what belongs to it: random worlds of people, their grants, deputies, invitations,
 * proposals, other systems, providers and units are written into the real database. For every actor and action the filter
 * of a list says of each record what the single check says, and row-level security reads as both, but where a subject below
 * says how and why it differs.
 */

/** An instant of no clock that ticks: what asks another one than the act's is found out. */
const NOW = new Date('2027-03-01T12:00:00Z');
const LATER = '2027-03-01T12:00:00.001Z';
const EARLIER = '2027-03-01T11:59:59.999Z';
const END_OF_DEPUTIES = '2099-01-01T00:00:00Z';
const clock = new SettableClock(NOW);
const INSTANT = `'${NOW.toISOString()}'::timestamptz`;

const COUNTRIES = ['AA', 'BB', 'CC'];
/** Two in the first country, one in each other. */
const INSTITUTIONS = ['AA', 'AA', 'BB', 'CC'].map((country) => ({ id: newId(), country, unit: newId() }));
const CALLS = [
  ['AA', 'BB'],
  ['BB', 'CC'],
].map((direction) => ({ id: newId(), direction, panel: newId() }));

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let sources: readonly DataSource[];
/** As the application reads, and as the owner does, whom row-level security does not bind. */
let database: Database;
let behindTheWall: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  const connect = (url: string) => new DataSource({ type: 'postgres', url }).initialize();
  const [app, own] = await Promise.all([connect(testDatabase.appUrl), connect(testDatabase.ownerUrl)]);
  sources = [app, own];
  database = new Database(app);
  behindTheWall = new Database(own);

  await insertRows(owner, 'countries', COUNTRIES.map(countryRow));
  await insertRows(
    owner,
    'institutions',
    INSTITUTIONS.map(({ id, country }) => institutionRow(id, country)),
  );
  await insertRows(
    owner,
    'institution_units',
    INSTITUTIONS.map(({ id, unit }) => ({ id: unit, institution_id: id, name: {}, created_at: LONG_AGO })),
  );
  const agreement = newId();
  await insertRows(owner, 'agreements', [agreementRow(agreement, ['AA', 'BB'])]);
  await insertCalls(
    owner,
    CALLS.map(({ id }) => callRow(id, agreement)),
  );
  await insertRows(
    owner,
    'call_directions',
    CALLS.map(({ id, direction: [home, host] }) => ({ call_id: id, home_country: home, host_country: host })),
  );
  await insertRows(
    owner,
    'review_panels',
    CALLS.map(({ id, panel }) => ({ id: panel, call_id: id, name: {}, created_at: LONG_AGO })),
  );
}, 60_000);

afterAll(async () => {
  for (const source of sources) await source.destroy();
  await owner.end();
  await testDatabase.drop();
});

/** Why a grant is or is not in force; the instants are the very bounds. */
const STANDING: Readonly<Record<string, Row>> = {
  active: {},
  begins_now: { valid_from: NOW },
  begins_later: { valid_from: LATER },
  ends_now: { valid_until: NOW },
  ends_later: { valid_until: LATER },
  revoked: { revoked_at: NOW },
  unconfirmed: { needs_confirmation: true },
  unconfirmed_and_over: { needs_confirmation: true, valid_until: NOW },
  confirmed: { needs_confirmation: true, confirmed_by: 'another', confirmed_at: NOW },
};
const standing = fc.oneof(
  { weight: 2, arbitrary: fc.constant('active') },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(STANDING)) },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

/** A role with a scope of the kind that it needs, narrowed or not. */
const inScope = (role: GrantedRole) =>
  fc
    .record({
      institution: fc.constantFrom(...INSTITUTIONS),
      country: fc.constantFrom(...COUNTRIES),
      call: fc.constantFrom(...CALLS),
      narrow: fc.boolean(),
      side: maybe(fc.constantFrom('home', 'host')),
    })
    .map(({ institution, country, call, narrow, side }): { role: GrantedRole; scope: Row } => {
      switch (ROLE_TABLE[role].scope) {
        case 'institution':
          return role === 'coordinator'
            ? {
                role,
                scope: { institution_id: institution.id, unit_id: narrow ? institution.unit : null, side },
              }
            : { role, scope: { institution_id: institution.id } };
        case 'country':
          return { role, scope: { country } };
        case 'call':
          return { role, scope: { call_id: call.id, panel_id: narrow ? call.panel : null } };
        case 'programme':
          return { role, scope: {} };
      }
    });
const GRANTORS = [
  'institution_administrator',
  'ministry_officer',
  'commission_secretary',
  'programme_administrator',
] as const;
const OF_INSTITUTION = GRANTED_ROLES.filter((role) => ROLE_TABLE[role].scope === 'institution');
const LENDABLE = GRANTED_ROLES.filter((role) => ['institution', 'country'].includes(ROLE_TABLE[role].scope));
// Those who give roles, and those whom most of them may give, come more often than the rest.
const anyRole = fc
  .oneof(fc.constantFrom(...GRANTED_ROLES), fc.constantFrom(...GRANTORS), fc.constantFrom(...OF_INSTITUTION))
  .chain(inScope);
const lendable = fc
  .oneof(fc.constantFrom(...LENDABLE), fc.constantFrom('institution_administrator', 'ministry_officer'))
  .chain(inScope);

const PEOPLE = 6;
const somebody = fc.nat(PEOPLE - 1);
const worldDrawn = fc.record({
  grants: fc.array(fc.record({ holder: somebody, what: anyRole, standing, grantedBy: maybe(somebody) }), {
    minLength: 6,
    maxLength: 12,
  }),
  deputies: fc.array(
    fc.record({
      holder: somebody,
      principal: somebody,
      what: lendable,
      standing,
      original: standing,
      byPrincipal: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  invitations: fc.array(
    fc.record({
      what: anyRole,
      invitedBy: somebody,
      state: fc.constantFrom('open', 'expires_now', 'accepted', 'withdrawn'),
    }),
    { minLength: 4, maxLength: 8 },
  ),
  proposals: fc.array(
    fc.record({
      person: somebody,
      what: fc.constantFrom(...OF_INSTITUTION).chain(inScope),
      settled: fc.boolean(),
    }),
    { minLength: 3, maxLength: 6 },
  ),
  clients: fc.array(
    fc.record({
      at: fc.constantFrom(...INSTITUTIONS),
      standing: fc.constantFrom('active', 'revoked', 'ends_now'),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  providers: fc.array(fc.record({ proposedBy: somebody, state: fc.constantFrom(...PROVIDER_STATES) }), {
    minLength: 3,
    maxLength: 5,
  }),
  units: fc.array(
    fc.record({ at: fc.constantFrom(...INSTITUTIONS), state: fc.constantFrom(...UNIT_STATES) }),
    { minLength: 3, maxLength: 5 },
  ),
});
type World = typeof worldDrawn extends fc.Arbitrary<infer T> ? T : never;

/** What a world is once it is written: of everything the policy's facts, by ids. */
interface Written {
  readonly people: readonly Id[];
  readonly machines: readonly { readonly id: Id; readonly institutionId: Id; readonly inForce: boolean }[];
  readonly grants: ReadonlyMap<Id, RoleFacts>;
  readonly invitations: ReadonlyMap<Id, InvitationFacts>;
  readonly proposals: ReadonlyMap<Id, RoleFacts>;
  readonly persons: ReadonlyMap<Id, PersonFacts>;
  readonly clients: ReadonlyMap<Id, ClientFacts>;
  readonly providers: ReadonlyMap<Id, ProviderFacts>;
  readonly units: ReadonlyMap<Id, UnitFacts>;
}

async function write(world: World): Promise<Written> {
  /** Of no role and no act of their own, but what is written in their name. */
  const another = newId();
  const people = Array.from({ length: PEOPLE + 1 }, () => newId());
  const personOf = (index: number) => people[index % PEOPLE] ?? another;
  const everybody = [...people, another];
  await insertRows(
    owner,
    'persons',
    everybody.map((id) => personRow(id, 'AA')),
  );
  const standingOf = (name: string): Row => {
    const row = STANDING[name] ?? {};
    return row.confirmed_by ? { ...row, confirmed_by: another } : row;
  };
  const originals = world.deputies.map(({ principal, what, original }) =>
    grantRow(personOf(principal), what.role, { ...what.scope, ...standingOf(original) }),
  );
  /** Nobody acts for, or gives to, themselves: the next person does. */
  const other = (drawn: number, than: number) => personOf(drawn === than ? drawn + 1 : drawn);
  const deputies = world.deputies.map(({ holder, principal, what, standing: name, byPrincipal }, index) =>
    grantRow(other(holder, principal), what.role, {
      ...what.scope,
      deputy_of: originals[index]?.id,
      acting_for: personOf(principal),
      granted_by: byPrincipal ? personOf(principal) : null,
      valid_until: END_OF_DEPUTIES,
      ...standingOf(name),
    }),
  );
  const grants = [
    ...world.grants.map(({ holder, what, standing: name, grantedBy }) =>
      grantRow(personOf(holder), what.role, {
        ...what.scope,
        granted_by: grantedBy === null ? null : other(grantedBy, holder),
        ...standingOf(name),
      }),
    ),
    ...originals,
    // Whoever gives a role that needs a second hand is often alone: somebody more is there to confirm it.
    grantRow(people[PEOPLE] ?? another, 'programme_administrator'),
  ];
  await insertRows(owner, 'role_grants', grants);
  await insertRows(owner, 'role_grants', deputies);

  const invitations = world.invitations.map(({ what, invitedBy, state }) => ({
    id: newId(),
    email: 'somebody@example.org',
    language: 'en',
    role: what.role,
    institution_id: null,
    unit_id: null,
    side: null,
    country: null,
    call_id: null,
    panel_id: null,
    reason: 'test',
    valid_from: LONG_AGO,
    invited_by: personOf(invitedBy),
    created_at: LONG_AGO,
    expires_at: state === 'expires_now' ? NOW : LATER,
    accepted_at: state === 'accepted' ? EARLIER : null,
    accepted_by: state === 'accepted' ? another : null,
    withdrawn_at: state === 'withdrawn' ? EARLIER : null,
    ...what.scope,
  }));
  await insertRows(owner, 'role_invitations', invitations);

  // A claim proposes a role once.
  const proposals = [
    ...new Map(
      world.proposals.map((drawn) => [
        `${drawn.person}/${drawn.what.role}/${String(drawn.what.scope.institution_id)}`,
        drawn,
      ]),
    ).values(),
  ].map(({ person, what, settled }) => ({
    id: newId(),
    person_id: personOf(person),
    role: what.role,
    institution_id: what.scope.institution_id,
    provider_key: 'test',
    claim: 'test',
    proposed_at: LONG_AGO,
    settled_at: settled ? EARLIER : null,
    settled_by: settled ? another : null,
  }));
  await insertRows(owner, 'role_proposals', proposals);

  const clients = world.clients.map((drawn) => ({ id: newId(), ...drawn }));
  await insertRows(
    owner,
    'integration_clients',
    clients.map(({ id, at, standing: name }) => ({
      id,
      institution_id: at.id,
      name: 'test',
      issuer: 'https://issuer.example',
      subject: id,
      scopes: ['clients:read'],
      reason: 'test',
      granted_by: another,
      created_at: LONG_AGO,
      valid_until: name === 'ends_now' ? NOW : null,
      revoked_at: name === 'revoked' ? NOW : null,
    })),
  );

  const providers = world.providers.map(({ proposedBy, state }) => ({
    id: newId(),
    state,
    proposedBy: personOf(proposedBy),
  }));
  await insertRows(
    owner,
    'identity_providers',
    providers.map(({ id, state, proposedBy }) => ({
      id,
      key: id,
      country: 'AA',
      entry: { issuer: `https://${id}.example` },
      reason: 'test',
      proposed_by: proposedBy,
      proposed_at: LONG_AGO,
      confirmed_by: state === 'in_force' ? another : null,
      confirmed_at: state === 'in_force' ? EARLIER : null,
      ended_at: state === 'ended' ? EARLIER : null,
    })),
  );

  const units = world.units.map((drawn) => ({ id: newId(), ...drawn }));
  await insertRows(
    owner,
    'institution_units',
    units.map(({ id, at, state }) => ({
      id,
      institution_id: at.id,
      name: {},
      created_at: LONG_AGO,
      closed_at: state === 'closed' ? EARLIER : null,
    })),
  );

  const facts = await read({
    grants: [...grants, ...deputies].map(({ id }) => id as Id),
    invitations: invitations.map(({ id }) => id),
    proposals: proposals.map(({ id }) => id),
    persons: everybody,
  });
  return {
    people,
    machines: clients.map(({ id, at, standing: name }) => ({
      id,
      institutionId: at.id,
      inForce: name === 'active',
    })),
    ...facts,
    clients: new Map(
      clients.map(({ id, at, standing: name }) => [
        id,
        { state: name === 'revoked' ? 'revoked' : 'in_force', institutionId: at.id, country: at.country },
      ]),
    ),
    providers: new Map(providers.map((provider) => [provider.id, provider])),
    units: new Map(units.map(({ id, at, state }) => [id, { state, institutionId: at.id }])),
  };
}

/** The facts of a single check, as the operations load them. */
function read(ids: {
  readonly grants: readonly Id[];
  readonly invitations: readonly Id[];
  readonly proposals: readonly Id[];
  readonly persons: readonly Id[];
}): Promise<Pick<Written, 'grants' | 'invitations' | 'proposals' | 'persons'>> {
  return database.read(systemContext(clock), async (ctx) => {
    const records = new RoleGrants();
    const byId = async <T extends { readonly id: Id }>(
      columns: string,
      from: string,
      wanted: readonly Id[],
    ) => {
      const rows = await ctx.tx.query<T[]>(`select ${columns} from ${from} r where r.id = any ($1)`, [
        wanted,
      ]);
      return new Map(rows.map((row) => [row.id, row]));
    };
    const persons = new Map<Id, PersonFacts>();
    for (const id of ids.persons) persons.set(id, await records.personFacts(ctx, id));
    return {
      grants: await byId<GrantRecord>(GRANT_COLUMNS, GRANTS(INSTANT), ids.grants),
      invitations: await byId<InvitationRecord>(INVITATION_COLUMNS, INVITATIONS(INSTANT), ids.invitations),
      proposals: await byId<ProposalRecord>(PROPOSAL_COLUMNS, PROPOSALS, ids.proposals),
      persons,
    };
  });
}

/** Everybody of a world as sign-in would find them: with a second factor and without, by a token that opens little; machines. */
async function actorsOf(world: Written): Promise<readonly Actor[]> {
  const directory = new People();
  const actors: Actor[] = [ANONYMOUS];
  await database.read(systemContext(clock), async (ctx) => {
    for (const id of world.people) {
      const person = await directory.withGrants(ctx, id);
      if (!person) throw new Error('a person was not written');
      const { name, grants, ties } = person;
      const actor = {
        ...ANONYMOUS,
        kind: 'person',
        personId: id,
        name,
        grants,
        ties,
        secondFactor: true,
      } as const;
      actors.push(actor, { ...actor, secondFactor: false });
      if (id === world.people[0]) actors.push({ ...actor, scopes: ['roles:read', 'clients:write'] });
    }
  });
  for (const { id, institutionId, inForce } of world.machines) {
    actors.push({
      ...ANONYMOUS,
      kind: 'client',
      agentId: id,
      grants: inForce ? [{ role: 'integration_client', institutionId, country: null }] : [],
      scopes: ['roles:write', 'persons:write', 'clients:write', 'units:write', 'providers:write'],
    });
  }
  actors.push({ ...ANONYMOUS, kind: 'link', agentId: newId() });
  return actors;
}

/** One policy, with the records of which it decides and what of them row-level security is to show. */
interface Subject {
  readonly name: string;
  /** The table, as lists have it: with the state. */
  readonly from: string;
  readonly ids: readonly Id[];
  readonly actions: readonly string[];
  readonly filter: (actor: Actor, action: string) => string;
  readonly decided: (actor: Actor, action: string) => readonly Id[];
  readonly visible: (actor: Actor) => readonly Id[];
}

function subject<Facts extends { readonly state: string }, Relations extends string, State extends string>(
  name: string,
  policy: Policy<Facts, Relations, State>,
  records: ReadonlyMap<Id, Facts>,
  {
    from,
    actions = policy.actions(),
    visible,
  }: {
    readonly from: string;
    readonly actions?: readonly string[];
    readonly visible: (allows: (action: string) => readonly Id[], actor: Actor) => readonly Id[];
  },
): Subject {
  const decided = (actor: Actor, action: string) =>
    [...records].filter(([, facts]) => policy.decide(actor, action, facts).allowed).map(([id]) => id);
  return {
    name,
    from,
    ids: [...records.keys()],
    actions,
    decided,
    filter: (actor, action) => policy.filter(actor, action, 'r'),
    // The database knows who acts, and not by which token: what a token opens narrows the first wall alone.
    visible: (actor) => visible((action) => decided({ ...actor, scopes: null }, action), actor),
  };
}

function subjectsOf(world: Written): readonly Subject[] {
  const roles = subject('role', rolesPolicy, world.grants, {
    from: GRANTS(INSTANT),
    visible: (allows) => allows('role.read'),
  });
  const proposals = subject('role_proposal', rolesPolicy, world.proposals, {
    from: PROPOSALS,
    actions: ['role.settle_proposal'],
    // Nothing reads a proposal but to settle it. The wall is wider: settled ones too stay with those who keep the roles of
    // the institution, also where they act as deputies, who settle none; and everybody has those that are about themselves.
    visible: (_, actor) =>
      [...world.proposals]
        .filter(
          ([, { personId, ...of }]) =>
            (personId !== null && personId === actor.personId) ||
            (actor.secondFactor &&
              actor.grants.some(
                ({ role, institutionId, country }) =>
                  role === 'programme_administrator' ||
                  (role === 'institution_administrator' && institutionId === of.institutionId) ||
                  (role === 'ministry_officer' && country === of.institutionCountry),
              )),
        )
        .map(([id]) => id),
  });
  return [
    roles,
    proposals,
    subject('role_invitation', invitationsPolicy, world.invitations, {
      from: INVITATIONS(INSTANT),
      visible: (allows) => allows('role.read_invitation'),
    }),
    subject('person', peoplePolicy, world.persons, {
      from: 'persons',
      // A person is known by each of their roles that is: that makes the wall wider, since whoever gave a role or lent one
      // has to know to whom. And it is narrower for the offices that see every role: who holds none is not in their sight.
      visible: (_, actor) => {
        const grants = new Set(roles.visible(actor));
        const proposed = new Set(proposals.visible(actor));
        const known = [
          ...[...world.grants].filter(([id]) => grants.has(id)),
          ...[...world.proposals].filter(([id]) => proposed.has(id)),
        ].map(([, { personId }]) => personId);
        return [...world.persons.keys()].filter((id) => id === actor.personId || known.includes(id));
      },
    }),
    subject('client', clientsPolicy, world.clients, {
      from: 'integration_clients',
      visible: (allows) => allows('client.read'),
    }),
    subject('provider', providersPolicy, world.providers, {
      from: PROVIDER_VERSIONS,
      visible: (allows) => allows('provider.read'),
    }),
    subject('unit', unitsPolicy, world.units, {
      from: 'institution_units',
      // As public as the institution, and no personal data: there is no second wall.
      visible: () => [...world.units.keys()],
    }),
  ];
}

/** Where the first wall allows records that the second does not show; everywhere else a list behind both is cut no further. */
const CUT_ON_PURPOSE = [
  // These lists are of bearers of roles: whoever has none is known to nobody by them.
  'person.list',
  'person.read_roles',
  'person.reset_passkeys',
  'person.read_conflicts',
  'person.lift_conflict',
  // Whoever holds the link may, and does not see the record before: the application itself reads what the link leads to.
  'role.accept_invitation',
];

/** What is there at all for a query, and what of it each of the actions' filters lets through. */
interface Read {
  readonly shown: readonly Id[];
  readonly listed: ReadonlyMap<string, readonly Id[]>;
}

function readAs(wall: Database, actor: Actor, subjects: readonly Subject[]): Promise<readonly Read[]> {
  return wall.read({ ...systemContext(clock), actor }, async (ctx) => {
    // The filter alone, without row-level security: behind it, a filter that lets too much through would look right.
    if (wall === behindTheWall) await ctx.tx.query('set local role none');
    const read: Read[] = [];
    for (const { actions, filter, from, ids } of subjects) {
      const columns = actions.map((action) => `(${filter(actor, action)}) as "${action}"`);
      const rows = await ctx.tx.query<({ readonly id: Id } & Readonly<Record<string, unknown>>)[]>(
        `select r.id, ${columns.join(', ')} from ${from} r where r.id = any ($1) order by r.id`,
        [ids],
      );
      const idsOf = (kept: typeof rows) => kept.map(({ id }) => id);
      read.push({
        shown: idsOf(rows),
        listed: new Map(actions.map((action) => [action, idsOf(rows.filter((row) => row[action]))])),
      });
    }
    return read;
  });
}

// Each smaller world costs as much as the first: whoever wants the smallest gives it more time.
const LIMITS = { numRuns: 15, interruptAfterTimeLimit: 40_000 };

describe('the policies of roles in three places', () => {
  it('filter lists as they decide single records, and row-level security reads as both', async () => {
    const allowed = new Map<string, number>();
    const never = await holdInWorlds(
      fc.asyncProperty(worldDrawn, async (drawn) => {
        const world = await write(drawn);
        const subjects = subjectsOf(world);
        for (const actor of await actorsOf(world)) {
          const alone = await readAs(behindTheWall, actor, subjects);
          const both = await readAs(database, actor, subjects);
          for (const [index, { name, actions, ...of }] of subjects.entries()) {
            const { shown = [], listed } = both[index] ?? {};
            expect({ name, ids: shown }).toEqual({ name, ids: [...of.visible(actor)].sort() });
            for (const action of actions) {
              const decided = [...of.decided(actor, action)].sort();
              expect({ name, action, ids: alone[index]?.listed.get(action) }).toEqual({
                name,
                action,
                ids: decided,
              });
              const left = CUT_ON_PURPOSE.includes(action)
                ? decided.filter((id) => shown.includes(id))
                : decided;
              expect({ name, action, behind: listed?.get(action) }).toEqual({ name, action, behind: left });
              const key = `${name} ${action}`;
              allowed.set(key, (allowed.get(key) ?? 0) + decided.length);
            }
          }
        }
      }),
      allowed,
      LIMITS,
    );
    expect(never).toEqual([]);
  }, 120_000);

  it('hold for in force, for an office and for ended what the grants of an act are', async () => {
    await fc.assert(
      fc.asyncProperty(worldDrawn, async (drawn) => {
        const world = await write(drawn);
        const inForce = (await actorsOf(world)).flatMap(({ grants }) => grants.map(({ id }) => id));
        for (const [id, { state }] of world.grants) {
          expect({ id, inForce: state === 'in_force' }).toEqual({ id, inForce: inForce.includes(id) });
        }
        for (const [person, { offices }] of world.persons) {
          const held = [...world.grants].filter(
            ([, { personId, role, state }]) =>
              personId === person && OFFICIAL_ROLES.includes(role) && state !== 'ended',
          );
          expect(offices.length).toBe(held.length);
        }
      }),
      LIMITS,
    );
  }, 60_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { People } from '../../src/access/public.js';
import { AGREEMENT_STATES } from '../../src/agreements/domain/agreement.states.js';
import { agreementsPolicy } from '../../src/agreements/domain/agreements.policy.js';
import type { AgreementFacts } from '../../src/agreements/domain/agreements.policy.js';
import { applicationsPolicy } from '../../src/applications/domain/applications.policy.js';
import type { ApplicationFacts } from '../../src/applications/domain/applications.policy.js';
import { APPLICATION_STATES } from '../../src/applications/public.js';
import { SIDE_STATES } from '../../src/approvals/domain/decision-side.states.js';
import { SIDES, decisionsPolicy } from '../../src/approvals/domain/decisions.policy.js';
import type { SideFacts } from '../../src/approvals/domain/decisions.policy.js';
import { CALL_STATES } from '../../src/calls/domain/call.states.js';
import { callsPolicy } from '../../src/calls/domain/calls.policy.js';
import type { CallFacts } from '../../src/calls/domain/calls.policy.js';
import { mobilitiesPolicy } from '../../src/mobilities/domain/mobilities.policy.js';
import type { MobilityFacts } from '../../src/mobilities/domain/mobilities.policy.js';
import { MOBILITY_STATES } from '../../src/mobilities/domain/mobility.states.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { Actor } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
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
 * The policy says who may do what in two places, for one record in TypeScript and for a list in SQL, and row-level security
 * says once more who may read. Random worlds are written into the real database: people with grants of every scope, in
 * force or not, their deputies, machines, and records in every state. All three must say the same of every record.
 */

const NOW = new Date('2027-03-01T12:00:00Z');
const LATER = '2027-03-01T12:00:00.001Z';
const clock = new SettableClock(NOW);
const COUNTRIES = ['AA', 'BB', 'CC'];
/** Two institutions in the first country, one in each other; two units of each. */
const INSTITUTIONS = ['AA', 'AA', 'BB', 'CC'].map((country) => ({
  id: newId(),
  country,
  units: [newId(), newId()],
}));
const AGREEMENT = newId();
/** The first with two panels, the second with one. */
const CALLS = [2, 1].map((panels) => ({
  id: newId(),
  place: newId(),
  panels: Array.from({ length: panels }, () => newId()),
}));

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  dataSource = await new DataSource({ type: 'postgres', url: testDatabase.appUrl }).initialize();
  database = new Database(dataSource);
  await insertRows(owner, 'countries', COUNTRIES.map(countryRow));
  await insertRows(
    owner,
    'institutions',
    INSTITUTIONS.map(({ id, country }) => institutionRow(id, country)),
  );
  await insertRows(
    owner,
    'institution_units',
    INSTITUTIONS.flatMap(({ id, units }) =>
      units.map((unit) => ({ id: unit, institution_id: id, name: {}, created_at: LONG_AGO })),
    ),
  );
  await insertRows(owner, 'agreements', [agreementRow(AGREEMENT, ['AA', 'BB'])]);
  await insertCalls(
    owner,
    CALLS.map(({ id }) => callRow(id, AGREEMENT)),
  );
  await insertRows(
    owner,
    'call_places',
    CALLS.map(({ id, place }) => ({
      id: place,
      call_id: id,
      institution_id: INSTITUTIONS[2]?.id,
      field_code: '0613',
      language: 'en',
      language_level: 'B1',
      months: 5,
      capacity: 1000,
    })),
  );
  await insertRows(
    owner,
    'review_panels',
    CALLS.flatMap(({ id, panels }) =>
      panels.map((panel) => ({ id: panel, call_id: id, name: {}, created_at: LONG_AGO })),
    ),
  );
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
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
  confirmed: { needs_confirmation: true, confirmed_by: 'another', confirmed_at: NOW },
};
const standing = fc.oneof(
  { weight: 2, arbitrary: fc.constant('active') },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(STANDING)) },
);
const place = fc.nat(INSTITUTIONS.length - 1);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const coordinator = fc
  .record({ place, unit: maybe(fc.nat(1)), side: maybe(fc.constantFrom('home', 'host')) })
  .map(({ place: at, unit, side }) => ({
    role: 'coordinator',
    scope: {
      institution_id: INSTITUTIONS[at]?.id,
      unit_id: unit === null ? null : INSTITUTIONS[at]?.units[unit],
      side,
    },
  }));
const scoped = fc.oneof(
  { weight: 3, arbitrary: coordinator },
  fc.record({ place, role: fc.constantFrom('signatory', 'institution_administrator') }).map((drawn) => ({
    role: drawn.role,
    scope: { institution_id: INSTITUTIONS[drawn.place]?.id },
  })),
  fc
    .record({
      role: fc.constantFrom('ministry_officer', 'commission_member', 'commission_secretary'),
      country: fc.constantFrom(...COUNTRIES),
    })
    .map(({ role, country }) => ({ role, scope: { country } })),
);
const unscoped = fc.oneof(
  fc
    .constantFrom('programme_administrator', 'programme_administrator', 'auditor', 'support')
    .map((role) => ({ role, scope: {} })),
  fc.record({ call: fc.nat(1), panel: maybe(fc.nat(1)) }).map(({ call, panel }) => ({
    role: 'reviewer',
    scope: {
      call_id: CALLS[call]?.id,
      panel_id: panel === null ? null : (CALLS[call]?.panels[panel] ?? null),
    },
  })),
);
const PEOPLE = 6;
const grantDrawn = fc.record({
  holder: fc.nat(PEOPLE - 1),
  what: fc.oneof({ weight: 2, arbitrary: scoped }, { weight: 1, arbitrary: unscoped }),
  standing,
});
/** In every world: without them chance alone would say whether anybody may do what few may. */
const ALWAYS = [
  {
    holder: 0,
    what: { role: 'coordinator', scope: { institution_id: INSTITUTIONS[0]?.id } },
    standing: 'active',
  },
  { holder: 1, what: { role: 'ministry_officer', scope: { country: 'AA' } }, standing: 'active' },
  { holder: 2, what: { role: 'programme_administrator', scope: {} }, standing: 'active' },
  { holder: 3, what: { role: 'support', scope: {} }, standing: 'active' },
  {
    holder: 4,
    what: { role: 'signatory', scope: { institution_id: INSTITUTIONS[0]?.id } },
    standing: 'active',
  },
];
const deputyDrawn = fc.record({
  holder: fc.nat(PEOPLE - 1),
  principal: fc.nat(PEOPLE - 1),
  what: scoped,
  standing,
  original: standing,
});
/** Declared at the very instant or a moment later, lifted at it or a moment later, or standing. */
const conflictDrawn = fc.record({
  person: fc.nat(PEOPLE - 1),
  about: fc.nat(PEOPLE - 1),
  kind: fc.constantFrom('family', 'supervision'),
  declared: fc.constantFrom(LONG_AGO, NOW, LATER),
  lifted: maybe(fc.constantFrom(NOW, LATER)),
});
/** Found at the very instant or a moment later, gone or dismissed at it or a moment later, or standing; binding or not. */
const foundDrawn = fc.record({
  person: fc.nat(PEOPLE - 1),
  application: fc.nat(),
  binding: fc.nat(3).map((drawn) => drawn > 0),
  found: fc.constantFrom(LONG_AGO, NOW, LATER),
  ended: fc.option(fc.constantFrom(NOW, LATER), { nil: null, freq: 1 }),
  dismissed: fc.option(fc.constantFrom(NOW, LATER), { nil: null, freq: 1 }),
});
const clientDrawn = fc.record({ place, standing: fc.constantFrom('active', 'revoked', 'ends_now') });
/**
 * Who applies has one application a call, so those that come last often have no applicant: the states from which a single
 * act of theirs leads come first.
 */
const FIRST_STATES = ['withdrawn', 'offered'] as const;
const EACH_STATE = [
  ...FIRST_STATES,
  ...APPLICATION_STATES.filter((state) => !FIRST_STATES.some((first) => first === state)),
];
const applicationDrawn = fc.record({
  // The states in which offices act come more often than the many that nobody changes any more.
  state: fc.oneof(
    fc.constantFrom(...APPLICATION_STATES),
    fc.constantFrom('submitted' as const, 'screening' as const, 'eligible' as const),
  ),
  applicant: maybe(fc.nat(PEOPLE - 1)),
  call: fc.nat(1),
  panel: maybe(fc.nat(1)),
  home: maybe(place),
  homeCountry: fc.constantFrom(...COUNTRIES),
  homeUnit: maybe(fc.nat(1)),
  host: maybe(place),
  hostCountry: fc.nat(1),
  hostUnit: maybe(fc.nat(1)),
  freemover: fc.nat(4).map((drawn) => drawn === 0),
  independent: fc.nat(3).map((drawn) => drawn === 0),
  anonymous: fc.nat(3).map((drawn) => drawn === 0),
  // Who wrote it together with its applicant, and which of them stand in it still; most are one person's alone.
  authors: fc.oneof(
    { weight: 2, arbitrary: fc.constant<number[]>([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.nat(PEOPLE - 1), { maxLength: 2 }) },
  ),
  standing: fc.nat(2),
  numbered: fc.boolean(),
  transferred: fc.boolean(),
});
const decisionDrawn = fc.record({
  kind: fc.constantFrom('application', 'call', 'agreement'),
  application: fc.nat(),
  preparers: fc.array(fc.nat(PEOPLE - 1), { maxLength: 2 }),
  about: fc.array(fc.nat(PEOPLE - 1), { maxLength: 2 }),
  barred: fc.array(place, { maxLength: 2 }),
  countries: fc.shuffledSubarray(COUNTRIES, { minLength: 2, maxLength: 2 }),
  states: fc.tuple(fc.constantFrom(...SIDE_STATES), fc.constantFrom(...SIDE_STATES)),
  deciders: fc.tuple(fc.nat(PEOPLE - 1), fc.nat(PEOPLE - 1)),
});
const stayDrawn = fc.record({
  application: fc.nat(),
  participant: fc.nat(PEOPLE - 1),
  state: fc.constantFrom(...MOBILITY_STATES),
  countries: fc.shuffledSubarray(COUNTRIES, { minLength: 2, maxLength: 2 }),
  home: maybe(place),
  homeUnit: maybe(fc.nat(1)),
  host: place,
  hostUnit: maybe(fc.nat(1)),
  // Whether the host has the file still.
  hostSees: fc.boolean(),
});
const directionDrawn = fc.shuffledSubarray(COUNTRIES, { minLength: 2, maxLength: 2 });
const worldDrawn = fc.record({
  grants: fc.array(grantDrawn, { minLength: 4, maxLength: 12 }),
  deputies: fc.array(deputyDrawn, { minLength: 1, maxLength: 5 }),
  // Somebody who belongs everywhere may judge nothing.
  homes: fc.array(fc.option(place, { nil: null, freq: 1 }), { minLength: PEOPLE, maxLength: PEOPLE }),
  conflicts: fc.uniqueArray(conflictDrawn, {
    minLength: 1,
    maxLength: 4,
    selector: ({ person, about, kind }) => `${person} ${about} ${kind}`,
  }),
  found: fc.array(foundDrawn, { minLength: 6, maxLength: 20 }),
  clients: fc.array(clientDrawn, { minLength: 1, maxLength: 2 }),
  // One in each state, the others as chance has it.
  applications: fc
    .array(applicationDrawn, { minLength: 25, maxLength: 40 })
    .map((drawn) => drawn.map((one, index) => ({ ...one, state: EACH_STATE[index] ?? one.state }))),
  decisions: fc.array(decisionDrawn, { minLength: 6, maxLength: 10 }),
  stays: fc.array(stayDrawn, { minLength: 12, maxLength: 20 }),
  // A published one, in which one act alone is possible, comes often enough to meet somebody who may do it.
  calls: fc.array(
    fc.record({
      // A draft is what few may do most with.
      state: fc.oneof(
        fc.constantFrom(...CALL_STATES),
        fc.constantFrom('published' as const, 'draft' as const),
      ),
      direction: directionDrawn,
    }),
    { minLength: 5, maxLength: 8 },
  ),
  agreements: fc.array(
    fc.record({
      state: fc.constantFrom(...AGREEMENT_STATES),
      countries: directionDrawn,
      // Institutions among its parties, and who wrote the text that is proposed.
      places: fc.array(place, { maxLength: 2 }),
      wrote: fc.array(fc.nat(PEOPLE - 1), { maxLength: 1 }),
    }),
    { minLength: 5, maxLength: 8 },
  ),
});
type World = typeof worldDrawn extends fc.Arbitrary<infer T> ? T : never;

/** What a world is once it is written. */
interface Written {
  readonly people: readonly Id[];
  readonly clients: readonly { readonly id: Id; readonly institutionId: Id; readonly inForce: boolean }[];
  readonly applications: ReadonlyMap<string, ApplicationFacts>;
  readonly sides: ReadonlyMap<string, SideFacts>;
  /** Of each side the application that its decision is on, if it is on one. */
  readonly applicationOf: ReadonlyMap<string, string>;
  readonly calls: ReadonlyMap<string, CallFacts>;
  readonly agreements: ReadonlyMap<string, AgreementFacts>;
  readonly stays: ReadonlyMap<string, MobilityFacts>;
}

const DECIDED = ['approved', 'approved_with_conditions', 'returned', 'rejected'];
const SELECTED = ['awaiting_clearance', 'offered', 'accepted', 'conditions_pending', 'confirmed', 'deferred'];
const UNNUMBERED = ['draft', 'never_submitted', 'withdrawn'];
let running = 0;

async function write(world: World): Promise<Written> {
  const another = newId();
  const people = Array.from({ length: PEOPLE }, () => newId());
  const personOf = (index: number) => people[index % PEOPLE] ?? another;
  await insertRows(
    owner,
    'persons',
    [...people, another].map((id, index) => ({
      ...personRow(id, 'AA'),
      home_institution_id: INSTITUTIONS[world.homes[index] ?? -1]?.id ?? null,
    })),
  );
  const standingOf = (name: string): Row => {
    const row = STANDING[name] ?? {};
    return row.confirmed_by ? { ...row, confirmed_by: another } : row;
  };
  const originals = world.deputies.map(({ principal, what, original }) =>
    grantRow(personOf(principal), what.role, { ...what.scope, ...standingOf(original) }),
  );
  const deputies = world.deputies.flatMap((drawn, index): Row[] => {
    const original = originals[index];
    // Nobody is their own deputy: the next person is.
    const holder = drawn.holder === drawn.principal ? drawn.holder + 1 : drawn.holder;
    if (!original) return [];
    const scope = { ...drawn.what.scope, deputy_of: original.id, acting_for: original.person_id };
    const until = { valid_until: '2099-01-01T00:00:00Z' };
    return [
      grantRow(personOf(holder), drawn.what.role, { ...scope, ...until, ...standingOf(drawn.standing) }),
    ];
  });
  await insertRows(owner, 'role_grants', [
    ...[...ALWAYS, ...world.grants].map(({ holder, what, standing: name }) =>
      grantRow(personOf(holder), what.role, { ...what.scope, ...standingOf(name) }),
    ),
    ...originals,
  ]);
  await insertRows(owner, 'role_grants', deputies);
  const clients = world.clients.map((drawn) => ({
    id: newId(),
    institutionId: INSTITUTIONS[drawn.place]?.id ?? another,
    standing: drawn.standing,
  }));
  await insertRows(
    owner,
    'integration_clients',
    clients.map(({ id, institutionId, standing: name }) => ({
      id,
      institution_id: institutionId,
      name: 'test',
      issuer: 'https://issuer.example',
      subject: id,
      scopes: ['applications:read'],
      reason: 'test',
      granted_by: another,
      created_at: LONG_AGO,
      valid_until: name === 'ends_now' ? NOW : null,
      revoked_at: name === 'revoked' ? NOW : null,
    })),
  );

  const applications = await writeApplications(world, people);
  const [declaredOn] = applications.keys();
  await insertRows(
    owner,
    'conflict_declarations',
    world.conflicts
      .filter(({ person, about }) => person !== about)
      .map(({ person, about, kind, declared, lifted }) => ({
        id: newId(),
        person_id: personOf(person),
        about_id: personOf(about),
        kind,
        application_id: declaredOn,
        declared_at: declared,
        // Nothing is lifted before it was declared.
        ...(lifted !== null && new Date(lifted) >= new Date(declared)
          ? { lifted_at: lifted, lifted_by: another, lift_reason: 'test' }
          : {}),
      })),
  );
  const ids = [...applications.keys()];
  await insertRows(
    owner,
    'review_conflicts',
    world.found.map(({ person, application, binding, found, ended, dismissed }, index) => {
      // Nothing ends before it began.
      const after = (at: string | Date | null) =>
        at !== null && new Date(at) >= new Date(found) ? at : null;
      return {
        id: newId(),
        reviewer_id: personOf(person),
        application_id: ids[application % ids.length],
        kind: 'co_author',
        source: 'works',
        evidence: `10.1000/${index}`,
        binding,
        found_at: found,
        ended_at: after(ended),
        dismissed_at: after(dismissed),
        dismissed_by: after(dismissed) && another,
        dismissal: after(dismissed) && 'test',
      };
    }),
  );
  const { sides, applicationOf } = await writeDecisions(world, people, applications);
  const stays = await writeStays(world, people, ids);
  const calls = world.calls.map(({ state, direction }) => ({ id: newId(), state, direction }));
  await insertCalls(
    owner,
    calls.map(({ id, state }) => callRow(id, AGREEMENT, state)),
  );
  await insertRows(
    owner,
    'call_directions',
    calls.map(({ id, direction: [home, host] }) => ({ call_id: id, home_country: home, host_country: host })),
  );
  const agreements = world.agreements.map(({ state, countries, places, wrote }) => ({
    id: newId(),
    state,
    countries,
    institutions: places.flatMap((drawn) => INSTITUTIONS[drawn]?.id ?? []),
    preparers: state === 'proposed' ? wrote.flatMap((drawn) => people[drawn] ?? []) : [],
  }));
  await insertRows(
    owner,
    'agreements',
    agreements.map(({ id, countries, state, institutions }) => ({
      ...agreementRow(id, countries, state),
      parties: [
        ...countries.map((country) => ({ country, institutionId: null })),
        ...institutions.map((institutionId) => ({ country: '', institutionId })),
      ],
    })),
  );
  await insertRows(
    owner,
    'agreement_versions',
    agreements
      .filter(({ state }) => state === 'proposed')
      .map(({ id, preparers }) => ({
        id: newId(),
        agreement_id: id,
        number: 1,
        state: 'proposed',
        content: {},
        content_hash: '',
        preparers,
        ministries: true,
        created_at: LONG_AGO,
        proposed_at: LONG_AGO,
      })),
  );
  return {
    people,
    clients: clients.map((client) => ({ ...client, inForce: client.standing === 'active' })),
    applications,
    sides,
    applicationOf,
    calls: new Map(calls.map(({ id, state, direction }) => [id, { state, countries: direction }])),
    agreements: new Map(agreements.map(({ id, ...facts }) => [id, facts])),
    stays,
  };
}

async function writeStays(
  world: World,
  people: readonly Id[],
  applications: readonly string[],
): Promise<ReadonlyMap<string, MobilityFacts>> {
  const facts = new Map<string, MobilityFacts>();
  const taken = new Set<string>();
  const rows: Row[] = [];
  for (const drawn of world.stays) {
    const application = applications[drawn.application % applications.length] ?? '';
    // Of one application one stay counts, and those that were cancelled.
    if (drawn.state !== 'cancelled' && taken.has(application)) continue;
    if (drawn.state !== 'cancelled') taken.add(application);
    const home = INSTITUTIONS[drawn.home ?? -1];
    const host = INSTITUTIONS[drawn.host];
    const [homeCountry = '', hostCountry = ''] = drawn.countries;
    const id = newId();
    const record: MobilityFacts = {
      state: drawn.state,
      participantId: people[drawn.participant] ?? id,
      homeCountry,
      hostCountry,
      homeInstitutionId: home?.id ?? null,
      homeUnitId: drawn.homeUnit === null ? null : (home?.units[drawn.homeUnit] ?? null),
      hostInstitutionId: host?.id ?? id,
      hostUnitId: drawn.hostUnit === null ? null : (host?.units[drawn.hostUnit] ?? null),
      freemover: home === undefined,
      hostSees: drawn.hostSees,
    };
    facts.set(id, record);
    rows.push({
      id,
      application_id: application,
      call_id: CALLS[0]?.id,
      participant_id: record.participantId,
      agreement_id: AGREEMENT,
      category: 'student',
      academic_year: '2027/28',
      home_country: homeCountry,
      host_country: hostCountry,
      home_institution_id: record.homeInstitutionId,
      home_unit_id: record.homeUnitId,
      host_institution_id: record.hostInstitutionId,
      host_unit_id: record.hostUnitId,
      freemover: record.freemover,
      host_sees: record.hostSees,
      state: record.state,
      state_since: LONG_AGO,
      planned_from: '2027-09-01',
      planned_until: '2028-01-31',
      arrived_on: ['ongoing', 'departed'].includes(drawn.state) ? '2027-09-01' : null,
      departed_on: drawn.state === 'departed' ? '2028-01-31' : null,
      months: 5,
      funding: [],
      created_at: LONG_AGO,
    });
  }
  await insertRows(owner, 'mobilities', rows);
  return facts;
}

async function writeApplications(
  world: World,
  people: readonly Id[],
): Promise<ReadonlyMap<string, ApplicationFacts>> {
  const facts = new Map<string, ApplicationFacts>();
  const taken = new Set<string>();
  const strangers: Row[] = [];
  const rows = world.applications.map((drawn): Row => {
    const id = newId();
    const call = CALLS[drawn.call] ?? CALLS[0];
    const selected = SELECTED.includes(drawn.state);
    const transferred = drawn.transferred || selected;
    const numbered = drawn.numbered || !UNNUMBERED.includes(drawn.state) || transferred;
    const home = drawn.freemover ? undefined : INSTITUTIONS[drawn.home ?? (numbered ? 0 : -1)];
    const host = INSTITUTIONS[drawn.host ?? (transferred ? 1 : -1)];
    // One application of a person for a call.
    let applicantId = drawn.applicant === null ? undefined : people[drawn.applicant];
    if (!applicantId || taken.has(`${applicantId}/${drawn.call}`)) {
      applicantId = newId();
      strangers.push(personRow(applicantId, 'AA'));
    }
    taken.add(`${applicantId}/${drawn.call}`);
    running += 1;
    const authors = drawn.authors.flatMap((each) => people[each] ?? []).filter((id) => id !== applicantId);
    const record: ApplicationFacts = {
      id,
      state: drawn.state,
      applicantId,
      number: numbered ? `AA-2027-${String(running).padStart(6, '0')}` : null,
      homeInstitutionId: home?.id ?? null,
      homeCountry: drawn.homeCountry,
      freemover: drawn.freemover,
      homeUnitId: drawn.homeUnit === null ? null : (home?.units[drawn.homeUnit] ?? null),
      hostInstitutionId: host?.id ?? null,
      hostCountry: host
        ? (COUNTRIES.filter((country) => country !== drawn.homeCountry)[drawn.hostCountry] ?? null)
        : null,
      hostUnitId: drawn.hostUnit === null ? null : (host?.units[drawn.hostUnit] ?? null),
      transferredAt: transferred ? new Date(LONG_AGO) : null,
      callId: call?.id ?? '',
      panelId: drawn.panel === null ? null : (call?.panels[drawn.panel] ?? null),
      independentAssessment: drawn.independent,
      anonymousReading: drawn.anonymous,
      coAuthors: authors,
      coApplicants: authors.slice(0, drawn.standing),
    };
    facts.set(id, record);
    return {
      id,
      call_id: record.callId,
      form_version: 1,
      applicant_id: applicantId,
      home_country: record.homeCountry,
      home_institution_id: record.homeInstitutionId,
      freemover: record.freemover,
      home_unit_id: record.homeUnitId,
      host_country: record.hostCountry,
      host_institution_id: record.hostInstitutionId,
      host_unit_id: record.hostUnitId,
      panel_id: record.panelId,
      independent_assessment: record.independentAssessment,
      anonymous_reading: record.anonymousReading,
      co_authors: record.coAuthors,
      co_applicants: record.coApplicants,
      state: record.state,
      result: selected || drawn.state === 'provisional' || drawn.state === 'final' ? 'selected' : null,
      state_since: LONG_AGO,
      due_at: ['offered', 'returned'].includes(drawn.state) ? LATER : null,
      number: record.number,
      submissions: numbered ? 1 : 0,
      submitted_at: numbered ? LONG_AGO : null,
      language: 'sr-Cyrl',
      returned_fields: drawn.state === 'returned' ? ['person'] : null,
      return_reason: drawn.state === 'returned' ? 'test' : null,
      closing_reason: drawn.state === 'ineligible' ? 'test' : null,
      place_id: selected ? call?.place : null,
      transferred_at: record.transferredAt,
      created_at: LONG_AGO,
    };
  });
  await insertRows(owner, 'persons', strangers);
  await insertRows(owner, 'applications', rows);
  return facts;
}

async function writeDecisions(
  world: World,
  people: readonly Id[],
  applications: ReadonlyMap<string, ApplicationFacts>,
): Promise<Pick<Written, 'sides' | 'applicationOf'>> {
  // Both countries are asked about what has crossed between them, and not before.
  const crossed = [...applications].filter(([, { transferredAt }]) => transferredAt !== null);
  const sides = new Map<string, SideFacts>();
  const applicationOf = new Map<string, string>();
  const decisions: Row[] = [];
  const rows: Row[] = [];
  for (const drawn of world.decisions) {
    const found = drawn.kind === 'application' ? crossed[drawn.application % crossed.length] : undefined;
    const [application, about] = found ?? [];
    const [home = '', host = ''] = about ? [about.homeCountry, about.hostCountry ?? ''] : drawn.countries;
    const id = newId();
    const preparers = drawn.preparers.flatMap((index) => people[index] ?? []);
    const aboutPersons = drawn.about.flatMap((index) => people[index] ?? []);
    const barredInstitutions = drawn.barred.flatMap((index) => INSTITUTIONS[index]?.id ?? []);
    decisions.push({
      id,
      subject_kind: application ? 'application' : drawn.kind === 'call' ? 'call' : 'agreement',
      subject_id: application ?? newId(),
      subject_hash: id,
      home_country: home,
      host_country: host,
      preparers,
      about_persons: aboutPersons,
      barred_institutions: barredInstitutions,
      opened_at: LONG_AGO,
    });
    const both = [home, host].map((country, index) => {
      const state = drawn.states[index] ?? 'pending';
      const decidedBy = DECIDED.includes(state) ? (people[drawn.deciders[index] ?? 0] ?? null) : null;
      return { country, state, decidedBy };
    });
    both.forEach(({ country, state, decidedBy }, index) => {
      const other = both[1 - index];
      // Of those who are drawn for other parts: nobody is both bound and named.
      const recused = drawn.about.flatMap((each) => people[each + index] ?? []);
      const named = people[drawn.deciders[1 - index] ?? 0] ?? null;
      const delegateId = drawn.preparers.length > 1 && named && !recused.includes(named) ? named : null;
      sides.set(`${id}/${country}`, {
        state,
        country,
        otherCountry: other?.country ?? '',
        preparers,
        otherDecidedBy: other?.decidedBy ?? null,
        aboutPersons,
        barredInstitutions,
        recused,
        delegateId,
      });
      if (application) applicationOf.set(`${id}/${country}`, application);
      rows.push({
        decision_id: id,
        country,
        side: index === 0 ? 'home' : 'host',
        state,
        state_since: LONG_AGO,
        due_at: LATER,
        decided_by: decidedBy,
        reason_code: ['returned', 'rejected'].includes(state) ? 'other' : null,
        reason_text: ['returned', 'rejected'].includes(state) ? 'test' : null,
        conditions: state === 'approved_with_conditions' ? ['one'] : [],
        recused,
        delegate_id: delegateId,
      });
    });
  }
  await insertRows(owner, 'decisions', decisions);
  await insertRows(owner, 'decision_sides', rows);
  return { sides, applicationOf };
}

/** Everybody of a world, as sign-in would find them: with their second factor and without, and machines. */
async function actorsOf(world: Written): Promise<readonly Actor[]> {
  const people = new People();
  const actors: Actor[] = [ANONYMOUS];
  await database.read(systemContext(clock), async (ctx) => {
    for (const id of world.people) {
      const person = await people.withGrants(ctx, id);
      if (!person) throw new Error('a person was not written');
      const { name, grants, ties } = person;
      for (const secondFactor of [true, false]) {
        actors.push({ kind: 'person', personId: id, name, grants, ties, secondFactor, scopes: null });
      }
    }
  });
  for (const { id, institutionId, inForce } of world.clients) {
    actors.push({
      ...ANONYMOUS,
      kind: 'client',
      agentId: id,
      grants: inForce ? [{ role: 'integration_client', institutionId, country: null }] : [],
      scopes: ['applications:read', 'decisions:read', 'calls:read', 'agreements:read'],
    });
  }
  return actors;
}

/** Of every record what each of these conditions says, by its key, with the actor told as it is for every act. */
async function firstWall(
  actor: Actor,
  from: string,
  key: string,
  conditions: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Readonly<Record<string, boolean>>>> {
  const columns = Object.entries(conditions).map(([action, sql]) => `(${sql}) as "${action}"`);
  await owner.query('begin');
  await owner.query('select enter_act($1, $2, $3, $4, $5)', [
    actor.kind,
    actor.personId,
    actor.agentId ?? null,
    actor.secondFactor,
    NOW,
  ]);
  // The filter alone, without row-level security: behind it, a filter that lets too much through would look right.
  await owner.query('set local role none');
  const { rows } = await owner.query<Record<string, boolean> & { key: string }>(
    `select ${key} as key, ${columns.join(', ')} from ${from}`,
  );
  await owner.query('rollback');
  return new Map(rows.map((row) => [row.key, row]));
}

/** What the second wall alone lets through: no filter at all. */
function secondWall(actor: Actor, from: string, key: string, filter = 'true'): Promise<Set<string>> {
  return database.read({ ...systemContext(clock), actor }, async (ctx) => {
    const rows = await ctx.tx.query<{ key: string }[]>(`select ${key} as key from ${from} where ${filter}`);
    return new Set(rows.map((row) => row.key));
  });
}

const inWorld = (keys: Iterable<string>, column: string) =>
  `${column} in (${['00000000-0000-0000-0000-000000000000', ...keys].map((id) => `'${id}'`).join(', ')})`;

describe('one policy in three places', () => {
  it('filters lists as it decides single records, and row-level security reads as both', async () => {
    const seen = new Map<string, number>();
    const never = await holdInWorlds(
      fc.asyncProperty(worldDrawn, async (drawn) => {
        const world = await write(drawn);
        const decisionIds = [...new Set([...world.sides.keys()].map((key) => key.split('/')[0] ?? ''))];
        const subjects = [
          {
            policy: applicationsPolicy,
            facts: world.applications,
            from: 'applications r',
            key: 'r.id',
            where: inWorld(world.applications.keys(), 'r.id'),
          },
          {
            policy: decisionsPolicy,
            facts: world.sides,
            from: `${SIDES} r`,
            key: "r.decision_id || '/' || r.country",
            where: inWorld(decisionIds, 'r.decision_id'),
          },
          {
            policy: callsPolicy,
            facts: world.calls,
            from: 'calls r',
            key: 'r.id',
            where: inWorld(world.calls.keys(), 'r.id'),
          },
          {
            policy: agreementsPolicy,
            facts: world.agreements,
            from: 'agreements r',
            key: 'r.id',
            where: inWorld(world.agreements.keys(), 'r.id'),
          },
          {
            policy: mobilitiesPolicy,
            facts: world.stays,
            from: 'mobilities r',
            key: 'r.id',
            where: inWorld(world.stays.keys(), 'r.id'),
          },
        ] as const;
        for (const actor of await actorsOf(world)) {
          for (const { policy, facts, from, key, where } of subjects) {
            const records: ReadonlyMap<string, never> = facts as ReadonlyMap<string, never>;
            const says = await firstWall(
              actor,
              `${from} where ${where}`,
              key,
              Object.fromEntries(
                policy.actions().map((action) => [action, policy.filter(actor, action, 'r')]),
              ),
            );
            for (const action of policy.actions()) {
              const decided = [...records].filter(([, of]) => policy.decide(actor, action, of).allowed);
              const listed = [...says].filter(([, row]) => row[action]).map(([id]) => id);
              expect({ action, ids: listed.sort() }).toEqual({
                action,
                ids: decided.map(([id]) => id).sort(),
              });
              // What is there already is created by nobody.
              if (action !== 'application.create') seen.set(action, (seen.get(action) ?? 0) + decided.length);
            }
          }
          await secondWallReadsTheSame(actor, world, decisionIds);
        }
      }),
      seen,
      // Made smaller, a world is written hundreds of times, and the first failure is told too late.
      { numRuns: 20, endOnFailure: true },
    );
    expect(never).toEqual([]);
  }, 120_000);
});

async function secondWallReadsTheSame(
  actor: Actor,
  world: Written,
  decisionIds: readonly string[],
): Promise<void> {
  const may = (action: string, facts: ApplicationFacts) =>
    applicationsPolicy.decide(actor, action, facts).allowed;
  const readable = [...world.applications]
    .filter(([, facts]) =>
      ['application.read', 'application.read_shared', 'application.read_state'].some((action) =>
        may(action, facts),
      ),
    )
    .map(([id]) => id);
  const here = inWorld(world.applications.keys(), 'r.id');
  const visible = await secondWall(actor, 'applications r', 'r.id', here);
  expect([...visible].sort()).toEqual(readable.sort());

  // Both walls one behind the other, as every list of the application reads.
  const listable = [...world.applications].filter(([, facts]) => may('application.list', facts));
  const filter = applicationsPolicy.filter(actor, 'application.list', 'r');
  const listed = await secondWall(actor, 'applications r', 'r.id', `${here} and ${filter}`);
  expect([...listed].sort()).toEqual(listable.map(([id]) => id).sort());

  const stays = [...world.stays].filter(
    ([, facts]) => mobilitiesPolicy.decide(actor, 'mobility.read', facts).allowed,
  );
  const openStays = await secondWall(actor, 'mobilities r', 'r.id', inWorld(world.stays.keys(), 'r.id'));
  expect([...openStays].sort()).toEqual(stays.map(([id]) => id).sort());

  // A decision is open to who reads it by its own policy, to the parties of its file, and to who answers for the programme.
  const programme =
    actor.grants.some(({ role }) => role === 'auditor') ||
    (actor.secondFactor && actor.grants.some(({ role }) => role === 'programme_administrator'));
  const sides = [...world.sides].filter(([key, facts]) => {
    const application = world.applications.get(world.applicationOf.get(key) ?? '');
    const party =
      application &&
      applicationsPolicy
        .explain(actor, 'application.read', application)
        .some(({ role, reason }) => reason === null && role !== 'reviewer');
    const read = decisionsPolicy.decide(actor, 'decision.read', facts).allowed;
    return application ? party : read || programme;
  });
  const visibleSides = await secondWall(
    actor,
    'decision_sides r',
    "r.decision_id || '/' || r.country",
    inWorld(decisionIds, 'r.decision_id'),
  );
  expect([...visibleSides].sort()).toEqual(sides.map(([key]) => key).sort());
  for (const [key, facts] of world.sides) {
    if (decisionsPolicy.decide(actor, 'decision.read', facts).allowed) expect(visibleSides).toContain(key);
  }
}

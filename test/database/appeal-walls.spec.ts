import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { People } from '../../src/access/public.js';
import { AppealMemberRow } from '../../src/appeals/data/appeal-member.entity.js';
import { AppealRow } from '../../src/appeals/data/appeal.entity.js';
import { AppealsRepository } from '../../src/appeals/data/appeals.repository.js';
import { APPEAL_STATES } from '../../src/appeals/domain/appeal.states.js';
import type { AppealFacts } from '../../src/appeals/domain/appeals.policy.js';
import { appealsPolicy } from '../../src/appeals/domain/appeals.policy.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { sqlState } from '../../src/platform/database/sql-state.js';
import { SnakeCaseNaming } from '../../src/platform/database/snake-case-naming.js';
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
import { createTestDatabase } from './database-for-test.js';
import { holdInWorlds } from './worlds.js';

/**
 * Who may do what to an appeal: said by the policy for one record, by its filter for a list, and once more by the database.
 * Random worlds are written into the real database, and all three must agree.
 */

const NOW = new Date('2027-03-01T12:00:00Z');
const LATER = '2027-04-01T00:00:00Z';
const clock = new SettableClock(NOW);
const COUNTRIES = ['AA', 'BB', 'CC'];
const INSTITUTIONS = [newId(), newId()];
const AGREEMENT = newId();
const PEOPLE = 6;

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let dataSource: DataSource;
let database: Database;
const appeals = new AppealsRepository();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  dataSource = await new DataSource({
    type: 'postgres',
    url: testDatabase.appUrl,
    entities: [AppealRow, AppealMemberRow],
    namingStrategy: new SnakeCaseNaming(),
  }).initialize();
  database = new Database(dataSource);
  await insertRows(owner, 'countries', COUNTRIES.map(countryRow));
  await insertRows(
    owner,
    'institutions',
    INSTITUTIONS.map((id) => institutionRow(id, 'AA')),
  );
  await insertRows(owner, 'agreements', [agreementRow(AGREEMENT, ['AA', 'BB'])]);
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await owner.end();
  await testDatabase.drop();
});

const person = fc.nat(PEOPLE - 1);
const worldDrawn = fc.record({
  offices: fc.array(
    fc.tuple(
      person,
      fc.constantFrom(
        'programme_administrator',
        'commission_secretary',
        'commission_member',
        'commission_member',
        'ministry_officer',
        'reviewer',
        'reviewer',
      ),
      fc.constantFrom('AA', 'AA', 'BB', 'CC'),
    ),
    { minLength: 4, maxLength: 10 },
  ),
  homes: fc.array(fc.option(fc.nat(1), { nil: null, freq: 1 }), { minLength: PEOPLE, maxLength: PEOPLE }),
  conflicts: fc.uniqueArray(fc.tuple(person, person), {
    maxLength: 2,
    selector: ([one, other]) => `${one} ${other}`,
  }),
  appeals: fc.array(
    fc.record({
      applicant: person,
      state: fc.oneof(fc.constantFrom(...APPEAL_STATES), fc.constant('panel' as const)),
      independent: fc.boolean(),
      members: fc.uniqueArray(
        fc.record({ who: person, declared: fc.boolean(), voted: fc.boolean(), gone: fc.nat(4) }),
        { maxLength: 4, selector: ({ who }) => who },
      ),
    }),
    { minLength: 2, maxLength: 4 },
  ),
});
type World = typeof worldDrawn extends fc.Arbitrary<infer T> ? T : never;

/** In this one each act is somebody's. */
const EVERYTHING: World = {
  offices: [
    [1, 'commission_secretary', 'AA'],
    [2, 'commission_member', 'AA'],
    [3, 'reviewer', 'AA'],
    [4, 'programme_administrator', 'AA'],
  ],
  homes: Array.from({ length: PEOPLE }, () => null),
  conflicts: [],
  appeals: [
    { applicant: 0, state: 'lodged', independent: false, members: [] },
    {
      applicant: 5,
      state: 'panel',
      independent: false,
      members: [2, 3].map((who) => ({ who, declared: true, voted: true, gone: 1 })),
    },
    {
      applicant: 0,
      state: 'panel',
      independent: false,
      members: [2, 3].map((who) => ({ who, declared: who === 2, voted: false, gone: 1 })),
    },
    { applicant: 0, state: 'draft', independent: false, members: [] },
  ],
};

interface Written {
  readonly people: readonly Id[];
  readonly appeals: ReadonlyMap<Id, AppealFacts>;
}
let number = 0;

async function write(world: World): Promise<Written> {
  const people = Array.from({ length: PEOPLE }, () => newId());
  const of = (index: number) => people[index] ?? '';
  await insertRows(
    owner,
    'persons',
    people.map((id, index) => ({
      ...personRow(id, 'AA'),
      home_institution_id: INSTITUTIONS[world.homes[index] ?? -1] ?? null,
    })),
  );
  const call = newId();
  await insertCalls(owner, [callRow(call, AGREEMENT, 'in_selection')]);
  await insertRows(owner, 'call_directions', [{ call_id: call, home_country: 'AA', host_country: 'BB' }]);
  await insertRows(
    owner,
    'role_grants',
    world.offices.map(([who, role, country]) =>
      grantRow(
        of(who),
        role,
        role === 'reviewer' ? { call_id: call } : role === 'programme_administrator' ? {} : { country },
      ),
    ),
  );
  const written = world.appeals.map((drawn) => ({ ...drawn, id: newId(), application: newId() }));
  const applicants = new Map<number, Id>();
  await insertRows(
    owner,
    'applications',
    written
      .map(({ applicant, application, independent }) => {
        // One application of a person for the call; others are of people beside.
        const applicantId = applicants.has(applicant) ? null : of(applicant);
        applicants.set(applicant, application);
        number += 1;
        return { applicantId, application, independent, number };
      })
      .map(({ applicantId, application, independent, number: counted }) => ({
        id: application,
        call_id: call,
        form_version: 1,
        applicant_id: applicantId ?? people[0],
        home_country: 'AA',
        home_institution_id: INSTITUTIONS[0],
        host_country: 'BB',
        host_institution_id: INSTITUTIONS[1],
        state: applicantId ? 'scored' : 'withdrawn',
        state_since: LONG_AGO,
        created_at: LONG_AGO,
        submissions: 1,
        submitted_at: LONG_AGO,
        transferred_at: LONG_AGO,
        number: `AA-2027-${String(counted).padStart(6, '0')}`,
        language: 'sr-Cyrl',
        independent_assessment: independent,
      })),
  );
  await insertRows(
    owner,
    'conflict_declarations',
    world.conflicts
      .filter(([one, other]) => one !== other)
      .map(([one, other]) => ({
        id: newId(),
        person_id: of(one),
        about_id: of(other),
        kind: 'family',
        application_id: written[0]?.application,
        declared_at: LONG_AGO,
      })),
  );
  const { rows: owners } = await owner.query<{ id: Id; applicant: Id }>(
    'select id, applicant_id as applicant from applications where call_id = $1',
    [call],
  );
  const applicantOf = new Map(owners.map((row) => [row.id, row.applicant]));
  await insertRows(
    owner,
    'appeals',
    written.map(({ id, application, state }) => {
      const lodged = state !== 'draft';
      const decided = state === 'upheld' || state === 'rejected';
      return {
        id,
        application_id: application,
        call_id: call,
        applicant_id: applicantOf.get(application),
        home_country: 'AA',
        subject: 'screening',
        result_at: LONG_AGO,
        taken_until: LATER,
        state,
        state_since: LONG_AGO,
        created_at: LONG_AGO,
        ground: lodged ? 'procedure' : null,
        lodged_at: lodged ? LONG_AGO : null,
        admit_until: lodged ? LATER : null,
        decide_until: lodged ? LATER : null,
        panel_size: lodged ? 3 : null,
        admitted_at: ['inadmissible', 'panel', 'upheld', 'rejected'].includes(state) ? LONG_AGO : null,
        inadmissible_code: state === 'inadmissible' ? 'no_ground' : null,
        stage: state === 'upheld' ? 'screening' : null,
        votes_for: decided ? (state === 'upheld' ? 1 : 0) : null,
        votes_against: decided ? 0 : null,
        decided_at: decided ? LONG_AGO : null,
      };
    }),
  );
  const members = written.flatMap(({ id, members: seated }) =>
    seated.map((member, index) => ({ ...member, appeal: id, head: index === 0 && member.gone !== 0 })),
  );
  await insertRows(
    owner,
    'appeal_members',
    members.map(({ appeal, who, declared, head, gone }) => ({
      appeal_id: appeal,
      person_id: of(who),
      country: 'AA',
      head,
      seated_at: LONG_AGO,
      declared_at: declared ? LONG_AGO : null,
      removed_at: gone === 0 ? NOW.toISOString() : null,
    })),
  );
  await insertRows(
    owner,
    'appeal_votes',
    members
      .filter(({ voted, declared, gone }) => voted && declared && gone !== 0)
      .map(({ appeal, who }) => ({
        appeal_id: appeal,
        person_id: of(who),
        vote: 'reject',
        reasons: 'x',
        language: 'en',
        given_at: LONG_AGO,
      })),
  );
  await insertRows(
    owner,
    'appeal_words',
    written.map(({ id }) => ({
      appeal_id: id,
      kind: 'statement',
      text: 'x',
      language: 'en',
      written_at: LONG_AGO,
    })),
  );
  return database.read(systemContext(clock), async (ctx) => {
    const facts = new Map<Id, AppealFacts>();
    for (const { id } of written) facts.set(id, await appeals.factsOf(ctx, id));
    return { people, appeals: facts };
  });
}

async function actorsOf({ people }: Written): Promise<readonly Actor[]> {
  const register = new People();
  const actors: Actor[] = [ANONYMOUS];
  await database.read(systemContext(clock), async (ctx) => {
    for (const id of people) {
      const found = await register.withGrants(ctx, id);
      if (!found) throw new Error('a person was not written');
      const { name, grants, ties } = found;
      for (const secondFactor of [true, false]) {
        actors.push({ kind: 'person', personId: id, name, grants, ties, secondFactor, scopes: null });
      }
    }
  });
  return actors;
}

/** The filters alone, without row-level security: behind it, one that lets too much through would look right. */
async function firstWall(actor: Actor, ids: readonly Id[], filters: readonly string[]) {
  await owner.query('begin');
  await owner.query('select enter_act($1, $2, null, $3, $4)', [
    actor.kind,
    actor.personId,
    actor.secondFactor,
    NOW,
  ]);
  await owner.query('set local role none');
  const columns = filters.map((sql, index) => `(${sql}) as f${index}`).join(', ');
  const { rows } = await owner
    .query<Record<string, unknown> & { id: Id }>(
      `select r.id, ${columns} from appeals r where r.id = any ($1)`,
      [ids],
    )
    .finally(() => owner.query('rollback'));
  return filters.map((_sql, index) =>
    rows
      .filter((row) => row[`f${index}`] === true)
      .map(({ id }) => id)
      .sort(),
  );
}

/** What the database lets through by itself. */
function secondWall(actor: Actor, table: string, key: string, ids: readonly Id[]): Promise<Id[]> {
  return database.read({ ...systemContext(clock), actor }, async (ctx) => {
    const rows = await ctx.tx.query<{ id: Id }[]>(
      `select distinct ${key} as id from ${table} where ${key} = any ($1) order by 1`,
      [ids],
    );
    return rows.map(({ id }) => id);
  });
}

describe('appeals', () => {
  it('are open to the same people by the policy and its filter, and to nobody else by the database', async () => {
    const seen = new Map<string, number>();
    const never = await holdInWorlds(
      fc.asyncProperty(worldDrawn, async (drawn) => {
        const world = await write(drawn);
        const ids = [...world.appeals.keys()];
        for (const actor of await actorsOf(world)) {
          const actions = appealsPolicy.actions();
          const listed = await firstWall(
            actor,
            ids,
            actions.map((action) => appealsPolicy.filter(actor, action, 'r')),
          );
          const may = (action: string) =>
            [...world.appeals]
              .filter(([, facts]) => appealsPolicy.decide(actor, action, facts).allowed)
              .map(([id]) => id)
              .sort();
          actions.forEach((action, index) => {
            const decided = may(action);
            expect({ action, ids: listed[index] }).toEqual({ action, ids: decided });
            seen.set(action, (seen.get(action) ?? 0) + decided.length);
          });
          // Nothing that the policy opens is behind the wall, and a draft is nobody's but its author's.
          const rows = await secondWall(actor, 'appeals', 'id', ids);
          expect(rows).toEqual(expect.arrayContaining(may('appeal.read')));
          const words = await secondWall(actor, 'appeal_words', 'appeal_id', ids);
          expect(words).toEqual(expect.arrayContaining(may('appeal.read_content')));
          for (const id of new Set([...rows, ...words])) {
            const { state, applicantId } = world.appeals.get(id) ?? {};
            expect(state !== 'draft' || applicantId === actor.personId).toBe(true);
          }
          // Votes: one's own, and others' once it is in.
          const votes = await secondWall(actor, 'appeal_votes', 'appeal_id', ids);
          for (const id of votes) {
            const { voted = [], state } = world.appeals.get(id) ?? {};
            const own = actor.personId !== null && voted.includes(actor.personId);
            expect(own || state === 'upheld' || state === 'rejected').toBe(true);
          }
        }
      }),
      seen,
      { numRuns: 15, examples: [[EVERYTHING]] },
    );
    expect(never).toEqual([]);
  }, 120_000);

  it.each([
    'update appeal_votes set vote = vote',
    'delete from appeal_votes',
    'delete from appeals',
    'delete from appeal_words',
    'delete from appeal_members',
    "update appeal_snapshots set content = '{}'",
  ])('keep what was done, also from the application itself: %s', async (sql) => {
    const refused = await database
      .transaction(systemContext(clock), (ctx) => ctx.tx.query(sql))
      .then(
        () => null,
        (error: unknown) => sqlState(error),
      );
    expect(refused).toBe('42501');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { APPLICATION_STATES } from '../../src/applications/public.js';
import { applicationsPolicy } from '../../src/applications/domain/applications.policy.js';
import type { ApplicationFacts } from '../../src/applications/domain/applications.policy.js';
import type { Actor, Grant } from '../../src/shared/actor.js';
import { createTestDatabase } from './database-for-test.js';

/**
 * The policy says who may read an application in three places: for one record in TypeScript, for a list in SQL, and once
 * more in the database's row-level security. Here random people meet random records, and all three must say the same.
 */

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let wall: string;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ qual: string }>(
    "select qual from pg_policies where tablename = 'applications' and policyname = 'visible'",
  );
  wall = rows[0]?.qual ?? '';
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const PEOPLE = [1, 2, 3].map(uuid);
const INSTITUTIONS = [11, 12, 13].map(uuid);
const UNITS = [21, 22].map(uuid);
const CALLS = [31, 32].map(uuid);
const PANELS = [41, 42].map(uuid);
const COUNTRIES = ['AA', 'BB', 'CC'];

const facts: fc.Arbitrary<ApplicationFacts> = fc.record({
  state: fc.constantFrom(...APPLICATION_STATES),
  applicantId: fc.constantFrom(...PEOPLE),
  number: fc.option(fc.constant('AA-2027-000001'), { nil: null }),
  homeInstitutionId: fc.option(fc.constantFrom(...INSTITUTIONS), { nil: null }),
  homeCountry: fc.constantFrom(...COUNTRIES),
  hostInstitutionId: fc.option(fc.constantFrom(...INSTITUTIONS), { nil: null }),
  hostCountry: fc.option(fc.constantFrom(...COUNTRIES), { nil: null }),
  homeUnitId: fc.option(fc.constantFrom(...UNITS), { nil: null }),
  hostUnitId: fc.option(fc.constantFrom(...UNITS), { nil: null }),
  callId: fc.constantFrom(...CALLS),
  panelId: fc.option(fc.constantFrom(...PANELS), { nil: null }),
  transferredAt: fc.option(fc.constant(new Date(0)), { nil: null }),
});

const grant: fc.Arbitrary<Grant> = fc.oneof(
  fc.record({
    role: fc.constant('coordinator' as const),
    institutionId: fc.constantFrom(...INSTITUTIONS),
    country: fc.constant(null),
  }),
  fc.record({
    role: fc.constantFrom('ministry_officer' as const, 'commission_member' as const),
    institutionId: fc.constant(null),
    country: fc.constantFrom(...COUNTRIES),
  }),
  fc.record({
    role: fc.constantFrom('auditor' as const, 'programme_administrator' as const, 'reviewer' as const),
    institutionId: fc.constant(null),
    country: fc.constant(null),
  }),
);

const actor: fc.Arbitrary<Actor> = fc.record({
  kind: fc.constant('person' as const),
  personId: fc.constantFrom(...PEOPLE),
  name: fc.constant('x'),
  grants: fc.array(grant, { maxLength: 3 }),
  secondFactor: fc.constant(true),
  scopes: fc.constant(null),
});

/** Answers of a condition of SQL for each record, with the actor told to the database as it is for every act. */
async function answers(
  who: Actor,
  condition: string,
  records: readonly ApplicationFacts[],
): Promise<boolean[]> {
  const scopes = (role: string, key: 'institutionId' | 'country') =>
    `{${who.grants
      .filter((each) => each.role === role)
      .flatMap((each) => each[key] ?? [])
      .join(',')}}`;
  await owner.query(
    `select set_config('most.actor_kind', 'person', false), set_config('most.person', $1, false),
       set_config('most.coordinates', $2, false), set_config('most.officer_of', $3, false),
       set_config('most.commission_of', $4, false), set_config('most.programme_roles', '{}', false)`,
    [
      who.personId,
      scopes('coordinator', 'institutionId'),
      scopes('ministry_officer', 'country'),
      scopes('commission_member', 'country'),
    ],
  );
  const { rows } = await owner.query<{ says: boolean }>(
    `select coalesce(${condition}, false) as says from jsonb_to_recordset($1) as applications(
       place integer, state text, applicant_id uuid, number text, home_institution_id uuid, home_country text,
       host_institution_id uuid, host_country text, transferred_at timestamptz) order by place`,
    [
      JSON.stringify(
        records.map((record, place) => ({
          place,
          state: record.state,
          applicant_id: record.applicantId,
          number: record.number,
          home_institution_id: record.homeInstitutionId,
          home_country: record.homeCountry,
          host_institution_id: record.hostInstitutionId,
          host_country: record.hostCountry,
          transferred_at: record.transferredAt,
        })),
      ),
    ],
  );
  return rows.map((row) => row.says);
}

describe('one policy in three places', () => {
  it('lists exactly what it lets be read, and so does row-level security', async () => {
    await fc.assert(
      fc.asyncProperty(actor, fc.array(facts, { minLength: 20, maxLength: 40 }), async (who, records) => {
        const decided = records.map(
          (record) => applicationsPolicy.decide(who, 'application.read', record).allowed,
        );
        const filter = applicationsPolicy.filter(who, 'application.read', 'applications');
        expect(await answers(who, filter, records)).toEqual(decided);
        expect(await answers(who, wall, records)).toEqual(decided);
      }),
      { numRuns: 150 },
    );
  });

  it('lists for every action no more than row-level security lets through', async () => {
    await fc.assert(
      fc.asyncProperty(
        actor,
        fc.constantFrom(...applicationsPolicy.actions()),
        fc.array(facts, { minLength: 20, maxLength: 40 }),
        async (who, action, records) => {
          const listed = await answers(who, applicationsPolicy.filter(who, action, 'applications'), records);
          const visible = await answers(who, wall, records);
          expect(listed.filter((says, place) => says && !visible[place])).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { People } from '../../src/access/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { sqlState } from '../../src/platform/database/sql-state.js';
import { SnakeCaseNaming } from '../../src/platform/database/snake-case-naming.js';
import { DiscussionEntryRow } from '../../src/reviews/data/discussion-entry.entity.js';
import { DiscussionsRepository } from '../../src/reviews/data/discussions.repository.js';
import { InterviewRow } from '../../src/reviews/data/interview.entity.js';
import { InterviewsRepository } from '../../src/reviews/data/interviews.repository.js';
import { PanelsRepository } from '../../src/reviews/data/panels.repository.js';
import { ReviewAssignmentRow } from '../../src/reviews/data/review-assignment.entity.js';
import { ReviewMemberRow } from '../../src/reviews/data/review-member.entity.js';
import { ReviewPanelRow } from '../../src/reviews/data/review-panel.entity.js';
import { ReviewsRepository } from '../../src/reviews/data/reviews.repository.js';
import { ASSIGNMENT_STATES } from '../../src/reviews/domain/assignment.states.js';
import { PANEL_PHASES } from '../../src/reviews/domain/panel.states.js';
import { discussionsPolicy } from '../../src/reviews/domain/discussions.policy.js';
import type { DiscussionFacts } from '../../src/reviews/domain/discussions.policy.js';
import { INTERVIEW_STATES } from '../../src/reviews/domain/interview.states.js';
import { interviewsPolicy } from '../../src/reviews/domain/interviews.policy.js';
import type { InterviewFacts } from '../../src/reviews/domain/interviews.policy.js';
import { panelsPolicy } from '../../src/reviews/domain/panels.policy.js';
import type { PanelFacts } from '../../src/reviews/domain/panels.policy.js';
import { reviewsPolicy } from '../../src/reviews/domain/reviews.policy.js';
import type { ReviewFacts } from '../../src/reviews/domain/reviews.policy.js';
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
 * Who sees which panel, which assignment and which word of a review: said by the policy for one record, by its filter for a
 * list, and once more by the database. Random worlds are written into the real database, and all three must say the same.
 */

const NOW = new Date('2027-03-01T12:00:00Z');
const clock = new SettableClock(NOW);
const COUNTRIES = ['AA', 'BB', 'CC'];
const INSTITUTIONS = [newId(), newId(), newId()];
const AGREEMENT = newId();
const PEOPLE = 7;

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let dataSource: DataSource;
let database: Database;
const panels = new PanelsRepository();
const reviews = new ReviewsRepository();
const discussions = new DiscussionsRepository();
const interviews = new InterviewsRepository();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  dataSource = await new DataSource({
    type: 'postgres',
    url: testDatabase.appUrl,
    entities: [ReviewPanelRow, ReviewMemberRow, ReviewAssignmentRow, DiscussionEntryRow, InterviewRow],
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
  bySide: fc.boolean(),
  phases: fc.tuple(fc.constantFrom(...PANEL_PHASES), fc.constantFrom(...PANEL_PHASES, 'discussion' as const)),
  // Of the call, or of one of its two panels.
  reviewers: fc.array(fc.tuple(person, fc.constantFrom(-1, -1, 0, 1)), { minLength: 3, maxLength: 8 }),
  members: fc.uniqueArray(fc.tuple(person, fc.nat(1), fc.boolean()), {
    minLength: 4,
    maxLength: 9,
    selector: ([who, panel]) => `${who} ${panel}`,
  }),
  offices: fc.array(
    fc.tuple(
      person,
      fc.constantFrom('programme_administrator', 'commission_secretary', 'commission_member', 'auditor'),
      fc.constantFrom(...COUNTRIES),
    ),
    { minLength: 2, maxLength: 5 },
  ),
  homes: fc.array(fc.option(fc.nat(2), { nil: null }), { minLength: PEOPLE, maxLength: PEOPLE }),
  applications: fc.array(
    fc.record({
      applicant: fc.option(person, { nil: null, freq: 2 }),
      home: fc.nat(2),
      independent: fc.boolean(),
      anonymous: fc.boolean(),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  assignments: fc.uniqueArray(
    fc.record({
      panel: fc.nat(1),
      application: fc.nat(3),
      reviewer: person,
      // What is handed in comes more often than what was let go.
      state: fc.oneof(
        fc.constantFrom(...ASSIGNMENT_STATES),
        fc.constantFrom('submitted' as const, 'assigned' as const),
      ),
    }),
    {
      minLength: 8,
      maxLength: 20,
      selector: ({ panel, application, reviewer }) => `${panel} ${application} ${reviewer}`,
    },
  ),
  found: fc.array(fc.tuple(person, fc.nat(3), fc.constantFrom('binding', 'binding', 'noted', 'dismissed')), {
    maxLength: 3,
  }),
  // Who wrote in which discussion, and who sums which up.
  meetings: fc.array(fc.constantFrom(...INTERVIEW_STATES, 'invited' as const, 'booked' as const), {
    minLength: 8,
    maxLength: 8,
  }),
  authors: fc.array(person, { minLength: 4, maxLength: 4 }),
  named: fc.array(fc.option(person, { nil: null }), { minLength: 4, maxLength: 4 }),
  conflicts: fc.uniqueArray(fc.tuple(person, person), {
    maxLength: 3,
    selector: ([one, other]) => `${one} ${other}`,
  }),
});
type World = typeof worldDrawn extends fc.Arbitrary<infer T> ? T : never;

interface Written {
  readonly people: readonly Id[];
  readonly panels: ReadonlyMap<Id, PanelFacts>;
  readonly reviews: ReadonlyMap<Id, ReviewFacts>;
  /** By entry. */
  readonly discussions: ReadonlyMap<Id, DiscussionFacts>;
  readonly interviews: ReadonlyMap<Id, InterviewFacts>;
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
  const panelIds = [newId(), newId()];
  await insertRows(
    owner,
    'review_panels',
    panelIds.map((id, index) => ({
      id,
      call_id: call,
      name: {},
      created_at: LONG_AGO,
      country: world.bySide ? COUNTRIES[index] : null,
      phase: world.phases[index],
      phase_since: LONG_AGO,
    })),
  );
  await insertRows(owner, 'role_grants', [
    ...world.reviewers.map(([who, panel]) =>
      grantRow(of(who), 'reviewer', { call_id: call, panel_id: panelIds[panel] ?? null }),
    ),
    ...world.offices.map(([who, role, country]) =>
      grantRow(of(who), role, role.startsWith('commission') ? { country } : {}),
    ),
  ]);
  const led = new Set<number>();
  await insertRows(
    owner,
    'review_members',
    world.members.map(([who, panel, lead]) => {
      const first = lead && !led.has(panel);
      if (first) led.add(panel);
      return { panel_id: panelIds[panel], person_id: of(who), lead: first, added_at: LONG_AGO };
    }),
  );
  const strangers: Id[] = [];
  const taken = new Set<number>();
  const applications = world.applications.map(({ applicant, home, independent, anonymous }) => {
    let applicantId = applicant === null || taken.has(applicant) ? '' : of(applicant);
    if (applicant !== null) taken.add(applicant);
    if (!applicantId) {
      applicantId = newId();
      strangers.push(applicantId);
    }
    number += 1;
    return {
      id: newId(),
      call_id: call,
      form_version: 1,
      applicant_id: applicantId,
      home_country: 'AA',
      home_institution_id: INSTITUTIONS[home],
      host_country: 'BB',
      host_institution_id: INSTITUTIONS[0],
      state: 'in_review',
      state_since: LONG_AGO,
      created_at: LONG_AGO,
      submissions: 1,
      submitted_at: LONG_AGO,
      transferred_at: LONG_AGO,
      number: `AA-2027-${String(number).padStart(6, '0')}`,
      language: 'sr-Cyrl',
      independent_assessment: independent,
      anonymous_reading: anonymous,
    };
  });
  await insertRows(
    owner,
    'persons',
    strangers.map((id) => personRow(id, 'AA')),
  );
  await insertRows(owner, 'applications', applications);
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
        application_id: applications[0]?.id,
        declared_at: LONG_AGO,
      })),
  );
  await insertRows(
    owner,
    'review_conflicts',
    world.found.map(([who, application, how], index) => ({
      id: newId(),
      reviewer_id: of(who),
      application_id: applications[application % applications.length]?.id,
      kind: 'co_author',
      source: 'works',
      evidence: `10.1000/${index}`,
      binding: how !== 'noted',
      found_at: LONG_AGO,
      dismissed_at: how === 'dismissed' ? LONG_AGO : null,
      dismissed_by: how === 'dismissed' ? of((who + 1) % PEOPLE) : null,
      dismissal: how === 'dismissed' ? 'test' : null,
    })),
  );
  const assignments = world.assignments.map((drawn) => ({
    id: newId(),
    panel_id: panelIds[drawn.panel],
    application_id: applications[drawn.application % applications.length]?.id,
    reviewer_id: of(drawn.reviewer),
    // Of two of one reviewer for one application the second was let go.
    state: drawn.application < applications.length ? drawn.state : 'withdrawn',
    state_since: LONG_AGO,
    assigned_at: LONG_AGO,
    due_at: LONG_AGO,
    reason: 'test',
  }));
  const [first] = assignments;
  await insertRows(
    owner,
    'review_assignments',
    assignments.map((row) => ({
      ...row,
      replaced_by: row.state === 'replaced' && row !== first ? first?.id : null,
      state: row.state === 'replaced' && row === first ? 'withdrawn' : row.state,
    })),
  );
  await insertRows(
    owner,
    'review_drafts',
    assignments.map(({ id }) => ({ assignment_id: id, content: {}, revision: 1, saved_at: LONG_AGO })),
  );
  await insertRows(
    owner,
    'reviews',
    assignments.map(({ id }) => ({
      assignment_id: id,
      version: 1,
      content: {},
      points: 50_000,
      recommendation: 'support',
      language: 'en',
      submitted_at: LONG_AGO,
    })),
  );
  const discussed = [
    ...new Map(
      assignments
        .filter(({ state }) => state === 'submitted')
        .map((row) => [`${row.panel_id} ${row.application_id}`, row]),
    ).values(),
  ].map(({ panel_id, application_id }, index) => ({
    panel_id,
    application_id,
    author: of(world.authors[index % 4] ?? 0),
    named: world.named[index % 4] ?? null,
  }));
  const members = await owner.query<{ panel: Id; person: Id }>(
    'select panel_id as panel, person_id as person from review_members where panel_id = any ($1)',
    [panelIds],
  );
  const entries = discussed.flatMap(({ panel_id, application_id, author }) =>
    // By somebody who may be no member any more, and by each who is.
    [author, ...members.rows.filter(({ panel }) => panel === panel_id).map(({ person: id }) => id)].map(
      (id) => ({
        id: newId(),
        panel_id,
        application_id,
        author_id: id,
        text: 'test',
        language: 'en',
        written_at: LONG_AGO,
      }),
    ),
  );
  await insertRows(owner, 'review_discussion_entries', entries);
  await insertRows(
    owner,
    'review_leads',
    discussed.flatMap(({ panel_id, application_id, named }) =>
      named === null
        ? []
        : [{ panel_id, application_id, person_id: of(named), named_by: of(named), named_at: LONG_AGO }],
    ),
  );
  await insertRows(
    owner,
    'review_summaries',
    discussed.map(({ panel_id, application_id, author }) => ({
      panel_id,
      application_id,
      version: 1,
      author_id: author,
      text: 'test',
      language: 'en',
      submitted_at: LONG_AGO,
    })),
  );
  const drafts = new Map(
    entries.map(({ panel_id, application_id, author_id }) => [
      `${panel_id} ${application_id} ${author_id}`,
      { panel_id, application_id, author_id, text: '', feedback: '', revision: 1, saved_at: LONG_AGO },
    ]),
  );
  await insertRows(owner, 'review_summary_drafts', [...drafts.values()]);
  const meetings = panelIds.flatMap((panel, place) =>
    applications.map((application, index) => {
      const id = newId();
      const starts = new Date(Date.parse(LONG_AGO) + (place * 8 + index + 1) * 3_600_000);
      const state = world.meetings[(place * 4 + index) % 8] ?? 'invited';
      return { id, slot: newId(), panel, application, starts, state };
    }),
  );
  await insertRows(
    owner,
    'interview_slots',
    meetings.map(({ slot, panel, starts }) => ({
      id: slot,
      panel_id: panel,
      starts_at: starts,
      minutes: 30,
      place: 'test',
      created_by: of(0),
      created_at: LONG_AGO,
    })),
  );
  await insertRows(
    owner,
    'interviews',
    meetings.map(({ id, slot, panel, application, starts, state }) => {
      const timed = state !== 'invited' && state !== 'cancelled';
      const until = new Date(starts.getTime() + 1_800_000);
      return {
        id,
        panel_id: panel,
        application_id: application.id,
        applicant_id: application.applicant_id,
        state,
        state_since: LONG_AGO,
        slot_id: timed ? slot : null,
        period: timed ? `[${starts.toISOString()},${until.toISOString()})` : null,
        reason: 'test',
        invited_by: of(0),
        invited_at: LONG_AGO,
      };
    }),
  );
  await insertRows(
    owner,
    'interview_notes',
    meetings.flatMap(({ id }) =>
      people.map((author) => ({
        id: newId(),
        interview_id: id,
        author_id: author,
        text: 'test',
        language: 'en',
        written_at: LONG_AGO,
      })),
    ),
  );
  return database.read(systemContext(clock), async (ctx) => {
    const written = {
      people,
      panels: new Map<Id, PanelFacts>(),
      reviews: new Map<Id, ReviewFacts>(),
      discussions: new Map<Id, DiscussionFacts>(),
      interviews: new Map<Id, InterviewFacts>(),
    };
    for (const { id } of meetings) written.interviews.set(id, await interviews.factsOf(ctx, id));
    for (const { id, panel_id, application_id, author_id } of entries) {
      const facts = await discussions.factsOf(ctx, panel_id ?? '', application_id ?? '');
      written.discussions.set(id, { ...facts, authorId: author_id });
    }
    for (const id of panelIds) written.panels.set(id, (await panels.find(ctx, id)).facts);
    for (const { id } of assignments) written.reviews.set(id, await reviews.factsOf(ctx, id));
    return written;
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
async function firstWall(actor: Actor, table: string, ids: readonly Id[], filters: readonly string[]) {
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
      `select r.id, ${columns} from ${table} r where r.id = any ($1)`,
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
      `select ${key} as id from ${table} where ${key} = any ($1) order by 1`,
      [ids],
    );
    return rows.map(({ id }) => id);
  });
}

/** Of which applications in which panels of the world rows of a table come through. */
function inPanels(actor: Actor, table: string, { panels: of }: Written): Promise<string[]> {
  return database.read({ ...systemContext(clock), actor }, async (ctx) => {
    const rows = await ctx.tx.query<{ key: string }[]>(
      `select distinct panel_id || ' ' || application_id as key from ${table} where panel_id = any ($1)`,
      [[...of.keys()]],
    );
    return rows.map(({ key }) => key).sort();
  });
}

describe('panels and reviews', () => {
  it('are open to the same people by the policy, by its filter and by the database', async () => {
    const seen = new Map<string, number>();
    const never = await holdInWorlds(
      fc.asyncProperty(worldDrawn, async (drawn) => {
        const world = await write(drawn);
        for (const actor of await actorsOf(world)) {
          for (const [policy, facts, table] of [
            [panelsPolicy, world.panels, '(select *, phase as state from review_panels)'],
            [reviewsPolicy, world.reviews, 'review_assignments'],
            [interviewsPolicy, world.interviews, 'interviews'],
            [
              discussionsPolicy,
              world.discussions,
              `(select e.*, p.phase as state from review_discussion_entries e
                join review_panels p on p.id = e.panel_id)`,
            ],
          ] as const) {
            const records: ReadonlyMap<Id, never> = facts as ReadonlyMap<Id, never>;
            const actions = policy.actions();
            const listed = await firstWall(
              actor,
              table,
              [...records.keys()],
              actions.map((action) => policy.filter(actor, action, 'r')),
            );
            actions.forEach((action, index) => {
              const decided = [...records]
                .filter(([, of]) => policy.decide(actor, action, of).allowed)
                .map(([id]) => id)
                .sort();
              expect({ action, ids: listed[index] }).toEqual({ action, ids: decided });
              seen.set(action, (seen.get(action) ?? 0) + decided.length);
            });
          }
          const ids = [...world.reviews.keys()];
          const may = (action: string) =>
            [...world.reviews]
              .filter(([, facts]) => reviewsPolicy.decide(actor, action, facts).allowed)
              .map(([id]) => id)
              .sort();
          expect(await secondWall(actor, 'review_assignments', 'id', ids)).toEqual(may('review.read'));
          expect(await secondWall(actor, 'reviews', 'assignment_id', ids)).toEqual(
            may('review.read_content'),
          );
          const met = [...world.interviews.keys()];
          const mayOf = (action: string) =>
            [...world.interviews]
              .filter(([, facts]) => interviewsPolicy.decide(actor, action, facts).allowed)
              .map(([id]) => id)
              .sort();
          expect(await secondWall(actor, 'interviews', 'id', met)).toEqual(mayOf('interview.read'));
          // Of notes one reads all, or one's own.
          const noted = await database.read({ ...systemContext(clock), actor }, (ctx) =>
            ctx.tx.query<{ id: Id; all: boolean }[]>(
              `select interview_id as id, count(*) > 1 as all from interview_notes where interview_id = any ($1)
               group by 1 order by 1`,
              [met],
            ),
          );
          const ofMember = [...world.interviews]
            .filter(([, facts]) =>
              interviewsPolicy
                .explain(actor, 'interview.read', facts)
                .some(({ relation, reason }) => relation === 'member' && reason === null),
            )
            .map(([id]) => id)
            .sort();
          expect(noted.map(({ id }) => id)).toEqual(ofMember);
          expect(noted.filter(({ all }) => all).map(({ id }) => id)).toEqual(mayOf('interview.read_notes'));
          const talks = [...world.discussions];
          const reads = talks.filter(
            ([, facts]) => discussionsPolicy.decide(actor, 'discussion.read', facts).allowed,
          );
          expect(
            await secondWall(
              actor,
              'review_discussion_entries',
              'id',
              talks.map(([id]) => id),
            ),
          ).toEqual(reads.map(([id]) => id).sort());
          const keysOf = (facts: readonly (readonly [Id, DiscussionFacts])[]) =>
            [...new Set(facts.map(([, { panelId, applicationId }]) => `${panelId} ${applicationId}`))].sort();
          expect(await inPanels(actor, 'review_summaries', world)).toEqual(keysOf(reads));
          expect(await inPanels(actor, 'review_summary_drafts', world)).toEqual(
            keysOf(
              reads
                .filter(([, { summariserId }]) => summariserId === actor.personId)
                .filter(([, facts]) =>
                  talks.some(
                    ([, other]) =>
                      other.panelId === facts.panelId &&
                      other.applicationId === facts.applicationId &&
                      other.authorId === actor.personId,
                  ),
                ),
            ),
          );
          // What is being written is nobody's but its author's, whatever else somebody reads.
          const own = [...world.reviews]
            .filter(([, facts]) =>
              reviewsPolicy
                .explain(actor, 'review.read_content', facts)
                .some(({ relation, reason }) => relation === 'own' && reason === null),
            )
            .map(([id]) => id)
            .sort();
          expect(await secondWall(actor, 'review_drafts', 'assignment_id', ids)).toEqual(own);
        }
      }),
      seen,
      { numRuns: 24, endOnFailure: true },
    );
    expect(never).toEqual([]);
  }, 120_000);
});

describe('what was handed in', () => {
  it.each([
    'update reviews set points = 1',
    'delete from reviews',
    'update review_assignments set reviewer_id = reviewer_id',
    'delete from review_assignments',
    'update review_pseudonyms set number = 1',
    "update review_discussion_entries set text = 'other'",
    'delete from review_discussion_entries',
    "update review_summaries set text = 'other'",
    'delete from review_summaries',
    "update review_feedback set text = 'other'",
    "update review_summary_answers set answer = 'agree'",
    "update interview_notes set text = 'other'",
    'delete from interviews',
  ])('nobody changes, not even the application itself: %s', async (sql) => {
    const refused = await database
      .transaction(systemContext(clock), (ctx) => ctx.tx.query(sql))
      .then(() => null, sqlState);
    expect(refused).toBe('42501');
  });
});

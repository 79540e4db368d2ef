import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { MEETS, meetsSql } from '../../src/applications/data/eligibility-sql.js';
import type { ConditionsOfCall, Meets } from '../../src/applications/data/eligibility-sql.js';
import { eligibilityFacts, questionOf } from '../../src/applications/operations/eligibility-facts.js';
import { ANSWERED_BY, judge, ruleSql } from '../../src/calls/public.js';
import type { ConditionKind, FormDefinition, FormQuestion, SqlValue } from '../../src/calls/public.js';
import { newId } from '../../src/shared/ids.js';
import { applicant, rule } from '../factories/rules.js';
import { createTestDatabase } from './database-for-test.js';
import type { TestDatabase } from './database-for-test.js';

/** The worklist asks in SQL what page, API and submission ask in the program: whoever is drawn gets the same answer. */

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  // In the place of the tables, for this session alone: what was submitted is never changed in them.
  await client.query(`
    create temporary table calls (id uuid, stay_from date, stay_until date);
    create temporary table call_places (id uuid, language_level text);
    create temporary table applications (id uuid, call_id uuid, applicant_id uuid, form_version integer, state text,
      home_country text, home_institution_id uuid, submissions integer, freemover boolean);
    create temporary table application_submissions (application_id uuid, ordinal integer, content jsonb)`);
}, 60_000);

afterAll(async () => {
  await client.end();
  await database.drop();
});

const label = { sr: 'т', ru: 'т', en: 't' };
const question = (id: string): FormQuestion => ({ id, type: 'text', label, required: false });
/** The first question of each kind of condition, on two pages. */
const FORM: FormDefinition = {
  sections: [
    ['person', ['applying_as', 'citizenship', 'birth_date', 'home_institution']] as const,
    ['study', ['level', 'year', 'grade_average', 'language_level', 'experience_years']] as const,
  ].map(([id, asked]) => ({
    id,
    kind: 'questions',
    title: label,
    questions: asked.map(question),
    documents: [],
    consents: [],
  })),
};
const KINDS = Object.keys(ANSWERED_BY) as ConditionKind[];
const ASKED = Object.fromEntries(
  KINDS.flatMap((kind) => {
    const at = questionOf(FORM, kind);
    return at ? [[kind, at] as const] : [];
  }),
);

function statement(make: (bind: (value: SqlValue) => string) => string): {
  text: string;
  values: SqlValue[];
} {
  const values: SqlValue[] = [];
  return { text: make((value) => `$${values.push(value)}`), values };
}

const VERDICT = { met: 'yes', not_met: 'no', unknown: 'unknown' } as const satisfies Record<string, Meets>;

it('answers as the program does, for any rule and whoever is asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      rule,
      applicant,
      fc.constantFrom(null, 'nominated', 'freemover'),
      async (drawn, who, as) => {
        const [id, callId, applicantId] = [newId(), newId(), newId()];
        const places = who.placeLevels.map((level) => ({ id: newId(), level }));
        const answersOf = (section: FormDefinition['sections'][number]) =>
          Object.fromEntries(
            section.questions.flatMap((asked) => {
              const said = asked.id === 'applying_as' ? as : null;
              const answer = said ?? (who.answers as Readonly<Record<string, string>>)[asked.id];
              return answer === undefined ? [] : [[asked.id, answer] as const];
            }),
          );
        const expected = judge(
          drawn,
          eligibilityFacts({
            application: who,
            call: who,
            form: FORM,
            answers: Object.fromEntries(FORM.sections.map((section) => [section.id, answersOf(section)])),
            places: places.map(({ level }) => ({ languageLevel: level })),
            otherAwards: who.otherAwards,
          }),
        ).outcome;

        await client.query('truncate calls, call_places, applications, application_submissions');
        await client.query('insert into calls values ($1, $2, $3)', [callId, who.stayFrom, '2027-06-30']);
        for (const place of places) {
          await client.query('insert into call_places values ($1, $2)', [place.id, place.level]);
        }
        const application = (own: string, state: string) =>
          client.query('insert into applications values ($1, $2, $3, 1, $4, $5, $6, 2, $7)', [
            own,
            callId,
            applicantId,
            state,
            who.homeCountry,
            who.homeInstitutionId,
            as === 'freemover',
          ]);
        await application(id, 'submitted');
        for (let award = 0; award < who.otherAwards; award++) await application(newId(), 'accepted');
        await application(newId(), 'withdrawn');
        const content = {
          sections: FORM.sections.map((section) => ({
            section: section.id,
            // As it is frozen: what was not answered is there and empty.
            answers: section.questions.map((asked) => ({
              question: asked.id,
              value: answersOf(section)[asked.id] ?? '',
            })),
          })),
          choices: places.map((place) => ({ placeId: place.id })),
        };
        // What was submitted before counts for nothing.
        await client.query("insert into application_submissions values ($1, 1, '{}'), ($1, 2, $2)", [
          id,
          JSON.stringify(content),
        ]);
        const of: ConditionsOfCall = {
          callId,
          stayFrom: who.stayFrom,
          stayUntil: '2027-06-30',
          forms: [{ version: 1, rule: drawn, asked: ASKED, readable: ['true'] }],
        };
        const said: Meets[] = [];
        for (const meets of MEETS) {
          const { text, values } = statement((bind) => meetsSql(meets, of, bind));
          const { rows } = await client.query(
            `select from applications a where a.id = '${id}' and ${text}`,
            values,
          );
          if (rows.length > 0) said.push(meets);
        }
        expect(said).toEqual([VERDICT[expected]]);
      },
    ),
    { numRuns: 120 },
  );
}, 120_000);

it('tells nothing of whom the reader may not read, and everybody meets a call without conditions', async () => {
  await client.query('truncate calls, call_places, applications, application_submissions');
  const [id, callId] = [newId(), newId()];
  await client.query("insert into applications values ($1, $2, $1, 1, 'submitted', 'AA', null, 1, false)", [
    id,
    callId,
  ]);
  await client.query("insert into application_submissions values ($1, 1, '{}')", [id]);
  const found = async (meets: Meets, form: Partial<ConditionsOfCall['forms'][number]>) => {
    const of: ConditionsOfCall = {
      callId,
      stayFrom: '2027-03-01',
      stayUntil: '2027-06-30',
      forms: [{ version: 1, rule: null, asked: ASKED, readable: [], ...form }],
    };
    const { text, values } = statement((bind) => meetsSql(meets, of, bind));
    return (await client.query(`select from applications a where ${text}`, values)).rows.length;
  };
  expect(await Promise.all(MEETS.map((meets) => found(meets, {})))).toEqual([1, 0, 0]);
  const asking = { rule: { kind: 'year' as const, min: 2 } };
  expect(await Promise.all(MEETS.map((meets) => found(meets, asking)))).toEqual([0, 0, 1]);
  const hidden = { ...asking, readable: ['false'] };
  expect(await Promise.all(MEETS.map((meets) => found(meets, hidden)))).toEqual([0, 0, 0]);
  expect(await Promise.all(MEETS.map((meets) => found(meets, { version: 2 })))).toEqual([0, 0, 0]);
});

it('carries no value in its own text', () => {
  fc.assert(
    fc.property(rule, (drawn) => {
      const { text } = statement((bind) => ruleSql(drawn, bind));
      expect(text).not.toMatch(/AA|BB|019a/);
    }),
  );
});

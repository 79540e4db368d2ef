import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  AnswerOffer,
  ApplicationFiles,
  KeepDeadlines,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { PlaceCounters, STANDARD_FORM } from '../../src/calls/public.js';
import type { PlaceDraft } from '../../src/calls/public.js';
import { Database, systemContext, withSystemRights } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Grant } from '../../src/shared/actor.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { contentHash } from '../../src/shared/content-hash.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { violationsIn } from './expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';

/** What many do at the same moment to one place: nobody is passed over, nobody gets it twice, nobody meets a deadlock. */

const HOUR_MS = 3_600_000;
const ROUNDS = 30;
const DECIDED_ROUNDS = 200;

let http: HttpApp;
let world: World;
let scratch: string;
/** Time in which people answer, and the clock of a worker for which their time is over. */
const now = new Date();
const inTime = new SettableClock(now);
const tooLate = new SettableClock(new Date(now.getTime() + 2 * HOUR_MS));

/**
 * The files that race are put into the database as they stand before the race, without the acts and the officers that led
 * them there. What tells of those is not there to be kept; counters, reserves, offers, letters and all else is.
 */
const SHORT_CUTS = [
  'application.number_tells_its_origin',
  'application.one_side_is_no_approval',
  'application.place_was_chosen',
  'application.state_is_on_record',
  'application.submissions_are_kept',
  'application.transfer_is_registered',
  'decision.side_spoken_by_its_officer',
  'decision.word_is_on_record',
  'nomination.accepted_is_before_both',
  'nomination.duties_are_separate',
];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-races-'));
  http = await startHttpApp({
    imports: exchangeModules(scratch),
  });
  world = await buildWorld(http.app, http.owner, systemClock);
}, 60_000);

afterAll(async () => {
  const broken = (await violationsIn(http.owner)).map(({ invariant }) => invariant);
  expect(broken.filter((invariant) => !SHORT_CUTS.includes(invariant))).toEqual([]);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function person(country: string, grants: readonly Grant[] = []): Promise<RequestContext> {
  const id = newId();
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
     values ($1, $2, 'Јовић', 'Ана', 'sr-Cyrl', $3, 'sr-Cyrl', now())`,
    [id, country, `${id}@example.org`],
  );
  for (const { role, institutionId, country: scope } of grants) {
    await http.owner.query(
      `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
       values ($1, $2, $3, $4, $5, 'test', '2000-01-01')`,
      [newId(), id, role, institutionId, scope],
    );
  }
  const actor = {
    kind: 'person',
    personId: id,
    name: 'Ана',
    grants,
    ties: NO_TIES,
    secondFactor: true,
    scopes: null,
  } as const;
  return { actor, language: 'sr-Cyrl', clock: inTime, requestId: `test-${id}` };
}

interface Place {
  readonly id: string;
  readonly callId: string;
}

/** A place for one, in a call of its own. */
function placeForOne(): Promise<Place> {
  return placeFor({ capacity: 1 });
}

async function placeFor(terms: Pick<PlaceDraft, 'capacity' | 'reserved'>): Promise<Place> {
  const callId = await world.publishedCall({
    places: [
      {
        institutionId: await world.institution('lomonosov-moscow-state-university'),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        ...terms,
      },
    ],
  });
  const { rows } = await http.owner.query<{ id: string }>('select id from call_places where call_id = $1', [
    callId,
  ]);
  return { id: rows[0]?.id ?? '', callId };
}

interface Candidate {
  readonly id: string;
  readonly request: RequestContext;
}

let numbered = 0;

/** An application as far as the database asks for it; how it came so far is told by other tests. */
async function candidate(
  place: Place,
  state: {
    readonly state: string;
    readonly result: string | null;
    readonly reserve?: number;
    /** What they wrote of the level of their studies, where it matters. */
    readonly level?: string;
  },
): Promise<Candidate> {
  const request = await person('RS');
  const id = newId();
  numbered += 1;
  await http.owner.query(
    `insert into applications (id, call_id, form_version, applicant_id, home_country, home_institution_id, host_country,
       host_institution_id, state, result, reserve_number, state_since, due_at, number, submissions, submitted_at, language,
       place_id, transferred_at, created_at)
     select $1, c.id, c.form_version, $3, 'RS', $4, 'RU', p.institution_id, $5, $6, $7, $8, $9, $10, 1, $8, 'sr-Cyrl',
       case when $6::text is null then null else p.id end, $8, $8
     from calls c join call_places p on p.call_id = c.id where p.id = $2`,
    [
      id,
      place.id,
      request.actor.personId,
      await world.institution('university-of-belgrade'),
      state.state,
      state.result,
      state.reserve ?? null,
      now,
      state.state === 'offered' ? new Date(now.getTime() + HOUR_MS) : null,
      `RS-2027-${String(numbered).padStart(6, '0')}`,
    ],
  );
  if (state.level) {
    const section = STANDARD_FORM('student').sections.find(({ questions }) =>
      questions.some(({ id: question }) => question === 'level'),
    );
    const answer = { question: 'level', label: 'Ниво', value: state.level, shown: state.level };
    const content = { sections: [{ section: section?.id ?? '', title: 'Студије', answers: [answer] }] };
    await http.owner.query(
      `insert into application_submissions (id, application_id, ordinal, at, language, form_version, content, content_hash)
       values ($1, $2, 1, $3, 'sr-Cyrl', 1, $4, $5)`,
      [newId(), id, now, JSON.stringify(content), contentHash(content)],
    );
  }
  if (state.state === 'offered') {
    await http.owner.query('update call_places set taken = taken + 1 where id = $1', [place.id]);
  }
  return { id, request };
}

const run = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);
const decline = ({ request, id }: Candidate) => run(AnswerOffer).decline(request, id);
const withdraw = ({ request, id }: Candidate) => run(WithdrawApplication).run(request, id);
/** Somebody who clicks on an old page: the record is locked, looked at, and refused. */
const clickInVain = ({ request, id }: Candidate) => run(SubmitApplication).run(request, id);
const expire = () => run(KeepDeadlines).run(tooLate);

/** Nominated, accepted by the host, approved at home: one word is missing. */
async function halfDecided(
  { id, request }: Candidate,
  place: Place,
  home: RequestContext,
  /** Whether the home side has said yes already. */
  half = true,
): Promise<string> {
  const decision = newId();
  await http.owner.query(
    `insert into nominations (id, application_id, place_id, person_id, home_institution_id, host_institution_id, state,
       state_since, proposed_by, answered_by, created_at)
     select $1, a.id, $3, a.applicant_id, a.home_institution_id, a.host_institution_id, 'host_accepted', $4, $5, $5, $4
     from applications a where a.id = $2`,
    [newId(), id, place.id, now, home.actor.personId],
  );
  await http.owner.query(
    `insert into decisions (id, subject_kind, subject_id, subject_hash, home_country, host_country, preparers,
       about_persons, opened_at)
     values ($1, 'application', $2, 'x', 'RS', 'RU', array[$3]::uuid[], array[$3]::uuid[], $4)`,
    [decision, id, request.actor.personId, now],
  );
  await http.owner.query(
    `insert into decision_sides (decision_id, country, side, state, state_since, due_at, decided_by) values
       ($1, 'RS', 'home', $4, $2, $2, $3), ($1, 'RU', 'host', 'pending', $2, $2, null)`,
    [decision, now, half ? home.actor.personId : null, half ? 'approved' : 'pending'],
  );
  return decision;
}

/** Lets all happen at once. Whoever comes too late may be told so; anything else that is thrown is a fault. */
async function atOnce(acts: readonly Promise<unknown>[]): Promise<void> {
  const faults: unknown[] = [];
  for (const result of await Promise.allSettled(acts)) {
    if (result.status === 'rejected' && !(result.reason instanceof DomainError)) faults.push(result.reason);
  }
  expect(faults).toEqual([]);
}

async function stateOf({ id }: Candidate): Promise<string> {
  const { rows } = await http.owner.query<{ state: string }>('select state from applications where id = $1', [
    id,
  ]);
  return rows[0]?.state ?? '';
}

/** Taken, those who hold it, and how often it was offered. */
async function countsOf(place: Place): Promise<{ taken: number; holders: number; offers: number }> {
  const { rows } = await http.owner.query<{ taken: number; holders: number; offers: number }>(
    `select taken,
       (select count(*)::integer from applications a where a.place_id = p.id
          and a.state in ('offered', 'accepted', 'conditions_pending', 'confirmed', 'deferred')) as holders,
       (select count(*)::integer from audit_entries e where e.action = 'application.offer'
          and e.data->>'placeId' = p.id::text) as offers
     from call_places p where id = $1`,
    [place.id],
  );
  return rows[0] ?? { taken: -1, holders: -1, offers: -1 };
}

describe('a place that becomes free', () => {
  it(`goes to the first reserve once, whoever frees it, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const place = await placeForOne();
      const holder = await candidate(place, { state: 'offered', result: 'selected' });
      const reserves = [];
      for (const reserve of [1, 2, 3]) {
        reserves.push(await candidate(place, { state: 'final', result: 'reserve', reserve }));
      }
      const [first, second, third] = reserves as [Candidate, Candidate, Candidate];
      await atOnce(
        [
          () => decline(holder),
          () => expire(),
          () => withdraw(holder),
          () => clickInVain(first),
          () => clickInVain(first),
          () => withdraw(second),
          () => clickInVain(third),
        ]
          .sort(() => Math.random() - 0.5)
          .map((act) => act()),
      );
      const states = [
        await stateOf(holder),
        await stateOf(first),
        await stateOf(second),
        await stateOf(third),
      ];
      expect(['declined', 'offer_expired', 'withdrawn']).toContain(states[0]);
      expect(states.slice(1)).toEqual(['offered', 'withdrawn', 'final']);
      expect(await countsOf(place)).toEqual({ taken: 1, holders: 1, offers: 1 });
    }
  }, 120_000);

  it('passes nobody over whose record somebody else is just looking at', async () => {
    const place = await placeForOne();
    const holder = await candidate(place, { state: 'offered', result: 'selected' });
    const first = await candidate(place, { state: 'final', result: 'reserve', reserve: 1 });
    const second = await candidate(place, { state: 'final', result: 'reserve', reserve: 2 });
    const looking = new pg.Client({ connectionString: http.settings.databaseMigrationUrl });
    await looking.connect();
    try {
      await looking.query('begin');
      await looking.query('select from applications where id = $1 for update', [first.id]);
      const declined = decline(holder);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await looking.query('rollback');
      await declined;
    } finally {
      await looking.end();
    }
    expect([await stateOf(first), await stateOf(second)]).toEqual(['offered', 'final']);
  });

  it('goes on to the next when the first reserve leaves at the same moment', async () => {
    for (let round = 0; round < 10; round++) {
      const place = await placeForOne();
      const holder = await candidate(place, { state: 'offered', result: 'selected' });
      const first = await candidate(place, { state: 'final', result: 'reserve', reserve: 1 });
      const second = await candidate(place, { state: 'final', result: 'reserve', reserve: 2 });
      await atOnce([decline(holder), withdraw(first)]);
      expect([await stateOf(holder), await stateOf(first), await stateOf(second)]).toEqual([
        'declined',
        'withdrawn',
        'offered',
      ]);
      expect(await countsOf(place)).toMatchObject({ taken: 1, holders: 1 });
    }
  }, 60_000);
});

describe('the last approvals of three candidates at once', () => {
  it('give one place to one, and each of the others a number of their own', async () => {
    const host = await person('RU', [{ role: 'ministry_officer', institutionId: null, country: 'RU' }]);
    const home = await person('RS');
    for (let round = 0; round < 10; round++) {
      const place = await placeForOne();
      const decisions: string[] = [];
      const candidates: Candidate[] = [];
      for (let each = 0; each < 3; each++) {
        const one = await candidate(place, { state: 'eligible', result: null });
        candidates.push(one);
        decisions.push(await halfDecided(one, place, home));
      }
      await atOnce(
        decisions.map((id) => run(DecideSide).run(host, id, { country: 'RU', verdict: 'approve' })),
      );
      expect(await countsOf(place)).toEqual({ taken: 1, holders: 1, offers: 1 });
      const { rows } = await http.owner.query<{ state: string; reserve: number | null }>(
        'select state, reserve_number as reserve from applications where id = any ($1) order by reserve_number nulls first',
        [candidates.map(({ id }) => id)],
      );
      expect(rows).toEqual([
        { state: 'offered', reserve: null },
        { state: 'final', reserve: 1 },
        { state: 'final', reserve: 2 },
      ]);
    }
  }, 60_000);
});

describe('both ministries, and two officers of each, at the same moment', () => {
  const VERDICTS = [
    { verdict: 'approve' },
    { verdict: 'approve_with_conditions', conditions: [{ text: 'A policy.', dueOn: '2027-03-01' }] },
    { verdict: 'reject', reasonCode: 'other', reasonText: 'No.' },
    { verdict: 'return', reasonCode: 'other', reasonText: 'More.' },
  ] as const;
  /** Yes twice as often, so that places are fought for. */
  const drawn = () => VERDICTS[Math.floor(Math.random() * 6) % VERDICTS.length] ?? VERDICTS[0];
  const YES = ['approved', 'approved_with_conditions'];

  it(`decide once for each side, never by one side, and within the places, in ${DECIDED_ROUNDS} rounds`, async () => {
    const officer = (country: string) =>
      person(country, [{ role: 'ministry_officer', institutionId: null, country }]);
    const officers = [
      ['RS', await officer('RS')],
      ['RS', await officer('RS')],
      ['RU', await officer('RU')],
      ['RU', await officer('RU')],
    ] as const;
    const proposer = await person('RS');
    let place = await placeForOne();
    for (let round = 0; round < DECIDED_ROUNDS; round++) {
      if (round % 10 === 0) place = await placeFor({ capacity: 2 });
      const one = await candidate(place, { state: 'eligible', result: null });
      const decision = await halfDecided(one, place, proposer, false);
      await atOnce(
        officers
          .toSorted(() => Math.random() - 0.5)
          .map(([country, who]) => run(DecideSide).run(who, decision, { country, ...drawn() })),
      );
      const { rows: sides } = await http.owner.query<{ state: string; words: number; rows: number }>(
        `select s.state, (select count(*)::integer from audit_entries e where e.subject_id = s.decision_id::text
             and e.action = 'decision.' || s.state and e.data->>'country' = s.country) as words,
           (select count(*)::integer from decision_conditions c
             where c.decision_id = s.decision_id and c.country = s.country) as rows
         from decision_sides s where s.decision_id = $1 order by s.country`,
        [decision],
      );
      expect(sides.map(({ words }) => words)).toEqual([1, 1]);
      for (const side of sides) expect(side.rows).toBe(side.state === 'approved_with_conditions' ? 1 : 0);
      const agreed = sides.every(({ state }) => YES.includes(state));
      const refused = sides.every(({ state }) => state === 'rejected');
      const state = await stateOf(one);
      if (agreed) expect(['offered', 'final']).toContain(state);
      else expect(state).toBe(refused ? 'final' : 'eligible');
      const counts = await countsOf(place);
      expect(counts.taken).toBe(counts.holders);
      expect(counts.taken).toBeLessThanOrEqual(2);
    }
  }, 180_000);
});

describe('reserved places', () => {
  const masters = (count: number) => ({
    id: 'masters',
    label: { sr: 'Мастер студије', ru: 'Магистратура', en: 'Master students' },
    count,
    condition: { kind: 'level', levels: [7] } as const,
  });
  const young = (count: number) => ({
    id: 'young',
    label: { sr: 'Млади', ru: 'Молодые', en: 'The young' },
    count,
    condition: { kind: 'age', min: null, max: 25 } as const,
  });
  const shuffled = <T>(things: readonly T[]) =>
    things.map((thing) => ({ thing, at: Math.random() })).sort((a, b) => a.at - b.at);
  const standing = async (place: Place) => {
    const { rows } = await http.owner.query<{ taken: number; reserveTaken: Record<string, number> }>(
      'select taken, reserve_taken as "reserveTaken" from call_places where id = $1',
      [place.id],
    );
    return rows[0];
  };
  const holders = async (place: Place) => {
    const { rows } = await http.owner.query<{ level: string; reserve: string | null }>(
      `select s.content #>> '{sections,0,answers,0,value}' as level, a.place_reserve as reserve from applications a
       join application_submissions s on s.application_id = a.id where a.place_id = $1 and a.state = 'offered'
       order by reserve nulls last, level`,
      [place.id],
    );
    return rows.map(({ level, reserve }) => `${level} ${reserve ?? 'for all'}`);
  };

  it(`are counted apart to the last one when many take and give back at once, in ${ROUNDS} rounds`, async () => {
    const counters = run(PlaceCounters);
    const database = run(Database);
    const inAct = (act: 'take' | 'release', place: Place, reserve: string | null) =>
      database.transaction(systemContext(systemClock), (ctx) => counters[act](ctx, place.id, reserve));
    const place = await placeFor({ capacity: 5, reserved: [masters(2), young(1)] });
    for (let round = 0; round < ROUNDS; round++) {
      const wanted = [null, null, null, 'masters', 'masters', 'masters', 'young', 'young', 'nobody'];
      const takes = await Promise.all(
        shuffled(wanted).map(async ({ thing }) => ({ thing, got: await inAct('take', place, thing) })),
      );
      const got = (reserve: string | null) =>
        takes.filter((take) => take.thing === reserve && take.got).length;
      expect([got(null), got('masters'), got('young'), got('nobody')]).toEqual([2, 2, 1, 0]);
      expect(await standing(place)).toEqual({ taken: 5, reserveTaken: { masters: 2, young: 1 } });
      const given = await Promise.all(shuffled(wanted).map(({ thing }) => inAct('release', place, thing)));
      expect(given.filter(Boolean)).toHaveLength(5);
      expect(await standing(place)).toEqual({ taken: 0, reserveTaken: { masters: 0, young: 0 } });
    }
  }, 60_000);

  it('cannot be written past by anybody', async () => {
    const place = await placeFor({ capacity: 2, reserved: [masters(1)] });
    for (const change of [
      'taken = 2',
      `taken = 1, reserve_taken = '{"masters":2}'`,
      `reserve_taken = '{"nobody":1}', taken = 1`,
      `reserve_taken = '{"masters":1}'`,
      'capacity = 0',
      `reserved = jsonb_set(reserved, '{0,count}', '3')`,
    ]) {
      await expect(
        http.owner.query(`update call_places set ${change} where id = $1`, [place.id]),
      ).rejects.toThrow('check');
    }
  });

  it('go to those for whom they are kept, whoever is decided on first', async () => {
    const host = await person('RU', [{ role: 'ministry_officer', institutionId: null, country: 'RU' }]);
    const home = await person('RS');
    for (let round = 0; round < 10; round++) {
      const place = await placeFor({ capacity: 2, reserved: [masters(1)] });
      const decisions: string[] = [];
      for (const level of ['6', '6', '6', '7']) {
        const one = await candidate(place, { state: 'eligible', result: null, level });
        decisions.push(await halfDecided(one, place, home));
      }
      await atOnce(
        shuffled(decisions).map(({ thing }) =>
          run(DecideSide).run(host, thing, { country: 'RU', verdict: 'approve' }),
        ),
      );
      expect(await holders(place)).toEqual(['7 masters', '6 for all']);
      expect(await standing(place)).toEqual({ taken: 2, reserveTaken: { masters: 1 } });
    }
  }, 60_000);

  it('are taken first by whoever meets the condition, then the others', async () => {
    const host = await person('RU', [{ role: 'ministry_officer', institutionId: null, country: 'RU' }]);
    const home = await person('RS');
    const place = await placeFor({ capacity: 2, reserved: [masters(1)] });
    for (const level of ['7', '7']) {
      const one = await candidate(place, { state: 'eligible', result: null, level });
      const decision = await halfDecided(one, place, home);
      await run(DecideSide).run(host, decision, { country: 'RU', verdict: 'approve' });
    }
    expect(await holders(place)).toEqual(['7 masters', '7 for all']);
  });

  it('come back to where they came from, and wait for somebody who may have them', async () => {
    const place = await placeFor({ capacity: 2, reserved: [masters(1)] });
    const holding = async (level: string, reserve: string | null) => {
      const one = await candidate(place, { state: 'offered', result: 'selected', level });
      await http.owner.query('update applications set place_reserve = $2 where id = $1', [one.id, reserve]);
      return one;
    };
    await http.owner.query(
      `update call_places set taken = 1, reserve_taken = '{"masters":1}' where id = $1`,
      [place.id],
    );
    const master = await holding('7', 'masters');
    await http.owner.query('update call_places set taken = 2 where id = $1', [place.id]);
    const first = await candidate(place, { state: 'final', result: 'reserve', reserve: 1, level: '6' });
    const second = await candidate(place, { state: 'final', result: 'reserve', reserve: 2, level: '7' });
    const third = await candidate(place, { state: 'final', result: 'reserve', reserve: 3, level: '7' });
    await withdraw(master);
    expect([await stateOf(first), await stateOf(second), await stateOf(third)]).toEqual([
      'final',
      'offered',
      'final',
    ]);
    await withdraw(third);
    await decline(second);
    // Nobody who waits may have it: it stays free, and is offered to nobody else.
    expect(await stateOf(first)).toBe('final');
    expect(await standing(place)).toEqual({ taken: 1, reserveTaken: { masters: 0 } });
    await http.owner.query('update call_places set taken = 0 where id = $1', [place.id]);
  });
});

describe('the clock', () => {
  it('goes on to the others when one record cannot be closed', async () => {
    const place = await placeForOne();
    const one = await candidate(place, { state: 'offered', result: 'selected' });
    const other = await candidate(await placeForOne(), { state: 'offered', result: 'selected' });
    // Damaged: its place is nobody's, which a counter can never go below.
    await http.owner.query(
      "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$",
    );
    await http.owner.query(
      `create trigger refuse before update on applications for each row when (old.id = '${one.id}') execute function refuse()`,
    );
    try {
      await expect(expire()).rejects.toThrow('1 deadlines were not kept');
    } finally {
      await http.owner.query('drop trigger refuse on applications; drop function refuse');
    }
    expect([await stateOf(one), await stateOf(other)]).toEqual(['offered', 'offer_expired']);
  });
});

describe('the second wall', () => {
  const seen = (request: RequestContext, id: string) =>
    http.app
      .get(Database)
      .read(request, (ctx) => ctx.tx.query<unknown[]>('select from applications where id = $1', [id]))
      .then((rows) => rows.length);

  it('does not know an office whose holder signed in without a second factor', async () => {
    const { id } = await candidate(await placeForOne(), { state: 'eligible', result: null });
    const officer = await person('RU', [{ role: 'ministry_officer', institutionId: null, country: 'RU' }]);
    expect(await seen(officer, id)).toBe(1);
    const halfway = { ...officer, actor: { ...officer.actor, secondFactor: false } };
    expect(await seen(halfway, id)).toBe(0);
    for (const asked of [id, newId()]) {
      const file = http.app
        .get(Database)
        .read(halfway, (ctx) => http.app.get(ApplicationFiles).load(ctx, asked));
      await expect(file).rejects.toMatchObject({ reason: 'second_factor_needed' });
    }
  });

  it('stands again after a step with the rights of the application has been refused', async () => {
    const { id } = await candidate(await placeForOne(), { state: 'eligible', result: null });
    const stranger = await person('RS');
    const rows = await http.app.get(Database).read(stranger, async (ctx) => {
      const refused = withSystemRights(ctx, () => Promise.reject(new DomainError('conflict')));
      await expect(refused).rejects.toThrow();
      return ctx.tx.query<unknown[]>('select from applications where id = $1', [id]);
    });
    expect(rows).toEqual([]);
  });
});

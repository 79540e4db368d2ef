import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AnswerAgreement,
  BringIntoForce,
  EditAgreement,
  KeepAgreements,
  PrepareAgreement,
  ProposeAgreement,
  ReviseAgreement,
  TerminateAgreement,
} from '../../src/agreements/public.js';
import type { AgreementDraft } from '../../src/agreements/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { MoveCall, ProposeCall, PublishCall } from '../../src/calls/public.js';
import { systemContext } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Grant } from '../../src/shared/actor.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

const DAY_MS = 86_400_000;
const ROUNDS = 200;
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const text = (sr: string, ru = sr, en = sr) => ({ sr, ru, en });
const AT = { RS: 'university-of-belgrade', RU: 'lomonosov-moscow-state-university' } as const;
type Country = keyof typeof AT;

let http: HttpApp;
let scratch: string;
let world: World;
let institutions: Readonly<Record<Country, Id>>;
let number = 0;
const people = new Map<string, RequestContext>();

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-agreements-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner);
  institutions = { RS: await world.institution(AT.RS), RU: await world.institution(AT.RU) };
}, 60_000);
afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Somebody who holds one role, written down as it would be granted. */
async function somebody(key: string, role: Grant['role'], country: Country): Promise<RequestContext> {
  const known = people.get(`${key} ${role} ${country}`);
  if (known) return known;
  const id = newId();
  const ofInstitution = role !== 'ministry_officer' && role !== 'programme_administrator';
  const institutionId = ofInstitution ? institutions[country] : null;
  const at = role === 'ministry_officer' ? country : null;
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
     values ($1, $2, $3, 'Један', 'sr-Cyrl', $4, 'en', now())`,
    [id, country, key, `${id}@example.org`],
  );
  await http.owner.query(
    `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
     values ($1, $2, $3, $4, $5, 'test', '2000-01-01')`,
    [newId(), id, role, institutionId, at],
  );
  const request: RequestContext = {
    ...systemContext(systemClock),
    actor: {
      kind: 'person',
      personId: id,
      name: key,
      grants: [{ role, institutionId, country: at }],
      ties: NO_TIES,
      secondFactor: true,
      scopes: null,
    },
  };
  people.set(`${key} ${role} ${country}`, request);
  return request;
}

const quota = (home: Country, host: Country, persons: number, months: number) => ({
  homeCountry: home,
  hostCountry: host,
  category: 'student',
  academicYear: '2027/28',
  persons,
  months,
});

function draft(first: Country, second: Country, changes: Partial<AgreementDraft> = {}): AgreementDraft {
  number += 1;
  return {
    kind: 'inter_institutional',
    reference: `IIA-${number}`,
    title: text('Споразум', 'Соглашение', 'Agreement'),
    parties: [first, second].map((country) => ({
      country,
      institutionId: institutions[country],
      name: text(`Установа ${country}`),
    })),
    themes: [],
    text: { articles: [{ title: text('Предмет'), body: text('Размењују десет студената годишње.') }] },
    quotas: [quota(first, second, 10, 50), quota(second, first, 10, 50)],
    validFrom: day(-1),
    validUntil: '2030-12-31',
    ...changes,
  };
}

const stateOf = async (id: Id) => {
  const { rows } = await http.owner.query<{ state: string; version: number; open: string | null }>(
    `select a.state, a.version, v.state as open from agreements a
     left join agreement_versions v on v.agreement_id = a.id and v.number = (select max(number) from agreement_versions w
       where w.agreement_id = a.id) where a.id = $1`,
    [id],
  );
  return rows[0];
};
const hashOf = async (id: Id) => {
  const { rows } = await http.owner.query<{ hash: string }>(
    'select content_hash as hash from agreement_versions where agreement_id = $1 order by number desc limit 1',
    [id],
  );
  return rows[0]?.hash ?? '';
};

async function sign(id: Id, country: Country, verdict: 'approved' | 'returned' | 'declined' = 'approved') {
  const signatory = await somebody('signatory', 'signatory', country);
  await http.app.get(AnswerAgreement).answerAgreement(signatory, id, {
    hash: await hashOf(id),
    verdict,
    office: 'Rector',
    ...(verdict === 'approved' ? {} : { reason: 'Квота је премала.' }),
  });
}

async function decide(id: Id, country: Country, verdict: 'approve' | 'return' | 'reject') {
  const { rows } = await http.owner.query<{ id: Id }>(
    `select id from decisions where subject_id = $1 and withdrawn_at is null order by opened_at desc limit 1`,
    [id],
  );
  const officer = await somebody('officer', 'ministry_officer', country);
  return http.app.get(DecideSide).run(officer, rows[0]?.id ?? '', {
    country,
    verdict,
    ...(verdict === 'approve'
      ? {}
      : { reasonCode: 'agreement', reasonText: 'Није у складу са меморандумом.' }),
  });
}

async function proposed(first: Country, second: Country, changes: Partial<AgreementDraft> = {}): Promise<Id> {
  const coordinator = await somebody('coordinator', 'coordinator', first);
  const id = await http.app
    .get(PrepareAgreement)
    .prepareAgreement(coordinator, draft(first, second, changes));
  await http.app.get(ProposeAgreement).proposeAgreement(coordinator, id);
  return id;
}

async function inForce(first: Country, second: Country, changes: Partial<AgreementDraft> = {}): Promise<Id> {
  const id = await proposed(first, second, changes);
  await sign(id, first);
  await sign(id, second);
  await decide(id, first, 'approve');
  await decide(id, second, 'approve');
  return id;
}

/** The next version of an agreement, changed and put before all who have to approve it. */
async function revised(
  id: Id,
  country: Country,
  patch: Partial<AgreementDraft>,
  how: 'change' | 'renew' = 'change',
) {
  const coordinator = await somebody('coordinator', 'coordinator', country);
  await http.app.get(ReviseAgreement).reviseAgreement(coordinator, id, how);
  await http.app.get(EditAgreement).editAgreement(coordinator, id, 1, patch);
  await http.app.get(ProposeAgreement).proposeAgreement(coordinator, id);
}

const place = async (capacity: number, months = 5) => ({
  institutionId: institutions.RU,
  fieldCode: '0613',
  level: 7,
  language: 'ru',
  languageLevel: 'B1' as const,
  months,
  services: null,
  capacity,
});

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
] as const)('an agreement that an institution of %s begins with one of %s', (first, second) => {
  it('is in force once both institutions have signed and both ministries have approved the same text', async () => {
    const id = await proposed(first, second);
    expect(await stateOf(id)).toEqual({ state: 'proposed', version: 1, open: 'proposed' });
    await sign(id, second);
    const { rowCount } = await http.owner.query('select from decisions where subject_id = $1', [id]);
    expect(rowCount).toBe(0);
    await sign(id, first);
    await decide(id, second, 'approve');
    expect((await stateOf(id))?.state).toBe('proposed');
    await decide(id, first, 'approve');
    expect(await stateOf(id)).toEqual({ state: 'in_force', version: 1, open: 'in_force' });
  });

  it.each(['returned', 'declined'] as const)(
    'that is %s stays readable, and is proposed anew',
    async (verdict) => {
      const id = await proposed(first, second);
      await sign(id, second, verdict);
      expect(await stateOf(id)).toEqual({ state: 'draft', version: 1, open: verdict });
      await revised(id, first, { noticeDays: 60 });
      expect(await stateOf(id)).toEqual({ state: 'proposed', version: 2, open: 'proposed' });
      const { rows } = await http.owner.query<{ closing: { reason: string } }>(
        'select closing from agreement_versions where agreement_id = $1 and number = 1',
        [id],
      );
      expect(rows[0]?.closing.reason).toBe('Квота је премала.');
    },
  );

  it('that a ministry returns goes back with its words, and what was signed counts no more', async () => {
    const id = await proposed(first, second);
    await sign(id, first);
    await sign(id, second);
    await decide(id, second, 'return');
    expect(await stateOf(id)).toEqual({ state: 'draft', version: 1, open: 'returned' });
    await expect(decide(id, first, 'approve')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is signed by nobody who wrote it, by nobody for another institution, and of no other text', async () => {
    const signatory = await somebody('signatory', 'signatory', first);
    const id = await http.app.get(PrepareAgreement).prepareAgreement(signatory, draft(first, second));
    await http.app.get(ProposeAgreement).proposeAgreement(signatory, id);
    await expect(sign(id, first)).rejects.toMatchObject({ reason: 'separation_of_duties' });
    const other = await somebody('signatory', 'signatory', second);
    await expect(
      http.app
        .get(AnswerAgreement)
        .answerAgreement(other, id, { hash: 'another', verdict: 'approved', office: 'Rector' }),
    ).rejects.toMatchObject({ code: 'stale' });
    await sign(id, second);
    await expect(sign(id, second)).rejects.toMatchObject({ reason: 'already_decided' });
  });

  it('is changed by a new version that supersedes the one before in the same act', async () => {
    const id = await inForce(first, second);
    await revised(id, second, {
      quotas: [quota(first, second, 12, 60), quota(second, first, 10, 50)],
    });
    expect(await stateOf(id)).toEqual({ state: 'in_force', version: 1, open: 'proposed' });
    await sign(id, first);
    await sign(id, second);
    await decide(id, first, 'approve');
    await decide(id, second, 'approve');
    expect(await stateOf(id)).toEqual({ state: 'in_force', version: 2, open: 'in_force' });
    const { rows } = await http.owner.query<{ state: string; since: string; ended: string | null }>(
      `select state, in_force_from::text as since, ended_on::text as ended from agreement_versions
       where agreement_id = $1 order by number`,
      [id],
    );
    // Its words say the first day of the agreement, and it binds from today.
    expect(rows).toEqual([
      { state: 'superseded', since: day(-1), ended: day(-1) },
      { state: 'in_force', since: day(0), ended: null },
    ]);
  });
});

describe('the quotas of an agreement', () => {
  it('carry over to a new version what calls were promised, and are refused where they allow less', async () => {
    const id = await inForce('RS', 'RU');
    await world.publishedCall({ agreementId: id, places: [await place(4)] });
    const coordinator = await somebody('coordinator', 'coordinator', 'RS');
    const smaller = [quota('RS', 'RU', 3, 15), quota('RU', 'RS', 10, 50)];
    await expect(revised(id, 'RS', { quotas: smaller })).rejects.toMatchObject({
      code: 'blocked',
      blockers: [
        { code: 'quota_promised_more', values: { promised: 4, allowed: 3 } },
        { code: 'quota_promised_more_days', values: { promised: 600, allowed: 450 } },
      ],
    });
    const edit = (
      await http.owner.query<{ edit: number }>(
        "select edit from agreement_versions where agreement_id = $1 and state = 'draft'",
        [id],
      )
    ).rows[0]?.edit;
    await http.app.get(EditAgreement).editAgreement(coordinator, id, edit ?? 0, {
      quotas: [quota('RS', 'RU', 5, 25), quota('RU', 'RS', 10, 50)],
    });
    await http.app.get(ProposeAgreement).proposeAgreement(coordinator, id);
    await sign(id, 'RS');
    await sign(id, 'RU');
    // Two more are promised while both ministries think: then it does not fit any more, and what is in force stays so.
    const more = await world.publishedCall({ agreementId: id, places: [await place(2)] });
    await decide(id, 'RS', 'approve');
    await decide(id, 'RU', 'approve');
    expect(await stateOf(id)).toEqual({ state: 'in_force', version: 1, open: 'proposed' });
    // The clock asks again and again; its writers are told once.
    await http.app.get(KeepAgreements).keep(systemClock);
    const told = await http.owner.query(
      "select from outbox_events where subject_id = $1 and type = 'agreement.held_up'",
      [id],
    );
    expect(told.rows).toHaveLength(1);
    await http.app.get(MoveCall).moveCall(systemContext(systemClock), more, 'cancel', 'Није потребно.');
    await http.app.get(KeepAgreements).keep(systemClock);
    expect((await stateOf(id))?.version).toBe(2);
    const { rows } = await http.owner.query(
      `select persons, committed, committed_days as days from agreement_quotas where agreement_id = $1 and home_country = 'RS'`,
      [id],
    );
    expect(rows).toEqual([{ persons: 5, committed: 4, days: 600 }]);
  });

  it('count the days of the stays as well as the persons', async () => {
    const id = await inForce('RS', 'RU');
    await expect(
      world.publishedCall({ agreementId: id, places: [await place(6, 10)] }),
    ).rejects.toMatchObject({
      blockers: [{ code: 'quota_too_small', values: { persons: 6, days: 1800 } }],
    });
  });

  it('are never overdrawn, whoever publishes, cancels and changes them at the same moment', async () => {
    const id = await inForce('RS', 'RU', { quotas: [quota('RS', 'RU', 7, 0), quota('RU', 'RS', 10, 50)] });
    const request = systemContext(systemClock);
    const ready: Id[] = [];
    for (const capacity of [3, 4, 5]) {
      const call = await world.prepareCall({ agreementId: id, places: [await place(capacity)] });
      await http.app.get(ProposeCall).proposeCall(request, call);
      await world.approve(call);
      ready.push(call);
    }
    for (let round = 0; round < ROUNDS; round++) {
      const published = await Promise.allSettled(
        ready.map((call) => http.app.get(PublishCall).publishCall(request, call)),
      );
      const drawn = published.flatMap(({ status }, at) =>
        status === 'fulfilled' ? [[3, 4, 5][at] ?? 0] : [],
      );
      const { rows } = await http.owner.query<{ committed: number }>(
        `select committed from agreement_quotas where agreement_id = $1 and home_country = 'RS'`,
        [id],
      );
      expect(rows[0]?.committed).toBe(drawn.reduce((sum, each) => sum + each, 0));
      expect(rows[0]?.committed).toBeLessThanOrEqual(7);
      // As if none had been published: the next round begins where this one did.
      await http.owner.query(
        `with back as (update calls set state = 'draft', published_hash = null, published_at = null
           where agreement_id = $1 and state = 'published')
         update agreement_quotas set committed = 0, committed_days = 0 where agreement_id = $1`,
        [id],
      );
    }
  }, 120_000);

  it('are drawn from by nobody once notice was given of a day before the stay ends', async () => {
    const id = await inForce('RS', 'RU', { noticeDays: 30 });
    const call = await world.publishedCall({ agreementId: id, places: [await place(1)] });
    const later = await world.prepareCall({ agreementId: id, places: [await place(1)] });
    const request = systemContext(systemClock);
    await http.app.get(ProposeCall).proposeCall(request, later);
    await world.approve(later);
    const signatory = await somebody('signatory', 'signatory', 'RU');
    await http.app.get(TerminateAgreement).terminateAgreement(signatory, id, 'Програм се затвара.');
    await expect(http.app.get(PublishCall).publishCall(request, later)).rejects.toMatchObject({
      blockers: [{ code: 'agreement_not_for_stay' }],
    });
    await http.app.get(KeepAgreements).keep(new SettableClock(new Date(Date.now() + 30 * DAY_MS)));
    expect((await stateOf(id))?.state).toBe('in_force');
    await http.app.get(KeepAgreements).keep(new SettableClock(new Date(Date.now() + 31 * DAY_MS)));
    expect((await stateOf(id))?.state).toBe('terminated');
    const { rows } = await http.owner.query('select state from calls where id = $1', [call]);
    expect(rows).toEqual([{ state: 'published' }]);
  });
});

describe('the clock', () => {
  it('reminds once at each term, and ends an agreement on the day after its last one', async () => {
    const id = await inForce('RS', 'RU', { validUntil: day(100) });
    const remindersAt = async (days: number) => {
      await http.app.get(KeepAgreements).keep(new SettableClock(new Date(Date.now() + days * DAY_MS)));
      const { rows } = await http.owner.query<{ days: number }>(
        `select (payload->>'days')::integer as days from outbox_events
         where subject_id = $1 and type = 'agreement.expiring' order by at`,
        [id],
      );
      return rows.map((row) => row.days);
    };
    expect(await remindersAt(5)).toEqual([]);
    expect(await remindersAt(10)).toEqual([90]);
    expect(await remindersAt(11)).toEqual([90]);
    expect(await remindersAt(70)).toEqual([90, 30]);
    expect(await remindersAt(100)).toEqual([90, 30]);
    expect((await stateOf(id))?.state).toBe('in_force');
    await remindersAt(101);
    expect((await stateOf(id))?.state).toBe('expired');
  });

  it('brings a renewal into force on its first day, and not before', async () => {
    const id = await inForce('RS', 'RU', { validFrom: day(-10), validUntil: day(20) });
    await revised(id, 'RU', { noticeDays: 45 }, 'renew');
    await sign(id, 'RS');
    await sign(id, 'RU');
    await decide(id, 'RS', 'approve');
    await decide(id, 'RU', 'approve');
    expect((await stateOf(id))?.version).toBe(1);
    await http.app.get(KeepAgreements).keep(new SettableClock(new Date(Date.now() + 21 * DAY_MS)));
    expect(await stateOf(id)).toEqual({ state: 'in_force', version: 2, open: 'in_force' });
  });
});

describe('the API', () => {
  it('tells every program what is in force and what was, and of what is prepared nothing', async () => {
    const id = await inForce('RU', 'RS');
    const reference = `IIA-${number}`;
    await revised(id, 'RS', { quotas: [quota('RU', 'RS', 12, 60), quota('RS', 'RU', 10, 50)] });
    await proposed('RU', 'RS');
    const draft = `IIA-${number}`;
    const browser = http.browser();
    const asked = async (path: string) => {
      const answer = await browser.open(`/api/v1/agreements${path}`);
      return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
    };
    const one = await asked(`/${reference}`);
    expect(one.body).toMatchObject({ reference, state: 'in_force', version: 1, inForceFrom: day(-1) });
    expect(one.body['quotas']).toContainEqual({
      ...quota('RU', 'RS', 10, 50),
      days: 0,
      committed: 0,
      committedDays: 0,
    });
    const versions = await asked(`/${reference}/versions`);
    expect(versions.body['items']).toEqual([
      expect.objectContaining({ number: 1, state: 'in_force', hash: one.body['hash'] }),
    ]);
    expect((await asked(`/${reference}/versions/1`)).body['articles']).toHaveLength(1);
    for (const hidden of [`/${reference}/versions/2`, `/${reference}/versions/x`, `/${draft}`, '/none']) {
      expect([hidden, (await asked(hidden)).status]).toEqual([hidden, 404]);
    }
    const listed = await asked('?kind=inter_institutional&limit=200');
    const references = (listed.body['items'] as { reference: string }[]).map((each) => each.reference);
    expect([references.includes(reference), references.includes(draft)]).toEqual([true, false]);
    const first = await asked('?limit=1');
    expect([(first.body['items'] as unknown[]).length, first.body['next']]).toEqual([1, '1']);
    expect((await asked('?kind=treaty')).status).toBe(422);
  });
});

describe('a memorandum', () => {
  it('is written by the programme and entered by it, once both ministries have approved it', async () => {
    const administrator = await somebody('administrator', 'programme_administrator', 'RS');
    const memorandum = draft('RS', 'RU', { kind: 'memorandum' });
    const { validFrom: _, ...open } = memorandum;
    const parties = open.parties.map((party) => ({ ...party, institutionId: null }));
    const id = await http.app.get(PrepareAgreement).prepareAgreement(administrator, { ...open, parties });
    const coordinator = await somebody('coordinator', 'coordinator', 'RS');
    await expect(http.app.get(ProposeAgreement).proposeAgreement(coordinator, id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await http.app.get(ProposeAgreement).proposeAgreement(administrator, id);
    await decide(id, 'RS', 'approve');
    const term = { signedOn: day(-2), inForceFrom: day(-1), inForceUntil: null };
    await expect(http.app.get(BringIntoForce).bringIntoForce(administrator, id, term)).rejects.toMatchObject({
      blockers: [{ code: 'agreement_not_approved' }],
    });
    await decide(id, 'RU', 'approve');
    await http.app.get(BringIntoForce).bringIntoForce(administrator, id, term);
    expect((await stateOf(id))?.state).toBe('in_force');
  });
});

describe.each([
  ['RS', 'RU', 'coordinator@bg.rs.demo', 'coordinator@msu.ru.demo'],
  ['RU', 'RS', 'coordinator@msu.ru.demo', 'coordinator@bg.rs.demo'],
] as const)('the pages, to the coordinators of %s and %s', (first, second, mine, theirs) => {
  let ours: Browser;
  let other: Browser;
  let stranger: Browser;
  const reference = `PAGES-${first}`;
  const href = `/agreements/${reference}`;

  beforeAll(async () => {
    ours = await withRole(mine, 'coordinator', first);
    other = await withRole(theirs, 'coordinator', second);
    stranger = await http.signedIn('outsider@rs.demo');
  }, 60_000);

  const send = async (browser: Browser, from: string, to: string, fields: Record<string, string>) => {
    const page = await browser.open(from);
    expect(page.status).toBe(200);
    return browser.post(to, { _csrf: browser.token(page), ...fields });
  };
  const hidden = (body: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? '';
  const save = async (browser: Browser, step: string, fields: Record<string, string>) => {
    const page = await browser.open(`${href}/edit/${step}`);
    expect(page.status).toBe(200);
    return browser.post(`${href}/edit/${step}`, {
      _csrf: browser.token(page),
      edit: hidden(page.body, 'edit'),
      base: hidden(page.body, 'base'),
      ...fields,
    });
  };
  const words = (name: string, said: string) =>
    Object.fromEntries(['sr', 'ru', 'en'].map((language) => [`${name}.${language}`, said]));
  const BASICS = {
    reference,
    ...words('title', 'Споразум о размени'),
    'validFrom-day': '1',
    'validFrom-month': '1',
    'validFrom-year': '2026',
    'validUntil-day': '31',
    'validUntil-month': '12',
    'validUntil-year': '2030',
    noticeDays: '60',
  };

  it('begin an agreement for one’s own institution alone', async () => {
    const missing = await send(ours, '/agreements/new', '/agreements/new', {
      reference: 'x',
      first: institutions[first],
    });
    expect(missing.status).toBe(422);
    expect(missing.body).toContain('href="#field-second"');
    const begun = await send(ours, '/agreements/new', '/agreements/new', {
      reference,
      first: institutions[first],
      second: institutions[second],
    });
    expect(begun.headers.get('location')).toBe(`${href}/edit`);
    expect((await stranger.open('/agreements/new')).status).toBe(403);
  });

  it('write it page by page, told what is missing, with words kept where they cannot be taken', async () => {
    const wrong = await save(ours, 'basics', { ...BASICS, 'validFrom-month': '13' });
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('href="#field-validFrom"');
    expect(wrong.body).toContain('Споразум о размени');
    expect((await save(ours, 'basics', BASICS)).headers.get('location')).toBe(`${href}/edit/parties`);
    await save(ours, 'text', {
      ...words('articles.0.title', 'Предмет'),
      ...words('articles.0.body', 'Установе размењују студенте.'),
      ...words('articles.1.title', ''),
    });
    await save(ours, 'exchange', {
      fields: '061',
      levels: '7',
      'languages.0.language': 'en',
      'languages.0.level': 'B2',
      blended: 'yes',
    });
    expect((await ours.open(`${href}/edit`)).body).toContain(`${href}/edit/quotas#field-quotas`);
    const bad = await save(ours, 'quotas', {
      'quotas.0.direction': `${first} ${second}`,
      'quotas.0.category': 'student',
      'quotas.0.academicYear': '2027/29',
      'quotas.0.persons': '5',
    });
    expect(bad.status).toBe(422);
    expect(bad.body).toContain('href="#field-quotas.0.academicYear"');
    const done = await save(ours, 'quotas', {
      'quotas.0.direction': `${first} ${second}`,
      'quotas.0.category': 'student',
      'quotas.0.academicYear': '2027/28',
      'quotas.0.persons': '5',
      'quotas.0.months': '25',
    });
    expect(done.headers.get('location')).toBe(`${href}/edit/annexes`);
  });

  it('never overwrite silently what another tab has saved, and show both', async () => {
    const page = await other.open(`${href}/edit/basics`);
    await save(ours, 'basics', { ...BASICS, noticeDays: '90' });
    const stale = await other.post(`${href}/edit/basics`, {
      _csrf: other.token(page),
      edit: hidden(page.body, 'edit'),
      base: hidden(page.body, 'base'),
      ...BASICS,
      noticeDays: '30',
    });
    expect(stale.status).toBe(412);
    expect(stale.body).toMatch(/>30<[\s\S]*>90</);
    // Another page was not touched by that, and is saved.
    expect(
      (
        await save(other, 'parties', {
          ...words('parties.0.name', 'Универзитет'),
          ...words('parties.1.name', 'Други'),
        })
      ).status,
    ).toBe(303);
  });

  it('keep contacts from everybody but the sides, and the draft as well', async () => {
    await send(ours, `${href}/people`, `${href}/people`, {
      party: '0',
      part: 'contact',
      name: 'Ана Контакт',
      office: 'Канцеларија',
      email: 'ana@example.org',
    });
    expect((await other.open(`${href}/people`)).body).toContain('Ана Контакт');
    for (const path of ['', '/edit', '/people', '/versions/1', '/compare']) {
      expect([path, (await stranger.open(`${href}${path}`)).status]).toEqual([
        path,
        path === '/edit' || path === '/people' ? 403 : 404,
      ]);
    }
    expect((await http.browser().open('/agreements')).body).not.toContain(reference);
    expect((await ours.open(`/agreements?q=${reference}`)).body).toContain(href);
  });

  it('propose it by its hash, and show to the other side what it may do', async () => {
    const overview = await ours.open(`${href}/edit`);
    const done = await ours.post(`${href}/propose`, {
      _csrf: ours.token(overview),
      hash: hidden(overview.body, 'hash'),
    });
    expect(done.headers.get('location')).toBe(href);
    const page = await other.open(href);
    expect(page.body).toContain(`action="${href}/withdraw"`);
    const noWords = await send(other, href, `${href}/withdraw`, { reason: ' ' });
    expect(noWords.status).toBe(422);
    expect(noWords.body).toContain('href="#field-reason"');
  });

  it.each(LANGUAGES)('tell the whole of it to everybody once it is in force, in %s', async (language) => {
    const { rows } = await http.owner.query<{ id: Id; state: string }>(
      'select id, state from agreements where reference = $1',
      [reference],
    );
    const id = rows[0]?.id ?? '';
    if (rows[0]?.state === 'proposed') {
      await sign(id, first);
      await sign(id, second);
      await decide(id, first, 'approve');
      await decide(id, second, 'approve');
    }
    const anybody = http.browser();
    for (const path of [
      href,
      `${href}?on-day=1&on-month=6&on-year=2027`,
      `${href}?on-day=99`,
      `${href}/versions/1`,
      `${href}/compare`,
      `/agreements?state=in_force&kind=inter_institutional&country=${first}&left=yes&q=${reference}`,
    ]) {
      const page = await anybody.open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.body).not.toMatch(/agreements\.[a-z_]+[.<]/);
      expect(page.body).not.toContain('Ана Контакт');
    }
  });

  it('compare a new version with the one before, words marked', async () => {
    await send(ours, href, `${href}/revise`, { act: 'change' });
    await save(ours, 'text', {
      ...words('articles.0.title', 'Предмет'),
      ...words('articles.0.body', 'Установе размењују наставнике.'),
      then: 'here',
    });
    const page = await other.open(`${href}/compare?from=1&to=2&lang=en`);
    expect(page.body).toMatch(/<del>[\s\S]*? студенте\.<\/del>/);
    expect(page.body).toMatch(/<ins>[\s\S]*? наставнике\.<\/ins>/);
    expect((await http.browser().open(`${href}/versions/2`)).status).toBe(404);
    expect((await http.browser().open(href)).body).not.toContain('/versions/2');
  });

  it('tell what follows before notice is given', async () => {
    const signatory = await withRole(
      first === 'RS' ? 'ministry@rs.demo' : 'ministry@ru.demo',
      'signatory',
      first,
    );
    const page = await signatory.open(`${href}/terminate?lang=en`);
    expect(page.body).toContain('when the notice period is over');
    const noWords = await signatory.post(`${href}/terminate`, { _csrf: signatory.token(page), reason: '' });
    expect(noWords.status).toBe(422);
    const done = await signatory.post(`${href}/terminate`, {
      _csrf: signatory.token(page),
      reason: 'Крај програма.',
    });
    expect(done.headers.get('location')).toBe(href);
    expect((await http.browser().open(`${href}?lang=en`)).body).toContain('Крај програма.');
  });
});

async function withRole(email: string, role: string, country: Country): Promise<Browser> {
  const browser = await http.signedIn(email);
  await http.owner.query(
    `insert into role_grants (id, person_id, role, institution_id, reason, valid_from)
     select $1, id, $2, $3, 'test', '2000-01-01' from persons where email = $4`,
    [newId(), role, institutions[country], email],
  );
  return browser;
}

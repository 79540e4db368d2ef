import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import {
  AnswerNomination,
  ApplicationFiles,
  NominateCandidate,
  SaveSection,
  ScreenApplication,
  SubmitApplication,
} from '../../src/applications/public.js';
import type { ApplicationFile } from '../../src/applications/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { Database } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Grant } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { applicantActing } from '../factories/acting.js';
import { fillApplication } from '../factories/fill-application.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { exchangeModules } from '../factories/exchange-modules.js';

/** The pages and the API of the offices: who sees what, what happens when two act at once, and what is said to the second. */

const BELGRADE = 'university-of-belgrade';
const MOSCOW = 'lomonosov-moscow-state-university';

/** An official in a browser, and the same person for the operations. */
interface Official {
  readonly browser: Browser;
  readonly id: string;
  readonly request: RequestContext;
}

let http: HttpApp;
let world: World;
let scratch: string;
let home: Official;
let secondHome: Official;
let host: Official;
let secondHost: Official;
let homeMinistry: Official;
let hostMinistry: Official;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-office-'));
  http = await startHttpApp({
    imports: exchangeModules(scratch),
  });
  world = await buildWorld(http.app, http.owner, systemClock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
  const of = async (slug: string): Promise<Grant> => ({
    role: 'coordinator',
    institutionId: await world.institution(slug),
    country: null,
  });
  const officer = (country: string): Grant => ({ role: 'ministry_officer', institutionId: null, country });
  home = await official('coordinator@bg.rs.demo', await of(BELGRADE));
  secondHome = await official('coordinator@ns.rs.demo', await of(BELGRADE));
  host = await official('coordinator@msu.ru.demo', await of(MOSCOW));
  secondHost = await official('coordinator@nsu.ru.demo', await of(MOSCOW));
  homeMinistry = await official('ministry@rs.demo', officer('RS'));
  hostMinistry = await official('ministry@ru.demo', officer('RU'));
}, 90_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function official(email: string, grant: Grant): Promise<Official> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: string; name: string }>(
    "select id, native_given || ' ' || native_family as name from persons where email = $1",
    [email],
  );
  const id = rows[0]?.id ?? '';
  await give(id, grant);
  await browser.open('/?lang=en');
  const actor = {
    kind: 'person',
    personId: id,
    name: rows[0]?.name ?? '',
    grants: [grant],
    ties: NO_TIES,
    secondFactor: true,
    scopes: null,
  } as const;
  return { browser, id, request: { actor, language: 'en', clock: systemClock, requestId: `test-${id}` } };
}

async function give(person: string, { role, institutionId, country }: Grant): Promise<void> {
  await http.owner.query(
    `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
     values ($1, $2, $3, $4, $5, 'test', '2000-01-01')`,
    [newId(), person, role, institutionId, country],
  );
}

async function student(): Promise<RequestContext> {
  const id = newId();
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at,
       home_institution_id)
     values ($1, 'RS', 'Ђоковић', 'Ана', 'sr-Cyrl', $2, 'sr-Cyrl', now(), $3)`,
    [id, `${id}@example.org`, await world.institution(BELGRADE)],
  );
  return applicantActing(id);
}

const run = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);

const fileOf = (request: RequestContext, id: string): Promise<ApplicationFile> =>
  http.app.get(Database).read(request, (ctx) => run(ApplicationFiles).load(ctx, id));

interface Case {
  readonly id: string;
  readonly number: string;
  readonly student: RequestContext;
}

async function submitted(): Promise<Case> {
  const slug = `call-${newId()}`;
  await world.publishedCall({ slug });
  const applicant = await student();
  const pdf = join(scratch, 'transcript.pdf');
  const id = await fillApplication(http.app, http.owner, applicant, slug, pdf);
  const { number } = await run(SubmitApplication).run(applicant, id);
  return { id, number, student: applicant };
}

async function nominated(): Promise<Case> {
  const made = await submitted();
  const { contents } = await fileOf(home.request, made.id);
  await run(NominateCandidate).run(home.request, made.id, {
    placeId: contents.choices[0] ?? '',
    endorsement: 'Препоручујемо.',
  });
  return made;
}

async function beforeBoth(): Promise<Case & { readonly decision: string }> {
  const made = await nominated();
  await run(AnswerNomination).run(host.request, made.id, { answer: 'accept' });
  const { decision } = await fileOf(home.request, made.id);
  return { ...made, decision: decision?.id ?? '' };
}

/** Sends the form of the page that stands at `page`, with its token and hidden version. */
async function send(
  { browser }: Official,
  page: Answer,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> {
  const version = /name="version" value="([^"]*)"/.exec(page.body)?.[1];
  return browser.post(path, {
    _csrf: browser.token(page),
    ...(version === undefined ? {} : { version }),
    ...fields,
  });
}

const review = ({ browser }: Official, { id }: Case, act = '') =>
  browser.open(`/applications/${id}/review${act && `?act=${act}`}`);

const sideOf = async (decision: string, country: string) => {
  const { rows } = await http.owner.query<{
    state: string;
    answer: string | null;
    decided_by: string | null;
  }>('select state, answer, decided_by from decision_sides where decision_id = $1 and country = $2', [
    decision,
    country,
  ]);
  return rows[0];
};

describe('the worklist', () => {
  it('shows what waits, finds a name in any script, and links to the file', async () => {
    const made = await submitted();
    for (const q of ['Ђоковић', 'djokovic', 'Đoković', made.number]) {
      const page = await home.browser.open(`/applications?q=${encodeURIComponent(q)}`);
      expect(page.status).toBe(200);
      expect(page.body).toContain(`/applications/${made.id}/review`);
    }
    expect((await home.browser.open('/applications?q=qwzrtp')).body).not.toContain(made.id);
    expect((await home.browser.open('/applications?waits=home')).body).toContain(made.number);
    // The host has not got it.
    expect((await host.browser.open('/applications?waits=all')).body).not.toContain(made.number);
    expect((await hostMinistry.browser.open('/applications')).body).not.toContain(made.number);
  });

  it('is one’s own applications for somebody without an office', async () => {
    const applicant = await http.signedIn('student@rs.demo');
    const page = await applicant.open('/applications?lang=en');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Your applications');
    expect(page.body).not.toContain('data-worklist');
  });

  it('asks whoever is nobody to sign in', async () => {
    expect((await http.browser().get('/applications')).status).toBe(303);
  });
});

describe('a file', () => {
  it('is not there for another institution, nor for the other side before it crossed the border', async () => {
    const made = await submitted();
    const stranger = await official('coordinator@nsu.ru.demo', {
      role: 'coordinator',
      institutionId: await world.institution('novosibirsk-state-university'),
      country: null,
    });
    const { submission } = await fileOf(home.request, made.id);
    const upload = submission?.content.documents[0]?.uploadId ?? '';
    for (const who of [stranger, host, hostMinistry]) {
      expect((await review(who, made)).status).toBe(404);
      expect((await who.browser.get(`/applications/${made.id}/review/documents/${upload}`)).status).toBe(404);
    }
    const page = await stranger.browser.open('/applications');
    expect(
      (await send(stranger, page, `/applications/${made.id}/review/nomination-answer`, { answer: 'accept' }))
        .status,
    ).toBe(404);
    expect((await home.browser.get(`/applications/${made.id}/review/documents/${upload}`)).status).toBe(200);
  });

  it('shows the home side what changed in a correction, and the host only what it is now', async () => {
    const made = await submitted();
    await run(ScreenApplication).returnForCorrection(home.request, made.id, {
      fields: ['motivation.motivation'],
      reason: 'Допуните.',
    });
    const file = await fileOf(made.student, made.id);
    const section = file.sections.get('motivation');
    await run(SaveSection).run(
      made.student,
      made.id,
      'motivation',
      { ...section?.answers, motivation: 'Сасвим ново.' },
      section?.revision ?? 0,
    );
    await run(SubmitApplication).run(made.student, made.id);
    const page = await review(home, made);
    expect(page.body).toContain('href="#answer-motivation-motivation"');
    expect(page.body).toContain('most-changed');
    await run(NominateCandidate).run(home.request, made.id, {
      placeId: file.contents.choices[0] ?? '',
      endorsement: '',
    });
    const atHost = await review(host, made);
    expect(atHost.body).toContain('Сасвим ново.');
    expect(atHost.body).not.toContain('most-changed');
    expect(atHost.body).not.toContain('Changed since');
  });

  it('comes back with the fault at its field and every word kept', async () => {
    const made = await submitted();
    const page = await review(home, made, 'return');
    const answer = await send(home, page, `/applications/${made.id}/review/return`, {
      reason: 'Недостаје потпис.',
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('href="#field-fields"');
    expect(answer.body).toContain('Недостаје потпис.');
    expect((await fileOf(home.request, made.id)).application.state).toBe('submitted');
  });

  it('cannot be acted on by the applicant’s own coordinator self, who is told so', async () => {
    const made = await submitted();
    await http.owner.query('update applications set applicant_id = $2 where id = $1', [
      made.id,
      secondHome.id,
    ]);
    const answer = await secondHome.browser.get(`/applications/${made.id}/review`);
    expect(answer.headers.get('location')).toBe(`/applications/${made.id}`);
    const worklist = await secondHome.browser.open('/applications');
    const refused = await send(secondHome, worklist, `/applications/${made.id}/review/ineligible`, {
      reason: 'Ја.',
    });
    expect(refused.status).toBe(403);
    await http.owner.query('update applications set applicant_id = $2 where id = $1', [
      made.id,
      made.student.actor.personId,
    ]);
  });
});

describe('two at once', () => {
  it('of two home coordinators one decides, and the other is told what, by whom, and has their words', async () => {
    const made = await submitted();
    const first = await review(home, made, 'return');
    const second = await review(secondHome, made, 'ineligible');
    const answers = await Promise.all([
      send(home, first, `/applications/${made.id}/review/return`, {
        fields: 'motivation.motivation',
        reason: 'Моје прве речи.',
      }),
      send(secondHome, second, `/applications/${made.id}/review/ineligible`, { reason: 'Моје друге речи.' }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    const told = answers.find(({ status }) => status === 409)?.body ?? '';
    const won = answers[0].status === 303 ? home : secondHome;
    expect(told).toContain('Somebody was first');
    expect(told).toContain(won.request.actor.name);
    expect(told).toContain(won === home ? 'Моје друге речи.' : 'Моје прве речи.');
    const { rows } = await http.owner.query<{ count: number }>(
      `select count(*)::integer as count from audit_entries where subject_id = $1
         and action in ('application.return', 'application.find_ineligible')`,
      [made.id],
    );
    expect(rows[0]?.count).toBe(1);
  });

  it('whoever had an older state of the file open is asked to look again', async () => {
    const made = await nominated();
    const old = await review(secondHost, made, 'accept');
    const now = await review(host, made, 'waitlist');
    expect(
      (await send(host, now, `/applications/${made.id}/review/nomination-answer`, { answer: 'waitlist' }))
        .status,
    ).toBe(303);
    const answer = await send(secondHost, old, `/applications/${made.id}/review/nomination-answer`, {
      answer: 'accept',
    });
    expect(answer.status).toBe(412);
    expect(answer.body).toContain('The file has changed meanwhile');
    expect((await fileOf(home.request, made.id)).nominations[0]?.state).toBe('waitlisted');
  });

  it('of two hosts the second learns of the first, though the file has left their sight', async () => {
    const made = await nominated();
    const [first, second] = [await review(host, made, 'reject'), await review(secondHost, made, 'accept')];
    const rejected = await send(host, first, `/applications/${made.id}/review/nomination-answer`, {
      answer: 'reject',
      reasonCode: 'no_capacity',
      reasonText: 'Нет мест.',
    });
    expect(rejected.headers.get('location')).toBe('/applications');
    const late = await send(secondHost, second, `/applications/${made.id}/review/nomination-answer`, {
      answer: 'accept',
    });
    expect(late.status).toBe(409);
    expect(late.body).toContain(host.request.actor.name);
    const page = await review(secondHost, made);
    expect(page.status).toBe(200);
    expect(page.body).toContain('This file is no longer with you');
    expect(page.body).not.toContain(made.number);
    expect((await review(hostMinistry, made)).status).toBe(404);
  });

  it('of two officers of one side one decides, and the other is told by whom', async () => {
    const made = await beforeBoth();
    const colleague = await official('commission@rs.demo', {
      role: 'ministry_officer',
      institutionId: null,
      country: 'RS',
    });
    const path = `/approvals/${made.decision}`;
    const pages = [
      await homeMinistry.browser.open(path),
      await colleague.browser.open(`${path}?verdict=reject`),
    ];
    const answers = await Promise.all([
      send(homeMinistry, pages[0] as Answer, `${path}/decision`, { country: 'RS', verdict: 'approve' }),
      send(colleague, pages[1] as Answer, `${path}/decision`, {
        country: 'RS',
        verdict: 'reject',
        reasonCode: 'other',
        reasonText: 'Супротно.',
      }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409]);
    const told = answers.find(({ status }) => status === 409)?.body ?? '';
    const won = answers[0]?.status === 303 ? homeMinistry : colleague;
    expect(told).toContain('Somebody has already decided for your side');
    expect(told).toContain(won.request.actor.name);
    expect((await sideOf(made.decision, 'RS'))?.decided_by).toBe(won.id);
    expect((await sideOf(made.decision, 'RU'))?.state).toBe('pending');
  });
});

describe('a decision of two countries', () => {
  it('is made by each country for itself only', async () => {
    const made = await beforeBoth();
    const page = await hostMinistry.browser.open(`/approvals/${made.decision}`);
    expect(page.body).toContain('name="country" value="RU"');
    expect(page.body).not.toContain('name="country" value="RS"');
    const answer = await send(hostMinistry, page, `/approvals/${made.decision}/decision`, {
      country: 'RS',
      verdict: 'approve',
    });
    expect(answer.status).toBe(403);
    expect((await sideOf(made.decision, 'RS'))?.state).toBe('pending');
    // The coordinators read of it in the file, and have no page of their own.
    expect((await home.browser.get(`/approvals/${made.decision}`)).status).toBe(403);
    expect((await review(home, made)).body).toContain('Decisions of both countries');
  });

  it('waits in the worklist of both, the oldest promise first', async () => {
    const made = await beforeBoth();
    for (const who of [homeMinistry, hostMinistry]) {
      const list = await who.browser.open('/approvals');
      expect(list.body).toContain(`/approvals/${made.decision}`);
      expect((await who.browser.open('/approvals?tab=decided')).body).not.toContain(made.decision);
    }
    expect((await homeMinistry.browser.get('/approvals?after=nonsense')).status).toBe(422);
  });

  it('says at the field what a refusal needs, and keeps what was written', async () => {
    const made = await beforeBoth();
    const page = await homeMinistry.browser.open(`/approvals/${made.decision}?verdict=reject`);
    const answer = await send(homeMinistry, page, `/approvals/${made.decision}/decision`, {
      country: 'RS',
      verdict: 'reject',
      reasonText: 'Само речи.',
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('href="#field-reasonCode"');
    expect(answer.body).toContain('Само речи.');
  });

  it('is not for whoever prepared it, and says so before they try', async () => {
    const made = await beforeBoth();
    await give(home.id, { role: 'ministry_officer', institutionId: null, country: 'RS' });
    const page = await home.browser.open(`/approvals/${made.decision}`);
    expect(page.body).toContain('You helped to prepare this file');
    expect(page.body).not.toContain('most-decision');
    const answer = await send(home, page, `/approvals/${made.decision}/decision`, {
      country: 'RS',
      verdict: 'approve',
    });
    expect(answer.status).toBe(403);
    expect((await sideOf(made.decision, 'RS'))?.state).toBe('pending');
    await http.owner.query(
      "update role_grants set revoked_at = now() where person_id = $1 and role = 'ministry_officer'",
      [home.id],
    );
  });

  it('goes back to the home institution and returns with an answer, after which the ministry decides again', async () => {
    const made = await beforeBoth();
    await run(DecideSide).run(hostMinistry.request, made.decision, {
      country: 'RU',
      verdict: 'return',
      reasonCode: 'documents',
      reasonText: 'Нужен перевод.',
    });
    const file = await fileOf(home.request, made.id);
    expect(file.custody.map(({ office }) => office)).toEqual(['home_institution']);
    expect((await secondHome.browser.open('/applications?waits=ministry')).body).toContain(made.number);
    const page = await review(secondHome, made);
    expect(page.body).toContain('Нужен перевод.');
    const path = `/applications/${made.id}/review/ministry-answer`;
    const empty = await send(secondHome, page, path, { country: 'RU', answer: '' });
    expect(empty.status).toBe(422);
    expect(
      (await send(secondHome, page, path, { country: 'RU', answer: 'Превод је приложен.' })).status,
    ).toBe(303);
    expect(await sideOf(made.decision, 'RU')).toEqual({
      state: 'pending',
      answer: 'Превод је приложен.',
      decided_by: null,
    });
    expect((await send(secondHome, page, path, { country: 'RU', answer: 'Опет.' })).status).toBe(409);
    const { rows } = await http.owner.query<{ preparers: string[] }>(
      'select preparers from decisions where id = $1',
      [made.decision],
    );
    expect(rows[0]?.preparers).toContain(secondHome.id);
    const again = await hostMinistry.browser.open(`/approvals/${made.decision}`);
    expect(again.body).toContain('Превод је приложен.');
    expect(
      (
        await send(hostMinistry, again, `/approvals/${made.decision}/decision`, {
          country: 'RU',
          verdict: 'approve',
        })
      ).status,
    ).toBe(303);
  });
});

describe.each(['sr-Cyrl', 'sr-Latn', 'ru', 'en'])('the pages of the offices in %s', (language) => {
  it('can be read, with every act', async () => {
    const [fresh, sent, decided] = [await submitted(), await nominated(), await beforeBoth()];
    const pages: readonly (readonly [Official, string])[] = [
      [home, '/applications'],
      [homeMinistry, '/applications?density=compact'],
      ...['nominate', 'return', 'ineligible'].map(
        (act) => [home, `/applications/${fresh.id}/review?act=${act}`] as const,
      ),
      ...['accept', 'waitlist', 'send_back', 'reject'].map(
        (act) => [host, `/applications/${sent.id}/review?act=${act}`] as const,
      ),
      ...['approve', 'approve_with_conditions', 'return', 'reject'].map(
        (verdict) => [homeMinistry, `/approvals/${decided.decision}?verdict=${verdict}`] as const,
      ),
      ...['waiting', 'decided', 'divergent'].map((tab) => [hostMinistry, `/approvals?tab=${tab}`] as const),
    ];
    for (const [who, path] of pages) {
      const page = await who.browser.open(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      expect(`${page.status} ${path}`).toBe(`200 ${path}`);
    }
    for (const { browser } of [home, host, homeMinistry, hostMinistry]) await browser.open('/?lang=en');
  });
});

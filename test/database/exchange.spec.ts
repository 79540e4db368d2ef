import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import {
  AnswerNomination,
  AnswerOffer,
  ApplicationFiles,
  AttachDocument,
  GiveConsents,
  KeepDeadlines,
  NominateCandidate,
  SaveSection,
  ScreenApplication,
  StartApplication,
  SubmitApplication,
  WithdrawApplication,
} from '../../src/applications/public.js';
import type { ApplicationFile } from '../../src/applications/public.js';
import { ReadOffice } from '../../src/applications/http/read-office.js';
import { DecideSide, Decisions } from '../../src/approvals/public.js';
import { SealAudit, VerifyAudit } from '../../src/audit/public.js';
import { IssuedDocuments } from '../../src/documents/public.js';
import { Database } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Actor, Grant } from '../../src/shared/actor.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';
import type { HttpApp } from '../http/http-app.js';
import { exchangeModules } from '../factories/exchange-modules.js';

/** The whole length of the bridge by its operations, in either direction, and what must never happen on it. */

let http: HttpApp;
let world: World;
let scratch: string;
const clock = new SettableClock(new Date());

const SLUG: Readonly<Record<string, string>> = {
  RS: 'university-of-belgrade',
  RU: 'lomonosov-moscow-state-university',
};

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-exchange-'));
  http = await startHttpApp({
    imports: exchangeModules(scratch),
  });
  world = await buildWorld(http.app, http.owner, systemClock);
  const pdf = await PDFDocument.create();
  pdf.addPage();
  writeFileSync(join(scratch, 'transcript.pdf'), await pdf.save());
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** A person of a country, with roles, as a request of theirs. */
async function person(country: string, grants: readonly Grant[] = []): Promise<RequestContext> {
  const id = newId();
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at,
       home_institution_id)
     values ($1, $2, $3, 'Ана', 'ru', $4, 'sr-Cyrl', now(), $5)`,
    [id, country, 'Јовић', `${id}@example.org`, await world.institution(SLUG[country] ?? '')],
  );
  for (const { role, institutionId, country: scope } of grants) {
    await http.owner.query(
      `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
       values ($1, $2, $3, $4, $5, 'test', '2000-01-01')`,
      [newId(), id, role, institutionId, scope],
    );
  }
  const actor: Actor = {
    kind: 'person',
    personId: id,
    name: 'Ана',
    grants,
    ties: NO_TIES,
    secondFactor: true,
    scopes: null,
  };
  return { actor, language: 'sr-Cyrl', clock, requestId: `test-${id}` };
}

const coordinator = async (country: string) =>
  person(country, [
    { role: 'coordinator', institutionId: await world.institution(SLUG[country] ?? ''), country: null },
  ]);
const officer = (country: string) =>
  person(country, [{ role: 'ministry_officer', institutionId: null, country }]);

const promises = { screeningDays: 10, returnDays: 7, hostDecisionDays: 35, approvalDays: 14, offerDays: 5 };

/** A call in one direction with one host and so many places. */
async function callOf(home: string, host: string, capacity: number): Promise<string> {
  const slug = `call-${newId()}`;
  await world.publishedCall({
    slug,
    directions: [{ homeCountry: home, hostCountry: host }],
    promises,
    places: [
      {
        institutionId: await world.institution(SLUG[host] ?? ''),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity,
      },
    ],
  });
  return slug;
}

const run = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);

function fileOf(request: RequestContext, id: string): Promise<ApplicationFile> {
  return http.app.get(Database).read(request, (ctx) => http.app.get(ApplicationFiles).load(ctx, id));
}

/** Fills every page of an application and stops before submitting. */
async function filled(student: RequestContext, slug: string): Promise<string> {
  const { id } = await run(StartApplication).run(student, slug);
  const file = await fileOf(student, id);
  for (const section of file.form.sections) {
    const revision = file.sections.get(section.id)?.revision ?? 0;
    if (section.kind === 'questions') {
      const typed: Record<string, string> = { ...file.sections.get(section.id)?.answers };
      for (const question of section.questions)
        typed[question.id] ??= example(question.type, question.options);
      await run(SaveSection).run(student, id, section.id, typed, revision);
    }
    if (section.kind === 'choices') {
      const { rows } = await http.owner.query<{ id: string }>(
        'select p.id from call_places p join calls c on c.id = p.call_id where c.slug = $1',
        [slug],
      );
      await run(SaveSection).run(student, id, section.id, { choice_1: rows[0]?.id ?? '' }, revision);
    }
    if (section.kind === 'documents') {
      for (const document of section.documents.filter((each) => each.required)) {
        await run(AttachDocument).attach(student, id, document.id, {
          path: join(scratch, 'transcript.pdf'),
          fileName: 'Индекс.pdf',
        });
      }
    }
    if (section.kind === 'consents') {
      await run(GiveConsents).run(
        student,
        id,
        section.id,
        section.consents.map((consent) => consent.purpose),
      );
    }
  }
  return id;
}

function example(type: string, options: readonly { readonly value: string }[] | undefined): string {
  switch (type) {
    case 'date':
      return '27 3 2003';
    case 'choice':
      return options?.[0]?.value ?? '';
    case 'country':
      return 'RS';
    case 'email':
      return 'ana@example.org';
    case 'phone':
      return '+381 11 123 4567';
    case 'number':
      return '2';
    case 'long_text':
      return 'Желим да учим преко моста.';
    default:
      return 'ANA';
  }
}

/** From a submitted application to the host's acceptance. */
async function accepted(
  id: string,
  home: RequestContext,
  host: RequestContext,
): Promise<{ decisionId: string }> {
  const file = await fileOf(home, id);
  await run(NominateCandidate).run(home, id, {
    placeId: file.contents.choices[0] ?? '',
    endorsement: 'Препоручујемо.',
  });
  await run(AnswerNomination).run(host, id, { answer: 'accept' });
  const { decision } = await fileOf(host, id);
  return { decisionId: decision?.id ?? '' };
}

async function offered(student: RequestContext, slug: string, home: string, host: string): Promise<string> {
  const id = await filled(student, slug);
  await run(SubmitApplication).run(student, id);
  const { decisionId } = await accepted(id, await coordinator(home), await coordinator(host));
  await run(DecideSide).run(await officer(home), decisionId, { country: home, verdict: 'approve' });
  await run(DecideSide).run(await officer(host), decisionId, { country: host, verdict: 'approve' });
  return id;
}

const refusal = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.reason}`;
    throw error;
  }
  return 'done';
};

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
])('an exchange from %s to %s', (home, host) => {
  it('goes from a draft to an accepted offer with a letter, through both countries', async () => {
    const slug = await callOf(home, host, 1);
    const [student, homeOffice, hostOffice] = [
      await person(home),
      await coordinator(home),
      await coordinator(host),
    ];
    const [homeMinistry, hostMinistry] = [await officer(home), await officer(host)];
    const id = await filled(student, slug);

    // Before it is submitted, nobody but its applicant sees it.
    for (const stranger of [homeOffice, hostOffice, homeMinistry, hostMinistry]) {
      expect(await refusal(fileOf(stranger, id))).toBe('not_found: not_found');
    }
    const receipt = await run(SubmitApplication).run(student, id);
    expect(receipt.number).toMatch(new RegExp(`^${home}-\\d{4}-\\d{6}$`));
    expect((await run(SubmitApplication).run(student, id)).number).toBe(receipt.number);
    expect((await fileOf(homeOffice, id)).custody[0]?.office).toBe('home_institution');
    expect(await refusal(fileOf(hostOffice, id))).toBe('not_found: not_found');

    await run(ScreenApplication).returnForCorrection(homeOffice, id, {
      fields: ['motivation.motivation'],
      reason: 'Допуните.',
    });
    const returned = await fileOf(student, id);
    expect(returned.application.state).toBe('returned');
    const personal = returned.sections.get('person');
    expect(
      await refusal(
        run(SaveSection).run(
          student,
          id,
          'person',
          { ...personal?.answers, native_given: 'Друго' },
          personal?.revision ?? 0,
        ),
      ),
    ).toBe('invalid: invalid');
    const motivation = returned.sections.get('motivation');
    await run(SaveSection).run(
      student,
      id,
      'motivation',
      { ...motivation?.answers, motivation: 'Допуњено.' },
      motivation?.revision ?? 0,
    );
    await run(SubmitApplication).run(student, id);

    const { decisionId } = await accepted(id, homeOffice, hostOffice);
    expect((await fileOf(student, id)).custody.map(({ office }) => office)).toEqual([
      'home_ministry',
      'host_ministry',
    ]);
    // One side alone is never an approval, and nobody speaks for the other country.
    expect(
      await refusal(run(DecideSide).run(homeMinistry, decisionId, { country: host, verdict: 'approve' })),
    ).toBe('forbidden: out_of_scope');
    await run(DecideSide).run(homeMinistry, decisionId, { country: home, verdict: 'approve' });
    expect((await fileOf(student, id)).application.state).toBe('eligible');
    expect(
      await refusal(run(DecideSide).run(homeMinistry, decisionId, { country: home, verdict: 'approve' })),
    ).toBe('conflict: already_decided');
    await run(DecideSide).run(hostMinistry, decisionId, { country: host, verdict: 'approve' });
    expect((await fileOf(student, id)).application.state).toBe('offered');

    // Late in the evening, when it is already the next day in the other country.
    const now = clock.now();
    clock.set(new Date(`${new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10)}T21:30:00Z`));
    await run(AnswerOffer).accept(student, id);
    clock.set(now);
    const letter = await http.app
      .get(Database)
      .read(student, (ctx) =>
        http.app.get(IssuedDocuments).of(ctx, 'award_letter', { kind: 'application', id }),
      );
    expect(letter?.number).toMatch(new RegExp(`^MOST-\\d{4}-${home}-\\d{6}$`));
    const { rows: versions } = await http.owner.query<{ date: string }>(
      `select jsonb_path_query(content, '$.versions[*].date.text') #>> '{}' as date from issued_documents
       where subject_id = $1`,
      [id],
    );
    expect(versions).toHaveLength(2);
    expect(new Set(versions.map(({ date }) => /\d+/.exec(date)?.[0])).size).toBe(1);
    const { rows } = await http.owner.query<{ taken: number }>(
      'select taken from call_places where id = (select place_id from applications where id = $1)',
      [id],
    );
    expect(rows[0]?.taken).toBe(1);
  });

  it('promotes the next reserve when an offer is declined', async () => {
    const slug = await callOf(home, host, 1);
    const [first, second] = [await person(home), await person(home)];
    const one = await offered(first, slug, home, host);
    const two = await offered(second, slug, home, host);
    expect((await fileOf(second, two)).application).toMatchObject({
      state: 'final',
      result: 'reserve',
      reserveNumber: 1,
    });
    await run(AnswerOffer).decline(first, one);
    expect((await fileOf(first, one)).application.state).toBe('declined');
    expect((await fileOf(second, two)).application).toMatchObject({ state: 'offered', result: 'selected' });
  });
});

describe('what must never happen', () => {
  it('says all that is missing before it takes a submission', async () => {
    const student = await person('RS');
    const { id } = await run(StartApplication).run(student, await callOf('RS', 'RU', 1));
    expect(await refusal(run(SubmitApplication).run(student, id))).toBe('blocked: not_complete');
    const codes = new Set((await fileOf(student, id)).blockers.map(({ code }) => code));
    expect(codes).toEqual(
      new Set(['answer_missing', 'choice_missing', 'document_missing', 'consent_missing']),
    );
  });

  it('makes one application and one number of twenty submits at once', async () => {
    const student = await person('RS');
    const id = await filled(student, await callOf('RS', 'RU', 1));
    const receipts = await Promise.all(
      Array.from({ length: 20 }, () => run(SubmitApplication).run(student, id)),
    );
    expect(new Set(receipts.map(({ number }) => number)).size).toBe(1);
    const { rows } = await http.owner.query<{ count: string }>(
      "select count(*) from outbox_events where subject_id = $1 and type = 'application.submitted'",
      [id],
    );
    expect(rows[0]?.count).toBe('1');
  });

  it('does not overwrite what another tab has saved', async () => {
    const student = await person('RS');
    const { id } = await run(StartApplication).run(student, await callOf('RS', 'RU', 1));
    const save = (text: string) => run(SaveSection).run(student, id, 'motivation', { motivation: text }, 0);
    await save('прва');
    expect(await refusal(save('друга'))).toBe('stale: stale');
    expect((await fileOf(student, id)).sections.get('motivation')?.answers.motivation).toBe('прва');
  });

  it('lets exactly one of two officers decide for a country', async () => {
    const slug = await callOf('RS', 'RU', 3);
    const student = await person('RS');
    const id = await filled(student, slug);
    await run(SubmitApplication).run(student, id);
    const { decisionId } = await accepted(id, await coordinator('RS'), await coordinator('RU'));
    const [one, other] = [await officer('RS'), await officer('RS')];
    const answers = await Promise.all([
      refusal(run(DecideSide).run(one, decisionId, { country: 'RS', verdict: 'approve' })),
      refusal(
        run(DecideSide).run(other, decisionId, {
          country: 'RS',
          verdict: 'reject',
          reasonCode: 'other',
          reasonText: 'Не.',
        }),
      ),
    ]);
    expect(answers.sort()).toEqual(['conflict: already_decided', 'done']);
  });

  it('takes nothing after the deadline and closes what was not submitted', async () => {
    const student = await person('RS');
    const id = await filled(student, await callOf('RS', 'RU', 1));
    const now = clock.now();
    clock.set(new Date(now.getTime() + 14 * DAY_MS));
    try {
      expect(await refusal(run(SubmitApplication).run(student, id))).toBe('too_late: call_closed');
      await http.app.get(KeepDeadlines).run(clock);
      expect((await fileOf(student, id)).application.state).toBe('never_submitted');
    } finally {
      clock.set(now);
    }
  });

  it('hides an application from the host again when the host has refused it', async () => {
    const slug = await callOf('RS', 'RU', 1);
    const [student, home, host] = [await person('RS'), await coordinator('RS'), await coordinator('RU')];
    const id = await filled(student, slug);
    await run(SubmitApplication).run(student, id);
    const { contents } = await fileOf(home, id);
    await run(NominateCandidate).run(home, id, { placeId: contents.choices[0] ?? '', endorsement: '' });
    await run(AnswerNomination).run(host, id, {
      answer: 'reject',
      reasonCode: 'profile',
      reasonText: 'Нема места.',
    });
    expect(await refusal(fileOf(host, id))).toBe('not_found: not_found');
    expect((await fileOf(home, id)).custody[0]?.office).toBe('home_institution');
  });

  it('tells a second host nothing of what the first one said', async () => {
    const slug = `call-${newId()}`;
    const hosts = ['lomonosov-moscow-state-university', 'novosibirsk-state-university'];
    const places = [];
    for (const host of hosts) {
      places.push({
        institutionId: await world.institution(host),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2' as const,
        months: 5,
        services: null,
        capacity: 1,
      });
    }
    const callId = await world.publishedCall({ slug, promises, places });
    const [student, home, first] = [await person('RS'), await coordinator('RS'), await coordinator('RU')];
    const second = await person('RU', [
      { role: 'coordinator', institutionId: places[1]?.institutionId ?? '', country: null },
    ]);
    const id = await filled(student, slug);
    const { rows } = await http.owner.query<{ id: string }>(
      'select id from call_places where call_id = $1 order by institution_id = $2 desc',
      [callId, places[0]?.institutionId],
    );
    const [msu = '', nsu = ''] = rows.map((place) => place.id);
    const choices = (await fileOf(student, id)).sections.get('choices');
    await run(SaveSection).run(
      student,
      id,
      'choices',
      { choice_1: msu, choice_2: nsu },
      choices?.revision ?? 0,
    );
    await run(SubmitApplication).run(student, id);
    await run(NominateCandidate).run(home, id, { placeId: msu, endorsement: '' });
    await run(AnswerNomination).run(first, id, {
      answer: 'reject',
      reasonCode: 'profile',
      reasonText: 'Само за нас и за вас.',
    });
    clock.set(new Date(clock.now().getTime() + 1000));
    await run(NominateCandidate).run(home, id, { placeId: nsu, endorsement: '' });
    const told = async (request: RequestContext) =>
      (await fileOf(request, id)).nominations.map(({ reasonText }) => reasonText);
    expect(await told(second)).toEqual([null]);
    expect(await told(home)).toEqual([null, 'Само за нас и за вас.']);
    expect(await told(student)).toHaveLength(2);
    // Nor what was done before it came to them, nor to whom else it was sent.
    const review = (request: RequestContext) =>
      http.app.get(Database).read(request, (ctx) => http.app.get(ReadOffice).review(ctx, id));
    const [seen, known] = [await review(second), await review(home)];
    expect(seen.transfers.map(({ recipientInstitutionId }) => recipientInstitutionId)).toEqual([
      places[1]?.institutionId,
    ]);
    expect(known.transfers).toHaveLength(2);
    expect(seen.recorded.map(({ action }) => action)).not.toContain('nomination.rejected');
    expect(known.recorded.map(({ action }) => action)).toContain('nomination.rejected');
    expect(await refusal(fileOf(first, id))).toBe('not_found: not_found');
  });

  it('frees the place of whoever withdraws after acceptance, and withdraws the letter', async () => {
    const student = await person('RS');
    const id = await offered(student, await callOf('RS', 'RU', 1), 'RS', 'RU');
    await run(AnswerOffer).accept(student, id);
    await run(WithdrawApplication).run(student, id);
    const letter = await http.app
      .get(Database)
      .read(student, (ctx) =>
        http.app.get(IssuedDocuments).of(ctx, 'award_letter', { kind: 'application', id }),
      );
    expect(letter?.revokedAt).toBeInstanceOf(Date);
    const { rows } = await http.owner.query<{ taken: number }>(
      `select p.taken from call_places p join applications a on a.call_id = p.call_id where a.id = $1`,
      [id],
    );
    expect(rows[0]?.taken).toBe(0);
  });
});

describe('a withdrawal', () => {
  it('takes what both countries were to decide from their tables, and says so to whoever is late', async () => {
    const student = await person('RS');
    const id = await filled(student, await callOf('RS', 'RU', 1));
    await run(SubmitApplication).run(student, id);
    const { decisionId } = await accepted(id, await coordinator('RS'), await coordinator('RU'));
    const [home, host] = [await officer('RS'), await officer('RU')];
    const waiting = () =>
      http.app.get(Database).read(home, (ctx) => http.app.get(Decisions).countWaiting(ctx, 100));
    const verdict = (officer: RequestContext, country: string) =>
      run(DecideSide).run(officer, decisionId, { country, verdict: 'approve' });
    await verdict(host, 'RU');
    const before = await waiting();
    await run(WithdrawApplication).run(student, id);
    expect(await waiting()).toBe(before - 1);
    expect(await refusal(verdict(home, 'RS'))).toBe('conflict: subject_withdrawn');
    // The other side's sight of the file has ended with it, and so that of the decision.
    expect(await refusal(verdict(await officer('RU'), 'RU'))).toBe('not_found: not_found');
  });
});

describe('the second wall', () => {
  it('hides rows from a query without any filter', async () => {
    const student = await person('RS');
    const id = await filled(student, await callOf('RS', 'RU', 1));
    await run(SubmitApplication).run(student, id);
    const seen = (request: RequestContext) =>
      http.app.get(Database).read(request, async (ctx) => {
        const rows = await ctx.tx.query<unknown[]>('select id from applications where id = $1', [id]);
        const sections = await ctx.tx.query<unknown[]>(
          'select 1 from application_sections where application_id = $1',
          [id],
        );
        return [rows.length > 0, sections.length > 0];
      });
    expect(await seen(student)).toEqual([true, true]);
    expect(await seen(await coordinator('RS'))).toEqual([true, true]);
    expect(await seen(await officer('RS'))).toEqual([true, true]);
    for (const stranger of [await person('RS'), await coordinator('RU'), await officer('RU')]) {
      expect(await seen(stranger)).toEqual([false, false]);
    }
  });
});

describe('the record', () => {
  it('is whole, and shows a change that somebody made behind it', async () => {
    await http.app.get(SealAudit).run(systemClock);
    expect((await http.app.get(VerifyAudit).run(systemClock)).faults).toEqual([]);
    const change = (action: string) =>
      http.owner.query(
        `update audit_entries e set action = $1 from (select id, action from audit_entries order by id limit 1) first
         where e.id = first.id returning first.action as before`,
        [action],
      );
    const { rows } = await change('application.nothing');
    const { faults } = await http.app.get(VerifyAudit).run(systemClock);
    expect(faults.some((fault) => fault.includes('changed'))).toBe(true);
    await change((rows[0] as { before: string }).before);
  });
});

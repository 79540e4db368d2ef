import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerNomination, NominateCandidate, WithdrawApplication } from '../../src/applications/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import {
  ConductSession,
  KeepProtocol,
  PlanSession,
  ReadCommission,
  TableItem,
  VoteOnItem,
} from '../../src/commission/public.js';
import { WatchSessions } from '../../src/commission/operations/watch-sessions.js';
import { ForgetFiles, PdfRenderer } from '../../src/documents/public.js';
import type { OfficialRecordData } from '../../src/documents/public.js';
import { EraseFromCommission } from '../../src/commission/operations/erase-from-commission.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import { wallTime } from '../../src/shared/zoned-time.js';
import type { Id } from '../../src/shared/ids.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { actingAs } from '../factories/acting.js';
import { OfficeScene } from './office-scene.js';

/** The joint commission from a difference between two countries to what follows from the protocol that both sign. */

/** Of this day. */
const soon = () => new Date(Date.now() + 10_000);
const BOTH = (name: string, sr: string, ru: string) => ({ [`${name}-0`]: sr, [`${name}-1`]: ru });
const DECIDED = BOTH('decision', 'Комисија одобрава.', 'Комиссия одобряет.');

let scene: OfficeScene;

beforeAll(async () => {
  scene = await OfficeScene.start();
  const belgrade = await scene.world.institution('university-of-belgrade');
  const moscow = await scene.world.institution('lomonosov-moscow-state-university');
  const roles: [string, string, string, Record<string, string>][] = [
    ['home', 'coordinator@bg.rs.demo', 'coordinator', { institution_id: belgrade }],
    ['host', 'coordinator@msu.ru.demo', 'coordinator', { institution_id: moscow }],
    ['ministry RS', 'ministry@rs.demo', 'ministry_officer', { country: 'RS' }],
    ['ministry RU', 'ministry@ru.demo', 'ministry_officer', { country: 'RU' }],
    ['secretary RS', 'secretary@rs.demo', 'commission_secretary', { country: 'RS' }],
    ['secretary RU', 'secretary@ru.demo', 'commission_secretary', { country: 'RU' }],
    ['member RS', 'commission@rs.demo', 'commission_member', { country: 'RS' }],
    ['member RU', 'commission@ru.demo', 'commission_member', { country: 'RU' }],
    ['second RS', 'admin@rs.demo', 'commission_member', { country: 'RS' }],
    ['second RU', 'admin@ru.demo', 'commission_member', { country: 'RU' }],
    ['stranger', 'student@rs.demo', '', {}],
  ];
  for (const [name, email, role, scope] of roles) {
    await scene.signIn(name, email, role ? { role, scope } : undefined);
  }
  // Of no institution that could bind them.
  await scene.http.owner.query(
    "update persons set home_institution_id = null where id <> all (select person_id from role_grants where role = 'coordinator')",
  );
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

const as = (who: string) => actingAs(scene.http.app, scene.people[who] ?? who);
const run = <T>(operation: new (...parts: never[]) => T): T => scene.http.app.get<T>(operation);
const rows = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await scene.http.owner.query<Row>(sql, values)).rows;
const refusal = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
  return 'done';
};

interface Divergent {
  readonly applicationId: Id;
  readonly applicantId: Id;
  readonly decisionId: Id;
  readonly itemId: Id;
}

/** An application on which the two ministries differ; or before them, where only one has spoken. */
async function divergent(alone = false): Promise<Divergent> {
  const belgrade = await scene.world.institution('university-of-belgrade');
  const slug = `call-${newId()}`;
  await scene.world.publishedCall({
    slug,
    places: [
      {
        institutionId: await scene.world.institution('lomonosov-moscow-state-university'),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity: 1,
      },
    ],
  });
  const [applicationId = ''] = await scene.submitted(slug, belgrade, 1);
  const [choice] = await rows<{ place: Id }>(
    'select place_id as place from application_choices where application_id = $1',
    [applicationId],
  );
  await run(NominateCandidate).run(await as('home'), applicationId, {
    placeId: choice?.place ?? '',
    endorsement: '',
  });
  await run(AnswerNomination).run(await as('host'), applicationId, { answer: 'accept' });
  const [decision] = await rows<{ id: Id }>('select id from decisions where subject_id = $1', [
    applicationId,
  ]);
  const decisionId = decision?.id ?? '';
  await run(DecideSide).run(await as('ministry RS'), decisionId, { country: 'RS', verdict: 'approve' });
  if (!alone) {
    await run(DecideSide).run(await as('ministry RU'), decisionId, {
      country: 'RU',
      verdict: 'reject',
      reasonCode: 'funding',
      reasonText: 'Нет средств.',
    });
  }
  const [item] = await rows<{ id: Id }>('select id from commission_items where decision_id = $1', [
    decisionId,
  ]);
  const [person] = await rows<{ id: Id }>('select applicant_id as id from applications where id = $1', [
    applicationId,
  ]);
  return { applicationId, applicantId: person?.id ?? '', decisionId, itemId: item?.id ?? '' };
}

/** A session with these items, going on, where these are there. */
async function session(items: readonly Id[], there: readonly string[]): Promise<Id> {
  const secretary = await as('secretary RS');
  const id = await run(PlanSession).plan(secretary, 'RS', 'RU', {
    startsAt: soon(),
    minutes: 90,
    timeZone: 'Europe/Belgrade',
    place: 'Сала 1',
    link: '',
  });
  await run(PlanSession).setAgenda(secretary, id, items);
  for (const who of ['secretary RS', ...there]) await run(ConductSession).attend(await as(who), id);
  await run(ConductSession).open(secretary, id);
  return id;
}

const voteOpen = async (id: Id, itemId: Id, ballot = 'open'): Promise<Id> => {
  await run(ConductSession).takeUp(await as('secretary RS'), id, itemId);
  return run(VoteOnItem).open(await as('secretary RS'), id, itemId, ballot);
};

/** Closed, with a protocol that both sides agreed to. */
async function agreed(id: Id): Promise<{ protocolId: Id; hash: string }> {
  await run(ConductSession).close(await as('secretary RS'), id);
  const protocolId = await run(KeepProtocol).draft(await as('secretary RS'), id);
  const [row] = await rows<{ hash: string }>(
    'select content_hash as hash from commission_protocols where id = $1',
    [protocolId],
  );
  const hash = row?.hash ?? '';
  for (const who of ['secretary RS', 'secretary RU'])
    await run(KeepProtocol).agree(await as(who), protocolId, hash);
  return { protocolId, hash };
}

const settled = async (decisionId: Id) =>
  (
    await rows<{ settled: string | null }>('select settled_as as settled from decisions where id = $1', [
      decisionId,
    ])
  )[0]?.settled;

describe('the whole way by its pages', () => {
  it('goes from a difference to a session, a vote, a protocol of both, an offer, and an amendment', async () => {
    const { applicationId, decisionId, itemId } = await divergent();
    expect(itemId).not.toBe('');
    const waits = await scene.browser('secretary RS').open('/commission?lang=en');
    expect(waits.status).toBe(200);
    expect(waits.body).toContain(`/commission/items/${itemId}`);
    expect((await scene.browser('ministry RU').open(`/commission/items/${itemId}`)).status).toBe(200);
    expect((await scene.browser('stranger').open('/commission')).status).toBe(403);
    expect((await scene.browser('stranger').open(`/commission/items/${itemId}`)).status).toBe(403);

    const form = {
      other: 'RU',
      startsAt: '',
      timeZone: 'Europe/Belgrade',
      minutes: '90',
      place: '',
      link: '',
    };
    const wrong = await scene.send('secretary RS', '/commission/sessions/new', '/commission/sessions', form);
    expect(wrong.status).toBe(422);
    expect(wrong.body).toContain('id="field-startsAt"');
    // Everything that is wrong at once, in the words of the hint, and all that was typed.
    const several = await scene.send(
      'secretary RS',
      '/commission/sessions/new?lang=ru',
      '/commission/sessions',
      { ...form, other: '', startsAt: '31 4 2031 10:00', timeZone: 'Nowhere', minutes: 'сто', link: 'x' },
    );
    expect(several.status).toBe(422);
    for (const field of ['other', 'startsAt', 'timeZone', 'minutes', 'link']) {
      expect(several.body).toContain(`href="#field-${field}"`);
    }
    expect(several.body).toContain('12 3 2027 10:00.');
    expect(several.body).not.toContain('27 3 2003');
    for (const typed of ['31 4 2031 10:00', 'сто']) expect(several.body).toContain(`value="${typed}"`);
    const planned = await scene.send('secretary RS', '/commission/sessions/new', '/commission/sessions', {
      ...form,
      startsAt: '12.3.2031. 10:00',
      place: 'Сала 1',
    });
    expect(planned.status).toBe(303);
    const room = planned.headers.get('location') ?? '';
    const id = room.split('/').at(-1) ?? '';
    const send = (who: string, path: string, fields: Record<string, string> = {}) =>
      scene.send(who, room, `${room}/${path}`, fields);
    await scene.browser('secretary RU').open(`${room}?lang=ru`);
    const noNumber = await send('secretary RU', 'agenda', { [`item-${itemId}`]: 'первый' });
    expect(noNumber.status).toBe(422);
    expect(noNumber.body).toContain(`href="#field-item-${itemId}"`);
    expect(noNumber.body).toContain('Введите число цифрами');
    expect(noNumber.body).toContain('value="первый"');
    expect((await send('secretary RU', 'agenda', { [`item-${itemId}`]: '1' })).status).toBe(303);

    // Nobody opens it before a quorum of each country is there.
    await send('secretary RS', 'attend');
    expect((await send('secretary RS', 'open')).status).toBe(409);
    for (const who of ['member RS', 'member RU', 'second RU'])
      expect((await send(who, 'attend')).status).toBe(303);
    // Nor before its day: it is moved first, and everybody is told.
    const early = await send('secretary RS', 'open');
    expect(early.status).toBe(409);
    expect(early.body).toContain('id="form-move"');
    expect((await scene.browser('secretary RS').open(`${room}?lang=en`)).body).toContain(
      'can be opened on its day, 12 March 2031',
    );
    expect(early.body).not.toContain('id="form-open"');
    const today = wallTime(new Date(Date.now() + 120_000), 'Europe/Belgrade');
    const moved = await send('secretary RS', 'move', {
      ...form,
      startsAt: `${today.day} ${today.time}`,
      place: 'Сала 1',
    });
    expect(moved.status).toBe(303);
    expect((await send('secretary RS', 'open')).status).toBe(303);

    const item = `items/${itemId}`;
    await send('secretary RS', `${item}/take-up`);
    await send(
      'secretary RS',
      `${item}/notes`,
      BOTH('note', 'Расправа о средствима.', 'Обсуждение средств.'),
    );
    await send('member RU', `${item}/notes`, { 'note-0': 'Средства се могу наћи.' });
    // One of them knows of a tie: they see and vote no more.
    expect((await send('second RU', `${item}/stand-aside`)).status).toBe(303);
    const aside = await scene.browser('second RU').open(`${room}?lang=en`);
    expect(aside.body).not.toContain('Обсуждение средств.');
    expect((await scene.browser('second RU').open(`/commission/items/${itemId}`)).status).toBe(404);

    // An interruption, and on where it was.
    await send('secretary RS', 'interrupt');
    expect((await scene.browser('member RS').open(room)).status).toBe(200);
    await send('secretary RS', 'open');
    await send('secretary RS', `${item}/vote`, { how: 'open' });
    const [vote] = await rows<{ id: Id }>('select id from commission_votes where item_id = $1', [itemId]);
    const votes = `votes/${vote?.id ?? ''}`;
    expect((await send('second RU', votes, { ballot: 'no' })).status).toBe(403);
    expect((await send('member RS', votes)).status).toBe(422);
    expect((await send('member RS', votes, { ballot: 'yes' })).status).toBe(303);
    expect((await send('member RU', votes, { ballot: 'yes' })).status).toBe(303);
    // Nothing is entered but what was voted.
    expect((await send('secretary RS', `${item}/decide`, { outcome: 'agreed_no', ...DECIDED })).status).toBe(
      409,
    );
    expect((await send('secretary RS', `${item}/decide`, { outcome: 'agreed_yes' })).status).toBe(422);
    expect((await send('secretary RS', `${item}/decide`, { outcome: 'agreed_yes', ...DECIDED })).status).toBe(
      303,
    );
    expect((await send('secretary RS', 'close')).status).toBe(303);
    expect(await settled(decisionId)).toBeNull();

    const drafted = await send('secretary RS', 'protocol');
    const protocol = drafted.headers.get('location') ?? '';
    const protocolId = protocol.split('/').at(-1) ?? '';
    const hash = async () =>
      (
        await rows<{ hash: string }>('select content_hash as hash from commission_protocols where id = $1', [
          protocolId,
        ])
      )[0]?.hash ?? '';
    const act = async (who: string, path: string, fields: Record<string, string> = {}) =>
      (await scene.send(who, protocol, `${protocol}/${path}`, { hash: await hash(), ...fields })).status;
    expect(await act('secretary RS', 'agree')).toBe(303);
    // A change voids what was agreed.
    const words = BOTH('words', 'Комисија једногласно одобрава.', 'Комиссия единогласно одобряет.');
    expect(await act('secretary RU', 'sections/1', words)).toBe(303);
    expect(await rows('select from commission_protocol_acts where protocol_id = $1', [protocolId])).toEqual(
      [],
    );
    expect(await act('member RS', 'sign')).toBe(409);
    expect(await act('secretary RS', 'agree')).toBe(303);
    expect(await act('secretary RS', 'agree')).toBe(403);
    expect(await act('secretary RU', 'agree', { hash: 'of another text' })).toBe(412);
    expect(await act('secretary RU', 'agree')).toBe(303);
    expect(await act('member RS', 'sign')).toBe(303);
    expect(await act('second RS', 'sign')).toBe(403);
    expect(await settled(decisionId)).toBeNull();
    expect(await act('member RU', 'sign')).toBe(303);
    expect(await settled(decisionId)).toBe('agreed_yes');
    const [application] = await rows<{ state: string }>('select state from applications where id = $1', [
      applicationId,
    ]);
    expect(application?.state).toBe('offered');
    // On paper in both languages, with both signatures.
    const [paper] = await rows<{ content: OfficialRecordData; signatures: number }>(
      `select d.content, (select count(*)::integer from document_signatures s where s.document_id = d.id) as signatures
       from issued_documents d where d.kind = 'protocol' and d.subject_id = $1`,
      [protocolId],
    );
    expect(paper?.signatures).toBe(2);
    expect(paper?.content.versions.map(({ language }) => language)).toEqual(['sr-Cyrl', 'ru']);
    if (!paper) throw new Error('no document was issued');
    const pdf = await run(PdfRenderer).render('official-record', paper.content);
    expect(Buffer.from(pdf).subarray(0, 4).toString()).toBe('%PDF');
    expect((await scene.browser('second RU').open(`${protocol}/file`)).status).toBe(403);
    const shown = await scene.browser('ministry RU').open(`/approvals/${decisionId}?lang=en`);
    expect(shown.body).toContain('Нет средств.');

    expect(await act('secretary RU', 'publish')).toBe(303);
    const open = await scene.browser('stranger').open('/commission/published?lang=en');
    const [, link = ''] = /href="(\/commission\/published\/[^"]+)"/.exec(open.body) ?? [];
    const published = await scene.http.browser().open(`${link}?lang=en`);
    expect(published.status).toBe(200);
    for (const secret of ['Комисија', 'Обсуждение', 'commission@', applicationId]) {
      expect(published.body.includes(secret) && secret !== 'Комисија').toBe(false);
    }

    // Afterwards only a later protocol changes it, and the earlier one says so.
    const amendment = await scene.send('secretary RS', protocol, `${protocol}/amend`, {
      section: '1',
      ...BOTH('words', 'Комисија одобрава на једну годину.', 'Комиссия одобряет на год.'),
      ...BOTH('reason', 'Грешка у тексту.', 'Ошибка в тексте.'),
    });
    expect(amendment.status).toBe(303);
    const later = amendment.headers.get('location')?.split('/').at(-1) ?? '';
    const [text] = await rows<{ hash: string }>(
      'select content_hash as hash from commission_protocols where id = $1',
      [later],
    );
    for (const who of ['secretary RU', 'member RS'])
      await run(KeepProtocol).agree(await as(who), later, text?.hash ?? '');
    for (const who of ['member RU', 'second RS'])
      await run(KeepProtocol).sign(await as(who), later, text?.hash ?? '');
    await run(KeepProtocol).publish(await as('secretary RS'), later);
    expect((await scene.http.browser().open(`${link}?lang=en`)).body).toContain('-P2');
    const whole = await scene.browser('ministry RS').open(`${protocol}?lang=ru`);
    expect(whole.body).toContain('-P2');
    expect(whole.body).toContain('единогласно');

    // What did it decide on that day, and who was recused?
    await rows(
      `update commission_sessions set starts_at = '2031-03-10 10:00+01', opened_at = '2031-03-12 10:00+01',
         closed_at = '2031-03-12 11:00+01' where id = $1`,
      [id],
    );
    const asked = await scene
      .browser('ministry RS')
      .open('/commission?lang=en&from=12+3+2031&until=12+3+2031');
    expect(asked.body).toContain(room);
    expect(asked.body).toContain('Stood aside');
    const another = await scene.browser('ministry RS').open('/commission?lang=en&from=13+3+2031');
    expect(another.body).not.toContain(room);
  }, 120_000);

  it('answers bad input in words and never with a fault', async () => {
    const bad = [
      '/commission/sessions/nothing',
      '/commission/sessions/00000000-0000-7000-8000-000000000000',
      '/commission/items/x',
      '/commission/protocols/x',
      '/commission/published/x',
    ];
    for (const path of bad) expect((await scene.browser('secretary RS').open(path)).status).toBe(404);
    const zone = await scene.send('secretary RS', '/commission/sessions/new', '/commission/sessions', {
      other: 'RU',
      startsAt: '99 99 2031 10:00',
      timeZone: 'Nowhere',
      minutes: 'x',
      place: 'Сала',
    });
    expect(zone.status).toBe(422);
    const found = await scene.browser('ministry RS').open('/commission?lang=en&text=%25');
    expect(found.status).toBe(200);
    const lost = await scene.browser('ministry RS').open('/commission?lang=en&from=nothing&until=31+2+2031');
    expect(lost.status).toBe(422);
    // At each field, with what was typed in it, and with no session that nobody asked for.
    for (const [field, label] of [
      ['from', 'From'],
      ['until', 'Until'],
    ] as const)
      expect(lost.body).toMatch(new RegExp(`href="#field-${field}"[^>]*>${label}[^<]*: Enter the date`));
    expect(lost.body.split('Enter the date as day month year').length - 1).toBe(4);
    expect(lost.body).toContain('value="31 2 2031"');
    expect(lost.body).not.toContain('/commission/sessions/0');
  });
});

describe('a secret vote', () => {
  it('keeps who voted, and nowhere how', async () => {
    const { itemId } = await divergent();
    const there = ['member RS', 'member RU', 'second RS', 'second RU'];
    const id = await session([itemId], there);
    const vote = await voteOpen(id, itemId, 'secret');
    const before = (await rows<{ urn: Buffer }>('select urn from commission_votes where id = $1', [vote]))[0];
    const choices: Record<string, string> = {
      'member RS': 'yes',
      'member RU': 'yes',
      'second RS': 'yes',
      'second RU': 'no',
    };
    for (const who of there) {
      await run(VoteOnItem).cast(await as(who), id, vote, choices[who] ?? '');
      const [now] = await rows<{ urn: Buffer | null; tally: object | null }>(
        'select urn, tally from commission_votes where id = $1',
        [vote],
      );
      if (now?.urn) {
        expect(now.urn.length).toBe(before?.urn.length);
        expect(now.tally).toBeNull();
      }
    }
    expect(
      await rows('select voted_at is not null as voted, choice from commission_ballots where vote_id = $1', [
        vote,
      ]),
    ).toEqual(there.map(() => ({ voted: true, choice: null })));
    const [counted] = await rows('select tally, result, urn from commission_votes where id = $1', [vote]);
    expect(counted).toEqual({ tally: [{ yes: 3, no: 1, abstain: 0 }], result: 'yes', urn: null });
    // No entry, event or copy of one's own says more.
    const traces = await rows<{ data: string }>(
      `select data::text from audit_entries where subject_id = $1 and action = 'commission_session.vote'
       union all select payload::text from outbox_events where subject_id = $1`,
      [id],
    );
    for (const { data } of traces) expect(data).not.toMatch(/yes|no\b|abstain/);
    expect(await refusal(run(VoteOnItem).cast(await as('member RS'), id, vote, 'no'))).toBe('vote_is_closed');
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'agreed_yes', DECIDED);
    await agreed(id);
  });

  it('is not opened where so few would vote that it showed how each did', async () => {
    const { itemId } = await divergent();
    const id = await session([itemId], ['member RS', 'member RU']);
    await run(ConductSession).takeUp(await as('secretary RS'), id, itemId);
    expect(await refusal(run(VoteOnItem).open(await as('secretary RS'), id, itemId, 'secret'))).toBe(
      'too_few_for_secrecy',
    );
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'postponed', DECIDED);
  });
});

describe('whoever is bound', () => {
  it('is found by what is on record, and neither sees the matter nor votes on it; without them there is no quorum', async () => {
    const { itemId, applicantId, applicationId } = await divergent();
    await rows(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, now())`,
      [newId(), scene.people['member RU'], applicantId, applicationId],
    );
    const id = await session([itemId], ['member RS', 'member RU']);
    const found = await rows('select how from commission_recusals where session_id = $1', [id]);
    expect(found).toEqual([{ how: 'found' }]);
    await run(ConductSession).takeUp(await as('secretary RS'), id, itemId);
    expect(await refusal(run(VoteOnItem).open(await as('secretary RS'), id, itemId, 'open'))).toBe(
      'quorum_not_met',
    );
    expect((await scene.browser('member RU').open(`/commission/items/${itemId}`)).status).toBe(404);
    const reading = await scene.http.app
      .get(Database)
      .read(await as('member RU'), (ctx) => run(ReadCommission).session(ctx, id));
    expect(reading.items).toEqual([]);
    expect(reading.withheld).toEqual([itemId]);
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'postponed', DECIDED);
  });

  it('takes off the agenda nothing of it, and ends no vote on it', async () => {
    const { itemId, applicantId, applicationId } = await divergent();
    await rows(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, now())`,
      [newId(), scene.people['secretary RU'], applicantId, applicationId],
    );
    const [one, bound] = [await as('secretary RS'), await as('secretary RU')];
    const id = await run(PlanSession).plan(one, 'RS', 'RU', {
      startsAt: soon(),
      minutes: 90,
      timeZone: 'Europe/Belgrade',
      place: 'Сала 1',
      link: '',
    });
    const agenda = async () =>
      (
        await rows<{ item: Id }>('select item_id as item from commission_agenda where session_id = $1', [id])
      ).map(({ item }) => item);
    expect(await refusal(run(PlanSession).setAgenda(bound, id, [itemId]))).toBe('not_found');
    await run(PlanSession).setAgenda(one, id, [itemId]);
    await run(PlanSession).setAgenda(bound, id, []);
    expect(await agenda()).toEqual([itemId]);

    for (const who of ['secretary RS', 'secretary RU', 'member RS', 'member RU', 'second RU']) {
      await run(ConductSession).attend(await as(who), id);
    }
    await run(ConductSession).open(one, id);
    const vote = await voteOpen(id, itemId);
    await run(VoteOnItem).cast(await as('member RS'), id, vote, 'yes');
    await run(VoteOnItem).cast(await as('member RU'), id, vote, 'yes');
    expect(await refusal(run(VoteOnItem).close(bound, id, vote))).toBe('not_found');
    await run(VoteOnItem).close(one, id, vote);
    await run(VoteOnItem).decide(one, id, itemId, 'agreed_yes', DECIDED);
  });
});

describe('a vote that can no longer have a result', () => {
  const VOTE = `select result, tally, urn, broken_off as "brokenOff", closed_at is not null as closed
    from commission_votes where id = $1`;

  it('is broken off when a voter left: the item is voted on anew, and the session is closed', async () => {
    const { itemId, applicantId, applicationId } = await divergent();
    const declarationId = newId();
    await rows(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, now())`,
      [declarationId, scene.people['secretary RU'], applicantId, applicationId],
    );
    const id = await session([itemId], ['secretary RU', 'member RS', 'member RU']);
    const room = `/commission/sessions/${id}`;
    const vote = await voteOpen(id, itemId);
    await run(VoteOnItem).cast(await as('member RS'), id, vote, 'yes');
    const breakOff = async (who: string, reason: string, words = {}) =>
      run(VoteOnItem).breakOff(await as(who), id, vote, reason, words);
    expect(await refusal(breakOff('secretary RS', 'quorum_lost'))).toBe('quorum_not_lost');

    await run(ConductSession).leave(await as('member RU'), id);
    expect(await refusal(run(VoteOnItem).close(await as('secretary RS'), id, vote))).toBe('quorum_not_met');
    expect(await refusal(run(ConductSession).close(await as('secretary RS'), id))).toBe('vote_is_open');
    expect(await refusal(breakOff('secretary RS', 'secrecy_lost'))).toBe('secrecy_not_lost');
    expect(await refusal(breakOff('secretary RU', 'quorum_lost'))).toBe('not_found');
    expect(await refusal(breakOff('member RS', 'quorum_lost'))).toBe('secretary_is_free');
    const before = await scene.browser('secretary RS').open(`${room}?lang=en`);
    expect(before.body).toContain(`action="${room}/votes/${vote}/break-off"`);
    const [version] = await rows<{ version: number }>(
      'select version from commission_sessions where id = $1',
      [id],
    );
    const bare = await scene.send('secretary RS', room, `${room}/votes/${vote}/break-off`, {});
    expect(bare.status).toBe(422);
    const sent = await scene.send('secretary RS', room, `${room}/votes/${vote}/break-off`, {
      reason: 'quorum_lost',
    });
    expect(sent.status).toBe(303);
    expect(await rows(VOTE, [vote])).toEqual([
      { result: null, tally: null, urn: null, brokenOff: 'quorum_lost', closed: true },
    ]);
    expect(await refusal(breakOff('secretary RS', 'quorum_lost'))).toBe('vote_is_closed');
    const told = await rows(
      `select from outbox_events where type = 'commission.vote_broken_off' and subject_id::text = $1
       union all select from audit_entries where action = 'commission_session.break_off_vote' and subject_id::text = $1
       union all select from commission_sessions where version > $2 and id::text = $1`,
      [id, version?.version],
    );
    expect(told).toHaveLength(3);
    const after = await scene.browser('member RS').open(`${room}?lang=en`);
    expect(after.body).toContain('broken off, no result');
    expect(after.body).toContain('the quorum was lost');
    // Nothing rests on it, and how somebody voted in it is not shown.
    expect(
      await refusal(run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'agreed_yes', DECIDED)),
    ).toBe('not_what_was_voted');
    expect(after.body).not.toMatch(/· yes\b/);

    await run(ConductSession).attend(await as('member RU'), id);
    const anew = await run(VoteOnItem).open(await as('secretary RS'), id, itemId, 'open');
    for (const who of ['member RS', 'member RU']) await run(VoteOnItem).cast(await as(who), id, anew, 'yes');
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'agreed_yes', DECIDED);
    await rows('delete from conflict_declarations where id = $1', [declarationId]);
    await rows('delete from commission_recusals where session_id = $1', [id]);
    const { protocolId } = await agreed(id);
    const shown = await scene.browser('ministry RS').open(`/commission/protocols/${protocolId}?lang=en`);
    expect(shown.body).toContain('the quorum was lost');
  });

  it('is led to its end by a free member of the side that presides, where no secretary who is there may see it', async () => {
    const { itemId, applicantId, applicationId } = await divergent();
    const there = ['secretary RU', 'member RS', 'member RU'];
    const id = await session([itemId], there);
    await rows("update commission_sessions set chair_country = 'RU' where id = $1", [id]);
    const vote = await voteOpen(id, itemId);
    const declarations: Id[] = [];
    const bind = async (who: string) => {
      const declarationId = newId();
      declarations.push(declarationId);
      await rows(
        `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
         values ($1, $2, $3, 'family', $4, now())`,
        [declarationId, scene.people[who], applicantId, applicationId],
      );
    };
    const breakOff = async (who: string) =>
      refusal(
        run(VoteOnItem).breakOff(
          await as(who),
          id,
          vote,
          'other',
          BOTH('why', 'Сви везани.', 'Все связаны.'),
        ),
      );
    const decide = async (who: string) =>
      refusal(run(VoteOnItem).decide(await as(who), id, itemId, 'postponed', DECIDED));
    await bind('secretary RS');
    expect(await breakOff('member RU')).toBe('secretary_is_free');
    await bind('secretary RU');
    expect(await breakOff('secretary RS')).toBe('not_found');
    // The other side's member only where the presiding side has none.
    expect(await breakOff('member RS')).toBe('secretary_is_free');
    const room = await scene.browser('member RU').open(`/commission/sessions/${id}?lang=en`);
    expect(room.body).toContain('you lead it until it is decided');
    expect(await breakOff('member RU')).toBe('done');
    await run(ConductSession).leave(await as('member RU'), id);
    expect(await decide('member RU')).toBe('not_present');
    expect(await decide('member RS')).toBe('done');
    expect(await refusal(run(ConductSession).close(await as('secretary RS'), id))).toBe('done');
    await rows('delete from conflict_declarations where id = any ($1)', [declarations]);
  });

  it('is called again by a secretary who is bound to it, where another item came between', async () => {
    const [first, second] = [await divergent(), await divergent()];
    const id = await session([first.itemId, second.itemId], ['member RS', 'member RU', 'secretary RU']);
    const takeUp = async (itemId: Id) =>
      refusal(run(ConductSession).takeUp(await as('secretary RS'), id, itemId));
    expect(await takeUp(first.itemId)).toBe('done');
    expect(await takeUp(second.itemId)).toBe('done');
    await run(VoteOnItem).decide(await as('secretary RS'), id, second.itemId, 'postponed', DECIDED);
    for (const who of ['secretary RS', 'secretary RU']) {
      await run(ConductSession).standAside(await as(who), id, first.itemId);
    }
    const room = `/commission/sessions/${id}`;
    expect((await scene.browser('secretary RS').open(room)).body).toContain(
      `action="${room}/items/${first.itemId}/take-up"`,
    );
    expect(await takeUp(first.itemId)).toBe('done');
    const [chair] = await rows<{ country: string }>(
      'select chair_country as country from commission_sessions where id = $1',
      [id],
    );
    const decision = run(VoteOnItem).decide(
      await as(`member ${chair?.country ?? ''}`),
      id,
      first.itemId,
      'postponed',
      DECIDED,
    );
    expect(await refusal(decision)).toBe('done');
    expect(await takeUp(first.itemId)).toBe('already_decided');
    await run(ConductSession).close(await as('secretary RS'), id);
  });

  it('is broken off for another reason in words of both languages, after which whoever voted may stand aside', async () => {
    const { itemId } = await divergent();
    const id = await session([itemId], ['member RS', 'member RU']);
    const vote = await voteOpen(id, itemId);
    await run(VoteOnItem).cast(await as('member RU'), id, vote, 'yes');
    const room = `/commission/sessions/${id}`;
    const other = (fields: Record<string, string>) =>
      scene.send('secretary RS', room, `${room}/votes/${vote}/break-off`, { reason: 'other', ...fields });
    expect((await other({ 'why-0': 'Нестало је струје.' })).status).toBe(422);
    expect(await refusal(run(ConductSession).standAside(await as('member RU'), id, itemId))).toBe(
      'already_voted',
    );
    expect((await other(BOTH('why', 'Нестало је струје.', 'Отключили свет.'))).status).toBe(303);
    expect((await scene.browser('member RS').open(room)).body).toContain('Нестало је струје.');
    await run(ConductSession).standAside(await as('member RU'), id, itemId);
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'postponed', DECIDED);
    await agreed(id);
  });
});

describe('whoever does not read all of a protocol', () => {
  it('neither agrees to it nor signs it, and is told who else of their side may', async () => {
    const { itemId, applicantId, applicationId } = await divergent();
    const id = await session([itemId], ['member RS', 'member RU', 'second RS']);
    const vote = await voteOpen(id, itemId, 'secret');
    await run(VoteOnItem).cast(await as('member RS'), id, vote, 'yes');
    // Two are left, of whom a secret vote would tell how each voted.
    await run(ConductSession).standAside(await as('second RS'), id, itemId);
    const breakOff = async (reason: string) =>
      run(VoteOnItem).breakOff(await as('secretary RS'), id, vote, reason, {});
    expect(await refusal(run(VoteOnItem).close(await as('secretary RS'), id, vote))).toBe('quorum_not_met');
    expect(await refusal(breakOff('quorum_lost'))).toBe('quorum_not_lost');
    await breakOff('secrecy_lost');
    expect(await rows('select urn, tally from commission_votes where id = $1', [vote])).toEqual([
      { urn: null, tally: null },
    ]);
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'postponed', DECIDED);
    await run(ConductSession).close(await as('secretary RS'), id);
    const protocolId = await run(KeepProtocol).draft(await as('secretary RS'), id);
    const [{ hash } = { hash: '' }] = await rows<{ hash: string }>(
      'select content_hash as hash from commission_protocols where id = $1',
      [protocolId],
    );
    const page = `/commission/protocols/${protocolId}`;
    const open = async (who: string) => (await scene.browser(who).open(`${page}?lang=en`)).body;
    const agree = async (who: string) => run(KeepProtocol).agree(await as(who), protocolId, hash);
    const sign = async (who: string) => run(KeepProtocol).sign(await as(who), protocolId, hash);
    const signers = async () =>
      [
        ...(await run(Database).read(systemContext(systemClock), (ctx) =>
          run(ReadCommission).signers(ctx, protocolId),
        )),
      ].sort();

    expect(await refusal(agree('second RS'))).toBe('section_withheld');
    const bound = await open('second RS');
    expect(bound).not.toContain('id="form-agree"');
    expect(bound).toContain('Somebody else of your side agrees to this protocol and signs it.');
    expect(bound).toContain('Serbia has not agreed yet. Who may agree for it:');
    expect(await open('member RS')).toContain('id="form-agree"');
    await agree('secretary RS');
    await agree('secretary RU');

    expect(await refusal(sign('second RS'))).toBe('section_withheld');
    // The page without its button is no wall.
    const sent = await scene.send('second RS', `${page}?lang=en`, `${page}/sign`, { hash });
    expect(sent.status).toBe(403);
    expect(sent.body).toContain('somebody else of your side agrees and signs');
    expect(await open('second RS')).not.toContain('id="form-sign"');
    expect(await open('member RS')).toContain('id="form-sign"');

    // A side of which all are bound is not left alone silently.
    const declarationId = newId();
    await rows(
      `insert into conflict_declarations (id, person_id, about_id, kind, application_id, declared_at)
       values ($1, $2, $3, 'family', $4, now())`,
      [declarationId, scene.people['member RS'], applicantId, applicationId],
    );
    expect(await refusal(sign('member RS'))).toBe('section_withheld');
    expect(await open('secretary RU')).toContain('Nobody may sign for Serbia');
    expect(await signers()).toEqual([scene.people['member RU'], scene.people['second RU']].sort());
    await rows('delete from conflict_declarations where id = $1', [declarationId]);
    // It is written to whoever may sign, and to nobody from whom a section is withheld.
    expect(await signers()).toEqual(
      ['member RS', 'member RU', 'second RU'].map((who) => scene.people[who]).sort(),
    );
    await sign('member RS');
    expect(await signers()).toEqual([scene.people['member RU'], scene.people['second RU']].sort());
    await sign('member RU');
    expect(await signers()).toEqual([]);
  });
});

describe('documents on a matter', () => {
  it('are attached by a secretary, read by both sides and not by whoever stands aside, and outlive their secretary', async () => {
    const itemId = await run(TableItem).tableMatter(await as('secretary RU'), 'RU', 'RS', {
      kind: 'matter',
      ...BOTH('title', 'План размене', 'План обменов'),
      ...BOTH('text', 'Предлог у прилогу.', 'Предложение приложено.'),
    });
    const page = `/commission/items/${itemId}`;
    const attach = async (who: string, content: Uint8Array | null, name = 'план.pdf', to = page) => {
      const open = await scene.browser(who).open(`${page}?lang=en`);
      const form = new FormData();
      form.set('_csrf', scene.browser(who).token(open));
      form.set('file', new Blob(content ? [Buffer.from(content)] : []), content ? name : '');
      return scene.browser(who).post(`${to}/files`, form);
    };
    const document = await PDFDocument.create();
    document.addPage();
    const pdf = await document.save();
    expect((await attach('secretary RS', null)).status).toBe(422);
    const text = await attach('secretary RS', Buffer.from('no document'));
    expect(text.status).toBe(422);
    expect(text.body).toContain('href="#field-file"');
    expect((await attach('secretary RS', pdf)).status).toBe(303);
    const twice = await attach('secretary RS', pdf);
    expect(twice.body).toContain('This document is attached already.');
    expect((await attach('member RS', pdf)).status).toBe(403);
    expect((await attach('ministry RU', pdf)).status).toBe(403);
    const { itemId: ofDecision } = await divergent();
    const beside = await attach('secretary RS', pdf, 'a.pdf', `/commission/items/${ofDecision}`);
    expect(beside.status).toBe(403);

    const id = await session([itemId], ['member RS', 'member RU', 'second RU']);
    const [file] = await rows<{ id: Id }>(
      "select id from uploads where subject_kind = 'commission_item' and subject_id = $1",
      [itemId],
    );
    const address = `${page}/files/${file?.id ?? ''}`;
    for (const who of ['member RS', 'member RU', 'second RU', 'ministry RS', 'secretary RU']) {
      const answer = await scene.browser(who).open(address);
      expect([who, answer.status, answer.headers.get('content-type')]).toEqual([who, 200, 'application/pdf']);
    }
    expect((await scene.browser('member RU').open(`/commission/sessions/${id}`)).body).toContain(address);
    expect((await scene.browser('stranger').open(address)).status).toBe(403);
    await run(ConductSession).standAside(await as('second RU'), id, itemId);
    expect((await scene.browser('second RU').open(address)).status).toBe(404);
    expect((await scene.browser('second RU').open(`/commission/sessions/${id}`)).body).not.toContain(address);

    // Whoever attached it is erased: it is a record of two countries, and stays while their archives keep it.
    const undone = new Error('undone');
    const erasing = run(Database).transaction(systemContext(systemClock), async (ctx) => {
      const person = scene.people['secretary RS'] ?? '';
      await ctx.tx.query(
        `insert into erasures (id, person_id, owner_country, state, asked_at) values ($1, $2, 'RS', 'running', now())`,
        [newId(), person],
      );
      await run(ForgetFiles).erase(ctx, [person]);
      const [kept] = await ctx.tx.query<{ name: string }[]>(
        'select file_name as name from uploads where id = $1',
        [file?.id],
      );
      expect(kept?.name).toBe('план.pdf');
      const part = await run(EraseFromCommission).erase(ctx, [person]);
      expect(part.erased.uploads).toBe(0);
      expect(part.kept.map(({ category }) => category)).toContain('commission_files');
      // And goes when that time is over.
      await ctx.tx.query("update uploads set uploaded_at = '1900-01-01' where id = $1", [file?.id]);
      expect((await run(EraseFromCommission).erase(ctx, [person])).erased.uploads).toBe(1);
      throw undone;
    });
    await expect(erasing).rejects.toBe(undone);

    const removed = await scene.send('secretary RU', page, `${address}/remove`);
    expect(removed.status).toBe(303);
    expect((await scene.browser('member RS').open(page)).body).not.toContain(address);
    await run(ConductSession).takeUp(await as('secretary RS'), id, itemId);
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'postponed', DECIDED);
    await run(ConductSession).close(await as('secretary RS'), id);
  });
});

describe('for programs', () => {
  const SCOPES = ['item', 'session', 'protocol'].map((kind) => `commission_${kind}s:write`).join(' ');
  const call = async (who: string, method: string, path: string, body?: object, tag?: string | null) => {
    const token = await scene.issuer.token({ claims: { sub: who, scope: SCOPES, amr: ['mfa'] } });
    const response = await fetch(`${scene.http.url}/api/v1/commission${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': 'en',
        ...(tag ? { 'if-match': tag } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      tag: response.headers.get('etag'),
      body: (text ? JSON.parse(text) : {}) as Record<string, unknown> & { id: Id; hash: string },
    };
  };
  const WORDS = { 'sr-Cyrl': 'Усваја се.', ru: 'Принято.' };

  it('is everything that the pages do, by the same policy, and of a version that was read', async () => {
    const matter = { other: 'RU', title: WORDS, text: { 'sr-Cyrl': 'Предлог.' } };
    const half = await call('secretary RS', 'POST', '/items', { ...matter, other: 'XX' });
    expect(half.status).toBe(422);
    const short = await call('secretary RS', 'POST', '/items', matter);
    expect(short.status).toBe(422);
    expect(JSON.stringify(short.body)).toContain('text.ru');
    expect((await call('member RS', 'POST', '/items', { ...matter, text: WORDS })).status).toBe(403);
    const tabled = await call('secretary RS', 'POST', '/items', { ...matter, text: WORDS });
    expect(tabled.status).toBe(201);
    const itemId = tabled.body.id;
    const item = await call('member RU', 'GET', `/items/${itemId}`);
    expect(item.body).toMatchObject({ kind: 'matter', state: 'tabled', files: [], sessions: [] });

    const terms = { minutes: 60, timeZone: 'Europe/Belgrade', place: 'Сала 1' };
    const wrong = await call('secretary RS', 'POST', '/sessions', {
      ...terms,
      other: 'RS',
      minutes: 1,
      startsAt: '2001-01-01T10:00:00Z',
    });
    expect(wrong.status).toBe(422);
    for (const field of ['other', 'minutes', 'startsAt']) expect(JSON.stringify(wrong.body)).toContain(field);
    const planned = await call('secretary RS', 'POST', '/sessions', {
      ...terms,
      other: 'RU',
      startsAt: soon().toISOString(),
    });
    expect(planned.status).toBe(201);
    const path = `/sessions/${planned.body.id}`;
    const tag = async (of = path) => (await call('secretary RS', 'GET', of)).tag;
    const act = async (who: string, method: string, to: string, body?: object) =>
      call(who, method, `${path}${to}`, body, await tag());

    // Nothing is done without a version, or from another than the newest.
    const before = await tag();
    expect((await call('secretary RS', 'PUT', `${path}/agenda`, { items: [itemId] })).status).toBe(422);
    expect((await act('secretary RS', 'PUT', '/agenda', { items: [itemId] })).status).toBe(200);
    expect((await call('secretary RS', 'PUT', `${path}/agenda`, { items: [] }, before)).status).toBe(412);
    for (const who of ['secretary RS', 'member RS', 'member RU', 'second RU']) {
      expect((await call(who, 'POST', `${path}/presence`)).status).toBe(204);
    }
    expect((await call('second RU', 'DELETE', `${path}/presence`)).status).toBe(204);
    expect((await act('member RS', 'POST', '/open')).status).toBe(403);
    const opened = await act('secretary RS', 'POST', '/open');
    expect(opened.body).toMatchObject({ state: 'open', closedAt: null });
    expect(opened.tag).toBe(await tag());
    expect((await act('secretary RS', 'POST', `/items/${itemId}/take-up`)).body).toMatchObject({
      currentItem: itemId,
    });
    expect(
      (await call('secretary RS', 'POST', `${path}/items/${itemId}/notes`, { words: WORDS })).status,
    ).toBe(204);
    expect((await call('member RU', 'POST', `${path}/items/${itemId}/notes`, { text: 'За.' })).status).toBe(
      204,
    );
    expect((await call('second RU', 'POST', `${path}/items/${itemId}/stand-aside`)).status).toBe(204);
    expect((await call('second RU', 'GET', `/items/${itemId}`)).status).toBe(404);

    expect((await act('member RS', 'POST', `/items/${itemId}/votes`, {})).status).toBe(403);
    const vote = await act('secretary RS', 'POST', `/items/${itemId}/votes`, { ballot: 'open' });
    expect(vote.status).toBe(201);
    const ballot = `${path}/votes/${vote.body.id}/ballot`;
    expect((await call('member RS', 'POST', ballot, { choice: 'perhaps' })).status).toBe(422);
    expect((await call('member RS', 'POST', ballot, { choice: 'yes' }, before)).status).toBe(412);
    for (const who of ['member RS', 'member RU']) {
      expect((await call(who, 'POST', ballot, { choice: 'yes' })).status).toBe(204);
    }
    expect((await call('member RS', 'POST', ballot, { choice: 'no' })).status).toBe(409);
    const decision = { outcome: 'agreed_yes', words: WORDS };
    expect((await act('secretary RS', 'POST', `/items/${itemId}/decision`, decision)).status).toBe(200);
    const closed = await act('secretary RS', 'POST', '/close');
    expect(closed.body).toMatchObject({ state: 'closed' });
    const day = new Date().toISOString().slice(0, 10);
    const found = await call('ministry RU', 'GET', `/sessions?from=${day}`);
    expect(JSON.stringify(found.body)).toContain(planned.body.id);

    const drafted = await act('secretary RU', 'POST', '/protocol');
    expect(drafted.status).toBe(201);
    const of = `/protocols/${drafted.body.id}`;
    const protocol = async (who: string, method: string, to: string, body?: object) =>
      call(who, method, `${of}${to}`, body, await tag(of));
    const old = await tag(of);
    const revised = await protocol('secretary RU', 'PUT', '/sections/1', { words: WORDS });
    expect(revised.status).toBe(200);
    const { hash } = revised.body;
    expect((await call('secretary RU', 'POST', `${of}/agreement`, { hash }, old)).status).toBe(412);
    expect((await protocol('secretary RU', 'POST', '/agreement', { hash: 'another' })).status).toBe(412);
    expect((await protocol('second RU', 'POST', '/agreement', { hash })).status).toBe(403);
    for (const who of ['secretary RU', 'member RS']) {
      expect((await protocol(who, 'POST', '/agreement', { hash })).status).toBe(200);
    }
    expect((await protocol('secretary RS', 'POST', '/signature', { hash })).status).toBe(403);
    for (const who of ['member RU', 'second RS']) {
      expect((await protocol(who, 'POST', '/signature', { hash })).status).toBe(200);
    }
    expect((await protocol('secretary RS', 'POST', '/publication')).body).toMatchObject({
      state: 'published',
    });
    const later = await protocol('secretary RS', 'POST', '/amendments', {
      section: 1,
      words: WORDS,
      reason: WORDS,
    });
    expect(later.status).toBe(201);
    expect((await call('stranger', 'GET', of)).status).toBe(403);
  });

  it('keeps of a secret vote nothing under a key of the call', async () => {
    const { itemId } = await divergent();
    const there = ['member RS', 'member RU', 'second RS'];
    const id = await session([itemId], there);
    const vote = await voteOpen(id, itemId, 'secret');
    const before = await rows('select from idempotency_keys');
    for (const who of there) {
      const token = await scene.issuer.token({ claims: { sub: who, scope: SCOPES, amr: ['mfa'] } });
      const answer = await fetch(`${scene.http.url}/api/v1/commission/sessions/${id}/votes/${vote}/ballot`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `key-${who}`,
        },
        body: JSON.stringify({ choice: 'yes' }),
      });
      expect(answer.status).toBe(204);
    }
    expect(await rows('select from idempotency_keys')).toHaveLength(before.length);
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'agreed_yes', DECIDED);
    await agreed(id);
  });
});

describe('whoever reads times', () => {
  it('reads them by the clocks of their country, with the zone named', async () => {
    const { itemId } = await divergent();
    await rows("update commission_items set tabled_at = '2031-01-15 22:30Z' where id = $1", [itemId]);
    const open = async (who: string, path: string) => (await scene.browser(who).open(`${path}?lang=en`)).body;
    const item = `/commission/items/${itemId}`;
    expect(await open('secretary RS', item)).toMatch(/15 January 2031[^<]*23:30[^<]*Belgrade/);
    expect(await open('secretary RU', item)).toMatch(/16 January 2031[^<]*01:30[^<]*Moscow/);
    await rows("update commission_rules set adopted_at = '2031-01-15 22:30Z' where version = 1");
    expect(await open('secretary RS', '/commission/rules')).toContain('15 January 2031');
    expect(await open('secretary RU', '/commission/rules')).toContain('16 January 2031');
  });
});

describe('whoever looks on', () => {
  it('counts as one only until they go away, whether anything was read or not', async () => {
    const watching = run(WatchSessions);
    const open = () => watching.watch(newId(), scene.people['member RS'] ?? '', () => Promise.resolve(1));
    const streams = await Promise.all(Array.from({ length: 6 }, open));
    expect(await refusal(open())).toBe('too_many_requests');
    const [one] = streams;
    await one?.next();
    // One waits for something to happen, and nothing was ever asked of the others.
    const waits = one?.next();
    await Promise.all(streams.map((stream) => stream.return(undefined)));
    expect((await waits)?.value).toBe(': \n\n');
    const again = await open();
    await again.return(undefined);
  });
});

describe('what follows', () => {
  it('ends an application that the commission rejects, and puts what it gives back before both sides again', async () => {
    const [no, back] = [await divergent(), await divergent()];
    const id = await session([no.itemId, back.itemId], ['member RS', 'member RU']);
    for (const [{ itemId }, choices, outcome] of [
      [no, ['no', 'no'], 'agreed_no'],
      [back, ['yes', 'no'], 'postponed'],
    ] as const) {
      const vote = await voteOpen(id, itemId);
      await run(VoteOnItem).cast(await as('member RS'), id, vote, choices[0]);
      await run(VoteOnItem).cast(await as('member RU'), id, vote, choices[1]);
      await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, outcome, DECIDED);
    }
    const { protocolId, hash } = await agreed(id);
    // Both sign at once, and one of them twice: one effect.
    const signing = await Promise.allSettled(
      ['member RS', 'member RU', 'second RS', 'second RU'].map(async (who) =>
        run(KeepProtocol).sign(await as(who), protocolId, hash),
      ),
    );
    expect(signing.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await settled(no.decisionId)).toBe('agreed_no');
    expect(await settled(back.decisionId)).toBeNull();
    const events = await rows(
      "select from outbox_events where type = 'decision.settled' and subject_id = $1",
      [no.decisionId],
    );
    expect(events).toHaveLength(1);
    const [application] = await rows<{ result: string }>('select result from applications where id = $1', [
      no.applicationId,
    ]);
    expect(application?.result).toBe('not_selected');
  });

  it('settles what a side is late with, once a secretary tables it', async () => {
    const { decisionId, applicationId } = await divergent(true);
    expect(await refusal(run(TableItem).tableDecision(await as('secretary RU'), decisionId))).toBe(
      'not_for_the_commission',
    );
    await rows(
      "update decision_sides set due_at = now() - interval '1 day' where decision_id = $1 and country = 'RU'",
      [decisionId],
    );
    const page = await scene.browser('secretary RU').open('/commission?lang=en');
    expect(page.body).toContain(`value="${decisionId}"`);
    const tabled = await scene.send('secretary RU', page, '/commission/items/decision', {
      decision: decisionId,
    });
    const itemId = tabled.headers.get('location')?.split('/').at(-1) ?? '';
    const id = await session([itemId], ['member RS', 'member RU']);
    const vote = await voteOpen(id, itemId);
    for (const who of ['member RS', 'member RU']) await run(VoteOnItem).cast(await as(who), id, vote, 'yes');
    await run(VoteOnItem).decide(await as('secretary RS'), id, itemId, 'agreed_yes', DECIDED);
    const { protocolId, hash } = await agreed(id);
    for (const who of ['member RS', 'member RU'])
      await run(KeepProtocol).sign(await as(who), protocolId, hash);
    expect(
      await refusal(
        run(DecideSide).run(await as('ministry RU'), decisionId, { country: 'RU', verdict: 'approve' }),
      ),
    ).toBe('already_decided');
    const [application] = await rows<{ state: string }>('select state from applications where id = $1', [
      applicationId,
    ]);
    expect(application?.state).toBe('offered');
  });

  it('leaves nothing before the commission on which both sides came to an answer, or that was withdrawn', async () => {
    const tabled = async () => {
      const one = await divergent(true);
      await rows(
        "update decision_sides set due_at = now() - interval '1 day' where decision_id = $1 and country = 'RU'",
        [one.decisionId],
      );
      const itemId = await run(TableItem).tableDecision(await as('secretary RU'), one.decisionId);
      return { ...one, itemId };
    };
    const stateOf = async (itemId: Id) =>
      (await rows<{ state: string }>('select state from commission_items where id = $1', [itemId]))[0]?.state;
    const [agrees, withdrawn, differs, late] = [
      await tabled(),
      await tabled(),
      await divergent(),
      await tabled(),
    ];
    const there = ['member RS', 'member RU', 'secretary RU'];
    const ids = [agrees, withdrawn, differs, late].map(({ itemId }) => itemId);
    const id = await session(ids, there);
    // What is on record that somebody stood aside from stays on the agenda, and is taken up no more.
    await run(ConductSession).standAside(await as('secretary RU'), id, withdrawn.itemId);
    await run(ConductSession).takeUp(await as('secretary RS'), id, late.itemId);
    for (const { decisionId } of [agrees, late]) {
      await run(DecideSide).run(await as('ministry RU'), decisionId, { country: 'RU', verdict: 'approve' });
    }
    for (const { applicationId, applicantId } of [withdrawn, differs]) {
      await run(WithdrawApplication).run(scene.as(applicantId), applicationId);
    }
    expect(await stateOf(agrees.itemId)).toBe('moot');
    expect(await stateOf(withdrawn.itemId)).toBe('moot');
    expect(await stateOf(differs.itemId)).toBe('moot');
    expect(
      (await rows<{ id: Id }>('select item_id as id from commission_agenda where session_id = $1', [id]))
        .map((each) => each.id)
        .sort(),
    ).toEqual([withdrawn.itemId, late.itemId].sort());
    const list = await scene.browser('secretary RS').open('/commission?lang=en');
    expect(list.body.split('id="sessions-title"')[0]).not.toContain(agrees.itemId);
    const takeUp = run(ConductSession).takeUp(await as('secretary RS'), id, withdrawn.itemId);
    expect(await refusal(takeUp)).toBe('item_is_moot');
    expect(
      (await scene.browser('ministry RS').open(`/commission/items/${agrees.itemId}?lang=en`)).body,
    ).toContain('nothing left to settle');
    // What was being talked about meanwhile is not voted on, and waits for no other session.
    const vote = run(VoteOnItem).open(await as('secretary RS'), id, late.itemId, 'open');
    expect(await refusal(vote)).toBe('item_is_moot');
    await run(VoteOnItem).decide(await as('secretary RS'), id, late.itemId, 'postponed', DECIDED);
    expect(await stateOf(late.itemId)).toBe('moot');
    await run(ConductSession).close(await as('secretary RS'), id);
  });

  it('forgets what was noted of whom is erased, and keeps what both signed', async () => {
    const [noted] = await rows<{ id: Id; person: Id; languages: string[] }>(
      `select n.id, d.about_persons[1] as person, array(select jsonb_object_keys(n.words) order by 1) as languages
       from commission_notes n join commission_items i on i.id = n.item_id join decisions d on d.id = i.decision_id
       join commission_protocol_sections s on s.item_id = i.id join commission_protocols p on p.id = s.protocol_id
       where p.signed_at is not null order by n.written_at limit 1`,
    );
    const { id, person, languages } = noted ?? { id: '', person: '', languages: [] };
    const undone = new Error('undone');
    const erasing = run(Database).transaction(systemContext(systemClock), async (ctx) => {
      await ctx.tx.query(
        `insert into erasures (id, person_id, owner_country, state, asked_at) values ($1, $2, 'RS', 'running', now())`,
        [newId(), person],
      );
      const { erased, kept } = await run(EraseFromCommission).erase(ctx, [person]);
      expect(erased.commission_notes).toBeGreaterThan(0);
      // The protocol, and whatever amends it.
      expect(new Set(kept.map(({ category }) => category))).toEqual(new Set(['commission_protocols']));
      const [after] = await ctx.tx.query<{ words: Record<string, string> }[]>(
        'select words from commission_notes where id = $1',
        [id],
      );
      expect(after?.words).toEqual(Object.fromEntries(languages.map((language) => [language, '—'])));
      throw undone;
    });
    await expect(erasing).rejects.toBe(undone);
  });

  it('gives back to both sides what the rules give back, as a decision of its own', async () => {
    // Rules of procedure are tabled, voted on, and hold from the protocol that both sides sign.
    const rulesId = await run(TableItem).tableMatter(await as('secretary RU'), 'RU', 'RS', {
      kind: 'rules',
      ...BOTH('title', 'Измена пословника', 'Изменение регламента'),
      ...BOTH('text', 'Нерешено се враћа.', 'Нерешённое возвращается.'),
      quorum: '1',
      secretFrom: '3',
      majority: 'each_side',
      ballot: 'open',
      voters: 'members',
      tie: 'remitted',
      chair: 'alternating',
    });
    const first = await session([rulesId], ['member RS', 'member RU']);
    const vote = await voteOpen(first, rulesId);
    // The two last votes at once: the vote is counted once.
    await Promise.all(
      ['member RS', 'member RU'].map(async (who) => run(VoteOnItem).cast(await as(who), first, vote, 'yes')),
    );
    await run(VoteOnItem).decide(await as('secretary RS'), first, rulesId, 'agreed_yes', DECIDED);
    const { protocolId, hash } = await agreed(first);
    for (const who of ['member RS', 'member RU'])
      await run(KeepProtocol).sign(await as(who), protocolId, hash);
    const shown = await scene.browser('ministry RS').open('/commission/rules?lang=en');
    expect(shown.body).toContain('Version 2');

    const back = await divergent();
    const id = await session([back.itemId], ['member RS', 'member RU']);
    const second = await voteOpen(id, back.itemId);
    await run(VoteOnItem).cast(await as('member RS'), id, second, 'yes');
    await run(VoteOnItem).cast(await as('member RU'), id, second, 'no');
    await run(VoteOnItem).decide(await as('secretary RS'), id, back.itemId, 'remitted', DECIDED);
    const later = await agreed(id);
    for (const who of ['member RS', 'member RU'])
      await run(KeepProtocol).sign(await as(who), later.protocolId, later.hash);
    const [before] = await rows<{ successor: Id }>(
      'select successor_id as successor from decisions where id = $1',
      [back.decisionId],
    );
    const successor = before?.successor ?? '';
    for (const [who, country] of [
      ['ministry RS', 'RS'],
      ['ministry RU', 'RU'],
    ] as const) {
      await run(DecideSide).run(await as(who), successor, { country, verdict: 'approve' });
    }
    const [application] = await rows<{ state: string }>('select state from applications where id = $1', [
      back.applicationId,
    ]);
    expect(application?.state).toBe('offered');
  });
});

import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DecideSide, Decisions } from '../../src/approvals/public.js';
import { DecisionRecords } from '../../src/approvals/operations/decision-records.js';
import { ProposeAgreement } from '../../src/agreements/public.js';
import { IssuedDocuments } from '../../src/documents/public.js';
import { checkSignatures } from '../../src/documents/rendering/pdf-signature-check.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { WebModule } from '../../src/web/web.module.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { OfficeScene } from './office-scene.js';

/** What both countries decided, on paper: signed by both officers, read by offices of both sides, verified by who holds it. */

let scene: OfficeScene;
/** The first record that was made. */
let file: Buffer;
const REASON = 'Квота за ову годину је исцрпљена.';

beforeAll(async () => {
  scene = await OfficeScene.start([WebModule]);
  for (const [name, country] of [
    ['serbian', 'RS'],
    ['russian', 'RU'],
  ] as const) {
    await scene.signIn(name, `ministry@${country.toLowerCase()}.demo`, {
      role: 'ministry_officer',
      scope: { country },
    });
  }
  await scene.signIn('stranger', 'student@rs.demo');
}, 60_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
});

/** An agreement before both countries, decided by the officers who are signed in. */
async function decided(verdict: 'approve' | 'reject'): Promise<Id> {
  const id = await scene.world.prepareAgreement();
  await scene.http.app.get(ProposeAgreement).proposeAgreement(systemContext(systemClock), id);
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select id from decisions where subject_id = $1',
    [id],
  );
  const decision = rows[0]?.id ?? '';
  for (const [name, country] of [
    ['serbian', 'RS'],
    ['russian', 'RU'],
  ] as const) {
    const request = scene.as(scene.people[name] ?? '');
    await scene.http.app.get(DecideSide).run(
      {
        ...request,
        actor: {
          ...request.actor,
          grants: [{ role: 'ministry_officer', institutionId: null, country }],
          secondFactor: true,
          ties: NO_TIES,
        },
      },
      decision,
      { country, verdict, ...(verdict === 'reject' ? { reasonCode: 'agreement', reasonText: REASON } : {}) },
    );
  }
  return decision;
}

/** What the worker does with the event of the verdict that settled the pair. */
async function recorded(decision: Id, outcome: string, type = 'decision.concluded'): Promise<void> {
  const { app, owner } = scene.http;
  await app.get(DecisionRecords).hear({
    id: '1',
    at: new Date(),
    actorId: null,
    type,
    subject: { kind: 'decision', id: decision },
    payload: { outcome },
  });
  const { rows } = await owner.query<{ id: Id }>(
    `select id from issued_documents where kind = 'decision_record' and subject_id = $1`,
    [decision],
  );
  for (const { id } of rows) await app.get(IssuedDocuments).prepare(id);
}

describe('the record of a decision', () => {
  it('is signed for both sides, told to both, and stands on record', async () => {
    const decision = await decided('approve');
    const before = await scene.browser('serbian').open(`/approvals/${decision}`);
    expect(before.body).not.toContain('record.pdf');
    await recorded(decision, 'agreed_yes');
    // Delivered twice, it is made once.
    await recorded(decision, 'agreed_yes');
    for (const name of ['serbian', 'russian']) {
      const page = await scene.browser(name).open(`/approvals/${decision}`);
      expect(page.body).toContain(`/approvals/${decision}/record.pdf`);
      expect(page.body).toMatch(/MOST-\d{4}-RS-D\d{6}/);
    }
    file = await scene.http.app.get(Database).read(systemContext(systemClock), async (ctx) => {
      const { content } = await scene.http.app.get(DecisionRecords).open(ctx, decision);
      return buffer(await content());
    });
    expect(checkSignatures(file).map(({ intact }) => intact)).toEqual([true, true]);
    const token = await scene.issuer.token({
      claims: { sub: 'russian', scope: 'decisions:read', amr: ['mfa'] },
    });
    const told = await fetch(`${scene.http.url}/api/v1/approvals/${decision}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await told.json()).toMatchObject({
      record: { href: `/api/v1/approvals/${decision}/record.pdf`, revokedAt: null },
    });
    expect((await scene.browser('serbian').open(`/approvals/${decision}/record.pdf`)).status).toBe(200);
    // Whoever has nothing to do with it does not learn that it is there.
    expect((await scene.browser('stranger').open(`/approvals/${decision}/record.pdf`)).status).toBe(403);
  });

  it('is verified by its number and code, and tells who signed, when, and that a demonstration is one', async () => {
    const { rows } = await scene.http.owner.query<{ number: string; code: string; sha256: string }>(
      `select number, check_code as code, sha256 from issued_documents where kind = 'decision_record'`,
    );
    const [record] = rows;
    if (!record) throw new Error('no record');
    const page = await scene.http.browser().open(`/verify/${record.number}?code=${record.code}&lang=en`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('This document is genuine');
    expect(page.body).toContain('Record of a decision of two countries');
    expect(page.body).toContain(record.sha256);
    expect(page.body.match(/The electronic signature was written into the file/g)).toHaveLength(2);
    expect(page.body).toContain('Ministry of Science');
    expect((await scene.http.browser().open(`/verify/${record.number}?code=00000-00000`)).status).toBe(404);
  });

  it('is compared with a copy, and one that was tampered with is told', async () => {
    const { rows } = await scene.http.owner.query<{ number: string; code: string }>(
      `select number, check_code as code from issued_documents where sha256 = $1`,
      [createHash('sha256').update(file).digest('hex')],
    );
    const [record] = rows;
    if (!record) throw new Error('no record');
    const visitor = scene.http.browser();
    const address = `/verify/${record.number}?code=${record.code}&lang=en`;
    const token = visitor.token(await visitor.open(address));
    const compare = async (copy: Buffer | null) => {
      const form = new FormData();
      form.set('_csrf', token);
      if (copy) form.set('copy', new Blob([Uint8Array.from(copy)], { type: 'application/pdf' }), 'copy.pdf');
      return visitor.post(address, form);
    };
    const same = await compare(file);
    expect(same.status).toBe(200);
    expect(same.body).toContain('Your copy is this document, byte for byte');
    const tampered = Buffer.from(file);
    tampered.writeUInt8(tampered.readUInt8(2000) ^ 1, 2000);
    const told = (await compare(tampered)).body;
    expect(told).toContain('Your copy was changed after it was signed');
    expect(told).toContain('Signature 1: what it covers was changed.');
    // Both are as they were, and yet something was added that nobody signed.
    const added = (await compare(Buffer.concat([file, Buffer.from('\n%')]))).body;
    expect(added).toContain('Your copy was changed after it was signed');
    expect(added).toContain('Signature 2: what it covers is unchanged.');
    expect((await compare(Buffer.from('%PDF-1.7 something else'))).body).toContain(
      'Your copy is not this document',
    );
    expect((await compare(null)).status).toBe(422);
  });

  it('holds the reasons of a refusal in both languages, and none is made of what only one side said', async () => {
    const decision = await decided('reject');
    await recorded(decision, 'divergent');
    const count = async () =>
      (
        await scene.http.owner.query<{ content: string }>(
          'select content::text from issued_documents where subject_id = $1',
          [decision],
        )
      ).rows;
    expect(await count()).toHaveLength(0);
    // … until the commission has settled it.
    await recorded(decision, 'agreed_no', 'decision.settled');
    const [row] = await count();
    expect(row?.content.split(REASON)).toHaveLength(5);
    expect(row?.content).toContain('Споразум или квота');
    expect(row?.content).toContain('совместная комиссия');
  });

  it('holds no more once its decision was taken back', async () => {
    const decision = await decided('approve');
    await recorded(decision, 'agreed_yes');
    const { rows } = await scene.http.owner.query<{ id: Id; number: string; code: string }>(
      `select d.subject_id as id, i.number, i.check_code as code from decisions d
       join issued_documents i on i.subject_id = d.id where d.id = $1`,
      [decision],
    );
    const [found] = rows;
    if (!found) throw new Error('no record');
    await scene.http.app
      .get(Database)
      .transaction(systemContext(systemClock), (ctx) =>
        scene.http.app.get(Decisions).withdrawAll(ctx, { kind: 'agreement', id: found.id }),
      );
    const page = await scene.http.browser().open(`/verify/${found.number}?code=${found.code}&lang=en`);
    expect(page.body).toContain('was withdrawn on');
    expect((await scene.browser('serbian').open(`/approvals/${decision}`)).body).not.toContain('record.pdf');
  });
});

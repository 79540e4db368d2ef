import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IssuedDocuments } from '../../src/documents/public.js';
import type { SignatureAct } from '../../src/documents/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import type { Ctx } from '../../src/platform/database/context.js';
import { checkSignatures } from '../../src/documents/rendering/pdf-signature-check.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import { officialRecord } from '../factories/document-data.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { insertRows, personRow } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

let http: HttpApp;
let scratch: string;
let documents: IssuedDocuments;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-issued-'));
  http = await startHttpApp({ settings: { dataDir: scratch }, imports: exchangeModules(scratch) });
  await buildWorld(http.app, http.owner);
  await insertRows(
    http.owner,
    'persons',
    [one, two, three].map((id) => personRow(id, 'RS')),
  );
  documents = http.app.get(IssuedDocuments);
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const [one, two, three] = [newId(), newId(), newId()];
const act = <T>(work: (ctx: Ctx) => Promise<T>) =>
  http.app.get(Database).transaction(systemContext(systemClock), work);
const signer = (country: string, signerId: string, name: string): SignatureAct => ({
  country,
  signerId,
  name,
  office: 'Копредседавајући комисије',
  language: 'sr-Cyrl',
  actedAt: systemClock.now(),
});

describe('a protocol that two sides sign', () => {
  const subject = { kind: 'matter_of_test', id: newId() };
  const issue = (supersedes?: string) =>
    act((ctx) =>
      documents.issue(ctx, {
        kind: 'protocol',
        subject: supersedes === undefined ? subject : { ...subject, id: newId() },
        holderId: null,
        verification: { homeCountry: 'RS', hostCountry: 'RU' },
        signatures: { wanted: 2, given: [] },
        ...(supersedes === undefined ? {} : { supersedes }),
        compose: (number) => Promise.resolve(officialRecord({ number })),
      }),
    );
  const check = async (id: string) => {
    const { rows } = await http.owner.query<{ number: string; check_code: string }>(
      'select number, check_code from issued_documents where id = $1',
      [id],
    );
    const [row] = rows;
    if (!row) throw new Error('no such document');
    return act((ctx) => documents.verify(ctx, row.number.toLowerCase(), row.check_code));
  };
  const file = async () =>
    buffer(await (await act((ctx) => documents.open(ctx, 'protocol', subject))).content());

  it('is numbered at once, and its file bears one signature after the other', async () => {
    const id = await issue();
    expect(await check(id)).toMatchObject({
      kind: 'protocol',
      sha256: null,
      signatures: [],
      signaturesWanted: 2,
    });
    await expect(file()).rejects.toMatchObject({ reason: 'file_not_ready' });
    await documents.prepare(id);
    expect(checkSignatures(await file())).toEqual([]);

    await act((ctx) => documents.sign(ctx, id, signer('RS', one, 'Милан Јовановић')));
    await documents.prepare(id);
    const once = await file();
    expect(checkSignatures(once)).toEqual([{ covers: once.length, intact: true }]);
    await expect(
      act((ctx) => documents.sign(ctx, id, signer('RU', one, 'Милан Јовановић'))),
    ).rejects.toMatchObject({ code: 'conflict' });

    await act((ctx) => documents.sign(ctx, id, signer('RU', two, 'Павел Соколов')));
    // Two runs of the job at once write it once.
    await Promise.all([documents.prepare(id), documents.prepare(id)]);
    const twice = await file();
    expect(checkSignatures(twice)).toEqual([
      { covers: once.length, intact: true },
      { covers: twice.length, intact: true },
    ]);
    expect(twice.subarray(0, once.length).equals(once)).toBe(true);

    const hash = (pdf: Buffer) => createHash('sha256').update(pdf).digest('hex');
    const verified = await check(id);
    expect(verified?.sha256).toBe(hash(twice));
    expect(verified?.signatures).toMatchObject([
      { country: 'RS', name: 'Милан Јовановић', sha256: hash(once) },
      { country: 'RU', name: 'Павел Соколов', sha256: hash(twice) },
    ]);
    const { rows } = await http.owner.query<{ sha256: string }>(
      `select data->>'sha256' as sha256 from audit_entries where action = 'document.sealed' and subject_id = $1 order by id`,
      [id],
    );
    expect(rows.slice(-2).map((row) => row.sha256)).toEqual([hash(once), hash(twice)]);
    // Nobody signs what is signed.
    await expect(act((ctx) => documents.sign(ctx, id, signer('RU', three, 'Трећи')))).rejects.toMatchObject({
      code: 'conflict',
    });

    const later = await issue(id);
    expect((await check(id))?.supersededBy).toBe((await check(later))?.number);
    expect((await check(later))?.supersededBy).toBeNull();
  });
});

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { strFromU8, unzipSync } from 'fflate';
import { PDFDocument } from 'pdf-lib';
import pg from 'pg';
import { createTestDatabase } from './database/database-for-test.js';
import type { TestDatabase } from './database/database-for-test.js';
import { callMost, runMost } from './run-most.js';
import type { Ended } from './run-most.js';

const INSTITUTIONS = resolve(import.meta.dirname, '../src/universities/data/institutions.csv');

let database: TestDatabase;
let owner: pg.Client;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'most-test-cli-'));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

type Settings = Readonly<Record<string, string>>;
const here = (settings: Settings): Settings => ({
  DATABASE_URL: database.appUrl,
  DATABASE_MIGRATION_URL: database.ownerUrl,
  DATA_DIR: dataDir,
  ...settings,
});
/** A command on the database of this file. */
const most = (words: readonly string[], settings: Settings = {}): Promise<Ended> =>
  callMost(words, here(settings));
/** The same by a process of its own, which has to load what it needs and to end by itself. */
const mostAlone = (words: readonly string[]): Promise<Ended> => runMost(words, here({}));

describe('the help', () => {
  it('names every command, and each explains itself', async () => {
    const { status, stdout } = await mostAlone(['--help']);
    expect(status).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z-]+(?: [a-z]+)?) {2,}/gm)].map(([, name]) => name ?? '');
    expect(names).toEqual([
      'migrate',
      'create-admin',
      'token',
      'seed',
      'import institutions',
      'import agreements',
      'check invariants',
      'verify audit',
      'export-person',
      'allocate',
      'erase-person',
      'retention',
    ]);
    for (const name of names) {
      const help = await most([...name.split(' '), '--help']);
      expect(help.status).toBe(0);
      expect(help.stdout).toContain(`Usage: npm run most -- ${name}`);
    }
  }, 60_000);

  it.each([
    [[], 2],
    [['nonsense'], 2],
    [['verify'], 2],
    [['migrate', '--force'], 2],
    [['token'], 2],
    [['seed', '--applications', 'many'], 2],
    [['seed', '--applications', '1000001'], 2],
    [['import', 'institutions'], 2],
    [['create-admin', '--email', 'a@example.org'], 2],
    [['allocate', '--call', 'x'], 2],
    [['allocate'], 2],
    [['allocate', '--input', '/nowhere/at/all.json', '--dry-run'], 2],
    [['allocate', '--input', '/nowhere/at/all.json'], 1],
    [['erase-person'], 2],
    [['retention', '--force'], 2],
    [['erase-person', 'nobody@example.org'], 1],
    [['export-person', 'a@example.org'], 2],
    [['token', '--as', 'stranger@rs.demo'], 1],
    [['import', 'institutions', '/nowhere/at/all.csv'], 1],
  ] as const)('refuses %j with status %i and prints no result', async (words, status) => {
    const ended = await most(words);
    expect(ended.status).toBe(status);
    if (words.length > 0) {
      expect(ended.stdout).toBe('');
      expect(ended.stderr).not.toBe('');
    }
  });

  it.each([
    [[], 2],
    [['nonsense'], 2],
    [['import', 'institutions', '/nowhere/at/all.csv'], 1],
  ] as const)('ends the process of %j with status %i, and says the same', async (words, status) => {
    const ended = await mostAlone(words);
    expect(ended.status).toBe(status);
    expect(ended).toEqual(await most(words));
  });

  it('says everything that production lacks', async () => {
    const ended = await most(['migrate'], { NODE_ENV: 'production' });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('STORAGE_KEY');
  });
});

describe('allocate', () => {
  const alone = { DATABASE_URL: 'nowhere', NODE_ENV: 'production', PORT: 'none' };
  const instance = {
    applicants: { ana: ['p', 'q'], boris: ['p'] },
    programmes: { p: { capacity: 1, ranking: [['ana', 'boris']] }, q: { capacity: 1, ranking: ['ana'] } },
    seed: '2027',
  };

  it('gives the places of a file, with neither database nor settings, and the same bytes again', async () => {
    const [input, output] = [join(dataDir, 'instance.json'), join(dataDir, 'result.json')];
    writeFileSync(input, JSON.stringify(instance));
    const printed = await most(['allocate', '--input', input], alone);
    expect([printed.status, printed.stderr]).toEqual([0, '']);
    expect(JSON.parse(printed.stdout)).toEqual({
      assignment: expect.objectContaining({ boris: expect.anything() }),
      inputHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      rule: 'deferred-acceptance-1/seed',
      seed: '2027',
    });
    const written = await most(['allocate', '--input', input, '--output', output], alone);
    expect([written.status, written.stdout, written.stderr]).toEqual([0, '', '']);
    expect(readFileSync(output, 'utf8')).toBe(printed.stdout);
  });

  it.each([
    ['{"applicants":{"ana":["q"]},"programmes":{}}', ': $.applicants.ana[0]: there is no such place'],
    ['{"applicants":{},"applicants":{},"programmes":{}}', ':1:18: $.applicants stands here twice'],
    ['{"applicants":', ':1:15: this is not JSON'],
    [Buffer.from([0x7b, 0xff]), ' cannot be read: it is not UTF-8'],
  ])('refuses %s with the place of the fault, and writes nothing', async (text, message) => {
    const [input, output] = [join(dataDir, 'malformed.json'), join(dataDir, 'never.json')];
    writeFileSync(input, text);
    const ended = await most(['allocate', '--input', input, '--output', output], alone);
    expect([ended.status, ended.stdout]).toEqual([1, '']);
    expect(ended.stderr).toContain(`${input}${message}`);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(output)).toBe(false);
  });

  it('says where it cannot write, and where an order was set aside', async () => {
    const input = join(dataDir, 'set-aside.json');
    const slots = [{ n: 1 }, { n: 1, eligible_first: 'x' }];
    const programmes = { p: { capacity: 3, ranking: [], slots, ceilings: { y: 1 } } };
    writeFileSync(input, JSON.stringify({ applicants: {}, programmes }));
    const ended = await most(['allocate', '--input', input], alone);
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain('at "p" no order of the slots agrees with the ceilings');
    const nowhere = await most(['allocate', '--input', input, '--output', '/nowhere/at/all.json'], alone);
    expect(nowhere.status).toBe(1);
    expect(nowhere.stderr).toContain('/nowhere/at/all.json cannot be written');
  });
});

describe('the commands', () => {
  it('migrates a database that is at the newest schema without changing it', async () => {
    expect((await mostAlone(['migrate'])).status).toBe(0);
  });

  it('imports institutions, and the same file again changes nothing', async () => {
    const first = await most(['import', 'institutions', INSTITUTIONS]);
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/^Institutions: [1-9]\d* new, 0 changed, 0 as they were\.\n$/);
    const again = await most(['import', 'institutions', INSTITUTIONS]);
    expect(again.stdout).toMatch(/^Institutions: 0 new, 0 changed, [1-9]\d* as they were\.\n$/);
  }, 60_000);

  it('imports nothing of a file with a fault, and names its line', async () => {
    const file = join(dataDir, 'wrong.csv');
    writeFileSync(file, 'country,kind,slug\nRS,palace,white-palace\n');
    const ended = await most(['import', 'institutions', file]);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/wrong\.csv:\d+/);
    const { rowCount } = await owner.query("select from institutions where slug = 'white-palace'");
    expect(rowCount).toBe(0);
  }, 30_000);

  it('looks at agreements from paper, takes them once with their scans, and nothing of a file with a fault', async () => {
    const file = join(dataDir, 'agreements.csv');
    const row = (more: string) =>
      `external_reference,reference,kind,parties,title_sr,title_ru,signed_on,scan\n12/2024,CLI-1,memorandum,"RS; RU",Стари меморандум,Старый меморандум,${more}\n`;
    writeFileSync(file, row('јуче,old.pdf'));
    const refused = await most(['import', 'agreements', file]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`${file}:2 signed_on: not_date`);
    expect(refused.stderr).toContain('scan: scan_missing');
    expect(refused.stderr).toContain('Nothing was imported.');
    writeFileSync(file, row('31. 5. 2024.,old.pdf'));
    const document = await PDFDocument.create();
    document.addPage();
    writeFileSync(join(dataDir, 'old.pdf'), await document.save());
    const options = ['import', 'agreements', file, '--scans', dataDir];
    expect((await most([...options, '--dry-run'])).stdout).toContain(
      '1 new, 0 changed, 0 as they were. Nothing was written.',
    );
    expect((await most(options)).stdout).toContain('Agreements: 1 new, 0 changed, 0 as they were.');
    expect((await most(options)).stdout).toContain('Agreements: 0 new, 0 changed, 1 as they were.');
  }, 120_000);

  it('makes an administrator once, on record, and only of somebody it can tell', async () => {
    const person = [
      ...['--email', 'first@example.org', '--given', 'Ана', '--family', 'Јовић', '--country', 'RS'],
    ];
    const unknown = await most(['create-admin', ...person]);
    expect(unknown.status).toBe(1);
    expect(unknown.stderr).toContain('Nobody with this address');
    const provider = await most(['create-admin', ...person, '--provider', 'xx', '--subject', 'first']);
    expect(provider.stderr).toContain('No identity provider');
    const made = await mostAlone(['create-admin', ...person, '--provider', 'rs', '--subject', 'first']);
    expect([made.status, made.stderr]).toEqual([0, '']);
    const again = await most(['create-admin', ...person]);
    expect(again.stdout).toContain('already');
    const { rows } = await owner.query<{ grants: string; entries: string }>(
      `select (select count(*) from role_grants where role = 'programme_administrator') as grants,
         (select count(*) from audit_entries where action = 'role.granted') as entries`,
    );
    expect(rows).toEqual([{ grants: '1', entries: '1' }]);

    // The second can still be made; from then on administrators appoint each other, two for each.
    const another = (name: string) => [
      ...[
        'create-admin',
        '--email',
        `${name}@example.org`,
        '--given',
        'Ева',
        '--family',
        'Илић',
        '--country',
        'RS',
      ],
      ...['--provider', 'rs', '--subject', name],
    ];
    expect((await most(another('second'))).status).toBe(0);
    const third = await most(another('third'));
    expect(third.status).toBe(1);
    expect(third.stderr).toContain('another confirms it');
    const { rowCount } = await owner.query("select from persons where email = 'third@example.org'");
    expect(rowCount).toBe(0);
  }, 90_000);

  it('writes down everything about a person, once and for its owner alone', async () => {
    const output = join(dataDir, 'copy.zip');
    const made = await most(['export-person', 'FIRST@example.org', '--output', output]);
    expect([made.status, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toContain(output);
    const files = unzipSync(readFileSync(output));
    expect(Object.keys(files)).toEqual(['data.json', 'data.pdf']);
    expect(JSON.parse(strFromU8(files['data.json'] ?? new Uint8Array()))).toMatchObject({
      person: { email: 'first@example.org' },
      roles: [{ role: 'programme_administrator' }],
    });
    expect(statSync(output).mode & 0o777).toBe(0o600);
    const again = await most(['export-person', 'first@example.org', '--output', output]);
    expect([again.status, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('is there already');
    const nobody = await most(['export-person', 'nobody@example.org', '--output', `${output}.2`]);
    expect([nobody.status, nobody.stdout]).toEqual([1, '']);
    expect(nobody.stderr).toContain('Nobody has the address');
    const { rows } = await owner.query(
      "select distinct actor_kind from audit_entries where action = 'person.exported'",
    );
    expect(rows).toEqual([{ actor_kind: 'system' }]);
  }, 60_000);

  it('finds a planted fault, and says so by its status', async () => {
    expect((await most(['check', 'invariants'])).status).toBe(0);
    await owner.query(
      `insert into outbox_events (at, type, subject_kind, subject_id, payload, request_id)
       values (now(), 'planted', 'application', 'nothing', '{}', 'test')`,
    );
    const ended = await mostAlone(['check', 'invariants']);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('application.of_events_exists');
    await owner.query("delete from outbox_events where type = 'planted'");
  }, 30_000);
});

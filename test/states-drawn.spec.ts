import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { TransitionTable } from '../src/shared/transition-table.js';
import { drawStates } from './draw-states.js';
import type { DrawableTable } from './draw-states.js';

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), '../src');

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.states.ts'),
);

async function tablesOf(file: string): Promise<DrawableTable[]> {
  const exported = (await import(pathToFileURL(join(SOURCES, file)).href)) as Record<string, unknown>;
  return Object.values(exported).filter((value) => value instanceof TransitionTable);
}

describe('the drawings of the lifecycles', () => {
  it('finds the tables', () => {
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it.each(files)('%s stands in the README of its module as it is', async (file) => {
    const tables = await tablesOf(file);
    expect(tables).not.toEqual([]);
    const [module = ''] = file.split('/');
    const readme = readFileSync(join(SOURCES, module, 'README.md'), 'utf8');
    for (const table of tables) {
      const drawing = drawStates(table);
      if (!readme.includes(drawing)) {
        throw new Error(
          `src/${module}/README.md draws "${table.name}" otherwise than ${file}. Put there:\n\n${drawing}\n`,
        );
      }
    }
  });

  it('draws every move once, with its beginning and its ends', () => {
    const table = new TransitionTable<'a' | 'b' | 'c', 'go' | 'end'>(
      'example',
      'a',
      ['a', 'b', 'c'],
      [
        { act: 'go', from: ['a'], to: 'b', by: 'somebody (or: nobody)' },
        { act: 'end', from: ['a', 'b'], to: 'c', by: 'clock' },
      ],
    );
    expect(drawStates(table).split('\n')).toEqual([
      '```mermaid',
      'stateDiagram-v2',
      '  [*] --> a',
      '  a --> b: go (somebody or nobody)',
      '  a --> c: end (clock)',
      '  b --> c: end (clock)',
      '  c --> [*]',
      '```',
    ]);
  });
});

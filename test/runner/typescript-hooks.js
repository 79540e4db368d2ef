import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

// Hooks of Node's own loader: tests and the code under test are loaded from TypeScript, once in each process, and stay loaded
// for the test files after them. What TypeScript means here stands in `.swcrc`.

const GLOBALS = new URL('./globals.js', import.meta.url).href;

/** Imports end in `.js`, as Node wants them; the files that they mean end in `.ts`. */
export async function resolve(specifier, context, nextResolve) {
  // The package of this name only says that it must not be loaded outside Jest's own module system.
  if (specifier === '@jest/globals') return { url: GLOBALS, format: 'module', shortCircuit: true };
  if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.startsWith('file:')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || !pathname.endsWith('.ts')) return nextLoad(url, context);
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, 'utf8'), {
    filename: file,
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}

// Makes dist/bundle of what tsc wrote: the same application in a few files. Most of a start was finding, reading and
// linking 4,800 modules. docs/decisions/0056-a-start-from-few-files.md says what stays outside, and why.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const out = join(dist, 'bundle');
/** Packages that stay as they are installed. */
const OUTSIDE = [
  // Nest's packages find these by name while they run: a copy in here would be a second one.
  '@fastify/static',
  'class-transformer',
  'class-validator',
  'typeorm',
  // What they share they keep in themselves, and packages outside load them too.
  'pg',
  'pg-copy-streams',
  'reflect-metadata',
  // They look for files beside themselves.
  'graphile-worker',
  'nunjucks',
  'pino',
];

/** What a module finds beside itself it goes on to find beside the file that it was. */
const placesOfModules = {
  name: 'places-of-modules',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        /\bimport\.meta\.url\b/g,
        `new URL(${JSON.stringify(relative(out, path))}, import.meta.url).href`,
      ),
      loader: 'js',
    }));
  },
};

/**
 * A package that is loaded on demand stays where it is installed, and so does one that is not there: no start waits for it,
 * and of one in CommonJS esbuild would know no export by its name.
 */
const packagesOnDemand = {
  name: 'packages-on-demand',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ kind, path, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'asked') return undefined;
      const from = (folder) => resolve(path, { kind, resolveDir: folder, pluginData: 'asked' });
      const [theirs, ours] = [await from(resolveDir), await from(root)];
      // Whoever asks may have another version of it than we.
      return {
        path: theirs.path === ours.path ? path : `./${relative(out, theirs.path)}`,
        external: true,
      };
    });
  },
};

/**
 * What stays outside is CommonJS and is loaded by `require`: an `import` of it reads all of its files once more beforehand, to
 * find what they export.
 */
const packagesOutside = {
  name: 'packages-outside',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${OUTSIDE.join('|')})(/|$)`) }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: 'outside' } : { path, external: true },
    );
    onLoad({ filter: /./, namespace: 'outside' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** Of a library the line is enough. Every start reads the maps, and with all columns they are larger than our own code. */
function shortened(map) {
  const foreign = map.sources.map((source) => source.includes('node_modules/'));
  const lines = decode(map.mappings).map((line) =>
    line.filter((segment, at) => !foreign[segment[1]] || at === 0 || !foreign[line[at - 1][1]]),
  );
  return { ...map, mappings: encode(lines) };
}

rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: [join(dist, 'main.js')],
  outdir: out,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  charset: 'utf8',
  // Two classes of one name get two: the description of the API and Nest's messages call them by the first.
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  // CommonJS asks for Node's own modules by `require`.
  banner: {
    js: `import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);`,
  },
  plugins: [packagesOnDemand, packagesOutside, placesOfModules],
});
for (const name of readdirSync(out).filter((file) => file.endsWith('.map'))) {
  const file = join(out, name);
  writeFileSync(file, JSON.stringify(shortened(JSON.parse(readFileSync(file, 'utf8')))));
}

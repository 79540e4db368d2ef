// Makes dist/public: the stylesheet in our brand, the fonts that it names, the scripts, the images, and
// manifest.json, which gives each its address with the hash of its content (so that browsers may keep it for a year).
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as sass from 'sass';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const web = join(root, 'src/web');
const out = join(root, 'dist/public');
const FAMILIES = ['source-sans-3', 'source-serif-4'];
const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext'];

const manifest = {};

/** Writes one file and notes its address; returns the address. */
function publish(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  writeFileSync(join(out, name), content);
  manifest[name] = `/public/${name}?v=${hash}`;
  return manifest[name];
}

/** Our fonts' @font-face rules, cut to the alphabets of the four languages; the package has Greek and Vietnamese too. */
function fontFaces(family) {
  const folder = join(root, 'node_modules/@fontsource-variable', family);
  const rules = readFileSync(join(folder, 'wght.css'), 'utf8').match(/@font-face\s*\{[^}]*\}/g) ?? [];
  return SUBSETS.map((subset) => {
    const file = `${family}-${subset}-wght-normal.woff2`;
    const rule = rules.find((text) => text.includes(`/${file})`));
    if (!rule) throw new Error(`${family} has no @font-face for ${file}`);
    const address = publish(`fonts/${file}`, readFileSync(join(folder, 'files', file)));
    return rule.replace(/url\([^)]*\)/, `url(${address})`).replace(/\s+/g, ' ');
  }).join('\n');
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'fonts'), { recursive: true });

const faces = FAMILIES.map(fontFaces).join('\n');
const style = sass.compile(join(web, 'styles/main.scss'), {
  style: 'compressed',
  quietDeps: true,
  loadPaths: [join(root, 'node_modules/govuk-frontend/dist')],
});
if (/GDS Transport|govuk-crest/.test(style.css))
  throw new Error('The stylesheet carries gov.uk’s own font or crest');
publish('main.css', `${faces}\n${style.css}`);

const govuk = publish(
  'govuk-frontend.min.js',
  readFileSync(join(root, 'node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js'), 'utf8').replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    '\n',
  ),
);
// The package's one file sets a global name; pages load modules.
const webauthn = readFileSync(
  join(root, 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js'),
  'utf8',
);
publish(
  'webauthn.js',
  `${webauthn}\nexport const { browserSupportsWebAuthn, startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;\n`,
);
const scripts = readdirSync(join(web, 'scripts')).filter((name) => name.endsWith('.js'));
// main.js last: it imports the others by the addresses that they were just given
for (const name of [...scripts.filter((script) => script !== 'main.js'), 'main.js']) {
  const source = readFileSync(join(web, 'scripts', name), 'utf8').replace(
    /((?:from\s+|import\()')\.\/([\w.-]+)(')/g,
    (_all, before, imported, after) => {
      const address = imported === 'govuk-frontend.min.js' ? govuk : manifest[imported];
      if (!address) throw new Error(`${name} imports ${imported}, which is not built before it`);
      return `${before}${address}${after}`;
    },
  );
  publish(name, source);
}

for (const name of readdirSync(join(web, 'images'))) publish(name, readFileSync(join(web, 'images', name)));
cpSync(join(root, 'node_modules/@fontsource-variable/source-sans-3/LICENSE'), join(out, 'fonts/LICENSE'));
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(
  `Assets: ${Object.keys(manifest).length} files, stylesheet ${Math.round(style.css.length / 1024)} KiB`,
);

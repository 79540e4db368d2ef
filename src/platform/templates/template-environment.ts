import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import nunjucks from 'nunjucks';

const TEMPLATES = fileURLToPath(new URL('../../../templates', import.meta.url));
const GOVUK = dirname(
  dirname(createRequire(import.meta.url).resolve('govuk-frontend/dist/govuk/template.njk')),
);
/** The same for all, so that what is compiled for one of them is right for each. */
const OPTIONS: nunjucks.ConfigureOptions = {
  trimBlocks: true,
  lstripBlocks: true,
  // A name that a model does not have is a mistake of ours: tests must see it, a reader must not.
  throwOnUndefined: process.env.NODE_ENV === 'test',
};

const COMPILING = new nunjucks.Environment([], OPTIONS);

interface Compiled {
  readonly source: string;
  readonly blocks: object;
}
/** By the path of the template. */
const compiled = new Map<string, Compiled>();

/** Templates as functions. */
class CompiledTemplates extends nunjucks.FileSystemLoader {
  override getSource(name: string): nunjucks.LoaderSource {
    const found = super.getSource(name) as nunjucks.LoaderSource | null;
    // Of a template that is not there nunjucks itself says so.
    if (!found) return found as unknown as nunjucks.LoaderSource;
    const code = { type: 'code', obj: blocksOf(found) };
    // As its own loader of compiled templates answers, of which its types do not know.
    return { ...found, src: code as unknown as string };
  }
}

function blocksOf({ path, src: source }: nunjucks.LoaderSource): object {
  const known = compiled.get(path);
  if (known?.source === source) return known.blocks;
  const code = nunjucks.precompileString(source, {
    name: path,
    env: COMPILING,
    // Of one template a list of one, whatever the types say.
    wrapper: (templates) =>
      (templates as unknown as readonly { readonly template: string }[])
        .map(({ template }) => template)
        .join(),
  });
  const blocks = runInThisContext(`(() => {${code}})()`, { filename: path }) as object;
  compiled.set(path, { source, blocks });
  return blocks;
}

/**
 * Where our templates and those of the design system are drawn, with these names in each of them. There are several, since
 * macros that are imported see globals but not what a page is drawn with, and the words are of one language each;
 * a template is compiled once for all of them.
 */
export function templateEnvironment(
  globals: Readonly<Record<string, unknown>>,
  { autoescape = true } = {},
): nunjucks.Environment {
  const loader = new CompiledTemplates([TEMPLATES, GOVUK]);
  const environment = new nunjucks.Environment(loader, { ...OPTIONS, autoescape });
  for (const [name, value] of Object.entries(globals)) environment.addGlobal(name, value);
  return environment;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The languages in which translations are written; Serbian Latin is derived. */
export const WRITTEN_LANGUAGES = ['sr', 'ru', 'en'] as const;
export type WrittenLanguage = (typeof WRITTEN_LANGUAGES)[number];

/** Nested keys; the leaves are texts. */
export interface TranslationTree {
  readonly [key: string]: string | TranslationTree;
}

/** The root of the code that runs, `src` or `dist`: translations lie beside the modules in both. */
export const CODE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The paths of all `<module>/locales/*.json` and `<module>/<part>/locales/*.json` under the root, sorted. */
export function translationFiles(root: string = CODE_ROOT): readonly string[] {
  return foldersIn(root)
    .flatMap((module) => [module, ...foldersIn(module)])
    .map((folder) => join(folder, 'locales'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((path) => path.endsWith('.json'))
    .sort();
}

/**
 * One tree per written language, merged from all modules. Throws where two files claim the same key, and where a file's
 * name is no language: either would be a text that silently never shows.
 */
export function readTranslations(
  root: string = CODE_ROOT,
): Readonly<Record<WrittenLanguage, TranslationTree>> {
  const trees: Record<WrittenLanguage, TranslationTree> = { sr: {}, ru: {}, en: {} };
  for (const path of translationFiles(root)) {
    const language = basename(path, '.json');
    if (!isWrittenLanguage(language)) throw new Error(`${path}: not a language of translations`);
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    trees[language] = merge(trees[language], treeFrom(content, path), path);
  }
  return trees;
}

/** Every leaf with its dotted key. */
export function leavesOf(tree: TranslationTree, prefix = ''): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : leavesOf(value, `${prefix}${key}.`),
  );
}

/** The same tree with each text changed. */
export function mapLeaves(tree: TranslationTree, change: (text: string) => string): TranslationTree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [
      key,
      typeof value === 'string' ? change(value) : mapLeaves(value, change),
    ]),
  );
}

function isWrittenLanguage(text: string): text is WrittenLanguage {
  return (WRITTEN_LANGUAGES as readonly string[]).includes(text);
}

function treeFrom(content: unknown, path: string): TranslationTree {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error(`${path}: translations are texts in nested objects`);
  }
  return Object.fromEntries(
    Object.entries(content).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? value : treeFrom(value, `${path}: ${key}`),
    ]),
  );
}

function merge(into: TranslationTree, from: TranslationTree, path: string): TranslationTree {
  const merged: Record<string, string | TranslationTree> = { ...into };
  for (const [key, value] of Object.entries(from)) {
    const present = merged[key];
    if (present === undefined) merged[key] = value;
    else if (typeof present === 'string' || typeof value === 'string') {
      throw new Error(`${path}: ${key} is already translated in another file`);
    } else merged[key] = merge(present, value, `${path}: ${key}`);
  }
  return merged;
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}

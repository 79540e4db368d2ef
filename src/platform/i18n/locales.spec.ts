import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROLES } from '../../shared/actor.js';
import { ERROR_CODES } from '../../shared/domain-error.js';
import { LANGUAGES } from '../../shared/language.js';
import {
  CODE_ROOT,
  leavesOf,
  readTranslations,
  translationFiles,
  WRITTEN_LANGUAGES,
  type WrittenLanguage,
} from './translation-files.js';
import { Translator } from './translator.js';

interface Term {
  readonly term: string;
  readonly sr: string;
  readonly ru: string;
  readonly en: string;
  /** Beginnings of words, or of groups of words, that say the same in another way. */
  readonly avoid: Readonly<Record<WrittenLanguage, readonly string[]>>;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
/** Each language's own name is written in that language everywhere. */
const OWN_NAMES = 'common.languages.';
/** What has no Cyrillic form in Serbian: names of formats, codes and units, keys of the keyboard. */
const LATIN_IN_SERBIAN = new Set(
  (
    'PDF MB KB JPEG PNG CSV XLSX JSON XML API URL HTML ICS iCal QR UTC ORCID ROR ECTS ELMO EMREX EWP ISCED F DOI iD EQF CEFR NS A B C ' +
    'ISO BCP SHA MRZ ICAO ZZPL FZ GDPR RSD RUB EUR RS RU id If Match Idempotency Key ASCII Enter Esc Ctrl Shift Tab J K ' +
    'JavaScript PIN X IBAN freemover UTF person organisation'
  ).split(' '),
);

const trees = readTranslations();
const leaves: Readonly<Record<WrittenLanguage, ReadonlyMap<string, string>>> = {
  sr: new Map(leavesOf(trees.sr)),
  ru: new Map(leavesOf(trees.ru)),
  en: new Map(leavesOf(trees.en)),
};

/** A key without the ending of its plural form; `state_other` alone, without a second form, is a name and no plural. */
function baseOf(key: string, all: ReadonlyMap<string, string>): string {
  const base = key.replace(PLURAL, '');
  const forms = [...new Intl.PluralRules('ru').resolvedOptions().pluralCategories, 'zero', 'two'];
  return forms.filter((form) => all.has(`${base}_${form}`)).length > 1 ? base : key;
}

function byBase(language: WrittenLanguage): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const groups = new Map<string, (readonly [string, string])[]>();
  for (const [key, text] of leaves[language]) {
    const base = baseOf(key, leaves[language]);
    groups.set(base, [...(groups.get(base) ?? []), [key, text]]);
  }
  return groups;
}

const groups = { sr: byBase('sr'), ru: byBase('ru'), en: byBase('en') };
const variablesOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/\{\{\s*([\w.]+)[^}]*\}\}|%\{(\w+)\}/g), (match) => match[1] ?? match[2] ?? '');

/** The words of a text, without what is filled in, protected, an address or a reference number. */
function proseOf(text: string): string {
  return text
    .replace(/\{\{.*?\}\}|%\{\w+\}|\[\[.*?\]\]/gsu, ' ')
    .replace(/https?:\/\/[^\s,;)]*/gu, ' ')
    .replace(/[\w.+-]+@[\w.-]+\w/gu, ' ')
    .replace(/\b[A-Z]{2}-\d{4}-\d+\b/gu, ' ');
}

/** Every place, as "language key", whose text a check finds fault with. */
function faults(check: (text: string, language: WrittenLanguage, key: string) => boolean): readonly string[] {
  return WRITTEN_LANGUAGES.flatMap((language) =>
    [...leaves[language]]
      .filter(([key, text]) => check(text, language, key))
      .map(([key, text]) => `${language} ${key}: ${text}`),
  );
}

describe('the translations of all modules', () => {
  it('are written in three files wherever they are written in one', () => {
    const folders = new Set(translationFiles().map((path) => join(path, '..')));
    const files = [...folders].map((folder) =>
      translationFiles()
        .filter((path) => join(path, '..') === folder)
        .map((path) => basename(path))
        .join(' '),
    );
    expect(new Set(files)).toEqual(new Set(['en.json ru.json sr.json']));
  });

  it.each(WRITTEN_LANGUAGES)('lack no key in %s', (language) => {
    const all = new Set(WRITTEN_LANGUAGES.flatMap((other) => [...groups[other].keys()]));
    expect([...all].filter((key) => !groups[language].has(key))).toEqual([]);
  });

  it.each(WRITTEN_LANGUAGES)('have exactly the plural forms of %s', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted().join(' ');
    const wrong = [...groups[language]]
      .filter(([base, texts]) => texts.some(([key]) => key !== base))
      .map(([base, texts]) => [
        base,
        texts
          .map(([key]) => key.slice(base.length + 1))
          .toSorted()
          .join(' '),
      ])
      .filter(([, written]) => written !== forms);
    expect(wrong).toEqual([]);
  });

  it('ask for the same values in each language', () => {
    const asked = (language: WrittenLanguage, base: string): string =>
      [...new Set((groups[language].get(base) ?? []).flatMap(([, text]) => variablesOf(text)))]
        .toSorted()
        .join(' ');
    const different = [...groups.sr.keys()]
      .map((base) => [base, ...WRITTEN_LANGUAGES.map((language) => asked(language, base))])
      .filter(([, ...values]) => new Set(values).size > 1);
    expect(different).toEqual([]);
  });

  it('are never empty', () => {
    expect(faults((text) => text.trim() === '')).toEqual([]);
  });

  it('are Serbian in Cyrillic, but for names of formats and the like', () => {
    const latin = (text: string) => proseOf(text).match(/\p{Script=Latin}+/gu) ?? [];
    expect(
      faults(
        (text, language) => language === 'sr' && latin(text).some((word) => !LATIN_IN_SERBIAN.has(word)),
      ),
    ).toEqual([]);
  });

  it('have the letters of their own language only', () => {
    const foreign: Readonly<Record<WrittenLanguage, RegExp>> = {
      sr: /[ёйщъыьэюя]/iu,
      ru: /[ђјљњћџ]/iu,
      en: /\p{Script=Cyrillic}/u,
    };
    expect(
      faults((text, language, key) => !key.startsWith(OWN_NAMES) && foreign[language].test(proseOf(text))),
    ).toEqual([]);
  });

  it('mix no scripts inside a word, where letters that look alike hide', () => {
    const mixed = /\p{Script=Latin}\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{Script=Latin}/u;
    expect(faults((text) => mixed.test(text.replace(/\{\{.*?\}\}/gu, ' ')))).toEqual([]);
  });

  it('close the brackets that protect a passage', () => {
    expect(faults((text) => text.split('[[').length !== text.split(']]').length)).toEqual([]);
  });

  it('protect nothing where nothing is converted', () => {
    expect(faults((text, language) => language !== 'sr' && text.includes('[['))).toEqual([]);
  });
});

describe('the glossary', () => {
  const glossary = JSON.parse(
    readFileSync(join(CODE_ROOT, 'platform/i18n/glossary.json'), 'utf8'),
  ) as readonly Term[];

  it('has each term once, in three languages', () => {
    expect(new Set(glossary.map(({ term }) => term)).size).toBe(glossary.length);
    const incomplete = glossary.filter((term) =>
      WRITTEN_LANGUAGES.some((language) => !term[language].trim()),
    );
    expect(incomplete).toEqual([]);
  });

  it('forbids no term of its own', () => {
    const own = glossary.flatMap(({ avoid }) =>
      WRITTEN_LANGUAGES.flatMap((language) =>
        avoid[language].filter((synonym) => glossary.some((term) => wordBegins(term[language], synonym))),
      ),
    );
    expect(own).toEqual([]);
  });

  it.each(glossary.map((term) => [term.term, term] as const))('is followed: %s', (_name, { avoid }) => {
    expect(
      faults((text, language) => avoid[language].some((synonym) => wordBegins(proseOf(text), synonym))),
    ).toEqual([]);
  });

  function wordBegins(text: string, beginning: string): boolean {
    return new RegExp(`(?<!\\p{L})${beginning}`, 'iu').test(text);
  }
});

describe('what the code asks for', () => {
  const root = join(CODE_ROOT, '..');
  const read = (folder: string, name: RegExp): readonly (readonly [string, string])[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => name.test(path) && !path.endsWith('.spec.ts'))
      .map((path) => [path, readFileSync(join(root, folder, path), 'utf8')]);
  const code = read('src', /\.ts$/);
  const templates = read('templates', /\.(njk|typ)$/);
  const translator = new Translator({ strict: true });
  const isThere = (key: string): boolean =>
    LANGUAGES.every((language) => translator.has(language, key) || translator.has(language, `${key}_other`));

  function missing(
    files: readonly (readonly [string, string])[],
    pattern: RegExp,
    keyOf: (found: string) => string = (found) => found,
  ): readonly string[] {
    return files.flatMap(([path, text]) =>
      Array.from(text.matchAll(pattern), (match) => keyOf(match[1] ?? ''))
        .filter((key) => !isThere(key))
        .map((key) => `${path}: ${key}`),
    );
  }

  it('is there: keys in the templates', () => {
    expect(missing(templates, /\bt\(\s*['"]([\w./-]+)['"]\s*[,)]/g)).toEqual([]);
  });

  it('is there: keys in the code', () => {
    expect(missing(code, /\bt\(\s*(?:[\w.]+,\s*)?['"`](\w[\w/-]*\.[\w./-]+)['"`]\s*[,)]/g)).toEqual([]);
  });

  it('is there: reasons of refusals', () => {
    const refusals = /(?:DomainError\(\s*'\w+',\s*\{|allowed: false,)\s*reason: '(\w+)'/g;
    expect(missing(code, refusals, (reason) => `reasons.${reason}`)).toEqual([]);
    expect(ERROR_CODES.filter((reason) => !isThere(`reasons.${reason}`))).toEqual([]);
  });

  it('is there: problems of fields', () => {
    expect(missing(code, /\bproblem: '(\w+)'/g, (problem) => `problems.${problem}`)).toEqual([]);
  });

  it('is there: blockers', () => {
    expect(missing(code, /\bcode: '(\w+)',\s*section:/g, (blocker) => `blockers.${blocker}`)).toEqual([]);
  });

  it('is there: every kind of refusal, and the unexpected one', () => {
    const keys = [...ERROR_CODES, 'internal'].flatMap((kind) => [
      `errors.${kind}.title`,
      `errors.${kind}.body`,
    ]);
    expect(keys.filter((key) => !isThere(key))).toEqual([]);
  });

  it('is there: every role', () => {
    expect(ROLES.filter((role) => !isThere(`roles.${role}`))).toEqual([]);
  });
});

import type { LocalizedText } from '../../shared/language.js';
import type { AgreementContent } from './agreement.js';
import { quotaKey } from './quota.js';

/** A run of words that is in both texts, or in one of them alone. */
export interface Run {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** One field as two versions say it; null where a version does not. */
export interface FieldDifference {
  /** `title.sr`, `articles.2.body.ru`, `quotas.<key>.persons`. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

const LONGEST = 4_000;

/**
 * Word by word what went and what came: the longest common run of words stays. Beyond so many words the whole is told as
 * gone and new, because the table of the comparison would grow with their product.
 */
export function compareWords(before: string, after: string): readonly Run[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  if (before === after) return before === '' ? [] : [{ kind: 'same', text: before }];
  if (a.length * b.length > LONGEST * LONGEST) {
    return joined([
      { kind: 'gone', text: before },
      { kind: 'new', text: after },
    ]);
  }
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const next = (i + 1) * width + j;
      longest[i * width + j] =
        a[i] === b[j]
          ? (longest[next + 1] ?? 0) + 1
          : Math.max(longest[next] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [mine, theirs] = [a[i], b[j]];
    if (mine !== undefined && mine === theirs) {
      runs.push({ kind: 'same', text: mine });
      i += 1;
      j += 1;
    } else if (
      mine !== undefined &&
      (theirs === undefined || (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      runs.push({ kind: 'gone', text: mine });
      i += 1;
    } else {
      runs.push({ kind: 'new', text: theirs ?? '' });
      j += 1;
    }
  }
  return joined(runs);
}

/** Field by field what two versions say otherwise, in the order of the newer one, what only the older says last. */
export function compareContents(
  before: AgreementContent,
  after: AgreementContent,
): readonly FieldDifference[] {
  const [said, says] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...says.keys(), ...said.keys()])].flatMap((field) => {
    const [was, is] = [said.get(field) ?? null, says.get(field) ?? null];
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}

function fieldsOf(content: AgreementContent): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const say = (field: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') fields.set(field, String(value));
  };
  const words = (field: string, text: LocalizedText) => {
    for (const language of ['sr', 'ru', 'en'] as const) say(`${field}.${language}`, text[language]);
  };
  words('title', content.title);
  content.parties.forEach(({ name }, place) => words(`parties.${place}`, name));
  say('themes', content.themes.join('\n'));
  say('validFrom', content.validFrom);
  say('validUntil', content.validUntil);
  say('noticeDays', content.noticeDays);
  say('under', content.under);
  if (content.exchange) {
    say('exchange.fields', content.exchange.fields.join('\n'));
    say('exchange.levels', content.exchange.levels.join('\n'));
    say(
      'exchange.languages',
      content.exchange.languages.map(({ language, level }) => `${language} ${level}`).join('\n'),
    );
    say('exchange.blended', content.exchange.blended ? 'yes' : 'no');
  }
  content.text.articles.forEach(({ title, body }, place) => {
    words(`articles.${place}.title`, title);
    words(`articles.${place}.body`, body);
  });
  (content.annexes ?? []).forEach(({ title, sha256, sizeBytes, pages }, place) => {
    words(`annexes.${place}.title`, title);
    say(`annexes.${place}.file`, `${sha256} ${sizeBytes} ${pages ?? ''}`.trim());
  });
  if (content.paper) {
    say('paper.signedOn', content.paper.signedOn);
    say('paper.externalReference', content.paper.externalReference);
  }
  for (const quota of content.quotas) {
    const key = `quotas.${quotaKey(quota)}`;
    say(`${key}.persons`, quota.persons);
    say(`${key}.months`, quota.months);
    say(`${key}.days`, quota.days || undefined);
  }
  return fields;
}

/** A word with the space before it, so that all words together are the text again. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/gu) ?? [];
}

function joined(runs: readonly Run[]): readonly Run[] {
  const whole: Run[] = [];
  for (const run of runs.filter(({ text }) => text !== '')) {
    const last = whole.at(-1);
    if (last?.kind === run.kind) whole[whole.length - 1] = { kind: run.kind, text: last.text + run.text };
    else whole.push(run);
  }
  return whole;
}

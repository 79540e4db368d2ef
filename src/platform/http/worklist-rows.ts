import type { TextValues } from '../i18n/translator.js';

/** Words of a presenter: a key with its values, or text that is already in the reader's language. */
export type Words = string | number | { readonly key: string; readonly values?: TextValues };

interface Deadline {
  readonly iso: string;
  readonly left?: Words | null;
  readonly text: Words;
  readonly urgency?: 'far' | 'near' | 'passed';
}

/** What `components/worklist.njk` takes as a cell. */
export interface WorklistCell {
  readonly text?: Words;
  readonly lang?: string;
  readonly numeric?: boolean;
  readonly code?: boolean;
  readonly tag?: { readonly kind: string; readonly text: Words };
  readonly deadline?: Deadline;
  readonly parts?: readonly { readonly text: Words; readonly lang?: string }[];
  readonly arrow?: boolean;
}

/** What `components/worklist.njk` takes as rows, as far as they are drawn here. */
export interface WorklistTable {
  /** The form to which each row gives a checkbox. */
  readonly select?: string;
  readonly columns: readonly { readonly label: Words }[];
  readonly rows: readonly {
    readonly href: string;
    readonly title: string;
    readonly select?: string;
    readonly code?: boolean;
    readonly lang?: string;
    readonly current?: boolean;
    readonly cells: readonly WorklistCell[];
  }[];
}

/** The words of one language. */
export type SayIn = (key: string, values?: TextValues) => string;

/**
 * The rows of a worklist as HTML: what the macros would write, without one call of a macro for each cell. A table of fifty
 * rows is most of its page. A test compares the markup with that of the components; every text is escaped here.
 */
export function worklistRows(table: WorklistTable, t: SayIn): string {
  const say = (words: Words | undefined): string => escaped(wordsOf(words, t));
  const labels = table.columns.map(({ label }) => say(label));
  let html = '';
  for (const row of table.rows) {
    const current = row.current ? ' class="most-worklist__row--current"' : '';
    html += `<tr data-worklist-row${current}>`;
    if (table.select) {
      const which = escaped(t('web.worklist.select_one', { title: row.title }));
      html += `<td class="most-worklist__select"><label><input type="checkbox" name="select" value="${escaped(row.select ?? '')}" form="${escaped(table.select)}"><span class="govuk-visually-hidden">${which}</span></label></td>`;
    }
    html += `<th scope="row" class="most-worklist__title"><a href="${escaped(row.href)}"${row.code ? CODE : ''}${langOf(row.lang)}${row.current ? ' aria-current="true"' : ''}>${escaped(row.title)}</a></th>`;
    // The first column is the title.
    for (const [place, cell] of row.cells.entries()) html += cellOf(cell, labels[place + 1] ?? '', say);
    html += '</tr>';
  }
  return html;
}

/** The options of a select, of which there may be hundreds. */
export function selectOptions(
  options: readonly { readonly value: string; readonly label: Words }[],
  chosen: string,
  t: SayIn,
): string {
  let html = '';
  for (const { value, label } of options) {
    const selected = value === chosen ? ' selected' : '';
    html += `<option value="${escaped(value)}"${selected}>${escaped(wordsOf(label, t))}</option>`;
  }
  return html;
}

const CODE = ' class="most-code"';

type Say = (words: Words | undefined) => string;

function cellOf(cell: WorklistCell, label: string, say: Say): string {
  const numeric = cell.numeric ? ' most-worklist__cell--numeric' : '';
  return `<td class="most-worklist__cell${numeric}" data-label="${label}">${contentOf(cell, say)}</td>`;
}

function contentOf({ parts, arrow, deadline, tag, text, code, lang }: WorklistCell, say: Say): string {
  if (parts) {
    const between = arrow ? ' <span class="most-parts__arrow" aria-hidden="true">→</span> ' : ', ';
    const written = parts.map((part) => `<span${langOf(part.lang)}>${say(part.text)}</span>`);
    const until = deadline ? ` ${deadlineOf(deadline, say)}` : '';
    return `<span class="most-parts">${written.join(between)}</span>${until}`;
  }
  if (tag) {
    const mark = MARKS.get(tag.kind) ?? OTHER_MARK;
    return `<strong class="most-tag most-tag--${escaped(tag.kind)}"><svg class="most-tag__mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${mark}</svg><span>${say(tag.text)}</span></strong>`;
  }
  if (deadline) return deadlineOf(deadline, say);
  return `<span${code ? CODE : ''}${langOf(lang)}>${say(text)}</span>`;
}

function deadlineOf({ iso, left, text, urgency }: Deadline, say: Say): string {
  const before = left ? `<strong class="most-deadline__left">${say(left)}</strong> ` : '';
  return `<span class="most-deadline most-deadline--${escaped(urgency ?? 'far')}">${before}<time class="most-deadline__when" datetime="${escaped(iso)}">${say(text)}</time></span>`;
}

/** The shapes of `components/state-tag.njk`. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['leaf', '<path d="M3 8.6l3.2 3.2L13 4.9"/>'],
  [
    'brass',
    '<path d="M4 2.5h8M4 13.5h8M5 2.5c0 3.4 6 3.4 6 5.5s-6 2.1-6 5.5M11 2.5c0 3.4-6 3.4-6 5.5s6 2.1 6 5.5"/>',
  ],
  ['brick', '<path d="M4 4l8 8M12 4l-8 8"/>'],
  ['plum', '<path d="M7.2 1v10a5 5 0 010-10zM8.8 5v10a5 5 0 000-10z"/>'],
  ['sky', '<circle cx="8" cy="8" r="5"/><path class="most-tag__mark--solid" d="M8 3a5 5 0 010 10z"/>'],
]);
const OTHER_MARK = '<circle cx="8" cy="8" r="4.6"/>';

function langOf(lang: string | undefined): string {
  return lang ? ` lang="${escaped(lang)}"` : '';
}

export function wordsOf(words: Words | undefined, t: SayIn): string {
  // Without words there is a mistake of ours: the templates would refuse it where tests run, and show nothing elsewhere.
  if (words === undefined) return '';
  return typeof words === 'object' ? t(words.key, words.values) : String(words);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
  '\\': '&#92;',
};

const ESCAPED = /[&"'<>\\]/;

/** Text as the templates escape it, between tags and inside quotes. */
export function escaped(text: string): string {
  // Hardly any text has one, and to look is quicker than to replace.
  if (!ESCAPED.test(text)) return text;
  return text.replace(/[&"'<>\\]/g, (character) => ESCAPES[character] ?? character);
}

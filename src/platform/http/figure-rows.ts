import { escaped, wordsOf } from './worklist-rows.js';
import type { SayIn, Words } from './worklist-rows.js';

/** What `reporting/_figures.njk` takes as rows. */
export interface FigureRows {
  readonly columns: readonly { readonly label: Words; readonly numeric?: boolean }[];
  readonly rows: readonly {
    /** The first one names the row. */
    readonly cells: readonly { readonly text: Words; readonly lang?: string; readonly href?: string }[];
    /** Length of its bar, 0 to 100, and how much of that is what went wrong. */
    readonly bar?: { readonly length: number; readonly bad: number };
  }[];
}

/**
 * The rows of a table of numbers as HTML, without a frame of the template for each cell: a page of ten such tables is hardly
 * anything else. Labels are said once for each column. Every text is escaped here.
 */
export function figureRows({ columns, rows }: FigureRows, t: SayIn): string {
  const say = (words: Words) => escaped(wordsOf(words, t));
  const openings = columns.map(({ label, numeric }) => ({
    label: say(label),
    numeric: numeric ? ' class="most-worklist__cell--numeric"' : '',
  }));
  let html = '';
  for (const { cells, bar } of rows) {
    html += '<tr>';
    for (const [place, { text, lang, href }] of cells.entries()) {
      const words = href ? `<a class="govuk-link" href="${escaped(href)}">${say(text)}</a>` : say(text);
      const inLanguage = lang ? ` lang="${escaped(lang)}"` : '';
      const column = openings[place];
      html +=
        place === 0
          ? `<th scope="row" class="most-worklist__title"${inLanguage}>${words}${bar ? barOf(bar) : ''}</th>`
          : `<td data-label="${column?.label ?? ''}"${inLanguage}${column?.numeric ?? ''}><span>${words}</span></td>`;
    }
    html += '</tr>';
  }
  return html;
}

/** The numbers say the same, so it is hidden from those who read by ear. */
function barOf({ length, bad }: { readonly length: number; readonly bad: number }): string {
  return `<svg class="most-figures__bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="most-figures__good" x="0" y="0" width="${length}" height="6"/><rect class="most-figures__bad" x="0" y="0" width="${(length * bad) / 100}" height="6"/></svg>`;
}

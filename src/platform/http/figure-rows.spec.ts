import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyText,
  anyWords,
  byComponents,
  maybe,
  sayKeys,
  withoutBreaks,
} from '../../../test/factories/markup.js';
import { figureRows } from './figure-rows.js';
import type { FigureRows } from './figure-rows.js';

/** The rows of a table of numbers as functions write them are those that the components would. */

const ROWS = `{% from "components/message.njk" import say with context %}
{% for row in table.rows %}<tr>
{% for cell in row.cells %}
{% if loop.first %}
<th scope="row" class="most-worklist__title"{% if cell.lang %} lang="{{ cell.lang }}"{% endif %}>{% if cell.href %}<a class="govuk-link" href="{{ cell.href }}">{{ say(cell.text) }}</a>{% else %}{{ say(cell.text) }}{% endif %}{% if row.bar %}
<svg class="most-figures__bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
<rect class="most-figures__good" x="0" y="0" width="{{ row.bar.length }}" height="6"/>
<rect class="most-figures__bad" x="0" y="0" width="{{ row.bar.length * row.bar.bad / 100 }}" height="6"/>
</svg>{% endif %}</th>
{% else %}
<td data-label="{{ say(table.columns[loop.index0].label) }}"{% if cell.lang %} lang="{{ cell.lang }}"{% endif %}{% if table.columns[loop.index0].numeric %} class="most-worklist__cell--numeric"{% endif %}><span>{% if cell.href %}<a class="govuk-link" href="{{ cell.href }}">{{ say(cell.text) }}</a>{% else %}{{ say(cell.text) }}{% endif %}</span></td>
{% endif %}
{% endfor %}
</tr>{% endfor %}`;

const percent = fc.integer({ min: 0, max: 100 });
const tables = fc.record({
  columns: fc.array(fc.record({ label: anyWords, numeric: fc.boolean() }), { minLength: 4, maxLength: 4 }),
  rows: fc.array(
    fc.record({
      cells: fc.array(fc.record({ text: anyWords, lang: maybe(anyText), href: maybe(anyText) }), {
        maxLength: 4,
      }),
      bar: maybe(fc.record({ length: percent, bad: percent })),
    }),
    { maxLength: 4 },
  ),
}) as fc.Arbitrary<FigureRows>;

describe('the rows of a table of numbers', () => {
  it('are written as the components write them, whatever stands in them', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(withoutBreaks(figureRows(table, sayKeys))).toBe(byComponents(ROWS, { table }));
      }),
      { numRuns: 300 },
    );
  });
});

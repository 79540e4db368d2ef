import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyText,
  anyWords,
  byComponents,
  HOSTILE,
  maybe,
  sayKeys,
  withoutBreaks,
} from '../../../test/factories/markup.js';
import { selectOptions, worklistRows } from './worklist-rows.js';
import type { WorklistTable } from './worklist-rows.js';

/** The rows as functions write them are those that the components of the design system would. */

/** What a row is, said with the components themselves. */
const ROWS = `{% from "components/message.njk" import say with context %}
{% from "components/state-tag.njk" import stateTag with context %}
{% from "components/deadline.njk" import deadline with context %}
{% for row in list.rows %}<tr data-worklist-row{% if row.current %} class="most-worklist__row--current"{% endif %}>
{% if list.select %}<td class="most-worklist__select"><label><input type="checkbox" name="select" value="{{ row.select }}" form="{{ list.select }}"><span class="govuk-visually-hidden">{{ t('web.worklist.select_one', { title: row.title }) }}</span></label></td>{% endif %}
<th scope="row" class="most-worklist__title"><a href="{{ row.href }}"{% if row.code %} class="most-code"{% endif %}{% if row.lang %} lang="{{ row.lang }}"{% endif %}{% if row.current %} aria-current="true"{% endif %}>{{ row.title }}</a></th>
{% for cell in row.cells %}<td class="most-worklist__cell{% if cell.numeric %} most-worklist__cell--numeric{% endif %}" data-label="{{ say(list.columns[loop.index].label) }}">
{%- if cell.parts %}<span class="most-parts">{% for part in cell.parts %}<span{% if part.lang %} lang="{{ part.lang }}"{% endif %}>{{ say(part.text) }}</span>{% if not loop.last %}{% if cell.arrow %} <span class="most-parts__arrow" aria-hidden="true">→</span> {% else %}, {% endif %}{% endif %}{% endfor %}</span>{% if cell.deadline %} {{ deadline(cell.deadline) }}{% endif %}
{%- elif cell.tag %}{{ stateTag(cell.tag.kind, cell.tag.text) }}{% elif cell.deadline %}{{ deadline(cell.deadline) }}{% else %}<span{% if cell.code %} class="most-code"{% endif %}{% if cell.lang %} lang="{{ cell.lang }}"{% endif %}>{{ say(cell.text) }}</span>{% endif -%}
</td>{% endfor %}
</tr>{% endfor %}`;

const deadline = fc.record({
  iso: anyText,
  left: fc.option(anyWords),
  text: anyWords,
  urgency: fc.constantFrom('far' as const, 'near' as const, 'passed' as const, undefined),
});
const cell = fc.oneof(
  fc.record({ text: anyWords, lang: maybe(anyText), numeric: fc.boolean(), code: fc.boolean() }),
  fc.record({
    tag: fc.record({
      kind: fc.constantFrom('leaf', 'brass', 'brick', 'plum', 'sky', 'grey', ...HOSTILE),
      text: anyWords,
    }),
  }),
  fc.record({ deadline }),
  fc.record({
    parts: fc.array(fc.record({ text: anyWords, lang: maybe(anyText) }), { maxLength: 3 }),
    arrow: fc.boolean(),
    deadline: maybe(deadline),
  }),
);
const tables = fc.record({
  select: maybe(anyText),
  columns: fc.array(fc.record({ label: anyWords }), { minLength: 4, maxLength: 4 }),
  rows: fc.array(
    fc.record({
      href: anyText,
      title: anyText,
      select: anyText,
      code: fc.boolean(),
      lang: maybe(anyText),
      current: fc.boolean(),
      cells: fc.array(cell, { maxLength: 3 }),
    }),
    { maxLength: 4 },
  ),
}) as fc.Arbitrary<WorklistTable>;

describe('the rows of a worklist', () => {
  it('are written as the components write them, whatever stands in them', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(withoutBreaks(worklistRows(table, sayKeys))).toBe(byComponents(ROWS, { list: table }));
      }),
      { numRuns: 300 },
    );
  });

  it.each(HOSTILE)('hold %j as anyText, in every place where a name or a word may stand', (name) => {
    const due = { iso: name, left: name, text: { key: name, values: { name } } };
    const html = worklistRows(
      {
        select: name,
        columns: [{ label: name }, { label: name }, { label: name }, { label: name }, { label: name }],
        rows: [
          {
            href: name,
            title: name,
            select: name,
            lang: name,
            cells: [
              { text: name, lang: name },
              { tag: { kind: name, text: name } },
              { deadline: due },
              { parts: [{ text: name, lang: name }, { text: { key: name } }], deadline: due },
            ],
          },
        ],
      },
      sayKeys,
    );
    // Outside of quotes there are tags of ours only, and inside of them no quote that is not ours.
    const tags = html.replace(/"[^"]*"/g, '""').match(/<[^>]*>/g) ?? [];
    for (const tag of tags)
      expect(tag).toMatch(/^<\/?(tr|td|th|label|input|span|a|strong|svg|circle|time)\b[^<']*>$/);
    expect(html).not.toMatch(/<(script|img|h1|b)\b/);
    expect(html).not.toMatch(/ on\w+="/);
  });

  it('stand beside options that are written as the templates would', () => {
    const options = `{% from "components/message.njk" import say with context %}{% for option in options %}<option value="{{ option.value }}"{% if option.value == value %} selected{% endif %}>{{ say(option.label) }}</option>{% endfor %}`;
    fc.assert(
      fc.property(fc.array(fc.record({ value: anyText, label: anyWords })), anyText, (list, value) => {
        const expected = byComponents(options, { options: list, value });
        expect(selectOptions(list, value, sayKeys)).toBe(expected);
        expect(selectOptions(list, list[0]?.value ?? '', sayKeys)).toBe(
          byComponents(options, { options: list, value: list[0]?.value ?? '' }),
        );
      }),
    );
  });

  it('escape every sign as the templates do', () => {
    for (let code = 0x20; code < 0x180; code++) {
      const sign = String.fromCharCode(code);
      const list = { columns: [], rows: [{ href: '/', title: sign, cells: [] }] };
      expect(worklistRows(list, sayKeys)).toBe(byComponents(ROWS, { list }));
    }
  });
});

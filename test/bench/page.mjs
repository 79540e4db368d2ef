// A page of fifty lines as the application renders it, against template literals that write the same bytes. In a process
// of its own, in turn. Writes { page: [{ ours, limit }], rows: [{ ours, limit }] } as JSON, in pages a second.
import 'reflect-metadata';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [, , milliseconds, rounds] = process.argv;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const from = (path) => import(join(root, 'dist', path));
// As the application does.
await from('platform/process/young-garbage.js');
const { Translator } = await from('platform/i18n/translator.js');
const { PageRenderer } = await from('platform/http/page-renderer.js');
const { worklistRows } = await from('platform/http/worklist-rows.js');
const { view } = await from('platform/http/page.js');
const { presentWorklist } = await from('applications/http/presenters/present-worklist.js');
const { paramsOf, readAddress } = await from('applications/http/worklist-address.js');
const { bridgePicture } = await from('web/bridge-picture.js');

const LANGUAGE = 'sr-Cyrl';
const NOW = new Date('2026-06-15T09:30:00Z');
const translator = new Translator();
const ctx = { language: LANGUAGE, clock: { now: () => NOW } };
const institution = (native, ru, en) => ({
  names: { native, nativeLanguage: 'sr-Cyrl', srCyrl: native, srLatn: null, ru, en },
});
const entries = Array.from({ length: 50 }, (_, place) => ({
  application: {
    id: `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`,
    number: `MOST-2026-${String(place).padStart(6, '0')}`,
    state: 'submitted',
    result: null,
    stateSince: new Date(NOW.getTime() - place * 7_200_000),
    submittedAt: new Date(NOW.getTime() - place * 7_200_000),
    freemover: place % 9 === 0,
  },
  call: {
    title: {
      sr: 'Семестралне размене студената',
      ru: 'Семестровые обмены студентов',
      en: 'Semester exchanges',
    },
    category: 'student_exchange',
    timeZone: 'Europe/Belgrade',
  },
  name: { name: `Ђорђе О'Браин <${place}>`, language: 'sr-Cyrl', latin: null },
  home: institution('Универзитет у Београду', 'Белградский университет', 'University of Belgrade'),
  host: institution('Московски државни универзитет', 'МГУ имени М. В. Ломоносова', 'Moscow State University'),
  homeCountry: null,
  hostCountry: null,
  place: null,
  custody: [
    {
      office: 'home_institution',
      since: NOW,
      until: new Date(NOW.getTime() + (place - 5) * 43_200_000),
    },
  ],
}));
const address = readAddress(paramsOf('/applications?waits=all&state=submitted'), 'all');
const model = presentWorklist(translator, ctx, {
  page: { items: entries, next: 'bmV4dA' },
  address,
  problems: [],
  counts: {
    work: new Map([['home', { count: 100, more: true }]]),
    states: new Map([['submitted', { count: 1000, more: false }]]),
  },
  saved: [],
  bulk: [],
  ranks: false,
  calls: Array.from({ length: 20 }, (_, place) => ({ id: `call-${place}`, title: entries[0].call.title })),
});
const shell = {
  title: 'Пријаве',
  language: LANGUAGE,
  languages: [{ code: LANGUAGE, label: 'Српски', href: '?lang=sr-Cyrl', current: true }],
  path: '/applications',
  user: { name: 'Јелена Петровић', roles: ['координатор'] },
  nav: ['home', 'calls', 'institutions', 'worklist'].map((key) => ({
    key: `web.nav.${key}`,
    href: `/${key}`,
    current: key === 'worklist',
    folded: false,
  })),
  csrf: 'token',
  flash: null,
  demonstration: true,
  assets: { css: '/assets/main.css', js: '/assets/main.js' },
  canonical: 'https://most.example.org/applications',
  noindex: true,
  bridgePicture,
};
const renderer = new PageRenderer(translator, { pageShell: () => Promise.resolve(shell) });
const web = { ctx, url: '/applications' };
const page = view('applications/office/worklist.njk', model, {});
const t = (key, values) => translator.t(LANGUAGE, key, values);

const SIGNS = { '&': '&amp;', '"': '&quot;', "'": '&#39;', '<': '&lt;', '>': '&gt;', '\\': '&#92;' };
const escaped = (text) => text.replace(/[&"'<>\\]/g, (sign) => SIGNS[sign]);

/** The words of the rows, said once: template literals only put them in their places. */
const said = (words) => (typeof words === 'object' ? t(words.key, words.values) : String(words));
const rows = model.list.rows.map((row) => ({
  ...row,
  cells: row.cells.map((cell) => ({
    ...cell,
    ...(cell.text === undefined ? {} : { text: said(cell.text) }),
    ...(cell.tag ? { tag: { kind: cell.tag.kind, text: said(cell.tag.text) } } : {}),
    ...(cell.parts ? { parts: cell.parts.map((part) => ({ ...part, text: said(part.text) })) } : {}),
    ...(cell.deadline
      ? { deadline: { ...cell.deadline, left: said(cell.deadline.left), text: said(cell.deadline.text) } }
      : {}),
  })),
}));
const labels = model.list.columns.map(({ label }) => said(label));
const whole = await renderer.render(web, page);
const written = worklistRows(model.list, t);
const [head, tail] = whole.split(written);
if (tail === undefined) throw new Error('the rows are not in the page');
const mark = /<svg class="most-tag__mark".*?<\/svg>/.exec(written)?.[0] ?? '';
const deadlineOf = (d) =>
  `<span class="most-deadline most-deadline--${d.urgency}"><strong class="most-deadline__left">${escaped(d.left)}</strong> <time class="most-deadline__when" datetime="${escaped(d.iso)}">${escaped(d.text)}</time></span>`;
const contentOf = (cell) => {
  if (cell.parts)
    return `<span class="most-parts">${cell.parts.map(({ text, lang }) => `<span${lang ? ` lang="${escaped(lang)}"` : ''}>${escaped(text)}</span>`).join(cell.arrow ? ' <span class="most-parts__arrow" aria-hidden="true">→</span> ' : ', ')}</span>${cell.deadline ? ` ${deadlineOf(cell.deadline)}` : ''}`;
  if (cell.tag)
    return `<strong class="most-tag most-tag--${cell.tag.kind}">${mark}<span>${escaped(cell.tag.text)}</span></strong>`;
  return `<span${cell.lang ? ` lang="${escaped(cell.lang)}"` : ''}>${escaped(cell.text)}</span>`;
};
const literalRows = () =>
  rows
    .map(
      (row) =>
        `<tr data-worklist-row><th scope="row" class="most-worklist__title"><a href="${escaped(row.href)}" class="most-code">${escaped(row.title)}</a></th>${row.cells.map((cell, place) => `<td class="most-worklist__cell" data-label="${escaped(labels[place + 1])}">${contentOf(cell)}</td>`).join('')}</tr>`,
    )
    .join('');
const literalPage = () => `${head}${literalRows()}${tail}`;
if (literalRows() !== written) throw new Error('the template literals write other rows');
if (literalPage() !== (await renderer.render(web, page))) throw new Error('they write another page');

/** So that what is written is used. */
let bytes = 0;
async function rateOf(work) {
  const until = performance.now() + Number(milliseconds);
  const began = performance.now();
  let done = 0;
  while (performance.now() < until) {
    bytes += (await work()).length;
    done += 1;
  }
  return (done * 1000) / (performance.now() - began);
}
const sides = {
  page: { limit: literalPage, ours: () => renderer.render(web, page) },
  rows: { limit: literalRows, ours: () => worklistRows(model.list, t) },
};
const result = {};
for (const [name, { limit, ours }] of Object.entries(sides)) {
  await rateOf(limit);
  await rateOf(ours);
  result[name] = [];
  for (let round = 0; round < Number(rounds); round++) {
    result[name].push({ limit: await rateOf(limit), ours: await rateOf(ours) });
  }
}
process.stdout.write(JSON.stringify({ ...result, bytes }));

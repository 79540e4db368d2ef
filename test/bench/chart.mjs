// Draws the newest figure of each name as a picture that the page of the project shows: how much of its goal each reaches.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROW = 26;
const TOP = 56;
const LEFT = 250;
const GOAL = 300;
const WIDTH = 760;
/** A bar ends here: twice its goal is as good as three times. */
const MOST = 1.4;

/** What each figure is called in the picture. */
const TITLES = {
  'W9-start': 'start, database up',
  'W1-submit-c8': 'submit, 8 at once',
  'W1-submit-c32': 'submit, 32 at once',
  'W1-deadline': 'submit, in one commit',
  'W2-worklist-json': 'worklist, JSON',
  'W2-worklist-html': 'worklist, HTML',
  'W2-million': 'worklist of 10^6, JSON',
  'W2s-million': 'search in 10^6',
  'W7-million': 'overview of 10^6',
  'W3-decide': 'decision',
  'W4-10k': 'places for 10^4',
  'W4-10k-reserved': 'places for 10^4, reserves',
  'W4-100k': 'places for 10^5',
  'W4-100k-reserved': 'places for 10^5, reserves',
  'W4-1m': 'places for 10^6',
  'W4-1m-reserved': 'places for 10^6, reserves',
  'W4-1m-memory': 'its memory',
  'W4-1m-reserved-memory': 'its memory, reserves',
  'W5-page': 'page of 50 lines, drawn',
  'W5-rows': 'its 50 lines alone',
  'W6-letter': 'letter of award',
  'W6-letter-memory': 'its memory',
  'W7-overview': 'overview of a ministry',
  'W8-export-csv': 'export, CSV',
  'W8-export-csv-memory': 'its memory',
  'W8-export-xlsx': 'export, XLSX',
  'W8-export-xlsx-memory': 'its memory',
};

/** Writes docs/bench.svg. Answers where it is. */
export function drawChart(root) {
  const newest = new Map();
  const folder = join(root, '.data/bench');
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line) newest.set(JSON.parse(line).name, JSON.parse(line));
    }
  }
  const figures = Object.keys(TITLES).flatMap((name) => {
    const figure = newest.get(name);
    return figure && figure.goal !== null ? [figure] : [];
  });
  if (figures.length === 0) throw new Error('nothing was measured yet');
  const path = join(root, 'docs/bench.svg');
  writeFileSync(path, svgOf(figures));
  return path;
}

function svgOf(figures) {
  const height = TOP + figures.length * ROW + 14;
  const reached = (figure) =>
    figure.better === 'higher' ? figure.ratio / figure.goal : figure.goal / Math.max(figure.ratio, 1e-9);
  const met = figures.filter((figure) => reached(figure) >= 1).length;
  const rows = figures.map((figure, place) => {
    const y = TOP + place * ROW;
    const share = reached(figure);
    const told = `${figure.ratio.toFixed(2)} (goal ${figure.better === 'higher' ? '≥' : '≤'} ${figure.goal})`;
    return [
      `<text class="name" x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${TITLES[figure.name]}</text>`,
      `<rect class="${share >= 1 ? 'met' : 'missed'}" x="${LEFT}" y="${y + 4}" width="${Math.round(GOAL * Math.min(MOST, share))}" height="15" rx="2"/>`,
      `<text class="ratio" x="${LEFT + Math.round(GOAL * MOST) + 6}" y="${y + 15}">${share >= 1 ? '✓' : '✗'} ${told}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + 80} ${height}" role="img" aria-labelledby="title">
<title id="title">Benchmarks: ${met} of ${figures.length} goals are met</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.head { font-size: 15px; font-weight: 600 }
.ratio { font-size: 12px; fill: #57606a }
.met { fill: #2f7d4f }
.missed { fill: #b3541e }
.goal { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.ratio { fill: #9da7b1 }
.met { fill: #56b57d }
.missed { fill: #e08a4f }
.goal { stroke: #e6edf3 }
}
</style>
<text class="head" x="10" y="22">Ratio to a limit in the same run, as a share of its goal: ${met} of ${figures.length} met</text>
<text class="ratio" x="${LEFT + GOAL}" y="${TOP - 8}" text-anchor="middle">goal</text>
${rows.join('\n')}
<line class="goal" x1="${LEFT + GOAL}" x2="${LEFT + GOAL}" y1="${TOP - 2}" y2="${height - 8}"/>
</svg>
`;
}

import type { Language } from '../shared/language.js';

/** How a station of the route stands. `divergent`: the two sides decided differently. */
export type StationState = 'passed' | 'waiting' | 'ahead' | 'divergent' | 'refused';

/** One step between the call and the award. All texts are in the reader's language already, dates included. */
export interface BridgeStation {
  readonly key: string;
  readonly label: string;
  readonly state: StationState;
  /** Who has it, as a name. */
  readonly who?: string;
  /** Since when it stands here, as a date in words. */
  readonly since?: string;
  /** Until when it will have moved, as a date in words. */
  readonly until?: string;
  /** Whose act it is. */
  readonly side: 'home' | 'host' | 'both';
}

/** The way of one exchange, in the order in which it is walked. */
export interface BridgeModel {
  /** Heading of the picture, e.g. "Where the file is". */
  readonly label: string;
  /** Names of the two institutions: home on the left pier, host on the right. */
  readonly home: string;
  readonly host: string;
  readonly stations: readonly BridgeStation[];
  readonly language: Language;
}

/** The few words that the picture itself needs; `%date%` marks where the date goes. */
export interface BridgeWords {
  readonly home: string;
  readonly host: string;
  readonly since: string;
  readonly until: string;
}

/** Markup with all text escaped. Both hold the same; the stylesheet shows one of them, by the room that there is. */
export interface BridgePicture {
  readonly svg: string;
  readonly svgUpright: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const WIDE = { width: 1060, left: 86, right: 974, rise: 82, lineHeight: 17, stone: 17 } as const;
const UPRIGHT = { width: 320, foot: 50, bulge: 26, text: 88, lineHeight: 20, stone: 15 } as const;

/** Draws the status of an exchange: its stations as stones on an arc between the two sides' piers. */
export function bridgePicture(model: BridgeModel, words: BridgeWords): BridgePicture {
  return { svg: drawWide(model, words), svgUpright: drawUpright(model, words) };
}

function drawWide({ home, host, stations, language }: BridgeModel, words: BridgeWords): string {
  const { width, left, right, rise, lineHeight, stone } = WIDE;
  const share = (right - left) / Math.max(stations.length, 1);
  const size = stations.length > 8 ? 13 : 14.5;
  const labels = stations.map(({ label }) => wrap(label, share - 6, size, 5));
  const middle = (left + right) / 2;
  const half = (right - left) / 2;
  const lift = (x: number): number => rise * (1 - ((x - middle) / half) ** 2);
  const place = (index: number): number => left + share * (index + 0.5);
  // The crown goes as low as the tallest label needs, so that short routes waste no paper.
  const foot = Math.max(
    rise + 60,
    ...labels.map((lines, index) => lines.length * lineHeight + stone + 26 + lift(place(index))),
  );
  const at = (index: number): Point => ({ x: place(index), y: foot - lift(place(index)) });
  const cards = callouts(stations, words).map((card) => ({ ...card, ...at(card.index) }));
  const cardsTop = foot + 4;
  const cardsBottom = Math.max(0, ...cards.map((card) => cardsTop + card.height));
  const water = Math.max(foot + 78, cardsBottom + 14);
  const start = { x: left, y: foot };
  const crown = { x: middle, y: foot - 2 * rise };
  const end = { x: right, y: foot };
  const walked = walkedTo(stations);
  const names = [
    sideName(words.home, home, { x: 14, y: water + 44 }, 'start'),
    sideName(words.host, host, { x: width - 14, y: water + 44 }, 'end'),
  ];
  const height = water + 44 + Math.max(...names.map(({ lines }) => lines)) * 19 + 4;

  return svg('most-picture most-picture--wide', width, height, language, [
    waves(0, width, water),
    `<path class="bp-reflection" d="M${n(left)} ${n(water + 8)}Q${n(middle)} ${n(water + 8 + rise * 0.55)} ${n(right)} ${n(water + 8)}"/>`,
    pier(left - 26, foot, water),
    pier(right + 26, foot, water),
    ...arch(curve(start, crown, end)),
    walked < 0
      ? ''
      : `<path class="bp-walked" d="${partOfCurve(start, crown, end, walked === stations.length - 1 && isPassed(stations.at(-1)) ? 1 : (place(walked) - left) / (right - left))}"/>`,
    ...placeCards(cards, cardsTop, left + 14, right - 14),
    ...stations.map((station, index) => {
      const point = at(index);
      const lines = labels[index] ?? [];
      const top = point.y - stone - 12 - (lines.length - 1) * lineHeight;
      return (
        drawStone(station.state, index + 1, point, stone) +
        text(`bp-label bp-label--${station.state}${size < 14 ? ' bp-label--small' : ''}`, 'middle', lines, {
          x: point.x,
          y: top,
          lineHeight,
        })
      );
    }),
    ...names.map(({ markup }) => markup),
  ]);
}

function drawUpright({ home, host, stations, language }: BridgeModel, words: BridgeWords): string {
  const { width, foot, bulge, text: column, lineHeight, stone } = UPRIGHT;
  const room = width - column - 4;
  const top = sideName(words.home, home, { x: 0, y: 16 }, 'start', width);
  const bankTop = 16 + top.lines * 19 + 2;
  let y = bankTop + 44;
  const rows = stations.map((station) => {
    const label = wrap(station.label, room, 16, 4);
    const details = isTelling(station) ? detailLines(station, words, room - 18, 14.5) : [];
    const row = { station, label, details, y };
    y += Math.max(label.length * lineHeight + (details.length ? details.length * 19 + 22 : 0) + 22, 52);
    return row;
  });
  const bankBottom = y + 6;
  const middle = (bankTop + bankBottom) / 2;
  const half = (bankBottom - bankTop) / 2;
  const bow = (at: number): number => foot - bulge * (1 - ((at - middle) / half) ** 2);
  const start = { x: foot, y: bankTop + 6 };
  const crown = { x: foot - 2 * bulge, y: middle };
  const end = { x: foot, y: bankBottom - 2 };
  const walked = walkedTo(stations);
  const bottom = sideName(words.host, host, { x: 0, y: bankBottom + 32 }, 'start', width);

  return svg('most-picture most-picture--upright', width, bankBottom + 32 + bottom.lines * 19, language, [
    bank(bankTop, width),
    bank(bankBottom, width),
    ...arch(curve(start, crown, end)),
    walked < 0
      ? ''
      : `<path class="bp-walked" d="${partOfCurve(start, crown, end, walked === stations.length - 1 && isPassed(stations.at(-1)) ? 1 : ((rows[walked]?.y ?? start.y) - start.y) / (end.y - start.y))}"/>`,
    ...rows.map(({ station, label, details, y: at }, index) => {
      const cardTop = at + (label.length - 1) * lineHeight + 17;
      return (
        drawStone(station.state, index + 1, { x: bow(at), y: at }, stone) +
        text(`bp-label bp-label--large bp-label--${station.state}`, 'start', label, {
          x: column,
          y: at + 5.5,
          lineHeight,
        }) +
        (details.length
          ? card(station.state, column, cardTop, room, details.length * 19 + 13) +
            text(`bp-detail bp-detail--${station.state}`, 'start', details, {
              x: column + 10,
              y: cardTop + 20,
              lineHeight: 19,
            })
          : '')
      );
    }),
    top.markup,
    bottom.markup,
  ]);
}

/** Where the walk has come to: the last station that is not ahead, or -1. */
function walkedTo(stations: readonly BridgeStation[]): number {
  return stations.reduce((last, { state }, index) => (state === 'ahead' ? last : index), -1);
}

function isPassed(station: BridgeStation | undefined): boolean {
  return station?.state === 'passed';
}

/** Stations of which the reader wants to know who and until when. */
function isTelling({ state }: BridgeStation): boolean {
  return state === 'waiting' || state === 'divergent' || state === 'refused';
}

function detailLines(
  station: BridgeStation,
  words: BridgeWords,
  room: number,
  size: number,
): readonly string[] {
  const dates = [
    station.since === undefined ? '' : words.since.replace('%date%', () => station.since ?? ''),
    station.until === undefined ? '' : words.until.replace('%date%', () => station.until ?? ''),
  ].filter((part) => part !== '');
  const onOneLine = dates.join(' · ');
  return [
    ...(station.who === undefined ? [] : wrap(station.who, room, size, 3)),
    ...(measure(onOneLine, size) <= room
      ? dates.length
        ? [onOneLine]
        : []
      : dates.flatMap((date) => wrap(date, room, size, 2))),
  ];
}

interface Callout {
  readonly index: number;
  readonly state: StationState;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** The cards beneath the arch, at most three: more would be a list, and the list stands below. */
function callouts(stations: readonly BridgeStation[], words: BridgeWords): readonly Callout[] {
  return stations
    .flatMap((station, index) => (isTelling(station) ? [{ station, index }] : []))
    .slice(0, 3)
    .flatMap(({ station, index }) => {
      const lines = detailLines(station, words, 290, 14.5);
      if (lines.length === 0) return [];
      const width = Math.max(...lines.map((line) => measure(line, 14.5))) + 34;
      return [{ index, state: station.state, lines, width, height: lines.length * 19 + 38 }];
    });
}

/** Sets the cards under their stones, side by side without overlap and between the piers. */
function placeCards(
  cards: readonly (Callout & Point)[],
  top: number,
  left: number,
  right: number,
): readonly string[] {
  const gap = 14;
  const starts: number[] = [];
  for (const { x, width } of cards) {
    const previous = cards[starts.length - 1];
    const free = previous ? (starts.at(-1) ?? left) + previous.width + gap : left;
    starts.push(Math.max(free, x - width / 2));
  }
  // What was pushed over the right pier moves back, and its neighbours before it.
  let limit = right;
  for (let index = cards.length - 1; index >= 0; index -= 1) {
    const width = cards[index]?.width ?? 0;
    starts[index] = Math.min(starts[index] ?? left, limit - width);
    limit = (starts[index] ?? left) - gap;
  }
  return cards.map(({ state, lines, width, height, x, y }, index) => {
    const start = starts[index] ?? left;
    const cardTop = top + 24;
    const tip = Math.min(Math.max(x, start + 12), start + width - 12);
    return (
      `<path class="bp-leader bp-leader--${state}" d="M${n(x)} ${n(y + WIDE.stone + 3)}L${n(tip)} ${n(cardTop)}"/>` +
      card(state, start, cardTop, width, height - 24) +
      text(`bp-detail bp-detail--${state}`, 'middle', lines, {
        x: start + width / 2,
        y: cardTop + 20,
        lineHeight: 19,
      })
    );
  });
}

function card(state: StationState, x: number, y: number, width: number, height: number): string {
  return `<rect class="bp-card bp-card--${state}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="5"/>`;
}

/** A stone by its state: each has a shape of its own, so that it can be told in grey and on paper. */
function drawStone(state: StationState, number: number, { x, y }: Point, r: number): string {
  const k = r / 17;
  const shape = {
    passed: `<circle class="bp-stone bp-stone--passed" r="${n(r)}"/><path class="bp-sign" d="M${n(-7 * k)} ${n(0.6 * k)}l${n(5 * k)} ${n(5 * k)} ${n(9.4 * k)} ${n(-10.4 * k)}"/>`,
    waiting: `<circle class="bp-halo" r="${n(r + 7)}"/><circle class="bp-stone bp-stone--waiting" r="${n(r + 2)}"/><path class="bp-sign bp-sign--waiting" d="M${n(-5.5 * k)} ${n(-8 * k)}h${n(11 * k)}M${n(-5.5 * k)} ${n(8 * k)}h${n(11 * k)}M${n(-4 * k)} ${n(-8 * k)}c0 ${n(5 * k)} ${n(8 * k)} ${n(5 * k)} ${n(8 * k)} ${n(8 * k)}s${n(-8 * k)} ${n(3 * k)} ${n(-8 * k)} ${n(8 * k)}M${n(4 * k)} ${n(-8 * k)}c0 ${n(5 * k)} ${n(-8 * k)} ${n(5 * k)} ${n(-8 * k)} ${n(8 * k)}s${n(8 * k)} ${n(3 * k)} ${n(8 * k)} ${n(8 * k)}"/>`,
    ahead: `<circle class="bp-stone bp-stone--ahead" r="${n(r - 1)}"/><text class="bp-number" text-anchor="middle" y="${n(5 * k)}">${number}</text>`,
    divergent: `<path class="bp-stone bp-stone--divergent" d="M-2 ${n(-r - 4)}v${n(2 * r)}a${n(r)} ${n(r)} 0 0 1 0 ${n(-2 * r)}z"/><path class="bp-stone bp-stone--divergent bp-stone--other" d="M2 ${n(-r + 4)}v${n(2 * r)}a${n(r)} ${n(r)} 0 0 0 0 ${n(-2 * r)}z"/>`,
    refused: `<path class="bp-stone bp-stone--refused" d="M${n(-0.41 * r)} ${n(-r)}h${n(0.82 * r)}l${n(0.59 * r)} ${n(0.59 * r)}v${n(0.82 * r)}l${n(-0.59 * r)} ${n(0.59 * r)}h${n(-0.82 * r)}l${n(-0.59 * r)} ${n(-0.59 * r)}v${n(-0.82 * r)}z"/><path class="bp-sign" d="M${n(-5.5 * k)} ${n(-5.5 * k)}l${n(11 * k)} ${n(11 * k)}M${n(5.5 * k)} ${n(-5.5 * k)}l${n(-11 * k)} ${n(11 * k)}"/>`,
  }[state];
  return `<g transform="translate(${n(x)} ${n(y)})">${shape}</g>`;
}

/** The arch as masonry: an edge, the body, and the joints between its blocks. */
function arch(d: string): readonly string[] {
  return ['bp-arch-edge', 'bp-arch', 'bp-arch-joints'].map((name) => `<path class="${name}" d="${d}"/>`);
}

function pier(x: number, top: number, water: number): string {
  const foot = water + 6;
  const joints = Array.from(
    { length: Math.max(0, Math.floor((foot - top - 20) / 22)) },
    (_value, course) =>
      `M${n(x - 22)} ${n(top + 32 + course * 22)}h44M${n(x + (course % 2 ? -8 : 8))} ${n(top + 10 + course * 22)}v22`,
  ).join('');
  return (
    `<path class="bp-pier" d="M${n(x - 22)} ${n(top)}h44l5 ${n(foot - top)}h-54z"/>` +
    `<path class="bp-joints" d="${joints}"/>` +
    `<rect class="bp-cap" x="${n(x - 30)}" y="${n(top - 12)}" width="60" height="14" rx="2"/>`
  );
}

function bank(y: number, width: number): string {
  return `<path class="bp-bank" d="M0 ${n(y)}H${n(width)}"/><rect class="bp-cap" x="26" y="${n(y - 5)}" width="48" height="11" rx="2"/>`;
}

/** Three lines of calm water, the lower the shorter. */
function waves(left: number, right: number, y: number): string {
  return [0, 1, 2]
    .map((row) => {
      const inset = row * 90;
      const from = left + inset;
      const crests = Math.floor((right - left - 2 * inset) / 40);
      return `<path class="bp-water bp-water--${row + 1}" d="M${n(from)} ${n(y + 6 + row * 9)}q10 -5 20 0t20 0${'t20 0t20 0'.repeat(Math.max(0, crests - 1))}"/>`;
    })
    .join('');
}

function sideName(
  side: string,
  name: string,
  { x, y }: Point,
  anchor: 'start' | 'end',
  room = 430,
): { readonly markup: string; readonly lines: number } {
  // The names stand in bold serif, an eighth wider than the sans that `measure` knows.
  const lines = wrap(name, room, 19, 6);
  return {
    markup:
      text('bp-side', anchor, [side], { x, y, lineHeight: 19 }) +
      text('bp-name', anchor, lines, { x, y: y + 20, lineHeight: 20 }),
    lines: lines.length + 1,
  };
}

function curve(start: Point, control: Point, end: Point): string {
  return `M${n(start.x)} ${n(start.y)}Q${n(control.x)} ${n(control.y)} ${n(end.x)} ${n(end.y)}`;
}

/** The first part of a quadratic curve, up to the parameter `part` (0…1), by de Casteljau's division. */
function partOfCurve(start: Point, control: Point, end: Point, part: number): string {
  const between = (a: Point, b: Point): Point => ({
    x: a.x + (b.x - a.x) * part,
    y: a.y + (b.y - a.y) * part,
  });
  const first = between(start, control);
  return curve(start, first, between(first, between(control, end)));
}

function svg(
  name: string,
  width: number,
  height: number,
  language: Language,
  parts: readonly string[],
): string {
  return `<svg class="${name}" viewBox="0 0 ${n(width)} ${n(height)}" lang="${language}" focusable="false">${parts.join('')}</svg>`;
}

function text(
  name: string,
  anchor: 'start' | 'middle' | 'end',
  lines: readonly string[],
  { x, y, lineHeight }: Point & { readonly lineHeight: number },
): string {
  const spans = lines.map(
    (line, index) => `<tspan x="${n(x)}" y="${n(y + index * lineHeight)}">${escape(line)}</tspan>`,
  );
  return `<text class="${name}" text-anchor="${anchor}">${spans.join('')}</text>`;
}

/**
 * Breaks a text into lines of at most `room` units at the given type size. A word that is too long for a line is broken
 * with a hyphen; what does not fit the lines ends in an ellipsis (the list beneath the picture has all of it).
 */
function wrap(whole: string, room: number, size: number, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of whole.split(/\s+/).flatMap((part) => breakWord(part, room, size))) {
    const last = lines.at(-1);
    const joined = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || last.endsWith('\u2010') || measure(joined, size) > room) lines.push(word);
    else lines[lines.length - 1] = joined;
  }
  if (lines.length <= most) return lines;
  let cut = lines[most - 1] ?? '';
  while (measure(`${cut}…`, size) > room) cut = cut.slice(0, -1);
  return [...lines.slice(0, most - 1), `${cut.trimEnd()}…`];
}

function breakWord(word: string, room: number, size: number): readonly string[] {
  if (measure(word, size) <= room) return [word];
  const letters = [...word];
  // At least three letters go to the next line: less reads as a misprint.
  let count = letters.length - 3;
  while (count > 1 && measure(`${letters.slice(0, count).join('')}\u2010`, size) > room) count -= 1;
  const head = `${letters.slice(0, count).join('')}\u2010`;
  return count < 2 ? [word] : [head, ...breakWord(letters.slice(count).join(''), room, size)];
}

/** Width of a text in Source Sans 3, near enough to break lines: the server has no browser to ask. */
function measure(line: string, size: number): number {
  let ems = 0;
  for (const letter of line) {
    if (/[\s.,:;·'’|!iIljіїј()[\]-]/.test(letter)) ems += 0.27;
    else if (/[шщжмюфыњљwmШЩЖМЮФЫЊЉWM—…]/.test(letter)) ems += 0.77;
    else if (/\p{Lu}/u.test(letter)) ems += 0.6;
    else ems += 0.51;
  }
  return ems * size;
}

function escape(value: string): string {
  return value.replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;',
  );
}

/** A coordinate with at most one decimal: pages stay small. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

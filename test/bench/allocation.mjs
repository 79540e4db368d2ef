// One size of W4, in a process of its own, so that its memory is its own: `node allocation.mjs APPLICANTS [reserved] [memory]`.
// Prints one JSON line: the milliseconds of each round, and the most memory that was resident.
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const { allocatePacked } = await import(join(root, 'dist/allocation/domain/allocate.js'));
const { orderHolds } = await import(join(root, 'dist/allocation/domain/filling-order.js'));
const { SeatsByRank } = await import(join(root, 'dist/allocation/domain/seats-by-rank.js'));

const NONE = -1;
const [PLAIN, SLOTTED_AND_CEILED] = [0, 3];
const CHOICES = 6;
const APPLICANTS_PER_PLACE = 50;
const CAPACITY = 40;
/** A fifth of the seats for one type first, and at most a quarter for another. */
const RESERVED = 8;
const CEILING = 10;
const ROUNDS = 5;
const AT_LEAST_MS = 60;

/** Mulberry32: the same instance in every run. */
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * sides);
  };
}

/** The packed arrays themselves: what a million objects would cost is not what is measured here. */
function packed(applicants, reserved) {
  const roll = dice(applicants);
  const places = Math.ceil(applicants / APPLICANTS_PER_PLACE);
  const wishes = applicants * CHOICES;
  const choicePlace = new Int32Array(wishes);
  const rankedStart = new Int32Array(places + 1);
  for (let applicant = 0; applicant < applicants; applicant++) {
    const first = applicant * CHOICES;
    for (let wish = first; wish < first + CHOICES;) {
      // Some places are wished for by many: of two the lower number.
      const place = Math.min(roll(places), roll(places));
      if (choicePlace.subarray(first, wish).includes(place)) continue;
      choicePlace[wish++] = place;
      rankedStart[place + 1]++;
    }
  }
  for (let place = 0; place < places; place++) rankedStart[place + 1] += rankedStart[place];
  const choiceOf = new Int32Array(wishes);
  const next = rankedStart.slice();
  for (let wish = 0; wish < wishes; wish++) choiceOf[next[choicePlace[wish]]++] = wish;
  for (let place = 0; place < places; place++) {
    const from = rankedStart[place];
    for (let left = rankedStart[place + 1] - from; left > 1; left--) {
      const one = from + roll(left);
      const other = from + left - 1;
      [choiceOf[one], choiceOf[other]] = [choiceOf[other], choiceOf[one]];
    }
  }
  const types = Uint8Array.from({ length: applicants }, () => [0, 0, 0, 1, 2][roll(5)]);
  const choicePosition = new Int32Array(wishes);
  const ranked = choiceOf;
  const rankedProfile = new Uint16Array(wishes);
  for (let position = 0; position < wishes; position++) {
    const wish = choiceOf[position];
    choicePosition[wish] = position;
    ranked[position] = Math.floor(wish / CHOICES);
    rankedProfile[position] = reserved ? types[ranked[position]] : 0;
  }
  const blocks = reserved
    ? [
        { seats: RESERVED, type: 1, only: false },
        { seats: CAPACITY - RESERVED, type: 0, only: false },
      ]
    : [{ seats: CAPACITY, type: 0, only: false }];
  if (reserved && !orderHolds(blocks, [{ type: 2, most: CEILING }]))
    throw new Error('the order does not hold');
  const each = (values) => Array.from({ length: places }, () => values).flat();
  const starts = (many) => Int32Array.from({ length: places + 1 }, (_, place) => place * many);
  return {
    applicants: { length: applicants },
    places: { length: places },
    types: ['', 'x', 'y'],
    profiles: [[], [1], [2]],
    choiceStart: Int32Array.from({ length: applicants + 1 }, (_, applicant) => applicant * CHOICES),
    choicePlace,
    choicePosition,
    rankedStart,
    ranked,
    rankedProfile,
    tiedFrom: null,
    ties: 'seed',
    capacity: new Int32Array(places).fill(CAPACITY),
    kind: new Uint8Array(places).fill(reserved ? SLOTTED_AND_CEILED : PLAIN),
    blockStart: starts(blocks.length),
    blockSeats: Int32Array.from(each(blocks.map(({ seats }) => seats))),
    blockType: Uint16Array.from(each(blocks.map(({ type }) => type))),
    blockOnly: new Uint8Array(places * blocks.length),
    blockHard: new Int32Array(places * blocks.length),
    ceilingStart: starts(reserved ? 1 : 0),
    ceilingType: Uint16Array.from(reserved ? each([2]) : []),
    ceilingMost: Int32Array.from(reserved ? each([CEILING]) : []),
    entangled: new Uint8Array(places),
    groups: [],
  };
}

/** The same over the same arrays with nothing around it: no kinds of places, no types, nobody told how far it is. */
function plain({ choiceStart, choicePlace, choicePosition, rankedStart, ranked, capacity }) {
  const applicants = choiceStart.length - 1;
  const held = new Uint8Array(ranked.length);
  const free = capacity.slice();
  const worst = Int32Array.from(capacity, (_, place) => rankedStart[place + 1] - 1);
  const next = choiceStart.slice(0, -1);
  for (let from = 0; from < applicants; from++) {
    let applicant = from;
    for (;;) {
      const choice = next[applicant];
      if (choice === choiceStart[applicant + 1]) break;
      next[applicant] = choice + 1;
      const place = choicePlace[choice];
      const position = choicePosition[choice];
      if (free[place] > 0) {
        free[place]--;
        held[position] = 1;
        break;
      }
      let last = worst[place];
      while (held[last] === 0) last--;
      worst[place] = last;
      if (position > last) continue;
      held[last] = 0;
      held[position] = 1;
      applicant = ranked[last];
    }
  }
  const chosen = new Int32Array(applicants).fill(NONE);
  for (let applicant = 0; applicant < applicants; applicant++) {
    const choice = next[applicant] - 1;
    if (held[choicePosition[choice]] !== 0) chosen[applicant] = choice;
  }
  return chosen;
}

/** Each place has exactly those whom it takes of all who would not rather be elsewhere, within its seats and ceilings. */
function verify(instance, chosen) {
  const { places, choiceStart, choicePosition, rankedStart, rankedProfile, capacity } = instance;
  const wanting = new Uint8Array(instance.ranked.length);
  for (let applicant = 0; applicant < chosen.length; applicant++) {
    const end = chosen[applicant] === NONE ? choiceStart[applicant + 1] : chosen[applicant] + 1;
    for (let choice = choiceStart[applicant]; choice < end; choice++) {
      wanting[choicePosition[choice]] = choice === chosen[applicant] ? 2 : 1;
    }
  }
  const seats = new SeatsByRank(instance);
  for (let place = 0; place < places.length; place++) {
    const asking = [];
    for (let position = rankedStart[place]; position < rankedStart[place + 1]; position++) {
      if (wanting[position] > 0) asking.push(position);
    }
    const taken = seats.choose(place, Int32Array.from(asking), asking.length);
    const there = asking.filter((position) => wanting[position] === 2);
    const ofCeiling = there.filter((position) => rankedProfile[position] === 2);
    if (asking.some((position, at) => (wanting[position] === 2) !== (taken[at] === 1))) {
      throw new Error(`place ${place} is not stable`);
    }
    if (there.length > capacity[place]) throw new Error(`place ${place} has too many`);
    if (instance.ceilingMost.length > 0 && ofCeiling.length > CEILING)
      throw new Error(`place ${place}: ceiling`);
  }
}

function hashOf(chosen) {
  return createHash('sha256').update(new Uint8Array(chosen.buffer)).digest('hex');
}

/** Milliseconds of one run, of as many as fill a measurable time. */
function time(run) {
  const began = performance.now();
  let runs = 0;
  do {
    run();
    runs++;
  } while (performance.now() - began < AT_LEAST_MS);
  return (performance.now() - began) / runs;
}

const [size, ...words] = process.argv.slice(2);
const instance = packed(Number(size), words.includes('reserved'));
const ours = () => allocatePacked(instance);
const result = ours();
const rounds = [];
if (!words.includes('memory')) {
  verify(instance, result);
  if (hashOf(result) !== hashOf(ours())) throw new Error('the same instance gave two results');
  if (!words.includes('reserved') && hashOf(result) !== hashOf(plain(instance))) {
    throw new Error('the plain loop gives something else');
  }
  for (let round = 0; round < ROUNDS; round++) {
    const limit = time(() => plain(instance));
    rounds.push({ limit, ours: time(ours) });
  }
}
console.log(JSON.stringify({ rounds, megabytes: process.resourceUsage().maxRSS / 1024 }));

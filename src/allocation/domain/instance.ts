import { isWellFormed } from './code-points.js';

/** So many seats of a place, which ask for their own people first. */
export interface Slot {
  readonly n: number;
  /** People of this type take precedence over all others on these seats; null or absent: nobody does. */
  readonly eligible_first?: string | null;
  /** And nobody else ever sits on them: a hard reserve. */
  readonly only?: boolean;
}

/** A place that people are ranked at and given. */
export interface Programme {
  readonly capacity: number;
  /** The best first. A list within the list is a group that is tied. Who is missing is never placed here. */
  readonly ranking: readonly (string | readonly string[])[];
  /** In the order in which they are filled. Seats that no slot covers are open and filled last. */
  readonly slots?: readonly Slot[];
  /** At most so many people of a type. */
  readonly ceilings?: Readonly<Record<string, number>>;
}

/** At most so many people in several places together; where types are named, so many of these types. */
export interface Group {
  /** The order in which the places take turns. */
  readonly places: readonly string[];
  readonly types?: readonly string[];
  readonly cap: number;
}

/** What an allocation is computed from: the documented JSON, whose names these are. */
export interface Instance {
  /** Whoever takes part, with the places that they wish for, the dearest first. */
  readonly applicants: Readonly<Record<string, readonly string[]>>;
  /** What an applicant is for reserves, ceilings and groups: one thing, or several. */
  readonly types?: Readonly<Record<string, string | readonly string[]>>;
  readonly programmes: Readonly<Record<string, Programme>>;
  readonly groups?: readonly Group[];
  readonly rule?: string;
  readonly seed?: string;
}

export const TIE_RULES = ['seed', 'hold', 'admit'] as const;
export type TieRule = (typeof TIE_RULES)[number];

/** The version of the mechanism, which changes whenever the same instance would give something else. */
export const MECHANISM = 'deferred-acceptance-1';

/** What can be wrong with an instance. */
export type InstanceFault =
  | 'not_an_object'
  | 'not_a_list'
  | 'not_a_text'
  | 'not_true_or_false'
  | 'not_a_whole_number'
  | 'missing'
  | 'unknown_member'
  | 'empty'
  | 'malformed_text'
  | 'unknown_place'
  | 'unknown_applicant'
  | 'unknown_rule'
  | 'repeated'
  | 'slots_beyond_capacity'
  | 'only_without_eligible_first'
  | 'groups_cross'
  | 'too_many'
  | 'too_many_ties';

/** An instance from which nothing can be computed, with the place of the fault in it as a JSON path. */
export class MalformedInstance extends Error {
  constructor(
    readonly fault: InstanceFault,
    readonly path: string,
    /** What stands there, shortened. */
    readonly found: string | null = null,
  ) {
    super(`${path}: ${fault}${found === null ? '' : ` (${found})`}`);
    this.name = 'MalformedInstance';
  }
}

/** Seats and caps are kept in 32 bits. */
const MOST = 2_147_483_647;
/** Types that a reserve, a ceiling or a group names are kept in 16 bits. */
const MOST_TYPES = 65_535;
const MOST_SHOWN = 60;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The mechanism and the rule for ties, in full, of what an instance calls its rule. */
export function ruleOf(instance: Instance): { readonly rule: string; readonly ties: TieRule } {
  const given = instance.rule ?? 'seed';
  const ties = TIE_RULES.find((name) => given === name || given === `${MECHANISM}/${name}`);
  if (!ties) throw new MalformedInstance('unknown_rule', '$.rule', shown(given));
  return { rule: `${MECHANISM}/${ties}`, ties };
}

/**
 * Takes what came out of a JSON document for an instance, or throws `MalformedInstance` with the first fault.
 * Ids may be any text, `__proto__` among them: members are asked for as a document's own only.
 */
export function parseInstance(document: unknown): Instance {
  const instance = object(document, '$');
  onlyMembers(instance, '$', ['applicants', 'types', 'programmes', 'groups', 'rule', 'seed']);
  const applicants = required(instance, 'applicants', '$');
  const programmes = required(instance, 'programmes', '$');

  const places = new Set<string>();
  for (const place of ids(programmes, '$.programmes')) places.add(place);
  const people = new Map<string, number>();
  for (const applicant of ids(applicants, '$.applicants')) {
    people.set(applicant, -1);
    choices(own(applicants, applicant), `$.applicants${step(applicant)}`, places);
  }
  const named = new Set<string>();
  let turn = 0;
  for (const place of places) {
    programme(own(programmes, place), `$.programmes${step(place)}`, people, turn++, named);
  }

  if (Object.hasOwn(instance, 'types')) {
    const types = object(own(instance, 'types'), '$.types');
    for (const applicant of ids(types, '$.types')) {
      const path = `$.types${step(applicant)}`;
      if (!people.has(applicant)) throw new MalformedInstance('unknown_applicant', path);
      const value = own(types, applicant);
      if (!Array.isArray(value)) text(value, path);
      else value.forEach((type, index) => text(type, `${path}[${index}]`));
      if (Array.isArray(value) && new Set(value).size < value.length) throw repeated(value, path);
    }
  }
  if (Object.hasOwn(instance, 'groups')) groups(own(instance, 'groups'), places, named);
  if (Object.hasOwn(instance, 'rule')) text(own(instance, 'rule'), '$.rule');
  if (Object.hasOwn(instance, 'seed')) text(own(instance, 'seed'), '$.seed', 'empty_too');
  if (named.size > MOST_TYPES) throw new MalformedInstance('too_many', '$.types', String(named.size));
  // Every member was looked at above, and an object that JSON gave cannot answer otherwise the second time.
  const sound = document as Instance;
  ruleOf(sound);
  return sound;
}

/** Everything that somebody is. */
export function typesOf({ types }: Instance, applicant: string): readonly string[] {
  const value = types && Object.hasOwn(types, applicant) ? types[applicant] : undefined;
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function choices(value: unknown, path: string, places: ReadonlySet<string>): void {
  const wished = list(value, path);
  for (let index = 0; index < wished.length; index++) {
    const place = wished[index];
    if (typeof place !== 'string')
      throw new MalformedInstance('not_a_text', `${path}[${index}]`, shown(place));
    if (!places.has(place)) throw new MalformedInstance('unknown_place', `${path}[${index}]`, shown(place));
  }
  if (new Set(wished).size < wished.length) throw repeated(wished, path);
}

/** @param people when each was seen in a ranking last, so that no set is needed for each place */
function programme(
  value: unknown,
  path: string,
  people: Map<string, number>,
  turn: number,
  named: Set<string>,
): void {
  const place = object(value, path);
  onlyMembers(place, path, ['capacity', 'ranking', 'slots', 'ceilings']);
  const capacity = wholeNumber(requiredValue(place, 'capacity', path), `${path}.capacity`);
  const ranking = list(requiredValue(place, 'ranking', path), `${path}.ranking`);
  const rank = (applicant: unknown, at: () => string) => {
    if (typeof applicant !== 'string') throw new MalformedInstance('not_a_text', at(), shown(applicant));
    const seen = people.get(applicant);
    if (seen === undefined) throw new MalformedInstance('unknown_applicant', at(), shown(applicant));
    if (seen === turn) throw new MalformedInstance('repeated', at(), shown(applicant));
    people.set(applicant, turn);
  };
  for (let index = 0; index < ranking.length; index++) {
    const entry = ranking[index];
    if (!Array.isArray(entry)) {
      rank(entry, () => `${path}.ranking[${index}]`);
      continue;
    }
    if (entry.length === 0) throw new MalformedInstance('empty', `${path}.ranking[${index}]`);
    for (let tied = 0; tied < entry.length; tied++) {
      rank(entry[tied], () => `${path}.ranking[${index}][${tied}]`);
    }
  }
  if (Object.hasOwn(place, 'slots')) slots(own(place, 'slots'), `${path}.slots`, capacity, named);
  if (Object.hasOwn(place, 'ceilings')) {
    const ceilings = object(own(place, 'ceilings'), `${path}.ceilings`);
    for (const type of ids(ceilings, `${path}.ceilings`)) {
      wholeNumber(own(ceilings, type), `${path}.ceilings${step(type)}`);
      named.add(type);
    }
  }
}

function slots(value: unknown, path: string, capacity: number, named: Set<string>): void {
  let seats = 0;
  list(value, path).forEach((entry, index) => {
    const at = `${path}[${index}]`;
    const slot = object(entry, at);
    onlyMembers(slot, at, ['n', 'eligible_first', 'only']);
    seats += wholeNumber(requiredValue(slot, 'n', at), `${at}.n`);
    if (seats > capacity) throw new MalformedInstance('slots_beyond_capacity', `${at}.n`, String(seats));
    const first = Object.hasOwn(slot, 'eligible_first') ? own(slot, 'eligible_first') : null;
    if (first !== null) named.add(text(first, `${at}.eligible_first`));
    const only = Object.hasOwn(slot, 'only') ? own(slot, 'only') : false;
    if (typeof only !== 'boolean')
      throw new MalformedInstance('not_true_or_false', `${at}.only`, shown(only));
    if (only && first === null) throw new MalformedInstance('only_without_eligible_first', `${at}.only`);
  });
}

function groups(value: unknown, places: ReadonlySet<string>, named: Set<string>): void {
  const sets = list(value, '$.groups').map((entry, index) => {
    const path = `$.groups[${index}]`;
    const group = object(entry, path);
    onlyMembers(group, path, ['places', 'types', 'cap']);
    const at = `${path}.places`;
    const members = list(requiredValue(group, 'places', path), at);
    if (members.length === 0) throw new MalformedInstance('empty', at);
    choices(members, at, places);
    wholeNumber(requiredValue(group, 'cap', path), `${path}.cap`);
    if (!Object.hasOwn(group, 'types')) return { places: new Set(members), types: null };
    const types = list(own(group, 'types'), `${path}.types`);
    if (types.length === 0) throw new MalformedInstance('empty', `${path}.types`);
    types.forEach((type, position) => named.add(text(type, `${path}.types[${position}]`)));
    if (new Set(types).size < types.length) throw repeated(types, `${path}.types`);
    return { places: new Set(members), types: new Set(types) };
  });
  // Only groups that share a place can cross.
  const groupsAt = new Map<unknown, number[]>();
  sets.forEach((later, index) => {
    const compared = new Set<number>();
    for (const place of later.places) {
      const there = groupsAt.get(place) ?? [];
      groupsAt.set(place, there);
      for (const other of there) compared.add(other);
      there.push(index);
    }
    for (const other of compared) {
      const earlier = sets[other];
      if (earlier && cross(earlier, later)) {
        throw new MalformedInstance('groups_cross', `$.groups[${index}]`, `$.groups[${other}]`);
      }
    }
  });
}

interface Region {
  readonly places: ReadonlySet<unknown>;
  /** Null: of every type, and of none. */
  readonly types: ReadonlySet<unknown> | null;
}

/** Of two groups that share a place: whether they share people too, and neither holds the other. */
function cross(a: Region, b: Region): boolean {
  const apart = a.types !== null && b.types !== null && ![...a.types].some((type) => b.types?.has(type));
  return !apart && !holds(a, b) && !holds(b, a);
}

function holds(outer: Region, inner: Region): boolean {
  const { types } = outer;
  const typesHeld =
    types === null || (inner.types !== null && [...inner.types].every((type) => types.has(type)));
  return typesHeld && [...inner.places].every((place) => outer.places.has(place));
}

type Members = Readonly<Record<string, unknown>>;

function object(value: unknown, path: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedInstance('not_an_object', path, shown(value));
  }
  return value as Members;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new MalformedInstance('not_a_list', path, shown(value));
  return value as readonly unknown[];
}

function text(value: unknown, path: string, empty?: 'empty_too'): string {
  if (typeof value !== 'string') throw new MalformedInstance('not_a_text', path, shown(value));
  if (value === '' && !empty) throw new MalformedInstance('empty', path);
  if (!isWellFormed(value)) throw new MalformedInstance('malformed_text', path);
  return value;
}

function wholeNumber(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw new MalformedInstance('not_a_whole_number', path, shown(value));
  }
  if (value > MOST) throw new MalformedInstance('too_many', path, shown(value));
  return value;
}

/** The keys of an object of which each is an id. */
function ids(members: Members, path: string): readonly string[] {
  const keys = Object.keys(members);
  for (const key of keys) {
    if (key === '') throw new MalformedInstance('empty', `${path}[""]`);
    if (!isWellFormed(key)) throw new MalformedInstance('malformed_text', `${path}${step(key)}`);
  }
  return keys;
}

function own(members: Members, key: string): unknown {
  return Object.hasOwn(members, key) ? members[key] : undefined;
}

function required(members: Members, key: string, path: string): Members {
  return object(requiredValue(members, key, path), `${path}.${key}`);
}

function requiredValue(members: Members, key: string, path: string): unknown {
  if (!Object.hasOwn(members, key)) throw new MalformedInstance('missing', `${path}.${key}`);
  return members[key];
}

/** A slip in a name would otherwise pass for a rule that was never declared. */
function onlyMembers(members: Members, path: string, known: readonly string[]): void {
  for (const key of Object.keys(members)) {
    if (!known.includes(key)) throw new MalformedInstance('unknown_member', `${path}${step(key)}`);
  }
}

function repeated(values: readonly unknown[], path: string): MalformedInstance {
  const seen = new Set<unknown>();
  const index = values.findIndex((value) => seen.size === seen.add(value).size);
  return new MalformedInstance('repeated', `${path}[${index}]`, shown(values[index]));
}

/** One step of a path: `.name`, or `["any text"]`. */
export function step(key: string): string {
  return NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const written = JSON.stringify(value) ?? String(value);
  return written.length > MOST_SHOWN ? `${written.slice(0, MOST_SHOWN)}…` : written;
}

import type { Translator } from '../../../platform/i18n/translator.js';
import type { CountryCode } from '../../../shared/country.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import type { CountryView } from '../../../universities/public.js';
import type { PlaceTotal } from '../../data/calls.js';
import type { CallPhase, CallView } from '../../domain/call.js';
import type { CallCard, DeadlineModel, TagModel } from '../views/call-views.js';

/** What a presenter of calls knows of the world besides the calls. */
export interface Reader {
  readonly translator: Translator;
  readonly language: Language;
  readonly now: Date;
  readonly countries: readonly CountryView[];
}

export type PlaceTotals = ReadonlyMap<Id, PlaceTotal>;

const DAY_MS = 86_400_000;
const NEAR_MS = 3 * DAY_MS;

const ANNOUNCED: ReadonlySet<CallPhase> = new Set<CallPhase>(['upcoming', 'open', 'grace']);

const TAGS: Readonly<Record<CallPhase, TagModel['kind']>> = {
  draft: 'grey',
  upcoming: 'sky',
  open: 'leaf',
  grace: 'brass',
  closed: 'grey',
  in_selection: 'sky',
  provisional_published: 'sky',
  final_published: 'leaf',
  standby: 'grey',
  cancelled: 'brick',
  archived: 'grey',
};

export function presentCallCard(
  reader: Reader,
  call: CallView,
  totals: PlaceTotals,
  level: number,
): CallCard {
  // What is free matters while somebody can still apply.
  const places = ANNOUNCED.has(call.phase) ? totals.get(call.id) : undefined;
  const say = (text: CallView['title']) => reader.translator.localized(reader.language, text);
  return {
    href: `/calls/${call.slug}`,
    title: say(call.title),
    category: {
      key: 'calls.over',
      values: {
        category: reader.translator.t(reader.language, `calls.categories.${call.category}`),
        direction: presentDirections(reader, call).join(', '),
      },
    },
    state: presentPhase(call.phase),
    deadline: presentDeadline(reader, call),
    places: places ? { free: places.free, total: places.capacity, reserved: places.reserved } : null,
    funding: say(call.funding),
    level,
  };
}

export function presentPhase(phase: CallPhase): TagModel {
  return { kind: TAGS[phase], text: { key: `calls.phases.${phase}` } };
}

/** What the reader waits for: the opening of an upcoming call, the deadline of every other. */
export function presentDeadline(reader: Reader, call: CallView): DeadlineModel {
  const { translator, language, now } = reader;
  const zones = zonesOf(reader, call);
  if (call.phase === 'upcoming') {
    const days = Math.floor((call.opensAt.getTime() - now.getTime()) / DAY_MS);
    return {
      iso: call.opensAt.toISOString(),
      left: days > 0 ? { key: 'calls.opens_in', values: { count: days } } : { key: 'calls.opens_today' },
      text: {
        key: 'calls.opened',
        values: { when: translator.deadline(language, call.opensAt, zones, now).absolute },
      },
      urgency: 'far',
    };
  }
  const { relative, absolute } = translator.deadline(language, call.closesAt, zones, now);
  const left = call.closesAt.getTime() - now.getTime();
  if (left <= 0) {
    return {
      iso: call.closesAt.toISOString(),
      left: null,
      text: { key: 'calls.closed_on', values: { when: absolute } },
      urgency: 'passed',
    };
  }
  return {
    iso: call.closesAt.toISOString(),
    left: relative,
    text: { key: 'calls.until', values: { when: absolute } },
    urgency: left < NEAR_MS ? 'near' : 'far',
  };
}

/** The call's own zone first, then those of the countries whose people apply. */
export function zonesOf(reader: Reader, call: CallView): readonly string[] {
  const concerned = new Set(
    call.directions.flatMap(({ homeCountry, hostCountry }) => [homeCountry, hostCountry]),
  );
  const others = reader.countries.filter(({ code }) => concerned.has(code)).map(({ timeZone }) => timeZone);
  return [...new Set([call.timeZone, ...others])];
}

/** Each way once: "Serbia → Russia", or "Serbia ↔ Russia" where one may go both ways. */
export function presentDirections(
  { translator, language }: Reader,
  { directions }: CallView,
): readonly string[] {
  const name = (code: CountryCode) => translator.countryName(language, code);
  const shown: string[] = [];
  const done = new Set<string>();
  for (const { homeCountry, hostCountry } of directions) {
    if (done.has(`${homeCountry} ${hostCountry}`)) continue;
    const back = directions.some((way) => way.homeCountry === hostCountry && way.hostCountry === homeCountry);
    if (back) done.add(`${hostCountry} ${homeCountry}`);
    shown.push(
      back
        ? translator.t(language, 'calls.both_ways', { one: name(homeCountry), other: name(hostCountry) })
        : translator.t(language, 'calls.direction', { home: name(homeCountry), host: name(hostCountry) }),
    );
  }
  return shown;
}

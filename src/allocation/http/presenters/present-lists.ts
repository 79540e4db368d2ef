import type { CallView, PlaceView } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Id } from '../../../shared/ids.js';
import type { AllocationListRow } from '../../data/allocation-list.entity.js';
import type { AllocationRunRow } from '../../data/allocation-run.entity.js';
import type { RunHead, SeedView } from '../../data/lists.repository.js';
import { differencesBetween } from '../../domain/differences.js';
import type { Stand } from '../../domain/differences.js';
import { ranksAt } from '../../domain/list-content.js';
import type {
  DifferenceLine,
  PlaceListView,
  PublicListView,
  RankLine,
  RunLine,
  RunView,
  TagView,
} from '../views/allocation-views.js';
import { instantIn, placeInOneLine, placeName, pointsText, resultTag, roundOf } from './reader.js';
import type { Reader } from './reader.js';

/** So many lines of a list are shown; all of them are in the file. */
const MOST_LINES = 500;

type Run = Pick<AllocationRunRow, 'input' | 'output' | 'standings'>;

/**
 * The ranked list of each place.
 * @param withPoints to those who make the list: in public a rank is enough
 */
export function presentPlaces(
  reader: Reader,
  places: readonly PlaceView[],
  { input, output, standings }: Run,
  withPoints: boolean,
): readonly PlaceListView[] {
  const entries = new Map(output.map((entry) => [entry.number, entry]));
  const points = new Map(standings.map((standing) => [standing.number, standing.points]));
  const { translator, language } = reader;
  return places.map((place) => {
    const ranks = [...ranksAt(input, place.id)].filter(([number]) =>
      input.applicants[number]?.includes(place.id),
    );
    const lines = ranks.slice(0, MOST_LINES).map(([number, rank]): RankLine => {
      const entry = entries.get(number);
      const own = points.get(number) ?? null;
      const wait = entry?.waits.find(({ placeId }) => placeId === place.id)?.number ?? null;
      const elsewhere = entry?.result === 'selected' && entry.placeId !== place.id;
      return {
        rank,
        number,
        points: withPoints && own !== null ? pointsText(reader, own) : null,
        state: elsewhere
          ? { kind: 'sky', text: { key: 'allocation.results.elsewhere' } }
          : resultTag(entry?.result ?? 'not_selected', wait),
        selected: entry?.placeId === place.id && entry.result === 'selected',
      };
    });
    const given = output.filter(
      ({ result, placeId }) => result === 'selected' && placeId === place.id,
    ).length;
    return {
      id: place.id,
      name: placeName(reader, place),
      seats: {
        key: 'allocation.list.seats',
        values: { given, total: input.programmes[place.id]?.capacity ?? place.capacity },
      },
      reserves: place.reserved.map(
        ({ label, count }) =>
          `${translator.localized(language, label)}: ${translator.number(language, count)}`,
      ),
      lines,
      more:
        ranks.length > lines.length
          ? { key: 'allocation.list.more', values: { count: ranks.length - lines.length } }
          : null,
    };
  });
}

export function presentRunLine(
  reader: Reader,
  call: CallView,
  run: RunHead,
  names: ReadonlyMap<Id, string>,
): RunLine {
  return {
    href: `/admin/calls/${call.id}/allocation/runs/${run.id}`,
    number: run.number,
    purpose: purposeTag(run),
    at: instantIn(reader, call, run.ranAt),
    by: run.ranBy === null ? null : (names.get(run.ranBy) ?? null),
    outputHash: run.outputHash,
  };
}

function purposeTag({ purpose, trial }: Pick<RunHead, 'purpose' | 'trial'>): TagView {
  const kinds = { dry: 'grey', provisional: 'sky', final: 'leaf' } as const;
  return {
    kind: kinds[purpose],
    text: { key: `allocation.purposes.${trial ? 'trial' : purpose}` },
  };
}

export function presentRun(
  reader: Reader,
  call: CallView,
  places: readonly PlaceView[],
  run: AllocationRunRow,
  before: AllocationRunRow | null,
  names: ReadonlyMap<Id, string>,
): RunView {
  const line = presentRunLine(reader, call, run, names);
  const back = `/admin/calls/${call.id}/allocation`;
  const byId = new Map(places.map((place) => [place.id, place]));
  return {
    call: { title: reader.translator.localized(reader.language, call.title), href: `/calls/${call.slug}` },
    back,
    run: line,
    facts: [
      { label: { key: 'allocation.facts.at' }, value: line.at },
      { label: { key: 'allocation.facts.by' }, value: line.by ?? { key: 'allocation.facts.programme' } },
      { label: { key: 'allocation.facts.rule' }, value: run.rule },
      { label: { key: 'allocation.facts.seed' }, value: run.seed },
      { label: { key: 'allocation.facts.input_hash' }, value: run.inputHash },
      { label: { key: 'allocation.facts.output_hash' }, value: run.outputHash },
    ],
    trial: run.trial,
    inputHref: `${line.href}/instance.json`,
    outputHref: `${line.href}/result.json`,
    comparedWith: before && {
      key: 'allocation.differences.with',
      values: { number: before.number, at: instantIn(reader, call, before.ranAt) },
    },
    differences: before ? presentDifferences(reader, byId, before, run) : [],
    places: presentPlaces(reader, places, run, true),
  };
}

function presentDifferences(
  reader: Reader,
  places: ReadonlyMap<Id, PlaceView>,
  before: AllocationRunRow,
  after: AllocationRunRow,
): readonly DifferenceLine[] {
  const words = (stand: Stand | null): Message => {
    if (!stand) return { key: 'allocation.differences.not_there' };
    const place = places.get(stand.placeId ?? '');
    return {
      key: `allocation.differences.${stand.result}`,
      values: { place: place ? placeInOneLine(reader, place) : '', number: stand.wait ?? 0 },
    };
  };
  return differencesBetween(before.output, after.output).map((difference) => ({
    number: difference.number,
    before: words(difference.before),
    after: words(difference.after),
  }));
}

/** A published list, for everybody: numbers and ranks, no names and no points. */
export function presentPublicList(
  reader: Reader,
  call: CallView,
  places: readonly PlaceView[],
  list: AllocationListRow,
  run: AllocationRunRow,
  seed: SeedView | null,
  former: CallView | null,
): PublicListView {
  const until = list.objectionsUntil;
  return {
    call: { title: reader.translator.localized(reader.language, call.title), href: `/calls/${call.slug}` },
    roundOf: roundOf(reader, former),
    kind: {
      kind: list.kind === 'final' ? 'leaf' : 'sky',
      text: { key: `allocation.kinds.${list.kind}` },
    },
    lead: list.setAsideAt
      ? { key: 'allocation.list.lead_set_aside' }
      : until
        ? {
            key: reader.now <= until ? 'allocation.list.lead_objections' : 'allocation.list.lead_provisional',
            values: { until: reader.translator.dateTimeInSentence(reader.language, until, call.timeZone) },
          }
        : { key: 'allocation.list.lead_final' },
    facts: [
      {
        label: { key: 'allocation.facts.published_at' },
        value: list.publishedAt ? instantIn(reader, call, list.publishedAt) : '',
      },
      { label: { key: 'allocation.hash' }, value: list.contentHash },
      { label: { key: 'allocation.facts.rule' }, value: run.rule },
      { label: { key: 'allocation.facts.seed' }, value: run.seed },
      ...(seed ? [{ label: { key: 'allocation.facts.seed_hash' }, value: seed.hash }] : []),
      { label: { key: 'allocation.facts.input_hash' }, value: run.inputHash },
    ],
    places: presentPlaces(reader, places, run, false),
  };
}

import type { FieldProblem } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { wallTime } from '../../shared/zoned-time.js';
import type { LeadTimes } from '../../universities/public.js';
import { planBackwards } from './backwards-plan.js';
import type { BackwardsPlan } from './backwards-plan.js';
import type { PlaceView } from './call.js';
import { withPlaces } from './call-copy.js';
import { TITLE_MAX, WRITTEN_LANGUAGES } from './call-draft.js';
import type { CallDraft } from './call-draft.js';

/** Seats of a place, of one of its reserves or of those that are kept for nobody. */
export interface Seats {
  readonly placeId: Id;
  /** Null: kept for nobody. */
  readonly reserve: string | null;
  readonly seats: number;
}

/** What somebody says who opens a second round. */
export interface RoundPlan {
  readonly seats: readonly Seats[];
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly objectionDays: number;
  readonly newApplicants: boolean;
  readonly stayFrom: string;
  readonly stayUntil: string;
}

/** Every seat of a place that nobody holds, by what it is kept for; those that are kept for nobody first. */
export function freeSeats(place: Pick<PlaceView, 'id' | 'free' | 'reserved'>): readonly Seats[] {
  const kept = place.reserved.map(({ id, free }) => ({ placeId: place.id, reserve: id, seats: free }));
  const open = place.free - kept.reduce((sum, { seats }) => sum + seats, 0);
  return [{ placeId: place.id, reserve: null, seats: open }, ...kept].filter(({ seats }) => seats > 0);
}

/** The seats that a place of a round needs of the place whose seats it has. */
export function seatsNeeded(
  place: Pick<PlaceView, 'capacity' | 'fromPlaceId'> & {
    readonly reserved: readonly { readonly id: string; readonly count: number }[];
  },
): readonly Seats[] {
  const { fromPlaceId, capacity, reserved } = place;
  if (fromPlaceId === null) return [];
  const kept = reserved.map(({ id, count }) => ({ placeId: fromPlaceId, reserve: id, seats: count }));
  const open = capacity - kept.reduce((sum, { seats }) => sum + seats, 0);
  return [{ placeId: fromPlaceId, reserve: null, seats: open }, ...kept].filter(({ seats }) => seats > 0);
}

/** Control of the number of seats: `seats.<place>` or `seats.<place>.<reserve>`. */
export function seatsField({ placeId, reserve }: Pick<Seats, 'placeId' | 'reserve'>): string {
  return reserve === null ? `seats.${placeId}` : `seats.${placeId}.${reserve}`;
}

const MOST_OBJECTION_DAYS = 60;

/** What is wrong with a plan, by the fields of its form. */
export function roundProblems(
  plan: RoundPlan,
  places: readonly PlaceView[],
  now: Date,
  backwards: BackwardsPlan,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field, problem, ...(values ? { values } : {}) });
  const free = new Map(places.flatMap(freeSeats).map((each) => [seatsField(each), each.seats]));
  for (const each of plan.seats) {
    const max = free.get(seatsField(each)) ?? 0;
    if (!Number.isInteger(each.seats) || each.seats < 0) add(seatsField(each), 'not_number');
    else if (each.seats > max) add(seatsField(each), 'out_of_range', { min: 0, max });
  }
  if (!plan.seats.some(({ seats }) => seats > 0)) add('seats', 'round_without_seats');
  if (plan.closesAt <= plan.opensAt) add('closesAt', 'end_before_start');
  else if (plan.closesAt <= now) add('closesAt', 'date_in_past');
  if (!Number.isInteger(plan.objectionDays)) add('objectionDays', 'not_number');
  else if (plan.objectionDays < 1 || plan.objectionDays > MOST_OBJECTION_DAYS) {
    add('objectionDays', 'out_of_range', { min: 1, max: MOST_OBJECTION_DAYS });
  }
  if (plan.stayUntil <= plan.stayFrom) add('stayUntil', 'end_before_start');
  if (problems.length === 0 && !backwards.holds) {
    add('closesAt', 'round_too_late', { day: backwards.latestClosing ?? '', count: -(backwards.slack ?? 0) });
  }
  return problems;
}

/**
 * Whether the dates of a round hold. Those who carry their application over are screened already, and no host is asked
 * about anybody: without new applicants these steps take no time. Objections come before both countries see the list.
 */
export function planRound(
  call: Pick<CallDraft, 'route' | 'homeEndorsement' | 'promises' | 'directions' | 'timeZone'>,
  { closesAt, stayFrom, objectionDays, newApplicants }: RoundPlan,
  leadTimes: ReadonlyMap<string, LeadTimes>,
  gateDays: ReadonlyMap<string, number> = new Map(),
): BackwardsPlan {
  const { promises } = call;
  return planBackwards(
    {
      ...call,
      promises: {
        ...promises,
        ...(newApplicants ? {} : { screeningDays: 0, returnDays: 0 }),
        hostDecisionDays: 0,
        approvalDays: promises.approvalDays + (Number.isInteger(objectionDays) ? objectionDays : 0),
      },
      closesOn: wallTime(closesAt, call.timeZone).day,
      stayFrom,
    },
    leadTimes,
    gateDays,
  );
}

/** What goes before the title of a round, by its number. */
const PREFIX: Readonly<Record<(typeof WRITTEN_LANGUAGES)[number], (number: number) => string>> = {
  sr: (number) => (number === 2 ? 'Други круг: ' : `${number}. круг: `),
  ru: (number) => (number === 2 ? 'Второй тур: ' : `${number}-й тур: `),
  en: (number) => (number === 2 ? 'Second round: ' : `Round ${number}: `),
};

/** @param number of the round, from 2 on */
export function roundTitle(title: LocalizedText, number: number): LocalizedText {
  const titled = { ...title };
  for (const language of WRITTEN_LANGUAGES) {
    const former = PREFIX[language](number - 1);
    const bare = title[language].startsWith(former) ? title[language].slice(former.length) : title[language];
    if (bare) titled[language] = `${PREFIX[language](number)}${bare}`.slice(0, TITLE_MAX);
  }
  return titled;
}

/**
 * The next round of a call as a draft: its words, questions and rules, of its places those whose seats are given over, with
 * so many seats as are.
 *
 * @param ids of its places by those of the call's
 */
export function roundDraft(
  draft: CallDraft,
  of: Id,
  number: number,
  slug: string,
  { seats, newApplicants, objectionDays, ...dates }: RoundPlan,
  ids: ReadonlyMap<Id, Id>,
): CallDraft {
  const given = new Map(seats.map((each) => [seatsField(each), each.seats]));
  return {
    ...draft,
    ...dates,
    slug,
    title: roundTitle(draft.title, number),
    round: { of, newApplicants },
    selection: draft.selection
      ? { ...draft.selection, windows: { ...draft.selection.windows, objectionDays } }
      : null,
    places: draft.places.flatMap((place) => {
      const id = ids.get(place.id ?? '');
      if (place.id === undefined || id === undefined) return [];
      const { id: placeId } = place;
      const reserved = (place.reserved ?? []).flatMap((reserve) => {
        const count = given.get(seatsField({ placeId, reserve: reserve.id })) ?? 0;
        return count > 0 ? [{ ...reserve, count }] : [];
      });
      const open = given.get(seatsField({ placeId, reserve: null })) ?? 0;
      const capacity = open + reserved.reduce((sum, { count }) => sum + count, 0);
      return capacity > 0 ? [{ ...place, id, fromPlaceId: placeId, reserved, capacity }] : [];
    }),
    ...(draft.form ? { form: withPlaces(draft.form, ids) } : {}),
  };
}

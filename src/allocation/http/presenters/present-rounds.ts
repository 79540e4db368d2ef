import { seatsField, typedDay, typedInstant } from '../../../calls/public.js';
import type { CallView, PlaceView, Seats, Typed } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { DomainError, FieldProblem } from '../../../shared/domain-error.js';
import type { Decision } from '../../../shared/policy.js';
import { daysLater, instantOf, wallTime } from '../../../shared/zoned-time.js';
import type { RoundField, RoundsView } from '../views/allocation-views.js';
import { placeName } from './reader.js';
import type { Reader } from './reader.js';

/** A week until it opens, three for those who take part: to be changed. */
const OPENS_AFTER_DAYS = 7;
const OPEN_DAYS = 21;

/** What was sent to open a round, and refused. */
export interface RefusedRound {
  readonly typed: Typed;
  readonly error: DomainError;
}

export interface RoundsInput {
  readonly call: CallView;
  readonly places: readonly {
    readonly place: PlaceView;
    readonly seats: readonly Seats[];
    readonly waiting: number;
    /** Seats that a second round has. */
    readonly given: number;
  }[];
  readonly after: CallView | null;
  readonly mayOpen: Decision;
  readonly refused: RefusedRound | null;
}

export function presentRounds(reader: Reader, input: RoundsInput): RoundsView {
  const { translator, language } = reader;
  const { call, after, refused, places } = input;
  const typed = refused?.typed ?? proposed(reader, input);
  const problems = refused?.error.fields ?? [];
  const field = fieldsOf(reader, typed, problems);
  const href = `/admin/calls/${call.id}/allocation`;
  return {
    call: { title: translator.localized(language, call.title), back: href },
    action: `${href}/second-round`,
    problems: refused ? problemsOf(reader, refused) : [],
    known: after && {
      sentence: { key: `allocation.rounds.${isUnderWay(after) ? 'under_way' : 'earlier'}` },
      title: translator.localized(language, after.title),
      href: `/admin/calls/${after.id}`,
    },
    places: places.map(({ place, seats, waiting, given }) => ({
      name: placeName(reader, place),
      free: place.free,
      waiting,
      given: given > 0 ? { key: 'allocation.rounds.given', values: { count: given } } : null,
      fields: seats.map((each) => ({
        ...field('number', seatsField(each), seatsLabel(reader, place, each)),
        hint: { key: 'allocation.rounds.of', values: { free: each.seats } },
        width: 3,
      })),
    })),
    whyNot: whyNot(input),
    zone: { key: 'allocation.rounds.zone', values: { zone: call.timeZone } },
    fields: [
      field('date', 'opensAt', { key: 'allocation.rounds.opens' }),
      { ...field('text', 'opensAtTime', { key: 'allocation.rounds.time' }), width: 5 },
      field('date', 'closesAt', { key: 'allocation.rounds.closes' }),
      { ...field('text', 'closesAtTime', { key: 'allocation.rounds.time' }), width: 5 },
      { ...field('number', 'objectionDays', { key: 'allocation.rounds.objections' }), width: 3 },
      field('date', 'stayFrom', { key: 'allocation.rounds.stay_from' }),
      field('date', 'stayUntil', { key: 'allocation.rounds.stay_until' }),
      {
        kind: 'checkboxes',
        name: 'newApplicants',
        label: { key: 'allocation.rounds.who' },
        hint: { key: 'allocation.rounds.former' },
        values: typed['newApplicants'] === 'yes' ? ['yes'] : [],
        options: [{ value: 'yes', label: { key: 'allocation.rounds.new_applicants' } }],
      },
    ],
  };
}

function isUnderWay({ state }: CallView): boolean {
  return state !== 'final_published' && state !== 'archived';
}

function whyNot({ call, after, mayOpen, places }: RoundsInput): Message | null {
  if (call.state !== 'final_published') return { key: 'allocation.rounds.not_final' };
  if (!mayOpen.allowed) return { key: `reasons.${mayOpen.reason}` };
  if (after && isUnderWay(after)) return { key: 'reasons.round_under_way' };
  return places.some(({ seats }) => seats.length > 0) ? null : { key: 'allocation.rounds.none' };
}

function seatsLabel({ translator, language }: Reader, place: PlaceView, { reserve }: Seats): Message {
  const kept = place.reserved.find(({ id }) => id === reserve);
  return kept
    ? { key: 'allocation.rounds.reserve', values: { label: translator.localized(language, kept.label) } }
    : { key: 'allocation.rounds.open_seats' };
}

/** All that is free, as soon as it can be. */
function proposed({ now }: Reader, { call, places }: RoundsInput): Typed {
  const { timeZone } = call;
  const today = wallTime(now, timeZone).day;
  const at = (days: number, time: string) =>
    instantOf({ day: daysLater(today, days), time }, timeZone) ?? now;
  return {
    ...Object.fromEntries(
      places.flatMap(({ seats }) => seats.map((each) => [seatsField(each), String(each.seats)])),
    ),
    ...typedInstant('opensAt', at(OPENS_AFTER_DAYS, '09:00'), timeZone),
    ...typedInstant('closesAt', at(OPENS_AFTER_DAYS + OPEN_DAYS, '23:59'), timeZone),
    ...typedDay('stayFrom', call.stayFrom),
    ...typedDay('stayUntil', call.stayUntil),
    objectionDays: String(call.selection?.windows.objectionDays ?? ''),
  };
}

function fieldsOf(reader: Reader, typed: Typed, problems: readonly FieldProblem[]) {
  return (kind: RoundField['kind'], name: string, label: Message): RoundField => {
    const problem = problems.find(({ field }) => field === name);
    const part = (of: string) => typed[`${name}-${of}`] ?? '';
    return {
      kind,
      name,
      label,
      value:
        kind === 'date'
          ? { day: part('day'), month: part('month'), year: part('year') }
          : (typed[name] ?? ''),
      ...(problem ? { error: wordsOf(reader, problem) } : {}),
    };
  };
}

function wordsOf({ translator, language }: Reader, { problem, values }: FieldProblem): Message {
  const day = values?.['day'];
  // A calendar day has no zone; UTC on both ends shows it as it is.
  const told =
    typeof day === 'string' && day !== ''
      ? { ...values, day: translator.dateInSentence(language, new Date(`${day}T00:00:00Z`), 'UTC') }
      : values;
  return { key: `problems.${problem}`, ...(told ? { values: told } : {}) };
}

function problemsOf(reader: Reader, { error }: RefusedRound): RoundsView['problems'] {
  if (error.fields.length === 0) return [{ message: { key: `reasons.${error.reason}` }, href: null }];
  return error.fields.map((problem) => ({
    message: wordsOf(reader, problem),
    href: problem.field === 'seats' ? '#places-title' : `#field-${problem.field}`,
  }));
}

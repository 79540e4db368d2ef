import type { DisplayName } from '../../../access/public.js';
import type { CallView, PlaceView } from '../../../calls/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import { institutionName } from '../../../universities/public.js';
import type { InstitutionView } from '../../../universities/public.js';
import type { NominationCandidateRow } from '../../data/nomination-candidate.entity.js';
import type { NominationOrderRow } from '../../data/nomination-order.entity.js';
import { FIRST_VERSION } from '../../data/nomination-orders.js';
import type { NominationRow } from '../../data/nomination.entity.js';
import { applicationsPolicy } from '../../domain/applications.policy.js';
import type { OrderList, OrderMove } from '../../domain/nomination-order.js';
import { ENDED_NOMINATIONS } from '../../domain/nomination.states.js';
import type { Successor } from '../../operations/substitute-nominee.js';
import type { WorklistEntry } from '../read-office.js';
import type { Tag } from '../views/applicant-views.js';
import type {
  CandidateLine,
  NominationCallsView,
  NominationsView,
  OrderView,
  SubstituteView,
} from '../views/nomination-views.js';
import type { Part } from '../views/office-views.js';
import { NOMINATION_KINDS } from './present-review.js';
import { presentState } from './present-state.js';

/** The candidates of one institution, with where they stand. */
export interface OrderReading {
  readonly institution: InstitutionView | null;
  readonly row: NominationOrderRow | null;
  readonly changedBy: DisplayName | null;
  readonly entries: readonly WorklistEntry[];
  readonly standing: ReadonlyMap<Id, NominationCandidateRow>;
  /** How many stand on its lists altogether. */
  readonly listed: number;
  readonly nominations: ReadonlyMap<Id, NominationRow>;
  /** Nominations in whose place another was sent. */
  readonly substituted: ReadonlySet<Id>;
}

export interface NominationsReading {
  readonly call: CallView;
  readonly orders: readonly OrderReading[];
  readonly most: number;
  readonly more: boolean;
}

/** What was tried with one candidate, and why it was refused. */
export interface NominationsState {
  readonly applicationId: string;
  readonly typed: string | null;
  readonly error: DomainError;
}

export function presentNominations(
  translator: Translator,
  ctx: Ctx,
  { call, orders, most, more }: NominationsReading,
  state: NominationsState | null,
): NominationsView {
  const action = `/nominations/${call.slug}`;
  const stale = state?.error.code === 'stale';
  const field = state?.error.fields[0];
  return {
    call: { title: translator.localized(ctx.language, call.title), href: `/calls/${call.slug}` },
    action,
    problems:
      state && !stale
        ? [
            field
              ? {
                  message: { key: `problems.${field.problem}`, values: field.values ?? {} },
                  href: `#endorsement-${state.applicationId}`,
                }
              : { message: { key: `reasons.${state.error.reason}` } },
          ]
        : [],
    stale,
    most,
    more,
    orders: orders.map((order) => presentOrder(translator, ctx, call, order, state, orders.length > 1)),
  };
}

function presentOrder(
  translator: Translator,
  ctx: Ctx,
  call: CallView,
  reading: OrderReading,
  state: NominationsState | null,
  several: boolean,
): OrderView {
  const { row, changedBy, institution, entries, standing, listed } = reading;
  const line = (entry: WorklistEntry) => presentLine(ctx, call, reading, entry, state);
  const on = (list: OrderList) =>
    entries
      .filter(({ application }) => standing.get(application.id)?.list === list)
      .toSorted((a, b) => place(standing, a) - place(standing, b));
  const nominees = on('nominees').map(line);
  return {
    institution: several && institution ? institutionName(ctx.language, institution) : null,
    version: row?.version ?? FIRST_VERSION,
    changed:
      row && changedBy
        ? {
            key: 'applications.nominations.changed',
            values: {
              who: changedBy.name,
              at: translator.dateTimeInSentence(ctx.language, row.changedAt, call.timeZone),
            },
          }
        : null,
    hidden: Math.max(0, listed - standing.size),
    nominees,
    reserve: on('reserve').map(line),
    others: entries
      .filter(({ application }) => {
        if (standing.has(application.id)) return false;
        return applicationsPolicy.decide(ctx.actor, 'application.rank', application).allowed;
      })
      .map(line),
    toSend: nominees.filter(({ sendHref }) => sendHref !== null).length,
  };
}

const place = (standing: OrderReading['standing'], { application }: WorklistEntry) =>
  standing.get(application.id)?.position ?? 0;

function presentLine(
  ctx: Ctx,
  call: CallView,
  { standing, nominations, substituted }: OrderReading,
  entry: WorklistEntry,
  state: NominationsState | null,
): CandidateLine {
  const { application } = entry;
  const { id } = application;
  const where = standing.get(id);
  const nomination = nominations.get(id);
  const may = (action: string) => applicationsPolicy.decide(ctx.actor, action, application).allowed;
  const sent = nomination !== undefined && !ENDED_NOMINATIONS.includes(nomination.state);
  const ranks = may('application.rank');
  const tried = state?.applicationId === id ? state : null;
  const problem = tried?.error.fields[0];
  const action = `/nominations/${call.slug}/${id}`;
  return {
    id,
    action,
    href: `/applications/${id}/review`,
    number: application.number ?? '',
    name: nameOf(entry),
    rank: where?.position ?? null,
    state: stateOf(entry, nomination),
    place: entry.place ? institutionName(ctx.language, entry.place.institution) : null,
    endorsement:
      where && ranks && !sent
        ? {
            value: tried?.typed ?? where.endorsement,
            error: problem ? { key: `problems.${problem.problem}`, values: problem.values ?? {} } : null,
            open: tried?.typed !== null && tried?.typed !== undefined,
          }
        : null,
    moves: ranks
      ? movesOf(where, sent, lengthOf(standing, where)).map((move) => ({
          move,
          text: { key: `applications.nominations.moves.${move}` },
        }))
      : [],
    sendHref:
      where?.list === 'nominees' && !sent && may('application.nominate')
        ? `/applications/${id}/review?act=nominate#decision-title`
        : null,
    substituteHref:
      nomination && !substituted.has(nomination.id) && may('application.substitute')
        ? `${action}/substitute`
        : null,
  };
}

/** What can be done with a place on a list of this length. Whoever was sent is no reserve, and stays on the list. */
function movesOf(
  where: NominationCandidateRow | undefined,
  sent: boolean,
  length: number,
): readonly OrderMove[] {
  if (!where) return sent ? ['nominees'] : ['nominees', 'reserve'];
  const moves: OrderMove[] = [];
  if (where.position > 1) moves.push('up');
  if (where.position < length) moves.push('down');
  if (!sent) moves.push(where.list === 'nominees' ? 'reserve' : 'nominees', 'off');
  return moves;
}

function lengthOf(standing: OrderReading['standing'], where: NominationCandidateRow | undefined): number {
  const places = [...standing.values()].filter(({ list }) => list === where?.list);
  return Math.max(0, ...places.map(({ position }) => position));
}

function nameOf({ name }: WorklistEntry): Part | null {
  return name && name !== 'withheld' ? { text: name.name, lang: name.language } : null;
}

/** Where the nomination stands; of whoever has none, or whose application has gone on or ended, the application. */
function stateOf({ application }: WorklistEntry, nomination: NominationRow | undefined): Tag {
  if (!nomination || application.state !== 'eligible') return presentState(application);
  return {
    kind: NOMINATION_KINDS[nomination.state],
    text: { key: `applications.states.nomination.${nomination.state}` },
  };
}

export function presentNominationCalls(
  translator: Translator,
  ctx: Ctx,
  calls: ReadonlyMap<Id, CallView>,
  counts: readonly { readonly callId: Id; readonly count: number }[],
): NominationCallsView {
  return {
    calls: counts.flatMap(({ callId, count }) => {
      const call = calls.get(callId);
      if (!call) return [];
      return [
        {
          href: `/nominations/${call.slug}`,
          title: translator.localized(ctx.language, call.title),
          count: { key: 'applications.nominations.candidates', values: { count } },
        },
      ];
    }),
  };
}

/** What the page of a substitution is made of. */
export interface SubstitutionReading {
  readonly call: CallView;
  readonly former: WorklistEntry;
  readonly nomination: NominationRow;
  readonly place: PlaceView | null;
  readonly reserve: readonly Successor[];
  readonly entries: ReadonlyMap<Id, WorklistEntry>;
  readonly endorsement: string;
}

export function presentSubstitution(
  translator: Translator,
  ctx: Ctx,
  reading: SubstitutionReading,
  tried: { readonly reason: string; readonly error: DomainError } | null,
): SubstituteView {
  const { call, former, nomination, place, reserve, entries } = reading;
  const { id } = former.application;
  const named = (applicationId: Id) => {
    const entry = entries.get(applicationId);
    return { number: entry?.application.number ?? '', name: entry ? nameOf(entry) : null };
  };
  const next = reserve.find(({ reason }) => reason === null);
  const field = tried?.error.fields[0];
  const fault: Message | null = field
    ? { key: `problems.${field.problem}`, values: field.values ?? {} }
    : tried
      ? { key: `reasons.${tried.error.reason}` }
      : null;
  return {
    back: `/nominations/${call.slug}`,
    action: `/nominations/${call.slug}/${id}/substitute`,
    problems: fault ? [{ message: fault, ...(field ? { href: '#field-reason' } : {}) }] : [],
    former: {
      number: former.application.number ?? '',
      name: nameOf(former),
      state: stateOf(former, nomination),
    },
    place: place && institutionName(ctx.language, place.institution),
    successor: next
      ? { id: next.applicationId, ...named(next.applicationId), endorsement: reading.endorsement }
      : null,
    passedOver: reserve.flatMap(({ applicationId, reason }) => {
      if (reason === null) return [];
      const known = translator.has(ctx.language, `reasons.${reason}`);
      return [
        {
          ...named(applicationId),
          reason: { key: known ? `reasons.${reason}` : 'applications.nominations.cannot' },
        },
      ];
    }),
    ends: former.application.state === 'eligible' && !ENDED_NOMINATIONS.includes(nomination.state),
    field: {
      kind: 'textarea',
      name: 'reason',
      label: { key: 'applications.office.fields.reason' },
      hint: { key: 'applications.nominations.reason_hint' },
      value: tried?.reason ?? '',
      rows: 4,
      ...(field && fault ? { error: fault } : {}),
    },
  };
}

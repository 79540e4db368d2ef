import type { ApplicationRow } from '../../../applications/public.js';
import type { CallView, PlaceView } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import type { OwnEntry } from '../../data/lists.repository.js';
import { reserveOfType } from '../../domain/build-instance.js';
import type { ChoiceExplanation } from '../../domain/explain.js';
import type { OwnChoiceView, OwnRankingView, TagView } from '../views/allocation-views.js';
import { placeName, pointsText, resultTag } from './reader.js';
import type { Reader } from './reader.js';

/** What a list says of an application, and why, in plain words. Nothing of it is about anybody else. */
export function presentOwnRanking(
  reader: Reader,
  call: CallView,
  places: ReadonlyMap<Id, PlaceView>,
  application: Pick<ApplicationRow, 'id' | 'number' | 'state' | 'carriedFrom'>,
  entry: OwnEntry,
  round: CallView | null,
  handedOver: ReadonlySet<Id>,
  feedback: readonly { readonly text: string; readonly language: Language }[],
): OwnRankingView {
  const { translator, language, now } = reader;
  const minimum = call.selection?.combination.minimum ?? null;
  const wait = entry.waits[0]?.number ?? null;
  const heard = entry.objectionsUntil !== null && now <= entry.objectionsUntil && entry.setAsideAt === null;
  return {
    head: { href: `/applications/${application.id}`, number: application.number },
    call: { title: translator.localized(language, call.title), listHref: `/calls/${call.slug}/list` },
    kind: { kind: entry.kind === 'final' ? 'leaf' : 'sky', text: { key: `allocation.kinds.${entry.kind}` } },
    state: resultTag(entry.result, wait),
    sentence: sentenceOf(reader, entry, minimum),
    setAside: setAsideOf(entry),
    points: entry.points === null ? null : pointsText(reader, entry.points),
    choices: entry.explanation.map((choice) => presentChoice(reader, places, entry, choice)),
    round:
      round && entry.kind === 'final' && application.state === 'final'
        ? {
            text: {
              key: entry.waits.some(({ placeId }) => handedOver.has(placeId))
                ? 'allocation.own.round_open'
                : 'allocation.own.round_invites',
            },
            href: `/applications/${application.id}/second-round`,
          }
        : null,
    carried: application.carriedFrom !== null,
    feedback: feedback.map(({ text, language: lang }) => ({ text, lang })),
    objection:
      entry.objectionsUntil === null
        ? null
        : {
            text: {
              key: heard ? 'allocation.own.objection_until' : 'allocation.own.objection_over',
              values: {
                until: translator.dateTimeInSentence(language, entry.objectionsUntil, call.timeZone),
              },
            },
            href: heard ? `/applications/${application.id}/appeal` : null,
          },
  };
}

/** Words of whoever took the list back, or what follows from an appeal, which says nothing of whose it was. */
function setAsideOf({ setAsideReason }: OwnEntry): OwnRankingView['setAside'] {
  const [, stage] = /^appeal:(screening|review|ranking)$/.exec(setAsideReason ?? '') ?? [];
  return stage
    ? { quoted: null, message: { key: `allocation.own.set_aside_by_appeal.${stage}` } }
    : setAsideReason === null
      ? null
      : { quoted: setAsideReason, message: null };
}

function sentenceOf(reader: Reader, entry: OwnEntry, minimum: number | null): Message {
  if (entry.result !== 'not_selected') return { key: `allocation.own.${entry.kind}.${entry.result}` };
  if (entry.points === null) return { key: 'allocation.own.not_assessed' };
  if (minimum !== null && entry.points < minimum * 1000) {
    return {
      key: 'allocation.own.below_minimum',
      values: { minimum: reader.translator.number(reader.language, minimum) },
    };
  }
  return { key: `allocation.own.${entry.kind}.not_selected` };
}

function presentChoice(
  reader: Reader,
  places: ReadonlyMap<Id, PlaceView>,
  entry: OwnEntry,
  choice: ChoiceExplanation,
): OwnChoiceView {
  const place = places.get(choice.place);
  const wait = entry.waits.find(({ placeId }) => placeId === choice.place)?.number ?? null;
  return {
    ordinal: choice.choice,
    name: place ? placeName(reader, place) : null,
    state: choiceTag(choice, wait),
    sentences: [
      ...standing(choice),
      ...seats(reader, place, choice),
      ...why(choice),
      ...(wait === null ? [] : [{ key: 'allocation.own.waits', values: { number: wait } }]),
    ],
  };
}

function choiceTag({ outcome }: ChoiceExplanation, wait: number | null): TagView {
  if (outcome === 'given') return { kind: 'leaf', text: { key: 'allocation.own.given' } };
  if (outcome === 'not_needed') return { kind: 'grey', text: { key: 'allocation.own.not_needed' } };
  return wait === null
    ? { kind: 'grey', text: { key: 'allocation.own.refused' } }
    : { kind: 'brass', text: { key: 'allocation.results.reserve_number', values: { number: wait } } };
}

/** One's own rank, and the last that was admitted. */
function standing({ rank, tied, lastRank, capacity }: ChoiceExplanation): readonly Message[] {
  if (rank === null) return [];
  return [
    { key: 'allocation.own.rank', values: { rank, seats: capacity } },
    ...(tied > 1 ? [{ key: 'allocation.own.tied', values: { others: tied - 1 } }] : []),
    lastRank === null
      ? { key: 'allocation.own.nobody_admitted' }
      : { key: 'allocation.own.last_rank', values: { rank: lastRank } },
  ];
}

/** Which of the seats were kept for somebody, and whether that helped. */
function seats(
  { translator, language }: Reader,
  place: PlaceView | undefined,
  { reserves }: ChoiceExplanation,
): readonly Message[] {
  return reserves.flatMap(({ type, seats: count, mine }) => {
    const reserve = place?.reserved.find(({ id }) => id === reserveOfType(type));
    if (!reserve) return [];
    return [
      {
        key: mine ? 'allocation.own.reserve_mine' : 'allocation.own.reserve_other',
        values: { seats: count, label: translator.localized(language, reserve.label) },
      },
    ];
  });
}

/** What decided, and what would have had to be different. */
function why({ outcome, reason, neededRank, ceiling, group }: ChoiceExplanation): readonly Message[] {
  if (outcome !== 'refused' || reason === null) return [];
  const cause: Message = {
    key: `allocation.own.why.${reason}`,
    values: { ceiling: ceiling ?? 0, cap: group?.cap ?? 0, places: group?.places ?? 0 },
  };
  if (reason === 'not_ranked' || reason === 'no_seats') return [cause];
  return [
    cause,
    neededRank === null
      ? { key: 'allocation.own.no_rank_would_do' }
      : { key: 'allocation.own.needed_rank', values: { rank: neededRank } },
  ];
}

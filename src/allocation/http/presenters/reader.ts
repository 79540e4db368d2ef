import { fieldOfStudy } from '../../../calls/public.js';
import type { CallView, PlaceView } from '../../../calls/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Language } from '../../../shared/language.js';
import { institutionName } from '../../../universities/public.js';
import type { PlaceName, RoundOf, TagView } from '../views/allocation-views.js';

/** For whom a page about lists is written. */
export interface Reader {
  readonly translator: Translator;
  readonly language: Language;
  readonly now: Date;
}

const POINT = 1000;

/** @param former the call whose unfilled places a second round gives; null: it is none */
export function roundOf({ translator, language }: Reader, former: CallView | null): RoundOf {
  return (
    former && {
      text: { key: 'allocation.round_of', values: { call: translator.localized(language, former.title) } },
      href: `/calls/${former.slug}`,
    }
  );
}

export function placeName({ translator, language }: Reader, place: PlaceView): PlaceName {
  const field = fieldOfStudy(place.fieldCode);
  return {
    host: institutionName(language, place.institution),
    what: [
      field ? translator.localized(language, field) : place.fieldCode,
      ...(place.unitName ? [translator.localized(language, place.unitName)] : []),
      translator.languageName(language, place.language),
    ].join(' · '),
  };
}

/** The same in one line, where it stands in a sentence or a cell. */
export function placeInOneLine(reader: Reader, place: PlaceView): string {
  const { host, what } = placeName(reader, place);
  return `${host.text}, ${what}`;
}

/** Points out of 100 with three places at most, as they are reckoned. */
export function pointsText({ translator, language }: Reader, points: number): string {
  return translator.number(language, points / POINT);
}

export function instantIn({ translator, language }: Reader, call: CallView, instant: Date): string {
  return translator.dateTime(language, instant, call.timeZone);
}

export function resultTag(result: 'selected' | 'reserve' | 'not_selected', wait: number | null): TagView {
  if (result === 'selected') return { kind: 'leaf', text: { key: 'allocation.results.selected_here' } };
  if (result === 'reserve' && wait !== null) {
    return { kind: 'brass', text: { key: 'allocation.results.reserve_number', values: { number: wait } } };
  }
  return { kind: 'grey', text: { key: 'allocation.results.not_selected_here' } };
}

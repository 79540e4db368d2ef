import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import type { PlaceView } from '../../domain/call.js';
import type { CostLine } from '../../domain/place.js';
import { conditionLines, institutionsIn } from './present-conditions.js';
import type { ConditionLine } from './present-conditions.js';

/** What a place gives, who pays for it, and what of it is kept for whom, as it is read. */
export interface PlaceTermsView {
  readonly facilities: readonly { readonly kind: Message; readonly words: string }[];
  readonly cost: readonly string[];
  readonly reserved: readonly ReserveView[];
}

export interface ReserveView {
  readonly title: Message;
  readonly left: Message;
  readonly conditions: readonly ConditionLine[];
}

/** Institutions whose names the conditions of these places' reserves need. */
export function institutionsInPlaces(places: readonly Pick<PlaceView, 'reserved'>[]): readonly Id[] {
  return places.flatMap(({ reserved }) => reserved.flatMap(({ condition }) => institutionsIn(condition)));
}

export function presentPlaceTerms(
  translator: Translator,
  language: Language,
  place: Pick<PlaceView, 'facilities' | 'cost' | 'reserved'>,
  institutions: ReadonlyMap<Id, string>,
): PlaceTermsView {
  return {
    facilities: place.facilities.map(({ kind, words }) => ({
      kind: { key: `calls.places.facility.${kind}` },
      words: translator.localized(language, words),
    })),
    cost: place.cost.map((line) => costWords(translator, language, line)),
    reserved: place.reserved.map(({ label, count, free, condition }) => ({
      title: {
        key: 'calls.places.reserved',
        values: { count, label: translator.localized(language, label) },
      },
      left: { key: 'calls.places.reserved_left', values: { free, count } },
      conditions: conditionLines(translator, language, condition, institutions),
    })),
  };
}

/** "Stipend: €1,200 a month, paid by the host institution". */
export function costWords(
  translator: Translator,
  language: Language,
  { item, payer, amount, per }: CostLine,
): string {
  const say = (key: string, values?: Readonly<Record<string, string>>) =>
    translator.t(language, `calls.places.${key}`, values);
  return say('cost_line', {
    item: say(`item.${item}`),
    payer: say(`payer.${payer}`),
    amount: amount ? say(`amount_${per}`, { amount: translator.money(language, amount) }) : say('in_full'),
  });
}

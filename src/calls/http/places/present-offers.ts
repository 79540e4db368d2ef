import type { Message } from '../../../platform/http/page.js';
import type { Id } from '../../../shared/ids.js';
import { institutionName } from '../../../universities/public.js';
import type { InstitutionView } from '../../../universities/public.js';
import { fieldOfStudy } from '../../data/fields-of-study.js';
import type { PlaceOfferView } from '../../data/place-offers.js';
import type { CallView } from '../../domain/call.js';
import type { PlaceOfferState } from '../../domain/place-offer.states.js';
import type { Reader } from '../presenters/present-call-card.js';
import { writtenTitle } from '../editor/editor-words.js';
import type { TagModel } from '../views/call-views.js';

const TAGS: Readonly<Record<PlaceOfferState, TagModel['kind']>> = {
  draft: 'grey',
  submitted: 'sky',
  returned: 'brass',
  accepted: 'leaf',
  declined: 'brick',
  withdrawn: 'grey',
};

export function offerTag(state: PlaceOfferState): TagModel {
  return { kind: TAGS[state], text: { key: `calls.offers.states.${state}` } };
}

/** One offer in a list. */
export interface OfferRow {
  readonly href: string;
  readonly host: string;
  /** Where the list is not of one call. */
  readonly call: { readonly text: string; readonly lang: string } | null;
  readonly field: string;
  readonly size: Message;
  readonly state: TagModel;
  readonly since: string;
}

export function presentOfferRows(
  reader: Reader,
  offers: readonly PlaceOfferView[],
  hosts: ReadonlyMap<Id, InstitutionView>,
  calls: ReadonlyMap<Id, CallView>,
): readonly OfferRow[] {
  const { translator, language } = reader;
  return offers.map(({ id, callId, institutionId, content, state, stateSince }) => {
    const host = hosts.get(institutionId);
    const call = calls.get(callId);
    const field = fieldOfStudy(content.fieldCode);
    return {
      href: `/offers/${id}`,
      host: host ? institutionName(language, host).text : '',
      call: call ? writtenTitle(reader, call.title) : null,
      field: field ? translator.localized(language, field) : content.fieldCode,
      size: {
        key: 'calls.offers.size',
        values: { count: content.capacity, months: translator.number(language, content.months) },
      },
      state: offerTag(state),
      since: translator.date(language, stateSince, call?.timeZone ?? 'UTC'),
    };
  });
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../platform/database/context.js';
import { authorise } from '../../../platform/database/authorise.js';
import type { Message } from '../../../platform/http/page.js';
import { Translator } from '../../../platform/i18n/translator.js';
import { DomainError } from '../../../shared/domain-error.js';
import { isId } from '../../../shared/ids.js';
import type { Id } from '../../../shared/ids.js';
import { Countries, Institutions, Units, institutionName } from '../../../universities/public.js';
import type { InstitutionView } from '../../../universities/public.js';
import { Calls } from '../../data/calls.js';
import { PlaceOffers } from '../../data/place-offers.js';
import type { PlaceOfferView } from '../../data/place-offers.js';
import type { CallView } from '../../domain/call.js';
import { LONGEST_NOTE } from '../../domain/place-offer.js';
import type { OfferFrame, OfferedPlace } from '../../domain/place-offer.js';
import { placeOfferStates } from '../../domain/place-offer.states.js';
import { placeOffersPolicy } from '../../domain/place-offers.policy.js';
import { OfferPlaces } from '../../operations/offer-places.js';
import type { Typed } from '../editor/editor-entries.js';
import { problemWords, writtenTitle } from '../editor/editor-words.js';
import type { Reader } from '../presenters/present-call-card.js';
import { presentPlaceTerms } from '../presenters/present-place-terms.js';
import type { EditorField, FieldGroup } from '../views/editor-views.js';
import { placeGroups, placeProblem, typedPlace } from './place-form.js';
import { offerTag, presentOfferRows } from './present-offers.js';

/** A form of an offer that came back; without `typed`, what is saved is shown. */
export interface RefusedOffer {
  readonly typed: Typed | null;
  readonly error: DomainError;
}

/** Reads offers of places for their pages. */
@Injectable()
export class ReadOffers {
  constructor(
    private readonly offers: PlaceOffers,
    private readonly offering: OfferPlaces,
    private readonly calls: Calls,
    private readonly institutions: Institutions,
    private readonly units: Units,
    private readonly countries: Countries,
    private readonly translator: Translator,
  ) {}

  /** One's own institutions' offers, and the calls for which they may offer; for the programme all that was put before it. */
  async list(ctx: Ctx) {
    const reader = await this.reader(ctx);
    const offers = await this.offers.visible(ctx, {});
    const openIds = await this.offers.openCalls(ctx);
    const calls = await this.calls.byIds(ctx, [...openIds, ...offers.map(({ callId }) => callId)]);
    const frames = await this.offers.frames(ctx, openIds);
    const hosts = await this.institutions.byIds(
      ctx,
      offers.map(({ institutionId }) => institutionId),
    );
    const own = await this.own(ctx);
    const open = [];
    for (const id of openIds) {
      const call = calls.get(id);
      const frame = frames.get(id) ?? null;
      if (!call || !frame) continue;
      const possible: InstitutionView[] = [];
      for (const institution of own) {
        if ((await this.offering.obstacle(ctx, call, frame, institution)) === null)
          possible.push(institution);
      }
      if (possible.length > 0) open.push(this.openCall(reader, call, frame, possible));
    }
    return { open, isHost: own.length > 0, rows: presentOfferRows(reader, offers, hosts, calls) };
  }

  async blank(
    ctx: Ctx,
    at: { readonly call: string; readonly institution: string },
    refusal: RefusedOffer | null,
  ) {
    const call = isId(at.call) ? await this.calls.byId(ctx, at.call) : null;
    const institution = isId(at.institution) ? await this.institutions.byId(ctx, at.institution) : null;
    if (!call || !institution) throw new DomainError('not_found');
    authorise(
      ctx,
      placeOffersPolicy,
      'offer.prepare',
      { state: placeOfferStates.initial, institutionId: institution.id, preparedBy: ctx.actor.personId },
      'offer.prepare',
    );
    const frame = await this.offers.frame(ctx, call.id);
    const obstacle = await this.offering.obstacle(ctx, call, frame, institution);
    // Of a draft that takes no offers nobody is told.
    if (!frame || obstacle === 'offers_closed') throw new DomainError('not_found');
    const reader = await this.reader(ctx);
    return {
      ...this.head(reader, call, institution, frame),
      offer: null,
      form: await this.form(ctx, reader, institution.id, '/offers', refusal?.typed ?? {}, refusal, {
        call: call.id,
        institution: institution.id,
      }),
      ...this.refusalOf(reader, refusal),
      answer: null,
      acts: [],
    };
  }

  async one(ctx: Ctx, id: string, refusal: RefusedOffer | null) {
    const offer = await this.offers.find(ctx, id);
    authorise(ctx, placeOffersPolicy, 'offer.read', offer, 'offer.read');
    const call = await this.calls.byId(ctx, offer.callId);
    const institution = await this.institutions.byId(ctx, offer.institutionId);
    if (!call || !institution) throw new DomainError('not_found');
    const reader = await this.reader(ctx);
    const may = (action: string) => placeOffersPolicy.decide(ctx.actor, action, offer).allowed;
    const typed = refusal?.typed ?? { ...typedPlace(offer.content), note: offer.note };
    const frame = await this.offers.frame(ctx, call.id);
    return {
      ...this.head(reader, call, institution, frame),
      offer: await this.shown(ctx, reader, offer),
      form: may('offer.edit')
        ? await this.form(ctx, reader, institution.id, `/offers/${id}`, typed, refusal, {
            version: String(offer.version),
          })
        : null,
      ...this.refusalOf(reader, refusal),
      answer: may('offer.answer') ? this.answer(id, refusal) : null,
      acts: may('offer.withdraw') ? [{ action: `/offers/${id}/withdraw` }] : [],
    };
  }

  private head(reader: Reader, call: CallView, institution: InstitutionView, frame: OfferFrame | null) {
    const { translator, language } = reader;
    return {
      call: writtenTitle(reader, call.title),
      host: institutionName(language, institution),
      frame: frame && {
        key: 'calls.offers.frame',
        values: {
          until: translator.dateTime(language, frame.until, call.timeZone),
          min: translator.number(language, frame.minMonths),
          max: translator.number(language, frame.maxMonths),
        },
      },
    };
  }

  private openCall(
    reader: Reader,
    call: CallView,
    frame: OfferFrame,
    institutions: readonly InstitutionView[],
  ) {
    return {
      title: writtenTitle(reader, call.title),
      category: { key: `calls.categories.${call.category}` },
      frame: this.head(reader, call, institutions[0] as InstitutionView, frame).frame,
      hosts: institutions.map((institution) => ({
        name: institutionName(reader.language, institution).text,
        href: `/offers/new?call=${call.id}&institution=${institution.id}`,
      })),
    };
  }

  private async form(
    ctx: Ctx,
    reader: Reader,
    institutionId: Id,
    action: string,
    typed: Typed,
    refusal: RefusedOffer | null,
    hidden: Readonly<Record<string, string>>,
  ) {
    const problems = refusal?.error.fields ?? [];
    const ofNote = problems.find(({ field }) => field === 'note');
    const note: EditorField = {
      kind: 'textarea',
      name: 'note',
      label: { key: 'calls.offers.note' },
      hint: { key: 'calls.offers.note_hint', values: { max: LONGEST_NOTE } },
      value: typed['note'] ?? '',
      optional: true,
      rows: 3,
      ...(ofNote ? { error: problemWords(ofNote) } : {}),
    };
    const groups: readonly FieldGroup[] = [
      ...placeGroups(
        reader,
        { hosts: null, units: await this.units.of(ctx, institutionId) },
        typed,
        problems,
      ),
      { title: null, lead: null, beside: false, fields: [note] },
    ];
    return { action, hidden: Object.entries(hidden).map(([name, value]) => ({ name, value })), groups };
  }

  private async shown(ctx: Ctx, reader: Reader, offer: PlaceOfferView) {
    const { translator, language } = reader;
    const { content } = offer;
    const unit = content.unitId ? await this.units.names(ctx, [content.unitId]) : new Map<Id, never>();
    const row = (label: string, value: string | Message) => ({
      label: { key: `calls.place_form.${label}` },
      value,
    });
    const name = content.unitId ? unit.get(content.unitId) : undefined;
    const [listed] = presentOfferRows(reader, [offer], new Map(), new Map());
    return {
      state: offerTag(offer.state),
      reason: offer.reason,
      note: offer.note,
      facts: [
        ...(name ? [row('unit', translator.localized(language, name))] : []),
        row('field', listed?.field ?? ''),
        row('level', levelWords(content)),
        row('language', {
          key: 'calls.language_needed',
          values: {
            language: translator.languageName(language, content.language),
            level:
              content.languageLevel === 'NS'
                ? translator.t(language, 'calls.native_speaker')
                : content.languageLevel,
          },
        }),
        row('capacity', translator.number(language, content.capacity)),
        row('months', translator.number(language, content.months)),
        ...(content.services ? [row('services', translator.localized(language, content.services))] : []),
      ],
      terms: presentPlaceTerms(
        translator,
        language,
        { facilities: content.facilities ?? [], cost: content.cost ?? [], reserved: [] },
        new Map(),
      ),
    };
  }

  private answer(id: string, refusal: RefusedOffer | null) {
    const problem = (name: string) => refusal?.error.fields.find(({ field }) => field === name);
    const answer = problem('answer');
    const reason = problem('reason');
    const fields: readonly EditorField[] = [
      {
        kind: 'radios',
        name: 'answer',
        label: { key: 'calls.offers.answer' },
        value: refusal?.typed?.['answer'] ?? '',
        options: ['accept', 'return', 'decline'].map((value) => ({
          value,
          label: { key: `calls.offers.answers.${value}` },
          hint: { key: `calls.offers.answer_hints.${value}` },
        })),
        ...(answer ? { error: problemWords(answer) } : {}),
      },
      {
        kind: 'textarea',
        name: 'reason',
        label: { key: 'calls.offers.reason' },
        hint: { key: 'calls.offers.reason_hint' },
        value: refusal?.typed?.['reason'] ?? '',
        ...(reason ? { error: problemWords(reason) } : {}),
      },
    ];
    return { action: `/offers/${id}/answer`, fields };
  }

  private refusalOf(reader: Reader, refusal: RefusedOffer | null) {
    return {
      problem:
        refusal && refusal.error.fields.length === 0
          ? { key: `reasons.${refusal.error.reason || refusal.error.code}` }
          : null,
      problems: (refusal?.error.fields ?? []).map((problem) => placeProblem(reader, problem)),
    };
  }

  /** The institutions for which the actor speaks as a host. */
  private async own(ctx: Ctx): Promise<readonly InstitutionView[]> {
    const ids = ctx.actor.grants.flatMap(({ institutionId }) => institutionId ?? []);
    const found = await this.institutions.byIds(ctx, ids);
    return [...found.values()].filter(
      ({ id }) =>
        placeOffersPolicy.decide(ctx.actor, 'offer.prepare', {
          state: placeOfferStates.initial,
          institutionId: id,
          preparedBy: ctx.actor.personId,
        }).allowed,
    );
  }

  private async reader(ctx: Ctx): Promise<Reader> {
    return {
      translator: this.translator,
      language: ctx.language,
      now: ctx.clock.now(),
      countries: await this.countries.all(ctx),
    };
  }
}

function levelWords({ level }: OfferedPlace): Message {
  if (level === null) return { key: 'calls.page.any_level' };
  return level >= 6 && level <= 8
    ? { key: `calls.levels.${level}` }
    : { key: 'calls.levels.other', values: { level } };
}

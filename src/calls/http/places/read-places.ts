import { Injectable } from '@nestjs/common';
import { Agreements, allowedDays } from '../../../agreements/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import { Database } from '../../../platform/database/database.js';
import type { Message } from '../../../platform/http/page.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { isId } from '../../../shared/ids.js';
import type { Id } from '../../../shared/ids.js';
import { Institutions, Units, institutionName } from '../../../universities/public.js';
import { PlaceOffers } from '../../data/place-offers.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import type { PlaceDraft } from '../../domain/call-draft.js';
import { ANSWERED_BY } from '../../domain/eligibility.js';
import { LEVELS } from '../../domain/place.js';
import { RESERVE_KINDS } from '../../domain/reserve-conditions.js';
import type { ReserveKind } from '../../domain/reserve-conditions.js';
import { quotasOf } from '../../operations/publish-call.js';
import { typedInstant } from '../editor/editor-entries.js';
import type { Typed } from '../editor/editor-entries.js';
import type { Editor } from '../editor/editor-shell.js';
import { problemWords } from '../editor/editor-words.js';
import { institutionsIn } from '../presenters/present-conditions.js';
import { placeRow } from '../presenters/present-call-page.js';
import type { EditorField, FieldGroup } from '../views/editor-views.js';
import { presentOfferRows } from './present-offers.js';
import { placeGroups, placeProblem } from './place-form.js';

interface Refused {
  readonly typed: Typed;
  readonly problems: readonly FieldProblem[];
  readonly stale: boolean;
}

/** The register of a country in one list. */
const WHOLE_REGISTER = 2000;
const LANG = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' } as const;

/** Reads the places of a draft for the pages of the editor. */
@Injectable()
export class ReadPlaces {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
    private readonly units: Units,
    private readonly agreements: Agreements,
    private readonly offers: PlaceOffers,
  ) {}

  async list(ctx: Ctx, editor: Editor, refused: Refused | null) {
    const { call, places, reader, href } = editor;
    const names = await this.institutions.names(
      ctx,
      places.flatMap(({ reserved }) => reserved.flatMap(({ condition }) => institutionsIn(condition))),
    );
    const frame = await this.offers.frame(ctx, call.id);
    const offers = await this.offers.visible(ctx, { callId: call.id });
    const hosts = await this.institutions.byIds(
      ctx,
      offers.map(({ institutionId }) => institutionId),
    );
    const typed: Typed =
      refused?.typed['act'] === 'open'
        ? refused.typed
        : frame
          ? {
              ...typedInstant('until', frame.until, call.timeZone),
              minMonths: decimal(frame.minMonths),
              maxMonths: decimal(frame.maxMonths),
            }
          : {};
    return {
      ...this.frameOf(editor, refused),
      places: places.map((place) => ({
        ...placeRow(reader, place, names),
        capacity: place.capacity,
        href: `${href}/places/${place.id}`,
        removeHref: `${href}/places/${place.id}/remove`,
        reserveHref: `${href}/places/${place.id}/reserves/new`,
        reserves: place.reserved.map(({ id, label }) => ({
          label: reader.translator.localized(reader.language, label),
          removeHref: `${href}/places/${place.id}/reserves/${id}/remove`,
        })),
      })),
      newHref: `${href}/places/new`,
      quotas: await this.quotas(ctx, editor),
      offers: {
        open: frame !== null,
        until: frame && reader.translator.dateTime(reader.language, frame.until, call.timeZone),
        action: `${href}/offers`,
        fields: this.frameFields(typed, refused?.problems ?? [], call.timeZone),
        rows: presentOfferRows(reader, offers, hosts, new Map()),
      },
    };
  }

  async form(ctx: Ctx, editor: Editor, place: PlaceDraft | null, typed: Typed, refused: Refused | null) {
    const { reader, href } = editor;
    const settled = place?.institutionId ?? null;
    const host = settled ? await this.institutions.byId(ctx, settled) : null;
    return {
      ...this.frameOf(editor, refused),
      heading: host
        ? { key: 'calls.place_form.of_host', values: { host: institutionName(reader.language, host).text } }
        : { key: 'calls.place_form.new' },
      action: place?.id ? `${href}/places/${place.id}` : `${href}/places`,
      backHref: `${href}/places`,
      groups: placeGroups(
        reader,
        {
          hosts: settled ? null : await this.hosts(ctx, editor),
          units: settled ? await this.units.of(ctx, settled) : [],
        },
        typed,
        refused?.problems ?? [],
      ),
    };
  }

  async reserve(
    ctx: Ctx,
    editor: Editor,
    place: PlaceDraft,
    kind: ReserveKind | null,
    refused: Refused | null,
  ) {
    const { reader, href, form, call } = editor;
    const { translator, language } = reader;
    const asked = new Set(form.sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
    const typed = refused?.typed ?? {};
    const field = (
      kindOf: EditorField['kind'],
      name: string,
      label: EditorField['label'],
      more: Partial<EditorField> = {},
    ): EditorField => {
      const problem = (refused?.problems ?? []).find(
        (each) => each.field === name || `${each.field}.sr` === name,
      );
      return {
        kind: kindOf,
        name,
        label,
        value: typed[name] ?? '',
        ...(problem ? { error: problemWords(problem) } : {}),
        ...more,
      };
    };
    const key = (name: string): Message => ({ key: `calls.reserve_form.${name}` });
    const problemOfCondition = (refused?.problems ?? []).find((each) => each.field === 'condition');
    const onCondition = problemOfCondition ? { error: problemWords(problemOfCondition) } : {};
    const several = (options: NonNullable<EditorField['options']>): EditorField =>
      field('checkboxes', 'chosen', key(`chosen.${kind ?? 'level'}`), {
        values: (typed['chosen'] ?? '').split('\n'),
        options,
        ...onCondition,
      });
    const condition: EditorField[] = [];
    switch (kind) {
      case 'level':
        condition.push(
          several(LEVELS.map((level) => ({ value: String(level), label: { key: `calls.levels.${level}` } }))),
        );
        break;
      case 'citizenship':
        condition.push(
          several(
            reader.countries.map(({ code }) => ({
              value: code,
              label: translator.countryName(language, code),
            })),
          ),
        );
        break;
      case 'home_institution':
        condition.push(
          field('select', 'chosen', key('chosen.home_institution'), {
            options: await this.institutionsOf(
              ctx,
              call.directions.map(({ homeCountry }) => homeCountry),
              language,
            ),
            ...onCondition,
          }),
        );
        break;
      case 'age':
        condition.push(
          field('text', 'min', key('min.age'), { width: 3, optional: true, ...onCondition }),
          field('text', 'max', key('max.age'), { width: 3, optional: true }),
        );
        break;
      case 'year':
      case 'experience':
        condition.push(field('text', 'min', key(`min.${kind}`), { width: 3, ...onCondition }));
        break;
      case null:
        break;
    }
    const groups: readonly FieldGroup[] = [
      {
        title: null,
        lead: null,
        beside: true,
        fields: WRITTEN_LANGUAGES.map((written) =>
          field(
            'text',
            `label.${written}`,
            translator.t(language, 'calls.editor.field_in_language', {
              field: translator.t(language, 'calls.reserve_form.label'),
              language: translator.t(language, `calls.editor.languages.${written}`),
            }),
            { lang: LANG[written] },
          ),
        ),
      },
      {
        title: null,
        lead: null,
        beside: false,
        fields: [
          field('text', 'count', key('count'), {
            width: 4,
            hint: { key: 'calls.reserve_form.count_hint', values: { count: place.capacity } },
          }),
          ...condition,
        ],
      },
    ];
    return {
      ...this.frameOf(editor, refused),
      kind,
      kinds: RESERVE_KINDS.filter((each) => ANSWERED_BY[each].some((question) => asked.has(question))).map(
        (each) => ({
          href: `${href}/places/${place.id ?? ''}/reserves/new?kind=${each}`,
          text: { key: `calls.reserve_form.kinds.${each}` },
        }),
      ),
      action: `${href}/places/${place.id ?? ''}/reserves`,
      backHref: `${href}/places`,
      groups,
    };
  }

  /** The host of a new place must be where the call leads, its unit one of its own. */
  hostProblems(web: WebRequest, editor: Editor, place: PlaceDraft): Promise<readonly FieldProblem[]> {
    return this.database.read(web.ctx, async (ctx) => {
      const host = (
        await this.institutions.byIds(ctx, isId(place.institutionId) ? [place.institutionId] : [])
      ).get(place.institutionId);
      const leads = editor.call.directions.some(({ hostCountry }) => hostCountry === host?.country);
      if (!host || !leads) return [{ field: 'institutionId', problem: 'required_choice' }];
      if (!place.unitId) return [];
      const own = (await this.units.of(ctx, host.id, { closed: true })).some(({ id }) => id === place.unitId);
      return own ? [] : [{ field: 'unitId', problem: 'not_in_list' }];
    });
  }

  private hosts(ctx: Ctx, { call, reader }: Editor) {
    return this.institutionsOf(
      ctx,
      call.directions.map(({ hostCountry }) => hostCountry),
      reader.language,
    );
  }

  private async institutionsOf(
    ctx: Ctx,
    countries: readonly string[],
    language: Editor['reader']['language'],
  ) {
    const options: { value: Id; label: string }[] = [];
    for (const country of [...new Set(countries)].sort()) {
      const { items } = await this.institutions.search(ctx, { country, limit: WHOLE_REGISTER });
      for (const item of items) options.push({ value: item.id, label: institutionName(language, item).text });
    }
    return options;
  }

  /** What the agreement has left, beside what this draft would take. */
  private async quotas(ctx: Ctx, { call, places, reader }: Editor) {
    const agreement = await this.agreements.byId(ctx, call.agreementId);
    const asked = quotasOf(call, places);
    return call.directions.map(({ homeCountry, hostCountry }) => {
      const quota = agreement?.quotas.find(
        (each) =>
          each.homeCountry === homeCountry &&
          each.hostCountry === hostCountry &&
          each.category === call.category &&
          each.academicYear === call.academicYear,
      );
      const { persons: wanted, days: wantedDays } = asked.find(
        ({ quota: each }) => each.homeCountry === homeCountry && each.hostCountry === hostCountry,
      )?.amount ?? { persons: 0, days: 0 };
      // What a published call has taken is among the committed ones already.
      const taking = call.state === 'draft';
      const left = (quota?.persons ?? 0) - (quota?.committed ?? 0) - (taking ? wanted : 0);
      const days = quota ? allowedDays(quota) : null;
      const daysLeft = days === null ? null : days - (quota?.committedDays ?? 0) - (taking ? wantedDays : 0);
      return {
        direction: {
          key: 'calls.direction',
          values: {
            home: reader.translator.countryName(reader.language, homeCountry),
            host: reader.translator.countryName(reader.language, hostCountry),
          },
        },
        persons: quota?.persons ?? 0,
        committed: quota?.committed ?? 0,
        wanted,
        left,
        stay:
          days === null
            ? null
            : { days, committed: quota?.committedDays ?? 0, wanted: wantedDays, left: daysLeft ?? 0 },
        over: left < 0 || (daysLeft ?? 0) < 0,
      };
    });
  }

  private frameFields(
    typed: Typed,
    problems: readonly FieldProblem[],
    timeZone: string,
  ): readonly EditorField[] {
    const field = (kind: EditorField['kind'], name: string, more: Partial<EditorField>): EditorField => {
      const problem = problems.find((each) => each.field === name);
      return {
        kind,
        name,
        label: { key: `calls.offer_frame.${name}` },
        value: typed[name] ?? '',
        ...(problem ? { error: problemWords(problem) } : {}),
        ...more,
      };
    };
    return [
      field('date', 'until', {
        value: {
          day: typed['until-day'] ?? '',
          month: typed['until-month'] ?? '',
          year: typed['until-year'] ?? '',
        },
      }),
      field('text', 'untilTime', {
        width: 5,
        hint: { key: 'calls.offer_frame.zone', values: { zone: timeZone } },
        value: typed['untilTime'] ?? '23:59',
      }),
      field('text', 'minMonths', { width: 4 }),
      field('text', 'maxMonths', { width: 4 }),
    ];
  }

  private frameOf(editor: Editor, refused: Refused | null) {
    return {
      editor,
      problems: (refused?.problems ?? []).map((problem) => placeProblem(editor.reader, problem)),
      stale: refused?.stale ? { rows: [], href: `${editor.href}/places` } : null,
      version: editor.version,
    };
  }
}

function decimal(value: number): string {
  return String(value).replace('.', ',');
}

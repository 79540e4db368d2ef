import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { DrawingCall } from '../../agreements/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { FoundBy, readPrepared, rowsOf } from '../../platform/database/prepared.js';
import type { CountryCode } from '../../shared/country.js';
import { decodeCursor, pageOf } from '../../shared/cursor.js';
import type { Page } from '../../shared/cursor.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import { searchKey } from '../../shared/transliteration.js';
import { Institutions, Units } from '../../universities/public.js';
import { acceptsUntil, callPhase } from '../domain/call-phase.js';
import { PUBLIC_PHASES } from '../domain/call.js';
import type {
  CallCategory,
  CallDirection,
  CallHead,
  CallPhase,
  CallView,
  PlaceStudy,
  PlaceView,
} from '../domain/call.js';
import type { FormDefinition } from '../domain/form.js';
import type { CostItem } from '../domain/place.js';
import { CallDirectionEntity } from './call-direction.entity.js';
import { CallFormEntity } from './call-form.entity.js';
import { CallPlaceEntity } from './call-place.entity.js';
import { CallEntity } from './call.entity.js';

/** What is looked for in a place. */
export interface PlaceSearch {
  /** ISCED-F; the code of a broader field holds the narrower ones. */
  readonly field?: string;
  readonly level?: number;
  /** BCP 47. */
  readonly language?: string;
  /** Somebody else than the person pays for it. */
  readonly paid?: CostItem;
  readonly free?: true;
}

/** A list of calls; by phase it is also counted. */
export type CallFilter = Omit<CallSearch, 'limit' | 'after' | 'order'>;

export interface CallSearch {
  /** Any of these; the public ones where absent. */
  readonly phase?: CallPhase | readonly CallPhase[];
  readonly category?: CallCategory;
  /** The country that one goes to. */
  readonly country?: CountryCode;
  /** Only those to which one may apply without a nomination of one’s institution. */
  readonly freemovers?: true;
  /** One of the themes of the agreement, by its code. */
  readonly theme?: string;
  /** What one of its places has, all of it together. */
  readonly place?: PlaceSearch;
  /** In any script and spelling: title, summary, themes, host institutions. */
  readonly text?: string;
  /** `soonest` (the default) closes first; `latest` closed last. */
  readonly order?: 'soonest' | 'latest';
  readonly limit: number;
  readonly after?: string;
}

/** The places of a call, all and free; of the free, how many are kept for those who meet a condition. */
export interface PlaceTotal {
  readonly capacity: number;
  readonly free: number;
  readonly reserved: number;
}

/** The same clock as `callPhase`, for lists: what each phase of a published call means in SQL. */
const PUBLISHED_PHASES: Partial<Readonly<Record<CallPhase, string>>> = {
  upcoming: 'c.opens_at > :now',
  open: 'c.opens_at <= :now and c.closes_at > :now',
  grace: "c.closes_at <= :now and c.closes_at + c.grace_minutes * interval '1 minute' > :now",
  closed: "c.closes_at + c.grace_minutes * interval '1 minute' <= :now",
};

const PLACES = (places: string) => `select unnest(${places}::uuid[])`;

/** The states that are phases by themselves, whatever the clock says. */
const statesAmong = (phases: readonly CallPhase[]) => phases.filter((phase) => !PUBLISHED_PHASES[phase]);
/** `PUBLIC_PHASES` of a call `c` at the instant $1, with the states $2. */
const LATEST = `(c.state = any ($2::text[]) or (c.state = 'published' and (${PUBLIC_PHASES.flatMap(
  (phase) => PUBLISHED_PHASES[phase] ?? [],
)
  .join(' or ')
  .replaceAll(':now', '$1')})))`;

/** Which writing of a row it is. */
const WRITING = "xmin::text || ' ' || ctid::text";
/** Of so many forms what was read is kept. */
const MOST_FORMS = 200;

/** Calls as they are read. What may be shown to whom is the reader's matter: only `list` leaves out what is not public. */
@Injectable()
export class Calls {
  /** Forms as they were read last, by call and version: they are large, and hardly ever change. */
  private readonly knownForms = new Map<
    string,
    { readonly writing: string; readonly definition: FormDefinition }
  >();

  constructor(
    private readonly institutions: Institutions,
    private readonly units: Units,
  ) {}

  async byId(ctx: Ctx, id: Id): Promise<CallView | null> {
    const [[row], directions] = await Promise.all([
      rowsOf(ctx, CallEntity, { id }),
      this.directions(ctx, [id]),
    ]);
    const [view] = row ? viewsOf(ctx, [row], directions) : [];
    return view ?? null;
  }

  /** The call of a record of others, by what it is found by. */
  async foundBy(ctx: Ctx, found: FoundBy): Promise<CallView | null> {
    const [[row], directions] = await Promise.all([
      rowsOf(ctx, CallEntity, { id: found }),
      this.directions(ctx, found),
    ]);
    const [view] = row ? viewsOf(ctx, [row], directions) : [];
    return view ?? null;
  }

  async byIds(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, CallView>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const [rows, directions] = await Promise.all([
      rowsOf(ctx, CallEntity, { id: wanted }),
      this.directions(ctx, wanted),
    ]);
    const views = viewsOf(ctx, rows, directions);
    return new Map(views.map((view) => [view.id, view]));
  }

  /** What they are called, in one question. */
  titles(ctx: Ctx, ids: readonly Id[]): Promise<readonly Pick<CallView, 'id' | 'slug' | 'title'>[]> {
    return readPrepared(ctx, 'select id, slug, title from calls where id = any ($1::uuid[])', [ids]);
  }

  /** What a line of a list tells of its call. */
  async headsByIds(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, CallHead>> {
    if (ids.length === 0) return new Map();
    const rows = await readPrepared<CallHead>(
      ctx,
      `select id, title, category, time_zone as "timeZone", promises from calls where id = any ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((head) => [head.id, head]));
  }

  async bySlug(ctx: Ctx, slug: string): Promise<CallView | null> {
    const [view] = await this.views(ctx, await ctx.tx.getRepository(CallEntity).findBy({ slug }));
    return view ?? null;
  }

  /** The newest call that is the next round of this one, whatever its state but cancelled; also while it is a draft. */
  async roundAfter(ctx: Ctx, callId: Id): Promise<CallView | null> {
    const rows = await ctx.tx
      .getRepository(CallEntity)
      .createQueryBuilder('c')
      .where("c.round_of = :callId and c.state <> 'cancelled'", { callId })
      .orderBy('c.id', 'DESC')
      .limit(1)
      .getMany();
    const [view] = await this.views(ctx, rows);
    return view ?? null;
  }

  async list(ctx: Ctx, search: CallSearch): Promise<Page<CallView>> {
    const query = this.matching(ctx, search);
    const latest = search.order === 'latest';
    if (search.after) {
      const [closesAt, id] = decodeCursor(search.after, 2);
      query.andWhere(`(c.closes_at, c.id) ${latest ? '<' : '>'} (:afterTime, :afterId)`, {
        afterTime: closesAt,
        afterId: id,
      });
    }
    const direction = latest ? 'DESC' : 'ASC';
    const rows = await query
      .orderBy('c.closesAt', direction)
      .addOrderBy('c.id', direction)
      .limit(search.limit + 1)
      .getMany();
    const views = await this.views(ctx, rows);
    return pageOf(
      views,
      search.limit,
      (view) => [view.closesAt.toISOString(), view.id],
      (view) => view,
    );
  }

  /** What the newest public calls are called, for somebody who chooses one. */
  async latestTitles(ctx: Ctx, limit: number): Promise<readonly Pick<CallView, 'id' | 'title'>[]> {
    return readPrepared(
      ctx,
      `select c.id, c.title from calls c where ${LATEST} order by c.closes_at desc, c.id desc limit $3`,
      [ctx.clock.now(), statesAmong(PUBLIC_PHASES), limit],
    );
  }

  count(ctx: Ctx, filter: CallFilter): Promise<number> {
    return this.matching(ctx, filter).getCount();
  }

  /** In which languages there are places in public calls. */
  async placeLanguages(ctx: Ctx): Promise<string[]> {
    const rows: { language: string }[] = await ctx.tx.query(
      `select distinct p.language from call_places p join calls c on c.id = p.call_id
       where c.state not in ('draft', 'standby') order by p.language`,
    );
    return rows.map(({ language }) => language);
  }

  /** Null where the call has no such version. */
  async form(ctx: Ctx, callId: Id, version: number): Promise<FormDefinition | null> {
    const place = `${callId} ${version}`;
    const known = this.knownForms.get(place);
    // What was read of it before is not sent and parsed again.
    const [form] = await readPrepared<{ writing: string; definition: FormDefinition | null }>(
      ctx,
      `select ${WRITING} as writing, case when ${WRITING} = $3 then null else definition end as definition
       from call_forms where call_id = $1 and version = $2`,
      [callId, version, known?.writing ?? ''],
    );
    if (!form) return null;
    if (form.definition === null) return known?.definition ?? null;
    if (this.knownForms.size >= MOST_FORMS) this.knownForms.clear();
    const definition = frozen(form.definition);
    this.knownForms.set(place, { writing: form.writing, definition });
    return definition;
  }

  /** The form of a record of others, by the call and version that it is found by. */
  async formFoundBy(ctx: Ctx, found: FoundBy): Promise<FormDefinition | null> {
    const [form] = await readPrepared<{ callId: Id; version: number; writing: string }>(
      ctx,
      `select call_id as "callId", version, ${WRITING} as writing from call_forms
       where (call_id, version) in (${found.text('$1')})`,
      [found.value],
      [],
    );
    if (!form) return null;
    const known = this.knownForms.get(`${form.callId} ${form.version}`);
    if (known?.writing === form.writing) return known.definition;
    return this.form(ctx, form.callId, form.version);
  }

  /** Every version, the first one first. */
  forms(ctx: Ctx, callId: Id): Promise<readonly Pick<CallFormEntity, 'version' | 'definition'>[]> {
    return ctx.tx.getRepository(CallFormEntity).find({ where: { callId }, order: { version: 'ASC' } });
  }

  /** By country, institution and field. */
  async places(ctx: Ctx, callId: Id): Promise<readonly PlaceView[]> {
    return this.placeViews(ctx, await ctx.tx.getRepository(CallPlaceEntity).findBy({ callId }));
  }

  async place(ctx: Ctx, placeId: Id): Promise<PlaceView | null> {
    const rows = await ctx.tx.getRepository(CallPlaceEntity).findBy({ id: placeId });
    return (await this.placeViews(ctx, rows))[0] ?? null;
  }

  async placesByIds(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, PlaceView>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    return this.placesFoundBy(ctx, new FoundBy(PLACES, wanted));
  }

  /** The places that a record of others names, by what they are found by. */
  async placesFoundBy(ctx: Ctx, found: FoundBy): Promise<ReadonlyMap<Id, PlaceView>> {
    const institutions = (value: string) =>
      `select p.institution_id from call_places p where p.id in (${found.text(value)})`;
    const [rows, known] = await Promise.all([
      rowsOf(ctx, CallPlaceEntity, { id: found }),
      this.institutions.foundBy(ctx, new FoundBy(institutions, found.value)),
    ]);
    return new Map((await this.placeViews(ctx, rows, known)).map((place) => [place.id, place]));
  }

  /** What is studied in places, and at which level. */
  async studyInPlaces(ctx: Ctx, ids: readonly Id[]): Promise<ReadonlyMap<Id, PlaceStudy>> {
    if (ids.length === 0) return new Map();
    const rows = await readPrepared<PlaceStudy>(
      ctx,
      `select id, field_code as "fieldCode", level from call_places where id = any ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((place) => [place.id, place]));
  }

  /** Ids of every call of a category. */
  async idsOfCategory(ctx: Ctx, category: CallCategory): Promise<Id[]> {
    const rows: { id: Id }[] = await ctx.tx.query('select id from calls where category = $1', [category]);
    return rows.map(({ id }) => id);
  }

  /** Ids of places in a field (the code of a broader one holds the narrower) and at a level, each with its call. */
  placesOf(
    ctx: Ctx,
    wanted: { readonly field: string | null; readonly level: number | null },
  ): Promise<{ readonly id: Id; readonly callId: Id }[]> {
    return ctx.tx.query(
      `select id, call_id as "callId" from call_places
       where ($1::text is null or starts_with(field_code, $1)) and ($2::integer is null or level = $2)`,
      [wanted.field, wanted.level],
    );
  }

  /** Places of each call, all and free: what a list tells of them. */
  async placeTotals(ctx: Ctx, callIds: readonly Id[]): Promise<ReadonlyMap<Id, PlaceTotal>> {
    const rows: (PlaceTotal & { callId: Id })[] = await ctx.tx.query(
      `select call_id as "callId", sum(capacity)::integer as capacity, sum(capacity - taken)::integer as free,
         sum(reserved_places(reserved) - reserved_taken(reserve_taken))::integer as reserved
       from call_places where call_id = any ($1) group by call_id`,
      [callIds],
    );
    return new Map(rows.map(({ callId, ...total }) => [callId, total]));
  }

  /** Calls that everybody sees and that draw their places from an agreement, the latest first. */
  async drawingOn(ctx: Ctx, agreementId: Id): Promise<readonly DrawingCall[]> {
    return ctx.tx.query<DrawingCall[]>(
      `select c.slug, c.title, c.academic_year as "academicYear", c.stay_until::text as "stayUntil",
         coalesce(sum(p.capacity), 0)::integer as places, coalesce(sum(p.taken), 0)::integer as taken
       from calls c left join call_places p on p.call_id = c.id and p.from_place_id is null
       where c.agreement_id = $1 and c.state not in ('draft', 'standby', 'cancelled')
       group by c.id order by c.opens_at desc, c.id limit 100`,
      [agreementId],
    );
  }

  private matching(ctx: Ctx, filter: CallFilter): SelectQueryBuilder<CallEntity> {
    const query = ctx.tx.getRepository(CallEntity).createQueryBuilder('c');
    this.wherePhase(query, filter.phase ?? PUBLIC_PHASES, ctx.clock.now());
    if (filter.category) query.andWhere('c.category = :category', { category: filter.category });
    if (filter.country) {
      query.andWhere(
        'exists (select from call_directions d where d.call_id = c.id and d.host_country = :country)',
        { country: filter.country },
      );
    }
    if (filter.freemovers) query.andWhere('c.freemovers is not null');
    if (filter.theme) query.andWhere(':theme = any (c.themes)', { theme: filter.theme });
    this.wherePlace(query, filter.place ?? {}, filter.country);
    const key = searchKey(filter.text ?? '');
    if (filter.text?.trim() && !key) {
      // Signs alone: no call has them for a word.
      query.andWhere('false');
    } else if (key) {
      query.andWhere('(c.search_key like all (:patterns) or :key <% c.search_key)', {
        patterns: key.split(' ').map((word) => `%${word}%`),
        key,
      });
    }
    return query;
  }

  /** One place that has all of it: a call with a free place here and a paid one there is not what was looked for. */
  private wherePlace(
    query: SelectQueryBuilder<CallEntity>,
    { field, level, language, paid, free }: PlaceSearch,
    country: CountryCode | undefined,
  ): void {
    const conditions = [
      ...(field === undefined ? [] : ['starts_with(p.field_code, :placeField)']),
      // A place that asks for no level is open to each.
      ...(level === undefined ? [] : ['(p.level = :placeLevel or p.level is null)']),
      ...(language === undefined ? [] : ['p.language = :placeLanguage']),
      ...(paid === undefined
        ? []
        : ["p.cost @> jsonb_build_array(jsonb_build_object('item', :placePaid::text))"]),
      ...(free === undefined ? [] : ['p.taken < p.capacity']),
    ];
    if (conditions.length === 0) return;
    if (country !== undefined) {
      conditions.push(
        'exists (select from institutions i where i.id = p.institution_id and i.country = :country)',
      );
    }
    query.andWhere(
      `exists (select from call_places p where p.call_id = c.id and ${conditions.join(' and ')})`,
      { placeField: field, placeLevel: level, placeLanguage: language, placePaid: paid },
    );
  }

  private wherePhase(
    query: SelectQueryBuilder<CallEntity>,
    phase: CallPhase | readonly CallPhase[],
    now: Date,
  ): void {
    const phases = typeof phase === 'string' ? [phase] : phase;
    const states = statesAmong(phases);
    const conditions = phases.flatMap((wanted) => PUBLISHED_PHASES[wanted] ?? []);
    const parts = [
      ...(states.length > 0 ? ['c.state in (:...states)'] : []),
      ...conditions.map((condition) => `(c.state = 'published' and ${condition})`),
    ];
    query.andWhere(`(${parts.join(' or ') || 'false'})`, { states, now });
  }

  private async views(ctx: Ctx, rows: readonly CallEntity[]): Promise<CallView[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    return viewsOf(ctx, rows, await this.directions(ctx, ids));
  }

  private directions(ctx: Ctx, callIds: readonly Id[] | FoundBy): Promise<CallDirectionEntity[]> {
    const order = { homeCountry: 'asc', hostCountry: 'asc' } as const;
    return rowsOf(ctx, CallDirectionEntity, { callId: callIds }, { order });
  }

  private async placeViews(
    ctx: Ctx,
    rows: readonly CallPlaceEntity[],
    known?: ReadonlyMap<Id, PlaceView['institution']>,
  ): Promise<PlaceView[]> {
    const institutionIds = rows.map(({ institutionId }) => institutionId);
    const unitIds = rows.flatMap(({ unitId }) => unitId ?? []);
    const [institutions, units] = await Promise.all([
      known ?? this.institutions.byIds(ctx, institutionIds),
      this.units.names(ctx, unitIds),
    ]);
    return rows
      .flatMap((row) => {
        const institution = institutions.get(row.institutionId);
        const unitName = row.unitId === null ? null : (units.get(row.unitId) ?? null);
        return institution ? [placeView(row, institution, unitName)] : [];
      })
      .sort(
        (a, b) =>
          compare(a.institution.country, b.institution.country) ||
          compare(a.institution.slug, b.institution.slug) ||
          compare(a.fieldCode, b.fieldCode) ||
          compare(a.id, b.id),
      );
  }
}

function viewsOf(
  { clock }: Ctx,
  rows: readonly CallEntity[],
  directions: readonly CallDirectionEntity[],
): CallView[] {
  const now = clock.now();
  return rows.map((row) =>
    callView(
      row,
      directions.filter(({ callId }) => callId === row.id),
      now,
    ),
  );
}

/** What several read must not be changed by one of them. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function placeView(
  row: CallPlaceEntity,
  institution: PlaceView['institution'],
  unitName: LocalizedText | null,
): PlaceView {
  const { id, callId, fieldCode, level, language, languageLevel, months, services, capacity, taken } = row;
  return {
    id,
    callId,
    fromPlaceId: row.fromPlaceId,
    institution,
    unitId: row.unitId,
    unitName,
    fieldCode,
    level,
    language,
    languageLevel,
    months,
    services,
    facilities: row.facilities ?? [],
    cost: row.cost ?? [],
    reserved: (row.reserved ?? []).map((reserve) => {
      const of = row.reserveTaken[reserve.id] ?? 0;
      return { ...reserve, taken: of, free: reserve.count - of };
    }),
    capacity,
    taken,
    free: capacity - taken,
  };
}

function callView(row: CallEntity, directions: readonly CallDirection[], now: Date): CallView {
  return {
    id: row.id,
    slug: row.slug,
    category: row.category,
    route: row.route,
    state: row.state,
    phase: callPhase(row, now),
    title: row.title,
    summary: row.summary,
    whoMayApply: row.whoMayApply,
    funding: row.funding,
    themes: row.themes,
    agreementId: row.agreementId,
    academicYear: row.academicYear,
    timeZone: row.timeZone,
    opensAt: row.opensAt,
    closesAt: row.closesAt,
    graceMinutes: row.graceMinutes,
    acceptsUntil: acceptsUntil(row),
    stayFrom: row.stayFrom,
    stayUntil: row.stayUntil,
    maxChoices: row.maxChoices,
    homeEndorsement: row.homeEndorsement,
    independentAssessment: row.independentAssessment,
    freemovers: row.freemovers,
    promises: row.promises,
    selection: row.selection,
    round: row.round,
    formVersion: row.formVersion,
    directions: directions.map(({ homeCountry, hostCountry }) => ({ homeCountry, hostCountry })),
    publishedHash: row.publishedHash,
    publishedAt: row.publishedAt,
    cancelledReason: row.cancelledReason,
    version: row.version,
  };
}

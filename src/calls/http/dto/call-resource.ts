import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { pageQuery } from '../../../platform/http/page-query.js';
import { themes } from '../../../agreements/public.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { Language } from '../../../shared/language.js';
import type { PlaceTotal } from '../../data/calls.js';
import { COST_ITEMS, FACILITY_KINDS, PAYERS } from '../../domain/place.js';
import type { CostItem } from '../../domain/place.js';
import {
  ANONYMOUS_PARTS,
  CALL_CONFLICTS,
  COMBINATIONS,
  PANEL_SIZES,
  TIE_RULES,
  appealTermsOf,
} from '../../domain/selection.js';
import { CALL_CATEGORIES, CALL_PHASES, PUBLIC_PHASES } from '../../domain/call.js';
import type { CallCategory, CallPhase, CallView, PlaceView } from '../../domain/call.js';

/** More calls than the programme can have open: a feed has no second page. */
export const PUBLISHED_CALL_LIMIT = 500;

export class LocalizedTextResource {
  @ApiProperty({ description: 'Serbian, in Cyrillic' })
  sr: string;

  @ApiProperty({ description: 'Russian' })
  ru: string;

  @ApiProperty({ description: 'English' })
  en: string;
}

export class DirectionResource {
  @ApiProperty({ example: 'RS', description: 'Where one comes from, ISO 3166-1 alpha-2' })
  homeCountry: string;

  @ApiProperty({ example: 'RU', description: 'Where one goes, ISO 3166-1 alpha-2' })
  hostCountry: string;
}

export class PromisesResource {
  @ApiProperty({ description: 'Whole days for the home institution’s answer' })
  screeningDays: number;

  @ApiProperty({ description: 'Whole days for mending what was returned' })
  returnDays: number;

  @ApiProperty({ description: 'Whole days for the host institution’s answer' })
  hostDecisionDays: number;

  @ApiProperty({ description: 'Whole days for both ministries, at the same time' })
  approvalDays: number;

  @ApiProperty({ description: 'Whole days for answering an offer' })
  offerDays: number;

  @ApiPropertyOptional({
    description:
      'Further whole days after which silence of the host institution is a no; absent: its ministry is told, and the nomination waits',
  })
  declinedAfterDays?: number;

  @ApiPropertyOptional({
    description:
      'Further whole days after which silence of a ministry comes before the joint commission; absent: it is told, and the decision waits',
  })
  tabledAfterDays?: number;
}

export class FreemoversResource {
  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How many places of the call they may hold at once; null: no limit of their own',
  })
  maximum: number | null;
}

export class CallResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Its name in addresses' })
  slug: string;

  @ApiProperty({ enum: CALL_CATEGORIES })
  category: CallCategory;

  @ApiProperty({ enum: ['direct', 'ranked'] })
  route: string;

  @ApiProperty({ enum: CALL_PHASES, description: 'By the clock, at the moment of the answer' })
  phase: CallPhase;

  @ApiProperty({ type: LocalizedTextResource })
  title: LocalizedTextResource;

  @ApiProperty({ type: LocalizedTextResource })
  summary: LocalizedTextResource;

  @ApiProperty({ type: LocalizedTextResource })
  whoMayApply: LocalizedTextResource;

  @ApiProperty({ type: LocalizedTextResource })
  funding: LocalizedTextResource;

  @ApiProperty({ type: [String] })
  themes: string[];

  @ApiProperty({ example: '2027/28' })
  academicYear: string;

  @ApiProperty({
    example: 'Europe/Belgrade',
    description: 'IANA zone in which the call’s deadlines are read',
  })
  timeZone: string;

  @ApiProperty({ format: 'date-time' })
  opensAt: string;

  @ApiProperty({ format: 'date-time' })
  closesAt: string;

  @ApiProperty({ format: 'date-time', description: 'Until then what was begun may still be submitted' })
  acceptsUntil: string;

  @ApiProperty({ format: 'date' })
  stayFrom: string;

  @ApiProperty({ format: 'date' })
  stayUntil: string;

  @ApiProperty({ description: 'Places that one may choose, in order' })
  maxChoices: number;

  @ApiProperty({ type: PromisesResource })
  promises: PromisesResource;

  @ApiProperty({
    type: FreemoversResource,
    nullable: true,
    description: 'Whether people may apply whom no institution nominates (freemovers); null: they may not',
  })
  freemovers: FreemoversResource | null;

  @ApiProperty({ type: [DirectionResource] })
  directions: DirectionResource[];

  @ApiProperty({ description: 'All places' })
  capacity: number;

  @ApiProperty({ description: 'Places that nobody holds' })
  free: number;

  @ApiProperty({ description: 'Of the free ones, those kept for whoever meets a condition' })
  freeReserved: number;
}

export class FacilityResource {
  @ApiProperty({ enum: FACILITY_KINDS })
  kind: string;

  @ApiProperty({ type: LocalizedTextResource })
  words: LocalizedTextResource;
}

export class CostLineResource {
  @ApiProperty({ enum: COST_ITEMS })
  item: string;

  @ApiProperty({ enum: PAYERS })
  payer: string;

  @ApiProperty({ enum: ['month', 'once'] })
  per: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Minor units; null where it is paid in full' })
  minor: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'EUR', description: 'ISO 4217' })
  currency: string | null;
}

export class PlaceReserveResource {
  @ApiProperty()
  id: string;

  @ApiProperty({ type: LocalizedTextResource, description: 'For whom' })
  label: LocalizedTextResource;

  @ApiProperty({ description: 'So many of the places are kept for those who meet the condition' })
  count: number;

  @ApiProperty()
  free: number;
}

export class PlaceResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Slug of the host institution' })
  institution: string;

  @ApiProperty({ example: '0613', description: 'ISCED-F 2013' })
  fieldCode: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Level of the qualifications framework' })
  level: number | null;

  @ApiProperty({ example: 'ru', description: 'BCP 47' })
  language: string;

  @ApiProperty({ example: 'B1', description: 'CEFR, or NS for a native speaker’s command' })
  languageLevel: string;

  @ApiProperty()
  months: number;

  @ApiProperty({ type: LocalizedTextResource, nullable: true })
  services: LocalizedTextResource | null;

  @ApiProperty()
  capacity: number;

  @ApiProperty({ description: 'All that are free, the reserved ones among them' })
  free: number;

  @ApiProperty({ type: LocalizedTextResource, nullable: true, description: 'Unit of the host' })
  unit: LocalizedTextResource | null;

  @ApiProperty({ type: [FacilityResource] })
  facilities: FacilityResource[];

  @ApiProperty({ type: [CostLineResource] })
  cost: CostLineResource[];

  @ApiProperty({ type: [PlaceReserveResource] })
  reserved: PlaceReserveResource[];
}

export class ScaleResource {
  @ApiProperty()
  min: number;

  @ApiProperty()
  max: number;
}

export class ScaleAnchorResource {
  @ApiProperty()
  value: number;

  @ApiProperty({ type: LocalizedTextResource })
  words: LocalizedTextResource;
}

export class CriterionResource {
  @ApiProperty({ description: 'Never changes' })
  id: string;

  @ApiProperty({ type: LocalizedTextResource })
  label: LocalizedTextResource;

  @ApiProperty({ type: LocalizedTextResource, nullable: true, description: 'What to look at' })
  guidance: LocalizedTextResource | null;

  @ApiProperty({ description: 'Its part of the total is this among the sum of all weights' })
  weight: number;

  @ApiProperty({ type: ScaleResource, description: 'Whole numbers, both ends included' })
  scale: ScaleResource;

  @ApiProperty({ type: [ScaleAnchorResource], description: 'Some values in words' })
  anchors: ScaleAnchorResource[];

  @ApiProperty({ enum: ['optional', 'required'], description: 'Whether a score needs words' })
  comment: string;
}

export class QuotaGroupResource {
  @ApiProperty({ type: String, nullable: true, description: 'Slug of the one host; null: several' })
  hostInstitution: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of all hosts of this country; null: of any' })
  hostCountry: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of those who come from here; null: of all' })
  homeCountry: string | null;

  @ApiProperty({ description: 'At most so many' })
  cap: number;
}

export class SelectionResource {
  @ApiProperty({ type: [CriterionResource] })
  criteria: CriterionResource[];

  @ApiProperty({ description: 'Reviews of each application: of each side where `bySide`, otherwise in all' })
  reviews: number;

  @ApiProperty({ description: 'Whether each country assesses by itself' })
  bySide: boolean;

  @ApiProperty({ enum: ANONYMOUS_PARTS, isArray: true, description: 'What is kept from reviewers' })
  anonymous: string[];

  @ApiProperty({
    enum: CALL_CONFLICTS,
    isArray: true,
    description: 'What keeps a reviewer from an application besides family, supervision and a declared tie',
  })
  binding: string[];

  @ApiProperty()
  interview: boolean;

  @ApiProperty({ description: 'Whether applicants read what the reviewers write to them, once announced' })
  feedback: boolean;

  @ApiProperty({ enum: COMBINATIONS, description: 'How the totals of several reviewers become one' })
  combination: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Points out of 100 below which nobody is selected',
  })
  minimum: number | null;

  @ApiProperty({ enum: ['place', 'call'], description: 'One list for each place, or one for the call' })
  rankedPer: string;

  @ApiProperty({
    enum: TIE_RULES,
    description: 'Among equals: a lot by a published seed, the last places held back, or all admitted',
  })
  tie: string;

  @ApiProperty({ enum: ['reserved_first', 'open_first'] })
  filling: string;

  @ApiProperty({ enum: ['kept', 'opened'], description: 'What becomes of a reserved place nobody claims' })
  unclaimed: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Of one home institution at one place' })
  perHomeInstitution: number | null;

  @ApiProperty({ type: [QuotaGroupResource] })
  groups: QuotaGroupResource[];

  @ApiProperty({ description: 'Days for objections to the provisional list' })
  objectionDays: number;

  @ApiProperty({ description: 'Days in which an appeal is decided' })
  appealDays: number;

  @ApiProperty({ description: 'Of these, days in which it is said whether an appeal is heard' })
  appealAdmissibilityDays: number;

  @ApiProperty({ enum: PANEL_SIZES, description: 'Members that a panel of appeal has at least' })
  appealPanelSize: number;

  @ApiProperty({ description: 'Whether new evidence is a ground of an appeal' })
  appealNewEvidence: boolean;
}

export class CallWithPlacesResource extends CallResource {
  @ApiProperty({
    type: SelectionResource,
    nullable: true,
    description: 'How a ranked call selects; null where it does not rank',
  })
  selection: SelectionResource | null;

  @ApiProperty({ type: [PlaceResource] })
  places: PlaceResource[];
}

export class CallPageResource {
  @ApiProperty({ type: [CallResource] })
  items: CallResource[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Value of `after` for the next page; null at the end',
  })
  next: string | null;
}

export class CallQuery extends pageQuery(100) {
  @ApiPropertyOptional({ enum: PUBLIC_PHASES, description: 'All public phases where absent' })
  @IsOptional()
  @IsIn(PUBLIC_PHASES)
  phase?: CallPhase;

  @ApiPropertyOptional({ enum: CALL_CATEGORIES })
  @IsOptional()
  @IsIn(CALL_CATEGORIES)
  category?: CallCategory;

  @ApiPropertyOptional({ description: 'Host country, ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country?: string;

  @ApiPropertyOptional({
    enum: themes().map(({ code }) => code),
    description: 'One of the themes of the agreement',
  })
  @IsOptional()
  @IsIn(themes().map(({ code }) => code))
  theme?: string;

  @ApiPropertyOptional({
    description: 'ISCED-F 2013; a broader field holds the narrower ones',
    example: '06',
  })
  @IsOptional()
  @Matches(/^[0-9]{2,4}$/, { context: { problem: 'not_in_list' } })
  field?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 8, description: 'Level of the qualifications framework' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8)
  level?: number;

  @ApiPropertyOptional({ description: 'Of instruction or work, BCP 47', example: 'ru' })
  @IsOptional()
  @Matches(/^[a-z]{2,3}$/, { context: { problem: 'not_in_list' } })
  language?: string;

  @ApiPropertyOptional({ enum: COST_ITEMS, description: 'What somebody else pays for' })
  @IsOptional()
  @IsIn(COST_ITEMS)
  paid?: CostItem;

  @ApiPropertyOptional({ enum: ['1'], description: 'Only with a free place' })
  @IsOptional()
  @IsIn(['1'])
  free?: '1';

  @ApiPropertyOptional({ enum: ['1'], description: 'Only calls that admit freemovers' })
  @IsOptional()
  @IsIn(['1'])
  freemovers?: '1';

  @ApiPropertyOptional({ description: 'Search in any script', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ enum: LANGUAGES, description: 'Language of refusals' })
  @IsOptional()
  @IsIn(LANGUAGES)
  lang?: Language;
}

export function callResource(call: CallView, totals: PlaceTotal | undefined): CallResource {
  return {
    id: call.id,
    slug: call.slug,
    category: call.category,
    route: call.route,
    phase: call.phase,
    title: call.title,
    summary: call.summary,
    whoMayApply: call.whoMayApply,
    funding: call.funding,
    themes: [...call.themes],
    academicYear: call.academicYear,
    timeZone: call.timeZone,
    opensAt: call.opensAt.toISOString(),
    closesAt: call.closesAt.toISOString(),
    acceptsUntil: call.acceptsUntil.toISOString(),
    stayFrom: call.stayFrom,
    stayUntil: call.stayUntil,
    maxChoices: call.maxChoices,
    promises: call.promises,
    freemovers: call.freemovers && { maximum: call.freemovers.maximum },
    directions: [...call.directions],
    capacity: totals?.capacity ?? 0,
    free: totals?.free ?? 0,
    freeReserved: totals?.reserved ?? 0,
  };
}

export function selectionResource(
  { route, selection }: CallView,
  places: readonly PlaceView[],
): SelectionResource | null {
  if (route !== 'ranked' || !selection) return null;
  const { review, combination, ranking, seats, windows } = selection;
  const appeals = appealTermsOf(selection);
  const slugs = new Map(places.map(({ institution }) => [institution.id, institution.slug]));
  return {
    criteria: selection.criteria.map((criterion) => ({ ...criterion, anchors: [...criterion.anchors] })),
    reviews: review.perApplication,
    bySide: review.bySide,
    anonymous: [...review.anonymous],
    binding: [...(review.binding ?? [])],
    interview: review.interview,
    feedback: review.feedback === 'summary',
    combination: combination.method,
    minimum: combination.minimum,
    rankedPer: ranking.per,
    tie: ranking.tie,
    filling: seats.filling,
    unclaimed: seats.unclaimed,
    perHomeInstitution: seats.perHomeInstitution,
    groups: seats.groups.map(({ hostInstitutionId, hostCountry, homeCountry, cap }) => ({
      hostInstitution: hostInstitutionId && (slugs.get(hostInstitutionId) ?? null),
      hostCountry,
      homeCountry,
      cap,
    })),
    objectionDays: windows.objectionDays,
    appealDays: windows.appealDays,
    appealAdmissibilityDays: appeals.admissibilityDays,
    appealPanelSize: appeals.panelSize,
    appealNewEvidence: appeals.newEvidence,
  };
}

export function placeResource(place: PlaceView): PlaceResource {
  return {
    id: place.id,
    institution: place.institution.slug,
    fieldCode: place.fieldCode,
    level: place.level,
    language: place.language,
    languageLevel: place.languageLevel,
    months: place.months,
    services: place.services,
    capacity: place.capacity,
    free: place.free,
    unit: place.unitName,
    facilities: place.facilities.map(({ kind, words }) => ({ kind, words })),
    cost: place.cost.map(({ item, payer, amount, per }) => ({
      item,
      payer,
      per,
      minor: amount?.minor ?? null,
      currency: amount?.currency ?? null,
    })),
    reserved: place.reserved.map(({ id, label, count, free }) => ({ id, label, count, free })),
  };
}

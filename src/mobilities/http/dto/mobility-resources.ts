import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { CALL_CATEGORIES } from '../../../calls/public.js';
import type { CallCategory } from '../../../calls/public.js';
import { pageQuery } from '../../../platform/http/page-query.js';
import { STAY_WHENS } from '../../data/stay-filter.js';
import type { StayFilter, StayWhen } from '../../data/stay-filter.js';
import type { MobilityRow } from '../../data/mobility.entity.js';
import { MOBILITY_STATES } from '../../domain/mobility.states.js';
import type { MobilityState } from '../../domain/mobility.states.js';
import { TABLE_FORMATS } from '../../../platform/tables/table-file.js';
import type { TableFormat } from '../../../platform/tables/table-file.js';

const COUNTRY = /^[A-Z]{2}$/;

class StaysAsked {
  @ApiPropertyOptional({
    enum: STAY_WHENS,
    default: 'all',
    description:
      'Who is there today, comes or leaves this month, or was not certified although the day has passed',
  })
  @IsOptional()
  @IsIn(STAY_WHENS)
  when: StayWhen = 'all';

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(COUNTRY)
  home?: string;

  @ApiPropertyOptional({ description: 'ISO 3166-1 alpha-2' })
  @IsOptional()
  @Matches(COUNTRY)
  host?: string;

  @ApiPropertyOptional({ enum: CALL_CATEGORIES })
  @IsOptional()
  @IsIn(CALL_CATEGORIES)
  category?: CallCategory;

  @ApiPropertyOptional({ example: '2027/28' })
  @IsOptional()
  @Matches(/^\d{4}\/\d{2}$/)
  year?: string;
}

export class StaysQuery extends IntersectionType(StaysAsked, pageQuery(200)) {}

export class StaysExportQuery extends StaysAsked {
  @ApiProperty({ enum: TABLE_FORMATS })
  @IsIn(TABLE_FORMATS)
  format: TableFormat;
}

export class StayResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({
    format: 'uuid',
    description: 'From which it follows; there whoever may know reads whose stay it is',
  })
  application: string;
  @ApiProperty({ format: 'uuid' })
  call: string;
  @ApiProperty({ format: 'uuid' })
  agreement: string;
  @ApiProperty({ enum: CALL_CATEGORIES })
  category: string;
  @ApiProperty({ example: '2027/28' })
  year: string;
  @ApiProperty({ description: 'ISO 3166-1 alpha-2' })
  homeCountry: string;
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Null: no institution sends them',
  })
  homeInstitution: string | null;
  @ApiProperty({ description: 'ISO 3166-1 alpha-2' })
  hostCountry: string;
  @ApiProperty({ format: 'uuid' })
  hostInstitution: string;
  @ApiProperty({ enum: MOBILITY_STATES })
  state: MobilityState;
  @ApiProperty({ type: Date })
  since: Date;
  @ApiProperty({ format: 'date' })
  plannedFrom: string;
  @ApiProperty({ format: 'date' })
  plannedUntil: string;
  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'As the host certified it' })
  arrivedOn: string | null;
  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'As the host certified it' })
  departedOn: string | null;
}

export class StayPageResource {
  @ApiProperty({ type: [StayResource] })
  items: readonly StayResource[];
  @ApiProperty({ type: String, nullable: true })
  next: string | null;
}

/** What is asked for, as lists take it. */
export function askedFor(
  { when, home, host, category, year }: StaysAsked,
  day: string,
): Omit<StayFilter, 'after' | 'limit'> {
  return {
    when,
    day,
    ...(home ? { homeCountry: home } : {}),
    ...(host ? { hostCountry: host } : {}),
    ...(category ? { category } : {}),
    ...(year ? { academicYear: year } : {}),
  };
}

export function stayResource(stay: MobilityRow): StayResource {
  const { id, category, homeCountry, hostCountry, state, plannedFrom, plannedUntil, arrivedOn, departedOn } =
    stay;
  return {
    id,
    application: stay.applicationId,
    call: stay.callId,
    agreement: stay.agreementId,
    category,
    year: stay.academicYear,
    homeCountry,
    homeInstitution: stay.homeInstitutionId,
    hostCountry,
    hostInstitution: stay.hostInstitutionId,
    state,
    since: stay.stateSince,
    plannedFrom,
    plannedUntil,
    arrivedOn,
    departedOn,
  };
}

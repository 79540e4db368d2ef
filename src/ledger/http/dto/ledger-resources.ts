import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import type { EntryView } from '../../data/entries.js';
import type { BalanceRow } from '../../domain/balance.js';
import { BASES } from '../../domain/entry.js';
import { EXPORTED } from '../../operations/export-ledger.js';
import type { Exported } from '../../operations/export-ledger.js';
import { GROUPINGS } from '../ledger-address.js';
import type { Grouping } from '../ledger-address.js';
import { TABLE_FORMATS } from '../../../platform/tables/table-file.js';
import type { TableFormat } from '../../../platform/tables/table-file.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

class LedgerFilter {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  agreement?: string;
  @ApiPropertyOptional({ example: '2027/28' })
  @IsOptional()
  @Matches(/^\d{4}\/\d{2}$/)
  year?: string;
  @ApiPropertyOptional({ example: 'student' })
  @IsOptional()
  @Matches(/^[a-z_]{1,40}$/)
  category?: string;
}

class DatedFilter extends LedgerFilter {
  @ApiPropertyOptional({ format: 'date', description: 'Of which day; today where it is absent' })
  @IsOptional()
  @Matches(DAY)
  @IsISO8601({ strict: true })
  on?: string;
  @ApiPropertyOptional({ format: 'date', description: 'As it was known at the end of this day, by UTC' })
  @IsOptional()
  @Matches(DAY)
  @IsISO8601({ strict: true })
  knownOn?: string;
}

export class BalancesQuery extends DatedFilter {
  @ApiPropertyOptional({ enum: GROUPINGS })
  @IsOptional()
  @IsIn(GROUPINGS)
  by?: Grouping;
}

export class EntriesQuery extends LedgerFilter {
  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,18}$/)
  after?: string;
}

/** The days are asked of balances alone. */
export class LedgerExportQuery extends DatedFilter {
  @ApiPropertyOptional({ enum: EXPORTED, default: 'entries' })
  @IsOptional()
  @IsIn(EXPORTED)
  what: Exported = 'entries';
  @ApiProperty({ enum: TABLE_FORMATS })
  @IsIn(TABLE_FORMATS)
  format: TableFormat;
}

export class BalanceResource {
  @ApiProperty({ description: 'ISO 3166-1 alpha-2' })
  homeCountry: string;
  @ApiProperty({ description: 'ISO 3166-1 alpha-2' })
  hostCountry: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  agreement: string | null;
  @ApiProperty({ type: String, nullable: true })
  year: string | null;
  @ApiProperty({ type: String, nullable: true })
  category: string | null;
  @ApiProperty({ enum: BASES })
  basis: (typeof BASES)[number];
  @ApiProperty({
    description: '`person`, `person_day`, or an ISO 4217 code whose amounts are in minor units',
  })
  unit: string;
  @ApiProperty({ type: Number })
  amount: number;
}

export class BalancesResource {
  @ApiProperty({ type: [BalanceResource] })
  items: readonly BalanceResource[];
}

class EntryLineResource {
  @ApiProperty({ enum: ['received', 'sent', 'cost', 'paid', 'conversion'] })
  book: string;
  @ApiProperty({ type: String, nullable: true })
  payer: string | null;
  @ApiProperty()
  unit: string;
  @ApiProperty({ type: Number })
  amount: number;
}

class EntryResource {
  @ApiProperty({ description: 'Its number' })
  id: string;
  @ApiProperty()
  act: string;
  @ApiProperty({ enum: BASES })
  basis: (typeof BASES)[number];
  @ApiProperty({ format: 'date', description: 'Of which day it tells' })
  occurredOn: string;
  @ApiProperty({ type: Date, description: 'When it was recorded' })
  recordedAt: Date;
  @ApiProperty({ type: String, nullable: true, description: 'The entry that it takes back' })
  reverses: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The entry in whose place it stands' })
  replaces: string | null;
  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
  @ApiProperty()
  homeCountry: string;
  @ApiProperty()
  hostCountry: string;
  @ApiProperty({ format: 'uuid' })
  agreement: string;
  @ApiProperty()
  year: string;
  @ApiProperty()
  category: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  stay: string | null;
  @ApiProperty({ type: [EntryLineResource], description: 'Of each unit they add up to nothing' })
  lines: readonly EntryLineResource[];
}

export class EntriesResource {
  @ApiProperty({ type: [EntryResource] })
  items: readonly EntryResource[];
  @ApiProperty({ type: String, nullable: true })
  next: string | null;
}

export function balanceResource(row: BalanceRow): BalanceResource {
  const { homeCountry, hostCountry, agreementId, academicYear, category, basis, unit, amount } = row;
  return {
    homeCountry,
    hostCountry,
    agreement: agreementId,
    year: academicYear,
    category,
    basis,
    unit,
    amount,
  };
}

export function entryResource(entry: EntryView): EntryResource {
  const { id, act, basis, occurredOn, recordedAt, reverses, replaces, reason } = entry;
  const { homeCountry, hostCountry, agreementId, academicYear, category, stayId, lines } = entry;
  return {
    id,
    act,
    basis,
    occurredOn,
    recordedAt,
    reverses,
    replaces,
    reason,
    homeCountry,
    hostCountry,
    agreement: agreementId,
    year: academicYear,
    category,
    stay: stayId,
    lines,
  };
}

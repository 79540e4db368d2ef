import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { pageQuery } from '../../../platform/http/page-query.js';
import type { ExchangeSide } from '../../../shared/actor.js';
import type { LocalizedText } from '../../../shared/language.js';
import { GATE_TABS } from '../../data/gates.repository.js';
import type { GateTab } from '../../data/gates.repository.js';
import type { GateRuleRow } from '../../data/gate-rule.entity.js';
import { HIT_STATES } from '../../data/screening-hit.entity.js';
import type { HitState } from '../../data/screening-hit.entity.js';
import { GATE_KINDS } from '../../domain/gate-rule.js';
import type { GateKind } from '../../domain/gate-rule.js';
import { GATE_STATES, GATE_VERDICTS } from '../../domain/gate.states.js';
import type { GateState, GateVerdict } from '../../domain/gate.states.js';
import type { ListedGate, OpenGate } from '../../operations/read-gates.js';
import { HIT_VERDICTS } from '../../operations/decide-hit.js';
import type { HitVerdict } from '../../operations/decide-hit.js';
import { GATE_REASONS } from '../../operations/settle-gate.js';
import type { GateReason } from '../../operations/settle-gate.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export class GateQuery extends pageQuery(200) {
  @ApiPropertyOptional({ enum: GATE_TABS, default: 'waiting' })
  @IsOptional()
  @IsIn(GATE_TABS)
  tab: GateTab = 'waiting';
}

class TextsResource implements LocalizedText {
  @ApiProperty()
  @IsString()
  sr: string;

  @ApiProperty()
  @IsString()
  ru: string;

  @ApiProperty()
  @IsString()
  en: string;
}

class EvidenceAskedResource {
  @ApiProperty()
  @IsString()
  @MaxLength(40)
  id: string;

  @ApiProperty({ type: TextsResource })
  @ValidateNested()
  @Type(() => TextsResource)
  name: TextsResource;
}

export class GateResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ example: 'application', description: 'What it stands before' })
  subjectKind: string;

  @ApiProperty({ format: 'uuid' })
  subjectId: string;

  @ApiProperty()
  reference: string;

  @ApiProperty({ enum: GATE_KINDS })
  kind: GateKind;

  @ApiProperty({ description: 'Whose gate it is, ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty({ enum: ['home', 'host'] })
  side: ExchangeSide;

  @ApiProperty({ enum: GATE_STATES })
  state: GateState;

  @ApiProperty({ format: 'date-time' })
  since: string;

  @ApiProperty({ format: 'date-time', description: 'Until when the country has promised its word' })
  dueAt: string;

  @ApiProperty({ format: 'date', description: 'The last day of the stay' })
  neededUntil: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  expiresOn: string | null;
}

class EvidenceFileResource {
  @ApiProperty({ format: 'uuid', description: 'For `GET /gates/{id}/evidence/{file}`' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  version: number;

  @ApiProperty({ description: 'Whether it is the newest for its item' })
  current: boolean;

  @ApiProperty()
  sha256: string;
}

class EvidenceResource {
  @ApiProperty({ type: String, nullable: true, description: 'Which of what the rule asks for' })
  item: string | null;

  @ApiProperty()
  words: string;

  @ApiProperty({ type: EvidenceFileResource, nullable: true })
  file: EvidenceFileResource | null;

  @ApiProperty({
    type: String,
    format: 'date',
    nullable: true,
    description: 'The last day on which it holds',
  })
  validUntil: string | null;

  @ApiProperty({ format: 'date-time' })
  at: string;
}

class HitResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: HIT_STATES })
  state: HitState;

  @ApiProperty()
  list: string;

  @ApiProperty()
  version: string;

  @ApiProperty({ description: 'Of the entry, as the list calls it' })
  entry: string;

  @ApiProperty()
  ownName: string;

  @ApiProperty()
  listedName: string;

  @ApiProperty({ description: '0 to 1' })
  score: number;

  @ApiProperty({ enum: ['same', 'unknown'] })
  birthYear: string;

  @ApiProperty({ type: String, nullable: true })
  reason: string | null;
}

export class HitBody {
  @ApiProperty({ enum: HIT_VERDICTS })
  @IsIn(HIT_VERDICTS)
  verdict: HitVerdict;

  @ApiProperty({ maxLength: 4000 })
  @IsString()
  reason: string;
}

export class OpenGateResource extends GateResource {
  @ApiProperty({ type: [HitResource] })
  hits: HitResource[];

  @ApiProperty({ type: [EvidenceAskedResource] })
  asked: EvidenceAskedResource[];

  @ApiProperty({ type: [EvidenceResource] })
  evidence: EvidenceResource[];

  @ApiProperty({ type: String, nullable: true, enum: [...GATE_REASONS, null] })
  reasonCode: string | null;

  @ApiProperty({ type: String, nullable: true })
  reasonText: string | null;

  @ApiProperty({ type: [String] })
  conditions: string[];

  @ApiProperty({ type: String, nullable: true, description: 'What whoever applies is told of a refusal' })
  toldText: string | null;
}

export class GatePageResource {
  @ApiProperty({ type: [GateResource] })
  items: GateResource[];

  @ApiProperty({ type: String, nullable: true, description: 'Given back as `after`; null at the end' })
  next: string | null;
}

export class SettlementBody {
  @ApiProperty({ enum: GATE_VERDICTS })
  @IsIn(GATE_VERDICTS)
  verdict: GateVerdict;

  @ApiProperty({ enum: GATE_REASONS })
  @IsIn(GATE_REASONS)
  reasonCode: GateReason;

  @ApiProperty({ maxLength: 4000 })
  @IsString()
  reasonText: string;

  @ApiPropertyOptional({ maxLength: 2000, description: 'Needed to refuse: what whoever applies may know' })
  @IsOptional()
  @IsString()
  toldText?: string;

  @ApiPropertyOptional({ type: [String], description: 'Needed to clear with conditions' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  conditions?: string[];

  @ApiPropertyOptional({ format: 'date', description: 'The last day on which the word holds' })
  @IsOptional()
  @Matches(DAY, { context: { problem: 'not_date' } })
  expiresOn?: string;
}

export class SettlementAnswer {
  @ApiProperty({ enum: GATE_STATES })
  state: GateState;
}

export class EvidenceBody {
  @ApiPropertyOptional({ description: 'Which of what the rule asks for' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  item?: string;

  @ApiProperty({ maxLength: 4000 })
  @IsString()
  words: string;

  @ApiPropertyOptional({ format: 'date', description: 'The last day on which it holds' })
  @IsOptional()
  @Matches(DAY, { context: { problem: 'not_date' } })
  validUntil?: string;
}

export class EvidenceFileBody extends EvidenceBody {
  @ApiProperty({ type: String, format: 'binary' })
  file: unknown;
}

export class ReopeningBody {
  @ApiProperty({ maxLength: 4000 })
  @IsString()
  reason: string;
}

/** A rule as it is said. */
export class GateRuleBody {
  @ApiProperty({ enum: GATE_KINDS })
  @IsIn(GATE_KINDS)
  kind: GateKind;

  @ApiProperty({ description: 'ISO 3166-1 alpha-2' })
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country: string;

  @ApiPropertyOptional({ type: String, format: 'uuid', description: 'Absent: for every call' })
  @IsOptional()
  @IsUUID()
  callId?: string;

  @ApiPropertyOptional({ type: [String], description: 'Beginnings of ISCED-F codes; none: every field' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  fields?: string[];

  @ApiPropertyOptional({ type: [String], description: 'None: every category' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(40, { each: true })
  categories?: string[];

  @ApiProperty({ enum: ['home', 'host'], isArray: true })
  @IsArray()
  @IsIn(['home', 'host'], { each: true })
  sides: ExchangeSide[];

  @ApiProperty()
  @IsInt()
  forwardDays: number;

  @ApiProperty()
  @IsInt()
  decideDays: number;

  @ApiProperty({ type: TextsResource })
  @ValidateNested()
  @Type(() => TextsResource)
  office: TextsResource;

  @ApiPropertyOptional({ type: [EvidenceAskedResource] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => EvidenceAskedResource)
  evidence?: EvidenceAskedResource[];

  @ApiPropertyOptional({ description: 'For how long a word holds; absent: for the whole stay' })
  @IsOptional()
  @IsInt()
  validityDays?: number;

  @ApiProperty({ maxLength: 1000, description: 'Where it is written' })
  @IsString()
  source: string;

  @ApiProperty({ format: 'date' })
  @Matches(DAY, { context: { problem: 'not_date' } })
  validFrom: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The rule whose place it takes' })
  @IsOptional()
  @IsUUID()
  replaces?: string;
}

export class GateRuleResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: GATE_KINDS })
  kind: GateKind;

  @ApiProperty()
  country: string;

  @ApiProperty({ type: String, nullable: true })
  callId: string | null;

  @ApiProperty({ type: [String] })
  fields: string[];

  @ApiProperty({ type: [String] })
  categories: string[];

  @ApiProperty({ type: [String] })
  sides: ExchangeSide[];

  @ApiProperty()
  forwardDays: number;

  @ApiProperty()
  decideDays: number;

  @ApiProperty({ type: TextsResource })
  office: LocalizedText;

  @ApiProperty({ type: [EvidenceAskedResource] })
  evidence: EvidenceAskedResource[];

  @ApiProperty({ type: Number, nullable: true })
  validityDays: number | null;

  @ApiProperty()
  source: string;

  @ApiProperty({ description: 'Nobody of the country has confirmed it yet' })
  toVerify: boolean;

  @ApiProperty({ format: 'date' })
  validFrom: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  validUntil: string | null;
}

export class SaidRuleAnswer {
  @ApiProperty({ format: 'uuid' })
  id: string;
}

export function gateResource({ gate, summary }: ListedGate): GateResource {
  return {
    id: gate.id,
    subjectKind: gate.subjectKind,
    subjectId: gate.subjectId,
    reference: summary.reference,
    kind: gate.kind,
    country: gate.country,
    side: gate.side,
    state: gate.state,
    since: gate.stateSince.toISOString(),
    dueAt: gate.dueAt.toISOString(),
    neededUntil: gate.neededUntil,
    expiresOn: gate.expiresOn,
  };
}

export function openGateResource(open: OpenGate): OpenGateResource {
  const { gate, rule, evidence, files, hits } = open;
  return {
    ...gateResource(open),
    hits: hits.map((hit) => ({
      id: hit.id,
      state: hit.state,
      list: hit.entry.list,
      version: hit.entry.version,
      entry: hit.entryKey,
      ownName: hit.ownName,
      listedName: hit.listedName,
      score: Number(hit.score),
      birthYear: hit.birthYear,
      reason: hit.reason,
    })),
    asked: [...rule.evidence],
    evidence: evidence.map(({ item, words, uploadId, validUntil, addedAt }) => {
      const file = files.get(uploadId ?? '');
      return {
        item,
        words,
        file: file
          ? {
              id: file.id,
              name: file.fileName,
              version: file.version,
              current: file.current,
              sha256: file.sha256,
            }
          : null,
        validUntil,
        at: addedAt.toISOString(),
      };
    }),
    reasonCode: gate.reasonCode,
    reasonText: gate.reasonText,
    conditions: gate.conditions,
    toldText: gate.toldText,
  };
}

export function gateRuleResource(rule: GateRuleRow): GateRuleResource {
  return {
    id: rule.id,
    kind: rule.kind,
    country: rule.country,
    callId: rule.callId,
    fields: rule.fields,
    categories: rule.categories,
    sides: rule.sides,
    forwardDays: rule.forwardDays,
    decideDays: rule.decideDays,
    office: rule.office,
    evidence: rule.evidence,
    validityDays: rule.validityDays,
    source: rule.source,
    toVerify: rule.toVerify,
    validFrom: rule.validFrom,
    validUntil: rule.validUntil,
  };
}

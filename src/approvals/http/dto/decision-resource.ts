import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { pageQuery } from '../../../platform/http/page-query.js';
import { showCheckCode } from '../../../documents/public.js';
import type { IssuedDocument } from '../../../documents/public.js';
import { DECISION_TABS } from '../../data/decisions.repository.js';
import type { DecisionTab, WaitingSide } from '../../data/decisions.repository.js';
import { CONDITION_ACTS, CONDITION_STATES } from '../../domain/condition.states.js';
import type { ConditionAct, ConditionState } from '../../domain/condition.states.js';
import type { Standing } from '../../domain/conditions.js';
import { SIDE_STATES, VERDICTS } from '../../domain/decision-side.states.js';
import type { SideState, Verdict } from '../../domain/decision-side.states.js';
import { OUTCOMES } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { SubjectSummary } from '../../domain/subject.js';
import type { ConditionView } from '../../operations/conditions.js';
import { CONDITIONS_MOST, REASON_CODES } from '../../operations/decide-side.js';
import type { ReasonCode } from '../../operations/decide-side.js';
import type { DecisionView, SideView } from '../../operations/decisions.js';

export class DecisionQuery extends pageQuery(200) {
  @ApiPropertyOptional({ enum: DECISION_TABS, default: 'waiting' })
  @IsOptional()
  @IsIn(DECISION_TABS)
  tab: DecisionTab = 'waiting';
}

export class DecisionSubjectResource {
  @ApiProperty({ example: 'application' })
  kind: string;

  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'The number of an application, the name of a call in addresses' })
  reference: string;

  @ApiProperty()
  title: string;

  @ApiProperty({ description: 'BCP 47 tag of the title' })
  titleLang: string;

  @ApiProperty({ description: 'The page of the whole file' })
  href: string;
}

export class SideResource {
  @ApiProperty({ description: 'ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty({ enum: SIDE_STATES })
  state: SideState;

  @ApiProperty({ format: 'date-time' })
  since: string;

  @ApiProperty({ format: 'date-time', description: 'Until when this side has promised to decide' })
  dueAt: string;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When silence of this side comes before the joint commission; null: it is told, and waits',
  })
  tablesAt: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When it did' })
  tabledAt: string | null;

  @ApiProperty({ type: String, nullable: true, enum: [...REASON_CODES, null] })
  reasonCode: string | null;

  @ApiProperty({ type: String, nullable: true })
  reasonText: string | null;

  @ApiProperty({ type: [String] })
  conditions: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What was answered after this side had returned the matter',
  })
  answer: string | null;
}

export class DecisionRecordResource {
  @ApiProperty({ example: 'MOST-2026-RS-D000012' })
  number: string;

  @ApiProperty({ format: 'date-time' })
  issuedAt: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  revokedAt: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'SHA-256 of the file; null while it is prepared',
  })
  sha256: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The signed PDF; null while it is prepared' })
  href: string | null;

  @ApiProperty({ description: 'The page on which anybody who holds it can verify it' })
  verification: string;
}

export class ConditionResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ description: 'Of which side, ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty()
  text: string;

  @ApiProperty({ format: 'date-time' })
  dueAt: string;

  @ApiProperty({ enum: CONDITION_STATES })
  state: ConditionState;

  @ApiProperty({ format: 'date-time' })
  since: string;

  @ApiProperty({ type: String, nullable: true, description: 'How it is met, by whoever it is asked of' })
  evidence: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  evidenceAt: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What the side said when it settled it' })
  note: string | null;
}

export class DecisionResource {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ type: DecisionSubjectResource })
  subject: DecisionSubjectResource;

  @ApiProperty({ description: 'SHA-256 of exactly what is decided on' })
  subjectHash: string;

  @ApiProperty({ format: 'date-time' })
  openedAt: string;

  @ApiProperty({
    enum: OUTCOMES,
    description: 'Derived from both sides: one side alone is never an approval',
  })
  outcome: Outcome;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['agreed_yes', 'agreed_no', null],
    description:
      'What the joint commission settled where the two sides did not agree: it holds in place of `outcome`',
  })
  settledAs: string | null;

  @ApiProperty({ type: SideResource })
  home: SideResource;

  @ApiProperty({ type: SideResource })
  host: SideResource;

  @ApiProperty({
    type: DecisionRecordResource,
    nullable: true,
    description: 'Its signed record, once there is one',
  })
  record: DecisionRecordResource | null;

  @ApiProperty({ type: [ConditionResource], description: 'Of both sides, each followed until it is settled' })
  conditions: ConditionResource[];
}

export class WaitingSideResource {
  @ApiProperty({ format: 'uuid', description: 'Of the decision' })
  id: string;

  @ApiProperty({ type: DecisionSubjectResource })
  subject: DecisionSubjectResource;

  @ApiProperty({ description: 'Whose side this is, ISO 3166-1 alpha-2' })
  country: string;

  @ApiProperty({ enum: ['home', 'host'] })
  side: string;

  @ApiProperty({ enum: SIDE_STATES })
  state: SideState;

  @ApiProperty({ format: 'date-time' })
  since: string;

  @ApiProperty({ format: 'date-time' })
  dueAt: string;

  @ApiProperty({ enum: SIDE_STATES })
  otherState: SideState;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Who has it' })
  heldBy: string | null;
}

export class WaitingSidePageResource {
  @ApiProperty({ type: [WaitingSideResource] })
  items: WaitingSideResource[];

  @ApiProperty({ type: String, nullable: true, description: 'Given back as `after`; null at the end' })
  next: string | null;
}

export class ConditionBody {
  @ApiProperty({ maxLength: 4000 })
  @IsString()
  text: string;

  @ApiProperty({ format: 'date', description: 'Until the end of this day by the clocks of the call' })
  @IsString()
  dueOn: string;
}

export class VerdictBody {
  @ApiProperty({ example: 'RS', description: 'For which country, ISO 3166-1 alpha-2' })
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country: string;

  @ApiProperty({ enum: VERDICTS })
  @IsIn(VERDICTS)
  verdict: Verdict;

  @ApiPropertyOptional({ enum: REASON_CODES, description: 'Needed to return or reject' })
  @IsOptional()
  @IsIn(REASON_CODES)
  reasonCode?: ReasonCode;

  @ApiPropertyOptional({ maxLength: 4000, description: 'Needed to return or reject' })
  @IsOptional()
  @IsString()
  reasonText?: string;

  @ApiPropertyOptional({ type: [ConditionBody], description: 'Needed to approve with conditions' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(CONDITIONS_MOST)
  @ValidateNested({ each: true })
  @Type(() => ConditionBody)
  conditions?: ConditionBody[];
}

export class SettleBody {
  @ApiProperty({ enum: CONDITION_ACTS })
  @IsIn(CONDITION_ACTS)
  act: ConditionAct;

  @ApiPropertyOptional({ maxLength: 4000, description: 'Needed unless it is met' })
  @IsOptional()
  @IsString()
  note: string = '';
}

export class SettleAnswer {
  @ApiProperty({
    enum: ['open', 'satisfied', 'failed'],
    description: 'What the conditions of both sides come to together',
  })
  standing: Standing;
}

export class VerdictAnswer {
  @ApiProperty({ enum: OUTCOMES })
  outcome: Outcome;
}

export function decisionResource(
  decision: DecisionView,
  summary: SubjectSummary,
  conditions: readonly ConditionView[],
  record: IssuedDocument | null,
): DecisionResource {
  return {
    id: decision.id,
    subject: subjectResource(decision.subject, summary),
    subjectHash: decision.subjectHash,
    openedAt: decision.openedAt.toISOString(),
    outcome: decision.outcome,
    settledAs: decision.settledAs,
    home: sideResource(decision.home),
    host: sideResource(decision.host),
    record: record && {
      number: record.number,
      issuedAt: record.issuedAt.toISOString(),
      revokedAt: record.revokedAt?.toISOString() ?? null,
      sha256: record.sha256,
      href: record.ready && !record.revokedAt ? `/api/v1/approvals/${decision.id}/record.pdf` : null,
      verification: `/verify/${record.number}?code=${showCheckCode(record.checkCode)}`,
    },
    conditions: conditions.map(conditionResource),
  };
}

export function conditionResource(condition: ConditionView): ConditionResource {
  const { id, country, text, state } = condition;
  return {
    id,
    country,
    text,
    dueAt: condition.dueAt.toISOString(),
    state,
    since: condition.stateSince.toISOString(),
    evidence: condition.evidenceText,
    evidenceAt: condition.evidenceAt?.toISOString() ?? null,
    note: condition.settledNote,
  };
}

export function waitingSideResource(side: WaitingSide, summary: SubjectSummary): WaitingSideResource {
  return {
    id: side.decisionId,
    subject: subjectResource({ kind: side.subjectKind, id: side.subjectId }, summary),
    country: side.country,
    side: side.side,
    state: side.state,
    since: side.stateSince.toISOString(),
    dueAt: side.dueAt.toISOString(),
    otherState: side.otherState,
    heldBy: side.heldBy,
  };
}

function subjectResource(
  { kind, id }: { readonly kind: string; readonly id: string },
  { reference, title, titleLang, href }: SubjectSummary,
): DecisionSubjectResource {
  return { kind, id, reference, title, titleLang, href };
}

function sideResource(side: SideView): SideResource {
  return {
    country: side.country,
    state: side.state,
    since: side.since.toISOString(),
    dueAt: side.dueAt.toISOString(),
    tablesAt: side.tablesAt?.toISOString() ?? null,
    tabledAt: side.tabledAt?.toISOString() ?? null,
    reasonCode: side.reasonCode,
    reasonText: side.reasonText,
    conditions: [...side.conditions],
    answer: side.answer,
  };
}

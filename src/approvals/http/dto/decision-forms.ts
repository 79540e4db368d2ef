import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { CONDITION_ACTS } from '../../domain/condition.states.js';
import type { ConditionAct } from '../../domain/condition.states.js';
import { VERDICTS } from '../../domain/decision-side.states.js';
import type { Verdict } from '../../domain/decision-side.states.js';
import { REASON_CODES } from '../../operations/decide-side.js';
import type { ReasonCode } from '../../operations/decide-side.js';

const empty = ({ value }: { readonly value: unknown }) => (value === '' ? undefined : value);

/** The decision panel of one side. What a verdict needs besides is asked by the operation. */
export class VerdictForm {
  @MaxLength(2)
  @IsString()
  country: string;

  @IsIn(VERDICTS, { context: { problem: 'required_choice' } })
  verdict: Verdict;

  @IsOptional()
  @IsIn(REASON_CODES)
  @Transform(empty)
  reasonCode?: ReasonCode;

  @IsOptional()
  @IsString()
  @Transform(empty)
  reasonText?: string;
}

/** What the side that set a condition says of it. */
export class SettleForm {
  @IsIn(CONDITION_ACTS, { context: { problem: 'required_choice' } })
  act: ConditionAct;

  @IsOptional()
  @IsString()
  note: string = '';
}

import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { GATE_VERDICTS } from '../../domain/gate.states.js';
import type { GateVerdict } from '../../domain/gate.states.js';
import { GATE_REASONS } from '../../operations/settle-gate.js';
import type { GateReason } from '../../operations/settle-gate.js';

const empty = ({ value }: { readonly value: unknown }) => (value === '' ? undefined : value);

/** The panel of a gate. What a verdict needs besides is asked by the operation. */
export class SettlementForm {
  @IsIn(GATE_VERDICTS, { context: { problem: 'required_choice' } })
  verdict: GateVerdict;

  @IsOptional()
  @IsIn(GATE_REASONS)
  @Transform(empty)
  reasonCode?: GateReason;

  @IsOptional()
  @IsString()
  @Transform(empty)
  reasonText?: string;

  @IsOptional()
  @IsString()
  @Transform(empty)
  toldText?: string;

  /** One condition on each line. */
  @IsOptional()
  @IsString()
  conditions?: string;
}

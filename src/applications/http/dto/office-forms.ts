import { Transform } from 'class-transformer';
import { IsArray, IsIn, IsOptional, IsString } from 'class-validator';
import { HOST_ANSWERS, HOST_REASONS } from '../../operations/answer-nomination.js';
import type { HostAnswer, HostReason } from '../../operations/answer-nomination.js';

const listed = ({ value }: { readonly value: unknown }): unknown =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const text = ({ value }: { readonly value: unknown }): unknown => value ?? '';
const unlessEmpty = ({ value }: { readonly value: unknown }): unknown => (value === '' ? undefined : value);

/** What each form of the decision panel sends; what of it an act needs is asked by its operation. */
export class ReturnForm {
  @IsString({ each: true })
  @IsArray()
  @Transform(listed)
  fields: string[] = [];

  @IsString()
  @Transform(text)
  reason: string = '';
}

export class IneligibleForm {
  @IsString()
  @Transform(text)
  reason: string = '';
}

export class NominateForm {
  @IsString()
  @Transform(text)
  placeId: string = '';

  @IsString()
  @Transform(text)
  endorsement: string = '';
}

export class NominationAnswerForm {
  @IsIn(HOST_ANSWERS, { context: { problem: 'required_choice' } })
  answer: HostAnswer;

  @IsOptional()
  @IsIn(HOST_REASONS)
  @Transform(unlessEmpty)
  reasonCode?: HostReason;

  @IsOptional()
  @IsString()
  @Transform(unlessEmpty)
  reasonText?: string;
}

export class MinistryAnswerForm {
  @IsString()
  country: string;

  @IsString()
  @Transform(text)
  answer: string = '';
}

import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import type { AppealRow } from '../../data/appeal.entity.js';
import type { AppealWordsRow } from '../../data/appeal-words.entity.js';
import { APPEAL_STATES } from '../../domain/appeal.states.js';
import { GROUNDS, INADMISSIBLE_CODES, STAGES, SUBJECTS } from '../../domain/appeal-rules.js';
import { STATEMENT_MAX } from '../../operations/lodge-appeal.js';

export class AppealRequest {
  @ApiProperty({ enum: GROUNDS, description: 'New evidence only where the call admits it' })
  @IsIn(GROUNDS)
  ground: (typeof GROUNDS)[number];
  @ApiProperty({ maxLength: STATEMENT_MAX, description: 'In whatever language' })
  @IsString()
  @MaxLength(STATEMENT_MAX)
  text: string;
}

/** An appeal without a word of it. */
export class AppealResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  application: string;
  @ApiProperty({ enum: SUBJECTS, description: 'Against what it is' })
  subject: (typeof SUBJECTS)[number];
  @ApiProperty({ enum: APPEAL_STATES })
  state: (typeof APPEAL_STATES)[number];
  @ApiProperty({ type: Date })
  stateSince: Date;
  @ApiProperty({ enum: GROUNDS, nullable: true })
  ground: (typeof GROUNDS)[number] | null;
  @ApiProperty({ type: Date, nullable: true })
  lodgedAt: Date | null;
  @ApiProperty({ type: Date, nullable: true, description: 'Until when it is said whether it is heard' })
  admitUntil: Date | null;
  @ApiProperty({ type: Date, nullable: true, description: 'Until when it is decided' })
  decideUntil: Date | null;
  @ApiProperty({ enum: INADMISSIBLE_CODES, nullable: true, description: 'Why it is not heard' })
  inadmissibleCode: (typeof INADMISSIBLE_CODES)[number] | null;
  @ApiProperty({ enum: STAGES, nullable: true, description: 'Which stage it reopened' })
  stage: (typeof STAGES)[number] | null;
  @ApiProperty({ type: Number, nullable: true })
  votesFor: number | null;
  @ApiProperty({ type: Number, nullable: true })
  votesAgainst: number | null;
  @ApiProperty({ type: Date, nullable: true })
  decidedAt: Date | null;
}

export class AppealsResource {
  @ApiProperty({ type: [AppealResource] })
  items: AppealResource[];
}

/** With what it says, and what was answered, for whoever may read that. */
export class AppealContentResource extends AppealResource {
  @ApiProperty({ type: String, nullable: true })
  statement: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it is not heard' })
  admissibility: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it was decided so' })
  reasoning: string | null;
}

export function appealResource(appeal: AppealRow): AppealResource {
  return {
    id: appeal.id,
    application: appeal.applicationId,
    subject: appeal.subject,
    state: appeal.state,
    stateSince: appeal.stateSince,
    ground: appeal.ground,
    lodgedAt: appeal.lodgedAt,
    admitUntil: appeal.admitUntil,
    decideUntil: appeal.decideUntil,
    inadmissibleCode: appeal.inadmissibleCode,
    stage: appeal.stage,
    votesFor: appeal.votesFor,
    votesAgainst: appeal.votesAgainst,
    decidedAt: appeal.decidedAt,
  };
}

export function appealContentResource(
  appeal: AppealRow,
  words: ReadonlyMap<AppealWordsRow['kind'], AppealWordsRow>,
): AppealContentResource {
  return {
    ...appealResource(appeal),
    statement: words.get('statement')?.text ?? null,
    admissibility: words.get('admissibility')?.text ?? null,
    reasoning: words.get('reasoning')?.text ?? null,
  };
}

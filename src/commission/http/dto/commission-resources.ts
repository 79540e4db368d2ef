import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { SessionRecord } from '../../data/commission.repository.js';
import { ITEM_STATES, PROTOCOL_STATES, SESSION_STATES } from '../../domain/commission.states.js';
import { BALLOTS, BREAK_REASONS, OUTCOMES } from '../../domain/procedure.js';
import type { NamedItem, OpenItem, OpenProtocol } from '../../operations/read-commission.js';

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export class SessionsQuery {
  @ApiPropertyOptional({ format: 'date', description: 'First day, in the zone of the session' })
  @IsOptional()
  @Matches(DAY, { context: { problem: 'not_date' } })
  from?: string;
  @ApiPropertyOptional({ format: 'date', description: 'Last day' })
  @IsOptional()
  @Matches(DAY, { context: { problem: 'not_date' } })
  until?: string;
  @ApiPropertyOptional({ maxLength: 200, description: 'In a number, a title or a decision' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  text?: string;
}

export class CommissionItemResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: ['decision', 'matter', 'rules'] })
  kind: string;
  @ApiProperty({ enum: ['divergence', 'overdue', 'tabled'] })
  origin: string;
  @ApiProperty({ enum: ITEM_STATES })
  state: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  decision: string | null;
  @ApiProperty({
    description: 'Number or name of what a decision is about; empty where it is not yours to see',
  })
  reference: string;
  @ApiProperty({ type: Date })
  tabledAt: Date;
}

export class CommissionFileResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  fileName: string;
  @ApiProperty()
  sizeBytes: number;
  @ApiProperty({ description: 'SHA-256 of the content' })
  sha256: string;
  @ApiProperty({ type: Date })
  uploadedAt: Date;
}

export class CommissionMatterResource extends CommissionItemResource {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object' },
    description: 'Title and text in the language of each country; empty of a decision',
  })
  words: Readonly<Record<string, object>>;
  @ApiProperty({ type: [CommissionFileResource], description: 'Documents on a matter' })
  files: CommissionFileResource[];
  @ApiProperty({ type: [String], description: 'Sessions on whose agenda it stood, the newest first' })
  sessions: string[];
}

export class CommissionItemsResource {
  @ApiProperty({ type: [CommissionItemResource] })
  items: CommissionItemResource[];
}

export class CommissionVoteResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ enum: BALLOTS })
  ballot: string;
  @ApiProperty({ type: Date })
  openedAt: Date;
  @ApiProperty({ type: Date, nullable: true })
  closedAt: Date | null;
  @ApiProperty({ type: String, nullable: true, enum: ['yes', 'no', 'none', null] })
  result: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: [...BREAK_REASONS, null],
    description: 'Why it was broken off: it has no result, and its votes count nowhere',
  })
  brokenOff: string | null;
  @ApiProperty({
    type: 'array',
    items: { type: 'object' },
    nullable: true,
    description: 'By country; of a secret vote one for all',
  })
  tally: object[] | null;
  @ApiProperty({ type: [String], description: 'Who gave a vote' })
  voted: string[];
}

export class CommissionDealtResource {
  @ApiProperty({ type: CommissionItemResource, nullable: true, description: 'Null: you are bound to it' })
  item: CommissionItemResource | null;
  @ApiProperty({ type: String, nullable: true, enum: [...OUTCOMES, null] })
  outcome: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'In the language of each country',
  })
  decision: Readonly<Record<string, string>>;
  @ApiProperty({ type: [String], description: 'Who stood aside' })
  recused: string[];
  @ApiProperty({ type: [CommissionVoteResource] })
  votes: CommissionVoteResource[];
}

export class CommissionSessionResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  number: string;
  @ApiProperty({ type: [String] })
  countries: string[];
  @ApiProperty({ enum: SESSION_STATES })
  state: string;
  @ApiProperty({ type: Date, description: 'For when it is planned' })
  startsAt: Date;
  @ApiProperty({ type: Date, nullable: true, description: 'When it was held: from' })
  openedAt: Date | null;
  @ApiProperty({ type: Date, nullable: true, description: 'Until' })
  closedAt: Date | null;
  @ApiProperty()
  timeZone: string;
  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'The item that is dealt with' })
  currentItem: string | null;
  @ApiProperty()
  rulesVersion: number;
  @ApiProperty({ type: [String], description: 'Who is there' })
  present: string[];
  @ApiProperty({ type: [CommissionDealtResource] })
  agenda: CommissionDealtResource[];
}

export class CommissionSessionsResource {
  @ApiProperty({ type: [CommissionSessionResource] })
  items: CommissionSessionResource[];
}

export class CommissionProtocolResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  number: string;
  @ApiProperty({ enum: PROTOCOL_STATES })
  state: string;
  @ApiProperty({ format: 'uuid' })
  session: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  amends: string | null;
  @ApiProperty({ description: 'SHA-256 of the text that both agree to and sign' })
  hash: string;
  @ApiProperty({ type: [String], description: 'Countries that agreed to it' })
  agreed: string[];
  @ApiProperty({ type: [String] })
  signed: string[];
  @ApiProperty({ type: 'array', items: { type: 'object' } })
  sections: object[];
  @ApiProperty({ description: 'A section is not yours to read: somebody else of your side agrees and signs' })
  withheld: boolean;
}

export function itemResource({ item, summary }: NamedItem): CommissionItemResource {
  return {
    id: item.id,
    kind: item.kind,
    origin: item.origin,
    state: item.state,
    decision: item.decisionId,
    reference: summary?.reference ?? '',
    tabledAt: item.tabledAt,
  };
}

export function matterResource(open: OpenItem): CommissionMatterResource {
  return {
    ...itemResource(open),
    words: open.item.words,
    files: open.files.map(({ id, fileName, sizeBytes, sha256, uploadedAt }) => ({
      id,
      fileName,
      sizeBytes,
      sha256,
      uploadedAt,
    })),
    sessions: open.sessions.map(({ id }) => id),
  };
}

export function sessionResource(
  record: SessionRecord,
  items: readonly NamedItem[],
): CommissionSessionResource {
  const { session, facts, agenda, decided, recusals, votes, ballots } = record;
  return {
    id: session.id,
    number: session.number,
    countries: [...facts.countries],
    state: session.state,
    startsAt: session.startsAt,
    openedAt: session.openedAt,
    closedAt: session.closedAt,
    timeZone: session.timeZone,
    currentItem: session.currentItem,
    rulesVersion: session.rulesVersion,
    present: [...facts.present],
    agenda: agenda.map(({ itemId }) => {
      const named = items.find(({ item }) => item.id === itemId);
      const decision = decided.find((each) => each.itemId === itemId);
      return {
        item: named ? itemResource(named) : null,
        outcome: decision?.outcome ?? null,
        decision: { ...decision?.words },
        recused: recusals.filter((each) => each.itemId === itemId).map(({ personId }) => personId),
        votes: votes
          .filter((each) => each.itemId === itemId)
          .map(({ id, ballot, openedAt, closedAt, result, brokenOff, tally }) => ({
            id,
            ballot,
            openedAt,
            closedAt,
            result,
            brokenOff,
            tally: tally ? [...tally] : null,
            voted: ballots
              .filter(({ voteId, votedAt }) => voteId === id && votedAt)
              .map(({ personId }) => personId),
          })),
      };
    }),
  };
}

export function protocolResource({ protocol, facts, sections }: OpenProtocol): CommissionProtocolResource {
  return {
    id: protocol.id,
    number: protocol.number,
    state: protocol.state,
    session: protocol.sessionId,
    amends: protocol.amendsId,
    hash: protocol.contentHash,
    agreed: facts.agreed.map(({ country }) => country),
    signed: facts.signed.map(({ country }) => country),
    sections: sections.map((section) => ({ ...section })),
    withheld: facts.withheld,
  };
}

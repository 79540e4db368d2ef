import { ApiProperty } from '@nestjs/swagger';
import type { OwnEntry } from '../../data/lists.repository.js';
import type { PublishedList } from '../read-selection.js';

const RESULTS = ['selected', 'reserve', 'not_selected'] as const;
const KINDS = ['provisional', 'final'] as const;

export class WaitingResource {
  @ApiProperty({ format: 'uuid' })
  place: string;
  @ApiProperty({ description: 'As the which of those who wait for it' })
  number: number;
}

export class ListEntryResource {
  @ApiProperty({ description: 'Of the application' })
  number: string;
  @ApiProperty({ enum: RESULTS })
  result: (typeof RESULTS)[number];
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  place: string | null;
  @ApiProperty({ type: [WaitingResource] })
  waits: WaitingResource[];
}

export class ListResource {
  @ApiProperty({ enum: KINDS })
  kind: (typeof KINDS)[number];
  @ApiProperty({ nullable: true, type: Date })
  publishedAt: Date | null;
  @ApiProperty({ nullable: true, type: Date, description: 'Until when objections are heard' })
  objectionsUntil: Date | null;
  @ApiProperty({ description: 'SHA-256 of the list' })
  hash: string;
  @ApiProperty({ description: 'SHA-256 of what it was reckoned from' })
  inputHash: string;
  @ApiProperty()
  rule: string;
  @ApiProperty({ description: 'Of the lot among equals; its own hash was published before' })
  seed: string;
  @ApiProperty({ type: [ListEntryResource] })
  entries: ListEntryResource[];
}

export class OwnChoiceResource {
  @ApiProperty()
  choice: number;
  @ApiProperty({ format: 'uuid' })
  place: string;
  @ApiProperty({ enum: ['given', 'not_needed', 'refused'] })
  outcome: string;
  @ApiProperty({ nullable: true, type: String })
  reason: string | null;
  @ApiProperty({ nullable: true, type: Number })
  rank: number | null;
  @ApiProperty({ nullable: true, type: Number, description: 'The last rank that was admitted' })
  lastRank: number | null;
  @ApiProperty({ nullable: true, type: Number, description: 'The last rank that would have been admitted' })
  neededRank: number | null;
}

export class OwnRankingResource {
  @ApiProperty({ enum: KINDS })
  kind: (typeof KINDS)[number];
  @ApiProperty({ enum: RESULTS })
  result: (typeof RESULTS)[number];
  @ApiProperty({ format: 'uuid', nullable: true, type: String })
  place: string | null;
  @ApiProperty({ nullable: true, type: Number, description: 'Thousandths of 0..100' })
  points: number | null;
  @ApiProperty({ type: [WaitingResource] })
  waits: WaitingResource[];
  @ApiProperty({ type: [OwnChoiceResource] })
  choices: OwnChoiceResource[];
}

export function listResource({ list }: PublishedList): ListResource {
  const { kind, publishedAt, objectionsUntil, contentHash, content } = list;
  return {
    kind,
    publishedAt,
    objectionsUntil,
    hash: contentHash,
    inputHash: content.inputHash,
    rule: content.rule,
    seed: content.seed,
    entries: content.entries.map(({ number, result, placeId, waits }) => ({
      number,
      result,
      place: placeId,
      waits: waits.map((wait) => ({ place: wait.placeId, number: wait.number })),
    })),
  };
}

export function ownRankingResource(entry: OwnEntry): OwnRankingResource {
  return {
    kind: entry.kind,
    result: entry.result,
    place: entry.placeId,
    points: entry.points,
    waits: entry.waits.map(({ placeId, number }) => ({ place: placeId, number })),
    choices: entry.explanation.map(({ choice, place, outcome, reason, rank, lastRank, neededRank }) => ({
      choice,
      place,
      outcome,
      reason,
      rank,
      lastRank,
      neededRank,
    })),
  };
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PartyKind } from '../domain/restricted-list.js';

/** `gone`: a newer version of the list does not hold it, or holds it otherwise, and nobody has to decide any more. */
export const HIT_STATES = ['open', 'true_positive', 'false_positive', 'gone'] as const;
export type HitState = (typeof HIT_STATES)[number];

/** The entry as it was when it was found. */
export interface FoundEntry {
  readonly list: string;
  readonly version: string;
  readonly names: readonly string[];
  readonly birthYears: readonly number[];
  readonly note: string | null;
}

@Entity('screening_hits')
export class ScreeningHitRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') gateId: string;
  @Column('text') country: string;
  @Column('text') partyKind: PartyKind;
  @Column('uuid') partyId: string;
  @Column('uuid') listId: string;
  @Column('uuid') versionId: string;
  @Column('text') entryKey: string;
  @Column('text') entryHash: string;
  @Column('jsonb') entry: FoundEntry;
  /** What of the party, and of the entry, was alike. */
  @Column('text') ownName: string;
  @Column('text') listedName: string;
  @Column('numeric') score: string;
  @Column('text') birthYear: 'same' | 'unknown';
  @Column('text') state: HitState;
  @Column('timestamptz') stateSince: Date;
  @Column('timestamptz') foundAt: Date;
  @Column('uuid', { nullable: true }) decidedBy: string | null;
  @Column('timestamptz', { nullable: true }) decidedAt: Date | null;
  @Column('text', { nullable: true }) reason: string | null;
}

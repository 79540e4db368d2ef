import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SettledOutcome } from '../domain/outcome.js';

@Entity('decisions')
export class DecisionRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') subjectKind: string;
  @Column('uuid') subjectId: string;
  @Column('text') subjectHash: string;
  @Column('text') homeCountry: string;
  @Column('text') hostCountry: string;
  @Column('uuid', { array: true }) preparers: string[];
  /** Whom it is about, and whose people do not decide on it. */
  @Column('uuid', { array: true }) aboutPersons: string[];
  @Column('uuid', { array: true }) barredInstitutions: string[];
  /** So many days after its promise a side that has not spoken comes before the joint commission; null: it is told, and waits. */
  @Column('integer', { nullable: true }) tabledAfterDays: number | null;
  @Column('timestamptz') openedAt: Date;
  @Column('timestamptz', { nullable: true }) closedAt: Date | null;
  /** When whoever asked for it withdrew, while it was still open. */
  @Column('timestamptz', { nullable: true }) withdrawnAt: Date | null;
  /** By the joint commission, where the two sides did not agree; by which protocol, and as what it was put again. */
  @Column('text', { nullable: true }) settledAs: SettledOutcome | null;
  @Column('timestamptz', { nullable: true }) settledAt: Date | null;
  @Column('uuid', { nullable: true }) protocolId: string | null;
  @Column('uuid', { nullable: true }) successorId: string | null;
}

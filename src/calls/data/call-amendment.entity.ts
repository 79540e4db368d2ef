import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';

/** What changed of a call after both countries had approved its text. */
@Entity('call_amendments')
export class CallAmendmentEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  callId: Id;

  @Column('integer')
  number: number;

  @Column('text')
  kind: 'deadline';

  @Column('jsonb')
  changes: Readonly<Record<string, unknown>>;

  @Column('jsonb')
  reason: LocalizedText;

  @Column('timestamptz')
  madeAt: Date;
}

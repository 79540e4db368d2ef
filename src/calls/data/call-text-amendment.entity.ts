import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { AmendedWords } from '../domain/amendment.js';
import type { FormDefinition } from '../domain/form.js';

/** What is to change of the words and the form of a published call. */
@Entity('call_text_amendments')
export class CallTextAmendmentEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  callId: Id;

  @Column('text')
  state: 'draft' | 'in_effect' | 'discarded';

  @Column('jsonb')
  words: AmendedWords;

  /** Null where the form stays. */
  @Column('jsonb', { nullable: true })
  form: FormDefinition | null;

  @Column('jsonb')
  reason: LocalizedText;

  /** Moves with every change of what it says. */
  @Column('integer')
  version: number;

  @Column('timestamptz')
  begunAt: Date;

  @Column('timestamptz', { nullable: true })
  endedAt: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { CallText } from '../domain/call-draft.js';

/** Of a deadline: both instants, ISO 8601. */
export interface StoredMove {
  readonly from: string;
  readonly to: string;
}

/** Of a text: the hash that both countries approved, the words before and after, the versions of the form. */
export interface StoredText {
  readonly hash: string;
  readonly words: Readonly<
    Partial<Record<CallText, { readonly from: LocalizedText; readonly to: LocalizedText }>>
  >;
  readonly form?: { readonly from: number; readonly to: number };
}

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
  kind: 'deadline' | 'text';

  @Column('jsonb')
  changes: StoredMove | StoredText;

  @Column('jsonb')
  reason: LocalizedText;

  @Column('timestamptz')
  madeAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** A code with which somebody applies to a call that others cannot apply to. */
@Entity('call_access_codes')
export class AccessCodeEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  callId: Id;

  @Column('text')
  codeHash: string;

  /** Of the address of the one for whom it is; null: for whoever has it. */
  @Column('text', { nullable: true })
  emailHash: string | null;

  @Column('integer')
  maxUses: number;

  @Column('integer')
  uses: number;

  @Column('timestamptz')
  validUntil: Date;

  @Column('text')
  reason: string;

  @Column('timestamptz')
  madeAt: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt: Date | null;
}

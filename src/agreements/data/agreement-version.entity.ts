import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { AgreementContent, Closing } from '../domain/agreement.js';
import type { VersionState } from '../domain/agreement.states.js';

@Entity('agreement_versions')
export class AgreementVersionEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  agreementId: Id;

  @Column('integer')
  number: number;

  @Column('text')
  state: VersionState;

  @Column('jsonb')
  content: AgreementContent;

  @Column('text')
  contentHash: string;

  @Column('integer')
  edit: number;

  @Column('uuid', { array: true })
  preparers: Id[];

  @Column('boolean', { nullable: true })
  ministries: boolean | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  proposedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  closedAt: Date | null;

  @Column('jsonb', { nullable: true })
  closing: Closing | null;

  @Column('date', { nullable: true })
  signedOn: string | null;

  @Column('date', { nullable: true })
  inForceFrom: string | null;

  @Column('date', { nullable: true })
  inForceUntil: string | null;

  @Column('date', { nullable: true })
  endedOn: string | null;

  @Column('timestamptz', { nullable: true })
  heldUpAt: Date | null;
}

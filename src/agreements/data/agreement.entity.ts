import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type {
  AgreementKind,
  AgreementParty,
  AgreementTerms,
  AgreementText,
  Termination,
} from '../domain/agreement.js';
import type { AgreementState } from '../domain/agreement.states.js';

@Entity('agreements')
export class AgreementEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('text')
  kind: AgreementKind;

  /** Its number in the correspondence of both sides, and its address here. */
  @Column('text')
  reference: string;

  @Column('jsonb')
  title: LocalizedText;

  @Column('jsonb')
  parties: AgreementParty[];

  /** Of one that was signed on paper before it came here: by which whoever keeps the paper knows it. */
  @Column('text', { nullable: true })
  externalReference: string | null;

  @Column('text', { array: true })
  themes: string[];

  @Column('text')
  state: AgreementState;

  @Column('jsonb')
  text: AgreementText;

  /** Of title, parties, text and quotas: what both sides approve. */
  @Column('text')
  textHash: string;

  @Column('date', { nullable: true })
  signedOn: string | null;

  @Column('date', { nullable: true })
  inForceFrom: string | null;

  @Column('date', { nullable: true })
  inForceUntil: string | null;

  /** The number of the version that this row says. */
  @Column('integer')
  version: number;

  @Column('jsonb')
  terms: AgreementTerms;

  /** The last day, where a side has given notice. */
  @Column('date', { nullable: true })
  terminatesOn: string | null;

  @Column('jsonb', { nullable: true })
  termination: Termination | null;
}

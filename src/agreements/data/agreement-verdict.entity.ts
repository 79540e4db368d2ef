import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

export const VERDICTS = ['approved', 'returned', 'declined'] as const;
export type AgreementVerdict = (typeof VERDICTS)[number];

/** What the signatory of an institution said of one text. Written once. */
@Entity('agreement_verdicts')
export class AgreementVerdictEntity {
  @PrimaryColumn('uuid')
  versionId: Id;

  @PrimaryColumn('uuid')
  institutionId: Id;

  @Column('text')
  country: string;

  @Column('text')
  verdict: AgreementVerdict;

  @Column('text')
  contentHash: string;

  @Column('text', { nullable: true })
  reason: string | null;

  @Column('timestamptz')
  givenAt: Date;
}

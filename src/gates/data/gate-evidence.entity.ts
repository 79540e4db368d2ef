import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('gate_evidence')
export class GateEvidenceRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') gateId: string;
  /** Which of what the rule asks for; null: something else. */
  @Column('text', { nullable: true }) item: string | null;
  @Column('text') words: string;
  @Column('uuid') addedBy: string;
  @Column('timestamptz') addedAt: Date;
}

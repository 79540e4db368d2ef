import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('gate_evidence')
export class GateEvidenceRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') gateId: string;
  /** Which of what the rule asks for; null: something else. */
  @Column('text', { nullable: true }) item: string | null;
  @Column('text') words: string;
  /** The file that shows it; null: words alone. */
  @Column('uuid', { nullable: true }) uploadId: string | null;
  /** The last day on which it shows what it shows, YYYY-MM-DD; null: it does not end. */
  @Column('date', { nullable: true }) validUntil: string | null;
  @Column('uuid') addedBy: string;
  @Column('timestamptz') addedAt: Date;
}

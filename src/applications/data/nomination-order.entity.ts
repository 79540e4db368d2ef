import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The order in which an institution nominates for a call: its version, and who changed it last. */
@Entity('nomination_orders')
export class NominationOrderRow {
  @PrimaryColumn('uuid') callId: string;
  @PrimaryColumn('uuid') institutionId: string;
  @Column('integer') version: number;
  @Column('uuid') changedBy: string;
  @Column('timestamptz') changedAt: Date;
}

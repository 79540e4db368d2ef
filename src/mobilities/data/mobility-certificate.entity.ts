import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** How a stay came to its days, or to its end; a correction is a row of its own. */
@Entity('mobility_certificates')
export class MobilityCertificateRow {
  @PrimaryColumn('uuid') id: Id;
  @Column('uuid') mobilityId: Id;
  @Column('text') kind: 'arrival' | 'departure' | 'cancellation' | 'no_show';
  @Column('date', { nullable: true }) certifiedOn: string | null;
  @Column('uuid', { nullable: true }) replaces: Id | null;
  @Column('text', { nullable: true }) reason: string | null;
  @Column('uuid', { nullable: true }) certifiedBy: Id | null;
  @Column('timestamptz') certifiedAt: Date;
}

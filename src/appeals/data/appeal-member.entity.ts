import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CountryCode } from '../../shared/country.js';

/** Who decides an appeal. */
@Entity('appeal_members')
export class AppealMemberRow {
  @PrimaryColumn('uuid') appealId: string;
  @PrimaryColumn('uuid') personId: string;
  /** For which they sit there. */
  @Column('text') country: CountryCode;
  @Column('boolean') head: boolean;
  @Column('uuid', { nullable: true }) seatedBy: string | null;
  @Column('timestamptz') seatedAt: Date;
  /** That nothing binds them. */
  @Column('timestamptz', { nullable: true }) declaredAt: Date | null;
  @Column('timestamptz', { nullable: true }) removedAt: Date | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

@Entity('agreement_quotas')
export class AgreementQuotaEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  agreementId: Id;

  @Column('text')
  homeCountry: string;

  @Column('text')
  hostCountry: string;

  @Column('text')
  category: string;

  @Column('text')
  academicYear: string;

  @Column('integer')
  persons: number;

  @Column('integer')
  months: number;

  @Column('integer')
  days: number;

  /** Moves only by QuotaLedger: a value read here is old by the time that it is used. */
  @Column('integer')
  committed: number;

  /** The same of days of stay, thirty to a month. */
  @Column('integer')
  committedDays: number;
}

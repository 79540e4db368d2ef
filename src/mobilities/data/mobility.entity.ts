import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CallCategory, CostLine } from '../../calls/public.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { MobilityState } from '../domain/mobility.states.js';

@Entity('mobilities')
export class MobilityRow {
  @PrimaryColumn('uuid') id: Id;
  @Column('uuid') applicationId: Id;
  @Column('uuid') callId: Id;
  @Column('uuid', { nullable: true }) placeId: Id | null;
  @Column('uuid') participantId: Id;
  @Column('uuid') agreementId: Id;
  @Column('text') category: CallCategory;
  @Column('text') academicYear: string;
  @Column('text') homeCountry: CountryCode;
  @Column('text') hostCountry: CountryCode;
  @Column('uuid', { nullable: true }) homeInstitutionId: Id | null;
  @Column('uuid', { nullable: true }) homeUnitId: Id | null;
  @Column('uuid') hostInstitutionId: Id;
  @Column('uuid', { nullable: true }) hostUnitId: Id | null;
  @Column('boolean') freemover: boolean;
  /** Whether the host still has the file; kept by the database alone. */
  @Column({ type: 'boolean', insert: false, update: false }) hostSees: boolean;
  @Column('text') state: MobilityState;
  @Column('timestamptz') stateSince: Date;
  @Column('date') plannedFrom: string;
  @Column('date') plannedUntil: string;
  @Column('date', { nullable: true }) arrivedOn: string | null;
  @Column('date', { nullable: true }) departedOn: string | null;
  /** When the clock asked for the certificate that the host owes, and when it told those above; null where it did not. */
  @Column('timestamptz', { nullable: true }) arrivalRemindedAt: Date | null;
  @Column('timestamptz', { nullable: true }) arrivalEscalatedAt: Date | null;
  @Column('timestamptz', { nullable: true }) departureRemindedAt: Date | null;
  @Column('timestamptz', { nullable: true }) departureEscalatedAt: Date | null;
  @Column('numeric', {
    precision: 4,
    scale: 1,
    // Tenths of months up to 999.9: exact as far as they are ever compared.
    transformer: { to: (months: number) => months, from: (text: string) => Number(text) },
  })
  months: number;
  /** Who pays for what, as it was when the place was accepted. */
  @Column('jsonb') funding: readonly CostLine[];
  @Column('integer') version: number;
  @Column('timestamptz') createdAt: Date;
}

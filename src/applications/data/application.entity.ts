import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ApplicationState } from '../domain/application.states.js';

@Entity('applications')
export class ApplicationRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') callId: string;
  @Column('integer') formVersion: number;
  @Column('uuid') applicantId: string;
  /** Who applies together with the applicant and has said yes; kept by the database from who they are, as is the next. */
  @Column({ type: 'uuid', array: true, insert: false, update: false }) coApplicants: string[];
  /** Whoever ever said yes, those too who are out of it: what they wrote together binds them. */
  @Column({ type: 'uuid', array: true, insert: false, update: false }) coAuthors: string[];
  @Column('text') homeCountry: string;
  @Column('uuid', { nullable: true }) homeInstitutionId: string | null;
  /** The unit of the home institution that works on it; null while it is the whole institution's. */
  @Column('uuid', { nullable: true }) homeUnitId: string | null;
  /** Applies without a home institution; the ministry of the country takes its part. */
  @Column('boolean') freemover: boolean;
  /** Officers of that ministry who took it: none of them decides on it. */
  @Column('uuid', { array: true }) preparedBy: string[];
  /** The account that it was made with, where that was joined to its applicant's. */
  @Column('uuid', { nullable: true }) movedFrom: string | null;
  @Column('text', { nullable: true }) hostCountry: string | null;
  @Column('uuid', { nullable: true }) hostInstitutionId: string | null;
  @Column('uuid', { nullable: true }) hostUnitId: string | null;
  @Column('uuid', { nullable: true }) panelId: string | null;
  /** As its call has it; the walls ask it of each row. */
  @Column('boolean') independentAssessment: boolean;
  /** Whether those who assess read without names: at a door of their own. As its call has it. */
  @Column('boolean') anonymousReading: boolean;
  @Column('text') state: ApplicationState;
  @Column('text', { nullable: true }) result: 'selected' | 'reserve' | 'not_selected' | null;
  @Column('integer', { nullable: true }) reserveNumber: number | null;
  @Column('timestamptz') stateSince: Date;
  /** Until when whoever has it has promised, or is obliged, to act. */
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  @Column('text', { nullable: true }) number: string | null;
  @Column('integer') submissions: number;
  @Column('timestamptz', { nullable: true }) submittedAt: Date | null;
  @Column('text') language: string;
  @Column('text', { array: true, nullable: true }) returnedFields: string[] | null;
  @Column('text', { nullable: true }) returnReason: string | null;
  @Column('text', { nullable: true }) closingReason: string | null;
  @Column('uuid', { nullable: true }) placeId: string | null;
  /** Of which reserve of the place the one is that it holds or held; null: of those that are kept for nobody. */
  @Column('text', { nullable: true }) placeReserve: string | null;
  /** The code by which it came, and until when that lets it be submitted; null: by the call's own deadline. */
  @Column('uuid', { nullable: true }) accessCodeId: string | null;
  @Column('timestamptz', { nullable: true }) accessUntil: Date | null;
  /** In a second round the application of the round before that it was carried over from. */
  @Column('uuid', { nullable: true }) carriedFrom: string | null;
  @Column('timestamptz', { nullable: true }) transferredAt: Date | null;
  /** Grows with each change, for `If-Match`. */
  @Column('integer') version: number;
  @Column('text') searchKey: string;
  @Column('timestamptz') createdAt: Date;
}

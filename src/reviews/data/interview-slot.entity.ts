import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A time that a panel offers for a talk. */
@Entity('interview_slots')
export class InterviewSlotRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') panelId: string;
  @Column('timestamptz') startsAt: Date;
  @Column('integer') minutes: number;
  @Column('text', { nullable: true }) place: string | null;
  @Column('text', { nullable: true }) link: string | null;
  @Column('uuid') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) cancelledAt: Date | null;
}

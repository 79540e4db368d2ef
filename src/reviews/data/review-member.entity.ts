import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who sits in a panel. The role of a reviewer is a grant; without one in force a seat opens nothing. */
@Entity('review_members')
export class ReviewMemberRow {
  @PrimaryColumn('uuid') panelId: string;
  @PrimaryColumn('uuid') personId: string;
  @Column('boolean') lead: boolean;
  /** At most so many applications; null: as many as the others. */
  @Column('integer', { nullable: true }) loadLimit: number | null;
  @Column('timestamptz') addedAt: Date;
  @Column('timestamptz', { nullable: true }) removedAt: Date | null;
}

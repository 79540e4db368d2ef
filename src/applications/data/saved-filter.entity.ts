import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A worklist that somebody named for themselves. */
@Entity('saved_filters')
export class SavedFilterRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') personId: string;
  @Column('text') name: string;
  /** The parameters of the worklist's address. */
  @Column('text') query: string;
  /** From 1 on, in the person's own order. */
  @Column('integer') position: number;
  /** Shown where the address says nothing. */
  @Column('boolean') isDefault: boolean;
  @Column('timestamptz') createdAt: Date;
}

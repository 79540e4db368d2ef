import { Column, Entity, OneToMany, PrimaryColumn } from 'typeorm';
import type { Relation } from 'typeorm';
import { DecisionSideRow } from './decision-side.entity.js';

@Entity('decisions')
export class DecisionRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') subjectKind: string;
  @Column('uuid') subjectId: string;
  @Column('text') subjectHash: string;
  @Column('text') homeCountry: string;
  @Column('text') hostCountry: string;
  @Column('uuid', { array: true }) preparers: string[];
  @Column('timestamptz') openedAt: Date;
  @Column('timestamptz', { nullable: true }) closedAt: Date | null;
  @OneToMany(() => DecisionSideRow, (side) => side.decision) sides: Relation<DecisionSideRow[]>;
}

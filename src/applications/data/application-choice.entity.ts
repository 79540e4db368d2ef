import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('application_choices')
export class ApplicationChoiceRow {
  @PrimaryColumn('uuid') applicationId: string;
  @PrimaryColumn('integer') rank: number;
  @Column('uuid') placeId: string;
}

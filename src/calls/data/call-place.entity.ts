import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';

/** Places of one kind at one host institution. */
@Entity('call_places')
export class CallPlaceEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  callId: Id;

  @Column('uuid')
  institutionId: Id;

  @Column('text')
  fieldCode: string;

  @Column('integer', { nullable: true })
  level: number | null;

  @Column('text')
  language: string;

  @Column('text')
  languageLevel: string;

  @Column('numeric', {
    precision: 4,
    scale: 1,
    // Tenths of months up to 999.9: exact as far as they are ever compared.
    transformer: { to: (months: number) => months, from: (text: string) => Number(text) },
  })
  months: number;

  @Column('jsonb', { nullable: true })
  services: LocalizedText | null;

  @Column('integer')
  capacity: number;

  /** Moves only by PlaceCounters. */
  @Column('integer')
  taken: number;
}

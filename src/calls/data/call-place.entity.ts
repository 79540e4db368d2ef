import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { CostLine, Facility, PlaceReserve } from '../domain/place.js';

/** Places of one kind at one host institution. */
@Entity('call_places')
export class CallPlaceEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  callId: Id;

  /** The place of the round before whose seats it has. */
  @Column('uuid', { nullable: true })
  fromPlaceId: Id | null;

  @Column('uuid')
  institutionId: Id;

  @Column('uuid', { nullable: true })
  unitId: Id | null;

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

  @Column('jsonb', { nullable: true })
  facilities: readonly Facility[] | null;

  @Column('jsonb', { nullable: true })
  cost: readonly CostLine[] | null;

  /** What is kept for whom; in sum no more than the capacity. */
  @Column('jsonb', { nullable: true })
  reserved: readonly PlaceReserve[] | null;

  @Column('integer')
  capacity: number;

  /** Moves only by PlaceCounters. */
  @Column('integer')
  taken: number;

  /** Of each reserve, by its id. Moves only by PlaceCounters. */
  @Column('jsonb')
  reserveTaken: Readonly<Record<string, number>>;
}

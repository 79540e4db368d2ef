import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LeadTimes } from '../domain/institution.js';
import type { Language, LocalizedText } from '../../shared/language.js';

/** A country that takes part. */
@Entity('countries')
export class CountryEntity {
  @PrimaryColumn('text')
  code: string;

  /** IANA name, in which the country's deadlines are read. */
  @Column('text')
  timeZone: string;

  @Column('text')
  currency: string;

  /** Of its official letters, and of people whose own is not known. */
  @Column('text')
  language: Language;

  @Column('jsonb')
  ministry: LocalizedText;

  @Column('jsonb', { default: {} })
  leadTimes: LeadTimes;
}

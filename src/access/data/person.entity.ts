import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';

/** Somebody who has signed in, or whom the programme knows otherwise. */
@Entity('persons')
export class PersonEntity {
  @PrimaryColumn('uuid')
  id: Id;

  /** Of the provider that first vouched for them; where the record resides by law while they say nothing else. */
  @Column('text')
  country: CountryCode;

  @Column('text')
  nativeFamily: string;

  @Column('text')
  nativeGiven: string;

  /** BCP 47 tag of the name as it is written. */
  @Column('text')
  nativeLanguage: string;

  @Column('text', { nullable: true })
  latinFamily: string | null;

  @Column('text', { nullable: true })
  latinGiven: string | null;

  @Column('text', { nullable: true })
  passportFamily: string | null;

  @Column('text', { nullable: true })
  passportGiven: string | null;

  @Column('text')
  email: string;

  /** In which mails are written, and pages shown where nothing else is chosen. */
  @Column('text')
  language: Language;

  @Column('uuid', { nullable: true })
  homeInstitutionId: Id | null;

  @Column('timestamptz')
  createdAt: Date;
}

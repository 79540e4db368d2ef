import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import type { InstitutionKind } from '../domain/institution.js';

/** An institution of the register. Public data throughout: anybody may read all of it. */
@Entity('institutions')
export class InstitutionEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('text')
  country: string;

  @Column('text')
  kind: InstitutionKind;

  /** Its name in addresses and in import files, never changed: the identity by which a row is imported again. */
  @Column('text')
  slug: string;

  /** Of its e-mail addresses and sign-in, lower case. */
  @Column('text', { nullable: true })
  domain: string | null;

  @Column('text', { nullable: true })
  abbreviation: string | null;

  @Column('text')
  nameNative: string;

  @Column('text')
  nativeLanguage: string;

  @Column('text', { nullable: true })
  nameSrCyrl: string | null;

  @Column('text', { nullable: true })
  nameSrLatn: string | null;

  @Column('text', { nullable: true })
  nameRu: string | null;

  @Column('text')
  nameEn: string;

  @Column('text', { nullable: true })
  cityNative: string | null;

  @Column('text', { nullable: true })
  citySrCyrl: string | null;

  @Column('text', { nullable: true })
  cityRu: string | null;

  @Column('text', { nullable: true })
  cityEn: string | null;

  @Column('text', { nullable: true })
  federalDistrict: string | null;

  @Column('text', { nullable: true })
  website: string | null;

  @Column('text', { nullable: true })
  ror: string | null;

  /** Where the facts were taken from, and on which day somebody last compared them. */
  @Column('text')
  source: string;

  @Column('date')
  checkedOn: string;

  @Column('text', { select: false })
  searchKey: string;
}

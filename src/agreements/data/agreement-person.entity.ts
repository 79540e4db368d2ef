import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

export const PEOPLE_PARTS = ['contact', 'signatory'] as const;
export type PersonPart = (typeof PEOPLE_PARTS)[number];

/** Whom to write to, who signs by which office, and who has signed in fact. Seen by the sides alone. */
@Entity('agreement_people')
export class AgreementPersonEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  agreementId: Id;

  @Column('uuid', { nullable: true })
  institutionId: Id | null;

  @Column('text')
  country: string;

  @Column('text')
  part: PersonPart | 'signed';

  @Column('text')
  name: string;

  @Column('text')
  office: string;

  @Column('text', { nullable: true })
  email: string | null;

  @Column('uuid', { nullable: true })
  versionId: Id | null;

  @Column('uuid', { nullable: true })
  personId: Id | null;

  @Column('timestamptz')
  notedAt: Date;
}

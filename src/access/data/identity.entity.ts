import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** As whom a provider knows a person. The pair is the key; an e-mail address never is, because addresses change hands. */
@Entity('identities')
export class IdentityEntity {
  @PrimaryColumn('text')
  issuer: string;

  @PrimaryColumn('text')
  subject: string;

  @Column('uuid')
  personId: Id;

  @Column('text')
  providerKey: string;

  /** As the provider last gave it. */
  @Column('text', { nullable: true })
  email: string | null;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz')
  lastSignInAt: Date;
}

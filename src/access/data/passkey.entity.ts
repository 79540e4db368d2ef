import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** A passkey (WebAuthn credential) that a person showed us once. Removed ones stay, so that their ids are never taken again. */
@Entity('passkeys')
export class PasskeyEntity {
  @PrimaryColumn('uuid')
  id: Id;

  @Column('uuid')
  personId: Id;

  /** Base64url, as the authenticator chose it. */
  @Column('text')
  credentialId: string;

  /** COSE. */
  @Column('bytea')
  publicKey: Buffer;

  /** How often the authenticator says that it was used; always 0 for passkeys that live on several devices. */
  @Column('bigint', { transformer: { from: Number, to: (count: number) => count } })
  counter: number;

  /** How browsers reach the authenticator: `internal`, `usb`, `hybrid`… */
  @Column('text', { array: true })
  transports: string[];

  /** Whether its owner's devices share it. */
  @Column('boolean')
  synced: boolean;

  /** As its owner calls it. */
  @Column('text')
  label: string;

  @Column('timestamptz')
  createdAt: Date;

  @Column('timestamptz', { nullable: true })
  lastUsedAt: Date | null;

  @Column('timestamptz', { nullable: true })
  removedAt: Date | null;

  @Column('uuid', { nullable: true })
  removedBy: Id | null;

  @Column('text', { nullable: true })
  removeReason: string | null;
}

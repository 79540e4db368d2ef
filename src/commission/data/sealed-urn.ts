import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { STORAGE_OPTIONS } from '../../platform/storage/storage-options.js';
import type { StorageOptions } from '../../platform/storage/storage-options.js';
import type { Id } from '../../shared/ids.js';
import { EMPTY_TALLY, added } from '../domain/procedure.js';
import type { Choice, Tally } from '../domain/procedure.js';

const NONCE = 12;
const TAG = 16;
/** Counts are written at one width: the length of what is sealed tells nothing. */
const DIGITS = 6;

/**
 * The box of a secret vote: three counts sealed together by AES-256-GCM under a key that is not in the database, and sealed
 * anew, under a fresh nonce, with each vote. Whoever reads rows, backups or the record of acts sees that somebody voted and
 * that the box was sealed again, the same for every choice; no vote is ever in a row of its own.
 */
@Injectable()
export class SealedUrn {
  private readonly storageKey: Buffer;

  constructor(@Inject(STORAGE_OPTIONS) { key }: StorageOptions) {
    this.storageKey = key;
  }

  empty(voteId: Id): Buffer {
    return this.seal(voteId, EMPTY_TALLY);
  }

  cast(voteId: Id, urn: Buffer, choice: Choice): Buffer {
    return this.seal(voteId, added(this.count(voteId, urn), choice));
  }

  /** @throws where the box is not the one of this vote, or was tampered with */
  count(voteId: Id, urn: Buffer): Tally {
    const decipher = createDecipheriv('aes-256-gcm', this.keyOf(voteId), urn.subarray(0, NONCE), {
      authTagLength: TAG,
    });
    decipher.setAuthTag(urn.subarray(urn.length - TAG));
    const plain = Buffer.concat([decipher.update(urn.subarray(NONCE, urn.length - TAG)), decipher.final()]);
    const [yes = 0, no = 0, abstain = 0] = plain.toString('ascii').split(' ').map(Number);
    return { yes, no, abstain };
  }

  private seal(voteId: Id, { yes, no, abstain }: Tally): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.keyOf(voteId), nonce, { authTagLength: TAG });
    const counts = [yes, no, abstain].map((count) => String(count).padStart(DIGITS, '0')).join(' ');
    return Buffer.concat([nonce, cipher.update(counts, 'ascii'), cipher.final(), cipher.getAuthTag()]);
  }

  private keyOf(voteId: Id): Buffer {
    return Buffer.from(hkdfSync('sha256', this.storageKey, '', `most secret vote v1 ${voteId}`, 32));
  }
}

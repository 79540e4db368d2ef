import { createHmac, hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { STORAGE_OPTIONS } from './storage-options.js';
import type { StorageOptions } from './storage-options.js';

/**
 * Values that are compared and never read back: whoever has the database alone can neither tell them nor try them out. Each
 * purpose has a key of its own, derived from the storage key, so that values of two purposes are never compared.
 */
@Injectable()
export class KeyedHash {
  private readonly storageKey: Buffer;
  /** Purposes are few, and named in the code. */
  private readonly keys = new Map<string, Buffer>();

  constructor(@Inject(STORAGE_OPTIONS) { key }: StorageOptions) {
    this.storageKey = key;
  }

  /** Hexadecimal. */
  of(purpose: string, value: string): string {
    return createHmac('sha256', this.keyOf(purpose)).update(value).digest('hex');
  }

  private keyOf(purpose: string): Buffer {
    const known = this.keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.storageKey, '', `most compare v1 ${purpose}`, 32));
    this.keys.set(purpose, key);
    return key;
  }
}

import type { Readable } from 'node:stream';

/** What the store knows of a file it has taken in; all three belong into the row that refers to the file. */
export interface StoredFile {
  /** Name in the store: 64 hexadecimal digits that depend on the content and on the storage key, and tell neither. */
  readonly key: string;
  /** SHA-256 of the content as it was given, in hexadecimal. */
  readonly sha256: string;
  /** Length of the content as it was given, in bytes. */
  readonly size: number;
}

/**
 * Keeps files encrypted, named by their content. Also the injection token.
 *
 * Errors: `DomainError('unavailable')` with the reason `storage_full`, `storage_unavailable`, `file_missing` or
 * `file_damaged`; what was half-written is gone by the time the error arrives.
 */
export abstract class FileStore {
  /** Takes a file in. The same content gives the same key, and putting it again replaces it by itself. */
  abstract put(content: Readable | Buffer): Promise<StoredFile>;

  /**
   * The content of a file, decrypted as it is read. Each piece is authentic before it is handed on; a file that was
   * changed, cut short or exchanged for another fails the stream with the reason `file_damaged`.
   */
  abstract get(key: string, expectedSha256: string): Promise<Readable>;

  /**
   * Destroys a file; one that is not there is no error. Equal contents share a key: call it only
   * when no row refers to the key any more.
   */
  abstract remove(key: string): Promise<void>;

  /** Resolves when files can be stored now; otherwise rejects. */
  abstract ready(): Promise<void>;
}

/** Injection token of `StorageOptions`. */
export const STORAGE_OPTIONS = Symbol('STORAGE_OPTIONS');

export interface StorageOptions {
  /** `s3://…` or `file:///…`; undefined: the folder `files` of the data folder. */
  readonly url: string | undefined;
  /** 32 bytes. */
  readonly key: Buffer;
  readonly dataDir: string;
}

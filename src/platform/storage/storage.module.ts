import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { FolderFileStore } from './folder-file-store.js';
import { parseS3Location, S3FileStore } from './s3-file-store.js';

/** Injection token of `StorageOptions`. */
export const STORAGE_OPTIONS = Symbol('STORAGE_OPTIONS');

export interface StorageOptions {
  /** `s3://…` or `file:///…`; undefined: the folder `files` of the data folder. */
  readonly url: string | undefined;
  /** 32 bytes. */
  readonly key: Buffer;
  readonly dataDir: string;
}

/** The store that the options name. Throws when the key or the address cannot be one. */
export function openFileStore({ url, key, dataDir }: StorageOptions): FileStore {
  if (key.length !== 32) throw new Error('The storage key has 32 bytes.');
  if (url?.startsWith('s3:')) return new S3FileStore(parseS3Location(url), key, join(dataDir, 'spool'));
  return new FolderFileStore(url === undefined ? join(dataDir, 'files') : fileURLToPath(url), key);
}

/** Gives every module the `FileStore`. */
@Global()
@Module({})
export class StorageModule {
  static forRoot(options: StorageOptions): DynamicModule {
    return {
      module: StorageModule,
      providers: [
        { provide: STORAGE_OPTIONS, useValue: options },
        { provide: FileStore, inject: [STORAGE_OPTIONS], useFactory: openFileStore },
      ],
      exports: [FileStore],
    };
  }
}

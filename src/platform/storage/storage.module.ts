import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { FolderFileStore } from './folder-file-store.js';
import { KeyedHash } from './keyed-hash.js';
import { parseS3Location, S3FileStore } from './s3-file-store.js';
import { STORAGE_OPTIONS } from './storage-options.js';
import type { StorageOptions } from './storage-options.js';

/** The store that the options name. Throws when the key or the address cannot be one. */
export function openFileStore({ url, key, dataDir }: StorageOptions): FileStore {
  if (key.length !== 32) throw new Error('The storage key has 32 bytes.');
  if (url?.startsWith('s3:')) return new S3FileStore(parseS3Location(url), key, join(dataDir, 'spool'));
  return new FolderFileStore(url === undefined ? join(dataDir, 'files') : fileURLToPath(url), key);
}

/** Gives every module the `FileStore`, and `KeyedHash` under the same key. */
@Global()
@Module({})
export class StorageModule {
  static forRoot(options: StorageOptions): DynamicModule {
    return {
      module: StorageModule,
      providers: [
        { provide: STORAGE_OPTIONS, useValue: options },
        { provide: FileStore, inject: [STORAGE_OPTIONS], useFactory: openFileStore },
        KeyedHash,
      ],
      exports: [FileStore, KeyedHash, STORAGE_OPTIONS],
    };
  }
}

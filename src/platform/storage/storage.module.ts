import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { FileStore } from './file-store.js';
import { FolderFileStore } from './folder-file-store.js';
import { KeyedHash } from './keyed-hash.js';
import { STORAGE_OPTIONS } from './storage-options.js';
import type { StorageOptions } from './storage-options.js';

/** The store that the options name. Fails when the key or the address cannot be one. */
export async function openFileStore({ url, key, dataDir }: StorageOptions): Promise<FileStore> {
  if (key.length !== 32) throw new Error('The storage key has 32 bytes.');
  if (url?.startsWith('s3:')) {
    // Loaded on demand: its client is larger than the rest of the platform.
    const { parseS3Location, S3FileStore } = await import('./s3-file-store.js');
    return new S3FileStore(parseS3Location(url), key, join(dataDir, 'spool'));
  }
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

import { finished } from 'node:stream/promises';
import type { Select } from '../platform/database/invariant.js';
import type { FileStore } from '../platform/storage/file-store.js';
import { DomainError } from '../shared/domain-error.js';

/** A row whose file cannot be read as it was stored. */
export interface MissingFile {
  readonly table: string;
  readonly id: string;
  readonly reason: string;
}

const BATCH = 500;
const TABLES = ['uploads', 'issued_documents', 'export_jobs'] as const;

/** Reads every file that a row refers to, once for each content, and compares it with its hash. */
export async function* missingFiles(select: Select, store: FileStore): AsyncGenerator<MissingFile> {
  for (const table of TABLES) {
    let after = '';
    for (;;) {
      const files = await select<{ key: string; sha256: string; id: string }>(
        `select storage_key as key, min(sha256) as sha256, min(id::text) as id from ${table}
         where storage_key > $1 group by storage_key order by storage_key limit ${BATCH}`,
        [after],
      );
      for (const { key, sha256, id } of files) {
        try {
          const content = await store.get(key, sha256);
          content.resume();
          await finished(content);
        } catch (error) {
          yield {
            table,
            id,
            reason: error instanceof DomainError ? (error.reason ?? error.code) : String(error),
          };
        }
      }
      after = files.at(-1)?.key ?? after;
      if (files.length < BATCH) break;
    }
  }
}

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureCode } from './storage-errors.js';

/**
 * The demonstration's storage key: made once, readable by its owner alone. Without the file in the data folder
 * nothing that was stored can be read again. Production is given its key by STORAGE_KEY instead.
 */
export function demonstrationStorageKey(dataDir: string): Buffer {
  const path = join(dataDir, 'storage.key');
  mkdirSync(dataDir, { recursive: true });
  try {
    // Exclusive: of two processes that start at once, one writes and both read the same.
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (failureCode(error) !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new Error(`${path} does not hold a storage key of 32 bytes in base64.`);
  return key;
}

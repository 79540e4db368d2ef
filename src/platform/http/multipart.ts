import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import { isFull, storageRefusal } from '../storage/storage-errors.js';
import type { FormFields } from './session-data.js';
import type { UploadedFile } from './uploaded-file.js';

/** Where files lie while their request lasts. */
export function uploadFolder(settings: Settings): string {
  return join(settings.dataDir, 'uploads');
}

const MEGABYTE = 1024 * 1024;
export const FILE_LIMIT_MEGABYTES = 20;
/** Room for the form around the file, so that a file of exactly the limit arrives. */
const FILE_LIMIT_BYTES = FILE_LIMIT_MEGABYTES * MEGABYTE;
/** Up to here the rest of a file that is too large is read and thrown away, because most browsers show an answer only then. */
const DRAIN_LIMIT_BYTES = 100 * MEGABYTE;

export interface MultipartForm {
  readonly fields: FormFields;
  readonly file: UploadedFile | null;
  /** Why there is no file although one was sent; the words that came with it are there. */
  readonly refused: DomainError | null;
}

/**
 * Reads a form with at most one file. `beforeFile` sees the fields that stand before the file, and may refuse by throwing
 * before a byte of it is kept. Whoever calls removes the file afterwards.
 * A file beyond the limit is `refused`. Throws `too_large` for a body that is not even read, `invalid` for one that is no
 * such form, and `unavailable` where there is no room.
 */
export async function readMultipart(
  request: FastifyRequest,
  folder: string,
  beforeFile: (fields: FormFields) => void,
  keepFile = true,
): Promise<MultipartForm> {
  if (Number(request.headers['content-length'] ?? 0) > DRAIN_LIMIT_BYTES) throw tooLarge();
  const fields: Record<string, string | readonly string[]> = {};
  const upload: { file: UploadedFile | null } = { file: null };
  let refusal: Error | null = null;
  let refused: DomainError | null = null;
  try {
    for await (const part of request.parts({ limits: { fileSize: FILE_LIMIT_BYTES, files: 1 } })) {
      if (part.type === 'field') {
        addField(fields, part.fieldname, part.value);
        continue;
      }
      try {
        if (refusal === null) beforeFile(fields);
        // A file control that was left empty still sends a part, without a name.
        if (keepFile && refusal === null && part.filename) upload.file = await keep(part, folder);
      } catch (error) {
        if (error instanceof DomainError && error.code === 'too_large') refused = error;
        else refusal = isNativeError(error) ? error : new Error('not readable', { cause: error });
      }
      // Whatever was not kept is still read to its end, so that the answer arrives.
      part.file.resume();
    }
  } catch (error) {
    await discard(upload.file);
    throw malformed(error);
  }
  if (refusal !== null) {
    await discard(upload.file);
    throw refusal;
  }
  if (!upload.file) beforeFile(fields);
  return { fields, file: upload.file, refused };
}

export async function discard(file: UploadedFile | null): Promise<void> {
  if (file) await rm(file.path, { force: true });
}

async function keep(part: Extract<Multipart, { type: 'file' }>, folder: string): Promise<UploadedFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, newId());
  let size = 0;
  part.file.on('data', (piece: Buffer) => {
    size += piece.length;
  });
  try {
    await pipeline(part.file, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    if (part.file.truncated) throw tooLarge(part.fieldname);
  } catch (error) {
    await rm(path, { force: true });
    // No room on the disk is told in words, and is no fault of what was sent.
    throw isFull(error) ? storageRefusal(error) : error;
  }
  return { path, size, fileName: part.filename, declaredType: part.mimetype, field: part.fieldname };
}

function addField(fields: Record<string, string | readonly string[]>, name: string, value: unknown): void {
  if (typeof value !== 'string') return;
  const present = fields[name];
  if (present === undefined) fields[name] = value;
  else fields[name] = [...(typeof present === 'string' ? [present] : present), value];
}

/** `field`: the control that the file came from, where it is known. */
function tooLarge(field?: string): DomainError {
  const values = { megabytes: FILE_LIMIT_MEGABYTES };
  return new DomainError('too_large', {
    reason: 'file_too_large',
    values,
    ...(field === undefined ? {} : { fields: [{ field, problem: 'too_large_file', values }] }),
  });
}

function malformed(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const status: unknown =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return tooLarge();
  return new DomainError('invalid', { reason: 'malformed_request' });
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileTypeFromBuffer, fileTypeFromFile } from 'file-type';
import { DomainError } from '../../shared/domain-error.js';
import { TaskHelperError } from '../../platform/threads/task-queue.js';
import { TaskThread, threadFile } from '../../platform/threads/task-thread.js';
import { MOST_UPLOAD_BYTES } from '../domain/upload-rules.js';
import type { FileFacts, PdfFacts } from '../domain/upload-rules.js';

const PDF_TIMEOUT_MS = 10_000;

/** Looks into uploads. One for the process; `close` it at the end. */
export class FileInspector {
  private readonly pdfReader: TaskThread<Uint8Array, PdfFacts>;

  /** `pdfTimeoutMs`: a PDF that cannot be read within so many milliseconds is `unreadable`. */
  constructor(pdfTimeoutMs: number = PDF_TIMEOUT_MS) {
    this.pdfReader = new TaskThread({
      file: threadFile(import.meta.url, './pdf-facts-thread.js'),
      timeoutMs: pdfTimeoutMs,
      maxWaiting: 50,
      maxHeapMegabytes: 512,
    });
  }

  /**
   * The facts of a file, given by its path or its bytes. A PDF beyond the largest upload is not opened.
   * Throws `DomainError('unavailable', file_checks_busy)` when too many wait.
   */
  async inspectFile(file: string | Buffer): Promise<FileFacts> {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of typeof file === 'string' ? createReadStream(file) : [file]) {
      hash.update(piece as Buffer);
      size += (piece as Buffer).length;
    }
    const type = typeof file === 'string' ? await fileTypeFromFile(file) : await fileTypeFromBuffer(file);
    const opened = type?.mime === 'application/pdf' && size <= MOST_UPLOAD_BYTES;
    return {
      size,
      sha256: hash.digest('hex'),
      mediaType: type?.mime,
      pdf: opened ? await this.pdfFacts(file) : undefined,
    };
  }

  close(): Promise<void> {
    return this.pdfReader.close();
  }

  private async pdfFacts(file: string | Buffer): Promise<PdfFacts> {
    try {
      return await this.pdfReader.run(typeof file === 'string' ? await readFile(file) : file);
    } catch (error) {
      if (!(error instanceof TaskHelperError)) throw error;
      // The thread fell over this file: whatever it is, it is not a PDF that anybody can be asked to read.
      if (error.failure === 'timed_out' || error.failure === 'crashed') return { state: 'unreadable' };
      throw new DomainError('unavailable', { reason: 'file_checks_busy' });
    }
  }
}

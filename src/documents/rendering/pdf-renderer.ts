import { DomainError } from '../../shared/domain-error.js';
import { TaskHelperError } from '../../platform/threads/task-queue.js';
import { TaskThread, threadFile } from '../../platform/threads/task-thread.js';
import type { DocumentTemplate, DocumentTemplates } from './document-data.js';
import type { PdfTask } from './pdf-thread.js';

/** The first document also waits for the fonts to be read. */
const TIMEOUT_MS = 20_000;

/** Sets documents as PDF/A-2a, in a thread of its own. One for the process; `close` it at the end. */
export class PdfRenderer {
  private readonly thread: TaskThread<PdfTask, Uint8Array>;

  /** `timeoutMs`: a document that is not set within so many milliseconds is given up. */
  constructor(timeoutMs: number = TIMEOUT_MS) {
    this.thread = new TaskThread({
      file: threadFile(import.meta.url, './pdf-thread.js'),
      timeoutMs,
      maxWaiting: 200,
      maxHeapMegabytes: 512,
    });
  }

  /**
   * The same data gives the same bytes. Throws `DomainError('unavailable', rendering_failed)` when the thread fails
   * or too many documents wait; a template that cannot be set with the data is a fault of the program and throws as such.
   */
  async render<Template extends DocumentTemplate>(
    template: Template,
    data: DocumentTemplates[Template],
  ): Promise<Buffer> {
    try {
      return Buffer.from(await this.thread.run({ template, data } as PdfTask));
    } catch (error) {
      if (!(error instanceof TaskHelperError)) throw error;
      const refusal = new DomainError('unavailable', { reason: 'rendering_failed' });
      refusal.cause = error;
      throw refusal;
    }
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

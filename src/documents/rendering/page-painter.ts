import { TaskProcess } from '../../platform/threads/task-process.js';
import { TaskError, TaskHelperError } from '../../platform/threads/task-queue.js';
import { threadFile } from '../../platform/threads/task-thread.js';
import { DomainError } from '../../shared/domain-error.js';
import type { PageTask } from './page-process.js';

const TIMEOUT_MS = 10_000;
/** A page that needs more than that is no help to anybody who looks at it. */
const MOST_BYTES = 30 * 1024 * 1024;

/** Paints pages of PDFs that people gave, as SVG, in a process of its own. One for the application; `close` it at the end. */
export class PagePainter {
  private readonly process: TaskProcess<PageTask, string>;

  constructor(timeoutMs: number = TIMEOUT_MS) {
    this.process = new TaskProcess({
      file: threadFile(import.meta.url, './page-process.js'),
      timeoutMs,
      maxWaiting: 100,
      maxMegabytes: 1024,
    });
  }

  /** @throws DomainError `unavailable` (`page_not_painted`): whoever wants to read it takes the file */
  async paint(pdf: Buffer, page: number): Promise<Buffer> {
    try {
      const svg = Buffer.from(await this.process.run({ pdf, page }));
      if (svg.length > MOST_BYTES) throw new DomainError('unavailable', { reason: 'page_not_painted' });
      return svg;
    } catch (error) {
      if (!(error instanceof TaskHelperError || error instanceof TaskError)) throw error;
      const refusal = new DomainError('unavailable', { reason: 'page_not_painted' });
      refusal.cause = error;
      throw refusal;
    }
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { TaskThread, threadFile } from '../../platform/threads/task-thread.js';
import { DomainError } from '../../shared/domain-error.js';

/** A PDF as whoever may not know its author reads it: its pages, without a word about who made it. */
@Injectable()
export class PlainPdf implements OnApplicationShutdown {
  private readonly copier = new TaskThread<Uint8Array, Uint8Array>({
    file: threadFile(import.meta.url, './plain-pdf-thread.js'),
    timeoutMs: 20_000,
    maxWaiting: 20,
    maxHeapMegabytes: 512,
  });

  /** @throws DomainError `unavailable` where it cannot be copied: then it is not shown at all */
  async of(bytes: Uint8Array): Promise<Buffer> {
    try {
      return Buffer.from(await this.copier.run(bytes));
    } catch {
      throw new DomainError('unavailable', { reason: 'file_not_made_plain' });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.copier.close();
  }
}

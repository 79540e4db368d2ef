import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { TaskHelperError } from '../../platform/threads/task-queue.js';
import { TaskThread, threadFile } from '../../platform/threads/task-thread.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Selection } from '../domain/build-instance.js';
import { inputHashOf, reckon } from '../domain/reckoning.js';
import type { Reckoned } from '../domain/reckoning.js';
import type { ReckoningTask } from './reckoning-thread.js';

/** So many people are reckoned within a fraction of a second: for them nobody waits, and no thread is worth its start. */
const AT_ONCE = 2000;
const TIMEOUT_MS = 1_800_000;
const MAX_WAITING = 20;
const MAX_HEAP_MEGABYTES = 4096;

/** Reckons selections: small ones at once, large ones in a thread, so that nothing else waits for them. */
@Injectable()
export class ReckonBeside implements OnApplicationShutdown {
  private readonly thread = new TaskThread<ReckoningTask, Reckoned | string>({
    file: threadFile(import.meta.url, './reckoning-thread.js'),
    timeoutMs: TIMEOUT_MS,
    maxWaiting: MAX_WAITING,
    maxHeapMegabytes: MAX_HEAP_MEGABYTES,
  });

  /** Whether it is worth a thread. */
  isLarge(candidates: number): boolean {
    return candidates > AT_ONCE;
  }

  /**
   * @param report how much is done, of 1; where it answers false the reckoning is given up
   * @throws DomainError `unavailable` where the thread failed, or was given up
   */
  async reckon(
    selection: Selection,
    wanted: 'run' | 'list',
    report: (share: number) => boolean = () => true,
  ): Promise<Reckoned> {
    if (!this.isLarge(selection.candidates.length)) return reckon(selection, wanted);
    const task = { selection, wanted };
    return (await this.beside(task, (share) => {
      if (!report(share)) this.thread.cancel(task);
    })) as Reckoned;
  }

  async inputHash(selection: Selection): Promise<string> {
    if (!this.isLarge(selection.candidates.length)) return inputHashOf(selection);
    return (await this.beside({ selection, wanted: 'hash' })) as string;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }

  private async beside(task: ReckoningTask, report?: (share: number) => void): Promise<Reckoned | string> {
    try {
      return await this.thread.run(task, report);
    } catch (error) {
      if (!(error instanceof TaskHelperError)) throw error;
      const refusal = new DomainError('unavailable', {
        reason: error.failure === 'cancelled' ? 'reckoning_cancelled' : 'reckoning_failed',
      });
      refusal.cause = error;
      throw refusal;
    }
  }
}

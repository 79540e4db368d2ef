import { Worker } from 'node:worker_threads';
import { TaskQueue } from './task-queue.js';
import type { TaskAnswer, TaskQueueOptions } from './task-queue.js';

export interface TaskThreadOptions extends TaskQueueOptions {
  /** The built JavaScript file that the thread runs; it answers with `serveTasks`. */
  readonly file: URL;
  /** Most memory that the thread's JavaScript may take, in MiB; a thread that needs more dies alone. */
  readonly maxHeapMegabytes: number;
}

/** One thread for work that takes long or may never end. An idle one does not hold the process. */
export class TaskThread<Task, Result> extends TaskQueue<Task, Result, Worker> {
  constructor(private readonly options: TaskThreadOptions) {
    super(options);
  }

  protected start(): Worker {
    const worker = new Worker(this.options.file, {
      resourceLimits: { maxOldGenerationSizeMb: this.options.maxHeapMegabytes },
      // Libraries that complain to the console about a stranger's file would fill the log.
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: TaskAnswer<Result> | { readonly share: number }) => {
      if ('share' in message) this.reported(worker, message.share);
      else this.answered(worker, message);
    });
    worker.on('error', (cause) => {
      this.failed(worker, cause);
    });
    worker.on('exit', () => {
      this.failed(worker);
    });
    return worker;
  }

  protected send(worker: Worker, task: Task): void {
    worker.ref();
    worker.postMessage(task);
  }

  protected rest(worker: Worker): void {
    worker.unref();
  }

  protected async end(worker: Worker): Promise<void> {
    await worker.terminate();
  }
}

/**
 * Address of a thread's file beside the module that starts it. Tests run the TypeScript as it stands, which a thread
 * cannot; for them it is the built file, and `npm test` builds first.
 */
export function threadFile(moduleUrl: string, path: string): URL {
  const beside = moduleUrl.endsWith('.ts') ? moduleUrl.replace('/src/', '/dist/') : moduleUrl;
  return new URL(path, beside);
}

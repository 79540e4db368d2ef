import { Worker } from 'node:worker_threads';

export interface TaskThreadOptions {
  /** The built JavaScript file that the thread runs; it answers with `serveTasks`. */
  readonly file: URL;
  /** After this many milliseconds a task has failed and its thread is stopped. The first task also waits for the start. */
  readonly timeoutMs: number;
  /** Most tasks that may wait at once; more are refused rather than kept in memory. */
  readonly maxWaiting: number;
  /** Most memory that the thread's JavaScript may take, in MiB; a thread that needs more dies alone. */
  readonly maxHeapMegabytes: number;
}

export type ThreadFailure = 'timed_out' | 'crashed' | 'overloaded' | 'closed';

/** The thread, not the task, failed. The next task gets a new thread. */
export class TaskThreadError extends Error {
  constructor(
    readonly failure: ThreadFailure,
    options?: ErrorOptions,
  ) {
    super(`The thread ${failure.replace('_', ' ')}.`, options);
    this.name = 'TaskThreadError';
  }
}

/** The task itself failed, inside a thread that goes on. */
export class TaskError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TaskError';
  }
}

export type TaskAnswer<Result> = { readonly result: Result } | { readonly error: string };

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One thread beside the event loop for work that takes long or may never end. Tasks run one after the other;
 * a thread that hangs or dies costs only the task it had. Started by the first task; an idle one does not hold the process.
 */
export class TaskThread<Task, Result> {
  private readonly waiting: Waiting<Task, Result>[] = [];
  private current: Waiting<Task, Result> | undefined;
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: TaskThreadOptions) {}

  /** Rejects with `TaskError` when the task fails and with `TaskThreadError` when the thread does. */
  run(task: Task): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new TaskThreadError('closed'));
      } else if (this.waiting.length >= this.options.maxWaiting) {
        reject(new TaskThreadError('overloaded'));
      } else {
        this.waiting.push({ task, resolve, reject });
        this.next();
      }
    });
  }

  /** Stops the thread; what it had and what waits is rejected. */
  async close(): Promise<void> {
    this.closed = true;
    for (const each of this.waiting.splice(0)) each.reject(new TaskThreadError('closed'));
    const { worker } = this;
    this.giveUp(new TaskThreadError('closed'));
    await worker?.terminate();
  }

  private next(): void {
    if (this.current || this.closed) return;
    this.current = this.waiting.shift();
    if (!this.current) {
      this.worker?.unref();
      return;
    }
    this.worker ??= this.start();
    this.worker.ref();
    this.timer = setTimeout(() => {
      const { worker } = this;
      this.giveUp(new TaskThreadError('timed_out'));
      void worker?.terminate();
    }, this.options.timeoutMs);
    this.worker.postMessage(this.current.task);
  }

  private start(): Worker {
    const worker = new Worker(this.options.file, {
      resourceLimits: { maxOldGenerationSizeMb: this.options.maxHeapMegabytes },
      // Libraries that complain to the console about a stranger's file would fill the log.
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (answer: TaskAnswer<Result>) => {
      const { current } = this;
      if (worker !== this.worker || !current) return;
      clearTimeout(this.timer);
      this.current = undefined;
      if ('error' in answer) current.reject(new TaskError(answer.error));
      else current.resolve(answer.result);
      this.next();
    });
    worker.on('error', (cause) => {
      if (worker === this.worker) this.giveUp(new TaskThreadError('crashed', { cause }));
    });
    worker.on('exit', () => {
      if (worker === this.worker) this.giveUp(new TaskThreadError('crashed'));
    });
    return worker;
  }

  /** Forgets the thread, fails its task and goes on with the next. */
  private giveUp(error: TaskThreadError): void {
    clearTimeout(this.timer);
    this.worker = undefined;
    const { current } = this;
    this.current = undefined;
    current?.reject(error);
    this.next();
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

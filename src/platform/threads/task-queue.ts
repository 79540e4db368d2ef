export interface TaskQueueOptions {
  /** After this many milliseconds a task has failed and its helper is stopped. The first task also waits for the start. */
  readonly timeoutMs: number;
  /** Most tasks that may wait at once; more are refused rather than kept in memory. */
  readonly maxWaiting: number;
}

export type HelperFailure = 'timed_out' | 'crashed' | 'overloaded' | 'closed' | 'cancelled';

/** The helper, not the task, failed. The next task gets a new one. */
export class TaskHelperError extends Error {
  constructor(
    readonly failure: HelperFailure,
    options?: ErrorOptions,
  ) {
    super(`The helper ${failure.replace('_', ' ')}.`, options);
    this.name = 'TaskHelperError';
  }
}

/** The task itself failed, inside a helper that goes on. */
export class TaskError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TaskError';
  }
}

export type TaskAnswer<Result> = { readonly result: Result } | { readonly error: string };

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly report: (share: number) => void;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Tasks for one helper beside the event loop, a thread or a process, one after the other. A helper that hangs or dies costs
 * only the task it had. It is started by the first task.
 */
export abstract class TaskQueue<Task, Result, Helper> {
  private readonly waiting: Waiting<Task, Result>[] = [];
  private current: Waiting<Task, Result> | undefined;
  private helper: Helper | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  protected constructor(private readonly limits: TaskQueueOptions) {}

  /** Starts a helper that tells what comes of it by `answered` and `failed`. */
  protected abstract start(): Helper;
  protected abstract send(helper: Helper, task: Task): void;
  /** The helper has no task any more. */
  protected abstract rest(helper: Helper): void;
  protected abstract end(helper: Helper): Promise<void> | void;

  /**
   * Rejects with `TaskError` when the task fails and with `TaskHelperError` when the helper does.
   * @param report is told how much of the task is done, of 1, where the helper says so
   */
  run(task: Task, report: (share: number) => void = () => undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new TaskHelperError('closed'));
      } else if (this.waiting.length >= this.limits.maxWaiting) {
        reject(new TaskHelperError('overloaded'));
      } else {
        this.waiting.push({ task, report, resolve, reject });
        this.next();
      }
    });
  }

  /** Gives a task up, whether it waits or is under way; another one is left alone. */
  cancel(task: Task): void {
    const at = this.waiting.findIndex((each) => each.task === task);
    if (at >= 0) this.waiting.splice(at, 1)[0]?.reject(new TaskHelperError('cancelled'));
    else if (this.current?.task === task) void this.giveUp(new TaskHelperError('cancelled'));
  }

  /** Stops the helper; what it had and what waits is rejected. */
  async close(): Promise<void> {
    this.closed = true;
    for (const each of this.waiting.splice(0)) each.reject(new TaskHelperError('closed'));
    await this.giveUp(new TaskHelperError('closed'));
  }

  protected answered(helper: Helper, answer: TaskAnswer<Result>): void {
    const { current } = this;
    if (helper !== this.helper || !current) return;
    this.settle(helper);
    if ('error' in answer) current.reject(new TaskError(answer.error));
    else current.resolve(answer.result);
    this.next();
  }

  protected reported(helper: Helper, share: number): void {
    if (helper === this.helper) this.current?.report(share);
  }

  /** It broke, or did what it must not: it is ended, and the next task gets another. */
  protected failed(helper: Helper, cause?: unknown): void {
    if (helper === this.helper) void this.giveUp(new TaskHelperError('crashed', { cause }));
  }

  private next(): void {
    if (this.current || this.closed) return;
    this.current = this.waiting.shift();
    if (!this.current) return;
    this.helper ??= this.start();
    this.timer = setTimeout(() => void this.giveUp(new TaskHelperError('timed_out')), this.limits.timeoutMs);
    this.send(this.helper, this.current.task);
  }

  private settle(helper: Helper): void {
    clearTimeout(this.timer);
    this.current = undefined;
    this.rest(helper);
  }

  /** Ends the helper, fails its task and goes on with the next. */
  private async giveUp(error: TaskHelperError): Promise<void> {
    const { helper, current } = this;
    this.helper = undefined;
    if (helper) this.settle(helper);
    current?.reject(error);
    this.next();
    if (helper) await this.end(helper);
  }
}

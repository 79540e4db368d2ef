import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TaskError, TaskThreadError } from './task-thread.js';
import type { TaskAnswer } from './task-thread.js';

export interface TaskProcessOptions {
  /** The built JavaScript file that the process runs; it answers with `serveProcessTasks`. */
  readonly file: URL;
  /** After this many milliseconds a task has failed and its process is killed. The first task also waits for the start. */
  readonly timeoutMs: number;
  /** Most tasks that may wait at once; more are refused rather than kept in memory. */
  readonly maxWaiting: number;
  /** A process that takes more memory, of whatever kind, is killed. Watched where the system tells it (Linux). */
  readonly maxMegabytes: number;
}

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

const WATCH_MS = 100;
const PAGE_BYTES = 4096;
const MEBIBYTE = 1024 * 1024;

/**
 * One process beside this one, for native code that opens files of strangers: a thread that hangs in it cannot be stopped,
 * and one that breaks takes everything down. It is told nothing but its task: no settings, no keys. Tasks run one after the
 * other; a process that hangs, dies or grows costs only the task it had.
 */
export class TaskProcess<Task extends object, Result> {
  private readonly waiting: Waiting<Task, Result>[] = [];
  private current: Waiting<Task, Result> | undefined;
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: TaskProcessOptions) {}

  /** Rejects with `TaskError` when the task fails and with `TaskThreadError` when the process does. */
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

  /** Kills the process; what it had and what waits is rejected. */
  close(): void {
    this.closed = true;
    for (const each of this.waiting.splice(0)) each.reject(new TaskThreadError('closed'));
    this.giveUp(new TaskThreadError('closed'));
  }

  private next(): void {
    if (this.current || this.closed) return;
    this.current = this.waiting.shift();
    if (!this.current) return;
    this.child ??= this.start();
    const { child } = this;
    this.timer = setTimeout(() => this.giveUp(new TaskThreadError('timed_out')), this.options.timeoutMs);
    this.watch = setInterval(() => {
      if (residentMegabytes(child.pid) > this.options.maxMegabytes)
        this.giveUp(new TaskThreadError('crashed'));
    }, WATCH_MS);
    child.send(this.current.task);
  }

  private start(): ChildProcess {
    const child = fork(fileURLToPath(this.options.file), [], {
      serialization: 'advanced',
      // Nothing of the environment: settings and keys are in it.
      env: { NODE_ENV: process.env.NODE_ENV ?? 'production' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer) => {
      const { current } = this;
      if (child !== this.child || !current) return;
      this.rest();
      this.current = undefined;
      const given = answer as TaskAnswer<Result>;
      if ('error' in given) current.reject(new TaskError(given.error));
      else current.resolve(given.result);
      this.next();
    });
    const ended = (cause?: unknown) => {
      if (child === this.child) this.giveUp(new TaskThreadError('crashed', { cause }));
    };
    child.on('error', ended);
    child.on('exit', () => {
      ended();
    });
    // An idle one does not hold this process, and ends with it: its channel is closed then.
    child.unref();
    child.channel?.unref();
    return child;
  }

  private rest(): void {
    clearTimeout(this.timer);
    clearInterval(this.watch);
  }

  /** Ends the process, fails its task and goes on with the next. */
  private giveUp(error: TaskThreadError): void {
    this.rest();
    const { child, current } = this;
    this.child = undefined;
    this.current = undefined;
    child?.kill('SIGKILL');
    current?.reject(error);
    this.next();
  }
}

/** Inside the process: answers each task that `TaskProcess` sends, failures included. */
export function serveProcessTasks<Task, Result>(perform: (task: Task) => Promise<Result> | Result): void {
  const answer = (message: TaskAnswer<Result>) => process.send?.(message);
  process.on('message', (task) => {
    Promise.resolve()
      .then(() => perform(task as Task))
      .then(
        (result) => answer({ result }),
        (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
      );
  });
  process.on('disconnect', () => {
    process.exit();
  });
}

/** 0 where the system does not tell it. */
function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return 0;
  try {
    const [, resident = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return (Number(resident) * PAGE_BYTES) / MEBIBYTE;
  } catch {
    return 0;
  }
}

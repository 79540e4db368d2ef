import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answerTo } from './serve-tasks.js';
import { TaskQueue } from './task-queue.js';
import type { TaskAnswer, TaskQueueOptions } from './task-queue.js';

export interface TaskProcessOptions extends TaskQueueOptions {
  /** The built JavaScript file that the process runs; it answers with `serveProcessTasks`. */
  readonly file: URL;
  /** A process that takes more memory, of whatever kind, is killed. Watched where the system tells it (Linux). */
  readonly maxMegabytes: number;
}

const WATCH_MS = 100;
const PAGE_BYTES = 4096;
const MEBIBYTE = 1024 * 1024;

/**
 * One process for native code that opens files of strangers: a thread that hangs in it cannot be stopped, and one that
 * breaks takes everything down. It is told nothing but its task: no settings, no keys. One that grows is killed.
 */
export class TaskProcess<Task extends object, Result> extends TaskQueue<Task, Result, ChildProcess> {
  private watch: NodeJS.Timeout | undefined;

  constructor(private readonly options: TaskProcessOptions) {
    super(options);
  }

  protected start(): ChildProcess {
    const child = fork(fileURLToPath(this.options.file), [], {
      serialization: 'advanced',
      // Nothing of the environment: settings and keys are in it.
      env: { NODE_ENV: process.env.NODE_ENV ?? 'production' },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer) => {
      this.answered(child, answer as TaskAnswer<Result>);
    });
    child.on('error', (cause) => {
      this.failed(child, cause);
    });
    child.on('exit', () => {
      this.failed(child);
    });
    // An idle one does not hold this process, and ends with it: its channel is closed then.
    child.unref();
    child.channel?.unref();
    return child;
  }

  protected send(child: ChildProcess, task: Task): void {
    this.watch = setInterval(() => {
      if (residentMegabytes(child.pid) > this.options.maxMegabytes) this.failed(child);
    }, WATCH_MS);
    child.send(task);
  }

  protected rest(): void {
    clearInterval(this.watch);
  }

  protected end(child: ChildProcess): void {
    child.kill('SIGKILL');
  }
}

/** Inside the process: answers each task that `TaskProcess` sends. */
export function serveProcessTasks<Task, Result>(perform: (task: Task) => Promise<Result> | Result): void {
  process.on('message', (task) => {
    void answerTo(perform, task as Task).then((answer) => process.send?.(answer));
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

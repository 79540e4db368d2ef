import { parentPort } from 'node:worker_threads';
import type { TaskAnswer } from './task-thread.js';

/** Inside a thread: answers each task that `TaskThread` sends, failures included. */
export function serveTasks<Task, Result>(perform: (task: Task) => Promise<Result>): void {
  const port = parentPort;
  if (!port) throw new Error('serveTasks belongs into a worker thread.');
  port.on('message', (task: Task) => {
    perform(task).then(
      (result) => {
        port.postMessage({ result } satisfies TaskAnswer<Result>);
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        port.postMessage({ error: message } satisfies TaskAnswer<Result>);
      },
    );
  });
}

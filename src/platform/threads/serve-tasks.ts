import { parentPort } from 'node:worker_threads';
import type { TaskAnswer } from './task-queue.js';

/** What a task came to, failures included. */
export async function answerTo<Task, Result>(
  perform: (task: Task) => Promise<Result> | Result,
  task: Task,
): Promise<TaskAnswer<Result>> {
  try {
    return { result: await perform(task) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Inside a thread: answers each task that `TaskThread` sends. */
export function serveTasks<Task, Result>(perform: (task: Task) => Promise<Result>): void {
  const port = parentPort;
  if (!port) throw new Error('serveTasks belongs into a worker thread.');
  port.on('message', (task: Task) => {
    void answerTo(perform, task).then((answer) => {
      port.postMessage(answer);
    });
  });
}

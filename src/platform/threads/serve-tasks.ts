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

/**
 * Inside a thread: answers each task that `TaskThread` sends.
 * @param perform told how to report how much of the task is done, of 1
 */
export function serveTasks<Task, Result>(
  perform: (task: Task, report: (share: number) => void) => Promise<Result> | Result,
): void {
  const port = parentPort;
  if (!port) throw new Error('serveTasks belongs into a worker thread.');
  port.on('message', (task: Task) => {
    const report = (share: number) => port.postMessage({ share });
    void answerTo((each: Task) => perform(each, report), task).then((answer) => {
      port.postMessage(answer);
    });
  });
}

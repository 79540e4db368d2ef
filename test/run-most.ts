import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../dist/cli/main.js');

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as `npm run most --` does, with these settings and nothing of our own environment. */
export function runMost(
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test', ...settings };
  return new Promise((ended) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      ended({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { runCommand } from '../src/cli/run-command.js';

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
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...forTests(settings) };
  return new Promise((ended) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      ended({ status: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** The same in this process, which has loaded the application already. */
export async function callMost(
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const status = await runCommand(words, {
    environment: forTests(settings),
    print: (line) => (said.stdout += `${line}\n`),
    note: (text) => (said.stderr += text),
  });
  return { status, ...said };
}

function forTests(settings: Readonly<Record<string, string>>) {
  return { NODE_ENV: 'test', ...settings };
}

import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { StreamableFile } from '@nestjs/common';
import { isAlive } from './job-table.js';
import type { JobState } from './job-table.js';

const LOOK_MS = 500;
/** A page that is left open asks again: no connection is held for ever. */
const LONGEST_MS = 300_000;

export interface JobProgress {
  readonly state: JobState;
  /** How much is done, of 1. */
  readonly share: number;
}

/**
 * How far a job is, as server-sent events: a share as often as it grows, and the state at the end.
 * @param look asks anew each time, with the rights of whoever watches
 */
export async function tellProgress(look: () => Promise<JobProgress>): Promise<StreamableFile> {
  // Who may not look is refused before anything is told.
  await look();
  return new StreamableFile(Readable.from(told(look)));
}

async function* told(look: () => Promise<JobProgress>): AsyncGenerator<string> {
  let before = '';
  for (let waited = 0; waited < LONGEST_MS; waited += LOOK_MS) {
    const { state, share } = await look();
    const now = JSON.stringify({ state, percent: Math.round(share * 100) });
    if (now !== before) yield `data: ${now}\n\n`;
    before = now;
    if (!isAlive(state)) return;
    await pause(LOOK_MS);
  }
}

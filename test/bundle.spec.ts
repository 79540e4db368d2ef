import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, MAIN, startMost } from './start-most.js';
import type { RunningMost } from './start-most.js';

/** What `npm start` runs is put together of the modules in a few files, and must not be told from them. */

/** Public pages and files, each from another part of what a module finds beside itself. */
const PATHS = [
  '/',
  '/calls',
  '/health/ready',
  '/api/docs',
  '/api/docs/swagger-ui-bundle.js',
  '/public/main.css',
];

interface Answers {
  readonly description: unknown;
  readonly pages: readonly { readonly path: string; readonly status: number; readonly type: string | null }[];
}

let bundled: Answers;
let unbundled: Answers;

beforeAll(async () => {
  const most = await startMost();
  try {
    bundled = await answersOf(most);
    // On the same demonstration.
    await most.restart(undefined, { unbundled: true });
    unbundled = await answersOf(most);
  } finally {
    await most.stop();
  }
}, 240_000);

describe('the application in a few files', () => {
  it('describes its API as its modules do: every class by its name, every type of every field', () => {
    expect(bundled.description).toHaveProperty('paths');
    expect(bundled.description).toEqual(unbundled.description);
  });

  it('finds what the modules that it is made of find beside themselves', () => {
    expect(bundled.pages.map(({ status }) => status)).toEqual(PATHS.map(() => 200));
    expect(bundled.pages).toEqual(unbundled.pages);
  });

  it('names the line of the source where something went wrong', async () => {
    const port = String(await freePort());
    const dataDir = mkdtempSync(join(tmpdir(), 'most-test-bundle-'));
    const { stderr, status } = await new Promise<{ stderr: string; status: unknown }>((ended) => {
      const env = {
        PATH: process.env.PATH,
        DATA_DIR: dataDir,
        PORT: port,
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      };
      execFile(process.execPath, ['--enable-source-maps', MAIN], { env }, (error, _stdout, stderr) =>
        ended({ stderr, status: error?.code }),
      );
    });
    rmSync(dataDir, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toMatch(/src\/platform\/database\/migrate\.ts:\d+/);
    expect(stderr).toMatch(/src\/start\.ts:\d+/);
    expect(stderr).not.toContain('dist/bundle');
  });
});

async function answersOf({ url }: RunningMost): Promise<Answers> {
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    return { path, status: answer.status, type: answer.headers.get('content-type') };
  };
  return {
    description: await (await fetch(`${url}/api/openapi.json`)).json(),
    pages: await Promise.all(PATHS.map(ask)),
  };
}

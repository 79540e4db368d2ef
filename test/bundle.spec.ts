import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, MAIN, startMost } from './start-most.js';
import type { RunningMost } from './start-most.js';

/** What `npm start` runs is put together of the modules in a few files, and must not be told from them. */

let bundled: RunningMost;
let unbundled: RunningMost;

beforeAll(async () => {
  bundled = await startMost();
  unbundled = await startMost({ unbundled: true });
}, 120_000);

afterAll(async () => {
  await bundled.stop();
  await unbundled.stop();
});

describe('the application in a few files', () => {
  it('describes its API as its modules do: every class by its name, every type of every field', async () => {
    const described = async ({ url }: RunningMost) => (await fetch(`${url}/api/openapi.json`)).json();
    expect(await described(bundled)).toEqual(await described(unbundled));
  });

  it.each([
    '/',
    '/calls',
    '/health/ready',
    '/api/docs',
    '/api/docs/swagger-ui-bundle.js',
    '/public/main.css',
  ])('finds what it needs for %s beside the modules that it is made of', async (path) => {
    const answers = await Promise.all([bundled, unbundled].map(({ url }) => fetch(`${url}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const [ours, theirs] = await Promise.all(answers.map(async (answer) => (await answer.text()).length));
    // Numbers that change from one start to the next are of one length.
    expect(ours).toBe(theirs);
  });

  it('names the line of the source where something went wrong', async () => {
    const port = String(await freePort());
    const { stderr, status } = await new Promise<{ stderr: string; status: unknown }>((ended) => {
      const env = {
        PATH: process.env.PATH,
        DATA_DIR: bundled.dataDir,
        PORT: port,
        DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      };
      execFile(process.execPath, ['--enable-source-maps', MAIN], { env }, (error, _stdout, stderr) =>
        ended({ stderr, status: error?.code }),
      );
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/src\/platform\/database\/migrate\.ts:\d+/);
    expect(stderr).toMatch(/src\/start\.ts:\d+/);
    expect(stderr).not.toContain('dist/bundle');
  });
});

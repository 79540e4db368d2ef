import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/shared/clock.js';
import type { Clock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import { draftsOf } from '../factories/drafts.js';
import type { Drafts } from '../factories/drafts.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

/** A call to which students of one university apply. */
export interface SubmissionsScene {
  readonly http: HttpApp;
  readonly world: World;
  readonly drafts: Drafts;
  readonly slug: string;
  /** Checks the invariants at the end. */
  stop(): Promise<void>;
}

/** @param clock by which applicants act */
export async function startSubmissions(clock: Clock): Promise<SubmissionsScene> {
  const scratch = mkdtempSync(join(tmpdir(), 'most-submissions-'));
  const http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner, systemClock);
  const drafts = await draftsOf(http, await world.institution('university-of-belgrade'), clock);
  const slug = `call-${newId()}`;
  await world.publishedCall({ slug });
  return {
    http,
    world,
    drafts,
    slug,
    async stop() {
      await expectInvariants(http.owner);
      drafts.end();
      await http.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

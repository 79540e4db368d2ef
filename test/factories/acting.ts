import type { INestApplicationContext } from '@nestjs/common';
import { People } from '../../src/access/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Clock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';

/** A request of somebody as sign-in would find them now, with their second factor. */
export async function actingAs(app: INestApplicationContext, id: Id): Promise<RequestContext> {
  const found = await app
    .get(Database)
    .read(systemContext(systemClock), (ctx) => app.get(People).withGrants(ctx, id));
  if (!found) throw new Error('nobody is there');
  const { name, grants, ties } = found;
  return {
    actor: { ...ANONYMOUS, kind: 'person', personId: id, name, grants, ties, secondFactor: true },
    language: 'en',
    clock: systemClock,
    requestId: newId(),
  };
}

/** A request of somebody who has no role: an applicant. */
export function applicantActing(personId: Id, clock: Clock = systemClock): RequestContext {
  return {
    actor: { ...ANONYMOUS, kind: 'person', personId, name: 'Ана' },
    language: 'sr-Cyrl',
    clock,
    requestId: `test-${personId}`,
  };
}

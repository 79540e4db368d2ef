import type { INestApplication } from '@nestjs/common';
import { SupplementDocument } from '../../src/applications/public.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import type { Address } from './running-records.js';

type Operation = (app: INestApplication, request: RequestContext, address: Address) => Promise<unknown>;

/** Acts to which no page and no route of the API leads yet: they are asked for where pages would ask. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  // Its form brings a file, which no question of this table does.
  'application.supplement_document': (app, request, { id = '' }) =>
    app.get(SupplementDocument).run(request, id, 'transcript', null),
};

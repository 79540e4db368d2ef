import '@fastify/csrf-protection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormFields } from './session-data.js';

/** Whether the token among the fields, or in the header `x-csrf-token`, belongs to the session. */
export function csrfHolds(server: FastifyInstance, request: FastifyRequest, fields: FormFields): boolean {
  let holds = false;
  // The plugin answers by itself; here it is only asked, because the answer needs the typed words to be kept.
  const asked = { session: request.session, headers: request.headers, body: fields, log: request.log };
  const answer = { send: () => undefined };
  server.csrfProtection(asked as unknown as FastifyRequest, answer as unknown as FastifyReply, () => {
    holds = true;
  });
  return holds;
}

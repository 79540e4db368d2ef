import { Agent, createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';

/** What stands before several processes: to each in turn, past those that do not answer. */
export interface Proxy {
  readonly url: string;
  /** How many requests each address has answered. */
  readonly answered: ReadonlyMap<string, number>;
  /** How many requests that change something an address has not answered yet. */
  formsUnderWay(address: string): number;
  /** Also while it runs: a process that is started again may have another address. */
  route(addresses: readonly string[]): void;
  stop(): Promise<void>;
}

/** Whom a request is sent to first, and how many were asked before. */
interface Attempt {
  readonly first: number;
  readonly asked: number;
}

/** Requests that may be asked again of another process when the first broke off. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A proxy as operators run one: it holds no state, remembers nobody, and asks the next process where one refuses the
 * connection. A form that was under way when its process died is not sent twice: 502, and the person decides.
 */
export async function startProxy(): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const answered = new Map<string, number>();
  const forms = new Map<string, number>();
  let addresses: readonly string[] = [];
  let turn = 0;

  function pass(request: IncomingMessage, body: Buffer, response: ServerResponse, attempt: Attempt): void {
    const address = addresses[(attempt.first + attempt.asked) % addresses.length];
    if (address === undefined) {
      response.writeHead(502).end('nobody answers');
      return;
    }
    const to = new URL(request.url ?? '/', address);
    const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress ?? '' };
    const isForm = !SAFE.has(request.method ?? '');
    const count = (by: number) => isForm && forms.set(address, (forms.get(address) ?? 0) + by);
    count(1);
    const onward = ask(to, { method: request.method, headers, agent }, (answer) => {
      answered.set(address, (answered.get(address) ?? 0) + 1);
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
      response.on('close', () => onward.destroy());
    });
    onward.on('error', (error: NodeJS.ErrnoException) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const unsent = error.code === 'ECONNREFUSED' || !isForm;
      const asked = attempt.asked + 1;
      if (unsent && asked <= addresses.length && !response.destroyed)
        pass(request, body, response, { ...attempt, asked });
      else response.writeHead(502).end('the process that was asked is gone');
    });
    onward.on('close', () => count(-1));
    onward.end(body);
  }

  const server = createServer((request, response) => {
    // Taken in whole before anybody is asked, so that it can be sent to another: as nginx does unless told otherwise.
    buffer(request).then(
      (body) => pass(request, body, response, { first: turn++, asked: 0 }),
      () => response.destroy(),
    );
  });
  // As long as nginx keeps a connection on which nobody asks: who thinks for some seconds is not cut off.
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port for the proxy');
  return {
    url: `http://127.0.0.1:${bound.port}`,
    answered,
    formsUnderWay: (address) => forms.get(address) ?? 0,
    route(next) {
      addresses = next;
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

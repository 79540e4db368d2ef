import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import pg from 'pg';

/** A pooler before PostgreSQL. */
export interface Pooler {
  /** The database through it. */
  readonly url: string;
  stop(): Promise<void>;
}

const AUTHENTICATION_OK = message('R', int32(0));
const READY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const HEADER = 5;

/** One connection to PostgreSQL, lent to one client at a time. */
interface Server {
  readonly socket: Socket;
  client: Client | null;
}

interface Client {
  readonly socket: Socket;
  server: Server | null;
  /** What it said while it waited for a server. */
  waiting: Buffer[];
  /** How many answers it has to get before it could be done. */
  owed: number;
}

/**
 * What PgBouncer does in transaction mode, as versions before 1.21 did: each transaction gets whichever connection has been
 * free for longest, with whatever was set or prepared there by somebody else. What needs a session of its own fails behind it.
 */
export async function startTransactionPooler(url: string, size: number): Promise<Pooler> {
  const clients = new Set<Socket>();
  const servers: Server[] = [];
  const free: Server[] = [];
  const queue: Client[] = [];
  const behind = await Promise.all(Array.from({ length: size }, () => connect(url)));
  for (const { socket } of behind) {
    const server: Server = { socket, client: null };
    servers.push(server);
    free.push(server);
    const whole = splitter((kind, bytes) => {
      const { client } = server;
      if (!client) return;
      client.socket.write(bytes);
      if (kind !== READY) return;
      client.owed -= 1;
      if (client.owed === 0 && bytes[HEADER] === IDLE) release(server);
    });
    socket.on('data', whole);
    socket.on('error', () => undefined);
    socket.on('close', () => server.client?.socket.destroy());
  }

  function release(server: Server): void {
    if (server.client) server.client.server = null;
    server.client = null;
    free.push(server);
    lend();
  }

  function lend(): void {
    for (let client = queue[0]; client && free.length > 0; client = queue[0]) {
      queue.shift();
      const server = free.shift();
      if (!server) return;
      server.client = client;
      client.server = server;
      for (const said of client.waiting.splice(0)) server.socket.write(said);
    }
  }

  const listener = createServer((socket) => {
    clients.add(socket);
    socket.setNoDelay(true);
    const client: Client = { socket, server: null, waiting: [], owed: 0 };
    let greeted = false;
    const hear = splitter((kind, bytes) => {
      if (kind === TERMINATE) return void socket.end();
      if (kind === QUERY || kind === SYNC) client.owed += 1;
      if (client.server) return void client.server.socket.write(bytes);
      client.waiting.push(bytes);
      if (!queue.includes(client)) queue.push(client);
      lend();
    });
    socket.on('data', (bytes) => {
      if (greeted) return hear(bytes);
      greeted = true;
      socket.write(Buffer.concat([AUTHENTICATION_OK, message('Z', Buffer.from('I'))]));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clients.delete(socket);
      const waits = queue.indexOf(client);
      if (waits >= 0) queue.splice(waits, 1);
      // What it began and did not end must not become the next one's.
      if (client.server) client.server.socket.destroy();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port for the pooler');
  const pooled = new URL(url);
  pooled.port = String(bound.port);
  return {
    url: pooled.href,
    async stop() {
      for (const socket of clients) socket.destroy();
      for (const { socket } of servers) socket.destroy();
      await new Promise((closed) => listener.close(closed));
    },
  };
}

/** Signs in as the library does, and takes its connection over. */
async function connect(url: string): Promise<{ readonly socket: Socket }> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.setNoDelay(true);
  stream.removeAllListeners('data');
  stream.removeAllListeners('end');
  stream.removeAllListeners('close');
  return { socket: stream };
}

/** Cuts a stream into the protocol's messages: a letter, a length, a body. */
function splitter(hear: (kind: number, bytes: Buffer) => void): (chunk: Buffer) => void {
  let kept = Buffer.alloc(0);
  return (chunk) => {
    kept = Buffer.concat([kept, chunk]);
    while (kept.length >= HEADER) {
      const length = 1 + kept.readInt32BE(1);
      if (kept.length < length) return;
      hear(kept[0] ?? 0, kept.subarray(0, length));
      kept = kept.subarray(length);
    }
  };
}

function message(kind: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

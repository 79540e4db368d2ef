import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { VirusScanner } from '../domain/virus-scan.js';
import type { ScanResult } from '../domain/virus-scan.js';

/** Longest piece that is sent at once, in bytes; clamd refuses pieces beyond its own limit. */
const PIECE_LENGTH = 64 * 1024;

/** Where no scanner is configured. */
export class NoVirusScanner extends VirusScanner {
  override scan(): Promise<ScanResult> {
    return Promise.resolve({ state: 'not_scanned', detail: 'no scanner' });
  }
}

/** Asks a ClamAV daemon over its unix socket (CLAMAV_SOCKET), by its command INSTREAM. */
export class ClamavScanner extends VirusScanner {
  /** `timeoutMs`: how long the daemon may be silent, in milliseconds. */
  constructor(
    private readonly socketPath: string,
    private readonly timeoutMs = 30_000,
  ) {
    super();
  }

  override async scan(content: AsyncIterable<Uint8Array> | Buffer): Promise<ScanResult> {
    const socket = connect(this.socketPath);
    try {
      const answer = readAnswer(socket, this.timeoutMs);
      // Where the daemon stops listening (its limit of size), the answer says why; the broken pipe does not.
      const sending = send(socket, Buffer.isBuffer(content) ? Readable.from([content]) : content);
      sending.catch((error: unknown) => socket.destroy(error instanceof Error ? error : undefined));
      return understand(await answer);
    } catch (error) {
      return { state: 'not_scanned', detail: error instanceof Error ? error.message : String(error) };
    } finally {
      socket.destroy();
    }
  }
}

function readAnswer(socket: Socket, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    socket.setEncoding('utf8');
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('the scanner did not answer in time')));
    socket.on('data', (text) => {
      answer += String(text);
      if (answer.includes('\0')) resolve(answer.slice(0, answer.indexOf('\0')));
    });
    socket.on('end', () => {
      resolve(answer);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the scanner closed the connection'));
    });
  });
}

async function send(socket: Socket, content: AsyncIterable<Uint8Array>): Promise<void> {
  await write(socket, Buffer.from('zINSTREAM\0'));
  for await (const piece of content) {
    for (let start = 0; start < piece.length; start += PIECE_LENGTH) {
      const part = piece.subarray(start, start + PIECE_LENGTH);
      await write(socket, lengthOf(part));
      await write(socket, part);
    }
  }
  await write(socket, lengthOf(new Uint8Array(0)));
}

function lengthOf(part: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** `stream: OK`, `stream: Eicar-Signature FOUND`, or `… ERROR`. */
function understand(answer: string): ScanResult {
  if (/^stream: OK$/.test(answer)) return { state: 'clean' };
  const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  return found === undefined
    ? { state: 'not_scanned', detail: answer || 'the scanner said nothing' }
    : { state: 'infected', detail: found };
}

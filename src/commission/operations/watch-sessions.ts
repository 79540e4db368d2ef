import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../../platform/config/settings.js';
import { DomainError } from '../../shared/domain-error.js';
import type { Id } from '../../shared/ids.js';
import { COMMISSION_CHANNEL } from './commission-record.js';

const HEARTBEAT_MS = 20_000;
/** A page that is left open asks again: no connection is held for ever, and its rights are asked anew. */
const LONGEST_MS = 300_000;
const RECONNECT_MS = 1_000;
const MOST_OF_A_PERSON = 6;
const MOST_OF_A_PROCESS = 500;

interface Watcher {
  readonly sessionId: Id;
  readonly personId: Id;
  changed: boolean;
  wake: () => void;
}

/**
 * Tells pages that are open on a session that it changed, whichever process made the change: PostgreSQL carries the word
 * between them (`notify` in the act, `listen` here, on one connection of a process). Nothing is told but that something
 * changed; the page asks for its part, with the rights of whoever looks.
 */
@Injectable()
export class WatchSessions implements BeforeApplicationShutdown {
  private readonly log = new Logger('commission');
  private readonly watchers = new Set<Watcher>();
  private client: pg.Client | null = null;
  private connecting: Promise<void> | null = null;
  private ended = false;

  constructor(@Inject(Settings) private readonly settings: Settings) {}

  /**
   * The stream of one page, as server-sent events.
   * @param version of the session as whoever looks may read it now; it throws when they may no more
   * @throws DomainError `too_many_requests` where somebody, or this process, has too many open
   */
  async watch(sessionId: Id, personId: Id, version: () => Promise<number>): Promise<AsyncGenerator<string>> {
    const own = [...this.watchers].filter((watcher) => watcher.personId === personId).length;
    if (own >= MOST_OF_A_PERSON || this.watchers.size >= MOST_OF_A_PROCESS) {
      throw new DomainError('too_many_requests');
    }
    const watcher: Watcher = { sessionId, personId, changed: false, wake: () => undefined };
    this.watchers.add(watcher);
    try {
      await this.listen();
      const first = await version();
      return this.endedAtOnce(watcher, this.told(watcher, first, version));
    } catch (error) {
      this.watchers.delete(watcher);
      throw error;
    }
  }

  /** Whoever goes away is no watcher from then on: neither where nothing was read yet, nor only with the next heartbeat. */
  private endedAtOnce(watcher: Watcher, stream: AsyncGenerator<string>): AsyncGenerator<string> {
    const end = stream.return.bind(stream);
    return Object.assign(stream, {
      return: (value: unknown) => {
        this.watchers.delete(watcher);
        const ended = end(value);
        watcher.wake();
        return ended;
      },
    });
  }

  private async *told(
    watcher: Watcher,
    first: number,
    version: () => Promise<number>,
  ): AsyncGenerator<string> {
    try {
      let known = first;
      yield `retry: 2000\nevent: changed\ndata: ${known}\n\n`;
      for (const end = Date.now() + LONGEST_MS; Date.now() < end && !this.ended;) {
        if (!watcher.changed) await this.pause(watcher);
        if (!watcher.changed) {
          yield ': \n\n';
          continue;
        }
        watcher.changed = false;
        const now = await version();
        if (now !== known) yield `event: changed\ndata: ${now}\n\n`;
        known = now;
      }
    } catch (error) {
      // Whoever may no longer look is told nothing; the page asks again and is answered as anybody.
      if (!(error instanceof DomainError)) throw error;
    } finally {
      this.watchers.delete(watcher);
    }
  }

  private pause(watcher: Watcher): Promise<void> {
    return new Promise((resume) => {
      const heartbeat = setTimeout(resume, HEARTBEAT_MS);
      heartbeat.unref();
      watcher.wake = () => {
        clearTimeout(heartbeat);
        resume();
      };
    });
  }

  private wake(sessionId: Id | null): void {
    for (const watcher of this.watchers) {
      if (sessionId !== null && watcher.sessionId !== sessionId) continue;
      watcher.changed = true;
      watcher.wake();
    }
  }

  private listen(): Promise<void> {
    if (this.client) return Promise.resolve();
    this.connecting ??= this.connect().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  private async connect(): Promise<void> {
    // Waiting for a word needs a session of its own and not a pooler's transaction.
    const client = new pg.Client({
      connectionString: this.settings.databaseDirectUrl ?? this.settings.databaseUrl,
    });
    const lost = () => {
      if (this.client === client) this.client = null;
      client.removeAllListeners();
      client.on('error', () => undefined);
      void client.end().catch(() => undefined);
      if (!this.ended && this.watchers.size > 0) this.reconnect();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload = '' }) => {
      this.wake(payload.split(' ')[0] ?? '');
    });
    try {
      await client.connect();
      await client.query(`listen ${COMMISSION_CHANNEL}`);
    } catch (error) {
      client.removeAllListeners();
      client.on('error', () => undefined);
      throw error;
    }
    this.client = client;
  }

  private reconnect(): void {
    setTimeout(() => {
      if (this.ended || this.client) return;
      this.listen().then(
        // What was said in between was not heard: everybody looks.
        () => this.wake(null),
        (error: unknown) => {
          this.log.warn(`sessions are not told of: ${String(error)}`);
          this.reconnect();
        },
      );
    }, RECONNECT_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ended = true;
    this.wake(null);
    const { client } = this;
    this.client = null;
    client?.removeAllListeners();
    await client?.end().catch(() => undefined);
  }
}

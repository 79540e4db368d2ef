import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { isFull, storageRefusal } from '../../platform/storage/storage-errors.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { MOST_UPLOAD_BYTES } from '../domain/upload-rules.js';
import type { UploadSubject } from './uploads.js';

/** So long after the last part that came a file on its way is forgotten. */
const KEPT_MS = 24 * 3_600_000;
/** Files that one person may have on their way at the same time. */
export const MOST_PARTIAL_UPLOADS = 10;
const BATCH = 200;

/** A file on its way. */
export interface PartialUpload {
  readonly id: Id;
  readonly subjectKind: string;
  readonly subjectId: Id;
  readonly requirement: string;
  readonly fileName: string;
  /** In bytes: what it will be, and what is there. */
  readonly length: number;
  readonly received: number;
  readonly expiresAt: Date;
  /** What it became; null while it is on its way. */
  readonly uploadId: Id | null;
}

const COLUMNS = `id, subject_kind as "subjectKind", subject_id as "subjectId", requirement, file_name as "fileName", length,
  received, expires_at as "expiresAt", upload_id as "uploadId"`;

/**
 * Files that come in parts, so that a network that breaks off costs no more than the part that was under way. Each part is
 * sealed into the file store, and counts once its row is there; who may send what is decided by the caller.
 */
@Injectable()
export class PartialUploads {
  private readonly folder: string;

  constructor(
    @Inject(Settings) settings: Settings,
    @Inject(Database) private readonly database: Database,
    @Inject(FileStore) private readonly store: FileStore,
  ) {
    this.folder = join(settings.dataDir, 'uploads');
  }

  async begin(
    ctx: Ctx,
    wanted: {
      readonly subject: UploadSubject;
      readonly requirement: string;
      readonly fileName: string;
      readonly length: number;
    },
  ): Promise<PartialUpload> {
    const ownerId = ctx.actor.personId;
    if (ownerId === null) throw new DomainError('forbidden');
    if (!Number.isInteger(wanted.length) || wanted.length < 1) {
      throw new DomainError('invalid', { fields: [{ field: wanted.requirement, problem: 'empty_file' }] });
    }
    if (wanted.length > MOST_UPLOAD_BYTES) {
      const values = { megabytes: Math.floor(MOST_UPLOAD_BYTES / (1024 * 1024)) };
      throw new DomainError('too_large', {
        reason: 'file_too_large',
        fields: [{ field: wanted.requirement, problem: 'too_large_file', values }],
      });
    }
    const now = ctx.clock.now();
    const [held] = await ctx.tx.query<{ count: number }[]>(
      `select count(*)::integer as count from partial_uploads
       where owner_id = $1 and finished_at is null and expires_at > $2`,
      [ownerId, now],
    );
    if ((held?.count ?? 0) >= MOST_PARTIAL_UPLOADS) {
      throw new DomainError('conflict', {
        reason: 'too_many_uploads',
        values: { max: MOST_PARTIAL_UPLOADS },
      });
    }
    const id = newId(now);
    await ctx.tx.query(
      `insert into partial_uploads (id, owner_id, subject_kind, subject_id, requirement, file_name, length, created_at,
         expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        ownerId,
        wanted.subject.kind,
        wanted.subject.id,
        wanted.requirement,
        wanted.fileName.slice(0, 1000) || 'file',
        wanted.length,
        now,
        new Date(now.getTime() + KEPT_MS),
      ],
    );
    return this.find(ctx, wanted.subject, id);
  }

  /** @throws DomainError `not_found` where it is not the actor's own, `too_late` where it was forgotten */
  async find(ctx: Ctx, subject: UploadSubject, id: string): Promise<PartialUpload> {
    const [row] = isId(id)
      ? await ctx.tx.query<PartialUpload[]>(
          `select ${COLUMNS} from partial_uploads where id = $1 and subject_kind = $2 and subject_id = $3
             and owner_id = $4`,
          [id, subject.kind, subject.id, ctx.actor.personId],
        )
      : [];
    if (!row) throw new DomainError('not_found');
    if (row.expiresAt <= ctx.clock.now()) throw new DomainError('too_late', { reason: 'upload_expired' });
    return row;
  }

  /**
   * Takes the next part, which lies at `path`.
   * @throws DomainError `conflict` where the file goes on elsewhere than at `offset`
   */
  async append(
    request: RequestContext,
    subject: UploadSubject,
    id: string,
    part: { readonly offset: number; readonly path: string },
  ): Promise<PartialUpload> {
    const content = await readFile(part.path);
    await this.database.read(request, async (ctx) => requireOffset(await this.find(ctx, subject, id), part));
    if (content.length === 0) return this.database.read(request, (ctx) => this.find(ctx, subject, id));
    // Parts that are equal by chance lie apart, so that taking one away takes no other with it.
    const stored = await this.store.put(Buffer.concat([markOf(id, part.offset), content]));
    try {
      return await this.database.transaction(request, async (ctx) => {
        await ctx.tx.query('select from partial_uploads where id = $1 for update', [id]);
        requireOffset(await this.find(ctx, subject, id), part);
        await ctx.tx.query(
          `insert into partial_upload_parts (partial_id, start, length, storage_key, sha256)
           values ($1, $2, $3, $4, $5)`,
          [id, part.offset, content.length, stored.key, stored.sha256],
        );
        await ctx.tx.query(
          'update partial_uploads set received = received + $2, expires_at = $3 where id = $1',
          [id, content.length, new Date(ctx.clock.now().getTime() + KEPT_MS)],
        );
        return this.find(ctx, subject, id);
      });
    } catch (error) {
      // The same part sent twice at once is the same file: it is taken away only where no row holds it.
      const held = await this.database.read(request, (ctx) =>
        ctx.tx.query<unknown[]>('select from partial_upload_parts where storage_key = $1', [stored.key]),
      );
      if (held.length === 0) await this.store.remove(stored.key);
      throw error;
    }
  }

  /** Puts the parts together on the disk, for the time of one request. Whoever asks removes the file. */
  async assemble(request: RequestContext, subject: UploadSubject, id: string): Promise<string> {
    const parts = await this.database.read(request, async (ctx) => {
      const { received, length } = await this.find(ctx, subject, id);
      if (received < length) throw new DomainError('conflict', { reason: 'upload_not_whole' });
      return this.partsOf(ctx, id);
    });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, newId());
    const { store } = this;
    async function* content() {
      for (const { start, key, sha256 } of parts) {
        const part = await buffer(await store.get(key, sha256));
        yield part.subarray(markOf(id, start).length);
      }
    }
    try {
      await pipeline(Readable.from(content()), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await rm(path, { force: true });
      throw isFull(error) ? storageRefusal(error) : error;
    }
    return path;
  }

  /** In the act that attaches the file: it became this upload, once. Answers what is left in the store. */
  async finish(ctx: Ctx, id: Id, uploadId: Id): Promise<readonly string[]> {
    const keys = (await this.partsOf(ctx, id)).map(({ key }) => key);
    const [, finished] = await ctx.tx.query<[unknown[], number]>(
      'update partial_uploads set finished_at = $2, upload_id = $3 where id = $1 and finished_at is null',
      [id, ctx.clock.now(), uploadId],
    );
    if (finished === 0) throw new DomainError('conflict', { reason: 'upload_finished' });
    await ctx.tx.query('delete from partial_upload_parts where partial_id = $1', [id]);
    return keys;
  }

  /** Takes parts out of the store that no row holds any more. */
  async clear(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.store.remove(key);
  }

  /** Forgets a file on its way with all its parts. */
  async remove(request: RequestContext, subject: UploadSubject, id: string): Promise<void> {
    const keys = await this.database.transaction(request, async (ctx) => {
      await this.find(ctx, subject, id);
      return this.forget(ctx, id);
    });
    await this.clear(keys);
  }

  /** What the clock does: forgets what was not gone on with. Answers how many. */
  async expire(clock: Clock): Promise<number> {
    const request = systemContext(clock);
    let forgotten = 0;
    for (;;) {
      const keys = await this.database.transaction(request, async (ctx) => {
        const expired = await ctx.tx.query<{ id: Id }[]>(
          'select id from partial_uploads where expires_at <= $1 order by expires_at limit $2 for update skip locked',
          [clock.now(), BATCH],
        );
        forgotten += expired.length;
        const found: string[] = [];
        for (const { id } of expired) found.push(...(await this.forget(ctx, id)));
        return expired.length > 0 ? found : null;
      });
      if (keys === null) return forgotten;
      await this.clear(keys);
    }
  }

  private async forget(ctx: Ctx, id: string): Promise<readonly string[]> {
    const keys = (await this.partsOf(ctx, id)).map(({ key }) => key);
    await ctx.tx.query('delete from partial_uploads where id = $1', [id]);
    return keys;
  }

  private partsOf(
    ctx: Ctx,
    id: string,
  ): Promise<{ readonly start: number; readonly key: string; readonly sha256: string }[]> {
    return ctx.tx.query(
      `select start, storage_key as key, sha256 from partial_upload_parts where partial_id = $1 order by start`,
      [id],
    );
  }
}

function requireOffset({ received, uploadId }: PartialUpload, { offset }: { readonly offset: number }): void {
  if (uploadId !== null) throw new DomainError('conflict', { reason: 'upload_finished' });
  if (received !== offset) {
    throw new DomainError('conflict', { reason: 'upload_offset', values: { offset: received } });
  }
}

function markOf(id: string, offset: number): Buffer {
  return Buffer.from(`${id}:${offset}\n`);
}

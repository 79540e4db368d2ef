import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import { Worker } from '../../platform/outbox/worker.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { ERASED, RetentionRules, changeRows } from '../../privacy/public.js';
import type { ErasedPart, ErasureHold, ErasureSource, KeptRecord } from '../../privacy/public.js';
import { systemClock } from '../../shared/clock.js';
import type { CountryCode } from '../../shared/country.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { UploadSubject } from './uploads.js';

const REMOVE = 'remove_files';
const DAY_MS = 86_400_000;

interface IssuedLetter {
  readonly id: Id;
  readonly key: string | null;
  readonly country: CountryCode;
  readonly issuedAt: Date;
}

/**
 * Takes files of an erased person away. Rows stay, without the name and under a mark in place of the content's hash, so
 * that versions still count; contents leave the store after the act, and only those that no other row needs.
 */
@Injectable()
export class ForgetFiles implements ErasureSource, OnModuleInit {
  readonly part = 'documents';
  /** Kinds of records of an office: what somebody attached to them is no belonging of theirs. Each room says so of its own. */
  readonly officialKinds: string[] = [];

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Worker) private readonly worker: Worker,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(RetentionRules) private readonly rules: RetentionRules,
  ) {}

  onModuleInit(): void {
    this.worker.define(REMOVE, ({ keys }) => this.remove(String(keys).split(' ')));
  }

  /** Files never stand against it. */
  holds(): Promise<readonly ErasureHold[]> {
    return Promise.resolve([]);
  }

  async erase(ctx: Ctx, persons: readonly Id[]): Promise<ErasedPart> {
    const uploads = await this.forgetWhere(
      ctx,
      'owner_id = any ($1::uuid[]) and subject_kind <> all ($2::text[])',
      [persons, this.officialKinds],
    );
    const parts = await ctx.tx.query<{ key: string }[]>(
      `select storage_key as key from partial_upload_parts where partial_id in (
         select id from partial_uploads where owner_id = any ($1))`,
      [persons],
    );
    await ctx.tx.query(
      'delete from partial_upload_parts where partial_id in (select id from partial_uploads where owner_id = any ($1))',
      [persons],
    );
    const partial = await changeRows(ctx, 'delete from partial_uploads where owner_id = any ($1)', [persons]);
    await this.removeAfter(
      ctx,
      parts.map(({ key }) => key),
    );
    const letters = await this.letters(ctx, persons);
    return {
      erased: { uploads, partial_uploads: partial, issued_documents: letters.erased },
      kept: letters.kept,
    };
  }

  /** Files that others gave about the person, by what they were given for: letters of reference. */
  async ofSubjects(ctx: Ctx, kind: UploadSubject['kind'], ids: readonly Id[]): Promise<number> {
    return this.forgetWhere(ctx, 'subject_kind = $1 and subject_id = any ($2::uuid[])', [kind, ids]);
  }

  /** Single files, by what is known of them where they were given. */
  async these(ctx: Ctx, kind: UploadSubject['kind'], ids: readonly Id[]): Promise<number> {
    return this.forgetWhere(ctx, 'subject_kind = $1 and id = any ($2::uuid[])', [kind, ids]);
  }

  private async forgetWhere(ctx: Ctx, condition: string, values: readonly unknown[]): Promise<number> {
    const files = await ctx.tx.query<{ id: Id; key: string }[]>(
      `select id, storage_key as key from uploads where ${condition} and file_name <> '${ERASED}'`,
      [...values],
    );
    await ctx.tx.query(
      `update uploads set file_name = $2, removed_at = coalesce(removed_at, $3), sha256 = repeat('0', 64),
         storage_key = repeat('0', 64) where id = any ($1)`,
      [files.map(({ id }) => id), ERASED, ctx.clock.now()],
    );
    await this.removeAfter(
      ctx,
      files.map(({ key }) => key),
    );
    return files.length;
  }

  async keeps(ctx: Ctx, persons: readonly Id[]): Promise<readonly KeptRecord[]> {
    return (await this.lettersOf(ctx, persons)).kept;
  }

  /** A letter is a record of the programme: it goes when the archives' time is over, and until then it is named. */
  private async lettersOf(
    ctx: Ctx,
    persons: readonly Id[],
  ): Promise<{ readonly over: readonly IssuedLetter[]; readonly kept: readonly KeptRecord[] }> {
    const rows = await ctx.tx.query<IssuedLetter[]>(
      `select id, storage_key as key, verification->>'homeCountry' as country, issued_at as "issuedAt"
       from issued_documents where holder_id = any ($1) and content <> '{}'`,
      [persons],
    );
    const now = ctx.clock.now();
    const kept: KeptRecord[] = [];
    const over: IssuedLetter[] = [];
    for (const row of rows) {
      const rule = await this.rules.of(ctx, 'award_letters', 'at_least', row.country);
      const until = new Date(row.issuedAt.getTime() + (rule?.days ?? 0) * DAY_MS);
      if (rule && until > now) kept.push({ category: rule.category, count: 1, until, law: rule.law });
      else over.push(row);
    }
    return { over, kept };
  }

  private async letters(
    ctx: Ctx,
    persons: readonly Id[],
  ): Promise<{ readonly erased: number; readonly kept: readonly KeptRecord[] }> {
    const { over, kept } = await this.lettersOf(ctx, persons);
    await ctx.tx.query(
      `update issued_documents set content = '{}', storage_key = null, sha256 = null,
         revoked_at = coalesce(revoked_at, $2), verification = verification || jsonb_build_object('holderInitials', $3::text)
       where id = any ($1)`,
      [over.map(({ id }) => id), ctx.clock.now(), ERASED],
    );
    await this.removeAfter(
      ctx,
      over.flatMap(({ key }) => key ?? []),
    );
    return { erased: over.length, kept };
  }

  /** Takes contents out of the store once this act has committed: those that no row needs then. */
  async removeAfter(ctx: Ctx, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.outbox.enqueue(
      ctx,
      REMOVE,
      { keys: [...new Set(keys)].join(' ') },
      `${REMOVE}:${newId(ctx.clock.now())}`,
    );
  }

  /** The same content is one file, whoever gave it: it goes with the last row that needs it. */
  private async remove(keys: readonly string[]): Promise<void> {
    const held = await this.database.read(systemContext(systemClock), (ctx) =>
      ctx.tx.query<{ key: string }[]>(
        `select storage_key as key from uploads where storage_key = any ($1)
         union select storage_key from issued_documents where storage_key = any ($1)
         union select storage_key from export_jobs where storage_key = any ($1)
         union select storage_key from partial_upload_parts where storage_key = any ($1)`,
        [keys],
      ),
    );
    const needed = new Set(held.map(({ key }) => key));
    for (const key of keys) if (!needed.has(key)) await this.store.remove(key);
  }
}

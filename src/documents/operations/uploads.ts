import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { readPrepared } from '../../platform/database/prepared.js';
import { FileStore } from '../../platform/storage/file-store.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import { uploadProblem } from '../domain/upload-rules.js';
import type { UploadType } from '../domain/upload-rules.js';
import { VirusScanner } from '../domain/virus-scan.js';
import { FileInspector } from './inspect-file.js';

export interface UploadSubject {
  readonly kind: string;
  readonly id: Id;
}

/** A file that passed the checks and lies in the store, not yet attached to anything. */
export interface ReceivedFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly pages: number | null;
  readonly sha256: string;
  readonly storageKey: string;
  readonly scan: 'clean' | 'not_scanned';
}

/** A document as it is attached to a record. `version` grows with each replacement of the same requirement. */
export interface UploadView extends Omit<ReceivedFile, 'storageKey'> {
  readonly id: Id;
  readonly requirement: string;
  readonly version: number;
  readonly uploadedAt: Date;
}

export interface UploadVersion extends UploadView {
  /** Whether it stands for its requirement now. */
  readonly current: boolean;
}

const FILE_NAME_MAX = 200;

const COLUMNS = `id, requirement, version, file_name as "fileName", media_type as "mediaType", size_bytes as "sizeBytes", pages,
  sha256, scan, uploaded_at as "uploadedAt"`;

/** Files of people: taken in, checked by their content, kept by version, read again. Who may is decided by the caller. */
@Injectable()
export class Uploads {
  constructor(
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(FileInspector) private readonly inspector: FileInspector,
    @Inject(VirusScanner) private readonly scanner: VirusScanner,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /**
   * Checks a file that lies at `path` and puts it into the store; no transaction is open meanwhile.
   * Throws `invalid` with the problem at `field`.
   */
  async receive(
    path: string,
    fileName: string,
    field: string,
    allowed: readonly UploadType[] = ['application/pdf'],
  ): Promise<ReceivedFile> {
    const facts = await this.inspector.inspectFile(path);
    const problem = uploadProblem(facts, { field, fileName, allowed });
    if (problem) throw new DomainError('invalid', { fields: [problem] });
    const scan = await this.scanner.scan(createReadStream(path));
    if (scan.state === 'infected') {
      throw new DomainError('invalid', { fields: [{ field, problem: 'file_infected' }] });
    }
    const stored = await this.store.put(createReadStream(path));
    return {
      fileName: shortened(fileName),
      mediaType: facts.mediaType ?? 'application/octet-stream',
      sizeBytes: stored.size,
      pages: facts.pdf?.state === 'readable' ? facts.pdf.pages : null,
      sha256: stored.sha256,
      storageKey: stored.key,
      scan: scan.state,
    };
  }

  /**
   * Attaches a received file. What answered the same requirement before stays as an earlier version. One `ofOffices` belongs
   * to its record and to no person: who gave it stands in the record of acts alone.
   */
  async attach(
    ctx: Ctx,
    subject: UploadSubject,
    requirement: string,
    file: ReceivedFile,
    { ofOffices = false }: { readonly ofOffices?: boolean } = {},
  ): Promise<Id> {
    const now = ctx.clock.now();
    const id = newId(now);
    await ctx.tx.query(
      `update uploads set removed_at = $4 where subject_kind = $1 and subject_id = $2 and requirement = $3
         and removed_at is null`,
      [subject.kind, subject.id, requirement, now],
    );
    await ctx.tx.query(
      `insert into uploads (id, subject_kind, subject_id, requirement, version, owner_id, file_name, media_type, size_bytes,
         pages, sha256, storage_key, scan, uploaded_at, link_id)
       select $1, $2, $3, $4, coalesce(max(version), 0) + 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
       from uploads where subject_kind = $2 and subject_id = $3 and requirement = $4`,
      [
        id,
        subject.kind,
        subject.id,
        requirement,
        ofOffices ? null : ctx.actor.personId,
        file.fileName,
        file.mediaType,
        file.sizeBytes,
        file.pages,
        file.sha256,
        file.storageKey,
        file.scan,
        now,
        ctx.actor.kind === 'link' ? ctx.actor.agentId : null,
      ],
    );
    await this.audit.record(ctx, {
      action: 'document.uploaded',
      subject,
      data: { requirement, upload: id, sha256: file.sha256, bytes: file.sizeBytes, scan: file.scan },
    });
    return id;
  }

  /**
   * Attaches the current documents of one record to another of the same owner as they are: the same files, each as the first
   * version there; of these requirements alone, where some are named. Answers the new ones by the old.
   */
  async copy(
    ctx: Ctx,
    from: UploadSubject,
    to: UploadSubject,
    requirements: readonly string[] | null = null,
  ): Promise<ReadonlyMap<Id, Id>> {
    const copies = new Map<Id, Id>();
    for (const { id: original, requirement, sha256, sizeBytes, scan } of await this.current(ctx, from)) {
      if (requirements && !requirements.includes(requirement)) continue;
      const id = newId(ctx.clock.now());
      await ctx.tx.query(
        `insert into uploads (id, subject_kind, subject_id, requirement, version, owner_id, file_name, media_type, size_bytes,
           pages, sha256, storage_key, scan, uploaded_at)
         select $2, $3, $4, requirement, 1, owner_id, file_name, media_type, size_bytes, pages, sha256, storage_key, scan,
           uploaded_at from uploads where id = $1`,
        [original, id, to.kind, to.id],
      );
      await this.audit.record(ctx, {
        action: 'document.uploaded',
        subject: to,
        data: { requirement, upload: id, sha256, bytes: sizeBytes, scan, from: original },
      });
      copies.set(original, id);
    }
    return copies;
  }

  /** Takes the current answer to a requirement away; it remains in the history. */
  async remove(ctx: Ctx, subject: UploadSubject, requirement: string): Promise<void> {
    const [, removed] = await ctx.tx.query<[unknown[], number]>(
      `update uploads set removed_at = $4 where subject_kind = $1 and subject_id = $2 and requirement = $3
         and removed_at is null`,
      [subject.kind, subject.id, requirement, ctx.clock.now()],
    );
    if (removed === 0) throw new DomainError('not_found');
    await this.audit.record(ctx, { action: 'document.removed', subject, data: { requirement } });
  }

  /** The current document for each requirement. */
  current(ctx: Ctx, subject: UploadSubject): Promise<UploadView[]> {
    return ctx.tx.query<UploadView[]>(
      `select ${COLUMNS} from uploads where subject_kind = $1 and subject_id = $2 and removed_at is null
       order by requirement`,
      [subject.kind, subject.id],
    );
  }

  /** Every version of every document of a record, the newest of each first. */
  versions(ctx: Ctx, subject: UploadSubject): Promise<UploadVersion[]> {
    return readPrepared<UploadVersion>(
      ctx,
      `select ${COLUMNS}, removed_at is null as current from uploads where subject_kind = $1 and subject_id = $2
       order by requirement, version desc`,
      [subject.kind, subject.id],
      ['uploadedAt'],
    );
  }

  /** One document of a record, whichever version, with a way to its content. */
  async open(
    ctx: Ctx,
    subject: UploadSubject,
    uploadId: string,
  ): Promise<UploadView & { readonly content: () => Promise<Readable> }> {
    if (!isId(uploadId)) throw new DomainError('not_found');
    const [row] = await ctx.tx.query<(UploadView & { storageKey: string })[]>(
      `select ${COLUMNS}, storage_key as "storageKey" from uploads where id = $1 and subject_kind = $2 and subject_id = $3`,
      [uploadId, subject.kind, subject.id],
    );
    if (!row) throw new DomainError('not_found');
    const { storageKey, ...view } = row;
    return { ...view, content: () => this.store.get(storageKey, view.sha256) };
  }
}

/** Names of files come from anywhere: no folders, no control characters, not endless; the ending stays. */
function shortened(fileName: string): string {
  const base = (fileName.split(/[\\/]/).at(-1) ?? '').replace(/\p{Cc}/gu, '').trim() || 'file';
  if (base.length <= FILE_NAME_MAX) return base;
  const ending = /\.[^.]{1,10}$/.exec(base)?.[0] ?? '';
  return `${base.slice(0, FILE_NAME_MAX - ending.length)}${ending}`;
}

import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import type { AuditEntry } from '../../audit/public.js';
import { ForgetFiles } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database, rightsOf, systemContext, withSystemRights } from '../../platform/database/database.js';
import { JobTable } from '../../platform/jobs/job-table.js';
import type { JobState } from '../../platform/jobs/job-table.js';
import { Outbox } from '../../platform/outbox/outbox.js';
import type { StoredFile } from '../../platform/storage/file-store.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ExportWorklist } from './export-worklist.js';
import type { ExportOrder } from './export-worklist.js';

/** The worker's task; payload `job`. */
export const WRITE_EXPORT = 'write_export';

/** Longer lists are written beside the page. */
const AT_ONCE = 5000;
const HOUR_MS = 3_600_000;
export const KEPT_HOURS = 24;
const KEPT_MS = KEPT_HOURS * HOUR_MS;
/** So long the page still says what became of it. */
const REMEMBERED_MS = 30 * 24 * HOUR_MS;

/** An order as it waits: in whose language, and from which page of the list. */
export interface WaitingOrder extends ExportOrder {
  readonly language: Language;
  /** Parameters of the worklist's address. */
  readonly query: string;
}

export interface ExportJob {
  readonly id: Id;
  readonly askedBy: Id;
  readonly secondFactor: boolean;
  /** Of whoever asked, when they asked (see `rightsOf`). */
  readonly rights: string;
  /** Null once the file is gone. */
  readonly wanted: WaitingOrder | null;
  readonly state: JobState;
  readonly reason: string | null;
  readonly share: number;
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

/** A file that was written and may be fetched. */
export interface KeptFile {
  readonly name: string;
  readonly contentType: string;
  readonly key: string;
  readonly sha256: string;
  readonly size: number;
}

const COLUMNS = `id, asked_by as "askedBy", second_factor as "secondFactor", rights, wanted, state, reason, share,
  asked_at as "askedAt", ended_at as "endedAt"`;

/** Keeps which long lists were asked for as files, how far each is, and the file until it is a day old. */
@Injectable()
export class ExportJobs {
  /** To be worked on by the worker. */
  readonly table = new JobTable<ExportJob>('export_jobs', COLUMNS);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExportWorklist) private readonly exports: ExportWorklist,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(ForgetFiles) private readonly files: ForgetFiles,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  /** Whether nobody should wait for a file of so many. */
  isLarge(count: number): boolean {
    return count > AT_ONCE;
  }

  /**
   * Leaves a long list to the worker; the same asked for twice is one job. Null where the list is short.
   * @throws DomainError `blocked` where there are too many
   */
  askIfLarge(request: RequestContext, order: WaitingOrder): Promise<Id | null> {
    return this.database.transaction(request, async (ctx) => {
      const { count, described } = await this.exports.look(ctx, order);
      const { personId, secondFactor } = ctx.actor;
      if (personId === null || !this.isLarge(count)) return null;
      const now = ctx.clock.now();
      const id = newId(now);
      const rights = await rightsOf(ctx);
      const values = [personId, JSON.stringify(order)];
      const [made, running] = await withSystemRights(ctx, async () => {
        const [inserted] = await ctx.tx.query<{ id: Id }[]>(
          `insert into export_jobs (asked_by, wanted, id, second_factor, rights, state, asked_at, beat_at)
           values ($1, $2, $3, $4, $5, 'waiting', $6, $6)
           on conflict (asked_by, md5(wanted::text)) where state in ('waiting', 'running') do nothing returning id`,
          [...values, id, secondFactor, rights, now],
        );
        if (inserted) return [inserted, null] as const;
        const [other] = await ctx.tx.query<{ id: Id }[]>(
          `select id from export_jobs where asked_by = $1 and wanted = $2::jsonb and state in ('waiting', 'running')`,
          values,
        );
        return [null, other] as const;
      });
      // It ended in this very moment: it is asked for once more.
      if (!made) return running?.id ?? Promise.reject(new DomainError('stale'));
      await this.outbox.enqueue(ctx, WRITE_EXPORT, { job: id }, `export ${id}`, 'watched');
      await this.note(ctx, id, 'asked', { ...described, rows: count });
      return id;
    });
  }

  /** One that the actor asked for. @throws DomainError `not_found` */
  async own(ctx: Ctx, jobId: string): Promise<ExportJob> {
    const [job] = isId(jobId)
      ? await ctx.tx.query<ExportJob[]>(
          `select ${COLUMNS} from export_jobs where id = $1 and asked_by = $2`,
          [jobId, ctx.actor.personId],
        )
      : [];
    if (!job) throw new DomainError('not_found');
    return job;
  }

  /** What the actor asked for and can still follow or fetch, the newest first. */
  async ofActor(ctx: Ctx): Promise<readonly ExportJob[]> {
    return ctx.tx.query<ExportJob[]>(
      `select ${COLUMNS} from export_jobs where asked_by = $1
         and (state in ('waiting', 'running') or (state = 'done' and ended_at > $2))
       order by asked_at desc, id desc limit 10`,
      [ctx.actor.personId, new Date(ctx.clock.now().getTime() - KEPT_MS)],
    );
  }

  /** @throws DomainError `wrong_state` where it has ended */
  cancel(request: RequestContext, jobId: string): Promise<void> {
    return this.database.transaction(request, async (ctx) => {
      const { id } = await this.own(ctx, jobId);
      const ended = await withSystemRights(ctx, () => this.table.end(ctx, id, 'cancelled'));
      if (!ended) throw new DomainError('wrong_state');
      await this.note(ctx, id, 'cancelled');
    });
  }

  /**
   * Gives the file out, and says so in the record.
   * @throws DomainError `not_found` where there is none any more, `forbidden` where the rights are not what they were
   */
  fetch(request: RequestContext, jobId: string): Promise<KeptFile> {
    return this.database.transaction(request, async (ctx) => {
      const job = await this.own(ctx, jobId);
      if (!fetchable(job, ctx.clock)) throw new DomainError('not_found');
      if ((await rightsOf(ctx)) !== job.rights)
        throw new DomainError('forbidden', { reason: 'rights_changed' });
      const [file] = await ctx.tx.query<KeptFile[]>(
        `select file_name as name, content_type as "contentType", storage_key as key, sha256, size::integer as size
         from export_jobs where id = $1 and storage_key is not null`,
        [job.id],
      );
      if (!file) throw new DomainError('not_found');
      await this.note(ctx, job.id, 'fetched');
      return file;
    });
  }

  /** Keeps what was written, as whoever asked for it. False: it was cancelled meanwhile, and the file goes again. */
  keep(
    request: RequestContext,
    jobId: Id,
    stored: StoredFile,
    { name, contentType }: Pick<KeptFile, 'name' | 'contentType'>,
  ): Promise<boolean> {
    return this.database.transaction(request, async (ctx) => {
      const { key, sha256, size } = stored;
      const file = { file_name: name, content_type: contentType, storage_key: key, sha256, size };
      const kept = await withSystemRights(ctx, () => this.table.end(ctx, jobId, 'done', file));
      if (kept) await this.note(ctx, jobId, 'done', { bytes: size });
      else await this.files.removeAfter(ctx, [key]);
      return kept;
    });
  }

  /** By the clock: files of yesterday go, with the words that were searched for; what became of them is said for some time. */
  async forget(clock: Clock): Promise<void> {
    await this.database.transaction(systemContext(clock), async (ctx) => {
      const ago = (milliseconds: number) => new Date(clock.now().getTime() - milliseconds);
      const over = await ctx.tx.query<{ id: Id; key: string | null }[]>(
        `select id, storage_key as key from export_jobs where ended_at <= $1 and wanted is not null for update`,
        [ago(KEPT_MS)],
      );
      await ctx.tx.query(
        `update export_jobs set wanted = null, file_name = null, content_type = null, storage_key = null, sha256 = null,
           size = null where id = any ($1)`,
        [over.map(({ id }) => id)],
      );
      await this.files.removeAfter(
        ctx,
        over.flatMap(({ key }) => key ?? []),
      );
      await ctx.tx.query('delete from export_jobs where ended_at <= $1', [ago(REMEMBERED_MS)]);
    });
  }

  /** All that persons asked for, with the files. Needs the rights of the system. */
  async erase(ctx: Ctx, persons: readonly Id[]): Promise<number> {
    const [gone] = await ctx.tx.query<[{ key: string | null }[], number]>(
      'delete from export_jobs where asked_by = any ($1) returning storage_key as key',
      [persons],
    );
    await this.files.removeAfter(
      ctx,
      gone.flatMap(({ key }) => key ?? []),
    );
    return gone.length;
  }

  private note(ctx: Ctx, id: Id, act: string, data?: AuditEntry['data']): Promise<void> {
    return this.audit.record(ctx, {
      action: `application_export.${act}`,
      subject: { kind: 'application_export', id },
      ...(data ? { data } : {}),
    });
  }
}

/** Whether a file is there that is not a day old yet, whether or not the clock has been by. */
export function fetchable({ state, endedAt }: ExportJob, clock: Clock): boolean {
  return state === 'done' && endedAt !== null && clock.now().getTime() < endedAt.getTime() + KEPT_MS;
}

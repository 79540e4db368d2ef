import { Inject, Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { ThreadMessageRow } from '../data/thread-message.entity.js';
import { ThreadReadRow } from '../data/thread-read.entity.js';
import { APPLICATION_MESSAGE_WRITTEN } from '../domain/applications.events.js';
import { applicationsPolicy } from '../domain/applications.policy.js';
import { requiredText } from '../domain/plain-text.js';
import { MESSAGES_AN_HOUR, MESSAGE_MAX, readsMessage, voiceOf } from '../domain/thread.js';
import type { ThreadOffice } from '../domain/thread.js';
import { ApplicationRecord } from './application-record.js';

const HOUR_MS = 3_600_000;

/** A message with whether its reader has met it before. */
export interface ThreadMessage extends ThreadMessageRow {
  readonly fresh: boolean;
}

/**
 * What an applicant and the office that has the file write to one another: kept in the file, never changed. Ministries
 * read it; the host reads what was written with itself.
 */
@Injectable()
export class ApplicationThread {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  write(
    request: RequestContext,
    applicationId: string,
    input: { readonly office: ThreadOffice; readonly text: string },
  ): Promise<ThreadMessageRow> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.find(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.write_message', application, 'application.read');
      const authorId = ctx.actor.personId;
      if (authorId === null) throw new DomainError('forbidden');
      const voice = voiceOf(ctx.actor, application);
      if (!voice.offices.includes(input.office)) {
        throw new DomainError('conflict', { reason: 'office_without_file' });
      }
      const text = requiredText(input.text, 'text', MESSAGE_MAX);
      const now = ctx.clock.now();
      await this.requireMeasure(ctx, authorId, now);
      const message: ThreadMessageRow = {
        id: newId(now),
        applicationId: application.id,
        office: input.office,
        institutionId:
          input.office === 'home' ? application.homeInstitutionId : application.hostInstitutionId,
        authorId,
        actingFor: ctx.authority?.actingFor ?? null,
        writtenBy: voice.side,
        text,
        writtenAt: now,
      };
      await ctx.tx.insert(ThreadMessageRow, message);
      await this.record.note(ctx, application, 'application.message_written', {
        message: message.id,
        office: message.office,
      });
      await this.record.tell(ctx, application, APPLICATION_MESSAGE_WRITTEN, {
        office: message.office,
        by: message.writtenBy,
      });
      return message;
    });
  }

  /**
   * The messages that are for the actor, the oldest first.
   * @throws DomainError `forbidden` where they are not for them, `not_found` where the application is not.
   */
  async list(ctx: Ctx, applicationId: string): Promise<readonly ThreadMessage[]> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read_messages', application, 'application.read');
    return this.of(ctx, application);
  }

  /** The same of an application that was loaded, for whoever was asked before whether they read messages. */
  async of(ctx: Ctx, application: ApplicationRow): Promise<readonly ThreadMessage[]> {
    const messages = await ctx.tx.find(ThreadMessageRow, {
      where: { applicationId: application.id },
      order: { writtenAt: 'ASC', id: 'ASC' },
    });
    const { personId } = ctx.actor;
    const reads = personId
      ? await ctx.tx.find(ThreadReadRow, { where: { applicationId: application.id, personId } })
      : [];
    const until = new Map(reads.map(({ office, readUntil }) => [office, readUntil]));
    return messages
      .filter((message) => readsMessage(ctx.actor, application, message))
      .map((message) => ({
        ...message,
        fresh: message.authorId !== personId && message.writtenAt > (until.get(message.office) ?? NEVER),
      }));
  }

  /** The actor has met these: marked by what was shown, so that what came in between stays new. */
  async markRead(
    request: RequestContext,
    applicationId: Id,
    shown: readonly Pick<ThreadMessage, 'office' | 'writtenAt' | 'fresh'>[],
  ): Promise<void> {
    const fresh = shown.filter((message) => message.fresh);
    if (fresh.length === 0) return;
    await this.database.transaction(request, async (ctx) => {
      for (const { office, writtenAt } of fresh) {
        await ctx.tx.query(
          `insert into thread_reads (application_id, person_id, office, read_until) values ($1, $2, $3, $4)
           on conflict (application_id, person_id, office)
             do update set read_until = greatest(thread_reads.read_until, excluded.read_until)`,
          [applicationId, ctx.actor.personId, office, writtenAt],
        );
      }
    });
  }

  private async requireMeasure(ctx: Ctx, authorId: Id, now: Date): Promise<void> {
    const [row] = await ctx.tx.query<{ count: number }[]>(
      'select count(*)::integer as count from thread_messages where author_id = $1 and written_at > $2',
      [authorId, new Date(now.getTime() - HOUR_MS)],
    );
    if ((row?.count ?? 0) >= MESSAGES_AN_HOUR) {
      throw new DomainError('too_many_requests', { reason: 'too_many_messages' });
    }
  }
}

const NEVER = new Date(0);

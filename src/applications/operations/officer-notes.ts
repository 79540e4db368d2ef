import { Inject, Injectable } from '@nestjs/common';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import { newId } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { ApplicationRow } from '../data/application.entity.js';
import { ApplicationsRepository } from '../data/applications.repository.js';
import { OfficerNoteRow } from '../data/officer-note.entity.js';
import { applicationsPolicy, concerns } from '../domain/applications.policy.js';
import { requiredText } from '../domain/plain-text.js';
import { ApplicationRecord } from './application-record.js';

export const NOTE_MAX = 4000;

/** What officers write on an application for one another. The applicant never sees it, and nobody changes it. */
@Injectable()
export class OfficerNotes {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApplicationsRepository) private readonly applications: ApplicationsRepository,
    @Inject(ApplicationRecord) private readonly record: ApplicationRecord,
  ) {}

  write(request: RequestContext, applicationId: string, typed: string): Promise<OfficerNoteRow> {
    return this.database.transaction(request, async (ctx) => {
      const application = await this.applications.find(ctx, applicationId);
      authorise(ctx, applicationsPolicy, 'application.write_note', application, 'application.read');
      const authorId = ctx.actor.personId;
      if (authorId === null) throw new DomainError('forbidden');
      const now = ctx.clock.now();
      const note: OfficerNoteRow = {
        id: newId(now),
        applicationId: application.id,
        authorId,
        actingFor: ctx.authority?.actingFor ?? null,
        text: requiredText(typed, 'note', NOTE_MAX),
        writtenAt: now,
      };
      await ctx.tx.insert(OfficerNoteRow, note);
      await this.record.note(ctx, application, 'application.note_written', { note: note.id });
      return note;
    });
  }

  /**
   * The notes on an application that the actor was let read, the oldest first.
   * @throws DomainError `forbidden` where notes are not for them, `not_found` where the application is not.
   */
  async list(ctx: Ctx, applicationId: string): Promise<readonly OfficerNoteRow[]> {
    const application = await this.applications.find(ctx, applicationId);
    authorise(ctx, applicationsPolicy, 'application.read_notes', application, 'application.read');
    return this.of(ctx, application);
  }

  /** The same of an application that was loaded, for whoever was asked before whether they see notes. */
  async of(ctx: Ctx, application: ApplicationRow): Promise<readonly OfficerNoteRow[]> {
    const notes = await ctx.tx.find(OfficerNoteRow, {
      where: { applicationId: application.id },
      order: { writtenAt: 'ASC', id: 'ASC' },
    });
    return notes.filter(({ writtenAt }) => concerns(ctx.actor, application, writtenAt));
  }
}

import { Injectable } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { PersonDataSource, PersonFile, PersonPart, PersonRecord } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { ReferencesRepository } from '../data/references.repository.js';
import type { ReferenceRequestRow } from '../data/reference-request.entity.js';
import { LETTER_FILE, REFERENCE } from '../domain/reference.js';

/** Letters of reference that a person asked for. One that was promised to be confidential is said to be there, and kept back. */
@Injectable()
export class ReferencesOfPerson implements PersonDataSource {
  constructor(
    private readonly references: ReferencesRepository,
    private readonly uploads: Uploads,
    private readonly translator: Translator,
  ) {}

  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const applications = await ctx.tx.query<{ id: Id; number: string | null }[]>(
      'select id, number from applications where applicant_id = $1 order by created_at, id',
      [personId],
    );
    const references: PersonRecord[] = [];
    const files: PersonFile[] = [];
    for (const application of applications) {
      for (const row of await this.references.of(ctx, application.id)) {
        const letter = await this.letter(ctx, row, `files/${application.number ?? application.id}`);
        references.push({
          id: row.id,
          applicationId: application.id,
          number: application.number,
          // As the person gave them.
          name: row.name,
          email: row.email,
          relation: row.relation,
          language: row.language,
          state: row.state,
          stateSince: row.stateSince,
          dueAt: row.dueAt,
          createdAt: row.createdAt,
          confidential: row.confidential,
          ...letter.record,
        });
        files.push(...letter.files);
      }
    }
    return { data: { references }, files };
  }

  private async letter(
    ctx: Ctx,
    row: ReferenceRequestRow,
    folder: string,
  ): Promise<{ readonly record: PersonRecord; readonly files: readonly PersonFile[] }> {
    if (row.state !== 'received') return { record: { letter: null }, files: [] };
    if (row.confidential) {
      const withheld = this.translator.t(ctx.language, 'reasons.withheld_confidential_letters');
      return { record: { letter: null, withheld }, files: [] };
    }
    const letter = await this.references.letter(ctx, row.id);
    if (!letter) return { record: { letter: null }, files: [] };
    const subject = { kind: REFERENCE, id: row.id };
    const upload = (await this.uploads.current(ctx, subject)).find(
      ({ requirement }) => requirement === LETTER_FILE,
    );
    const path = upload ? `${folder}/reference-${row.id}.pdf` : null;
    const opened = upload ? await this.uploads.open(ctx, subject, upload.id) : null;
    return {
      record: {
        letter: {
          text: letter.body,
          language: letter.language,
          submittedAt: letter.submittedAt,
          contentHash: letter.contentHash,
          sha256: upload?.sha256 ?? null,
          file: path,
        },
      },
      files: opened && path ? [{ path, content: opened.content }] : [],
    };
  }
}

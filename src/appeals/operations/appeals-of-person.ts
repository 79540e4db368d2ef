import { Injectable } from '@nestjs/common';
import { Uploads } from '../../documents/public.js';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonFile, PersonPart, PersonRecord } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { AppealRow } from '../data/appeal.entity.js';
import { AppealsRepository } from '../data/appeals.repository.js';
import { APPEAL } from './lodge-appeal.js';

/** Appeals of a person, with what they wrote, gave and were answered. Who decided is not theirs to know. */
@Injectable()
export class AppealsOfPerson implements PersonDataSource {
  constructor(
    private readonly appeals: AppealsRepository,
    private readonly uploads: Uploads,
  ) {}

  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = await ctx.tx.find(AppealRow, {
      where: { applicantId: personId },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    const appeals: PersonRecord[] = [];
    const files: PersonFile[] = [];
    for (const row of rows) {
      const words = await this.appeals.words(ctx, row.id);
      const subject = { kind: APPEAL, id: row.id };
      const given: PersonRecord[] = [];
      for (const { id, requirement, fileName, sha256 } of await this.uploads.current(ctx, subject)) {
        const path = `files/appeal-${row.id}-${requirement}.pdf`;
        const { content } = await this.uploads.open(ctx, subject, id);
        given.push({ fileName, sha256, file: path });
        files.push({ path, content });
      }
      appeals.push({
        id: row.id,
        applicationId: row.applicationId,
        subject: row.subject,
        state: row.state,
        stateSince: row.stateSince,
        ground: row.ground,
        createdAt: row.createdAt,
        lodgedAt: row.lodgedAt,
        decideUntil: row.decideUntil,
        inadmissibleCode: row.inadmissibleCode,
        stage: row.stage,
        votesFor: row.votesFor,
        votesAgainst: row.votesAgainst,
        decidedAt: row.decidedAt,
        statement: words.get('statement')?.text ?? null,
        admissibility: words.get('admissibility')?.text ?? null,
        reasoning: words.get('reasoning')?.text ?? null,
        files: given,
      });
    }
    return { data: { appeals }, files };
  }
}

import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { CoApplicantsRepository } from '../data/co-applicants.repository.js';

/** Whom a person invited to apply with them, as they wrote it; and where they apply with somebody else themselves. */
@Injectable()
export class CoApplicantsOfPerson implements PersonDataSource {
  constructor(private readonly coApplicants: CoApplicantsRepository) {}

  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const applications = await ctx.tx.query<{ id: Id; number: string | null }[]>(
      'select id, number from applications where applicant_id = $1 order by created_at, id',
      [personId],
    );
    const coApplicants = [];
    for (const { id: applicationId, number } of applications) {
      for (const row of await this.coApplicants.of(ctx, applicationId)) {
        coApplicants.push({
          id: row.id,
          applicationId,
          number,
          name: row.name,
          email: row.email,
          part: row.part,
          language: row.language,
          state: row.state,
          stateSince: row.stateSince,
          createdAt: row.createdAt,
        });
      }
    }
    const coApplications = (await this.coApplicants.mine(ctx)).map((row) => ({
      id: row.id,
      applicationId: row.applicationId,
      part: row.part,
      state: row.state,
      stateSince: row.stateSince,
      nativeFamily: row.nativeFamily,
      nativeGiven: row.nativeGiven,
      latinFamily: row.latinFamily,
      latinGiven: row.latinGiven,
      passportFamily: row.passportFamily,
      passportGiven: row.passportGiven,
      country: row.country,
      acceptedAt: row.acceptedAt,
      confirmedAt: row.confirmedAt,
      confirmedHash: row.confirmedHash,
      reason: row.reason,
    }));
    return { data: { coApplicants, coApplications }, files: [] };
  }
}

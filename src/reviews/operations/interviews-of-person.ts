import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart, PersonRecord } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';

/** Talks to which a person was invited as an applicant, for their copy. Who of the panel was there, and noted what, is not theirs. */
@Injectable()
export class InterviewsOfPerson implements PersonDataSource {
  async of({ tx }: Ctx, personId: Id): Promise<PersonPart> {
    const interviews = await tx.query<PersonRecord[]>(
      `select i.application_id as "applicationId", i.state, i.state_since as "stateSince", i.invited_at as "invitedAt",
         s.starts_at as "startsAt", s.minutes, s.place, s.link, i.reason
       from interviews i left join interview_slots s on s.id = i.slot_id
       where i.applicant_id = $1 order by i.invited_at, i.id`,
      [personId],
    );
    return { data: { interviews }, files: [] };
  }
}

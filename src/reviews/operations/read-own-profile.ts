import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { PersonTieRow } from '../data/person-tie.entity.js';
import { PersonWorkRow } from '../data/person-work.entity.js';
import { ReviewerProfileRow } from '../data/reviewer-profile.entity.js';

/**
 * What somebody said of themselves, for their copy. What was found between them and an application is in no copy: it tells
 * whose it is.
 */
@Injectable()
export class ReadOwnProfile implements PersonDataSource {
  async of({ tx }: Ctx, personId: Id): Promise<PersonPart> {
    const works = await tx.find(PersonWorkRow, { where: { personId }, order: { doi: 'ASC' } });
    const ties = await tx.find(PersonTieRow, { where: { personId }, order: { namedAt: 'ASC', id: 'ASC' } });
    const profiles = await tx.findBy(ReviewerProfileRow, { personId });
    return {
      data: {
        works: works.map(({ doi, source, addedAt }) => ({ doi, source, addedAt })),
        ties: ties.map(({ kind, name, emailKey, namedAt, endedAt }) => ({
          kind,
          name,
          email: emailKey,
          namedAt,
          endedAt,
        })),
        assessing: profiles.map(({ orcid, fields, languages, savedAt }) => ({
          orcid,
          fields,
          languages,
          savedAt,
        })),
      },
      files: [],
    };
  }
}

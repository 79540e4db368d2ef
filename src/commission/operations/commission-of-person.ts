import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { PersonDataSource, PersonPart, PersonRecord } from '../../privacy/public.js';
import type { Id } from '../../shared/ids.js';
import { COMMISSION_ITEM } from './attach-to-item.js';

/** Of somebody who sits in the commission: where they were, what they said and attached, that they voted, and openly how. */
@Injectable()
export class CommissionOfPerson implements PersonDataSource {
  async of(ctx: Ctx, personId: Id): Promise<PersonPart> {
    const rows = (sql: string) => ctx.tx.query<PersonRecord[]>(sql, [personId]);
    return {
      data: {
        commission: {
          presences: await rows(
            `select s.number as session, p.came_at as "cameAt", p.left_at as "leftAt" from commission_presences p
             left join commission_sessions s on s.id = p.session_id where p.person_id = $1 order by p.came_at`,
          ),
          recusals: await rows(
            `select s.number as session, r.how, r.at from commission_recusals r
             left join commission_sessions s on s.id = r.session_id where r.person_id = $1 order by r.at`,
          ),
          notes: await rows(
            `select s.number as session, n.words, n.written_at as "writtenAt" from commission_notes n
             left join commission_sessions s on s.id = n.session_id where n.author_id = $1 order by n.written_at`,
          ),
          files: await ctx.tx.query<PersonRecord[]>(
            `select file_name as "fileName", uploaded_at as "uploadedAt" from uploads
             where owner_id = $1 and subject_kind = $2 order by uploaded_at`,
            [personId, COMMISSION_ITEM],
          ),
          votes: await rows(
            `select s.number as session, b.voted_at as "votedAt", b.choice, b.secret,
               v.broken_off as "brokenOff" from commission_ballots b
             left join commission_votes v on v.id = b.vote_id left join commission_sessions s on s.id = v.session_id
             where b.person_id = $1 order by v.opened_at`,
          ),
        },
      },
      files: [],
    };
  }
}

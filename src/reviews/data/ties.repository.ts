import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { FileTies, ReviewerTies } from '../domain/conflict-graph.js';

export interface MemberFacts extends ReviewerTies {
  readonly country: CountryCode;
  readonly language: Language;
  readonly loadLimit: number | null;
}

export interface FileFacts extends FileTies {
  readonly language: Language;
}

/** What stands behind members and files, for whoever puts them together. Needs the rights of the system. */
@Injectable()
export class TiesRepository {
  members(ctx: Ctx, panelId: Id): Promise<MemberFacts[]> {
    return ctx.tx.query<MemberFacts[]>(
      `select m.person_id as id, p.country, p.language, m.load_limit as "loadLimit",
         coalesce(t.persons, '{}') as persons, coalesce(t.institutions, '{}') as institutions
       from review_members m join persons p on p.id = m.person_id
       cross join lateral ties_of_person(m.person_id, $2) t
       where m.panel_id = $1 and m.removed_at is null order by m.person_id`,
      [panelId, ctx.clock.now()],
    );
  }

  files(ctx: Ctx, applicationIds: readonly Id[]): Promise<FileFacts[]> {
    return ctx.tx.query<FileFacts[]>(
      `select a.id, a.language, a.applicant_id as "applicantId", a.home_institution_id as "homeInstitutionId",
         a.host_institution_id as "hostInstitutionId", a.independent_assessment as "independentAssessment",
         coalesce((select jsonb_agg(jsonb_build_object('personId', p.id, 'requestId', r.id) order by r.id, p.id)
           from reference_requests r join persons p on lower(p.email) = r.email_key
           where r.application_id = a.id and r.state not in ('withdrawn', 'replaced')), '[]') as referees
       from applications a where a.id = any ($1) order by a.id`,
      [applicationIds],
    );
  }

  /** Who had an application of a panel already, in whatever it ended. */
  assignments(ctx: Ctx, panelId: Id): Promise<{ applicationId: Id; reviewerId: Id; standing: boolean }[]> {
    return ctx.tx.query(
      `select application_id as "applicationId", reviewer_id as "reviewerId",
         state in ('assigned', 'accepted', 'submitted') as standing
       from review_assignments where panel_id = $1 order by assigned_at, id`,
      [panelId],
    );
  }
}

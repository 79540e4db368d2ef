import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Id } from '../../shared/ids.js';

/** What a worklist can be narrowed to besides states and calls. Ids are of what was looked up before: no name is searched here. */
export interface Narrowing {
  readonly homeInstitutions?: readonly Id[];
  readonly hostInstitutions?: readonly Id[];
  /** Any of these calls, besides the one call that is asked for. */
  readonly calls?: readonly Id[];
  /** Any of these places among the applicant's choices. */
  readonly places?: readonly Id[];
  /** Whoever has it let this instant pass: the promise or the duty of `custodyOf` lies before it. */
  readonly overdueAt?: Date;
  /** Days in the zone of the call, YYYY-MM-DD, the last included. */
  readonly submittedFrom?: string;
  readonly submittedUntil?: string;
}

/**
 * Whether whoever has the application `a` should have acted by now; the same as `custodyOf` says of one (a test compares
 * them). Of a record that is `eligible` the nomination has the promise, and after it the two ministries, unless one of them
 * returned its side: then the institution that nominated has it, which promised nothing.
 */
const OVERDUE = `(case when a.state = 'eligible' then
    exists (select from nominations n where n.application_id = a.id
      and n.state in ('home_endorsed', 'sent', 'waitlisted', 'no_answer') and n.due_at < :overdueAt)
    or (a.due_at < :overdueAt and not exists (select from nominations n where n.application_id = a.id))
    or exists (select from decisions d join decision_sides s on s.decision_id = d.id
      where d.subject_kind = 'application' and d.subject_id = a.id and s.state in ('pending', 'in_review')
        and s.due_at < :overdueAt
        and not exists (select from decisions later where later.subject_kind = 'application'
          and later.subject_id = a.id and later.opened_at > d.opened_at)
        and not exists (select from decision_sides r where r.decision_id = d.id and r.state = 'returned')
        and exists (select from nominations n where n.application_id = a.id and n.state = 'host_accepted'))
  else a.due_at < :overdueAt end)`;

/** The host of the nomination in force: before it was sent the application itself does not know of it. */
const AT_HOSTS = `(a.host_institution_id = any (:hostInstitutions)
  or (a.host_institution_id is null and a.state = 'eligible' and exists (select from nominations n
    where n.application_id = a.id and n.host_institution_id = any (:hostInstitutions)
      and n.state in ('proposed', 'home_endorsed', 'home_confirmed'))))`;

/** A day begins when it begins at the call; the bounds around it let an index help. */
const submitted = (day: string, next: 0 | 1, operator: '>=' | '<') =>
  `(a.submitted_at ${operator} cast(:${day} as date) + ${operator === '<' ? 3 : -2}
    and exists (select from calls c where c.id = a.call_id
      and a.submitted_at ${operator} (cast(:${day} as date) + ${next})::timestamp at time zone c.time_zone))`;

/** Adds to a query on applications `a` what it is narrowed to. */
export function narrow<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, wanted: Narrowing): void {
  const { homeInstitutions, hostInstitutions, calls, places, overdueAt, submittedFrom, submittedUntil } =
    wanted;
  if (homeInstitutions)
    query.andWhere('a.home_institution_id = any (:homeInstitutions)', { homeInstitutions });
  if (hostInstitutions) query.andWhere(AT_HOSTS, { hostInstitutions });
  if (calls) query.andWhere('a.call_id = any (:calls)', { calls });
  if (places) {
    query.andWhere(
      'exists (select from application_choices k where k.application_id = a.id and k.place_id = any (:places))',
      { places },
    );
  }
  if (overdueAt) query.andWhere(OVERDUE, { overdueAt });
  if (submittedFrom) query.andWhere(submitted('submittedFrom', 0, '>='), { submittedFrom });
  if (submittedUntil) query.andWhere(submitted('submittedUntil', 1, '<'), { submittedUntil });
}

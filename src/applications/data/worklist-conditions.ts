import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Id } from '../../shared/ids.js';
import { meetsSql } from './eligibility-sql.js';
import type { ConditionsOfCall, Meets } from './eligibility-sql.js';

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
  /** Of whom it is open whether another application is theirs too; the condition says of which the actor may know. */
  readonly duplicatesFor?: string;
  /** Days in the zone of the call, YYYY-MM-DD, the last included. */
  readonly submittedFrom?: string;
  readonly submittedUntil?: string;
  /** Whether what was submitted meets the conditions of this one call. */
  readonly conditions?: { readonly meets: Meets; readonly of: ConditionsOfCall };
}

/** Whether whoever has the application `a` should have acted by now, as `custodyOf` says of one (a test compares them). */
const OVERDUE = 'a.id in (select overdue_applications(:overdueAt))';

/** The wall leaves of these what the actor may see both sides of. */
const DUPLICATES = 'a.id in (select m.application_id from application_matches m where not m.settled)';

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
  if (wanted.conditions) {
    const values: Record<string, unknown> = {};
    const condition = meetsSql(wanted.conditions.meets, wanted.conditions.of, (value) => {
      const name = `condition${Object.keys(values).length}`;
      values[name] = value;
      return `:${name}`;
    });
    query.andWhere(condition, values);
  }
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
  if (wanted.duplicatesFor) query.andWhere(`${DUPLICATES} and ${wanted.duplicatesFor}`);
  if (overdueAt) query.andWhere(OVERDUE, { overdueAt });
  if (submittedFrom) query.andWhere(submitted('submittedFrom', 0, '>='), { submittedFrom });
  if (submittedUntil) query.andWhere(submitted('submittedUntil', 1, '<'), { submittedUntil });
}

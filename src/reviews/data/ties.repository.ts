import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../platform/database/context.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { Language } from '../../shared/language.js';
import type { FileTies, ReviewerTies } from '../domain/conflict-graph.js';

export interface ReviewerFacts extends ReviewerTies {
  readonly country: CountryCode;
  readonly language: Language;
  /** In which they assess, as they said; empty where they said nothing. */
  readonly languages: readonly string[];
  /** Of ISCED-F, in any breadth. */
  readonly fields: readonly string[];
}

export interface FileFacts extends FileTies {
  readonly language: Language;
  /** Of the places that were chosen. */
  readonly fields: readonly string[];
}

/** What these people (an array of ids) said of themselves: whom they named, what they published, and how they are known. */
const NAMED = (people: string) => `coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind,
    'email', n.email_key, 'since', n.named_at) order by n.named_at, n.id) from person_ties n
  where n.person_id = any (${people}) and n.ended_at is null), '[]')`;
const WORKS = (people: string) =>
  `coalesce((select array_agg(distinct w.doi order by w.doi) from person_works w where w.person_id = any (${people})), '{}')`;
const EMAILS = (people: string) => `coalesce((select array_agg(distinct known.email) from (
    select lower(email) as email from persons where id = any (${people})
    union all select lower(email) from identities where person_id = any (${people}) and email is not null) known), '{}')`;
const AUTHORS = 'array_prepend(a.applicant_id, a.co_authors)';

/** What stands behind members and files, for whoever puts them together. All but `isBound` needs the rights of the system. */
@Injectable()
export class TiesRepository {
  async reviewers(ctx: Ctx, ids: readonly Id[]): Promise<ReviewerFacts[]> {
    const rows = await ctx.tx.query<Told<ReviewerFacts>[]>(
      `select p.id, p.country, p.language, coalesce(f.languages, '{}') as languages, coalesce(f.fields, '{}') as fields,
         coalesce(t.institutions, '{}') as institutions,
         coalesce((select jsonb_agg(jsonb_build_object('aboutId', c.about_id, 'id', c.id, 'since', c.declared_at)
             order by c.declared_at, c.id) from conflict_declarations c
           where c.person_id = any (array_append(hands.of, p.id)) and c.declared_at <= $2 and (c.lifted_at is null or c.lifted_at > $2)), '[]') as persons,
         coalesce((select array_agg(distinct unit) from (select f.unit_id as unit
           union all select g.unit_id from grants_in_force(p.id, $2) g) units where unit is not null), '{}') as units,
         hands.of as "actsFor", ${EMAILS('array[p.id]')} as emails, ${WORKS('array[p.id]')} as works, ${NAMED('array[p.id]')} as named
       from persons p left join reviewer_profiles f on f.person_id = p.id
       cross join lateral ties_of_person(p.id, $2) t
       cross join lateral (select coalesce(array_agg(distinct g.acting_for) filter (where g.acting_for is not null), '{}') as of
         from grants_in_force(p.id, $2) g) hands
       where p.id = any ($1) order by p.id`,
      [ids, ctx.clock.now()],
    );
    return rows.map((row) => ({ ...row, persons: row.persons.map(dated), named: row.named.map(dated) }));
  }

  async files(ctx: Ctx, applicationIds: readonly Id[]): Promise<FileFacts[]> {
    const rows = await ctx.tx.query<Told<FileFacts>[]>(
      `select a.id, a.language, ${AUTHORS} as authors, a.home_institution_id as "homeInstitutionId",
         a.host_institution_id as "hostInstitutionId", a.independent_assessment as "independentAssessment",
         array_remove(array[a.home_unit_id, a.host_unit_id], null) as units,
         coalesce((select array_agg(kind) from jsonb_array_elements_text(c.selection -> 'review' -> 'binding') kind),
           '{}') as "bindingKinds",
         coalesce((select jsonb_agg(jsonb_build_object('email', r.email_key, 'requestId', r.id, 'since', r.created_at)
             order by r.id) from reference_requests r
           where r.application_id = a.id and r.state not in ('withdrawn', 'replaced')), '[]') as referees,
         coalesce((select jsonb_agg(distinct jsonb_build_object('email', named.email, 'question', named.question))
           from (select lower(substring(answer.value from '"email":"([^"\\\\]+)"')) as email,
               s.section || '.' || answer.key as question
             from application_sections s cross join lateral jsonb_each_text(s.answers) answer
             where s.application_id = a.id and answer.value like '{%"email":"%') named
           where named.email is not null), '[]') as persons,
         coalesce((select array_agg(distinct p.field_code order by p.field_code) from application_choices o
           join call_places p on p.id = o.place_id where o.application_id = a.id), '{}') as fields,
         ${EMAILS(AUTHORS)} as emails, ${WORKS(AUTHORS)} as works, ${NAMED(AUTHORS)} as named
       from applications a join calls c on c.id = a.call_id where a.id = any ($1) order by a.id`,
      [applicationIds],
    );
    return rows.map((row) => ({ ...row, referees: row.referees.map(dated), named: row.named.map(dated) }));
  }

  /** What the policy asks of an actor (`bound`), asked of somebody who is not there. */
  async isBound(ctx: Ctx, personId: Id, applicationId: Id): Promise<boolean> {
    const [row] = await ctx.tx.query<{ bound: boolean }[]>('select person_is_bound_to($1, $2, $3) as bound', [
      personId,
      applicationId,
      ctx.clock.now(),
    ]);
    return row?.bound ?? false;
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

/** As JSON tells it: an instant is a text. */
type Told<T> = T extends { readonly since: Date }
  ? Omit<T, 'since'> & { readonly since: string }
  : T extends readonly (infer Each)[]
    ? readonly Told<Each>[]
    : T extends object
      ? { readonly [Key in keyof T]: Told<T[Key]> }
      : T;

function dated<T extends { readonly since: string }>(row: T): Omit<T, 'since'> & { readonly since: Date } {
  return { ...row, since: new Date(row.since) };
}

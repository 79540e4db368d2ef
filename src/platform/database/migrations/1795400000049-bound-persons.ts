import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Knows the truth of the tables, and not what the actor sees of them. */
const BEHIND = "security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/**
 * What the policies ask of whoever acts (`bound_to_file`), asked of somebody who is not there: who is to assess, to talk to
 * an applicant, to hear an appeal. One answer for all who ask.
 */
export class BoundPersons1795400000049 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create function person_is_bound_to(of_person uuid, application uuid, instant timestamptz) returns boolean
        language plpgsql stable ${BEHIND} as $$
      begin
        return exists (
          select from applications a
          cross join lateral (select array_prepend(a.applicant_id, a.co_authors) as people) authors
          cross join lateral ties_of_person(of_person, instant) t
          where a.id = application and (
            of_person = any (authors.people)
            or exists (select from grants_in_force(of_person, instant) g where g.acting_for = any (authors.people))
            or coalesce(authors.people && t.persons, false)
            or coalesce(a.id = any (t.applications), false)
            or (a.independent_assessment and (coalesce(a.home_institution_id = any (t.institutions), false)
              or coalesce(a.host_institution_id = any (t.institutions), false)))));
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function person_is_bound_to');
  }
}

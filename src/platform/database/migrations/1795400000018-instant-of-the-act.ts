import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Conditions that ask for a moment ask for the act's: by another clock, a list and the check of one record would differ. */
export class InstantOfTheAct1795400000018 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Told with the actor when the transaction begins; where nobody told it, the database has a clock of its own.
      create function actor_instant() returns timestamptz language sql stable parallel safe as
        $$ select coalesce(nullif(current_setting('most.instant', true), '')::timestamptz, now()) $$;

      -- What a deputy is lent ends with the grant that was lent, as it does wherever else a grant's end is asked for.
      create or replace function offices_of(of_person uuid) returns setof role_grants
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select g.* from role_grants g join roles r on r.role = g.role
        where g.person_id = of_person and r.second_factor and g.revoked_at is null
          and (g.valid_until is null or g.valid_until > actor_instant())
          and (g.deputy_of is null or exists (
            select from grants_in_force(g.acting_for, actor_instant()) origin where origin.id = g.deputy_of))
        $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create or replace function offices_of(of_person uuid) returns setof role_grants
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select g.* from role_grants g join roles r on r.role = g.role
        where g.person_id = of_person and r.second_factor and g.revoked_at is null
          and (g.valid_until is null or g.valid_until > now())
        $$;
      drop function actor_instant;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of a million applications a name is many; of those that an office may see, few. */
export class SearchInSight1795400000038 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Wider than what somebody may see, and only bounded by it: the list checks each of these ids again, behind the wall.
    // Null and null: wherever they are.
    await db.query(`
      drop function applications_matching(text);
      create function applications_matching(pattern text, institutions uuid[], countries text[])
        returns setof uuid language sql stable security definer
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
          select id from applications
          where search_key like pattern
            and ((institutions is null and countries is null)
              or home_institution_id = any (institutions) or host_institution_id = any (institutions)
              or home_country = any (countries) or host_country = any (countries)) $$;
      revoke execute on function applications_matching from public;
      grant execute on function applications_matching to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function applications_matching(text, uuid[], text[]);
      create function applications_matching(pattern text) returns setof uuid language sql stable
        security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select id from applications where search_key like pattern $$;
      revoke execute on function applications_matching from public;
      grant execute on function applications_matching to most_app;
    `);
  }
}

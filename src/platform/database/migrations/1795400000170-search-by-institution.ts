import type { MigrationInterface, QueryRunner } from 'typeorm';

const SIGNATURE = 'text, uuid[], text[], timestamptz, uuid, integer';
const OPTIONS = `stable security definer
        set search_path = public, pg_temp set most.actor_kind = 'system'`;

/**
 * A name is many people's, and few of them are at one institution: one index knows both, so that only those are looked at.
 * What is found comes in the order of the list, which looks behind the wall at no more of it than its page needs.
 */
export class SearchByInstitution1795400000170 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // Ids beside the trigrams of a key: two entries more for each forty.
    await db.query(`
      create extension if not exists btree_gin;
      drop index applications_search;
      create index applications_search on applications
        using gin (search_key gin_trgm_ops, home_institution_id, host_institution_id);
    `);
    // Planned for what is asked each time: which index helps hangs on who asks. Null and null: wherever they are; of nothing,
    // which is made null, the planner knows that it finds nothing. First all that match, or the planner would rather read
    // the list in its order and hope to meet them soon.
    await db.query(`
      drop function applications_matching(text, uuid[], text[]);
      create function applications_matching(pattern text, institutions uuid[], countries text[],
          since timestamptz, since_id uuid, most integer)
        returns table (id uuid, state_since timestamptz) language plpgsql ${OPTIONS}
        set plan_cache_mode = force_custom_plan as $$
        begin
          return query
            with found as materialized (
              select a.id, a.state_since from applications a
              where a.search_key like pattern
                and ((institutions is null and countries is null)
                  or a.home_institution_id = any (nullif(institutions, '{}'))
                  or a.host_institution_id = any (nullif(institutions, '{}'))
                  or a.home_country = any (nullif(countries, '{}'))
                  or a.host_country = any (nullif(countries, '{}'))))
            select f.id, f.state_since from found f
            where since is null or (f.state_since, f.id) > (since, since_id)
            order by f.state_since, f.id limit most;
        end $$;
      revoke execute on function applications_matching(${SIGNATURE}) from public;
      grant execute on function applications_matching(${SIGNATURE}) to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function applications_matching(${SIGNATURE});
      create function applications_matching(pattern text, institutions uuid[], countries text[])
        returns setof uuid language sql ${OPTIONS} as $$
          select id from applications
          where search_key like pattern
            and ((institutions is null and countries is null)
              or home_institution_id = any (institutions) or host_institution_id = any (institutions)
              or home_country = any (countries) or host_country = any (countries)) $$;
      revoke execute on function applications_matching(text, uuid[], text[]) from public;
      grant execute on function applications_matching(text, uuid[], text[]) to most_app;
      drop index applications_search;
      create index applications_search on applications using gin (search_key gin_trgm_ops);
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SIGNATURE = 'text, uuid[], text[], timestamptz, uuid, integer';
const create = (columns: string, selected: string) => `
  drop function applications_matching(${SIGNATURE});
  create function applications_matching(pattern text, institutions uuid[], countries text[],
      since timestamptz, since_id uuid, most integer)
    returns table (${columns}) language plpgsql stable security definer
    set search_path = public, pg_temp set most.actor_kind = 'system' set plan_cache_mode = force_custom_plan as $$
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
        select ${selected} from found f
        where since is null or (f.state_since, f.id) > (since, since_id)
        order by f.state_since, f.id limit most;
    end $$;
  revoke execute on function applications_matching(${SIGNATURE}) from public;
  grant execute on function applications_matching(${SIGNATURE}) to most_app;
`;
const PLACE = 'id uuid, state_since timestamptz';
const FOUND = 'f.id, f.state_since';

/** A search tells how many it found, so that nobody has to be given all of them to know whether they are too many. */
export class SearchByPages1795400000190 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(create(`${PLACE}, of_all integer`, `${FOUND}, (count(*) over ())::integer`));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(create(PLACE, FOUND));
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const BEHIND = "security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/**
 * A stay that did not come about leaves the sight of the host with the file of which it was: whoever withdrew is not on its
 * lists for ever. A stay that is planned, or was, stays with whoever had the person.
 */
export class SightOfStays1795400000071 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Whether the host still has the file; kept by the database alone. Another host that gets it later has a stay of its own.
      alter table mobilities add column host_sees boolean not null default true;
      create function stay_leaves_sight() returns trigger language plpgsql ${BEHIND} as $$
      begin
        update mobilities set host_sees = false where application_id = new.id and host_sees;
        return null;
      end $$;
      create trigger stay_leaves_sight after update of transferred_at on applications for each row
        when (old.transferred_at is not null and new.transferred_at is null) execute function stay_leaves_sight();

      create or replace function mobility_is_open(m mobilities) returns boolean language plpgsql stable as $$
      begin
        -- People only: no machine of an institution reads stays.
        return actor_person() is not null and (m.participant_id = actor_person()
          or m.home_institution_id = any (actor_home_institutions()) or m.home_unit_id = any (actor_home_units())
          or m.home_country = any (actor_officer_of())
          or ((m.host_sees or m.state <> 'cancelled')
            and (m.host_institution_id = any (actor_host_institutions()) or m.host_unit_id = any (actor_host_units())
              or m.host_country = any (actor_officer_of()))));
      end $$;
    `);
    await db.query(`
      select set_config('most.actor_kind', 'system', true);
      update mobilities m set host_sees = false
      where exists (select from applications a where a.id = m.application_id and a.transferred_at is null);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // The host would see again what it saw no more.
    await db.query(
      'do $$ begin raise exception $m$ what left the sight of a host does not come back $m$; end $$',
    );
  }
}

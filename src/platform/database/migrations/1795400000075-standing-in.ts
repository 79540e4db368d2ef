import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Knows the truth of the tables, and not what the actor sees of them. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/**
 * Where no secretary who is there may see what is being dealt with, a member who may leads that item to its end: of the side
 * that presides, or of the other where none of that side is there and free.
 */
export class StandingIn1795400000075 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create function commission_actor_stands_in(session uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (
          with free as (
            select m.person_id, m.part, m.country, s.chair_country from commission_sessions s
            join commission_seats m on m.session_id = s.id and m.removed_at is null
            where s.id = session and s.state = 'open' and s.current_item is not null
              and exists (select from commission_presences p where p.session_id = s.id and p.person_id = m.person_id
                and p.left_at is null)
              and not person_is_bound_to_item(m.person_id, s.current_item, actor_instant()))
          select from free me where me.person_id = actor_person() and me.part = 'member'
            and not exists (select from free where part = 'secretary')
            and (me.country = me.chair_country
              or not exists (select from free where part = 'member' and country = free.chair_country)));
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function commission_actor_stands_in(uuid)');
  }
}

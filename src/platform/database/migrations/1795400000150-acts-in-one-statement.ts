import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an act writes as one statement (see `writeLater`). */
export class ActsInOneStatement1795400000150 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- What identifies the applicant of one application, hashed, in the place of what was there. Whoever submits sees none of
      -- it: the wall steps aside for this call, and for nothing that is written beside it.
      create function replace_likenesses(application uuid, likenesses jsonb) returns void
        language plpgsql set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        with given as (select kind, value from jsonb_to_recordset(likenesses) as t(kind text, value text)),
          gone as (delete from application_likenesses l where l.application_id = application
            and not exists (select from given g where g.kind = l.kind and g.value = l.value))
        insert into application_likenesses (application_id, kind, value) select application, kind, value from given
          on conflict do nothing;
      end $$;
      revoke execute on function replace_likenesses from public;
      grant execute on function replace_likenesses to most_app;

      -- The end of one act among others in a transaction: what waits for an end is checked, in the name of whoever acts, and
      -- for whoever is next it waits again. Locks that an end waits for are no longer those of an act among others.
      create function close_act() returns void language plpgsql as $$
      begin
        set constraints all immediate;
        set constraints all deferred;
        perform set_config('lock_timeout', '0', true);
      end $$;
      revoke execute on function close_act from public;
      grant execute on function close_act to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function replace_likenesses, close_act');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;

/* As the files themselves have them. */
const HOME = `(a.applicant_id::text = ${setting('person')} or (a.number is not null
  and (${among('home_keys', 'a.home_institution_id')} or ${among('home_keys', 'a.home_unit_id')}
    or ${among('home_keys', 'a.home_country')})))`;
const HOST = `(a.transferred_at is not null
  and (${among('host_keys', 'a.host_institution_id')} or ${among('host_keys', 'a.host_unit_id')}
    or ${among('host_keys', 'a.host_country')}))`;
const SYSTEM = `${setting('actor_kind')} = 'system'`;

/**
 * The wall of nominations, asked for each application of a list. It is the same condition as before: whoever reads the file at
 * home, and the host that it was sent to; a function for each of them took longer than all else that is counted of what waits.
 */
export class WallOfNominations1795400000210 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // With `offset 0` it stays a look for one application (see the queue of decisions).
    await db.query(`
      alter policy of_application on nominations using (
        exists (select from applications a where a.id = nominations.application_id
          and (${SYSTEM} or ${HOME} or (a.host_institution_id = nominations.host_institution_id and ${HOST})) offset 0));
      drop function nomination_is_open(uuid, uuid);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create function nomination_is_open(application uuid, host uuid) returns boolean language plpgsql stable as $$
      begin
        return (${SYSTEM} or exists (select from applications a where a.id = $1
          and (${HOME} or (a.host_institution_id = $2 and (${SYSTEM} or ${HOME} or ${HOST})))));
      end $$;
      alter policy of_application on nominations using (nomination_is_open(application_id, host_institution_id));
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
/** Whoever is a party to the file: as `person_is_of_known_file` has it of the wall around persons (a test compares them). */
const PARTY = `(a.applicant_id::text = ${setting('person')}
  or (a.number is not null and (${among('home_keys', 'a.home_institution_id')} or ${among('home_keys', 'a.home_unit_id')}
    or ${among('home_keys', 'a.home_country')}))
  or (a.transferred_at is not null and (${among('host_keys', 'a.host_institution_id')}
    or ${among('host_keys', 'a.host_unit_id')} or ${among('host_keys', 'a.host_country')})))`;

const create = (columns: string, values: string) => `
  create function applicants_of_files(files uuid[]) returns table (id uuid, ${columns})
    language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
    select a.id, ${values}
    from applications a join persons p on p.id = a.applicant_id where a.id = any (files) and ${PARTY}
  $$;
  revoke execute on function applicants_of_files from public;
  grant execute on function applicants_of_files to most_app;
`;
const NAME = "p.native_given || ' ' || p.native_family";

/** A page says of a name in which language it is written; files and pages are read by the same function. */
export class NamesOfFiles1795400000160 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('drop function applicants_of_files(uuid[])');
    await db.query(create('name text, language text', `${NAME}, p.native_language`));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function applicants_of_files(uuid[])');
    await db.query(create('name text', NAME));
  }
}

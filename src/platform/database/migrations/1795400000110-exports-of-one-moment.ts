import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists that are settings, in an order of their own: in which one they were read says nothing. */
const LISTS = [
  ...['home_institutions', 'host_institutions', 'home_units', 'host_units', 'officer_of', 'commission_of'],
  ...['administers', 'signs_for', 'reviews', 'panels', 'programme_roles', 'acts_for'],
  ...['tied_persons', 'tied_institutions', 'tied_applications'],
];
const sorted = (name: string) =>
  `(select string_agg(each, ',' order by each) from unnest(nullif(current_setting('most.${name}', true), '')::text[]) each)`;
const setting = (name: string) => `current_setting('most.${name}', true)`;

const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
/** Whoever is a party to the file: as `person_is_of_known_file` has it of the wall around persons (a test compares them). */
const PARTY = `(a.applicant_id::text = ${setting('person')}
  or (a.number is not null and (${among('home_keys', 'a.home_institution_id')} or ${among('home_keys', 'a.home_unit_id')}
    or ${among('home_keys', 'a.home_country')}))
  or (a.transferred_at is not null and (${among('host_keys', 'a.host_institution_id')}
    or ${among('host_keys', 'a.host_unit_id')} or ${among('host_keys', 'a.host_country')})))`;

/** Files of lists that are read in one transaction, however long it takes. */
export class ExportsOfOneMoment1795400000110 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- What the actor of this transaction may see and what binds them, as enter_act found it: equal as long as it is.
      create function actor_rights() returns text language sql stable as $$
        select encode(sha256(convert_to(concat_ws(chr(10), ${setting('actor_kind')}, ${setting('person')}, ${setting('agent')},
          ${LISTS.map((name) => `coalesce(${sorted(name)}, '')`).join(',\n          ')}), 'UTF8')), 'hex')
      $$;

      -- Who applies, of many files at once. The wall around persons asks of each of them anew whether the actor is a party to
      -- a file of theirs, which takes a hundred times as long as to read a name; here it is asked of the files themselves.
      create function applicants_of_files(files uuid[]) returns table (id uuid, name text)
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select a.id, p.native_given || ' ' || p.native_family
        from applications a join persons p on p.id = a.applicant_id where a.id = any (files) and ${PARTY}
      $$;
      revoke execute on function applicants_of_files from public;
      grant execute on function applicants_of_files to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function actor_rights(); drop function applicants_of_files(uuid[])');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
const SYSTEM = `${setting('actor_kind')} = 'system'`;
const OWN = `id::text = ${setting('person')}`;

/** Whoever is a party to the file (see the names of files; a test compares them). */
const PARTY = `(a.applicant_id::text = ${setting('person')}
  or (a.number is not null and (${among('home_keys', 'a.home_institution_id')} or ${among('home_keys', 'a.home_unit_id')}
    or ${among('home_keys', 'a.home_country')}))
  or (a.transferred_at is not null and (${among('host_keys', 'a.host_institution_id')}
    or ${among('host_keys', 'a.host_unit_id')} or ${among('host_keys', 'a.host_country')})))`;

/**
 * The wall of persons, asked for each of them within the statement. It is the same condition as before: oneself, the applicants
 * of files to which the actor is a party, and whoever holds a role or is proposed for one, as far as the actor sees that. Two
 * functions for each person took five times as long.
 */
export class WallOfPersons1795400000230 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // With `offset 0` each stays a look for one person (see the queue of decisions).
    await db.query(`
      alter policy known on persons using (${SYSTEM} or ${OWN}
        or exists (select from applications a where a.applicant_id = persons.id and ${PARTY} offset 0)
        or exists (select from role_grants g where g.person_id = persons.id offset 0)
        or exists (select from role_proposals p where p.person_id = persons.id offset 0));
      drop function person_is_of_known_file(uuid);
      drop function person_holds_known_role(uuid);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create function person_is_of_known_file(person uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.applicant_id = person and (${SYSTEM} or ${PARTY}));
      end $$;
      create function person_holds_known_role(person uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from role_grants g where g.person_id = person)
          or exists (select from role_proposals p where p.person_id = person);
      end $$;
      alter policy known on persons using (${SYSTEM} or ${OWN} or person_is_of_known_file(id) or person_holds_known_role(id));
    `);
  }
}

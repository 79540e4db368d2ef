import type { MigrationInterface, QueryRunner } from 'typeorm';

const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;

/* As co-applicants have them. */
const HOME = `(a.applicant_id::text = ${setting('person')} or (a.number is not null
  and (${among('home_keys', 'a.home_institution_id')} or ${among('home_keys', 'a.home_unit_id')}
    or ${among('home_keys', 'a.home_country')})))`;
const HOST = `(a.transferred_at is not null
  and (${among('host_keys', 'a.host_institution_id')} or ${among('host_keys', 'a.host_unit_id')}
    or ${among('host_keys', 'a.host_country')}))`;
const AUTHORS = `(a.co_authors <> '{}' and binds_actor(a.co_authors))`;
const TIED = `(${among('acts_for', 'a.applicant_id')} or ${among('tied_persons', 'a.applicant_id')} or ${AUTHORS}
  or (a.independent_assessment and (coalesce(${among('tied_institutions', 'a.home_institution_id')}, false)
    or coalesce(${among('tied_institutions', 'a.host_institution_id')}, false))))`;
const ASSESSED = `(a.state in ('in_review', 'scored') and a.number is not null and not a.anonymous_reading
  and (${among('assessment_keys', 'a.call_id')} or ${among('assessment_keys', 'a.panel_id')}) and not ${TIED})`;
const CONTENT = `(${setting('actor_kind')} = 'system' or ${HOME} or ${HOST} or ${ASSESSED})`;
const SHARED = `(a.co_applicants <> '{}' and ${setting('person')} = any (a.co_applicants::text[]))`;

/** What belongs to a file and is written and read row by row with it. */
const TABLES = ['application_sections', 'application_choices', 'application_submissions'];

/**
 * The wall of what belongs to a file, asked as often as there are rows of it. It is the same condition as before; a function
 * for each row took longer than all else that a file is read by.
 */
export class WallOfAFile1795400000151 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      // With `offset 0` it stays a look for one application (see the queue of decisions).
      await db.query(`alter policy of_application on ${table} using (
        exists (select from applications a where a.id = ${table}.application_id and ${CONTENT} offset 0))`);
    }
    await db.query(`
      -- Of whoever never stood in somebody else's application it is known since the act began (see enter_act).
      create or replace function application_is_shared(application uuid) returns boolean language plpgsql stable as $$
      begin
        if current_setting('most.binds_authors', true) = 'no' then return false; end if;
        return exists (select from applications a where a.id = application and ${SHARED});
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await db.query(
        `alter policy of_application on ${table} using (application_content_is_open(application_id))`,
      );
    }
    await db.query(`
      create or replace function application_is_shared(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and ${SHARED});
      end $$;
    `);
  }
}

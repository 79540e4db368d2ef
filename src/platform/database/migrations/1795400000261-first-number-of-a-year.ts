import type { MigrationInterface, QueryRunner } from 'typeorm';

const numbers = (begin: string) => `
  create or replace function next_number(kind text, country text, year integer) returns bigint
    language plpgsql security definer set search_path = public, pg_temp as $$
  declare name text := format('number_%s_%s_%s', kind, lower(country), year);
  begin
    if kind !~ '^[a-z_]{1,20}$' or country !~ '^[A-Z]{2}$' or year not between 2000 and 2999 then
      raise exception 'not a numbering: % % %', kind, country, year using errcode = '22023';
    end if;
    if to_regclass(name) is null then
      ${begin}
    end if;
    return nextval(name::regclass);
  end $$`;

/** Of several who draw the first number of a year in the same moment, one begins the numbering and the others go on with it. */
export class FirstNumberOfAYear1795400000261 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      numbers(`begin
        execute format('create sequence %I', name);
      exception when duplicate_table or unique_violation then null;
      end;`),
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(numbers("execute format('create sequence if not exists %I', name);"));
  }
}

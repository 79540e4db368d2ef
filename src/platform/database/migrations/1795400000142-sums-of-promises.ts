import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What became of promises by step and by how long it took: of a few hundred rows, however many offices and calls there were.
 * From these the overview reckons what was kept, and how long it takes in the middle.
 */
export class SumsOfPromises1795400000142 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table promise_sums (
        country text not null references countries,
        step text not null,
        taken_days integer not null check (taken_days >= 0),
        kept boolean not null,
        count bigint not null check (count > 0),
        primary key (country, step, taken_days, kept)
      );
      comment on table promise_sums is 'promise_counts without office, call, year and length of the promise.';
      insert into promise_sums (country, step, taken_days, kept, count)
        select country, step, taken_days, kept, sum(count) from promise_counts group by 1, 2, 3, 4;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table promise_sums');
  }
}

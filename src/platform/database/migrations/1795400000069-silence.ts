import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the silence of a host and of a ministry comes to, where the call says so, and what the clock did by it. */
export class Silence1795400000069 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table decisions
        -- So many days after its promise a side that has not spoken comes before the joint commission.
        add column tabled_after_days integer check (tabled_after_days > 0);
      alter table decision_sides
        add column tabled_at timestamptz,
        add check (tabled_at is null or overdue_at is not null);
      create index decision_sides_late on decision_sides (due_at)
        where state in ('pending', 'in_review') and overdue_at is not null and tabled_at is null;

      -- A no that nobody said is known by its reason, and has neither words nor a person.
      alter table nominations
        drop constraint nominations_check1,
        drop constraint nominations_check2,
        add constraint nominations_answered check (state not in ('host_accepted', 'waitlisted', 'returned', 'rejected')
          or answered_by is not null or (state = 'rejected' and reason_code = 'silence')),
        add constraint nominations_reasoned check (state not in ('returned', 'rejected') or (reason_code is not null
          and (reason_text is not null or (state = 'rejected' and reason_code = 'silence'))));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table nominations
        drop constraint nominations_answered, drop constraint nominations_reasoned;
      alter table nominations
        add constraint nominations_check1 check (state not in ('host_accepted', 'waitlisted', 'returned', 'rejected')
          or answered_by is not null),
        add constraint nominations_check2 check (state not in ('returned', 'rejected') or (reason_code is not null and reason_text is not null));
      drop index decision_sides_late;
      alter table decision_sides drop column tabled_at;
      alter table decisions drop column tabled_after_days;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = "current_setting('most.actor_kind', true) = 'system'";

/** That somebody was reminded of a deadline, so that each deadline is told so many times and no more. */
export class DeadlineReminders1795400000030 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table application_reminders (
        application_id uuid not null references applications on delete cascade,
        -- Of which deadline: one that was moved is told anew.
        due_at timestamptz not null,
        days_before integer not null check (days_before > 0),
        reminded_at timestamptz not null,
        primary key (application_id, due_at, days_before)
      );
      revoke update, truncate on application_reminders from most_app;
      create policy of_clock on application_reminders using (${SYSTEM});
      comment on table application_reminders is 'personal';
      alter table application_reminders enable row level security;
      alter table application_reminders force row level security;
      create index applications_unsubmitted_due on applications (due_at, id) where state in ('draft', 'returned');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop index applications_unsubmitted_due; drop table application_reminders;');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const create = (argument: string, passed: string) => `
  create function enqueue_job(task text, job_payload jsonb, key text${argument}) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
  begin
    perform graphile_worker.add_job(task, job_payload::json, max_attempts := 25, job_key := key${passed});
  end $$;
  revoke execute on function enqueue_job from public;
  grant execute on function enqueue_job to most_app;
`;

/** A file that somebody watches being written does not wait for ten thousand letters: the lower number comes first. */
export class UrgencyOfJobs1795400000200 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('drop function enqueue_job(text, jsonb, text)');
    await db.query(create(', urgency integer default 0', ', priority := urgency'));
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop function enqueue_job(text, jsonb, text, integer)');
    await db.query(create('', ''));
  }
}

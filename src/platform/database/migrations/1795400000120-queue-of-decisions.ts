import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The queue of a ministry at a million. The wall of a side looks for its one decision: without `offset 0` PostgreSQL may ask
 * every decision through its own wall instead, and keep those that are visible. What waits is read in the order of the list.
 */
export class QueueOfDecisions1795400000120 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter policy of_decision on decision_sides
        using (exists (select from decisions d where d.id = decision_sides.decision_id offset 0));
      drop index decision_sides_promised;
      create index decision_sides_waiting on decision_sides (due_at, decision_id) where state in ('pending', 'in_review');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop index decision_sides_waiting;
      create index decision_sides_promised on decision_sides (due_at) where state in ('pending', 'in_review');
      alter policy of_decision on decision_sides
        using (exists (select from decisions d where d.id = decision_sides.decision_id));
    `);
  }
}

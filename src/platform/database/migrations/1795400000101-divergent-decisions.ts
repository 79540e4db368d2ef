import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which decisions the two sides disagree on, found behind the wall and by ids alone: whoever asks still sees of these what the
 * wall shows them. Asked of the view, each decision there is was looked at through the wall, and few are divergent.
 */
export class DivergentDecisions1795400000101 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create index decision_sides_rejected on decision_sides (decision_id) where state = 'rejected';
      create function divergent_decisions() returns setof uuid language sql stable security definer rows 100
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select d.id from decision_sides no
          join decision_sides yes on yes.decision_id = no.decision_id and yes.state in ('approved', 'approved_with_conditions')
          join decisions d on d.id = no.decision_id and d.settled_as is null and d.successor_id is null
        where no.state = 'rejected'
      $$;
      revoke execute on function divergent_decisions from public;
      grant execute on function divergent_decisions to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function divergent_decisions;
      drop index decision_sides_rejected;
    `);
  }
}

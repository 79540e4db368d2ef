import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists and searches that keep their pace with a million applications (figures: `npm run bench`, W2-million and W2s). */
export class Million1795400000027 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    // A ministry lists by two columns, of either side: only the order of the list itself helps there. Whoever sees few of
    // many is still found by their own institution.
    await db.query(`
      create index applications_waiting on applications (state_since, id);
      create index applications_in_state on applications (state, state_since, id);
    `);
    // Matching by trigrams is not leakproof, so behind the wall no index would be asked. This steps behind it and tells ids
    // alone, which the list checks again; whoever calls it takes no more than it can use.
    await db.query(`
      create function applications_matching(pattern text) returns setof uuid language sql stable
        security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select id from applications where search_key like pattern $$;
      revoke execute on function applications_matching from public;
      grant execute on function applications_matching to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop index applications_waiting;
      drop index applications_in_state;
      drop function applications_matching;
    `);
  }
}

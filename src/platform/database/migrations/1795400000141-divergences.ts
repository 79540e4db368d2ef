import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs behind the wall: whoever acts on a side need not be able to see what is kept. */
const BEHIND = `language plpgsql security definer set search_path = public, pg_temp set most.actor_kind = 'system'`;
/** Said by each of two sides, and by nobody since. */
const DIVERGES = `exists (select from decision_sides no where no.decision_id = d.id and no.state = 'rejected')
  and exists (select from decision_sides yes where yes.decision_id = d.id and yes.state in ('approved', 'approved_with_conditions'))
  and d.settled_as is null and d.successor_id is null`;
const SPOKEN = `('rejected', 'approved', 'approved_with_conditions')`;

/**
 * The decisions on which the two sides disagree, kept by what makes them so. They were looked for among all that was ever
 * refused. The triggers fire where others are switched off too, so that what is loaded in bulk is found.
 */
export class Divergences1795400000141 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table divergences (decision_id uuid primary key references decisions on delete cascade);
      comment on table divergences is 'Decisions on which the two sides disagree, and which nobody has settled. Kept by the database alone.';
      alter table divergences enable row level security;
      alter table divergences force row level security;
      create policy of_system on divergences using (actor_is_system());
      revoke insert, update, delete, truncate on divergences from most_app;

      create function divergences_are_kept(those uuid[]) returns void ${BEHIND} as $$
      begin
        delete from divergences v using decisions d
          where v.decision_id = any (those) and d.id = v.decision_id and not (${DIVERGES});
        insert into divergences select d.id from decisions d where d.id = any (those) and ${DIVERGES} on conflict do nothing;
      end $$;
      create function divergence_of_side() returns trigger ${BEHIND} as $$
      begin
        perform divergences_are_kept(array[new.decision_id]);
        return null;
      end $$;
      create trigger diverges after update of state on decision_sides for each row
        when (old.state is distinct from new.state and (old.state in ${SPOKEN} or new.state in ${SPOKEN}))
        execute function divergence_of_side();
      create function divergences_of_sides() returns trigger ${BEHIND} as $$
      begin
        perform divergences_are_kept(of_these.ids) from (
          select array_agg(distinct decision_id) as ids from new_rows where state in ${SPOKEN}) of_these
          where of_these.ids is not null;
        return null;
      end $$;
      create trigger diverge after insert on decision_sides referencing new table as new_rows
        for each statement execute function divergences_of_sides();
      create function divergence_of_decision() returns trigger ${BEHIND} as $$
      begin
        perform divergences_are_kept(array[new.id]);
        return null;
      end $$;
      create trigger diverges after update of settled_as, successor_id on decisions for each row
        when (old.settled_as is distinct from new.settled_as or old.successor_id is distinct from new.successor_id)
        execute function divergence_of_decision();
      -- In a bulk load the sides may come before their decisions.
      create function divergences_of_decisions() returns trigger ${BEHIND} as $$
      begin
        perform divergences_are_kept(of_these.ids) from (select array_agg(id) as ids from new_rows) of_these
          where of_these.ids is not null;
        return null;
      end $$;
      create trigger diverge after insert on decisions referencing new table as new_rows
        for each statement execute function divergences_of_decisions();
      alter table decisions enable always trigger diverge;
      alter table decision_sides enable always trigger diverges;
      alter table decision_sides enable always trigger diverge;
      alter table decisions enable always trigger diverges;
      revoke execute on function divergences_are_kept, divergence_of_side, divergences_of_sides, divergence_of_decision,
        divergences_of_decisions from public;

      insert into divergences select d.id from decisions d where ${DIVERGES};
      drop index decision_sides_rejected;
      create or replace function divergent_decisions() returns setof uuid language sql stable security definer rows 100
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select decision_id from divergences
      $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      create index decision_sides_rejected on decision_sides (decision_id) where state = 'rejected';
      create or replace function divergent_decisions() returns setof uuid language sql stable security definer rows 100
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select d.id from decision_sides no
          join decision_sides yes on yes.decision_id = no.decision_id and yes.state in ('approved', 'approved_with_conditions')
          join decisions d on d.id = no.decision_id and d.settled_as is null and d.successor_id is null
        where no.state = 'rejected'
      $$;
      drop trigger diverges on decision_sides;
      drop trigger diverge on decision_sides;
      drop trigger diverges on decisions;
      drop trigger diverge on decisions;
      drop function divergence_of_side, divergences_of_sides, divergence_of_decision, divergences_of_decisions,
        divergences_are_kept;
      drop table divergences;
    `);
  }
}

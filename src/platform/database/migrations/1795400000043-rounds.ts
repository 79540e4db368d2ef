import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Second rounds: a call that gives the places which another one left unfilled. It names that call, each of its places the
 * one whose seats it has, and the register of what was handed over says whose seats are where. Whoever took part in the
 * first round may carry their application over to it.
 */
export class Rounds1795400000043 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table calls
        add column round jsonb,
        add column round_of uuid generated always as ((round->>'of')::uuid) stored references calls,
        add check (round is null or (jsonb_typeof(round->'newApplicants') = 'boolean' and round_of is not null)),
        add check (round_of <> id);
      -- One at a time: seats that are left by it go into the next.
      create unique index calls_one_round_at_a_time on calls (round_of)
        where state not in ('final_published', 'archived', 'cancelled');
      create index calls_by_round on calls (round_of) where round_of is not null;

      alter table call_places add column from_place_id uuid references call_places;
      create index call_places_by_former on call_places (from_place_id) where from_place_id is not null;

      create table place_handovers (
        id uuid primary key,
        round_id uuid not null references calls,
        place_id uuid not null references call_places,
        from_place_id uuid not null references call_places,
        -- Of which reserve of the place; null: of the seats that are kept for nobody.
        reserve text,
        seats integer not null check (seats > 0),
        given_at timestamptz not null,
        -- The round was cancelled.
        returned_at timestamptz check (returned_at >= given_at),
        check (place_id <> from_place_id)
      );
      create unique index place_handovers_once on place_handovers (place_id, coalesce(reserve, ''));
      create index place_handovers_by_round on place_handovers (round_id);
      create index place_handovers_by_former on place_handovers (from_place_id);
      revoke update, delete, truncate on place_handovers from most_app;
      grant update (returned_at) on place_handovers to most_app;

      -- All rounds of one call, and the place of the first round from which the seats of a place come.
      create function rounds_of(wanted uuid) returns uuid[] language sql stable as $$
        with recursive family as (
          select id, round_of from calls where id = wanted
          union
          select c.id, c.round_of from calls c join family f on c.id = f.round_of or c.round_of = f.id
        ) select array_agg(id) from family $$;
      create function place_root(wanted uuid) returns uuid language sql stable as $$
        with recursive line as (
          select id, from_place_id from call_places where id = wanted
          union all
          select p.id, p.from_place_id from call_places p join line l on p.id = l.from_place_id
        ) select id from line where from_place_id is null $$;

      alter table applications
        add column carried_from uuid references applications,
        add check (carried_from <> id);
      create index applications_by_former on applications (carried_from) where carried_from is not null;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table applications drop column carried_from;
      drop function place_root(uuid);
      drop function rounds_of(uuid);
      drop table place_handovers;
      alter table call_places drop column from_place_id;
      alter table calls drop column round_of, drop column round;
    `);
  }
}

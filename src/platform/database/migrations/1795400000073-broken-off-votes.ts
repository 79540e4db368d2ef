import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Knows the truth of the tables, and not what the actor sees of them. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/**
 * A vote that can no longer have a result is broken off: it is closed without counts, and says why. And whoever does not
 * see a section of a protocol does not speak for their side by it.
 */
export class BrokenOffVotes1795400000073 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table commission_votes
        add column broken_off text check (broken_off in ('quorum_lost', 'secrecy_lost', 'other')),
        -- In the language of each country, where it is another reason.
        add column broken_off_words jsonb check (jsonb_typeof(broken_off_words) = 'object'),
        drop constraint commission_votes_check,
        drop constraint commission_votes_check1,
        add constraint commission_votes_counted check ((closed_at is not null and broken_off is null) = (tally is not null)),
        add constraint commission_votes_came_to check ((tally is not null) = (result is not null)),
        add constraint commission_votes_broken_off check (broken_off is null or closed_at is not null),
        add constraint commission_votes_said_why
          check ((broken_off is not distinct from 'other') = (broken_off_words is not null)),
        add constraint commission_votes_secrecy check (broken_off is distinct from 'secrecy_lost' or ballot = 'secret');
      create unique index commission_votes_one_that_counts on commission_votes (session_id, item_id) where broken_off is null;
      insert into erasable_columns (table_name, key_name, column_name) values ('commission_votes', 'id', 'broken_off_words');

      create function commission_protocol_withholds(protocol uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from commission_protocol_sections s where s.protocol_id = protocol
          and s.item_id is not null and commission_item_binds_actor(s.item_id));
      end $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      do $$ begin
        if exists (select from commission_votes where broken_off is not null) then
          raise exception 'votes that were broken off came to no result';
        end if;
      end $$;
      drop function commission_protocol_withholds(uuid);
      delete from erasable_columns where table_name = 'commission_votes';
      drop index commission_votes_one_that_counts;
      alter table commission_votes
        drop constraint commission_votes_counted,
        drop constraint commission_votes_came_to,
        drop constraint commission_votes_broken_off,
        drop constraint commission_votes_said_why,
        drop constraint commission_votes_secrecy,
        drop column broken_off_words,
        drop column broken_off;
      alter table commission_votes
        add constraint commission_votes_check check ((closed_at is not null) = (tally is not null)),
        add constraint commission_votes_check1 check ((closed_at is not null) = (result is not null));
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the two sides came to themselves, or what was withdrawn, is not before their commission any more. */
const MOOT = `select i.id from commission_items i join decisions d on d.id = i.decision_id
  join decision_outcomes o on o.decision_id = d.id
  where i.state in ('tabled', 'postponed') and (d.withdrawn_at is not null or o.counts in ('agreed_yes', 'agreed_no'))`;

/** An item on which nothing is left to settle is moot: it waits for no session, and no session takes it up. */
export class MootItems1795400000074 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table commission_items drop constraint commission_items_state_check;
      alter table commission_items add constraint commission_items_state_check
        check (state in ('tabled', 'discussed', 'decided', 'postponed', 'remitted', 'moot'));
      select set_config('most.actor_kind', 'system', true);
      -- Whatever somebody stood aside from stays on the record of its session.
      delete from commission_agenda a using commission_sessions s
        where s.id = a.session_id and s.state in ('planned', 'open', 'interrupted') and a.taken_up_at is null
          and a.item_id in (${MOOT})
          and not exists (select from commission_recusals r where r.session_id = a.session_id and r.item_id = a.item_id);
      update commission_items set state = 'moot', state_since = clock_timestamp() where id in (${MOOT});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      select set_config('most.actor_kind', 'system', true);
      update commission_items set state = 'tabled' where state = 'moot';
      alter table commission_items drop constraint commission_items_state_check;
      alter table commission_items add constraint commission_items_state_check
        check (state in ('tabled', 'discussed', 'decided', 'postponed', 'remitted'));
    `);
  }
}

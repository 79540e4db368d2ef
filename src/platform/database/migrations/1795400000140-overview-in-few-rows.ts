import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const OFFICER_OF = '(select actor_officer_of())::text[]';
const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
/** Knows the truth of the tables, and not what the actor sees of them. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";
/** Whoever is a party to the file: as `person_is_of_known_file` has it of the wall around persons (a test compares them). */
const PARTY = `(a.applicant_id::text = ${setting('person')}
  or (a.number is not null and (${among('home_keys', 'a.home_institution_id')} or ${among('home_keys', 'a.home_unit_id')}
    or ${among('home_keys', 'a.home_country')}))
  or (a.transferred_at is not null and (${among('host_keys', 'a.host_institution_id')}
    or ${among('host_keys', 'a.host_unit_id')} or ${among('host_keys', 'a.host_country')})))`;

/** What a ministry asks every morning costs by what waits and what is shown, however much there ever was. */
export class OverviewInFewRows1795400000140 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- What binds whoever acts was found when the act began (enter_act): it is not looked for again with each item.
      create or replace function commission_item_binds_actor(item uuid) returns boolean language plpgsql ${BEHIND} as $$
      declare me uuid := actor_person();
      begin
        return exists (select from commission_recusals r where r.item_id = item and r.person_id = me)
          or exists (select from commission_items i join decisions d on d.id = i.decision_id
            where i.id = item and (
              me = any (d.about_persons)
              or coalesce(d.about_persons && actor_tied_persons(), false)
              or coalesce(d.barred_institutions && actor_tied_institutions(), false)
              or (d.subject_kind = 'application' and actor_is_tied_to(d.subject_id))));
      end $$;
      -- The same look for the application as subject_is_visible, within the statement: a function begins anew with each row.
      -- \`offset 0\` keeps it a look for one.
      alter policy of_subject on decisions using (${setting('actor_kind')} = 'system'
        or (subject_kind = 'application'
          and exists (select from applications a where a.id = decisions.subject_id and ${PARTY} offset 0))
        or (subject_kind <> 'application' and countries_are_of_office(home_country, host_country)));
      create index commission_items_waiting on commission_items (tabled_at, id)
        where state in ('tabled', 'postponed', 'discussed');
      create index commission_sessions_newest on commission_sessions ((coalesce(opened_at, starts_at)) desc, id);

      -- What runs, in the order of its sums and without a look at the rows themselves.
      create index promise_clocks_open on promise_clocks (country, office, institution_id, step)
        include (home_country, host_country, call_id, began_at, due_at) where ended_at is null;

      -- Who is there: all who came and have not left.
      create index mobilities_present on mobilities (departed_on) where arrived_on is not null;
      -- Both ministries without a call of a function for each row; everybody else as before.
      alter policy read on mobilities using (${SYSTEM}
        or (${ME} is not null and (home_country = any (${OFFICER_OF})
          or ((host_sees or state <> 'cancelled') and host_country = any (${OFFICER_OF}))))
        or mobility_is_open(mobilities));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter policy read on mobilities using (${SYSTEM} or mobility_is_open(mobilities));
      drop index mobilities_present;
      drop index promise_clocks_open;
      drop index commission_sessions_newest;
      drop index commission_items_waiting;
      alter policy of_subject on decisions using (${setting('actor_kind')} = 'system'
        or (subject_kind = 'application' and subject_is_visible(subject_kind, subject_id))
        or (subject_kind <> 'application' and countries_are_of_office(home_country, host_country)));
      create or replace function commission_item_binds_actor(item uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return person_is_bound_to_item(actor_person(), item, actor_instant());
      end $$;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const OF_OWNER_SIDE = 'owner_country = any ((select actor_officer_of())::text[])';

/** Whose record is whose by the rules, and corrections that the owner side answers and tells the other side of. */
export class AnsweredByOwner1795400000070 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- A country may claim the records of its people before anything else is asked. Without one: every country.
      alter table residency_rules add column country text check (country ~ '^[A-Z]{2}$');
      insert into residency_rules (ordinal, fact, country, law, valid_from)
        values (0, 'citizenship', 'RU', 'localisation', '2026-01-01');

      alter table residencies add check ((fact <> 'citizenship' or country is not distinct from citizenship)
        and (fact <> 'residence' or country is not distinct from residence));

      /* Which side owns the record of a person: by what they said, otherwise by who vouched for them. */
      create function owner_of_record(person uuid) returns text language plpgsql stable security definer
        set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        return coalesce(
          (select r.country from residencies r where r.person_id = person and r.ended_at is null),
          (select p.country from persons p where p.id = person));
      end $$;
      revoke execute on function owner_of_record from public;
      grant execute on function owner_of_record to most_app;

      alter table transfers add column owner_country text check (owner_country ~ '^[A-Z]{2}$');

      alter table corrections
        add column because text check (length(because) between 1 and 2000),
        -- To which other countries the answer is told, because they hold what was corrected.
        add column told text[] not null default '{}',
        add check (told = '{}' or (state = 'done' and not owner_country = any (told)));
      alter policy read on corrections using (
        ${SYSTEM} or person_id = ${ME} or ${OF_OWNER_SIDE}
        or (state = 'done' and told && (select actor_officer_of())::text[]));
      -- A person takes back what they asked; only an officer of the owner side answers it, and nobody their own.
      alter policy answer on corrections using (${SYSTEM} or (state = 'asked' and (person_id = ${ME} or ${OF_OWNER_SIDE})))
        with check (${SYSTEM} or (person_id = ${ME} and state = 'withdrawn')
          or (answered_by = ${ME} and person_id <> ${ME} and ${OF_OWNER_SIDE} and state in ('refused', 'done')));
      create index corrections_told on corrections using gin (told) where state = 'done';

      insert into erasable_columns (table_name, key_name, column_name) values
        ('corrections', 'person_id', 'because'), ('corrections', 'application_id', 'because'),
        ('corrections', 'application_id', 'wanted'), ('corrections', 'application_id', 'answer');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('do $$ begin raise exception $m$ the register is not taken down $m$; end $$');
  }
}

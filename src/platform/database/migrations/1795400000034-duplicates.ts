import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = "current_setting('most.actor_kind', true) = 'system'";
const isKey = (side: 'home' | 'host', column: string) =>
  `coalesce(strpos(current_setting('most.${side}_keys', true), a.${side}_${column}) > 0, false)`;
const OF_SIDE = (side: 'home' | 'host') =>
  `(${['institution_id::text', 'unit_id::text', 'country'].map((column) => isKey(side, column)).join(' or ')})`;
/** An office that the application `a` is with, and that is not bound to its applicant. */
const WITH_OFFICE = `((a.number is not null and ${OF_SIDE('home')}) or (a.transferred_at is not null and ${OF_SIDE('host')}))
  and a.applicant_id is distinct from actor_person() and not a.applicant_id = any (actor_acts_for())
  and not a.applicant_id = any (actor_tied_persons())`;

/**
 * Applications that look like those of one person, and what officers found of them. Whoever is with one of the two alone
 * does not learn that there is another.
 */
export class Duplicates1795400000034 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table application_likenesses (
        application_id uuid not null references applications on delete cascade,
        kind text not null check (kind in ('passport', 'national_id', 'orcid', 'name_and_birth', 'mail')),
        -- A keyed hash: numbers of passports stand in no table but in what was submitted.
        value text not null check (value ~ '^[0-9a-f]{64}$'),
        primary key (application_id, kind, value)
      );
      create index application_likenesses_by_value on application_likenesses (value, application_id);

      -- Each pair twice, so that either side is found by itself.
      create table application_matches (
        application_id uuid not null references applications on delete cascade,
        other_id uuid not null references applications on delete cascade,
        kinds text[] not null check (cardinality(kinds) > 0),
        found_at timestamptz not null,
        -- Whether what makes them alike was known when it was last settled whether they are one person's.
        settled boolean not null,
        primary key (application_id, other_id),
        check (application_id <> other_id)
      );
      create index application_matches_by_other on application_matches (other_id);
      create index application_matches_open on application_matches (application_id) where not settled;

      create table duplicate_verdicts (
        id uuid primary key,
        first_id uuid not null references persons,
        second_id uuid not null references persons,
        verdict text not null check (verdict in ('same_person', 'not_the_same')),
        kinds text[] not null,
        reason text not null check (length(reason) between 1 and 4000),
        first_application_id uuid not null references applications,
        second_application_id uuid not null references applications,
        settled_by uuid not null references persons,
        -- For whom, where a deputy settled it.
        settled_for uuid references persons,
        settled_at timestamptz not null,
        check (first_id < second_id),
        check (settled_by not in (first_id, second_id)),
        check (settled_for not in (first_id, second_id) and settled_for <> settled_by)
      );
      create index duplicate_verdicts_of_pair on duplicate_verdicts (first_id, second_id, settled_at desc);
      create index duplicate_verdicts_by_second on duplicate_verdicts (second_id);
      create index duplicate_verdicts_by_first_application on duplicate_verdicts (first_application_id);
      create index duplicate_verdicts_by_second_application on duplicate_verdicts (second_application_id);
      create index duplicate_verdicts_by_officer on duplicate_verdicts (settled_by);
      create index duplicate_verdicts_by_principal on duplicate_verdicts (settled_for) where settled_for is not null;
      -- What was found once stays on record; whoever finds otherwise adds that.
      revoke update, delete, truncate on duplicate_verdicts from most_app;

      create function application_is_with_office_of_actor(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and ${WITH_OFFICE});
      end $$;
      create function person_is_with_office_of_actor(person uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.applicant_id = person and ${WITH_OFFICE});
      end $$;

      create policy of_system on application_likenesses using (${SYSTEM});
      create policy read on application_matches for select using (${SYSTEM}
        or (application_is_with_office_of_actor(application_id) and application_is_with_office_of_actor(other_id)));
      create policy find on application_matches for insert with check (${SYSTEM});
      create policy follow on application_matches for update using (${SYSTEM});
      create policy forget on application_matches for delete using (${SYSTEM});
      create policy read on duplicate_verdicts for select using (${SYSTEM}
        or (person_is_with_office_of_actor(first_id) and person_is_with_office_of_actor(second_id)));
      create policy give on duplicate_verdicts for insert with check (${SYSTEM} or (settled_by = actor_person()
        and application_is_with_office_of_actor(first_application_id)
        and application_is_with_office_of_actor(second_application_id)));
    `);
    for (const table of ['application_likenesses', 'application_matches', 'duplicate_verdicts']) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }
    // What was submitted before is compared by the worker: the key of the hashes is not in the database.
    await db.query(`
      do $$
      begin
        perform set_config('most.actor_kind', 'system', true);
        if exists (select from applications where number is not null) then
          perform enqueue_job('compare_applications', '{"after": ""}', 'compare_applications');
        end if;
      end $$
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // What officers found would be lost.
    await db.query('do $$ begin raise exception $m$ verdicts on duplicates are not taken down $m$; end $$');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;
/** Knows the truth of the tables, and not what the actor sees of them. */
const BEHIND = "stable security definer set search_path = public, pg_temp set most.actor_kind = 'system'";

/* As the conflict graph has them: a party sees the file as one. */
const HOME = (a: string) => `(${a}.applicant_id::text = ${setting('person')} or (${a}.number is not null
  and (${among('home_keys', `${a}.home_institution_id`)} or ${among('home_keys', `${a}.home_unit_id`)}
    or ${among('home_keys', `${a}.home_country`)})))`;
const HOST = (a: string) => `(${a}.transferred_at is not null
  and (${among('host_keys', `${a}.host_institution_id`)} or ${among('host_keys', `${a}.host_unit_id`)}
    or ${among('host_keys', `${a}.host_country`)}))`;
const SUPPORTED = (a: string) => `(${a}.number is not null and ${setting('supports')} = 'yes')`;
const SHARED = (a: string) =>
  `(${a}.co_applicants <> '{}' and ${setting('person')} = any (${a}.co_applicants::text[]))`;

/**
 * Most people never applied together with anybody, and between most judges and most files nothing was found. An act asks
 * so once, at its beginning, and the walls then ask it of the setting and no more of each row. Where the setting was never
 * made, each row is asked.
 */
export class WallAskedOnce1795400000050 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Whether one of these people ever stood in somebody else's application. Never null.
      create function anyone_wrote_with_others(people uuid[]) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return exists (select from co_applicants c where c.person_id = any (people));
      end $$;

      create or replace function enter_act(kind text, person uuid, agent uuid, second_factor boolean, instant timestamptz)
        returns void language plpgsql as $$
      declare
        s actor_scopes;
        t actor_ties;
      begin
        perform set_config('role', 'most_app', true), set_config('most.actor_kind', kind, true),
          set_config('most.person', coalesce(person::text, ''), true),
          set_config('most.agent', coalesce(agent::text, ''), true);
        if kind = 'person' then s := scopes_of_person(person, second_factor, instant);
        elsif kind = 'client' then s := scopes_of_client(agent, instant);
        end if;
        perform set_config('most.home_institutions', coalesce(s.home_institutions::text, ''), true),
          set_config('most.host_institutions', coalesce(s.host_institutions::text, ''), true),
          set_config('most.home_units', coalesce(s.home_units::text, ''), true),
          set_config('most.host_units', coalesce(s.host_units::text, ''), true),
          set_config('most.officer_of', coalesce(s.officer_of::text, ''), true),
          set_config('most.commission_of', coalesce(s.commission_of::text, ''), true),
          set_config('most.administers', coalesce(s.administers::text, ''), true),
          set_config('most.signs_for', coalesce(s.signs_for::text, ''), true),
          set_config('most.reviews', coalesce(s.reviews::text, ''), true),
          set_config('most.panels', coalesce(s.panels::text, ''), true),
          set_config('most.programme_roles', coalesce(s.programme_roles::text, ''), true),
          set_config('most.acts_for', coalesce(s.acts_for::text, ''), true),
          set_config('most.home_keys',
            array_to_string(s.home_institutions::text[] || s.home_units::text[] || s.officer_of || s.commission_of, ' '), true),
          set_config('most.host_keys',
            array_to_string(s.host_institutions::text[] || s.host_units::text[] || s.officer_of || s.commission_of, ' '), true),
          set_config('most.assessment_keys', array_to_string(s.reviews::text[] || s.panels::text[], ' '), true),
          set_config('most.supports', case when 'support' = any (s.programme_roles) then 'yes' else '' end, true);
        -- Only whoever judges is asked what binds them: an applicant pays nothing for it.
        if kind = 'person' and num_nonnulls(s.home_institutions, s.host_institutions, s.home_units, s.host_units,
          s.officer_of, s.commission_of, s.reviews, s.panels) > 0 then t := ties_of_person(person, instant);
        end if;
        perform set_config('most.tied_persons', coalesce(t.persons::text, ''), true),
          set_config('most.tied_institutions', coalesce(t.institutions::text, ''), true),
          set_config('most.tied_applications', coalesce(t.applications::text, ''), true),
          set_config('most.binds_authors', case when anyone_wrote_with_others(array[person] || s.acts_for || t.persons)
            then 'yes' else 'no' end, true);
      end $$;

      -- Who found themselves bound as a judge and is no party either.
      create function application_is_shut(application uuid) returns boolean language plpgsql ${BEHIND} as $$
      begin
        return not exists (select from applications a where a.id = application
          and (${HOME('a')} or ${HOST('a')} or ${SUPPORTED('a')} or ${SHARED('a')}));
      end $$;
      alter policy found_conflict on applications using (
        coalesce(${setting('tied_applications')}, '') = '' or not ${among('tied_applications', 'id')}
        or ${SYSTEM} or not application_is_shut(id));
    `);
    const free = (column = 'application_id') =>
      `(${setting('binds_authors')} = 'no' or ${SYSTEM} or not application_binds_author(${column}))`;
    const both = (a: string, b: string) => `${free(a)} and ${free(b)}`;
    for (const table of ['nomination_candidates', 'officer_notes', 'thread_messages']) {
      await db.query(`alter policy no_author on ${table} using (${free()}) with check (${free()})`);
    }
    await db.query(`
      alter policy no_author_begins on application_documents with check (${free()});
      alter policy no_author_leads on application_documents using (${free()}) with check (${free()});
      alter policy no_author_accepts on application_supplements using (${free()}) with check (${free()});
      alter policy no_author_reads on application_matches using (${both('application_id', 'other_id')});
      alter policy no_author on duplicate_verdicts using (${both('first_application_id', 'second_application_id')})
        with check (${both('first_application_id', 'second_application_id')});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('do $$ begin raise exception $m$ the wall is not taken down $m$; end $$');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const setting = (name: string) => `current_setting('most.${name}', true)`;
const among = (name: string, column: string) => `strpos(${setting(name)}, ${column}::text) > 0`;

const INSTITUTIONAL = "g.role in ('institution_administrator', 'coordinator', 'signatory')";

/* As the second wall has them, with one thing more: who is bound to the applicant assesses nothing. */
const HOME = (a: string) => `(${a}.applicant_id::text = ${setting('person')} or (${a}.number is not null
  and (${among('home_keys', `${a}.home_institution_id`)} or ${among('home_keys', `${a}.home_unit_id`)}
    or ${among('home_keys', `${a}.home_country`)})))`;
const HOST = (a: string) => `(${a}.transferred_at is not null
  and (${among('host_keys', `${a}.host_institution_id`)} or ${among('host_keys', `${a}.host_unit_id`)}
    or ${among('host_keys', `${a}.host_country`)}))`;
const SUPPORTED = (a: string) => `(${a}.number is not null and ${setting('supports')} = 'yes')`;
/** Bound to the applicant, or to an institution that the call keeps apart. Never null. */
const TIED = (
  a: string,
) => `(${among('acts_for', `${a}.applicant_id`)} or ${among('tied_persons', `${a}.applicant_id`)}
  or (${a}.independent_assessment and (coalesce(${among('tied_institutions', `${a}.home_institution_id`)}, false)
    or coalesce(${among('tied_institutions', `${a}.host_institution_id`)}, false))))`;
const ASSESSED = (a: string) => `(${a}.state in ('in_review', 'scored') and ${a}.number is not null
  and (${among('assessment_keys', `${a}.call_id`)} or ${among('assessment_keys', `${a}.panel_id`)}) and not ${TIED(a)})`;
const CONTENT = (a: string) =>
  `(${setting('actor_kind')} = 'system' or ${HOME(a)} or ${HOST(a)} or ${ASSESSED(a)})`;

/** Conflicts of interest: declared between two people, and found by the institution where a call says so. */
export class Conflicts1795400000017 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table conflict_declarations (
        id uuid primary key,
        -- Who may not judge, and about whom. It holds for every file of the other.
        person_id uuid not null references persons,
        about_id uuid not null references persons,
        kind text not null check (kind in ('family', 'supervision')),
        -- The application on whose page it was declared.
        application_id uuid not null references applications,
        declared_at timestamptz not null,
        lifted_at timestamptz,
        lifted_by uuid references persons,
        lift_reason text,
        check (person_id <> about_id),
        check (lifted_by <> person_id),
        check (num_nonnulls(lifted_at, lifted_by, lift_reason) in (0, 3)),
        check (lifted_at >= declared_at)
      );
      create unique index conflict_declarations_standing on conflict_declarations (person_id, about_id, kind)
        where lifted_at is null;
      create index conflict_declarations_by_person on conflict_declarations (person_id, declared_at);
      create index conflict_declarations_by_other on conflict_declarations (about_id);
      create index conflict_declarations_by_application on conflict_declarations (application_id);
      create index conflict_declarations_by_lifter on conflict_declarations (lifted_by) where lifted_by is not null;
      comment on table conflict_declarations is 'personal';
      alter table conflict_declarations enable row level security;
      alter table conflict_declarations force row level security;
      -- A declaration is lifted, and never rewritten.
      revoke update, delete, truncate on conflict_declarations from most_app;
      grant update (lifted_at, lifted_by, lift_reason) on conflict_declarations to most_app;
      -- Whoever answers for every office of somebody, and programme administrators: as the people's policy says.
      create function answers_for(of_person uuid) returns boolean language plpgsql stable as $$
      begin
        return 'programme_administrator' = any (actor_programme_roles())
          or (exists (select from offices_of(of_person)) and (
            not exists (select from offices_of(of_person) g where not coalesce(${INSTITUTIONAL}
              and g.institution_id = any (actor_administers()), false))
            or not exists (select from offices_of(of_person) g where not coalesce(${INSTITUTIONAL}
              and exists (select from institutions i where i.id = g.institution_id and i.country = any (actor_officer_of())),
              false))));
      end $$;
      create policy read on conflict_declarations for select using (
        ${SYSTEM} or person_id = ${ME} or answers_for(person_id));
      create policy declare on conflict_declarations for insert with check (
        ${SYSTEM} or (person_id = ${ME} and application_content_is_open(application_id)));
      create policy lift on conflict_declarations for update using (
        ${SYSTEM} or (person_id <> ${ME} and answers_for(person_id)))
        with check (${SYSTEM} or lifted_by = ${ME});

      -- A call may keep its judges apart from the institutions of the applicant; an application and a decision carry it
      -- on, because the walls are asked of each row.
      alter table calls add column independent_assessment boolean not null default false;
      alter table applications add column independent_assessment boolean not null default false;
      alter table decisions
        add column about_persons uuid[] not null default '{}',
        add column barred_institutions uuid[] not null default '{}';
      update decisions d set about_persons = array[a.applicant_id]
        from applications a where d.subject_kind = 'application' and a.id = d.subject_id;

      create type actor_ties as (persons uuid[], institutions uuid[]);
      -- To whom somebody is bound, themselves or by those for whom they act.
      create function ties_of_person(of_person uuid, instant timestamptz) returns actor_ties
        language plpgsql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      declare
        hands uuid[] := array[of_person];
        ties actor_ties;
      begin
        hands := hands || coalesce((select array_agg(g.acting_for) from grants_in_force(of_person, instant) g
          where g.acting_for is not null), '{}');
        ties.persons := (select array_agg(distinct c.about_id) from conflict_declarations c
          where c.person_id = any (hands) and c.declared_at <= instant and (c.lifted_at is null or c.lifted_at > instant));
        ties.institutions := (select array_agg(distinct i) from (
          select p.home_institution_id as i from persons p where p.id = any (hands)
          union all
          select g.institution_id from unnest(hands) hand cross join lateral grants_in_force(hand, instant) g) places
          where i is not null);
        return ties;
      end $$;
      revoke execute on function ties_of_person from public;
      grant execute on function ties_of_person to most_app;

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
          set_config('most.tied_institutions', coalesce(t.institutions::text, ''), true);
      end $$;
    `);
    for (const name of ['tied_persons', 'tied_institutions']) {
      await db.query(`
        create function actor_${name}() returns uuid[] language sql stable parallel safe as
          $$ select coalesce(nullif(current_setting('most.${name}', true), ''), '{}')::uuid[] $$;
      `);
    }
    await db.query(`
      create or replace function application_content_is_open(application uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.id = application and ${CONTENT('a')});
      end $$;
      alter policy visible on applications using (${CONTENT('applications')} or ${SUPPORTED('applications')});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Whoever declared a conflict would read again what the older wall does not close to them.
    await db.query('do $$ begin raise exception $m$ declared conflicts are not taken down $m$; end $$');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * The conditions stand on the settings of the transaction, by plain expressions: a function for each row, or a sub-select
 * to be planned with each statement, was measured to cost more than the query itself.
 */
const ids = (name: string) => `any ((select ${name}())::uuid[])`;
const codes = (name: string) => `any ((select ${name}())::text[])`;

const setting = (name: string) => `current_setting('most.${name}', true)`;
const SYSTEM = `${setting('actor_kind')} = 'system'`;
const isActor = (id: string) => `${id}::text = ${setting('person')}`;
/** Whether one of the columns is among the keys of a setting: ids and codes of countries, with spaces between. */
const among = (name: string, columns: readonly string[]) =>
  `(${columns.map((column) => `strpos(${setting(name)}, ${column}) > 0`).join(' or ')})`;

const HOME = (a: string) => `(${isActor(`${a}.applicant_id`)} or (${a}.number is not null
  and ${among('home_keys', [`${a}.home_institution_id::text`, `${a}.home_unit_id::text`, `${a}.home_country`])}))`;
const HOST = (a: string) => `(${a}.transferred_at is not null
  and ${among('host_keys', [`${a}.host_institution_id::text`, `${a}.host_unit_id::text`, `${a}.host_country`])})`;
const ASSESSED = (a: string) => `(${a}.state in ('in_review', 'scored') and ${a}.number is not null
  and ${among('assessment_keys', [`${a}.call_id::text`, `${a}.panel_id::text`])})`;
const SUPPORTED = (a: string) => `(${a}.number is not null and ${setting('supports')} = 'yes')`;
const PARTY = (a: string) => `(${SYSTEM} or ${HOME(a)} or ${HOST(a)})`;
const CONTENT = (a: string) => `(${PARTY(a)} or ${ASSESSED(a)})`;
const inApplication = (id: string, condition: (a: string) => string) =>
  `(${SYSTEM} or exists (select from applications a where a.id = ${id} and ${condition('a')}))`;

/** Roles that answer for the whole programme and see who decided what, without the files. */
const PROGRAMME = `(select actor_programme_roles())::text[] && array['programme_administrator', 'auditor']`;
/** Whoever administers the roles of an institution: itself, its ministry, the programme. */
const keeps = (table: string) => `(
  'programme_administrator' = ${codes('actor_programme_roles')}
  or ${table}.institution_id = ${ids('actor_administers')}
  or exists (select from institutions i where i.id = ${table}.institution_id and i.country = ${codes('actor_officer_of')}))`;

/**
 * The second wall. The database itself finds out which grants of the actor are in force, when it is told who acts; the
 * policies of every table with personal data stand on that, whatever the application's own queries ask for.
 */
export class SecondWall1795400000009 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Runs for whoever owns it and steps behind the wall, because the grants decide where the wall stands.
      -- In PL/pgSQL, whose plans are kept for a connection: every act asks this, and planning cost more than the answer.
      create function grants_in_force(of_person uuid, instant timestamptz) returns setof role_grants
        language plpgsql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
      begin
        return query select g.* from role_grants g
        where g.person_id = of_person and g.revoked_at is null and g.valid_from <= instant
          and (g.valid_until is null or g.valid_until > instant)
          and (not g.needs_confirmation or g.confirmed_at is not null)
          and (g.deputy_of is null or exists (select from role_grants origin where origin.id = g.deputy_of
            and origin.revoked_at is null and origin.valid_from <= instant
            and (origin.valid_until is null or origin.valid_until > instant)
            and (not origin.needs_confirmation or origin.confirmed_at is not null)));
      end $$;

      create type actor_scopes as (
        home_institutions uuid[], host_institutions uuid[], home_units uuid[], host_units uuid[], officer_of text[],
        commission_of text[], administers uuid[], signs_for uuid[], reviews uuid[], panels uuid[], programme_roles text[],
        acts_for uuid[]);
      -- An office without its second factor is none.
      create function scopes_of_person(of_person uuid, second_factor boolean, instant timestamptz) returns actor_scopes
        language plpgsql stable as $$
      begin
        return (select row(
          array_agg(g.institution_id) filter (where g.role = 'coordinator' and g.unit_id is null and g.side is distinct from 'host'),
          array_agg(g.institution_id) filter (where g.role = 'coordinator' and g.unit_id is null and g.side is distinct from 'home'),
          array_agg(g.unit_id) filter (where g.role = 'coordinator' and g.unit_id is not null and g.side is distinct from 'host'),
          array_agg(g.unit_id) filter (where g.role = 'coordinator' and g.unit_id is not null and g.side is distinct from 'home'),
          array_agg(g.country) filter (where g.role = 'ministry_officer'),
          array_agg(g.country) filter (where g.role in ('commission_member', 'commission_secretary')),
          array_agg(g.institution_id) filter (where g.role = 'institution_administrator'),
          array_agg(g.institution_id) filter (where g.role = 'signatory'),
          array_agg(g.call_id) filter (where g.role = 'reviewer' and g.panel_id is null),
          array_agg(g.panel_id) filter (where g.role = 'reviewer' and g.panel_id is not null),
          array_agg(g.role) filter (where r.scope = 'programme'),
          array_agg(g.acting_for) filter (where g.acting_for is not null))::actor_scopes
        from grants_in_force(of_person, instant) g join roles r on r.role = g.role
        where scopes_of_person.second_factor or not r.second_factor);
      end $$;
      create function scopes_of_client(client uuid, instant timestamptz) returns actor_scopes
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select row(array_agg(institution_id), array_agg(institution_id), null, null, null, null, null, null, null, null,
          null, null)::actor_scopes
        from integration_clients where id = client and revoked_at is null and created_at <= instant
          and (valid_until is null or valid_until > instant)
        $$;

      -- The first statement of every transaction: takes off the connection's own rights and tells who acts.
      create function enter_act(kind text, person uuid, agent uuid, second_factor boolean, instant timestamptz)
        returns void language plpgsql as $$
      declare s actor_scopes;
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
      end $$;
    `);
    for (const [name, setting] of [
      ['actor_home_institutions', 'home_institutions'],
      ['actor_host_institutions', 'host_institutions'],
      ['actor_home_units', 'home_units'],
      ['actor_host_units', 'host_units'],
      ['actor_administers', 'administers'],
      ['actor_signs_for', 'signs_for'],
      ['actor_reviews', 'reviews'],
      ['actor_panels', 'panels'],
      ['actor_acts_for', 'acts_for'],
    ] as const) {
      await db.query(`
        create function ${name}() returns uuid[] language sql stable parallel safe as
          $$ select coalesce(nullif(current_setting('most.${setting}', true), ''), '{}')::uuid[] $$;
      `);
    }
    await db.query(`
      create function actor_agent() returns uuid language sql stable parallel safe as
        $$ select nullif(current_setting('most.agent', true), '')::uuid $$;
    `);

    // Files and what belongs to them.
    await db.query(`
      -- Whoever gives support sees where a file stands; its content is elsewhere and stays closed to them.
      drop policy visible on applications;
      create policy visible on applications using (
        ${CONTENT('applications')} or ${SUPPORTED('applications')});

      -- Few rows of these are read at a time: prepared once for a connection, it costs less than planned with each statement.
      create function application_content_is_open(application uuid) returns boolean language plpgsql stable as $$
      begin
        return ${inApplication('application', CONTENT)};
      end $$;
      create function is_party_to(a applications) returns boolean language plpgsql stable as $$
      begin
        return coalesce(${PARTY('a')}, false);
      end $$;
      drop policy of_application on application_sections;
      drop policy of_application on application_choices;
      drop policy of_application on application_submissions;
      drop policy of_application on nominations;
      create policy of_application on application_sections using (application_content_is_open(application_id));
      create policy of_application on application_choices using (application_content_is_open(application_id));
      create policy of_application on application_submissions using (application_content_is_open(application_id));
      -- What an earlier host was asked, and what it said, is no business of the next one.
      create function nomination_is_open(application uuid, host uuid) returns boolean language plpgsql stable as $$
      begin
        return ${inApplication('$1', (a) => `(${HOME(a)} or (${a}.host_institution_id = $2 and ${PARTY(a)}))`)};
      end $$;
      create policy of_application on nominations using (nomination_is_open(application_id, host_institution_id));

      create or replace function subject_is_visible(kind text, id uuid) returns boolean language plpgsql stable as $$
      begin
        return kind = 'application' and ${inApplication('$2', PARTY)};
      end $$;

      create function countries_are_of_office(home text, host text) returns boolean language plpgsql stable as $$
      begin
        return home = any (actor_officer_of()) or host = any (actor_officer_of())
          or home = any (actor_commission_of()) or host = any (actor_commission_of())
          or actor_programme_roles() && array['programme_administrator', 'auditor'];
      end $$;
      drop policy of_subject on decisions;
      create policy of_subject on decisions using (
        ${SYSTEM} or (subject_kind = 'application' and subject_is_visible(subject_kind, subject_id))
        or (subject_kind <> 'application' and countries_are_of_office(home_country, host_country)));

      drop policy of_subject on uploads;
      create policy of_subject on uploads using (
        ${SYSTEM} or (subject_kind = 'application' and application_content_is_open(subject_id)));

      -- Read by whoever reads the file; given and taken back by the person alone.
      drop policy of_subject on consents;
      create policy read on consents for select using (
        ${SYSTEM} or ${isActor('person_id')} or subject_is_visible(subject_kind, subject_id));
      create policy give on consents for insert with check (${SYSTEM} or ${isActor('person_id')});
      create policy take_back on consents for update using (${SYSTEM} or ${isActor('person_id')});
      create policy forget on consents for delete using (${SYSTEM});

      create function person_is_of_known_file(person uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from applications a where a.applicant_id = person and ${PARTY('a')});
      end $$;
      create function person_holds_known_role(person uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from role_grants g where g.person_id = person)
          or exists (select from role_proposals p where p.person_id = person);
      end $$;
      drop policy known on persons;
      create policy known on persons using (
        ${SYSTEM} or ${isActor('id')}
        or person_is_of_known_file(id) or person_holds_known_role(id));
    `);

    // Roles and what leads to them. Of others' grants only those whom it concerns know; nobody writes one for themselves.
    await db.query(`
      drop policy own on role_grants;
      create policy read on role_grants for select using (
        ${SYSTEM} or ${isActor('person_id')} or granted_by = (select actor_person())
        or acting_for = (select actor_person()) or country = ${codes('actor_officer_of')} or ${keeps('role_grants')});
      create policy give on role_grants for insert with check (${SYSTEM}
        or (granted_by = (select actor_person()) and person_id <> (select actor_person()) and (
          acting_for = (select actor_person()) or country = ${codes('actor_officer_of')} or ${keeps('role_grants')})));
      create policy change on role_grants for update using (
        ${SYSTEM} or ${isActor('person_id')} or acting_for = (select actor_person())
        or country = ${codes('actor_officer_of')} or ${keeps('role_grants')});
    `);
    await db.query(`
      create policy of_scope on role_invitations using (
        ${SYSTEM} or invited_by = (select actor_person()) or country = ${codes('actor_officer_of')}
        or ${keeps('role_invitations')});
      create policy of_scope on role_proposals using (
        ${SYSTEM} or ${isActor('person_id')} or ${keeps('role_proposals')});
      create policy own on signed_links using (${SYSTEM} or created_by = (select actor_person()));
      create policy of_administrators on identity_providers using (${SYSTEM} or ${PROGRAMME});
      create policy own on passkeys using (${SYSTEM} or ${isActor('person_id')});
      create policy of_scope on integration_clients using (${SYSTEM} or ${keeps('integration_clients')});

      create function actor_is(actor uuid) returns boolean language plpgsql stable as $$
      begin
        return actor_is_system() or actor is not distinct from coalesce(actor_person(), actor_agent());
      end $$;
      drop policy own on idempotency_keys;
      create policy own on idempotency_keys using (actor_is(actor_id));

      -- Nobody writes in another's name. Read by auditors, by whoever acted or for whom it was done, and on a file by its parties.
      create policy write on audit_entries for insert with check (actor_is(actor_id));
      create policy read on audit_entries for select using (
        ${SYSTEM} or ${PROGRAMME} or actor_id = (select actor_person()) or acting_for = (select actor_person())
        or case subject_kind
          when 'application' then subject_is_visible('application', subject_id::uuid)
          when 'decision' then exists (select from decisions d where d.id = subject_id::uuid)
          else false
        end);
      create policy delivered on outbox_events using (${SYSTEM});
    `);
    for (const table of [
      'role_invitations',
      'role_proposals',
      'signed_links',
      'identity_providers',
      'passkeys',
      'integration_clients',
      'audit_entries',
      'outbox_events',
    ]) {
      await db.query(`
        comment on table ${table} is 'personal';
        alter table ${table} enable row level security;
        alter table ${table} force row level security;
      `);
    }

    // Functions that act behind the wall on purpose say so; an owner who is no superuser is bound by it like anybody.
    await db.query(`
      alter function verify_letter set most.actor_kind = 'system';
      alter function emit_event set most.actor_kind = 'system';
      revoke execute on function grants_in_force, scopes_of_client from public;
      grant execute on function grants_in_force, scopes_of_client to most_app;
      drop function actor_coordinates;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // Behind this wall lies data that the older policies would not guard.
    await db.query('do $$ begin raise exception $m$ the second wall is not taken down $m$; end $$');
  }
}

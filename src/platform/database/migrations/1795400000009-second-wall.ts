import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Set once for a statement, not for each row. */
const ids = (name: string) => `any ((select ${name}())::uuid[])`;
const codes = (name: string) => `any ((select ${name}())::text[])`;
const SYSTEM = '(select actor_is_system())';

const call = (name: string, a: string, columns: readonly string[]) =>
  `${name}(${columns.map((column) => `${a}.${column}`).join(', ')})`;
const AT_HOME = ['applicant_id', 'number', 'home_institution_id', 'home_unit_id', 'home_country'];
const AT_HOST = ['transferred_at', 'host_institution_id', 'host_unit_id', 'host_country'];
const ASSESSMENT = ['number', 'state', 'call_id', 'panel_id'];

/**
 * Who may see a row of `applications` stands in functions of PL/pgSQL: their expressions are prepared once for a
 * connection, where the same text in a policy would be planned anew with each statement (measured: 1 ms each).
 */
const HOME = (a: string) => call('application_is_of_home', a, AT_HOME);
const PARTY = (a: string) => call('application_is_of_party', a, [...AT_HOME, ...AT_HOST]);
const CONTENT = (a: string) => `(${PARTY(a)} or ${call('application_is_assessed', a, ASSESSMENT)})`;
const inApplication = (id: string, condition: (a: string) => string) =>
  `exists (select from applications a where a.id = ${id} and ${condition('a')})`;

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
      create function grants_in_force(of_person uuid, instant timestamptz) returns setof role_grants
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select g.* from role_grants g
        where g.person_id = of_person and g.revoked_at is null and g.valid_from <= instant
          and (g.valid_until is null or g.valid_until > instant)
          and (not g.needs_confirmation or g.confirmed_at is not null)
          and (g.deputy_of is null or exists (select from role_grants origin where origin.id = g.deputy_of
            and origin.revoked_at is null and origin.valid_from <= instant
            and (origin.valid_until is null or origin.valid_until > instant)
            and (not origin.needs_confirmation or origin.confirmed_at is not null)))
        $$;

      create type actor_scopes as (
        home_institutions uuid[], host_institutions uuid[], home_units uuid[], host_units uuid[], officer_of text[],
        commission_of text[], administers uuid[], signs_for uuid[], reviews uuid[], panels uuid[], programme_roles text[],
        acts_for uuid[]);
      -- An office without its second factor is none.
      create function scopes_of_person(of_person uuid, second_factor boolean, instant timestamptz) returns actor_scopes
        language sql stable as $$
        select row(
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
        where scopes_of_person.second_factor or not r.second_factor
        $$;
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
          set_config('most.acts_for', coalesce(s.acts_for::text, ''), true);
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
      create function application_is_of_home(applicant uuid, number text, home uuid, home_unit uuid, home_country text)
        returns boolean language plpgsql stable as $$
      begin
        return coalesce(actor_is_system() or applicant = actor_person() or (number is not null and (
          home = any (actor_home_institutions()) or home_unit = any (actor_home_units())
          or home_country = any (actor_officer_of()) or home_country = any (actor_commission_of()))), false);
      end $$;
      create function application_is_of_party(applicant uuid, number text, home uuid, home_unit uuid, home_country text,
        transferred timestamptz, host uuid, host_unit uuid, host_country text)
        returns boolean language plpgsql stable as $$
      begin
        return coalesce(actor_is_system() or applicant = actor_person() or (number is not null and (
          home = any (actor_home_institutions()) or home_unit = any (actor_home_units())
          or home_country = any (actor_officer_of()) or home_country = any (actor_commission_of()))) or (transferred is not null and (
          host = any (actor_host_institutions()) or host_unit = any (actor_host_units())
          or host_country = any (actor_officer_of()) or host_country = any (actor_commission_of()))), false);
      end $$;
      create function application_is_assessed(number text, state text, call uuid, panel uuid)
        returns boolean language plpgsql stable as $$
      begin
        return coalesce((number is not null and state in ('in_review', 'scored')
          and (call = any (actor_reviews()) or panel = any (actor_panels()))), false);
      end $$;
      -- Whoever gives support sees where a file stands; its content is elsewhere and stays closed to them.
      create function application_is_visible(applicant uuid, number text, home uuid, home_unit uuid, home_country text,
        transferred timestamptz, host uuid, host_unit uuid, host_country text, state text, call uuid, panel uuid)
        returns boolean language plpgsql stable as $$
      begin
        return coalesce(actor_is_system() or applicant = actor_person() or (number is not null and (
          home = any (actor_home_institutions()) or home_unit = any (actor_home_units())
          or home_country = any (actor_officer_of()) or home_country = any (actor_commission_of()))) or (transferred is not null and (
          host = any (actor_host_institutions()) or host_unit = any (actor_host_units())
          or host_country = any (actor_officer_of()) or host_country = any (actor_commission_of()))) or (number is not null and state in ('in_review', 'scored')
          and (call = any (actor_reviews()) or panel = any (actor_panels())))
          or (number is not null and 'support' = any (actor_programme_roles())), false);
      end $$;
      drop policy visible on applications;
      create policy visible on applications using (
        ${call('application_is_visible', 'applications', [...AT_HOME, ...AT_HOST, 'state', 'call_id', 'panel_id'])});

      drop policy of_application on application_sections;
      drop policy of_application on application_choices;
      drop policy of_application on application_submissions;
      drop policy of_application on nominations;
      create policy of_application on application_sections using (${inApplication('application_id', CONTENT)});
      create policy of_application on application_choices using (${inApplication('application_id', CONTENT)});
      create policy of_application on application_submissions using (${inApplication('application_id', CONTENT)});
      -- What an earlier host was asked, and what it said, is no business of the next one.
      create policy of_application on nominations using (
        ${inApplication(
          'application_id',
          (a) =>
            `(${HOME(a)} or (${a}.host_institution_id = nominations.host_institution_id and ${PARTY(a)}))`,
        )});

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
        ${SYSTEM} or (subject_kind = 'application' and ${inApplication('subject_id', PARTY)})
        or (subject_kind <> 'application' and countries_are_of_office(home_country, host_country)));

      drop policy of_subject on uploads;
      create policy of_subject on uploads using (
        ${SYSTEM} or (subject_kind = 'application' and ${inApplication('subject_id', CONTENT)}));

      -- Read by whoever reads the file; given and taken back by the person alone.
      drop policy of_subject on consents;
      create policy read on consents for select using (
        ${SYSTEM} or person_id = (select actor_person()) or subject_is_visible(subject_kind, subject_id));
      create policy give on consents for insert with check (${SYSTEM} or person_id = (select actor_person()));
      create policy take_back on consents for update using (${SYSTEM} or person_id = (select actor_person()));
      create policy forget on consents for delete using (${SYSTEM});

      create function person_holds_known_role(person uuid) returns boolean language plpgsql stable as $$
      begin
        return exists (select from role_grants g where g.person_id = person)
          or exists (select from role_proposals p where p.person_id = person);
      end $$;
      drop policy known on persons;
      create policy known on persons using (
        ${SYSTEM} or id = (select actor_person())
        or exists (select from applications a where a.applicant_id = persons.id and ${PARTY('a')})
        or person_holds_known_role(id));
    `);

    // Roles and what leads to them. Of others' grants only those whom it concerns know; nobody writes one for themselves.
    await db.query(`
      drop policy own on role_grants;
      create policy read on role_grants for select using (
        ${SYSTEM} or person_id = (select actor_person()) or granted_by = (select actor_person())
        or acting_for = (select actor_person()) or country = ${codes('actor_officer_of')} or ${keeps('role_grants')});
      create policy give on role_grants for insert with check (${SYSTEM}
        or (granted_by = (select actor_person()) and person_id <> (select actor_person()) and (
          acting_for = (select actor_person()) or country = ${codes('actor_officer_of')} or ${keeps('role_grants')})));
      create policy change on role_grants for update using (
        ${SYSTEM} or person_id = (select actor_person()) or acting_for = (select actor_person())
        or country = ${codes('actor_officer_of')} or ${keeps('role_grants')});
    `);
    await db.query(`
      create policy of_scope on role_invitations using (
        ${SYSTEM} or invited_by = (select actor_person()) or country = ${codes('actor_officer_of')}
        or ${keeps('role_invitations')});
      create policy of_scope on role_proposals using (
        ${SYSTEM} or person_id = (select actor_person()) or ${keeps('role_proposals')});
      create policy own on signed_links using (${SYSTEM} or created_by = (select actor_person()));
      create policy of_administrators on identity_providers using (${SYSTEM} or ${PROGRAMME});
      create policy own on passkeys using (${SYSTEM} or person_id = (select actor_person()));
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

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const PROGRAMME_ROLES = '(select actor_programme_roles())::text[]';
const OFFICER_OF = 'any ((select actor_officer_of())::text[])';
const ADMINISTERS = 'any ((select actor_administers())::uuid[])';
const SITS_FOR = 'any ((select actor_commission_of())::text[])';

const institutionOfOwnCountry = (table: string) =>
  `(${table}.institution_id is not null and exists (
     select from institutions i where i.id = ${table}.institution_id and i.country = ${OFFICER_OF}))`;
const callOfOwnCountry = (table: string) =>
  `(${table}.call_id is not null and exists (select from call_directions d where d.call_id = ${table}.call_id
     and (d.home_country = ${SITS_FOR} or d.host_country = ${SITS_FOR})))`;
/** Whose scope a grant or an invitation lies in: who may read it, as the roles' policy says for lists. */
const inSight = (table: string) => `(
  ${PROGRAMME_ROLES} && array['programme_administrator', 'auditor']
  or ${table}.country = ${OFFICER_OF} or ${institutionOfOwnCountry(table)}
  or ${table}.institution_id = ${ADMINISTERS} or ${callOfOwnCountry(table)})`;
/** Who may give such a role, as the delegation says. What is lent to deputies is told apart by the first wall. */
const toGive = (table: string) => `(
  ('programme_administrator' = any (${PROGRAMME_ROLES}) and ${table}.role in ('programme_administrator',
    'ministry_officer', 'commission_member', 'commission_secretary', 'auditor', 'support', 'reviewer'))
  or (${table}.role = 'reviewer' and ${callOfOwnCountry(table)})
  or (${table}.role in ('institution_administrator', 'coordinator', 'signatory')
    and (${table}.institution_id = ${ADMINISTERS} or ${institutionOfOwnCountry(table)})))`;

/** Delegated roles: who gives which, deputies who are invited, mails to people whom the programme does not know yet. */
export class Delegation1795400000012 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Offices that somebody holds or is about to: whoever resets their second factor must answer for all of them,
      -- also for those that they do not see.
      create function offices_of(of_person uuid) returns setof role_grants
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
        select g.* from role_grants g join roles r on r.role = g.role
        where g.person_id = of_person and r.second_factor and g.revoked_at is null
          and (g.valid_until is null or g.valid_until > now())
        $$;
      revoke execute on function offices_of from public;
      grant execute on function offices_of to most_app;

      drop policy read on role_grants;
      drop policy give on role_grants;
      drop policy change on role_grants;
      create policy read on role_grants for select using (
        ${SYSTEM} or person_id = ${ME} or granted_by = ${ME} or acting_for = ${ME} or ${inSight('role_grants')});
      create policy give on role_grants for insert with check (${SYSTEM}
        or (granted_by = ${ME} and person_id <> ${ME} and (
          (deputy_of is null and ${toGive('role_grants')})
          or (acting_for = ${ME} and exists (select from grants_in_force(${ME}, role_grants.created_at) own
            where own.id = role_grants.deputy_of and own.acting_for is null and own.role = role_grants.role)))));
      create policy change on role_grants for update using (
        ${SYSTEM} or person_id = ${ME} or acting_for = ${ME} or ${toGive('role_grants')});

      -- An invitation to act for somebody names the grant that is lent.
      alter table role_invitations
        add column deputy_of uuid references role_grants,
        add check (deputy_of is null or valid_until is not null),
        add check (valid_until is null or valid_until > valid_from);
      create index role_invitations_by_origin on role_invitations (deputy_of) where deputy_of is not null;
      drop policy of_scope on role_invitations;
      create policy read on role_invitations for select using (
        ${SYSTEM} or invited_by = ${ME} or ${inSight('role_invitations')});
      create policy give on role_invitations for insert with check (${SYSTEM}
        or (invited_by = ${ME} and ((deputy_of is null and ${toGive('role_invitations')})
          or exists (select from grants_in_force(${ME}, role_invitations.created_at) own
            where own.id = role_invitations.deputy_of and own.acting_for is null
              and own.role = role_invitations.role))));
      create policy change on role_invitations for update using (
        ${SYSTEM} or invited_by = ${ME} or ${toGive('role_invitations')});
      revoke update, delete, truncate on role_invitations from most_app;
      grant update (expires_at, accepted_at, accepted_by, grant_id, withdrawn_at, withdrawn_by)
        on role_invitations to most_app;

      revoke update, delete, truncate on role_proposals from most_app;
      grant update (settled_at, settled_by, grant_id) on role_proposals to most_app;

      revoke update, delete, truncate on signed_links from most_app;
      grant update (used_at, revoked_at) on signed_links to most_app;

      -- Whoever is invited may be nobody whom the programme knows.
      alter table mail_messages
        alter column person_id drop not null,
        add column invitation_id uuid references role_invitations,
        add check (num_nonnulls(person_id, invitation_id) = 1),
        add unique (event_id, invitation_id, template);
      create index mail_messages_by_invitation on mail_messages (invitation_id) where invitation_id is not null;

      -- A unit is renamed or closed; what was granted for it keeps its meaning.
      alter table institution_units
        add column state text not null generated always as (case when closed_at is null then 'open' else 'closed' end) stored;
      revoke update, delete, truncate on institution_units from most_app;
      grant update (name, closed_at) on institution_units to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    // What lies behind these policies would stand open, or be closed to those who keep it.
    await db.query('do $$ begin raise exception $m$ the delegation is not taken back $m$; end $$');
  }
}

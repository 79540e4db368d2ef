import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Other systems: who registers them, and calls that they repeat. */
export class Machines1795400000011 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table integration_clients
        -- What a policy asks of a record; whether its time ran out is asked of the clock.
        add column state text not null generated always as (case when revoked_at is null then 'in_force' else 'revoked' end) stored,
        add column revoke_reason text,
        add check ((revoked_by is null) = (revoke_reason is null));
      -- A registration is revoked, and never rewritten.
      revoke update, delete, truncate on integration_clients from most_app;
      grant update (revoked_at, revoked_by, revoke_reason) on integration_clients to most_app;

      create function keeps_clients_of(institution uuid) returns boolean language sql stable as $$
        select $1 = any ((select actor_administers())::uuid[])
          or exists (select from institutions i where i.id = $1 and i.country = any ((select actor_officer_of())::text[]))
        $$;
      drop policy of_scope on integration_clients;
      create policy read on integration_clients for select using (
        (select actor_is_system()) or keeps_clients_of(institution_id)
        or 'programme_administrator' = any ((select actor_programme_roles())::text[]));
      create policy register on integration_clients for insert with check (
        (select actor_is_system()) or (granted_by = (select actor_person()) and keeps_clients_of(institution_id)));
      create policy revoke on integration_clients for update using (
        (select actor_is_system()) or keeps_clients_of(institution_id));

      -- A call holds its key by a lease. The act itself notes, in its own transaction, that it happened: a lease that ran
      -- out is taken over only where it did not.
      alter table idempotency_keys
        add column lease uuid,
        add column leased_until timestamptz,
        add column acted_at timestamptz;
      create index idempotency_keys_by_age on idempotency_keys (created_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop index idempotency_keys_by_age;
      alter table idempotency_keys drop column lease, drop column leased_until, drop column acted_at;
      drop policy read on integration_clients;
      drop policy register on integration_clients;
      drop policy revoke on integration_clients;
      drop function keeps_clients_of;
      create policy of_scope on integration_clients using ((select actor_is_system()));
      grant update, delete on integration_clients to most_app;
      alter table integration_clients drop column state, drop column revoke_reason;
    `);
  }
}

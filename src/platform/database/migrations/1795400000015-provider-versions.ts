import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const READERS = `(select actor_programme_roles())::text[] && array['programme_administrator', 'auditor']`;
const ADMINISTRATOR = `'programme_administrator' = any ((select actor_programme_roles())::text[])`;

/** A version of a provider's entry is proposed, confirmed, ended, and never rewritten; nobody writes in another's name. */
export class ProviderVersions1795400000015 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table identity_providers
        -- Why it was ended; null where the version after it took its place.
        add column end_reason text,
        add check (ended_by is null or ended_at is not null);
      create unique index identity_providers_one_proposal on identity_providers (key)
        where confirmed_at is null and ended_at is null;
      -- A person is known by issuer and subject: two entries of one issuer would leave open who vouched.
      create unique index identity_providers_one_of_issuer on identity_providers (rtrim(entry ->> 'issuer', '/'))
        where confirmed_at is not null and ended_at is null;

      revoke update, delete, truncate on identity_providers from most_app;
      grant update (confirmed_by, confirmed_at, ended_at, ended_by, end_reason) on identity_providers to most_app;

      drop policy of_administrators on identity_providers;
      create policy read on identity_providers for select using (${SYSTEM} or ${READERS});
      create policy propose on identity_providers for insert with check (${SYSTEM}
        or (${ADMINISTRATOR} and proposed_by = (select actor_person()) and confirmed_at is null and ended_at is null));
      create policy decide on identity_providers for update using (${SYSTEM} or ${ADMINISTRATOR}) with check (${SYSTEM}
        or (${ADMINISTRATOR} and (select actor_person()) in (confirmed_by, ended_by)));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop policy read on identity_providers;
      drop policy propose on identity_providers;
      drop policy decide on identity_providers;
      create policy of_administrators on identity_providers using (${SYSTEM} or ${READERS});
      grant update, delete, truncate on identity_providers to most_app;
      drop index identity_providers_one_of_issuer, identity_providers_one_proposal;
      alter table identity_providers drop column end_reason;
    `);
  }
}

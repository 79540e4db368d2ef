import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a passkey is asked to sign: once, in one session, for some minutes. */
export class PasskeyChallenges1795400000013 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table passkey_challenges (
        challenge text primary key,
        person_id uuid not null references persons on delete cascade,
        -- SHA-256 of the session's id: the id itself is a key.
        session_hash text not null,
        purpose text not null check (purpose in ('enrol', 'show')),
        expires_at timestamptz not null
      );
      create index passkey_challenges_by_person on passkey_challenges (person_id);
      comment on table passkey_challenges is 'personal';
      alter table passkey_challenges enable row level security;
      alter table passkey_challenges force row level security;
      create policy own on passkey_challenges using (
        (select actor_is_system()) or person_id = (select actor_person()));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table passkey_challenges');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const holds = (...roles: string[]) =>
  `((select actor_programme_roles())::text[] && array[${roles.map((role) => `'${role}'`).join(', ')}])`;

/** Codes with which somebody who was invited, or is late, applies to a call that others cannot apply to. */
export class AccessCodes1795400000035 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table call_access_codes (
        id uuid primary key,
        call_id uuid not null references calls,
        -- SHA-256 of the code, which is told once and kept nowhere.
        code_hash text not null unique check (length(code_hash) = 64),
        -- SHA-256 of the address of the one for whom it is; null: for whoever has it.
        email_hash text check (length(email_hash) = 64),
        max_uses integer not null check (max_uses between 1 and 500),
        uses integer not null default 0 check (uses between 0 and max_uses),
        valid_until timestamptz not null,
        reason text not null check (length(reason) between 1 and 1000),
        made_at timestamptz not null,
        revoked_at timestamptz,
        check (email_hash is null or max_uses = 1)
      );
      create index call_access_codes_by_call on call_access_codes (call_id, made_at);
      comment on table call_access_codes is 'personal';
      alter table call_access_codes enable row level security;
      alter table call_access_codes force row level security;
      create policy read on call_access_codes for select
        using (${SYSTEM} or ${holds('programme_administrator', 'auditor')});
      create policy make on call_access_codes for insert
        with check (${SYSTEM} or ${holds('programme_administrator')});
      create policy revoke on call_access_codes for update
        using (${SYSTEM} or ${holds('programme_administrator')});
      create policy forget on call_access_codes for delete using (${SYSTEM});

      -- By which code somebody applies, and until when it lets them submit.
      alter table applications
        add column access_code_id uuid references call_access_codes,
        add column access_until timestamptz,
        add check ((access_code_id is null) = (access_until is null));
      create index applications_by_access_code on applications (access_code_id) where access_code_id is not null;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table applications drop column access_until, drop column access_code_id;
      drop table call_access_codes;
    `);
  }
}

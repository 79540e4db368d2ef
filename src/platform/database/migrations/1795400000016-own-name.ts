import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';

/** What an update must leave behind in each of these tables: whoever is named as having done it is who acts. */
const SIGNED: Readonly<Record<string, string>> = {
  // Also what was revoked stays so: nobody is named any more in a grant that is brought back.
  role_grants: `${ME} in (confirmed_by, revoked_by)`,
  // To take one up is the act of the application itself: the invited sees no invitation.
  role_invitations: `(accepted_by is null and (withdrawn_by is null or withdrawn_by = ${ME}))`,
  role_proposals: `settled_by = ${ME}`,
};

/** Whoever may read a person or a role does not change them by that, and nobody decides on a role in another's name. */
export class OwnName1795400000016 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const [table, signed] of Object.entries(SIGNED)) {
      // Whoever may only look up a row still locks it, for the policy to say why it is refused.
      await db.query(`
        create policy signed on ${table} as restrictive for update using (true) with check (${SYSTEM} or ${signed});
      `);
    }
    await db.query(`
      create policy proposed_by_a_claim on role_proposals as restrictive for insert with check (${SYSTEM});

      create policy met_at_sign_in on persons as restrictive for insert with check (${SYSTEM});
      create policy own_update on persons as restrictive for update using (${SYSTEM} or id = ${ME})
        with check (${SYSTEM} or id = ${ME});
      create policy forgotten_by_rule on persons as restrictive for delete using (${SYSTEM});
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of Object.keys(SIGNED)) await db.query(`drop policy signed on ${table}`);
    await db.query(`
      drop policy proposed_by_a_claim on role_proposals;
      drop policy met_at_sign_in on persons;
      drop policy own_update on persons;
      drop policy forgotten_by_rule on persons;
    `);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = '(select actor_is_system())';
const ME = '(select actor_person())';
const COMMISSION_OF = '(select actor_commission_of())::text[]';
const PROGRAMME = `(select actor_programme_roles()) && array['programme_administrator', 'auditor']`;

/**
 * Walls that look for the one record to which a row belongs. Without `offset 0` PostgreSQL may ask all records of the other
 * table instead, each through its own wall, and keep those that are visible.
 */
const LOOKS: readonly (readonly [table: string, policy: string, using: (fence: string) => string])[] = [
  [
    'decision_conditions',
    'read',
    (fence) =>
      `${SYSTEM} or exists (select from decisions d where d.id = decision_conditions.decision_id${fence})`,
  ],
  [
    'decision_recusals',
    'read',
    (fence) => `${SYSTEM} or person_id = ${ME} or country = any ((select actor_officer_of())::text[])
      or exists (select from decisions d where d.id = decision_recusals.decision_id
        and (d.home_country = any (${COMMISSION_OF}) or d.host_country = any (${COMMISSION_OF}))${fence})`,
  ],
  [
    'document_signatures',
    'of_document',
    (fence) => `exists (select from issued_documents d where d.id = document_signatures.document_id${fence})`,
  ],
  [
    'mobility_certificates',
    'read',
    (fence) =>
      `${SYSTEM} or exists (select from mobilities m where m.id = mobility_certificates.mobility_id${fence})`,
  ],
  [
    'mobility_payments',
    'read',
    (fence) =>
      `${SYSTEM} or exists (select from mobilities m where m.id = mobility_payments.mobility_id${fence})`,
  ],
  [
    'allocation_entries',
    'read',
    (fence) => `${SYSTEM}
      or (exists (select from applications a where a.id = allocation_entries.application_id and a.applicant_id = ${ME}${fence})
        and exists (select from allocation_lists l where l.id = allocation_entries.list_id and l.published_at is not null${fence}))`,
  ],
];

const ENTRIES = (ofDecisions: string) => `${SYSTEM} or ${PROGRAMME} or actor_id = ${ME} or acting_for = ${ME}
  or case subject_kind when 'application' then subject_is_visible('application', subject_id::uuid) ${ofDecisions} else false end`;

export class WallsAskedOneByOne1795400000144 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const [table, policy, using] of LOOKS)
      await db.query(`alter policy ${policy} on ${table} using (${using(' offset 0')})`);
    // It compared each decision with its own subject, so that it looked at all of them and let nobody see an entry.
    await db.query(`alter policy read on audit_entries using (${ENTRIES('')})`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      `alter policy read on audit_entries using (${ENTRIES(
        "when 'decision' then exists (select from decisions d where d.id = d.subject_id)",
      )})`,
    );
    for (const [table, policy, using] of LOOKS)
      await db.query(`alter policy ${policy} on ${table} using (${using('')})`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Evidence of a gate may be a file, for the officers of that country alone, and may end on a day. */
export class GateEvidenceFiles1795400000086 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table gate_evidence
        add column upload_id uuid references uploads,
        -- The last day on which it shows what it shows; null: it does not end.
        add column valid_until date;
      create index gate_evidence_by_upload on gate_evidence (upload_id) where upload_id is not null;
      create policy read_of_gate on uploads for select using (
        subject_kind = 'gate' and gate_is_of_officer(subject_id));
      create policy give_of_gate on uploads for insert with check (
        subject_kind = 'gate' and gate_is_of_officer(subject_id));
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop policy read_of_gate on uploads;
      drop policy give_of_gate on uploads;
      alter table gate_evidence drop column upload_id, drop column valid_until;
    `);
  }
}

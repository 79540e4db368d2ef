import type { MigrationInterface, QueryRunner } from 'typeorm';

const SYSTEM = `current_setting('most.actor_kind', true) = 'system'`;
const OWN = `(${SYSTEM} or owner_id = (select actor_person())
  or (current_setting('most.actor_kind', true) = 'link' and link_id::text = current_setting('most.agent', true)))`;
const OF_AGREEMENT = `subject_kind = 'agreement_version'`;
const SPEAKS = (version: string, more = '') =>
  `exists (select from agreement_versions of_file where of_file.id = ${version} ${more}
     and speaks_for_agreement(of_file.agreement_id))`;

/**
 * Agreements as files: annexes that belong to a version and to no person, the signed text of a version, and by which
 * certificate each signature was made. What was signed on paper is known by the reference under which the paper is kept.
 */
export class AgreementsOnPaper1795400000077 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table agreements add column external_reference text unique
        check (length(external_reference) between 1 and 120);

      alter table uploads
        drop constraint uploads_check,
        -- A file of an agreement is of its parties: no person's, whoever gave it; that stands in the record of acts.
        add constraint uploads_of_somebody check (
          num_nonnulls(owner_id, link_id) = case when ${OF_AGREEMENT} then 0 else 1 end);
      create policy read_of_agreement on uploads for select using (${OF_AGREEMENT} and ${SPEAKS('subject_id')});
      create policy give_of_agreement on uploads for insert with check (
        ${OF_AGREEMENT} and ${SPEAKS('subject_id', `and of_file.state = 'draft'`)});
      drop policy own_insert on uploads;
      create policy own_insert on uploads as restrictive for insert with check (${OWN} or ${OF_AGREEMENT});

      alter table issued_documents
        drop constraint issued_documents_kind_check,
        add constraint issued_documents_kind_check
          check (kind in ('award_letter', 'decision_record', 'protocol', 'agreement')),
        -- Of one that nobody signs by name: by which certificate the programme sealed it.
        add column certificate jsonb check (jsonb_typeof(certificate) = 'object');
      alter table document_signatures
        add column certificate jsonb check (jsonb_typeof(certificate) = 'object'),
        add constraint document_signatures_certificate check (certificate is null or sealed_at is not null);
      create policy of_agreement on issued_documents for select using (${OF_AGREEMENT} and ${SPEAKS('subject_id')});

      drop function verify_document;
      create function verify_document(document_number text, document_code text)
        returns table (kind text, number text, verification jsonb, issued_at timestamptz, revoked_at timestamptz,
          superseded_by text, sha256 text, certificate jsonb, signatures_wanted smallint, signatures jsonb)
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
          select d.kind, d.number, d.verification, d.issued_at, d.revoked_at,
            (select later.number from issued_documents later where later.id = d.superseded_by), d.sha256, d.certificate,
            d.signatures_wanted,
            (select coalesce(jsonb_agg(jsonb_build_object('position', s.position, 'country', s.country, 'name', s.name,
               'office', s.office, 'language', s.language, 'actedAt', s.acted_at, 'sealedAt', s.sealed_at,
               'sha256', s.sha256, 'certificate', s.certificate) order by s.position), '[]'::jsonb)
             from document_signatures s where s.document_id = d.id)
          from issued_documents d where d.number = document_number and d.check_code = document_code
      $$;
      revoke execute on function verify_document from public;
      grant execute on function verify_document to most_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      do $$ begin
        if exists (select from uploads where ${OF_AGREEMENT}) or exists (select from issued_documents where kind = 'agreement') then
          raise exception 'annexes and signed texts of agreements would be lost';
        end if;
      end $$;
      drop function verify_document;
      create function verify_document(document_number text, document_code text)
        returns table (kind text, number text, verification jsonb, issued_at timestamptz, revoked_at timestamptz,
          superseded_by text, sha256 text, signatures_wanted smallint, signatures jsonb)
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
          select d.kind, d.number, d.verification, d.issued_at, d.revoked_at,
            (select later.number from issued_documents later where later.id = d.superseded_by), d.sha256, d.signatures_wanted,
            (select coalesce(jsonb_agg(jsonb_build_object('position', s.position, 'country', s.country, 'name', s.name,
               'office', s.office, 'language', s.language, 'actedAt', s.acted_at, 'sealedAt', s.sealed_at,
               'sha256', s.sha256) order by s.position), '[]'::jsonb)
             from document_signatures s where s.document_id = d.id)
          from issued_documents d where d.number = document_number and d.check_code = document_code
      $$;
      revoke execute on function verify_document from public;
      grant execute on function verify_document to most_app;
      drop policy of_agreement on issued_documents;
      alter table document_signatures drop constraint document_signatures_certificate, drop column certificate;
      alter table issued_documents drop column certificate, drop constraint issued_documents_kind_check,
        add constraint issued_documents_kind_check check (kind in ('award_letter', 'decision_record', 'protocol'));
      drop policy own_insert on uploads;
      create policy own_insert on uploads as restrictive for insert with check (${OWN});
      drop policy give_of_agreement on uploads;
      drop policy read_of_agreement on uploads;
      alter table uploads drop constraint uploads_of_somebody,
        add constraint uploads_check check (num_nonnulls(owner_id, link_id) = 1);
      alter table agreements drop column external_reference;
    `);
  }
}

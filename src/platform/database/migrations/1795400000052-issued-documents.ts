import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Documents of more kinds than the letter of award: records of decisions and protocols, signed for one side after the other,
 * and followed by a later one that supersedes them.
 */
export class IssuedDocuments1795400000052 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table issued_documents
        drop constraint issued_documents_kind_check,
        add constraint issued_documents_kind_check check (kind in ('award_letter', 'decision_record', 'protocol')),
        alter column holder_id drop not null,
        add constraint issued_documents_holder_check check ((kind = 'award_letter') = (holder_id is not null)),
        drop constraint issued_documents_kind_subject_kind_subject_id_key,
        -- Pointed at before the later one is there: both are written in one act.
        add column superseded_by uuid references issued_documents deferrable initially deferred,
        -- 0: sealed by the programme alone.
        add column signatures_wanted smallint not null default 0 check (signatures_wanted between 0 and 9),
        add constraint issued_documents_superseded_check check (superseded_by is distinct from id);
      create unique index issued_documents_one_current on issued_documents (kind, subject_kind, subject_id)
        where superseded_by is null;
      create index issued_documents_by_successor on issued_documents (superseded_by) where superseded_by is not null;

      create table document_signatures (
        document_id uuid not null references issued_documents,
        position smallint not null check (position between 1 and 9),
        country text not null references countries,
        signer_id uuid not null references persons,
        name text not null check (name <> ''),
        office text not null check (office <> ''),
        language text not null,
        acted_at timestamptz not null,
        -- When it was written into the file, and the hash that the file had from then on.
        sealed_at timestamptz,
        sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
        primary key (document_id, position),
        unique (document_id, signer_id),
        check ((sealed_at is null) = (sha256 is null))
      );
      create index document_signatures_by_signer on document_signatures (signer_id);
      create index document_signatures_by_country on document_signatures (country);
      comment on table document_signatures is 'personal';
      alter table document_signatures enable row level security;
      alter table document_signatures force row level security;
      create policy of_document on document_signatures using (
        exists (select from issued_documents d where d.id = document_id));

      -- What belongs to no person is read by the offices of the two countries that it names.
      drop policy of_subject on issued_documents;
      create policy of_subject on issued_documents using (
        actor_is_system() or holder_id = actor_person()
        or (holder_id is not null and subject_is_visible(subject_kind, subject_id))
        or (holder_id is null and (
          verification ->> 'homeCountry' = any (actor_officer_of() || actor_commission_of())
          or verification ->> 'hostCountry' = any (actor_officer_of() || actor_commission_of()))));

      drop function verify_letter;
      -- A document is verified by whoever holds its number and code, without an account: one row, by an exact pair.
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
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function verify_document;
      create function verify_letter(letter_number text, letter_code text)
        returns table (number text, verification jsonb, issued_at timestamptz, revoked_at timestamptz, sha256 text)
        language sql stable security definer set search_path = public, pg_temp set most.actor_kind = 'system' as $$
          select number, verification, issued_at, revoked_at, sha256 from issued_documents
          where issued_documents.number = letter_number and check_code = letter_code
      $$;
      revoke execute on function verify_letter from public;
      grant execute on function verify_letter to most_app;
      drop table document_signatures;
      delete from issued_documents where kind <> 'award_letter';
      drop policy of_subject on issued_documents;
      create policy of_subject on issued_documents using (
        actor_is_system() or holder_id = actor_person() or subject_is_visible(subject_kind, subject_id));
      drop index issued_documents_one_current;
      alter table issued_documents drop constraint issued_documents_superseded_check, drop column superseded_by,
        drop column signatures_wanted, drop constraint issued_documents_holder_check, alter column holder_id set not null,
        drop constraint issued_documents_kind_check,
        add constraint issued_documents_kind_check check (kind in ('award_letter')),
        add constraint issued_documents_kind_subject_kind_subject_id_key unique (kind, subject_kind, subject_id);
    `);
  }
}

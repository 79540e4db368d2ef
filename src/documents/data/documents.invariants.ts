import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const documentsInvariants: readonly Invariant[] = [
  invariant(
    'document.number_tells_its_origin',
    'The number of a document names its kind, the year in which it was issued and its home country, and its check code can be typed.',
    `select id, number from issued_documents
     where number !~ ('^MOST-' || extract(year from issued_at at time zone 'UTC') || '-' || (verification->>'homeCountry')
         || '-' || case kind when 'decision_record' then 'D' when 'protocol' then 'P' when 'agreement' then 'A' else '' end || '[0-9]{6,9}$')
       or check_code !~ '^[0-9A-HJKMNP-TV-Z]{10}$'`,
  ),
  invariant(
    'document.file_has_its_hash',
    'A document that has a file has the hash of that file, and none has one without the other.',
    `select id, number from issued_documents where (storage_key is null) <> (sha256 is null)`,
  ),
  invariant(
    'document.hash_is_on_record',
    'The hash of every file of a document, with each signature that was written into it, stands in the record of acts.',
    `select f.id, f.sha256 from (
       select id, sha256 from issued_documents where sha256 is not null
       union select document_id, sha256 from document_signatures where sha256 is not null) f
     where not exists (select from audit_entries e where e.subject_kind in ('document', 'letter') and e.subject_id = f.id::text
       and e.action in ('document.sealed', 'letter.signed') and e.data->>'sha256' = f.sha256)`,
  ),
  invariant(
    'document.signed_in_turn',
    'A document bears no more signatures than it asks for, numbered without a gap, and none was written into the file before an earlier one.',
    `select d.id, d.number from issued_documents d join document_signatures s on s.document_id = d.id
     group by d.id having count(*) > d.signatures_wanted or max(s.position) <> count(*)
       or exists (select from document_signatures one join document_signatures two on two.document_id = one.document_id
         and two.position > one.position where one.document_id = d.id and two.sealed_at is not null
         and (one.sealed_at is null or one.sealed_at > two.sealed_at))`,
  ),
  invariant(
    'upload.one_current_version',
    'Of one document of one record exactly one version is current at most, and it is the newest.',
    `select u.id, u.subject_id, u.requirement from uploads u
     where u.removed_at is null and exists (select from uploads o where o.subject_kind = u.subject_kind
       and o.subject_id = u.subject_id and o.requirement = u.requirement and o.version > u.version)`,
  ),
];

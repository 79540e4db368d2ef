import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const documentsInvariants: readonly Invariant[] = [
  invariant(
    'letter.number_tells_its_origin',
    'The number of a letter names the year in which it was issued and the home country of its holder, and its check code can be typed.',
    `select id, number from issued_documents
     where number !~ ('^MOST-' || extract(year from issued_at at time zone 'UTC') || '-' || (verification->>'homeCountry')
         || '-[0-9]{6,9}$')
       or check_code !~ '^[0-9A-HJKMNP-TV-Z]{10}$'`,
  ),
  invariant(
    'letter.file_has_its_hash',
    'A letter that has a file has the hash of that file, and none has one without the other.',
    `select id, number from issued_documents where (storage_key is null) <> (sha256 is null)`,
  ),
  invariant(
    'upload.one_current_version',
    'Of one document of one record exactly one version is current at most, and it is the newest.',
    `select u.id, u.subject_id, u.requirement from uploads u
     where u.removed_at is null and exists (select from uploads o where o.subject_kind = u.subject_kind
       and o.subject_id = u.subject_id and o.requirement = u.requirement and o.version > u.version)`,
  ),
];

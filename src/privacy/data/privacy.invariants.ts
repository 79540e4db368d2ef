import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const privacyInvariants: readonly Invariant[] = [
  invariant(
    'erasure.leaves_no_name',
    'Of somebody who was erased there is no name, no address, no way to sign in and nothing on its way to them.',
    `select p.id from persons p where p.erased_at is not null and (
       p.native_family <> '—' or p.native_given <> '—' or p.latin_family is not null or p.latin_given is not null
       or p.passport_family is not null or p.passport_given is not null or p.email not like '%@erased.invalid'
       or exists (select from identities i where i.person_id = p.id)
       or exists (select from passkeys k where k.person_id = p.id)
       or exists (select from mail_messages m where m.person_id = p.id and (m.state = 'queued' or m.data <> '{}')))`,
  ),
  invariant(
    'erasure.leaves_no_words',
    'Of an application whose applicant was erased nothing is left that they wrote, or that was written about them.',
    `select a.id from applications a join persons p on p.id = a.applicant_id and p.erased_at is not null
     where a.search_key <> ''
       or exists (select from application_sections s where s.application_id = a.id)
       or exists (select from application_submissions s where s.application_id = a.id and s.erased_at is null)
       or exists (select from thread_messages t where t.application_id = a.id and t.text <> '—')
       or exists (select from officer_notes n where n.application_id = a.id and n.text <> '—')
       or exists (select from uploads u where u.owner_id = p.id and u.file_name <> '—')
       or exists (select from reference_requests r join reference_letters l on l.reference_id = r.id
         where r.application_id = a.id and l.body not in ('', '—'))`,
  ),
  invariant(
    'erasure.is_reported',
    'Somebody is erased exactly where an erasure of theirs was carried out, and none is left half done.',
    `select p.id, null as erasure from persons p where p.erased_at is not null and p.joined_into is null
       and not exists (select from erasures e where e.person_id = p.id and e.state = 'done')
     union all
     select e.person_id, e.id from erasures e left join persons p on p.id = e.person_id
     where e.state = 'running' or (e.state = 'done' and p.erased_at is null)
     union all select null, b.id from retention_batches b where b.state = 'running'`,
  ),
];

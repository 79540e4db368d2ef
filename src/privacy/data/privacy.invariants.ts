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
       or exists (select from uploads u where u.owner_id = p.id and u.subject_kind <> 'gate' and u.file_name <> '—')
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
  invariant(
    'erasure.answered_by_two',
    'What was asked on an account is granted, refused or carried out only by two different officers of the owner side.',
    `select e.id, e.proposed_by, e.decided_by from erasures e
     where e.asked_by is not null and e.state in ('granted', 'refused', 'done') and e.decided_by is not null and (
       e.proposed_by is null or e.proposed_by = e.decided_by
       or exists (select from (values (e.proposed_by, e.proposed_at), (e.decided_by, e.decided_at)) said (by, at)
         where not exists (select from role_grants o where o.person_id = said.by and o.role = 'ministry_officer'
           and o.country = e.owner_country and o.valid_from <= said.at
           and (o.valid_until is null or o.valid_until > said.at) and (o.revoked_at is null or o.revoked_at >= said.at))))`,
  ),
  invariant(
    'erasure.not_before_its_time',
    'Nothing that was asked on an account is carried out while its person may think it over.',
    `select id from erasures where state = 'done' and decided_by is not null and ended_at < withdraw_until`,
  ),
  invariant(
    'erasure.receipt_keeps_no_address',
    'The address of somebody who was erased stays only until the mail with their receipt has left.',
    `select m.id, m.erasure_id from mail_messages m where m.erasure_id is not null and m.state <> 'queued'
       and (m.address <> '—' or m.data <> '{}')
     union all
     select null, a.erasure_id from erasure_addressees a join erasures e on e.id = a.erasure_id where e.state <> 'done'`,
  ),
  invariant(
    'correction.answered_by_its_keeper',
    'A correction is answered by the institution that keeps the record, by its ministry where none does or one is late.',
    `select c.id, c.answered_by from corrections c where c.answered_by is not null and c.due_at is not null
       and not exists (select from role_grants o where o.person_id = c.answered_by and o.valid_from <= c.ended_at
         and (o.valid_until is null or o.valid_until > c.ended_at) and (o.revoked_at is null or o.revoked_at >= c.ended_at)
         and ((o.role = 'coordinator' and o.institution_id = c.owner_institution_id)
           or (o.role = 'ministry_officer' and o.country = c.owner_country
             and (c.owner_institution_id is null or c.overdue_at is not null))))`,
  ),
];

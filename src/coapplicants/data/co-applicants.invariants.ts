import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const coApplicantsInvariants: readonly Invariant[] = [
  invariant(
    'co_applicant.carried_on_application',
    'An application carries exactly those who stand in it beside its applicant, and whoever ever did.',
    `select a.id from applications a
     left join lateral (select coalesce(array_agg(c.person_id order by c.person_id)
         filter (where c.state in ('accepted', 'confirmed')), '{}') as standing,
       coalesce(array_agg(distinct c.person_id) filter (where c.person_id is not null), '{}') as ever
       from co_applicants c where c.application_id = a.id) k on true
     where not (a.co_applicants @> k.standing and a.co_applicants <@ k.standing
       and cardinality(a.co_applicants) = cardinality(k.standing)
       and a.co_authors @> k.ever and a.co_authors <@ k.ever and cardinality(a.co_authors) = cardinality(k.ever))`,
  ),
  invariant(
    'co_applicant.not_the_applicant',
    'Nobody applies together with themselves.',
    `select c.id from co_applicants c join applications a on a.id = c.application_id where c.person_id = a.applicant_id`,
  ),
  invariant(
    'co_applicant.submitted_as_confirmed',
    'What was submitted names those who had confirmed it, and nobody who had not.',
    `select s.id, each ->> 'id' as co_applicant from application_submissions s
     cross join lateral jsonb_array_elements(s.content -> 'coApplicants') each
     left join co_applicants c on c.id = (each ->> 'id')::uuid and c.application_id = s.application_id
       and c.accepted_at <= s.at
     where c.id is null or (each ->> 'confirmedAt') = '' or (each ->> 'confirmedAt')::timestamptz > s.at`,
  ),
  invariant(
    'co_applicant.none_is_awaited_after_submission',
    'While an application is with an office, nobody is invited to it who has not answered.',
    `select c.id, a.state from co_applicants c join applications a on a.id = c.application_id
     where c.state = 'invited' and a.state not in ('draft', 'returned')`,
  ),
  invariant(
    'co_applicant.link_is_its_own',
    'The link of a co-applicant is for applying together, and for this invitation.',
    `select c.id from co_applicants c left join signed_links l on l.id = c.link_id
     where l.id is null or l.purpose <> 'co_applicant' or l.subject_kind <> 'co_applicant' or l.subject_id <> c.id`,
  ),
  invariant(
    'co_applicant.settled_link_opens_nothing',
    'The link of an invitation that was answered or taken back can do nothing any more.',
    `select c.id, c.state from co_applicants c join signed_links l on l.id = c.link_id
     where c.state <> 'invited' and l.used_at is null and l.revoked_at is null`,
  ),
];

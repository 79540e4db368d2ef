import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const refereesInvariants: readonly Invariant[] = [
  invariant(
    'reference.received_has_its_letter',
    'A letter is handed in exactly where the reference says that it was received, and its hash says what it was.',
    `select r.id, r.state from reference_requests r left join reference_letters l on l.reference_id = r.id
     where (r.state = 'received') <> (l.submitted_at is not null)`,
  ),
  invariant(
    'reference.link_is_its_own',
    'The link of a reference is for a letter of reference, and for this one.',
    `select r.id from reference_requests r left join signed_links l on l.id = r.link_id
     where l.id is null or l.purpose <> 'letter_of_reference' or l.subject_kind <> 'reference' or l.subject_id <> r.id`,
  ),
  invariant(
    'reference.settled_link_opens_nothing',
    'The link of a letter that was handed in, declined, withdrawn or replaced can do nothing any more.',
    `select r.id, r.state from reference_requests r join signed_links l on l.id = r.link_id
     where r.state in ('received', 'declined', 'withdrawn', 'replaced') and l.used_at is null and l.revoked_at is null`,
  ),
  invariant(
    'reference.replaced_within_application',
    'Whoever took over for a referee writes for the same application.',
    `select r.id from reference_requests r join reference_requests s on s.id = r.replaced_by
     where s.application_id <> r.application_id`,
  ),
];

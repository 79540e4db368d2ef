import { invariant } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const reviewsInvariants: readonly Invariant[] = [
  invariant(
    'review.submitted_has_its_words',
    'What is handed in has a first version, and what is still awaited has none.',
    `select r.id, r.state from review_assignments r
     where (r.state = 'submitted' and not exists (select from reviews v where v.assignment_id = r.id and v.version = 1))
        or (r.state in ('assigned', 'accepted', 'declined', 'replaced') and exists (select from reviews v where v.assignment_id = r.id))`,
  ),
  invariant(
    'review.versions_without_gap',
    'The versions of a review are counted from one without a gap.',
    `select assignment_id as id from reviews group by assignment_id having max(version) <> count(*)`,
  ),
  invariant(
    'review.of_panels_call',
    'What a panel assesses is an application for its call.',
    `select r.id from review_assignments r join review_panels p on p.id = r.panel_id
       join applications a on a.id = r.application_id where a.call_id <> p.call_id`,
  ),
  invariant(
    'review.not_own',
    'Nobody assesses their own application.',
    `select r.id from review_assignments r join applications a on a.id = r.application_id
     where a.applicant_id = r.reviewer_id`,
  ),
  invariant(
    'review.not_bound',
    'While a panel works nobody assesses what a binding conflict, found and not dismissed, keeps from them.',
    `select r.id, c.kind from review_assignments r join review_panels p on p.id = r.panel_id and p.phase <> 'closed'
       join review_conflicts c on c.reviewer_id = r.reviewer_id and c.application_id = r.application_id
     where r.state in ('assigned', 'accepted', 'submitted') and c.binding and c.ended_at is null and c.dismissed_at is null`,
  ),
  invariant(
    'review.bid_of_panels_call',
    'What somebody says of an application before it is given out is about one for the call of the panel.',
    `select b.application_id as id from review_bids b join review_panels p on p.id = b.panel_id
       join applications a on a.id = b.application_id where a.call_id <> p.call_id`,
  ),
  invariant(
    'review.replaced_within_application',
    'Whoever took over for a reviewer assesses the same application in the same panel.',
    `select r.id from review_assignments r join review_assignments s on s.id = r.replaced_by
     where s.application_id <> r.application_id or s.panel_id <> r.panel_id`,
  ),
  invariant(
    'review.others_after_appeal',
    'Whoever’s review an appeal set aside does not assess the same application again.',
    `select r.id from review_assignments r where r.state in ('assigned', 'accepted', 'submitted') and exists (
       select from review_assignments s where s.state = 'set_aside' and s.application_id = r.application_id
         and s.reviewer_id = r.reviewer_id)`,
  ),
  invariant(
    'discussion.of_panels_call',
    'What a panel talks about is an application for its call.',
    `select e.id from review_discussion_entries e join review_panels p on p.id = e.panel_id
       join applications a on a.id = e.application_id where a.call_id <> p.call_id
     union all select s.application_id from review_summaries s join review_panels p on p.id = s.panel_id
       join applications a on a.id = s.application_id where a.call_id <> p.call_id`,
  ),
  invariant(
    'discussion.of_members',
    'Whoever speaks in a panel has, or had, a seat there, and it is never their own application.',
    `select said.application_id as id from (
         select panel_id, application_id, author_id as person_id from review_discussion_entries
         union all select panel_id, application_id, author_id from review_summaries
         union all select panel_id, application_id, member_id from review_summary_answers) said
       join applications a on a.id = said.application_id
     where a.applicant_id = said.person_id or not exists (select from review_members m
       where m.panel_id = said.panel_id and m.person_id = said.person_id)`,
  ),
  invariant(
    'summary.versions_without_gap',
    'The versions of a summary are counted from one without a gap.',
    `select application_id as id from review_summaries group by panel_id, application_id
     having max(version) <> count(*)`,
  ),
  invariant(
    'summary.tells_by_the_rule',
    'Words to the applicant are there where the call lets them read, and nowhere else.',
    `select s.application_id as id from review_summaries s join review_panels p on p.id = s.panel_id
       join calls c on c.id = p.call_id
     where (c.selection #>> '{review,feedback}' is not distinct from 'summary') <> exists (select from review_feedback f
       where f.panel_id = s.panel_id and f.application_id = s.application_id and f.version = s.version)`,
  ),
  invariant(
    'interview.where_the_call_has_them',
    'Interviews are of calls that have them, about an application for the call, and of nobody who is assessed without a name.',
    `select i.id from interviews i join review_panels p on p.id = i.panel_id join calls c on c.id = p.call_id
       join applications a on a.id = i.application_id
     where a.call_id <> c.id or a.applicant_id <> i.applicant_id
       or c.selection #>> '{review,interview}' is distinct from 'true'
       or jsonb_array_length(c.selection -> 'review' -> 'anonymous') > 0`,
  ),
  invariant(
    'interview.at_its_time',
    'The hours of an interview, and of those who are there, are those of the time that it has; nobody comes to one that is off.',
    `select i.id from interviews i join interview_slots s on s.id = i.slot_id
     where s.panel_id <> i.panel_id or s.cancelled_at is not null
       or i.period <> tstzrange(s.starts_at, s.starts_at + make_interval(mins => s.minutes))
     union all select s.id from interview_slot_members m join interview_slots s on s.id = m.slot_id
     where m.period <> tstzrange(s.starts_at, s.starts_at + make_interval(mins => s.minutes))
       or m.active <> (s.cancelled_at is null)`,
  ),
  invariant(
    'interview.none_to_come_of_closed',
    'Of a panel that is closed no interview is to come.',
    `select i.id from interviews i join review_panels p on p.id = i.panel_id
     where p.phase = 'closed' and i.state in ('invited', 'proposed', 'booked', 'change_asked')`,
  ),
  invariant(
    'panel.closed_awaits_nothing',
    'No review is awaited of a panel that is closed.',
    `select r.id from review_assignments r join review_panels p on p.id = r.panel_id
     where p.phase = 'closed' and r.state in ('assigned', 'accepted')`,
  ),
  invariant(
    'panel.side_is_of_call',
    'A panel of a side is one of a country that the call joins.',
    `select p.id, p.country from review_panels p where p.country is not null and not exists (
       select from call_directions d where d.call_id = p.call_id and p.country in (d.home_country, d.host_country))`,
  ),
];

import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const agreementsInvariants: readonly Invariant[] = [
  invariant(
    'agreement.in_force_was_agreed',
    'An agreement in force is one whose very text all approved who had to: both countries where they are asked, and each institution; what was signed on paper, by the word of both countries.',
    `select a.id, a.reference from agreements a
     left join agreement_versions v on v.agreement_id = a.id and v.state = 'in_force'
     where a.state = 'in_force' and (
       (coalesce(v.ministries, true) and not exists (
         select from decisions d join decision_outcomes o on o.decision_id = d.id
         where d.subject_kind = 'agreement' and d.subject_id = a.id and d.subject_hash = a.text_hash
           and o.counts = 'agreed_yes'))
       or v.content ? 'paper' and not v.ministries
       or not v.content ? 'paper' and exists (select from jsonb_array_elements(a.parties) party where party ->> 'institutionId' is not null
         and not exists (select from agreement_verdicts w where w.version_id = v.id and w.verdict = 'approved'
           and w.institution_id = (party ->> 'institutionId')::uuid and w.content_hash = a.text_hash)))`,
  ),
  invariant(
    'agreement.one_version_in_force',
    'An agreement in force has exactly one version in force, the one that it says, and any other has none.',
    `select a.id, a.reference, count(v.id)::integer as versions from agreements a
     left join agreement_versions v on v.agreement_id = a.id and v.state = 'in_force'
     group by a.id
     having count(v.id) <> case when a.state = 'in_force' then 1 else 0 end
       or bool_or(v.number <> a.version or v.content_hash <> a.text_hash)`,
  ),
  invariant(
    'agreement.quota_never_overdrawn',
    'No quota has promised more persons or days of stay than it allows.',
    `select id, agreement_id, committed, committed_days from agreement_quotas
     where committed < 0 or committed > persons or committed_days < 0
       or (months + days > 0 and committed_days > months * 30 + days)`,
  ),
  invariant(
    'agreement.annexes_are_there',
    'Every annex that a version says lies with that version, with the very hash that is approved.',
    `select v.id, v.agreement_id, annex ->> 'key' as annex from agreement_versions v,
       jsonb_array_elements(v.content -> 'annexes') annex
     where not exists (select from uploads u where u.subject_kind = 'agreement_version' and u.subject_id = v.id
       and u.requirement = annex ->> 'key' and u.sha256 = annex ->> 'sha256')`,
  ),
  subjectsExist('agreement', 'agreements'),
];

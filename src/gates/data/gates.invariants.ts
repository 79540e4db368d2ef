import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

const SETTLED = `g.decided_by is not null`;

export const gatesInvariants: readonly Invariant[] = [
  invariant(
    'gate.one_of_a_kind',
    'Before one thing there stands at most one gate of a kind for each country.',
    `select subject_kind, subject_id, kind, country, count(*)::integer as gates from gates where withdrawn_at is null
     group by subject_kind, subject_id, kind, country having count(*) > 1`,
  ),
  invariant(
    'gate.as_its_rule',
    'A gate is of the kind and the country of the rule that opened it.',
    `select g.id, g.rule_id from gates g join gate_rules r on r.id = g.rule_id
     where g.kind <> r.kind or g.country <> r.country or not g.side = any (r.sides)`,
  ),
  invariant(
    'gate.settled_by_its_officer',
    'Who settled a gate was an officer of its country’s ministry at that moment.',
    `select g.id, g.country, g.decided_by from gates g where ${SETTLED} and not exists (
       select from role_grants o where o.person_id = g.decided_by and o.role = 'ministry_officer' and o.country = g.country
         and o.valid_from <= g.decided_at and (o.valid_until is null or o.valid_until > g.decided_at)
         and (o.revoked_at is null or o.revoked_at >= g.decided_at))`,
  ),
  invariant(
    'gate.duties_are_separate',
    'Nobody settles a gate before what they prepared.',
    `select g.id, g.decided_by from gates g where ${SETTLED}
       and (g.decided_by = any (g.preparers) or g.decided_for = any (g.preparers))`,
  ),
  invariant(
    'gate.by_nobody_in_conflict',
    'Whoever settled a gate had not declared that they are bound to somebody whom it is about.',
    `select g.id, g.decided_by, c.id as conflict from gates g
     join conflict_declarations c on c.person_id = g.decided_by and c.about_id = any (g.about_persons)
       and c.declared_at < g.decided_at and (c.lifted_at is null or c.lifted_at > g.decided_at)`,
  ),
  invariant(
    'gate.offer_after_every_gate',
    'No place is offered, or taken, while a gate before it still waits for its first word, or was refused.',
    `select a.id, a.state, g.id as gate from applications a
     join gates g on g.subject_kind = 'application' and g.subject_id = a.id and g.withdrawn_at is null
     where a.state in ('offered', 'accepted', 'conditions_pending', 'confirmed', 'deferred')
       and (g.state = 'refused' or (g.state = 'pending' and g.reopened_at is null))`,
  ),
  invariant(
    'gate.place_is_held_for_a_reason',
    'A place is held for somebody only while a gate before them waits or has expired.',
    `select a.id from applications a where a.state = 'awaiting_clearance' and not exists (
       select from gates g where g.subject_kind = 'application' and g.subject_id = a.id and g.withdrawn_at is null
         and (g.state in ('pending', 'expired') or (g.expires_on < g.needed_until and g.expires_on < (select
           (now() at time zone c.time_zone)::date from countries c where c.code = g.country))))`,
  ),
  invariant(
    'gate.word_is_on_record',
    'The newest move of a gate in the audit record leads to the state that it is in.',
    `select g.id, g.state, e.state as recorded from gates g
     left join lateral (select data->>'to' as state from audit_entries where subject_kind = 'gate'
       and subject_id = g.id::text and data ? 'to' order by audit_entries.id desc limit 1) e on true
     where g.state <> coalesce(e.state, 'pending')`,
  ),
  invariant(
    'gate.evidence_has_its_file',
    'A file of evidence is a file of that very gate, and every file of a gate is evidence.',
    `select e.id, e.upload_id from gate_evidence e join uploads u on u.id = e.upload_id
     where u.subject_kind <> 'gate' or u.subject_id <> e.gate_id
     union all
     select null, u.id from uploads u where u.subject_kind = 'gate'
       and not exists (select from gate_evidence e where e.upload_id = u.id)`,
  ),
  subjectsExist('gate', 'gates'),
  subjectsExist('gate_rule', 'gate_rules'),
];

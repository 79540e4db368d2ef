import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const agreementsInvariants: readonly Invariant[] = [
  invariant(
    'agreement.in_force_was_agreed',
    'An agreement in force is one whose very text both countries approved.',
    `select a.id, a.reference from agreements a
     where a.state = 'in_force' and not exists (
       select from decisions d join decision_outcomes o on o.decision_id = d.id
       where d.subject_kind = 'agreement' and d.subject_id = a.id and d.subject_hash = a.text_hash
         and o.counts = 'agreed_yes')`,
  ),
  subjectsExist('agreement', 'agreements'),
];

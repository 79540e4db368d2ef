import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';

export const accessInvariants: readonly Invariant[] = [
  invariant(
    'access.session_is_of_somebody',
    'Every session in which somebody is signed in is of a person who exists.',
    `select s.sess->'signedIn'->>'personId' as person_id, s.expire from web_sessions s
     where s.sess->'signedIn'->>'personId' is not null
       and not exists (select from persons p where p.id::text = s.sess->'signedIn'->>'personId')`,
  ),
  invariant(
    'access.official_is_no_stranger_to_their_scope',
    'A coordinator’s institution, and an official’s country, is one that takes part; nobody granted a role to themselves.',
    `select g.id, g.person_id, g.role from role_grants g
     where (g.institution_id is not null and not exists (select from institutions i where i.id = g.institution_id))
       or (g.country is not null and not exists (select from countries c where c.code = g.country))
       or g.person_id = g.granted_by`,
  ),
  subjectsExist('person', 'persons'),
];

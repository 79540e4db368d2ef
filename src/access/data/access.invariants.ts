import { invariant, subjectsExist } from '../../platform/database/invariant.js';
import type { Invariant } from '../../platform/database/invariant.js';
import { DELEGATION, FOUR_EYES_ROLES } from '../domain/delegation.js';
import type { Within } from '../domain/delegation.js';

/** Whether a grant was in force at an instant, as far as the history of grants tells. */
const inForce = (grant: string, at: string) => `(${grant}.valid_from <= ${at}
  and (${grant}.valid_until is null or ${grant}.valid_until > ${at})
  and (${grant}.revoked_at is null or ${grant}.revoked_at >= ${at})
  and (not ${grant}.needs_confirmation or ${grant}.confirmed_at <= ${at}))`;

/** What of the granter's own grant reaches the given one, for each line of the delegation. */
const REACHES: Readonly<Record<Within, string>> = {
  programme: 'true',
  calls_of_own_country: `exists (select from call_directions d where d.call_id = g.call_id
    and own.country in (d.home_country, d.host_country))`,
  institutions_of_own_country: 'own.country = i.country',
  own_institution_roles: 'own.institution_id = g.institution_id',
};
const givenBy = ({ grantor, grants, within }: (typeof DELEGATION)[number]) =>
  `(own.role = '${grantor}' and g.role in (${grants.map((role) => `'${role}'`).join(', ')})
    and ${REACHES[within]})`;

export const accessInvariants: readonly Invariant[] = [
  invariant(
    'access.session_is_of_somebody',
    'Every session in which somebody is signed in is of a person who exists.',
    `select s.sess->'signedIn'->>'personId' as person_id, s.expire from web_sessions s
     where s.sess->'signedIn'->>'personId' is not null
       and not exists (select from persons p where p.id::text = s.sess->'signedIn'->>'personId')`,
  ),
  invariant(
    'access.joined_account_is_empty',
    'An account that was joined to another one has no way to sign in, no application and no role, and its person did it.',
    `select p.id, p.joined_into from persons p where p.joined_into is not null and (
       exists (select from identities i where i.person_id = p.id)
       or exists (select from applications a where a.applicant_id = p.id)
       or exists (select from role_grants g where g.person_id = p.id)
       or not exists (select from account_joins j join audit_entries e on e.subject_kind = 'account_join'
           and e.subject_id = j.id::text and e.action = 'account_join.joined' and e.actor_id = j.kept_id
         where j.state = 'joined' and j.kept_id = p.joined_into and p.id in (j.first_id, j.second_id)))`,
  ),
  invariant(
    'access.official_is_no_stranger_to_their_scope',
    'A coordinator’s institution, and an official’s country, is one that takes part; nobody granted a role to themselves.',
    `select g.id, g.person_id, g.role from role_grants g
     where (g.institution_id is not null and not exists (select from institutions i where i.id = g.institution_id))
       or (g.country is not null and not exists (select from countries c where c.code = g.country))
       or g.person_id = g.granted_by`,
  ),
  invariant(
    'access.deputy_stands_on_a_grant',
    'A deputy has the role, in the scope, of somebody who holds it themselves and appointed them, and only until a day.',
    `select g.id, g.person_id, g.role from role_grants g
     where g.deputy_of is not null and (g.valid_until is null or not exists (
       select from role_grants o where o.id = g.deputy_of and o.deputy_of is null and o.person_id = g.acting_for
         and o.person_id = g.granted_by and o.role = g.role
         and (o.institution_id, o.unit_id, o.side, o.country, o.call_id, o.panel_id)
           is not distinct from (g.institution_id, g.unit_id, g.side, g.country, g.call_id, g.panel_id)))`,
  ),
  invariant(
    'access.roles_go_together',
    'Whoever helps or audits holds no office, and nobody speaks for two countries.',
    `select g.person_id, g.role, other.role as other_role from role_grants g
     join role_grants other on other.person_id = g.person_id and other.id <> g.id
     where ${inForce('g', 'now()')} and ${inForce('other', 'now()')}
       and ((g.role in ('support', 'auditor') and other.role <> g.role) or g.country <> other.country)`,
  ),
  invariant(
    'access.confirmed_by_two',
    'A role that an administrator gave and that needs four eyes holds only by the word of a second administrator.',
    `select g.id, g.person_id, g.role from role_grants g
     where (g.granted_by is not null and g.deputy_of is null and not g.needs_confirmation
         and g.role in (${FOUR_EYES_ROLES.map((role) => `'${role}'`).join(', ')}))
       or (g.needs_confirmation and g.confirmed_at is not null and (
         g.confirmed_by is null or g.confirmed_by = g.granted_by or g.confirmed_by = g.person_id
         or not exists (select from role_grants own where own.person_id = g.confirmed_by
           and own.role = 'programme_administrator' and ${inForce('own', 'g.confirmed_at')})))`,
  ),
  invariant(
    'access.granted_within_authority',
    'Whoever gave a role held, at that moment and in their own right, one that gives it in this scope.',
    `select g.id, g.person_id, g.role, g.granted_by from role_grants g
     left join institutions i on i.id = g.institution_id
     where g.granted_by is not null and g.deputy_of is null and not exists (
       select from role_grants own where own.person_id = g.granted_by and own.acting_for is null
         and ${inForce('own', 'g.created_at')} and (${DELEGATION.map(givenBy).join(' or ')}))`,
  ),
  subjectsExist('person', 'persons'),
  subjectsExist('role_invitation', 'role_invitations'),
];

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANONYMOUS, GRANTED_ROLES, ROLES, ROLE_TABLE } from '../../shared/actor.js';
import type { Actor, Grant } from '../../shared/actor.js';
import {
  DELEGATION,
  FOUR_EYES_ROLES,
  incompatibility,
  isDeputisable,
  needsConfirmation,
  reachesInOwnRight,
  rolesGrantableBy,
  scopeFieldsOf,
} from './delegation.js';
import type { AskedGrant } from './delegation.js';
import { rolesPolicy } from './roles.policy.js';
import type { RoleFacts } from './roles.policy.js';

const INSTITUTIONS: Readonly<Record<string, string>> = { i1: 'AA', i2: 'AA', i3: 'BB' };
const CALLS: Readonly<Record<string, readonly string[]>> = { c1: ['AA', 'BB'], c2: ['BB', 'CC'] };
const COUNTRIES = ['AA', 'BB', 'CC'];

/** A grant as the database would let it be. */
const grant: fc.Arbitrary<Grant> = fc
  .record({
    role: fc.constantFrom(...GRANTED_ROLES),
    institution: fc.constantFrom(...Object.keys(INSTITUTIONS)),
    country: fc.constantFrom(...COUNTRIES),
    call: fc.constantFrom(...Object.keys(CALLS)),
    actingFor: fc.option(fc.constantFrom('p7', 'p8'), { nil: null, freq: 3 }),
  })
  .map(({ role, institution, country, call, actingFor }) => ({
    role,
    institutionId: ROLE_TABLE[role].scope === 'institution' ? institution : null,
    country: ROLE_TABLE[role].scope === 'country' ? country : null,
    callId: ROLE_TABLE[role].scope === 'call' ? call : null,
    actingFor: isDeputisable(role) ? actingFor : null,
  }));
const actor: fc.Arbitrary<Actor> = fc
  .record({ grants: fc.array(grant, { maxLength: 4 }), secondFactor: fc.boolean() })
  .map(({ grants, secondFactor }) => ({
    ...ANONYMOUS,
    kind: 'person',
    personId: 'me',
    grants,
    secondFactor,
  }));
const asked: fc.Arbitrary<AskedGrant> = grant.map(({ role, institutionId, country, callId }) => ({
  role,
  institutionId,
  institutionCountry: institutionId === null ? null : (INSTITUTIONS[institutionId] ?? null),
  country,
  callCountries: callId ? (CALLS[callId] ?? []) : [],
}));
const facts = (of: AskedGrant, more: Partial<RoleFacts> = {}): RoleFacts => ({
  ...of,
  state: 'in_force',
  personId: 'other',
  grantedBy: 'me',
  actingFor: null,
  ...more,
});
const mayGrant = (who: Actor, of: AskedGrant, more: Partial<RoleFacts> = {}) =>
  rolesPolicy.decide(who, 'role.grant', facts(of, more));

describe('the delegation', () => {
  it('names every role that is given at all, and no other', () => {
    const given = new Set(DELEGATION.flatMap(({ grants }) => grants));
    expect([...given].toSorted()).toEqual([...GRANTED_ROLES].toSorted());
  });

  it('lets nobody give outside of their own grants: said once more, without the table', () => {
    fc.assert(
      fc.property(actor, asked, (who, of) => {
        const own = who.grants.filter(({ actingFor }) => !actingFor);
        const holds = (role: string, fits: (own: Grant) => boolean = () => true) =>
          own.some((each) => each.role === role && fits(each));
        const ofInstitution = ['institution_administrator', 'coordinator', 'signatory'].includes(of.role);
        const expected =
          who.secondFactor &&
          ((!ofInstitution && holds('programme_administrator')) ||
            (of.role === 'reviewer' &&
              holds('commission_secretary', ({ country }) => of.callCountries.includes(country ?? ''))) ||
            (ofInstitution &&
              (holds('ministry_officer', ({ country }) => country === of.institutionCountry) ||
                holds(
                  'institution_administrator',
                  ({ institutionId }) => institutionId === of.institutionId,
                ))));
        expect(mayGrant(who, of).allowed).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('lets nobody give to themselves', () => {
    fc.assert(
      fc.property(actor, asked, (who, of) => {
        expect(mayGrant(who, of, { personId: 'me' }).allowed).toBe(false);
      }),
    );
  });

  it('lets no deputy give, and says why', () => {
    fc.assert(
      fc.property(actor, asked, (who, of) => {
        const lent = {
          ...who,
          secondFactor: true,
          grants: who.grants.map((each) => ({ ...each, actingFor: 'p7' })),
        };
        const decision = mayGrant(lent, of);
        expect(decision.allowed).toBe(false);
        expect(reachesInOwnRight(lent, of)).toBe(false);
        if (reachesInOwnRight(who, of) && who.grants.every(({ actingFor }) => !actingFor)) {
          expect(decision).toEqual({ allowed: false, reason: 'deputy_cannot_grant' });
        }
      }),
    );
  });

  it('offers in forms exactly what may be given somewhere', () => {
    fc.assert(
      fc.property(actor, asked, (who, of) => {
        if (mayGrant(who, of).allowed) {
          expect(rolesGrantableBy(who).map(({ role }) => role)).toContain(of.role);
        }
      }),
    );
  });

  it('lets whoever may give take back, whoever has it give it up, and a principal end a deputy', () => {
    fc.assert(
      fc.property(actor, asked, (who, of) => {
        const revoke = (more: Partial<RoleFacts>) =>
          rolesPolicy.decide(who, 'role.revoke', facts(of, { grantedBy: null, ...more })).allowed;
        expect(revoke({})).toBe(mayGrant(who, of).allowed);
        expect(revoke({ personId: 'me' })).toBe(true);
        expect(revoke({ actingFor: 'me' })).toBe(true);
        expect(revoke({ personId: 'me', state: 'ended' })).toBe(false);
      }),
    );
  });
});

describe('four eyes', () => {
  const administrator: Actor = {
    ...ANONYMOUS,
    kind: 'person',
    personId: 'me',
    secondFactor: true,
    grants: [{ role: 'programme_administrator', institutionId: null, country: null }],
  };

  it('are needed for every role that an administrator gives, but a reviewer’s', () => {
    const given = DELEGATION.find(({ grantor }) => grantor === 'programme_administrator')?.grants ?? [];
    expect(given.filter((role) => !needsConfirmation(role))).toEqual(['reviewer']);
    expect(FOUR_EYES_ROLES.every((role) => given.includes(role))).toBe(true);
  });

  it('are two pairs: neither whoever granted nor whoever gets it confirms, and only what waits is confirmed', () => {
    fc.assert(
      fc.property(asked, (of) => {
        const confirm = (more: Partial<RoleFacts>) =>
          rolesPolicy.decide(administrator, 'role.confirm', facts(of, { state: 'pending', ...more }));
        expect(confirm({ grantedBy: 'another' }).allowed).toBe(true);
        expect(confirm({ grantedBy: 'me' })).toEqual({ allowed: false, reason: 'confirm_by_another' });
        expect(confirm({ grantedBy: 'another', personId: 'me' })).toEqual({
          allowed: false,
          reason: 'role_to_oneself',
        });
        expect(confirm({ grantedBy: 'another', state: 'in_force' }).allowed).toBe(false);
      }),
    );
  });
});

describe('lending a role', () => {
  it('is for one’s own role of an institution or a country, in force, and never as a deputy', () => {
    fc.assert(
      fc.property(grant, fc.constantFrom('pending', 'upcoming', 'in_force', 'ended'), (own, state) => {
        const who: Actor = {
          ...ANONYMOUS,
          kind: 'person',
          personId: 'me',
          secondFactor: true,
          grants: [own],
        };
        const of: RoleFacts = {
          ...own,
          institutionCountry: null,
          callCountries: [],
          state: state,
          personId: 'me',
          grantedBy: null,
          actingFor: own.actingFor ?? null,
        };
        const { allowed } = rolesPolicy.decide(who, 'role.deputise', of);
        expect(allowed).toBe(isDeputisable(own.role) && !own.actingFor && state === 'in_force');
        expect(rolesPolicy.decide(who, 'role.deputise', { ...of, personId: 'other' }).allowed).toBe(false);
      }),
    );
  });
});

describe('roles that one person cannot hold together', () => {
  const of = (role: Grant['role'], country: string | null = null) => ({ role, country });

  it.each([
    ['support beside an office', of('support'), of('coordinator'), 'incompatible_support'],
    ['an office beside an audit', of('ministry_officer', 'AA'), of('auditor'), 'incompatible_auditor'],
    ['two ministries', of('ministry_officer', 'AA'), of('ministry_officer', 'BB'), 'incompatible_countries'],
    [
      'a ministry and the other’s seat',
      of('ministry_officer', 'AA'),
      of('commission_member', 'BB'),
      'incompatible_countries',
    ],
    ['a ministry and its own seat', of('ministry_officer', 'AA'), of('commission_member', 'AA'), null],
    ['a coordinator who signs', of('coordinator'), of('signatory'), null],
  ] as const)('%s', (_, one, another, reason) => {
    expect(incompatibility([one], another)).toBe(reason);
    expect(incompatibility([another], one)).toBe(reason);
  });
});

it('knows the fields of every scope', () => {
  for (const role of GRANTED_ROLES) {
    const { needs, takes } = scopeFieldsOf(role);
    expect(needs).toHaveLength(ROLE_TABLE[role].scope === 'programme' ? 0 : 1);
    expect(takes.some((field) => needs.includes(field))).toBe(false);
  }
  expect(ROLES.filter(isDeputisable)).toContain('ministry_officer');
});

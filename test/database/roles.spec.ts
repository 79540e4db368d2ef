import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RoleDirectory } from '../../src/access/data/role-directory.js';
import { RoleGrants } from '../../src/access/data/role-grants.js';
import { AcceptInvitation } from '../../src/access/operations/accept-invitation.js';
import { AppointDeputy } from '../../src/access/operations/appoint-deputy.js';
import { ConfirmGrant } from '../../src/access/operations/confirm-grant.js';
import { GrantRole } from '../../src/access/operations/grant-role.js';
import { InviteToRole } from '../../src/access/operations/invite-to-role.js';
import { ProposeFromAffiliation } from '../../src/access/operations/propose-from-affiliation.js';
import { RevokeGrant } from '../../src/access/operations/revoke-grant.js';
import { SettleProposal } from '../../src/access/operations/settle-proposal.js';
import { SignIn } from '../../src/access/operations/sign-in.js';
import { SignedLinks } from '../../src/access/operations/signed-links.js';
import { WithdrawInvitation } from '../../src/access/operations/withdraw-invitation.js';
import { People } from '../../src/access/public.js';
import { authorise } from '../../src/platform/database/authorise.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { GrantedRole } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import type { IdentityProviderEntry } from '../../src/shared/identity-provider.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { Policy } from '../../src/shared/policy.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { ManageUnits, Units } from '../../src/universities/public.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

const BELGRADE = 'university-of-belgrade';
const NOVI_SAD = 'university-of-novi-sad';
const MOSCOW = 'lomonosov-moscow-state-university';
const START = new Date();

let http: HttpApp;
let world: World;
let scratch: string;
const clock = new SettableClock(START);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-roles-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, clock);
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const the = <T>(operation: new (...args: never[]) => T): T => http.app.get(operation);

/** Somebody with these roles, as the request of a browser in which they have just signed in. */
async function somebody(...roles: readonly (readonly [GrantedRole, Row?])[]): Promise<RequestContext> {
  const id = newId();
  await insertRows(http.owner, 'persons', [personRow(id, 'RS')]);
  await insertRows(
    http.owner,
    'role_grants',
    roles.map(([role, scope]) => grantRow(id, role, scope)),
  );
  return again(id);
}

/** The same person with the grants of this moment. */
async function again(of: Id | RequestContext): Promise<RequestContext> {
  const id = typeof of === 'string' ? of : (of.actor.personId ?? '');
  const person = await the(Database).read(systemContext(clock), (ctx) => the(People).withGrants(ctx, id));
  const actor = {
    ...ANONYMOUS,
    kind: 'person' as const,
    personId: id,
    grants: person?.grants ?? [],
    secondFactor: true,
  };
  return { ...systemContext(clock), actor };
}

const idOf = ({ actor }: RequestContext): Id => actor.personId ?? '';
const at = async (slug: string) => ({ institution_id: await world.institution(slug) });
const administrator = () => somebody(['programme_administrator']);
const officer = (country: string) => somebody(['ministry_officer', { country }]);
const why = 'because of the test';

async function refusal(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
  return 'allowed';
}

async function acts(subjectId: Id): Promise<string[]> {
  const { rows } = await http.owner.query<{ action: string }>(
    'select action from audit_entries where subject_id = $1 order by id',
    [subjectId],
  );
  return rows.map(({ action }) => action);
}

async function linkOf(invitationId: Id): Promise<string> {
  const { rows } = await http.owner.query<{ id: Id }>(
    `select id from signed_links where subject_id = $1 order by created_at desc, id desc limit 1`,
    [invitationId],
  );
  return the(Database).read(systemContext(clock), (ctx) => the(SignedLinks).tokenOf(ctx, rows[0]?.id ?? ''));
}

const asCoordinator = async (slug: string) => ({
  role: 'coordinator' as const,
  scope: { institutionId: await world.institution(slug) },
  reason: why,
});

describe('granting', () => {
  it('works within one’s scope, at once, with a reason, on record, and tells the person', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    // Whoever has a role there already is seen by the administrator.
    const colleague = await somebody(['signatory', await at(BELGRADE)]);
    const wanted = await asCoordinator(BELGRADE);
    const outcome = await the(GrantRole).run(keeper, { ...wanted, personId: idOf(colleague) });
    expect(outcome).toMatchObject({ kind: 'granted', state: 'in_force' });
    expect((await again(colleague)).actor.grants.map(({ role }) => role)).toContain('coordinator');
    expect(await acts(idOf(colleague))).toEqual(['role.granted']);
    const { rows } = await http.owner.query<{ role: string; acting_for: string | null }>(
      "select role, acting_for from audit_entries where action = 'role.granted' and subject_id = $1",
      [idOf(colleague)],
    );
    expect(rows).toEqual([{ role: 'institution_administrator', acting_for: null }]);
    const told = await http.owner.query(
      "select from outbox_events where type = 'role.granted' and subject_id = $1",
      [idOf(colleague)],
    );
    expect(told.rowCount).toBe(1);
    expect(await refusal(the(GrantRole).run(keeper, { ...wanted, personId: idOf(colleague) }))).toBe(
      'role_already_held',
    );
  });

  it('is refused elsewhere, to oneself, and of roles that are not one’s to give', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const colleague = await somebody(['signatory', await at(BELGRADE)]);
    const personId = idOf(colleague);
    const grant = async (who: RequestContext, slug: string, to: Id) =>
      refusal(the(GrantRole).run(who, { ...(await asCoordinator(slug)), personId: to }));
    expect(await grant(keeper, NOVI_SAD, personId)).toBe('out_of_scope');
    expect(await grant(keeper, BELGRADE, idOf(keeper))).toBe('role_to_oneself');
    expect(await grant(await officer('RU'), BELGRADE, personId)).toBe('out_of_scope');
    expect(await grant(await officer('RS'), BELGRADE, personId)).toBe('allowed');
    expect(await grant(await administrator(), NOVI_SAD, personId)).toBe('out_of_scope');
    expect(await grant(colleague, BELGRADE, idOf(keeper))).toBe('no_role');
    const ministry = { role: 'ministry_officer' as const, scope: { country: 'RS' }, reason: why, personId };
    expect(await refusal(the(GrantRole).run(keeper, ministry))).toBe('out_of_scope');
    expect(await refusal(the(GrantRole).run(await officer('RS'), ministry))).toBe('out_of_scope');
  });

  it('is refused by the database itself where the first wall is down', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const insert = async (scope: Row) =>
      the(Database)
        .transaction(keeper, async (ctx) => {
          const row = grantRow(idOf(await officer('RS')), 'coordinator', {
            granted_by: idOf(keeper),
            ...scope,
          });
          const columns = Object.keys(row);
          await ctx.tx.query(
            `insert into role_grants (${columns.join(', ')}) values (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
            Object.values(row),
          );
        })
        .then(
          () => 'entered',
          (error: Error) => error.message,
        );
    expect(await insert(await at(NOVI_SAD))).toMatch(/row-level security/);
    expect(await insert({ ...(await at(BELGRADE)), granted_by: null })).toMatch(/row-level security/);
    expect(await insert(await at(BELGRADE))).toBe('entered');
  });

  it('tells every field that is wrong', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const colleague = await somebody(['signatory', await at(BELGRADE)]);
    const problem = (more: object) =>
      the(GrantRole)
        .run(keeper, { role: 'coordinator', scope: {}, reason: why, personId: idOf(colleague), ...more })
        .then(
          () => [],
          (error: DomainError) => error.fields.map(({ field, problem: what }) => `${field}: ${what}`),
        );
    expect(await problem({ reason: ' ' })).toEqual(['institutionId: required_choice', 'reason: required']);
    expect(await problem({ scope: { institutionId: newId() } })).toEqual(['institutionId: not_in_list']);
    const scope = { institutionId: await world.institution(BELGRADE) };
    expect(await problem({ scope: { ...scope, country: 'RS' } })).toEqual(['country: not_in_list']);
    expect(await problem({ scope: { ...scope, unitId: newId() } })).toEqual(['unitId: not_in_list']);
    expect(await problem({ scope, validUntil: START })).toEqual(['validUntil: date_in_past']);
  });

  it('does not tell whether an address is anybody’s', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const stranger = await somebody();
    const wanted = await asCoordinator(BELGRADE);
    for (const email of [`${idOf(stranger)}@example.org`, `${newId()}@example.org`]) {
      expect(await the(GrantRole).run(keeper, { ...wanted, email })).toMatchObject({ kind: 'invited' });
    }
    expect(await refusal(the(GrantRole).run(keeper, { ...wanted, personId: idOf(stranger) }))).toBe(
      'person_unknown',
    );
  });

  it('joins no roles that one person cannot hold, whoever sees the other one', async () => {
    const first = await administrator();
    const officerOfRs = await officer('RS');
    const give = (role: GrantedRole, country: string | null) =>
      refusal(
        the(GrantRole).run(first, { role, scope: { country }, reason: why, personId: idOf(officerOfRs) }),
      );
    expect(await give('ministry_officer', 'RU')).toBe('incompatible_countries');
    expect(await give('commission_member', 'RU')).toBe('incompatible_countries');
    expect(await give('auditor', null)).toBe('incompatible_auditor');
    expect(await give('support', null)).toBe('incompatible_support');
    expect(await give('commission_member', 'RS')).toBe('allowed');
  });
});

describe('four eyes', () => {
  it('let a role hold when a second administrator has confirmed it, and nobody else', async () => {
    const [first, second] = [await administrator(), await administrator()];
    const newcomer = await somebody(['signatory', await at(BELGRADE)]);
    const wanted = { role: 'ministry_officer' as const, scope: { country: 'RS' }, reason: why };
    const outcome = await the(GrantRole).run(first, { ...wanted, personId: idOf(newcomer) });
    expect(outcome).toMatchObject({ kind: 'granted', state: 'pending' });
    const grantId = outcome.id;
    const isOfficer = async () =>
      (await again(newcomer)).actor.grants.some(({ role }) => role === 'ministry_officer');
    expect(await isOfficer()).toBe(false);
    expect(await refusal(the(ConfirmGrant).run(first, { grantId }))).toBe('confirm_by_another');
    expect(await refusal(the(ConfirmGrant).run(await officer('RS'), { grantId }))).toBe('no_role');
    expect(await refusal(the(ConfirmGrant).run(newcomer, { grantId }))).toBe('no_role');
    const waiting = await the(Database).read(second, (ctx) => the(RoleDirectory).toConfirm(ctx));
    expect(waiting.map(({ id }) => id)).toContain(grantId);
    await the(ConfirmGrant).run(second, { grantId });
    expect(await isOfficer()).toBe(true);
    expect(await refusal(the(ConfirmGrant).run(second, { grantId }))).toBe('wrong_state');
    const view = await the(Database).read(second, (ctx) => the(RoleDirectory).grant(ctx, grantId));
    expect(view).toMatchObject({ state: 'in_force', grantedBy: idOf(first), confirmedBy: idOf(second) });
  });

  it('let the second say no, with a reason that stays', async () => {
    const [first, second] = [await administrator(), await administrator()];
    const newcomer = await somebody(['signatory', await at(BELGRADE)]);
    const outcome = await the(GrantRole).run(first, {
      role: 'commission_member',
      scope: { country: 'RS' },
      reason: why,
      personId: idOf(newcomer),
    });
    await the(ConfirmGrant).refuse(second, { grantId: outcome.id, reason: 'not this one' });
    const view = await the(Database).read(second, (ctx) => the(RoleDirectory).grant(ctx, outcome.id));
    expect(view).toMatchObject({ state: 'ended', revokeReason: 'not this one', revokedBy: idOf(second) });
  });
});

describe('revoking', () => {
  it('ends a grant at once and nothing else; one’s own may always be given up', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const colleague = await somebody(['signatory', await at(BELGRADE)], ['coordinator', await at(BELGRADE)]);
    const [signatory, coordinator] = ['signatory', 'coordinator'].map(
      (role) => colleague.actor.grants.find((grant) => grant.role === role)?.id ?? '',
    );
    const elsewhere = await somebody(['institution_administrator', await at(NOVI_SAD)]);
    expect(await refusal(the(RevokeGrant).run(elsewhere, { grantId: signatory ?? '', reason: why }))).toBe(
      'not_found',
    );
    expect(await refusal(the(RevokeGrant).run(keeper, { grantId: signatory ?? '', reason: '' }))).toBe(
      'invalid',
    );
    await the(RevokeGrant).run(keeper, { grantId: signatory ?? '', reason: why });
    expect((await again(colleague)).actor.grants.map(({ role }) => role)).toEqual(['coordinator']);
    await the(RevokeGrant).run(colleague, { grantId: coordinator ?? '', reason: 'I leave' });
    expect((await again(colleague)).actor.grants).toEqual([]);
    expect(await refusal(the(RevokeGrant).run(keeper, { grantId: coordinator ?? '', reason: why }))).toBe(
      'wrong_state',
    );
    const history = await the(Database).read(keeper, (ctx) =>
      the(RoleDirectory).history(ctx, { personId: idOf(colleague) }),
    );
    expect(history.map(({ state, revokedBy }) => [state, revokedBy])).toEqual(
      expect.arrayContaining([
        ['ended', idOf(keeper)],
        ['ended', idOf(colleague)],
      ]),
    );
  });
});

describe('invitations', () => {
  const invite = async (keeper: RequestContext) =>
    the(InviteToRole).run(keeper, { ...(await asCoordinator(BELGRADE)), email: 'new@example.org' });

  it('give the role to whoever holds the link and has signed in, once', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const { id } = await invite(keeper);
    const token = await linkOf(id);
    const newcomer = await somebody();
    expect(await refusal(the(AcceptInvitation).run({ ...newcomer, actor: ANONYMOUS }, token))).toBe(
      'not_signed_in',
    );
    expect(await refusal(the(AcceptInvitation).run(keeper, token))).toBe('role_to_oneself');
    for (let looked = 0; looked < 2; looked++) {
      const offer = await the(AcceptInvitation).look(newcomer, token);
      expect(offer).toMatchObject({
        id,
        role: 'coordinator',
        invitedBy: idOf(keeper),
        needsConfirmation: false,
      });
    }
    expect(await the(AcceptInvitation).run(newcomer, token)).toMatchObject({ state: 'in_force' });
    expect((await again(newcomer)).actor.grants.map(({ role }) => role)).toEqual(['coordinator']);
    const { rows } = await http.owner.query('select granted_by from role_grants where person_id = $1', [
      idOf(newcomer),
    ]);
    expect(rows).toEqual([{ granted_by: idOf(keeper) }]);
    expect(await refusal(the(AcceptInvitation).run(await somebody(), token))).toBe('link_used');
    expect(await acts(id)).toEqual(['role.invited', 'role.invitation_accepted']);
  });

  it('go to one of two who take them up at once', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const token = await linkOf((await invite(keeper)).id);
    const both = [await somebody(), await somebody()];
    const outcomes = await Promise.all(
      both.map((person) => refusal(the(AcceptInvitation).run(person, token))),
    );
    expect(outcomes.toSorted()).toEqual(['allowed', 'link_used']);
  });

  it('are void when withdrawn, sent again, expired, or when the inviter may no longer give the role', async () => {
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const newcomer = await somebody();
    const accept = (token: string) => refusal(the(AcceptInvitation).run(newcomer, token));

    const withdrawn = await invite(keeper);
    const itsToken = await linkOf(withdrawn.id);
    expect(
      await refusal(the(WithdrawInvitation).run(await officer('RU'), { invitationId: withdrawn.id })),
    ).toBe('not_found');
    await the(WithdrawInvitation).run(keeper, { invitationId: withdrawn.id });
    expect(await accept(itsToken)).toBe('link_revoked');
    expect(await refusal(the(InviteToRole).resend(keeper, { invitationId: withdrawn.id }))).toBe(
      'wrong_state',
    );

    const resent = await invite(keeper);
    const before = await linkOf(resent.id);
    clock.set(new Date(START.getTime() + 1000));
    await the(InviteToRole).resend(keeper, { invitationId: resent.id });
    const after = await linkOf(resent.id);
    expect(await accept(before)).toBe('link_revoked');
    clock.set(new Date(START.getTime() + 15 * DAY_MS));
    expect(await accept(after)).toBe('link_expired');
    clock.set(START);

    const orphaned = await linkOf((await invite(keeper)).id);
    await the(RevokeGrant).run(keeper, { grantId: keeper.actor.grants[0]?.id ?? '', reason: why });
    expect(await accept(orphaned)).toBe('inviter_lost_authority');
    expect((await again(newcomer)).actor.grants).toEqual([]);
  });

  it('of four-eyes roles still need the second pair', async () => {
    const first = await administrator();
    const { id } = await the(InviteToRole).run(first, {
      role: 'commission_secretary',
      scope: { country: 'RS' },
      reason: why,
      email: 'secretary@example.org',
    });
    const newcomer = await somebody();
    const { id: grantId, state } = await the(AcceptInvitation).run(newcomer, await linkOf(id));
    expect(state).toBe('pending');
    expect(await refusal(the(ConfirmGrant).run(first, { grantId }))).toBe('confirm_by_another');
    await the(ConfirmGrant).run(await administrator(), { grantId });
    expect((await again(newcomer)).actor.grants).toMatchObject([{ role: 'commission_secretary' }]);
  });
});

describe('deputies', () => {
  const until = new Date(START.getTime() + 10 * DAY_MS);

  it('have the role in the place of another until the day, and pass nothing on', async () => {
    const principal = await somebody(['institution_administrator', await at(BELGRADE)]);
    const colleague = await somebody(['signatory', await at(BELGRADE)]);
    const grantId = principal.actor.grants[0]?.id ?? '';
    const appoint = (who: RequestContext, more: object = {}) =>
      the(AppointDeputy).run(who, {
        grantId,
        reason: why,
        validUntil: until,
        personId: idOf(colleague),
        ...more,
      });
    expect(await refusal(appoint(colleague))).toBe('not_found');
    expect(await refusal(appoint(principal, { personId: idOf(principal) }))).toBe('role_to_oneself');
    const outcome = await appoint(principal);
    const deputy = await again(colleague);
    const lent = deputy.actor.grants.find(({ actingFor }) => actingFor);
    expect(lent).toMatchObject({ role: 'institution_administrator', actingFor: idOf(principal) });
    expect(
      await refusal(
        the(AppointDeputy).run(deputy, {
          grantId: lent?.id ?? '',
          reason: why,
          validUntil: until,
          personId: idOf(principal),
        }),
      ),
    ).not.toBe('allowed');
    const other = await somebody(['coordinator', await at(BELGRADE)]);
    const grant = the(GrantRole).run(deputy, {
      role: 'signatory',
      scope: { institutionId: await world.institution(BELGRADE) },
      reason: why,
      personId: idOf(other),
    });
    expect(await refusal(grant)).toBe('deputy_cannot_grant');
    clock.set(new Date(until.getTime() + 1));
    expect((await again(colleague)).actor.grants.some(({ actingFor }) => actingFor)).toBe(false);
    clock.set(START);
    await the(RevokeGrant).run(principal, { grantId: outcome.id, reason: 'I am back' });
    expect((await again(colleague)).actor.grants.some(({ actingFor }) => actingFor)).toBe(false);
  });

  it('end with the role that was lent, and may be invited', async () => {
    const principal = await officer('RS');
    const grantId = principal.actor.grants[0]?.id ?? '';
    const outcome = await the(AppointDeputy).run(principal, {
      grantId,
      reason: why,
      validUntil: until,
      email: 'deputy@example.org',
    });
    expect(outcome.kind).toBe('invited');
    const newcomer = await somebody();
    const token = await linkOf(outcome.id);
    expect(await the(AcceptInvitation).look(newcomer, token)).toMatchObject({ deputyOf: grantId });
    const { id } = await the(AcceptInvitation).run(newcomer, token);
    expect((await again(newcomer)).actor.grants).toMatchObject([
      { role: 'ministry_officer', country: 'RS', actingFor: idOf(principal) },
    ]);
    await the(RevokeGrant).run(principal, { grantId, reason: why });
    expect((await again(newcomer)).actor.grants).toEqual([]);
    const view = await the(Database).read(principal, (ctx) => the(RoleDirectory).grant(ctx, id));
    expect(view.state).toBe('ended');
  });
});

describe('a home institution', () => {
  it.each([
    ['one that the provider vouches for', 'bg.ac.rs', ['bg.ac.rs'], BELGRADE],
    ['any of its country', 'bg.ac.rs', 'all-of-country', BELGRADE],
    ['none that another provider vouches for', 'uns.ac.rs', ['bg.ac.rs'], null],
    ['none of another country', 'msu.ru', 'all-of-country', null],
    ['none of another country that its entry names', 'msu.ru', ['msu.ru'], null],
  ] as const)('is %s', async (_which, domain, institutions, slug) => {
    const provider: IdentityProviderEntry = {
      key: 'rs',
      country: 'RS',
      issuer: 'https://rs.example',
      clientId: 'most',
      buttonText: { sr: 'RS', ru: 'RS', en: 'RS' },
      institutions,
    };
    const claims = {
      email: 'ana@example.org',
      given_name: 'Ana',
      family_name: 'Jović',
      schac_home_organization: domain,
    };
    const subject = newId();
    const identity = { claims, issuer: provider.issuer, subject, session: null, idToken: null };
    const { signedIn } = await the(SignIn).withIdentity(systemContext(clock), provider, identity);
    const { rows } = await http.owner.query<{ home: Id | null }>(
      'select home_institution_id as home from persons where id = $1',
      [signedIn.personId],
    );
    expect(rows).toEqual([{ home: slug === null ? null : await world.institution(slug) }]);
  });
});

describe('proposals', () => {
  const provider = {
    key: 'rs',
    country: 'RS',
    institutions: ['bg.ac.rs'],
    roleProposals: [{ affiliation: 'employee', role: 'coordinator' as const }],
  };
  const propose = (personId: Id, ...affiliations: string[]) =>
    the(Database).transaction(systemContext(clock), (ctx) =>
      the(ProposeFromAffiliation).run(ctx, { personId, provider, affiliations }),
    );
  const waiting = (who: RequestContext, of: Id) =>
    the(Database).read(who, async (ctx) =>
      (await the(RoleDirectory).proposals(ctx)).filter(({ personId }) => personId === of),
    );

  it('give nothing until a person grants them, and are made once', async () => {
    const newcomer = await somebody();
    await propose(idOf(newcomer), 'employee@bg.ac.rs', 'employee@msu.ru', 'student@bg.ac.rs');
    await propose(idOf(newcomer), 'employee@bg.ac.rs');
    expect((await again(newcomer)).actor.grants).toEqual([]);
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const elsewhere = await somebody(['institution_administrator', await at(MOSCOW)]);
    expect(await waiting(elsewhere, idOf(newcomer))).toEqual([]);
    const [proposal, ...more] = await waiting(keeper, idOf(newcomer));
    expect([proposal?.role, more]).toEqual(['coordinator', []]);
    const proposalId = proposal?.id ?? '';
    expect(await refusal(the(SettleProposal).dismiss(newcomer, { proposalId }))).toBe('not_found');
    await the(SettleProposal).grant(keeper, { proposalId, reason: why });
    expect((await again(newcomer)).actor.grants.map(({ role }) => role)).toEqual(['coordinator']);
    expect(await refusal(the(SettleProposal).dismiss(keeper, { proposalId }))).not.toBe('allowed');
  });

  it('that were dismissed are not made again', async () => {
    const newcomer = await somebody();
    await propose(idOf(newcomer), 'employee@bg.ac.rs');
    const keeper = await somebody(['institution_administrator', await at(BELGRADE)]);
    const [proposal] = await waiting(keeper, idOf(newcomer));
    await the(SettleProposal).dismiss(keeper, { proposalId: proposal?.id ?? '' });
    await propose(idOf(newcomer), 'employee@bg.ac.rs');
    expect(await waiting(keeper, idOf(newcomer))).toEqual([]);
    expect((await again(newcomer)).actor.grants).toEqual([]);
  });
});

describe('signed links', () => {
  const nobody = (): RequestContext => ({ ...systemContext(clock), actor: ANONYMOUS });
  const issue = (subject: { readonly kind: string; readonly id: Id }, validDays = 3) =>
    the(Database).transaction(systemContext(clock), (ctx) =>
      the(SignedLinks).issue(ctx, { purpose: 'referee_letter', subject, validDays }),
    );
  /** A letter that its referee writes, as a module with links will have it. */
  const letters = new Policy<{ readonly state: 'open'; readonly id: Id }, 'of_link', 'open'>(
    'letter',
    {
      of_link: {
        holds: (actor, { id }) => actor.link?.purpose === 'referee_letter' && actor.link.subject.id === id,
        sql: () => 'false',
      },
    },
    { 'letter.write': [{ role: 'referee', relation: 'of_link' }] },
  );

  it('let a referee do one thing to one letter, once', async () => {
    const subject = { kind: 'letter', id: newId() };
    const { id, token } = await issue(subject);
    const write = (letter: Id) =>
      the(SignedLinks).redeem(nobody(), token, 'referee_letter', (ctx) =>
        Promise.resolve(
          authorise(ctx, letters, 'letter.write', { state: 'open', id: letter }, 'letter.write').role,
        ),
      );
    // What is refused has not used the link up.
    expect(await refusal(write(newId()))).toBe('not_found');
    expect(await write(subject.id)).toBe('referee');
    expect(await refusal(write(subject.id))).toBe('link_used');
    expect(await acts(id)).toEqual(['link.issued', 'link.used', 'link.refused']);
    const { rows } = await http.owner.query<{ actor_kind: string; actor_id: string }>(
      "select actor_kind, actor_id from audit_entries where action = 'link.used' and subject_id = $1",
      [id],
    );
    expect(rows).toEqual([{ actor_kind: 'link', actor_id: id }]);
  });

  it('are used up by nobody who only looks', async () => {
    const { token } = await issue({ kind: 'letter', id: newId() });
    for (let looked = 0; looked < 3; looked++) {
      expect((await the(SignedLinks).open(nobody(), token, 'referee_letter')).actor.kind).toBe('link');
    }
  });

  it('are refused forged, cut off, for another purpose, after their end, and when taken back; each on record', async () => {
    const subject = { kind: 'letter', id: newId() };
    const { id, token } = await issue(subject);
    const open = (what: string, purpose = 'referee_letter') =>
      refusal(the(SignedLinks).open(nobody(), what, purpose));
    const [head = '', tail = ''] = token.split('.');
    const another = (await issue(subject)).token.split('.')[1] ?? '';
    expect(await open(`${head}.${another}`)).toBe('link_unknown');
    expect(await open(`${head}.${tail.slice(0, -1)}`)).toBe('link_unknown');
    expect(await open(head)).toBe('link_unknown');
    expect(await open('')).toBe('link_unknown');
    expect(await open(token, 'role_invitation')).toBe('link_other_purpose');
    // Whoever can write to the table cannot make a link last longer.
    await http.owner.query(
      "update signed_links set expires_at = expires_at + interval '1 day' where id = $1",
      [id],
    );
    expect(await open(token)).toBe('link_unknown');
    await http.owner.query(
      "update signed_links set expires_at = expires_at - interval '1 day' where id = $1",
      [id],
    );
    clock.set(new Date(START.getTime() + 3 * DAY_MS));
    expect(await open(token)).toBe('link_expired');
    clock.set(START);
    await the(Database).transaction(systemContext(clock), (ctx) =>
      the(SignedLinks).revoke(ctx, 'referee_letter', subject),
    );
    expect(await open(token)).toBe('link_revoked');
    const { rows } = await http.owner.query<{ reason: string }>(
      `select data ->> 'reason' as reason from audit_entries where action = 'link.refused' and subject_id = $1 order by id`,
      [id],
    );
    expect(rows.map(({ reason }) => reason)).toEqual(['link_other_purpose', 'link_expired', 'link_revoked']);
  });

  it('are won by one of two at once', async () => {
    const { token } = await issue({ kind: 'letter', id: newId() });
    const use = () =>
      refusal(the(SignedLinks).redeem(nobody(), token, 'referee_letter', () => Promise.resolve()));
    expect((await Promise.all([use(), use(), use()])).toSorted()).toEqual([
      'allowed',
      'link_used',
      'link_used',
    ]);
  });

  it('hold no secret in the database', async () => {
    const { token } = await issue({ kind: 'letter', id: newId() });
    const { rows } = await http.owner.query<{ row: string }>(
      'select signed_links::text as row from signed_links',
    );
    const signature = token.split('.')[1] ?? '';
    expect(rows.some(({ row }) => row.includes(signature))).toBe(false);
  });
});

describe('units', () => {
  it('are kept by the administrator of their institution alone', async () => {
    const keeper = await somebody(['institution_administrator', await at(NOVI_SAD)]);
    const elsewhere = await somebody(['institution_administrator', await at(BELGRADE)]);
    const institutionId = await world.institution(NOVI_SAD);
    const name = { sr: 'Факултет', ru: 'Факультет', en: 'Faculty' };
    const add = (who: RequestContext) => refusal(the(ManageUnits).add(who, { institutionId, name }));
    expect(await add(elsewhere)).toBe('out_of_scope');
    expect(await add(await somebody())).toBe('no_role');
    expect(await add(keeper)).toBe('allowed');
    expect(await add(keeper)).toBe('unit_name_taken');
    const list = () => the(Database).read(keeper, (ctx) => the(Units).of(ctx, institutionId));
    const [unit] = await list();
    const unitId = unit?.id ?? '';
    await the(ManageUnits).rename(keeper, { unitId, name: { ...name, en: 'School' } });
    expect((await list()).map((each) => each.name.en)).toEqual(['School']);
    expect(await refusal(the(ManageUnits).close(elsewhere, { unitId }))).toBe('out_of_scope');
    await the(ManageUnits).close(keeper, { unitId });
    expect(await refusal(the(ManageUnits).close(keeper, { unitId }))).toBe('wrong_state');
    expect(await list()).toEqual([]);
    expect(await acts(unitId)).toEqual(['unit.added', 'unit.renamed', 'unit.closed']);
  });
});

describe('the directory', () => {
  it('shows each reader their scope, by the list and by the single grant alike', async () => {
    const readers = [
      await administrator(),
      await somebody(['auditor']),
      await officer('RS'),
      await officer('RU'),
      await somebody(['institution_administrator', await at(BELGRADE)]),
      await somebody(['commission_secretary', { country: 'RU' }]),
      await somebody(['coordinator', await at(BELGRADE)]),
      await somebody(),
    ];
    const all = await http.owner.query<{ id: Id }>('select id from role_grants');
    for (const reader of readers) {
      await the(Database).read(reader, async (ctx) => {
        const listed: Id[] = [];
        for (let after: string | undefined; ;) {
          const page = await the(RoleDirectory).grants(ctx, { limit: 7, after });
          listed.push(...page.items.map(({ id }) => id));
          if (page.next === null) break;
          after = page.next;
        }
        // The second wall alone.
        const walled = await ctx.tx.query<{ id: Id }[]>('select id from role_grants');
        expect(listed.toSorted()).toEqual(walled.map(({ id }) => id).toSorted());
        expect(new Set(listed).size).toBe(listed.length);
        for (const { id } of all.rows) {
          const one = await refusal(the(RoleGrants).grant(ctx, id));
          expect(one === 'allowed').toBe(listed.includes(id));
        }
      });
    }
  });
});

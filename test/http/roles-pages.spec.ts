import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PolicyRegistry, SignedLinks } from '../../src/access/public.js';
import { Database } from '../../src/platform/database/database.js';
import { Translator } from '../../src/platform/i18n/translator.js';
import { SYSTEM } from '../../src/shared/actor.js';
import { ROLES } from '../../src/shared/actor.js';
import type { Clock } from '../../src/shared/clock.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { Language } from '../../src/shared/language.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { expectInvariants } from '../database/expect-invariants.js';
import { ReportingModule } from '../../src/reporting/reporting.module.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';

/** The pages about people and roles: who sees whom, what is told before one tries, and what a link opens. */

const BELGRADE = 'university-of-belgrade';
const NOVI_SAD = 'university-of-novi-sad';
const MOSCOW = 'lomonosov-moscow-state-university';

interface Somebody {
  readonly browser: Browser;
  readonly id: Id;
  readonly name: string;
  readonly email: string;
}

let http: HttpApp;
let world: World;
let scratch: string;
let admin: Somebody;
let otherAdmin: Somebody;
let officer: Somebody;
let keeper: Somebody;
let coordinator: Somebody;
let neighbour: Somebody;
let foreigner: Somebody;
let student: Somebody;
/** The coordinator's own application, in the hands of their own institution. */
let ownNumber: string;
/** A student's, in the same hands. */
let number: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-roles-'));
  http = await startHttpApp({ imports: [...exchangeModules(scratch), ReportingModule] });
  world = await buildWorld(http.app, http.owner, systemClock);
  const institution_id = await world.institution(BELGRADE);
  admin = await somebody('admin@rs.demo', 'programme_administrator');
  otherAdmin = await somebody('admin@ru.demo', 'programme_administrator');
  officer = await somebody('ministry@rs.demo', 'ministry_officer', { country: 'RS' });
  keeper = await somebody('administrator@bg.rs.demo', 'institution_administrator', { institution_id });
  coordinator = await somebody('coordinator@bg.rs.demo', 'coordinator', { institution_id });
  neighbour = await somebody('coordinator@ns.rs.demo', 'coordinator', {
    institution_id: await world.institution(NOVI_SAD),
  });
  foreigner = await somebody('coordinator@msu.ru.demo', 'coordinator', {
    institution_id: await world.institution(MOSCOW),
  });
  student = await somebody('student@rs.demo');
  const callId = await world.publishedCall({ slug: 'roles-pages' });
  ownNumber = await application(coordinator.id, callId, 'RS-2027-000001');
  number = await application(student.id, callId, 'RS-2027-000002');
}, 90_000);

afterAll(async () => {
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function somebody(email: string, role?: string, scope: Row = {}): Promise<Somebody> {
  const browser = await http.signedIn(email);
  const { rows } = await http.owner.query<{ id: Id; name: string }>(
    "select id, native_given || ' ' || native_family as name from persons where email = $1",
    [email],
  );
  const { id = '', name = '' } = rows[0] ?? {};
  if (role) await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
  await browser.open('/?lang=en');
  return { browser, id, name, email };
}

async function application(applicant: Id, callId: Id, itsNumber: string): Promise<string> {
  await insertRows(http.owner, 'applications', [
    {
      id: newId(),
      call_id: callId,
      form_version: 1,
      applicant_id: applicant,
      number: itsNumber,
      state: 'eligible',
      state_since: new Date().toISOString(),
      home_country: 'RS',
      home_institution_id: await world.institution(BELGRADE),
      created_at: new Date().toISOString(),
      submitted_at: new Date().toISOString(),
      language: 'en',
      submissions: 1,
      version: 1,
      search_key: '',
    },
  ]);
  return itsNumber;
}

/** Opens a page with a form and sends it. */
async function send(
  { browser }: Somebody,
  page: string,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = await browser.open(page);
  const answer = await browser.post(action, { _csrf: browser.token(form), ...fields });
  return answer.status === 303 ? browser.follow(answer) : answer;
}

const run = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);

/** The words of a page, without its markup. */
function words({ body }: Answer): string {
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
}

async function invitationOf(email: string): Promise<{ readonly id: Id; readonly token: string }> {
  const { rows } = await http.owner.query<{ id: Id; link: Id }>(
    `select v.id, l.id as link from role_invitations v join signed_links l on l.subject_id = v.id
     where v.email = $1 and l.revoked_at is null order by l.created_at desc limit 1`,
    [email],
  );
  const { id = '', link = '' } = rows[0] ?? {};
  const token = await run(Database).read(
    { actor: SYSTEM, language: 'en', clock: systemClock, requestId: 'test' },
    (ctx) => run(SignedLinks).tokenOf(ctx, link),
  );
  return { id, token };
}

async function linkOf(purpose: string, clock: Clock = systemClock): Promise<string> {
  const { token } = await run(Database).transaction(
    { actor: SYSTEM, language: 'en', clock, requestId: 'test' },
    (ctx) => run(SignedLinks).issue(ctx, { purpose, subject: { kind: 'test', id: newId() }, validDays: 1 }),
  );
  return token;
}

describe('what a role may do', () => {
  it.each(LANGUAGES)(
    'has words in %s for every act, relation, state and refusal of every policy',
    (language) => {
      const translator = run(Translator);
      const subjects: Readonly<Record<string, string>> = {
        application: 'applications.states',
        agreement: 'agreements.states',
        decision: 'approvals.states',
        role: 'access.people.states',
        role_invitation: 'access.invitations.state',
      };
      const wanted = run(PolicyRegistry)
        .policies()
        .flatMap((policy) => [
          `subjects.${policy.subject}`,
          ...policy
            .actions()
            .flatMap((action) => [
              `actions.${action}`,
              ...policy
                .rowsOf(action)
                .flatMap((row) => [
                  `relations.${policy.subject}.${row.relation}`,
                  ...(row.states ?? []).map(
                    (state) => `${subjects[policy.subject] ?? `record_states.${policy.subject}`}.${state}`,
                  ),
                  ...(row.unless ?? []).map(({ reason }) => `reasons.${reason}`),
                ]),
            ]),
        ]);
      const roles = ROLES.flatMap((role) => [`access.roles.about.${role}`, `access.roles.given_by.${role}`]);
      expect([...new Set([...wanted, ...roles])].filter((key) => !translator.has(language, key))).toEqual([]);
    },
  );

  it('is told to everybody who is signed in, from the very rows that decide', async () => {
    const all = await student.browser.open('/admin/roles');
    expect(all.status).toBe(200);
    for (const role of ROLES) expect(all.body).toContain(`href="/admin/roles/${role}"`);
    const one = words(await student.browser.open('/admin/roles/coordinator'));
    expect(one).toContain('Nominate a candidate to the host institution');
    expect(one).toContain('applicants of the institution or unit of the role');
    expect(one).not.toContain('Decide for one side');
    expect((await student.browser.open('/admin/roles/emperor')).status).toBe(404);
  });

  it('opens in every language', async () => {
    for (const language of LANGUAGES) {
      const page = await student.browser.open(`/admin/roles/ministry_officer?lang=${language}`);
      expect(page.status).toBe(200);
    }
    await student.browser.open('/?lang=en');
  });
});

describe('people and roles', () => {
  it('shows to each office those of its own scope alone', async () => {
    const seen = async (who: Somebody) => {
      const page = await who.browser.open('/admin/people');
      expect(page.status).toBe(200);
      return [coordinator, neighbour, foreigner].map(({ name }) => words(page).includes(name));
    };
    expect(await seen(admin)).toEqual([true, true, true]);
    expect(await seen(officer)).toEqual([true, true, false]);
    expect(await seen(keeper)).toEqual([true, false, false]);
  });

  it('is not for those who keep nobody', async () => {
    expect((await student.browser.get('/admin/people')).status).toBe(403);
    expect((await coordinator.browser.get('/admin/people')).status).toBe(403);
    expect((await coordinator.browser.get('/admin/people/grant')).status).toBe(403);
    expect((await officer.browser.get('/admin/confirmations')).status).toBe(403);
  });

  it('is narrowed by name, role, institution and time', async () => {
    const rows = async (query: string) => {
      const page = await officer.browser.open(`/admin/people?${query}`);
      expect(page.status).toBe(200);
      return (page.body.match(/data-worklist-row/g) ?? []).length;
    };
    expect(await rows(`q=${encodeURIComponent(neighbour.name)}`)).toBe(1);
    expect(await rows(`institution=${await world.institution(NOVI_SAD)}`)).toBe(1);
    expect(await rows('role=institution_administrator')).toBe(1);
    expect(await rows('state=ended')).toBe(0);
    expect(words(await officer.browser.open('/admin/people?q=nobody-at-all'))).toContain(
      'Nobody fits this search',
    );
  });

  it('gives a page only of somebody of whom one sees a role, and says the same of all others', async () => {
    const page = await keeper.browser.open(`/admin/people/${coordinator.id}`);
    expect(page.status).toBe(200);
    expect(words(page)).toContain(coordinator.email);
    const stranger = newId();
    const [beyond, nobody] = [
      await keeper.browser.open(`/admin/people/${neighbour.id}`),
      await keeper.browser.open(`/admin/people/${stranger}`),
    ];
    expect([beyond.status, nobody.status]).toEqual([404, 404]);
    expect(words(beyond).replaceAll(neighbour.id, stranger)).toBe(words(nobody));
    expect(beyond.body).not.toContain(neighbour.email);
  });

  it('keeps the words and names the field when a role cannot be given so', async () => {
    const institution = await world.institution(BELGRADE);
    const page = '/admin/people/grant?role=coordinator';
    const answer = await send(keeper, page, '/admin/people/grant', {
      role: 'coordinator',
      email: 'no address',
      institution,
      side: 'home',
      'until-day': '31',
      'until-month': '2',
      'until-year': '2030',
      reason: 'Decision 12/2027',
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toContain('<title>Error: ');
    expect(answer.body).toMatch(/href="#field-email">E-mail address: .*href="#field-until">Last day: /s);
    expect(answer.body).toContain('Decision 12/2027');
    expect(answer.body).toMatch(/value="home"[^>]*checked/);
  });

  it('refuses a role to oneself, outside of one’s scope, and one that is not one’s own to give', async () => {
    const fields = { role: 'coordinator', side: 'both', reason: 'test' };
    const institution = await world.institution(BELGRADE);
    const toOneself = await send(keeper, '/admin/people/grant?role=coordinator', '/admin/people/grant', {
      ...fields,
      institution,
      email: keeper.email,
    });
    expect(toOneself.status).toBe(403);
    expect(words(toOneself)).toContain('Nobody gives a role to themselves.');
    const elsewhere = await send(keeper, '/admin/people/grant?role=coordinator', '/admin/people/grant', {
      ...fields,
      institution: await world.institution(NOVI_SAD),
      email: coordinator.email,
    });
    expect([403, 404]).toContain(elsewhere.status);
    // The form itself offers what may be given, and no more.
    const form = await keeper.browser.open('/admin/people/grant');
    expect(form.body).toContain('role=signatory');
    expect(form.body).not.toContain('role=ministry_officer');
  });

  it('gives a role, tells who gave it and why, and ends it with a reason', async () => {
    const institution = await world.institution(BELGRADE);
    const given = await send(keeper, '/admin/people/grant?role=signatory', '/admin/people/grant', {
      role: 'signatory',
      institution,
      email: coordinator.email,
      'until-day': '30',
      'until-month': '9',
      'until-year': '2099',
      reason: 'Decision 7/2027',
    });
    expect(words(given)).toContain(`The role is given to ${coordinator.email}`);
    const page = await keeper.browser.open(`/admin/people/${coordinator.id}`);
    expect(words(page)).toContain(`Given by ${keeper.name}`);
    expect(words(page)).toContain('Decision 7/2027');
    expect(words(page)).toContain('30 September 2099');
    const { rows } = await http.owner.query<{ id: Id }>(
      "select id from role_grants where role = 'signatory' and person_id = $1",
      [coordinator.id],
    );
    const end = `/admin/people/grants/${rows[0]?.id ?? ''}/end`;
    const silent = await send(keeper, end, end, { reason: ' ' });
    expect(silent.status).toBe(422);
    expect(silent.body).toContain('href="#field-reason"');
    const ended = await send(keeper, end, end, { reason: 'Moved on' });
    expect(words(ended)).toContain(`Ended by ${keeper.name}`);
    expect(words(ended)).toContain('Moved on');
    // What is ended is not offered to be ended once more.
    expect(ended.body).not.toContain(end);
  });

  it('lets nobody end a role of somebody whom they do not see', async () => {
    const { rows } = await http.owner.query<{ id: Id }>('select id from role_grants where person_id = $1', [
      neighbour.id,
    ]);
    const end = `/admin/people/grants/${rows[0]?.id ?? ''}/end`;
    expect((await keeper.browser.get(end)).status).toBe(404);
  });
});

describe('four eyes', () => {
  it('tells the one who gave the role that another has to confirm it, and asks the other', async () => {
    const expert = await somebody('outsider@rs.demo');
    // Known to nobody before they hold a role: the address becomes an invitation, so they are made known first.
    await insertRows(http.owner, 'role_grants', [
      grantRow(expert.id, 'ministry_officer', { country: 'RS', valid_until: '2001-01-01T00:00:00Z' }),
    ]);
    const given = await send(admin, '/admin/people/grant?role=commission_member', '/admin/people/grant', {
      role: 'commission_member',
      country: 'RS',
      email: expert.email,
      reason: 'Nominated by the ministry',
    });
    expect(words(given)).toContain('waits for a second administrator');
    const { rows } = await http.owner.query<{ id: Id }>(
      "select id from role_grants where role = 'commission_member' and person_id = $1",
      [expert.id],
    );
    const confirm = `/admin/confirmations/${rows[0]?.id ?? ''}/confirm`;
    const own = await admin.browser.open('/admin/confirmations');
    expect(words(own)).toContain('You gave this role yourself, so another administrator has to confirm it.');
    expect(own.body).not.toContain(confirm);
    const others = await otherAdmin.browser.open('/admin/confirmations');
    expect(others.body).toContain(confirm);
    const done = await send(otherAdmin, '/admin/confirmations', confirm);
    expect(words(done)).toContain('The role is confirmed.');
    const page = words(await admin.browser.open(`/admin/people/${expert.id}`));
    expect(page).toContain(`Confirmed by ${otherAdmin.name}`);
  });
});

describe('an invitation', () => {
  const fields = async (email: string) => ({
    role: 'coordinator',
    email,
    language: 'ru',
    institution: await world.institution(BELGRADE),
    side: 'host',
    reason: 'New in the office',
  });

  it('is sent, opened without an account, read after signing in, taken up once', async () => {
    const email = 'signatory@bg.rs.demo';
    const sent = await send(
      keeper,
      '/admin/people/invite?role=coordinator',
      '/admin/people/invite',
      await fields(email),
    );
    expect(words(sent)).toContain(`An invitation has been sent to ${email}`);
    const { token } = await invitationOf(email);
    const address = `/invitations/${token}`;
    const closed = await http.browser().open(`${address}?lang=en`);
    expect(closed.status).toBe(200);
    expect(closed.body).toContain(`/sign-in?return=${encodeURIComponent(address)}`);
    // What is offered is told to nobody who only found the link.
    expect(words(closed)).not.toContain(keeper.name);
    const invited = await somebody(email);
    const offer = words(await invited.browser.open(address));
    for (const part of [keeper.name, 'University of Belgrade', 'for those who come', 'New in the office']) {
      expect(offer).toContain(part);
    }
    const accepted = await send(invited, address, address);
    expect(words(accepted)).toContain('You have accepted.');
    expect(words(accepted)).toContain('Institutional coordinator');
    const again = await invited.browser.open(address);
    expect(again.status).toBe(409);
    expect(words(again)).toContain('This invitation has been used');
  });

  it('is sent again under a new link, and withdrawn', async () => {
    const email = 'somebody@example.org';
    await send(keeper, '/admin/people/invite?role=coordinator', '/admin/people/invite', await fields(email));
    const first = await invitationOf(email);
    const resent = await send(keeper, '/admin/invitations', `/admin/invitations/${first.id}/resend`);
    expect(words(resent)).toContain('The invitation has been sent again.');
    const old = await student.browser.open(`/invitations/${first.token}`);
    expect([old.status, words(old).includes('This invitation was withdrawn')]).toEqual([409, true]);
    const second = await invitationOf(email);
    expect((await student.browser.open(`/invitations/${second.token}`)).status).toBe(200);
    const withdrawn = await send(keeper, '/admin/invitations', `/admin/invitations/${first.id}/withdraw`);
    expect(words(withdrawn)).toContain('The invitation is withdrawn.');
    expect((await student.browser.open(`/invitations/${second.token}`)).status).toBe(409);
    const list = await keeper.browser.open('/admin/invitations?state=withdrawn');
    expect(words(list)).toContain(email);
    expect(list.body).not.toContain('/resend');
  });

  it('has a page of its own for each way in which a link is no use', async () => {
    const past: Clock = { now: () => new Date(Date.now() - 30 * 86_400_000) };
    const cases = [
      ['nonsense', 404, 'This link is not known'],
      [await linkOf('reference'), 403, 'This link is for something else'],
      [await linkOf('role_invitation', past), 409, 'This invitation has expired'],
    ] as const;
    for (const [token, status, text] of cases) {
      for (const browser of [http.browser(), student.browser]) {
        const page = await browser.open(`/invitations/${token}?lang=en`);
        expect([page.status, words(page).includes(text)]).toEqual([status, true]);
      }
    }
  });

  it('is nobody’s to look after who could not send it', async () => {
    expect((await coordinator.browser.get('/admin/invitations')).status).toBe(403);
  });
});

describe('why somebody can or can’t', () => {
  const ask = (who: Somebody, query: Readonly<Record<string, string>>) =>
    who.browser.open(`/admin/why?${new URLSearchParams(query).toString()}`);

  it('says that one may, and by which role', async () => {
    const page = await ask(coordinator, { action: 'application.nominate', record: number });
    expect(page.status).toBe(200);
    expect(words(page)).toContain('Can');
    expect(words(page)).toContain('Allows it');
    expect(page.body).toContain(number);
  });

  it('puts first what allows it, and names a role that is not held once', async () => {
    const { body } = await ask(coordinator, { action: 'application.read' });
    const roles = [
      ...body.matchAll(/most-grant__role"><a class="govuk-link" href="\/admin\/roles\/(\w+)"/g),
    ].map(([, role]) => role);
    expect(roles).toContain('ministry_officer');
    expect(roles.filter((role) => role === 'ministry_officer')).toHaveLength(1);
    expect(roles.indexOf('coordinator')).toBeLessThan(roles.indexOf('ministry_officer'));
  });

  it('tells separation of duties before one tries', async () => {
    const page = words(await ask(coordinator, { action: 'application.nominate', record: ownNumber }));
    expect(page).toContain('Cannot');
    expect(page).toContain('somebody else has to decide');
  });

  it('says of a stranger’s record and of none the same', async () => {
    const [hidden, none] = [
      await ask(neighbour, { action: 'application.nominate', record: number }),
      await ask(neighbour, { action: 'application.nominate', record: 'RS-2027-999999' }),
    ];
    expect([hidden.status, none.status]).toEqual([422, 422]);
    expect(words(hidden).replaceAll(number, 'X')).toBe(words(none).replaceAll('RS-2027-999999', 'X'));
  });

  it('says of a person beyond one’s scope and of none the same', async () => {
    const [beyond, none] = [
      await ask(keeper, { action: 'application.nominate', email: neighbour.email }),
      await ask(keeper, { action: 'application.nominate', email: 'nobody@example.org' }),
    ];
    expect([beyond.status, none.status]).toEqual([422, 422]);
    expect(words(beyond).replaceAll(neighbour.email, 'X')).toBe(
      words(none).replaceAll('nobody@example.org', 'X'),
    );
    expect((await ask(keeper, { action: 'application.nominate', person: neighbour.id })).status).toBe(404);
    expect((await ask(student, { action: 'application.nominate', person: coordinator.id })).status).toBe(404);
  });

  it('explains another’s right by the roles that one may see, and names none that one may not', async () => {
    await insertRows(http.owner, 'role_grants', [
      grantRow(coordinator.id, 'ministry_officer', { country: 'RS' }),
    ]);
    const toKeeper = words(await ask(keeper, { action: 'decision.decide', email: coordinator.email }));
    expect(toKeeper).toContain('Cannot');
    expect(toKeeper).toContain('not among the roles that you may see');
    const toOfficer = words(await ask(officer, { action: 'decision.decide', email: coordinator.email }));
    expect(toOfficer).toContain('It depends');
    await http.owner.query(
      "update role_grants set revoked_at = now() where person_id = $1 and role = 'ministry_officer'",
      [coordinator.id],
    );
  });

  it('offers to those without an office only themselves', async () => {
    const page = await ask(student, { action: 'application.submit' });
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('name="email"');
    expect(words(page)).toContain('everybody who signs in has it');
  });
});

describe('one’s own account', () => {
  it('lists its roles with what they open', async () => {
    const page = words(await coordinator.browser.open('/account/rights'));
    expect(page).toContain('Institutional coordinator');
    expect(page).toContain('University of Belgrade');
    expect(page).toContain('Answer a nomination as the host');
    expect(page).not.toContain('Decide for one side');
  });

  it('lists what it has done, and not what others did', async () => {
    const page = words(await keeper.browser.open('/account/history'));
    expect(page).toContain('Gave a role');
    expect(page).toContain('Invited somebody to a role');
    expect(words(await student.browser.open('/account/history'))).not.toContain('Gave a role');
  });

  it('lends an office until a day, and takes it back', async () => {
    const { rows } = await http.owner.query<{ id: Id }>(
      "select id from role_grants where role = 'coordinator' and person_id = $1",
      [coordinator.id],
    );
    const grant = rows[0]?.id ?? '';
    const address = '/account/deputies';
    const endless = await send(coordinator, address, address, {
      grant,
      email: neighbour.email,
      reason: 'Leave',
    });
    expect(endless.status).toBe(422);
    expect(endless.body).toContain('href="#field-until"');
    expect(endless.body).toContain(neighbour.email);
    // Somebody whose address the coordinator does not see is invited to stand in.
    const asked = await send(coordinator, address, address, {
      grant,
      email: neighbour.email,
      reason: 'Leave',
      'until-day': '1',
      'until-month': '3',
      'until-year': '2099',
    });
    expect(asked.status).toBe(200);
    const said = words(asked);
    if (said.includes('An invitation to act for you')) {
      const { token } = await invitationOf(neighbour.email);
      await send(neighbour, `/invitations/${token}`, `/invitations/${token}`);
    }
    expect(words(await neighbour.browser.open('/account/rights'))).toContain(
      `You act for ${coordinator.name}`,
    );
    expect(words(await neighbour.browser.open(address))).toContain('You act for');
    const mine = await coordinator.browser.open(address);
    expect(words(mine)).toContain(neighbour.name);
    const end = /href="(\/admin\/people\/grants\/[^"]+\/end)"/.exec(mine.body)?.[1] ?? '';
    const ended = await send(coordinator, end, end, { reason: 'Back again' });
    expect(words(ended)).toContain('Nobody acts for you.');
  });

  it('tells those without an office why they can appoint nobody', async () => {
    const page = words(await student.browser.open('/account/deputies'));
    expect(page).toContain('You hold no role in which somebody could act for you.');
  });
});

describe('units', () => {
  it('are kept by the administrator of their institution alone, with words kept when a name is missing', async () => {
    const institution = await world.institution(BELGRADE);
    const add = `/admin/units/${institution}/add`;
    const missing = await send(keeper, '/admin/units', add, { sr: 'Правни факултет', ru: '', en: '' });
    expect(missing.status).toBe(422);
    expect(missing.body).toContain('Правни факултет');
    // Each line of the summary says of which field it is.
    expect(missing.body).toMatch(/-ru">Name in Russian: [^<]+<\/a>/);
    const added = await send(keeper, '/admin/units', add, {
      sr: 'Правни факултет',
      ru: 'Юридический факультет',
      en: 'Faculty of Law',
    });
    expect(words(added)).toContain('Faculty of Law');
    const form = words(await keeper.browser.open('/admin/people/grant?role=coordinator'));
    expect(form).toContain('Faculty of Law');
    expect((await coordinator.browser.get('/admin/units')).status).toBe(403);
  });
});

describe('every page', () => {
  const pages: readonly (readonly [() => Somebody, readonly string[]])[] = [
    [
      () => admin,
      [
        '/admin/people',
        '/admin/people/grant?role=reviewer',
        '/admin/confirmations',
        '/admin/invitations',
        '/admin/why',
      ],
    ],
    [() => officer, ['/admin/people', '/admin/people/grant?role=coordinator', '/admin/proposals']],
    [() => keeper, ['/admin/people/invite?role=signatory', '/admin/units', '/admin/proposals']],
    [
      () => coordinator,
      ['/account/rights', '/account/history', '/account/deputies', '/admin/roles', '/admin/why'],
    ],
  ];

  it.each<Language>([...LANGUAGES])('opens in %s', async (language) => {
    for (const [who, addresses] of pages) {
      for (const address of addresses) {
        const sign = address.includes('?') ? '&' : '?';
        const page = await who().browser.open(`${address}${sign}lang=${language}`);
        expect([address, page.status]).toEqual([address, 200]);
      }
      await who().browser.open('/?lang=en');
    }
  });

  it('leaves the record as it has to be', async () => {
    await http.owner.query('delete from applications');
    await expectInvariants(http.owner);
  });
});

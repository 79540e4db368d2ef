import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  AnswerAgreement,
  KeepAgreements,
  PrepareAgreement,
  ProposeAgreement,
} from '../../src/agreements/public.js';
import { AcceptInvitation } from '../../src/access/operations/accept-invitation.js';
import { GrantRole } from '../../src/access/operations/grant-role.js';
import { InviteToRole } from '../../src/access/operations/invite-to-role.js';
import { RevokeGrant } from '../../src/access/operations/revoke-grant.js';
import { WithdrawInvitation } from '../../src/access/operations/withdraw-invitation.js';
import { NotificationsModule } from '../../src/notifications/notifications.module.js';
import { QueueMails } from '../../src/notifications/operations/queue-mails.js';
import { SendMail } from '../../src/notifications/operations/send-mail.js';
import { systemContext } from '../../src/platform/database/database.js';
import { Mailer } from '../../src/platform/mail/mailer.js';
import type { DeliveredEvent } from '../../src/platform/outbox/outbox.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { GrantedRole } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import { DAY_MS, buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

type Sent = Parameters<Mailer['send']>[0];

let http: HttpApp;
let scratch: string;
let world: World;
let belgrade: Id;
const sent: Sent[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-role-mails-'));
  http = await startHttpApp({ imports: [...exchangeModules(scratch), NotificationsModule] });
  world = await buildWorld(http.app, http.owner);
  belgrade = await world.institution('university-of-belgrade');
  // The letter box at the end of the road; everything before it is the real thing.
  http.app.get(Mailer).send = (mail) => {
    sent.push(mail);
    return Promise.resolve();
  };
}, 60_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

async function somebody(role?: GrantedRole, scope: object = {}): Promise<RequestContext> {
  const id = newId();
  await insertRows(http.owner, 'persons', [personRow(id, 'RS')]);
  const row = grantRow(id, role ?? 'auditor', { ...scope });
  if (role) await insertRows(http.owner, 'role_grants', [row]);
  const { institution_id = null, country = null } = row as Record<string, string | null>;
  const grants = role
    ? [{ id: String(row.id), role, institutionId: institution_id, country, unitId: null, side: null }]
    : [];
  const actor = { ...ANONYMOUS, kind: 'person' as const, personId: id, grants, secondFactor: true };
  return { ...systemContext(systemClock), actor };
}

/** Delivers every event since the last time, as the worker does, and answers the mails that were sent for them. */
let delivered = '0';
async function mails(about = 'role.'): Promise<Sent[]> {
  sent.length = 0;
  const { rows } = await http.owner.query<DeliveredEvent & { kind: string; of: string }>(
    `select id::text, at, type, subject_kind as kind, subject_id as of, payload, actor_id as "actorId" from outbox_events
     where id > $1 order by id`,
    [delivered],
  );
  for (const { kind, of, ...event } of rows) {
    delivered = event.id;
    if (!event.type.startsWith(about)) continue;
    await http.app.get(QueueMails).run({ ...event, subject: { kind, id: of } });
    await http.app.get(QueueMails).run({ ...event, subject: { kind, id: of } });
  }
  const queued = await http.owner.query<{ id: Id }>(
    "select id from mail_messages where state = 'queued' order by queued_at, id",
  );
  for (const { id } of queued.rows) await http.app.get(SendMail).run(id);
  return [...sent];
}
const addressOf = ({ actor }: RequestContext) => `${actor.personId ?? ''}@example.org`;

it('an invitation reaches an address once, with a link that works and that no table holds', async () => {
  const keeper = await somebody('institution_administrator', { institution_id: belgrade });
  await http.app.get(InviteToRole).run(keeper, {
    email: 'new@example.org',
    language: 'en',
    role: 'coordinator',
    scope: { institutionId: belgrade, side: 'home' },
    reason: 'Welcome to the office',
  });
  const [mail, ...more] = await mails();
  expect(more).toEqual([]);
  expect(mail?.to.address).toBe('new@example.org');
  expect(mail?.subject).toContain('Invitation');
  expect(mail?.text).toContain('University of Belgrade, for those who leave');
  expect(mail?.text).toContain('Welcome to the office');
  const [, token = ''] = /\/invitations\/([\w.-]+)/.exec(mail?.text ?? '') ?? [];
  expect(mail?.html).toContain(`/invitations/${token}`);
  const { rows } = await http.owner.query<{ row: string }>(
    'select m::text as row from mail_messages m union all select l::text from signed_links l',
  );
  expect(rows.some(({ row }) => row.includes(token.split('.')[1] ?? ''))).toBe(false);

  const newcomer = await somebody();
  await http.app.get(AcceptInvitation).run(newcomer, token);
  const told = await mails();
  // The inviter hears of it; whoever accepted knows what they just did.
  expect(told.map(({ to }) => to.address)).toEqual([addressOf(keeper)]);
});

it('one that was withdrawn before its mail was written is not sent', async () => {
  const keeper = await somebody('institution_administrator', { institution_id: belgrade });
  const { id } = await http.app.get(InviteToRole).run(keeper, {
    email: 'another@example.org',
    role: 'coordinator',
    scope: { institutionId: belgrade },
    reason: 'test',
  });
  await http.app.get(WithdrawInvitation).run(keeper, { invitationId: id });
  expect(await mails()).toEqual([]);
});

it('who is given a role hears of it, and of its end with the reason; a second administrator of what waits', async () => {
  const keeper = await somebody('institution_administrator', { institution_id: belgrade });
  const colleague = await somebody('signatory', { institution_id: belgrade });
  const { id } = await http.app.get(GrantRole).run(keeper, {
    role: 'coordinator',
    scope: { institutionId: belgrade },
    reason: 'test',
    personId: colleague.actor.personId ?? '',
  });
  expect((await mails()).map(({ to }) => to.address)).toEqual([addressOf(colleague)]);
  await http.app.get(RevokeGrant).run(keeper, { grantId: id, reason: 'The office was closed' });
  const [ended] = await mails();
  expect([ended?.to.address, ended?.text.includes('The office was closed')]).toEqual([
    addressOf(colleague),
    true,
  ]);

  const [first, second] = [
    await somebody('programme_administrator'),
    await somebody('programme_administrator'),
  ];
  await http.app.get(GrantRole).run(first, {
    role: 'commission_member',
    scope: { country: 'RS' },
    reason: 'test',
    personId: colleague.actor.personId ?? '',
  });
  expect((await mails()).map(({ to }) => to.address)).toEqual([addressOf(second)]);
});

const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const text = (words: string) => ({ sr: words, ru: words, en: words });

it('the sides of an agreement hear what is proposed, what came back with its reason, and what ends soon, once', async () => {
  await mails('agreement.');
  const moscow = await world.institution('lomonosov-moscow-state-university');
  const author = await somebody('coordinator', { institution_id: belgrade });
  await insertRows(http.owner, 'role_grants', [
    grantRow(author.actor.personId ?? '', 'signatory', { institution_id: belgrade }),
  ]);
  const signatory = await somebody('signatory', { institution_id: moscow });
  const colleague = await somebody('coordinator', { institution_id: moscow });
  const officer = await somebody('ministry_officer', { country: 'RU' });
  await http.owner.query("update persons set language = 'en'");
  const subjects = async () => new Map((await mails('agreement.')).map((mail) => [mail.to.address, mail]));

  const parties = [
    { country: 'RS', institutionId: belgrade, name: text('Београд') },
    { country: 'RU', institutionId: moscow, name: text('Moscow') },
  ];
  const id = await http.app.get(PrepareAgreement).prepareAgreement(author, {
    kind: 'inter_institutional',
    reference: 'ИСБ-7',
    title: text('Exchange of students'),
    parties,
    themes: [],
    text: { articles: [{ title: text('Subject'), body: text('Ten students a year.') }] },
    quotas: [
      {
        homeCountry: 'RS',
        hostCountry: 'RU',
        category: 'student',
        academicYear: '2027/28',
        persons: 10,
        months: 0,
      },
    ],
    validFrom: day(1),
  });
  await http.app.get(ProposeAgreement).proposeAgreement(author, id);
  const proposed = await subjects();
  expect(proposed.get(addressOf(signatory))?.subject).toContain('awaits the signature of your institution');
  expect(proposed.get(addressOf(colleague))?.subject).toContain('a text has been proposed');
  expect(proposed.get(addressOf(colleague))?.text).toContain(`/agreements/${encodeURIComponent('ИСБ-7')}`);
  // The author wrote the text and may not sign it; the ministry hears by its decision.
  expect([proposed.has(addressOf(author)), proposed.has(addressOf(officer))]).toEqual([false, false]);

  const { rows } = await http.owner.query<{ hash: string }>(
    'select content_hash as hash from agreement_versions where agreement_id = $1',
    [id],
  );
  await http.app.get(AnswerAgreement).answerAgreement(signatory, id, {
    hash: rows[0]?.hash ?? '',
    verdict: 'returned',
    office: 'Rector',
    reason: 'The quota is too large.',
  });
  const returned = await subjects();
  expect(returned.get(addressOf(author))?.text).toContain('> The quota is too large.');
  expect(returned.get(addressOf(author))?.text).toContain('Decided by: Moscow');
  expect([returned.has(addressOf(colleague)), returned.has(addressOf(signatory))]).toEqual([true, false]);

  const memorandum = await world.prepareAgreement({ validFrom: day(-1), validUntil: day(20) });
  await http.app.get(ProposeAgreement).proposeAgreement(systemContext(systemClock), memorandum);
  await world.approve(memorandum);
  expect((await subjects()).get(addressOf(officer))?.subject).toContain('in force');
  for (const told of [1, 0]) {
    await http.app.get(KeepAgreements).keep(systemClock);
    const reminded = await subjects();
    expect([...reminded.keys()].filter((address) => address === addressOf(officer))).toHaveLength(told);
    if (told > 0) expect(reminded.get(addressOf(officer))?.subject).toMatch(/ends on \d+ \w+ \d+/);
  }
});

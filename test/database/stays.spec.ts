import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnswerOffer, NOT_CLEARED, WithdrawApplication } from '../../src/applications/public.js';
import { IssueAwardLetter } from '../../src/applications/operations/issue-award-letter.js';
import { Balances } from '../../src/ledger/public.js';
import type { BalanceRow } from '../../src/ledger/public.js';
import {
  CertifyStay,
  EndStay,
  KeepCertificates,
  ReadStays,
  RecordPayment,
} from '../../src/mobilities/public.js';
import { RevokeConsent } from '../../src/privacy/operations/revoke-consent.js';
import { Outbox } from '../../src/platform/outbox/outbox.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Grant } from '../../src/shared/actor.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import { HOUSE, SHORT_CUTS } from '../factories/accepted-place.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { violationsIn } from './expect-invariants.js';

/** The stay by its acts on the real database, in both directions, and what must never happen to it. */

const STAY_FROM = '2027-09-01';
const STAY_UNTIL = '2028-01-31';

let http: HttpApp;
let world: World;
let scratch: string;
const now = new Date();
const clock = new SettableClock(now);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-stays-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  world = await buildWorld(http.app, http.owner, systemClock);
  // A letter tells of all that was decided before: here nothing was.
  http.app.get(IssueAwardLetter).run = () => Promise.resolve();
}, 60_000);

afterAll(async () => {
  const broken = await violationsIn(http.owner);
  expect(broken.filter(({ invariant }) => !SHORT_CUTS.includes(invariant))).toEqual([]);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const run = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);

async function person(country: string, grants: readonly Grant[] = []): Promise<RequestContext> {
  const id = newId();
  await http.owner.query(
    `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
     values ($1, $2, 'Јовић', 'Ана', 'sr-Cyrl', $3, 'sr-Cyrl', now())`,
    [id, country, `${id}@example.org`],
  );
  for (const { role, institutionId, country: scope } of grants) {
    await http.owner.query(
      `insert into role_grants (id, person_id, role, institution_id, country, reason, valid_from)
       values ($1, $2, $3, $4, $5, 'test', '2000-01-01')`,
      [newId(), id, role, institutionId, scope],
    );
  }
  const actor = {
    kind: 'person',
    personId: id,
    name: 'Ана',
    grants,
    ties: NO_TIES,
    secondFactor: true,
    scopes: null,
  } as const;
  return { actor, language: 'sr-Cyrl', clock, requestId: `test-${id}` };
}

const coordinator = async (country: string) =>
  person(country, [
    { role: 'coordinator', institutionId: await world.institution(HOUSE[country] ?? ''), country: null },
  ]);
const officer = (country: string) =>
  person(country, [{ role: 'ministry_officer', institutionId: null, country }]);

interface Offer {
  readonly id: string;
  readonly callId: string;
  readonly placeId: string;
  readonly student: RequestContext;
}

let numbered = 0;

/** Somebody to whom a place was offered: what each pays stands with the place. */
async function offer(home: string, host: string): Promise<Offer> {
  clock.set(now);
  const callId = await world.publishedCall({
    directions: [{ homeCountry: home, hostCountry: host }],
    places: [
      {
        institutionId: await world.institution(HOUSE[host] ?? ''),
        fieldCode: '0613',
        level: 7,
        language: 'en',
        languageLevel: 'B2',
        months: 5,
        services: null,
        capacity: 1,
        cost: [
          {
            item: 'stipend',
            payer: 'host_country',
            amount: { minor: 20_000_00, currency: 'RUB' },
            per: 'month',
          },
          { item: 'travel', payer: 'home_country', amount: { minor: 300_00, currency: 'EUR' }, per: 'once' },
          { item: 'insurance', payer: 'host_institution', amount: null, per: 'once' },
        ],
      },
    ],
  });
  const student = await person(home);
  const { rows } = await http.owner.query<{ id: string }>('select id from call_places where call_id = $1', [
    callId,
  ]);
  const placeId = rows[0]?.id ?? '';
  const id = newId();
  numbered += 1;
  await http.owner.query(
    `insert into applications (id, call_id, form_version, applicant_id, home_country, home_institution_id, host_country,
       host_institution_id, state, result, state_since, due_at, number, submissions, submitted_at, language, place_id,
       transferred_at, created_at)
     select $1, c.id, c.form_version, $3, $4, $5, $6, p.institution_id, 'offered', 'selected', $7, $8, $9, 1, $7, 'sr-Cyrl',
       p.id, $7, $7 from calls c join call_places p on p.call_id = c.id where p.id = $2`,
    [
      id,
      placeId,
      student.actor.personId,
      home,
      await world.institution(HOUSE[home] ?? ''),
      host,
      now,
      new Date(now.getTime() + 86_400_000),
      `${home}-2027-${String(numbered).padStart(6, '0')}`,
    ],
  );
  await http.owner.query('update call_places set taken = taken + 1 where id = $1', [placeId]);
  return { id, callId, placeId, student };
}

interface Stay {
  readonly id: string;
  readonly state: string;
  readonly plannedFrom: string;
  readonly plannedUntil: string;
}

async function stayOf({ id }: Offer): Promise<Stay | undefined> {
  const { rows } = await http.owner.query<Stay>(
    `select id, state, planned_from::text as "plannedFrom", planned_until::text as "plannedUntil"
     from mobilities where application_id = $1 order by created_at desc limit 1`,
    [id],
  );
  return rows[0];
}

async function accepted(home: string, host: string): Promise<Offer & { readonly stay: string }> {
  const made = await offer(home, host);
  await run(AnswerOffer).accept(made.student, made.id);
  return { ...made, stay: (await stayOf(made))?.id ?? '' };
}

/** What one stay comes to, by basis and unit, of a day and as known on one. */
async function booked(
  stay: string,
  on = '2100-01-01',
  knownOn = '2100-01-01',
): Promise<Record<string, number>> {
  const { rows } = await http.owner.query<{ at: string; amount: string }>(
    `select e.basis || ' ' || p.unit as at, sum(p.amount)::text as amount from ledger_entries e
       join ledger_postings p on p.entry_id = e.id join ledger_accounts a on a.id = p.account_id
     where e.stay_id = $1 and a.book in ('received', 'cost') and e.occurred_on <= $2 and e.recorded_on <= $3
     group by 1 having sum(p.amount) <> 0 order by 1`,
    [stay, on, knownOn],
  );
  return Object.fromEntries(rows.map(({ at, amount }) => [at, Number(amount)]));
}

const PLAN = {
  'planned EUR': 300_00,
  'planned RUB': 100_000_00,
  'planned person': 1,
  'planned person_day': 153,
};
const noon = (day: string) => clock.set(new Date(`${day}T12:00:00Z`));
const refusal = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
    return 'done';
  } catch (error) {
    const { reason, fields } = error as { reason?: string; fields?: { field: string; problem: string }[] };
    return fields?.length
      ? fields.map(({ field, problem }) => `${field} ${problem}`).join(', ')
      : String(reason);
  }
};

describe.each([
  ['RS', 'RU'],
  ['RU', 'RS'],
])('a stay from %s to %s', (home, host) => {
  it('is planned by the acceptance, certified by its host, and the ledger has it in the same act', async () => {
    const { stay, callId } = await accepted(home, host);
    expect(await stayOf({ id: await idOf(stay) } as Offer)).toEqual({
      id: stay,
      state: 'planned',
      plannedFrom: STAY_FROM,
      plannedUntil: STAY_UNTIL,
    });
    expect(await booked(stay)).toEqual(PLAN);
    const hosting = await coordinator(host);
    const sending = await coordinator(home);
    noon('2027-09-05');
    // Only the host, never the sender; no day that has not come.
    expect(await refusal(run(CertifyStay).arrival(sending, stay, '2027-09-03'))).toBe('out_of_scope');
    expect(await refusal(run(CertifyStay).arrival(hosting, stay, '2027-09-06'))).toBe('day date_in_future');
    expect(await refusal(run(CertifyStay).departure(hosting, stay, '2027-09-03'))).toBe('wrong_state');
    expect(await refusal(run(CertifyStay).arrival(await person(home), stay, '2027-09-03'))).toBe('not_found');
    await run(CertifyStay).arrival(hosting, stay, '2027-09-03');
    expect(await refusal(run(CertifyStay).arrival(hosting, stay, '2027-09-03'))).toBe('wrong_state');
    expect(await booked(stay)).toEqual({ ...PLAN, 'happened person': 1 });
    const present = await run(Database).read(await officer(home), (ctx) =>
      run(ReadStays).presentOn(ctx, '2027-09-04'),
    );
    expect(present.find((row) => row.homeCountry === home)?.persons).toBeGreaterThan(0);

    noon('2028-01-20');
    expect(await refusal(run(CertifyStay).departure(hosting, stay, '2027-09-02'))).toBe('day before_arrival');
    await run(CertifyStay).departure(hosting, stay, '2028-01-18');
    expect(await booked(stay)).toMatchObject({ 'happened person': 1, 'happened person_day': 138 });

    // Another day, known later: of every day since it is right, and as it was known before it still stands.
    noon('2028-01-25');
    const corrected = { kind: 'arrival', day: '2027-09-13', reason: 'Дошла је десет дана касније' } as const;
    expect(await refusal(run(CertifyStay).correct(hosting, stay, { ...corrected, reason: ' ' }))).toBe(
      'reason required',
    );
    expect(await refusal(run(CertifyStay).correct(sending, stay, corrected))).toBe('out_of_scope');
    await run(CertifyStay).correct(hosting, stay, corrected);
    expect(await booked(stay)).toMatchObject({ 'happened person': 1, 'happened person_day': 128 });
    expect(await booked(stay, '2027-09-10')).not.toHaveProperty(['happened person']);
    expect(await booked(stay, '2027-09-10', '2028-01-24')).toMatchObject({ 'happened person': 1 });
    expect(await booked(stay, '2028-02-01', '2028-01-24')).toMatchObject({ 'happened person_day': 138 });
    const sums = await run(Database).read(systemContext(clock), (ctx) =>
      run(Balances).of(ctx, { on: '2028-02-01' }, ['agreement'], {}),
    );
    const { rows } = await http.owner.query<{ id: string }>(
      'select agreement_id as id from calls where id = $1',
      [callId],
    );
    const days = (row: BalanceRow) =>
      row.agreementId === rows[0]?.id &&
      row.unit === 'person_day' &&
      row.basis === 'happened' &&
      row.homeCountry === home;
    expect(sums.filter(days).map(({ amount }) => amount)).toEqual([128]);
  });

  it('is paid by either side, each its own, and corrected by an entry', async () => {
    const { stay } = await accepted(home, host);
    noon('2027-10-02');
    const hosting = await officer(host);
    const typed = {
      kind: 'instalment',
      purpose: 'stipend',
      payer: 'host_country',
      amount: '20 000,00',
      currency: 'RUB',
      paidOn: '2027-10-01',
      evidence: 'Налог 17/2027',
    };
    expect(await refusal(run(RecordPayment).run(await officer(home), stay, typed))).toBe(
      'payer required_choice',
    );
    expect(
      await refusal(run(RecordPayment).run(hosting, stay, { ...typed, amount: '0', paidOn: '2027-10-03' })),
    ).toBe('amount not_amount, paidOn date_in_future');
    const payment = await run(RecordPayment).run(hosting, stay, typed);
    expect(await booked(stay)).toEqual({ ...PLAN, 'happened RUB': 20_000_00 });
    noon('2027-10-09');
    const outcomes = await Promise.allSettled(
      ['18000', '19000'].map((amount) =>
        run(RecordPayment).correct(hosting, stay, payment, { amount, reason: 'Погрешно' }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await booked(stay, '2027-10-05', '2027-10-08')).toMatchObject({ 'happened RUB': 20_000_00 });
    expect([18_000_00, 19_000_00]).toContain((await booked(stay))['happened RUB']);
    const { rows } = await http.owner.query<{ id: string }>(
      'select id from mobility_payments where mobility_id = $1 and replaces is not null',
      [stay],
    );
    await run(RecordPayment).correct(hosting, stay, rows[0]?.id ?? '', {
      amount: '',
      reason: 'Није плаћено',
    });
    expect(await booked(stay)).toEqual(PLAN);
  });

  it('takes what was paid from the office that paid it, and from no other', async () => {
    const { stay } = await accepted(home, host);
    noon('2027-10-02');
    const said = {
      kind: 'claim',
      purpose: 'travel',
      amount: '100',
      currency: 'EUR',
      paidOn: '2027-10-01',
      evidence: 'Рачун 5',
    };
    const offices = {
      home_country: await officer(home),
      host_country: await officer(host),
      home_institution: await coordinator(home),
      host_institution: await coordinator(host),
    };
    const paid: Record<string, string> = {};
    for (const payer of [...Object.keys(offices), 'programme']) {
      for (const [office, who] of Object.entries(offices)) {
        const theirs = payer === 'programme' ? office.endsWith('country') : office === payer;
        const outcome = await run(RecordPayment)
          .run(who, stay, { ...said, payer })
          .then(
            (id) => {
              paid[payer] = id;
              return 'done';
            },
            (error: unknown) => refusal(Promise.reject(error as Error)),
          );
        expect({ payer, office, outcome }).toEqual({
          payer,
          office,
          outcome: theirs ? 'done' : 'payer required_choice',
        });
      }
    }
    const correction = { amount: '90', reason: 'Погрешно' };
    const wrong = run(RecordPayment).correct(
      offices.home_institution,
      stay,
      paid.home_country ?? '',
      correction,
    );
    expect(await refusal(wrong)).toBe('paid_by_others');
    await run(RecordPayment).correct(offices.home_country, stay, paid.home_country ?? '', correction);
    expect(await booked(stay)).toMatchObject({ 'happened EUR': 590_00 });
  });

  it('is asked of its host once, then told to those above, by the periods of the host country', async () => {
    const { stay } = await accepted(home, host);
    const told = async () => {
      await run(KeepCertificates).run(clock);
      const { rows } = await http.owner.query<{ told: string }>(
        `select type || ' ' || (payload ->> 'kind') || ' ' || (payload ->> 'day') as told from outbox_events
         where subject_id = $1 and type like 'mobility.certificate%' order by id`,
        [stay],
      );
      return rows.map((row) => row.told);
    };
    const officers = { home: await officer(home), host: await officer(host) };
    const waits = async (side: 'home' | 'host') =>
      run(Database).read(officers[side], async (ctx) => {
        const filter = { when: 'escalated', day: STAY_FROM, limit: 200 } as const;
        const listed = (await run(ReadStays).list(ctx, filter)).some(({ id }) => id === stay);
        return { listed, counted: (await run(ReadStays).countEscalated(ctx, 1000)) > 0 };
      });
    noon('2027-09-03');
    expect(await told()).toEqual([]);
    // A host country may say another period: it is data.
    await http.owner.query(
      `insert into certificate_rules (kind, country, reminds_after, escalates_after, valid_from)
       values ('arrival', $1, 5, 10, '2027-01-01')`,
      [host],
    );
    noon('2027-09-04');
    expect(await told()).toEqual([]);
    noon('2027-09-06');
    const asked = `mobility.certificate_owed arrival ${STAY_FROM}`;
    expect(await told()).toEqual([asked]);
    expect(await told()).toEqual([asked]);
    expect(await waits('host')).toMatchObject({ listed: false });
    noon('2027-09-11');
    const overdue = `mobility.certificate_overdue arrival ${STAY_FROM}`;
    expect(await told()).toEqual([asked, overdue]);
    await Promise.all([run(KeepCertificates).run(clock), run(KeepCertificates).run(clock)]);
    expect(await told()).toEqual([asked, overdue]);
    expect(await waits('host')).toEqual({ listed: true, counted: true });
    expect((await waits('home')).listed).toBe(true);
    await http.owner.query("delete from certificate_rules where valid_from = '2027-01-01'");

    await run(CertifyStay).arrival(await coordinator(host), stay, '2027-09-02');
    expect((await waits('host')).listed).toBe(false);
    noon('2028-02-06');
    expect(await told()).toHaveLength(2);
    // The clock stood still: of what is due at once only the graver is told.
    noon('2028-02-21');
    expect((await told()).slice(2)).toEqual([`mobility.certificate_overdue departure ${STAY_UNTIL}`]);
    await run(CertifyStay).departure(await coordinator(host), stay, '2028-02-20');
    noon('2028-06-01');
    expect(await told()).toHaveLength(3);
    const { rows } = await http.owner.query<{ action: string }>(
      "select action from audit_entries where subject_id = $1 and action like 'mobility.%_certificate' order by id",
      [stay],
    );
    expect(rows.map(({ action }) => action.split('.')[1])).toEqual([
      'ask_certificate',
      'escalate_certificate',
      'escalate_certificate',
    ]);
  });

  it('ends before it begins: cancelled leaves the plan, who did not come stays in it', async () => {
    const one = await accepted(home, host);
    const sending = await coordinator(home);
    expect(await refusal(run(EndStay).cancel(sending, one.stay, { reason: '' }))).toBe('reason required');
    await run(EndStay).cancel(sending, one.stay, { reason: 'Факултет је затворен' });
    expect(await booked(one.stay)).toEqual({});

    const other = await accepted(home, host);
    noon('2027-08-30');
    const hosting = await coordinator(host);
    const typed = { reason: 'Није се појавио' };
    expect(await refusal(run(EndStay).noShow(hosting, other.stay, typed))).toBe('stay_not_yet_due');
    noon('2027-09-20');
    await run(EndStay).noShow(hosting, other.stay, typed);
    expect(await booked(other.stay)).toEqual(PLAN);
    expect(await refusal(run(WithdrawApplication).run(other.student, other.id))).toBe('stay_was_not_begun');
    expect(await refusal(run(EndStay).noShow(hosting, other.stay, typed))).toBe('wrong_state');
    // Whoever comes after all is certified by the host, and it stays on record that they had not come.
    expect(await refusal(run(CertifyStay).arrival(sending, other.stay, '2027-09-15'))).toBe('out_of_scope');
    noon('2027-09-21');
    await run(CertifyStay).arrival(hosting, other.stay, '2027-09-15');
    expect(await stayOf(other)).toMatchObject({ state: 'ongoing' });
    expect(await booked(other.stay)).toEqual({ ...PLAN, 'happened person': 1 });
    const { rows } = await http.owner.query<{ kind: string }>(
      'select kind from mobility_certificates where mobility_id = $1 order by certified_at, id',
      [other.stay],
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['no_show', 'arrival']);
  });

  it('goes on when its consents are taken back, on another basis that the register names', async () => {
    const made = await accepted(home, host);
    const agree = async (purpose: string) => {
      const id = newId();
      await http.owner.query(
        `insert into consents (id, person_id, purpose, subject_kind, subject_id, text_version, text_hash, language, given_at)
         values ($1, $2, $3, 'application', $4, '1', repeat('0', 64), 'en', now() - interval '1 day')`,
        [id, made.student.actor.personId, purpose, made.id],
      );
      return id;
    };
    const transfers = async () =>
      (
        await http.owner.query<{ basis: string; version: string | null; act: string }>(
          `select legal_basis as basis, legal_version as version, act from transfers where subject_id = $1 order by at, id`,
          [made.id],
        )
      ).rows;
    await http.owner.query(
      `insert into transfers (id, person_id, subject_kind, subject_id, from_country, to_country, recipient_institution_id,
         purpose, legal_basis, fields, act, at)
       values ($1, $2, 'application', $3, $4, $5, $6, 'nomination', 'consent', '{person}', 'nomination.sent', now())`,
      [newId(), made.student.actor.personId, made.id, home, host, await world.institution(HOUSE[host] ?? '')],
    );
    const first = await agree('cross_border_transfer');
    const hosting = await coordinator(host);
    noon('2027-09-05');
    // While nobody has come, the whole application would be taken back: that is told, and not done here.
    expect(await refusal(run(RevokeConsent).run(made.student, first, 'stay_goes_on'))).toBe(
      'consent_outlook_changed',
    );
    await run(CertifyStay).arrival(hosting, made.stay, '2027-09-01');
    expect(await refusal(run(RevokeConsent).run(made.student, first, 'application_taken_back'))).toBe(
      'consent_outlook_changed',
    );
    await run(RevokeConsent).run(made.student, first, 'stay_goes_on');
    expect(await stayOf(made)).toMatchObject({ state: 'ongoing' });
    expect((await transfers()).slice(1)).toEqual([
      { basis: 'contract', version: '2026-1', act: 'consent.withdrawn' },
    ]);
    const withdrawn = await http.owner.query<{ gone: boolean }>(
      'select withdrawn_at is not null as gone from consents where id = $1',
      [first],
    );
    expect(withdrawn.rows).toEqual([{ gone: true }]);
    await run(RevokeConsent).run(made.student, await agree('processing'), 'stay_goes_on');
    expect(await transfers()).toHaveLength(2);

    noon('2028-01-31');
    await run(CertifyStay).departure(hosting, made.stay, '2028-01-30');
    await run(RevokeConsent).run(made.student, await agree('cross_border_transfer'), 'stay_is_kept');
    expect((await transfers()).slice(2)).toEqual([
      { basis: 'legal_duty', version: '2026-1', act: 'consent.withdrawn' },
    ]);
    expect(await refusal(run(WithdrawApplication).run(made.student, made.id))).toBe('stay_is_over');
  });

  it('is cancelled by whoever withdraws, until they are there', async () => {
    const one = await accepted(home, host);
    await run(WithdrawApplication).run(one.student, one.id);
    expect(await stayOf(one)).toMatchObject({ state: 'cancelled' });
    expect(await booked(one.stay)).toEqual({});

    // The host had the file until then: neither its page nor its lists have the stay any more; whoever sent them reads on.
    const read = (who: RequestContext) =>
      run(Database).read(who, async (ctx) => ({
        one: await refusal(run(ReadStays).load(ctx, one.stay)),
        listed: (await run(ReadStays).list(ctx, { when: 'all', day: STAY_FROM, limit: 100 })).some(
          ({ id }) => id === one.stay,
        ),
      }));
    for (const who of [await coordinator(host), await officer(host)]) {
      expect(await read(who)).toEqual({ one: 'not_found', listed: false });
    }
    expect(await read(await coordinator(home))).toEqual({ one: 'done', listed: true });

    const other = await accepted(home, host);
    noon('2027-09-05');
    await run(CertifyStay).arrival(await coordinator(host), other.stay, '2027-09-01');
    expect(await refusal(run(WithdrawApplication).run(other.student, other.id))).toBe('stay_has_begun');
    expect(await stayOf(other)).toMatchObject({ state: 'ongoing' });
  });

  it('does not begin where a gate is refused after the place was accepted; who is there stays booked', async () => {
    const refused = async (made: Offer) => {
      await http.owner.query(
        `update applications set state = 'not_cleared', result = 'not_selected', place_id = null where id = $1`,
        [made.id],
      );
      await http.owner.query('update call_places set taken = 0 where id = $1', [made.placeId]);
      await run(Database).transaction(systemContext(clock), (ctx) =>
        run(Outbox).emit(ctx, {
          type: NOT_CLEARED,
          subject: { kind: 'application', id: made.id },
          payload: {},
        }),
      );
    };
    const one = await accepted(home, host);
    await refused(one);
    expect(await stayOf(one)).toMatchObject({ state: 'cancelled' });
    expect(await booked(one.stay)).toEqual({});

    const other = await accepted(home, host);
    noon('2027-09-05');
    await run(CertifyStay).arrival(await coordinator(host), other.stay, '2027-09-01');
    await refused(other);
    expect(await stayOf(other)).toMatchObject({ state: 'ongoing' });
    expect(await booked(other.stay)).toEqual({ ...PLAN, 'happened person': 1 });
  });
});

async function idOf(stay: string): Promise<string> {
  const { rows } = await http.owner.query<{ id: string }>(
    'select application_id as id from mobilities where id = $1',
    [stay],
  );
  return rows[0]?.id ?? '';
}

describe('what happens at the same moment', () => {
  it('certifies an arrival once, whoever is first', async () => {
    const { stay } = await accepted('RS', 'RU');
    noon('2027-09-05');
    const two = [await coordinator('RU'), await coordinator('RU')];
    const outcomes = await Promise.allSettled(
      two.map((who) => run(CertifyStay).arrival(who, stay, '2027-09-02')),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await booked(stay)).toEqual({ ...PLAN, 'happened person': 1 });
  });

  it('accepts or withdraws, and a stay stands or does not', async () => {
    for (let round = 0; round < 4; round += 1) {
      const made = await offer('RS', 'RU');
      const outcomes = await Promise.allSettled([
        run(AnswerOffer).accept(made.student, made.id),
        run(WithdrawApplication).run(made.student, made.id),
      ]);
      const stay = await stayOf(made);
      // Withdrawing is possible in either order: at the end there is no stay that counts.
      expect(outcomes[1]?.status).toBe('fulfilled');
      expect(stay?.state ?? 'none').toBe(outcomes[0]?.status === 'fulfilled' ? 'cancelled' : 'none');
      if (stay) expect(await booked(stay.id)).toEqual({});
    }
  });

  it('waits where conditions are open, and plans once when they are met', async () => {
    const made = await offer('RS', 'RU');
    const emit = (type: string, payload = {}) =>
      run(Database).transaction(systemContext(clock), (ctx) =>
        run(Outbox).emit(ctx, { type, subject: { kind: 'application', id: made.id }, payload }),
      );
    await http.owner.query("update applications set state = 'accepted', due_at = null where id = $1", [
      made.id,
    ]);
    await emit('application.accepted', { conditions: 2 });
    expect(await stayOf(made)).toBeUndefined();
    await Promise.all(
      [emit('application.confirmed'), emit('application.confirmed')].map((act) => act.catch(() => undefined)),
    );
    expect(await stayOf(made)).toMatchObject({ state: 'planned' });
  });
});

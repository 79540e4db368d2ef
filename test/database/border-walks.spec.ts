import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PDFDocument } from 'pdf-lib';
import {
  AnswerNomination,
  AnswerOffer,
  ApplicationFiles,
  ApplicationsRepository,
  AssessApplications,
  HostSight,
  NominateCandidate,
  ReviveApplication,
  SubmitApplication,
  WithdrawApplication,
  applicationsPolicy,
} from '../../src/applications/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { EditGateRules, SettleGate } from '../../src/gates/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { RevokeConsent } from '../../src/privacy/public.js';
import { SettableClock, systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { expectInvariants } from './expect-invariants.js';

/**
 * Random walks of acts on an application: in no state that can be reached does anybody of the other country see a field of
 * it, by the policy, through the wall or by what the application hands out, before its transfer is on the register, or after
 * the end of it is; nor anything that the commission or a stay holds of it before it ever crossed. What the home country found out for its own gate nobody
 * there sees at all.
 */

const WALKS = 24;
const DAY_MS = 86_400_000;

let http: HttpApp;
let scratch: string;
let pdf: string;
let home: Id;
const hosts: Record<'msu' | 'nsu', Id> = { msu: '', nsu: '' };
const places: Record<'msu' | 'nsu', Id> = { msu: '', nsu: '' };
const people: Record<string, RequestContext> = {};

const SLUG = 'border-walks';
/** Who is on the other side, and for which institution, if for one. */
const OTHERS = {
  msu: { institution: 'msu' },
  nsu: { institution: 'nsu' },
  ministry: { institution: null },
  commission: { institution: null },
  reviewer: { institution: null },
} as const;
type Other = keyof typeof OTHERS;

const get = <T>(operation: new (...parts: never[]) => T): T => http.app.get<T>(operation);

async function somebody(name: string, country: string, role: string, scope: Row): Promise<void> {
  const id = newId();
  await insertRows(http.owner, 'persons', [personRow(id, country, name)]);
  await insertRows(http.owner, 'role_grants', [grantRow(id, role, scope)]);
  people[name] = await actingAs(http.app, id);
}
function as(name: string): RequestContext {
  const request = people[name];
  if (!request) throw new Error(`nobody is ${name}`);
  return request;
}

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'most-border-'));
  http = await startHttpApp({ imports: exchangeModules(scratch) });
  const world = await buildWorld(http.app, http.owner);
  const document = await PDFDocument.create();
  document.addPage();
  pdf = join(scratch, 'file.pdf');
  writeFileSync(pdf, await document.save());
  home = await world.institution('university-of-belgrade');
  hosts.msu = await world.institution('lomonosov-moscow-state-university');
  hosts.nsu = await world.institution('novosibirsk-state-university');
  const place = (institutionId: Id) => ({
    institutionId,
    fieldCode: '0613',
    level: 7,
    language: 'ru',
    languageLevel: 'B1',
    months: 5,
    services: { sr: 'Дом', ru: 'Общежитие', en: 'A hall' },
    capacity: 5,
  });
  const call = await world.publishedCall({
    slug: SLUG,
    homeEndorsement: true,
    places: [place(hosts.msu), place(hosts.nsu)],
  });
  for (const key of ['msu', 'nsu'] as const) {
    const { rows } = await http.owner.query<{ id: Id }>(
      'select id from call_places where call_id = $1 and institution_id = $2',
      [call, hosts[key]],
    );
    places[key] = rows[0]?.id ?? '';
    await somebody(key, 'RU', 'coordinator', { institution_id: hosts[key], side: 'host' });
  }
  await somebody('home', 'RS', 'coordinator', { institution_id: home });
  await somebody('officer', 'RS', 'ministry_officer', { country: 'RS' });
  await somebody('officer2', 'RS', 'ministry_officer', { country: 'RS' });
  await somebody('ministry', 'RU', 'ministry_officer', { country: 'RU' });
  await get(EditGateRules).say(
    as('officer'),
    {
      kind: 'security_clearance',
      country: 'RS',
      callId: call,
      fields: [],
      categories: [],
      sides: ['home'],
      forwardDays: 1,
      decideDays: 10,
      office: { sr: 'Орган', ru: 'Орган', en: 'Office' },
      evidence: [{ id: 'plan', name: { sr: 'План', ru: 'План', en: 'Plan' } }],
      validityDays: null,
      source: 'test',
      toVerify: false,
      validFrom: new Date().toISOString().slice(0, 10),
    },
    null,
  );
  await somebody('commission', 'RU', 'commission_member', { country: 'RU' });
  await somebody('reviewer', 'RU', 'reviewer', { call_id: call });
}, 120_000);

afterAll(async () => {
  await expectInvariants(http.owner);
  await http.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** One application that walks. */
interface Walker {
  readonly id: Id;
  readonly person: RequestContext;
}

async function begin(): Promise<Walker> {
  const id = newId();
  await insertRows(http.owner, 'persons', [{ ...personRow(id, 'RS', 'Шетач'), home_institution_id: home }]);
  const person = await actingAs(http.app, id);
  return {
    id: await fillApplication(http.app, http.owner, person, SLUG, pdf, [places.msu, places.nsu]),
    person,
  };
}

async function decide(country: 'RS' | 'RU', { id }: Walker, verdict: 'approve' | 'reject'): Promise<void> {
  const { rows } = await http.owner.query<{ id: Id }>(
    'select id from decisions where subject_id = $1 and closed_at is null and withdrawn_at is null',
    [id],
  );
  const why = verdict === 'reject' ? { reasonCode: 'other', reasonText: 'Разлог' } : {};
  await get(DecideSide).run(as(country === 'RS' ? 'officer2' : 'ministry'), rows[0]?.id ?? newId(), {
    country,
    verdict,
    ...why,
  } as Parameters<DecideSide['run']>[2]);
}

/** The gate of the home country before it; an id that is none where there is none. */
async function homeGate({ id }: Walker): Promise<Id> {
  const { rows } = await http.owner.query<{ id: Id }>(
    'select id from gates where subject_id = $1 order by opened_at desc limit 1',
    [id],
  );
  return rows[0]?.id ?? newId();
}

async function takeBack({ id, person }: Walker, purpose: string): Promise<void> {
  const { rows } = await http.owner.query<{ id: Id }>(
    'select id from consents where subject_id = $1 and purpose = $2 and withdrawn_at is null',
    [id, purpose],
  );
  const consent = rows[0]?.id ?? newId();
  const { code } = await get(Database).read(person, async (ctx) =>
    get(RevokeConsent).outlook(ctx, await get(RevokeConsent).one(ctx, consent)),
  );
  await get(RevokeConsent).run(person, consent, code);
}

async function agree({ id, person }: Walker): Promise<void> {
  const asked = await get(Database).read(person, (ctx) => get(RevokeConsent).asked(ctx));
  for (const each of asked.filter(({ subjectId }) => subjectId === id)) {
    await get(RevokeConsent).give(person, each, each.textVersion);
  }
}

const ACTS = {
  submit: ({ id, person }) => get(SubmitApplication).run(person, id),
  nominate_msu: ({ id }) =>
    get(NominateCandidate).run(as('home'), id, { placeId: places.msu, endorsement: null }),
  nominate_nsu: ({ id }) =>
    get(NominateCandidate).run(as('home'), id, { placeId: places.nsu, endorsement: null }),
  confirm: ({ id }) => get(NominateCandidate).confirm(as('officer'), id),
  msu_accepts: ({ id }) => get(AnswerNomination).run(as('msu'), id, { answer: 'accept' }),
  msu_rejects: ({ id }) =>
    get(AnswerNomination).run(as('msu'), id, { answer: 'reject', reasonCode: 'other', reasonText: 'Разлог' }),
  nsu_returns: ({ id }) =>
    get(AnswerNomination).run(as('nsu'), id, { answer: 'return', reasonCode: 'other', reasonText: 'Разлог' }),
  home_approves: (walker) => decide('RS', walker, 'approve'),
  host_approves: (walker) => decide('RU', walker, 'approve'),
  home_refuses: (walker) => decide('RS', walker, 'reject'),
  host_refuses: (walker) => decide('RU', walker, 'reject'),
  home_finds_out: async (walker) =>
    get(SettleGate).addEvidence(
      as('officer2'),
      await homeGate(walker),
      { item: 'plan', words: 'Налаз' },
      { path: pdf, fileName: 'Налаз.pdf' },
    ),
  home_clears: async (walker) =>
    get(SettleGate).run(as('officer2'), await homeGate(walker), {
      verdict: 'clear',
      reasonCode: 'nothing_found',
      reasonText: 'Ништа',
    }),
  assess: ({ id }) =>
    get(Database).transaction(systemContext(systemClock), (ctx) => get(AssessApplications).begin(ctx, id)),
  accept: ({ id, person }) => get(AnswerOffer).accept(person, id),
  decline: ({ id, person }) => get(AnswerOffer).decline(person, id),
  withdraw: ({ id, person }) => get(WithdrawApplication).run(person, id),
  revive: ({ id, person }) => get(ReviveApplication).run(person, id),
  take_back_crossing: (walker) => takeBack(walker, 'cross_border_transfer'),
  agree: (walker) => agree(walker),
  months_pass: () => get(HostSight).run(new SettableClock(new Date(Date.now() + 200 * DAY_MS))),
} satisfies Readonly<Record<string, (walker: Walker) => Promise<unknown>>>;
type Act = keyof typeof ACTS;

interface Seen {
  readonly policy: boolean;
  /** Tables with a row of it. */
  readonly places: readonly string[];
  readonly sections: readonly string[];
  readonly handedOut: boolean;
  /** What the commission has of it, and the stay: business of both countries, which goes on after the file is out of sight. */
  readonly matters: number;
  /** Rows of the home country's own gates: evidence, its files, what was found on lists. */
  readonly foundOut: number;
}

/** Whatever somebody of the other side gets to see of it: by the policy, through the wall, by the application itself. */
async function seenBy(who: Other, { id, person }: Walker): Promise<Seen> {
  const facts = await get(Database).read(systemContext(systemClock), (ctx) =>
    get(ApplicationsRepository).find(ctx, id),
  );
  const request = as(who);
  // By the owner, who sees them: through the wall there would be nothing to ask by.
  const { rows: behind } = await http.owner.query<{ gates: Id[]; decisions: Id[] }>(
    `select array(select id from gates where subject_id = $1 and country = 'RS') as gates,
       array(select id from decisions where subject_id = $1) as decisions`,
    [id],
  );
  const { gates = [], decisions = [] } = behind[0] ?? {};
  const wall = await get(Database).read(request, async (ctx) => {
    const [row] = await ctx.tx.query<Pick<Seen, 'places' | 'sections' | 'matters' | 'foundOut'>[]>(
      `select array(select place from (values
           ('applications', (select count(*) from applications where id = $1)),
           ('submissions', (select count(*) from application_submissions where application_id = $1)),
           ('choices', (select count(*) from application_choices where application_id = $1)),
           ('documents', (select count(*) from application_documents where application_id = $1)),
           ('nominations', (select count(*) from nominations where application_id = $1)),
           ('uploads', (select count(*) from uploads where subject_id = $1)),
           ('consents', (select count(*) from consents where subject_id = $1)),
           ('transfers', (select count(*) from transfers where subject_id = $1)),
           ('decisions', (select count(*) from decisions where subject_id = $1)),
           ('persons', (select count(*) from persons where id = $2))) seen (place, rows) where rows > 0) as places,
         ((select count(*) from commission_items where decision_id = any ($4))
         + (select count(*) from commission_notes where item_id in (
             select i.id from commission_items i where i.decision_id = any ($4)))
         + (select count(*) from mobilities where application_id = $1))::integer as matters,
         ((select count(*) from gates where id = any ($3))
         + (select count(*) from gate_evidence where gate_id = any ($3))
         + (select count(*) from screening_hits where gate_id = any ($3))
         + (select count(*) from uploads where subject_kind = 'gate' and subject_id = any ($3)))::integer as "foundOut",
         array(select section from application_sections where application_id = $1) as sections`,
      [id, person.actor.personId, gates, decisions],
    );
    return row ?? { places: [], sections: [], matters: 0, foundOut: 0 };
  });
  const handedOut = await get(Database)
    .read(request, (ctx) => get(ApplicationFiles).load(ctx, id))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof DomainError) return false;
        throw error;
      },
    );
  return {
    policy: applicationsPolicy.decide(request.actor, 'application.read', facts).allowed,
    ...wall,
    handedOut,
  };
}

/** The fields that the register lets somebody see now: what was sent to them and has not ended. */
async function registeredFor(who: Other, { id }: Walker): Promise<ReadonlySet<string>> {
  const { institution } = OTHERS[who];
  const { rows } = await http.owner.query<{ fields: string[] }>(
    `select t.fields from transfers t join applications a on a.id = t.subject_id
     where t.subject_id = $1 and t.to_country = 'RU' and t.at <= now()
       and case when $3 then t.purpose = 'assessment' and a.state in ('in_review', 'scored')
         else t.purpose <> 'assessment' and ($2::uuid is null or t.recipient_institution_id = $2)
           and not exists (select from transfer_ends e where e.subject_id = t.subject_id and e.at >= t.at
             and e.recipient_institution_id = t.recipient_institution_id) end`,
    [id, institution === null ? null : hosts[institution], who === 'reviewer'],
  );
  return new Set(rows.flatMap(({ fields }) => fields));
}

const ACCEPTED = ['submit', 'nominate_msu', 'confirm', 'msu_accepts', 'home_finds_out'] as const;
/** Most of the walks begin where there is something to see. */
const BEGINNINGS: readonly (readonly Act[])[] = [
  [],
  ['submit', 'nominate_msu', 'confirm'],
  ['submit', 'nominate_nsu', 'confirm'],
  // Both countries say otherwise, and it is before the commission; or both agree, and there is a stay.
  [...ACCEPTED, 'home_refuses', 'host_approves'],
  [...ACCEPTED, 'home_clears', 'home_approves', 'host_approves', 'accept'],
];

/** Whether anything of it ever crossed. */
async function everCrossed({ id }: Walker): Promise<boolean> {
  const { rows } = await http.owner.query(
    `select from transfers where subject_id = $1 and to_country = 'RU' limit 1`,
    [id],
  );
  return rows.length > 0;
}

describe('the other side', () => {
  it('sees in no reachable state a field before its transfer is registered, nor after the end of it', async () => {
    const sightings = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...(Object.keys(ACTS) as Act[])), { minLength: 6, maxLength: 14 }),
        fc.constantFrom(...BEGINNINGS),
        async (walk, begun) => {
          const walker = await begin();
          const acts: readonly Act[] = [...begun, ...walk];
          for (const act of acts) {
            try {
              await ACTS[act](walker);
            } catch (error) {
              if (!(error instanceof DomainError)) throw error;
              continue;
            }
            for (const who of Object.keys(OTHERS) as Other[]) {
              const seen = await seenBy(who, walker);
              const allowed = await registeredFor(who, walker);
              const sees =
                seen.policy || seen.places.length > 0 || seen.handedOut || seen.sections.length > 0;
              expect({ act, who, unregistered: allowed.size === 0 ? seen : null }).toMatchObject(
                sees ? { unregistered: null } : {},
              );
              if (seen.matters > 0)
                expect({ act, who, crossed: await everCrossed(walker) }).toMatchObject({ crossed: true });
              expect({ act, who, foundOut: seen.foundOut }).toMatchObject({ foundOut: 0 });
              expect(seen.sections.filter((section) => !allowed.has(section))).toEqual([]);
              if (sees) sightings.set(who, (sightings.get(who) ?? 0) + 1);
            }
          }
        },
      ),
      { numRuns: WALKS, seed: 6_2026, endOnFailure: true },
    );
    // Nothing would be proved if nobody ever saw anything, or if there never was anything to see.
    const { rows: there } = await http.owner.query(
      `select exists (select from gate_evidence where upload_id is not null) as evidence,
         exists (select from commission_items) as items, exists (select from mobilities) as stays`,
    );
    expect(there).toEqual([{ evidence: true, items: true, stays: true }]);
    expect([...sightings.keys()].sort()).toEqual(['commission', 'ministry', 'msu', 'nsu', 'reviewer']);
  }, 300_000);

  it('knows afterwards that there was something, by a number, and no more', async () => {
    const walker = await begin();
    for (const act of ['submit', 'nominate_msu', 'confirm', 'withdraw'] as const) await ACTS[act](walker);
    const told = (who: Other) =>
      get(Database).read(as(who), (ctx) =>
        ctx.tx.query<Record<string, unknown>[]>(
          'select label, cause, kept from transfer_ends where subject_id = $1',
          [walker.id],
        ),
      );
    const left = [{ label: expect.stringMatching(/^RS-/), cause: 'withdrawn', kept: ['number', 'dates'] }];
    expect(await told('msu')).toEqual(left);
    expect(await told('ministry')).toEqual(left);
    expect(await told('nsu')).toEqual([]);
    // As long as the rule says.
    const late = { ...as('msu'), clock: new SettableClock(new Date(Date.now() + 4000 * DAY_MS)) };
    expect(
      await get(Database).read(late, (ctx) =>
        ctx.tx.query('select from transfer_ends where subject_id = $1', [walker.id]),
      ),
    ).toEqual([]);
  });
});

import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { BringIntoForce, PrepareAgreement, ProposeAgreement } from '../../agreements/public.js';
import { AuditTrail } from '../../audit/public.js';
import { MoveCall, PrepareCall, ProposeCall, PublishCall } from '../../calls/public.js';
import type { CallMove } from '../../calls/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ImportCountries, ImportInstitutions } from '../../universities/public.js';
import type { CountryView } from '../../universities/public.js';
import { DEMO_ACCOUNTS } from '../accounts.js';
import { ApplicationActs } from './application-acts.js';
import type { Candidate } from './application-acts.js';
import { DemoCalendar } from './calendar.js';
import { demoCalls } from './calls.js';
import type { DemoCall } from './calls.js';
import { EXTRA_PEOPLE, WRITING_ACCOUNTS } from './extra-people.js';
import { MEMORANDUM_SIGNED_DAYS, memorandum } from './memorandum.js';
import { DemoPeople } from './people.js';
import type { DemoPerson } from './people.js';
import { stories } from './stories.js';
import type { Office, Scene, Story } from './story.js';
import { DEMONSTRATION, Timeline } from './timeline.js';
import type { Happening } from './timeline.js';

const BEGUN = 'demonstration.begun';
const LOADED = 'demonstration.loaded';
const ZONE = 'Europe/Belgrade';
const DAY_MS = 86_400_000;
/** The register stands before anybody is entered in it. */
const REGISTER_DAYS = 440;
/** So many of the youngest events are left to the worker, which writes their mails: the catcher is not empty, nor flooded. */
const EVENTS_LEFT_TO_DELIVER = 6;
const REGISTER = new URL('../../universities/data/', import.meta.url);

/**
 * The world that a newcomer finds: two countries, their institutions and people, a memorandum, calls in every phase and
 * applications in every state. Made by the application's own operations on a clock of the past, once, in an empty database.
 */
@Injectable()
export class DemoWorld {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly importCountries: ImportCountries,
    private readonly importInstitutions: ImportInstitutions,
    private readonly prepareAgreement: PrepareAgreement,
    private readonly proposeAgreement: ProposeAgreement,
    private readonly bringIntoForce: BringIntoForce,
    private readonly prepareCall: PrepareCall,
    private readonly proposeCall: ProposeCall,
    private readonly publishCall: PublishCall,
    private readonly moveCall: MoveCall,
    private readonly people: DemoPeople,
    private readonly acts: ApplicationActs,
    private readonly timeline: Timeline,
  ) {}

  /**
   * Does nothing but let the running providers vouch for the accounts where the world is there already; goes on where an
   * earlier start was interrupted. A database that somebody else has filled is left alone.
   *
   * @param report told how far it is, for whoever waits
   */
  async load(report: (message: string) => void): Promise<void> {
    const { begun, loaded, foreign } = await this.state();
    if (foreign) return;
    if (!loaded) {
      const since = performance.now();
      await this.build(begun ?? (await this.begin()), report);
      report(`The demonstration is loaded (${((performance.now() - since) / 1000).toFixed(1)} s).`);
    }
    await this.people.joinIdentities(systemClock);
  }

  private async build(begun: Date, report: (message: string) => void): Promise<void> {
    report('Loading the demonstration: countries, institutions, people …');
    const calendar = new DemoCalendar(begun);
    await this.foundations(calendar);
    const people = await this.people.all(systemClock);
    const cast = new Cast(people);
    const calls = demoCalls(calendar);
    const happenings = [
      ...this.agreement(calendar, cast),
      ...calls.flatMap((call) => this.call(calendar, cast, call)),
      ...stories().flatMap((story, index) => this.story(calendar, cast, calls, story, index)),
    ];
    let told = 0;
    await this.timeline.run(happenings, new Date(), (done, all) => {
      const quarter = Math.floor((4 * done) / all);
      if (quarter > told) report(`Loading the demonstration: ${done} of ${all} events …`);
      told = quarter;
    });
    await this.settle();
  }

  private async state(): Promise<{ begun: Date | null; loaded: boolean; foreign: boolean }> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const entries = await ctx.tx.query<{ action: string; at: Date }[]>(
        'select action, at from audit_entries where subject_kind = $1 and action in ($2, $3)',
        ['demonstration', BEGUN, LOADED],
      );
      const begun = entries.find(({ action }) => action === BEGUN)?.at ?? null;
      const [{ filled } = { filled: false }] = await ctx.tx.query<{ filled: boolean }[]>(
        'select exists (select from persons) as filled',
      );
      return {
        begun,
        loaded: entries.some(({ action }) => action === LOADED),
        foreign: begun === null && filled,
      };
    });
  }

  /** From this instant all days are counted, also when an interrupted start goes on tomorrow. */
  private begin(): Promise<Date> {
    return this.database.transaction(systemContext(systemClock), async (ctx) => {
      const at = ctx.clock.now();
      const clock = { now: () => at };
      await this.audit.record({ ...ctx, clock }, { action: BEGUN, subject: WORLD });
      return at;
    });
  }

  private async foundations(calendar: DemoCalendar): Promise<void> {
    const long = new Date(calendar.begun.getTime() - REGISTER_DAYS * DAY_MS);
    const register = `${DEMONSTRATION}register`;
    const people = `${DEMONSTRATION}people`;
    const done = await this.timeline.done();
    if (!done.has(register)) {
      const countries = JSON.parse(
        await readFile(new URL('countries.json', REGISTER), 'utf8'),
      ) as CountryView[];
      const institutions = await readFile(new URL('institutions.csv', REGISTER), 'utf8');
      const request = { ...systemContext({ now: () => long }), requestId: register };
      await this.database.transaction(request, async (ctx) => {
        await this.importCountries.importCountries(ctx, countries);
        const { faults } = await this.importInstitutions.importInstitutions(ctx, institutions);
        if (faults.length > 0) throw new Error(`the register has ${faults.length} faults`);
      });
    }
    if (!done.has(people)) await this.people.introduce(calendar.begun, people);
  }

  private agreement(calendar: DemoCalendar, cast: Cast): Happening[] {
    const draft = memorandum(calendar);
    const find = () => this.one('select id from agreements where reference = $1', [draft.reference]);
    const administrator = 'admin@rs.demo';
    const happening = this.happenings(calendar, cast, 'memorandum');
    return [
      happening(MEMORANDUM_SIGNED_DAYS - 30, administrator, async (request) => {
        await this.prepareAgreement.prepareAgreement(request, draft);
      }),
      happening(MEMORANDUM_SIGNED_DAYS - 28, administrator, async (request) => {
        await this.proposeAgreement.proposeAgreement(request, await find());
      }),
      ...['ministry@rs.demo', 'ministry@ru.demo'].map((officer, index) =>
        happening(MEMORANDUM_SIGNED_DAYS - 15 + 5 * index, officer, async (request) =>
          this.approve(request, 'agreement', await find()),
        ),
      ),
      happening(MEMORANDUM_SIGNED_DAYS, administrator, async (request) => {
        const signedOn = calendar.day(MEMORANDUM_SIGNED_DAYS);
        const years = 5;
        const inForceUntil = `${Number(signedOn.slice(0, 4)) + years}-12-31`;
        await this.bringIntoForce.bringIntoForce(request, await find(), {
          signedOn,
          inForceFrom: signedOn,
          inForceUntil,
        });
      }),
    ];
  }

  private call(calendar: DemoCalendar, cast: Cast, call: DemoCall): Happening[] {
    const { slug } = call.draft;
    const find = () => this.one('select id from calls where slug = $1', [slug]);
    const happening = this.happenings(calendar, cast, slug);
    const move = (days: number | undefined, act: CallMove) =>
      days === undefined
        ? []
        : [
            happening(days, call.preparedBy, async (request) =>
              this.moveCall.moveCall(request, await find(), act),
            ),
          ];
    const { proposed, life } = call;
    const approvals = ['ministry@ru.demo', 'ministry@rs.demo'].map((officer, index) =>
      happening(proposed + 4 + 2 * index, officer, async (request) =>
        this.approve(request, 'call', await find()),
      ),
    );
    return [
      happening(proposed - 3, call.preparedBy, async (request) => {
        const institutions = await this.institutionsByDomain();
        await this.prepareCall.prepareCall(request, {
          ...call.draft,
          agreementId: await this.one('select id from agreements order by signed_on desc limit 1', []),
          places: call.places.map(({ domain, name: _name, ...place }) => ({
            ...place,
            institutionId: known(institutions.get(domain), domain),
          })),
        });
      }),
      happening(proposed, call.preparedBy, async (request) => {
        await this.proposeCall.proposeCall(request, await find());
      }),
      // What is not published yet waits for the second of the two.
      ...(life.published === null ? approvals.slice(0, 1) : approvals),
      ...(life.published === null
        ? []
        : [
            happening(life.published, call.preparedBy, async (request) =>
              this.publishCall.publishCall(request, await find()),
            ),
          ]),
      ...move(life.inSelection, 'begin_selection'),
      ...move(life.provisional, 'publish_provisional'),
      ...move(life.final, 'publish_final'),
    ];
  }

  private story(
    calendar: DemoCalendar,
    cast: Cast,
    calls: readonly DemoCall[],
    story: Story,
    index: number,
  ): Happening[] {
    const call = known(
      calls.find(({ key }) => key === story.call),
      story.call,
    );
    const person = cast.person(story.person);
    const { slug } = call.draft;
    return story.moments.map(({ days, happens }, moment) => {
      const requestId = `${DEMONSTRATION}${slug}.${story.person}.${moment}`;
      return {
        requestId,
        at: calendar.at(days, timeOfDay(index + moment), ZONE),
        happens: async (clock) => {
          const places = await this.placesOf(call);
          const request = (who: DemoPerson) => ({
            actor: who.actor,
            language: who.language,
            clock,
            requestId,
          });
          const place = (name: string) => known(places.get(name), name);
          const host = place(story.places[0] ?? '').institutionId;
          const candidate = candidateOf(person, index);
          const offices: Readonly<Record<Office, () => DemoPerson>> = {
            applicant: () => person,
            'home coordinator': () => cast.coordinatorOf(candidate.homeInstitutionId),
            'host coordinator': () => cast.coordinatorOf(host),
            'home ministry': () => cast.officerOf(person.country),
          };
          const scene: Scene = {
            acts: this.acts,
            candidate,
            callSlug: slug,
            id: async () =>
              this.acts.find(
                request(person),
                await this.one('select id from calls where slug = $1', [slug]),
                person.id,
              ),
            place: (name) => place(name).id,
            hostOf: (name) => ({
              hostInstitutionId: place(name).institutionId,
              hostCountry: place(name).country,
            }),
            as: (office) => request(offices[office]()),
            ministryOf: (country) => request(cast.officerOf(country)),
          };
          await happens(scene);
        },
      };
    });
  }

  private happenings(calendar: DemoCalendar, cast: Cast, name: string) {
    let number = 0;
    return (days: number, who: string, act: (request: RequestContext) => Promise<void>): Happening => {
      const requestId = `${DEMONSTRATION}${name}.${number++}`;
      const { actor, language } = cast.person(who);
      return {
        requestId,
        // The administration begins its day before anybody applies.
        at: calendar.at(days, '08:10', ZONE),
        happens: (clock) => act({ actor, language, clock, requestId }),
      };
    };
  }

  private approve(request: RequestContext, kind: string, id: Id): Promise<void> {
    const country = request.actor.grants.find(({ role }) => role === 'ministry_officer')?.country ?? '';
    return this.acts.decide(request, kind, id, { country, verdict: 'approve' });
  }

  private async placesOf(call: DemoCall): Promise<ReadonlyMap<string, PlaceOfCall>> {
    const rows = await this.database.read(systemContext(systemClock), (ctx) =>
      ctx.tx.query<(PlaceOfCall & { domain: string; fieldCode: string })[]>(
        `select p.id, p.institution_id as "institutionId", i.country, i.domain, p.field_code as "fieldCode"
         from call_places p join institutions i on i.id = p.institution_id join calls c on c.id = p.call_id
         where c.slug = $1`,
        [call.draft.slug],
      ),
    );
    return new Map(
      call.places.flatMap(({ name, domain, fieldCode }) => {
        const row = rows.find((each) => each.domain === domain && each.fieldCode === fieldCode);
        return row ? [[name, row]] : [];
      }),
    );
  }

  private async institutionsByDomain(): Promise<ReadonlyMap<string, Id>> {
    const rows = await this.database.read(systemContext(systemClock), (ctx) =>
      ctx.tx.query<{ id: Id; domain: string }[]>(
        'select id, domain from institutions where domain is not null',
      ),
    );
    return new Map(rows.map(({ domain, id }) => [domain, id]));
  }

  private async one(sql: string, values: readonly unknown[]): Promise<Id> {
    const [row] = await this.database.read(systemContext(systemClock), (ctx) =>
      ctx.tx.query<{ id: Id }[]>(sql, [...values]),
    );
    return known(row?.id, sql);
  }

  /**
   * Nobody wants two hundred mails about the past at the first start: its events count as delivered when they happened,
   * but for the youngest. The letters stay in the queue: they are few, and their holders can download them at once.
   */
  private async settle(): Promise<void> {
    await this.database.transaction(systemContext(systemClock), async (ctx) => {
      await ctx.tx.query(
        `update outbox_events set delivered_at = at where delivered_at is null and id not in (
           select id from outbox_events where subject_kind = 'application' order by at desc, id desc limit $1)`,
        [EVENTS_LEFT_TO_DELIVER],
      );
      await ctx.tx.query(
        `select graphile_worker.complete_jobs(array(
           select j.id from graphile_worker._private_jobs j
           join graphile_worker._private_tasks t on t.id = j.task_id
           join outbox_events e on e.id = (j.payload ->> 'eventId')::bigint
           where t.identifier = 'deliver_event' and e.delivered_at is not null))`,
      );
      await this.audit.record(ctx, { action: LOADED, subject: WORLD });
    });
  }
}

const WORLD = { kind: 'demonstration', id: 'world' } as const;

interface PlaceOfCall {
  readonly id: Id;
  readonly institutionId: Id;
  readonly country: string;
}

/** Everybody who can be made to act, found by what they are. */
class Cast {
  constructor(private readonly people: ReadonlyMap<string, DemoPerson>) {}

  person(key: string): DemoPerson {
    return known(this.people.get(key), key);
  }

  coordinatorOf(institutionId: Id): DemoPerson {
    return this.holder(institutionId, (grant) => grant.institutionId === institutionId);
  }

  officerOf(country: string): DemoPerson {
    return this.holder(country, (grant) => grant.role === 'ministry_officer' && grant.country === country);
  }

  private holder(of: string, holds: (grant: DemoPerson['actor']['grants'][number]) => boolean): DemoPerson {
    return known(
      [...this.people.values()].find(({ actor }) => actor.grants.some(holds)),
      of,
    );
  }
}

function candidateOf(person: DemoPerson, variant: number): Candidate {
  const writer = EXTRA_PEOPLE.find(({ key }) => key === person.key) ?? WRITING_ACCOUNTS[person.key];
  const account = DEMO_ACCOUNTS.find(({ email }) => email === person.key);
  return {
    personId: person.id,
    country: person.country,
    homeInstitutionId: known(person.homeInstitutionId ?? undefined, person.key),
    passportName: account ? `${account.passportName.given} ${account.passportName.family}` : person.key,
    writer: known(writer, person.key),
    variant,
  };
}

/** Between nine and half past four: offices and students alike. */
function timeOfDay(variant: number): string {
  const minutes = 9 * 60 + ((variant * 47) % 450);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the demonstration has no ${what}`);
  return value;
}

import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { FindDuplicates } from '../../applications/public.js';
import { AuditTrail } from '../../audit/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { systemClock } from '../../shared/clock.js';
import { ImportCountries, ImportInstitutions } from '../../universities/public.js';
import type { CountryView } from '../../universities/public.js';
import { Administration } from './administration.js';
import { DemoCalendar } from './calendar.js';
import { demoCalls } from './calls.js';
import { Cast, known } from './cast.js';
import { Delegation } from './delegation.js';
import { DemoPeople } from './people.js';
import { InstitutionAgreements } from './institution-agreements.js';
import { LedgerHistory } from './ledger-history.js';
import { CommissionSessions } from './commission-sessions.js';
import { Panels } from './panels.js';
import { Scenes } from './scenes.js';
import { Selections } from './selections.js';
import { stories } from './stories.js';
import { DEMONSTRATION, Timeline } from './timeline.js';

const BEGUN = 'demonstration.begun';
const LOADED = 'demonstration.loaded';
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
    private readonly people: DemoPeople,
    private readonly administration: Administration,
    private readonly delegation: Delegation,
    private readonly ledger: LedgerHistory,
    private readonly institutionAgreements: InstitutionAgreements,
    private readonly panels: Panels,
    private readonly commission: CommissionSessions,
    private readonly scenes: Scenes,
    private readonly selections: Selections,
    private readonly timeline: Timeline,
    private readonly duplicates: FindDuplicates,
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
    await this.delegation.letSystemIn(new Cast(await this.people.all(systemClock)), systemClock);
  }

  private async build(begun: Date, report: (message: string) => void): Promise<void> {
    report('Loading the demonstration: countries, institutions, people …');
    const calendar = new DemoCalendar(begun);
    await this.foundations(calendar);
    const people = await this.people.all(systemClock);
    const cast = new Cast(people);
    const calls = demoCalls(calendar);
    const happenings = [
      ...this.administration.agreement(calendar, cast),
      ...this.administration.gates(calendar, cast),
      ...this.delegation.happenings(calendar, cast, calls),
      ...this.ledger.happenings(calendar, cast),
      ...this.institutionAgreements.happenings(calendar, cast),
      ...this.panels.happenings(calendar, cast, calls),
      ...this.commission.happenings(calendar, cast),
      ...calls.flatMap((call) => this.administration.call(calendar, cast, call)),
      ...calls.flatMap((call) => this.selections.happenings(calendar, cast, call)),
      ...stories().flatMap((story, index) => {
        const call = known(
          calls.find(({ key }) => key === story.call),
          story.call,
        );
        return this.scenes.happenings(calendar, cast, call, story, index);
      }),
    ];
    let told = 0;
    await this.timeline.run(happenings, new Date(), (done, all) => {
      const quarter = Math.floor((4 * done) / all);
      if (quarter > told) report(`Loading the demonstration: ${done} of ${all} events …`);
      told = quarter;
    });
    // Of the past the worker hears nothing.
    await this.duplicates.compareAll(systemClock);
    await this.commission.planNext(calendar, cast);
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

import { Injectable } from '@nestjs/common';
import { BringIntoForce, PrepareAgreement, ProposeAgreement } from '../../agreements/public.js';
import { MoveCall, PrepareCall, ProposeCall, PublishCall, STANDARD_FORM } from '../../calls/public.js';
import type { CallMove } from '../../calls/public.js';
import { EditGateRules, ImportRestrictedList } from '../../gates/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { systemClock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationActs } from './application-acts.js';
import type { DemoCalendar } from './calendar.js';
import { termsOf } from './calls.js';
import type { DemoCall } from './calls.js';
import { GATE_RULES_DAYS, gateRules, restrictedList } from './gate-rules.js';
import { known } from './cast.js';
import { FORM_EXTRAS, withExtras } from './form-extras.js';
import type { Cast } from './cast.js';
import { MEMORANDUM_SIGNED_DAYS, memorandum } from './memorandum.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';

/** What administrators and ministries did before anybody could apply: the memorandum and the calls, led through their states. */
@Injectable()
export class Administration {
  constructor(
    private readonly database: Database,
    private readonly prepareAgreement: PrepareAgreement,
    private readonly proposeAgreement: ProposeAgreement,
    private readonly bringIntoForce: BringIntoForce,
    private readonly prepareCall: PrepareCall,
    private readonly proposeCall: ProposeCall,
    private readonly publishCall: PublishCall,
    private readonly moveCall: MoveCall,
    private readonly acts: ApplicationActs,
    private readonly gateRules: EditGateRules,
    private readonly restrictedLists: ImportRestrictedList,
  ) {}

  /** What the two countries ask before somebody may come or go, and the list on which one of them looks for who comes. */
  gates(calendar: DemoCalendar, cast: Cast): Happening[] {
    const happening = this.happenings(calendar, cast, 'gates');
    const rules = gateRules().map(({ officer, slug, ...draft }) =>
      happening(GATE_RULES_DAYS, officer, async (request) => {
        const callId = slug && (await this.one('select id from calls where slug = $1', [slug]));
        const validFrom = request.clock.now().toISOString().slice(0, 10);
        await this.gateRules.say(request, { ...draft, callId, validFrom }, null);
      }),
    );
    const { officer, csv, ...list } = restrictedList(calendar);
    return [
      ...rules,
      happening(GATE_RULES_DAYS, officer, async (request) => {
        const { faults } = await this.restrictedLists.run(request, list, csv);
        if (faults.length > 0) throw new Error(`the list of restricted parties has ${faults.length} faults`);
      }),
    ];
  }

  agreement(calendar: DemoCalendar, cast: Cast): Happening[] {
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

  call(calendar: DemoCalendar, cast: Cast, call: DemoCall): Happening[] {
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
        // What a host asks in addition names its places, so they are named before they are there.
        const ids = new Map(call.places.map(({ name }) => [name, newId(request.clock.now())]));
        const { form = STANDARD_FORM(call.draft.category) } = call.draft;
        await this.prepareCall.prepareCall(request, {
          ...call.draft,
          form: withExtras(form, FORM_EXTRAS[call.key], ids),
          agreementId: await this.one("select id from agreements where kind = 'memorandum'", []),
          places: call.places.map((planned) => {
            const { domain, name, ...place } = planned;
            return {
              ...place,
              id: known(ids.get(name), name),
              ...termsOf(call, planned),
              institutionId: known(institutions.get(domain), domain),
            };
          }),
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
      ...move(life.final, 'publish_final'),
    ];
  }

  private happenings(calendar: DemoCalendar, cast: Cast, name: string) {
    let number = 0;
    return (days: number, who: string, act: (request: RequestContext) => Promise<void>): Happening => {
      const requestId = `${DEMONSTRATION}${name}.${number++}`;
      const { actor, language } = cast.person(who);
      return {
        lane: name,
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
}

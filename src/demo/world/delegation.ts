import { Injectable } from '@nestjs/common';
import {
  AcceptInvitation,
  AppointDeputy,
  ConfirmGrant,
  GrantRole,
  People,
  RegisterClient,
  SignedLinks,
} from '../../access/public.js';
import type { WantedRole } from '../../access/public.js';
import { Settings } from '../../platform/config/settings.js';
import { Database, systemContext } from '../../platform/database/database.js';
import type { GrantedRole } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ManageUnits } from '../../universities/public.js';
import { DEMO_MACHINE_CLIENT } from '../accounts.js';
import type { DemoCalendar } from './calendar.js';
import type { DemoCall } from './calls.js';
import { known } from './cast.js';
import type { Cast } from './cast.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';
/** After the people are known and before the first call. */
const OFFICES_DAYS = -400;
const INSTITUTIONS_DAYS = -380;
const STAFF_DAYS = -360;

/** Where an appointment holds, by names that the demonstration knows. */
interface Where {
  readonly domain?: string;
  readonly unit?: string;
  readonly side?: 'home' | 'host';
  readonly country?: string;
  readonly call?: DemoCall;
}

/** Of each institution that shows units: the name of one, as its own people call it, in three languages. */
const UNITS = [
  {
    domain: 'bg.ac.rs',
    by: 'administrator@bg.rs.demo',
    name: {
      sr: 'Електротехнички факултет',
      ru: 'Электротехнический факультет',
      en: 'School of Electrical Engineering',
    },
  },
  {
    domain: 'msu.ru',
    by: 'administrator@msu.ru.demo',
    name: {
      sr: 'Факултет рачунске математике и кибернетике',
      ru: 'Факультет вычислительной математики и кибернетики',
      en: 'Faculty of Computational Mathematics and Cybernetics',
    },
  },
] as const;

/** How the offices of the demonstration came to their roles: granted, invited, accepted, confirmed by a second administrator. */
@Injectable()
export class Delegation {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly people: People,
    private readonly grantRole: GrantRole,
    private readonly acceptInvitation: AcceptInvitation,
    private readonly confirmGrant: ConfirmGrant,
    private readonly appointDeputy: AppointDeputy,
    private readonly manageUnits: ManageUnits,
    private readonly registerClient: RegisterClient,
    private readonly links: SignedLinks,
  ) {}

  happenings(calendar: DemoCalendar, cast: Cast, calls: readonly DemoCall[]): Happening[] {
    const happening = this.happening(calendar, cast);
    /** Somebody grants by address; whoever was not known to them accepts the invitation the day after. */
    const appoint = (
      days: number,
      by: string,
      to: string,
      role: GrantedRole,
      where: Where,
      reason: string,
    ) => [
      happening(days, by, async (request) => {
        await this.grantRole.run(request, { email: to, ...(await this.wanted(role, where, reason)) });
      }),
      happening(days + 1, to, (request) => this.accept(request, to)),
    ];
    /** What a programme administrator grants waits for the other one. */
    const appointTogether = (...[days, by, to, role, where, reason]: Parameters<typeof appoint>) => [
      ...appoint(days, by, to, role, where, reason),
      happening(days + 2, by === 'admin@rs.demo' ? 'admin@ru.demo' : 'admin@rs.demo', (request) =>
        this.confirm(request, cast.person(to).id, role),
      ),
    ];
    const assessed = calls.filter(({ life }) => life.inSelection !== undefined && life.final === undefined);
    return [
      ...appointTogether(
        OFFICES_DAYS,
        'admin@rs.demo',
        'secretary@rs.demo',
        'commission_secretary',
        { country: 'RS' },
        'Именовање у мешовиту комисију',
      ),
      ...appointTogether(
        OFFICES_DAYS,
        'admin@ru.demo',
        'secretary@ru.demo',
        'commission_secretary',
        { country: 'RU' },
        'Назначение в совместную комиссию',
      ),
      ...appointTogether(
        OFFICES_DAYS + 4,
        'admin@rs.demo',
        'support@rs.demo',
        'support',
        {},
        'Помоћ корисницима',
      ),
      ...appoint(
        INSTITUTIONS_DAYS,
        'ministry@rs.demo',
        'administrator@bg.rs.demo',
        'institution_administrator',
        { domain: 'bg.ac.rs' },
        'Допис ректората',
      ),
      ...appoint(
        INSTITUTIONS_DAYS,
        'ministry@ru.demo',
        'administrator@msu.ru.demo',
        'institution_administrator',
        { domain: 'msu.ru' },
        'Письмо ректората',
      ),
      ...UNITS.map(({ domain, by, name }) =>
        happening(STAFF_DAYS, by, async (request) => {
          await this.manageUnits.add(request, { institutionId: await this.institution(domain), name });
        }),
      ),
      ...appoint(
        STAFF_DAYS + 1,
        'administrator@bg.rs.demo',
        'signatory@bg.rs.demo',
        'signatory',
        { domain: 'bg.ac.rs' },
        'Одлука ректора',
      ),
      ...appoint(
        STAFF_DAYS + 1,
        'administrator@msu.ru.demo',
        'signatory@msu.ru.demo',
        'signatory',
        { domain: 'msu.ru' },
        'Приказ ректора',
      ),
      ...appoint(
        STAFF_DAYS + 3,
        'administrator@bg.rs.demo',
        'unit@bg.rs.demo',
        'coordinator',
        { domain: 'bg.ac.rs', unit: UNITS[0].name.en },
        'Координатор факултета',
      ),
      ...appoint(
        STAFF_DAYS + 3,
        'administrator@msu.ru.demo',
        'unit@msu.ru.demo',
        'coordinator',
        { domain: 'msu.ru', unit: UNITS[1].name.en, side: 'host' },
        'Координатор факультета',
      ),
      happening(-6, 'coordinator@bg.rs.demo', async (request) => {
        const [own] = request.actor.grants;
        await this.appointDeputy.run(request, {
          grantId: known(own?.id, 'grant of a coordinator'),
          email: 'deputy@bg.rs.demo',
          reason: 'Службено путовање',
          validUntil: calendar.at(60, '23:59', ZONE),
        });
      }),
      happening(-5, 'deputy@bg.rs.demo', (request) => this.accept(request, 'deputy@bg.rs.demo')),
      ...assessed.flatMap((call) => [
        ...appoint(
          (call.life.inSelection ?? 0) + 1,
          'admin@rs.demo',
          'reviewer@rs.demo',
          'reviewer',
          { call },
          'Листа рецензената',
        ),
        ...appoint(
          (call.life.inSelection ?? 0) + 1,
          'admin@ru.demo',
          'reviewer@ru.demo',
          'reviewer',
          { call },
          'Список экспертов',
        ),
      ]),
      // Each administrator finds something of the other's to confirm, and an invitation still waits for its answer.
      happening(-2, 'admin@rs.demo', async (request) => {
        const { id } = cast.person('coordinator-nis');
        await this.grantRole.run(request, {
          personId: id,
          ...(await this.wanted('commission_member', { country: 'RS' }, 'Допуна комисије')),
        });
      }),
      happening(-2, 'admin@ru.demo', async (request) => {
        const { id } = cast.person('coordinator-spbu');
        await this.grantRole.run(request, {
          personId: id,
          ...(await this.wanted('commission_member', { country: 'RU' }, 'Дополнение состава комиссии')),
        });
      }),
      happening(-1, 'administrator@bg.rs.demo', async (request) => {
        await this.grantRole.run(request, {
          email: 'new.coordinator@bg.rs.demo',
          ...(await this.wanted(
            'coordinator',
            { domain: 'bg.ac.rs', side: 'host' },
            'Пријем гостујућих студената',
          )),
        });
      }),
    ];
  }

  private happening(calendar: DemoCalendar, cast: Cast) {
    let number = 0;
    return (days: number, who: string, act: (request: RequestContext) => Promise<void>): Happening => {
      const requestId = `${DEMONSTRATION}delegation.${number++}`;
      return {
        lane: 'delegation',
        requestId,
        at: calendar.at(days, '08:40', ZONE),
        happens: async (clock) => act(await this.requestOf(cast, who, clock, requestId)),
      };
    };
  }

  /** Roles came one after the other: whoever acts has those of that day. */
  private async requestOf(cast: Cast, who: string, clock: Clock, requestId: string): Promise<RequestContext> {
    const { id, language, actor } = cast.person(who);
    const { grants } = known(
      (await this.database.read(systemContext(clock), (ctx) => this.people.withGrants(ctx, id))) ?? undefined,
      who,
    );
    return { actor: { ...actor, grants }, language, clock, requestId };
  }

  private async wanted(role: GrantedRole, where: Where, reason: string): Promise<WantedRole> {
    const institutionId = where.domain === undefined ? null : await this.institution(where.domain);
    return {
      role,
      reason,
      scope: {
        institutionId,
        unitId:
          where.unit === undefined
            ? null
            : await this.one(
                "select id from institution_units where institution_id = $1 and name ->> 'en' = $2",
                [institutionId, where.unit],
              ),
        side: where.side ?? null,
        country: where.country ?? null,
        callId:
          where.call === undefined
            ? null
            : await this.one('select id from calls where slug = $1', [where.call.draft.slug]),
      },
    };
  }

  /** Follows the link of the mail that was sent to the address; who was granted the role at once has none to follow. */
  private async accept(request: RequestContext, email: string): Promise<void> {
    const token = await this.database.read(systemContext(request.clock), async (ctx) => {
      const [link] = await ctx.tx.query<{ id: Id }[]>(
        `select l.id from signed_links l join role_invitations i on i.id = l.subject_id
         where l.subject_kind = 'role_invitation' and i.email = $1 and i.accepted_at is null and l.used_at is null
         order by l.created_at desc limit 1`,
        [email],
      );
      return link ? this.links.tokenOf(ctx, link.id) : null;
    });
    if (token !== null) await this.acceptInvitation.run(request, token);
  }

  private async confirm(request: RequestContext, personId: Id, role: GrantedRole): Promise<void> {
    const grantId = await this.one(
      `select id from role_grants where person_id = $1 and role = $2 and needs_confirmation and confirmed_at is null`,
      [personId, role],
    );
    await this.confirmGrant.run(request, { grantId });
  }

  /**
   * The student office's own system, by the client that gets its tokens from the first provider. A provider's name holds
   * its port: at a new one the system is let in anew.
   */
  async letSystemIn(cast: Cast, clock: Clock): Promise<void> {
    const issuer = known(this.settings.identityProviders?.[0]?.issuer, 'identity provider');
    const subject = DEMO_MACHINE_CLIENT.id;
    const [there] = await this.database.read(systemContext(clock), (ctx) =>
      ctx.tx.query<object[]>('select from integration_clients where issuer = $1 and subject = $2', [
        issuer,
        subject,
      ]),
    );
    if (there) return;
    const who = 'administrator@bg.rs.demo';
    const request = await this.requestOf(cast, who, clock, `${DEMONSTRATION}machine`);
    await this.registerClient.run(request, {
      institutionId: await this.institution('bg.ac.rs'),
      name: 'Студентска служба',
      issuer,
      subject,
      scopes: ['applications:read'],
      validUntil: new Date(clock.now().getTime() + 700 * 86_400_000),
      reason: 'Евиденција студентске службе',
    });
  }

  private institution(domain: string): Promise<Id> {
    return this.one('select id from institutions where domain = $1', [domain]);
  }

  private async one(sql: string, values: readonly unknown[]): Promise<Id> {
    const [row] = await this.database.read(systemContext({ now: () => new Date() }), (ctx) =>
      ctx.tx.query<{ id: Id }[]>(sql, [...values]),
    );
    return known(row?.id, sql);
  }
}

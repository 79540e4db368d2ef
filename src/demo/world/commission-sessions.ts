import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { ConductSession, KeepProtocol, PlanSession, TableItem, VoteOnItem } from '../../commission/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { systemClock } from '../../shared/clock.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { DemoCalendar } from './calendar.js';
import { known } from './cast.js';
import type { Cast } from './cast.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';
/** After those who sit there have their roles. */
const LANE = 'delegation';
const MET_DAYS = -100;
const NEXT_DAYS = 7;
const PLACE = 'Београд, сала 2 / Белград, зал 2';

/** In the language of each country, home first as the pair has it. */
const both = (name: string, sr: string, ru: string) => ({ [`${name}-0`]: sr, [`${name}-1`]: ru });

/** The joint commission of the demonstration: a session that was held, with its protocol and an amendment, and one to come. */
@Injectable()
export class CommissionSessions {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly tabling: TableItem,
    private readonly planning: PlanSession,
    private readonly conducting: ConductSession,
    private readonly voting: VoteOnItem,
    private readonly protocols: KeepProtocol,
  ) {}

  happenings(calendar: DemoCalendar, cast: Cast): Happening[] {
    let number = 0;
    const on = (
      days: number,
      time: string,
      who: string,
      act: (request: RequestContext) => Promise<unknown>,
    ): Happening => {
      const requestId = `${DEMONSTRATION}commission.${number++}`;
      return {
        lane: LANE,
        requestId,
        at: calendar.at(days, time, ZONE),
        happens: async (clock) => {
          await act(await this.requestOf(cast, who, clock, requestId));
        },
      };
    };
    const secretary = 'secretary@rs.demo';
    const session = () => this.one('select id from commission_sessions order by planned_at limit 1');
    const item = () => this.one('select item_id as id from commission_agenda order by position limit 1');
    const agreedAndSigned = (days: number, protocol: () => Promise<Id>): Happening[] => [
      on(days, '10:00', secretary, async (request) =>
        this.protocols.agree(request, await protocol(), await this.hashOf(await protocol())),
      ),
      on(days, '11:00', 'secretary@ru.demo', async (request) =>
        this.protocols.agree(request, await protocol(), await this.hashOf(await protocol())),
      ),
      on(days + 1, '10:00', 'commission@rs.demo', async (request) =>
        this.protocols.sign(request, await protocol(), await this.hashOf(await protocol())),
      ),
      on(days + 1, '11:00', 'commission@ru.demo', async (request) =>
        this.protocols.sign(request, await protocol(), await this.hashOf(await protocol())),
      ),
      on(days + 2, '10:00', secretary, async (request) => this.protocols.publish(request, await protocol())),
    ];
    const first = () => this.one('select id from commission_protocols where amends_id is null limit 1');
    const later = () => this.one('select id from commission_protocols where amends_id is not null limit 1');
    return [
      on(MET_DAYS - 20, '10:00', 'secretary@ru.demo', (request) =>
        this.tabling.tableMatter(request, 'RU', 'RS', {
          kind: 'matter',
          ...both('title', 'Календар размене за наредну годину', 'Календарь обменов на следующий год'),
          ...both(
            'text',
            'Предлаже се да оба семестра почињу истог дана за све кандидате.',
            'Предлагается, чтобы оба семестра начинались для всех кандидатов в один день.',
          ),
        }),
      ),
      on(MET_DAYS - 15, '10:00', secretary, (request) =>
        this.planning.plan(request, 'RS', 'RU', {
          startsAt: calendar.at(MET_DAYS, '10:00', ZONE),
          minutes: 90,
          timeZone: ZONE,
          place: PLACE,
          link: '',
        }),
      ),
      on(MET_DAYS - 15, '10:10', secretary, async (request) =>
        this.planning.setAgenda(request, await session(), [
          await this.one('select id from commission_items order by tabled_at limit 1'),
        ]),
      ),
      ...[secretary, 'secretary@ru.demo', 'commission@rs.demo', 'commission@ru.demo'].map((who, index) =>
        on(MET_DAYS, `09:5${index}`, who, async (request) =>
          this.conducting.attend(request, await session()),
        ),
      ),
      on(MET_DAYS, '10:00', secretary, async (request) => this.conducting.open(request, await session())),
      on(MET_DAYS, '10:05', secretary, async (request) =>
        this.conducting.takeUp(request, await session(), await item()),
      ),
      on(MET_DAYS, '10:20', secretary, async (request) =>
        this.conducting.note(
          request,
          await session(),
          await item(),
          both(
            'note',
            'Обе стране су се сагласиле да је почетак 1. септембра повољан.',
            'Обе стороны согласились, что начало 1 сентября удобно.',
          ),
        ),
      ),
      on(MET_DAYS, '10:30', secretary, async (request) =>
        this.voting.open(request, await session(), await item(), 'open'),
      ),
      ...['commission@rs.demo', 'commission@ru.demo'].map((who, index) =>
        on(MET_DAYS, `10:3${index + 1}`, who, async (request) =>
          this.voting.cast(
            request,
            await session(),
            await this.one('select id from commission_votes order by opened_at limit 1'),
            'yes',
          ),
        ),
      ),
      on(MET_DAYS, '10:40', secretary, async (request) =>
        this.voting.decide(
          request,
          await session(),
          await item(),
          'agreed_yes',
          both('decision', 'Календар размене се усваја.', 'Календарь обменов утверждается.'),
        ),
      ),
      on(MET_DAYS, '11:00', secretary, async (request) => this.conducting.close(request, await session())),
      on(MET_DAYS + 1, '10:00', secretary, async (request) => this.protocols.draft(request, await session())),
      ...agreedAndSigned(MET_DAYS + 2, first),
      on(MET_DAYS + 20, '10:00', secretary, async (request) =>
        this.protocols.amend(request, await first(), 1, {
          ...both(
            'words',
            'Календар размене се усваја; други семестар почиње 15. фебруара.',
            'Календарь обменов утверждается; второй семестр начинается 15 февраля.',
          ),
          ...both('reason', 'Изостављен је други семестар.', 'Был пропущен второй семестр.'),
        }),
      ),
      ...agreedAndSigned(MET_DAYS + 21, later),
    ];
  }

  /** The session to come, with everything on its agenda that the two countries differ on: once. */
  async planNext(calendar: DemoCalendar, cast: Cast): Promise<void> {
    const request = await this.requestOf(
      cast,
      'secretary@rs.demo',
      systemClock,
      `${DEMONSTRATION}commission.next`,
    );
    const [planned] = await this.rows("select id from commission_sessions where state = 'planned'");
    const id =
      planned ??
      (await this.planning.plan(request, 'RS', 'RU', {
        startsAt: calendar.at(NEXT_DAYS, '10:00', ZONE),
        minutes: 120,
        timeZone: ZONE,
        place: PLACE,
        link: '',
      }));
    const items = await this.rows(
      "select id from commission_items where state = 'tabled' order by tabled_at",
    );
    await this.planning.setAgenda(request, id, items);
  }

  private async hashOf(protocolId: Id): Promise<string> {
    return this.database.read(systemContext(systemClock), async (ctx) => {
      const [row] = await ctx.tx.query<{ hash: string }[]>(
        'select content_hash as hash from commission_protocols where id = $1',
        [protocolId],
      );
      return known(row, protocolId).hash;
    });
  }

  private async requestOf(cast: Cast, who: string, clock: Clock, requestId: string): Promise<RequestContext> {
    const { id, language, actor } = cast.person(who);
    const { grants, ties } = known(
      (await this.database.read(systemContext(clock), (ctx) => this.people.withGrants(ctx, id))) ?? undefined,
      who,
    );
    return { actor: { ...actor, grants, ties }, language, clock, requestId };
  }

  private async one(sql: string): Promise<Id> {
    return known((await this.rows(sql))[0], sql);
  }

  private async rows(sql: string): Promise<Id[]> {
    return this.database.read(systemContext(systemClock), async (ctx) =>
      (await ctx.tx.query<{ id: Id }[]>(sql)).map(({ id }) => id),
    );
  }
}

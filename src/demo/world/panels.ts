import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { Calls } from '../../calls/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { AssignReviewers, KeepPanels, WriteReview } from '../../reviews/public.js';
import type { Clock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { ApplicationActs } from './application-acts.js';
import type { DemoCalendar } from './calendar.js';
import type { DemoCall } from './calls.js';
import { known } from './cast.js';
import type { Cast } from './cast.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';
const BEGUN_DAYS = -11;
const DUE_DAYS = 6;
/** Appointments and panels follow upon one another: nobody sits in a panel before they are a reviewer. */
const LANE = 'delegation';

/** What a reviewer says of one person, and how far they are. */
interface Assessed {
  readonly person: string;
  readonly days: number;
  readonly does: 'nothing' | 'drafts' | 'hands in' | 'declines';
  /** By criterion, in the order of the call. */
  readonly scores?: readonly number[];
  readonly says: string;
}

interface DemoPanel {
  readonly country: string;
  readonly secretary: string;
  readonly reviewer: string;
  readonly name: LocalizedText;
  readonly assesses: readonly Assessed[];
}

/** Of the four applicants each reviewer has a colleague, whom nobody can give to them. */
const ASSESSED_CALL = 'safety';

const PANELS: readonly DemoPanel[] = [
  {
    country: 'RS',
    secretary: 'secretary@rs.demo',
    reviewer: 'reviewer@rs.demo',
    name: { sr: 'Панел Србије', ru: 'Группа Сербии', en: 'Panel of Serbia' },
    assesses: [
      {
        person: 'yulia-zhuravleva',
        days: BEGUN_DAYS,
        does: 'hands in',
        scores: [9, 6, 7],
        says: 'Изузетна постигнућа. План боравка је могао да буде конкретнији.',
      },
      {
        person: 'nevena-djuric',
        days: -2,
        does: 'drafts',
        scores: [7, 8],
        says: '',
      },
      { person: 'dariima-badmaeva', days: 0, does: 'nothing', says: '' },
    ],
  },
  {
    country: 'RU',
    secretary: 'secretary@ru.demo',
    reviewer: 'reviewer@ru.demo',
    name: { sr: 'Панел Русије', ru: 'Группа России', en: 'Panel of Russia' },
    assesses: [
      {
        person: 'luka-dzodzo',
        days: BEGUN_DAYS,
        does: 'hands in',
        scores: [7, 8, 8],
        says: 'Подготовка хорошая, план реалистичный, тема важна для обеих организаций.',
      },
      {
        person: 'nevena-djuric',
        days: -3,
        does: 'drafts',
        scores: [6, 5],
        says: 'План пребывания изложен слишком общо, но подготовка достаточна.',
      },
      {
        person: 'dariima-badmaeva',
        days: -1,
        does: 'declines',
        says: 'Анализ вредоносных программ не моя область.',
      },
    ],
  },
];

/** The panels of the demonstration: reviews that are awaited, begun, handed in and declined. */
@Injectable()
export class Panels {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly calls: Calls,
    private readonly acts: ApplicationActs,
    private readonly keep: KeepPanels,
    private readonly assigning: AssignReviewers,
    private readonly writing: WriteReview,
  ) {}

  happenings(calendar: DemoCalendar, cast: Cast, calls: readonly DemoCall[]): Happening[] {
    const call = known(
      calls.find(({ key }) => key === ASSESSED_CALL),
      ASSESSED_CALL,
    );
    return PANELS.flatMap((panel) => {
      const on = this.happening(calendar, cast, panel.country);
      const { secretary, reviewer } = panel;
      return [
        on(BEGUN_DAYS, '09:00', secretary, async (request) => {
          await this.keep.make(request, {
            callId: await this.callId(call),
            name: panel.name,
            country: panel.country,
          });
        }),
        on(BEGUN_DAYS, '09:10', secretary, async (request) => {
          const personId = cast.person(reviewer).id;
          await this.keep.seat(request, await this.panelId(call, panel), {
            personId,
            lead: true,
            loadLimit: '8',
          });
        }),
        on(BEGUN_DAYS, '09:20', secretary, async (request) => {
          await this.keep.setDueDay(
            request,
            await this.panelId(call, panel),
            calendar.at(DUE_DAYS, '23:59', ZONE),
          );
        }),
        on(BEGUN_DAYS, '09:30', secretary, async (request) => {
          await this.keep.lead(request, await this.panelId(call, panel), 'open_reviewing');
        }),
        ...panel.assesses.map(({ person }, index) =>
          on(BEGUN_DAYS, `10:0${index}`, secretary, async (request) => {
            await this.assigning.assign(request, await this.panelId(call, panel), {
              applicationId: await this.acts.find(await this.callId(call), cast.person(person).id),
              reviewerId: cast.person(reviewer).id,
            });
          }),
        ),
        ...panel.assesses
          .filter(({ does }) => does !== 'nothing')
          .map((assessed, index) =>
            on(assessed.days, `15:0${index}`, reviewer, (request) =>
              this.assess(request, call, panel, cast.person(assessed.person).id, assessed),
            ),
          ),
      ];
    });
  }

  private async assess(
    request: RequestContext,
    call: DemoCall,
    panel: DemoPanel,
    applicantId: Id,
    { does, scores = [], says }: Assessed,
  ): Promise<void> {
    const applicationId = await this.acts.find(await this.callId(call), applicantId);
    const review = await this.reviewId(await this.panelId(call, panel), applicationId);
    if (does === 'declines') {
      await this.writing.decline(request, review, says);
      return;
    }
    const criteria = call.draft.selection?.criteria ?? [];
    const typed = {
      scores: Object.fromEntries(
        criteria.map(({ id }, index) => [
          id,
          {
            value: scores[index] === undefined ? '' : String(scores[index]),
            comment: scores[index] === undefined ? '' : (says.split('. ')[0] ?? ''),
          },
        ]),
      ),
      overall: says,
      recommendation: does === 'hands in' ? 'support' : '',
    };
    const aside = does === 'hands in' ? { ...request, requestId: `${request.requestId}-form` } : request;
    const { revision } = await this.writing.save(aside, review, typed, 0);
    if (does === 'hands in') await this.writing.submit(request, review, revision);
  }

  private happening(calendar: DemoCalendar, cast: Cast, country: string) {
    let number = 0;
    return (
      days: number,
      time: string,
      who: string,
      act: (request: RequestContext) => Promise<void>,
    ): Happening => {
      const requestId = `${DEMONSTRATION}panel.${country}.${number++}`;
      return {
        lane: LANE,
        requestId,
        at: calendar.at(days, time, ZONE),
        happens: async (clock) => act(await this.requestOf(cast, who, clock, requestId)),
      };
    };
  }

  private async requestOf(cast: Cast, who: string, clock: Clock, requestId: string): Promise<RequestContext> {
    const { id, language, actor } = cast.person(who);
    const { grants, ties } = known(
      (await this.database.read(systemContext(clock), (ctx) => this.people.withGrants(ctx, id))) ?? undefined,
      who,
    );
    return { actor: { ...actor, grants, ties }, language, clock, requestId };
  }

  private async callId({ draft }: DemoCall): Promise<Id> {
    return this.database.read(systemContext({ now: () => new Date() }), async (ctx) => {
      const call = await this.calls.bySlug(ctx, draft.slug);
      return known(call ?? undefined, draft.slug).id;
    });
  }

  private async panelId(call: DemoCall, { country }: DemoPanel): Promise<Id> {
    const callId = await this.callId(call);
    return this.one('select id from review_panels where call_id = $1 and country = $2', [callId, country]);
  }

  private reviewId(panelId: Id, applicationId: Id): Promise<Id> {
    return this.one(
      'select id from review_assignments where panel_id = $1 and application_id = $2 order by assigned_at desc limit 1',
      [panelId, applicationId],
    );
  }

  private one(sql: string, values: readonly string[]): Promise<Id> {
    return this.database.read(systemContext({ now: () => new Date() }), async (ctx) => {
      const [row] = await ctx.tx.query<{ id: Id }[]>(sql, [...values]);
      return known(row, sql).id;
    });
  }
}

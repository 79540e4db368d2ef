import { Injectable } from '@nestjs/common';
import { People } from '../../access/public.js';
import { PublishProvisional } from '../../allocation/public.js';
import { Database, systemContext } from '../../platform/database/database.js';
import { AssignReviewers, KeepPanels, WriteReview } from '../../reviews/public.js';
import type { Clock } from '../../shared/clock.js';
import { systemClock } from '../../shared/clock.js';
import type { Id } from '../../shared/ids.js';
import type { RequestContext } from '../../shared/request-context.js';
import type { DemoCalendar } from './calendar.js';
import type { DemoCall } from './calls.js';
import { known } from './cast.js';
import type { Cast } from './cast.js';
import { emailOf } from './people.js';
import { EXTRA_PEOPLE } from './extra-people.js';
import { DEMONSTRATION } from './timeline.js';
import type { Happening } from './timeline.js';

const ZONE = 'Europe/Belgrade';
/** One of each side, as its call wants it. */
const REVIEWERS: Readonly<Record<string, string>> = { RS: 'reviewer@rs.demo', RU: 'reviewer@ru.demo' };
const PANELS = {
  RS: { sr: 'Комисија рецензената Србије', ru: 'Экспертная группа Сербии', en: 'Panel of Serbia' },
  RU: { sr: 'Комисија рецензената Русије', ru: 'Экспертная группа России', en: 'Panel of Russia' },
};

/** What both panels found of each applicant, on every criterion; two of them are equal, so that the lot decides. */
const SCORES: Readonly<Record<string, number>> = {
  'goran-djukanovic': 9,
  'katarina-lazin': 8,
  'maja-obradovic': 8,
  'ruslan-akhmetov': 9,
  'konstantin-medvedkin': 7,
};
const WORDS: Readonly<Record<string, { readonly comment: string; readonly overall: string }>> = {
  RS: {
    comment: 'Образложено у пријави и у препорукама.',
    overall: 'Пријава је јасна, план боравка остварив, а корист за обе установе добро описана.',
  },
  RU: {
    comment: 'Обосновано в заявке и рекомендациях.',
    overall: 'Заявка ясная, план пребывания выполним, польза для обеих организаций хорошо описана.',
  },
};

/** How the panels of a ranked call assess, and how its provisional list is published. */
@Injectable()
export class Selections {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly panels: KeepPanels,
    private readonly assign: AssignReviewers,
    private readonly write: WriteReview,
    private readonly provisional: PublishProvisional,
  ) {}

  happenings(calendar: DemoCalendar, cast: Cast, call: DemoCall): Happening[] {
    const { life, preparedBy } = call;
    const { inSelection, provisional } = life;
    if (inSelection === undefined || provisional === undefined) return [];
    const { slug } = call.draft;
    const administrator = cast.person(preparedBy);
    const happening = (
      days: number,
      time: string,
      name: string,
      act: (request: RequestContext) => Promise<void>,
    ): Happening => {
      const requestId = `${DEMONSTRATION}${slug}.selection.${name}`;
      return {
        lane: `${slug}.selection`,
        requestId,
        at: calendar.at(days, time, ZONE),
        happens: (clock) =>
          act({ actor: administrator.actor, language: administrator.language, clock, requestId }),
      };
    };
    const sides = ['RS', 'RU'] as const;
    return [
      ...sides.map((side) =>
        happening(inSelection + 6, '12:00', `panel.${side}`, (request) =>
          this.makePanel(request, cast, call, side),
        ),
      ),
      ...sides.map((side) =>
        happening(provisional - 16, '14:00', `reviews.${side}`, (request) =>
          this.review(request, cast, slug, side),
        ),
      ),
      ...sides.map((side) =>
        happening(provisional - 12, '16:00', `close.${side}`, async (request) =>
          this.panels.lead(request, await this.panelOf(slug, side), 'close'),
        ),
      ),
      happening(provisional, '09:00', 'provisional', async (request) => {
        await this.provisional.publish(
          request,
          await this.one('select id from calls where slug = $1', [slug]),
        );
      }),
    ];
  }

  private async makePanel(
    request: RequestContext,
    cast: Cast,
    { draft: { slug } }: DemoCall,
    side: 'RS' | 'RU',
  ): Promise<void> {
    const aside = { ...request, requestId: `${request.requestId}-aside` };
    const callId = await this.one('select id from calls where slug = $1', [slug]);
    const { id } = await this.panels.make(aside, { callId, name: PANELS[side], country: side });
    const personId = cast.person(known(REVIEWERS[side], side)).id;
    await this.panels.seat(aside, id, { personId, lead: true, loadLimit: '' });
    await this.panels.lead(request, id, 'open_reviewing');
  }

  /** Whoever sits in the panel assesses everybody who applied. */
  private async review(request: RequestContext, cast: Cast, slug: string, side: 'RS' | 'RU'): Promise<void> {
    const aside = { ...request, requestId: `${request.requestId}-aside` };
    const panelId = await this.panelOf(slug, side);
    const reviewer = await this.reviewer(cast.person(known(REVIEWERS[side], side)).id, aside, request.clock);
    const waiting = await this.rows<{ id: Id; email: string }>(
      `select a.id, p.email from applications a join persons p on p.id = a.applicant_id
       where a.call_id = (select id from calls where slug = $1) and a.state = 'in_review' order by a.number`,
      [slug],
    );
    for (const [index, { id, email }] of waiting.entries()) {
      const last = index === waiting.length - 1;
      const assigned = await this.assign.assign(aside, panelId, {
        applicationId: id,
        reviewerId: known(reviewer.actor.personId ?? undefined, side),
      });
      const written = await this.write.save(reviewer, assigned.id, typedFor(email, side), 0);
      await this.write.submit(
        { ...reviewer, requestId: last ? request.requestId : aside.requestId },
        assigned.id,
        written.revision,
      );
    }
  }

  /** As they are now: the role came to them after the people were introduced. */
  private async reviewer(id: Id, request: RequestContext, clock: Clock): Promise<RequestContext> {
    const found = await this.database.read(systemContext(clock), (ctx) => this.people.withGrants(ctx, id));
    const { name, grants, ties, language } = known(found ?? undefined, id);
    return { ...request, language, actor: { ...request.actor, personId: id, name, grants, ties } };
  }

  private panelOf(slug: string, side: string): Promise<Id> {
    return this.one(
      'select p.id from review_panels p join calls c on c.id = p.call_id where c.slug = $1 and p.country = $2',
      [slug, side],
    );
  }

  private async one(sql: string, values: readonly unknown[]): Promise<Id> {
    const [row] = await this.rows<{ id: Id }>(sql, values);
    return known(row?.id, sql);
  }

  private rows<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    return this.database.read(systemContext(systemClock), (ctx) => ctx.tx.query<Row[]>(sql, [...values]));
  }
}

function typedFor(email: string, side: 'RS' | 'RU') {
  const person = EXTRA_PEOPLE.find((each) => emailOf(each) === email);
  const { comment, overall } = known(WORDS[side], side);
  const value = String(SCORES[person?.key ?? ''] ?? 6);
  return {
    scores: Object.fromEntries(['merit', 'plan', 'benefit'].map((id) => [id, { value, comment }])),
    overall,
    recommendation: 'support',
  };
}

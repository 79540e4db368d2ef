import { Controller, Get } from '@nestjs/common';
import ical, { ICalAlarmType, ICalCalendarMethod } from 'ical-generator';
import { Settings } from '../../platform/config/settings.js';
import { Database } from '../../platform/database/database.js';
import { answerFile } from '../../platform/http/page.js';
import type { FileResult } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import { Calls } from '../data/calls.js';
import { callResource } from './dto/call-resource.js';
import { ReadCalls } from './read-calls.js';

const DAY_SECONDS = 86_400;
/** A reminder a week and a day before each deadline. */
const REMINDERS_DAYS = [7, 1];

/** Deadlines for those who do not come to look: a calendar to subscribe to and the same as open data. */
@Controller()
export class CallFeedsController {
  constructor(
    private readonly database: Database,
    private readonly calls: Calls,
    private readonly reading: ReadCalls,
    private readonly translator: Translator,
    private readonly settings: Settings,
  ) {}

  @Get('calls.ics')
  @Public()
  async calendar(@Web() web: WebRequest): Promise<FileResult> {
    const { language, clock } = web.ctx;
    const calls = await this.announced(web);
    const calendar = ical({
      name: this.translator.t(language, 'calls.calendar.name'),
      description: this.translator.t(language, 'calls.calendar.description'),
      method: ICalCalendarMethod.PUBLISH,
      url: `${this.settings.publicUrl}/calls`,
      prodId: { company: 'MOST', product: 'calls' },
      ttl: DAY_SECONDS,
    });
    for (const call of calls) {
      const event = calendar.createEvent({
        // The same call keeps its place in the calendar when its deadline moves.
        id: `${call.id}@${new URL(this.settings.publicUrl).host}`,
        start: call.closesAt,
        end: call.closesAt,
        stamp: call.publishedAt ?? clock.now(),
        summary: this.translator.t(language, 'calls.calendar.event', {
          title: this.translator.localized(language, call.title),
        }),
        description: [
          this.translator.localized(language, call.summary),
          this.translator.localized(language, call.funding),
        ].join('\n\n'),
        url: `${this.settings.publicUrl}/calls/${call.slug}`,
      });
      for (const days of REMINDERS_DAYS) {
        event.createAlarm({ type: ICalAlarmType.display, trigger: days * DAY_SECONDS });
      }
    }
    return answerFile({
      content: Buffer.from(calendar.toString()),
      contentType: 'text/calendar; charset=utf-8',
      fileName: 'calls.ics',
      disposition: 'inline',
      cacheControl: 'private, max-age=3600',
    });
  }

  @Get('calls.json')
  @Public()
  async openData(@Web() web: WebRequest): Promise<FileResult> {
    const calls = await this.announced(web);
    const totals = await this.database.read(web.ctx, (ctx) =>
      this.calls.placeTotals(
        ctx,
        calls.map(({ id }) => id),
      ),
    );
    const content = {
      generatedAt: web.ctx.clock.now().toISOString(),
      calls: calls.map((call) => ({
        ...callResource(call, totals.get(call.id)),
        url: `${this.settings.publicUrl}/calls/${call.slug}`,
      })),
    };
    return answerFile({
      content: Buffer.from(JSON.stringify(content)),
      contentType: 'application/json; charset=utf-8',
      fileName: 'calls.json',
      disposition: 'inline',
      cacheControl: 'public, max-age=300',
    });
  }

  private announced(web: WebRequest) {
    return this.database.read(web.ctx, (ctx) => this.reading.announced(ctx, web.query));
  }
}

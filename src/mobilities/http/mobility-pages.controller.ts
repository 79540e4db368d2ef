import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { People } from '../../access/public.js';
import { CALL_CATEGORIES, Calls } from '../../calls/public.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { TABLE_FORMATS } from '../../platform/tables/table-file.js';
import { encodeCursor } from '../../shared/cursor.js';
import { DomainError } from '../../shared/domain-error.js';
import type { ErrorCode } from '../../shared/domain-error.js';
import { parseDate } from '../../shared/parse-entry.js';
import { Countries, Institutions } from '../../universities/public.js';
import { MobilitiesRepository } from '../data/mobilities.repository.js';
import { STAY_WHENS } from '../data/stay-filter.js';
import { CertifyStay } from '../operations/certify-stay.js';
import { EndStay } from '../operations/end-stay.js';
import { ReadStays } from '../operations/read-stays.js';
import { RecordPayment } from '../operations/record-payment.js';
import { StayRecord } from '../operations/stay-record.js';
import { prefixOf, presentStay } from './present-stay.js';
import type { RefusedAct } from './present-stay.js';
import { presentStays } from './present-stays.js';
import { stayCursor } from './stay-cursor.js';
import { WriteStays } from './write-stays.js';

const PAGE = 50;
/** Refusals that the page itself tells; any other has no page to come back to. */
const TOLD: readonly ErrorCode[] = ['invalid', 'conflict', 'wrong_state'];

/** Stays for both offices and for whoever stays: who is there, what was certified and paid. */
@ApiExcludeController()
@Controller('mobilities')
export class MobilityPagesController {
  constructor(
    private readonly database: Database,
    private readonly stays: MobilitiesRepository,
    private readonly reading: ReadStays,
    private readonly record: StayRecord,
    private readonly certifying: CertifyStay,
    private readonly ending: EndStay,
    private readonly paying: RecordPayment,
    private readonly write: WriteStays,
    private readonly calls: Calls,
    private readonly institutions: Institutions,
    private readonly countries: Countries,
    private readonly people: People,
    private readonly translator: Translator,
  ) {}

  @Get()
  @Can('mobility.list')
  list(@Web() web: WebRequest): Promise<View> {
    const { query } = web;
    return this.database.read(web.ctx, async (ctx) => {
      const { when, day, filter, countries } = await this.asked(ctx, query);
      const rows = await this.reading.list(ctx, {
        when,
        day,
        ...filter,
        ...(query.after ? { after: stayCursor(query.after) } : {}),
        limit: PAGE + 1,
      });
      const shown = rows.slice(0, PAGE);
      const last = shown.at(-1);
      const model = presentStays(
        { translator: this.translator, language: ctx.language, actor: ctx.actor },
        {
          when,
          filter,
          countries,
          present: await this.reading.presentOn(ctx, day),
          stays: shown,
          names: await this.people.displayNames(
            ctx,
            shown.map(({ participantId }) => participantId),
          ),
          institutions: await this.institutions.names(
            ctx,
            shown.flatMap(({ homeInstitutionId, hostInstitutionId }) =>
              [homeInstitutionId ?? [], hostInstitutionId].flat(),
            ),
          ),
          day,
          next: rows.length > PAGE && last ? encodeCursor([last.plannedFrom, last.id]) : null,
        },
      );
      return view('mobilities/list.njk', model, { title: { key: 'mobilities.title' } });
    });
  }

  /** What the list is about, as a file. */
  @Post('export')
  @Can('mobility.list')
  @Limited('export')
  async export(@Web() web: WebRequest): Promise<FileResult> {
    const format = TABLE_FORMATS.find((each) => each === textOf(web.body, 'format'));
    if (!format)
      throw new DomainError('invalid', { fields: [{ field: 'format', problem: 'required_choice' }] });
    const query = Object.fromEntries(new URLSearchParams(textOf(web.body, 'query')));
    const { when, day, filter } = await this.database.read(web.ctx, (ctx) => this.asked(ctx, query));
    return this.write.file(web.ctx, { when, day, ...filter }, format);
  }

  @Get(':id')
  @Can('mobility.read')
  stay(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post(':id/arrival')
  @Can('mobility.certify_arrival')
  arrival(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'arrival', (typed) => this.certifying.arrival(web.ctx, id, dayIn(typed, 'day')));
  }

  @Post(':id/departure')
  @Can('mobility.certify_departure')
  departure(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'departure', (typed) =>
      this.certifying.departure(web.ctx, id, dayIn(typed, 'day')),
    );
  }

  @Post(':id/correct')
  @Can('mobility.correct')
  correct(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'correct', (typed) =>
      this.certifying.correct(web.ctx, id, {
        kind: said(typed, 'kind') === 'departure' ? 'departure' : 'arrival',
        day: dayIn(typed, 'day'),
        reason: said(typed, 'reason'),
      }),
    );
  }

  @Post(':id/cancel')
  @Can('mobility.cancel')
  cancel(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'cancel', (typed) =>
      this.ending.cancel(web.ctx, id, { reason: said(typed, 'reason') }),
    );
  }

  @Post(':id/no-show')
  @Can('mobility.record_no_show')
  noShow(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'no-show', (typed) =>
      this.ending.noShow(web.ctx, id, { reason: said(typed, 'reason') }),
    );
  }

  @Post(':id/payments')
  @Can('mobility.record_payment')
  pay(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'payments', (typed) => {
      const paidOn = parseDate(typedDay(typed, 'paidOn'));
      return this.paying.run(web.ctx, id, {
        kind: said(typed, 'kind'),
        purpose: said(typed, 'purpose'),
        payer: said(typed, 'payer'),
        amount: said(typed, 'amount'),
        currency: said(typed, 'currency'),
        paidOn: paidOn.ok ? paidOn.value : null,
        evidence: said(typed, 'evidence'),
      });
    });
  }

  @Post(':id/payments/:payment')
  @Can('mobility.record_payment')
  correctPayment(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('payment') payment: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `payments/${payment}`, (typed) =>
      this.paying.correct(web.ctx, id, payment, {
        amount: said(typed, 'amount'),
        reason: said(typed, 'reason'),
      }),
    );
  }

  private async asked(ctx: Ctx, query: Readonly<Record<string, string>>) {
    const countries = (await this.countries.all(ctx)).map(({ code }) => code);
    const homeCountry = countries.find((code) => code === query.home);
    const hostCountry = countries.find((code) => code === query.host);
    const category = CALL_CATEGORIES.find((each) => each === query.category);
    return {
      when: STAY_WHENS.find((each) => each === query.when) ?? 'here',
      day: ctx.clock.now().toISOString().slice(0, 10),
      filter: {
        ...(homeCountry ? { homeCountry } : {}),
        ...(hostCountry ? { hostCountry } : {}),
        ...(category ? { category } : {}),
      },
      countries,
    };
  }

  private async act(
    web: WebRequest,
    id: string,
    act: string,
    run: (typed: Typed) => Promise<unknown>,
  ): Promise<View | Redirect> {
    const typed = typedIn(web, act);
    try {
      await run(typed);
    } catch (error) {
      if (!(error instanceof DomainError) || !TOLD.includes(error.code)) throw error;
      return this.page(web, id, { act, error, typed });
    }
    return redirect(`/mobilities/${id}`, { flash: { kind: 'success', key: 'mobilities.done' } });
  }

  private page(web: WebRequest, id: string, refused: RefusedAct | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const stay = await this.reading.load(ctx, id);
      const model = presentStay(
        { translator: this.translator, language: ctx.language, actor: ctx.actor },
        { stay, ...(await this.about(ctx, stay)) },
        refused,
      );
      return view('mobilities/stay.njk', model, {
        title: { key: 'mobilities.stay' },
        ...(refused ? { status: STATUS[refused.error.code] } : {}),
      });
    });
  }

  private async about(ctx: Ctx, stay: Awaited<ReturnType<ReadStays['load']>>) {
    const names = await this.people.displayNames(ctx, [stay.participantId]);
    const institutions = [stay.homeInstitutionId ?? [], stay.hostInstitutionId].flat();
    const { timeZone } = await this.countries.byCode(ctx, stay.hostCountry);
    return {
      name: names.get(stay.participantId) ?? null,
      call: await this.calls.byId(ctx, stay.callId),
      institutions: await this.institutions.names(ctx, institutions),
      certificates: await this.stays.certificates(ctx, stay.id),
      payments: await this.stays.payments(ctx, stay.id),
      zone: timeZone,
      today: await this.record.today(ctx, stay),
    };
  }
}

type Typed = Readonly<Record<string, string>>;

/** What was typed into one of the forms, by the names that its controls have there. */
function typedIn(web: WebRequest, act: string): Typed {
  const prefix = prefixOf(act);
  return Object.fromEntries(
    Object.entries(eachOnce(web.body)).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}

const said = (typed: Typed, name: string): string => typed[name] ?? '';

function typedDay(typed: Typed, name: string): string {
  return ['day', 'month', 'year'].map((part) => said(typed, `${name}-${part}`)).join(' ');
}

/** @throws DomainError `invalid` where it is no day */
function dayIn(typed: Typed, name: string): string {
  const entry = parseDate(typedDay(typed, name));
  if (!entry.ok) throw new DomainError('invalid', { fields: [{ field: name, problem: entry.problem }] });
  return entry.value;
}

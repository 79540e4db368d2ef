import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce } from '../../platform/http/form-fields.js';
import { AcceptsFile } from '../../platform/http/multipart.interceptor.js';
import { answerFile, redirect, view } from '../../platform/http/page.js';
import type { FileResult, Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import { parseForm } from '../../platform/http/validation.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Web } from '../../platform/http/web.decorator.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { GATE_TABS } from '../data/gates.repository.js';
import { GATE_VERDICTS } from '../domain/gate.states.js';
import { DecideHit, HIT_VERDICTS } from '../operations/decide-hit.js';
import { ReadGates } from '../operations/read-gates.js';
import { SettleGate } from '../operations/settle-gate.js';
import { SettlementForm } from './dto/gate-forms.js';
import { presentGate } from './presenters/present-gate.js';
import type { GatePageState } from './presenters/present-gate.js';
import { presentGates } from './presenters/present-gates.js';
import { dayParts, typedDay } from './typed-day.js';

const PAGE_SIZE = 50;

/** Where a country's officers say its word on what it asks. */
@ApiExcludeController()
@Controller('gates')
export class GatePagesController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly gates: ReadGates,
    private readonly settle: SettleGate,
    private readonly decideHit: DecideHit,
  ) {}

  @Get()
  @Can('gate.list')
  list(@Web() web: WebRequest): Promise<View> {
    const { query } = web;
    const tab = GATE_TABS.find((each) => each === query.tab) ?? 'waiting';
    return this.database.read(web.ctx, async (ctx) => {
      const page = await this.gates.list(ctx, {
        tab,
        limit: PAGE_SIZE,
        ...(query.after ? { after: query.after } : {}),
      });
      const zones = new Map<string, string>();
      for (const country of new Set(page.items.map(({ gate }) => gate.country))) {
        zones.set(country, await this.gates.zoneOf(ctx, country));
      }
      const model = presentGates(this.translator, ctx, page, { tab, after: query.after ?? null }, zones);
      return view('gates/list.njk', model, { title: { key: 'gates.title' } });
    });
  }

  @Get(':id')
  @Can('gate.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, { sent: null, hit: null, problems: [] });
  }

  /** Reloaded after a refusal, or opened in another language: the page that the forms stand on. */
  @Get(':id/:form')
  @Can('gate.read')
  beforeSending(@Param('id') id: string): Redirect {
    return redirect(`/gates/${id}`);
  }

  @Post(':id/settlement')
  @Can('gate.settle')
  settlement(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { value, problems } = parseForm(SettlementForm, web.body);
    if (problems.length > 0) {
      return this.page(web, id, { sent: 'settlement', hit: null, problems }, STATUS.invalid);
    }
    const { verdict, reasonCode, reasonText, toldText, conditions } = value;
    const expiresOn = typedDay(web.body, 'expiresOn');
    return this.send(web, id, 'settlement', async () => {
      const state = await this.settle.run(web.ctx, id, {
        verdict,
        ...(reasonCode ? { reasonCode } : {}),
        ...(reasonText ? { reasonText } : {}),
        ...(toldText ? { toldText } : {}),
        ...(conditions ? { conditions: conditions.split(/\r?\n/) } : {}),
        ...(expiresOn ? { expiresOn } : {}),
      });
      return `gates.done.${state}`;
    });
  }

  @Post(':id/evidence')
  @Can('gate.add_evidence')
  @AcceptsFile()
  evidence(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.send(web, id, 'evidence', async () => {
      const file = await web.file();
      const { item, words } = eachOnce(web.body);
      const validUntil = typedDay(web.body, 'validUntil');
      await this.settle.addEvidence(
        web.ctx,
        id,
        { words: words ?? '', ...(item ? { item } : {}), ...(validUntil ? { validUntil } : {}) },
        file,
      );
      return 'gates.done.evidence';
    });
  }

  @Get(':id/evidence/:file')
  @Can('gate.read')
  async file(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('file') file: string,
  ): Promise<FileResult> {
    const { fileName, mediaType, sizeBytes, content } = await this.database.read(web.ctx, (ctx) =>
      this.gates.file(ctx, id, file),
    );
    return answerFile({ content: await content(), contentType: mediaType, fileName, length: sizeBytes });
  }

  @Post(':id/reopening')
  @Can('gate.reopen')
  reopening(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { reason } = eachOnce(web.body);
    return this.send(web, id, 'reopening', async () => {
      await this.settle.reopen(web.ctx, id, reason ?? '');
      return 'gates.done.reopened';
    });
  }

  @Post(':id/hits/:hit')
  @Can('gate.screen')
  hit(@Web() web: WebRequest, @Param('id') id: string, @Param('hit') hit: string): Promise<View | Redirect> {
    const { hitVerdict, hitReason } = eachOnce(web.body);
    return this.send(
      web,
      id,
      'hit',
      async () => {
        const verdict = HIT_VERDICTS.find((each) => each === hitVerdict);
        if (!verdict) {
          throw new DomainError('invalid', { fields: [{ field: 'hitVerdict', problem: 'required_choice' }] });
        }
        await this.decideHit.run(web.ctx, id, hit, { verdict, reason: hitReason ?? '' });
        return `gates.done.${verdict}`;
      },
      hit,
    );
  }

  /** Reloaded after a refusal, or opened in another language: the page that the form stands on. */
  @Get(':id/hits/:hit')
  @Can('gate.read')
  beforeDeciding(@Param('id') id: string): Redirect {
    return redirect(`/gates/${id}`);
  }

  private async send(
    web: WebRequest,
    id: string,
    sent: NonNullable<GatePageState['sent']>,
    act: () => Promise<string>,
    hit: string | null = null,
  ): Promise<View | Redirect> {
    try {
      return redirect(`/gates/${id}`, { flash: { kind: 'success', key: await act() } });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.page(web, id, { sent, hit, problems: error.fields }, STATUS.invalid);
    }
  }

  private page(
    web: WebRequest,
    id: string,
    { sent, hit, problems }: Pick<GatePageState, 'sent' | 'hit' | 'problems'>,
    status = 200,
  ): Promise<View> {
    const typed = eachOnce(web.body);
    const wish = typed.verdict ?? web.query.verdict;
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.gates.open(ctx, id);
      const model = presentGate(this.translator, ctx, open, {
        sent,
        hit,
        problems,
        typed,
        verdict: GATE_VERDICTS.find((each) => each === wish) ?? 'clear',
        expires: dayParts(web.body, 'expiresOn'),
        validUntil: dayParts(web.body, 'validUntil'),
      });
      return view('gates/gate.njk', model, {
        status,
        title: { key: 'gates.named', values: { reference: open.summary.reference } },
      });
    });
  }
}

import { Controller, Get, Param, Post } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can } from '../../platform/http/route-access.js';
import type { FormFields } from '../../platform/http/session-data.js';
import { parseForm } from '../../platform/http/validation.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { DECISION_TABS } from '../data/decisions.repository.js';
import { VERDICTS } from '../domain/decision-side.states.js';
import { DecideSide } from '../operations/decide-side.js';
import { VerdictForm } from './dto/decision-forms.js';
import { presentApproval } from './presenters/present-approval.js';
import type { VerdictState } from './presenters/present-approval.js';
import { presentApprovals } from './presenters/present-approvals.js';
import { ReadApprovals } from './read-approvals.js';

const PAGE_SIZE = 50;

/** Where ministries decide, each on its own side. */
@Controller('approvals')
export class ApprovalsPagesController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly approvals: ReadApprovals,
    private readonly decideSide: DecideSide,
  ) {}

  @Get()
  @Can('decision.list')
  list(@Web() web: WebRequest): Promise<View> {
    const { query } = web;
    // The home page leads the commission here by what it is about.
    const wish = query.outcome === 'divergent' ? 'divergent' : query.tab;
    const tab = DECISION_TABS.find((each) => each === wish) ?? 'waiting';
    return this.database.read(web.ctx, async (ctx) => {
      const page = await this.approvals.list(ctx, {
        tab,
        limit: PAGE_SIZE,
        ...(query.after ? { after: query.after } : {}),
      });
      const zones = new Map<string, string>();
      for (const country of new Set(page.items.map((side) => side.country))) {
        zones.set(country, await this.approvals.zoneOf(ctx, country));
      }
      const model = presentApprovals(
        this.translator,
        ctx,
        page,
        {
          tab,
          density: query.density === 'compact' ? 'compact' : 'comfortable',
          after: query.after ?? null,
        },
        zones,
      );
      return view('approvals/list.njk', model, { title: { key: 'approvals.title' } });
    });
  }

  @Get(':id')
  @Can('decision.read')
  one(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    const kept = web.takeStash();
    return this.page(web, id, {
      ...typedIn(kept ?? {}, kept?.verdict ?? web.query.verdict),
      problems: [],
      tooLate: false,
    });
  }

  /** Reloaded after a refusal, or opened in another language: the page that the panel stands on. */
  @Get(':id/decision')
  @Can('decision.read')
  beforeDeciding(@Param('id') id: string): Redirect {
    return redirect(`/approvals/${id}`);
  }

  @Post(':id/decision')
  @Can('decision.decide')
  async decide(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { value, problems } = parseForm(VerdictForm, web.body);
    const typed = typedIn(web.body, web.body.verdict);
    if (problems.length > 0)
      return this.page(web, id, { ...typed, problems, tooLate: false }, STATUS.invalid);
    try {
      const { country, verdict, reasonCode, reasonText, conditions } = value;
      const outcome = await this.decideSide.run(web.ctx, id, {
        country,
        verdict,
        ...(reasonCode ? { reasonCode } : {}),
        ...(reasonText ? { reasonText } : {}),
        ...(conditions ? { conditions: conditions.split(/\r?\n/) } : {}),
      });
      return redirect(`/approvals/${id}`, {
        flash: {
          kind: 'success',
          key: outcome === 'open' ? `approvals.done.${verdict}` : `approvals.done.${outcome}`,
        },
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid') {
        return this.page(web, id, { ...typed, problems: error.fields, tooLate: false }, STATUS.invalid);
      }
      if (error.reason === 'already_decided') {
        return this.page(web, id, { ...typed, problems: [], tooLate: true }, STATUS.conflict);
      }
      throw error;
    }
  }

  private page(web: WebRequest, id: string, state: VerdictState, status = 200): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.approvals.open(ctx, id);
      return view('approvals/decision.njk', presentApproval(this.translator, ctx, open, state), {
        status,
        title: { key: 'approvals.named', values: { reference: open.summary.reference } },
      });
    });
  }
}

function typedIn(fields: FormFields, wish: unknown): Pick<VerdictState, 'verdict' | 'typed'> {
  const entry = (name: string) => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    verdict: VERDICTS.find((verdict) => verdict === wish) ?? 'approve',
    typed: {
      reasonCode: entry('reasonCode'),
      reasonText: entry('reasonText'),
      conditions: entry('conditions'),
    },
  };
}

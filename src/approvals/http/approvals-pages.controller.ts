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
import type { FieldProblem } from '../../shared/domain-error.js';
import { parseDate } from '../../shared/parse-entry.js';
import { DECISION_TABS } from '../data/decisions.repository.js';
import { VERDICTS } from '../domain/decision-side.states.js';
import { CONDITIONS_MOST, DecideSide } from '../operations/decide-side.js';
import { SettleCondition } from '../operations/settle-condition.js';
import { SettleForm, VerdictForm } from './dto/decision-forms.js';
import { presentApproval } from './presenters/present-approval.js';
import type { VerdictState } from './presenters/present-approval.js';
import { presentApprovals } from './presenters/present-approvals.js';
import type { TypedCondition } from './views/approval-views.js';
import { ReadApprovals } from './read-approvals.js';

const PAGE_SIZE = 50;
/** After these the page of the decision says where it stands. */
const SETTLED_OTHERWISE: readonly string[] = [
  'condition_settled',
  'condition_before_offer',
  'condition_of_ended',
  'subject_withdrawn',
];

/** Where ministries decide, each on its own side. */
@Controller('approvals')
export class ApprovalsPagesController {
  constructor(
    private readonly database: Database,
    private readonly translator: Translator,
    private readonly approvals: ReadApprovals,
    private readonly decideSide: DecideSide,
    private readonly settleCondition: SettleCondition,
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
    // The button for one more condition: nothing is decided by it.
    if (web.body.more === 'yes')
      return this.page(web, id, { ...withMore(typed), problems: [], tooLate: false });
    if (problems.length > 0)
      return this.page(web, id, { ...typed, problems, tooLate: false }, STATUS.invalid);
    try {
      const { country, verdict, reasonCode, reasonText } = value;
      const outcome = await this.decideSide.run(web.ctx, id, {
        country,
        verdict,
        ...(reasonCode ? { reasonCode } : {}),
        ...(reasonText ? { reasonText } : {}),
        conditions: typed.typed.conditions.map(({ text, dueOn }) => ({ text, dueOn: dayIn(dueOn) })),
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

  /** Reloaded after a refusal: the page that the form stands on. */
  @Get(':id/conditions/:condition')
  @Can('decision.read')
  beforeSettling(@Param('id') id: string, @Param('condition') condition: string): Redirect {
    return redirect(`/approvals/${id}#condition-${encodeURIComponent(condition)}`);
  }

  @Post(':id/conditions/:condition')
  @Can('decision.settle_condition')
  async settle(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('condition') condition: string,
  ): Promise<View | Redirect> {
    const { value, problems } = parseForm(SettleForm, web.body);
    const refused = (faults: readonly FieldProblem[]) =>
      this.page(
        web,
        id,
        {
          ...typedIn({}, undefined),
          problems: [],
          tooLate: false,
          settle: { condition, act: value.act, note: value.note, problems: faults },
        },
        STATUS.invalid,
      );
    if (problems.length > 0) return refused(problems);
    try {
      await this.settleCondition.run(web.ctx, id, condition, value);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid') return refused(error.fields);
      // Somebody was first, or there is nothing left to settle: the page says where it stands.
      if (!SETTLED_OTHERWISE.includes(error.reason)) throw error;
      return redirect(`/approvals/${id}`, {
        flash: { kind: 'information', key: `reasons.${error.reason}` },
      });
    }
    return redirect(`/approvals/${id}`, {
      flash: { kind: 'success', key: `approvals.conditions.done.${value.act}` },
    });
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
      conditions: conditionsIn(entry),
    },
  };
}

/** Rows of the form, as many as were filled in and at least these. */
const ROWS_LEAST = 2;

function conditionsIn(entry: (name: string) => string): TypedCondition[] {
  const rows = Array.from({ length: CONDITIONS_MOST }, (_, index) => ({
    text: entry(`condition-${index}`),
    dueOn: entry(`condition-${index}-due`),
  }));
  const filled = rows.findLastIndex(({ text, dueOn }) => text.trim() !== '' || dueOn.trim() !== '');
  return rows.slice(0, Math.max(ROWS_LEAST, filled + 1));
}

function withMore(state: Pick<VerdictState, 'verdict' | 'typed'>): Pick<VerdictState, 'verdict' | 'typed'> {
  const rows = [...state.typed.conditions, { text: '', dueOn: '' }, { text: '', dueOn: '' }];
  return { ...state, typed: { ...state.typed, conditions: rows.slice(0, CONDITIONS_MOST) } };
}

/** A day as people write it, as YYYY-MM-DD; what is none stays as it was typed, and is refused as such. */
function dayIn(typed: string): string {
  const day = parseDate(typed);
  return day.ok ? day.value : typed;
}

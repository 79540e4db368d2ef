import type { Translator } from '../../../platform/i18n/translator.js';
import type { Page } from '../../../shared/cursor.js';
import type { Ctx } from '../../../platform/database/context.js';
import { hasRole } from '../../../shared/policy.js';
import { BY_PROMISE, DECISION_TABS } from '../../data/decisions.repository.js';
import type { DecisionTab } from '../../data/decisions.repository.js';
import { isVerdictGiven } from '../../domain/decision-side.states.js';
import { BULK_VERDICTS } from '../../operations/decide-many.js';
import type { ListedSide } from '../read-approvals.js';
import type { ApprovalsView } from '../views/approval-views.js';
import { presentDue } from './present-due.js';
import { sideTag } from './present-tags.js';

export interface ApprovalsQuery {
  readonly tab: DecisionTab;
  readonly density: 'comfortable' | 'compact';
  readonly after: string | null;
}

/** The worklist of a country's officers, or of the commission. */
export function presentApprovals(
  translator: Translator,
  ctx: Ctx,
  page: Page<ListedSide>,
  query: ApprovalsQuery,
  zones: ReadonlyMap<string, string>,
): ApprovalsView {
  const href = (changes: Partial<Record<keyof ApprovalsQuery, string | null>>) => {
    const parts = { tab: query.tab, density: query.density, after: query.after, ...changes };
    const params = new URLSearchParams();
    if (parts.tab && parts.tab !== 'waiting') params.set('tab', parts.tab);
    if (parts.density === 'compact') params.set('density', 'compact');
    if (parts.after) params.set('after', parts.after);
    const text = params.toString();
    return text ? `/approvals?${text}` : '/approvals';
  };
  return {
    tabs: DECISION_TABS.map((tab) => ({
      href: href({ tab, after: null }),
      text: { key: `approvals.tabs.${tab}` },
      current: tab === query.tab,
    })),
    bulk: BULK_VERDICTS.map((verdict) => ({
      value: verdict,
      label: { key: `approvals.verdicts.${verdict}.name` },
    })),
    list: {
      select: BY_PROMISE.includes(query.tab) && hasRole(ctx.actor, 'ministry_officer') ? 'bulk' : null,
      caption: { key: `approvals.tabs.${query.tab}` },
      density: query.density,
      densityHrefs: {
        comfortable: href({ density: 'comfortable' }),
        compact: href({ density: 'compact' }),
      },
      columns: ['matter', 'name', 'parties', 'own_side', 'other_side', 'holder', 'since', 'until'].map(
        (column) => ({
          label: { key: `approvals.columns.${column}` },
        }),
      ),
      rows: page.items.map((side) => ({
        href: `/approvals/${side.decisionId}`,
        select: side.decisionId,
        title: side.summary.reference,
        cells: [
          { text: side.summary.title, lang: side.summary.titleLang },
          { parts: [{ text: side.summary.homeParty }, { text: side.summary.hostParty }], arrow: true },
          { tag: sideTag(side.state) },
          { tag: sideTag(side.otherState) },
          side.holder
            ? { text: side.holder.name, lang: side.holder.language }
            : { text: translator.countryName(ctx.language, side.country) },
          { text: translator.dateTime(ctx.language, side.stateSince, zones.get(side.country) ?? 'UTC') },
          isVerdictGiven(side.state)
            ? { text: '—' }
            : { deadline: presentDue(translator, ctx, side.dueAt, [zones.get(side.country) ?? 'UTC']) },
        ],
      })),
      empty: {
        title: { key: `approvals.empty.${query.tab}.title` },
        why: { key: `approvals.empty.${query.tab}.why` },
      },
      pagination: {
        previous: query.after ? href({ after: null }) : null,
        next: page.next ? href({ after: page.next }) : null,
      },
    },
  };
}

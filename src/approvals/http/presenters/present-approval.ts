import { showCheckCode } from '../../../documents/public.js';
import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { VERDICTS, isVerdictGiven } from '../../domain/decision-side.states.js';
import type { Verdict } from '../../domain/decision-side.states.js';
import { REASON_CODES } from '../../operations/decide-side.js';
import type { SideView } from '../../operations/decisions.js';
import type { OpenDecision } from '../read-approvals.js';
import type { ApprovalView, Part, TypedVerdict, VerdictPanel } from '../views/approval-views.js';
import { presentConditions } from './present-conditions.js';
import type { SettleState } from './present-conditions.js';
import { presentDue } from './present-due.js';
import { presentHands } from './present-hands.js';
import { presentPair } from './present-pair.js';
import { outcomeTag } from './present-tags.js';

export interface VerdictState {
  readonly verdict: Verdict;
  readonly typed: TypedVerdict;
  readonly problems: readonly FieldProblem[];
  /** Somebody of the same side was first. */
  readonly tooLate: boolean;
  /** The form of a condition that came back. */
  readonly settle?: SettleState;
  /** The form beside the panel that came back. */
  readonly fault?: string | null;
}

/** Both sides of a decision, and the panel of the side that the reader speaks for. */
export function presentApproval(
  translator: Translator,
  ctx: Ctx,
  open: OpenDecision,
  state: VerdictState,
): ApprovalView {
  const { decision, summary, own, permission } = open;
  const side = own && decision[own];
  const waits = side !== null && !isVerdictGiven(side.state) && decision.counts === 'open';
  const panel = side && waits && permission.allowed ? presentPanel(translator, ctx, open, side, state) : null;
  return {
    reference: summary.reference,
    kind: { key: `approvals.kinds.${decision.subject.kind}` },
    title: { text: summary.title, lang: summary.titleLang },
    outcome: outcomeTag(decision.counts),
    deadline: side && waits ? presentDue(translator, ctx, side.dueAt, open.zones) : null,
    facts: [
      { label: { key: 'approvals.facts.home' }, value: summary.homeParty },
      { label: { key: 'approvals.facts.host' }, value: summary.hostParty },
      ...summary.facts,
      {
        label: { key: 'approvals.facts.opened' },
        value: translator.dateTime(ctx.language, decision.openedAt, open.zones[0]),
      },
    ],
    fileHref: summary.href,
    pair: presentPair(translator, ctx.language, open),
    record: presentRecord(translator, ctx, open),
    conditions: presentConditions(translator, ctx, open, state.settle ?? null),
    hands: presentHands(open, state.fault ?? null),
    panel,
    whyNot: !panel && waits && !permission.allowed ? { key: `reasons.${permission.reason}` } : null,
    problems: [
      ...state.problems.map((problem) => ({
        message: namedProblem(translator, ctx, problem),
        href: `#field-${controlOf(problem.field)}`,
      })),
      ...(state.settle?.problems ?? []).map((problem) => ({
        message: problemMessage(problem),
        href: `#field-${problem.field}-${state.settle?.condition}`,
      })),
    ],
    tooLate: side && state.tooLate ? presentTooLate(translator, ctx, open, side, state.typed) : null,
  };
}

function presentRecord(translator: Translator, ctx: Ctx, { record, decision, zones }: OpenDecision) {
  if (!record) return null;
  const state = record.revokedAt ? 'revoked' : record.ready ? 'ready' : 'preparing';
  return {
    number: record.number,
    href: state === 'ready' ? `/approvals/${decision.id}/record.pdf` : null,
    verifyHref: `/verify/${record.number}?code=${showCheckCode(record.checkCode)}`,
    state: { key: `approvals.record.${state}` },
    signatures: record.signatures.map(({ name, language, country, actedAt }) => ({
      text: name,
      lang: language,
      at: translator.dateTime(ctx.language, actedAt, country === decision.host.country ? zones[1] : zones[0]),
    })),
  };
}

function presentPanel(
  translator: Translator,
  ctx: Ctx,
  open: OpenDecision,
  side: SideView,
  state: VerdictState,
): VerdictPanel {
  const { decision, own } = open;
  const { verdict, typed, problems } = state;
  const other = decision[own === 'home' ? 'host' : 'home'];
  const yes = verdict === 'approve' || verdict === 'approve_with_conditions';
  const otherYes = other.state === 'approved' || other.state === 'approved_with_conditions';
  const otherNo = other.state === 'rejected';
  const follows = yes
    ? otherYes
      ? 'agreed_yes'
      : otherNo
        ? 'divergent'
        : 'alone'
    : verdict === 'reject'
      ? otherNo
        ? 'agreed_no'
        : otherYes
          ? 'divergent'
          : 'alone'
      : 'returned';
  // Who is told of a return depends on who put the matter before the countries.
  const returnTells = `approvals.tells.returned.${decision.subject.kind}`;
  const tells =
    follows !== 'returned'
      ? `approvals.tells.${follows}`
      : translator.has(ctx.language, returnTells)
        ? returnTells
        : 'approvals.tells.alone';
  const refused = verdict === 'approve_with_conditions' && open.refusesConditions;
  const errors = Object.fromEntries(problems.map((problem) => [problem.field, problemMessage(problem)]));
  return {
    action: `/approvals/${decision.id}/decision`,
    country: side.country,
    verdict,
    title: { key: 'approvals.panel_title' },
    tabs: VERDICTS.map((each) => ({
      href: `/approvals/${decision.id}?verdict=${each}#decision-title`,
      text: { key: `approvals.verdicts.${each}.name` },
      current: each === verdict,
    })),
    does: refused
      ? []
      : [{ key: `approvals.verdicts.${verdict}.does` }, { key: `approvals.follows.${follows}` }],
    tells: refused ? [] : [{ key: tells }],
    needsReason: verdict === 'return' || verdict === 'reject',
    needsConditions: verdict === 'approve_with_conditions' && !refused,
    refused: refused ? { key: `approvals.no_conditions.${decision.subject.kind}` } : null,
    reasons: REASON_CODES.map((code) => ({ value: code, label: { key: `approvals.reason_codes.${code}` } })),
    typed,
    entries: typed.conditions.map((entry, index) => ({
      ...entry,
      index,
      number: translator.number(ctx.language, index + 1),
      errors: {
        text: errors[`conditions.${index}.text`] ?? null,
        dueOn: errors[`conditions.${index}.dueOn`] ?? null,
      },
    })),
    errors,
    button: { key: `approvals.verdicts.${verdict}.button` },
  };
}

function presentTooLate(
  translator: Translator,
  ctx: Ctx,
  { names, own, zones }: OpenDecision,
  side: SideView,
  typed: TypedVerdict,
): ApprovalView['tooLate'] {
  const name = side.decidedBy ? names.get(side.decidedBy) : undefined;
  const who: Part | null = name ? { text: name.name, lang: name.language } : null;
  return {
    who,
    text: { key: `approvals.states.${side.state}` },
    at: translator.dateTime(ctx.language, side.since, own === 'host' ? zones[1] : zones[0]),
    typed: [typed.reasonText, ...typed.conditions.map(({ text }) => text)].filter(Boolean),
  };
}

/** The fields of the panel by the words above them. */
const LABELS: Readonly<Record<string, string>> = {
  reasonCode: 'approvals.fields.reason_code',
  reasonText: 'approvals.fields.reason_text',
  conditions: 'approvals.fields.conditions',
};

/** The control of a field: `conditions.0.dueOn` is `condition-0-due`. */
function controlOf(field: string): string {
  const [, index, part] = /^conditions\.(\d+)\.(text|dueOn)$/.exec(field) ?? [];
  return index === undefined ? field : `condition-${index}${part === 'dueOn' ? '-due' : ''}`;
}

/** In the list of all faults each says of which field it is. */
function namedProblem(translator: Translator, { language }: Ctx, problem: FieldProblem): string {
  const { key, values } = problemMessage(problem);
  const fault = translator.t(language, key, values);
  const [, index] = /^conditions\.(\d+)\./.exec(problem.field) ?? [];
  if (index !== undefined) {
    const number = translator.number(language, Number(index) + 1);
    return `${translator.t(language, 'approvals.side.condition', { number })}: ${fault}`;
  }
  const label = LABELS[problem.field];
  return label ? `${translator.t(language, label)}: ${fault}` : fault;
}

function problemMessage({ problem, values }: FieldProblem): Message {
  return values ? { key: `problems.${problem}`, values } : { key: `problems.${problem}` };
}

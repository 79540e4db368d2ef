import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { SubjectSummary } from '../../domain/subject.js';
import { REASON_CODES } from '../../operations/decide-side.js';
import type { BulkVerdict, Decided, Foreseen } from '../../operations/decide-many.js';
import type { BulkDecisionsView, BulkLine } from '../views/approval-views.js';

interface Before {
  readonly foreseen: readonly Foreseen[];
  readonly typed: { readonly reasonCode: string; readonly reasonText: string };
  readonly problems: readonly FieldProblem[];
}

/** What would happen with each of many, or what did. */
export function presentBulk(
  verdict: BulkVerdict,
  summaries: ReadonlyMap<string, SubjectSummary>,
  state: Before | { readonly decided: readonly Decided[] },
): BulkDecisionsView {
  const line = (id: string, what: Message): BulkLine => {
    const summary = summaries.get(id);
    return {
      href: `/approvals/${id}`,
      reference: summary?.reference ?? '—',
      title: { text: summary?.title ?? '', ...(summary ? { lang: summary.titleLang } : {}) },
      what,
    };
  };
  const why = (reason: string): Message => ({ key: `reasons.${reason}` });
  const common = { verdict, name: { key: `approvals.verdicts.${verdict}.name` } };
  if ('decided' in state) {
    const { decided } = state;
    return {
      ...common,
      done: true,
      possible: decided.flatMap(({ id, outcome }) =>
        outcome ? [line(id, { key: `approvals.outcomes.${outcome}.name` })] : [],
      ),
      impossible: decided.flatMap(({ id, reason }) => (reason ? [line(id, why(reason))] : [])),
      form: null,
      problems: [],
    };
  }
  const { foreseen, typed, problems } = state;
  const goes = foreseen.filter(({ reason }) => reason === null);
  const fault = (field: string): Message | null => {
    const found = problems.find((problem) => problem.field === field);
    return found ? { key: `problems.${found.problem}` } : null;
  };
  return {
    ...common,
    done: false,
    possible: goes.map(({ id, outcome }) =>
      line(id, {
        key: `approvals.follows.${verdict === 'return' ? 'returned' : outcome === 'open' ? 'alone' : outcome}`,
      }),
    ),
    impossible: foreseen.flatMap(({ id, reason }) => (reason ? [line(id, why(reason))] : [])),
    form:
      goes.length === 0
        ? null
        : {
            seen: goes.map(({ id, otherState }) => `${id} ${otherState}`),
            needsReason: verdict !== 'approve',
            reasons: REASON_CODES.map((code) => ({
              value: code,
              label: { key: `approvals.reason_codes.${code}` },
            })),
            typed,
            errors: { reasonCode: fault('reasonCode'), reasonText: fault('reasonText') },
          },
    problems: problems.map((problem) => ({
      message: { key: `problems.${problem.problem}` },
      href: `#field-${problem.field}`,
    })),
  };
}

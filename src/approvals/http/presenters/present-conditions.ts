import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { CONDITION_ACTS } from '../../domain/condition.states.js';
import type { ConditionState } from '../../domain/condition.states.js';
import type { ConditionView } from '../../operations/conditions.js';
import type { OpenDecision } from '../read-approvals.js';
import type { ConditionCard, Tag, TagKind, Words } from '../views/approval-views.js';
import { presentDue } from './present-due.js';

/** The form of one condition as it was typed, and what is wrong with it. */
export interface SettleState {
  readonly condition: string;
  readonly act: string;
  readonly note: string;
  readonly problems: readonly FieldProblem[];
}

const KINDS: Readonly<Record<ConditionState, TagKind>> = {
  open: 'brass',
  met: 'leaf',
  not_met: 'brick',
  waived: 'grey',
};

export function conditionTag(state: ConditionState): Tag {
  return { kind: KINDS[state], text: { key: `approvals.conditions.states.${state}` } };
}

/** The conditions of both sides, kept apart, each with what was given for it; those of the reader's side can be settled. */
export function presentConditions(
  translator: Translator,
  ctx: Ctx,
  open: OpenDecision,
  typed: SettleState | null,
): ConditionCard[] {
  const own = open.own && open.decision[open.own].country;
  return open.conditions.map((condition) => {
    const zones = [...new Set([open.zone, ...open.zones])];
    return {
      id: condition.id,
      title: {
        key: 'approvals.side.condition',
        values: { number: translator.number(ctx.language, condition.ordinal) },
      },
      country: translator.countryName(ctx.language, condition.country),
      text: condition.text,
      state: conditionTag(condition.state),
      deadline: condition.state === 'open' ? presentDue(translator, ctx, condition.dueAt, zones) : null,
      rows: rowsOf(translator, ctx, open, condition),
      file: condition.evidenceUploadId && open.evidenceHref ? open.evidenceHref(condition.id) : null,
      settle:
        open.settles && condition.country === own && condition.state === 'open'
          ? presentSettle(open, condition, typed?.condition === condition.id ? typed : null)
          : null,
    };
  });
}

function rowsOf(
  translator: Translator,
  { language }: Ctx,
  { names, zone }: OpenDecision,
  condition: ConditionView,
): ConditionCard['rows'] {
  const row = (label: string, value: Words, lang?: string) => ({
    label: { key: `approvals.conditions.${label}` },
    value,
    ...(lang ? { lang } : {}),
  });
  const at = (instant: Date) => translator.dateTime(language, instant, zone);
  const settler = condition.settledBy ? names.get(condition.settledBy) : undefined;
  return [
    ...(condition.evidenceAt ? [row('answered', at(condition.evidenceAt))] : []),
    ...(condition.evidenceText ? [row('evidence', condition.evidenceText)] : []),
    ...(condition.settledAt ? [row('settled', at(condition.settledAt))] : []),
    ...(settler ? [row('by', settler.name, settler.language)] : []),
    ...(condition.settledNote ? [row('note', condition.settledNote)] : []),
  ];
}

function presentSettle(
  { decision }: OpenDecision,
  { id }: ConditionView,
  typed: SettleState | null,
): ConditionCard['settle'] {
  const fault = (field: string): Message | null => {
    const problem = typed?.problems.find((each) => each.field === field);
    return problem ? { key: `problems.${problem.problem}`, values: problem.values ?? {} } : null;
  };
  return {
    action: `/approvals/${decision.id}/conditions/${id}`,
    acts: CONDITION_ACTS.map((act) => ({
      value: act,
      label: { key: `approvals.conditions.acts.${act}.name` },
      hint: { key: `approvals.conditions.acts.${act}.does` },
    })),
    act: typed?.act ?? '',
    note: typed?.note ?? '',
    errors: { act: fault('act'), note: fault('note') },
  };
}

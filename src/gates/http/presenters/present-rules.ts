import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { GateRuleRow } from '../../data/gate-rule.entity.js';
import type { CallsForRules } from '../../gate-ports.js';
import { GATE_KINDS } from '../../domain/gate-rule.js';
import type { DayParts } from '../typed-day.js';
import type { GateRuleFormView, GateRulesView, Row, Tag } from '../views/gate-views.js';
import { errorsOf, problemLines } from './present-problems.js';

interface KnownCalls {
  readonly calls: readonly { readonly id: Id; readonly name: string }[];
  readonly categories: CallsForRules['categories'];
}

const SIDES = ['home', 'host'] as const;

/** What both countries ask, each under its own name; what has ended stands below what is in force. */
export function presentRules(
  translator: Translator,
  ctx: Ctx,
  rules: readonly { readonly rule: GateRuleRow; readonly editable: boolean }[],
  known: KnownCalls,
  mayAdd: boolean,
): GateRulesView {
  const today = ctx.clock.now().toISOString().slice(0, 10);
  const countries = [...new Set(rules.map(({ rule }) => rule.country))];
  return {
    mayAdd,
    countries: countries.map((country) => ({
      name: translator.countryName(ctx.language, country),
      rules: rules
        .filter(({ rule }) => rule.country === country)
        .sort((a, b) => Number(isOver(a.rule, today)) - Number(isOver(b.rule, today)))
        .map(({ rule, editable }) => ({
          kind: { key: `gates.kinds.${rule.kind}` },
          state: stateOf(rule, today),
          rows: rowsOf(translator, ctx, rule, known),
          edit: editable ? `/gates/rules/${rule.id}` : null,
          end: editable ? `/gates/rules/${rule.id}/end` : null,
        })),
    })),
  };
}

function isOver({ validUntil }: GateRuleRow, today: string): boolean {
  return validUntil !== null && validUntil < today;
}

function stateOf(rule: GateRuleRow, today: string): Tag {
  if (isOver(rule, today)) return { kind: 'grey', text: { key: 'gates.rules.ended' } };
  if (rule.validFrom > today) return { kind: 'sky', text: { key: 'gates.rules.upcoming' } };
  return rule.toVerify
    ? { kind: 'brass', text: { key: 'gates.rules.to_verify' } }
    : { kind: 'leaf', text: { key: 'gates.rules.in_force' } };
}

function rowsOf(translator: Translator, { language }: Ctx, rule: GateRuleRow, known: KnownCalls): Row[] {
  const day = (date: string) => translator.date(language, new Date(`${date}T12:00:00Z`), 'UTC');
  const say = (key: string, values = {}) => translator.t(language, key, values);
  const row = (label: string, value: Message | string): Row => ({
    label: { key: `gates.fields.${label}` },
    value,
  });
  return [
    row(
      'sides',
      translator.list(
        language,
        rule.sides.map((side) => say(`gates.sides.${side}`)),
      ),
    ),
    row(
      'callId',
      rule.callId === null
        ? { key: 'gates.rules.every_call' }
        : (known.calls.find(({ id }) => id === rule.callId)?.name ?? { key: 'gates.rules.former_call' }),
    ),
    row(
      'categories',
      rule.categories.length === 0
        ? { key: 'gates.rules.every_category' }
        : translator.list(
            language,
            rule.categories.map((category) => {
              const name = known.categories.find(({ code }) => code === category)?.name;
              return name ? say(name.key) : category;
            }),
          ),
    ),
    row('fields', rule.fields.length > 0 ? rule.fields.join(', ') : { key: 'gates.rules.every_field' }),
    row('days', {
      key: 'gates.rules.days',
      values: { forward: rule.forwardDays, decide: rule.decideDays },
    }),
    row('office', translator.localized(language, rule.office)),
    ...(rule.evidence.length > 0
      ? [
          row(
            'evidence',
            translator.list(
              language,
              rule.evidence.map(({ name }) => translator.localized(language, name)),
            ),
          ),
        ]
      : []),
    row(
      'validityDays',
      rule.validityDays === null
        ? { key: 'gates.rules.whole_stay' }
        : { key: 'gates.rules.validity', values: { count: rule.validityDays } },
    ),
    row('source', rule.source),
    row('validFrom', day(rule.validFrom)),
    ...(rule.validUntil ? [row('validUntil', day(rule.validUntil))] : []),
  ];
}

/** The form of a rule: a new one, or one that takes the place of another. */
export function presentRuleForm(
  translator: Translator,
  ctx: Ctx,
  form: {
    readonly action: string;
    readonly countries: readonly string[];
    readonly fixed: boolean;
    readonly typed: Readonly<Record<string, string>>;
    readonly sides: readonly string[];
    readonly categories: readonly string[];
    readonly calls: KnownCalls['calls'];
    readonly knownCategories: KnownCalls['categories'];
    readonly from: DayParts;
    readonly problems: readonly FieldProblem[];
  },
): GateRuleFormView {
  return {
    title: { key: form.fixed ? 'gates.rules.replace' : 'gates.rules.add' },
    action: form.action,
    countries: form.countries.map((code) => ({
      value: code,
      label: translator.countryName(ctx.language, code),
    })),
    kinds: GATE_KINDS.map((kind) => ({ value: kind, label: { key: `gates.kinds.${kind}` } })),
    sides: SIDES.map((side) => ({ value: side, label: { key: `gates.sides.${side}` } })),
    calls: [
      ...form.calls.map(({ id, name }) => ({ value: id, label: name })),
      // Of the rule that is replaced, where its call is not public.
      ...(form.typed.callId && !form.calls.some(({ id }) => id === form.typed.callId)
        ? [{ value: form.typed.callId, label: { key: 'gates.rules.former_call' } }]
        : []),
    ],
    categories: form.knownCategories.map(({ code, name }) => ({ value: code, label: name })),
    chosenCategories: form.categories,
    fixed: form.fixed,
    typed: form.typed,
    chosenSides: form.sides,
    from: form.from,
    errors: errorsOf(form.problems),
    problems: problemLines(translator, ctx.language, form.problems),
  };
}

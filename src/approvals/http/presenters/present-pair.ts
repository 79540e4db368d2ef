import type { DisplayName } from '../../../access/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import { isVerdictGiven } from '../../domain/decision-side.states.js';
import type { DecisionView, SideView } from '../../operations/decisions.js';
import type { PairView, SideColumn, Words } from '../views/approval-views.js';
import { outcomeTag, sideTag } from './present-tags.js';

/** What both sides said and what follows, for `components/two-sides.njk`: always in the same order and the same words. */
export function presentPair(
  translator: Translator,
  language: Language,
  pair: {
    readonly decision: DecisionView;
    /** Names of those who decided. */
    readonly names: ReadonlyMap<Id, DisplayName>;
    /** The zones of home and host. */
    readonly zones: readonly [string, string];
  },
): PairView {
  const { counts: outcome } = pair.decision;
  return {
    home: presentSide(translator, language, pair, 'home'),
    host: presentSide(translator, language, pair, 'host'),
    outcome: { ...outcomeTag(outcome), explanation: { key: `approvals.outcomes.${outcome}.text` } },
  };
}

/** Who has a side that has not spoken, who was named for it, and who, in any case, is bound. */
function hands(side: SideView, given: boolean): (readonly [string, Id])[] {
  return [
    ...(!given && side.heldBy ? [['held_by', side.heldBy] as const] : []),
    ...(!given && side.delegateId ? [['delegate', side.delegateId] as const] : []),
    ...side.recused.map((id) => ['recused', id] as const),
  ];
}

/** What it means that a side says nothing. */
function silenceOf({ dueAt, tablesAt, tabledAt }: SideView, words: (at: Date) => string): Words {
  const key = (means: string) => `approvals.silence.${means}`;
  if (tabledAt) return { key: key('is_tabled'), values: { at: words(tabledAt) } };
  return tablesAt
    ? { key: key('tabled'), values: { at: words(tablesAt) } }
    : { key: key('told'), values: { at: words(dueAt) } };
}

function presentSide(
  translator: Translator,
  language: Language,
  { decision, names, zones }: Parameters<typeof presentPair>[2],
  which: 'home' | 'host',
): SideColumn {
  const side = decision[which];
  const given = isVerdictGiven(side.state);
  const zone = which === 'home' ? zones[0] : zones[1];
  const name = side.decidedBy ? names.get(side.decidedBy) : undefined;
  const row = (label: string, value: Words, lang?: string) => ({
    label: { key: `approvals.side.${label}` },
    value,
    ...(lang ? { lang } : {}),
  });
  const tag = sideTag(side.state);
  return {
    name: translator.countryName(language, side.country),
    kind: tag.kind,
    state: tag.text,
    rows: [
      row(given ? 'decided' : 'since', translator.dateTime(language, side.since, zone)),
      ...(given ? [] : [row('until', translator.dateTime(language, side.dueAt, zone))]),
      ...(name ? [row('by', name.name, name.language)] : []),
      ...hands(side, given).flatMap(([label, person]) => {
        const known = names.get(person);
        return known ? [row(label, known.name, known.language)] : [];
      }),
      ...(!given && side.overdueAt
        ? [row('overdue', translator.dateTime(language, side.overdueAt, zone))]
        : []),
      ...(given || decision.counts !== 'open' || side.state === 'returned'
        ? []
        : [
            row(
              'silence',
              silenceOf(side, (at) => translator.dateTime(language, at, zone)),
            ),
          ]),
      ...side.conditions.map((condition, index) => ({
        label: {
          key: 'approvals.side.condition',
          values: { number: translator.number(language, index + 1) },
        },
        value: condition,
      })),
      ...(side.reasonCode ? [row('reason', { key: `approvals.reason_codes.${side.reasonCode}` })] : []),
      ...(side.answer ? [row('answer', side.answer)] : []),
    ],
    ...(side.reasonText ? { reason: side.reasonText } : {}),
  };
}

import type { ExchangeSide } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';

/** Translation keys `gates.kinds.<kind>`. */
export const GATE_KINDS = ['export_control', 'restricted_parties', 'security_clearance', 'ethics'] as const;
export type GateKind = (typeof GATE_KINDS)[number];

/** One piece of evidence that a rule asks for. */
export interface EvidenceAsked {
  readonly id: string;
  readonly name: LocalizedText;
}

/** What one country asks before somebody may come or go. */
export interface GateRule {
  readonly id: Id;
  readonly kind: GateKind;
  readonly country: CountryCode;
  /** Null: for every call. */
  readonly callId: Id | null;
  /** Beginnings of ISCED-F codes; none: every field. */
  readonly fields: readonly string[];
  /** None: every category. */
  readonly categories: readonly string[];
  /** Whether the country asks as the one that sends, or as the one that receives. */
  readonly sides: readonly ExchangeSide[];
  readonly forwardDays: number;
  readonly decideDays: number;
  readonly office: LocalizedText;
  readonly evidence: readonly EvidenceAsked[];
  readonly validityDays: number | null;
  readonly source: string;
  readonly toVerify: boolean;
  /** YYYY-MM-DD, both included. */
  readonly validFrom: string;
  readonly validUntil: string | null;
}

/** What a rule is asked about: somebody who goes from one country into the other for one field of study. */
export interface GatedFacts {
  readonly callId: Id | null;
  readonly category: string;
  readonly fieldCode: string;
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
}

export interface RequiredGate<Rule extends GateRule = GateRule> {
  readonly rule: Rule;
  readonly side: ExchangeSide;
}

export function daysOfRule({
  forwardDays,
  decideDays,
}: Pick<GateRule, 'forwardDays' | 'decideDays'>): number {
  return forwardDays + decideDays;
}

export function isInForce({ validFrom, validUntil }: GateRule, day: string): boolean {
  return validFrom <= day && (validUntil === null || day <= validUntil);
}

/** Whether the rule asks about this exchange, and as which side; null: it does not. */
export function sideAsked(rule: GateRule, facts: GatedFacts): ExchangeSide | null {
  if (rule.callId !== null && rule.callId !== facts.callId) return null;
  if (rule.fields.length > 0 && !rule.fields.some((prefix) => facts.fieldCode.startsWith(prefix)))
    return null;
  if (rule.categories.length > 0 && !rule.categories.includes(facts.category)) return null;
  const side = (['home', 'host'] as const).find(
    (each) => rule.country === (each === 'home' ? facts.homeCountry : facts.hostCountry),
  );
  return side && rule.sides.includes(side) ? side : null;
}

/**
 * The gates that stand before an exchange on a day: at most one of a kind and country. A rule of the call itself goes before
 * a general one; of two alike, the one that takes longer, so that nobody is promised less than it may take.
 */
export function requiredGates<Rule extends GateRule>(
  rules: readonly Rule[],
  facts: GatedFacts,
  day: string,
): readonly RequiredGate<Rule>[] {
  const found = new Map<string, RequiredGate<Rule>>();
  for (const rule of rules) {
    const side = isInForce(rule, day) ? sideAsked(rule, facts) : null;
    if (!side) continue;
    const key = `${rule.country} ${rule.kind}`;
    const other = found.get(key)?.rule;
    if (!other || comesBefore(rule, other)) found.set(key, { rule, side });
  }
  return [...found.values()].sort(
    (a, b) =>
      GATE_KINDS.indexOf(a.rule.kind) - GATE_KINDS.indexOf(b.rule.kind) ||
      a.rule.country.localeCompare(b.rule.country, 'en'),
  );
}

function comesBefore(rule: GateRule, other: GateRule): boolean {
  const own = Number(rule.callId !== null) - Number(other.callId !== null);
  if (own !== 0) return own > 0;
  const days = daysOfRule(rule) - daysOfRule(other);
  return days !== 0 ? days > 0 : rule.id < other.id;
}

import type { CountryCode } from '../../shared/country.js';
import { daysOfRule, isInForce, requiredGates } from './gate-rule.js';
import type { GateKind, GateRule, GatedFacts } from './gate-rule.js';

/** Of one direction and one field the gate that takes longest: gates go side by side, so the longest is what they take. */
export interface TightGate {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly fieldCode: string;
  readonly kind: GateKind;
  /** Whose gate it is. */
  readonly country: CountryCode;
  readonly days: number;
}

export interface GatedCall {
  readonly callId: GatedFacts['callId'];
  readonly category: string;
  readonly directions: readonly Pick<GatedFacts, 'homeCountry' | 'hostCountry'>[];
  readonly fields: readonly string[];
}

/** The tight gate of each direction and field, the longest first; none where nothing is asked. */
export function tightGates(rules: readonly GateRule[], call: GatedCall, day: string): readonly TightGate[] {
  const found = call.directions.flatMap(({ homeCountry, hostCountry }) =>
    [...new Set(call.fields)].flatMap((fieldCode) => {
      const asked = requiredGates(
        rules,
        { callId: call.callId, category: call.category, fieldCode, homeCountry, hostCountry },
        day,
      );
      const [longest] = [...asked].sort((a, b) => daysOfRule(b.rule) - daysOfRule(a.rule));
      if (!longest) return [];
      const { kind, country } = longest.rule;
      return [{ homeCountry, hostCountry, fieldCode, kind, country, days: daysOfRule(longest.rule) }];
    }),
  );
  return found.sort((a, b) => b.days - a.days || a.fieldCode.localeCompare(b.fieldCode, 'en'));
}

/**
 * Days that gates take on the way into each host country. A way on which either country has said any rule is reckoned by
 * rules, also where none of them asks for anything; another one is not here, and is reckoned by the register of countries.
 */
export function gateDays(
  rules: readonly GateRule[],
  call: GatedCall,
  day: string,
): ReadonlyMap<CountryCode, number> {
  const said = new Set(rules.filter((rule) => isInForce(rule, day)).map(({ country }) => country));
  const days = new Map<CountryCode, number>();
  for (const { homeCountry, hostCountry } of call.directions) {
    if (said.has(homeCountry) || said.has(hostCountry)) days.set(hostCountry, days.get(hostCountry) ?? 0);
  }
  for (const gate of tightGates(rules, call, day)) {
    days.set(gate.hostCountry, Math.max(days.get(gate.hostCountry) ?? 0, gate.days));
  }
  return days;
}

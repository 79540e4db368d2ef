import type { CountryCode } from '../../shared/country.js';
import { Policy, isOfficerOf } from '../../shared/policy.js';

export const GATE_RULE_STATES = ['in_force', 'ended'] as const;
export type GateRuleState = (typeof GATE_RULE_STATES)[number];

export interface GateRuleFacts {
  readonly state: GateRuleState;
  readonly country: CountryCode;
}

/** What a country asks is that country's law: its ministry says it, and whoever plans a call reads it. */
export const gateRulesPolicy = new Policy<GateRuleFacts, 'own_country' | 'any', GateRuleState>(
  'gate_rule',
  {
    own_country: {
      holds: (actor, { country }) => isOfficerOf(actor, country),
      sql: (alias) => `${alias}.country = any ((select actor_officer_of())::text[])`,
    },
    any: { holds: () => true, sql: () => 'true' },
  },
  {
    'gate_rule.read': [
      { role: 'ministry_officer', relation: 'any' },
      { role: 'programme_administrator', relation: 'any' },
      { role: 'commission_secretary', relation: 'any' },
      { role: 'commission_member', relation: 'any' },
      { role: 'auditor', relation: 'any' },
    ],
    'gate_rule.edit': [{ role: 'ministry_officer', relation: 'own_country', states: ['in_force'] }],
  },
);

import { describe, expect, it } from '@jest/globals';
import { gateDays, tightGates } from './gate-plan.js';
import type { GateRule } from './gate-rule.js';

const rule = (over: Partial<GateRule>): GateRule => ({
  id: 'a',
  kind: 'export_control',
  country: 'BB',
  callId: null,
  fields: [],
  categories: [],
  sides: ['host'],
  forwardDays: 5,
  decideDays: 60,
  office: { sr: '', ru: '', en: '' },
  evidence: [],
  validityDays: null,
  source: '',
  toVerify: false,
  validFrom: '2026-03-01',
  validUntil: null,
  ...over,
});
const CALL = {
  callId: 'call',
  category: 'student',
  directions: [
    { homeCountry: 'AA', hostCountry: 'BB' },
    { homeCountry: 'BB', hostCountry: 'AA' },
  ],
  fields: ['0612', '0311', '0612'],
};
const DAY = '2027-01-01';

describe('gates in the plan of a call', () => {
  const rules = [
    rule({ id: 'a', fields: ['06'] }),
    rule({ id: 'b', kind: 'ethics', decideDays: 10 }),
    rule({
      id: 'c',
      country: 'AA',
      sides: ['home'],
      kind: 'security_clearance',
      decideDays: 85,
      fields: ['0612'],
    }),
  ];

  it('are told for each direction and field by the one that takes longest', () => {
    expect(
      tightGates(rules, CALL, DAY).map(({ hostCountry, fieldCode, kind, country, days }) => [
        hostCountry,
        fieldCode,
        kind,
        country,
        days,
      ]),
    ).toEqual([
      ['BB', '0612', 'security_clearance', 'AA', 90],
      ['BB', '0311', 'ethics', 'BB', 15],
    ]);
  });

  it('take on each way as long as the longest, nothing where the rules ask nothing, and are unknown without rules', () => {
    expect([...gateDays(rules, CALL, DAY)]).toEqual([
      ['BB', 90],
      ['AA', 0],
    ]);
    expect(gateDays([], CALL, DAY).size).toBe(0);
    expect(gateDays(rules, CALL, '2026-01-01').size).toBe(0);
  });
});

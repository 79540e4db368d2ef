import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GATE_KINDS, requiredGates, sideAsked } from './gate-rule.js';
import type { GateRule, GatedFacts } from './gate-rule.js';
import { evidenceAsText, evidenceIn, ruleProblems } from './gate-rule-draft.js';

const OFFICE = { sr: 'Орган', ru: 'Орган', en: 'Office' };
const rule = (over: Partial<GateRule> = {}): GateRule => ({
  id: 'a',
  kind: 'export_control',
  country: 'BB',
  callId: null,
  fields: [],
  categories: [],
  sides: ['host'],
  forwardDays: 5,
  decideDays: 60,
  office: OFFICE,
  evidence: [],
  validityDays: null,
  source: 'decree',
  toVerify: false,
  validFrom: '2026-03-01',
  validUntil: null,
  ...over,
});
const FACTS: GatedFacts = {
  callId: 'call',
  category: 'student',
  fieldCode: '0714',
  homeCountry: 'AA',
  hostCountry: 'BB',
};
const TODAY = '2026-11-29';

describe('which gates stand before an exchange', () => {
  it.each([
    ['of the host', {}, 'host'],
    ['of the host, which asks only when it sends', { sides: ['home'] }, null],
    ['of the home country, whenever', { country: 'AA', sides: ['home', 'host'] }, 'home'],
    ['of a third country', { country: 'CC' }, null],
    ['of the field by its beginning', { fields: ['02', '071'] }, 'host'],
    ['of another field', { fields: ['0715', '01'] }, null],
    ['of the category', { categories: ['student'] }, 'host'],
    ['of another category', { categories: ['professor'] }, null],
    ['of this call', { callId: 'call' }, 'host'],
    ['of another call', { callId: 'other' }, null],
  ] as const)('%s', (_what, over, side) => {
    expect(sideAsked(rule(over as Partial<GateRule>), FACTS)).toBe(side);
  });

  it.each([
    ['before its first day', '2026-02-28', 0],
    ['on its first day', '2026-03-01', 1],
    ['on its last day', '2026-12-31', 1],
    ['after its last day', '2027-01-01', 0],
  ])('%s', (_what, day, count) => {
    expect(requiredGates([rule({ validUntil: '2026-12-31' })], FACTS, day)).toHaveLength(count);
  });

  it('takes the rule of the call before a general one, and of two alike the longer', () => {
    const short = rule({ id: 'short', decideDays: 10 });
    const long = rule({ id: 'long', decideDays: 90 });
    const own = rule({ id: 'own', callId: 'call', decideDays: 1 });
    const first = (rules: GateRule[]) => requiredGates(rules, FACTS, TODAY)[0]?.rule.id;
    expect(first([short, long])).toBe('long');
    expect(first([long, short])).toBe('long');
    expect(first([short, own, long])).toBe('own');
  });

  it('opens at most one gate of a kind and country, whatever the rules and their order', () => {
    const anyRule = fc
      .record({
        id: fc.uuid(),
        kind: fc.constantFrom(...GATE_KINDS),
        country: fc.constantFrom('AA', 'BB', 'CC'),
        callId: fc.constantFrom(null, 'call', 'other'),
        fields: fc.subarray(['07', '0714', '02']),
        sides: fc.subarray(['home', 'host'] as const, { minLength: 1 }),
        decideDays: fc.integer({ min: 1, max: 400 }),
      })
      .map(rule);
    fc.assert(
      fc.property(fc.array(anyRule, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (rules, luck) => {
        const shown = (list: readonly GateRule[]) =>
          requiredGates(list, FACTS, TODAY).map(({ rule: { id }, side }) => `${id} ${side}`);
        const gates = requiredGates(rules, FACTS, TODAY);
        const keys = gates.map(({ rule: { kind, country } }) => `${kind} ${country}`);
        expect(new Set(keys).size).toBe(keys.length);
        const order = rules.map((each) => ({ each, at: Number(luck.next().value) }));
        const shuffled = order.sort((a, b) => a.at - b.at).map(({ each }) => each);
        expect(shown(shuffled)).toEqual(shown(rules));
      }),
    );
  });
});

describe('a rule before it is said', () => {
  const faults = (over: Partial<GateRule>) =>
    ruleProblems(rule({ validFrom: TODAY, ...over }), TODAY).map(
      ({ field, problem }) => `${field} ${problem}`,
    );
  it.each([
    ['a sound one', {}, []],
    ['no side', { sides: [] }, ['sides required_choice']],
    ['a field that no code has', { fields: ['IT'] }, ['fields not_field_code']],
    ['no days at all', { decideDays: 0 }, ['decideDays out_of_range']],
    ['days that are none', { forwardDays: Number.NaN }, ['forwardDays not_number']],
    ['an office in two languages', { office: { ...OFFICE, ru: ' ' } }, ['office-ru required']],
    ['no source', { source: '' }, ['source required']],
    ['yesterday', { validFrom: '2026-11-28' }, ['validFrom date_in_past']],
    ['a day that no month has', { validFrom: '31 2 2027' }, ['validFrom not_date']],
    [
      'evidence in two languages',
      { evidence: evidenceIn('Уговор | Договор') },
      ['evidence evidence_in_three'],
    ],
  ] as const)('%s', (_what, over, expected) => {
    expect(faults(over as Partial<GateRule>)).toEqual(expected);
  });

  it('reads evidence as it writes it', () => {
    const text = 'Уговор | Договор | Agreement\nИзјава | Заявление | Statement';
    expect(evidenceAsText(evidenceIn(text))).toBe(text);
    expect(evidenceIn(text).map(({ id }) => id)).toEqual(['e1', 'e2']);
  });
});

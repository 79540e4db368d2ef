import type { FieldProblem } from '../../shared/domain-error.js';
import { GATE_KINDS } from './gate-rule.js';
import type { GateRule } from './gate-rule.js';

/** A rule before it is said. */
export type GateRuleDraft = Omit<GateRule, 'id' | 'validUntil'>;

const FIELD_CODE = /^\d{2,4}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NAME_MAX = 300;
const EVIDENCE_MAX = 20;
const LANGUAGES = ['sr', 'ru', 'en'] as const;

/** What is wrong with a rule. It binds from its first day on and never backwards: nobody is asked what was not the rule. */
export function ruleProblems(draft: GateRuleDraft, today: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push({ field, problem, ...(values ? { values } : {}) });
  if (!GATE_KINDS.includes(draft.kind)) add('kind', 'required_choice');
  if (draft.sides.length === 0) add('sides', 'required_choice');
  if (draft.fields.some((code) => !FIELD_CODE.test(code))) add('fields', 'not_field_code');
  const days = (field: 'forwardDays' | 'decideDays' | 'validityDays', min: number, max: number) => {
    const value = draft[field];
    if (value === null) return;
    if (!Number.isInteger(value)) add(field, 'not_number');
    else if (value < min || value > max) add(field, 'out_of_range', { min, max });
  };
  days('forwardDays', 0, 400);
  days('decideDays', 1, 400);
  days('validityDays', 1, 4000);
  for (const language of LANGUAGES) {
    const field = `office-${language}`;
    if (!draft.office[language].trim()) add(field, 'required');
    if (draft.office[language].length > NAME_MAX) add(field, 'too_long', { max: NAME_MAX });
  }
  const asked = draft.evidence.map(({ name }) => LANGUAGES.map((language) => name[language].trim()));
  if (asked.some((names) => names.some((name) => !name || name.length > NAME_MAX))) {
    add('evidence', 'evidence_in_three');
  }
  if (draft.evidence.length > EVIDENCE_MAX) add('evidence', 'too_many', { max: EVIDENCE_MAX });
  if (!draft.source.trim()) add('source', 'required');
  if (draft.source.length > 1000) add('source', 'too_long', { max: 1000 });
  if (!DAY.test(draft.validFrom) || Number.isNaN(Date.parse(draft.validFrom))) add('validFrom', 'not_date');
  else if (draft.validFrom < today) add('validFrom', 'date_in_past');
  return problems;
}

/** One piece of evidence on each line, its names in three languages with strokes between. */
export function evidenceIn(text: string): GateRuleDraft['evidence'] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line, index) => {
      const [sr = '', ru = '', en = ''] = line.split('|').map((name) => name.trim());
      return { id: `e${index + 1}`, name: { sr, ru, en } };
    });
}

export function evidenceAsText(evidence: GateRuleDraft['evidence']): string {
  return evidence.map(({ name }) => `${name.sr} | ${name.ru} | ${name.en}`).join('\n');
}

import type { Message } from '../../../platform/http/page.js';
import {
  ANONYMOUS_PARTS,
  CALL_CONFLICTS,
  COMBINATIONS,
  PANEL_SIZES,
  TIE_RULES,
  appealTermsOf,
  usualAppealTerms,
  withAppealTerms,
} from '../../domain/selection.js';
import type { SelectionRules } from '../../domain/selection.js';
import { control, group } from './editor-forms.js';
import type { EditorForm, FormPage } from './editor-forms.js';
import { Entries } from './editor-entries.js';

const AT = 'selection';
const PER = ['place', 'call'] as const;
const FILLING = ['reserved_first', 'open_first'] as const;
const UNCLAIMED = ['opened', 'kept'] as const;
const SIDES = ['by_side', 'together'] as const;

/** How a ranked call selects, but for its criteria and groups, which have pages of their own. */
export const selectionForm: EditorForm = {
  step: 'selection',
  typed: ({ selection }) => (selection ? typedRules(selection) : {}),
  read(typed, _now, { selection }) {
    const entries = new Entries(typed);
    if (!selection) return { patch: {}, problems: [] };
    const one = <T extends string>(name: string, values: readonly T[], before: T): T =>
      values.find((value) => value === entries.text(`${AT}.${name}`)) ?? before;
    const numberOrNone = (name: string) =>
      entries.text(`${AT}.${name}`) === '' ? null : entries.number(`${AT}.${name}`);
    const anonymous = entries.lines(`${AT}.review.anonymous`);
    const found = entries.lines(`${AT}.review.binding`);
    const binding = CALL_CONFLICTS.filter((kind) => found.includes(kind));
    const { review, combination, ranking, seats } = selection;
    const windows = {
      objectionDays: entries.number(`${AT}.windows.objectionDays`),
      appealDays: entries.number(`${AT}.windows.appealDays`),
    };
    const rules: SelectionRules = {
      ...selection,
      review: {
        perApplication: entries.number(`${AT}.review.perApplication`),
        bySide: one('review.bySide', SIDES, review.bySide ? 'by_side' : 'together') === 'by_side',
        anonymous: ANONYMOUS_PARTS.filter((part) => anonymous.includes(part)),
        interview: entries.isChecked(`${AT}.review.interview`),
        // A rule that is not used is not written down: what both sides approved before there was one stays the same.
        ...(binding.length > 0 ? { binding } : {}),
        ...(entries.isChecked(`${AT}.review.feedback`) ? { feedback: 'summary' as const } : {}),
      },
      combination: {
        method: one('combination.method', COMBINATIONS, combination.method),
        minimum: numberOrNone('combination.minimum'),
      },
      ranking: {
        per: one('ranking.per', PER, ranking.per),
        tie: one('ranking.tie', TIE_RULES, ranking.tie),
      },
      seats: {
        ...seats,
        filling: one('seats.filling', FILLING, seats.filling),
        unclaimed: one('seats.unclaimed', UNCLAIMED, seats.unclaimed),
        perHomeInstitution: numberOrNone('seats.perHomeInstitution'),
      },
      windows,
    };
    const panelSize = String(appealTermsOf(selection).panelSize);
    const terms = {
      admissibilityDays:
        numberOrNone('appeals.admissibilityDays') ?? usualAppealTerms(windows.appealDays).admissibilityDays,
      panelSize: Number(one('appeals.panelSize', PANEL_SIZES.map(String), panelSize)),
      newEvidence: entries.isChecked(`${AT}.appeals.newEvidence`),
    };
    return { patch: { selection: withAppealTerms(rules, terms) }, problems: entries.problems };
  },
  groups(page) {
    if (!page.editor.draft.selection) return [];
    const title = (name: string): { readonly title: Message } => ({
      title: { key: `calls.selection.titles.${name}` },
    });
    return [
      group(
        null,
        [
          number(page, 'review.perApplication', 2),
          radios(page, 'review.bySide', SIDES),
          control(page, `${AT}.review.anonymous`, 'checkboxes', {
            optional: true,
            hint: hintOf('review.anonymous'),
            options: ANONYMOUS_PARTS.map((part) => ({
              value: part,
              label: { key: `calls.selection.anonymous.${part}` },
              hint: { key: `calls.selection.anonymous_hints.${part}` },
            })),
          }),
          control(page, `${AT}.review.binding`, 'checkboxes', {
            optional: true,
            hint: hintOf('review.binding'),
            options: CALL_CONFLICTS.map((kind) => ({
              value: kind,
              label: { key: `calls.selection.binding.${kind}` },
            })),
          }),
          control(page, `${AT}.review.interview`, 'checkboxes', {
            options: [{ value: 'yes', label: { key: 'calls.selection.interview_option' } }],
          }),
          control(page, `${AT}.review.feedback`, 'checkboxes', {
            options: [
              {
                value: 'yes',
                label: { key: 'calls.selection.feedback_option' },
                hint: { key: 'calls.selection.feedback_hint' },
              },
            ],
          }),
        ],
        title('reviews'),
      ),
      group(
        null,
        [radios(page, 'combination.method', COMBINATIONS), number(page, 'combination.minimum', 3, true)],
        title('combination'),
      ),
      group(null, [radios(page, 'ranking.per', PER), radios(page, 'ranking.tie', TIE_RULES)], {
        ...title('ranking'),
      }),
      group(
        null,
        [
          radios(page, 'seats.filling', FILLING),
          radios(page, 'seats.unclaimed', UNCLAIMED),
          number(page, 'seats.perHomeInstitution', 4, true),
        ],
        title('seats'),
      ),
      group(
        null,
        [
          number(page, 'windows.objectionDays', 3),
          number(page, 'windows.appealDays', 3),
          number(page, 'appeals.admissibilityDays', 3),
          control(page, `${AT}.appeals.panelSize`, 'radios', {
            hint: hintOf('appeals.panelSize'),
            options: PANEL_SIZES.map((size) => ({ value: String(size), label: String(size) })),
          }),
          control(page, `${AT}.appeals.newEvidence`, 'checkboxes', {
            options: [{ value: 'yes', label: { key: 'calls.selection.new_evidence_option' } }],
          }),
        ],
        { ...title('windows'), lead: { key: 'calls.selection.windows_lead' } },
      ),
    ];
  },
};

function typedRules(rules: SelectionRules) {
  const { review, combination, ranking, seats, windows } = rules;
  const { admissibilityDays, panelSize, newEvidence } = appealTermsOf(rules);
  return {
    [`${AT}.review.perApplication`]: String(review.perApplication),
    [`${AT}.review.bySide`]: review.bySide ? 'by_side' : 'together',
    [`${AT}.review.anonymous`]: review.anonymous.join('\n'),
    [`${AT}.review.binding`]: (review.binding ?? []).join('\n'),
    [`${AT}.review.interview`]: review.interview ? 'yes' : '',
    [`${AT}.review.feedback`]: review.feedback === 'summary' ? 'yes' : '',
    [`${AT}.combination.method`]: combination.method,
    [`${AT}.combination.minimum`]: combination.minimum === null ? '' : String(combination.minimum),
    [`${AT}.ranking.per`]: ranking.per,
    [`${AT}.ranking.tie`]: ranking.tie,
    [`${AT}.seats.filling`]: seats.filling,
    [`${AT}.seats.unclaimed`]: seats.unclaimed,
    [`${AT}.seats.perHomeInstitution`]:
      seats.perHomeInstitution === null ? '' : String(seats.perHomeInstitution),
    [`${AT}.windows.objectionDays`]: String(windows.objectionDays),
    [`${AT}.windows.appealDays`]: String(windows.appealDays),
    [`${AT}.appeals.admissibilityDays`]: String(admissibilityDays),
    [`${AT}.appeals.panelSize`]: String(panelSize),
    [`${AT}.appeals.newEvidence`]: newEvidence ? 'yes' : '',
  };
}

function hintOf(name: string): Message {
  return { key: `calls.selection.hints.${name.replace('.', '_')}` };
}

function number(page: FormPage, name: string, width: number, optional = false) {
  return control(page, `${AT}.${name}`, 'number', {
    width,
    hint: hintOf(name),
    ...(optional ? { optional } : {}),
  });
}

/** One of some ways, each with what it means for whoever applies. */
function radios(page: FormPage, name: string, values: readonly string[]) {
  const key = name.replace('.', '_');
  return control(page, `${AT}.${name}`, 'radios', {
    options: values.map((value) => ({
      value,
      label: { key: `calls.selection.options.${key}.${value}.title` },
      hint: { key: `calls.selection.options.${key}.${value}.text` },
    })),
  });
}

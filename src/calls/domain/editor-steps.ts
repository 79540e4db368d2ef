/** What a call is made of, in the order in which the editor leads through it. */
export const EDITOR_STEPS = [
  'basics',
  'texts',
  'dates',
  'places',
  'form',
  'conditions',
  'selection',
  'preview',
] as const;
export type EditorStep = (typeof EDITOR_STEPS)[number];

/** Those that have a page, `/admin/calls/:id/<step>`. */
export const STEPS_WITH_PAGES: readonly EditorStep[] = [
  'basics',
  'texts',
  'dates',
  'places',
  'form',
  'conditions',
  'selection',
  'preview',
];

const FIELDS: readonly (readonly [EditorStep, readonly string[]])[] = [
  ['texts', ['title', 'summary', 'whoMayApply', 'funding']],
  ['dates', ['timeZone', 'opensAt', 'closesAt', 'graceMinutes', 'stayFrom', 'stayUntil', 'promises']],
  ['places', ['places']],
  ['form', ['form']],
  ['conditions', ['eligibility']],
  ['selection', ['selection']],
];

/** Where a field is mended: `title.ru` in the texts, `places.2.months` among the places. */
export function stepOf(field: string): EditorStep {
  const [name = ''] = field.split('.');
  return FIELDS.find(([, names]) => names.includes(name))?.[0] ?? 'basics';
}

/** Acts that can be done with many applications at once, each with the action that it is on one. */
export const BULK_ACTIONS = {
  nominate: 'application.nominate',
  confirm: 'application.confirm_nomination',
  accept: 'application.answer_nomination',
  home_unit: 'application.assign_home_unit',
  host_unit: 'application.assign_host_unit',
} as const;
export type BulkAct = keyof typeof BULK_ACTIONS;
export const BULK_ACTS = Object.keys(BULK_ACTIONS) as readonly BulkAct[];

/** Those that go through and not the others, or all of them and else none. */
export const BULK_MODES = ['valid', 'all'] as const;
export type BulkMode = (typeof BULK_MODES)[number];

/** More is for the programme's own tools, and would hold too many files at once. */
export const BULK_MOST = 200;

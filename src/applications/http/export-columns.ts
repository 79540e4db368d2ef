/** Columns of an export, in their order; all of them where nothing else is asked for. */
export const OPEN_COLUMNS = [
  'number',
  'call',
  'category',
  'home',
  'host',
  'field',
  'level',
  'state',
  'result',
  'since',
  'submitted',
  'holder',
  'due',
] as const;
/** What says who somebody is: only where it is asked for by name, and for whoever may know it. */
export const PERSONAL_COLUMNS = ['name', 'contact', 'passport'] as const;
type OpenColumn = (typeof OPEN_COLUMNS)[number];
type PersonalColumn = (typeof PERSONAL_COLUMNS)[number];
export type ExportColumn = OpenColumn | PersonalColumn;
export const EXPORT_COLUMNS: readonly ExportColumn[] = [...OPEN_COLUMNS, ...PERSONAL_COLUMNS];

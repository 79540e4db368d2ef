import type pg from 'pg';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Writes rows as they are, behind the wall. Columns that the first row does not name keep their defaults. */
export async function insertRows(owner: pg.Client, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).join(', ');
  await owner.query(
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

export const LONG_AGO = '2000-01-01T00:00:00Z';

export function personRow(id: Id, country: string, name = 'Ана'): Row {
  return {
    id,
    country,
    native_family: 'Јовић',
    native_given: name,
    native_language: 'sr-Cyrl',
    email: `${id}@example.org`,
    language: 'sr-Cyrl',
    created_at: LONG_AGO,
  };
}

export function countryRow(code: string): Row {
  return { code, time_zone: 'Europe/Belgrade', currency: 'RSD', language: 'sr-Cyrl', ministry: {} };
}

export function institutionRow(id: Id, country: string): Row {
  return {
    id,
    country,
    kind: 'university',
    slug: `place-${id}`,
    name_native: 'Универзитет',
    native_language: 'sr-Cyrl',
    name_en: 'University',
    source: 'test',
    checked_on: '2026-11-23',
    search_key: '',
  };
}

export function agreementRow(id: Id, countries: readonly string[], state = 'in_force'): Row {
  return {
    id,
    kind: 'memorandum',
    reference: id,
    title: {},
    parties: countries.map((country) => ({ country })),
    themes: [],
    state,
    text: {},
    text_hash: '',
    signed_on: '2026-01-01',
    in_force_from: '2026-01-01',
  };
}

export function callRow(id: Id, agreementId: Id, state = 'published'): Row {
  return {
    id,
    slug: `call-${id}`,
    category: 'student',
    route: 'direct',
    state,
    title: {},
    summary: {},
    who_may_apply: {},
    funding: {},
    themes: [],
    agreement_id: agreementId,
    academic_year: '2027/28',
    time_zone: 'Europe/Belgrade',
    opens_at: LONG_AGO,
    closes_at: '2099-01-01T00:00:00Z',
    stay_from: '2027-09-01',
    stay_until: '2028-01-31',
    max_choices: 2,
    promises: {},
    form_version: 1,
    published_hash: 'x',
    published_at: LONG_AGO,
    cancelled_reason: state === 'cancelled' ? 'test' : null,
    search_key: '',
  };
}

/** Calls with the form that each of them needs, in one transaction. */
export async function insertCalls(
  owner: pg.Client,
  calls: readonly Row[],
  form: object = { sections: [] },
): Promise<void> {
  await owner.query('begin');
  await insertRows(owner, 'calls', calls);
  await insertRows(
    owner,
    'call_forms',
    calls.map(({ id }) => ({ call_id: id, version: 1, definition: form, created_at: LONG_AGO })),
  );
  await owner.query('commit');
}

export function grantRow(personId: Id, role: string, scope: Row = {}): Row {
  return {
    id: newId(),
    person_id: personId,
    role,
    institution_id: null,
    country: null,
    unit_id: null,
    side: null,
    call_id: null,
    panel_id: null,
    deputy_of: null,
    acting_for: null,
    reason: 'test',
    granted_by: null,
    valid_from: LONG_AGO,
    valid_until: null,
    needs_confirmation: false,
    confirmed_by: null,
    confirmed_at: null,
    revoked_at: null,
    created_at: LONG_AGO,
    ...scope,
  };
}

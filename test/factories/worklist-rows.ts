import type pg from 'pg';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { searchKey } from '../../src/shared/transliteration.js';
import { LONG_AGO, agreementRow, callRow, insertCalls, insertRows, personRow } from './rows.js';
import type { Row } from './rows.js';

/** What a worklist is tried on: many applications of both directions, in many states, written as rows. */
export interface WorklistRows {
  readonly institutions: Readonly<Record<'bg' | 'ns' | 'msu' | 'nsu', Id>>;
  readonly calls: readonly Id[];
  readonly places: readonly {
    readonly id: Id;
    readonly callId: Id;
    readonly field: string;
    readonly level: number;
  }[];
  readonly applications: readonly Id[];
}

export interface Drawn {
  readonly state: string;
  readonly call: number;
  readonly home: 'bg' | 'ns' | 'msu' | 'nsu';
  readonly host: number;
  /** Days from the day of reference. */
  readonly submitted: number;
  readonly due: number | null;
  readonly nomination: string | null;
  readonly sides: readonly [string, string];
  readonly name: string;
}

const DAY_MS = 86_400_000;
const COUNTRY = { bg: 'RS', ns: 'RS', msu: 'RU', nsu: 'RU' } as const;
const OTHERS = { RS: ['msu', 'nsu'], RU: ['bg', 'ns'] } as const;
const PLACES = [
  ['0613', 7],
  ['0541', 6],
  ['0232', 8],
] as const;
const CATEGORIES = ['student', 'professor', 'student'];
const SENT = ['sent', 'waitlisted', 'no_answer', 'host_accepted'];
const SELECTED = ['offered', 'accepted', 'confirmed'];
let running = 0;

export async function writeWorklist(
  owner: pg.Client,
  institutions: WorklistRows['institutions'],
  official: Id,
  drawn: readonly Drawn[],
  reference: Date,
): Promise<WorklistRows> {
  const day = (offset: number) => new Date(reference.getTime() + offset * DAY_MS).toISOString();
  const agreement = newId();
  await insertRows(owner, 'agreements', [agreementRow(agreement, ['RS', 'RU'])]);
  const calls = CATEGORIES.map(() => newId());
  await insertCalls(
    owner,
    calls.map((id, index) => ({
      ...callRow(id, agreement),
      category: CATEGORIES[index],
      title: { sr: `Конкурс ${index}`, ru: `Конкурс ${index}`, en: `Call ${index}` },
      promises: { screeningDays: 10, returnDays: 7, hostDecisionDays: 14, approvalDays: 14, offerDays: 7 },
    })),
  );
  const places = calls.flatMap((callId, call) =>
    (['bg', 'ns', 'msu', 'nsu'] as const).map((slug, index) => {
      const [field, level] = PLACES[(call + index) % PLACES.length] ?? PLACES[0];
      return { id: newId(), callId, slug, field, level };
    }),
  );
  await insertRows(
    owner,
    'call_places',
    places.map(({ id, callId, slug, field, level }) => ({
      id,
      call_id: callId,
      institution_id: institutions[slug],
      field_code: field,
      level,
      language: 'en',
      language_level: 'B1',
      months: 5,
      capacity: 1000,
    })),
  );
  const persons: Row[] = [];
  const applications: Row[] = [];
  const choices: Row[] = [];
  const nominations: Row[] = [];
  const decisions: Row[] = [];
  const sides: Row[] = [];
  for (const each of drawn) {
    running += 1;
    const id = newId();
    const applicant = newId();
    const home = COUNTRY[each.home];
    const number = `${home}-2027-${String(running).padStart(6, '0')}`;
    const host = OTHERS[home][each.host % 2] ?? OTHERS[home][0];
    const callId = calls[each.call % calls.length];
    const place = places.find((candidate) => candidate.callId === callId && candidate.slug === host);
    const selected = SELECTED.includes(each.state);
    const nomination = selected ? 'host_accepted' : each.state === 'eligible' ? each.nomination : null;
    const transferred = nomination !== null && SENT.includes(nomination);
    persons.push(personRow(applicant, home, each.name));
    applications.push({
      id,
      call_id: callId,
      form_version: 1,
      applicant_id: applicant,
      home_country: home,
      home_institution_id: institutions[each.home],
      host_country: transferred ? COUNTRY[host] : null,
      host_institution_id: transferred ? institutions[host] : null,
      state: each.state,
      result: selected ? 'selected' : null,
      state_since: day(each.submitted + 1),
      due_at: each.due === null && !['offered', 'returned'].includes(each.state) ? null : day(each.due ?? 1),
      number,
      submissions: 1,
      submitted_at: day(each.submitted),
      language: 'sr-Cyrl',
      returned_fields: each.state === 'returned' ? ['person'] : null,
      return_reason: each.state === 'returned' ? 'test' : null,
      closing_reason: each.state === 'ineligible' ? 'test' : null,
      place_id: selected ? place?.id : null,
      transferred_at: transferred ? LONG_AGO : null,
      // As a submission makes it.
      search_key: searchKey(`${number} ${each.name} Јовић`),
      created_at: LONG_AGO,
    });
    choices.push({ application_id: id, rank: 1, place_id: place?.id });
    if (nomination === null) continue;
    const answered = ['host_accepted', 'waitlisted', 'returned', 'rejected'].includes(nomination);
    const refused = ['returned', 'rejected'].includes(nomination);
    nominations.push({
      id: newId(),
      application_id: id,
      place_id: place?.id,
      person_id: applicant,
      home_institution_id: institutions[each.home],
      host_institution_id: institutions[host],
      state: nomination,
      state_since: day(each.submitted + 2),
      due_at: nomination === 'sent' || !answered ? day(each.due ?? 3) : null,
      proposed_by: official,
      answered_by: answered ? official : null,
      reason_code: refused ? 'other' : null,
      reason_text: refused ? 'test' : null,
      created_at: LONG_AGO,
    });
    if (nomination !== 'host_accepted') continue;
    const decision = newId();
    decisions.push({
      id: decision,
      subject_kind: 'application',
      subject_id: id,
      subject_hash: decision,
      home_country: home,
      host_country: COUNTRY[host],
      preparers: [official],
      opened_at: LONG_AGO,
    });
    [home, COUNTRY[host]].forEach((country, index) => {
      const state = selected ? 'approved' : (each.sides[index] ?? 'pending');
      const open = ['pending', 'in_review'].includes(state);
      sides.push({
        decision_id: decision,
        country,
        side: index === 0 ? 'home' : 'host',
        state,
        state_since: LONG_AGO,
        due_at: day(each.due ?? 2),
        decided_by: open ? null : official,
        reason_code: state === 'returned' ? 'other' : null,
        reason_text: state === 'returned' ? 'test' : null,
        conditions: [],
      });
    });
  }
  await insertRows(owner, 'persons', persons);
  await insertRows(owner, 'applications', applications);
  await insertRows(owner, 'application_choices', choices);
  await insertRows(owner, 'nominations', nominations);
  await insertRows(owner, 'decisions', decisions);
  await insertRows(owner, 'decision_sides', sides);
  return { institutions, calls, places, applications: applications.map((row) => String(row.id)) };
}

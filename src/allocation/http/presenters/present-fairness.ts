import { fieldOfStudy } from '../../../calls/public.js';
import type { CallView } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import { FEWEST, isTold } from '../../domain/fairness.js';
import type { Fairness, GenderCounts, GroupCount } from '../../domain/fairness.js';
import type { FairnessTable, FairnessView } from '../views/allocation-views.js';
import { roundOf } from './reader.js';
import type { Reader } from './reader.js';

/** Of a bar that means all. */
const FULL = 100;
const DASH = '–';

/** How a list treats those who applied, as bars with the same in words beside them. */
export function presentFairness(
  reader: Reader,
  call: CallView,
  kind: 'provisional' | 'final',
  fairness: Fairness,
  former: CallView | null,
): FairnessView {
  const { translator, language } = reader;
  const href = `/admin/calls/${call.id}/allocation`;
  return {
    call: { title: translator.localized(language, call.title), back: href },
    roundOf: roundOf(reader, former),
    kind: { kind: kind === 'final' ? 'leaf' : 'sky', text: { key: `allocation.kinds.${kind}` } },
    csvHref: `${href}/fairness.csv`,
    fewest: { key: 'allocation.fairness.fewest', values: { fewest: FEWEST } },
    tables: [
      byChoice(reader, fairness),
      byGroup(reader, 'country', fairness.byCountry, (code) => translator.countryName(language, code)),
      byGroup(reader, 'institution', fairness.byInstitution, (name) => name),
      ...(fairness.byGender ? [byGender(reader, fairness, fairness.byGender)] : []),
      byField(reader, fairness),
    ],
  };
}

function byChoice(reader: Reader, { applied, selected, byChoice: counts }: Fairness): FairnessTable {
  const row = (label: string | Message, count: number) => ({
    label,
    cells: [numberText(reader, count, applied)],
    length: length(count, applied),
  });
  return {
    title: { key: 'allocation.fairness.by_choice' },
    columns: [{ key: 'allocation.fairness.people' }],
    rows: [
      ...counts.map((count, index) =>
        row({ key: 'allocation.own.choice', values: { number: index + 1 } }, count),
      ),
      row({ key: 'allocation.fairness.no_place' }, applied - selected),
    ],
  };
}

function byGroup(
  reader: Reader,
  what: 'country' | 'institution',
  groups: readonly GroupCount[],
  nameOf: (name: string) => string,
): FairnessTable {
  return {
    title: { key: `allocation.fairness.by_${what}` },
    columns: ['applied', 'selected', 'first'].map((column) => ({ key: `allocation.fairness.${column}` })),
    rows: groups.map(({ name, applied, selected, first }) => ({
      label: name === null ? { key: 'allocation.fairness.others' } : nameOf(name),
      cells: [applied, selected, first].map((count) => numberText(reader, count, applied)),
      length: length(selected, applied),
    })),
  };
}

function byGender(
  { translator, language }: Reader,
  { applied: all }: Fairness,
  { groups, unsaid, told }: GenderCounts,
): FairnessTable {
  const columns = ['applied', 'selected', 'first'] as const;
  const line = (key: string, values?: Message['values']) => ({
    key: `allocation.fairness.${key}`,
    ...(values ? { values } : {}),
  });
  return {
    title: line('by_gender'),
    columns: columns.map((column) => line(column)),
    rows: groups.map((group) => ({
      label: group.name === null ? line('others') : line(`genders.${group.name}`),
      cells: columns.map((column) => (told[column] ? translator.number(language, group[column]) : DASH)),
      length: told.selected ? length(group.selected, group.applied) : null,
    })),
    notes: [
      unsaid === null
        ? line('unsaid_few', { fewest: FEWEST })
        : unsaid === 0
          ? line('unsaid_none')
          : line('unsaid', {
              number: translator.number(language, unsaid),
              applied: translator.number(language, all),
            }),
      ...(columns.every((column) => told[column]) ? [] : [line('columns_kept', { fewest: FEWEST })]),
      line('unspoken'),
    ],
  };
}

/** Places are no people: each number of them is told. */
function byField({ translator, language }: Reader, { byField: fields }: Fairness): FairnessTable {
  return {
    title: { key: 'allocation.fairness.by_field' },
    columns: ['seats', 'given', 'unfilled'].map((column) => ({ key: `allocation.fairness.${column}` })),
    rows: fields.map(({ field, seats, given }) => {
      const known = fieldOfStudy(field);
      return {
        label: known ? translator.localized(language, known) : field,
        cells: [seats, given, seats - given].map((count) => translator.number(language, count)),
        length: seats === 0 ? 0 : Math.round((FULL * given) / seats),
      };
    }),
  };
}

function numberText({ translator, language }: Reader, count: number, of: number): string {
  return isTold(count, of) ? translator.number(language, count) : `< ${FEWEST}`;
}

/** Null where the bar would tell what its number does not. */
function length(count: number, of: number): number | null {
  return isTold(count, of) ? Math.round((FULL * count) / of) : null;
}

import type { Ctx } from '../../../platform/database/context.js';
import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { ListVersionView } from '../../data/restricted-lists.repository.js';
import { LIST_COLUMNS } from '../../domain/restricted-list.js';
import type { EntryFault } from '../../domain/restricted-list.js';
import type { DayParts } from '../typed-day.js';
import type { RestrictedListsView, Row, Tag } from '../views/gate-views.js';
import { errorsOf, problemLines } from './present-problems.js';

const FAULTS_SHOWN = 20;

export function presentLists(
  translator: Translator,
  ctx: Ctx,
  versions: readonly ListVersionView[],
  form: {
    readonly countries: readonly string[];
    readonly typed: Readonly<Record<string, string>>;
    readonly dated: DayParts;
    readonly problems: readonly FieldProblem[];
    readonly faults: readonly EntryFault[];
  },
): RestrictedListsView {
  const { language } = ctx;
  const names = [...new Set(versions.map(({ listId }) => listId))];
  return {
    columns: LIST_COLUMNS.join(', '),
    form: {
      countries: form.countries.map((code) => ({
        value: code,
        label: translator.countryName(language, code),
      })),
      typed: form.typed,
      dated: form.dated,
      errors: errorsOf(form.problems),
    },
    faults: form.faults.slice(0, FAULTS_SHOWN).map(({ line, column, fault, value }) =>
      translator.t(language, 'gates.lists.fault', {
        line,
        column: column || '—',
        fault: translator.t(language, `gates.lists.faults.${fault}`),
        value: value || '—',
      }),
    ),
    problems: problemLines(translator, language, form.problems),
    lists: names.map((listId) => {
      const own = versions.filter((each) => each.listId === listId);
      const [first] = own;
      return {
        name: `${first?.name ?? ''} · ${translator.countryName(language, first?.issuerCountry ?? '')}`,
        versions: own.map((version) => ({
          title: version.version,
          state: stateOf(version),
          rows: rowsOf(translator, ctx, version),
        })),
      };
    }),
  };
}

function stateOf({ newest, screenedAt }: ListVersionView): Tag {
  if (!newest) return { kind: 'grey', text: { key: 'gates.lists.former' } };
  return screenedAt
    ? { kind: 'leaf', text: { key: 'gates.lists.screened' } }
    : { kind: 'sky', text: { key: 'gates.lists.screening' } };
}

function rowsOf(translator: Translator, { language }: Ctx, version: ListVersionView): Row[] {
  const day = (date: string) => translator.date(language, new Date(`${date}T12:00:00Z`), 'UTC');
  const row = (label: string, value: Message | string): Row => ({
    label: { key: `gates.lists.rows.${label}` },
    value,
  });
  const { entries, added, changed, removed, screened, toScreen } = version;
  const count = (value: number) => translator.number(language, value);
  return [
    row('dated', day(version.dated)),
    row('source', version.source),
    row('entries', count(entries)),
    row('difference', {
      key: 'gates.lists.difference',
      values: { added: count(added), changed: count(changed), removed: count(removed) },
    }),
    row('progress', {
      key: 'gates.lists.progress',
      values: { screened: count(screened), all: count(Math.max(screened, toScreen)) },
    }),
    row('imported', translator.dateTime(language, version.importedAt, 'UTC')),
  ];
}

import type { AgreementView } from '../../../agreements/public.js';
import type { Page } from '../../../shared/cursor.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { CALL_CATEGORIES } from '../../domain/call.js';
import type { CallView } from '../../domain/call.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import type { Typed } from '../editor/editor-entries.js';
import { control } from '../editor/editor-forms.js';
import { problemHere, writtenTitle } from '../editor/editor-words.js';
import { EDITOR_TABS } from '../editor/editor-tabs.js';
import type { EditorTab } from '../editor/editor-tabs.js';
import type { EditorListView, NewCallView } from '../views/editor-views.js';
import { presentPhase } from './present-call-card.js';
import type { PlaceTotals, Reader } from './present-call-card.js';

const LANG = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' } as const;

export function presentEditorList(
  reader: Reader,
  { tab, text }: { readonly tab: EditorTab; readonly text: string },
  page: Page<CallView>,
  totals: PlaceTotals,
): EditorListView {
  const { translator, language } = reader;
  const href = (state: EditorTab, after?: string) => {
    const query = new URLSearchParams({ state, ...(text ? { q: text } : {}), ...(after ? { after } : {}) });
    return `/admin/calls?${query.toString()}`;
  };
  return {
    tabs: EDITOR_TABS.map((each) => ({
      href: href(each),
      text: { key: `calls.editor.list.tabs.${each}` },
      current: each === tab,
    })),
    tab,
    query: text,
    rows: page.items.map((call) => {
      const title = writtenTitle(reader, call.title);
      return {
        href: `/admin/calls/${call.id}`,
        title: title.text,
        lang: title.lang,
        category: { key: `calls.categories.${call.category}` },
        year: call.academicYear,
        state: presentPhase(call.phase),
        closes: translator.date(language, call.closesAt, call.timeZone),
        places: totals.get(call.id)?.capacity ?? 0,
      };
    }),
    empty: {
      title: { key: text ? 'calls.empty.filtered.title' : `calls.editor.list.empty.${tab}` },
      why: { key: text ? 'calls.empty.filtered.why' : 'calls.editor.list.empty.why' },
    },
    nextHref: page.next && href(tab, page.next),
  };
}

export function presentNewCall(
  reader: Reader,
  agreements: readonly AgreementView[],
  typed: Typed,
  problems: readonly FieldProblem[],
): NewCallView {
  const { translator, language } = reader;
  const page = { typed, problems };
  return {
    problems: problems.map((problem) => problemHere(reader, problem)),
    titles: WRITTEN_LANGUAGES.map((written) =>
      control(page, `title.${written}`, 'text', {
        label: { key: `calls.editor.languages.${written}` },
        lang: LANG[written],
      }),
    ),
    fields: [
      control(page, 'category', 'radios', {
        hint: { key: 'calls.editor.hints.category' },
        options: CALL_CATEGORIES.map((category) => ({
          value: category,
          label: { key: `calls.categories.${category}` },
        })),
      }),
      control(page, 'agreementId', 'select', {
        hint: { key: 'calls.editor.hints.agreementId' },
        options: agreements.map(({ id, reference, title }) => ({
          value: id,
          label: `${reference} · ${translator.localized(language, title)}`,
        })),
      }),
    ],
  };
}

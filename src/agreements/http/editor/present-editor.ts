import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { VersionView } from '../../domain/agreement.js';
import { EDITOR_STEPS, WRITTEN_LANGUAGES, missingOf, stepOf } from '../../domain/draft.js';
import type { EditorStep, FormStep } from '../../domain/draft.js';
import type { Reader } from '../agreement-presenter.js';
import { versionTag } from '../agreement-presenter.js';
import type { EditorField, EditorFieldsView, EditorFrame, ProblemLink } from '../views/editor-views.js';
import { EDITOR_FORMS, fieldKey, problemWords } from './editor-forms.js';
import type { EditorForm, EditorWorld, FormPage } from './editor-forms.js';
import { baseOf } from './typed.js';
import type { Typed } from './typed.js';

/** The name of an agreement in the reader's language, or in the first in which it has one. */
export function titleOf(
  { translator, language }: Reader,
  { title, reference }: VersionView['content'],
): string {
  const own = translator.localized(language, title).trim();
  if (own) return own;
  const written = WRITTEN_LANGUAGES.find((each) => title[each].trim());
  return written ? title[written] : reference;
}

export function editorHref(reference: string): string {
  return `/agreements/${encodeURIComponent(reference)}/edit`;
}

export function presentFrame(
  reader: Reader,
  open: VersionView,
  current: EditorStep | 'overview',
): EditorFrame {
  const missing = missingOf(open.content);
  const href = editorHref(open.content.reference);
  return {
    href,
    title: titleOf(reader, open.content),
    reference: open.content.reference,
    version: open.number,
    state: versionTag(open.state),
    steps: (['overview', ...EDITOR_STEPS] as const).map((key) => ({
      key,
      href: key === 'overview' ? href : `${href}/${key}`,
      current: key === current,
      missing: missing.filter(({ field }) => key === 'overview' || stepOf(field) === key).length,
    })),
  };
}

/** "Title, in Russian: fill in this field"; of a row its number as well. */
export function problemLink(reader: Reader, problem: FieldProblem, href: string | null): ProblemLink {
  const { translator, language } = reader;
  const { key, values } = problemWords(problem);
  return {
    message: {
      key: 'agreements.editor.named_problem',
      values: {
        field: fieldWords(reader, problem.field),
        problem: translator.t(language, key, values),
      },
    },
    href,
  };
}

export function fieldWords({ translator, language }: Reader, field: string): string {
  const row = /\.(\d+)(?:\.|$)/.exec(field)?.[1];
  const written = WRITTEN_LANGUAGES.find((each) => field.endsWith(`.${each}`));
  const name = translator.t(language, fieldKey(field));
  const numbered = row === undefined ? name : `${Number(row) + 1}. ${name}`;
  return written
    ? translator.t(language, 'agreements.editor.in_language', {
        field: numbered,
        language: translator.t(language, `agreements.editor.languages.${written}`),
      })
    : numbered;
}

export function presentFields(
  reader: Reader,
  open: VersionView,
  world: EditorWorld,
  step: FormStep,
  came: { readonly typed: Typed | null; readonly problems: readonly FieldProblem[]; readonly stale: boolean },
): EditorFieldsView {
  const form = EDITOR_FORMS[step];
  const saved = form.typed(open.content);
  const typed = came.typed ?? saved;
  const page: FormPage = {
    reader,
    world,
    content: open.content,
    version: open.number,
    typed,
    problems: came.problems,
  };
  const groups = form.groups(page);
  const names = new Set(groups.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const editor = presentFrame(reader, open, step);
  const action = `${editor.href}/${step}`;
  const said = Number(came.typed?.['edit']);
  // One that comes back with problems keeps what it said, so that another's save is not lost.
  const keepsOn = came.typed !== null && !came.stale && Number.isInteger(said);
  return {
    editor,
    heading: { key: `agreements.editor.steps.${step}` },
    lead: { key: `agreements.editor.leads.${step}` },
    action,
    problems: came.problems.map((problem) =>
      problemLink(reader, problem, names.has(problem.field) ? `#field-${problem.field}` : null),
    ),
    stale: came.stale ? { rows: staleRows(form, page, saved), href: action } : null,
    edit: keepsOn ? said : open.edit,
    base: keepsOn ? (came.typed?.['base'] ?? '') : baseOf(saved),
    groups,
  };
}

function staleRows(form: EditorForm, mine: FormPage, saved: Typed) {
  const theirs = new Map(
    form
      .groups({ ...mine, typed: saved })
      .flatMap(({ fields }) => fields.map((field) => [field.name, field])),
  );
  return form
    .groups(mine)
    .flatMap(({ fields }) => fields)
    .flatMap((field) => {
      const other = theirs.get(field.name);
      const [typed, kept] = [valueWords(mine.reader, field), other ? valueWords(mine.reader, other) : ''];
      return typed === kept ? [] : [{ label: fieldWords(mine.reader, field.name), mine: typed, saved: kept }];
    });
}

/** What a control holds, in words. */
function valueWords({ translator, language }: Reader, { value, values, options }: EditorField): string {
  const said = (words: string | Message) =>
    typeof words === 'string' ? words : translator.t(language, words.key, words.values);
  const label = (chosen: string) => {
    const found = options?.find((option) => option.value === chosen)?.label;
    return found === undefined ? chosen : said(found);
  };
  if (values) return values.map(label).join('; ');
  if (typeof value === 'object') return [value.day, value.month, value.year].filter(Boolean).join(' ');
  return label(value ?? '');
}

import type { AgreementView } from '../../../agreements/public.js';
import type { GateRule } from '../../../gates/public.js';
import { contentHash } from '../../../shared/content-hash.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import { CALL_TEXTS, WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import type { CallDraft } from '../../domain/call-draft.js';
import type { Typed } from '../editor/editor-entries.js';
import type { EditorForm, FormPage } from '../editor/editor-forms.js';
import type { Editor } from '../editor/editor-shell.js';
import { fieldName, problemHere } from '../editor/editor-words.js';
import { presentPlan } from './present-plan.js';
import type { EditorField, EditorFieldsView, LanguageRow, StaleView } from '../views/editor-views.js';

export function presentEditorForm(
  editor: Editor,
  form: EditorForm,
  state: {
    readonly agreements: readonly AgreementView[];
    readonly gateRules: readonly GateRule[];
    readonly typed: Typed | null;
    readonly problems: readonly FieldProblem[];
    readonly stale: boolean;
  },
): EditorFieldsView {
  const { call, reader } = editor;
  const saved = form.typed(editor.draft);
  const typed = state.typed ?? saved;
  const world = { agreements: state.agreements };
  const page: FormPage = { editor, world, typed, problems: state.problems };
  const groups = form.groups(page);
  const names = new Set(groups.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const action = `${editor.href}/${form.step}`;
  const said = Number(state.typed?.['version']);
  const keepsOn = state.typed !== null && !state.stale && Number.isInteger(said);
  return {
    editor,
    heading: { key: `calls.editor.steps.${form.step}` },
    lead: { key: `calls.editor.leads.${form.step}` },
    action,
    problems: state.problems.map((problem) => ({
      ...problemHere(reader, problem),
      ...(names.has(problem.field) ? {} : { href: null }),
    })),
    stale: state.stale ? staleOf(form, page, saved, action) : null,
    // One that comes back with problems keeps what it said, so that another's save is not lost.
    version: keepsOn ? said : editor.version,
    base: keepsOn ? (state.typed?.['base'] ?? '') : baseOf(saved),
    facts:
      form.step === 'basics'
        ? [
            {
              label: { key: 'calls.facts.category' },
              value: { key: `calls.categories.${call.category}` },
            },
          ]
        : [],
    languages: form.step === 'texts' ? languageRows(editor.draft) : [],
    groups,
    plan:
      form.step === 'dates'
        ? presentPlan(reader, planned(form, editor.draft, state.typed, reader.now), {
            callId: call.id,
            rules: state.gateRules,
          })
        : null,
  };
}

/** The draft with what was typed, as far as it can be read: the plan is told of what somebody is about to save. */
function planned(form: EditorForm, draft: CallDraft, typed: Typed | null, now: Date): CallDraft {
  if (!typed) return draft;
  const read = { ...draft, ...form.read(typed, now, draft).patch };
  const whole = Object.values(read.promises).every((days: number) => Number.isInteger(days) && days > 0);
  return whole ? read : { ...read, promises: draft.promises };
}

/** What a page said when it was opened, in short. */
export function baseOf(typed: Typed): string {
  return contentHash(typed).slice(0, 16);
}

/** How much of the texts is written in each language. */
export function languageRows(draft: CallDraft): readonly LanguageRow[] {
  return WRITTEN_LANGUAGES.map((language) => {
    const written = CALL_TEXTS.filter((field) => draft[field][language].trim()).length;
    const total = CALL_TEXTS.length;
    return {
      label: { key: `calls.editor.languages.${language}` },
      tag: {
        kind: written === total ? 'leaf' : written === 0 ? 'grey' : 'brass',
        text: { key: 'calls.editor.written_of', values: { written, total } },
      },
    };
  });
}

function staleOf(form: EditorForm, mine: FormPage, saved: Typed, href: string): StaleView {
  const ours = form.groups(mine).flatMap(({ fields }) => fields);
  const theirs = form.groups({ ...mine, typed: saved }).flatMap(({ fields }) => fields);
  const { reader } = mine.editor;
  return {
    href,
    rows: ours.flatMap((field, place) => {
      const shown = [field, theirs[place]].map((each) => (each ? valueWords(mine.editor, each) : ''));
      const [typed = '', kept = ''] = shown;
      return typed === kept ? [] : [{ label: fieldName(reader, field.name), mine: typed, saved: kept }];
    }),
  };
}

/** What a control holds, in words. */
function valueWords({ reader }: Editor, { value, values, options }: EditorField): string {
  const label = (chosen: string) => {
    const found = options?.find((option) => option.value === chosen)?.label;
    if (found === undefined) return chosen;
    return typeof found === 'string' ? found : reader.translator.t(reader.language, found.key, found.values);
  };
  if (values) return values.map(label).join('; ');
  if (typeof value === 'object') return [value.day, value.month, value.year].filter(Boolean).join(' ');
  return label(value ?? '');
}

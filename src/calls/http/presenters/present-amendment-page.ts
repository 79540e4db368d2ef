import { presentPair } from '../../../approvals/public.js';
import type { DecisionView, PairView } from '../../../approvals/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Begun } from '../../call-ports.js';
import type { CallTextAmendmentEntity } from '../../data/call-text-amendment.entity.js';
import type { TextChanges } from '../../domain/amendment.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import { MOVABLE } from '../../operations/move-deadline.js';
import { control } from '../editor/editor-forms.js';
import type { Typed } from '../editor/editor-entries.js';
import type { Editor } from '../editor/editor-shell.js';
import { fieldName, problemWords } from '../editor/editor-words.js';
import type { ProblemLink } from '../editor/editor-words.js';
import type { EditorField } from '../views/editor-views.js';
import type { AmendmentView, ChangesView } from '../views/call-views.js';
import { presentChanges } from './present-amendment.js';

/** Input of `calls/editor/amendment.njk`. */
export interface AmendmentPageView {
  readonly editor: Editor;
  readonly problems: readonly ProblemLink[];
  /** Whether an amendment can be begun or take effect at all now. */
  readonly possible: boolean;
  readonly begun: Begun;
  /** Null: none is being written. */
  readonly open: {
    readonly version: number;
    readonly changes: ChangesView | null;
    readonly reasons: readonly EditorField[];
    readonly textsHref: string;
    readonly formHref: string;
    readonly approval: PairView | null;
    readonly approvalText: Message;
    /** Whether both countries approved this very text. */
    readonly agreed: boolean;
    readonly asked: boolean;
  } | null;
  readonly amendments: readonly AmendmentView[];
}

export interface AmendmentState {
  readonly amendment: CallTextAmendmentEntity;
  readonly changes: TextChanges;
  readonly decision: DecisionView | null;
  /** Whether the decision is on the call as it would be. */
  readonly onThisText: boolean;
}

export function presentAmendmentPage(
  editor: Editor,
  begun: Begun,
  state: AmendmentState | null,
  amendments: readonly AmendmentView[],
  refused: { readonly typed: Typed; readonly error: DomainError } | null,
): AmendmentPageView {
  return {
    editor,
    problems: refused ? refusal(editor, refused.error) : [],
    possible: MOVABLE.includes(editor.call.phase),
    begun,
    open: state && presentOpen(editor, state, refused),
    amendments,
  };
}

function presentOpen(
  editor: Editor,
  { amendment, changes, decision, onThisText }: AmendmentState,
  refused: { readonly typed: Typed; readonly error: DomainError } | null,
): AmendmentPageView['open'] {
  const { reader, href } = editor;
  const saved = Object.fromEntries(
    WRITTEN_LANGUAGES.map((written) => [`reason.${written}`, amendment.reason[written]]),
  );
  const typed = refused && 'reason.sr' in refused.typed ? refused.typed : saved;
  const page = { typed, problems: refused?.error.fields ?? [] };
  const counts = decision !== null && decision.withdrawnAt === null;
  const empty = changes.words.length === 0 && !changes.form;
  return {
    version: amendment.version,
    changes: empty ? null : presentChanges(reader, changes),
    reasons: WRITTEN_LANGUAGES.map((written) =>
      control(page, `reason.${written}`, 'textarea', {
        label: { key: `calls.editor.languages.${written}` },
        lang: written === 'sr' ? 'sr-Cyrl' : written,
        rows: 4,
      }),
    ),
    textsHref: `${href}/texts`,
    formHref: `${href}/form`,
    approval: counts ? pairOf(editor, decision) : null,
    approvalText: {
      key: counts
        ? `calls.editor.approval.${onThisText ? 'on_this' : 'on_another'}`
        : `calls.editor.approval.${decision ? 'withdrawn' : 'never'}`,
    },
    agreed: counts && onThisText && decision.counts === 'agreed_yes',
    asked: counts && onThisText,
  };
}

function pairOf({ reader }: Editor, decision: DecisionView): PairView {
  const zone = (country: string) => reader.countries.find(({ code }) => code === country)?.timeZone ?? 'UTC';
  return presentPair(reader.translator, reader.language, {
    decision,
    names: new Map(),
    zones: [zone(decision.home.country), zone(decision.host.country)],
  });
}

/** What the head of the page says: each fault with its field, leading to where it is mended. */
function refusal({ reader, href }: Editor, error: DomainError): readonly ProblemLink[] {
  if (error.fields.length === 0) {
    const key = error.code === 'stale' ? 'calls.amendment.stale' : `reasons.${error.reason}`;
    return [{ message: { key, values: error.values }, href: null }];
  }
  return error.fields.map((problem) => {
    const { key, values } = problemWords(problem);
    const [name = ''] = problem.field.split('.');
    return {
      message:
        name === 'amendment'
          ? { key, ...(values ? { values } : {}) }
          : {
              key: 'calls.editor.named_problem',
              values: {
                field: fieldName(reader, problem.field),
                problem: reader.translator.t(reader.language, key, values),
              },
            },
      href:
        name === 'reason'
          ? `#field-${problem.field}`
          : name === 'form'
            ? `${href}/form`
            : name === 'amendment'
              ? null
              : `${href}/texts#field-${problem.field}`,
    };
  });
}

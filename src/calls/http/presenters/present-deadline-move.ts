import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Begun } from '../../call-ports.js';
import { WRITTEN_LANGUAGES } from '../../domain/call-draft.js';
import type { MovedDeadline } from '../../domain/deadline-move.js';
import { MOVABLE } from '../../operations/move-deadline.js';
import { typedInstant } from '../editor/editor-entries.js';
import type { Typed } from '../editor/editor-entries.js';
import { control } from '../editor/editor-forms.js';
import type { Editor } from '../editor/editor-shell.js';
import { problemHere } from '../editor/editor-words.js';
import type { DeadlineMoveView, MovedView } from '../views/editor-views.js';
import type { Reader } from './present-call-card.js';

const LANG = { sr: 'sr-Cyrl', ru: 'ru', en: 'en' } as const;

export function presentDeadlineMove(
  editor: Editor,
  begun: Begun,
  moves: readonly MovedDeadline[],
  refused: {
    readonly typed: Typed;
    readonly problems: readonly FieldProblem[];
    readonly stale: boolean;
  } | null,
): DeadlineMoveView {
  const { call, reader } = editor;
  const { translator, language } = reader;
  const typed = refused?.typed ?? typedInstant('closesAt', call.closesAt, call.timeZone);
  const page = { typed, problems: refused?.problems ?? [] };
  return {
    editor,
    problems: page.problems.map((problem) => problemHere(reader, problem)),
    stale: refused?.stale ?? false,
    version: editor.version,
    now: translator.dateTime(language, call.closesAt, call.timeZone),
    zone: translator.has(language, `zones.${call.timeZone}`)
      ? { key: `zones.${call.timeZone}` }
      : { key: 'common.zone_by_name', values: { name: call.timeZone } },
    begun,
    possible: MOVABLE.includes(call.phase),
    when: [
      control(page, 'closesAt', 'date'),
      control(page, 'closesAtTime', 'text', { width: 5, hint: { key: 'calls.editor.hints.time' } }),
    ],
    reasons: WRITTEN_LANGUAGES.map((written) =>
      control(page, `reason.${written}`, 'textarea', {
        label: { key: `calls.editor.languages.${written}` },
        lang: LANG[written],
        rows: 4,
      }),
    ),
    moves: moves.map((move) => presentMove(reader, move, call.timeZone)),
  };
}

/** How the deadline was moved, in a sentence and its reason. */
export function presentMove(
  { translator, language }: Reader,
  { at, from, to, reason }: MovedDeadline,
  timeZone: string,
): MovedView {
  return {
    sentence: {
      key: 'calls.moved.sentence',
      values: {
        on: translator.dateInSentence(language, at, timeZone),
        from: translator.dateTimeInSentence(language, from, timeZone),
        to: translator.dateTimeInSentence(language, to, timeZone),
      },
    },
    reason: translator.localized(language, reason),
  };
}

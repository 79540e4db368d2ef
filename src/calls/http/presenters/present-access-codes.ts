import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { AccessCodeEntity } from '../../data/access-code.entity.js';
import { MOST_USES } from '../../domain/access-code.js';
import type { Typed } from '../editor/editor-entries.js';
import { typedInstant } from '../editor/editor-entries.js';
import { control } from '../editor/editor-forms.js';
import type { Editor } from '../editor/editor-shell.js';
import { problemHere } from '../editor/editor-words.js';
import type { ProblemLink } from '../editor/editor-words.js';
import type { TagModel } from '../views/call-views.js';
import type { EditorField } from '../views/editor-views.js';

const WEEK_MS = 7 * 86_400_000;

/** What the page of the codes shows besides those that there are. */
export interface CodesShown {
  /** What was typed; null: nothing yet. */
  readonly typed: Typed | null;
  readonly problems: readonly FieldProblem[];
  /** One that was made just now, told this once. */
  readonly code: string | null;
}

/** Input of `calls/editor/codes.njk`. */
export interface AccessCodesView {
  readonly editor: Editor;
  readonly problems: readonly ProblemLink[];
  readonly code: string | null;
  readonly zone: Message;
  readonly fields: readonly EditorField[];
  readonly when: readonly EditorField[];
  readonly reason: EditorField;
  readonly rows: readonly {
    readonly id: string;
    readonly whom: Message;
    readonly reason: string;
    readonly until: string;
    readonly used: Message;
    readonly state: TagModel;
    readonly revokeAction: string | null;
  }[];
}

export function presentAccessCodes(
  editor: Editor,
  codes: readonly AccessCodeEntity[],
  shown: CodesShown,
): AccessCodesView {
  const { call, reader, href } = editor;
  const { translator, language } = reader;
  const typed = shown.typed ?? {
    uses: '1',
    ...typedInstant('validUntil', new Date(reader.now.getTime() + WEEK_MS), call.timeZone),
  };
  const page = { typed, problems: shown.problems };
  const label = (name: string): { readonly label: Message } => ({
    label: { key: `calls.codes.fields.${name}` },
  });
  return {
    editor,
    problems: shown.problems.map((problem) => problemHere(reader, problem)),
    code: shown.code,
    zone: translator.has(language, `zones.${call.timeZone}`)
      ? { key: `zones.${call.timeZone}` }
      : { key: 'common.zone_by_name', values: { name: call.timeZone } },
    fields: [
      control(page, 'email', 'text', {
        ...label('email'),
        hint: { key: 'calls.codes.hints.email' },
        optional: true,
      }),
      control(page, 'uses', 'number', {
        ...label('uses'),
        width: 4,
        hint: { key: 'calls.codes.hints.uses', values: { max: MOST_USES } },
      }),
    ],
    when: [
      control(page, 'validUntil', 'date', label('validUntil')),
      control(page, 'validUntilTime', 'text', {
        ...label('validUntilTime'),
        width: 5,
        hint: { key: 'calls.editor.hints.time' },
      }),
    ],
    reason: control(page, 'reason', 'textarea', {
      ...label('reason'),
      rows: 3,
      hint: { key: 'calls.codes.hints.reason' },
    }),
    rows: codes.map((code) => {
      const state = stateOf(code, reader.now);
      return {
        id: code.id,
        whom: { key: code.emailHash ? 'calls.codes.for_one' : 'calls.codes.for_bearer' },
        reason: code.reason,
        until: translator.dateTime(language, code.validUntil, call.timeZone),
        used: { key: 'calls.codes.used', values: { uses: code.uses, max: code.maxUses } },
        state: { kind: TAGS[state], text: { key: `calls.codes.states.${state}` } },
        revokeAction: state === 'open' || state === 'used_up' ? `${href}/codes/${code.id}/revoke` : null,
      };
    }),
  };
}

const TAGS = { open: 'leaf', used_up: 'sky', over: 'grey', revoked: 'brick' } as const;

function stateOf(code: AccessCodeEntity, now: Date): keyof typeof TAGS {
  if (code.revokedAt) return 'revoked';
  if (now >= code.validUntil) return 'over';
  return code.uses >= code.maxUses ? 'used_up' : 'open';
}

import type { DomainError } from '../../../shared/domain-error.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { PanelRecord } from '../../data/panels.repository.js';
import type { KnownConflicts, TypedInvitation } from '../../operations/invite-reviewer.js';
import type { InviteView } from '../views/invite-views.js';
import { problemsOf, refusalOf, wrong } from './form-problems.js';
import { conflictWords } from './present-conflicts.js';
import type { ReviewReader } from './present-reviews.js';

export function presentInvitation(
  reader: ReviewReader,
  { panel }: PanelRecord,
  typed: TypedInvitation,
  known: KnownConflicts | null,
  error: DomainError | null,
): InviteView {
  const { translator, language } = reader;
  const back = `/reviews/panels/${panel.id}`;
  return {
    back,
    panel: translator.localized(language, panel.name),
    action: `${back}/invite`,
    problems: problemsOf(reader, error, { reason: 'invite_reason', language: 'invite_language' }),
    note: refusalOf(error),
    fields: [
      {
        kind: 'text',
        name: 'email',
        label: { key: 'reviews.fields.email' },
        hint: { key: 'reviews.fields.invite_email_hint' },
        value: typed.email,
        ...wrong('email', error),
      },
      {
        kind: 'select',
        name: 'language',
        label: { key: 'reviews.fields.invite_language' },
        value: typed.language,
        options: LANGUAGES.map((each) => ({ value: each, label: { key: `common.languages.${each}` } })),
        ...wrong('language', error),
      },
      {
        kind: 'textarea',
        name: 'reason',
        label: { key: 'reviews.fields.invite_reason' },
        hint: { key: 'reviews.fields.invite_reason_hint' },
        value: typed.reason,
        rows: 4,
        ...wrong('reason', error),
      },
    ],
    known: known && {
      counts: known.counts.map((each) => ({ why: conflictWords(each), number: String(each.number) })),
      shut: { key: 'reviews.invite.shut', values: { number: known.shut, of: known.of } },
      field: {
        kind: 'checkboxes',
        name: 'seen',
        label: { key: 'reviews.fields.seen' },
        values: [],
        options: [{ value: 'yes', label: { key: 'reviews.invite.seen' } }],
      },
    },
  };
}

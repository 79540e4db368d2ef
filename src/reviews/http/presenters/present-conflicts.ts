import type { DisplayName } from '../../../access/public.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { Message } from '../../../platform/http/page.js';
import { isDismissible } from '../../domain/conflict-graph.js';
import type { Evidence } from '../../domain/conflict-graph.js';
import { panelsPolicy } from '../../domain/panels.policy.js';
import type { JudgedConflict } from '../../operations/find-conflicts.js';
import type { OpenPanel } from '../../operations/read-panels.js';
import type { ConflictLine, ConflictsView, DismissView } from '../views/conflict-views.js';
import { problemsOf, refusalOf, wrong } from './form-problems.js';
import { assessedName } from './present-reviews.js';
import type { ReviewReader } from './present-reviews.js';

/** How a conflict is called: what does not bind says so. */
export const conflictWords = ({ kind, binding }: Pick<JudgedConflict, 'kind' | 'binding'>): Message => ({
  key: `reviews.conflicts.${kind}${binding ? '' : '_found'}`,
});

export function presentConflicts(
  reader: ReviewReader,
  open: OpenPanel,
  conflicts: readonly JudgedConflict[],
  dismissers: ReadonlyMap<Id, DisplayName>,
): ConflictsView {
  const { translator, language } = reader;
  const { panel, facts, names, members } = open;
  const back = `/reviews/panels/${panel.id}`;
  const seated = new Set(members.map(({ personId }) => personId));
  const mayDismiss = panelsPolicy.decide(reader.actor, 'panel.dismiss_conflict', facts).allowed;
  const nameOf = new Map(open.applications.map(({ id, name }) => [id, assessedName(name)]));
  const shown = conflicts.filter(({ applicationId }) => nameOf.has(applicationId));
  const people = [...new Set([...seated, ...open.candidates])];
  return {
    back,
    panel: translator.localized(language, panel.name),
    anonymous: isAnonymous(open),
    reviewers: people.map((id) => {
      const own = shown.filter(({ reviewerId }) => reviewerId === id);
      const standing = own.filter(({ dismissed }) => dismissed === null);
      return {
        name: names.get(id)?.name ?? '—',
        lang: names.get(id)?.language ?? 'en',
        seated: seated.has(id),
        counts: [...new Set(standing.map(({ kind }) => kind))].map((kind) => ({
          kind: { key: `reviews.conflicts.${kind}` },
          number: String(standing.filter((one) => one.kind === kind).length),
        })),
        lines: own.map((conflict) => ({
          ...lineOf(reader, open, conflict),
          application: nameOf.get(conflict.applicationId) ?? '',
          dismissed: conflict.dismissed && {
            by: conflict.dismissed.by ? (dismissers.get(conflict.dismissed.by)?.name ?? '—') : '—',
            lang: (conflict.dismissed.by && dismissers.get(conflict.dismissed.by)?.language) || 'en',
            at: translator.dateTime(language, conflict.dismissed.at, open.call.timeZone),
            reason: conflict.dismissed.reason,
          },
          dismissHref:
            mayDismiss && conflict.dismissed === null && isDismissible(conflict)
              ? `${back}/conflicts/${conflict.applicationId}/${id}/${conflict.kind}`
              : null,
        })),
      };
    }),
  };
}

export function presentDismissal(
  reader: ReviewReader,
  open: OpenPanel,
  conflict: JudgedConflict,
  typed: string,
  error: DomainError | null,
): DismissView {
  const { reviewerId, applicationId, kind } = conflict;
  const back = `/reviews/panels/${open.panel.id}/conflicts`;
  const application = open.applications.find(({ id }) => id === applicationId);
  return {
    back,
    action: `${back}/${applicationId}/${reviewerId}/${kind}`,
    name: open.names.get(reviewerId)?.name ?? '—',
    lang: open.names.get(reviewerId)?.language ?? 'en',
    application: application ? assessedName(application.name) : '',
    line: lineOf(reader, open, conflict),
    problems: problemsOf(reader, error, { reason: 'dismiss_reason' }),
    note: refusalOf(error),
    field: {
      kind: 'textarea',
      name: 'reason',
      label: { key: 'reviews.fields.dismiss_reason' },
      hint: { key: 'reviews.fields.dismiss_reason_hint' },
      value: typed,
      rows: 4,
      ...wrong('reason', error),
    },
  };
}

function lineOf(reader: ReviewReader, open: OpenPanel, conflict: JudgedConflict): ConflictLine {
  const { translator, language } = reader;
  return {
    why: { key: `reviews.conflicts.${conflict.kind}` },
    strength: conflict.binding
      ? { kind: 'brick', text: { key: 'reviews.found.binding' } }
      : { kind: 'brass', text: { key: 'reviews.found.noted' } },
    evidence: evidenceOf(conflict.evidence, isAnonymous(open)).map(({ text, since }) => ({
      text,
      since: since && translator.date(language, since, open.call.timeZone),
    })),
    found: conflict.foundAt && translator.dateTime(language, conflict.foundAt, open.call.timeZone),
  };
}

/** A work names its authors: where nobody is to know whose a file is, it is only counted. */
function evidenceOf(
  evidence: readonly Evidence[],
  anonymous: boolean,
): readonly { readonly text: Message; readonly since: Date | null }[] {
  const works = evidence.filter(({ source }) => source === 'works');
  return [
    ...(anonymous && works.length > 0
      ? [{ text: { key: 'reviews.found.works', values: { number: works.length } }, since: null }]
      : works.map((one) => ({
          text: { key: 'reviews.found.work', values: { doi: one.evidence } },
          since: null,
        }))),
    ...evidence
      .filter(({ source }) => source !== 'works')
      .map(({ source, since }) => ({ text: { key: `reviews.found.${source}` }, since })),
  ];
}

function isAnonymous({ call }: OpenPanel): boolean {
  return (call.selection?.review.anonymous.length ?? 0) > 0;
}

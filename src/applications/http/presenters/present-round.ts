import type { DomainError } from '../../../shared/domain-error.js';
import type { OpenRound } from '../../operations/carry-over.js';
import type { OpenApplication } from '../own-application.js';
import type { ProblemView, RoundView } from '../views/applicant-views.js';
import { presentBlocker } from './present-blocker.js';
import { presentHead } from './present-head.js';
import { placeLine, problemWords } from './present-section.js';
import { inSentence, presentDeadline } from './reader.js';

/** What was sent and came back. */
export interface SentRound {
  readonly typed: Readonly<Record<string, unknown>>;
  readonly agreed: boolean;
  readonly refused: DomainError | null;
}

/** The second round to somebody who took part in the first: what goes there, and in which order they wish its places. */
export function presentRound(
  open: OpenApplication,
  { call, places }: OpenRound,
  canTakePart: boolean,
  { typed, agreed, refused }: SentRound,
): RoundView {
  const { file, reader } = open;
  const { translator, language } = reader;
  const fields = refused?.fields ?? [];
  const former = new Map(
    places.flatMap(({ id, fromPlaceId }) => (fromPlaceId === null ? [] : [[fromPlaceId, id] as const])),
  );
  // The wishes of the first round, as far as there is anything left of them.
  const wished = file.choices.flatMap(({ id }) => former.get(id) ?? []);
  const options = places.map((place) => ({ value: place.id, label: placeLine(open, place) }));
  const names = Array.from(
    { length: Math.min(call.maxChoices, places.length) },
    (_, index) => `choice_${index + 1}`,
  );
  const agreedError = fields.find(({ field }) => field === 'agreed');
  return {
    head: presentHead(open),
    round: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    deadline: presentDeadline(reader, call.closesAt),
    canTakePart,
    upcoming:
      call.phase === 'upcoming'
        ? { key: 'applications.round.upcoming', values: { from: inSentence(reader, call.opensAt) } }
        : null,
    problems: refused ? problemsOf(open, refused) : [],
    fields: names.map((name, index) => {
      const error = fields.find(({ field }) => field === name);
      const value = refused ? typed[name] : wished[index];
      return {
        kind: 'select' as const,
        name,
        label: translator.t(language, 'applications.form.choice', {
          rank: translator.number(language, index + 1),
        }),
        value: typeof value === 'string' ? value : '',
        optional: index > 0,
        options,
        ...(error ? { error: problemWords(error) } : {}),
      };
    }),
    agreed: {
      kind: 'checkboxes',
      name: 'agreed',
      label: { key: 'applications.round.agree_title' },
      values: agreed ? ['yes'] : [],
      options: [{ value: 'yes', label: { key: 'applications.round.agree' } }],
      ...(agreedError ? { error: problemWords(agreedError) } : {}),
    },
  };
}

function problemsOf(open: OpenApplication, { fields, blockers }: DomainError): readonly ProblemView[] {
  return [
    ...fields.map((problem) => ({ message: problemWords(problem), href: `#field-${problem.field}` })),
    // What is not met is met by other places, if by any: the answers are fixed.
    ...blockers.map((blocker) => ({ message: presentBlocker(open, blocker).message })),
  ];
}

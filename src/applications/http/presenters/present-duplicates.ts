import type { AccountJoin, DisplayName } from '../../../access/public.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Message } from '../../../platform/http/page.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { Language } from '../../../shared/language.js';
import { institutionName } from '../../../universities/public.js';
import type { VerdictRow } from '../../data/duplicates.repository.js';
import type { LikenessKind } from '../../domain/likeness.js';
import type { DuplicatesOfFile, PossibleDuplicate } from '../../operations/settle-duplicate.js';
import type { WorklistEntry } from '../read-office.js';
import type { Tag } from '../views/applicant-views.js';
import type {
  ComparedView,
  DuplicatesView,
  SettleDuplicateView,
  VerdictView,
} from '../views/duplicate-views.js';
import type { Part } from '../views/office-views.js';
import { presentState } from './present-state.js';

/** What the pages about duplicates are made of. */
export interface DuplicatesReading {
  readonly translator: Translator;
  readonly language: Language;
  /** By whose clock instants are shown. */
  readonly zone: string;
  readonly entry: WorklistEntry;
  readonly found: DuplicatesOfFile;
  /** Every application that is named. */
  readonly entries: ReadonlyMap<Id, WorklistEntry>;
}

const VERDICT_TAGS: Readonly<Record<VerdictRow['verdict'], Tag>> = {
  same_person: { kind: 'plum', text: { key: 'applications.duplicates.verdicts.same_person' } },
  not_the_same: { kind: 'leaf', text: { key: 'applications.duplicates.verdicts.not_the_same' } },
};

export function presentDuplicates(reading: DuplicatesReading): DuplicatesView {
  const { entry, found } = reading;
  const back = `/applications/${entry.application.id}/review`;
  return {
    number: entry.application.number ?? '',
    backHref: back,
    others: found.others.map((other) => {
      const applications = comparedOf(reading, other);
      const [first] = other.applications;
      return {
        name: applications[0]?.name ?? { text: '' },
        applications,
        verdict: other.verdict && verdictOf(reading, other.verdict),
        tag: openTag(other),
        settle:
          other.maySettle && first
            ? {
                href: `${back}/duplicates/${first.application.id}`,
                text: { key: `applications.duplicates.${other.verdict ? 'settle_again' : 'settle'}` },
              }
            : null,
        join: other.join && joinWords(reading, other.join),
        // What was refused can be asked again; nothing else has to be.
        ask:
          other.maySettle &&
          first &&
          other.verdict?.verdict === 'same_person' &&
          other.join?.state !== 'asked'
            ? `${back}/duplicates/${first.application.id}/join`
            : null,
      };
    }),
    joined: found.joined.map((join) => joinWords(reading, join)),
    atTheSameTime: found.atTheSameTime.flatMap(({ id }) => compared(reading, id, [])),
  };
}

export function presentSettling(
  reading: DuplicatesReading,
  other: PossibleDuplicate,
  state: {
    readonly otherId: Id;
    readonly typed: Readonly<Record<string, unknown>>;
    readonly problems: readonly FieldProblem[];
    readonly stale: boolean;
  },
): SettleDuplicateView | null {
  const { entry } = reading;
  const own = entry.application.id;
  const alike = other.applications.find(({ application }) => application.id === state.otherId);
  const [left] = compared(reading, own, []);
  const [right] = compared(reading, state.otherId, []);
  if (!alike || !left || !right) return null;
  const page = `/applications/${own}/review/duplicates`;
  const typed = (name: string) => (typeof state.typed[name] === 'string' ? state.typed[name] : '');
  const errorOf = (name: string) => {
    const problem = state.problems.find(({ field }) => field === name);
    return problem ? { error: { key: `problems.${problem.problem}`, values: problem.values ?? {} } } : {};
  };
  return {
    number: entry.application.number ?? '',
    backHref: page,
    action: `${page}/${state.otherId}`,
    problems: state.problems.map(({ field, problem, values }) => ({
      // In the list of all faults each says of which question it is.
      message: [
        `applications.duplicates.${field === 'verdict' ? 'question' : 'reason'}`,
        `problems.${problem}`,
      ]
        .map((key) => reading.translator.t(reading.language, key, values))
        .join(' '),
      href: `#field-${field}`,
    })),
    stale: state.stale,
    sides: [left, right],
    kinds: alike.kinds.map(kindWords),
    verdict: other.verdict && verdictOf(reading, other.verdict),
    reopened: other.verdict !== null && other.open,
    known: other.verdict?.id ?? '',
    fields: [
      {
        kind: 'radios',
        name: 'verdict',
        label: { key: 'applications.duplicates.question' },
        value: typed('verdict'),
        options: (['same_person', 'not_the_same'] as const).map((value) => ({
          value,
          label: { key: `applications.duplicates.answers.${value}` },
          hint: { key: `applications.duplicates.answer_hints.${value}` },
        })),
        ...errorOf('verdict'),
      },
      {
        kind: 'textarea',
        name: 'reason',
        label: { key: 'applications.duplicates.reason' },
        hint: { key: 'applications.duplicates.reason_hint' },
        value: typed('reason'),
        rows: 4,
        ...errorOf('reason'),
      },
    ],
  };
}

function joinWords({ translator, language, zone }: DuplicatesReading, join: AccountJoin): Message {
  const at = join.answeredAt ?? join.askedAt;
  return {
    key: `applications.duplicates.join.${join.state}`,
    values: { at: translator.dateTimeInSentence(language, at, zone) },
  };
}

function openTag({ verdict, open }: PossibleDuplicate): Tag | null {
  if (!open) return null;
  return { kind: 'brass', text: { key: `applications.duplicates.${verdict ? 'reopened_tag' : 'open_tag'}` } };
}

function comparedOf(reading: DuplicatesReading, { applications }: PossibleDuplicate): ComparedView[] {
  return applications.flatMap(({ application, kinds }) => compared(reading, application.id, kinds));
}

function compared(reading: DuplicatesReading, id: Id, kinds: readonly LikenessKind[]): ComparedView[] {
  const { translator, language, zone } = reading;
  const entry = reading.entries.get(id);
  if (!entry) return [];
  const { application, call, home } = entry;
  return [
    {
      href: `/applications/${id}/review`,
      number: application.number ?? '',
      name: nameOf(entry),
      call: translator.localized(language, call.title),
      home: home
        ? institutionName(language, home)
        : { text: { key: application.freemover ? 'applications.freemover.short' : 'common.not_provided' } },
      submitted: application.submittedAt ? translator.date(language, application.submittedAt, zone) : '',
      state: presentState(application),
      kinds: kinds.map(kindWords),
    },
  ];
}

function nameOf({ name }: WorklistEntry): Part {
  if (name === null) return { text: { key: 'common.not_provided' } };
  return name === 'withheld'
    ? { text: { key: 'reasons.withheld_identity' } }
    : { text: name.name, lang: name.language };
}

function kindWords(kind: LikenessKind): Message {
  return { key: `applications.duplicates.kinds.${kind}` };
}

function verdictOf({ translator, language, zone, found }: DuplicatesReading, row: VerdictRow): VerdictView {
  const { verdict, reason, settledBy, settledFor, settledAt } = row;
  const named = (id: Id | null): Part | null => {
    const name: DisplayName | undefined = id === null ? undefined : found.officers.get(id);
    return name ? { text: name.name, lang: name.language } : null;
  };
  return {
    tag: VERDICT_TAGS[verdict],
    by: named(settledBy),
    for: named(settledFor),
    iso: settledAt.toISOString(),
    at: translator.dateTime(language, settledAt, zone),
    reason,
  };
}

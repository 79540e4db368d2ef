import type { ApplicationState } from '../../../applications/public.js';
import type { CallView } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Actor } from '../../../shared/actor.js';
import type { Blocker, DomainError, FieldProblem } from '../../../shared/domain-error.js';
import type { AllocationListRow } from '../../data/allocation-list.entity.js';
import type { SeedView } from '../../data/lists.repository.js';
import type { SelectionFacts } from '../../domain/selections.policy.js';
import { selectionsPolicy } from '../../domain/selections.policy.js';
import type { AllocationJob } from '../../operations/allocation-jobs.js';
import type {
  JobView,
  RunLine,
  RunView,
  SelectionAct,
  SelectionView,
  TagView,
} from '../views/allocation-views.js';
import { instantIn } from './reader.js';
import type { Reader } from './reader.js';

/** What was refused, with the words that were typed. */
export interface RefusedAct {
  readonly act: string;
  readonly error: DomainError;
  readonly typed: string;
}

export interface SelectionInput {
  readonly actor: Actor;
  readonly call: CallView;
  readonly facts: SelectionFacts;
  readonly counts: ReadonlyMap<ApplicationState, number>;
  readonly seed: SeedView | null;
  readonly provisional: AllocationListRow | null;
  readonly final: AllocationListRow | null;
  /** What the pair says of the final list; null: there is none before them. */
  readonly outcome: string | null;
  readonly decisionId: string | null;
  /** Why the final list cannot be made now. */
  readonly unsettled: readonly Blocker[];
  readonly runs: readonly RunLine[];
  readonly last: RunView | null;
  readonly refused: RefusedAct | null;
  readonly job: AllocationJob | null;
}

const STATES: readonly ApplicationState[] = [
  'submitted',
  'screening',
  'returned',
  'eligible',
  'in_review',
  'scored',
  'provisional',
  'final',
  'offered',
  'accepted',
  'declined',
  'offer_expired',
];
const TAGS: Readonly<Record<string, TagView['kind']>> = {
  in_selection: 'sky',
  provisional_published: 'brass',
  final_published: 'leaf',
  archived: 'grey',
};
/** Where no list has been published yet there is something to publish. */
const STEPS = ['run', 'publish_provisional', 'propose_final', 'publish_final', 'reopen'] as const;
type Step = (typeof STEPS)[number];

export function presentSelection(reader: Reader, input: SelectionInput): SelectionView {
  const { call, refused } = input;
  const { translator, language } = reader;
  return {
    call: {
      title: translator.localized(language, call.title),
      href: input.actor.grants.some(({ role }) => role === 'programme_administrator')
        ? `/admin/calls/${call.id}`
        : null,
      slug: call.slug,
    },
    state: { kind: TAGS[call.state] ?? 'grey', text: { key: `calls.phases.${call.state}` } },
    problems: refused ? problemsOf(refused.error) : [],
    facts: factsOf(reader, input),
    counts: STATES.filter((state) => (input.counts.get(state) ?? 0) > 0).map((state) => ({
      label: { key: `applications.states.${state}` },
      count: input.counts.get(state) ?? 0,
    })),
    job: jobOf(input),
    acts: STEPS.filter((step) => belongs(step, call)).map((step) => actOf(input, step)),
    runs: input.runs,
    last: input.last,
    links: [
      ...(input.provisional || input.final?.publishedAt
        ? [
            { href: `/calls/${call.slug}/list`, text: { key: 'allocation.links.list' } },
            {
              href: `/admin/calls/${call.id}/allocation/fairness`,
              text: { key: 'allocation.links.fairness' },
            },
          ]
        : []),
      ...(call.state === 'final_published' || call.state === 'archived'
        ? [
            {
              href: `/admin/calls/${call.id}/allocation/second-round`,
              text: { key: 'allocation.rounds.link' },
            },
          ]
        : []),
      ...(input.decisionId
        ? [{ href: `/approvals/${input.decisionId}`, text: { key: 'allocation.links.decision' } }]
        : []),
    ],
  };
}

const JOB_TAGS = { waiting: 'brass', running: 'sky', failed: 'brick', cancelled: 'grey' } as const;

/** What is done is among the runs. */
function jobOf({ actor, call, facts, job }: SelectionInput): JobView | null {
  if (!job || job.state === 'done') return null;
  const alive = job.state === 'waiting' || job.state === 'running';
  const href = `/admin/calls/${call.id}/allocation/jobs/${job.id}`;
  const may = selectionsPolicy.decide(actor, 'selection.run', facts).allowed;
  return {
    state: { kind: JOB_TAGS[job.state], text: { key: `allocation.job.states.${job.state}` } },
    sentence: { key: `allocation.job.says.${job.state}` },
    percent: Math.round(job.share * 100),
    cancel: alive && may ? `${href}/cancel` : null,
    events: alive ? `${href}/events` : null,
  };
}

function factsOf(reader: Reader, { call, seed, provisional, final, outcome }: SelectionInput) {
  const fact = (key: string, value: string | Message) => ({
    label: { key: `allocation.facts.${key}` },
    value,
  });
  return [
    ...(seed
      ? [
          fact('seed_hash', seed.hash),
          fact('committed_at', instantIn(reader, call, seed.committedAt)),
          fact('seed', seed.seed ?? { key: 'allocation.facts.seed_kept' }),
        ]
      : []),
    ...(provisional?.objectionsUntil
      ? [
          fact('provisional_at', instantIn(reader, call, provisional.publishedAt ?? provisional.madeAt)),
          fact('objections_until', instantIn(reader, call, provisional.objectionsUntil)),
        ]
      : []),
    ...(final
      ? [
          fact('final_hash', final.contentHash),
          fact('final_decision', { key: `allocation.outcomes.${outcome ?? 'withdrawn'}` }),
        ]
      : []),
  ];
}

function belongs(step: Step, { state }: CallView): boolean {
  if (step === 'run') return state === 'in_selection' || state === 'provisional_published';
  if (step === 'publish_provisional') return state === 'in_selection';
  return state === 'provisional_published';
}

function actOf(input: SelectionInput, step: Step): SelectionAct {
  const decision = selectionsPolicy.decide(input.actor, `selection.${step}`, input.facts);
  return {
    act: step,
    action: `/admin/calls/${input.call.id}/allocation/${step}`,
    title: { key: `allocation.acts.${step}.title` },
    does: { key: `allocation.acts.${step}.does` },
    reason: step === 'reopen' ? reasonOf(input.refused) : null,
    whyNot: [...(decision.allowed ? [] : [{ key: `reasons.${decision.reason}` }]), ...whyNot(input, step)],
  };
}

function whyNot({ counts, unsettled, final, outcome }: SelectionInput, step: Step): readonly Message[] {
  if (step === 'publish_provisional') return unfinished(counts);
  if (step === 'propose_final') return unsettled.map(blockerWords);
  if (step === 'publish_final') {
    return [
      ...(final && outcome === 'agreed_yes' ? [] : [{ key: 'blockers.list_not_approved' }]),
      // An appeal that was lodged in the last minute may be open still.
      ...unsettled.filter(({ code }) => code === 'appeals_are_open').map(blockerWords),
    ];
  }
  return [];
}

function unfinished(counts: ReadonlyMap<ApplicationState, number>): readonly Message[] {
  return (['submitted', 'screening', 'returned', 'eligible', 'in_review'] as const).flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count > 0 ? [{ key: `blockers.selection_waits_${state}`, values: { count } }] : [];
  });
}

function reasonOf(refused: RefusedAct | null): SelectionAct['reason'] {
  if (refused?.act !== 'reopen') return { typed: '', error: null };
  const problem = refused.error.fields.find(({ field }) => field === 'reason');
  return { typed: refused.typed, error: problem ? wordsOfProblem(problem) : null };
}

function wordsOfProblem({ problem, values }: FieldProblem): Message {
  return { key: `problems.${problem}`, ...(values ? { values } : {}) };
}

function problemsOf({ fields, blockers, reason, values }: DomainError) {
  if (fields.length > 0) {
    return fields.map((problem) => ({ message: wordsOfProblem(problem), href: `#field-${problem.field}` }));
  }
  const words: readonly Message[] =
    blockers.length > 0 ? blockers.map(blockerWords) : [{ key: `reasons.${reason}`, values }];
  return words.map((message) => ({ message, href: null }));
}

function blockerWords({ code, values }: Blocker): Message {
  return { key: `blockers.${code}`, ...(values ? { values } : {}) };
}

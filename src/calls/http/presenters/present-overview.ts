import { presentPair } from '../../../approvals/public.js';
import type { DecisionView } from '../../../approvals/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { Actor } from '../../../shared/actor.js';
import type { Blocker, DomainError } from '../../../shared/domain-error.js';
import { callStates } from '../../domain/call.states.js';
import type { CallState } from '../../domain/call.states.js';
import { CALL_MOVES, callsPolicy, isByList } from '../../domain/calls.policy.js';
import type { CallMove } from '../../domain/calls.policy.js';
import { stepOf } from '../../domain/editor-steps.js';
import { MOVABLE } from '../../operations/move-deadline.js';
import { factsOf } from '../../operations/call-record.js';
import type { Typed } from '../editor/editor-entries.js';
import type { Editor } from '../editor/editor-shell.js';
import { problemOnPage, problemWords } from '../editor/editor-words.js';
import type { ProblemLink } from '../editor/editor-words.js';
import type { Standing } from '../editor/read-editor.js';
import type { CallActView, CallOverviewView } from '../views/editor-views.js';
import { presentPlan } from './present-plan.js';
import { presentDirections } from './present-call-card.js';
import { presentMove } from './present-deadline-move.js';
import { languageRows } from './present-editor-form.js';

/** From the selection on a ranked call has a page of its lists. */
const WITH_LISTS: readonly CallState[] = [
  'in_selection',
  'provisional_published',
  'final_published',
  'archived',
];

interface RefusedAct {
  readonly act: string;
  readonly error: DomainError;
}

export function presentOverview(
  actor: Actor,
  editor: Editor,
  standing: Standing,
  refused: RefusedAct | null,
  typed: Typed,
): CallOverviewView {
  const { call, reader, draft } = editor;
  const { translator, language } = reader;
  const missing = call.state === 'draft' ? editor.problems : [];
  return {
    editor,
    problems: refused ? refusalOf(editor, refused) : [],
    phase: editor.state,
    plan:
      call.state === 'draft'
        ? presentPlan(reader, draft, { callId: call.id, rules: standing.gateRules })
        : null,
    facts: [
      { label: { key: 'calls.facts.category' }, value: { key: `calls.categories.${call.category}` } },
      { label: { key: 'calls.facts.year' }, value: call.academicYear },
      { label: { key: 'calls.facts.direction' }, value: presentDirections(reader, call).join(', ') || '—' },
      {
        label: { key: 'calls.facts.closes' },
        value: translator.dateTime(language, call.closesAt, call.timeZone),
      },
      {
        label: { key: 'calls.facts.agreement' },
        value: standing.agreement
          ? `${standing.agreement.reference} · ${translator.localized(language, standing.agreement.title)}`
          : '—',
      },
    ],
    steps: editor.steps.map(({ key, href, missing: count }) => ({
      title: { key: `calls.editor.steps.${key}` },
      href,
      hint:
        count > 0 && call.state === 'draft'
          ? { key: 'calls.editor.missing', values: { count } }
          : { key: `calls.editor.step_hints.${key}` },
      state: count > 0 && call.state === 'draft' ? 'todo' : 'done',
    })),
    missing: missing.map((problem) => problemOnPage(reader, editor.href, problem)),
    languages: languageRows(draft),
    moves: standing.moves.map((move) => presentMove(reader, move, call.timeZone)),
    approval: standing.decision ? pairOf(editor, standing.decision) : null,
    approvalText: approvalText(standing),
    acts: actsOf(actor, editor, standing, refused, typed),
    publicHref: `/calls/${call.slug}`,
  };
}

function pairOf({ reader }: Editor, decision: DecisionView) {
  const zone = (country: string) => reader.countries.find(({ code }) => code === country)?.timeZone ?? 'UTC';
  return presentPair(reader.translator, reader.language, {
    decision,
    names: new Map(),
    zones: [zone(decision.home.country), zone(decision.host.country)],
  });
}

function approvalText({ decision, withdrawn, onThisText }: Standing): Message {
  if (withdrawn) return { key: 'calls.editor.approval.withdrawn' };
  if (!decision) return { key: 'calls.editor.approval.never' };
  return { key: onThisText ? 'calls.editor.approval.on_this' : 'calls.editor.approval.on_another' };
}

/** Everything that leads on from where the call is, each with why it cannot be done now. */
function actsOf(
  actor: Actor,
  editor: Editor,
  standing: Standing,
  refused: RefusedAct | null,
  typed: Typed,
): readonly CallActView[] {
  const { call } = editor;
  const may = (action: string) => {
    const decision = callsPolicy.decide(actor, action, factsOf(call));
    return decision.allowed ? [] : [{ key: `reasons.${decision.reason}` }];
  };
  const act = (name: string, path: string, whyNot: readonly (string | Message)[]): CallActView => {
    const problem =
      refused?.act === name ? refused.error.fields.find(({ field }) => field === 'reason') : undefined;
    return {
      act: name,
      action: `${editor.href}/${path}`,
      title: { key: `calls.editor.acts.${name}.title` },
      does: { key: `calls.editor.acts.${name}.does` },
      whyNot,
      reason:
        name === 'cancel'
          ? { typed: typed['reason'] ?? '', error: problem ? problemWords(problem) : null }
          : null,
      href: null,
    };
  };
  const copy = act('copy', 'copy', []);
  if (call.state === 'draft') {
    return [
      act('propose', 'propose', [...may('call.propose'), ...whyNotPropose(editor, standing)]),
      act('publish', 'publish', [
        ...may('call.publish'),
        ...standing.publication.map((blocker) => blockerWords(editor, blocker)),
      ]),
      copy,
    ];
  }
  const deadline = {
    ...act(
      'move_deadline',
      'deadline',
      MOVABLE.includes(call.phase) ? may('call.move_deadline') : [{ key: 'reasons.call_has_closed' }],
    ),
    href: `${editor.href}/deadline`,
  };
  const amendment = {
    ...act(
      'amend',
      'amendment',
      MOVABLE.includes(call.phase) || editor.amending
        ? may('call.amend')
        : [{ key: 'reasons.call_has_closed' }],
    ),
    href: `${editor.href}/amendment`,
  };
  const codes = {
    ...act('codes', 'codes', may('call.give_access')),
    href: `${editor.href}/codes`,
  };
  return [
    ...(call.state === 'published' ? [deadline, amendment] : []),
    ...(call.state === 'published' || call.state === 'standby' ? [codes] : []),
    ...CALL_MOVES.filter((move) => callStates.allows(call.state, move) && !isByList(call, move)).map((move) =>
      act(move, 'move', [...may('call.move'), ...whyNotMove(editor, move)]),
    ),
    ...(WITH_LISTS.includes(call.state) && call.route === 'ranked' && call.selection
      ? [{ ...act('lists', 'allocation', []), href: `${editor.href}/allocation` }]
      : []),
    copy,
  ];
}

function whyNotPropose({ problems }: Editor, { decision, onThisText }: Standing): readonly Message[] {
  if (problems.length > 0) return [{ key: 'reasons.call_not_whole' }];
  return decision && onThisText ? [{ key: `calls.editor.proposed.${decision.counts}` }] : [];
}

function whyNotMove({ call }: Editor, move: CallMove): readonly Message[] {
  return move === 'begin_selection' && call.phase !== 'closed' ? [{ key: 'reasons.call_still_open' }] : [];
}

function blockerWords({ reader }: Editor, { code, values }: Blocker): Message {
  const named = Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      name === 'home' || name === 'host'
        ? reader.translator.countryName(reader.language, String(value))
        : value,
    ]),
  );
  return { key: `blockers.${code}`, values: named };
}

/** What the head of the page says of an act that was refused. */
function refusalOf(editor: Editor, { act, error }: RefusedAct): readonly ProblemLink[] {
  if (error.fields.length > 0) {
    return error.fields.map((problem) =>
      problem.field === 'reason'
        ? { message: problemWords(problem), href: `#field-reason-${act}` }
        : problemOnPage(editor.reader, editor.href, problem),
    );
  }
  if (error.blockers.length > 0) {
    return error.blockers.map((blocker) => ({
      message: blockerWords(editor, blocker),
      href: blocker.section === 'call' && stepOf(blocker.field) === 'places' ? null : '#approval',
    }));
  }
  const { reason, values } = error;
  return [{ message: { key: `reasons.${reason}`, values }, href: null }];
}

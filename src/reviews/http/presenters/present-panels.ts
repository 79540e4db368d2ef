import { presentDeadline } from '../../../applications/public.js';
import type { Tag } from '../../../applications/public.js';
import type { CallView } from '../../../calls/public.js';
import type { Message } from '../../../platform/http/page.js';
import type { DomainError } from '../../../shared/domain-error.js';
import type { Id } from '../../../shared/ids.js';
import type { ReviewPanelRow } from '../../data/review-panel.entity.js';
import { AWAITED, STANDING, assignmentStates } from '../../domain/assignment.states.js';
import { outliers } from '../../domain/combine.js';
import { panelStates } from '../../domain/panel.states.js';
import type { PanelAct, PanelPhase } from '../../domain/panel.states.js';
import { panelsPolicy } from '../../domain/panels.policy.js';
import type { FitReasons } from '../../domain/reviewer-fit.js';
import type { OpenAssignment, OpenPanel, PanelApplication } from '../../operations/read-panels.js';
import { pairOf } from '../../operations/propose-reviewers.js';
import type { ReviewProposal } from '../../operations/propose-reviewers.js';
import type { AssignView, Field, PanelView, PanelsView, ProposalView } from '../views/review-views.js';
import { problemsOf, refusalOf, wrong } from './form-problems.js';
import { conflictWords } from './present-conflicts.js';
import { assessedName, pointsText, stateOf, togetherOf } from './present-reviews.js';
import type { ReviewReader } from './present-reviews.js';

const KINDS: Readonly<Record<PanelPhase, Tag['kind']>> = {
  bidding: 'grey',
  reviewing: 'sky',
  discussion: 'plum',
  closed: 'leaf',
};
const MOVES: readonly PanelAct[] = ['open_reviewing', 'open_discussion', 'reopen_reviewing', 'close'];

export type TypedFields = Readonly<Record<string, string>>;

export function presentPanels(
  reader: ReviewReader,
  panels: readonly { readonly panel: ReviewPanelRow; readonly call: CallView | null }[],
  toMake: readonly { readonly call: CallView; readonly countries: readonly string[] }[],
  typed: TypedFields,
  error: DomainError | null,
): PanelsView {
  const { translator, language } = reader;
  const countries = [
    ...new Set(
      toMake.flatMap(({ call, countries: joined }) => (call.selection?.review.bySide ? joined : [])),
    ),
  ];
  return {
    panels: panels.map(({ panel, call }) => ({
      href: `/reviews/panels/${panel.id}`,
      name: translator.localized(language, panel.name),
      call: call ? translator.localized(language, call.title) : '',
      side: panel.country && translator.countryName(language, panel.country),
      phase: phaseOf(panel.phase),
    })),
    problems: problemsOf(reader, error),
    note: refusalOf(error),
    form:
      toMake.length === 0
        ? null
        : {
            action: '/reviews/panels',
            fields: [
              {
                kind: 'select',
                name: 'call',
                label: { key: 'reviews.fields.call' },
                value: typed.call ?? '',
                options: toMake.map(({ call }) => ({
                  value: call.id,
                  label: translator.localized(language, call.title),
                })),
                ...wrong('call', error),
              },
              ...(['sr', 'ru', 'en'] as const).map((each): Field => ({
                kind: 'text',
                name: `name.${each}`,
                label: { key: `reviews.fields.name_${each}` },
                value: typed[`name.${each}`] ?? '',
                ...wrong(`name.${each}`, error),
              })),
              {
                kind: 'select',
                name: 'country',
                label: { key: 'reviews.fields.country' },
                hint: { key: 'reviews.fields.country_hint' },
                value: typed.country ?? '',
                optional: true,
                options: countries.map((code) => ({
                  value: code,
                  label: translator.countryName(language, code),
                })),
                ...wrong('country', error),
              },
            ],
          },
  };
}

export function presentPanel(
  reader: ReviewReader,
  open: OpenPanel,
  typed: TypedFields,
  error: DomainError | null,
): PanelView {
  const { translator, language } = reader;
  const { panel, call, facts, members, names } = open;
  const href = `/reviews/panels/${panel.id}`;
  const may = (action: string) => panelsPolicy.decide(reader.actor, action, facts).allowed;
  const needs = call.selection?.review.perApplication ?? 0;
  const leads = may('panel.lead');
  return {
    href,
    name: translator.localized(language, panel.name),
    call: { title: translator.localized(language, call.title), href: `/calls/${call.slug}` },
    phase: phaseOf(panel.phase),
    rows: [
      {
        label: { key: 'reviews.panel.side' },
        value: panel.country
          ? translator.countryName(language, panel.country)
          : { key: 'reviews.panel.both_sides' },
      },
      {
        label: { key: 'reviews.panel.since' },
        value: translator.dateTime(language, panel.phaseSince, call.timeZone),
      },
      {
        label: { key: 'reviews.panel.due' },
        value: panel.dueAt
          ? presentDeadline({ ...reader, zones: [call.timeZone] }, panel.dueAt).text
          : { key: 'reviews.panel.no_due' },
      },
      { label: { key: 'reviews.panel.needs' }, value: String(needs) },
    ],
    problems: problemsOf(reader, error),
    note: refusalOf(error),
    moves: leads
      ? MOVES.filter((act) => panelStates.allows(panel.phase, act)).map((act) => ({
          act,
          text: { key: `reviews.moves.${act}.title` },
          does: { key: `reviews.moves.${act}.does` },
        }))
      : [],
    takeIn: open.eligible > 0 ? { key: 'reviews.panel.eligible', values: { number: open.eligible } } : null,
    interviewsHref: call.selection?.review.interview ? `/reviews/panels/${panel.id}/interviews` : null,
    proposalHref: may('panel.assign') ? `${href}/proposal` : null,
    conflictsHref: may('panel.read_conflicts') ? `${href}/conflicts` : null,
    bidsHref: may('panel.bid') ? `${href}/bids` : null,
    inviteHref: may('panel.invite') ? `${href}/invite` : null,
    members: members.map(({ personId, lead, loadLimit, given, awaited }) => ({
      ...named(names, personId),
      lead,
      // Whoever only sits in it is told nothing of what the others have.
      load: may('panel.read_progress') ? loadOf(given, loadLimit) : null,
      missing: awaited > 0 ? { key: 'reviews.panel.missing', values: { number: awaited } } : null,
      unseat: may('panel.keep') ? personId : null,
    })),
    readable: readableOf(reader, open),
    seat: may('panel.keep') ? seatFields(open, typed, error) : null,
    due: may('panel.keep')
      ? [
          {
            kind: 'date',
            name: 'due',
            label: { key: 'reviews.fields.due' },
            hint: { key: 'reviews.fields.due_hint' },
            value: {
              day: typed['due-day'] ?? '',
              month: typed['due-month'] ?? '',
              year: typed['due-year'] ?? '',
            },
            ...wrong('due', error),
          },
        ]
      : null,
    applications: open.applications.map((application) => ({
      id: application.id,
      name: assessedName(application.name),
      route: application.route,
      needs: stillNeeds(application, needs),
      assignHref: may('panel.assign') ? `${href}/applications/${application.id}` : null,
      reviews: application.assignments.map(({ reviewerId, state, reason }) => {
        const { name, lang } = named(names, reviewerId);
        return { by: name, lang, state: stateOf(state), reason, href: null };
      }),
    })),
  };
}

export function presentAssignment(
  reader: ReviewReader,
  { panel: open, application, candidates, summariserId, discussed }: OpenAssignment,
  error: DomainError | null,
): AssignView {
  const { panel, names, members } = open;
  const limits = new Map(members.map(({ personId, loadLimit }) => [personId, loadLimit]));
  const fit = candidates.filter(({ unfit }) => unfit === null);
  return {
    applicationId: application.id,
    back: `/reviews/panels/${panel.id}`,
    panel: reader.translator.localized(reader.language, panel.name),
    name: assessedName(application.name),
    route: application.route,
    note: refusalOf(error),
    problems: problemsOf(reader, error),
    lead: discussed
      ? {
          kind: 'select',
          name: 'lead',
          label: { key: 'reviews.assign.lead' },
          hint: { key: 'reviews.assign.lead_text' },
          value: summariserId ?? '',
          // Whoever is bound to the file could not even read what they were to sum up.
          options: candidates
            .filter(({ unfit }) => unfit !== 'reviewer_bound')
            .map(({ id }) => ({ value: id, label: named(names, id).name, lang: named(names, id).lang })),
        }
      : null,
    candidates: candidates.map(({ id, given, unfit }) => ({
      id,
      ...named(names, id),
      load: loadOf(given, limits.get(id) ?? null),
      unfit: unfit ? { key: `reasons.${unfit}` } : null,
    })),
    standing: application.assignments
      .filter(
        ({ state }) =>
          assignmentStates.allows(state, 'withdraw') || assignmentStates.allows(state, 'replace'),
      )
      .map(({ id, reviewerId, state }) => ({
        id,
        ...named(names, reviewerId),
        state: stateOf(state),
        withdraw: assignmentStates.allows(state, 'withdraw')
          ? {
              kind: 'text',
              name: 'reason',
              label: { key: 'reviews.fields.withdraw_reason' },
              value: '',
              ...wrong('reason', error),
            }
          : null,
        replace: assignmentStates.allows(state, 'replace')
          ? fit.map((each) => ({
              value: each.id,
              label: named(names, each.id).name,
              lang: named(names, each.id).lang,
            }))
          : [],
      })),
  };
}

/** The highest points first; who has as many, in the order of their numbers. */
function readableOf(reader: ReviewReader, { panel, call, readable }: OpenPanel): PanelView['readable'] {
  const { selection } = call;
  if (!selection) return [];
  return readable
    .flatMap(({ applicationId, name, reviews }) => {
      const together = togetherOf(selection, reviews);
      return together ? [{ applicationId, name, reviews, together }] : [];
    })
    .sort(
      (one, other) =>
        other.together.points - one.together.points ||
        (one.name.pseudonym ?? 0) - (other.name.pseudonym ?? 0),
    )
    .map(({ applicationId, name, reviews, together }) => ({
      href: `/reviews/panels/${panel.id}/applications/${applicationId}/reviews`,
      name: assessedName(name),
      points: pointsText(reader, together.points),
      reviews: together.reviews,
      spread: together.spread === null ? '—' : pointsText(reader, together.spread),
      standsOut: outliers(reviews).length > 0,
    }));
}

export function presentProposal(
  reader: ReviewReader,
  open: OpenPanel,
  { reviews, unmet, conflicts, reasons, fingerprint }: ReviewProposal,
  error: DomainError | null,
): ProposalView {
  const { translator, language } = reader;
  const back = `/reviews/panels/${open.panel.id}`;
  const missing = unmet.reduce((sum, one) => sum + one.missing, 0);
  return {
    back,
    panel: translator.localized(language, open.panel.name),
    action: `${back}/proposal`,
    fingerprint,
    note: refusalOf(error),
    count: { key: 'reviews.proposal.count', values: { number: reviews.length } },
    proposes: reviews.length > 0,
    unmet: missing > 0 ? { key: 'reviews.proposal.missing', values: { number: missing } } : null,
    applications: open.applications.map(({ id, name, route }) => ({
      id,
      name: assessedName(name),
      route,
      assignHref: `${back}/applications/${id}`,
      reviewers: reviews
        .filter(({ applicationId }) => applicationId === id)
        .map((pair) => ({
          ...named(open.names, pair.reviewerId),
          why: suits(reasons.get(pairOf(pair))),
        })),
      unmet: unmet
        .filter(({ applicationId }) => applicationId === id)
        .flatMap((one): Message[] => [
          ...(one.missing > 0
            ? [
                {
                  key: 'reviews.proposal.missing_of',
                  values: { number: one.missing, apart: one.apart, full: one.full },
                },
              ]
            : []),
          ...one.countries.map((country) => ({
            key: 'reviews.proposal.no_country',
            values: { country: translator.countryName(language, country) },
          })),
        ]),
      apart: conflicts
        .filter(({ applicationId, dismissed }) => applicationId === id && dismissed === null)
        .map((conflict) => ({ ...named(open.names, conflict.reviewerId), why: conflictWords(conflict) })),
    })),
  };
}

/** Why somebody is proposed, the most important first. */
function suits(reasons: FitReasons | undefined): readonly Message[] {
  if (!reasons) return [];
  const { bid, field, language } = reasons;
  return [
    ...(bid ? [{ key: `reviews.suits.${bid}` }] : []),
    ...(field === 'none' ? [] : [{ key: `reviews.suits.${field}` }]),
    { key: language ? 'reviews.suits.language' : 'reviews.suits.foreign' },
  ];
}

export const phaseOf = (phase: PanelPhase): Tag => ({
  kind: KINDS[phase],
  text: { key: `record_states.panel.${phase}` },
});

function loadOf(given: number, limit: number | null): Message {
  return limit === null
    ? { key: 'reviews.panel.load', values: { number: given } }
    : { key: 'reviews.panel.load_of', values: { number: given, limit } };
}

/** How many reviews are still to be given to somebody. */
function stillNeeds({ assignments }: PanelApplication, needs: number): Message | null {
  const standing = assignments.filter(({ state }) => STANDING.includes(state)).length;
  const awaited = assignments.filter(({ state }) => AWAITED.includes(state)).length;
  if (standing < needs) return { key: 'reviews.panel.to_assign', values: { number: needs - standing } };
  return awaited > 0 ? { key: 'reviews.panel.awaited', values: { number: awaited } } : null;
}

function named(names: OpenPanel['names'], id: Id): { readonly name: string; readonly lang: string } {
  const found = names.get(id);
  return { name: found?.name ?? '—', lang: found?.language ?? 'en' };
}

function seatFields(open: OpenPanel, typed: TypedFields, error: DomainError | null): readonly Field[] {
  const people = [...open.candidates, ...open.members.map(({ personId }) => personId)];
  return [
    {
      kind: 'select',
      name: 'person',
      label: { key: 'reviews.fields.person' },
      hint: { key: 'reviews.fields.person_hint' },
      value: typed.person ?? '',
      options: people.map((id) => {
        const { name, lang } = named(open.names, id);
        return { value: id, label: name, lang };
      }),
      ...wrong('person', error),
    },
    {
      kind: 'number',
      name: 'loadLimit',
      label: { key: 'reviews.fields.load_limit' },
      value: typed.loadLimit ?? '',
      optional: true,
      width: 4,
      ...wrong('loadLimit', error),
    },
    {
      kind: 'checkboxes',
      name: 'lead',
      label: { key: 'reviews.fields.lead' },
      values: typed.lead === 'yes' ? ['yes'] : [],
      options: [{ value: 'yes', label: { key: 'reviews.fields.leads' } }],
    },
  ];
}

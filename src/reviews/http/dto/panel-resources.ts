import { ApiProperty } from '@nestjs/swagger';
import type { DisplayName } from '../../../access/public.js';
import type { CallView } from '../../../calls/public.js';
import type { Actor } from '../../../shared/actor.js';
import type { Id } from '../../../shared/ids.js';
import type { ReviewAssignmentRow } from '../../data/review-assignment.entity.js';
import type { ReviewPanelRow } from '../../data/review-panel.entity.js';
import { ASSIGNMENT_STATES, AWAITED, STANDING } from '../../domain/assignment.states.js';
import type { AssignmentState } from '../../domain/assignment.states.js';
import { outliers } from '../../domain/combine.js';
import { PANEL_PHASES } from '../../domain/panel.states.js';
import type { PanelPhase } from '../../domain/panel.states.js';
import { panelsPolicy } from '../../domain/panels.policy.js';
import type { OpenAssignment, OpenPanel, PanelApplication } from '../../operations/read-panels.js';
import { togetherOf } from '../presenters/present-reviews.js';
import { AssessorResource, CandidateResource, WordsResource } from './review-resources.js';
import { candidateResource, wordsResource } from './review-resources.js';

export class PanelSummaryResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: WordsResource })
  name: WordsResource;
  @ApiProperty({ nullable: true, type: String, description: 'Name of the call in addresses' })
  call: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'For whose side it assesses; null: for all' })
  country: string | null;
  @ApiProperty({ enum: PANEL_PHASES })
  phase: PanelPhase;
  @ApiProperty()
  phaseSince: Date;
  @ApiProperty({ nullable: true, type: Date })
  dueAt: Date | null;
}

export class PanelsResource {
  @ApiProperty({ type: [PanelSummaryResource], description: 'Those of the youngest calls first' })
  items: PanelSummaryResource[];
}

export class PanelMemberResource {
  @ApiProperty({ format: 'uuid', nullable: true, type: String, description: 'For whoever gives them work' })
  id: string | null;
  @ApiProperty({ type: AssessorResource, nullable: true })
  person: AssessorResource | null;
  @ApiProperty()
  lead: boolean;
  @ApiProperty({ nullable: true, type: Number, description: 'At most so many applications' })
  loadLimit: number | null;
  @ApiProperty({ nullable: true, type: Number, description: 'Null for whoever only sits in the panel' })
  given: number | null;
  @ApiProperty({ nullable: true, type: Number, description: 'Of those given, how many are still awaited' })
  awaited: number | null;
}

export class AssignmentResource {
  @ApiProperty({ format: 'uuid', description: 'Of the review' })
  id: string;
  @ApiProperty({ type: AssessorResource, nullable: true })
  reviewer: AssessorResource | null;
  @ApiProperty({ enum: ASSIGNMENT_STATES })
  state: AssignmentState;
  @ApiProperty({ nullable: true, type: String, description: 'Why it was declined, or taken back' })
  reason: string | null;
}

export class PanelApplicationResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: CandidateResource })
  candidate: CandidateResource;
  @ApiProperty({ description: 'From which institution to which, for offices' })
  route: string;
  @ApiProperty({ type: [AssignmentResource] })
  assignments: AssignmentResource[];
}

export class PanelCountsResource {
  @ApiProperty({ description: 'Reviews that the call asks of each application' })
  perApplication: number;
  @ApiProperty({ description: 'Before the panel' })
  applications: number;
  @ApiProperty({ description: 'Assigned and not taken back' })
  assigned: number;
  @ApiProperty({ description: 'Still awaited' })
  awaited: number;
  @ApiProperty({ description: 'Eligible and not before the panel yet, for whoever assigns' })
  eligible: number;
}

export class ReadablePointsResource {
  @ApiProperty({ format: 'uuid' })
  application: string;
  @ApiProperty({ type: CandidateResource })
  candidate: CandidateResource;
  @ApiProperty({ description: 'What the reviews come to together, in thousandths of 0..100' })
  points: number;
  @ApiProperty()
  reviews: number;
  @ApiProperty({ nullable: true, type: Number, description: 'How far they lie apart' })
  spread: number | null;
  @ApiProperty({ description: 'One lies far from the middle of them' })
  standsOut: boolean;
}

export class PanelResource extends PanelSummaryResource {
  @ApiProperty({ type: [PanelMemberResource] })
  members: PanelMemberResource[];
  @ApiProperty({
    type: PanelCountsResource,
    nullable: true,
    description: 'For whoever may see who is missing',
  })
  counts: PanelCountsResource | null;
  @ApiProperty({ type: [PanelApplicationResource], description: 'For whoever may see who is missing' })
  applications: PanelApplicationResource[];
  @ApiProperty({ type: [ReadablePointsResource], description: 'Of what you may read' })
  readable: ReadablePointsResource[];
}

export class AssignableResource {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ type: AssessorResource, nullable: true })
  person: AssessorResource | null;
  @ApiProperty()
  given: number;
  @ApiProperty({ nullable: true, type: String, description: 'Why it cannot be theirs, as a reason code' })
  unfit: string | null;
}

export class AssignmentsResource {
  @ApiProperty({ type: PanelApplicationResource })
  application: PanelApplicationResource;
  @ApiProperty({ type: [AssignableResource] })
  candidates: AssignableResource[];
}

export class AssignedResource {
  @ApiProperty({ format: 'uuid', description: 'Of the review' })
  id: string;
}

export function panelSummaryResource(panel: ReviewPanelRow, call: CallView | null): PanelSummaryResource {
  const { id, name, country, phase, phaseSince, dueAt } = panel;
  return { id, name: wordsResource(name), call: call?.slug ?? null, country, phase, phaseSince, dueAt };
}

/** As much of it as its page shows the same person. */
export function panelResource(actor: Actor, open: OpenPanel): PanelResource {
  const { panel, call, facts, members, names, applications, eligible } = open;
  const may = (action: string) => panelsPolicy.decide(actor, action, facts).allowed;
  const progress = may('panel.read_progress');
  const works = may('panel.keep') || may('panel.assign');
  const assignments = applications.flatMap((application) => application.assignments);
  const count = (states: readonly string[]) =>
    assignments.filter(({ state }) => states.includes(state)).length;
  return {
    ...panelSummaryResource(panel, call),
    members: members.map(({ personId, lead, loadLimit, given, awaited }) => ({
      id: works ? personId : null,
      person: assessorResource(names.get(personId)),
      lead,
      // Whoever only sits in it is told nothing of what the others have.
      loadLimit: progress ? loadLimit : null,
      given: progress ? given : null,
      awaited: progress ? awaited : null,
    })),
    counts: progress
      ? {
          perApplication: call.selection?.review.perApplication ?? 0,
          applications: applications.length,
          assigned: count(STANDING),
          awaited: count(AWAITED),
          eligible,
        }
      : null,
    applications: applications.map((application) => applicationResource(names, application)),
    readable: readableOf(open),
  };
}

export function assignmentsResource({ panel, application, candidates }: OpenAssignment): AssignmentsResource {
  return {
    application: applicationResource(panel.names, application),
    candidates: candidates.map(({ id, given, unfit }) => ({
      id,
      person: assessorResource(panel.names.get(id)),
      given,
      unfit,
    })),
  };
}

function readableOf({ call, readable }: OpenPanel): ReadablePointsResource[] {
  const { selection } = call;
  if (!selection) return [];
  return readable.flatMap(({ applicationId, name, reviews }) => {
    const together = togetherOf(selection, reviews);
    if (!together) return [];
    return [
      {
        application: applicationId,
        candidate: candidateResource(name),
        points: together.points,
        reviews: together.reviews,
        spread: together.spread,
        standsOut: outliers(reviews).length > 0,
      },
    ];
  });
}

function applicationResource(
  names: ReadonlyMap<Id, DisplayName>,
  { id, name, route, assignments }: PanelApplication,
): PanelApplicationResource {
  const assignment = ({
    id: review,
    reviewerId,
    state,
    reason,
  }: ReviewAssignmentRow): AssignmentResource => ({
    id: review,
    reviewer: assessorResource(names.get(reviewerId)),
    state,
    reason,
  });
  return { id, candidate: candidateResource(name), route, assignments: assignments.map(assignment) };
}

function assessorResource(name: DisplayName | undefined): AssessorResource | null {
  return name ? { name: name.name, language: name.language } : null;
}

import type { ApplicationState } from '../../applications/public.js';
import type { Id } from '../../shared/ids.js';
import { Policy } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import { CO_APPLICANT, CO_APPLICANT_PURPOSE } from './co-applicant.js';
import { STANDING, coApplicantStates } from './co-applicant.states.js';
import type { CoApplicantState } from './co-applicant.states.js';

/** What the policy must know of a co-applicant. Who reads the application is said by the application's policy. */
export interface CoApplicantFacts {
  readonly id: Id;
  readonly state: CoApplicantState;
  /** Null before they have accepted. */
  readonly personId: Id | null;
  readonly applicantId: Id;
  readonly applicationState: ApplicationState;
}

/** While these last, its applicant can change it. */
export const CHANGEABLE: readonly ApplicationState[] = ['draft', 'returned'];

const inApplication = (alias: string, condition: string) =>
  `exists (select from applications with_others where with_others.id = ${alias}.application_id and ${condition})`;

/** What was submitted is changed by nobody: neither by whom it names nor by what they confirmed. */
const settled: Unless<CoApplicantFacts> = {
  reason: 'co_applicants_settled',
  when: (_actor, { applicationState }) => !CHANGEABLE.includes(applicationState),
  sql: (alias) =>
    `not ${inApplication(alias, `with_others.state in (${CHANGEABLE.map((state) => `'${state}'`).join(', ')})`)}`,
};

export const coApplicantsPolicy = new Policy<
  CoApplicantFacts,
  'led' | 'self' | 'another' | 'link',
  CoApplicantState
>(
  CO_APPLICANT,
  {
    led: {
      holds: (actor, { applicantId }) => actor.personId === applicantId,
      sql: (alias) => inApplication(alias, 'with_others.applicant_id = (select actor_person())'),
    },
    self: {
      holds: (actor, { personId }) => personId !== null && actor.personId === personId,
      sql: (alias) => `${alias}.person_id = (select actor_person())`,
    },
    // Nobody applies together with themselves.
    another: {
      holds: (actor, { applicantId }) => actor.personId !== null && actor.personId !== applicantId,
      sql: (alias) => inApplication(alias, 'with_others.applicant_id <> (select actor_person())'),
    },
    link: {
      holds: ({ link }, { id }) =>
        link?.purpose === CO_APPLICANT_PURPOSE &&
        link.subject.kind === CO_APPLICANT &&
        link.subject.id === id,
      sql: (alias) => `${alias}.link_id = (select actor_agent())`,
    },
  },
  {
    'co_applicant.read': [
      { role: 'applicant', relation: 'led' },
      { role: 'applicant', relation: 'self' },
      { role: 'referee', relation: 'link' },
    ],
    'co_applicant.invite': [{ role: 'applicant', relation: 'led', unless: [settled] }],
    'co_applicant.remind': [
      { role: 'applicant', relation: 'led', states: coApplicantStates.from('accept'), unless: [settled] },
    ],
    'co_applicant.withdraw': [
      { role: 'applicant', relation: 'led', states: coApplicantStates.from('withdraw') },
    ],
    'co_applicant.remove': [
      { role: 'applicant', relation: 'led', states: coApplicantStates.from('remove'), unless: [settled] },
    ],
    // Whoever holds the link: it is the link that is asked.
    'co_applicant.accept': [
      { role: 'applicant', relation: 'another', states: coApplicantStates.from('accept'), unless: [settled] },
    ],
    'co_applicant.decline': [
      { role: 'referee', relation: 'link', states: coApplicantStates.from('decline') },
    ],
    'co_applicant.confirm': [{ role: 'applicant', relation: 'self', states: STANDING, unless: [settled] }],
    'co_applicant.leave': [{ role: 'applicant', relation: 'self', states: coApplicantStates.from('leave') }],
  },
);

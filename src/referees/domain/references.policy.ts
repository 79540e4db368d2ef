import type { ApplicationState } from '../../applications/public.js';
import { Policy } from '../../shared/policy.js';
import type { Unless } from '../../shared/policy.js';
import type { Id } from '../../shared/ids.js';
import { LETTER_PURPOSE, REFERENCE } from './reference.js';
import { referenceStates } from './reference.states.js';
import type { ReferenceState } from './reference.states.js';

/** What the policy must know of a letter that was asked for. Who reads letters is said by the application's policy. */
export interface ReferenceFacts {
  readonly id: Id;
  readonly state: ReferenceState;
  readonly applicantId: Id;
  readonly applicationState: ApplicationState;
}

/** While these last, a letter can still make a difference. */
export const ASKABLE: readonly ApplicationState[] = [
  'draft',
  'submitted',
  'screening',
  'returned',
  'eligible',
  'in_review',
];

const settled: Unless<ReferenceFacts> = {
  reason: 'application_settled',
  when: (_actor, { applicationState }) => !ASKABLE.includes(applicationState),
  sql: (alias) => `not exists (select from applications of_letter where of_letter.id = ${alias}.application_id
    and of_letter.state in (${ASKABLE.map((state) => `'${state}'`).join(', ')}))`,
};

export const referencesPolicy = new Policy<ReferenceFacts, 'own' | 'letter', ReferenceState>(
  'reference',
  {
    own: {
      holds: (actor, { applicantId }) => actor.personId === applicantId,
      sql: (alias) => `exists (select from applications of_letter where of_letter.id = ${alias}.application_id
        and of_letter.applicant_id = (select actor_person()))`,
    },
    letter: {
      holds: ({ link }, { id }) =>
        link?.purpose === LETTER_PURPOSE && link.subject.kind === REFERENCE && link.subject.id === id,
      sql: (alias) => `${alias}.link_id = (select actor_agent())`,
    },
  },
  {
    'reference.read': [
      { role: 'applicant', relation: 'own' },
      { role: 'referee', relation: 'letter' },
    ],
    'reference.invite': [{ role: 'applicant', relation: 'own', unless: [settled] }],
    'reference.remind': [
      { role: 'applicant', relation: 'own', states: referenceStates.from('submit'), unless: [settled] },
    ],
    'reference.withdraw': [{ role: 'applicant', relation: 'own', states: referenceStates.from('withdraw') }],
    'reference.replace': [
      { role: 'applicant', relation: 'own', states: referenceStates.from('replace'), unless: [settled] },
    ],
    'reference.write': [{ role: 'referee', relation: 'letter', states: referenceStates.from('submit') }],
    'reference.submit': [{ role: 'referee', relation: 'letter', states: referenceStates.from('submit') }],
    'reference.decline': [{ role: 'referee', relation: 'letter', states: referenceStates.from('decline') }],
  },
);

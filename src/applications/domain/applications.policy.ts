import { Policy, coordinates, integrates, isOfficerOf, reviews, sitsFor } from '../../shared/policy.js';
import type { PolicyRow, Unless } from '../../shared/policy.js';
import { isOrActsFor } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import type { CountryCode } from '../../shared/country.js';
import type { Id } from '../../shared/ids.js';
import {
  APPLICATION_STATES,
  AWAITS_CONDITIONS,
  EDITABLE_STATES,
  PLACE_GIVEN,
  applicationStates,
} from './application.states.js';
import type { ApplicationState } from './application.states.js';

/** What the policy must know of an application: its parties and its state, never its content. */
export interface ApplicationFacts {
  readonly id: Id;
  readonly state: ApplicationState;
  readonly applicantId: Id;
  /** Who applies together with them, and has said yes. */
  readonly coApplicants: readonly Id[];
  /** Whoever ever did: what they wrote together binds them still. */
  readonly coAuthors: readonly Id[];
  /** Null until it was submitted: a draft is nobody's business but its applicant's. */
  readonly number: string | null;
  readonly homeInstitutionId: Id | null;
  readonly homeCountry: CountryCode;
  /** Whether it comes from no institution: then the ministry of the country takes the part of one. */
  readonly freemover: boolean;
  /** The unit of the home institution that works on it, where it was given to one. */
  readonly homeUnitId: Id | null;
  readonly hostInstitutionId: Id | null;
  readonly hostUnitId: Id | null;
  readonly hostCountry: CountryCode | null;
  /** Null until it crossed the border: the host side sees nothing before. */
  readonly transferredAt: Date | null;
  readonly callId: Id;
  /** The panel that assesses it, where its call has several. */
  readonly panelId: Id | null;
  /** Whether its call keeps those apart who belong to its home or host institution. */
  readonly independentAssessment: boolean;
  /** Whether its call lets those who assess read without names. */
  readonly anonymousReading: boolean;
}

/** Whether somebody who wrote it together with its applicant is among these; never null. */
const amongAuthors = (alias: string, persons: string) =>
  `coalesce(${alias}.co_authors && (${persons}), false)`;

/** An official who applies is an applicant like any other: never their own coordinator. */
const ownFile: Unless<ApplicationFacts> = {
  reason: 'separation_of_duties',
  when: (actor, { applicantId, coAuthors }) =>
    [applicantId, ...coAuthors].some((id) => isOrActsFor(actor, id)),
  sql: (alias) =>
    `(${alias}.applicant_id = (select actor_person())
      or ${alias}.applicant_id = any ((select actor_acts_for())::uuid[])
      or ${amongAuthors(alias, 'array[(select actor_person())] || (select actor_acts_for())::uuid[]')})`,
};

/** A letter that was promised to be kept from the applicant is so in whatever capacity they ask. */
const confidentialLetter: Unless<ApplicationFacts> = {
  reason: 'confidential_letter',
  when: ownFile.when,
  sql: ownFile.sql,
};
const keptFromApplicant = (rows: Rows): Rows =>
  rows.map((row) => ({ ...row, unless: [...(row.unless ?? []), confidentialLetter] }));

/** Declared family or supervision binds to a person, in whatever role. */
const declaredConflict: Unless<ApplicationFacts> = {
  reason: 'declared_conflict',
  when: ({ ties }, { applicantId, coAuthors }) =>
    [applicantId, ...coAuthors].some((id) => ties.persons.includes(id)),
  sql: (alias) =>
    `(${alias}.applicant_id = any ((select actor_tied_persons())::uuid[])
      or ${amongAuthors(alias, '(select actor_tied_persons())::uuid[]')})`,
};

/** Where the call says so, nobody judges who belongs to one of the two institutions. */
const sameInstitution: Unless<ApplicationFacts> = {
  reason: 'same_institution',
  when: ({ ties }, { independentAssessment, homeInstitutionId, hostInstitutionId }) =>
    independentAssessment &&
    [homeInstitutionId, hostInstitutionId].some((id) => id !== null && ties.institutions.includes(id)),
  sql: (alias) =>
    `(${alias}.independent_assessment and (${['home', 'host']
      .map(
        (side) =>
          `coalesce(${alias}.${side}_institution_id = any ((select actor_tied_institutions())::uuid[]), false)`,
      )
      .join(' or ')}))`,
};

/** Something was found between them and the file that its call does not let pass, and nobody has dismissed. */
const foundConflict: Unless<ApplicationFacts> = {
  reason: 'found_conflict',
  when: ({ ties }, { id }) => ties.applications.includes(id),
  sql: (alias) => `${alias}.id = any ((select actor_tied_applications())::uuid[])`,
};

/** What is assessed without names is read where nothing names anybody, and at no other door. */
const anonymousReading: Unless<ApplicationFacts> = {
  reason: 'anonymous_reading',
  when: (_actor, application) => application.anonymousReading,
  sql: (alias) => `${alias}.anonymous_reading`,
};

const AFTER_DRAFT = APPLICATION_STATES.filter((state) => state !== 'draft');
/** Until a home office has found whether somebody can be nominated, and as long as they can be. */
const SCREENED: readonly ApplicationState[] = ['submitted', 'screening'];
const NOMINATED: readonly ApplicationState[] = [...SCREENED, 'eligible'];
export const IN_ASSESSMENT: readonly ApplicationState[] = ['in_review', 'scored'];
/** Coordinators work for one of the institutions; that it is theirs is no conflict. */
const officials = { unless: [ownFile, declaredConflict] };
/** Ministries, the commission, reviewers. */
const judges = { unless: [ownFile, declaredConflict, sameInstitution] };
const assessors = { unless: [...judges.unless, foundConflict, anonymousReading] };
/** Until it has come to an end, there is work that can be given to somebody. */
export const AT_WORK = applicationStates.from('withdraw').filter((state) => state !== 'draft');

/** An application is with an office from its submission on. */
const SUBMITTED = APPLICATION_STATES.filter((state) => state !== 'draft' && state !== 'never_submitted');
/** In these somebody else can be nominated in the place of the applicant. */
const REPLACEABLE: readonly ApplicationState[] = ['eligible', 'withdrawn', 'declined', 'offer_expired'];
/** Between the submission and the end, documents can be checked and given after; what was returned is open as a whole. */
export const DOCUMENTS_COME: readonly ApplicationState[] = AT_WORK.filter((state) => state !== 'returned');

type Relations =
  | 'own'
  | 'co_applicant'
  | 'home_institution'
  | 'host_institution'
  | 'whole_home_institution'
  | 'whole_host_institution'
  | 'home_country'
  | 'country_of_freemover'
  | 'host_country'
  | 'commission'
  | 'assessed'
  | 'supported';
type Rows = readonly PolicyRow<ApplicationFacts, Relations, ApplicationState>[];

const APPLICANT: Rows = [{ role: 'applicant', relation: 'own' }];
const COORDINATORS: Rows = [
  { role: 'coordinator', relation: 'home_institution' },
  { role: 'coordinator', relation: 'host_institution' },
];
const MINISTRIES: Rows = [
  { role: 'ministry_officer', relation: 'home_country' },
  { role: 'ministry_officer', relation: 'host_country' },
];
/** Whom no institution nominates their ministry checks, hears and sends. */
const INSTEAD_OF_HOME: Rows = [{ role: 'ministry_officer', relation: 'country_of_freemover' }];
const COMMISSION: Rows = [
  { role: 'commission_member', relation: 'commission' },
  { role: 'commission_secretary', relation: 'commission' },
];
const MACHINES: Rows = [
  { role: 'integration_client', relation: 'home_institution' },
  { role: 'integration_client', relation: 'host_institution' },
];
/** Whoever assesses and is in conflict does not even see the file. */
const REVIEWERS: Rows = [{ role: 'reviewer', relation: 'assessed', states: IN_ASSESSMENT, ...assessors }];
const unless = (rows: Rows, refusals: typeof judges): Rows => rows.map((row) => ({ ...row, ...refusals }));

export const applicationsPolicy = new Policy<ApplicationFacts, Relations, ApplicationState>(
  'application',
  {
    own: {
      holds: (actor, application) => actor.personId === application.applicantId,
      sql: (alias) => `${alias}.applicant_id = (select actor_person())`,
    },
    // Who applies together with the applicant, and has accepted it.
    co_applicant: {
      holds: ({ personId }, { coApplicants }) => personId !== null && coApplicants.includes(personId),
      sql: (alias) => `${alias}.co_applicants @> array[(select actor_person())]`,
    },
    home_institution: {
      holds: (actor, application) =>
        application.number !== null &&
        (coordinates(actor, application.homeInstitutionId, 'home', application.homeUnitId) ||
          integrates(actor, application.homeInstitutionId)),
      sql: (alias) =>
        `${alias}.number is not null
          and (${alias}.home_institution_id = any ((select actor_home_institutions())::uuid[])
            or ${alias}.home_unit_id = any ((select actor_home_units())::uuid[]))`,
    },
    host_institution: {
      holds: (actor, application) =>
        application.transferredAt !== null &&
        (coordinates(actor, application.hostInstitutionId, 'host', application.hostUnitId) ||
          integrates(actor, application.hostInstitutionId)),
      sql: (alias) =>
        `${alias}.transferred_at is not null
          and (${alias}.host_institution_id = any ((select actor_host_institutions())::uuid[])
            or ${alias}.host_unit_id = any ((select actor_host_units())::uuid[]))`,
    },
    // Of the institution as a whole, and not of one of its units.
    whole_home_institution: {
      holds: (actor, application) =>
        application.number !== null && coordinates(actor, application.homeInstitutionId, 'home'),
      sql: (alias) =>
        `${alias}.number is not null
          and coalesce(${alias}.home_institution_id = any ((select actor_home_institutions())::uuid[]), false)`,
    },
    whole_host_institution: {
      holds: (actor, application) =>
        application.transferredAt !== null && coordinates(actor, application.hostInstitutionId, 'host'),
      sql: (alias) =>
        `${alias}.transferred_at is not null
          and coalesce(${alias}.host_institution_id = any ((select actor_host_institutions())::uuid[]), false)`,
    },
    home_country: {
      holds: (actor, application) =>
        application.number !== null && isOfficerOf(actor, application.homeCountry),
      sql: (alias) =>
        `${alias}.number is not null and ${alias}.home_country = any ((select actor_officer_of())::text[])`,
    },
    country_of_freemover: {
      holds: (actor, application) =>
        application.number !== null && application.freemover && isOfficerOf(actor, application.homeCountry),
      sql: (alias) =>
        `${alias}.number is not null and ${alias}.freemover
          and ${alias}.home_country = any ((select actor_officer_of())::text[])`,
    },
    host_country: {
      holds: (actor, application) =>
        application.transferredAt !== null && isOfficerOf(actor, application.hostCountry),
      sql: (alias) =>
        `${alias}.transferred_at is not null and ${alias}.host_country = any ((select actor_officer_of())::text[])`,
    },
    commission: {
      holds: (actor, application) =>
        (application.number !== null && sitsFor(actor, application.homeCountry)) ||
        (application.transferredAt !== null && sitsFor(actor, application.hostCountry)),
      sql: (alias) =>
        `((${alias}.number is not null and ${alias}.home_country = any ((select actor_commission_of())::text[]))
          or (${alias}.transferred_at is not null and ${alias}.host_country = any ((select actor_commission_of())::text[])))`,
    },
    assessed: {
      holds: (actor, application) =>
        application.number !== null && reviews(actor, application.callId, application.panelId),
      sql: (alias) =>
        `${alias}.number is not null and (${alias}.call_id = any ((select actor_reviews())::uuid[])
          or coalesce(${alias}.panel_id = any ((select actor_panels())::uuid[]), false))`,
    },
    supported: {
      holds: (_actor, application) => application.number !== null,
      sql: (alias) => `${alias}.number is not null`,
    },
  },
  {
    'application.create': [{ role: 'applicant', relation: 'own' }],
    'application.read': [
      ...APPLICANT,
      ...COORDINATORS,
      ...MINISTRIES,
      ...COMMISSION,
      ...MACHINES,
      ...REVIEWERS,
    ],
    // The text and who applies, at a page of its own; not what is personal to the applicant, nor what offices do with it.
    'application.read_shared': [{ role: 'applicant', relation: 'co_applicant' }],
    // What of its content is for whose eyes: questions and documents of the form say to which of these they belong.
    // Whoever assesses does not know whom.
    'application.read_identity': [...APPLICANT, ...COORDINATORS, ...MINISTRIES, ...COMMISSION, ...MACHINES],
    // Names for the visa, birth, citizenship, the copy of the passport: for those who prepare the stay and let in.
    'application.read_passport': [...APPLICANT, ...COORDINATORS, ...MINISTRIES],
    'application.read_contact': [...APPLICANT, ...COORDINATORS, ...INSTEAD_OF_HOME, ...MACHINES],
    // The host needs it when it prepares for somebody who comes, and not to decide whether they may.
    'application.read_health': [
      ...APPLICANT,
      { role: 'coordinator', relation: 'home_institution' },
      ...INSTEAD_OF_HOME,
      { role: 'coordinator', relation: 'host_institution', states: PLACE_GIVEN },
    ],
    'application.read_references': [
      ...APPLICANT,
      ...COORDINATORS,
      ...INSTEAD_OF_HOME,
      ...COMMISSION,
      ...REVIEWERS,
    ],
    // Asked only to see how many of whom are selected: whoever decides reads totals, and nobody what one person said.
    'application.read_statistics': [...APPLICANT],
    // Those that the call keeps from the applicant: the row of the applicant says why not.
    'application.read_confidential_letters': keptFromApplicant([
      ...APPLICANT,
      ...COORDINATORS,
      ...INSTEAD_OF_HOME,
      ...COMMISSION,
      ...REVIEWERS,
    ]),
    // A reviewer sees what others gave only when nobody can be swayed by it any more.
    'application.read_scores': [
      ...unless(COMMISSION, judges),
      { role: 'reviewer', relation: 'assessed', states: ['scored'], ...assessors },
    ],
    // What offices write to one another: endorsements, reasons that are told to the applicant alone.
    'application.read_notes': [
      ...unless(COORDINATORS, officials),
      ...unless([...MINISTRIES, ...COMMISSION], judges),
    ],
    // What the applicant and the office that has the file write to one another; the ministries read it.
    'application.read_messages': [
      { role: 'applicant', relation: 'own', states: SUBMITTED },
      ...unless(COORDINATORS, officials),
      ...unless(MINISTRIES, judges),
    ],
    'application.write_message': [
      { role: 'applicant', relation: 'own', states: SUBMITTED },
      ...unless(COORDINATORS, officials),
      ...unless(INSTEAD_OF_HOME, judges),
    ],
    // That there is another application like it, which they may read too.
    'application.read_duplicates': unless([...COORDINATORS, ...MINISTRIES, ...COMMISSION], officials),
    // Asked of both applications.
    'application.settle_duplicate': unless([...COORDINATORS, ...MINISTRIES], officials),
    // Where its home institution puts it in the order of those whom it nominates.
    'application.read_rank': [
      ...unless(COORDINATORS, officials),
      ...unless([...MINISTRIES, ...COMMISSION], judges),
      ...REVIEWERS,
    ],
    'application.write_note': [
      ...unless(COORDINATORS, officials),
      ...unless([...MINISTRIES, ...COMMISSION], judges),
    ],
    // Who did what and when, what crossed the border, what was consented to and decided.
    'application.read_history': [...APPLICANT, ...COORDINATORS, ...MINISTRIES, ...COMMISSION, ...MACHINES],
    // Where it stands and who has it, without a name and without content.
    'application.read_state': [{ role: 'support', relation: 'supported' }],
    // The worklists of offices; one's own applications are on one's home page.
    'application.list': [
      { role: 'coordinator', relation: 'home_institution', states: AFTER_DRAFT },
      { role: 'coordinator', relation: 'host_institution', states: AFTER_DRAFT },
      { role: 'ministry_officer', relation: 'home_country', states: AFTER_DRAFT },
      { role: 'ministry_officer', relation: 'host_country', states: AFTER_DRAFT },
      { role: 'commission_member', relation: 'commission', states: AFTER_DRAFT },
      { role: 'commission_secretary', relation: 'commission', states: AFTER_DRAFT },
      { role: 'integration_client', relation: 'home_institution', states: AFTER_DRAFT },
      { role: 'integration_client', relation: 'host_institution', states: AFTER_DRAFT },
      ...REVIEWERS,
    ],
    // Whoever is bound to the applicant says so, and is out of it from then on.
    'application.declare_conflict': [
      ...unless([...COORDINATORS, ...MINISTRIES, ...COMMISSION], { unless: [ownFile] }),
      ...REVIEWERS,
    ],
    // Which unit of an institution works on it.
    'application.assign_home_unit': [
      { role: 'coordinator', relation: 'whole_home_institution', states: AT_WORK, ...officials },
    ],
    'application.assign_host_unit': [
      { role: 'coordinator', relation: 'whole_host_institution', states: AT_WORK, ...officials },
    ],
    'application.edit': [{ role: 'applicant', relation: 'own', states: EDITABLE_STATES }],
    'application.submit': [{ role: 'applicant', relation: 'own', states: EDITABLE_STATES }],
    'application.withdraw': [
      { role: 'applicant', relation: 'own', states: applicationStates.from('withdraw') },
    ],
    // Until the deadline of the call: the clock is asked by the act.
    'application.revive': [{ role: 'applicant', relation: 'own', states: applicationStates.from('revive') }],
    // Into the next round of the call: whoever has a result and holds no place.
    'application.carry_over': [{ role: 'applicant', relation: 'own', states: ['final'] }],
    // What a country asks of somebody before their place is certain.
    'application.meet_condition': [{ role: 'applicant', relation: 'own', states: AWAITS_CONDITIONS }],
    'application.answer_offer': [{ role: 'applicant', relation: 'own', states: ['offered'] }],
    'application.screen': [
      {
        role: 'coordinator',
        relation: 'home_institution',
        states: SCREENED,
        ...officials,
      },
      ...unless(INSTEAD_OF_HOME, judges).map((row) => ({ ...row, states: SCREENED })),
    ],
    // Document by document, whatever becomes of the whole.
    'application.check_documents': [
      { role: 'coordinator', relation: 'home_institution', states: DOCUMENTS_COME, ...officials },
      ...unless(INSTEAD_OF_HOME, judges).map((row) => ({ ...row, states: DOCUMENTS_COME })),
    ],
    'application.supplement_document': [{ role: 'applicant', relation: 'own', states: DOCUMENTS_COME }],
    'application.nominate': [
      {
        role: 'coordinator',
        relation: 'home_institution',
        states: NOMINATED,
        ...officials,
      },
      ...unless(INSTEAD_OF_HOME, judges).map((row) => ({ ...row, states: NOMINATED })),
    ],
    // The order in which an institution nominates is the matter of the whole institution.
    'application.rank': [
      { role: 'coordinator', relation: 'whole_home_institution', states: AT_WORK, ...officials },
    ],
    // The next of the reserve in the place of a nominee who falls out, or has fallen out.
    'application.substitute': [
      { role: 'coordinator', relation: 'whole_home_institution', states: REPLACEABLE, ...officials },
    ],
    'application.answer_nomination': [
      { role: 'coordinator', relation: 'host_institution', states: ['eligible'], ...officials },
    ],
    // A ministry that returned its side is answered by the institution that nominated, or the ministry in its part.
    'application.answer_ministry': [
      { role: 'coordinator', relation: 'home_institution', states: ['eligible'], ...officials },
      ...unless(INSTEAD_OF_HOME, judges).map((row) => ({ ...row, states: ['eligible'] as const })),
    ],
    'application.confirm_nomination': [
      { role: 'ministry_officer', relation: 'home_country', states: ['eligible'], ...judges },
    ],
  },
);

/** Whether somebody stands on the side that the application comes from, as its applicant or for one of its offices. */
export function isHomeSide(actor: Actor, application: ApplicationFacts): boolean {
  return (
    actor.kind === 'system' ||
    actor.personId === application.applicantId ||
    coordinates(actor, application.homeInstitutionId, 'home', application.homeUnitId) ||
    integrates(actor, application.homeInstitutionId) ||
    isOfficerOf(actor, application.homeCountry) ||
    sitsFor(actor, application.homeCountry)
  );
}

/** Whether what happened at an instant is the actor's business: to the host side only what followed the transfer to it. */
export function concerns(actor: Actor, application: ApplicationFacts, at: Date): boolean {
  const { transferredAt } = application;
  return isHomeSide(actor, application) || (transferredAt !== null && at >= transferredAt);
}

import { describe, expect, it } from '@jest/globals';
import type { Actor, Grant } from '../../shared/actor.js';
import { ANONYMOUS, NO_TIES } from '../../shared/actor.js';
import { applicationsPolicy } from './applications.policy.js';
import type { ApplicationFacts } from './applications.policy.js';

const HOME = 'home-university';
const HOST = 'host-university';
const person = (personId: string, ...grants: Partial<Grant>[]): Actor => ({
  kind: 'person',
  personId,
  name: personId,
  grants: grants.map((grant) => ({ role: 'coordinator', institutionId: null, country: null, ...grant })),
  secondFactor: true,
  ties: NO_TIES,
  scopes: null,
});

/** Everybody who could come to the door. The countries bear no real name: nothing may depend on one. */
const PERSONAS: Readonly<Record<string, Actor>> = {
  nobody: ANONYMOUS,
  applicant: person('applicant'),
  'another applicant': person('another'),
  'home coordinator': person('home', { institutionId: HOME }),
  'home coordinator without second factor': {
    ...person('weak', { institutionId: HOME }),
    secondFactor: false,
  },
  'host coordinator': person('host', { institutionId: HOST }),
  'coordinator of another university': person('other', { institutionId: 'elsewhere' }),
  'home ministry': person('m1', { role: 'ministry_officer', country: 'AA' }),
  'host ministry': person('m2', { role: 'ministry_officer', country: 'BB' }),
  'third ministry': person('m3', { role: 'ministry_officer', country: 'CC' }),
  'home commission': person('c1', { role: 'commission_member', country: 'AA' }),
  auditor: person('aud', { role: 'auditor' }),
  administrator: person('adm', { role: 'programme_administrator' }),
  'applicant who coordinates their own university': person('applicant', { institutionId: HOME }),
};

const draft: ApplicationFacts = {
  id: 'application',
  state: 'draft',
  applicantId: 'applicant',
  number: null,
  homeInstitutionId: HOME,
  homeCountry: 'AA',
  freemover: false,
  hostInstitutionId: null,
  homeUnitId: null,
  hostUnitId: null,
  callId: 'call',
  panelId: null,
  hostCountry: null,
  transferredAt: null,
  independentAssessment: false,
  anonymousReading: false,
  coApplicants: [],
  coAuthors: [],
};
const submitted: ApplicationFacts = { ...draft, state: 'submitted', number: 'AA-2027-000001' };
const nominated: ApplicationFacts = {
  ...submitted,
  state: 'eligible',
  hostInstitutionId: HOST,
  hostCountry: 'BB',
  transferredAt: new Date(0),
};
const offered: ApplicationFacts = { ...nominated, state: 'offered' };
const freemover: ApplicationFacts = { ...submitted, freemover: true, homeInstitutionId: null };
const sentFreemover: ApplicationFacts = { ...nominated, freemover: true, homeInstitutionId: null };
const RECORDS = { draft, submitted, nominated, offered, freemover, sentFreemover };

/** For each action and record, who may; everybody else may not. */
const TABLE: readonly (readonly [string, keyof typeof RECORDS, readonly string[]])[] = [
  ['application.read', 'draft', ['applicant', 'applicant who coordinates their own university']],
  [
    'application.read',
    'submitted',
    [
      'applicant',
      'home coordinator',
      'home ministry',
      'home commission',
      'applicant who coordinates their own university',
    ],
  ],
  [
    'application.read',
    'nominated',
    [
      'applicant',
      'home coordinator',
      'host coordinator',
      'home ministry',
      'host ministry',
      'home commission',
      'applicant who coordinates their own university',
    ],
  ],
  ['application.edit', 'draft', ['applicant', 'applicant who coordinates their own university']],
  ['application.edit', 'submitted', []],
  ['application.submit', 'draft', ['applicant', 'applicant who coordinates their own university']],
  ['application.screen', 'draft', []],
  ['application.screen', 'submitted', ['home coordinator']],
  ['application.screen', 'nominated', []],
  ['application.nominate', 'submitted', ['home coordinator']],
  ['application.answer_nomination', 'submitted', []],
  ['application.answer_nomination', 'nominated', ['host coordinator']],
  ['application.confirm_nomination', 'nominated', ['home ministry']],
  ['application.answer_offer', 'nominated', []],
  ['application.screen', 'freemover', ['home ministry']],
  ['application.nominate', 'freemover', ['home ministry']],
  ['application.check_documents', 'freemover', ['home ministry']],
  ['application.check_documents', 'submitted', ['home coordinator']],
  ['application.rank', 'freemover', []],
  ['application.assign_home_unit', 'freemover', []],
  ['application.answer_ministry', 'sentFreemover', ['home ministry']],
  ['application.answer_ministry', 'nominated', ['home coordinator']],
  ['application.answer_nomination', 'sentFreemover', ['host coordinator']],
  [
    'application.write_message',
    'sentFreemover',
    ['applicant', 'applicant who coordinates their own university', 'home ministry', 'host coordinator'],
  ],
  [
    'application.read_contact',
    'sentFreemover',
    ['applicant', 'applicant who coordinates their own university', 'home ministry', 'host coordinator'],
  ],
  [
    'application.read',
    'freemover',
    ['applicant', 'applicant who coordinates their own university', 'home ministry', 'home commission'],
  ],
  ['application.answer_offer', 'offered', ['applicant', 'applicant who coordinates their own university']],
];

describe('who may do what to an application', () => {
  it.each(TABLE)('%s on a record that is %s', (action, record, allowed) => {
    const may = Object.entries(PERSONAS)
      .filter(([, actor]) => applicationsPolicy.decide(actor, action, RECORDS[record]).allowed)
      .map(([name]) => name);
    expect(may.sort()).toEqual([...allowed].sort());
  });

  it.each([
    ['nobody', 'application.read', 'submitted', 'not_signed_in'],
    ['another applicant', 'application.read', 'submitted', 'out_of_scope'],
    ['auditor', 'application.screen', 'submitted', 'no_role'],
    ['home coordinator without second factor', 'application.screen', 'submitted', 'second_factor_needed'],
    ['home coordinator', 'application.screen', 'nominated', 'wrong_state'],
    [
      'applicant who coordinates their own university',
      'application.screen',
      'submitted',
      'separation_of_duties',
    ],
    ['host coordinator', 'application.read', 'submitted', 'out_of_scope'],
    ['home coordinator', 'application.screen', 'freemover', 'out_of_scope'],
    ['host ministry', 'application.screen', 'freemover', 'out_of_scope'],
  ] as const)('%s is told why not (%s, %s): %s', (persona, action, record, reason) => {
    const actor = PERSONAS[persona] ?? ANONYMOUS;
    expect(applicationsPolicy.decide(actor, action, RECORDS[record])).toEqual({ allowed: false, reason });
  });

  it('limits a token to its scopes', () => {
    const token = (scopes: string[]) => ({ ...person('applicant'), scopes });
    const decide = (scopes: string[], action: string) =>
      applicationsPolicy.decide(token(scopes), action, draft).allowed;
    expect(decide(['applications:read'], 'application.read')).toBe(true);
    expect(decide(['applications:read'], 'application.edit')).toBe(false);
    expect(decide(['applications:write'], 'application.edit')).toBe(true);
    expect(decide(['calls:read'], 'application.read')).toBe(false);
  });

  it('does not tell a stranger that a record exists', () => {
    const stranger = PERSONAS['another applicant'] ?? ANONYMOUS;
    expect(() =>
      applicationsPolicy.require(stranger, 'application.screen', submitted, 'application.read'),
    ).toThrow(/^not_found/);
  });
});

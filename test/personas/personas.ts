import type { Actor, Grant, Role } from '../../src/shared/actor.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { CountryCode } from '../../src/shared/country.js';
import type { Id } from '../../src/shared/ids.js';

/** Where the personas live: the parties of one exchange, and whoever stands beside it. */
export interface Scene {
  readonly homeCountry: CountryCode;
  readonly hostCountry: CountryCode;
  readonly homeInstitution: Id;
  readonly hostInstitution: Id;
  /** Of the home country, and no party to the exchange. */
  readonly thirdInstitution: Id;
  readonly homeUnit: Id;
  /** Another unit of the home institution. */
  readonly otherUnit: Id;
  /** The calls of the exchange; reviewers are given each of them. */
  readonly calls: readonly Id[];
  readonly otherCall: Id;
  /** The one about which everybody is asked. */
  readonly application: Id;
  /** Of a system the id of its registration. */
  person(persona: string): Id;
}

/** A grant as it is written down; one whose time is over gives nothing. */
export interface PersonaGrant extends Grant {
  readonly over?: boolean;
  /** Of a deputy: whose right it stands on. */
  readonly deputyOf?: string;
}

/** Somebody as whom the policies and the running application are asked the same questions. */
export interface Persona {
  readonly key: string;
  /** As the table of permissions calls them. */
  readonly title: string;
  readonly kind: 'anonymous' | 'person' | 'client';
  readonly country: 'home' | 'host';
  readonly secondFactor: boolean;
  /** What their token is good for; null for whoever has a token for everything, or a browser. */
  readonly scopes: readonly string[] | null;
  /** Whether the file about which they are asked is their own application. */
  readonly applies: boolean;
  /** Whether they prepared what is to be decided. */
  readonly prepared: boolean;
  /** Whether they declared that they are bound to the applicant. */
  readonly tied: boolean;
  /** Whether something that binds was found between them and the application. */
  readonly found: boolean;
  /** Whether they belong to the institution of their side. */
  readonly belongs: boolean;
  readonly grants: (scene: Scene) => readonly PersonaGrant[];
}

const NOWHERE = { institutionId: null, country: null };
const ofInstitution = (role: Role, institutionId: Id, more: Partial<PersonaGrant> = {}): PersonaGrant => ({
  ...NOWHERE,
  role,
  institutionId,
  ...more,
});
const ofCountry = (role: Role, country: CountryCode): PersonaGrant => ({ ...NOWHERE, role, country });
const ofProgramme = (role: Role): PersonaGrant => ({ ...NOWHERE, role });
const ofCall = (callId: Id): PersonaGrant => ({ ...NOWHERE, role: 'reviewer', callId });

function persona(
  key: string,
  title: string,
  grants: Persona['grants'] = () => [],
  more: Partial<Persona> = {},
): Persona {
  return {
    key,
    title,
    kind: 'person',
    country: 'home',
    secondFactor: true,
    scopes: null,
    applies: false,
    prepared: false,
    tied: false,
    found: false,
    belongs: false,
    grants,
    ...more,
  };
}

const HOST = { country: 'host' } as const;

/** In the order of the table: the parties of the exchange from home to host, then whoever stands beside it. */
export const PERSONAS: readonly Persona[] = [
  persona('applicant', 'Applicant', undefined, { applies: true, secondFactor: false }),
  persona('other_applicant', 'Another applicant', undefined, { secondFactor: false }),
  persona('co_applicant', 'Co-applicant', undefined, { country: 'host', secondFactor: false }),
  persona('home_coordinator', 'Coordinator, home', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution),
  ]),
  persona('home_coordinator_home', 'Coordinator, home, for those who leave', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution, { side: 'home' }),
  ]),
  persona('home_coordinator_host', 'Coordinator, home, for those who come', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution, { side: 'host' }),
  ]),
  persona('home_unit_coordinator', 'Coordinator of the unit, home', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution, { unitId: scene.homeUnit }),
  ]),
  persona('other_unit_coordinator', 'Coordinator of another unit, home', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution, { unitId: scene.otherUnit }),
  ]),
  persona('deputy', 'Deputy of the coordinator, home', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution, {
      actingFor: scene.person('home_coordinator'),
      deputyOf: 'home_coordinator',
    }),
  ]),
  persona('former_coordinator', 'Coordinator, home, whose time is over', (scene) => [
    ofInstitution('coordinator', scene.homeInstitution, { over: true }),
  ]),
  persona(
    'plain_coordinator',
    'Coordinator, home, without second factor',
    (scene) => [ofInstitution('coordinator', scene.homeInstitution)],
    { secondFactor: false },
  ),
  persona(
    'reading_coordinator',
    'Coordinator, home, by a token that only reads',
    (scene) => [ofInstitution('coordinator', scene.homeInstitution)],
    { scopes: ['applications:read', 'decisions:read'] },
  ),
  persona(
    'applying_coordinator',
    'Coordinator, home, whose own application it is',
    (scene) => [ofInstitution('coordinator', scene.homeInstitution)],
    { applies: true },
  ),
  persona(
    'tied_coordinator',
    'Coordinator, home, who declared a conflict with the applicant',
    (scene) => [ofInstitution('coordinator', scene.homeInstitution)],
    { tied: true },
  ),
  persona(
    'deputy_of_tied',
    'Deputy of the coordinator who declared a conflict',
    (scene) => [
      ofInstitution('coordinator', scene.homeInstitution, {
        actingFor: scene.person('tied_coordinator'),
        deputyOf: 'tied_coordinator',
      }),
    ],
    { tied: true },
  ),
  persona(
    'integration_client',
    'System of the home institution',
    (scene) => [ofInstitution('integration_client', scene.homeInstitution)],
    { kind: 'client', secondFactor: false },
  ),
  persona('signatory', 'Signatory, home', (scene) => [ofInstitution('signatory', scene.homeInstitution)]),
  persona('institution_administrator', 'Administrator of the home institution', (scene) => [
    ofInstitution('institution_administrator', scene.homeInstitution),
  ]),
  persona('deputy_administrator', 'Deputy of the administrator of the home institution', (scene) => [
    ofInstitution('institution_administrator', scene.homeInstitution, {
      actingFor: scene.person('institution_administrator'),
      deputyOf: 'institution_administrator',
    }),
  ]),
  persona('home_officer', 'Ministry officer, home', (scene) => [
    ofCountry('ministry_officer', scene.homeCountry),
  ]),
  persona(
    'plain_officer',
    'Ministry officer, home, without second factor',
    (scene) => [ofCountry('ministry_officer', scene.homeCountry)],
    { secondFactor: false },
  ),
  persona(
    'preparing_officer',
    'Ministry officer, home, who prepared it',
    (scene) => [ofCountry('ministry_officer', scene.homeCountry)],
    { prepared: true },
  ),
  persona(
    'tied_officer',
    'Ministry officer, home, who declared a conflict with the applicant',
    (scene) => [ofCountry('ministry_officer', scene.homeCountry)],
    { tied: true },
  ),
  persona('co_applying_officer', 'Ministry officer, home, who is a co-applicant', (scene) => [
    ofCountry('ministry_officer', scene.homeCountry),
  ]),
  persona(
    'officer_of_institution',
    'Ministry officer, home, who belongs to the home institution',
    (scene) => [ofCountry('ministry_officer', scene.homeCountry)],
    { belongs: true },
  ),
  persona(
    'host_officer',
    'Ministry officer, host',
    (scene) => [ofCountry('ministry_officer', scene.hostCountry)],
    HOST,
  ),
  persona('commission_member', 'Commission member, home', (scene) => [
    ofCountry('commission_member', scene.homeCountry),
  ]),
  persona(
    'commission_secretary',
    'Commission secretary, host',
    (scene) => [ofCountry('commission_secretary', scene.hostCountry)],
    HOST,
  ),
  persona(
    'commission_of_institution',
    'Commission member, home, who belongs to the home institution',
    (scene) => [ofCountry('commission_member', scene.homeCountry)],
    { belongs: true },
  ),
  persona(
    'host_coordinator',
    'Coordinator, host',
    (scene) => [ofInstitution('coordinator', scene.hostInstitution)],
    HOST,
  ),
  persona('reviewer', 'Reviewer of the call', (scene) => scene.calls.map(ofCall), { secondFactor: false }),
  persona(
    'tied_reviewer',
    'Reviewer of the call who declared a conflict with the applicant',
    (scene) => scene.calls.map(ofCall),
    { secondFactor: false, tied: true },
  ),
  persona(
    'found_reviewer',
    'Reviewer of the call with a conflict that was found',
    (scene) => scene.calls.map(ofCall),
    { secondFactor: false, found: true },
  ),
  persona(
    'reviewer_of_institution',
    'Reviewer of the call who belongs to the host institution',
    (scene) => scene.calls.map(ofCall),
    { ...HOST, secondFactor: false, belongs: true },
  ),
  persona('other_reviewer', 'Reviewer of another call', (scene) => [ofCall(scene.otherCall)], {
    secondFactor: false,
  }),
  persona('third_coordinator', 'Coordinator of a third institution', (scene) => [
    ofInstitution('coordinator', scene.thirdInstitution),
  ]),
  persona('programme_administrator', 'Programme administrator', () => [
    ofProgramme('programme_administrator'),
  ]),
  persona('second_administrator', 'Programme administrator, another', () => [
    ofProgramme('programme_administrator'),
  ]),
  persona('auditor', 'Auditor', () => [ofProgramme('auditor')]),
  persona('support', 'Support', () => [ofProgramme('support')]),
  persona('outsider', 'Somebody without a role', undefined, { ...HOST, secondFactor: false }),
  persona('anonymous', 'Nobody signed in', undefined, { kind: 'anonymous', secondFactor: false }),
];

/** The persona as the policies meet them. */
export function actorOf(who: Persona, scene: Scene): Actor {
  if (who.kind === 'anonymous') return ANONYMOUS;
  const id = scene.person(who.key);
  const grants = who.grants(scene).filter(({ over }) => !over);
  const own = who.country === 'home' ? scene.homeInstitution : scene.hostInstitution;
  return {
    kind: who.kind,
    personId: who.kind === 'person' ? id : null,
    agentId: who.kind === 'client' ? id : null,
    name: who.title,
    grants,
    ties: {
      persons: who.tied ? [scene.person('applicant')] : [],
      institutions: [
        ...(who.belongs ? [own] : []),
        ...grants.flatMap(({ institutionId }) => institutionId ?? []),
      ],
      applications: who.found ? [scene.application] : [],
    },
    secondFactor: who.secondFactor,
    scopes: who.scopes,
  };
}

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { People } from '../../src/access/public.js';
import { Database, sqlState, systemContext } from '../../src/platform/database/database.js';
import { ANONYMOUS, ROLE_TABLE } from '../../src/shared/actor.js';
import type { Actor, Grant, Role } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import {
  LONG_AGO,
  agreementRow,
  callRow,
  countryRow,
  grantRow,
  insertCalls,
  insertRows,
  institutionRow,
  personRow,
} from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { createTestDatabase } from './database-for-test.js';

/**
 * The first wall is down: every table with personal data is read whole, with no filter, as each of many people. What comes
 * back is what the second wall still holds.
 */

const NOW = new Date('2027-03-01T12:00:00Z');
const AFTER = '2027-12-31T00:00:00Z';
const clock = new SettableClock(NOW);

/** SQLSTATE of what the database does not let one do. */
const REFUSED = '42501';

let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let dataSource: DataSource;
let database: Database;

/** The home and the host of Ana's exchange, those of Boris's, and one in a country that has no part in either. */
const INSTITUTIONS = { home: newId(), host: newId(), other: newId(), otherHost: newId(), far: newId() };
type Institution = keyof typeof INSTITUTIONS;
const COUNTRY: Readonly<Record<Institution, string>> = {
  home: 'RS',
  host: 'RU',
  other: 'RS',
  otherHost: 'RU',
  far: 'XX',
};
const UNITS = { mine: newId(), another: newId() };
const CALLS = { ana: newId(), boris: newId() };
const PANELS = { ana: newId(), another: newId() };
const AGREEMENT = newId();

const at = (institution: Institution, more: Row = {}): Row => ({
  institution_id: INSTITUTIONS[institution],
  ...more,
});
const country = (code: string): Row => ({ country: code });

/** People by what they are; each with the grants that make them so. */
const GRANTS: Readonly<Record<string, readonly (readonly [Role, Row])[]>> = {
  ana: [],
  boris: [],
  nobody: [],
  home_coordinator: [['coordinator', at('home')]],
  home_unit: [['coordinator', at('home', { unit_id: UNITS.mine })]],
  host_coordinator: [['coordinator', at('host', { side: 'host' })]],
  home_officer: [['ministry_officer', country('RS')]],
  host_officer: [['ministry_officer', country('RU')]],
  commission: [['commission_member', country('RS')]],
  secretary: [['commission_secretary', country('RU')]],
  panel_reviewer: [['reviewer', { call_id: CALLS.ana, panel_id: PANELS.ana }]],
  call_reviewer: [['reviewer', { call_id: CALLS.ana }]],
  support: [['support', {}]],
  auditor: [['auditor', {}]],
  administrator: [['programme_administrator', {}]],
  // Whom the wall keeps out.
  wrong_institution: [['coordinator', at('far')]],
  wrong_side: [['coordinator', at('home', { side: 'host' })]],
  wrong_side_host: [['coordinator', at('host', { side: 'home' })]],
  wrong_unit: [['coordinator', at('home', { unit_id: UNITS.another })]],
  wrong_country: [['ministry_officer', country('XX')]],
  wrong_panel: [['reviewer', { call_id: CALLS.ana, panel_id: PANELS.another }]],
  wrong_call: [['reviewer', { call_id: CALLS.boris }]],
  signatory: [['signatory', at('home')]],
  institution_administrator: [['institution_administrator', at('home')]],
  expired: [['coordinator', at('home', { valid_until: NOW.toISOString() })]],
  not_yet: [['coordinator', at('home', { valid_from: AFTER })]],
  revoked: [['coordinator', at('home', { revoked_at: LONG_AGO })]],
  unconfirmed: [['support', { needs_confirmation: true }]],
  no_second_factor: [
    ['coordinator', at('home')],
    ['ministry_officer', country('RS')],
    ['support', {}],
  ],
  // Bound to the applicant, or to an institution that the call keeps apart.
  tied_reviewer: [['reviewer', { call_id: CALLS.ana }]],
  reviewer_of_home: [['reviewer', { call_id: CALLS.ana }]],
  reviewer_of_host: [['reviewer', { call_id: CALLS.ana, panel_id: PANELS.ana }]],
  deputy: [],
  deputy_of_revoked: [],
};
const BELONGS: Readonly<Record<string, Institution>> = { reviewer_of_home: 'home', reviewer_of_host: 'host' };
const PERSON = Object.fromEntries(Object.keys(GRANTS).map((name) => [name, newId()]));
const person = (name: string): Id => PERSON[name] ?? '';
const CLIENT = { home_client: newId(), other_client: newId(), revoked_client: newId() };
type Client = keyof typeof CLIENT;
/** Letters of reference for Ana, and the link of one of them; whoever holds it has no account. */
const LETTER = { confidential: newId(), open: newId(), awaited: newId() };
const LINK = { referee: newId(), open: newId(), awaited: newId() };
const PERSONAS = [...Object.keys(GRANTS), ...Object.keys(CLIENT), 'anonymous', 'referee'];

/** Whoever is a party to Ana's file in the eyes of the wall. */
const PARTIES = [
  'ana',
  'home_coordinator',
  'home_unit',
  'host_coordinator',
  'home_officer',
  'host_officer',
  'commission',
  'secretary',
  'deputy',
  'home_client',
];
/** And of Boris's, that goes between other institutions of the same countries. */
const PARTIES_OF_BORIS = ['boris', 'home_officer', 'host_officer', 'commission', 'secretary', 'other_client'];
const ASSESS = ['panel_reviewer', 'call_reviewer'];
const OFFICES_OF_BOTH = PARTIES.filter((name) => PARTIES_OF_BORIS.includes(name));
const OFFICES_AT_HOME = ['home_coordinator', 'home_unit', 'home_officer', 'commission', 'deputy'];
const PARTIES_AT_HOME = ['ana', ...OFFICES_AT_HOME, 'home_client'];
const CONTENT = [...PARTIES, ...ASSESS];
const PROGRAMME = ['auditor', 'administrator'];

/** Whoever answers for a call or for one of its countries. */
const OF_CALL = ['home_officer', 'host_officer', 'commission', 'secretary', 'administrator'];

const LISTS = { provisional: newId(), final: newId() };
const APPLICATION = { ana: newId(), boris: newId(), draft: newId() };
const DECISION = { ana: newId(), call: newId() };
const NOMINATION = { ana: newId(), earlier: newId() };
/** What the panel that assesses Ana gave to whom: handed in, awaited, and to somebody who is bound. */
const REVIEW = { given: newId(), awaited: newId(), bound: newId() };
/** Whoever keeps that panel. */
const KEEPERS = ['commission', 'secretary', 'administrator'];
const SEATED = ['panel_reviewer', 'call_reviewer', 'tied_reviewer', 'reviewer_of_home', 'reviewer_of_host'];
const grants: Row[] = [];

/** Who sees each seeded row of a table, by the row's key. A table that is not here fails the test. */
const EXPECTED: Record<string, { readonly key: string; readonly rows: Record<string, readonly string[]> }> = {
  applications: {
    key: 'id',
    rows: {
      [APPLICATION.ana]: [...CONTENT, 'support'],
      [APPLICATION.boris]: [...PARTIES_OF_BORIS, 'support'],
      [APPLICATION.draft]: ['boris'],
    },
  },
  application_sections: {
    key: 'application_id',
    rows: {
      [APPLICATION.ana]: CONTENT,
      [APPLICATION.boris]: PARTIES_OF_BORIS,
      [APPLICATION.draft]: ['boris'],
    },
  },
  application_choices: {
    key: 'application_id',
    rows: { [APPLICATION.ana]: CONTENT, [APPLICATION.boris]: PARTIES_OF_BORIS },
  },
  application_submissions: {
    key: 'application_id',
    rows: { [APPLICATION.ana]: CONTENT, [APPLICATION.boris]: PARTIES_OF_BORIS },
  },
  nominations: {
    key: 'id',
    rows: {
      [NOMINATION.ana]: PARTIES,
      // What another host said before is between it and the home side.
      [NOMINATION.earlier]: [
        'ana',
        'home_coordinator',
        'home_unit',
        'home_officer',
        'commission',
        'deputy',
        'home_client',
      ],
    },
  },
  decisions: {
    key: 'id',
    rows: {
      [DECISION.ana]: PARTIES,
      [DECISION.call]: ['home_officer', 'host_officer', 'commission', 'secretary', ...PROGRAMME],
    },
  },
  decision_sides: {
    key: 'decision_id',
    rows: {
      [DECISION.ana]: PARTIES,
      [DECISION.call]: ['home_officer', 'host_officer', 'commission', 'secretary', ...PROGRAMME],
    },
  },
  uploads: {
    key: 'subject_id',
    rows: {
      [APPLICATION.ana]: CONTENT,
      [APPLICATION.draft]: ['boris'],
      // With the letter: never for whom it is kept from, and before it is handed in for the referee alone.
      [LETTER.confidential]: ['referee', ...CONTENT.filter((who) => who !== 'ana')],
      [LETTER.awaited]: [],
    },
  },
  reference_requests: {
    key: 'id',
    rows: {
      [LETTER.confidential]: ['referee', ...CONTENT],
      [LETTER.open]: CONTENT,
      [LETTER.awaited]: CONTENT,
    },
  },
  reference_letters: {
    key: 'reference_id',
    rows: {
      [LETTER.confidential]: ['referee', ...CONTENT.filter((who) => who !== 'ana')],
      [LETTER.open]: CONTENT,
      [LETTER.awaited]: [],
    },
  },
  review_members: {
    key: 'person_id',
    rows: Object.fromEntries(SEATED.map((name) => [person(name), [...KEEPERS, ...SEATED]])),
  },
  review_assignments: {
    key: 'id',
    rows: {
      // A colleague who has not handed in their own does not even know whose is there.
      [REVIEW.given]: [...KEEPERS, 'panel_reviewer'],
      [REVIEW.awaited]: [...KEEPERS, 'panel_reviewer', 'call_reviewer'],
      [REVIEW.bound]: [...KEEPERS, 'panel_reviewer'],
    },
  },
  review_drafts: {
    key: 'assignment_id',
    rows: { [REVIEW.given]: ['panel_reviewer'], [REVIEW.awaited]: ['call_reviewer'], [REVIEW.bound]: [] },
  },
  reviews: {
    key: 'assignment_id',
    rows: { [REVIEW.given]: ['panel_reviewer', 'commission', 'secretary'] },
  },
  review_pseudonyms: { key: 'application_id', rows: { [APPLICATION.ana]: [] } },
  issued_documents: { key: 'subject_id', rows: { [APPLICATION.ana]: PARTIES } },
  consents: { key: 'subject_id', rows: { [APPLICATION.ana]: PARTIES, [APPLICATION.draft]: ['boris'] } },
  transfers: { key: 'subject_id', rows: { [APPLICATION.ana]: PARTIES } },
  audit_entries: {
    key: "data ->> 'about'",
    rows: {
      ana: [...PARTIES, ...PROGRAMME],
      // Whatever somebody did themselves they see, and so does whoever it was done for.
      deputy: ['deputy', 'home_coordinator', ...PROGRAMME],
      sign_in: ['boris', ...PROGRAMME],
    },
  },
  identities: { key: 'subject', rows: { ana: ['ana'], boris: ['boris'] } },
  idempotency_keys: { key: 'key', rows: { ana: ['ana'], client: ['home_client'] } },
  mail_messages: { key: 'message_id', rows: { ana: ['ana'] } },
  outbox_events: { key: 'type', rows: { test: [] } },
  passkeys: { key: 'credential_id', rows: { ana: ['ana'] } },
  saved_filters: { key: 'name', rows: { overdue: ['home_coordinator'] } },
  officer_notes: {
    key: 'text',
    rows: {
      // What the home wrote before the file was with the host is between its own offices.
      before: PARTIES.filter(
        (name) => !['ana', 'home_client', 'host_coordinator', 'host_officer', 'secretary'].includes(name),
      ),
      after: PARTIES.filter((name) => !['ana', 'home_client'].includes(name)),
    },
  },
  // What is found of documents is the home side's and the applicant's; what came after is everybody's once it was accepted.
  application_documents: {
    key: 'requirement',
    rows: { passport: PARTIES_AT_HOME, transcript: PARTIES_AT_HOME },
  },
  application_supplements: {
    key: 'requirement',
    rows: { passport: PARTIES_AT_HOME, transcript: CONTENT },
  },
  application_likenesses: { key: 'application_id', rows: { [APPLICATION.ana]: [] } },
  // That two files are alike is told to whoever is with both.
  application_matches: {
    key: 'application_id',
    rows: { [APPLICATION.ana]: OFFICES_OF_BOTH, [APPLICATION.boris]: OFFICES_OF_BOTH },
  },
  duplicate_verdicts: { key: 'verdict', rows: { not_the_same: OFFICES_OF_BOTH } },
  application_reminders: { key: 'days_before', rows: { 7: [] } },
  // The lot is nobody's before a list is out; a list is everybody's then, and its reasons are of each alone.
  selection_seeds: { key: 'call_id', rows: { [CALLS.ana]: [] } },
  allocation_runs: { key: 'purpose', rows: { provisional: OF_CALL, dry: OF_CALL } },
  allocation_lists: { key: 'kind', rows: { provisional: PERSONAS, final: OF_CALL } },
  allocation_entries: { key: 'list_id', rows: { [LISTS.provisional]: ['ana'], [LISTS.final]: [] } },
  allocation_waits: { key: 'list_id', rows: { [LISTS.provisional]: [] } },
  partial_uploads: { key: 'requirement', rows: { passport: ['ana'] } },
  partial_upload_parts: { key: 'storage_key', rows: { ['b'.repeat(64)]: ['ana'] } },
  // An order is its institution's alone; the rank goes with the file, and never to whom it ranks.
  nomination_orders: { key: 'call_id', rows: { [CALLS.ana]: ['home_coordinator', 'deputy', 'home_client'] } },
  nomination_candidates: {
    key: 'application_id',
    rows: { [APPLICATION.ana]: CONTENT.filter((who) => who !== 'ana') },
  },
  thread_messages: {
    key: 'text',
    rows: {
      home: ['ana', ...OFFICES_AT_HOME],
      host: ['ana', ...OFFICES_AT_HOME, 'host_coordinator', 'host_officer', 'secretary'],
    },
  },
  thread_reads: { key: 'office', rows: { home: ['ana'] } },
  // Until it is sent an offer is its host's own.
  place_offers: {
    key: 'note',
    rows: {
      draft: ['host_coordinator'],
      submitted: ['host_coordinator', ...PROGRAMME],
    },
  },
  // An address is nobody's who could sign in.
  call_watches: { key: 'call_id', rows: { [CALLS.ana]: ['ana'], [CALLS.boris]: [] } },
  bulk_acts: { key: 'act', rows: { nominate: ['home_coordinator'] } },
  // Open to functions only, that know one session by its id.
  web_sessions: { key: 'sid', rows: { ana: [] } },
  passkey_challenges: { key: 'challenge', rows: { ana: ['ana'] } },
  signed_links: { key: 'purpose', rows: { letter: ['home_coordinator'] } },
  identity_providers: { key: 'key', rows: { far: PROGRAMME } },
  integration_clients: {
    key: 'id',
    rows: {
      [CLIENT.home_client]: ['administrator', 'home_officer', 'institution_administrator'],
      [CLIENT.other_client]: ['administrator', 'home_officer'],
      [CLIENT.revoked_client]: ['administrator', 'home_officer', 'institution_administrator'],
    },
  },
  conflict_declarations: {
    key: 'person_id',
    rows: {
      [person('tied_reviewer')]: ['tied_reviewer', 'administrator'],
      [person('call_reviewer')]: ['call_reviewer', 'administrator'],
      [person('home_coordinator')]: [
        'home_coordinator',
        'administrator',
        'home_officer',
        'institution_administrator',
      ],
    },
  },
  role_invitations: {
    key: 'email',
    rows: {
      'new@home.example': ['administrator', 'auditor', 'home_officer', 'institution_administrator'],
      'new@far.example': ['administrator', 'auditor', 'wrong_country'],
    },
  },
  role_proposals: {
    key: 'person_id',
    rows: { [person('nobody')]: ['nobody', 'administrator', 'home_officer', 'institution_administrator'] },
  },
};

/** Institutions whose roles somebody keeps, and the countries. */
const KEEPS: Readonly<Record<string, readonly string[]>> = {
  institution_administrator: ['home'],
  home_officer: ['home', 'other'],
  host_officer: ['host', 'otherHost'],
  wrong_country: ['far'],
};
const OFFICER_OF: Readonly<Record<string, string>> = {
  home_officer: 'RS',
  host_officer: 'RU',
  wrong_country: 'XX',
};

/** Who sees a grant: its holder, for whom it acts, who keeps the roles of its scope, whoever answers for them all. */
function seesGrant(persona: string, grant: Row): boolean {
  const kept = (KEEPS[persona] ?? []).map((name) => INSTITUTIONS[name as Institution]);
  return (
    PROGRAMME.includes(persona) ||
    // Whoever sits for a country of the call keeps its reviewers.
    (grant.call_id !== null && ['commission', 'secretary'].includes(persona)) ||
    [grant.person_id, grant.acting_for].includes(PERSON[persona] ?? 'nobody') ||
    kept.includes(String(grant.institution_id)) ||
    (grant.country !== null && grant.country === OFFICER_OF[persona])
  );
}

/** Who sees a person: themselves, the parties of their file, and whoever sees a role of theirs. */
function seesPerson(persona: string, name: string): boolean {
  return (
    persona === name ||
    (name === 'ana' && PARTIES.includes(persona)) ||
    (name === 'boris' && PARTIES_OF_BORIS.includes(persona)) ||
    (name === 'nobody' && ['administrator', 'home_officer', 'institution_administrator'].includes(persona)) ||
    grants.some((grant) => grant.person_id === person(name) && seesGrant(persona, grant))
  );
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  dataSource = await new DataSource({ type: 'postgres', url: testDatabase.appUrl }).initialize();
  database = new Database(dataSource);
  await seedPlaces();
  await seedPeople();
  await seedFiles();
  await seedTheRest();
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await owner.end();
  await testDatabase.drop();
});

async function seedPlaces(): Promise<void> {
  await insertRows(owner, 'countries', ['RS', 'RU', 'XX'].map(countryRow));
  await insertRows(
    owner,
    'institutions',
    Object.entries(INSTITUTIONS).map(([name, id]) => institutionRow(id, COUNTRY[name as Institution])),
  );
  await insertRows(
    owner,
    'institution_units',
    Object.values(UNITS).map((id) => ({
      id,
      institution_id: INSTITUTIONS.home,
      name: {},
      created_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'agreements', [agreementRow(AGREEMENT, ['RS', 'RU'])]);
  await insertCalls(
    owner,
    Object.values(CALLS).map((id) => callRow(id, AGREEMENT)),
  );
  await insertRows(
    owner,
    'call_directions',
    Object.values(CALLS).map((id) => ({ call_id: id, home_country: 'RS', host_country: 'RU' })),
  );
  await insertRows(
    owner,
    'review_panels',
    Object.values(PANELS).map((id) => ({ id, call_id: CALLS.ana, name: {}, created_at: LONG_AGO })),
  );
  await insertRows(
    owner,
    'call_places',
    Object.values(CALLS).map((id) => ({
      id,
      call_id: id,
      institution_id: INSTITUTIONS.host,
      field_code: '0613',
      language: 'en',
      language_level: 'B1',
      months: 5,
      capacity: 3,
    })),
  );
}

async function seedPeople(): Promise<void> {
  await insertRows(
    owner,
    'persons',
    Object.entries(PERSON).map(([name, id]) => ({
      ...personRow(id, 'RS'),
      home_institution_id: BELONGS[name] ? INSTITUTIONS[BELONGS[name]] : null,
    })),
  );
  for (const [name, held] of Object.entries(GRANTS)) {
    grants.push(...held.map(([role, scope]) => grantRow(person(name), role, scope)));
  }
  await insertRows(owner, 'role_grants', grants);
  const deputies = [
    ['deputy', 'home_coordinator'],
    ['deputy_of_revoked', 'revoked'],
  ].map(([deputy = '', principal = '']) =>
    grantRow(person(deputy), 'coordinator', {
      institution_id: INSTITUTIONS.home,
      deputy_of: grants.find((grant) => grant.person_id === person(principal))?.id,
      acting_for: person(principal),
      valid_until: AFTER,
    }),
  );
  await insertRows(owner, 'role_grants', deputies);
  grants.push(...deputies);
  await insertRows(
    owner,
    'integration_clients',
    Object.entries(CLIENT).map(([name, id]) => ({
      id,
      institution_id: INSTITUTIONS[name === 'other_client' ? 'other' : 'home'],
      name,
      issuer: 'https://issuer.example',
      subject: name,
      scopes: ['applications:read'],
      reason: 'test',
      granted_by: person('nobody'),
      created_at: LONG_AGO,
      ...(name === 'revoked_client'
        ? { revoked_at: LONG_AGO, revoked_by: person('nobody'), revoke_reason: 'test' }
        : { revoked_at: null, revoked_by: null, revoke_reason: null }),
    })),
  );
}

async function seedFiles(): Promise<void> {
  const common = { form_version: 1, home_country: 'RS', state_since: LONG_AGO, created_at: LONG_AGO };
  const sent = { host_country: 'RU', submissions: 1, submitted_at: LONG_AGO, transferred_at: LONG_AGO };
  const unsent = { host_country: null, submissions: 0, submitted_at: null, transferred_at: null };
  await insertRows(owner, 'applications', [
    {
      ...common,
      ...sent,
      id: APPLICATION.ana,
      call_id: CALLS.ana,
      applicant_id: person('ana'),
      home_institution_id: INSTITUTIONS.home,
      home_unit_id: UNITS.mine,
      host_institution_id: INSTITUTIONS.host,
      panel_id: PANELS.ana,
      state: 'in_review',
      number: 'RS-2027-000001',
      independent_assessment: true,
      language: 'sr-Cyrl',
    },
    {
      ...common,
      ...sent,
      id: APPLICATION.boris,
      call_id: CALLS.boris,
      applicant_id: person('boris'),
      home_institution_id: INSTITUTIONS.other,
      home_unit_id: null,
      host_institution_id: INSTITUTIONS.otherHost,
      panel_id: null,
      // Of the call that somebody reviews, but not in assessment.
      state: 'eligible',
      number: 'RS-2027-000002',
      independent_assessment: false,
      language: 'sr-Cyrl',
    },
    {
      ...common,
      ...unsent,
      id: APPLICATION.draft,
      call_id: CALLS.ana,
      applicant_id: person('boris'),
      // Not even the institution that is already written down knows of a draft.
      home_institution_id: INSTITUTIONS.home,
      home_unit_id: UNITS.mine,
      host_institution_id: null,
      panel_id: PANELS.ana,
      state: 'draft',
      number: null,
      independent_assessment: true,
      language: 'sr-Cyrl',
    },
  ]);
  await insertRows(
    owner,
    'application_sections',
    Object.values(APPLICATION).map((id) => ({
      application_id: id,
      section: 'person',
      answers: {},
      revision: 1,
      saved_at: LONG_AGO,
    })),
  );
  const submitted = [
    [APPLICATION.ana, CALLS.ana],
    [APPLICATION.boris, CALLS.boris],
  ];
  await insertRows(
    owner,
    'application_choices',
    submitted.map(([id, place]) => ({ application_id: id, rank: 1, place_id: place })),
  );
  await insertRows(
    owner,
    'application_submissions',
    submitted.map(([id]) => ({
      id: newId(),
      application_id: id,
      ordinal: 1,
      at: LONG_AGO,
      language: 'sr-Cyrl',
      form_version: 1,
      content: {},
      content_hash: 'x',
    })),
  );
  await insertRows(
    owner,
    'nominations',
    Object.entries(NOMINATION).map(([name, id]) => ({
      id,
      application_id: APPLICATION.ana,
      place_id: CALLS.ana,
      person_id: person('ana'),
      home_institution_id: INSTITUTIONS.home,
      host_institution_id: INSTITUTIONS[name === 'ana' ? 'host' : 'otherHost'],
      state: name === 'ana' ? 'host_accepted' : 'rejected',
      state_since: LONG_AGO,
      proposed_by: person('home_coordinator'),
      answered_by: person('host_coordinator'),
      reason_code: 'other',
      reason_text: 'test',
      created_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'decisions', [
    ...Object.entries(DECISION).map(([name, id]) => ({
      id,
      subject_kind: name === 'ana' ? 'application' : 'call',
      subject_id: name === 'ana' ? APPLICATION.ana : CALLS.ana,
      subject_hash: 'x',
      home_country: 'RS',
      host_country: 'RU',
      preparers: [],
      opened_at: LONG_AGO,
    })),
  ]);
  await insertRows(
    owner,
    'decision_sides',
    Object.values(DECISION).flatMap((id) =>
      [
        ['RS', 'home'],
        ['RU', 'host'],
      ].map(([code, side]) => ({
        decision_id: id,
        country: code,
        side,
        state: 'pending',
        state_since: LONG_AGO,
        due_at: AFTER,
      })),
    ),
  );
}

/** A confidential letter and an open one that were handed in, and one that is being written. */
async function seedReviews(): Promise<void> {
  await owner.query("update review_panels set phase = 'reviewing' where id = $1", [PANELS.ana]);
  await insertRows(
    owner,
    'review_members',
    SEATED.map((name) => ({
      panel_id: PANELS.ana,
      person_id: person(name),
      lead: name === 'panel_reviewer',
      added_at: LONG_AGO,
    })),
  );
  await insertRows(
    owner,
    'review_assignments',
    (
      [
        ['given', 'panel_reviewer', 'submitted'],
        ['awaited', 'call_reviewer', 'accepted'],
        ['bound', 'reviewer_of_home', 'assigned'],
      ] as const
    ).map(([name, reviewer, state]) => ({
      id: REVIEW[name],
      panel_id: PANELS.ana,
      application_id: APPLICATION.ana,
      reviewer_id: person(reviewer),
      state,
      state_since: LONG_AGO,
      assigned_at: LONG_AGO,
      due_at: AFTER,
    })),
  );
  await insertRows(
    owner,
    'review_drafts',
    Object.values(REVIEW).map((id) => ({
      assignment_id: id,
      content: {},
      revision: 1,
      saved_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'reviews', [
    {
      assignment_id: REVIEW.given,
      version: 1,
      content: {},
      points: 1,
      recommendation: 'support',
      language: 'en',
      submitted_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'review_pseudonyms', [
    { application_id: APPLICATION.ana, call_id: CALLS.ana, number: 1 },
  ]);
}

async function seedLetters(): Promise<void> {
  const letters = [
    { id: LETTER.confidential, link: LINK.referee, state: 'received', confidential: true },
    { id: LETTER.open, link: LINK.open, state: 'received', confidential: false },
    { id: LETTER.awaited, link: LINK.awaited, state: 'opened', confidential: false },
  ];
  await insertRows(
    owner,
    'signed_links',
    letters.map(({ id, link }) => ({
      id: link,
      purpose: 'letter_of_reference',
      subject_kind: 'reference',
      subject_id: id,
      created_at: LONG_AGO,
      expires_at: AFTER,
    })),
  );
  await insertRows(
    owner,
    'reference_requests',
    letters.map(({ id, link, state, confidential }) => ({
      id,
      application_id: APPLICATION.ana,
      state,
      state_since: LONG_AGO,
      name: 'Milena',
      email: `${id}@example.org`,
      email_key: `${id}@example.org`,
      relation: 'teacher',
      language: 'en',
      confidential,
      due_at: AFTER,
      link_id: link,
      created_at: LONG_AGO,
    })),
  );
  await insertRows(
    owner,
    'reference_letters',
    letters.map(({ id, state }) => ({
      reference_id: id,
      body: 'x',
      capacity: 'teacher',
      known_for: 'over_5',
      revision: 1,
      saved_at: LONG_AGO,
      language: 'en',
      submitted_at: state === 'received' ? LONG_AGO : null,
      content_hash: state === 'received' ? 'a'.repeat(64) : null,
    })),
  );
  await insertRows(
    owner,
    'uploads',
    letters
      .filter(({ id }) => id !== LETTER.open)
      .map(({ id, link }) => ({
        id: newId(),
        subject_kind: 'reference',
        subject_id: id,
        link_id: link,
        requirement: 'letter',
        version: 1,
        file_name: 'a.pdf',
        media_type: 'application/pdf',
        size_bytes: 1,
        sha256: 'a'.repeat(64),
        storage_key: 'x',
        scan: 'clean',
        uploaded_at: LONG_AGO,
      })),
  );
}

function declared(who: string, about: string, application: Id): Row {
  return {
    id: newId(),
    person_id: person(who),
    about_id: person(about),
    kind: 'family',
    application_id: application,
    declared_at: LONG_AGO,
    lifted_at: null,
    lifted_by: null,
    lift_reason: null,
  };
}

async function seedTheRest(): Promise<void> {
  await seedLetters();
  await seedReviews();
  await insertRows(owner, 'conflict_declarations', [
    declared('tied_reviewer', 'ana', APPLICATION.ana),
    declared('home_coordinator', 'boris', APPLICATION.boris),
    // One that was lifted binds nobody.
    {
      ...declared('call_reviewer', 'ana', APPLICATION.ana),
      lifted_at: LONG_AGO,
      lifted_by: person('administrator'),
      lift_reason: 'test',
    },
  ]);
  const subject = (id: Id) => ({ subject_kind: 'application', subject_id: id });
  const files = [
    { ...subject(APPLICATION.ana), owner_id: person('ana') },
    { ...subject(APPLICATION.draft), owner_id: person('boris') },
  ];
  await insertRows(
    owner,
    'uploads',
    files.map((file) => ({
      id: newId(),
      ...file,
      requirement: 'passport_copy',
      version: 1,
      file_name: 'a.pdf',
      media_type: 'application/pdf',
      size_bytes: 1,
      sha256: 'a'.repeat(64),
      storage_key: 'x',
      scan: 'clean',
      uploaded_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'issued_documents', [
    {
      id: newId(),
      kind: 'award_letter',
      number: 'MOST-1',
      check_code: 'x',
      ...subject(APPLICATION.ana),
      holder_id: person('ana'),
      verification: {},
      content: {},
      issued_at: LONG_AGO,
    },
  ]);
  await insertRows(
    owner,
    'consents',
    files.map(({ owner_id: person_id, ...about }) => ({
      id: newId(),
      person_id,
      ...about,
      purpose: 'processing',
      text_version: '1',
      text_hash: 'x',
      language: 'sr-Cyrl',
      given_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'transfers', [
    {
      id: newId(),
      person_id: person('ana'),
      ...subject(APPLICATION.ana),
      from_country: 'RS',
      to_country: 'RU',
      recipient_institution_id: INSTITUTIONS.host,
      purpose: 'nomination',
      legal_basis: 'consent',
      fields: ['person'],
      act: 'nomination.sent',
      at: LONG_AGO,
    },
  ]);
  const entry = { at: LONG_AGO, actor_kind: 'person', request_id: 'test' };
  await insertRows(owner, 'audit_entries', [
    {
      ...entry,
      ...subject(APPLICATION.ana),
      actor_id: person('ana'),
      acting_for: null,
      action: 'application.submit',
      data: { about: 'ana' },
    },
    {
      ...entry,
      subject_kind: 'person',
      subject_id: 'x',
      actor_id: person('deputy'),
      acting_for: person('home_coordinator'),
      action: 'person.test',
      data: { about: 'deputy' },
    },
    {
      ...entry,
      subject_kind: 'person',
      subject_id: person('boris'),
      actor_id: person('boris'),
      acting_for: null,
      action: 'person.signed_in',
      data: { about: 'sign_in' },
    },
  ]);
  await insertRows(
    owner,
    'identities',
    ['ana', 'boris'].map((name) => ({
      issuer: 'https://issuer.example',
      subject: name,
      person_id: person(name),
      provider_key: 'rs',
      created_at: LONG_AGO,
      last_sign_in_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'idempotency_keys', [
    { actor_id: person('ana'), key: 'ana', method_path: 'x', body_hash: 'x', created_at: LONG_AGO },
    { actor_id: CLIENT.home_client, key: 'client', method_path: 'x', body_hash: 'x', created_at: LONG_AGO },
  ]);
  await insertRows(owner, 'outbox_events', [
    { at: LONG_AGO, type: 'test', subject_kind: 'person', subject_id: 'x', payload: {}, request_id: 'test' },
  ]);
  await owner.query(
    `insert into mail_messages (id, event_id, person_id, address, language, template, data, message_id, state, queued_at)
     select $1, id, $2, 'ana@example.org', 'sr-Cyrl', 'x', '{}', 'ana', 'queued', now() from outbox_events`,
    [newId(), person('ana')],
  );
  await owner.query(
    `insert into passkeys (id, person_id, credential_id, public_key, counter, synced, label, created_at)
     values ($1, $2, 'ana', '\\x00', 0, false, 'test', now())`,
    [newId(), person('ana')],
  );
  await insertRows(owner, 'passkey_challenges', [
    { challenge: 'ana', person_id: person('ana'), session_hash: 'x', purpose: 'enrol', expires_at: AFTER },
  ]);
  await insertRows(owner, 'saved_filters', [
    {
      id: newId(),
      person_id: person('home_coordinator'),
      name: 'overdue',
      query: 'waits=all&overdue=yes',
      position: 1,
      is_default: false,
      created_at: LONG_AGO,
    },
  ]);
  await insertRows(
    owner,
    'officer_notes',
    [
      ['before', '1999-01-01T00:00:00Z'],
      ['after', AFTER],
    ].map(([text, written]) => ({
      id: newId(),
      application_id: APPLICATION.ana,
      author_id: person('home_coordinator'),
      text,
      written_at: written,
    })),
  );
  const later = { passport: newId(), transcript: newId() };
  await insertRows(
    owner,
    'uploads',
    Object.entries(later).map(([requirement, id]) => ({
      id,
      ...subject(APPLICATION.draft),
      requirement: `later_${requirement}`,
      owner_id: person('boris'),
      version: 1,
      file_name: 'b.pdf',
      media_type: 'application/pdf',
      size_bytes: 1,
      sha256: 'b'.repeat(64),
      storage_key: id,
      scan: 'clean',
      uploaded_at: LONG_AGO,
    })),
  );
  await insertRows(
    owner,
    'application_documents',
    ['passport', 'transcript'].map((requirement) => ({
      application_id: APPLICATION.ana,
      requirement,
      state: 'uploaded',
      state_since: LONG_AGO,
    })),
  );
  await insertRows(
    owner,
    'application_supplements',
    Object.entries(later).map(([requirement, upload]) => ({
      id: newId(),
      application_id: APPLICATION.ana,
      requirement,
      upload_id: upload,
      sha256: 'b'.repeat(64),
      given_by: person('ana'),
      given_at: LONG_AGO,
      accepted_at: requirement === 'transcript' ? LONG_AGO : null,
      accepted_by: requirement === 'transcript' ? person('home_coordinator') : null,
    })),
  );
  await insertRows(owner, 'selection_seeds', [
    {
      call_id: CALLS.ana,
      seed: '0'.repeat(64),
      seed_hash: createHash('sha256').update('0'.repeat(64)).digest('hex'),
      committed_at: LONG_AGO,
      revealed_at: LONG_AGO,
    },
  ]);
  for (const [index, kind] of (['provisional', 'final'] as const).entries()) {
    const run = {
      call_id: CALLS.ana,
      trial: false,
      rule: 'x',
      seed: 'x',
      input: {},
      input_hash: 'x',
      standings: [],
      output: [],
      output_hash: '0'.repeat(64),
      ran_at: LONG_AGO,
    };
    const runId = newId();
    await insertRows(owner, 'allocation_runs', [
      { ...run, id: runId, number: index + 1, purpose: kind === 'final' ? 'dry' : kind },
    ]);
    const out = kind === 'provisional';
    await insertRows(owner, 'allocation_lists', [
      {
        id: LISTS[kind],
        call_id: CALLS.ana,
        kind,
        number: 1,
        run_id: runId,
        content: {},
        content_hash: '0'.repeat(64),
        made_at: LONG_AGO,
        // A final list is before both countries first.
        published_at: out ? LONG_AGO : null,
        objections_until: out ? NOW : null,
      },
    ]);
    await insertRows(owner, 'allocation_entries', [
      {
        list_id: LISTS[kind],
        application_id: APPLICATION.ana,
        result: 'not_selected',
        explanation: [],
        waits: [],
      },
    ]);
  }
  await owner.query(
    `insert into allocation_waits (list_id, place_id, number, application_id)
     select $1, id, 1, $2 from call_places limit 1`,
    [LISTS.provisional, APPLICATION.ana],
  );
  await insertRows(owner, 'application_likenesses', [
    { application_id: APPLICATION.ana, kind: 'mail', value: 'a'.repeat(64) },
  ]);
  const alike = { kinds: ['mail'], found_at: LONG_AGO, settled: true };
  await insertRows(owner, 'application_matches', [
    { application_id: APPLICATION.ana, other_id: APPLICATION.boris, ...alike },
    { application_id: APPLICATION.boris, other_id: APPLICATION.ana, ...alike },
  ]);
  const [first = '', second = ''] = [person('ana'), person('boris')].toSorted();
  await insertRows(owner, 'duplicate_verdicts', [
    {
      id: newId(),
      first_id: first,
      second_id: second,
      verdict: 'not_the_same',
      kinds: ['mail'],
      reason: 'test',
      first_application_id: first === person('ana') ? APPLICATION.ana : APPLICATION.boris,
      second_application_id: first === person('ana') ? APPLICATION.boris : APPLICATION.ana,
      settled_by: person('home_officer'),
      settled_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'application_reminders', [
    { application_id: APPLICATION.ana, due_at: LONG_AGO, days_before: 7, reminded_at: LONG_AGO },
  ]);
  const partial = newId();
  await insertRows(owner, 'partial_uploads', [
    {
      id: partial,
      owner_id: person('ana'),
      ...subject(APPLICATION.ana),
      requirement: 'passport',
      file_name: 'a.pdf',
      length: 10,
      created_at: LONG_AGO,
      expires_at: AFTER,
    },
  ]);
  await insertRows(owner, 'partial_upload_parts', [
    { partial_id: partial, start: 0, length: 1, storage_key: 'b'.repeat(64), sha256: 'b'.repeat(64) },
  ]);
  const order = { call_id: CALLS.ana, institution_id: INSTITUTIONS.home };
  await insertRows(owner, 'nomination_orders', [
    { ...order, version: 1, changed_by: person('home_coordinator'), changed_at: LONG_AGO },
  ]);
  await insertRows(owner, 'nomination_candidates', [
    { ...order, application_id: APPLICATION.ana, list: 'nominees', position: 1 },
  ]);
  await insertRows(
    owner,
    'thread_messages',
    (['home', 'host'] as const).map((office) => ({
      id: newId(),
      application_id: APPLICATION.ana,
      office,
      institution_id: INSTITUTIONS[office],
      author_id: person('ana'),
      written_by: 'applicant',
      text: office,
      written_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'thread_reads', [
    { application_id: APPLICATION.ana, person_id: person('ana'), office: 'home', read_until: LONG_AGO },
  ]);
  await insertRows(
    owner,
    'place_offers',
    ['draft', 'submitted'].map((state) => ({
      id: newId(),
      call_id: CALLS.ana,
      ...at('host'),
      state,
      state_since: LONG_AGO,
      content: {},
      note: state,
      prepared_by: person('host_coordinator'),
      submitted_at: state === 'submitted' ? LONG_AGO : null,
      created_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'bulk_acts', [
    {
      id: newId(),
      person_id: person('home_coordinator'),
      act: 'nominate',
      application_ids: [APPLICATION.ana],
      created_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'web_sessions', [{ sid: 'ana', sess: {}, expire: AFTER }]);
  await insertRows(owner, 'signed_links', [
    {
      id: newId(),
      purpose: 'letter',
      ...subject(APPLICATION.ana),
      created_by: person('home_coordinator'),
      created_at: LONG_AGO,
      expires_at: AFTER,
    },
  ]);
  const watched = { ana: newId(), boris: newId() };
  await insertRows(
    owner,
    'signed_links',
    Object.values(watched).map((id) => ({
      id,
      purpose: 'call_watch',
      subject_kind: 'call_watch',
      subject_id: id,
      created_at: LONG_AGO,
      expires_at: AFTER,
    })),
  );
  await insertRows(owner, 'call_watches', [
    {
      id: watched.ana,
      call_id: CALLS.ana,
      person_id: person('ana'),
      email: null,
      email_key: null,
      language: null,
      link_id: watched.ana,
      asked_at: LONG_AGO,
      confirmed_at: LONG_AGO,
    },
    {
      id: watched.boris,
      call_id: CALLS.boris,
      email: 'a@example.org',
      email_key: 'a@example.org',
      language: 'en',
      link_id: watched.boris,
      asked_at: LONG_AGO,
      confirmed_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'identity_providers', [
    {
      id: newId(),
      key: 'far',
      country: 'XX',
      entry: {},
      reason: 'test',
      proposed_by: person('administrator'),
      proposed_at: LONG_AGO,
    },
  ]);
  await insertRows(
    owner,
    'role_invitations',
    (['home', 'far'] as const).map((institution) => ({
      id: newId(),
      email: `new@${institution}.example`,
      language: 'sr-Cyrl',
      role: 'coordinator',
      institution_id: INSTITUTIONS[institution],
      reason: 'test',
      valid_from: LONG_AGO,
      invited_by: person('administrator'),
      created_at: LONG_AGO,
      expires_at: AFTER,
    })),
  );
  await insertRows(owner, 'role_proposals', [
    {
      id: newId(),
      person_id: person('nobody'),
      role: 'coordinator',
      institution_id: INSTITUTIONS.home,
      provider_key: 'rs',
      claim: 'staff@home.example',
      proposed_at: LONG_AGO,
    },
  ]);
}

/** As sign-in would make them. */
async function actorOf(persona: string): Promise<Actor> {
  if (persona === 'anonymous') return ANONYMOUS;
  if (persona === 'referee') return { ...ANONYMOUS, kind: 'link', agentId: LINK.referee };
  const agentId = CLIENT[persona as Client];
  if (agentId) return { ...ANONYMOUS, kind: 'client', agentId, scopes: ['applications:read'] };
  const found = await database.read(systemContext(clock), (ctx) =>
    new People().withGrants(ctx, person(persona)),
  );
  if (!found) throw new Error(`nobody is ${persona}`);
  const { name, grants: held, ties } = found;
  const secondFactor = persona !== 'no_second_factor';
  return { kind: 'person', personId: person(persona), name, grants: held, ties, secondFactor, scopes: null };
}

async function as<T>(
  persona: string,
  work: (query: (sql: string) => Promise<Row[]>) => Promise<T>,
): Promise<T> {
  const actor = await actorOf(persona);
  return database.transaction({ ...systemContext(clock), actor }, (ctx) =>
    work((sql) => ctx.tx.query<Row[]>(sql)),
  );
}

/** Keys of the rows that come back; a table that may not be asked at all gives none. */
async function keysSeen(persona: string, table: string, key: string): Promise<string[]> {
  try {
    return await as(persona, async (query) => {
      const rows = await query(`select distinct ${key} as key from ${table}`);
      return rows.map((row) => String(row.key)).sort();
    });
  } catch (error) {
    if (sqlState(error) === REFUSED) return [];
    throw error;
  }
}

async function personalTables(): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_description d on d.objoid = c.oid and d.objsubid = 0
     where c.relkind in ('r', 'p') and d.description = 'personal' order by 1`,
  );
  return rows.map(({ name }) => name);
}

describe('the second wall alone', () => {
  it('stands around every table with personal data, and this test knows each of them', async () => {
    const tables = await personalTables();
    expect(tables).toEqual([...Object.keys(EXPECTED), 'persons', 'role_grants'].sort());
    const { rows } = await owner.query(
      `select relname from pg_class where relname = any ($1) and not (relrowsecurity and relforcerowsecurity)`,
      [tables],
    );
    expect(rows).toEqual([]);
    for (const table of tables) {
      const { rows: counted } = await owner.query<{ count: number }>(
        `select count(*)::integer as count from ${table}`,
      );
      // Of an empty table nobody sees anything, which would prove nothing.
      expect({ table, empty: counted[0]?.count === 0 }).toEqual({ table, empty: false });
    }
  });

  it('binds every table that names a person or an application, unless it says why not', async () => {
    const { rows } = await owner.query<{ table: string }>(
      `select distinct c.table_name as table from information_schema.columns c
       join pg_class r on r.relname = c.table_name and r.relkind = 'r' and r.relnamespace = 'public'::regnamespace
       where c.table_schema = 'public' and not r.relrowsecurity
         and c.column_name in ('person_id', 'applicant_id', 'holder_id', 'owner_id', 'application_id', 'email')`,
    );
    expect(rows.map(({ table }) => table)).toEqual([]);
  });

  it.each(PERSONAS)('shows %s no row of another', async (persona) => {
    for (const [table, { key, rows }] of Object.entries(EXPECTED)) {
      const expected = Object.entries(rows).flatMap(([row, seenBy]) =>
        seenBy.includes(persona) ? [row] : [],
      );
      const seen = await keysSeen(persona, table, key);
      expect({ table, seen }).toEqual({ table, seen: expected.sort() });
    }
    const seenGrants = grants.filter((grant) => seesGrant(persona, grant)).map(({ id }) => String(id));
    expect(await keysSeen(persona, 'role_grants', 'id')).toEqual(seenGrants.sort());
    const seenPeople = Object.keys(GRANTS).filter((name) => seesPerson(persona, name));
    expect(await keysSeen(persona, 'persons', 'id')).toEqual(seenPeople.map(person).sort());
  });

  it('does not believe the application about roles', async () => {
    const forged: Grant[] = (['ministry_officer', 'commission_member'] as const).map((role) => ({
      role,
      institutionId: null,
      country: 'RS',
    }));
    const actor: Actor = { ...(await actorOf('nobody')), grants: forged };
    const seen = await database.read({ ...systemContext(clock), actor }, (ctx) =>
      ctx.tx.query<Row[]>('select id from applications'),
    );
    expect(seen).toEqual([]);
  });

  it('opens at the very instant at which a grant begins and closes at that of its end', async () => {
    const count = async (persona: string, instant: string) => {
      const actor = await actorOf(persona);
      const rows = await database.read(
        { ...systemContext(new SettableClock(new Date(instant))), actor },
        (ctx) => ctx.tx.query<Row[]>('select id from applications'),
      );
      return rows.length;
    };
    expect(await count('expired', '2027-03-01T11:59:59.999Z')).toBe(1);
    expect(await count('expired', '2027-03-01T12:00:00.000Z')).toBe(0);
    expect(await count('not_yet', '2027-12-30T23:59:59.999Z')).toBe(0);
    expect(await count('not_yet', AFTER)).toBe(1);
    // The deputy's grant ends with the one that it stands on.
    expect(await count('deputy', '2027-12-30T23:59:59.999Z')).toBe(1);
    expect(await count('deputy', AFTER)).toBe(0);
  });
});

describe('the second wall against writing', () => {
  /** SQLSTATE of the refusal, or how many rows the statement touched. */
  const attempt = async (persona: string, sql: string): Promise<string | number> => {
    try {
      return await as(persona, async (query) => {
        // An update answers with its rows and their count.
        const result = (await query(sql)) as unknown as [Row[], number] | Row[];
        const count = typeof result[1] === 'number' ? result[1] : result.length;
        // Nothing of this remains for the other tests.
        throw Object.assign(new Error('undone'), { count });
      });
    } catch (error) {
      if (error instanceof Error && 'count' in error) return Number(error.count);
      return sqlState(error) ?? String(error);
    }
  };

  it('lets nobody but the person change a consent', async () => {
    const update = `update consents set withdrawn_at = '2027-03-01' where subject_id = '${APPLICATION.ana}'`;
    for (const persona of [
      'home_coordinator',
      'host_coordinator',
      'home_officer',
      'support',
      'administrator',
    ]) {
      expect({ persona, touched: await attempt(persona, update) }).toEqual({ persona, touched: 0 });
    }
    expect(await attempt('ana', update)).toBe(1);
    const give = (
      id: Id,
    ) => `insert into consents (id, person_id, purpose, subject_kind, subject_id, text_version, text_hash,
      language, given_at) values ('${newId()}', '${id}', 'other', 'application', '${APPLICATION.ana}', '1', 'x', 'en', now())
      returning id`;
    expect(await attempt('home_coordinator', give(person('ana')))).toBe(REFUSED);
    expect(await attempt('ana', give(person('ana')))).toBe(1);
  });

  it('lets nobody give a role to themselves, outside their scope, or in another’s name', async () => {
    const give = (to: string, by: string, institution: Institution) =>
      `insert into role_grants (id, person_id, role, institution_id, reason, valid_from, granted_by)
       values ('${newId()}', '${person(to)}', 'coordinator', '${INSTITUTIONS[institution]}', 'test', now(), '${person(by)}')
       returning id`;
    const attempts = {
      self: await attempt(
        'institution_administrator',
        give('institution_administrator', 'administrator', 'home'),
      ),
      own_name: await attempt('nobody', give('nobody', 'home_coordinator', 'home')),
      wrong_institution: await attempt(
        'institution_administrator',
        give('nobody', 'institution_administrator', 'far'),
      ),
      wrong_country: await attempt('wrong_country', give('nobody', 'wrong_country', 'home')),
      coordinator: await attempt('home_coordinator', give('nobody', 'home_coordinator', 'home')),
      anothers_name: await attempt('institution_administrator', give('nobody', 'administrator', 'home')),
      support: await attempt('support', give('nobody', 'support', 'home')),
      applicant: await attempt('ana', give('nobody', 'ana', 'home')),
      allowed: await attempt(
        'institution_administrator',
        give('nobody', 'institution_administrator', 'home'),
      ),
    };
    expect(attempts).toEqual({
      ...Object.fromEntries(Object.keys(attempts).map((name) => [name, REFUSED])),
      allowed: 1,
    });
    // What a grant says is never rewritten, not even by who gave it.
    expect(await attempt('administrator', 'update role_grants set valid_until = null')).toBe(REFUSED);
    expect(await attempt('administrator', 'delete from role_grants')).toBe(REFUSED);
  });

  it('lets nobody confirm, bring back or settle a role but in their own name', async () => {
    const set = (who: string, values: string) =>
      `update role_grants set ${values} where person_id = '${person(who)}'`;
    const confirmedBy = (who: string) => `confirmed_at = now(), confirmed_by = '${person(who)}'`;
    const revokedBy = (who: string) => `revoked_at = now(), revoked_by = '${person(who)}'`;
    const settledBy = (who: string) =>
      `update role_proposals set settled_at = now(), settled_by = '${person(who)}'`;
    const withdrawnBy = (who: string) =>
      `update role_invitations set withdrawn_at = now(), withdrawn_by = '${person(who)}'
       where email = 'new@home.example'`;
    expect(await attempt('unconfirmed', set('unconfirmed', confirmedBy('administrator')))).toBe(REFUSED);
    expect(await attempt('administrator', set('unconfirmed', confirmedBy('auditor')))).toBe(REFUSED);
    expect(await attempt('administrator', set('unconfirmed', confirmedBy('administrator')))).toBe(1);
    expect(await attempt('revoked', set('revoked', 'revoked_at = null'))).toBe(REFUSED);
    expect(await attempt('home_officer', set('signatory', revokedBy('host_officer')))).toBe(REFUSED);
    expect(await attempt('home_officer', set('signatory', revokedBy('home_officer')))).toBe(1);
    expect(await attempt('signatory', set('signatory', revokedBy('signatory')))).toBe(1);
    expect(await attempt('nobody', settledBy('home_officer'))).toBe(REFUSED);
    expect(await attempt('home_officer', settledBy('home_officer'))).toBe(1);
    expect(await attempt('institution_administrator', withdrawnBy('home_officer'))).toBe(REFUSED);
    expect(await attempt('institution_administrator', withdrawnBy('institution_administrator'))).toBe(1);
    const propose = `insert into role_proposals (id, person_id, role, institution_id, provider_key, claim, proposed_at)
      values ('${newId()}', '${person('nobody')}', 'signatory', '${INSTITUTIONS.home}', 'rs', 'x', now()) returning id`;
    expect(await attempt('nobody', propose)).toBe(REFUSED);
  });

  it('lets nobody but the person change what is known of them', async () => {
    const move = `update persons set email = 'thief@example.org' where id = '${person('ana')}'`;
    for (const persona of [
      'home_coordinator',
      'home_officer',
      'host_officer',
      'administrator',
      'home_client',
    ]) {
      expect({ persona, touched: await attempt(persona, move) }).toEqual({ persona, touched: 0 });
    }
    expect(await attempt('ana', move)).toBe(1);
    const forget = `delete from persons where id = '${person('nobody')}'`;
    expect(await attempt('home_officer', forget)).toBe(0);
    expect(await attempt('nobody', forget)).toBe(0);
  });

  it('lets nobody write in the record in another’s name, or change what it says', async () => {
    const write = (id: Id, kind = 'person') =>
      `insert into audit_entries (at, actor_kind, actor_id, action, subject_kind, subject_id, request_id)
       values (now(), '${kind}', '${id}', 'person.test', 'person', 'x', 'test')`;
    expect(await attempt('home_officer', write(person('host_officer')))).toBe(REFUSED);
    expect(await attempt('home_client', write(CLIENT.other_client, 'client'))).toBe(REFUSED);
    expect(await attempt('administrator', 'update audit_entries set action = action')).toBe(REFUSED);
    expect(await attempt('administrator', 'delete from audit_entries')).toBe(REFUSED);
    expect(await attempt('home_officer', write(person('home_officer')))).toBe(0);
  });

  it('lets nobody change a file that is not theirs to see', async () => {
    for (const persona of [
      'boris',
      'wrong_institution',
      'wrong_country',
      'revoked',
      'auditor',
      'anonymous',
    ]) {
      for (const table of ['applications set version = 9', 'application_sections set revision = 9']) {
        const [name = ''] = table.split(' ');
        const column = name === 'applications' ? 'id' : 'application_id';
        const sql = `update ${table} where ${column} = '${APPLICATION.ana}'`;
        expect({ persona, table, touched: await attempt(persona, sql) }).toEqual({
          persona,
          table,
          touched: 0,
        });
      }
    }
  });

  it('lets nobody write a letter but the holder of its link, and nobody change one that was handed in', async () => {
    const words = (id: Id) => `update reference_letters set body = 'other' where reference_id = '${id}'`;
    const begin = (id: Id) =>
      `insert into reference_letters (reference_id, body, revision, saved_at, language)
       values ('${id}', 'x', 1, now(), 'en') returning reference_id`;
    for (const persona of [...PERSONAS, 'referee']) {
      for (const id of Object.values(LETTER)) {
        expect({ persona, touched: await attempt(persona, words(id)) }).toEqual({ persona, touched: 0 });
      }
    }
    await owner.query(
      `update reference_letters set submitted_at = null, content_hash = null where reference_id = $1`,
      [LETTER.confidential],
    );
    expect(await attempt('referee', words(LETTER.confidential))).toBe(1);
    expect(await attempt('ana', words(LETTER.confidential))).toBe(0);
    await owner.query(
      'update reference_letters set submitted_at = $2, content_hash = $3 where reference_id = $1',
      [LETTER.confidential, LONG_AGO, 'a'.repeat(64)],
    );
    for (const persona of ['ana', 'home_coordinator', 'administrator', 'referee', 'anonymous']) {
      expect({ persona, touched: await attempt(persona, begin(LETTER.awaited)) }).toEqual({
        persona,
        touched: REFUSED,
      });
    }
    // What was promised to the referee is not taken back, by whoever asked for the letter least of all.
    const promise = `update reference_requests set confidential = false where id = '${LETTER.confidential}'`;
    for (const persona of ['ana', 'home_coordinator', 'referee']) {
      expect({ persona, touched: await attempt(persona, promise) }).toEqual({ persona, touched: REFUSED });
    }
    const expire = `update reference_requests set state = 'expired' where id = '${LETTER.awaited}'`;
    for (const persona of ['boris', 'home_coordinator', 'call_reviewer', 'referee', 'anonymous']) {
      expect({ persona, touched: await attempt(persona, expire) }).toEqual({ persona, touched: 0 });
    }
    // Each leads it where their own acts lead: an applicant lets a referee go, and brings in no letter.
    const lead = (state: string) =>
      `update reference_requests set state = '${state}' where id = '${LETTER.awaited}'`;
    expect(await attempt('ana', expire)).toBe(REFUSED);
    expect(await attempt('ana', lead('received'))).toBe(REFUSED);
    expect(await attempt('ana', lead('withdrawn'))).toBe(1);
  });

  it('lets whoever only looks change nothing', async () => {
    for (const persona of ['support', 'panel_reviewer', 'call_reviewer', 'auditor']) {
      for (const [table, column] of [
        ['applications', 'state_since'],
        ['application_sections', 'saved_at'],
        ['application_choices', 'rank'],
        ['uploads', 'uploaded_at'],
        ['decision_sides', 'due_at'],
        ['nominations', 'state_since'],
      ]) {
        const touched = await attempt(persona, `update ${table} set ${column} = ${column}`);
        expect({ persona, table, touched: touched === REFUSED ? 0 : touched }).toEqual({
          persona,
          table,
          touched: 0,
        });
      }
    }
  });

  it('knows every role', () => {
    const covered = new Set(Object.values(GRANTS).flatMap((held) => held.map(([role]) => role)));
    const uncovered = Object.keys(ROLE_TABLE).filter((role) => !covered.has(role as Role));
    // Everybody is an applicant, a machine is no person, and a referee has a link and no account.
    expect(uncovered).toEqual(['applicant', 'referee', 'integration_client']);
  });
});

import { createHash } from 'node:crypto';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { People } from '../../src/access/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { ANONYMOUS } from '../../src/shared/actor.js';
import type { Actor, Role } from '../../src/shared/actor.js';
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

/** Two countries, their files, and everybody who could ask for them, in a database of its own. */

export const NOW = new Date('2027-03-01T12:00:00Z');
export const AFTER = '2027-12-31T00:00:00Z';
export const clock = new SettableClock(NOW);

/** SQLSTATE of what the database does not let one do. */
export const REFUSED = '42501';

export let testDatabase: Awaited<ReturnType<typeof createTestDatabase>>;
export let owner: pg.Client;
export let dataSource: DataSource;
export let database: Database;

/** The home and the host of Ana's exchange, those of Boris's, and one in a country that has no part in either. */
export const INSTITUTIONS = {
  home: newId(),
  host: newId(),
  other: newId(),
  otherHost: newId(),
  far: newId(),
};
export type Institution = keyof typeof INSTITUTIONS;
export const COUNTRY: Readonly<Record<Institution, string>> = {
  home: 'RS',
  host: 'RU',
  other: 'RS',
  otherHost: 'RU',
  far: 'XX',
};
export const UNITS = { mine: newId(), another: newId() };
export const CALLS = { ana: newId(), boris: newId() };
export const PANELS = { ana: newId(), another: newId() };
export const AGREEMENT = newId();
export const AGREEMENT_VERSION = newId();

export const at = (institution: Institution, more: Row = {}): Row => ({
  institution_id: INSTITUTIONS[institution],
  ...more,
});
export const country = (code: string): Row => ({ country: code });

/** People by what they are; each with the grants that make them so. */
export const GRANTS: Readonly<Record<string, readonly (readonly [Role, Row])[]>> = {
  ana: [],
  boris: [],
  // Applies together with Ana; and a reviewer of the call who did, and left.
  co_applicant: [],
  co_author: [['reviewer', { call_id: CALLS.ana }]],
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
  found_reviewer: [['reviewer', { call_id: CALLS.ana }]],
  reviewer_of_home: [['reviewer', { call_id: CALLS.ana }]],
  reviewer_of_host: [['reviewer', { call_id: CALLS.ana, panel_id: PANELS.ana }]],
  deputy: [],
  deputy_of_revoked: [],
};
export const BELONGS: Readonly<Record<string, Institution>> = {
  reviewer_of_home: 'home',
  reviewer_of_host: 'host',
};
export const PERSON = Object.fromEntries(Object.keys(GRANTS).map((name) => [name, newId()]));
export const person = (name: string): Id => PERSON[name] ?? '';
export const CLIENT = { home_client: newId(), other_client: newId(), revoked_client: newId() };
export type Client = keyof typeof CLIENT;
/** Letters of reference for Ana, and the link of one of them; whoever holds it has no account. */
export const LETTER = { confidential: newId(), open: newId(), awaited: newId() };
export const LINK = { referee: newId(), open: newId(), awaited: newId() };
/** Those who are in Ana's application with her, were, or are asked to be. */
export const TOGETHER = { standing: newId(), left: newId(), invited: newId() };
export const PERSONAS = [...Object.keys(GRANTS), ...Object.keys(CLIENT), 'anonymous', 'referee'];

/** Whoever is a party to Ana's file in the eyes of the wall. */
export const PARTIES = [
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
export const PARTIES_OF_BORIS = [
  'boris',
  'home_officer',
  'host_officer',
  'commission',
  'secretary',
  'other_client',
];
export const ASSESS = ['panel_reviewer', 'call_reviewer'];
export const OFFICES_OF_BOTH = PARTIES.filter((name) => PARTIES_OF_BORIS.includes(name));
export const OFFICES_AT_HOME = ['home_coordinator', 'home_unit', 'home_officer', 'commission', 'deputy'];
export const PARTIES_AT_HOME = ['ana', ...OFFICES_AT_HOME, 'home_client'];
export const CONTENT = [...PARTIES, ...ASSESS];
export const PROGRAMME = ['auditor', 'administrator'];

/** Whoever answers for a call or for one of its countries. */
export const OF_CALL = ['home_officer', 'host_officer', 'commission', 'secretary', 'administrator'];

export const LISTS = { provisional: newId(), final: newId() };
export const STAY = newId();
/** A gate of the host country before Ana, with what was found of her on a list. */
export const GATE = newId();
/** An appeal of Ana before its panel, in which somebody bound to her sits by mistake. */
export const APPEAL = newId();
/** What two countries differ on of Ana, before their commission. */
export const COMMISSION = { item: newId(), session: newId(), vote: newId(), protocol: newId() };
export const HEARERS = ['call_reviewer', 'reviewer_of_home'];
export const APPLICATION = { ana: newId(), boris: newId(), draft: newId() };
/** What both countries said on Ana: no letter of hers. */
export const RECORD = newId();
export const DECISION = { ana: newId(), call: newId() };
export const NOMINATION = { ana: newId(), earlier: newId() };
/** What the panel that assesses Ana gave to whom: handed in, awaited, and to somebody who is bound. */
export const REVIEW = { given: newId(), awaited: newId(), bound: newId() };
export const INTERVIEW = newId();
/** Whoever keeps that panel. */
export const KEEPERS = ['commission', 'secretary', 'administrator'];
export const SEATED = [
  'panel_reviewer',
  'call_reviewer',
  'tied_reviewer',
  'found_reviewer',
  'reviewer_of_home',
  'reviewer_of_host',
];
/** Of this world alone: the module outlives it where the next test file runs in the same process. */
export let grants: Row[] = [];

/** Makes all of it. Give `beforeAll` a minute. */
export async function startWorld(): Promise<void> {
  testDatabase = await createTestDatabase();
  owner = new pg.Client({ connectionString: testDatabase.ownerUrl });
  await owner.connect();
  dataSource = await new DataSource({ type: 'postgres', url: testDatabase.appUrl }).initialize();
  database = new Database(dataSource);
  await seedPlaces();
  await seedPeople();
  await seedFiles();
  await seedTheRest();
  await seedCommission();
  await seedTogether();
}

export async function stopWorld(): Promise<void> {
  await dataSource.destroy();
  await owner.end();
  await testDatabase.drop();
}

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
  grants = [];
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
  const asked = { decision_id: DECISION.ana, country: 'RS' };
  await insertRows(owner, 'decision_conditions', [
    {
      ...asked,
      id: newId(),
      ordinal: 1,
      text: 'x',
      due_at: AFTER,
      set_at: LONG_AGO,
      state: 'open',
      state_since: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'decision_recusals', [
    { ...asked, person_id: person('home_officer'), reason_code: 'other', recused_at: LONG_AGO },
  ]);
  await insertRows(owner, 'agreement_versions', [
    {
      id: AGREEMENT_VERSION,
      agreement_id: AGREEMENT,
      number: 1,
      state: 'draft',
      content: {},
      content_hash: 'x',
      created_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'agreement_people', [
    {
      id: newId(),
      agreement_id: AGREEMENT,
      country: 'RS',
      part: 'contact',
      name: 'x',
      office: 'x',
      email: 'x@example.org',
      noted_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'erasures', [
    { id: newId(), person_id: person('boris'), owner_country: 'RS', state: 'asked', asked_at: LONG_AGO },
  ]);
  await seedReceipt();
  await insertRows(owner, 'residencies', [
    {
      id: newId(),
      person_id: person('boris'),
      residence: 'RS',
      country: 'RS',
      fact: 'residence',
      law: 'territory',
      stated_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'corrections', [
    {
      id: newId(),
      person_id: person('boris'),
      owner_country: 'RS',
      field: 'x',
      wanted: 'x',
      state: 'asked',
      asked_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'transfer_ends', [
    {
      id: newId(),
      person_id: person('boris'),
      subject_kind: 'application',
      subject_id: APPLICATION.boris,
      label: 'x',
      to_country: 'RU',
      recipient_institution_id: INSTITUTIONS.otherHost,
      cause: 'rejected',
      seen_from: LONG_AGO,
      at: LONG_AGO,
      kept: ['number'],
      kept_until: AFTER,
    },
  ]);
  await seedGate();
  await seedCorrections();
}

/** Where a receipt goes is nobody's to read. */
async function seedReceipt(): Promise<void> {
  const [erasure, link] = [newId(), newId()];
  await insertRows(owner, 'signed_links', [
    {
      id: link,
      purpose: 'erasure_receipt',
      subject_kind: 'erasure',
      subject_id: erasure,
      created_at: LONG_AGO,
      expires_at: AFTER,
    },
  ]);
  await insertRows(owner, 'erasures', [
    {
      id: erasure,
      person_id: person('boris'),
      owner_country: 'RS',
      state: 'done',
      asked_at: LONG_AGO,
      ended_at: LONG_AGO,
      report: { erased: {}, parts: {}, kept: [] },
    },
  ]);
  await insertRows(owner, 'erasure_addressees', [
    { erasure_id: erasure, address: 'receipt', language: 'en', link_id: link },
  ]);
}

/** A correction of Ana's that the other country was told of. */
async function seedCorrections(): Promise<void> {
  const asked = {
    person_id: person('ana'),
    owner_country: 'RS',
    field: 'native_given',
    wanted: 'test',
    because: 'test',
    asked_at: LONG_AGO,
  };
  await insertRows(owner, 'corrections', [
    {
      ...asked,
      id: newId(),
      state: 'done',
      told: ['RU'],
      answered_by: person('home_officer'),
      answer: 'test',
      ended_at: LONG_AGO,
    },
  ]);
}

/** One row of each table under one id. */
async function seedGate(): Promise<void> {
  const common = { id: GATE, country: 'RU' };
  await insertRows(owner, 'gate_rules', [
    {
      ...common,
      kind: 'restricted_parties',
      sides: ['host'],
      forward_days: 1,
      decide_days: 1,
      office: {},
      source: 'test',
      valid_from: '2001-01-01',
      created_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'gates', [
    {
      ...common,
      subject_kind: 'application',
      subject_id: APPLICATION.ana,
      rule_id: GATE,
      kind: 'restricted_parties',
      side: 'host',
      state: 'pending',
      state_since: LONG_AGO,
      opened_at: LONG_AGO,
      due_at: AFTER,
      needed_until: '2030-01-01',
    },
  ]);
  await insertRows(owner, 'gate_evidence', [
    { id: GATE, gate_id: GATE, words: 'test', added_by: person('host_officer'), added_at: LONG_AGO },
  ]);
  const list = { ...common, list_id: GATE };
  await insertRows(owner, 'restricted_lists', [
    { ...common, name: 'test', issuer_country: 'RU', created_at: LONG_AGO },
  ]);
  await insertRows(owner, 'restricted_list_versions', [
    {
      ...list,
      version: '1',
      dated: '2001-01-01',
      source: 'test',
      entries: 1,
      added: 1,
      changed: 0,
      removed: 0,
      imported_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'restricted_entries', [
    { ...list, version_id: GATE, key: 'x', hash: 'x', kind: 'person', names: ['test'] },
  ]);
  await insertRows(owner, 'restricted_names', [
    { entry_id: GATE, list_id: GATE, country: 'RU', kind: 'person', name: 'test', key: 'test' },
  ]);
  await insertRows(owner, 'screening_hits', [
    {
      ...list,
      gate_id: GATE,
      version_id: GATE,
      party_kind: 'person',
      party_id: person('ana'),
      entry_key: 'x',
      entry_hash: 'x',
      entry: {},
      own_name: 'test',
      listed_name: 'test',
      score: 1,
      birth_year: 'unknown',
      state: 'open',
      state_since: LONG_AGO,
      found_at: LONG_AGO,
    },
  ]);
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
  const of = { panel_id: PANELS.ana, application_id: APPLICATION.ana };
  const lead = person('panel_reviewer');
  const said = { text: 'test', language: 'en' };
  await insertRows(owner, 'review_leads', [{ ...of, person_id: lead, named_by: lead, named_at: LONG_AGO }]);
  await insertRows(owner, 'review_discussion_entries', [
    { ...of, ...said, id: newId(), author_id: lead, written_at: LONG_AGO },
  ]);
  await insertRows(owner, 'review_discussion_reads', [{ ...of, person_id: lead, read_until: LONG_AGO }]);
  await insertRows(owner, 'review_discussion_told', [
    { panel_id: PANELS.ana, person_id: lead, told_until: LONG_AGO },
  ]);
  await insertRows(owner, 'review_summary_drafts', [
    { ...of, author_id: lead, text: '', feedback: '', revision: 1, saved_at: LONG_AGO },
  ]);
  await insertRows(owner, 'review_summaries', [
    { ...of, ...said, version: 1, author_id: lead, submitted_at: LONG_AGO },
  ]);
  await insertRows(owner, 'review_feedback', [{ ...of, ...said, version: 1 }]);
  await insertRows(owner, 'review_summary_answers', [
    {
      ...of,
      id: newId(),
      version: 1,
      member_id: person('call_reviewer'),
      answer: 'agree',
      language: 'en',
      answered_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'interview_slots', [
    {
      id: INTERVIEW,
      panel_id: PANELS.ana,
      starts_at: LONG_AGO,
      minutes: 30,
      place: 'test',
      created_by: lead,
      created_at: LONG_AGO,
    },
  ]);
  const period = '[2000-01-01T00:00:00Z,2000-01-01T00:30:00Z)';
  await insertRows(owner, 'interview_slot_members', [{ slot_id: INTERVIEW, person_id: lead, period }]);
  await insertRows(owner, 'interviews', [
    {
      ...of,
      id: INTERVIEW,
      applicant_id: person('ana'),
      state: 'booked',
      state_since: LONG_AGO,
      slot_id: INTERVIEW,
      period,
      invited_by: lead,
      invited_at: LONG_AGO,
    },
  ]);
  await insertRows(
    owner,
    'interview_notes',
    [lead, person('call_reviewer')].map((author) => ({
      ...said,
      id: newId(),
      interview_id: INTERVIEW,
      author_id: author,
      written_at: LONG_AGO,
    })),
  );
  const standing = {
    application_id: APPLICATION.ana,
    kind: 'co_author',
    source: 'works',
    found_at: LONG_AGO,
  };
  await insertRows(
    owner,
    'review_conflicts',
    [
      {
        ...standing,
        id: newId(),
        reviewer_id: person('found_reviewer'),
        evidence: '10.1000/1',
        binding: true,
      },
      // One that is dismissed, that is gone, or that does not bind shuts nothing.
      {
        ...standing,
        id: newId(),
        reviewer_id: person('panel_reviewer'),
        evidence: '10.1000/1',
        binding: true,
        dismissed_at: LONG_AGO,
        dismissed_by: person('administrator'),
        dismissal: 'test',
      },
      {
        ...standing,
        id: newId(),
        reviewer_id: person('panel_reviewer'),
        evidence: '10.1000/2',
        binding: true,
        ended_at: LONG_AGO,
      },
      {
        ...standing,
        id: newId(),
        reviewer_id: person('call_reviewer'),
        evidence: '10.1000/1',
        binding: false,
      },
    ].map((row) => ({ dismissed_at: null, dismissed_by: null, dismissal: null, ended_at: null, ...row })),
  );
  await insertRows(owner, 'person_works', [
    { person_id: person('ana'), doi: '10.1000/1', source: 'entered', added_at: LONG_AGO },
  ]);
  await insertRows(owner, 'person_ties', [
    {
      id: newId(),
      person_id: person('ana'),
      kind: 'family',
      name: 'x',
      email_key: 'x@y',
      named_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'reviewer_profiles', [
    { person_id: person('call_reviewer'), fields: [], languages: [], saved_at: LONG_AGO },
  ]);
  await insertRows(
    owner,
    'review_bids',
    ['call_reviewer', 'found_reviewer'].map((name) => ({
      panel_id: PANELS.ana,
      application_id: APPLICATION.ana,
      reviewer_id: person(name),
      bid: 'can',
      said_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'review_pseudonyms', [
    { application_id: APPLICATION.ana, call_id: CALLS.ana, number: 1 },
  ]);
}

async function seedTogether(): Promise<void> {
  const rows = [
    { id: TOGETHER.standing, link: newId(), state: 'accepted', who: 'co_applicant' },
    { id: TOGETHER.left, link: newId(), state: 'left', who: 'co_author' },
    { id: TOGETHER.invited, link: newId(), state: 'invited', who: null },
  ];
  await insertRows(
    owner,
    'signed_links',
    rows.map(({ id, link }) => ({
      id: link,
      purpose: 'co_applicant',
      subject_kind: 'co_applicant',
      subject_id: id,
      created_at: LONG_AGO,
      expires_at: AFTER,
    })),
  );
  await insertRows(
    owner,
    'co_applicants',
    rows.map(({ id, link, state, who }) => ({
      id,
      application_id: APPLICATION.ana,
      state,
      state_since: LONG_AGO,
      name: 'Milena',
      email: `${id}@example.org`,
      email_key: `${id}@example.org`,
      part: 'x',
      language: 'en',
      link_id: link,
      link_until: AFTER,
      created_at: LONG_AGO,
      person_id: who && person(who),
      country: who && 'RU',
      native_family: who && 'x',
      native_given: who && 'x',
      latin_family: who && 'x',
      latin_given: who && 'x',
      accepted_at: who && LONG_AGO,
    })),
  );
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

/** A session that dealt with Ana, and with nothing else. */
async function seedCommission(): Promise<void> {
  const { item, session, vote, protocol } = COMMISSION;
  const pair = { country_a: 'RS', country_b: 'RU' };
  const at = { session_id: session, item_id: item };
  const member = person('commission');
  await insertRows(owner, 'commission_items', [
    {
      id: item,
      ...pair,
      kind: 'decision',
      origin: 'divergence',
      decision_id: DECISION.ana,
      state: 'decided',
      state_since: LONG_AGO,
      tabled_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'uploads', [
    {
      id: newId(),
      subject_kind: 'commission_item',
      subject_id: item,
      owner_id: person('secretary'),
      requirement: 'file-1',
      version: 1,
      file_name: 'c.pdf',
      media_type: 'application/pdf',
      size_bytes: 1,
      sha256: 'c'.repeat(64),
      storage_key: 'c'.repeat(64),
      scan: 'not_scanned',
      uploaded_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'commission_sessions', [
    {
      id: session,
      number: 'JC-1',
      ...pair,
      state: 'closed',
      state_since: LONG_AGO,
      starts_at: LONG_AGO,
      minutes: 60,
      time_zone: 'UTC',
      place: 'x',
      rules_version: 1,
      chair_country: 'RS',
      planned_by: member,
      planned_at: LONG_AGO,
      opened_at: LONG_AGO,
      closed_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'commission_seats', [
    { session_id: session, person_id: member, country: 'RS', part: 'member', invited_at: LONG_AGO },
  ]);
  await insertRows(owner, 'commission_presences', [
    { session_id: session, person_id: member, came_at: LONG_AGO, left_at: LONG_AGO },
  ]);
  await insertRows(owner, 'commission_agenda', [{ ...at, position: 1, taken_up_at: LONG_AGO }]);
  await insertRows(owner, 'commission_recusals', [
    { ...at, person_id: person('nobody'), how: 'declared', at: LONG_AGO },
  ]);
  await insertRows(owner, 'commission_notes', [
    { id: newId(), ...at, author_id: member, official: true, words: {}, written_at: LONG_AGO },
  ]);
  await insertRows(owner, 'commission_votes', [
    {
      id: vote,
      ...at,
      ballot: 'open',
      opened_by: member,
      opened_at: LONG_AGO,
      entitled: {},
      quorum: 1,
      closed_at: LONG_AGO,
      tally: {},
      result: 'none',
    },
  ]);
  await insertRows(owner, 'commission_ballots', [
    { vote_id: vote, person_id: member, country: 'RS', secret: false },
  ]);
  await insertRows(owner, 'commission_decisions', [
    { ...at, outcome: 'postponed', words: {}, entered_by: member, decided_at: LONG_AGO },
  ]);
  await insertRows(owner, 'commission_protocols', [
    {
      id: protocol,
      session_id: session,
      number: 'JC-1-P1',
      state: 'draft',
      state_since: LONG_AGO,
      content_hash: '0'.repeat(64),
      drafted_by: member,
      drafted_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'commission_protocol_sections', [
    { protocol_id: protocol, position: 0, content: {} },
    { protocol_id: protocol, position: 1, item_id: item, content: {} },
  ]);
  await insertRows(owner, 'commission_protocol_acts', [
    {
      protocol_id: protocol,
      country: 'RS',
      act: 'agree',
      person_id: member,
      content_hash: '0',
      at: LONG_AGO,
    },
  ]);
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
  await insertRows(owner, 'uploads', [
    {
      id: newId(),
      subject_kind: 'agreement_version',
      subject_id: AGREEMENT_VERSION,
      requirement: 'annex-1',
      version: 1,
      file_name: 'annex.pdf',
      media_type: 'application/pdf',
      size_bytes: 1,
      sha256: 'c'.repeat(64),
      storage_key: 'x',
      scan: 'clean',
      uploaded_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'issued_documents', [
    {
      id: newId(),
      kind: 'agreement',
      number: 'MOST-3',
      check_code: 'x',
      subject_kind: 'agreement_version',
      subject_id: AGREEMENT_VERSION,
      holder_id: null,
      verification: { homeCountry: 'RS', hostCountry: 'RU' },
      content: {},
      issued_at: LONG_AGO,
    },
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
    {
      id: RECORD,
      kind: 'decision_record',
      number: 'MOST-2',
      check_code: 'x',
      subject_kind: 'decision',
      subject_id: DECISION.ana,
      holder_id: null,
      verification: { homeCountry: 'RS', hostCountry: 'RU' },
      content: {},
      issued_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'document_signatures', [
    {
      document_id: RECORD,
      position: 1,
      country: 'RS',
      signer_id: person('home_officer'),
      name: 'x',
      office: 'x',
      language: 'sr-Cyrl',
      acted_at: LONG_AGO,
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
  await insertRows(owner, 'export_jobs', [
    {
      id: newId(),
      asked_by: person('home_coordinator'),
      second_factor: true,
      rights: 'x',
      wanted: JSON.stringify({ text: 'Ana' }),
      state: 'waiting',
      asked_at: LONG_AGO,
      beat_at: LONG_AGO,
    },
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
  await insertRows(owner, 'allocation_jobs', [
    {
      id: newId(),
      call_id: CALLS.ana,
      state: 'waiting',
      asked_at: LONG_AGO,
      beat_at: LONG_AGO,
    },
  ]);
  await owner.query(
    `insert into allocation_waits (list_id, place_id, number, application_id)
     select $1, id, 1, $2 from call_places limit 1`,
    [LISTS.provisional, APPLICATION.ana],
  );
  await insertRows(owner, 'appeals', [
    {
      id: APPEAL,
      application_id: APPLICATION.ana,
      call_id: CALLS.ana,
      applicant_id: person('ana'),
      home_country: 'RS',
      subject: 'list',
      list_id: LISTS.provisional,
      result_at: LONG_AGO,
      taken_until: AFTER,
      state: 'panel',
      state_since: LONG_AGO,
      ground: 'procedure',
      created_at: LONG_AGO,
      lodged_at: LONG_AGO,
      admit_until: AFTER,
      decide_until: AFTER,
      panel_size: 3,
      admitted_at: LONG_AGO,
    },
  ]);
  await insertRows(
    owner,
    'appeal_words',
    ['statement', 'reasoning'].map((kind) => ({
      appeal_id: APPEAL,
      kind,
      text: 'x',
      language: 'en',
      written_at: LONG_AGO,
    })),
  );
  await insertRows(
    owner,
    'appeal_members',
    HEARERS.map((name) => ({
      appeal_id: APPEAL,
      person_id: person(name),
      country: 'RS',
      seated_at: LONG_AGO,
      declared_at: LONG_AGO,
    })),
  );
  await insertRows(owner, 'appeal_votes', [
    {
      appeal_id: APPEAL,
      person_id: person('call_reviewer'),
      vote: 'reject',
      reasons: 'x',
      language: 'en',
      given_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'appeal_snapshots', [
    { appeal_id: APPEAL, content: {}, content_hash: '0'.repeat(64), taken_at: LONG_AGO },
  ]);
  await owner.query(
    `insert into mobilities (id, application_id, call_id, participant_id, agreement_id, category, academic_year, home_country,
       host_country, home_institution_id, home_unit_id, host_institution_id, freemover, state, state_since, planned_from,
       planned_until, months, funding, created_at)
     select $1, a.id, a.call_id, a.applicant_id, c.agreement_id, c.category, c.academic_year, a.home_country, a.host_country,
       a.home_institution_id, a.home_unit_id, a.host_institution_id, a.freemover, 'planned', $3, '2027-09-01', '2028-01-31', 5,
       '[]', $3 from applications a join calls c on c.id = a.call_id where a.id = $2`,
    [STAY, APPLICATION.ana, LONG_AGO],
  );
  await insertRows(owner, 'mobility_certificates', [
    { id: newId(), mobility_id: STAY, kind: 'no_show', certified_at: LONG_AGO },
  ]);
  const payment = newId();
  await insertRows(owner, 'mobility_payments', [
    {
      id: payment,
      mobility_id: STAY,
      kind: 'claim',
      purpose: 'travel',
      payer: 'programme',
      currency: 'RSD',
      paid_on: LONG_AGO,
      evidence: 'x',
      replaces: payment,
      reason: 'x',
      recorded_at: LONG_AGO,
    },
  ]);
  await insertRows(owner, 'application_likenesses', [
    { application_id: APPLICATION.ana, kind: 'mail', value: 'a'.repeat(64) },
  ]);
  const alike = { kinds: ['mail'], found_at: LONG_AGO, settled: true };
  await insertRows(owner, 'application_matches', [
    { application_id: APPLICATION.ana, other_id: APPLICATION.boris, ...alike },
    { application_id: APPLICATION.boris, other_id: APPLICATION.ana, ...alike },
  ]);
  const [first = '', second = ''] = [person('ana'), person('boris')].toSorted();
  const verdict = newId();
  await insertRows(owner, 'duplicate_verdicts', [
    {
      id: verdict,
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
  await insertRows(owner, 'account_joins', [
    {
      id: newId(),
      first_id: first,
      second_id: second,
      verdict_id: verdict,
      asked_by: person('home_officer'),
      asked_at: LONG_AGO,
      state: 'asked',
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
  await insertRows(owner, 'call_access_codes', [
    {
      id: newId(),
      call_id: CALLS.ana,
      code_hash: '0'.repeat(64),
      max_uses: 1,
      valid_until: AFTER,
      reason: 'invited',
      made_at: LONG_AGO,
    },
  ]);
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
export async function actorOf(persona: string): Promise<Actor> {
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

export async function as<T>(
  persona: string,
  work: (query: (sql: string) => Promise<Row[]>) => Promise<T>,
): Promise<T> {
  const actor = await actorOf(persona);
  return database.transaction({ ...systemContext(clock), actor }, (ctx) =>
    work((sql) => ctx.tx.query<Row[]>(sql)),
  );
}

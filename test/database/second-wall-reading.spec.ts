import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemContext } from '../../src/platform/database/database.js';
import { sqlState } from '../../src/platform/database/sql-state.js';
import type { Actor, Grant } from '../../src/shared/actor.js';
import { SettableClock } from '../../src/shared/clock.js';
import type { Row } from '../factories/rows.js';
import {
  AFTER,
  clock,
  REFUSED,
  owner,
  database,
  INSTITUTIONS,
  AGREEMENT,
  AGREEMENT_VERSION,
  CALLS,
  GRANTS,
  PERSON,
  person,
  CLIENT,
  LETTER,
  TOGETHER,
  PERSONAS,
  PARTIES,
  PARTIES_OF_BORIS,
  OFFICES_OF_BOTH,
  OFFICES_AT_HOME,
  PARTIES_AT_HOME,
  CONTENT,
  PROGRAMME,
  OF_CALL,
  LISTS,
  APPEAL,
  COMMISSION,
  STAY,
  GATE,
  HEARERS,
  APPLICATION,
  DECISION,
  NOMINATION,
  RECORD,
  REVIEW,
  INTERVIEW,
  KEEPERS,
  SEATED,
  grants,
  actorOf,
  as,
  startWorld,
  stopWorld,
} from './second-wall-world.js';
import type { Institution } from './second-wall-world.js';

/**
 * The first wall is down: every table with personal data is read whole, with no filter, as each of many people. What comes
 * back is what the second wall still holds.
 */

beforeAll(startWorld, 60_000);
afterAll(stopWorld);

/** Of both countries, in their ministries and in their commission. */
const MEETING = ['home_officer', 'host_officer', 'commission', 'secretary'];
/** Of a stay: no commission, and no machine. */
const STAYS = PARTIES.filter((who) => !['commission', 'secretary', 'home_client'].includes(who));

/** Who sees each seeded row of a table, by the row's key. A table that is not here fails the test. */
const EXPECTED: Record<string, { readonly key: string; readonly rows: Record<string, readonly string[]> }> = {
  applications: {
    key: 'id',
    rows: {
      [APPLICATION.ana]: [...CONTENT, 'support', 'co_applicant'],
      [APPLICATION.boris]: [...PARTIES_OF_BORIS, 'support'],
      [APPLICATION.draft]: ['boris'],
    },
  },
  application_sections: {
    key: 'application_id',
    rows: {
      [APPLICATION.ana]: [...CONTENT, 'co_applicant'],
      [APPLICATION.boris]: PARTIES_OF_BORIS,
      [APPLICATION.draft]: ['boris'],
    },
  },
  application_choices: {
    key: 'application_id',
    rows: { [APPLICATION.ana]: [...CONTENT, 'co_applicant'], [APPLICATION.boris]: PARTIES_OF_BORIS },
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
  // What a country asks is read by everybody; what it found, by its own officers.
  gate_rules: { key: 'id', rows: { [GATE]: PERSONAS } },
  gates: { key: 'id', rows: { [GATE]: ['host_officer'] } },
  gate_evidence: { key: 'id', rows: { [GATE]: ['host_officer'] } },
  restricted_lists: { key: 'id', rows: { [GATE]: ['host_officer'] } },
  restricted_list_versions: { key: 'id', rows: { [GATE]: ['host_officer'] } },
  restricted_entries: { key: 'id', rows: { [GATE]: ['host_officer'] } },
  restricted_names: { key: 'entry_id', rows: { [GATE]: ['host_officer'] } },
  screening_hits: { key: 'id', rows: { [GATE]: ['host_officer'] } },
  decision_conditions: { key: 'decision_id', rows: { [DECISION.ana]: PARTIES } },
  // Why somebody is bound is for their own side and the commission.
  decision_recusals: {
    key: 'decision_id',
    rows: { [DECISION.ana]: ['home_officer', 'commission', 'secretary'] },
  },
  agreement_people: {
    key: 'agreement_id',
    rows: { [AGREEMENT]: ['home_officer', 'host_officer', ...PROGRAMME.filter((who) => who !== 'auditor')] },
  },
  uploads: {
    key: 'subject_id',
    rows: {
      [APPLICATION.ana]: [...CONTENT, 'co_applicant'],
      [APPLICATION.draft]: ['boris'],
      // With the letter: never for whom it is kept from, and before it is handed in for the referee alone.
      [LETTER.confidential]: ['referee', ...CONTENT.filter((who) => who !== 'ana')],
      [LETTER.awaited]: [],
      // With the matter of the commission, and never for whoever stands aside.
      [COMMISSION.item]: MEETING,
      [AGREEMENT_VERSION]: ['home_officer', 'host_officer', ...PROGRAMME.filter((who) => who !== 'auditor')],
    },
  },
  co_applicants: {
    key: 'id',
    rows: {
      [TOGETHER.standing]: ['co_applicant', ...PARTIES],
      [TOGETHER.left]: ['co_author', ...PARTIES],
      [TOGETHER.invited]: PARTIES,
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
  review_conflicts: {
    key: 'reviewer_id',
    rows: {
      [person('found_reviewer')]: KEEPERS,
      [person('panel_reviewer')]: KEEPERS,
      [person('call_reviewer')]: KEEPERS,
    },
  },
  person_works: { key: 'person_id', rows: { [person('ana')]: ['ana'] } },
  person_ties: { key: 'person_id', rows: { [person('ana')]: ['ana'] } },
  reviewer_profiles: { key: 'person_id', rows: { [person('call_reviewer')]: ['call_reviewer'] } },
  review_bids: {
    key: 'reviewer_id',
    rows: {
      [person('call_reviewer')]: [...KEEPERS, 'call_reviewer'],
      // Bound since: what they said is not there for them either.
      [person('found_reviewer')]: KEEPERS,
    },
  },
  // The panel does not discuss yet: what was said is nobody's to read, whoever wrote it.
  review_leads: { key: 'person_id', rows: { [person('panel_reviewer')]: KEEPERS } },
  review_discussion_entries: { key: 'author_id', rows: { [person('panel_reviewer')]: [] } },
  review_discussion_reads: { key: 'person_id', rows: { [person('panel_reviewer')]: ['panel_reviewer'] } },
  review_discussion_told: { key: 'person_id', rows: { [person('panel_reviewer')]: [] } },
  review_summary_drafts: { key: 'author_id', rows: { [person('panel_reviewer')]: [] } },
  review_summaries: { key: 'author_id', rows: { [person('panel_reviewer')]: [] } },
  review_feedback: { key: 'application_id', rows: { [APPLICATION.ana]: [] } },
  review_summary_answers: { key: 'member_id', rows: { [person('call_reviewer')]: [] } },
  // Times are shown to those who sit there, who keep them, and whoever is invited to them.
  interview_slots: { key: 'id', rows: { [INTERVIEW]: [...KEEPERS, ...SEATED, 'ana'] } },
  interview_slot_members: {
    key: 'person_id',
    rows: { [person('panel_reviewer')]: [...KEEPERS, ...SEATED] },
  },
  interviews: { key: 'id', rows: { [INTERVIEW]: [...KEEPERS, 'panel_reviewer', 'call_reviewer', 'ana'] } },
  // Whoever has not handed in their own review reads what they noted themselves.
  interview_notes: {
    key: 'author_id',
    rows: {
      [person('panel_reviewer')]: ['panel_reviewer'],
      [person('call_reviewer')]: ['panel_reviewer', 'call_reviewer'],
    },
  },
  review_pseudonyms: { key: 'application_id', rows: { [APPLICATION.ana]: [] } },
  issued_documents: {
    key: 'subject_id',
    rows: {
      [APPLICATION.ana]: PARTIES,
      [DECISION.ana]: ['home_officer', 'host_officer', 'commission', 'secretary'],
      [AGREEMENT_VERSION]: [
        'home_officer',
        'host_officer',
        'commission',
        'secretary',
        ...PROGRAMME.filter((who) => who !== 'auditor'),
      ],
    },
  },
  promise_clocks: { key: 'step', rows: { screening: [], host: [], approval: [] } },
  document_signatures: {
    key: 'document_id',
    rows: { [RECORD]: ['home_officer', 'host_officer', 'commission', 'secretary'] },
  },
  consents: { key: 'subject_id', rows: { [APPLICATION.ana]: PARTIES, [APPLICATION.draft]: ['boris'] } },
  transfers: { key: 'subject_id', rows: { [APPLICATION.ana]: [...PARTIES, ...PROGRAMME] } },
  // Read by other eyes in test/database/border-walks.spec.ts and test/http/consents.spec.ts; nobody here has any.
  transfer_ends: {
    key: 'subject_id',
    rows: { [APPLICATION.boris]: [...PARTIES_OF_BORIS, ...PROGRAMME] },
  },
  // Asked of the owner side, and read by it and the person.
  // Between the erasure and the mail with its receipt.
  erasure_addressees: { key: 'address', rows: { receipt: [] } },
  erasures: { key: 'person_id', rows: { [person('boris')]: ['boris', 'home_officer'] } },
  residencies: { key: 'person_id', rows: { [person('boris')]: ['boris'] } },
  corrections: {
    key: 'state',
    // What was put right is read by the other country too, where it was told of it.
    rows: { asked: ['boris', 'home_officer'], done: ['ana', 'home_officer', 'host_officer'] },
  },
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
  export_jobs: { key: 'state', rows: { waiting: ['home_coordinator'] } },
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
  // Both accounts are told of it, whoever they are, and the offices that see files of both.
  account_joins: { key: 'state', rows: { asked: ['ana', 'boris', ...OFFICES_OF_BOTH] } },
  application_reminders: { key: 'days_before', rows: { 7: [] } },
  // The lot is nobody's before a list is out; a list is everybody's then, and its reasons are of each alone.
  selection_seeds: { key: 'call_id', rows: { [CALLS.ana]: [] } },
  allocation_runs: { key: 'purpose', rows: { provisional: OF_CALL, dry: OF_CALL } },
  allocation_jobs: { key: 'state', rows: { waiting: OF_CALL } },
  allocation_lists: { key: 'kind', rows: { provisional: PERSONAS, final: OF_CALL } },
  allocation_entries: { key: 'list_id', rows: { [LISTS.provisional]: ['ana'], [LISTS.final]: [] } },
  allocation_waits: { key: 'list_id', rows: { [LISTS.provisional]: [] } },
  // That there is an appeal is known to whoever watches over it; what it says, to those who hear it and are not bound.
  appeals: {
    key: 'id',
    rows: { [APPEAL]: ['ana', 'home_officer', 'commission', 'secretary', 'administrator', ...HEARERS] },
  },
  appeal_words: {
    key: 'appeal_id',
    rows: { [APPEAL]: ['ana', 'commission', 'secretary', 'call_reviewer'] },
  },
  appeal_members: {
    key: 'person_id',
    rows: Object.fromEntries(HEARERS.map((name) => [person(name), ['commission', 'secretary', ...HEARERS]])),
  },
  // Others' votes are read once one's own is in.
  appeal_votes: { key: 'appeal_id', rows: { [APPEAL]: ['call_reviewer'] } },
  appeal_snapshots: { key: 'appeal_id', rows: { [APPEAL]: ['commission', 'secretary'] } },
  // What the commission deals with, to both ministries and to those who sit there, unless they are bound to it.
  commission_items: { key: 'id', rows: { [COMMISSION.item]: MEETING } },
  commission_sessions: { key: 'id', rows: { [COMMISSION.session]: MEETING } },
  commission_seats: { key: 'session_id', rows: { [COMMISSION.session]: MEETING } },
  commission_presences: { key: 'session_id', rows: { [COMMISSION.session]: MEETING } },
  commission_agenda: { key: 'session_id', rows: { [COMMISSION.session]: MEETING } },
  commission_recusals: { key: 'session_id', rows: { [COMMISSION.session]: ['nobody', ...MEETING] } },
  commission_notes: { key: 'item_id', rows: { [COMMISSION.item]: MEETING } },
  commission_votes: { key: 'id', rows: { [COMMISSION.vote]: MEETING } },
  commission_ballots: { key: 'vote_id', rows: { [COMMISSION.vote]: MEETING } },
  commission_decisions: { key: 'item_id', rows: { [COMMISSION.item]: MEETING } },
  commission_protocols: { key: 'id', rows: { [COMMISSION.protocol]: MEETING } },
  commission_protocol_sections: { key: 'position', rows: { 0: MEETING, 1: MEETING } },
  commission_protocol_acts: { key: 'protocol_id', rows: { [COMMISSION.protocol]: MEETING } },
  // Both institutions and both ministries, and whoever stays.
  mobilities: { key: 'id', rows: { [STAY]: STAYS } },
  mobility_certificates: { key: 'mobility_id', rows: { [STAY]: STAYS } },
  mobility_payments: { key: 'mobility_id', rows: { [STAY]: STAYS } },
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
  call_access_codes: { key: 'reason', rows: { invited: PROGRAMME } },
  // An address is nobody's who could sign in.
  call_watches: { key: 'call_id', rows: { [CALLS.ana]: ['ana'], [CALLS.boris]: [] } },
  bulk_acts: { key: 'act', rows: { nominate: ['home_coordinator'] } },
  // Open to functions only, that know one session by its id.
  web_sessions: { key: 'sid', rows: { ana: [] } },
  passkey_challenges: { key: 'challenge', rows: { ana: ['ana'] } },
  signed_links: { key: 'purpose', rows: { letter: ['home_coordinator'], erasure_receipt: [] } },
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

  it('binds deputies to whom they stand for also while their office rests', async () => {
    const { rows } = await owner.query<{ acts_for: string[]; home_institutions: string[] | null }>(
      'select acts_for, home_institutions from scopes_of_person($1, false, $2)',
      [person('deputy'), clock.now()],
    );
    expect(rows).toEqual([{ acts_for: [person('home_coordinator')], home_institutions: null }]);
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

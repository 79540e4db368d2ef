import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqlState } from '../../src/platform/database/sql-state.js';
import { ROLE_TABLE } from '../../src/shared/actor.js';
import type { Role } from '../../src/shared/actor.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LONG_AGO } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import {
  REFUSED,
  owner,
  INSTITUTIONS,
  GRANTS,
  person,
  CLIENT,
  LETTER,
  PERSONAS,
  APPLICATION,
  TOGETHER,
  as,
  startWorld,
  stopWorld,
} from './second-wall-world.js';
import type { Institution } from './second-wall-world.js';

/** What nobody may write, however the application asks: the statements that go round every operation. */

beforeAll(startWorld, 60_000);
afterAll(stopWorld);

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

  it('lets no office that wrote a file with others have a hand in it, and nobody bound to who did', async () => {
    const writers = ['home_coordinator', 'deputy', 'home_unit'] as const;
    const hands = async () =>
      Object.fromEntries(
        await Promise.all(
          writers.map(async (persona) => [
            persona,
            [
              await attempt(persona, `select from officer_notes where application_id = '${APPLICATION.ana}'`),
              await attempt(
                persona,
                `select from thread_messages where application_id = '${APPLICATION.ana}'`,
              ),
              await attempt(
                persona,
                `update application_documents set state = state where application_id = '${APPLICATION.ana}'`,
              ),
            ].map((touched) => touched !== 0),
          ]),
        ),
      ) as Record<string, boolean[]>;
    const before = await hands();
    expect(before.home_coordinator).toContain(true);
    expect(before.home_unit).toContain(true);
    await owner.query('update co_applicants set person_id = $1 where id = $2', [
      person('home_coordinator'),
      TOGETHER.left,
    ]);
    try {
      expect(await hands()).toEqual({
        home_coordinator: [false, false, false],
        // The deputy acts for them.
        deputy: [false, false, false],
        home_unit: before.home_unit,
      });
    } finally {
      await owner.query('update co_applicants set person_id = $1 where id = $2', [
        person('co_author'),
        TOGETHER.left,
      ]);
    }
    expect(await hands()).toEqual(before);
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

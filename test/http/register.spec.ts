import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { LANGUAGES } from '../../src/shared/language.js';
import { RunRetention } from '../../src/privacy/public.js';
import { systemClock } from '../../src/shared/clock.js';
import { insertRows } from '../factories/rows.js';
import { OfficeScene } from './office-scene.js';

/** What crossed the border and what the clock took away, for whoever answers for the programme. */

let scene: OfficeScene;
let student: Id;
let moscow: Id;

const NAME = 'Непоновљивић';
const lines: Record<string, Id> = {};

beforeAll(async () => {
  scene = await OfficeScene.start();
  await scene.signIn('student', 'student@rs.demo');
  await scene.signIn('auditor', 'auditor@rs.demo', { role: 'auditor', scope: {} });
  await scene.signIn('rs', 'ministry@rs.demo', { role: 'ministry_officer', scope: { country: 'RS' } });
  student = scene.people.student ?? '';
  moscow = await scene.world.institution('lomonosov-moscow-state-university');
  await scene.http.owner.query('update persons set native_family = $2 where id = $1', [student, NAME]);
  const subject = newId();
  const line = (name: string, at: string, more: object) => {
    lines[name] = newId(new Date(at));
    return {
      id: lines[name],
      person_id: student,
      subject_kind: 'application',
      subject_id: subject,
      from_country: 'RS',
      owner_country: 'RS',
      to_country: 'RU',
      recipient_institution_id: moscow,
      purpose: 'nomination',
      legal_basis: 'consent',
      fields: ['person', 'study'],
      act: 'application.nominated',
      at: new Date(at),
      ...more,
    };
  };
  await insertRows(scene.http.owner, 'transfers', [
    line('old', '2025-11-03T10:00:00Z', {}),
    line('other', '2026-03-03T10:00:00Z', { purpose: 'offer', recipient_institution_id: null }),
  ]);
  await insertRows(scene.http.owner, 'transfer_ends', [
    {
      id: newId(),
      person_id: student,
      subject_kind: 'application',
      subject_id: subject,
      label: 'MOST-1',
      to_country: 'RU',
      recipient_institution_id: moscow,
      cause: 'withdrawn',
      seen_from: new Date('2025-11-03T10:00:00Z'),
      at: new Date('2025-12-03T10:00:00Z'),
      kept: ['number'],
      kept_until: new Date('2028-12-03T10:00:00Z'),
    },
  ]);
}, 120_000);

afterAll(() => scene.stop());

const page = async (query = '') =>
  (await scene.browser('auditor').open(`/admin/transfers?lang=en${query}`)).body;
const acts = (body: string) => body.split('most-card').length - 1;

describe('the register of the whole programme', () => {
  it('names nobody, in every language', async () => {
    for (const language of LANGUAGES) {
      const { status, body } = await scene.browser('auditor').open(`/admin/transfers?lang=${language}`);
      expect(status).toBe(200);
      expect(body).toContain(student);
      expect(body).not.toContain(NAME);
      expect(body).not.toContain('privacy.programme_register.');
    }
  });

  it('is narrowed by where to, for what, when, and whether it is still seen', async () => {
    expect(acts(await page())).toBe(2);
    expect(acts(await page('&purpose=offer'))).toBe(1);
    expect(acts(await page('&year=2025'))).toBe(1);
    expect(acts(await page('&sight=ended'))).toBe(1);
    expect(acts(await page('&sight=seen&year=2025'))).toBe(0);
    expect(acts(await page('&to=RS'))).toBe(0);
    // What is no filter narrows nothing.
    expect(acts(await page("&to='&year=9x&purpose=%00&before=nonsense"))).toBe(2);
    expect(acts(await page(`&before=${lines.other}`))).toBe(1);
  });

  it('leaves as a file by ids and codes, on record', async () => {
    const answer = await scene.send('auditor', '/admin/transfers?lang=en', '/admin/transfers/export', {
      year: '2025',
    });
    expect(answer.status).toBe(200);
    const rows = answer.body.trim().split('\r\n');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toContain(`${lines.old},2025-11-03T10:00:00.000Z,${student},application`);
    expect(rows[1]).toContain('withdrawn');
    expect(answer.body).not.toContain(NAME);
    const { rows: recorded } = await scene.http.owner.query(
      `select role, data->>'year' as year from audit_entries where action = 'transfer.exported'`,
    );
    expect(recorded).toEqual([{ role: 'auditor', year: '2025' }]);
  });

  it('is closed to everybody else', async () => {
    for (const [who, path] of [
      ['student', '/admin/transfers'],
      ['student', '/admin/retention'],
      ['rs', '/admin/transfers'],
    ] as const) {
      expect((await scene.browser(who).open(path)).status).toBe(403);
    }
    // What is kept how long in their country, an officer reads, and of no other.
    const periods = await scene.browser('rs').open('/admin/retention?lang=en');
    expect(periods.body).toContain('Next run');
    expect(periods.body).toContain('Serbian law on archival material');
    expect(periods.body).not.toContain('Russian law on archives');
  });
});

it('tells what the clock took away and by which rules', async () => {
  await scene.http.app.get(RunRetention).run(systemClock, { dry: true });
  for (const language of LANGUAGES) {
    const { status, body } = await scene.browser('auditor').open(`/admin/retention?lang=${language}`);
    expect(status).toBe(200);
    expect(body).not.toContain('privacy.retention.');
  }
  const { body } = await scene.browser('auditor').open('/admin/retention?lang=en');
  expect(body).toContain('trial, nothing was taken away');
  expect(body).toContain('applications never submitted');
});

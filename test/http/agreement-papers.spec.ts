import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import {
  AnswerAgreement,
  ImportAgreements,
  KeepAnnexes,
  PrepareAgreement,
  ProposeAgreement,
  ReviseAgreement,
} from '../../src/agreements/public.js';
import type { AgreementDraft, VersionView } from '../../src/agreements/public.js';
import { AgreementDocuments } from '../../src/agreements/operations/agreement-documents.js';
import { DecideSide } from '../../src/approvals/public.js';
import { IssuedDocuments } from '../../src/documents/public.js';
import { checkSignatures } from '../../src/documents/rendering/pdf-signature-check.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import type { Role } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { WebModule } from '../../src/web/web.module.js';
import { expectInvariants } from '../database/expect-invariants.js';
import type { Answer, Browser } from './browser-of-text.js';
import { OfficeScene } from './office-scene.js';

/** What an agreement is on paper: its annexes, its signed text, and what was signed before it came here. */

const AT = { RS: 'university-of-belgrade', RU: 'lomonosov-moscow-state-university' } as const;
type Country = keyof typeof AT;
const text = (sr: string, ru = sr, en = sr) => ({ sr, ru, en });

let scene: OfficeScene;
let scratch: string;
let institutions: Readonly<Record<Country, Id>>;
let number = 0;

beforeAll(async () => {
  scene = await OfficeScene.start([WebModule]);
  scratch = mkdtempSync(join(tmpdir(), 'most-papers-'));
  institutions = { RS: await scene.world.institution(AT.RS), RU: await scene.world.institution(AT.RU) };
  for (const [country, domain] of [
    ['RS', 'bg.rs'],
    ['RU', 'msu.ru'],
  ] as const) {
    const side = country.toLowerCase();
    const at = { institution_id: institutions[country] };
    await scene.signIn(`coordinator ${country}`, `coordinator@${domain}.demo`, {
      role: 'coordinator',
      scope: at,
    });
    await scene.signIn(`signatory ${country}`, `signatory@${domain}.demo`, { role: 'signatory', scope: at });
    for (const [name, email] of [
      ['officer', 'ministry'],
      ['colleague', 'ministry2'],
    ] as const) {
      await scene.signIn(`${name} ${country}`, `${email}@${side}.demo`, {
        role: 'ministry_officer',
        scope: { country },
      });
    }
  }
  await scene.signIn('administrator', 'admin@rs.demo', { role: 'programme_administrator', scope: {} });
  await scene.signIn('stranger', 'outsider@rs.demo');
}, 120_000);

afterAll(async () => {
  await expectInvariants(scene.http.owner);
  await scene.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** Somebody of the scene, as an operation meets them. */
function as(name: string, role: Role, country: Country): RequestContext {
  const request = scene.as(scene.people[`${name} ${country}`] ?? '');
  const ofMinistry = role === 'ministry_officer';
  return {
    ...request,
    actor: {
      ...request.actor,
      name: `${name} ${country}`,
      grants: [
        {
          role,
          institutionId: ofMinistry ? null : institutions[country],
          country: ofMinistry ? country : null,
        },
      ],
      secondFactor: true,
      ties: NO_TIES,
    },
  };
}

async function pdfOf(words: string): Promise<string> {
  const document = await PDFDocument.create();
  document.addPage().drawText(words);
  const path = join(scratch, `${words}.pdf`);
  writeFileSync(path, await document.save());
  return path;
}

function draft(changes: Partial<AgreementDraft> = {}): AgreementDraft {
  number += 1;
  return {
    kind: 'inter_institutional',
    reference: `PAPER-${number}`,
    title: text('Споразум о размени', 'Соглашение об обмене', 'Agreement on exchange'),
    parties: (['RS', 'RU'] as const).map((country) => ({
      country,
      institutionId: institutions[country],
      name: text(`Универзитет ${country}`, `Университет ${country}`, `University ${country}`),
    })),
    themes: ['digital_economy'],
    text: {
      articles: [
        { title: text('Предмет', 'Предмет'), body: text('Стране размењују.', 'Стороны обмениваются.') },
      ],
    },
    quotas: [
      {
        homeCountry: 'RS',
        hostCountry: 'RU',
        category: 'student',
        academicYear: '2027/28',
        persons: 7,
        months: 35,
      },
    ],
    validFrom: '2026-01-01',
    validUntil: '2030-12-31',
    noticeDays: 60,
    exchange: { fields: ['061'], levels: [7], languages: [{ language: 'en', level: 'B2' }], blended: true },
    ...changes,
  };
}

const begin = (changes: Partial<AgreementDraft> = {}) =>
  scene.http.app
    .get(PrepareAgreement)
    .prepareAgreement(as('coordinator', 'coordinator', 'RS'), draft(changes));

async function newest(id: Id): Promise<VersionView & { readonly reference: string }> {
  const { rows } = await scene.http.owner.query<VersionView & { readonly reference: string }>(
    `select v.id, v.number, v.state, v.content, v.content_hash as "contentHash", v.signed_on::text as "signedOn", a.reference
     from agreement_versions v join agreements a on a.id = v.agreement_id where a.id = $1 order by v.number desc limit 1`,
    [id],
  );
  const [row] = rows;
  if (!row) throw new Error('no version');
  return row;
}

async function decide(id: Id, country: Country, name = 'officer') {
  const { rows } = await scene.http.owner.query<{ id: Id }>(
    'select id from decisions where subject_id = $1 and withdrawn_at is null order by opened_at desc limit 1',
    [id],
  );
  return scene.http.app
    .get(DecideSide)
    .run(as(name, 'ministry_officer', country), rows[0]?.id ?? '', { country, verdict: 'approve' });
}

async function signAndDecide(id: Id): Promise<void> {
  for (const country of ['RS', 'RU'] as const) {
    const { contentHash: hash } = await newest(id);
    await scene.http.app.get(AnswerAgreement).answerAgreement(as('signatory', 'signatory', country), id, {
      hash,
      verdict: 'approved',
      office: 'Rector',
    });
  }
  for (const country of ['RS', 'RU'] as const) await decide(id, country);
}

/** What the worker does with an event of an agreement. */
async function heard(id: Id, type: string): Promise<void> {
  const { app, owner } = scene.http;
  const { number: version } = await newest(id);
  const event = {
    id: '1',
    at: new Date(),
    actorId: null,
    type,
    subject: { kind: 'agreement', id },
    payload: { version },
  };
  await app.get(AgreementDocuments).hear(event);
  // Delivered twice, it is made once.
  await app.get(AgreementDocuments).hear(event);
  const { rows } = await owner.query<{ id: Id }>(
    `select d.id from issued_documents d join agreement_versions v on v.id = d.subject_id where v.agreement_id = $1`,
    [id],
  );
  for (const document of rows) await app.get(IssuedDocuments).prepare(document.id);
}

interface Issued {
  readonly number: string;
  readonly code: string;
  readonly content: string;
  readonly wanted: number;
  readonly revoked: boolean;
  readonly superseded: boolean;
}
async function issued(id: Id): Promise<readonly Issued[]> {
  const { rows } = await scene.http.owner.query<Issued>(
    `select d.number, d.check_code as code, d.content::text, d.signatures_wanted as wanted, d.revoked_at is not null as revoked,
       d.superseded_by is not null as superseded
     from issued_documents d join agreement_versions v on v.id = d.subject_id where v.agreement_id = $1 order by d.issued_at, d.number`,
    [id],
  );
  return rows;
}

async function give(
  browser: Browser,
  address: string,
  fields: Record<string, string>,
  path?: string,
): Promise<Answer> {
  const form = new FormData();
  form.set('_csrf', browser.token(await browser.open(address)));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (path) {
    const { readFileSync } = await import('node:fs');
    form.set('file', new Blob([new Uint8Array(readFileSync(path))]), path.split('/').at(-1) ?? '');
  }
  return browser.post(address, form);
}

const TITLED = { 'annexTitle.sr': 'План рада', 'annexTitle.ru': 'План работы', 'annexTitle.en': '' };

describe('annexes', () => {
  it('are part of what is approved: each changes the hash, and without it the hash is what it was', async () => {
    const id = await begin();
    const before = await newest(id);
    const coordinator = scene.browser('coordinator RS');
    const address = `/agreements/${before.reference}/edit/annexes`;
    const missing = await give(coordinator, address, { ...TITLED, 'annexTitle.ru': ' ' });
    expect(missing.status).toBe(422);
    expect(missing.body).toContain('href="#field-annexTitle.ru"');
    expect(missing.body).toContain('href="#field-file"');
    // What was typed stays.
    expect(missing.body).toContain('План рада');
    const other = join(scratch, 'picture.pdf');
    writeFileSync(other, 'no document');
    expect((await give(coordinator, address, TITLED, other)).status).toBe(422);
    expect((await newest(id)).contentHash).toBe(before.contentHash);

    const plan = await pdfOf('plan');
    expect((await give(coordinator, address, TITLED, plan)).status).toBe(303);
    const after = await newest(id);
    expect(after.contentHash).not.toBe(before.contentHash);
    const [annex] = after.content.annexes ?? [];
    expect(annex).toMatchObject({ title: { sr: 'План рада' }, fileName: 'plan.pdf', pages: 1 });
    expect((await give(coordinator, address, TITLED, plan)).status).toBe(422);
    const page = await coordinator.open(address);
    expect(page.body).toContain(annex?.sha256);

    const removed = await coordinator.post(`${address}/remove`, {
      _csrf: coordinator.token(page),
      annex: annex?.key ?? '',
    });
    expect(removed.status).toBe(303);
    expect((await newest(id)).contentHash).toBe(before.contentHash);
  });

  it('are taken by the parties, their ministries and the programme, and by nobody else', async () => {
    const id = await begin();
    const keep = scene.http.app.get(KeepAnnexes);
    await keep.addAnnex(
      as('coordinator', 'coordinator', 'RS'),
      id,
      text('План'),
      await keep.receive(await pdfOf('taken'), 'taken.pdf'),
    );
    const { reference, content } = await newest(id);
    const address = `/agreements/${reference}/versions/1/annexes/${content.annexes?.[0]?.key ?? ''}`;
    for (const name of [
      ...(['RS', 'RU'] as const).flatMap((side) => [
        `coordinator ${side}`,
        `signatory ${side}`,
        `officer ${side}`,
      ]),
      'administrator',
    ]) {
      expect([name, (await scene.browser(name).open(address)).status]).toEqual([name, 200]);
    }
    expect((await scene.browser('stranger').open(address)).status).toBe(403);
    expect((await scene.http.browser().open(address)).body).not.toContain('%PDF');
    expect((await scene.browser('coordinator RS').open(address.replace(/annex-.*/, 'annex-x'))).status).toBe(
      404,
    );
    // No person owns it: whoever gave it can be erased, and the agreement keeps its annex.
    const { rows } = await scene.http.owner.query(
      `select owner_id, link_id from uploads where subject_kind = 'agreement_version' and file_name = 'taken.pdf'`,
    );
    expect(rows).toEqual([{ owner_id: null, link_id: null }]);
  });

  it('go over to the renewal, and the comparison shows what came', async () => {
    const id = await begin();
    const keep = scene.http.app.get(KeepAnnexes);
    const coordinator = as('coordinator', 'coordinator', 'RS');
    await keep.addAnnex(
      coordinator,
      id,
      text('Први', 'Первый'),
      await keep.receive(await pdfOf('first'), 'first.pdf'),
    );
    await scene.http.app.get(ProposeAgreement).proposeAgreement(coordinator, id);
    // Proposed, it is fixed.
    await expect(
      keep.addAnnex(coordinator, id, text('Други'), await keep.receive(await pdfOf('late'), 'late.pdf')),
    ).rejects.toMatchObject({ code: 'wrong_state' });
    await signAndDecide(id);
    await scene.http.app.get(ReviseAgreement).reviseAgreement(coordinator, id, 'renew');
    await keep.addAnnex(
      coordinator,
      id,
      text('Други', 'Второй'),
      await keep.receive(await pdfOf('second'), 'second.pdf'),
    );
    const { reference, content } = await newest(id);
    expect(content.annexes?.map(({ fileName }) => fileName)).toEqual(['first.pdf', 'second.pdf']);
    const browser = scene.browser('coordinator RU');
    const carried = `/agreements/${reference}/versions/2/annexes/${content.annexes?.[0]?.key ?? ''}`;
    expect((await browser.open(carried)).status).toBe(200);
    const compared = (await browser.open(`/agreements/${reference}/compare?lang=ru`)).body;
    expect(compared).toContain('Второй');
    expect(compared).toContain(content.annexes?.[1]?.sha256.slice(0, 12));
    expect(compared).not.toContain(content.annexes?.[0]?.sha256.slice(0, 12));
  });
});

describe('the text of a version as a document', () => {
  it('is one to sign first and the signed one in its place, by everybody who approved it', async () => {
    const id = await begin();
    await scene.http.app.get(ProposeAgreement).proposeAgreement(as('coordinator', 'coordinator', 'RS'), id);
    await heard(id, 'agreement.proposed');
    const [toSign] = await issued(id);
    expect(toSign).toMatchObject({ wanted: 0, revoked: false });
    expect(toSign?.number).toMatch(/^MOST-\d{4}-RS-A\d{6}$/);
    const { reference, contentHash } = await newest(id);
    for (const said of [
      'ЗА ПОТПИС',
      'НА ПОДПИСЬ',
      contentHash,
      'Универзитет RU',
      'Университет RU',
      'Стране размењују.',
      'Стороны обмениваются.',
      '7 особа',
      '35 месяцев',
      'Дигитална економија',
      'EQF 7',
      'B2',
      '60 дана',
      '2030',
    ]) {
      expect([said, toSign?.content.includes(said)]).toEqual([said, true]);
    }
    await signAndDecide(id);
    await heard(id, 'agreement.in_force');
    const all = await issued(id);
    expect(all.map(({ wanted, superseded }) => [wanted, superseded])).toEqual([
      [0, true],
      [4, false],
    ]);
    const signed = all[1];
    expect(signed?.content).not.toContain('ЗА ПОТПИС');
    expect(signed?.content).toContain('Rector');
    const { app, owner } = scene.http;
    const file = await app.get(Database).read(systemContext(systemClock), async (ctx) => {
      const { content } = await app.get(AgreementDocuments).open(ctx, (await newest(id)).id);
      return buffer(await content());
    });
    expect(checkSignatures(file).map(({ intact }) => intact)).toEqual([true, true, true, true]);
    // Each side by its own certificate, and each is on record.
    const { rows } = await owner.query<{
      country: string;
      of: string;
      fingerprint: string;
      recorded: boolean;
    }>(
      `select s.country, s.certificate ->> 'country' as of, s.certificate ->> 'fingerprint' as fingerprint,
         exists (select from audit_entries e where e.action = 'document.sealed' and e.data ->> 'sha256' = s.sha256
           and e.data ->> 'certificate' = s.certificate ->> 'fingerprint') as recorded
       from document_signatures s join issued_documents d on d.id = s.document_id where d.number = $1 order by position`,
      [signed?.number],
    );
    expect(rows.map(({ country, of, recorded }) => [country, of, recorded])).toEqual([
      ['RS', 'RS', true],
      ['RU', 'RU', true],
      ['RS', 'RS', true],
      ['RU', 'RU', true],
    ]);
    expect(new Set(rows.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    const verified = await scene.http
      .browser()
      .open(`/verify/${signed?.number ?? ''}?code=${signed?.code ?? ''}&lang=en`);
    for (const said of [
      reference,
      contentHash,
      rows[0]?.fingerprint ?? '',
      'MOST demonstration RU',
      'vouches for nobody',
    ]) {
      expect([said, verified.body.includes(said)]).toEqual([said, true]);
    }
    const gone = await scene.http
      .browser()
      .open(`/verify/${toSign?.number ?? ''}?code=${toSign?.code ?? ''}&lang=en`);
    expect(gone.body).toContain(signed?.number);
    const address = `/agreements/${reference}/versions/1/text.pdf`;
    expect((await scene.browser('coordinator RU').open(`/agreements/${reference}`)).body).toContain(address);
    for (const name of ['coordinator RS', 'signatory RU', 'officer RU', 'administrator']) {
      expect([name, (await scene.browser(name).open(address)).status]).toEqual([name, 200]);
    }
    expect((await scene.browser('stranger').open(address)).status).toBe(403);
    expect((await scene.http.browser().open(`/agreements/${reference}`)).body).not.toContain('text.pdf');
  });

  it('holds no more once the version came back', async () => {
    const id = await begin();
    await scene.http.app.get(ProposeAgreement).proposeAgreement(as('coordinator', 'coordinator', 'RS'), id);
    await heard(id, 'agreement.proposed');
    await scene.http.app.get(AnswerAgreement).answerAgreement(as('signatory', 'signatory', 'RU'), id, {
      hash: (await newest(id)).contentHash,
      verdict: 'returned',
      office: 'Rector',
      reason: 'Квота.',
    });
    await heard(id, 'agreement.closed');
    expect((await issued(id)).map(({ revoked }) => revoked)).toEqual([true]);
  });
});

const HEADING = 'external_reference,reference,kind,parties,title_sr,title_ru,signed_on,valid_until,quotas';
const row = (
  external: string,
  changes: Partial<Record<'reference' | 'parties' | 'signed' | 'title' | 'quotas', string>> = {},
) =>
  [
    external,
    changes.reference ?? `OLD-${external.replace('/', '-')}`,
    'inter_institutional',
    changes.parties ?? `${AT.RS}; ${AT.RU}`,
    changes.title ?? 'Стари споразум',
    'Старое соглашение',
    changes.signed ?? '31. 5. 2024.',
    '2031-05-31',
    changes.quotas ?? 'RS>RU student 2027/28 4 20; RU>RS student 2027/28 4 20',
  ]
    .map((cell) => `"${cell}"`)
    .join(',');
const table = (...rows: readonly string[]) => [HEADING, ...rows].join('\r\n');
const count = async () => {
  const { rows } = await scene.http.owner.query<{ count: number }>(
    'select count(*)::integer as count from agreements where external_reference is not null',
  );
  return rows[0]?.count;
};

describe('agreements from paper', () => {
  it('are looked at first; one fault keeps the whole file out, and each is told at its column', async () => {
    const browser = scene.browser('officer RS');
    const path = join(scratch, 'wrong.csv');
    writeFileSync(
      path,
      table(
        row('A/1'),
        row('A/2', { parties: `${AT.RS}; nowhere`, signed: 'yesterday' }),
        row('A/1', { title: '' }),
        row('A/3', { quotas: 'ten students', reference: 'a/b' }),
      ),
    );
    const answer = await give(browser, '/agreements/import', { act: 'import' }, path);
    expect(answer.status).toBe(422);
    for (const said of [
      'Party 2 is not known',
      'Signed: ',
      'stands on line 2 already',
      'Title in Serbian: ',
      'ten students',
      'Number: ',
    ]) {
      expect([said, answer.body.includes(said)]).toEqual([said, true]);
    }
    expect(await count()).toBe(0);
    const none = await give(browser, '/agreements/import', { act: 'check' });
    expect(none.status).toBe(422);
    for (const [broken, said] of [
      ['external_reference\nx', 'These columns are missing'],
      [`${HEADING},colour\n`, 'empty'],
      ['[{]', 'cannot be read'],
      ['[1]', 'Expected an object'],
      [`${HEADING}\n"A`, 'cannot be read from line'],
    ] as const) {
      writeFileSync(path, broken);
      const refused = await give(browser, '/agreements/import', { act: 'check' }, path);
      expect([broken, refused.status, refused.body.includes(said)]).toEqual([broken, 422, true]);
    }
  });

  it('are seen before they are taken, taken once, and count when colleagues of both countries confirm them', async () => {
    const browser = scene.browser('officer RS');
    const path = join(scratch, 'good.csv');
    writeFileSync(path, table(row('B/1'), row('B/2')));
    const seen = await give(browser, '/agreements/import', { act: 'check' }, path);
    expect(seen.status).toBe(200);
    expect(seen.body).toContain('new: 2');
    expect(await count()).toBe(0);
    const taken = await give(browser, '/agreements/import', { act: 'import' }, path);
    expect(taken.status).toBe(303);
    expect(await count()).toBe(2);
    const again = await give(browser, '/agreements/import', { act: 'check' }, path);
    expect(again.body).toContain('as they were: 2');
    const { rows } = await scene.http.owner.query<{ id: Id; state: string; reference: string }>(
      `select id, state, reference from agreements where external_reference = 'B/1'`,
    );
    const [found] = rows;
    if (!found) throw new Error('not there');
    expect(found.state).toBe('proposed');
    // Whoever brought it does not confirm it, and what is before both is not changed by a file.
    await expect(decide(found.id, 'RS')).rejects.toMatchObject({ reason: 'separation_of_duties' });
    writeFileSync(path, table(row('B/1', { title: 'Други назив' })));
    expect((await give(browser, '/agreements/import', { act: 'import' }, path)).body).toContain(
      'before both ministries',
    );
    expect(await decide(found.id, 'RS', 'colleague')).toBe('open');
    expect((await newest(found.id)).state).toBe('proposed');
    expect(await decide(found.id, 'RU')).toBe('agreed_yes');
    expect(await newest(found.id)).toMatchObject({ state: 'in_force', signedOn: '2024-05-31' });
    const page = (await scene.http.browser().open(`/agreements/${found.reference}?lang=en`)).body;
    expect(page).toContain('Signed on paper');
    expect((await give(browser, '/agreements/import', { act: 'import' }, path)).body).toContain(
      'It counts already',
    );
    await heard(found.id, 'agreement.in_force');
    const [document] = await issued(found.id);
    // Two ministries and no institution: nobody is said to have signed what they signed on paper.
    expect(document).toMatchObject({ wanted: 2 });
    expect(document?.content).toContain('потписан на папиру');
    expect(document?.content).toContain('подписано на бумаге');
    // What follows it is signed here.
    await scene.http.app
      .get(ReviseAgreement)
      .reviseAgreement(as('coordinator', 'coordinator', 'RS'), found.id, 'renew');
    expect((await newest(found.id)).content.paper).toBeUndefined();
  });

  it('wait as drafts for a scan where that is wished, and go to the ministries without another signature', async () => {
    const browser = scene.browser('officer RU');
    const path = join(scratch, 'drafts.json');
    const item = {
      externalReference: 'C/1',
      reference: 'OLD-C-1',
      kind: 'inter_institutional',
      signedOn: '2023-03-01',
      title: text('Споразум', 'Соглашение'),
      parties: [{ institution: AT.RU }, { institution: AT.RS }],
      articles: [{ title: text('Предмет'), body: text('Размена.') }],
      quotas: [],
    };
    writeFileSync(path, JSON.stringify({ items: [item] }));
    expect((await give(browser, '/agreements/import', { act: 'import', drafts: 'yes' }, path)).status).toBe(
      303,
    );
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      `select id from agreements where external_reference = 'C/1'`,
    );
    const id = rows[0]?.id ?? '';
    expect((await newest(id)).state).toBe('draft');
    const keep = scene.http.app.get(KeepAnnexes);
    const coordinator = as('coordinator', 'coordinator', 'RS');
    await keep.addAnnex(
      coordinator,
      id,
      text('Скен', 'Скан'),
      await keep.receive(await pdfOf('scan'), 'scan.pdf'),
    );
    // The same file again takes nothing away that was added since.
    expect((await give(browser, '/agreements/import', { act: 'import', drafts: 'yes' }, path)).status).toBe(
      303,
    );
    expect((await newest(id)).content.annexes).toHaveLength(1);
    const decision = await scene.http.app.get(ProposeAgreement).proposeAgreement(coordinator, id);
    expect(decision).not.toBeNull();
    await decide(id, 'RS');
    await decide(id, 'RU', 'colleague');
    expect((await newest(id)).state).toBe('in_force');
  });

  it('come from the command line with their scans, are prepared by nobody, and stay out without them', async () => {
    const imports = scene.http.app.get(ImportAgreements);
    const request = systemContext(systemClock);
    const keep = scene.http.app.get(KeepAnnexes);
    const scanned = `${HEADING},scan\r\n${row('D/1')},old.pdf`;
    const options = { dryRun: false, asDrafts: false };
    const without = await imports.importAgreements(request, scanned, options);
    expect(without.rows[0]?.problems).toEqual([{ field: 'scan', problem: 'scan_missing' }]);
    const scans = new Map([['old.pdf', await keep.receive(await pdfOf('old'), 'old.pdf')]]);
    expect((await imports.importAgreements(request, scanned, { ...options, dryRun: true, scans })).done).toBe(
      false,
    );
    const taken = await imports.importAgreements(request, scanned, { ...options, scans });
    expect(taken).toMatchObject({ done: true, rows: [{ outcome: 'new' }] });
    const again = await imports.importAgreements(request, scanned, { ...options, scans });
    expect(again.rows[0]?.outcome).toBe('unchanged');
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      `select id from agreements where external_reference = 'D/1'`,
    );
    const id = rows[0]?.id ?? '';
    expect((await newest(id)).content.annexes).toMatchObject([{ fileName: 'old.pdf' }]);
    await decide(id, 'RS');
    await decide(id, 'RU');
    expect((await newest(id)).state).toBe('in_force');
  });

  it('are brought by ministries of its parties and the programme alone', async () => {
    for (const name of ['coordinator RS', 'signatory RU', 'stranger']) {
      expect([name, (await scene.browser(name).open('/agreements/import')).status]).toEqual([name, 403]);
    }
    for (const name of ['officer RU', 'administrator']) {
      expect([name, (await scene.browser(name).open('/agreements/import')).status]).toEqual([name, 200]);
      expect((await scene.browser(name).open('/agreements/import/columns.csv')).body).toContain(
        'external_reference,',
      );
    }
    const before = await count();
    const coordinator = as('coordinator', 'coordinator', 'RS');
    const report = await scene.http.app
      .get(ImportAgreements)
      .importAgreements(coordinator, table(row('E/1')), { dryRun: false, asDrafts: false });
    expect(report.rows).toMatchObject([{ outcome: 'refused', problems: [{ field: 'parties' }] }]);
    expect(await count()).toBe(before);
  });
});

describe('a condition on what is approved as it stands', () => {
  it('is refused at the form with the reason, and nothing is decided', async () => {
    const id = await scene.world.prepareAgreement();
    await scene.http.app.get(ProposeAgreement).proposeAgreement(systemContext(systemClock), id);
    const { rows } = await scene.http.owner.query<{ id: Id }>(
      'select id from decisions where subject_id = $1',
      [id],
    );
    const address = `/approvals/${rows[0]?.id ?? ''}`;
    const browser = scene.browser('officer RS');
    const page = await browser.open(`${address}?verdict=approve_with_conditions`);
    expect(page.body).toContain('nothing could follow from a condition');
    expect(page.body).not.toContain('name="condition-0"');
    const refused = await browser.post(`${address}/decision`, {
      _csrf: browser.token(page),
      country: 'RS',
      verdict: 'approve_with_conditions',
      'condition-0': 'A certificate.',
      'condition-0-due': '2027-03-01',
    });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('nothing could follow from a condition');
    const { rows: sides } = await scene.http.owner.query<{ state: string }>(
      'select state from decision_sides where decision_id = $1',
      [rows[0]?.id],
    );
    expect(sides.map(({ state }) => state)).toEqual(['pending', 'pending']);
  });
});

it('a memorandum names organisations beside the ministries', async () => {
  const id = await scene.http.app.get(PrepareAgreement).prepareAgreement(systemContext(systemClock), {
    ...draft({ kind: 'memorandum' }),
    parties: (['RS', 'RU'] as const).map((country) => ({
      country,
      institutionId: null,
      name: text(`Министарство ${country}`),
    })),
  });
  const { reference } = await newest(id);
  const browser = scene.browser('administrator');
  const address = `/agreements/${reference}/edit/parties`;
  const page = await browser.open(address);
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? '';
  const party = (place: number, country: string, said: string) => ({
    [`parties.${place}.country`]: country,
    ...Object.fromEntries(['sr', 'ru', 'en'].map((language) => [`parties.${place}.name.${language}`, said])),
  });
  const saved = await browser.post(address, {
    _csrf: browser.token(page),
    edit: hidden('edit'),
    base: hidden('base'),
    ...party(0, 'RS', 'Министарство RS'),
    ...party(1, 'RU', 'Министарство RU'),
    ...party(2, 'RS', 'Фонд за науку'),
  });
  expect(saved.status).toBe(303);
  expect((await newest(id)).content.parties.map(({ country, name }) => [country, name.sr])).toEqual([
    ['RS', 'Министарство RS'],
    ['RS', 'Фонд за науку'],
    ['RU', 'Министарство RU'],
  ]);
});

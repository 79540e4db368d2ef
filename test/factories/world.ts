import type { INestApplication } from '@nestjs/common';
import type pg from 'pg';
import { BringIntoForce, PrepareAgreement, ProposeAgreement } from '../../src/agreements/public.js';
import type { AgreementDraft } from '../../src/agreements/public.js';
import { DecideSide } from '../../src/approvals/public.js';
import { PrepareCall, ProposeCall, PublishCall } from '../../src/calls/public.js';
import type { CallDraft } from '../../src/calls/public.js';
import { Database, systemContext } from '../../src/platform/database/database.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { LocalizedText } from '../../src/shared/language.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { systemClock } from '../../src/shared/clock.js';
import type { Clock } from '../../src/shared/clock.js';
import { ImportCountries, ImportInstitutions, Institutions } from '../../src/universities/public.js';

/** Builds a small world by the operations that build the real one. */
export interface World {
  readonly institution: (slug: string) => Promise<Id>;
  prepareAgreement(changes?: Partial<AgreementDraft>): Promise<Id>;
  /** An agreement that both countries approved, in force for a year already, so that a stay under it may have begun. */
  agreementInForce(changes?: Partial<AgreementDraft>): Promise<Id>;
  prepareCall(changes?: Partial<CallDraft>): Promise<Id>;
  /** A call that both countries approved, published. */
  publishedCall(changes?: Partial<CallDraft>): Promise<Id>;
  /** Both ministries say yes to whatever is before them on a subject. */
  approve(subjectId: Id): Promise<void>;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const INSTITUTIONS = `country,kind,slug,domain,abbreviation,name_native,native_lang,name_sr_cyrl,name_sr_latn,name_ru,name_en,city_native,city_sr_cyrl,city_ru,city_en,federal_district,website,ror,source,checked_on
RS,university,university-of-belgrade,bg.ac.rs,УБ,Универзитет у Београду,sr-Cyrl,Универзитет у Београду,Univerzitet u Beogradu,Белградский университет,University of Belgrade,Београд,Београд,Белград,Belgrade,,https://www.bg.ac.rs,https://ror.org/02qsmb048,ROR,2026-11-23
RS,university,university-of-novi-sad,uns.ac.rs,УНС,Универзитет у Новом Саду,sr-Cyrl,Универзитет у Новом Саду,Univerzitet u Novom Sadu,Нови-Садский университет,University of Novi Sad,Нови Сад,Нови Сад,Нови-Сад,Novi Sad,,https://www.uns.ac.rs,https://ror.org/00xa57a59,ROR,2026-11-23
RS,institute,institute-of-physics-belgrade,ipb.ac.rs,,Институт за физику,sr-Cyrl,Институт за физику,Institut za fiziku,,Institute of Physics Belgrade,Београд,Београд,Белград,Belgrade,,https://www.ipb.ac.rs,,hand,2026-11-23
RU,university,lomonosov-moscow-state-university,msu.ru,МГУ,Московский государственный университет имени М. В. Ломоносова,ru,Московски државни универзитет „М. В. Ломоносов“,Moskovski državni univerzitet „M. V. Lomonosov“,Московский государственный университет имени М. В. Ломоносова,Lomonosov Moscow State University,Москва,Москва,Москва,Moscow,Central,https://www.msu.ru,https://ror.org/010pmpe69,ROR,2026-11-23
RU,university,novosibirsk-state-university,nsu.ru,НГУ,Новосибирский государственный университет,ru,Новосибирски државни универзитет,Novosibirski državni univerzitet,Новосибирский государственный университет,Novosibirsk State University,Новосибирск,Новосибирск,Новосибирск,Novosibirsk,Siberian,https://www.nsu.ru,https://ror.org/04t2ss102,ROR,2026-11-23
`;

const text = (sr: string, ru: string, en: string): LocalizedText => ({ sr, ru, en });

/** Countries and institutions are imported; everything else is built on demand. */
export async function buildWorld(
  app: INestApplication,
  owner: pg.Client,
  clock: Clock = systemClock,
): Promise<World> {
  const request = systemContext(clock);
  const database = app.get(Database);
  let number = 0;

  await database.transaction(request, async (ctx) => {
    await app.get(ImportCountries).importCountries(ctx, [
      {
        code: 'RS',
        timeZone: 'Europe/Belgrade',
        currency: 'RSD',
        language: 'sr-Cyrl',
        ministry: text('Министарство науке', 'Министерство науки Сербии', 'Ministry of Science'),
      },
      {
        code: 'RU',
        timeZone: 'Europe/Moscow',
        currency: 'RUB',
        language: 'ru',
        ministry: text('Министарство просвете', 'Министерство образования', 'Ministry of Education'),
      },
    ]);
    const { faults } = await app.get(ImportInstitutions).importInstitutions(ctx, INSTITUTIONS);
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
  });

  const officers = new Map<string, RequestContext>();
  for (const [country, family] of [
    ['RS', 'Службеник'],
    ['RU', 'Служебная'],
  ] as const) {
    const id = newId();
    await owner.query(
      `insert into persons (id, country, native_family, native_given, native_language, email, language, created_at)
       values ($1, $2, $3, 'Један', 'sr-Cyrl', $4, 'sr-Cyrl', now())`,
      [id, country, family, `${id}@example.org`],
    );
    await owner.query(
      `insert into role_grants (id, person_id, role, country, reason, valid_from)
       values ($1, $2, 'ministry_officer', $3, 'test', '2000-01-01')`,
      [newId(), id, country],
    );
    const grants = [{ role: 'ministry_officer', institutionId: null, country }] as const;
    const actor = {
      kind: 'person',
      personId: id,
      name: family,
      grants,
      ties: NO_TIES,
      secondFactor: true,
      scopes: null,
    } as const;
    officers.set(country, { ...request, actor });
  }

  const world: World = {
    institution: (slug) =>
      database.read(request, async (ctx) => {
        const found = await app.get(Institutions).bySlug(ctx, slug);
        if (!found) throw new Error(`no institution ${slug}`);
        return found.id;
      }),
    prepareAgreement(changes = {}) {
      number += 1;
      const quota = { category: 'student', academicYear: '2027/28', persons: 10, months: 50 };
      return app.get(PrepareAgreement).prepareAgreement(request, {
        kind: 'memorandum',
        reference: `MEMO-${number}`,
        title: text('Меморандум о размени', 'Меморандум об обменах', 'Memorandum on exchange'),
        parties: [
          { country: 'RS', name: text('Србија', 'Сербия', 'Serbia'), institutionId: null },
          { country: 'RU', name: text('Русија', 'Россия', 'Russia'), institutionId: null },
        ],
        themes: [],
        text: {
          articles: [
            {
              title: text('Предмет', 'Предмет', 'Subject'),
              body: text('Стране размењују.', 'Стороны обмениваются.', 'The parties exchange.'),
            },
          ],
        },
        quotas: [
          { ...quota, homeCountry: 'RS', hostCountry: 'RU' },
          { ...quota, homeCountry: 'RU', hostCountry: 'RS' },
        ],
        ...changes,
      });
    },
    async agreementInForce(changes) {
      const id = await world.prepareAgreement(changes);
      await app.get(ProposeAgreement).proposeAgreement(request, id);
      await world.approve(id);
      const since = new Date(clock.now().getTime() - 365 * DAY_MS).toISOString().slice(0, 10);
      await app
        .get(BringIntoForce)
        .bringIntoForce(request, id, { signedOn: since, inForceFrom: since, inForceUntil: null });
      return id;
    },
    async prepareCall(changes = {}) {
      number += 1;
      const now = clock.now().getTime();
      return app.get(PrepareCall).prepareCall(request, {
        slug: `students-${number}`,
        category: 'student',
        route: 'direct',
        title: text('Семестар у Москви', 'Семестр в Москве', 'A semester in Moscow'),
        summary: text('Један семестар студија.', 'Один семестр учёбы.', 'One semester of study.'),
        whoMayApply: text('Студенти Србије.', 'Студенты Сербии.', 'Students from Serbia.'),
        funding: text('Без школарине.', 'Без платы за обучение.', 'No tuition fee.'),
        themes: [],
        agreementId: changes.agreementId ?? (await world.agreementInForce()),
        academicYear: '2027/28',
        timeZone: 'Europe/Belgrade',
        opensAt: new Date(now - DAY_MS),
        closesAt: new Date(now + 12 * DAY_MS + HOUR_MS),
        graceMinutes: 30,
        stayFrom: '2027-09-01',
        stayUntil: '2028-01-31',
        maxChoices: 2,
        homeEndorsement: false,
        independentAssessment: false,
        promises: { screeningDays: 10, returnDays: 7, hostDecisionDays: 35, approvalDays: 14, offerDays: 5 },
        directions: [{ homeCountry: 'RS', hostCountry: 'RU' }],
        places: [
          {
            institutionId: await world.institution('lomonosov-moscow-state-university'),
            fieldCode: '0613',
            level: 7,
            language: 'ru',
            languageLevel: 'B1',
            months: 5,
            services: text('Дом', 'Общежитие', 'A room in a hall'),
            capacity: 3,
          },
        ],
        ...changes,
      });
    },
    async publishedCall(changes) {
      const id = await world.prepareCall(changes);
      await app.get(ProposeCall).proposeCall(request, id);
      await world.approve(id);
      await app.get(PublishCall).publishCall(request, id);
      return id;
    },
    async approve(subjectId) {
      const { rows } = await owner.query<{ decisionId: Id; country: string }>(
        `select s.decision_id as "decisionId", s.country from decision_sides s join decisions d on d.id = s.decision_id
         where d.subject_id = $1 and s.state = 'pending'`,
        [subjectId],
      );
      for (const { decisionId, country } of rows) {
        const officer = officers.get(country);
        if (!officer) throw new Error(`no officer of ${country}`);
        await app.get(DecideSide).run(officer, decisionId, { country, verdict: 'approve' });
      }
    },
  };
  return world;
}

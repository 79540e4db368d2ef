import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Param } from '@nestjs/common';
import { SignJWT, exportJWK } from 'jose';
import { PDFDocument } from 'pdf-lib';
import { PolicyRegistry } from '../../src/access/public.js';
import { SubmitApplication } from '../../src/applications/public.js';
import { ProposeCall, STANDARD_FORM } from '../../src/calls/public.js';
import type { FormDefinition } from '../../src/calls/public.js';
import { Database } from '../../src/platform/database/database.js';
import { HttpPorts } from '../../src/platform/http/http-ports.js';
import { RateLimits } from '../../src/platform/http/rate-limits.js';
import { Public } from '../../src/platform/http/route-access.js';
import { Web } from '../../src/platform/http/web.decorator.js';
import type { WebRequest } from '../../src/platform/http/web-request.js';
import { ReportingModule } from '../../src/reporting/reporting.module.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { systemContext } from '../../src/platform/database/database.js';
import { systemClock } from '../../src/shared/clock.js';
import { DomainError } from '../../src/shared/domain-error.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import { scopesFor } from '../../src/shared/policy.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { WebModule } from '../../src/web/web.module.js';
import { actingAs } from '../factories/acting.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { LONG_AGO, grantRow, insertRows, personRow } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import { startHttpApp } from '../http/http-app.js';
import type { HttpApp } from '../http/http-app.js';
import { PERSONAS, actorOf } from '../personas/personas.js';
import type { Persona, Scene } from '../personas/personas.js';
import type { Question } from './routes.js';
import { writeRecords } from './running-records.js';
import type { RecordAddresses } from './running-records.js';

/** From which country to which one is exchanged. */
export interface Direction {
  readonly home: 'RS' | 'RU';
  readonly host: 'RS' | 'RU';
}

/** What came of a request, and what became of the acts behind it. */
export interface Outcome {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
  /** How many acts were done (and undone again, so that the next question meets the same world). */
  readonly done: number;
  /** What the last act was refused for. */
  readonly refusal: DomainError | null;
}

export interface RunningApplication {
  readonly http: HttpApp;
  readonly scene: Scene;
  readonly registry: PolicyRegistry;
  /** The addresses of the record of this name in a state, or of the persona's own. */
  readonly addresses: RecordAddresses;
  ask(who: Persona, question: Question): Promise<Outcome>;
  /** Does something as the persona, as a page would have it done; it is undone like what is asked for. */
  act(
    who: Persona,
    work: (request: RequestContext) => Promise<unknown>,
  ): Promise<Pick<Outcome, 'done' | 'refusal'>>;
  stop(): Promise<void>;
}

const AUDIENCE = 'urn:most:api';
const DAY_SECONDS = 86_400;

/** Signs somebody in as a provider's answer would; what a provider says is the matter of other tests. */
@Controller('matrix')
class SignInController {
  @Get('sign-in/:person/:factor')
  @Public()
  async signIn(
    @Web() web: WebRequest,
    @Param('person') personId: string,
    @Param('factor') factor: string,
  ): Promise<{ readonly csrf: string }> {
    await web.signIn(
      {
        personId,
        provider: 'rs',
        subject: personId,
        providerSession: null,
        secondFactor: factor === 'two',
        at: Date.now(),
        idToken: null,
      },
      { idleSeconds: DAY_SECONDS, absoluteSeconds: DAY_SECONDS },
    );
    return { csrf: web.csrfToken() };
  }
}

/** Starts the application with all personas in it and a record for each state, between two countries. */
export async function startRunningApplication({ home, host }: Direction): Promise<RunningApplication> {
  const scratch = mkdtempSync(join(tmpdir(), 'most-matrix-'));
  const issuer = await startTokenIssuer();
  const http = await startHttpApp({
    imports: [...exchangeModules(scratch), ReportingModule, WebModule],
    controllers: [SignInController],
    settings: { tokenIssuers: [{ issuer: issuer.url, jwksUri: `${issuer.url}/keys` }] },
  });
  const { app, owner } = http;
  const registry = app.get(PolicyRegistry);
  // One person asks more in a minute here than anybody may; of so many refusals no record is kept.
  app.get(RateLimits).consume = (act) =>
    Promise.resolve({ allowed: !act.startsWith('refusal'), remaining: 1, seconds: 1 });

  frameOnce(app.get(HttpPorts));

  const world = await buildWorld(app, owner, systemClock);
  const places = { RS: 'university-of-belgrade', RU: 'lomonosov-moscow-state-university' };
  const third = { RS: 'university-of-novi-sad', RU: 'novosibirsk-state-university' };
  const people = new Map(PERSONAS.map(({ key }) => [key, newId()]));
  const person = (key: string): Id => {
    const id = people.get(key);
    if (!id) throw new Error(`no persona ${key}`);
    return id;
  };
  const homeInstitution = await world.institution(places[home]);
  const hostInstitution = await world.institution(places[host]);
  const [homeUnit, otherUnit] = [newId(), newId()];
  await insertRows(
    owner,
    'institution_units',
    [homeUnit, otherUnit].map((id) => ({
      id,
      institution_id: homeInstitution,
      name: { sr: 'Одсек', ru: 'Отделение', en: 'Unit' },
      created_at: LONG_AGO,
    })),
  );
  for (const who of PERSONAS) {
    if (who.kind !== 'person') continue;
    const [country, institution] = who.country === 'home' ? [home, homeInstitution] : [host, hostInstitution];
    const id = person(who.key);
    // Applicants study or work there; whoever judges does where the persona says so.
    const belongs = who.belongs || who.applies || who.key === 'other_applicant';
    const row = { ...personRow(id, country), home_institution_id: belongs ? institution : null };
    await insertRows(owner, 'persons', [row]);
    await insertRows(owner, 'identities', [
      {
        issuer: issuer.url,
        subject: who.key,
        person_id: id,
        provider_key: 'rs',
        created_at: LONG_AGO,
        last_sign_in_at: LONG_AGO,
      },
    ]);
  }

  const bothWays = [
    { homeCountry: home, hostCountry: host },
    { homeCountry: host, hostCountry: home },
  ];
  const offered = {
    fieldCode: '0613',
    level: 7,
    language: 'en',
    languageLevel: 'B2',
    months: 5,
    services: null,
    capacity: 3,
  } as const;
  const callId = await world.publishedCall({
    slug: 'matrix',
    form: withCoApplicants(
      STANDARD_FORM('student', {
        references: { min: 0, max: 3, daysAfterClose: 30, confidential: true },
      }),
    ),
    directions: bothWays.slice(0, 1),
    places: [{ ...offered, institutionId: hostInstitution }],
  });
  const approvedCall = await world.prepareCall({
    slug: 'matrix-approved',
    directions: bothWays.slice(0, 1),
    places: [{ ...offered, institutionId: hostInstitution }],
  });
  await app.get(ProposeCall).proposeCall(systemContext(systemClock), approvedCall);
  await world.approve(approvedCall);
  const otherCall = await world.publishedCall({
    slug: 'matrix-both-ways',
    directions: bothWays,
    places: [
      { ...offered, institutionId: hostInstitution },
      { ...offered, institutionId: homeInstitution },
    ],
  });

  const pdf = join(scratch, 'transcript.pdf');
  const document = await PDFDocument.create();
  document.addPage();
  writeFileSync(pdf, await document.save());
  const applicant = {
    actor: {
      kind: 'person',
      personId: person('applicant'),
      name: 'Ана',
      grants: [],
      ties: NO_TIES,
      secondFactor: false,
      scopes: null,
    },
    language: 'en',
    clock: systemClock,
    requestId: 'matrix',
  } as const satisfies RequestContext;
  const applicationId = await fillApplication(app, owner, applicant, 'matrix', pdf);
  await app.get(SubmitApplication).run(applicant, applicationId);

  const parties = {
    homeCountry: home,
    hostCountry: host,
    homeInstitution,
    hostInstitution,
    thirdInstitution: await world.institution(third[home]),
    homeUnit,
    otherUnit,
    otherCall,
    application: applicationId,
    person,
  };
  const { calls, addresses } = await writeRecords(owner, parties, {
    callId,
    approvedCall,
    applicationId,
    issuer: issuer.url,
  });
  const scene: Scene = { ...parties, calls };

  const scopes = [...new Set(registry.actions().flatMap(scopesFor))].sort();
  await giveRoles(http, scene, scopes, issuer.url);

  const acts = undoEverything(app.get(Database));
  const cookies = new Map<string, { readonly cookie: string; readonly csrf: string }>();
  const tokens = new Map<string, string>();
  for (const who of PERSONAS) {
    if (who.kind === 'anonymous') continue;
    tokens.set(who.key, await issuer.token(who, who.scopes ?? scopes));
    if (who.kind !== 'person' || who.scopes) continue;
    const answer = await app.inject({
      url: `/matrix/sign-in/${person(who.key)}/${who.secondFactor ? 'two' : 'one'}`,
    });
    const cookie = answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
    cookies.set(who.key, { cookie, csrf: answer.json<{ csrf: string }>().csrf });
  }

  return {
    http,
    scene,
    registry,
    addresses,
    async ask(who, { face, method, path, fields, headers }) {
      const session = cookies.get(who.key);
      const token = tokens.get(who.key);
      const answer =
        face === 'page'
          ? await app.inject({
              method,
              url: path,
              headers: {
                'sec-fetch-site': 'same-origin',
                'content-type': 'application/x-www-form-urlencoded',
                ...(session ? { cookie: session.cookie } : {}),
              },
              ...(method === 'GET' ? {} : { payload: formOf({ ...fields, _csrf: session?.csrf ?? '' }) }),
            })
          : await app.inject({
              method,
              url: path,
              headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
              ...(fields ? { payload: fields } : {}),
            });
      const act = acts.of(String(answer.headers['x-request-id']));
      const { location } = answer.headers;
      return {
        status: answer.statusCode,
        location: typeof location === 'string' ? location : null,
        body: answer.body,
        ...act,
      };
    },
    async act(who, work) {
      const known = who.kind === 'person' ? await actingAs(app, person(who.key)) : null;
      const { secondFactor, scopes } = who;
      const requestId = newId();
      const actor = known ? { ...known.actor, secondFactor, scopes } : actorOf(who, scene);
      try {
        await work({ actor, language: 'en', clock: systemClock, requestId });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
      }
      return acts.of(requestId);
    },
    async stop() {
      await http.stop();
      await issuer.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** What surrounds the pages of a person is made once: it is the same for each question. */
function frameOnce(ports: HttpPorts): void {
  const { pageShell } = ports;
  if (!pageShell) throw new Error('no shell of pages');
  const made = new Map<string | null, Promise<object>>();
  ports.pageShell = (web, page) => {
    const { personId } = web.ctx.actor;
    const shell = made.get(personId) ?? pageShell(web, page);
    made.set(personId, shell);
    return shell;
  };
}

async function giveRoles(
  { owner }: HttpApp,
  scene: Scene,
  scopes: readonly string[],
  issuer: string,
): Promise<void> {
  const grants = new Map<string, Id>();
  for (const who of PERSONAS) {
    if (who.kind === 'client') {
      await insertRows(owner, 'integration_clients', [
        {
          id: scene.person(who.key),
          institution_id: scene.homeInstitution,
          name: who.title,
          issuer,
          subject: who.key,
          scopes,
          reason: 'test',
          granted_by: scene.person('institution_administrator'),
          created_at: LONG_AGO,
        },
      ]);
      continue;
    }
    for (const grant of who.grants(scene)) {
      const row = grantRow(scene.person(who.key), grant.role, {
        institution_id: grant.institutionId,
        country: grant.country,
        unit_id: grant.unitId ?? null,
        side: grant.side ?? null,
        call_id: grant.callId ?? null,
        ...(grant.over ? { valid_until: '2001-01-01T00:00:00Z' } : {}),
        ...(grant.deputyOf
          ? {
              deputy_of: grants.get(grant.deputyOf),
              acting_for: grant.actingFor,
              valid_until: '2099-01-01T00:00:00Z',
            }
          : {}),
      });
      grants.set(who.key, String(row.id));
      await insertRows(owner, 'role_grants', [row]);
    }
    // What the database gives is what the policy is asked about.
    if (who.kind === 'person') {
      const { rows } = await owner.query('select role from grants_in_force($1, now())', [
        scene.person(who.key),
      ]);
      if (rows.length < actorOf(who, scene).grants.length) throw new Error(`the grants of ${who.key}`);
    }
  }
}

/** Lets every act do its work to the last constraint and then undoes it. Answers what became of the acts of a request. */
function undoEverything(database: Database): {
  of(requestId: string): Pick<Outcome, 'done' | 'refusal'>;
} {
  const results = new Map<string, { done: number; refusal: DomainError | null }>();
  const resultOf = (requestId: string) => {
    const known = results.get(requestId) ?? { done: 0, refusal: null };
    results.set(requestId, known);
    return known;
  };
  const transaction = database.transaction.bind(database);
  const read = database.read.bind(database);
  const undone = new Error('undone on purpose');
  const noted = async <T>(requestId: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError) resultOf(requestId).refusal = error;
      throw error;
    }
  };
  database.transaction = <T>(
    request: RequestContext,
    work: Parameters<typeof transaction<T>>[1],
  ): Promise<T> =>
    noted(request.requestId, async () => {
      const results: T[] = [];
      try {
        await transaction(request, async (ctx) => {
          results.push(await work(ctx));
          await ctx.tx.query('set constraints all immediate');
          throw undone;
        });
      } catch (error) {
        if (error !== undone) throw error;
      }
      if (request.actor.kind !== 'system') resultOf(request.requestId).done += 1;
      return results.at(-1) as T;
    });
  database.read = (request, work) => noted(request.requestId, () => read(request, work));
  return {
    of(requestId) {
      const result = results.get(requestId);
      results.delete(requestId);
      return result ?? { done: 0, refusal: null };
    },
  };
}

function formOf(fields: Readonly<Record<string, unknown>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) form.append(name, String(each));
  }
  return form.toString();
}

/** An issuer of tokens that the application believes, with an identity for every persona. */
async function startTokenIssuer(): Promise<{
  readonly url: string;
  token(who: Persona, scopes: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = await exportJWK(publicKey);
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'matrix', alg: 'ES256', use: 'sig' }] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (who, scopes) =>
      new SignJWT({
        client_id: who.kind === 'client' ? who.key : 'matrix',
        scope: scopes.join(' '),
        ...(who.secondFactor ? { amr: ['mfa'] } : {}),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'matrix' })
        .setIssuer(url)
        .setSubject(who.key)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('1h')
        .setJti(newId())
        .sign(privateKey),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The form with a page of co-applicants, of whom none has to be there. */
function withCoApplicants(form: FormDefinition): FormDefinition {
  const title = { sr: 'Саподносиоци', ru: 'Соавторы заявки', en: 'Co-applicants' };
  const nothing = { questions: [], documents: [], consents: [] };
  const page = {
    id: 'co_applicants',
    kind: 'co_applicants' as const,
    title,
    ...nothing,
    coApplicants: { min: 0, max: 6 },
  };
  return { ...form, sections: form.sections.toSpliced(-1, 0, page) };
}

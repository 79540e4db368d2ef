import type { Type } from '@nestjs/common';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { SubmitApplication } from '../../src/applications/public.js';
import { NO_TIES } from '../../src/shared/actor.js';
import { systemClock } from '../../src/shared/clock.js';
import { newId } from '../../src/shared/ids.js';
import type { Id } from '../../src/shared/ids.js';
import type { RequestContext } from '../../src/shared/request-context.js';
import { exchangeModules } from '../factories/exchange-modules.js';
import { fillApplication } from '../factories/fill-application.js';
import { grantRow, insertRows, personRow } from '../factories/rows.js';
import type { Row } from '../factories/rows.js';
import { buildWorld } from '../factories/world.js';
import type { World } from '../factories/world.js';
import type { Answer, Browser } from './browser-of-text.js';
import { startHttpApp } from './http-app.js';
import type { HttpApp } from './http-app.js';
import { startTokenIssuer } from './token-issuer.js';
import type { TokenIssuer } from './token-issuer.js';

type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

export interface OfficialOf {
  readonly role: string;
  readonly scope: Row;
}

/** Offices of both sides and applicants of one, over HTTP: with browsers, tokens and a world in which they meet. */
export class OfficeScene {
  readonly browsers: Record<string, Browser> = {};
  readonly people: Record<string, Id> = {};

  private constructor(
    readonly http: HttpApp,
    readonly issuer: TokenIssuer,
    readonly world: World,
    private readonly scratch: string,
    private readonly pdf: string,
  ) {}

  /** `more`: rooms beside those that every exchange passes through. */
  static async start(more: readonly Type[] = []): Promise<OfficeScene> {
    const scratch = mkdtempSync(join(tmpdir(), 'most-office-'));
    const issuer = await startTokenIssuer();
    const http = await startHttpApp({
      imports: [...exchangeModules(scratch), ...more],
      settings: { tokenIssuers: [{ issuer: issuer.url, jwksUri: `${issuer.url}/keys` }] },
    });
    const world = await buildWorld(http.app, http.owner);
    const document = await PDFDocument.create();
    document.addPage();
    const pdf = join(scratch, 'transcript.pdf');
    writeFileSync(pdf, await document.save());
    return new OfficeScene(http, issuer, world, scratch, pdf);
  }

  async stop(): Promise<void> {
    await this.http.stop();
    await this.issuer.stop();
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** Signs somebody in by the provider of the test, with a token of their own, and gives them a role. */
  async signIn(name: string, email: string, official?: OfficialOf): Promise<Browser> {
    const browser = await this.http.signedIn(email);
    const { rows } = await this.http.owner.query<{ id: Id }>('select id from persons where email = $1', [
      email,
    ]);
    const id = rows[0]?.id ?? '';
    if (official) {
      await insertRows(this.http.owner, 'role_grants', [grantRow(id, official.role, official.scope)]);
    }
    await this.identify(name, id);
    await browser.open('/?lang=en');
    this.browsers[name] = browser;
    this.people[name] = id;
    return browser;
  }

  private async identify(subject: string, person: Id): Promise<void> {
    await insertRows(this.http.owner, 'identities', [
      {
        issuer: this.issuer.url,
        subject,
        person_id: person,
        provider_key: 'rs',
        created_at: new Date(),
        last_sign_in_at: new Date(),
      },
    ]);
  }

  /** The person as an operation meets them. */
  as(person: Id): RequestContext {
    return {
      actor: {
        kind: 'person',
        personId: person,
        name: 'Ана',
        grants: [],
        secondFactor: false,
        scopes: null,
        ties: NO_TIES,
      },
      language: 'sr-Cyrl',
      clock: systemClock,
      requestId: `test-${newId()}`,
    };
  }

  /** A draft of somebody's with everything in it. */
  draft(
    person: Id,
    slug: string,
    choices: readonly Id[] = [],
    said: Readonly<Record<string, string>> = {},
  ): Promise<Id> {
    return fillApplication(this.http.app, this.http.owner, this.as(person), slug, this.pdf, choices, said);
  }

  /** Applicants of a home institution who each submitted to the call; their tokens are named after the application. */
  async submitted(
    slug: string,
    home: Id,
    count: number,
    choices: readonly Id[] = [],
    said: Readonly<Record<string, string>> = {},
  ): Promise<Id[]> {
    const made: Id[] = [];
    for (let index = 0; index < count; index++) {
      const person = newId();
      await insertRows(this.http.owner, 'persons', [
        { ...personRow(person, 'RS'), home_institution_id: home },
      ]);
      const id = await this.draft(person, slug, choices, said);
      await this.identify(id, person);
      await this.http.app.get(SubmitApplication).run(this.as(person), id);
      made.push(id);
    }
    return made;
  }

  browser(who: string): Browser {
    const found = this.browsers[who];
    if (!found) throw new Error(`nobody is ${who}`);
    return found;
  }

  /** Opens a page and sends one of its forms. */
  async send(who: string, page: Answer | string, path: string, fields: Fields = {}): Promise<Answer> {
    const open = typeof page === 'string' ? await this.browser(who).open(page) : page;
    const form = new URLSearchParams({ _csrf: this.browser(who).token(open) });
    const pairs = Array.isArray(fields) ? fields : Object.entries(fields as Record<string, string>);
    for (const [name, value] of pairs as readonly (readonly [string, string])[]) form.append(name, value);
    return this.browser(who).post(path, form);
  }

  async api(
    who: string,
    path: string,
    init: { readonly method?: string; readonly body?: object } = {},
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
    const token = await this.issuer.token({
      claims: {
        sub: who,
        scope: 'applications:read applications:write decisions:read decisions:write',
        amr: ['mfa'],
      },
    });
    const response = await fetch(`${this.http.url}/api/v1${path}`, {
      method: init.method ?? (init.body ? 'POST' : 'GET'),
      headers: {
        authorization: `Bearer ${token}`,
        ...(init.body ? { 'content-type': 'application/json' } : {}),
        'accept-language': 'en',
      },
      ...(init.body ? { body: JSON.stringify(init.body) } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {},
    };
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { AccessModule } from '../../src/access/public.js';
import { AuditModule } from '../../src/audit/public.js';
import { DEMO_PASSWORD, demoProvidersConfig, startDemoIdentityProvider } from '../../src/demo/public.js';
import type { DemoIdentityProvider } from '../../src/demo/public.js';
import { Settings } from '../../src/platform/config/settings.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { HttpPorts } from '../../src/platform/http/http-ports.js';
import { createHttpAdapter, setUpHttp } from '../../src/platform/http/http.setup.js';
import type { WebRequest } from '../../src/platform/http/web-request.js';
import { I18nModule } from '../../src/platform/i18n/i18n.module.js';
import { OutboxModule } from '../../src/platform/outbox/outbox.module.js';
import { systemClock } from '../../src/shared/clock.js';
import type { IdentityProviderEntry } from '../../src/shared/identity-provider.js';
import { bridgePicture } from '../../src/web/bridge-picture.js';
import type { PageShell } from '../../src/web/page-shell.js';
import { createTestDatabase } from '../database/database-for-test.js';
import { Browser } from './browser-of-text.js';

/** The HTTP layer and sign-in with real providers and a real database, and whatever routes a test brings along. */
export interface HttpApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly settings: Settings;
  /** As the owner, whom row-level security does not bind. */
  readonly owner: pg.Client;
  /** A browser with no cookies. */
  browser(): Browser;
  /** A browser in which this demonstration account has signed in. */
  signedIn(email: string): Promise<Browser>;
  /** Starts or stops the provider of a country. */
  readonly providers: Readonly<Record<string, { start(): Promise<void>; stop(): Promise<void> }>>;
  stop(): Promise<void>;
}

export interface HttpAppOptions {
  readonly controllers?: readonly Type[];
  readonly imports?: readonly (Type | DynamicModule)[];
  /** Besides the demonstration's own. */
  readonly identityProviders?: readonly IdentityProviderEntry[];
  /** In place of what the environment says. */
  readonly settings?: Parameters<Settings['with']>[0];
  /** Under which the application answers; `127.0.0.1` unless something needs a name (passkeys do). */
  readonly hostname?: string;
  /** What of the providers' `amr` and `acr` counts as a second factor, where it is not what theirs say. */
  readonly secondFactorValues?: readonly string[];
}

export async function startHttpApp(options: HttpAppOptions = {}): Promise<HttpApp> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'most-test-http-'));
  const [port, rs, ru] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://${options.hostname ?? '127.0.0.1'}:${port}`;
  const ports: Readonly<Record<string, number>> = { rs, ru };
  const settings = Settings.fromEnvironment({
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: database.appUrl,
    DATABASE_MIGRATION_URL: database.ownerUrl,
    SESSION_SECRET: 'only-for-tests-only-for-tests-only-for-tests',
    DATA_DIR: dataDir,
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
  }).with({
    identityProviders: [
      ...demoProvidersConfig(port).map((entry) => ({
        ...entry,
        issuer: `http://127.0.0.1:${ports[entry.key]}`,
        secondFactorValues: options.secondFactorValues ?? entry.secondFactorValues,
      })),
      ...(options.identityProviders ?? []),
    ],
    ...options.settings,
  });

  const running = new Map<string, DemoIdentityProvider>();
  const provider = (key: string) => ({
    async start() {
      running.set(
        key,
        await startDemoIdentityProvider({ key, port: ports[key] ?? 0, publicUrl: url, dataDir }),
      );
    },
    async stop() {
      await running.get(key)?.stop();
      running.delete(key);
    },
  });
  const providers = { rs: provider('rs'), ru: provider('ru') };
  await Promise.all([providers.rs.start(), providers.ru.start()]);

  @Global()
  @Module({ providers: [{ provide: Settings, useValue: settings }], exports: [Settings] })
  class SettingsModule {}
  const testing = await Test.createTestingModule({
    imports: [
      SettingsModule,
      I18nModule,
      DatabaseModule,
      HttpModule.forRoot({ clock: systemClock }),
      AuditModule,
      AccessModule,
      OutboxModule,
      ...(options.imports ?? []),
    ],
    controllers: [...(options.controllers ?? [])],
  }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
    bodyParser: false,
    logger: ['error'],
  });
  app.enableShutdownHooks();
  await setUpHttp(app);
  app.get(HttpPorts).pageShell ??= (web) => Promise.resolve(plainShell(web));
  await app.listen(port, '127.0.0.1');
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`insert into countries (code, time_zone, currency, language, ministry) values
    ('RS', 'Europe/Belgrade', 'RSD', 'sr-Cyrl', '{}'), ('RU', 'Europe/Moscow', 'RUB', 'ru', '{}')`);

  return {
    app,
    url,
    settings,
    owner,
    providers,
    browser: () => new Browser(url),
    async signedIn(email) {
      const browser = new Browser(url);
      const key = /\.?(\w+)\.demo$/.exec(email)?.[1] ?? '';
      await browser.signIn(key, email, DEMO_PASSWORD);
      return browser;
    },
    async stop() {
      await app.close();
      await owner.end();
      await Promise.all([providers.rs.stop(), providers.ru.stop()]);
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** What the layout needs and no more: the pages around the pages have tests of their own. */
function plainShell(web: WebRequest): PageShell {
  const { language, actor } = web.ctx;
  return {
    title: 'MOST',
    language,
    languages: [],
    path: web.url,
    user: actor.name === null ? null : { name: actor.name, roles: [] },
    nav: [],
    csrf: actor.kind === 'person' ? web.csrfToken() : '',
    flash: web.takeFlash(),
    demonstration: true,
    assets: { css: '/public/main.css', js: '/public/main.js' },
    canonical: `http://127.0.0.1${web.path}`,
    noindex: true,
    bridgePicture,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, Module, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryModule, DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Settings } from '../src/platform/config/settings.js';
import { DatabaseModule } from '../src/platform/database/database.module.js';
import { HttpModule } from '../src/platform/http/http.module.js';
import { HttpPorts } from '../src/platform/http/http-ports.js';
import { createHttpAdapter, setUpHttp } from '../src/platform/http/http.setup.js';
import { ACCESS, Can, Public } from '../src/platform/http/route-access.js';
import type { Access } from '../src/platform/http/route-access.js';
import { RouteTable } from '../src/platform/http/route-table.js';
import { I18nModule } from '../src/platform/i18n/i18n.module.js';
import { SYSTEM } from '../src/shared/actor.js';
import { systemClock } from '../src/shared/clock.js';
import { createTestDatabase } from './database/database-for-test.js';
import type { TestDatabase } from './database/database-for-test.js';

/** What the server answers without a controller, and so without the guard: each is open to everybody on purpose. */
const WITHOUT_CONTROLLER = [/^\/public\//, /^\/api\/docs(\/|$)/, /^\/api\/openapi\.(json|yaml)$/];

/** Three routes that nobody meant: one says nothing, one names an action that no policy knows, one is as it should be. */
@Controller('planted')
class PlantedController {
  @Get('undeclared')
  undeclared(): object {
    return { reached: true };
  }

  @Can('planted.never_heard_of')
  @Get('unknown-action')
  unknownAction(): object {
    return { reached: true };
  }

  @Public()
  @Get('open')
  open(): object {
    return { reached: true };
  }
}

let database: TestDatabase;
let app: NestFastifyApplication;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await bootWithPlanted(database);
}, 60_000);

afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('every route', () => {
  it('declares who may use it, by an action that some policy knows', () => {
    const faults = handlers(app).flatMap((handler) => accessFaults(app, handler));
    expect(faults).toEqual([
      'GET /planted/undeclared: declares nothing',
      'GET /planted/unknown-action: no policy knows planted.never_heard_of',
    ]);
  });

  it('passes the guard: nothing but the planted one answers beside the controllers', () => {
    const guarded = new Set(handlers(app).map(({ route }) => route));
    const unguarded = app
      .get(RouteTable)
      .all()
      // The server answers HEAD by the handler of GET.
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, url }) => ({ url, route: `${method} ${url}` }))
      .filter(
        ({ url, route }) => !guarded.has(route) && !WITHOUT_CONTROLLER.some((known) => known.test(url)),
      );
    expect(unguarded.map(({ route }) => route)).toEqual(['GET /planted/beside']);
  });

  it('is found: the inventory and the server know the same ones', () => {
    const served = new Set(
      app
        .get(RouteTable)
        .all()
        .map(({ method, url }) => `${method} ${url}`),
    );
    expect(
      handlers(app)
        .map(({ route }) => route)
        .filter((route) => !served.has(route)),
    ).toEqual([]);
  });
});

describe('a route that was forgotten', () => {
  it.each(['/planted/undeclared', '/planted/unknown-action'])('answers nobody: %s', async (url) => {
    for (const accept of ['text/html', 'application/json']) {
      const response = await app.inject({ url, headers: { accept } });
      expect(response.body).not.toContain('reached');
      // Whoever is not signed in is asked to sign in first, where a declaration exists.
      expect(response.statusCode).toBe(url.endsWith('undeclared') ? 403 : 303);
    }
  });

  it('is not merely a server that refuses everything', async () => {
    expect((await app.inject({ url: '/planted/open' })).json()).toEqual({ reached: true });
  });
});

interface Handler {
  /** Method and path, as the server writes them. */
  readonly route: string;
  readonly access: Access | undefined;
}

async function bootWithPlanted({ appUrl, ownerUrl }: TestDatabase): Promise<NestFastifyApplication> {
  const settings = Settings.fromEnvironment({
    DATABASE_URL: appUrl,
    DATABASE_MIGRATION_URL: ownerUrl,
    LOG_LEVEL: 'silent',
  });
  @Global()
  @Module({ providers: [{ provide: Settings, useValue: settings }], exports: [Settings] })
  class SettingsModule {}
  const testing = await Test.createTestingModule({
    imports: [
      SettingsModule,
      I18nModule,
      DatabaseModule,
      HttpModule.forRoot({ clock: systemClock }),
      DiscoveryModule,
    ],
    controllers: [PlantedController],
  }).compile();
  const booted = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(), {
    bodyParser: false,
  });
  await setUpHttp(booted);
  booted.getHttpAdapter().get('/planted/beside', () => ({ reached: true }));
  await booted.init();
  await booted.getHttpAdapter().getInstance().ready();
  return booted;
}

function handlers(from: NestFastifyApplication): readonly Handler[] {
  const reflector = from.get(Reflector);
  const scanner = new MetadataScanner();
  return from
    .get(DiscoveryService)
    .getControllers()
    .flatMap(({ metatype }) => {
      if (!metatype) return [];
      const prototype = metatype.prototype as Record<string, object>;
      const roots = texts(Reflect.getMetadata(PATH_METADATA, metatype));
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        const method: unknown = handler && Reflect.getMetadata(METHOD_METADATA, handler);
        if (typeof handler !== 'function' || typeof method !== 'number') return [];
        const access = reflector.getAllAndOverride<Access | undefined>(ACCESS, [
          handler as () => void,
          metatype as () => void,
        ]);
        const paths = texts(Reflect.getMetadata(PATH_METADATA, handler));
        return roots.flatMap((root) =>
          paths.map((path) => ({ route: `${RequestMethod[method]} ${joined(root, path)}`, access })),
        );
      });
    });
}

function accessFaults(from: NestFastifyApplication, { route, access }: Handler): readonly string[] {
  if (!access) return [`${route}: declares nothing`];
  // The application itself may do everything that exists: what is refused to it, no policy knows.
  if (access.kind === 'can' && !from.get(HttpPorts).routePolicy.mayEver(SYSTEM, access.action).allowed) {
    return [`${route}: no policy knows ${access.action}`];
  }
  return [];
}

function texts(metadata: unknown): readonly string[] {
  return [metadata].flat().map(String);
}

function joined(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

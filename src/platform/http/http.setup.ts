import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import session from '@fastify/session';
import type { FastifySessionOptions } from '@fastify/session';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type {
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
  RouteOptions,
  Session,
} from 'fastify';
import type { Actor } from '../../shared/actor.js';
import { ANONYMOUS } from '../../shared/actor.js';
import type { Clock } from '../../shared/clock.js';
import { DomainError } from '../../shared/domain-error.js';
import { isLanguage } from '../../shared/language.js';
import type { Freshness } from '../../shared/request-context.js';
import { Settings } from '../config/settings.js';
import { negotiateLanguage } from '../i18n/negotiate-language.js';
import {
  LANGUAGE_COOKIE,
  POSITION_COOKIE,
  POSITION_SECONDS,
  SESSION_COOKIE,
  cookieName,
  cookieOptions,
} from './cookies.js';
import { CHUNK_TYPE } from './chunk.js';
import { HttpLog } from './http-log.js';
import { HttpPorts } from './http-ports.js';
import type { UnknownRequest } from './http-ports.js';
import { HTTP_CLOCK } from './http-clock.js';
import { Metrics } from './metrics.js';
import { setUpApiDescription } from './openapi.js';
import { isProxy } from './proxy.js';
import { isApi, isUnsafe, pathOf } from './address.js';
import { AnsweringAdapter } from './page-answers.js';
import { PageRenderer } from './page-renderer.js';
import { RouteTable } from './route-table.js';
import { securityHeaders } from './security-headers.js';
import { Sessions } from './sessions.js';
import type { SessionLimits } from './session-data.js';
import type { SessionStore } from './session-store.js';
import { WebRequest } from './web-request.js';

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const ASSETS = fileURLToPath(new URL('../../../dist/public', import.meta.url));
const YEAR_SECONDS = 365 * 86_400;
/** A session in use is noted at most so often: a write for each request would cost more than the page. */
const TOUCH_EVERY_MS = 60_000;
/** A position in PostgreSQL's log, as the type pg_lsn reads it. */
const POSITION = /^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/;
/** Where nobody's session matters, none is read. */
const WITHOUT_SESSION = ['/public/', '/api/', '/health/', '/metrics'];

/** The server before its plugins. Its limits: 1 MB of body, 100 characters a path parameter, 30 s for a request to arrive. */
export function createHttpAdapter(): AnsweringAdapter {
  return new AnsweringAdapter({
    // A proxy stands on the same machine or in the same private network: whom it names is counted and limited, not it,
    // and what it took by HTTPS gets cookies for HTTPS only.
    trustProxy: isProxy,
    forceCloseConnections: true,
    bodyLimit: MEGABYTE,
    multipart: false,
    requestTimeout: 120_000,
    // Short enough to be read out on the telephone; a number from outside is not believed.
    genReqId: () => randomUUID().slice(-12),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // The server's own compilers take a tenth of a second to load, and no route has a schema for them.
    schemaController: { compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema } },
  });
}

function refuseSchema(): never {
  throw new Error(
    'A body is checked by the class of the handler’s parameter: a route has no schema of its own.',
  );
}

/** Registers everything that happens to a request before and after its handler. Once, before the application listens. */
export async function setUpHttp(app: NestFastifyApplication): Promise<void> {
  const settings = app.get(Settings);
  const sessions = app.get(Sessions);
  const server = app.getHttpAdapter().getInstance();
  // Without a secret of its own the process knows nobody's cookie from before; production always has one.
  const secret = settings.sessionSecret ?? randomBytes(32).toString('hex');
  const secure = settings.publicUrl.startsWith('https:');
  collectRoutes(server, app.get(RouteTable));
  answering(app).renderer = app.get(PageRenderer);
  server.decorateRequest('most');
  server.addHook('onRequest', beginRequest(settings, app.get(HttpPorts)));
  await server.register(cookie);
  await server.register(sessionsOfPeople, {
    store: sessions.store,
    cookieName: cookieName(SESSION_COOKIE, secure),
    secret,
    saveUninitialized: false,
    // Rolling would write every session back at the end of its request, the one that was signed out meanwhile too.
    rolling: false,
    // Where the programme itself is reached over HTTP, a proxy may still have taken the request over HTTPS.
    cookie: { ...cookieOptions(secure), secure: secure || 'auto' },
  });
  server.addHook('onRequest', chooseLanguage(secure));
  await server.register(csrf, { sessionPlugin: '@fastify/session', logLevel: 'debug' });
  await server.register(formbody, { bodyLimit: MEGABYTE });
  await server.register(multipart, {
    throwFileSizeLimit: false,
    // Fields beside a file are few and short, and are held in memory before it is known who sends them.
    limits: { fields: 50, fieldSize: 64 * KILOBYTE, parts: 60, headerPairs: 50 },
  });
  // A part of a file is read by whoever takes it, after it is known who sends it: see `WebRequest.chunk`.
  server.addContentTypeParser(CHUNK_TYPE, (_request, _body, done) => {
    done(null, undefined);
  });
  server.addHook('preHandler', identify(app.get(HttpPorts), app.get<Clock>(HTTP_CLOCK), secret, secure));
  server.addHook('preHandler', touchSession(sessions.store));
  const tell = tellPosition(secure);
  server.addHook('onSend', (request, reply, _payload, done) => {
    keepPrivate(request, reply);
    tell(request, reply);
    done();
  });
  await server.register(fastifyStatic, {
    root: ASSETS,
    prefix: '/public/',
    decorateReply: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      reply.header('cache-control', assetCaching(path));
    },
  });
  observe(server, app.get(HttpLog), app.get(Metrics));
  setUpApiDescription(app, server);
}

/** Files that carry the hash of their content in their name never change; the others are asked for again each day. */
function assetCaching(path: string): string {
  return /[.-][0-9a-zA-Z_]{8,}\.[a-z0-9]+$/.test(path)
    ? `public, max-age=${YEAR_SECONDS}, immutable`
    : 'public, max-age=86400';
}

function answering(app: NestFastifyApplication): AnsweringAdapter {
  const adapter = app.getHttpAdapter();
  if (!(adapter instanceof AnsweringAdapter)) throw new Error('the application has another adapter');
  return adapter;
}

/**
 * The sessions of the library, for those requests that can have one. For every other it would make a new session, sign it
 * and look twice whether it was changed, to throw it away in the end.
 */
const sessionsOfPeople: FastifyPluginCallback<FastifySessionOptions> = Object.assign(
  (server: FastifyInstance, options: FastifySessionOptions, done: (error?: Error) => void) => {
    const addHook = (name: 'onRequest' | 'onSend', hook: (...asked: unknown[]) => unknown) =>
      server.addHook(name as 'onRequest', (request, ...rest: unknown[]) => {
        if (!hasSession(request)) {
          // Asked by nobody, but hooks and pages look into it.
          request.session ??= {} as FastifyRequest['session'];
          (rest.at(-1) as () => void)();
          return;
        }
        hook(request, ...rest);
      });
    session(Object.create(server, { addHook: { value: addHook } }) as FastifyInstance, options, done);
  },
  // What the library adds to the server is for all of it, as in its own registration.
  { [Symbol.for('skip-override')]: true },
);

function hasSession({ url }: FastifyRequest): boolean {
  return !WITHOUT_SESSION.some((prefix) => url.startsWith(prefix));
}

function collectRoutes(server: FastifyInstance, table: RouteTable): void {
  server.addHook('onRoute', (route: RouteOptions) => table.add(route.method, route.url));
}

function beginRequest({ production, publicUrl }: Settings, ports: HttpPorts) {
  const headers = securityHeaders({ secure: publicUrl.startsWith('https:'), production });
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    reply.header('x-request-id', request.id);
    // Asked with each answer, because providers come and go.
    reply.headers(headers(ports.formTargets()));
    request.most = {
      language: negotiateLanguage({ acceptLanguage: request.headers['accept-language'] }),
      web: null,
      upload: null,
      uploadRefused: null,
    };
    done();
  };
}

function chooseLanguage(secure: boolean) {
  const name = cookieName(LANGUAGE_COOKIE, secure);
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const asked: unknown =
      typeof request.query === 'object' && request.query !== null && 'lang' in request.query
        ? request.query.lang
        : undefined;
    const cookieLanguage = request.cookies[name];
    request.most.language = negotiateLanguage({
      query: asked,
      cookie: cookieLanguage,
      acceptLanguage: request.headers['accept-language'],
    });
    if (isLanguage(asked) && asked !== cookieLanguage && !isApi(request)) {
      const overHttps = secure || request.protocol === 'https';
      reply.setCookie(name, asked, { ...cookieOptions(overHttps), maxAge: YEAR_SECONDS });
    }
    done();
  };
}

/** What is shown to somebody who is signed in stays in no cache, the browser's own included: the next at it signs in first. */
function keepPrivate(request: FastifyRequest, reply: FastifyReply): void {
  const isSomebodys = request.most.web !== null && request.most.web.ctx.actor.kind !== 'anonymous';
  if ((isSomebodys || isUnsafe(request.method)) && !reply.hasHeader('cache-control'))
    reply.header('cache-control', 'no-store');
}

/** What the browser remembers of its own writing. A position that is made up only sends its maker to the primary. */
function freshnessOf(request: FastifyRequest, secure: boolean): Freshness {
  const told = request.cookies[cookieName(POSITION_COOKIE, secure)];
  const position = told !== undefined && POSITION.test(told) ? told : null;
  return { mayLag: false, position, wrote: false };
}

/** Whoever has written tells the next process that answers them how new their reads have to be. */
function tellPosition(secure: boolean) {
  const name = cookieName(POSITION_COOKIE, secure);
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const freshness = request.most.web?.ctx.freshness;
    if (freshness?.wrote && freshness.position !== null && !isApi(request)) {
      const overHttps = secure || request.protocol === 'https';
      reply.setCookie(name, freshness.position, { ...cookieOptions(overHttps), maxAge: POSITION_SECONDS });
    }
  };
}

function touchSession(store: SessionStore) {
  const touched = new Map<string, number>();
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const { session: current } = request;
    const now = Date.now();
    if (!current.stored || now - (touched.get(current.sessionId) ?? 0) < TOUCH_EVERY_MS) return done();
    // Only saves writes: forgetting it all costs one more write per session.
    if (touched.size > 10_000) touched.clear();
    touched.set(current.sessionId, now);
    store.touch(current.sessionId, current).then(() => done(), done);
  };
}

/** Finds out who acts, with rights as they are at this moment, and makes the request known to the application. */
function identify(ports: HttpPorts, clock: Clock, secret: string, secure: boolean) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.url.startsWith('/public/') || request.url.startsWith('/health/'))
      return anonymous(request, reply);
    const freshness = freshnessOf(request, secure);
    const unknown: UnknownRequest = {
      language: request.most.language,
      clock,
      requestId: request.id,
      freshness,
    };
    let actor: Actor = ANONYMOUS;
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (isApi(request) || pathOf(request.url) === '/metrics') {
      if (bearer) actor = await ports.actorResolver.fromBearer(bearer, unknown);
      else if (request.headers.authorization) {
        throw new DomainError('not_signed_in', { reason: 'token_invalid' });
      }
    } else if (request.session.signedIn) {
      actor = await ports.actorResolver.fromSession(request.session.signedIn, unknown);
      if (actor.kind === 'person') actor = withinLimits(request.session, actor, ports.sessionLimits(actor));
      if (actor.kind === 'anonymous') delete request.session.signedIn;
    }
    // Who acts, and with which rights, is asked of the primary: only now may what they read be a moment behind.
    freshness.mayLag = !isUnsafe(request.method) && bearer === undefined;
    request.most.web = new WebRequest({ ...unknown, actor }, request, reply, secret, secure);
  };

  function anonymous(request: FastifyRequest, reply: FastifyReply): void {
    const ctx = { language: request.most.language, clock, requestId: request.id, actor: ANONYMOUS };
    request.most.web = new WebRequest(ctx, request, reply, secret, secure);
  }
}

/**
 * Whoever has not been here for too long is nobody. The limits are those of this moment: somebody who was given an office
 * while they were signed in has the shorter ones from then on.
 */
function withinLimits(session: Session, actor: Actor, limits: SessionLimits): Actor {
  const { signedIn } = session;
  if (!signedIn) return ANONYMOUS;
  const now = Date.now();
  const usedAt = session.usedAt ?? signedIn.at;
  if (now - usedAt > limits.idleSeconds * 1000 || now - signedIn.at > limits.absoluteSeconds * 1000) {
    return ANONYMOUS;
  }
  const changed =
    signedIn.idleSeconds !== limits.idleSeconds || signedIn.absoluteSeconds !== limits.absoluteSeconds;
  if (changed) session.signedIn = { ...signedIn, ...limits };
  return actor;
}

function observe(server: FastifyInstance, log: HttpLog, metrics: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    // The route, not the address: addresses hold names, numbers and tokens.
    const route = request.routeOptions.url ?? 'unknown';
    const seconds = reply.elapsedTime / 1000;
    metrics.observe(request.method, route, reply.statusCode, seconds);
    log.logger.info({
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
    done();
  });
}

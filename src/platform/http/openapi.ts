import { createHash } from 'node:crypto';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { scopesFor } from '../../shared/policy.js';
import { pathOf } from './address.js';
import { DESCRIBED_ACTION } from './route-access.js';

const DOCS_PATH = '/api/docs';
const SCHEME = 'bearer';
const SCOPES = 'x-scopes';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

type PathItemObject = OpenAPIObject['paths'][string];
type OperationObject = NonNullable<PathItemObject['get']>;
type ResponseObject = NonNullable<OperationObject['responses'][string]>;
type Components = NonNullable<OpenAPIObject['components']>;
type SchemaObject = NonNullable<Components['schemas']>[string];
type SecuritySchemeObject = NonNullable<Components['securitySchemes']>[string];

/** What every route that needs a token may answer. */
const REFUSALS = {
  401: {
    description: 'No token, or one that does not hold',
    header: 'WWW-Authenticate',
    tells: 'What is wrong with the token (RFC 6750)',
  },
  403: {
    description: 'Not for this role, or not for the scopes of this token',
    header: 'WWW-Authenticate',
    tells: 'The scope that would do, where one is missing (RFC 6750)',
  },
  429: {
    description: 'Too many calls',
    header: 'Retry-After',
    tells: 'Seconds after which to try again',
  },
} as const;

const PROBLEM: SchemaObject = {
  type: 'object',
  description: 'A refusal (RFC 9457)',
  required: ['type', 'title', 'status', 'detail', 'reason', 'fields', 'blockers', 'requestId'],
  properties: {
    type: { type: 'string', example: 'urn:most:problem:forbidden' },
    title: { type: 'string', description: 'In the language of the answer' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'In the language of the answer' },
    reason: {
      type: 'string',
      description: 'The same code as on pages and in the log',
      example: 'token_scope',
    },
    fields: { type: 'array', items: { type: 'object' }, description: 'What is wrong with which field' },
    blockers: { type: 'array', items: { type: 'object' }, description: 'What has to be done first' },
    requestId: { type: 'string', description: 'The number under which the log knows the request' },
  },
};

/** Describes the API at `/api/openapi.json` and shows it at `/api/docs`. */
export function setUpApiDescription(app: NestFastifyApplication, server: FastifyInstance): void {
  allowInlineTextsOfDocs(server);
  let described: OpenAPIObject | undefined;
  SwaggerModule.setup(DOCS_PATH.slice(1), app, () => (described ??= describeApi(app)), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'MOST API',
  });
}

/** The description of the routes under `/api/`; pages have none. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('MOST')
    .setDescription(
      'Academic exchange between two countries. Refusals are problems as in RFC 9457 (`application/problem+json`), ' +
        'with a `reason` code, and where they fit `fields` and `blockers`. Creating calls take an `Idempotency-Key`: ' +
        'the act is never done twice, and its answer is given again for three days. ' +
        'Calls are limited for each person, each system, and each address where nobody is known; ' +
        '`RateLimit` says how many are left, `Retry-After` when to try again.',
    )
    .setVersion('1')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const paths = Object.fromEntries(
    Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/api/'))
      .map(([path, item]) => [path, describedPath(item)] as const),
  );
  const scopes = new Set(operationsIn(paths).flatMap(({ [SCOPES]: needed }) => needed ?? []));
  return {
    ...document,
    paths,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Problem: PROBLEM },
      securitySchemes: { [SCHEME]: bearerScheme([...scopes].sort()) },
    },
  };
}

type Described = OperationObject & {
  readonly [DESCRIBED_ACTION]?: string;
  readonly [SCOPES]?: readonly string[];
};

function operationsIn(paths: OpenAPIObject['paths']): Described[] {
  return Object.values(paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
}

function describedPath(item: PathItemObject): PathItemObject {
  const described = METHODS.flatMap((method) => {
    const operation: Described | undefined = item[method];
    return operation ? [[method, describedOperation(operation)] as const] : [];
  });
  return { ...item, ...Object.fromEntries(described) };
}

/** Says which token opens the route, and how it refuses one that does not. */
function describedOperation(operation: Described): OperationObject {
  const { [DESCRIBED_ACTION]: action, responses } = operation;
  if (action === undefined) {
    return { ...operation, security: [], responses: { ...responses, 429: refused(REFUSALS[429]) } };
  }
  const scopes = scopesFor(action);
  const refusals = Object.fromEntries(
    Object.entries(REFUSALS).map(([status, words]) => [status, refused(words)]),
  );
  return {
    ...operation,
    [SCOPES]: scopes,
    security: [{ [SCHEME]: [] }],
    responses: { ...responses, ...refusals },
  } as OperationObject;
}

function refused({ description, header, tells }: (typeof REFUSALS)[keyof typeof REFUSALS]): ResponseObject {
  return {
    description,
    headers: { [header]: { description: tells, schema: { type: 'string' } } },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** OpenAPI 3.0 lets only OAuth schemes list scopes, and those name one issuer; here each installation has its own. */
function bearerScheme(scopes: readonly string[]): SecuritySchemeObject {
  return {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT (RFC 9068)',
    description:
      'An access token for the audience `urn:most:api` of an issuer that this installation believes, in the header ' +
      '`Authorization` and nowhere else. It opens what its scopes name and the roles of its bearer allow; without a scope ' +
      'it opens nothing. What each scope opens is told by `/api/v1/scopes`, and what a route needs by its `x-scopes`, ' +
      `of which one is enough. The routes here need: ${scopes.map((scope) => `\`${scope}\``).join(', ')}.`,
  };
}

/** The page of the library holds inline texts: exactly these are let through, by their hashes, and only on its address. */
function allowInlineTextsOfDocs(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const isDocs = pathOf(request.url).replace(/\/$/, '') === DOCS_PATH;
    if (!isDocs || typeof payload !== 'string') return done(null, payload);
    const hashes = (pattern: RegExp) =>
      [...payload.matchAll(pattern)].map((match) => cspHash(match[1] ?? ''));
    const scripts = hashes(/<script>([\s\S]*?)<\/script>/g);
    const styles = hashes(/<style>([\s\S]*?)<\/style>/g);
    reply.header(
      'content-security-policy',
      [
        "default-src 'self'",
        `script-src 'self' ${scripts.join(' ')}`,
        `style-src 'self' ${styles.join(' ')}`,
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    );
    done(null, payload);
  });
}

/** The hash by which a content security policy lets one inline text pass. */
function cspHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

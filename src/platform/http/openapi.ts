import { createHash } from 'node:crypto';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { pathOf } from './address.js';

const DOCS_PATH = '/api/docs';

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
        'with a `reason` code, and where they fit `fields` and `blockers`. Creating calls take an `Idempotency-Key`.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT (RFC 9068)' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/'));
  return { ...document, paths: Object.fromEntries(paths) };
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

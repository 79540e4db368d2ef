import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { negotiateLanguage } from '../platform/i18n/negotiate-language.js';
import { LANGUAGES } from '../shared/language.js';
import type { Language } from '../shared/language.js';
import { DEMO_TEXTS } from './demo-texts.js';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  'sr-Cyrl': 'Српски',
  'sr-Latn': 'Srpski',
  ru: 'Русский',
  en: 'English',
};
/** A sign-in form is a few hundred bytes. */
const FORM_LIMIT_BYTES = 10_000;

const templates = new nunjucks.Environment(new nunjucks.FileSystemLoader(TEMPLATES), {
  autoescape: true,
  throwOnUndefined: true,
});

/** Who pressed "sign out" in MOST has said so already; without scripts the page's button asks once more. */
const SIGN_OUT_AT_ONCE = "document.getElementById('op.logoutForm').submit();";

const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  '/demo.css': {
    type: 'text/css; charset=utf-8',
    body: readFileSync(join(TEMPLATES, 'demo/demo.css'), 'utf8'),
  },
  '/sign-out.js': { type: 'text/javascript; charset=utf-8', body: SIGN_OUT_AT_ONCE },
};

/** The language that the address asks for (`lang`, or OpenID's `ui_locales`), else the browser's, else the service's own. */
export function languageOf(request: IncomingMessage, otherwise: Language, uiLocales = ''): Language {
  const acceptable = [
    ...uiLocales.split(' '),
    request.headers['accept-language'] ?? '',
    `${otherwise};q=0.001`,
  ];
  return negotiateLanguage({
    query: addressOf(request).searchParams.get('lang'),
    acceptLanguage: acceptable.filter(Boolean).join(','),
  });
}

/** Path and query of a request; the host does not matter to these services. */
export function addressOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://127.0.0.1');
}

/** A page of `templates/demo` in its language, with links to the same address in the others. */
export function renderDemoPage(
  template: string,
  page: {
    readonly language: Language;
    readonly address: URL;
    readonly service: string;
    readonly title: string;
  },
  model: object = {},
): string {
  const languages = LANGUAGES.map((code) => {
    const query = new URLSearchParams(page.address.searchParams);
    query.set('lang', code);
    return {
      code,
      label: LANGUAGE_NAMES[code],
      href: `?${query.toString()}`,
      current: code === page.language,
    };
  });
  return templates.render(`demo/${template}.njk`, {
    lang: page.language,
    text: DEMO_TEXTS[page.language],
    service: page.service,
    title: page.title,
    languages,
    m: model,
  });
}

/** Headers of a page that runs nothing of others; its forms may lead to these origins besides its own. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': [
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; frame-src 'self'",
      `base-uri 'none'; frame-ancestors 'none'; form-action ${["'self'", ...formTargets].join(' ')}`,
    ].join('; '),
  };
}

/** Answers a request for the style or script of these pages; false when it asks for something else. */
export function answerAsset(request: IncomingMessage, response: ServerResponse): boolean {
  const { pathname } = addressOf(request);
  const found = ASSETS[pathname];
  if (found) {
    response
      .writeHead(200, { 'content-type': found.type, 'x-content-type-options': 'nosniff' })
      .end(found.body);
  } else if (pathname === '/favicon.ico') {
    response.writeHead(204).end();
  } else {
    return false;
  }
  return true;
}

/** Fields of a submitted form. Throws when it is larger than any form here. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > FORM_LIMIT_BYTES) throw new RangeError('The form is too large.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

export interface LoopbackServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves on loopback only. Port 0 takes a free one; a taken one is named with the setting that moves it. */
export async function listenOnLoopback(
  port: number,
  what: string,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<LoopbackServer> {
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(`${what}:`, error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('Internal error');
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      failed(
        error.code === 'EADDRINUSE'
          ? new Error(
              `${what} cannot start: port ${port} is taken. End what listens there, or set PORT to another one.`,
            )
          : error,
      );
    });
    server.listen(port, '127.0.0.1', listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`${what} got no port.`);
  return {
    port: address.port,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AddressObject } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import {
  addressOf,
  answerAsset,
  languageOf,
  listenOnLoopback,
  pageHeaders,
  renderDemoPage,
} from './demo-pages.js';
import { DEMO_TEXTS } from './demo-texts.js';

const KEPT_MESSAGES = 500;
const MESSAGE_LIMIT_BYTES = 20_000_000;
const EML = '.eml';

export interface CaughtMessage {
  /** Begins with the time of arrival, so that ids sort as the messages came. */
  readonly id: string;
  readonly from: string;
  /** Addresses of the envelope: who truly got it. */
  readonly to: readonly string[];
  readonly subject: string;
  /** ISO 8601. */
  readonly date: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly bytes: number;
  }[];
}

export interface MailCatcherOptions {
  /** Folder of the messages as `.eml`; what it holds is shown again after a restart. */
  readonly directory: string;
  /** 0 or absent: a free one. */
  readonly smtpPort?: number;
  /** 0 or absent: a free one. */
  readonly webPort?: number;
}

export interface MailCatcher {
  readonly smtpUrl: string;
  /** Where people read the mail; `/messages.json?to=` gives it to programs. */
  readonly webUrl: string;
  /** Newest first; only those whose recipient contains the given text. */
  messages(to?: string): Promise<readonly CaughtMessage[]>;
  stop(): Promise<void>;
}

/** Takes every mail that MOST sends in the demonstration and in tests, and shows it. Listens on loopback only. */
export async function startMailCatcher(options: MailCatcherOptions): Promise<MailCatcher> {
  mkdirSync(options.directory, { recursive: true });
  // Read when they are first asked for, or one is added: a start need not wait for hundreds of them.
  let kept: Promise<CaughtMessage[]> | undefined;
  const keptMessages = () => (kept ??= readKept(options.directory));
  const messagesTo = async (to = '') => {
    const wanted = to.trim().toLowerCase();
    return (await keptMessages()).filter((message) =>
      message.to.some((address) => address.toLowerCase().includes(wanted)),
    );
  };

  const keep = async (raw: Buffer, recipients: readonly string[]) => {
    const id = `${new Date().toISOString().replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`;
    // The envelope is kept as the mark that a delivering server would write.
    const marked = Buffer.concat([Buffer.from(`X-Envelope-To: ${recipients.join(', ')}\r\n`), raw]);
    // Read before this one lies beside them, or it would be there twice.
    const messages = await keptMessages();
    await writeFile(join(options.directory, `${id}${EML}`), marked);
    messages.unshift(await parse(id, marked));
    for (const { id: old } of messages.splice(KEPT_MESSAGES)) {
      rmSync(join(options.directory, `${old}${EML}`), { force: true });
    }
  };

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MESSAGE_LIMIT_BYTES,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        keep(
          Buffer.concat(chunks),
          session.envelope.rcptTo.map(({ address }) => address),
        ).then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      });
    },
  });
  await new Promise<void>((listening, failed) => {
    smtp.once('error', failed);
    smtp.listen(options.smtpPort ?? 0, '127.0.0.1', () => {
      smtp.off('error', failed);
      listening();
    });
  });
  // A client that breaks off is no reason to fall.
  smtp.on('error', (error: Error) => console.error('Mail catcher:', error.message));
  const smtpAddress = smtp.server.address();
  if (smtpAddress === null || typeof smtpAddress === 'string')
    throw new Error('The mail catcher got no port.');

  const web = await listenOnLoopback(
    options.webPort ?? 0,
    "The demonstration's mail page",
    (request, response) => answer(request, response, messagesTo, options.directory),
  );
  return {
    smtpUrl: `smtp://127.0.0.1:${smtpAddress.port}`,
    webUrl: `http://127.0.0.1:${web.port}`,
    messages: messagesTo,
    stop: async () => {
      await Promise.all([web.stop(), new Promise<void>((closed) => smtp.close(() => closed()))]);
    },
  };
}

async function readKept(directory: string): Promise<CaughtMessage[]> {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(EML))
    .sort()
    .reverse()
    .slice(0, KEPT_MESSAGES);
  return Promise.all(
    files.map((name) => parse(name.slice(0, -EML.length), readFileSync(join(directory, name)))),
  );
}

async function parse(id: string, raw: Buffer): Promise<CaughtMessage> {
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(raw, { skipTextToHtml: true });
  const envelope = mail.headers.get('x-envelope-to');
  return {
    id,
    from: mail.from?.text ?? '',
    to: typeof envelope === 'string' ? envelope.split(', ') : addressesOf(mail.to),
    subject: mail.subject ?? '',
    date: (mail.date ?? new Date()).toISOString(),
    text: mail.text ?? '',
    html: mail.html || '',
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? contentType,
      contentType,
      bytes: size,
    })),
  };
}

function addressesOf(to: AddressObject | AddressObject[] | undefined): readonly string[] {
  return [to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  messagesTo: MailCatcher['messages'],
  directory: string,
): Promise<void> {
  if (answerAsset(request, response)) return;
  const address = addressOf(request);
  const to = address.searchParams.get('to') ?? '';
  if (address.pathname === '/messages.json') {
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify(await messagesTo(to)));
    return;
  }

  const language = languageOf(request, 'sr-Cyrl');
  const text = DEMO_TEXTS[language];
  const show = (status: number, template: string, title: string, model: object) => {
    const page = { language, address, service: text.mail, title };
    response.writeHead(status, pageHeaders());
    response.end(renderDemoPage(template, page, model));
  };
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const shown = (message: CaughtMessage) => ({
    ...message,
    to: message.to.join(', '),
    subject: message.subject || text.noSubject,
    time: time.format(new Date(message.date)),
    path: `/messages/${message.id}`,
  });
  if (address.pathname === '/') {
    show(200, 'mail-list', text.mail, { to, messages: (await messagesTo(to)).map(shown) });
    return;
  }

  const [, id, part] = /^\/messages\/([\w-]+)(?:\/(html|source))?$/.exec(address.pathname) ?? [];
  const message = (await messagesTo()).find((candidate) => candidate.id === id);
  if (!message) {
    show(404, 'message', text.notFoundTitle, { lead: text.notFoundTitle, home: '/', detail: null });
  } else if (part === 'html') {
    // The mail is somebody's HTML: it may look, but run nothing, load nothing and leave its frame only by a new window.
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    });
    response.end(`<base target="_blank">${message.html}`);
  } else if (part === 'source') {
    response.writeHead(200, {
      'content-type': 'message/rfc822',
      'content-disposition': `attachment; filename="${message.id}${EML}"`,
    });
    response.end(readFileSync(join(directory, `${message.id}${EML}`)));
  } else {
    show(200, 'mail-message', message.subject || text.noSubject, {
      ...shown(message),
      hasHtml: message.html !== '',
      text: withLinks(message.text),
    });
  }
}

/** Splits a text at the addresses in it, so that the page can make them links. */
function withLinks(text: string): readonly { readonly text: string; readonly link: boolean }[] {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/)
    .map((piece, place) => ({ text: piece, link: place % 2 === 1 }));
}

import '@fastify/csrf-protection';
import { createHash, createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOWHERE_YET } from '../../shared/request-context.js';
import type { Fence, RequestContext } from '../../shared/request-context.js';
import type { Language } from '../../shared/language.js';
import { DomainError } from '../../shared/domain-error.js';
import { localPath } from './local-path.js';
import type { Flash, FlashKind } from './page.js';
import { pathOf } from './address.js';
import { LANGUAGE_COOKIE, cookieName, cookieOptions } from './cookies.js';
import { takeChunk } from './chunk.js';
import type { Chunk } from './chunk.js';
import { deviceFrom } from './device.js';
import type { AwaitedSignIn, FormFields, SessionLimits, SignedIn, SignedInHere } from './session-data.js';
import type { UploadedFile } from './uploaded-file.js';

/** Tells whose typed words are kept, without telling who it is. */
const OWNER_COOKIE = 'most.was';
const YEAR_SECONDS = 365 * 86_400;
const AWAITED_MS = 10 * 60_000;
/** How long ago a sign-in may lie where an act asks for a fresh one. */
const FRESH_MS = 10 * 60_000;
const STASH_LIMIT_BYTES = 100 * 1024;
/** Fields that are no words of the person, or that nobody may find in a session. */
const NOT_STASHED = new Set(['_csrf', 'clientSecret', 'ballot']);

/** What changes with every change of a record: its counter, or when it was last changed. */
export type Version = number | string | Date;

/** A browser's request as page controllers see it: who asks, what was sent, and the session. Fastify ends here. */
export class WebRequest {
  constructor(
    private context: RequestContext,
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly secret: string,
    private readonly secure: boolean,
  ) {}

  get ctx(): RequestContext {
    return this.context;
  }

  /** From now on every act of this request begins with the fence. */
  fenceActs(fence: Fence): void {
    this.context = { ...this.context, fence };
  }

  /** Answers in another language than the reader's own, this once: a preview of what others will read. */
  readIn(language: Language): void {
    this.context = { ...this.context, language };
  }

  get method(): string {
    return this.request.method;
  }

  /** Path without the query. */
  get path(): string {
    return pathOf(this.request.url);
  }

  /** Path and query, as the browser asked. */
  get url(): string {
    return this.request.url;
  }

  /**
   * The nearest page that can be opened: this one, or where its address only takes forms the one above it, on which they
   * stand.
   */
  get openPath(): string {
    let [path, route] = [this.path, this.request.routeOptions.url ?? '/'];
    while (path !== '/' && !this.request.server.hasRoute({ method: 'GET', url: route })) {
      [path, route] = [above(path), above(route)];
    }
    return path;
  }

  /** Each parameter once: of a repeated one the last. */
  get query(): Readonly<Record<string, string>> {
    return lastOfEach(this.request.query);
  }

  /** The parameters of the route's path. */
  get params(): Readonly<Record<string, string>> {
    return lastOfEach(this.request.params);
  }

  /** The fields of a form; a repeated one (checkboxes) is a list. Empty for anything but a form. */
  get body(): FormFields {
    return formFields(this.request.body);
  }

  /** A header of the request, by its lower-case name. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  get signedIn(): SignedInHere | null {
    return this.request.session.signedIn ?? null;
  }

  get sessionId(): string {
    return this.request.session.sessionId;
  }

  /**
   * The one file that came with the form, or null. Only on routes that say `@AcceptsFile()`.
   * @throws DomainError `too_large` for a file beyond the limit; the fields of the form are there all the same
   */
  file(): Promise<UploadedFile | null> {
    const refused = this.request.most.uploadRefused;
    if (refused) return Promise.reject(refused);
    return Promise.resolve(this.request.most.upload);
  }

  /**
   * Takes the body of this request into a file, at most so many bytes of it. Whoever takes it removes it. What arrived
   * before the connection broke is there, and `whole` says that it is not all.
   */
  chunk(folder: string, mostBytes: number): Promise<Chunk> {
    return takeChunk(this.request, folder, mostBytes);
  }

  /** The token that a form sends back in the field `_csrf`. Asking for it begins a session. */
  csrfToken(): string {
    return this.reply.generateCsrf();
  }

  /** Leaves a message for the next page. */
  flash(kind: FlashKind, key: string, values?: Readonly<Record<string, string | number>>): void {
    this.request.session.flash = values ? { kind, key, values } : { kind, key };
  }

  /** The message that was left, once. */
  takeFlash(): Flash | null {
    const { session } = this.request;
    const { flash } = session;
    if (!flash) return null;
    delete session.flash;
    return flash;
  }

  /**
   * What the person had typed into the form of this page when their session turned out to have expired; once, and only
   * for them. Null when nothing was kept.
   */
  takeStash(path: string = this.path): FormFields | null {
    const { session } = this.request;
    const { stash } = session;
    const { personId } = this.ctx.actor;
    if (!stash || personId === null || (stash.path !== path && pathOf(stash.page) !== path)) return null;
    delete session.stash;
    return stash.owner === this.ownerKey(personId) ? stash.fields : null;
  }

  /** Whether typed words wait for their page. */
  get hasStash(): boolean {
    return this.request.session.stash !== undefined;
  }

  /** The page of this site that the request came from, with its query; null when that is unknown. */
  get page(): string | null {
    const referer = this.header('referer');
    if (referer === undefined || !URL.canParse(referer)) return null;
    const { host, pathname, search } = new URL(referer);
    return host === this.request.host ? localPath(`${pathname}${search}`) : null;
  }

  /** Tells the version of what is answered, in the header `ETag`. */
  tagAnswer(version: Version): void {
    this.reply.header('etag', versionTag(version));
  }

  /**
   * Refuses a change of a version that is no longer the newest (`stale`), and one that does not say in `If-Match` which
   * version it changes (`invalid`): otherwise the last to write would silently win.
   */
  requireMatch(version: Version): void {
    const wanted = this.header('if-match');
    if (wanted === undefined) throw new DomainError('invalid', { reason: 'if_match_missing' });
    const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (!tags.includes('*') && !tags.includes(versionTag(version))) throw new DomainError('stale');
  }

  /** Keeps the fields of a form that cannot be taken now. Answers the page to come back to. */
  stash(fields: FormFields): string {
    const page = this.page ?? localPath(this.url);
    const owner = this.ctx.actor.personId
      ? this.ownerKey(this.ctx.actor.personId)
      : this.request.cookies[cookieName(OWNER_COOKIE, this.secure)];
    const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => !NOT_STASHED.has(name)));
    const size = Buffer.byteLength(JSON.stringify(kept));
    if (owner && this.isOwnForm() && Object.keys(kept).length > 0 && size <= STASH_LIMIT_BYTES) {
      this.request.session.stash = { path: this.path, page, fields: kept, owner };
    }
    return page;
  }

  /** Remembers where signing in leads back to. */
  rememberReturn(path: string): void {
    this.request.session.returnTo = localPath(path);
  }

  takeReturn(): string {
    const { session } = this.request;
    const path = localPath(session.returnTo);
    delete session.returnTo;
    return path;
  }

  /** Begins a signed-in session under a new id; of the old one only what was typed and where to return goes along. */
  async signIn(signedIn: SignedIn, limits: SessionLimits): Promise<void> {
    await this.regenerate(['stash', 'returnTo']);
    const device = deviceFrom(this.header('user-agent'));
    this.request.session.signedIn = { ...signedIn, ...limits, device };
    this.cookie(OWNER_COOKIE, this.ownerKey(signedIn.personId), YEAR_SECONDS);
    this.reply.generateCsrf();
  }

  /**
   * Notes that the person who is signed in has shown a second factor here. Their rights rise with it, so the session goes
   * on under a new id: one that somebody else may have learned before stays without. Throws `not_signed_in` for nobody.
   */
  async secondFactorShown(): Promise<void> {
    const { signedIn } = this.request.session;
    if (!signedIn) throw new DomainError('not_signed_in');
    await this.regenerate(['signedIn', 'stash', 'returnTo', 'flash']);
    const secondFactorAt = this.ctx.clock.now().getTime();
    this.request.session.signedIn = { ...signedIn, secondFactor: true, secondFactorAt };
    this.reply.generateCsrf();
  }

  /** Whether the person signed in only just now, as acts ask for that change how one signs in. */
  get isFresh(): boolean {
    return this.signedIn !== null && this.ctx.clock.now().getTime() - this.signedIn.at <= FRESH_MS;
  }

  /** Notes that a further sign-in of the person is awaited at a provider, for ten minutes. Throws `not_signed_in`. */
  awaitSignIn(purpose: AwaitedSignIn['purpose'], provider: string): void {
    const { personId } = this.ctx.actor;
    if (personId === null) throw new DomainError('not_signed_in');
    const until = this.ctx.clock.now().getTime() + AWAITED_MS;
    this.request.session.awaited = { purpose, provider, personId, until };
  }

  /**
   * What `awaitSignIn` noted for this provider, once; null when nothing was. `lapsed` when it is no longer good: too long
   * ago, or the person is signed out since. Whoever comes back then must not be taken for somebody new.
   */
  takeAwaited(provider: string): AwaitedSignIn['purpose'] | 'lapsed' | null {
    const { session } = this.request;
    const { awaited } = session;
    delete session.awaited;
    if (awaited?.provider !== provider) return null;
    const holds =
      awaited.personId === this.ctx.actor.personId && awaited.until > this.ctx.clock.now().getTime();
    return holds ? awaited.purpose : 'lapsed';
  }

  /** Notes that whoever is signed in has signed in to another account too, for ten minutes and in this session. */
  proveAccount(otherId: string): void {
    const { personId } = this.ctx.actor;
    if (personId === null) throw new DomainError('not_signed_in');
    const until = this.ctx.clock.now().getTime() + AWAITED_MS;
    this.request.session.proved = { personId, otherId, until };
  }

  /** The other account that whoever is signed in has proved to be theirs, as long as that holds. */
  get provedAccount(): string | null {
    const { proved } = this.request.session;
    const holds =
      proved?.personId === this.ctx.actor.personId && proved.until > this.ctx.clock.now().getTime();
    return holds ? proved.otherId : null;
  }

  forgetProvedAccount(): void {
    delete this.request.session.proved;
  }

  /** Ends the session. A message left afterwards is kept in a new one, which knows nobody. */
  async signOut(): Promise<void> {
    await this.regenerate([]);
  }

  /** Shows this and the following pages in a language. */
  rememberLanguage(language: Language): void {
    this.cookie(LANGUAGE_COOKIE, language, YEAR_SECONDS);
  }

  get hasRememberedLanguage(): boolean {
    return this.request.cookies[cookieName(LANGUAGE_COOKIE, this.secure)] !== undefined;
  }

  /** What a sign-in strategy reads and writes: a plain view of the request that no host header of a stranger can bend. */
  forStrategy(publicUrl: string): object {
    const { protocol, host } = new URL(publicUrl);
    return {
      // Providers answer by an address alone; a form of ours only ever begins.
      method: 'GET',
      url: this.url,
      originalUrl: this.url,
      protocol: protocol.slice(0, -1),
      host,
      headers: this.request.headers,
      query: this.query,
      session: this.request.session,
    };
  }

  /**
   * Whether the form comes from a page of this site. A form that another site sends must not put words into a session.
   * Browsers that send neither header are too old to be attacked through the answer: nothing is kept for them.
   */
  private isOwnForm(): boolean {
    const site = this.header('sec-fetch-site');
    if (site !== undefined) return site === 'same-origin';
    const origin = this.header('origin');
    return origin !== undefined && URL.canParse(origin) && new URL(origin).host === this.request.host;
  }

  private ownerKey(personId: string): string {
    return createHmac('sha256', this.secret).update(`owner:${personId}`).digest('base64url');
  }

  /** Goes on under a new id. The new session is in the store already, so from here on it is only updated. */
  private async regenerate(keys: ('signedIn' | 'stash' | 'returnTo' | 'flash')[]): Promise<void> {
    await this.request.session.regenerate(keys);
    this.request.session.stored = true;
    // Sessions are written in no act: a replica may not have this one yet, and its own list would lack it.
    const { freshness } = this.ctx;
    if (freshness) Object.assign(freshness, { position: NOWHERE_YET, wrote: true });
  }

  private cookie(name: string, value: string, maxAge: number): void {
    const overHttps = this.secure || this.request.protocol === 'https';
    this.reply.setCookie(cookieName(name, this.secure), value, { ...cookieOptions(overHttps), maxAge });
  }
}

function versionTag(version: Version): string {
  const text = version instanceof Date ? version.toISOString() : String(version);
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
}

/** The fields of a parsed form, and nothing that is not a field. */
export function formFields(body: unknown): FormFields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  const fields: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') fields[name] = value;
    else if (Array.isArray(value) && value.every((item) => typeof item === 'string')) fields[name] = value;
  }
  return fields;
}

function lastOfEach(values: unknown): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(values ?? {})) {
    const last: unknown = Array.isArray(value) ? value.at(-1) : value;
    if (typeof last === 'string') result[name] = last;
  }
  return result;
}

/** The address without its last part. */
function above(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

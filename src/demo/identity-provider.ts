import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import type * as OidcProvider from 'oidc-provider';
import type { Language } from '../shared/language.js';
import {
  authenticationOf,
  DEMO_ACCOUNTS,
  DEMO_CLIENT,
  DEMO_MACHINE_CLIENT,
  DEMO_PASSWORD,
  DEMO_PROVIDERS,
} from './accounts.js';
import type { DemoAccount, DemoProvider } from './accounts.js';
import {
  addressOf,
  answerAsset,
  languageOf,
  listenOnLoopback,
  pageHeaders,
  readForm,
  renderDemoPage,
} from './demo-pages.js';
import { DEMO_TEXTS } from './demo-texts.js';
import type { DemoTexts } from './demo-texts.js';

/** Audience of the bearer tokens that the API of MOST takes. */
export const API_RESOURCE = 'urn:most:api';
/** What a token may be limited to. */
export const API_SCOPES: readonly string[] = [
  'accounts',
  'agreements',
  'applications',
  'calls',
  'clients',
  'decisions',
  'institutions',
  'references',
].flatMap((subject) => [`${subject}:read`, `${subject}:write`]);
const TOKEN_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

export interface DemoIdentityProviderOptions {
  /** Key among the demonstration's providers. */
  readonly key: string;
  readonly port: number;
  /** Address of MOST, where people are sent back to. */
  readonly publicUrl: string;
  /** The signing key is kept here, so that tokens outlive a restart. */
  readonly dataDir: string;
}

interface DemoTokenOptions {
  readonly issuer: string;
  readonly dataDir: string;
  /** Absent: all that there are. */
  readonly scopes?: readonly string[];
}

export interface DemoIdentityProvider {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** What a provider keeps in its file: it signs with the keys, and its cookies with the secret. */
interface ProviderKeys {
  readonly keys: readonly (JWK & { readonly kid: string })[];
  readonly cookieSecret: string;
}

let library: Promise<typeof OidcProvider> | undefined;

/** Loaded when a provider is asked: minting a token needs none of it. */
function loadLibrary(): Promise<typeof OidcProvider> {
  library ??= withoutAdvice(() => import('oidc-provider'));
  return library;
}

/**
 * The library advises whoever would run it in production, on where to keep sessions and on the newest Node.
 * The demonstration is none, and a newcomer's screen has room for what is meant for them.
 */
function withoutAdvice<T>(action: () => T): T {
  const warn = console.warn;
  const advised = (...words: unknown[]) => {
    if (!String(words[0]).includes('oidc-provider WARNING')) warn(...words);
  };
  console.warn = advised;
  const restore = () => {
    if (console.warn === advised) console.warn = warn;
  };
  const result = action();
  if (result instanceof Promise) void result.then(restore, restore);
  else restore();
  return result;
}

/** Starts the OpenID provider of one country, with a sign-in page of its own, on loopback. */
export async function startDemoIdentityProvider(
  options: DemoIdentityProviderOptions,
): Promise<DemoIdentityProvider> {
  const identity = demoProvider(options.key);
  const issuer = `http://127.0.0.1:${options.port}`;
  const accounts = DEMO_ACCOUNTS.filter((account) => account.provider === identity.key);
  const keys = await loadKeys(options.dataDir, identity.key);
  const make = async () => {
    const oidc = await loadLibrary();
    const provider = withoutAdvice(
      () => new oidc.Provider(issuer, configuration(oidc, identity, options.publicUrl, accounts, keys)),
    );
    provider.on('server_error', (_context, error) => {
      console.error(`Demonstration provider ${identity.key}:`, error);
    });
    return { oidc, provider, protocol: provider.callback() };
  };
  // Made when it is first asked: the library takes long to load, and the first page needs nobody to sign in.
  let made: ReturnType<typeof make> | undefined;
  const server = await listenOnLoopback(
    options.port,
    `The demonstration's identity provider "${identity.key}"`,
    async (request, response) => {
      if (answerAsset(request, response)) return;
      const { oidc, provider, protocol } = await (made ??= make());
      if (/^\/interaction\/[\w-]+$/.test(addressOf(request).pathname)) {
        await answerSignIn(
          { oidc, provider, identity, accounts, publicUrl: options.publicUrl },
          request,
          response,
        );
        return;
      }
      await protocol(request, response);
    },
  );
  return { issuer, stop: () => server.stop() };
}

/**
 * A bearer token for the API, signed with the key of the person's provider: as if they had signed in and asked for it.
 * Lives an hour.
 */
export function issueDemoToken(account: DemoAccount, options: DemoTokenOptions): Promise<string> {
  const { provider, subject } = account;
  return sign(provider, subject, { client_id: DEMO_CLIENT.id, ...authenticationOf(account) }, options);
}

/** A token that the machine got for itself, by client credentials. */
export function issueDemoMachineToken(options: DemoTokenOptions): Promise<string> {
  const { provider, id } = DEMO_MACHINE_CLIENT;
  return sign(provider, id, { client_id: id }, options);
}

async function sign(
  provider: string,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
  options: DemoTokenOptions,
): Promise<string> {
  const [key] = (await loadKeys(options.dataDir, provider)).keys;
  if (!key) throw new Error(`Provider ${provider} has no signing key in ${options.dataDir}.`);
  return new SignJWT({
    ...claims,
    scope: (options.scopes ?? API_SCOPES).join(' '),
    jti: randomBytes(16).toString('base64url'),
  })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' })
    .setIssuer(options.issuer)
    .setAudience(API_RESOURCE)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_SECONDS}s`)
    .sign(await importJWK(key, 'ES256'));
}

function demoProvider(key: string): DemoProvider {
  const found = DEMO_PROVIDERS.find((provider) => provider.key === key);
  if (!found) throw new RangeError(`There is no demonstration provider ${key}.`);
  return found;
}

async function loadKeys(dataDir: string, key: string): Promise<ProviderKeys> {
  const folder = join(dataDir, 'identity-providers');
  const file = join(folder, `${key}.jwks.json`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProviderKeys;
  } catch (error) {
    if (!(isNativeError(error) && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const made: ProviderKeys = {
    keys: [
      {
        ...(await exportJWK(privateKey)),
        kid: `${key}-${randomBytes(4).toString('hex')}`,
        alg: 'ES256',
        use: 'sig',
      },
    ],
    cookieSecret: randomBytes(32).toString('base64url'),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function claimsOf(account: DemoAccount) {
  const { given, family } = account.name;
  return {
    sub: account.subject,
    email: account.email,
    email_verified: true,
    name: [given, account.patronymic, family].filter(Boolean).join(' '),
    given_name: given,
    family_name: family,
    middle_name: account.patronymic,
    locale: account.language,
    schac_home_organization: account.institutionDomain,
    eduperson_scoped_affiliation:
      account.institutionDomain && account.affiliation
        ? [`${account.affiliation}@${account.institutionDomain}`]
        : undefined,
  };
}

function configuration(
  { errors }: typeof OidcProvider,
  identity: DemoProvider,
  publicUrl: string,
  accounts: readonly DemoAccount[],
  keys: ProviderKeys,
): OidcProvider.Configuration {
  const accountOf = (subject: string | undefined) => accounts.find((account) => account.subject === subject);
  const show = (
    context: { req: IncomingMessage; res: ServerResponse; body: unknown; type: string },
    status: number,
  ) => {
    const headers = pageHeaders([new URL(publicUrl).origin]);
    for (const [name, value] of Object.entries(headers)) context.res.setHeader(name, value);
    context.res.statusCode = status;
  };
  const pageFor = (request: IncomingMessage, title: (text: DemoTexts) => string) => {
    const address = addressOf(request);
    const language = languageOf(request, identity.language, address.searchParams.get('ui_locales') ?? '');
    return {
      language,
      address,
      service: serviceName(identity, language),
      title: title(DEMO_TEXTS[language]),
    };
  };
  return {
    jwks: { keys: keys.keys.map((key) => ({ ...key })) },
    clients: [
      {
        client_id: DEMO_CLIENT.id,
        client_secret: DEMO_CLIENT.secret,
        client_name: 'МОСТ',
        redirect_uris: [`${publicUrl}/sign-in/${identity.key}/callback`],
        post_logout_redirect_uris: [publicUrl, `${publicUrl}/`],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: DEMO_MACHINE_CLIENT.id,
        client_secret: DEMO_MACHINE_CLIENT.secret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        scope: API_SCOPES.join(' '),
        id_token_signed_response_alg: 'ES256',
      },
    ],
    scopes: ['openid', 'offline_access', 'profile', 'email', ...API_SCOPES],
    claims: {
      openid: ['sub', 'acr', 'amr'],
      email: ['email', 'email_verified'],
      profile: [
        'name',
        'given_name',
        'family_name',
        'middle_name',
        'locale',
        'schac_home_organization',
        'eduperson_scoped_affiliation',
      ],
    },
    // MOST reads everything from the ID token: one answer less to wait for.
    conformIdTokenClaims: false,
    acrValues: [...new Set(accounts.map((account) => authenticationOf(account).acr))],
    pkce: { required: () => true },
    // Both providers share the host name 127.0.0.1, and with it the browser's cookies.
    cookies: {
      keys: [keys.cookieSecret],
      names: {
        session: `idp_${identity.key}_session`,
        interaction: `idp_${identity.key}_interaction`,
        resume: `idp_${identity.key}_resume`,
      },
      long: { signed: true, httpOnly: true, sameSite: 'lax' },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    findAccount: (_context, subject) => {
      const account = accountOf(subject);
      return account && { accountId: subject, claims: () => claimsOf(account) };
    },
    // Nobody is asked whether MOST may know their name: signing in says it.
    loadExistingGrant: async ({ oidc }) => {
      const clientId = oidc.client?.clientId;
      const accountId = oidc.session?.accountId;
      if (!clientId || !accountId) return undefined;
      const grant = new oidc.provider.Grant({ clientId, accountId });
      grant.addOIDCScope(['openid profile email offline_access', ...API_SCOPES].join(' '));
      grant.addResourceScope(API_RESOURCE, API_SCOPES.join(' '));
      await grant.save();
      return grant;
    },
    extraTokenClaims: (_context, token) => {
      const account = 'accountId' in token ? accountOf(token.accountId) : undefined;
      return account && { ...authenticationOf(account) };
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          const page = pageFor(context.req, (text) => text.signOutTitle);
          show(context, 200);
          context.body = renderDemoPage('sign-out', page, { form });
        },
        postLogoutSuccessSource: (context) => {
          const page = pageFor(context.req, (text) => text.signedOutTitle);
          show(context, 200);
          context.body = renderDemoPage('message', page, {
            lead: DEMO_TEXTS[page.language].signedOutLead,
            home: publicUrl,
            detail: null,
          });
        },
      },
      resourceIndicators: {
        enabled: true,
        // A machine's token is for the API, as there is nothing else here for it.
        defaultResource: (context) =>
          context.oidc.params?.grant_type === 'client_credentials' ? API_RESOURCE : [],
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, resource) => {
          if (resource !== API_RESOURCE) throw new errors.InvalidTarget();
          return {
            scope: API_SCOPES.join(' '),
            audience: API_RESOURCE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: TOKEN_SECONDS,
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    renderError: (context, out) => {
      const page = pageFor(context.req, (text) => text.brokenTitle);
      show(context, context.status);
      context.body = renderDemoPage('message', page, {
        lead: DEMO_TEXTS[page.language].brokenLead,
        home: publicUrl,
        detail: [out.error, out.error_description].filter(Boolean).join(': '),
      });
    },
    ttl: {
      AccessToken: TOKEN_SECONDS,
      AuthorizationCode: 60,
      ClientCredentials: TOKEN_SECONDS,
      Grant: DAY_SECONDS,
      IdToken: TOKEN_SECONDS,
      Interaction: TOKEN_SECONDS,
      RefreshToken: DAY_SECONDS,
      Session: DAY_SECONDS,
    },
  };
}

function serviceName(identity: DemoProvider, language: Language): string {
  const country =
    new Intl.DisplayNames([language], { type: 'region' }).of(identity.country) ?? identity.country;
  return `${DEMO_TEXTS[language].provider} · ${country}`;
}

interface SignIn {
  readonly oidc: typeof OidcProvider;
  readonly provider: OidcProvider.Provider;
  readonly identity: DemoProvider;
  readonly accounts: readonly DemoAccount[];
  readonly publicUrl: string;
}

interface Fault {
  readonly field: 'email' | 'password';
  readonly message: string;
}

async function answerSignIn(
  { oidc, provider, identity, accounts, publicUrl }: SignIn,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = addressOf(request);
  const wish = (uiLocales: unknown) =>
    languageOf(request, identity.language, typeof uiLocales === 'string' ? uiLocales : '');
  const answer = (status: number, language: Language, template: string, title: string, model: object) => {
    const page = { language, address, service: serviceName(identity, language), title };
    response.writeHead(status, pageHeaders([new URL(publicUrl).origin]));
    response.end(renderDemoPage(template, page, model));
  };

  let parameters: Readonly<Record<string, unknown>>;
  try {
    parameters = (await provider.interactionDetails(request, response)).params;
  } catch (error) {
    if (!(error instanceof oidc.errors.SessionNotFound)) throw error;
    const language = wish(undefined);
    const text = DEMO_TEXTS[language];
    answer(400, language, 'message', text.brokenTitle, {
      lead: text.brokenLead,
      home: publicUrl,
      detail: null,
    });
    return;
  }

  const language = wish(parameters.ui_locales);
  const text = DEMO_TEXTS[language];
  const form = request.method === 'POST' ? await readForm(request) : undefined;
  const hint = typeof parameters.login_hint === 'string' ? parameters.login_hint : '';
  const email = (form?.get('email') ?? address.searchParams.get('email') ?? hint).trim();
  const account = accounts.find((candidate) => candidate.email === email.toLowerCase());
  const faults = form ? faultsOf(email, form.get('password') ?? '', account, text) : [];
  if (form && account && faults.length === 0) {
    const { acr, amr } = authenticationOf(account);
    const login = { accountId: account.subject, acr, amr: [...amr] };
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    return;
  }
  answer(faults.length > 0 ? 422 : 200, language, 'sign-in', text.signInTitle, {
    email,
    faults,
    faultAt: (field: Fault['field']) => faults.find((fault) => fault.field === field)?.message ?? '',
    accounts: accounts.map((each) => ({
      email: each.email,
      name: claimsOf(each).name,
      language: each.language,
      role: roleName(each, text),
      href: `?${new URLSearchParams({ lang: language, email: each.email }).toString()}#password`,
    })),
  });
}

function faultsOf(
  email: string,
  password: string,
  account: DemoAccount | undefined,
  text: DemoTexts,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (!account)
    faults.push({ field: 'email', message: email === '' ? text.emailMissing : text.emailUnknown });
  if (password === '') faults.push({ field: 'password', message: text.passwordMissing });
  else if (account && password !== DEMO_PASSWORD)
    faults.push({ field: 'password', message: text.passwordWrong });
  return faults;
}

function roleName(account: DemoAccount, text: DemoTexts): string {
  const {
    roles: [first],
    becomes,
    affiliation,
    institutionDomain,
  } = account;
  const name = text.roles[first?.role ?? becomes ?? affiliation ?? 'none'];
  return institutionDomain ? `${name}, ${institutionDomain}` : name;
}

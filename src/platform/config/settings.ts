import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { entryProblems, takenBy } from '../../shared/identity-provider.js';
import type { IdentityProviderEntry, TokenIssuerEntry } from '../../shared/identity-provider.js';

/** Every environment variable that MOST reads, besides NODE_ENV. The container files are tested against this list. */
export const SETTING_NAMES = [
  'PORT',
  'PUBLIC_URL',
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'DATABASE_MIGRATION_URL',
  'DATABASE_DIRECT_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'STORAGE_URL',
  'SESSION_SECRET',
  'IDENTITY_PROVIDERS_FILE',
  'TOKEN_ISSUERS_FILE',
  'STORAGE_KEY',
  'SIGNING_CERTIFICATE',
  'SIGNING_CERTIFICATES_FILE',
  'CLAMAV_SOCKET',
  'LOG_LEVEL',
  'DATA_DIR',
  'ROLE',
] as const;
type SettingName = (typeof SETTING_NAMES)[number];

/** What of these is wrong is told without repeating them: they are secrets, or addresses that hold one. */
const SECRET: readonly SettingName[] = [
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'DATABASE_MIGRATION_URL',
  'DATABASE_DIRECT_URL',
  'SMTP_URL',
  'STORAGE_URL',
  'SESSION_SECRET',
  'STORAGE_KEY',
  'SIGNING_CERTIFICATE',
];

const PROVIDER_TIMEOUT_SECONDS = 5;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const PROCESS_ROLES = ['web', 'worker', 'both'] as const;

/** What must be said in production, where nothing embedded or demonstrative starts. */
const REQUIRED_IN_PRODUCTION: readonly SettingName[] = [
  'PUBLIC_URL',
  'DATABASE_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'STORAGE_URL',
  'STORAGE_KEY',
  'SESSION_SECRET',
  'IDENTITY_PROVIDERS_FILE',
  'SIGNING_CERTIFICATE',
];

/** Which certificate makes the signatures of one country. */
export interface SideCertificate {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** As SIGNING_CERTIFICATE: the path of a PKCS#12 file, then `#` and its password where it has one. */
  readonly certificate: string;
}

/** Validated settings of one process. Undefined where the demonstration, or a default of the part itself, takes its place. */
export class Settings {
  readonly production: boolean;
  readonly port: number;
  readonly publicUrl: string;
  readonly databaseUrl: string | undefined;
  readonly databaseReadUrl: string | undefined;
  readonly databaseMigrationUrl: string | undefined;
  readonly databaseDirectUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly storageUrl: string | undefined;
  readonly storageKey: Buffer | undefined;
  readonly sessionSecret: string | undefined;
  readonly identityProviders: readonly IdentityProviderEntry[] | undefined;
  readonly tokenIssuers: readonly TokenIssuerEntry[] | undefined;
  /** How long one question to an identity provider may take. No variable: whoever waits for longer goes away. */
  readonly providerTimeoutSeconds: number;
  readonly signingCertificate: string | undefined;
  /** Of countries that have one of their own; all others sign by `signingCertificate`. */
  readonly signingCertificates: readonly SideCertificate[];
  readonly clamavSocket: string | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly dataDir: string;
  readonly role: (typeof PROCESS_ROLES)[number];
  /** Whether the demonstration's providers vouch for people: pages say so, and tokens can be minted by the command line. */
  readonly demonstration: boolean;

  private constructor(values: Omit<Settings, 'with'>) {
    this.production = values.production;
    this.port = values.port;
    this.publicUrl = values.publicUrl;
    this.databaseUrl = values.databaseUrl;
    this.databaseReadUrl = values.databaseReadUrl;
    this.databaseMigrationUrl = values.databaseMigrationUrl;
    this.databaseDirectUrl = values.databaseDirectUrl;
    this.smtpUrl = values.smtpUrl;
    this.mailFrom = values.mailFrom;
    this.storageUrl = values.storageUrl;
    this.storageKey = values.storageKey;
    this.sessionSecret = values.sessionSecret;
    this.identityProviders = values.identityProviders;
    this.tokenIssuers = values.tokenIssuers;
    this.providerTimeoutSeconds = values.providerTimeoutSeconds;
    this.signingCertificate = values.signingCertificate;
    this.signingCertificates = values.signingCertificates;
    this.clamavSocket = values.clamavSocket;
    this.logLevel = values.logLevel;
    this.dataDir = values.dataDir;
    this.role = values.role;
    this.demonstration = values.demonstration;
  }

  /** The same settings with what the demonstration provides in place of what is missing. */
  with(provided: Partial<Omit<Settings, 'with'>>): Settings {
    return new Settings({ ...this, ...provided });
  }

  /** Reads and validates the environment. Throws one error that names everything wrong, with what was expected. */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>>): Settings {
    const faults: string[] = [];
    const text = (name: SettingName) => env[name]?.trim() || undefined;
    const fault = (name: SettingName, expected: string) => {
      const found = SECRET.includes(name)
        ? `${env[name]?.length ?? 0} characters that are not that`
        : JSON.stringify(env[name]);
      faults.push(`${name}: expected ${expected}, found ${found}`);
    };
    const oneOf = <T extends string>(name: SettingName, allowed: readonly T[], otherwise: T): T => {
      const value = text(name);
      if (value === undefined) return otherwise;
      const found = allowed.find((candidate) => candidate === value);
      if (!found) fault(name, allowed.join(' | '));
      return found ?? otherwise;
    };
    const url = (name: SettingName, protocols: readonly string[]) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const parsed = URL.canParse(value) ? new URL(value) : undefined;
      if (!parsed || !protocols.includes(parsed.protocol)) {
        fault(name, `an address beginning with ${protocols.map((each) => `${each}//`).join(' or ')}`);
      }
      return value;
    };
    const jsonFile = <T>(name: SettingName, entryHas: readonly string[]): readonly T[] | undefined => {
      const path = text(name);
      if (path === undefined) return undefined;
      try {
        const entries: unknown = JSON.parse(readFileSync(resolve(path), 'utf8'));
        const complete =
          Array.isArray(entries) &&
          entries.every(
            (entry: unknown) =>
              typeof entry === 'object' && entry !== null && entryHas.every((field) => field in entry),
          );
        if (complete) return entries as readonly T[];
        fault(name, `a JSON file with a list whose entries have ${entryHas.join(', ')}`);
        return undefined;
      } catch (error) {
        fault(name, `a readable JSON file (${error instanceof Error ? error.message : String(error)})`);
        return undefined;
      }
    };

    const production = env.NODE_ENV === 'production';
    if (production) {
      for (const name of REQUIRED_IN_PRODUCTION) {
        if (text(name) === undefined) faults.push(`${name}: missing; production needs it`);
      }
    }
    const port = Number(text('PORT') ?? 3000);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) fault('PORT', 'a whole number from 0 to 65535');
    const storageKeyText = text('STORAGE_KEY');
    const storageKey = storageKeyText === undefined ? undefined : Buffer.from(storageKeyText, 'base64');
    if (storageKey && storageKey.length !== 32) fault('STORAGE_KEY', '32 bytes in base64');
    const sessionSecret = text('SESSION_SECRET');
    if (sessionSecret && sessionSecret.length < 32) fault('SESSION_SECRET', 'at least 32 characters');
    const identityProviders = jsonFile<IdentityProviderEntry>('IDENTITY_PROVIDERS_FILE', [
      'key',
      'country',
      'issuer',
      'clientId',
      'buttonText',
    ]);
    for (const wrong of providerFaults(identityProviders ?? [], production)) {
      faults.push(`IDENTITY_PROVIDERS_FILE: ${wrong}`);
    }
    const signingCertificates =
      jsonFile<SideCertificate>('SIGNING_CERTIFICATES_FILE', ['country', 'certificate']) ?? [];
    for (const wrong of certificateFaults(signingCertificates)) {
      faults.push(`SIGNING_CERTIFICATES_FILE: ${wrong}`);
    }
    const settings = new Settings({
      production,
      port,
      publicUrl: (
        url('PUBLIC_URL', production ? ['https:'] : ['http:', 'https:']) ?? `http://127.0.0.1:${port}`
      ).replace(/\/+$/, ''),
      databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
      databaseReadUrl: url('DATABASE_READ_URL', ['postgres:', 'postgresql:']),
      databaseMigrationUrl: url('DATABASE_MIGRATION_URL', ['postgres:', 'postgresql:']),
      databaseDirectUrl: url('DATABASE_DIRECT_URL', ['postgres:', 'postgresql:']),
      smtpUrl: url('SMTP_URL', ['smtp:', 'smtps:']),
      mailFrom: text('MAIL_FROM') ?? 'МОСТ <most@most.demo>',
      storageUrl: url('STORAGE_URL', ['s3:', 'file:']),
      storageKey,
      sessionSecret,
      identityProviders,
      tokenIssuers: jsonFile<TokenIssuerEntry>('TOKEN_ISSUERS_FILE', ['issuer', 'jwksUri']),
      providerTimeoutSeconds: PROVIDER_TIMEOUT_SECONDS,
      signingCertificate: text('SIGNING_CERTIFICATE'),
      signingCertificates,
      clamavSocket: text('CLAMAV_SOCKET'),
      logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, production ? 'info' : 'warn'),
      dataDir: resolve(text('DATA_DIR') ?? '.data'),
      role: oneOf('ROLE', PROCESS_ROLES, 'both'),
      demonstration: !production && identityProviders === undefined,
    });
    if (faults.length > 0) {
      throw new SettingsError(faults);
    }
    return settings;
  }
}

/** What each problem of an entry means for the operator who keeps the file. */
const ENTRY_PROBLEMS: Readonly<Record<string, string>> = {
  provider_key: 'expected up to 40 lower-case letters, digits and hyphens',
  provider_key_taken: 'an entry before it has the same key',
  provider_country: 'expected the two capital letters of ISO 3166-1',
  provider_issuer:
    'expected an address beginning with https:// and without a query (http:// on this machine alone, outside of production)',
  provider_issuer_taken: 'an entry before it has the same issuer; one issuer stands behind one entry',
  provider_client: 'expected the id of the client, on one line',
  provider_secret: 'expected the secret of the client, on one line',
  provider_button: 'expected up to 80 characters on one line; sr, ru and en are all needed',
  provider_institutions: 'expected "all-of-country" or a list of domains in lower case',
  provider_claims: 'expected an object from our name of a claim to theirs',
  provider_claim: 'expected the name of a claim',
  provider_claim_unknown: 'no claim that is read has this name',
  provider_scope: 'expected scopes with single spaces between, openid among them',
  provider_values: 'expected a list of up to 20 values without spaces',
  provider_role_proposals: 'expected a list of {"affiliation": …, "role": …} with a role of an institution',
  unknown_field: 'no field has this name',
  not_in_list: 'expected true or false',
};

/** What keeps the entries from being used, a line each. Values are not repeated: one of them is a secret. */
function providerFaults(entries: readonly IdentityProviderEntry[], production: boolean): readonly string[] {
  return entries.flatMap((entry, place) =>
    [...entryProblems(entry, { production }), ...takenBy(entry, entries.slice(0, place))].map(
      ({ field, problem }) =>
        `entry ${place + 1} (${JSON.stringify(entry.key)}), ${field}: ${ENTRY_PROBLEMS[problem] ?? problem}`,
    ),
  );
}

/** What keeps the certificates of countries from being used, a line each. Certificates are not repeated: they hold a password. */
function certificateFaults(entries: readonly SideCertificate[]): readonly string[] {
  return entries.flatMap(({ country, certificate }, place) => [
    ...(typeof country === 'string' && /^[A-Z]{2}$/.test(country)
      ? []
      : [`entry ${place + 1}, country: expected the two capital letters of ISO 3166-1`]),
    ...(typeof certificate === 'string' && certificate.trim() !== ''
      ? []
      : [`entry ${place + 1}, certificate: expected the path of a PKCS#12 file, # and its password`]),
    ...(entries.slice(0, place).some((earlier) => earlier.country === country)
      ? [`entry ${place + 1}, country: an entry before it has the same country`]
      : []),
  ]);
}

/** All that is wrong with the environment at once, so that an operator mends it in one round. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`These settings stop the start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

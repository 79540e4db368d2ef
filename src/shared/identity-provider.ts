import { GRANTED_ROLES, ROLE_TABLE } from './actor.js';
import type { GrantedRole } from './actor.js';
import type { CountryCode } from './country.js';
import type { FieldProblem } from './domain-error.js';
import type { LocalizedText } from './language.js';

/** What we read of a person, under the names that the standards give it. A provider may call it otherwise. */
export const CLAIM_NAMES = [
  'sub',
  'email',
  'email_verified',
  'given_name',
  'family_name',
  'name',
  'locale',
  'eduperson_scoped_affiliation',
  'schac_home_organization',
  'schac_personal_unique_code',
  'acr',
  'amr',
] as const;
export type ClaimName = (typeof CLAIM_NAMES)[number];

/** Those that an entry may read under another name. People are known by `sub`, which every provider has (OpenID Core 2). */
export const RENAMED_CLAIMS = CLAIM_NAMES.filter((name) => name !== 'sub');

/** What is asked for where an entry says nothing. */
export const USUAL_SCOPE = 'openid profile email';

/** Roles that an affiliation may propose: those of an institution's own staff. A person grants them, never a claim. */
export const PROPOSABLE_ROLES = GRANTED_ROLES.filter((role) => ROLE_TABLE[role].scope === 'institution');

/** Whoever comes with this affiliation is proposed for this role at their home institution. */
export interface RoleProposalRule {
  /** `employee`, wherever it is from, or the whole value with its scope: `employee@example.org`. */
  readonly affiliation: string;
  readonly role: GrantedRole;
}

/** One OpenID provider that vouches for people of one country: an entry of IDENTITY_PROVIDERS_FILE, or of the register. */
export interface IdentityProviderEntry {
  /** Part of its address here, `/sign-in/<key>/callback`: lower-case letters, digits, hyphens. */
  readonly key: string;
  readonly country: CountryCode;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly buttonText: LocalizedText;
  /** Domains of the institutions that it vouches for, or every one of its country. */
  readonly institutions: 'all-of-country' | readonly string[];
  /** What the provider calls the claims that it calls otherwise than the standards do. */
  readonly claims?: Readonly<Partial<Record<Exclude<ClaimName, 'sub'>, string>>>;
  /** Scopes to ask for, with spaces between; `USUAL_SCOPE` when absent. */
  readonly scope?: string;
  /** `amr` or `acr` values that mean that a second factor was used. */
  readonly secondFactorValues?: readonly string[];
  /** Values of `acr_values` to ask for, the most wanted first. */
  readonly acrValues?: readonly string[];
  readonly roleProposals?: readonly RoleProposalRule[];
  /** Nobody is let in whose address the provider did not verify itself. */
  readonly requireVerifiedEmail?: boolean;
}

/** Whose bearer tokens the API takes: an entry of TOKEN_ISSUERS_FILE. */
export interface TokenIssuerEntry {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly secondFactorValues?: readonly string[];
}

/** What a provider said of a person, under the names of the standards; everything else is left out. */
export function standardClaims(
  entry: Pick<IdentityProviderEntry, 'claims'>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Partial<Record<ClaimName, unknown>>> {
  return Object.fromEntries(
    CLAIM_NAMES.flatMap((name) => {
      const value = given[name === 'sub' ? name : (entry.claims?.[name] ?? name)];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The issuer as it is compared: a slash at its end does not make another one. */
export function issuerKey(issuer: string): string {
  return issuer.replace(/\/+$/, '');
}

/** Whether the provider vouches for people of the institution. A domain of the entry stands for its sub-domains too. */
export function vouchesFor(
  entry: Pick<IdentityProviderEntry, 'country' | 'institutions'>,
  institution: { readonly country: CountryCode; readonly domain: string | null },
): boolean {
  if (entry.institutions === 'all-of-country') return entry.country === institution.country;
  const domain = institution.domain?.toLowerCase();
  return entry.institutions.some((listed) => domain === listed || domain?.endsWith(`.${listed}`) === true);
}

const KEY = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
/** Words that stand in addresses in the place of a key. */
const NO_KEYS = new Set(['new']);
const DOMAIN =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const FIELDS = new Set<string>([
  'key',
  'country',
  'issuer',
  'clientId',
  'clientSecret',
  'buttonText',
  'institutions',
  'claims',
  'scope',
  'secondFactorValues',
  'acrValues',
  'roleProposals',
  'requireVerifiedEmail',
] satisfies (keyof IdentityProviderEntry)[]);

/**
 * Everything that is wrong with an entry, wherever it comes from: as problems of fields (`problems.<problem>`), of which
 * the page makes messages and the start of the application lines for the operator. None: it is an `IdentityProviderEntry`.
 */
export function entryProblems(
  candidate: unknown,
  { production }: { readonly production: boolean },
): readonly FieldProblem[] {
  if (!isObject(candidate)) return [{ field: '', problem: 'provider_entry' }];
  const problems: FieldProblem[] = [];
  const say = (field: string, problem: string, values?: FieldProblem['values']) =>
    problems.push(values ? { field, problem, values } : { field, problem });
  const { key, country, issuer, clientId, clientSecret, buttonText, institutions } = candidate;
  for (const field of Object.keys(candidate)) if (!FIELDS.has(field)) say(field, 'unknown_field');
  if (typeof key !== 'string' || !KEY.test(key) || NO_KEYS.has(key)) say('key', 'provider_key');
  if (typeof country !== 'string' || !/^[A-Z]{2}$/.test(country)) say('country', 'provider_country');
  if (!isIssuer(issuer, production)) say('issuer', 'provider_issuer');
  if (!isLine(clientId, 200)) say('clientId', 'provider_client');
  if (clientSecret !== undefined && !isLine(clientSecret, 500)) say('clientSecret', 'provider_secret');
  for (const language of ['sr', 'ru', 'en']) {
    const text = isObject(buttonText) ? buttonText[language] : undefined;
    if (!isLine(text, 80)) say(`buttonText.${language}`, 'provider_button');
  }
  const list = Array.isArray(institutions) ? institutions : null;
  const domains =
    list !== null && list.length > 0 && list.every((each) => isLine(each, 253) && DOMAIN.test(each));
  if (institutions !== 'all-of-country' && !domains) say('institutions', 'provider_institutions');
  problems.push(...optionalProblems(candidate));
  return problems;
}

function optionalProblems(candidate: Readonly<Record<string, unknown>>): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { claims, scope, secondFactorValues, acrValues, roleProposals, requireVerifiedEmail } = candidate;
  if (claims !== undefined) {
    if (!isObject(claims)) problems.push({ field: 'claims', problem: 'provider_claims' });
    else
      for (const [name, called] of Object.entries(claims)) {
        const known = (RENAMED_CLAIMS as readonly string[]).includes(name);
        if (!known) problems.push({ field: `claims.${name}`, problem: 'provider_claim_unknown' });
        else if (!isLine(called, 200)) problems.push({ field: `claims.${name}`, problem: 'provider_claim' });
      }
  }
  if (scope !== undefined) {
    const asked =
      typeof scope === 'string' && scope.length <= 500 && SCOPE.test(scope) ? scope.split(' ') : [];
    if (!asked.includes('openid')) problems.push({ field: 'scope', problem: 'provider_scope' });
  }
  for (const [field, values] of Object.entries({ secondFactorValues, acrValues })) {
    const good =
      values === undefined ||
      (Array.isArray(values) &&
        values.length <= 20 &&
        values.every((value) => isLine(value, 200) && !value.includes(' ')));
    if (!good) problems.push({ field, problem: 'provider_values' });
  }
  if (roleProposals !== undefined) {
    const good =
      Array.isArray(roleProposals) &&
      roleProposals.length <= 50 &&
      roleProposals.every((rule: unknown) => isRule(rule));
    if (!good)
      problems.push({
        field: 'roleProposals',
        problem: 'provider_role_proposals',
        values: { roles: PROPOSABLE_ROLES.join(', ') },
      });
  }
  if (requireVerifiedEmail !== undefined && typeof requireVerifiedEmail !== 'boolean')
    problems.push({ field: 'requireVerifiedEmail', problem: 'not_in_list' });
  return problems;
}

/**
 * One issuer stands behind one entry: a person is known by issuer and subject, so of two entries nobody could say which
 * of them vouched, for which country, by which rules. The fields that an entry shares with one before it.
 */
export function takenBy(
  entry: Pick<IdentityProviderEntry, 'key' | 'issuer'>,
  others: readonly Pick<IdentityProviderEntry, 'key' | 'issuer'>[],
): readonly FieldProblem[] {
  const issuer = others.find((other) => issuerKey(other.issuer) === issuerKey(entry.issuer));
  return [
    ...(others.some(({ key }) => key === entry.key) ? [{ field: 'key', problem: 'provider_key_taken' }] : []),
    ...(issuer ? [{ field: 'issuer', problem: 'provider_issuer_taken', values: { key: issuer.key } }] : []),
  ];
}

function isIssuer(value: unknown, production: boolean): boolean {
  if (typeof value !== 'string' || value.length > 500 || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  if (username || password || search || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && !production && LOOPBACK.has(hostname));
}

function isRule(value: unknown): value is RoleProposalRule {
  return (
    isObject(value) &&
    isLine(value['affiliation'], 200) &&
    (PROPOSABLE_ROLES as readonly unknown[]).includes(value['role'])
  );
}

/** A text of one line that is not empty. */
function isLine(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' &&
    value.trim() === value &&
    value !== '' &&
    value.length <= max &&
    !/\p{Cc}/u.test(value)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { CountryCode } from './country.js';
import type { LocalizedText } from './language.js';

/** One OpenID provider that vouches for people of one country: an entry of IDENTITY_PROVIDERS_FILE. */
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
  /** `amr` or `acr` values that mean that a second factor was used. */
  readonly secondFactorValues?: readonly string[];
}

/** Whose bearer tokens the API takes: an entry of TOKEN_ISSUERS_FILE. */
export interface TokenIssuerEntry {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly secondFactorValues?: readonly string[];
}

import type { Language } from '../../shared/language.js';
import { isLanguage } from '../../shared/language.js';

/** What a provider says of a person, as far as we use it. */
export interface IdentityClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly given: string;
  readonly family: string;
  readonly email: string;
  /** Whether the provider says that the address is the person's; of one that says nothing it is not known. */
  readonly emailVerified: boolean;
  /** BCP 47, where the provider says it and we write it. */
  readonly language: Language | null;
  /** Domain of the home institution, lower case (schacHomeOrganization). */
  readonly homeDomain: string | null;
  /** What the person is, and where (eduPersonScopedAffiliation): `employee@example.org`. */
  readonly affiliations: readonly string[];
}

/** The claims of an identity, or null where the provider does not say enough to know anybody by. */
export function readClaims(
  issuer: string,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
): IdentityClaims | null {
  const email = text(claims.email);
  const { given, family } = nameFrom(claims);
  if (!email || !given || !family) return null;
  return {
    issuer,
    subject,
    given,
    family,
    email,
    // Some write it as a word.
    emailVerified: claims.email_verified === true || claims.email_verified === 'true',
    language: languageFrom(text(claims.locale)),
    homeDomain: text(claims.schac_home_organization)?.toLowerCase() ?? null,
    affiliations: texts(claims.eduperson_scoped_affiliation),
  };
}

function nameFrom(claims: Readonly<Record<string, unknown>>): {
  given: string | null;
  family: string | null;
} {
  const given = text(claims.given_name);
  const family = text(claims.family_name);
  if (given && family) return { given, family };
  // Only a whole name: its last word is taken for the family, and the person can correct it in an application.
  const words = text(claims.name)?.split(/\s+/) ?? [];
  return { given: words.slice(0, -1).join(' ') || null, family: words.at(-1) ?? null };
}

function languageFrom(locale: string | null): Language | null {
  if (locale === null) return null;
  if (isLanguage(locale)) return locale;
  const [language, script] = locale.split(/[-_]/);
  if (language === 'sr') return script?.toLowerCase() === 'latn' ? 'sr-Latn' : 'sr-Cyrl';
  return isLanguage(language) ? language : null;
}

/** One value, or a list of them; both are written by providers. */
function texts(value: unknown): readonly string[] {
  return [value].flat().flatMap((each) => text(each) ?? []);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().normalize('NFC') : null;
}

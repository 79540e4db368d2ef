import type { Message } from '../../../platform/http/page.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { IdentityProviderEntry } from '../../../shared/identity-provider.js';
import type { Language } from '../../../shared/language.js';
import type { FoundWays } from '../../operations/find-ways.js';

export type SignInProblem =
  | 'provider_unavailable'
  | 'sign_in_cancelled'
  | 'sign_in_broken'
  | 'sign_in_lapsed'
  | 'identity_incomplete'
  | 'email_unverified';

/** What `templates/access/sign-in.njk` shows. */
export interface SignInView {
  readonly problem: {
    readonly title: Message;
    readonly text: Message;
    /** The ways that are left beside the one that was tried. */
    readonly others: readonly { readonly href: string; readonly text: string }[];
  } | null;
  readonly providers: readonly {
    readonly href: string;
    /** In the reader's language already: a text of the installation's settings. */
    readonly text: string;
    readonly vouchesFor: Message;
    /** Domains, where the provider vouches for some institutions only. */
    readonly institutions: readonly string[];
  }[];
  readonly nobody: boolean;
  /** The search for one's institution; null where there is nobody to be found. */
  readonly search: {
    readonly text: string;
    readonly back: string | null;
    readonly found:
      | readonly {
          readonly name: string;
          readonly language: string;
          readonly country: string;
          readonly ways: readonly { readonly href: string; readonly text: string }[];
        }[]
      | null;
    readonly more: boolean;
  } | null;
}

export function presentSignIn(
  translator: Translator,
  language: Language,
  providers: readonly IdentityProviderEntry[],
  back: string,
  refusal: { readonly why: SignInProblem; readonly provider: string } | null,
  found: FoundWays | null,
): SignInView {
  const query = back === '/' ? '' : `?return=${encodeURIComponent(back)}`;
  const refused = providers.find(({ key }) => key === refusal?.provider);
  const provider = refused ? translator.localized(language, refused.buttonText) : '';
  const linkTo = (entry: IdentityProviderEntry) => ({
    href: `/sign-in/${entry.key}${query}`,
    text: translator.localized(language, entry.buttonText),
  });
  return {
    problem: refusal && {
      title: { key: `access.signIn.problems.${refusal.why}.title` },
      text: { key: `access.signIn.problems.${refusal.why}.text`, values: { provider } },
      others: providers.filter((entry) => entry !== refused).map(linkTo),
    },
    providers: providers.map((entry) => ({
      ...linkTo(entry),
      vouchesFor:
        entry.institutions === 'all-of-country'
          ? {
              key: 'access.signIn.allOfCountry',
              values: { country: translator.countryName(language, entry.country) },
            }
          : { key: 'access.signIn.someInstitutions' },
      institutions: entry.institutions === 'all-of-country' ? [] : entry.institutions,
    })),
    nobody: providers.length === 0,
    search:
      providers.length === 0
        ? null
        : {
            text: found?.text ?? '',
            back: back === '/' ? null : back,
            found:
              found?.ways.map(({ institution, providers: ways }) => ({
                name: institution.name,
                language: institution.language,
                country: translator.countryName(language, institution.country),
                ways: ways.map(linkTo),
              })) ?? null,
            more: found?.more ?? false,
          },
  };
}

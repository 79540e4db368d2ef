import type { Translator } from '../../../platform/i18n/translator.js';
import type { IdentityProviderEntry } from '../../../shared/identity-provider.js';
import type { Language } from '../../../shared/language.js';
import type { LinkedIdentity } from '../../operations/link-identity.js';

/** What `templates/access/identities.njk` shows. */
export interface IdentitiesView {
  readonly identities: readonly {
    readonly handle: string;
    /** In the reader's language already. */
    readonly provider: string;
    readonly email: string | null;
    readonly since: string;
    readonly used: string;
    readonly current: boolean;
    /** Neither the only one, nor the one by which the reader is here. */
    readonly removable: boolean;
  }[];
  /** Whether the reader signed in just now, and may change something. */
  readonly fresh: boolean;
  /** Through which provider to sign in once more. */
  readonly provider: string;
  readonly providers: readonly { readonly key: string; readonly text: string }[];
}

export interface IdentitiesToShow {
  readonly language: Language;
  /** Of the person's country. */
  readonly timeZone: string;
  readonly identities: readonly LinkedIdentity[];
  readonly providers: readonly IdentityProviderEntry[];
  /** Key of the provider through which the reader is signed in. */
  readonly provider: string;
  readonly fresh: boolean;
}

export function presentIdentities(translator: Translator, facts: IdentitiesToShow): IdentitiesView {
  const { language, timeZone, identities, providers } = facts;
  const nameOf = (key: string) => {
    const entry = providers.find((candidate) => candidate.key === key);
    return entry ? translator.localized(language, entry.buttonText) : key;
  };
  return {
    identities: identities.map(({ handle, providerKey, email, since, lastSignInAt, current }) => ({
      handle,
      provider: nameOf(providerKey),
      email,
      since: translator.dateTime(language, since, timeZone),
      used: translator.dateTime(language, lastSignInAt, timeZone),
      current,
      removable: !current && identities.length > 1,
    })),
    fresh: facts.fresh,
    provider: nameOf(facts.provider),
    providers: providers.map(({ key }) => ({ key, text: nameOf(key) })),
  };
}

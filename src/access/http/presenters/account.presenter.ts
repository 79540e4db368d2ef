import type { Message } from '../../../platform/http/page.js';
import type { OpenSession } from '../../../platform/http/sessions.js';
import type { Translator } from '../../../platform/i18n/translator.js';
import type { Actor, Grant } from '../../../shared/actor.js';
import { OFFICIAL_ROLES } from '../../../shared/actor.js';
import type { Id } from '../../../shared/ids.js';
import type { IdentityProviderEntry } from '../../../shared/identity-provider.js';
import type { Language } from '../../../shared/language.js';
import { LANGUAGES } from '../../../shared/language.js';
import type { AccountSection } from '../../access-ports.js';
import type { PersonView } from '../../data/people.js';

/** What `templates/access/account.njk` shows. */
export interface AccountView {
  readonly person: {
    readonly name: string;
    readonly nameLanguage: string;
    readonly email: string;
    readonly country: string;
    readonly institution: string | null;
  };
  readonly roles: readonly { readonly role: Message; readonly scope: Message | string }[];
  /** Whether a role is idle because the sign-in had one factor only. */
  readonly secondFactorMissing: boolean;
  readonly languages: readonly {
    readonly code: Language;
    readonly label: Message;
    readonly checked: boolean;
  }[];
  readonly sessions: readonly {
    readonly handle: string;
    readonly provider: string;
    /** Browser and system, where the browser told. */
    readonly device: string | null;
    readonly since: string;
    readonly used: string;
    readonly until: string;
    readonly current: boolean;
  }[];
  readonly hasOtherSessions: boolean;
  readonly sections: readonly AccountSection[];
}

export interface AccountFactsToShow {
  readonly language: Language;
  readonly person: PersonView;
  readonly actor: Actor;
  readonly institutionNames: ReadonlyMap<Id, string>;
  /** Of the person's country. */
  readonly timeZone: string;
  readonly providers: readonly IdentityProviderEntry[];
  readonly sessions: readonly OpenSession[];
  readonly sections: readonly AccountSection[];
}

export function presentAccount(translator: Translator, facts: AccountFactsToShow): AccountView {
  const { language, person, actor, institutionNames } = facts;
  const providerName = (key: string) => {
    const entry = facts.providers.find((candidate) => candidate.key === key);
    return entry ? translator.localized(language, entry.buttonText) : key;
  };
  const scopeOf = (grant: Grant): Message | string => {
    if (grant.institutionId) return institutionNames.get(grant.institutionId) ?? grant.institutionId;
    if (grant.country) return translator.countryName(language, grant.country);
    return { key: 'access.account.wholeProgramme' };
  };
  return {
    person: {
      name: person.name,
      nameLanguage: person.nativeLanguage,
      email: person.email,
      country: translator.countryName(language, person.country),
      institution: person.homeInstitutionId ? (institutionNames.get(person.homeInstitutionId) ?? null) : null,
    },
    roles: [
      { role: { key: 'roles.applicant' }, scope: { key: 'access.account.ownApplications' } },
      ...actor.grants.map((grant) => ({ role: { key: `roles.${grant.role}` }, scope: scopeOf(grant) })),
    ],
    secondFactorMissing:
      !actor.secondFactor && actor.grants.some((grant) => OFFICIAL_ROLES.includes(grant.role)),
    languages: LANGUAGES.map((code) => ({
      code,
      label: { key: `common.languages.${code}` },
      checked: code === person.language,
    })),
    sessions: facts.sessions.map((session) => ({
      handle: session.handle,
      provider: providerName(session.provider),
      device: session.device,
      since: translator.dateTime(language, session.signedInAt, facts.timeZone),
      used: translator.dateTime(language, session.usedAt, facts.timeZone),
      until: translator.dateTime(language, session.endsAt, facts.timeZone),
      current: session.current,
    })),
    hasOtherSessions: facts.sessions.some((session) => !session.current),
    sections: facts.sections,
  };
}

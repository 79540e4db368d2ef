import type { GrantedRole } from '../../shared/actor.js';
import type { IdentityProviderEntry } from '../../shared/identity-provider.js';

export interface ProposedRole {
  readonly role: GrantedRole;
  /** Of the institution that the affiliation names. */
  readonly domain: string;
  /** The affiliation as the provider said it. */
  readonly claim: string;
}

const CLAIM_MAX = 200;

/**
 * Which roles a person's affiliations (`eduPersonScopedAffiliation`: `employee@example.org`) propose by a provider's rules.
 * A scope that the provider does not vouch for proposes nothing, whatever it says.
 */
export function proposalsOf(
  provider: Pick<IdentityProviderEntry, 'institutions' | 'roleProposals'>,
  affiliations: readonly string[],
): readonly ProposedRole[] {
  const proposed = affiliations.flatMap((claim) => {
    const value = claim.trim().toLowerCase();
    const [affiliation = '', domain = '', ...rest] = value.split('@');
    if (!affiliation || !domain || rest.length > 0 || value.length > CLAIM_MAX) return [];
    if (!vouchesFor(provider, domain)) return [];
    return (provider.roleProposals ?? [])
      .filter((rule) => [affiliation, value].includes(rule.affiliation.trim().toLowerCase()))
      .map(({ role }) => ({ role, domain, claim: value }));
  });
  const key = ({ role, domain }: ProposedRole) => `${role} ${domain}`;
  return [...new Map(proposed.map((each) => [key(each), each])).values()];
}

/** Whether the domain is one of those that the provider's entry names; of all in a country its register tells. */
export function vouchesFor(
  { institutions }: Pick<IdentityProviderEntry, 'institutions'>,
  domain: string,
): boolean {
  return institutions === 'all-of-country' || institutions.some((own) => isWithin(domain, own));
}

/** A faculty's domain is within its university's. */
function isWithin(domain: string, institution: string): boolean {
  const own = institution.toLowerCase();
  return domain === own || domain.endsWith(`.${own}`);
}

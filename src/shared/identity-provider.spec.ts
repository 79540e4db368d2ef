import { describe, expect, it } from '@jest/globals';
import { entryProblems, issuerKey, standardClaims, takenBy, vouchesFor } from './identity-provider.js';
import type { IdentityProviderEntry } from './identity-provider.js';

const ENTRY: IdentityProviderEntry = {
  key: 'amres',
  country: 'RS',
  issuer: 'https://proxy.example.org/oidc',
  clientId: 'most',
  clientSecret: 'a secret',
  buttonText: { sr: 'Пријава', ru: 'Войти', en: 'Sign in' },
  institutions: ['example.org'],
  claims: { schac_home_organization: 'schacHomeOrganization' },
  scope: 'openid email',
  secondFactorValues: ['https://refeds.org/profile/mfa'],
  acrValues: ['https://refeds.org/profile/mfa'],
  roleProposals: [{ affiliation: 'employee', role: 'coordinator' }],
  requireVerifiedEmail: true,
};
const inProduction = { production: true };
const fieldsOf = (candidate: unknown) => entryProblems(candidate, inProduction).map(({ field }) => field);

describe('an entry of the register of providers', () => {
  it('is taken with every field, and with the needed ones alone', () => {
    expect(entryProblems(ENTRY, inProduction)).toEqual([]);
    const { key, country, issuer, clientId, buttonText } = ENTRY;
    const bare = { key, country, issuer, clientId, buttonText, institutions: 'all-of-country' };
    expect(entryProblems(bare, inProduction)).toEqual([]);
  });

  it.each<[string, object]>([
    ['key', { key: 'With Space' }],
    ['key', { key: '../callback' }],
    ['country', { country: 'Serbia' }],
    ['issuer', { issuer: 'http://proxy.example.org' }],
    ['issuer', { issuer: 'https://user:word@proxy.example.org' }],
    ['issuer', { issuer: 'https://proxy.example.org/?tenant=1' }],
    ['issuer', { issuer: 'file:///etc/passwd' }],
    ['clientId', { clientId: '' }],
    ['clientSecret', { clientSecret: 'two\nlines' }],
    ['buttonText.ru', { buttonText: { sr: 'а', en: 'a' } }],
    ['institutions', { institutions: [] }],
    ['institutions', { institutions: ['https://example.org'] }],
    ['claims.shoe_size', { claims: { shoe_size: 'x' } }],
    ['claims.sub', { claims: { sub: 'eduPersonUniqueId' } }],
    ['claims.email', { claims: { email: 7 } }],
    ['scope', { scope: 'email profile' }],
    ['scope', { scope: 'openid  email' }],
    ['secondFactorValues', { secondFactorValues: 'mfa' }],
    ['acrValues', { acrValues: ['two words'] }],
    ['roleProposals', { roleProposals: [{ affiliation: 'employee', role: 'programme_administrator' }] }],
    ['requireVerifiedEmail', { requireVerifiedEmail: 'yes' }],
    ['clientsecret', { clientsecret: 'a slip of the keyboard' }],
  ])('names the field that is wrong: %s %j', (field, change) => {
    expect(fieldsOf({ ...ENTRY, ...change })).toEqual([field]);
  });

  it('never repeats what was typed: it may be a secret', () => {
    const problems = entryProblems({ ...ENTRY, clientSecret: 'hush\n' }, inProduction);
    expect(JSON.stringify(problems)).not.toContain('hush');
  });

  it('takes http on this machine alone, and never in production', () => {
    const here = { ...ENTRY, issuer: 'http://127.0.0.1:3001' };
    expect(entryProblems(here, { production: false })).toEqual([]);
    expect(fieldsOf(here)).toEqual(['issuer']);
    const inNetwork = { ...ENTRY, issuer: 'http://10.0.0.5' };
    expect(entryProblems(inNetwork, { production: false })).toHaveLength(1);
  });

  it('does not share its key or its issuer, whatever slash stands at the end', () => {
    const other = { key: 'other', issuer: `${ENTRY.issuer}/` };
    expect(takenBy(ENTRY, [other])).toEqual([
      { field: 'issuer', problem: 'provider_issuer_taken', values: { key: 'other' } },
    ]);
    expect(takenBy(ENTRY, [{ key: ENTRY.key, issuer: 'https://else.example' }])).toEqual([
      { field: 'key', problem: 'provider_key_taken' },
    ]);
    expect(issuerKey('https://a.example/')).toBe(issuerKey('https://a.example'));
  });
});

describe('what an entry says of people', () => {
  it('reads claims under the provider’s names, and no others', () => {
    const given = {
      sub: '1',
      schacHomeOrganization: 'example.org',
      schac_home_organization: 'evil.example',
      hobby: 'chess',
    };
    expect(standardClaims(ENTRY, given)).toEqual({ sub: '1', schac_home_organization: 'example.org' });
    expect(standardClaims({}, given)).toEqual({ sub: '1', schac_home_organization: 'evil.example' });
  });

  it('vouches for its domains and what lies under them, or for its whole country', () => {
    const at = (domain: string | null, country = 'RS') => ({ domain, country });
    expect(vouchesFor(ENTRY, at('example.org'))).toBe(true);
    expect(vouchesFor(ENTRY, at('math.Example.org'))).toBe(true);
    expect(vouchesFor(ENTRY, at('badexample.org'))).toBe(false);
    expect(vouchesFor(ENTRY, at(null))).toBe(false);
    const national = { country: 'RS', institutions: 'all-of-country' as const };
    expect(vouchesFor(national, at(null))).toBe(true);
    expect(vouchesFor(national, at('example.org', 'RU'))).toBe(false);
  });
});

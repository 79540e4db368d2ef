import { describe, expect, it } from '@jest/globals';
import { entryProblems } from '../../shared/identity-provider.js';
import type { OpenEntry } from '../data/provider-versions.js';
import { candidateFrom, typedFromEntry, typedFromForm } from './provider-form.js';

const ENTRY: OpenEntry = {
  key: 'proxy',
  country: 'RS',
  issuer: 'https://proxy.example.org',
  clientId: 'most',
  buttonText: { sr: 'а', ru: 'б', en: 'c' },
  institutions: ['example.org', 'example.com'],
  claims: { email: 'mail' },
  scope: 'openid email',
  secondFactorValues: ['mfa'],
  acrValues: ['a', 'b'],
  roleProposals: [{ affiliation: 'staff=member@example.org', role: 'coordinator' }],
  requireVerifiedEmail: true,
};

describe('the form of a provider', () => {
  it('gives back the entry that it was filled with', () => {
    expect(candidateFrom(typedFromEntry(ENTRY), '')).toEqual(ENTRY);
    const { key, country, issuer, clientId, buttonText } = ENTRY;
    const bare = { key, country, issuer, clientId, buttonText, institutions: 'all-of-country' as const };
    expect(candidateFrom(typedFromEntry(bare), 'hush')).toEqual({ ...bare, clientSecret: 'hush' });
  });

  it('is an entry with problems where it is empty, and not a crash', () => {
    const fields = entryProblems(candidateFrom(typedFromForm({}), ''), { production: false }).map(
      ({ field }) => field,
    );
    expect(fields).toEqual(
      expect.arrayContaining(['key', 'country', 'issuer', 'clientId', 'buttonText.sr', 'institutions']),
    );
    const noRole = candidateFrom({ ...typedFromEntry(ENTRY), roleProposals: 'employee' }, '');
    expect(entryProblems(noRole, { production: false }).map(({ field }) => field)).toEqual(['roleProposals']);
  });

  it('does not hand the secret back', () => {
    expect(JSON.stringify(typedFromForm({ clientSecret: 'hush', key: 'x' }))).not.toContain('hush');
  });
});

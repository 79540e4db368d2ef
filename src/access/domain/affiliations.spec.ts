import { describe, expect, it } from '@jest/globals';
import { proposalsOf } from './affiliations.js';

const provider = {
  institutions: ['uni.example', 'institute.example'],
  roleProposals: [
    { affiliation: 'employee', role: 'coordinator' as const },
    { affiliation: 'staff@institute.example', role: 'signatory' as const },
  ],
};
const roles = (...affiliations: string[]) =>
  proposalsOf(provider, affiliations).map(({ role, domain }) => `${role} at ${domain}`);

describe('what an affiliation proposes', () => {
  it('is what the provider’s rules say of it', () => {
    expect(roles('employee@uni.example')).toEqual(['coordinator at uni.example']);
    expect(roles('Employee@Uni.Example ')).toEqual(['coordinator at uni.example']);
    expect(roles('staff@institute.example')).toEqual(['signatory at institute.example']);
    expect(roles('employee@physics.uni.example')).toEqual(['coordinator at physics.uni.example']);
  });

  it('is nothing without a rule, outside of what the provider vouches for, or where it cannot be read', () => {
    for (const claim of [
      'student@uni.example',
      'staff@uni.example',
      'employee@elsewhere.example',
      'employee@notuni.example',
      'employee',
      'employee@',
      '@uni.example',
      'employee@uni.example@elsewhere.example',
      `employee@${'x'.repeat(300)}.uni.example`,
    ]) {
      expect(roles(claim)).toEqual([]);
    }
    expect(proposalsOf({ institutions: 'all-of-country' }, ['employee@uni.example'])).toEqual([]);
  });

  it('is said once', () => {
    expect(roles('employee@uni.example', 'employee@uni.example')).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { APPLICATION_STATES, applicationStates } from './application.states.js';
import { consentOutlook } from './consent-outlook.js';

const THERE = new Date(0);

describe('what follows when a consent is taken back', () => {
  it.each([
    ['cross_border_transfer', 'draft', null, 'cannot_be_submitted'],
    ['cross_border_transfer', 'returned', null, 'cannot_be_submitted'],
    ['cross_border_transfer', 'submitted', null, 'cannot_be_nominated'],
    ['cross_border_transfer', 'eligible', null, 'cannot_be_nominated'],
    ['cross_border_transfer', 'eligible', THERE, 'application_taken_back'],
    ['cross_border_transfer', 'accepted', THERE, 'application_taken_back'],
    ['cross_border_transfer', 'offer_withdrawn', THERE, 'sight_ends'],
    ['cross_border_transfer', 'ineligible', null, 'nothing_more'],
    ['processing', 'draft', null, 'application_withdrawn'],
    ['processing', 'accepted', THERE, 'application_withdrawn'],
    ['processing', 'withdrawn', null, 'kept_by_law'],
    ['photographs', 'accepted', THERE, 'nothing_more'],
  ] as const)('of %s in %s', (purpose, state, transferredAt, code) => {
    expect(consentOutlook(purpose, { state, transferredAt, assessedAbroad: false }).code).toBe(code);
  });

  it('leaves nothing with reviewers from the other country', () => {
    const standing = { state: 'in_review', transferredAt: null } as const;
    const of = (assessedAbroad: boolean) =>
      consentOutlook('cross_border_transfer', { ...standing, assessedAbroad }).code;
    expect([of(true), of(false)]).toEqual(['application_taken_back', 'cannot_be_nominated']);
  });

  it('leaves nothing with the other side in any state', () => {
    for (const state of APPLICATION_STATES) {
      const { code } = consentOutlook('cross_border_transfer', {
        state,
        transferredAt: THERE,
        assessedAbroad: false,
      });
      expect({ state, code }).toEqual({
        state,
        code: applicationStates.allows(state, 'withdraw') ? 'application_taken_back' : 'sight_ends',
      });
    }
  });
});

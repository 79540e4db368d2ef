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
    expect(consentOutlook(purpose, { state, transferredAt, assessedAbroad: false, stay: null }).code).toBe(
      code,
    );
  });

  it.each([
    ['open', 'application_taken_back', 'application_withdrawn'],
    ['ongoing', 'stay_goes_on', 'stay_goes_on'],
    ['over', 'stay_is_kept', 'stay_is_kept'],
  ] as const)('is taken from nobody who answers for a stay: %s', (stay, crossBorder, processing) => {
    const standing = { state: 'accepted', transferredAt: THERE, assessedAbroad: false, stay } as const;
    expect([
      consentOutlook('cross_border_transfer', standing).code,
      consentOutlook('processing', standing).code,
      consentOutlook('photographs', standing).code,
    ]).toEqual([crossBorder, processing, 'nothing_more']);
  });

  it('leaves nothing with reviewers from the other country', () => {
    const standing = { state: 'in_review', transferredAt: null, stay: null } as const;
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
        stay: null,
      });
      expect({ state, code }).toEqual({
        state,
        code: applicationStates.allows(state, 'withdraw') ? 'application_taken_back' : 'sight_ends',
      });
    }
  });
});

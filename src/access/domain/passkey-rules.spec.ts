import { describe, expect, it } from '@jest/globals';
import type { Grant } from '../../shared/actor.js';
import {
  countedBack,
  hasIdleOffice,
  labelFrom,
  obstacleToEnrolling,
  obstacleToRemoving,
  relyingPartyOf,
} from './passkey-rules.js';

const OFFICE: Grant = { role: 'coordinator', institutionId: 'i', country: null };
const DEPUTY: Grant = { ...OFFICE, actingFor: 'somebody' };
const REVIEW: Grant = { role: 'reviewer', institutionId: null, country: null, callId: 'c' };

describe('passkeys', () => {
  it('are bound to a name and never to a number', () => {
    expect(relyingPartyOf('https://most.example.org')).toEqual({
      id: 'most.example.org',
      origin: 'https://most.example.org',
    });
    expect(relyingPartyOf('https://1.example.org').id).toBe('1.example.org');
    expect(relyingPartyOf('http://localhost:3000').origin).toBe('http://localhost:3000');
    for (const address of ['http://127.0.0.1:3000', 'http://[::1]:3000', 'http://0x7f000001']) {
      expect(() => relyingPartyOf(address)).toThrow('passkeys_need_a_name');
    }
  });

  it('are asked of whoever holds an office, also as a deputy, and has shown nothing yet', () => {
    expect(hasIdleOffice({ grants: [OFFICE], secondFactor: false })).toBe(true);
    expect(hasIdleOffice({ grants: [REVIEW, DEPUTY], secondFactor: false })).toBe(true);
    expect(hasIdleOffice({ grants: [OFFICE], secondFactor: true })).toBe(false);
    expect(hasIdleOffice({ grants: [REVIEW], secondFactor: false })).toBe(false);
  });

  it('are enrolled by the password alone only where there is none', () => {
    expect(obstacleToEnrolling(0, false)).toBeNull();
    expect(obstacleToEnrolling(1, false)).toBe('second_factor_needed');
    expect(obstacleToEnrolling(10, false)).toBe('second_factor_needed');
    expect(obstacleToEnrolling(9, true)).toBeNull();
    expect(obstacleToEnrolling(10, true)).toBe('too_many_passkeys');
  });

  it('stay with an official as long as nothing else is a second factor', () => {
    const official = { grants: [OFFICE], secondFactor: true };
    expect(obstacleToRemoving(1, official, false)).toBe('last_passkey');
    expect(obstacleToRemoving(2, official, false)).toBeNull();
    expect(obstacleToRemoving(1, official, true)).toBeNull();
    expect(obstacleToRemoving(1, { grants: [], secondFactor: true }, false)).toBeNull();
    expect(obstacleToRemoving(2, { grants: [], secondFactor: false }, false)).toBe('second_factor_needed');
  });

  it.each([
    [0, 0, false],
    [5, 6, false],
    [5, 5, true],
    [5, 4, true],
    [5, 0, true],
    [0, 1, false],
  ])('that counted %i and now count %i are copies: %s', (known, shown, copied) => {
    expect(countedBack(known, shown)).toBe(copied);
  });

  it('are called what fits into a line', () => {
    expect(labelFrom('  Мој \n телефон ')).toBe('Мој телефон');
    expect(labelFrom(' \t ')).toBeNull();
    expect(labelFrom('x'.repeat(80))).toHaveLength(80);
    expect(labelFrom('x'.repeat(81))).toBeNull();
    expect(labelFrom('a\u0000b')).toBeNull();
  });
});

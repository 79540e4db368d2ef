import { describe, expect, it } from '@jest/globals';
import { ANONYMOUS } from '../../shared/actor.js';
import type { Actor } from '../../shared/actor.js';
import { LETTER_PURPOSE } from './reference.js';
import { REFERENCE_STATES } from './reference.states.js';
import { ASKABLE, referencesPolicy } from './references.policy.js';
import type { ReferenceFacts } from './references.policy.js';

const facts: ReferenceFacts = {
  id: 'letter',
  state: 'invited',
  applicantId: 'ana',
  applicationState: 'submitted',
};
const holder = (id: string, purpose = LETTER_PURPOSE, kind = 'reference'): Actor => ({
  ...ANONYMOUS,
  kind: 'link',
  agentId: 'link',
  link: { purpose, subject: { kind, id } },
});
const ana: Actor = { ...ANONYMOUS, kind: 'person', personId: 'ana' };
const WRITING = ['reference.write', 'reference.submit', 'reference.decline'];
const ASKING = ['reference.invite', 'reference.remind', 'reference.withdraw', 'reference.replace'];

describe('the holder of a link', () => {
  it.each(WRITING)('may %s their own letter while it is awaited', (action) => {
    const allowed = REFERENCE_STATES.filter(
      (state) => referencesPolicy.decide(holder('letter'), action, { ...facts, state }).allowed,
    );
    expect(allowed).toEqual(['invited', 'opened']);
  });

  it('may do nothing with another letter, by a link of another purpose, or for the applicant', () => {
    for (const action of WRITING) {
      for (const other of [
        holder('other'),
        holder('letter', 'role_invitation'),
        holder('letter', LETTER_PURPOSE, 'x'),
      ]) {
        expect(referencesPolicy.decide(other, action, facts)).toEqual({
          allowed: false,
          reason: 'out_of_scope',
        });
      }
    }
    for (const action of ASKING) {
      expect(referencesPolicy.decide(holder('letter'), action, facts).allowed).toBe(false);
    }
  });
});

describe('the applicant', () => {
  it('never writes their own letter', () => {
    for (const action of WRITING) expect(referencesPolicy.decide(ana, action, facts).allowed).toBe(false);
  });

  it('asks while a letter can still make a difference', () => {
    expect(referencesPolicy.decide(ana, 'reference.invite', facts).allowed).toBe(true);
    expect(
      referencesPolicy.decide(ana, 'reference.invite', { ...facts, applicationState: 'offered' }),
    ).toEqual({ allowed: false, reason: 'application_settled' });
    expect(ASKABLE).not.toContain('withdrawn');
    // Letting somebody go is possible at any time.
    expect(
      referencesPolicy.decide(ana, 'reference.withdraw', { ...facts, applicationState: 'withdrawn' }).allowed,
    ).toBe(true);
  });
});

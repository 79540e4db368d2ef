import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHOICES, EMPTY_TALLY, added } from '../domain/procedure.js';
import { SealedUrn } from './sealed-urn.js';

const VOTE = '01a22964-6d0d-7999-a94e-d80b4aef8efe';
const urns = (key = randomBytes(32)) => new SealedUrn({ url: undefined, key, dataDir: '/tmp' });

describe('the box of a secret vote', () => {
  it('counts what was cast, whatever the order, and looks alike after every choice', () => {
    const box = urns();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CHOICES), { maxLength: 20 }), (choices) => {
        let sealed = box.empty(VOTE);
        const seen = new Set([sealed.toString('hex')]);
        for (const choice of choices) {
          sealed = box.cast(VOTE, sealed, choice);
          expect(sealed.length).toBe(box.empty(VOTE).length);
          seen.add(sealed.toString('hex'));
        }
        // Even the same counts are never the same bytes.
        expect(seen.size).toBe(choices.length + 1);
        expect(box.count(VOTE, sealed)).toEqual(choices.reduce(added, EMPTY_TALLY));
      }),
      { numRuns: 30 },
    );
  });

  it('is opened by its own key and for its own vote only, and by nobody who changed it', () => {
    const box = urns();
    const sealed = box.cast(VOTE, box.empty(VOTE), 'yes');
    expect(() => urns().count(VOTE, sealed)).toThrow();
    expect(() => box.count(VOTE.replace('8efe', '8eff'), sealed)).toThrow();
    const changed = Buffer.from(sealed);
    changed[20] = (changed[20] ?? 0) ^ 1;
    expect(() => box.count(VOTE, changed)).toThrow();
  });
});

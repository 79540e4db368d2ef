import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crowdedInstance } from '../../../test/factories/small-instance.js';
import { deferredAcceptance } from './deferred-acceptance.js';
import { parseInstance } from './instance.js';
import { SLOTTED_AND_CEILED, packInstance } from './packed-instance.js';
import { deferredAcceptanceInRounds } from './rounds.js';

/**
 * One by one, with what is held kept in marks, against rounds in which every place chooses anew among all who ever asked:
 * in instances too large to try everything, where somebody is pushed from block to block again and again.
 */
describe('deferred acceptance one by one', () => {
  it('gives the same as in rounds', () => {
    let slottedAndCeiled = 0;
    fc.assert(
      fc.property(crowdedInstance, (instance) => {
        const packed = packInstance(parseInstance(instance));
        slottedAndCeiled += packed.kind.filter((kind) => kind === SLOTTED_AND_CEILED).length;
        expect(deferredAcceptance(packed)).toEqual(deferredAcceptanceInRounds(packed));
      }),
      { numRuns: 3_000 },
    );
    expect(slottedAndCeiled).toBeGreaterThan(500);
  }, 300_000);

  it('gives the same where places have more blocks than a byte can tell apart', () => {
    /** Seats for people of whom there are none. */
    const more = Array.from({ length: 300 }, (_, at) => ({
      n: 1,
      eligible_first: ['one', 'other'][at % 2] as string,
      only: true,
    }));
    let wide = 0;
    fc.assert(
      fc.property(crowdedInstance, (crowded) => {
        const programmes = Object.fromEntries(
          Object.entries(crowded.programmes).map(([id, programme]) => [
            id,
            programme.slots
              ? {
                  ...programme,
                  capacity: programme.capacity + more.length,
                  slots: [...more, ...programme.slots],
                }
              : programme,
          ]),
        );
        const instance = { ...crowded, programmes };
        const packed = packInstance(parseInstance(instance));
        wide += packed.kind.filter(
          (kind, place) => kind === SLOTTED_AND_CEILED && (packed.blockStart[place + 1] ?? 0) > 300,
        ).length;
        expect(deferredAcceptance(packed)).toEqual(deferredAcceptanceInRounds(packed));
      }),
      { numRuns: 300 },
    );
    expect(wide).toBeGreaterThan(50);
  }, 300_000);

  it('tells how far it is, up to the end', () => {
    const [instance] = fc.sample(crowdedInstance, 1);
    const told: number[] = [];
    deferredAcceptance(packInstance(parseInstance(instance)), (share) => told.push(share));
    expect(told.at(-1)).toBe(1);
  });
});

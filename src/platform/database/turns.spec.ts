import { expect, it } from '@jest/globals';
import { Turns } from './turns.js';

it('lets so many through at once, and the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const inside: number[] = [];
  const leave: (() => void)[] = [];
  const come = async (who: number) => {
    leave[who] = await turns.take();
    inside.push(who);
  };
  const all = [0, 1, 2, 3].map(come);
  await Promise.all(all.slice(0, 2));
  await new Promise(setImmediate);
  expect(inside).toEqual([0, 1]);
  leave[1]?.();
  // Who leaves twice lets nobody else in.
  leave[1]?.();
  await all[2];
  await new Promise(setImmediate);
  expect(inside).toEqual([0, 1, 2]);
  leave[0]?.();
  await all[3];
  expect(inside).toEqual([0, 1, 2, 3]);
  leave[2]?.();
  leave[3]?.();
  await Promise.all([turns.take(), turns.take()]);
});

import { describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { within } from './time-limits.js';

describe('the limit of a test', () => {
  it('ends one that waits for ever', async () => {
    await expect(within(10, () => new Promise(() => undefined))()).rejects.toThrow('took longer than 10 ms');
  });

  it('leaves alone what ends in time, and what fails by itself', async () => {
    await expect(within(5_000, () => pause(1))()).resolves.toBeUndefined();
    await expect(within(5_000, () => Promise.reject(new Error('its own')))()).rejects.toThrow('its own');
  });
});

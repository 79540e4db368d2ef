import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openSecret, sealSecret } from './sealed-secret.js';

const master = randomBytes(32);
const PLACE = 'identity_providers 1';

describe('a sealed secret', () => {
  it('opens where it belongs, in any script', () => {
    for (const secret of ['x', 'лозинка-пароль', 'a'.repeat(500)])
      expect(openSecret(master, PLACE, sealSecret(master, PLACE, secret))).toBe(secret);
  });

  it('looks different each time and shows nothing of the secret', () => {
    const [one, other] = [sealSecret(master, PLACE, 'hush'), sealSecret(master, PLACE, 'hush')];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('hush')).toBe(false);
  });

  it('opens under no other key, in no other place, and with no changed byte', () => {
    const sealed = sealSecret(master, PLACE, 'hush');
    expect(openSecret(randomBytes(32), PLACE, sealed)).toBeNull();
    expect(openSecret(master, 'identity_providers 2', sealed)).toBeNull();
    for (let place = 0; place < sealed.length; place++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((sealed[place] ?? 0) ^ 1, place);
      expect(openSecret(master, PLACE, changed)).toBeNull();
    }
    expect(openSecret(master, PLACE, sealed.subarray(0, 20))).toBeNull();
    expect(openSecret(master, PLACE, Buffer.alloc(0))).toBeNull();
  });
});

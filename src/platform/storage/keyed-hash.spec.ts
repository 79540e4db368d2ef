import { describe, expect, it } from '@jest/globals';
import { KeyedHash } from './keyed-hash.js';

const under = (byte: number) => new KeyedHash({ url: undefined, key: Buffer.alloc(32, byte), dataDir: '' });

describe('a keyed hash', () => {
  it('is the same for the same value, and tells nothing of it', () => {
    const hash = under(1).of('orcid', '0000-0002-1825-0097');
    expect(under(1).of('orcid', '0000-0002-1825-0097')).toBe(hash);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another one for another value, purpose or key', () => {
    const hashes = [
      under(1).of('orcid', 'a'),
      under(1).of('orcid', 'b'),
      under(1).of('passport', 'a'),
      under(2).of('orcid', 'a'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, contentHash } from './content-hash.js';

describe('the hash of a content', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (content) => {
        const turned = Object.fromEntries(Object.entries(content).reverse());
        expect(contentHash(turned)).toBe(contentHash(content));
      }),
    );
  });

  it('depends on the order of a list, on every letter and on null against a text', () => {
    const hashes = [['a', 'b'], ['b', 'a'], ['a', 'B'], ['a', null], ['a', 'null'], ['ab']].map(contentHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('takes composed and decomposed letters for one text', () => {
    expect(contentHash('й')).toBe(contentHash('и\u0306'));
  });

  it('takes what is absent and what is undefined for one, but not for null', () => {
    expect(canonicalJson({ a: 1, b: undefined })).toBe(canonicalJson({ a: 1 }));
    expect(canonicalJson({ a: 1, b: null })).not.toBe(canonicalJson({ a: 1 }));
  });

  it('survives a journey through JSON', () => {
    const content = { at: new Date('2027-03-15T22:59:00Z'), title: { sr: 'Позив', en: 'Call' }, months: 4.5 };
    expect(contentHash(JSON.parse(JSON.stringify(content)) as typeof content)).toBe(contentHash(content));
  });

  it('refuses a number that JSON does not have', () => {
    expect(() => contentHash({ months: Number.NaN })).toThrow(RangeError);
  });
});

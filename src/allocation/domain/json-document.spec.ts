import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedDocument, parseDocument } from './json-document.js';

describe('a JSON document', () => {
  it('is read as JSON is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(2), (text, space) => {
        const written = JSON.stringify(JSON.parse(text), null, space);
        expect(parseDocument(` \n${written}\t`)).toEqual(JSON.parse(written));
      }),
    );
  });

  it('is refused wherever JSON is', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '}', '"', '\\', '0', '-', '.', 'e', '\u0001'),
        (text, at, put) => {
          const broken = `${text.slice(0, at % (text.length + 1))}${put}${text.slice((at % (text.length + 1)) + 1)}`;
          let sound = true;
          try {
            JSON.parse(broken);
          } catch {
            sound = false;
          }
          try {
            expect(parseDocument(broken)).toEqual(JSON.parse(broken));
            expect(sound).toBe(true);
          } catch (error) {
            if (!(error instanceof MalformedDocument)) throw error;
            expect(sound && error.fault === 'not_json').toBe(false);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['{"a":1,"a":2}', '1:8: repeated_member ($.a)'],
    ['{"a":1,\n "\\u0061":2}', '2:2: repeated_member ($.a)'],
    ['{"applicants":{"x y":[],"b":[{}],"x y":[]}}', '1:34: repeated_member ($.applicants["x y"])'],
    ['{"a":[1,2,]}', '1:11: not_json'],
    ['', '1:1: not_json'],
    ['{"a":NaN}', '1:6: not_json'],
    ['{"a":1} x', '1:9: not_json'],
    ['['.repeat(40), '1:34: too_deep'],
  ])('%j is refused at its place', (text, message) => {
    expect(() => parseDocument(text)).toThrow(message);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDoi, readDois } from './doi.js';

describe('a DOI', () => {
  it.each([
    ['10.1000/182', '10.1000/182'],
    ['  https://doi.org/10.1000/182 ', '10.1000/182'],
    ['http://dx.doi.org/10.1000/ABC.182', '10.1000/abc.182'],
    ['doi:10.1000/182', '10.1000/182'],
    ['DOI: 10.1000/182,', '10.1000/182'],
    ['doi.org/10.1002%2F(SICI)1097-0258', '10.1002/(sici)1097-0258'],
    ['10.1000/182.', '10.1000/182'],
    ['11.1000/182', null],
    ['10.1000', null],
    ['10.1000/', null],
    ['10.1000/дело', null],
    ['%E0%A4%A', null],
    ['', null],
    [`10.1000/${'x'.repeat(300)}`, null],
  ])('%j is %j', (typed, expected) => {
    expect(readDoi(typed)).toBe(expected);
  });

  it('that was read is read again as the same', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        const doi = readDoi(typed);
        if (doi !== null) expect(readDoi(doi)).toBe(doi);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9.()-]{1,30}[a-z0-9]$/), (name) => {
        const doi = `10.1234/${name}`;
        expect(readDoi(`https://doi.org/${doi.toUpperCase()}`)).toBe(doi);
      }),
    );
  });

  it('stands among others, each once', () => {
    expect(readDois('10.1000/2\nhttps://doi.org/10.1000/1 10.1000/2\ndoi: 10.1000/3 no')).toEqual({
      dois: ['10.1000/1', '10.1000/2', '10.1000/3'],
      unread: ['no'],
    });
  });
});

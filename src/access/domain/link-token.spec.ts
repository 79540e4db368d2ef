import { describe, expect, it } from '@jest/globals';
import { newId } from '../../shared/ids.js';
import { isTokenOf, linkIdIn, linkKey, linkToken } from './link-token.js';

const key = linkKey('a secret that is only for tests');
const link = { id: newId(), purpose: 'referee_letter', expiresAt: new Date('2027-03-01T12:00:00Z') };
const token = linkToken(key, link);

describe('the token of a link', () => {
  it('names its link and proves itself', () => {
    expect(linkIdIn(token)).toBe(link.id);
    expect(isTokenOf(key, token, link)).toBe(true);
  });

  it.each([
    ['another purpose', { ...link, purpose: 'role_invitation' }],
    ['a later end', { ...link, expiresAt: new Date('2027-03-02T12:00:00Z') }],
    ['another link', { ...link, id: newId() }],
  ])('is none of %s', (_, other) => {
    expect(isTokenOf(key, token, other)).toBe(false);
  });

  it('is none under another secret', () => {
    expect(isTokenOf(linkKey('another secret'), token, link)).toBe(false);
  });

  it('breaks with every character that is changed or missing', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let place = 0; place < token.length; place++) {
      for (const other of alphabet) {
        if (other === token[place]) continue;
        const changed = `${token.slice(0, place)}${other}${token.slice(place + 1)}`;
        expect(linkIdIn(changed) === link.id && isTokenOf(key, changed, link)).toBe(false);
      }
      expect(isTokenOf(key, token.slice(0, place), link)).toBe(false);
    }
    for (const wrong of ['', '.', 'x', `${token}A`, ` ${token}`, `${token}\n`]) {
      expect(linkIdIn(wrong) !== null && isTokenOf(key, wrong, link)).toBe(false);
    }
  });
});

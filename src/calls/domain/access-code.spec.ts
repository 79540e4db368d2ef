import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accessCodeHash, addressHash, grantProblems, newAccessCode } from './access-code.js';
import type { AccessGrant } from './access-code.js';

const NOW = new Date('2027-03-01T12:00:00Z');
const later = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const GRANT: AccessGrant = { email: '', uses: 3, validUntil: later(7), reason: 'Invited' };
const told = (change: Partial<AccessGrant>) =>
  grantProblems({ ...GRANT, ...change }, NOW).map(({ field, problem }) => `${field} ${problem}`);

describe('a code of access', () => {
  it('is the same however it is typed', () => {
    const code = newAccessCode();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
    const slips = [
      code.toLowerCase(),
      code.replaceAll('-', ''),
      ` ${code.replaceAll('-', ' ')} `,
      code.replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('V', 'u'),
    ];
    for (const slip of slips) expect(accessCodeHash(slip)).toBe(accessCodeHash(code));
  });

  it('is another one each time, and by another sign another one', () => {
    expect(new Set(Array.from({ length: 2000 }, newAccessCode)).size).toBe(2000);
    fc.assert(
      fc.property(fc.nat(11), fc.constantFrom(...'23456789ABCDEFGH'), (place, sign) => {
        const signs = [...newAccessCode().replaceAll('-', '')];
        const other = signs.with(place, sign).join('');
        expect(accessCodeHash(other) === accessCodeHash(signs.join(''))).toBe(signs[place] === sign);
      }),
    );
  });

  it('knows its person by the address, whatever its capitals', () => {
    expect(addressHash(' Ana@Example.org')).toBe(addressHash('ana@example.org'));
    expect(addressHash('ana@example.com')).not.toBe(addressHash('ana@example.org'));
  });

  it.each<[string, Partial<AccessGrant>, string[]]>([
    ['nothing of one that is sound', {}, []],
    ['nobody', { email: 'nobody', uses: 1 }, ['email not_email']],
    ['several for one person', { email: 'a@b.cd', uses: 2 }, ['uses code_for_one']],
    ['none at all', { uses: 0 }, ['uses out_of_range']],
    ['half a use', { uses: Number.NaN }, ['uses not_number']],
    ['what is over', { validUntil: NOW }, ['validUntil date_in_past']],
    ['what hardly ever ends', { validUntil: later(121) }, ['validUntil code_too_long']],
    ['no reason', { reason: ' ' }, ['reason required']],
  ])('tells of %s', (_what, change, problems) => {
    expect(told(change)).toEqual(problems);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countWords, parseDate, parsePhone, type DialingPlan } from './parse-entry.js';

describe('parseDate', () => {
  it.each([
    '27 3 2003',
    '27.3.2003.',
    '27. 03. 2003. године',
    '27/03/2003',
    '27-3-2003',
    '  27 – 3 – 2003 ',
    '2003-03-27',
    '27. март 2003.',
    '27. марта 2003.',
    '27. mart 2003.',
    '27. MARTA 2003. godine',
    '27 марта 2003 г.',
    '27-го марта 2003 года',
    '27 March 2003',
    'March 27, 2003',
    '27th of March 2003',
    '27 мар 2003',
    '٢٧ ٣ ٢٠٠٣',
    '٢٧/٣/٢٠٠٣',
    '\u200f۲۷/۳/۲۰۰۳\u200e',
    '२७.३.२००३',
    '27.3.2003',
    '𝟮𝟳 𝟯 𝟮𝟬𝟬𝟯',
  ])('understands %s', (text) => {
    expect(parseDate(text)).toEqual({ ok: true, value: '2003-03-27' });
  });

  it.each([
    ['1. јануара 2027.', '2027-01-01'],
    ['2 февраля 2027', '2027-02-02'],
    ['3 апр 2027', '2027-04-03'],
    ['4. maja 2027.', '2027-05-04'],
    ['4 мая 2027', '2027-05-04'],
    ['5 июня 2027', '2027-06-05'],
    ['6. јула 2027.', '2027-07-06'],
    ['7 August 2027', '2027-08-07'],
    ['8. септембра 2027.', '2027-09-08'],
    ['9 октября 2027', '2027-10-09'],
    ['10. novembar 2027', '2027-11-10'],
    ['11 дек. 2027', '2027-12-11'],
    ['29 2 2028', '2028-02-29'],
  ])('reads %s as %s', (text, value) => {
    expect(parseDate(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['nothing', ''],
    ['two digits of a year', '27 3 03'],
    ['month before day', '3 27 2003'],
    ['a day that is not', '31 2 2003'],
    ['29 February of a common year', '29 2 2027'],
    ['day 0', '0 3 2003'],
    ['month 0', '27 0 2003'],
    ['month 13', '27 13 2003'],
    ['no separators', '27032003'],
    ['a part too few', '3 2003'],
    ['a part too many', '27 3 2003 1'],
    ['an unknown month', '27 брумер 2003'],
    ['a word', 'сутра'],
    ['digits of two scripts', '٢7 3 2003'],
    ['digits that are no decimals', '②⑦ ③ ⅯⅯⅢ'],
    ['the year 0', '1 1 0000'],
    ['an endless text', '27 3 2003'.padEnd(5000, ' .')],
  ])('refuses %s', (_what, text) => {
    expect(parseDate(text)).toEqual({ ok: false, problem: 'not_date' });
  });

  it('reads back every day that it can be given', () => {
    const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(' ', '.', '/', '-', '. '), (date, separator) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, day] = iso.split('-');
        expect(parseDate([day, month, year].join(separator))).toEqual({ ok: true, value: iso });
      }),
    );
  });

  it('answers anything with a real day or a refusal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const entry = parseDate(text);
        expect(entry.ok ? entry.value : entry.problem).toMatch(/^(\d{4}-\d{2}-\d{2}|not_date)$/);
      }),
    );
  });
});

describe('parsePhone', () => {
  const zero: DialingPlan = { callingCode: '381', trunkPrefix: '0' };
  const eight: DialingPlan = { callingCode: '7', trunkPrefix: '8' };

  it.each<[string, DialingPlan | undefined, string]>([
    ['+381 11 123-4567', undefined, '+381111234567'],
    ['00381 11/123 45 67', undefined, '+381111234567'],
    ['+381 (0)11 1234567', undefined, '+381111234567'],
    ['(+7) 495 123–45–67', undefined, '+74951234567'],
    ['tel:+7-495-123-45-67', undefined, '+74951234567'],
    ['+٣٨١ ١١ ١٢٣٤٥٦٧', undefined, '+381111234567'],
    ['011/123-4567', zero, '+381111234567'],
    ['+7 495 1234567', zero, '+74951234567'],
    ['8 (495) 123-45-67', eight, '+74951234567'],
  ])('understands %s', (text, plan, value) => {
    expect(parsePhone(text, plan)).toEqual({ ok: true, value });
  });

  it.each<[string, string, DialingPlan | undefined]>([
    ['nothing', '', undefined],
    ['a number without its country', '011 1234567', undefined],
    ['a number without its prefix', '11 1234567', zero],
    ['letters', '+381 11 ABC DEFG', undefined],
    ['an extension', '+381 11 1234567 лок. 12', undefined],
    ['too short', '+381 11', undefined],
    ['too long', '+1234567890123456', undefined],
    ['a code that begins with 0', '+0381111234567', undefined],
    ['two plus signs', '++381111234567', undefined],
    ['digits of two scripts', '+381 ١١ 1234567', undefined],
  ])('refuses %s', (_what, text, plan) => {
    expect(parsePhone(text, plan)).toEqual({ ok: false, problem: 'not_phone' });
  });
});

describe('countWords', () => {
  it.each([
    ['', 0],
    [' \n— … ', 0],
    ['Једна реч', 2],
    ["Санкт-Петербург, д'Артаньян и O’Neill", 4],
    ['2 + 2 = 4', 3],
    ['И\u0306од йод', 2],
    ['first\nsecond\tthird', 3],
  ])('counts %j as %d', (text, count) => {
    expect(countWords(text)).toBe(count);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isSameCheckCode, newCheckCode, readCheckCode, showCheckCode } from './check-code.js';
import { DOCUMENT_KINDS } from './document-kinds.js';
import { readDocumentNumber, showDocumentNumber } from './document-number.js';

describe('a check code', () => {
  it('holds 50 random bits: every character can come, and two are not alike', () => {
    const seen = new Set<string>();
    const codes = new Set<string>();
    for (let count = 0; count < 500; count += 1) {
      const code = newCheckCode();
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
      codes.add(code);
      for (const character of code) seen.add(character);
    }
    expect(codes.size).toBe(500);
    expect(seen.size).toBe(32);
    expect(newCheckCode((bytes) => Buffer.alloc(bytes, 0xff))).toBe('ZZZZZZZZZZ');
  });

  it('is recognised as people type it', () => {
    const code = '01ABCEHK0P';
    expect(showCheckCode(code)).toBe('01ABC-EHK0P');
    for (const typed of ['01ABC-EHK0P', '01abcehk0p', ' OLabc – ehk0p ', 'oi ABC EHKOP', '01АВС-ЕНКОР']) {
      expect(isSameCheckCode(code, typed)).toBe(true);
    }
  });

  it('is not taken for another one, or for what is none', () => {
    const code = '01ABCEHK0P';
    for (const typed of [
      '',
      '01ABC-EHK0',
      '01ABC-EHK0PX',
      '01ABC-EHK0Q',
      '11ABC-EHK0P',
      '----------',
      '٠١ABCEHK0P',
    ]) {
      expect(isSameCheckCode(code, typed)).toBe(false);
    }
    expect(readCheckCode('01ABC-EHK0U')).toBeUndefined();
  });
});

describe('the number of a document', () => {
  it('is shown and read back', () => {
    const number = { kind: 'award_letter', country: 'RS', year: 2026, running: 123 } as const;
    expect(showDocumentNumber(number)).toBe('MOST-2026-RS-000123');
    expect(readDocumentNumber('MOST-2026-RS-000123')).toEqual(number);
    expect(readDocumentNumber(' most 2026 rs – 000123 ')).toEqual(number);
    expect(showDocumentNumber({ ...number, running: 1_234_567 })).toBe('MOST-2026-RS-1234567');
    expect(readDocumentNumber('MOST-2026-RS-1234567')?.running).toBe(1_234_567);
  });

  it('says of what kind it is', () => {
    for (const kind of DOCUMENT_KINDS) {
      const number = { kind, country: 'RU', year: 2026, running: 7 };
      expect(readDocumentNumber(showDocumentNumber(number))).toEqual(number);
    }
    expect(showDocumentNumber({ kind: 'decision_record', country: 'RS', year: 2026, running: 12 })).toBe(
      'MOST-2026-RS-D000012',
    );
  });

  it('is nothing else', () => {
    for (const typed of [
      '',
      'MOST-2026-RS-123',
      'MOST-26-RS-000123',
      'MOST-2026-RS-000000',
      'MOST-2026-RS-X000001',
      "MOST-2026-R'-000123",
    ]) {
      expect(readDocumentNumber(typed)).toBeUndefined();
    }
    expect(() => showDocumentNumber({ kind: 'protocol', country: 'RS', year: 2026, running: 0 })).toThrow(
      RangeError,
    );
    expect(() => showDocumentNumber({ kind: 'protocol', country: 'Serbia', year: 2026, running: 1 })).toThrow(
      RangeError,
    );
  });
});

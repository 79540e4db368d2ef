import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const content: unknown = JSON.parse(readFileSync(new URL('./isced-fields.json', import.meta.url), 'utf8'));

interface Field {
  readonly code: string;
  readonly sr: string;
  readonly ru: string;
  readonly en: string;
}

function isField(value: unknown): value is Field {
  if (typeof value !== 'object' || value === null) return false;
  const texts = new Map<string, unknown>(Object.entries(value));
  return ['code', 'sr', 'ru', 'en'].every((key) => {
    const text = texts.get(key);
    return typeof text === 'string' && text !== '' && text === text.trim() && !/\p{M}/u.test(text);
  });
}

const fields = Array.isArray(content) ? content.filter(isField) : [];

function codesOf(broken: (field: Field) => boolean): string[] {
  return fields.filter(broken).map((field) => field.code);
}

describe('the fields of study', () => {
  it('are 12 broad, 58 narrow and 150 detailed ones, each with its name in every language', () => {
    expect(Array.isArray(content) && content.length).toBe(fields.length);
    expect([2, 3, 4].map((length) => codesOf((field) => field.code.length === length).length)).toEqual([
      12, 58, 150,
    ]);
  });

  it('stand once each, every one under a field that is there', () => {
    const codes = new Set(fields.map((field) => field.code));
    expect(codes.size).toBe(fields.length);
    expect(codesOf((field) => !/^\d{2,4}$/.test(field.code))).toEqual([]);
    expect(codesOf((field) => field.code.length > 2 && !codes.has(field.code.slice(0, -1)))).toEqual([]);
  });

  it('are written in the letters of their language', () => {
    expect(codesOf((field) => /\p{Script=Latin}|[ёйщъыьэюя]/iu.test(field.sr))).toEqual([]);
    expect(codesOf((field) => /\p{Script=Latin}|[ђјљњћџ]/iu.test(field.ru))).toEqual([]);
    expect(codesOf((field) => /\p{Script=Cyrillic}/u.test(field.en))).toEqual([]);
  });

  it('read alike exactly where they do in English', () => {
    const differing = fields.flatMap((one) =>
      fields
        .filter(
          (other) =>
            one.code < other.code && [one.sr === other.sr, one.ru === other.ru].includes(one.en !== other.en),
        )
        .map((other) => `${one.code}/${other.code}`),
    );
    expect(differing).toEqual([]);
  });
});

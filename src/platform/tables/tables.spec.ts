import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { BYTE_ORDER_MARK, csvRow } from './csv.js';
import { xlsx } from './xlsx.js';

/** What is written is what a reader reads, whatever it is, and a spreadsheet is never made to calculate. */

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '＝', 'x;=', 'x\n ＋', 'a;b;@'), fc.string())
    .map((parts) => parts.join('')),
  fc.constantFrom('', 'Ђоковић', '"', ',', '\r\n', "'", ']]>', '<c>'),
);
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) => fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { maxLength: 6 }));

async function* once(rows: readonly (readonly string[])[]) {
  await Promise.resolve();
  yield rows;
}

async function sheetOf(rows: readonly (readonly string[])[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of xlsx('Пријаве: 2027/28', ['А', 'Б'], once(rows))) chunks.push(chunk);
  const archive = Buffer.concat(chunks);
  const parts = unzipSync(archive);
  expect(Object.keys(parts).sort()).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
    'xl/workbook.xml',
    'xl/worksheets/sheet1.xml',
  ]);
  const sheet = parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array();
  // The table of contents of the archive, whose last entry is the sheet: spreadsheets refuse one whose sum or size is wrong.
  const entry = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  expect(archive.readUInt32LE(entry + 16)).toBe(crc32(sheet));
  expect(archive.readUInt32LE(entry + 24)).toBe(sheet.length);
  return strFromU8(sheet);
}

const unescaped = (text: string) =>
  text
    .replaceAll('&#13;', '\r')
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

describe('CSV', () => {
  it('reads back as it was written, but for the mark before what would be a formula', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const text = BYTE_ORDER_MARK + rows.map(csvRow).join('');
        const read: string[][] = parse(text, {
          bom: true,
          skip_empty_lines: false,
          record_delimiter: '\r\n',
        });
        // A row of one empty cell is an empty line. What was put in is one sign, always in front of what would calculate.
        const plain = (value: string) => value.replaceAll("'", '');
        expect(read.map((cells) => cells.map(plain))).toEqual(rows.map((cells) => cells.map(plain)));
        for (const value of read.flat()) {
          if (/^-?\d+(\.\d+)?$/.test(value)) continue;
          for (const part of value.split(/[;\t\r\n]/)) expect(part).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
          expect(value).not.toMatch(/^[\t\r\n]/);
        }
      }),
    );
  });

  it.each(['Home;=1+1;x', 'a\n=1', 'a; -1', 'x\t@y'])(
    'lets no part of %j calculate where rows are cut at it',
    (value) => {
      expect(csvRow([value])).toMatch(/^".*[;\n\t] ?'[=@1-]/s);
    },
  );

  it.each(['-1', '-100.00', '0', '12.5'])('leaves the number %s as it is', (number) => {
    expect(csvRow([number])).toBe(`${number}\r\n`);
  });

  it.each([
    '=1+1',
    '+1',
    '-1+2',
    '-1e5',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\n@x',
    '＝1',
    '=cmd|" /C calc"!A0',
  ])('makes text of %j', (formula) => {
    expect(csvRow([formula])).toMatch(/^"?'| '=/);
  });
});

describe('XLSX', () => {
  it('holds every cell as text, and what XML cannot hold is left out', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const sheet = await sheetOf(rows);
        expect(sheet).not.toMatch(/<f>|t="str"|t="n"/);
        const [, ...body] = [...sheet.matchAll(/<row>(.*?)<\/row>/gsu)].map(([, content = '']) =>
          [
            ...content.matchAll(
              /<c(?:\/>| t="inlineStr" s="[12]"><is><t xml:space="preserve">(.*?)<\/t><\/is><\/c>)/gsu,
            ),
          ].map(([, value = '']) => unescaped(value)),
        );
        const writable = (value: string) =>
          [...value]
            .filter((c) => /[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(c))
            .join('');
        expect(body).toEqual(rows.map((cells) => cells.map(writable)));
      }),
      { numRuns: 60 },
    );
  });
});

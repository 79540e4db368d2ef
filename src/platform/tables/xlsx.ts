import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';
import { Zip, ZipDeflate, strToU8 } from 'fflate';
import type { ZipInputFile } from 'fflate';

/** What a cell holds at most (ECMA-376 and every spreadsheet that follows it). */
const CELL_MAX = 32_767;
const SHEET_NAME_MAX = 31;
/** Rows are so alike that the quickest way makes nearly as little of them as the slowest. */
const LEVEL = 1;
const CHUNK = 64 * 1024;
/** Everything but what XML 1.0 can write; half of a character that needs two is nothing. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const SHEET_TYPES = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATION_TYPES = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** Style 1: text that stays text when somebody edits the cell. Style 2: the same in bold, for the first row. */
const STYLES = `${HEAD}<styleSheet xmlns="${SHEET_TYPES}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="49" quotePrefix="1" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" quotePrefix="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`;

const PARTS: readonly (readonly [string, string])[] = [
  [
    '[Content_Types].xml',
    `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATION_TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATION_TYPES}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATION_TYPES}/styles" Target="styles.xml"/></Relationships>`,
  ],
  ['xl/styles.xml', STYLES],
];

/**
 * A workbook with one sheet of texts, as it is written: rows go out as they come, and nothing is kept. Every cell is text
 * and none a formula, whatever it begins with.
 */
export async function* xlsx(
  sheet: string,
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly string[])[]>,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, data) => {
    if (error) failures.push(error);
    else ready.push(data);
  });
  const drain = function* () {
    if (failures[0]) throw failures[0];
    yield* ready.splice(0);
  };
  for (const [name, content] of [...PARTS, ['xl/workbook.xml', workbook(sheet)] as const]) {
    const part = new ZipDeflate(name);
    zip.add(part);
    part.push(strToU8(content), true);
  }
  const part = new DeflatedBeside('xl/worksheets/sheet1.xml');
  zip.add(part);
  try {
    const wide = header.map(
      (_, index) => `<col min="${index + 1}" max="${index + 1}" width="24" customWidth="1"/>`,
    );
    await part.write(
      `${HEAD}<worksheet xmlns="${SHEET_TYPES}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${wide.join('')}</cols><sheetData>${row(header, 2)}`,
    );
    yield* drain();
    for await (const rows of batches) {
      await part.write(rows.map((cells) => row(cells, 1)).join(''));
      yield* drain();
    }
    await part.finish('</sheetData></worksheet>');
    zip.end();
    yield* drain();
  } finally {
    part.terminate();
  }
}

/**
 * A part of the archive that the library of the platform compresses, in a thread of its own: in JavaScript it takes longer
 * than everything else about a row.
 */
class DeflatedBeside implements ZipInputFile {
  readonly compression = 8;
  crc = 0;
  size = 0;
  ondata: NonNullable<ZipInputFile['ondata']> = () => undefined;
  private readonly deflate = createDeflateRaw({ level: LEVEL, chunkSize: CHUNK });

  constructor(readonly filename: string) {
    this.deflate.on('data', (chunk: Buffer<ArrayBuffer>) => this.ondata(null, chunk, false));
  }

  /** Returns when there is room for more: what is written faster than it is compressed waits. */
  async write(text: string): Promise<void> {
    const content = Buffer.from(text);
    this.crc = crc32(content, this.crc);
    this.size += content.length;
    if (!this.deflate.write(content)) await once(this.deflate, 'drain');
  }

  async finish(text: string): Promise<void> {
    await this.write(text);
    this.deflate.end();
    await once(this.deflate, 'end');
    this.ondata(null, new Uint8Array(0), true);
  }

  terminate(): void {
    this.deflate.destroy();
  }
}

function workbook(sheet: string): string {
  const name = sheet.replaceAll(/[[\]:*?/\\]/g, ' ').slice(0, SHEET_NAME_MAX);
  return `${HEAD}<workbook xmlns="${SHEET_TYPES}" xmlns:r="${RELATION_TYPES}"><sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`;
}

function row(cells: readonly string[], style: 1 | 2): string {
  const written = cells.map((cell) =>
    cell === ''
      ? '<c/>'
      : `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escaped(cell.slice(0, CELL_MAX))}</t></is></c>`,
  );
  return `<row>${written.join('')}</row>`;
}

/** Anything that cannot stand as it is. */
const NOT_PLAIN = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD]|[&<>"]/;

function escaped(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text
    .replaceAll(UNWRITABLE, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

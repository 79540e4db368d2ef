import { afterAll, describe, expect, it } from '@jest/globals';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { DomainError } from '../../shared/domain-error.js';
import { PagePainter } from './page-painter.js';

const painter = new PagePainter();
afterAll(() => painter.close());

async function pdf(words: readonly string[]): Promise<Buffer> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const word of words) document.addPage([300, 200]).drawText(word, { x: 20, y: 100, size: 24, font });
  return Buffer.from(await document.save());
}

const outcome = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
    return 'painted';
  } catch (error) {
    if (error instanceof DomainError) return `${error.code}: ${error.reason}`;
    throw error;
  }
};

describe('the painter of pages', () => {
  it('paints the page that is asked for, of its size, and no other', async () => {
    const file = await pdf(['One', 'Twenty-two']);
    const [first, second] = await Promise.all([painter.paint(file, 1), painter.paint(file, 2)]);
    expect(first.toString()).toMatch(/^<svg [^>]*viewBox="0 0 300 200"/);
    // A page of three letters is less than one of ten.
    expect(second.length).toBeGreaterThan(first.length);
    expect(await painter.paint(file, 1)).toEqual(first);
  });

  it('says that it cannot, of a page that is not there and of what is no PDF, and goes on', async () => {
    const file = await pdf(['One']);
    expect(await outcome(painter.paint(file, 2))).toBe('unavailable: page_not_painted');
    expect(await outcome(painter.paint(Buffer.from('%PDF-1.7 nonsense'), 1))).toBe(
      'unavailable: page_not_painted',
    );
    expect(await outcome(painter.paint(file, 1))).toBe('painted');
  });

  it('gives up a page that takes too long, and paints the next', async () => {
    const hasty = new PagePainter(1);
    const file = await pdf(['One']);
    expect(await outcome(hasty.paint(file, 1))).toBe('unavailable: page_not_painted');
    await hasty.close();
    expect(await outcome(hasty.paint(file, 1))).toBe('unavailable: page_not_painted');
    expect(await outcome(painter.paint(file, 1))).toBe('painted');
  });
});

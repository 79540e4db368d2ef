import { afterAll, describe, expect, it } from '@jest/globals';
import { PDFDocument } from 'pdf-lib';
import { awardLetter, dossier, longAwardLetter, receipt } from '../../../test/factories/document-data.js';
import { PdfRenderer } from './pdf-renderer.js';

const renderer = new PdfRenderer();
afterAll(() => renderer.close());

const metadata = (pdf: Buffer) =>
  pdf.toString('latin1').match(/<\?xpacket begin[\s\S]*<\?xpacket end/)?.[0] ?? '';

describe('the renderer', () => {
  it('sets a letter for the archive and for those who read by ear, with its language and title', async () => {
    const pdf = await renderer.render('award-letter', awardLetter());
    expect(metadata(pdf)).toMatch(/pdfaid:part>2<[\s\S]*pdfaid:conformance>A</);
    const text = pdf.toString('latin1');
    expect(text).toContain('/StructTreeRoot');
    expect(text).toMatch(/\/Lang \(sr/);
    const document = await PDFDocument.load(pdf, { updateMetadata: false });
    expect(document.getPageCount()).toBe(2);
    expect(document.getTitle()).toContain('MOST-2026-RS-000123');
    expect(document.getCreationDate()).toEqual(new Date('2026-06-15T09:30:00Z'));
  });

  it('gives the same bytes for the same data, and others for another letter', async () => {
    const [first, second, other] = await Promise.all([
      renderer.render('award-letter', awardLetter()),
      renderer.render('award-letter', awardLetter()),
      renderer.render('award-letter', awardLetter({ checkCode: 'AAAAA-AAAAA' })),
    ]);
    expect(first.equals(second)).toBe(true);
    expect(first.equals(other)).toBe(false);
  });

  it('holds the longest names, and takes what people type for text, never for markup', async () => {
    const pdf = await renderer.render('award-letter', longAwardLetter());
    expect((await PDFDocument.load(pdf)).getPageCount()).toBeLessThanOrEqual(3);
    const typed = '#panic("x") $ * _ ` <a> @b \\ // /* [ ] { }\n'.repeat(200);
    const [section] = dossier().sections;
    if (!section) throw new Error('The sample has a section.');
    const hostile = dossier({
      sections: [
        {
          ...section,
          answers: [
            { question: typed, answer: typed },
            { question: typed, answer: typed, table: { columns: [typed, 'b'], rows: [[typed, '']] } },
          ],
        },
      ],
    });
    expect(
      (await PDFDocument.load(await renderer.render('dossier', hostile))).getPageCount(),
    ).toBeGreaterThan(2);
  });

  it('sets an empty dossier and a receipt of one page', async () => {
    const none = { heading: 'Документа', none: 'Нема приложених докумената.', entries: [] };
    const empty = dossier({ sections: [], choices: none, documents: none, consents: none, timeline: none });
    expect((await PDFDocument.load(await renderer.render('dossier', empty))).getPageCount()).toBe(1);
    expect((await PDFDocument.load(await renderer.render('receipt', receipt()))).getPageCount()).toBe(1);
  });

  it('names the fault of data that a template cannot be set with, and goes on', async () => {
    const { versions } = awardLetter();
    const [home] = versions;
    const broken = awardLetter({ versions: [home, { ...home, facts: [] }] });
    await expect(renderer.render('award-letter', broken)).rejects.toThrow('award-letter');
    await expect(renderer.render('receipt', receipt())).resolves.toBeInstanceOf(Buffer);
  });

  it('gives up in time, and sets the next document with a new thread', async () => {
    const hasty = new PdfRenderer(1);
    const refusal = { code: 'unavailable', reason: 'rendering_failed' };
    await expect(hasty.render('receipt', receipt())).rejects.toMatchObject(refusal);
    await expect(hasty.render('receipt', receipt())).rejects.toMatchObject(refusal);
    await hasty.close();
    await expect(hasty.render('receipt', receipt())).rejects.toMatchObject(refusal);
  });
});

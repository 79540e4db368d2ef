import { afterAll, describe, expect, it } from '@jest/globals';
import { PDFDocument, PDFName } from 'pdf-lib';
import { PlainPdf } from './plain-pdf.js';

const plain = new PlainPdf();
afterAll(() => plain.onApplicationShutdown());

describe('a PDF for whoever may not know its author', () => {
  it('keeps its pages and says nothing of who made it', async () => {
    const given = await PDFDocument.create();
    given.setAuthor('Jovana Petrovic');
    given.setTitle('Transcript of Jovana Petrovic');
    given.setCreator('Jovana’s laptop');
    const page = given.addPage([200, 300]);
    page.drawText('Mathematics 10');
    page.node.set(
      PDFName.of('Annots'),
      given.context.obj([given.context.obj({ Type: 'Annot', Subtype: 'Text', T: 'JovanaComments' })]),
    );
    await given.attach(new Uint8Array([1]), 'jovana.txt', { mimeType: 'text/plain' });
    given.addPage();
    const bytes = await plain.of(await given.save({ useObjectStreams: false }));
    expect(bytes.toString('latin1')).not.toMatch(/Jovana|jovana/i);
    const read = await PDFDocument.load(bytes, { updateMetadata: false });
    expect(read.getPageCount()).toBe(2);
    expect(read.getPage(0).getSize()).toEqual({ width: 200, height: 300 });
    expect([read.getAuthor(), read.getTitle(), read.getCreator()]).toEqual([undefined, undefined, undefined]);
  });

  it('is not shown where it cannot be copied', async () => {
    await expect(plain.of(Buffer.from('%PDF-1.7 nothing'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

/** A real PDF of one page in place of somebody's document. The standard fonts know Latin letters without marks only. */
export async function sampleDocument(title: string, holder: string): Promise<Uint8Array> {
  // Loaded on demand: the world is made at the first start alone.
  const { PDFDocument, StandardFonts } = await import('pdf-lib');
  const pdf = await PDFDocument.create();
  pdf.setTitle(title);
  const font = await pdf.embedFont(StandardFonts.TimesRoman);
  const page = pdf.addPage([595, 842]);
  page.drawText(title, { x: 72, y: 740, size: 20, font });
  page.drawText(holder, { x: 72, y: 706, size: 14, font });
  page.drawText('Sample of the MOST demonstration. It certifies nothing.', { x: 72, y: 676, size: 11, font });
  return pdf.save();
}

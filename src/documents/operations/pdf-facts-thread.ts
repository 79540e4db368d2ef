import { PDFDocument } from 'pdf-lib';
import { serveTasks } from '../../platform/threads/serve-tasks.js';
import type { PdfFacts } from '../domain/upload-rules.js';

/** Opens strangers' PDFs away from the event loop: a hostile one may take for ever or all the memory. */
serveTasks(async (bytes: Uint8Array): Promise<PdfFacts> => {
  try {
    const pdf = await PDFDocument.load(bytes, { ignoreEncryption: true, updateMetadata: false });
    return pdf.isEncrypted ? { state: 'encrypted' } : { state: 'readable', pages: pdf.getPageCount() };
  } catch {
    return { state: 'unreadable' };
  }
});

import { PDFDocument, PDFName } from 'pdf-lib';
import { serveTasks } from '../../platform/threads/serve-tasks.js';

/** Copies the pages of a stranger's PDF into a new one: what says by whom and with what it was made stays behind. */
serveTasks(async (bytes: Uint8Array): Promise<Uint8Array> => {
  const given = await PDFDocument.load(bytes, { updateMetadata: false });
  const plain = await PDFDocument.create({ updateMetadata: false });
  for (const page of await plain.copyPages(given, given.getPageIndices())) {
    // Comments name their author; a page may carry data of the program that made it.
    for (const entry of ['Annots', 'Metadata', 'PieceInfo', 'LastModified']) {
      page.node.delete(PDFName.of(entry));
    }
    plain.addPage(page);
  }
  return plain.save({ addDefaultPage: false });
});
